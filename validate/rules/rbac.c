/* Roles and their bindings. */
#include <string.h>

#include "validate/rules/checks.h"
#include "validate/rules/tables.h"
#include "validate/rules/text.h"
#include "validate/rules/val.h"

#define GROUP "rbac.authorization.k8s.io"

static void check_policy_rule(struct val *v, bool namespaced)
{
	struct val *urls = v_at(v, "nonResourceURLs");

	if (!v_count(v_at(v, "verbs")))
		missing(v_at(v, "verbs"), "at least one verb");
	if (v_count(urls)) {
		if (namespaced)
			bad(urls, "a Role's rules cannot apply to non-resource URLs");
		if (v_count(v_at(v, "apiGroups")) || v_count(v_at(v, "resources")) ||
		    v_count(v_at(v, "resourceNames")))
			bad(urls, "a rule cannot apply to both resources and non-resource URLs");
		return;
	}
	if (!v_count(v_at(v, "apiGroups")))
		missing(v_at(v, "apiGroups"), "at least one API group ('' is the core group)");
	if (!v_count(v_at(v, "resources")))
		missing(v_at(v, "resources"), "at least one resource");
}

static void check_role(struct val *v)
{
	struct val *aggregation = v_at(v, "aggregationRule");
	struct val *selectors = v_at(aggregation, "clusterRoleSelectors");

	V_EACH (e, v_at(v, "rules"))
		check_policy_rule(e, v->c->kind->id == KIND_ROLE);
	if (v_has(aggregation) && !v_count(selectors))
		missing(selectors, "at least one clusterRoleSelector");
	V_EACH (e, selectors)
		check_label_selector(e);
}

static void check_subject(struct val *v, bool namespaced)
{
	struct val *name = v_at(v, "name"), *kind = v_at(v, "kind"), *group = v_at(v, "apiGroup");

	need(name);
	if (v_is(kind, "ServiceAccount")) {
		check_text(name, not_dns_subdomain);
		if (!v_empty(group))
			bad(group, "must be empty for a ServiceAccount");
		if (!namespaced && v_empty(v_at(v, "namespace")))
			missing(v_at(v, "namespace"), "the service account's namespace");
	} else if (word_in(v_str(kind), "User Group")) {
		if (strcmp(v_str_or(group, GROUP), GROUP))
			bad(group, "must be " GROUP " for a %s", v_str(kind));
	} else {
		bad(kind, "must be ServiceAccount, User or Group");
	}
}

static void check_binding(struct val *v)
{
	bool namespaced = v->c->kind->id == KIND_ROLE_BINDING;
	struct val *ref = v_at(v, "roleRef"), *name = v_at(ref, "name");
	struct val *group = v_at(ref, "apiGroup"), *kind = v_at(ref, "kind");

	if (strcmp(v_str_or(group, GROUP), GROUP))
		bad(group, "must be " GROUP);
	if (!word_in(v_str(kind), namespaced ? "Role ClusterRole" : "ClusterRole"))
		bad(kind, namespaced ? "must be Role or ClusterRole" : "must be ClusterRole");
	if (need(name))
		ok(name, not_path_segment(v_str(name)));
	V_EACH (e, v_at(v, "subjects"))
		check_subject(e, namespaced);
}

#define RBAC "pkg/apis/rbac/validation: "
const struct rule rules_rbac[] = {
	{ "rbac/rules", SEVERITY_ERROR, ON_CREATE, K(ROLE) | K(CLUSTER_ROLE), 0, 0,
	  "a rule has verbs, and groups and resources or URLs", RBAC "ValidatePolicyRule",
	  check_role },
	{ "rbac/binding", SEVERITY_ERROR, ON_CREATE, K(ROLE_BINDING) | K(CLUSTER_ROLE_BINDING), 0,
	  0, "a binding refers to a role, and to accounts, users and groups",
	  RBAC "ValidateRoleBinding", check_binding },
	{ 0 },
};
