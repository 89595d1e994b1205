/* Validating and mutating admission policies and their bindings. What their CEL says is checked by
 * the CEL module. */
#include <string.h>

#include "validate/rules/admission.h"
#include "validate/rules/checks.h"
#include "validate/rules/tables.h"
#include "validate/rules/text.h"
#include "validate/rules/val.h"

static void check_param_kind(struct val *v)
{
	struct val *api = v_at(v, "apiVersion"), *kind = v_at(v, "kind");
	const char *s = v_str(api), *slash = strchr(s, '/');
	char *folded = arena_strdup(v->c->scratch, v_str(kind));

	if (!v_has(v))
		return;
	for (char *p = folded; *p; p++)
		*p = *p >= 'A' && *p <= 'Z' ? (char)(*p + 32) : *p;
	if (need(api)) {
		if (slash && strchr(slash + 1, '/'))
			bad(api, "must be a group and a version (example.com/v1)");
		else if (slash && slash > s)
			ok(api,
			   not_dns_subdomain(arena_memdup(v->c->scratch, s, (size_t)(slash - s))));
		ok(api, not_dns_1035_label(slash && !strchr(slash + 1, '/') ? slash + 1
					   : slash			    ? "v1"
									    : s));
	}
	if (need(kind))
		ok(kind, not_dns_1035_label(folded));
}

static void check_named_rules(struct val *list)
{
	V_EACH (e, list) {
		struct val *names = v_at(e, "resourceNames");

		V_EACH (name, names) {
			ok(name, not_path_segment(v_str(name)));
			V_EACH (other, names) {
				if (other->index < name->index && v_is(other, v_str(name))) {
					duplicate(name);
					break;
				}
			}
		}
		check_admission_rule(e);
	}
}

static void check_match_resources(struct val *v)
{
	given_one_of(v_at(v, "matchPolicy"), "Exact Equivalent");
	check_label_selector(v_at(v, "namespaceSelector"));
	check_label_selector(v_at(v, "objectSelector"));
	check_named_rules(v_at(v, "resourceRules"));
	check_named_rules(v_at(v, "excludeResourceRules"));
}

static void check_variables(struct val *list)
{
	static const char reserved[] =
		"true false null in as break const continue else for function "
		"if import let loop package namespace return var void while";

	V_EACH (e, list) {
		struct val *name = v_at(e, "name");

		if (is_blank(name))
			missing(name, "a variable has a name");
		else if (not_c_identifier(v_str(name)) || word_in(v_str(name), reserved))
			bad(name, "must be a CEL identifier: letters, digits and '_', no keyword");
		if (is_blank(v_at(e, "expression")))
			missing(v_at(e, "expression"), "a CEL expression");
	}
}

static void check_validation(struct val *v)
{
	struct val *message = v_at(v, "message"), *expression = v_at(v, "messageExpression");
	const char *s = v_str(message) + strspn(v_str(message), " \t\r\n");
	size_t len = strlen(s);

	while (len && strchr(" \t\r\n", s[len - 1]))
		len--;
	if (is_blank(v_at(v, "expression")))
		missing(v_at(v, "expression"), "a CEL expression");
	if (!v_empty(expression) && is_blank(expression))
		bad(expression, "must be non-empty if specified");
	if (!v_empty(message) && !len)
		bad(message, "must be non-empty if specified");
	else if (memchr(s, '\n', len) || memchr(s, '\r', len))
		bad(message, "must not contain line breaks");
	if (v_has(v_at(v, "reason")))
		need_one_of(v_at(v, "reason"),
			    "Unauthorized Forbidden Invalid RequestEntityTooLarge");
	if (v_is(v_at(v, "reason"), "Unauthorized") && v->c->minor >= 30)
		bad(v_at(v, "reason"), "not one of Forbidden, Invalid, RequestEntityTooLarge");
}

static void check_audit(struct val *spec)
{
	struct val *list = v_at(spec, "auditAnnotations");
	const char *name = v_str(v_at(spec->c->root, "metadata.name"));

	if (v_count(list) > 20)
		bad(list, "must not have more than 20 auditAnnotations");
	V_EACH (e, list) {
		struct val *key = v_at(e, "key"), *value = v_at(e, "valueExpression");
		const char *complaint = not_qualified_name(
			arena_printf(spec->c->scratch, "%s/%s", name, v_str(key)));

		if (!*name)
			bad(key, "requires metadata.name");
		else if (complaint)
			bad(key, "'%s/%s': %s", name, v_str(key), complaint);
		if (is_blank(value))
			missing(value, "a CEL expression");
		else if (strlen(v_str(value)) > 5120)
			missing(value, "must not exceed 5120 bytes");
		if (v_find(list, "key", v_str(key))->index < e->index)
			duplicate(key);
	}
}

static void check_mutations(struct val *spec)
{
	struct val *list = v_at(spec, "mutations"), *policy = v_at(spec, "reinvocationPolicy");

	if (!v_count(list))
		missing(list, "at least one mutation");
	V_EACH (e, list) {
		struct val *type = v_at(e, "patchType");
		bool json = v_is(type, "JSONPatch"), apply = v_is(type, "ApplyConfiguration");
		struct val *wanted = v_at(e, json ? "jsonPatch" : "applyConfiguration");
		struct val *other = v_at(e, json ? "applyConfiguration" : "jsonPatch");

		if (!need_one_of(type, "ApplyConfiguration JSONPatch") || (!json && !apply))
			continue;
		if (!v_has(wanted))
			missing(wanted, "must be specified for the patchType %s", v_str(type));
		else if (is_blank(v_at(wanted, "expression")))
			missing(v_at(wanted, "expression"), "a CEL expression");
		if (v_has(other))
			bad(other, "must not be specified for the patchType %s", v_str(type));
	}
	need_one_of(policy, "Never IfNeeded");
}

static void check_policy(struct val *v)
{
	struct val *spec = v_at(v, "spec"), *match = v_at(spec, "matchConstraints");
	struct val *rules = v_at(match, "resourceRules"), *failure = v_at(spec, "failurePolicy");
	bool mutating = v->c->kind->id == KIND_MAP;

	given_one_of(failure, "Ignore Fail");
	check_param_kind(v_at(spec, "paramKind"));
	if (!v_has(match)) {
		missing(match, "what the policy is for");
	} else {
		check_match_resources(match);
		if (!v_count(rules))
			missing(rules, "at least one rule");
	}
	V_EACH (e, rules) {
		V_EACH (op, v_at(e, "operations")) {
			if (mutating && !word_in(v_str(op), "* CREATE UPDATE CONNECT"))
				bad(v_at(v_at(match, "resourceRules"), "operations"),
				    "'%s' is not one of *, CREATE, UPDATE, CONNECT", v_str(op));
		}
	}
	check_match_conditions(v_at(spec, "matchConditions"));
	check_variables(v_at(spec, "variables"));
	if (mutating)
		check_mutations(spec);
	check_policy_cel(spec);
}

static void check_validations(struct val *v)
{
	struct val *spec = v_at(v, "spec"), *list = v_at(spec, "validations");

	if (!v_count(list) && !v_count(v_at(spec, "auditAnnotations"))) {
		missing(list, "validations or auditAnnotations must have an item");
		missing(v_at(spec, "auditAnnotations"),
			"validations or auditAnnotations must have an item");
	}
	V_EACH (e, list)
		check_validation(e);
	check_audit(spec);
}

static void check_param_ref(struct val *v)
{
	struct val *name = v_at(v, "name"), *selector = v_at(v, "selector");
	struct val *action = v_at(v, "parameterNotFoundAction");

	if (!v_has(v))
		return;
	check_text(name, not_path_segment);
	check_label_selector(selector);
	if (!v_empty(name) && v_has(selector)) {
		forbidden(name, "name and selector are mutually exclusive");
		forbidden(selector, "name and selector are mutually exclusive");
	}
	if (v_empty(name) && !v_has(selector))
		missing(v, "one of name or selector must be specified");
	need_one_of(action, "Deny Allow");
}

static void check_actions(struct val *list)
{
	bool deny = false, warn = false;

	V_EACH (e, list) {
		if (!word_in(v_str(e), "Audit Deny Warn"))
			bad(e, "must be Audit, Deny or Warn");
		V_EACH (other, list) {
			if (other->index < e->index && v_is(other, v_str(e))) {
				duplicate(e);
				break;
			}
		}
		deny |= v_is(e, "Deny");
		warn |= v_is(e, "Warn");
	}
	if (deny && warn)
		bad(list, "must not contain both Deny and Warn");
	if (!v_count(list))
		missing(list, "at least one of Audit, Deny, Warn");
}

static void check_binding(struct val *v)
{
	struct val *spec = v_at(v, "spec"), *policy = v_at(spec, "policyName");
	struct val *match = v_at(spec, "matchResources");

	if (need(policy))
		ok(policy, not_dns_subdomain(v_str(policy)));
	check_param_ref(v_at(spec, "paramRef"));
	if (v->c->minor < 32) /* the path that these servers print */
		match = v_place(v_at(spec, "matchResouces"), match);
	check_match_resources(match);
	if (v->c->kind->id == KIND_VAP_BINDING)
		check_actions(v_at(spec, "validationActions"));
}

#define ADMISSION "pkg/apis/admissionregistration/validation: "
const struct rule rules_admission[] = {
	{ "admissionpolicy/spec", SEVERITY_ERROR, ON_CREATE, K(VAP) | K(MAP), 0, 0,
	  "a policy has rules to match, named variables and conditions, and mutations",
	  ADMISSION "validateValidatingAdmissionPolicySpec", check_policy },
	{ "admissionpolicy/validations", SEVERITY_ERROR, ON_CREATE, K(VAP), 0, 0,
	  "validations and audit annotations are whole", ADMISSION "validateValidation",
	  check_validations },
	{ "admissionpolicy/binding", SEVERITY_ERROR, ON_CREATE, K(VAP_BINDING) | K(MAP_BINDING), 0,
	  0, "a binding names a policy, its parameters and actions",
	  ADMISSION "validateValidatingAdmissionPolicyBinding", check_binding },
	{ 0 },
};
