/* Where a pod may run: affinity, spreading, tolerations, gates. */
#include <string.h>

#include "validate/rules/checks.h"
#include "validate/rules/tables.h"
#include "validate/rules/text.h"
#include "validate/rules/val.h"

static bool list_has(struct val *list, const char *text)
{
	V_EACH (e, list) {
		if (v_is(e, text))
			return true;
	}
	return false;
}

static void check_label_keys(struct val *keys, struct val *selector)
{
	if (!v_count(keys))
		return;
	if (!v_has(selector))
		forbidden(keys, "must not be specified when labelSelector is not set");
	else
		check_each(keys, not_qualified_name);
}

/* matchLabelKeys and mismatchLabelKeys beside a labelSelector, in a term or a constraint. */
static void check_match_keys(struct val *v)
{
	struct val *selector = v_at(v, "labelSelector"), *match = v_at(v, "matchLabelKeys");
	struct val *mismatch = v_at(v, "mismatchLabelKeys");
	struct val *expressions = v_at(selector, "matchExpressions");

	check_label_keys(match, selector);
	check_label_keys(mismatch, selector);
	V_EACH (e, expressions) {
		const char *key = v_str(v_at(e, "key"));

		if (list_has(match, key) && (v_has(v_key(v_at(selector, "matchLabels"), key)) ||
					     v_find(expressions, "key", key)->index < e->index))
			bad(v, "'%s' is in both matchLabelKeys and labelSelector", key);
	}
	V_EACH (e, match) {
		if (list_has(mismatch, v_str(e)))
			bad(e, "is in both matchLabelKeys and mismatchLabelKeys");
	}
}

static void check_pod_term(struct val *term)
{
	struct val *key = v_at(term, "topologyKey");

	check_label_selector(v_at(term, "labelSelector"));
	check_label_selector(v_at(term, "namespaceSelector"));
	V_EACH (e, v_at(term, "namespaces")) {
		const char *complaint = not_dns_label(v_str(e));

		if (complaint)
			bad(v_none(term, "namespace"), "'%s': %s", v_str(e), complaint);
	}
	if (term->c->minor >= 31)
		check_match_keys(term);
	need(key);
	ok(key, not_qualified_name(v_str(key)));
}

static void check_pod_affinity(struct val *affinity)
{
	V_EACH (e, v_at(affinity, "requiredDuringSchedulingIgnoredDuringExecution"))
		check_pod_term(e);
	V_EACH (e, v_at(affinity, "preferredDuringSchedulingIgnoredDuringExecution")) {
		struct val *weight = v_at(e, "weight");

		if (v_int(weight, 0) < 1 || v_int(weight, 0) > 100)
			bad(weight, "must be in the range 1-100");
		check_pod_term(v_at(e, "podAffinityTerm"));
	}
}

static void check_affinity(struct val *spec)
{
	struct val *node = v_at(spec, "affinity.nodeAffinity");
	struct val *required = v_at(node, "requiredDuringSchedulingIgnoredDuringExecution");

	if (v_has(required))
		check_node_selector(required);
	check_preferred_nodes(v_at(node, "preferredDuringSchedulingIgnoredDuringExecution"));
	check_pod_affinity(v_at(spec, "affinity.podAffinity"));
	check_pod_affinity(v_at(spec, "affinity.podAntiAffinity"));
}

static void check_constraint(struct val *v)
{
	struct val *min = v_at(v, "minDomains"), *action = v_at(v, "whenUnsatisfiable");

	if (v_int(v_at(v, "maxSkew"), 0) <= 0)
		bad(v_at(v, "maxSkew"), "must be greater than zero");
	need(v_at(v, "topologyKey"));
	if (!word_in(v_str(action), "DoNotSchedule ScheduleAnyway"))
		bad(action, "must be DoNotSchedule or ScheduleAnyway");
	V_EACH (other, v->up) {
		if (other->index > v->index &&
		    v_same(v_at(other, "topologyKey"), v_at(v, "topologyKey")) &&
		    v_same(v_at(other, "whenUnsatisfiable"), action)) {
			bad(v_none(v, "{topologyKey, whenUnsatisfiable}"),
			    "two constraints have the same topologyKey and whenUnsatisfiable");
			break;
		}
	}
	if (v_has(min) && v_int(min, 0) <= 0)
		bad(min, "must be greater than zero");
	if (v_has(min) && !v_is(action, "DoNotSchedule"))
		bad(min, "minDomains is for whenUnsatisfiable: DoNotSchedule only");
	given_one_of(v_at(v, "nodeAffinityPolicy"), "Honor Ignore");
	given_one_of(v_at(v, "nodeTaintsPolicy"), "Honor Ignore");
	check_label_selector(v_at(v, "labelSelector"));
}

/* Before 1.34 a key must not be in the selector at all. */
static void check_spread_keys(struct val *v)
{
	struct val *selector = v_at(v, "labelSelector"), *keys = v_at(v, "matchLabelKeys");

	if (v->c->minor >= 34) {
		check_match_keys(v);
		return;
	}
	check_label_keys(keys, selector);
	V_EACH (e, keys) {
		if (v_has(v_key(v_at(selector, "matchLabels"), v_str(e))) ||
		    v_find(v_at(selector, "matchExpressions"), "key", v_str(e)))
			bad(e, "is in both matchLabelKeys and labelSelector");
	}
}

static void check_spread(struct val *spec)
{
	V_EACH (e, v_at(spec, "topologySpreadConstraints")) {
		check_constraint(e);
		check_spread_keys(e);
	}
}

static void check_pod_tolerations(struct val *spec)
{
	check_tolerations(v_at(spec, "tolerations"));
}

static void check_node_labels(struct val *spec)
{
	check_labels(v_at(spec, "nodeSelector"));
}

static void check_gates(struct val *spec)
{
	struct val *gates = v_at(spec, "schedulingGates");

	V_EACH (e, gates) {
		struct val *name = v_at(e, "name");
		const char *complaint = not_qualified_name(v_str(name));

		if (complaint)
			bad(e, "'%s': %s", v_str(name), complaint);
		if (v_find(gates, "name", v_str(name))->index < e->index)
			duplicate(e);
	}
	V_EACH (e, v_at(spec, "readinessGates")) {
		struct val *type = v_at(e, "conditionType");

		ok(type, not_qualified_name(v_str(type)));
	}
}

#define CORE "pkg/apis/core/validation: "
const struct rule rules_scheduling[] = {
	{ "pod/affinity", SEVERITY_ERROR, ON_POD, 0, 0, 0,
	  "affinity terms have a topology key, valid selectors and weights from 1 to 100",
	  CORE "validateAffinity", check_affinity },
	{ "pod/topology-spread", SEVERITY_ERROR, ON_POD, 0, 0, 0,
	  "spread constraints are whole, and one for each key and action",
	  CORE "validateTopologySpreadConstraints", check_spread },
	{ "pod/tolerations", SEVERITY_ERROR, ON_POD, 0, 0, 0,
	  "tolerations have fitting key, operator, value and effect", CORE "ValidateTolerations",
	  check_pod_tolerations },
	{ "pod/node-selector", SEVERITY_ERROR, ON_POD, 0, 0, 0, "node selectors are labels",
	  CORE "ValidatePodSpec", check_node_labels },
	{ "pod/gates", SEVERITY_ERROR, ON_POD, 0, 0, 0,
	  "scheduling and readiness gates are qualified names",
	  CORE "validateSchedulingGates, validateReadinessGates", check_gates },
	{ 0 },
};
