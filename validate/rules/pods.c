/* What is left of a pod's spec: policies, DNS, names, hosts; and what only a Pod object is asked.
 */
#include <string.h>

#include "validate/rules/checks.h"
#include "validate/rules/tables.h"
#include "validate/rules/text.h"
#include "validate/rules/val.h"

static void check_policies(struct val *spec)
{
	struct val *deadline = v_at(spec, "activeDeadlineSeconds");

	one_of(v_at(spec, "restartPolicy"), "Always OnFailure Never");
	one_of(v_at(spec, "dnsPolicy"), "ClusterFirstWithHostNet ClusterFirst Default None");
	given_one_of(v_at(spec, "preemptionPolicy"), "PreemptLowerPriority Never");
	if (v_has(deadline))
		in_range(deadline, 1, 2147483647);
}

static void check_references(struct val *spec)
{
	static const struct {
		const char *field;
		const char *(*check)(const char *);
	} names[] = {
		{ "nodeName", not_dns_subdomain },
		{ "hostname", not_dns_label },
		{ "subdomain", not_dns_label },
		{ "priorityClassName", not_dns_subdomain },
	};
	struct val *account = v_at(spec, "serviceAccountName"), *old = v_at(spec, "serviceAccount");
	struct val *runtime = v_at(spec, "runtimeClassName");

	for (size_t i = 0; i < ARRAY_SIZE(names); i++)
		check_text(v_at(spec, names[i].field), names[i].check);
	check_text(v_empty(account) ? v_as(old, "serviceAccountName") : account, not_dns_subdomain);
	if (v_has(runtime))
		ok(runtime, not_dns_subdomain(v_str(runtime)));
}

static void check_hosts(struct val *spec)
{
	struct val *name = v_at(spec, "hostnameOverride");

	V_EACH (e, v_at(spec, "hostAliases")) {
		check_ip(v_at(e, "ip"));
		check_each(v_at(e, "hostnames"), not_dns_subdomain);
	}
	if (!v_has(name) || spec->c->minor < 35)
		return;
	if (v_true(v_at(spec, "setHostnameAsFQDN"), false))
		forbidden(name, "may not be specified when setHostnameAsFQDN is true");
	if (v_true(v_at(spec, "hostNetwork"), false))
		forbidden(name, "may not be specified when hostNetwork is true");
	if (strlen(v_str(name)) > 64)
		bad(name, "must be no more than 64 bytes");
	ok(name, not_dns_subdomain(v_str(name)));
}

static void check_searches(struct val *searches)
{
	size_t total = 0;

	V_EACH (e, searches) {
		const char *s = v_str(e);
		size_t len = strlen(s);
		char *trimmed = arena_memdup(e->c->scratch, s, len - (len && s[len - 1] == '.'));
		bool relaxed = e->c->minor >= 33;

		total += len + (e->index > 0);
		if (!relaxed || strcmp(s, "."))
			ok(e, relaxed ? not_dns_subdomain_underscore(trimmed)
				      : not_dns_subdomain(trimmed));
	}
	if (v_count(searches) > 32)
		bad(searches, "must not have more than 32 search paths");
	if (total > 2048)
		bad(searches, "must not have more than 2048 characters, spaces included");
}

static void check_dns(struct val *spec)
{
	struct val *config = v_at(spec, "dnsConfig"), *servers = v_at(config, "nameservers");

	if (v_is(v_at(spec, "dnsPolicy"), "None")) {
		if (!v_has(config))
			missing(config, "must be given when dnsPolicy is None");
		else if (!v_count(servers))
			missing(servers, "at least one must be given when dnsPolicy is None");
		if (!v_count(servers))
			return;
	}
	if (v_count(servers) > 3)
		bad(servers, "must not have more than 3 nameservers");
	V_EACH (e, servers)
		check_ip(e);
	check_searches(v_at(config, "searches"));
	V_EACH (e, v_at(config, "options")) {
		if (v_empty(v_at(e, "name")))
			missing(e, "an option has a name");
	}
}

static void check_template_meta(struct val *spec)
{
	struct val *meta = spec->c->pod_meta;

	if (!spec->c->pod_template)
		return;
	/* the server leaves 'metadata' out of these paths */
	check_labels(v_under(meta->up, meta, "labels"));
	check_annotations(v_under(meta->up, meta, "annotations"));
	if (v_count(v_at(spec, "ephemeralContainers")))
		forbidden(v_at(spec, "ephemeralContainers"), "not allowed in a pod template");
}

static bool is_int32(const char *s)
{
	const char *p = s + (*s == '-');
	int64_t n = 0;

	if (!*p || (*p == '0' && (p[1] || *s == '-')))
		return false;
	for (; *p; p++) {
		if (*p < '0' || *p > '9' || n > 2147483648)
			return false;
		n = n * 10 + (*p - '0');
	}
	return n <= 2147483647 + (*s == '-');
}

static bool is_seccomp(const char *s)
{
	return word_in(s, "runtime/default docker/default unconfined") ||
	       (!strncmp(s, "localhost/", 10) && !not_backstep_path(s + 10));
}

static bool has_container(struct val *spec, const char *name)
{
	return v_find(v_at(spec, "containers"), "name", name) ||
	       v_find(v_at(spec, "initContainers"), "name", name) ||
	       v_find(v_at(spec, "ephemeralContainers"), "name", name);
}

static void check_pod_annotations(struct val *spec)
{
	struct val *meta = spec->c->pod_meta;
	struct val *list = spec->c->pod_template ? v_under(meta->up, meta, "annotations")
						 : v_at(meta, "annotations");
	static const char apparmor[] = "container.apparmor.security.beta.kubernetes.io/";

	V_EACH (e, list) {
		const char *s = v_str(e);

		if (!strcmp(e->name, "kubernetes.io/config.mirror") &&
		    v_empty(v_at(spec, "nodeName")))
			bad(e, "a mirror pod has spec.nodeName");
		if (!strcmp(e->name, "controller.kubernetes.io/pod-deletion-cost") && !is_int32(s))
			bad(e, "must be a 32 bit integer");
		if ((!strcmp(e->name, "seccomp.security.alpha.kubernetes.io/pod") ||
		     !strncmp(e->name, "container.seccomp.security.alpha.kubernetes.io/", 47)) &&
		    !is_seccomp(s))
			bad(v_none(list, e->name), "'%s' is no seccomp profile", s);
		if (strncmp(e->name, apparmor, sizeof(apparmor) - 1))
			continue;
		if (!has_container(spec, e->name + sizeof(apparmor) - 1))
			bad(e, "the pod has no container '%s'", e->name + sizeof(apparmor) - 1);
		if (*s && strncmp(s, "localhost/", 10) && !word_in(s, "runtime/default unconfined"))
			bad(e, "'%s' is no AppArmor profile's name", s);
	}
}

/* The Priority and RuntimeClass admission plugins, as far as no object of the cluster is asked. */
static void check_admission(struct val *v)
{
	struct val *spec = v_at(v, "spec"), *class = v_at(spec, "priorityClassName");
	struct val *priority = v_at(spec, "priority"), *policy = v_at(spec, "preemptionPolicy");
	int64_t given = v_is(class, "system-cluster-critical") ? 2000000000
			: v_is(class, "system-node-critical")  ? 2000001000
							       : 0;

	if (v->c->old)
		return;
	if (v_count(v_at(spec, "overhead")) && v_empty(v_at(spec, "runtimeClassName")))
		forbidden(v_at(spec, "overhead"), "is set from the pod's runtime class, and there "
						  "is none");
	if (!v_empty(class) && !given)
		return;
	if (v_has(priority) && v_int(priority, 0) != given)
		forbidden(priority, "is set from the pod's priority class, to %lld",
			  (long long)given);
	if (v_has(policy) && !v_is(policy, "PreemptLowerPriority"))
		forbidden(policy, "is set from the pod's priority class, to PreemptLowerPriority");
}

static void check_pod_create(struct val *v)
{
	struct val *spec = v_at(v, "spec");

	if (v->c->old)
		return;
	if (v_count(v_at(spec, "ephemeralContainers")))
		forbidden(v_at(spec, "ephemeralContainers"), "cannot be set on create");
	if (!v_empty(v_at(spec, "nodeName")) && v_count(v_at(spec, "schedulingGates")))
		forbidden(v_at(spec, "nodeName"),
			  "cannot be set until all schedulingGates have been cleared");
}

#define CORE "pkg/apis/core/validation: "
const struct rule rules_pods[] = {
	{ "pod/policies", SEVERITY_ERROR, ON_POD, 0, 0, 0, "a pod's policies are known ones",
	  CORE "ValidatePodSpec", check_policies },
	{ "pod/references", SEVERITY_ERROR, ON_POD, 0, 0, 0,
	  "the names that a pod refers to are of the form of their kind", CORE "ValidatePodSpec",
	  check_references },
	{ "pod/hosts", SEVERITY_ERROR, ON_POD, 0, 0, 0, "host aliases are addresses and DNS names",
	  CORE "ValidateHostAliases, validatePodHostName", check_hosts },
	{ "pod/dns", SEVERITY_ERROR, ON_POD, 0, 0, 0,
	  "DNS settings have addresses, at most 3 servers and 32 search paths",
	  CORE "validatePodDNSConfig", check_dns },
	{ "pod/template-metadata", SEVERITY_ERROR, ON_POD_META, K_POD_OWNERS, 0, 0,
	  "labels and annotations of a pod template", CORE "ValidatePodTemplateSpec",
	  check_template_meta },
	{ "pod/annotations", SEVERITY_ERROR, ON_POD_META, 0, 0, 0,
	  "annotations that Kubernetes reads are of their form",
	  CORE "ValidatePodSpecificAnnotations", check_pod_annotations },
	{ "pod/admission", SEVERITY_ERROR, ON_CREATE, K(POD), 0, 0,
	  "priority and overhead are given by the classes of those names",
	  "plugin/pkg/admission: priority, runtimeclass", check_admission },
	{ "pod/create", SEVERITY_ERROR, ON_CREATE, K(POD), 0, 0,
	  "what a pod cannot have when it is created", CORE "ValidatePodCreate", check_pod_create },
	{ 0 },
};
