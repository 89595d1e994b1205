/* Horizontal pod autoscalers, and disruption budgets. */
#include <string.h>

#include "validate/rules/checks.h"
#include "validate/rules/tables.h"
#include "validate/rules/text.h"
#include "validate/rules/val.h"

static bool has_group(struct val *ref)
{
	const char *s = v_str(v_at(ref, "apiVersion"));

	return *s && *s != '/' && strchr(s, '/');
}

/* Whether the old autoscaler scales a kind of the same text: such a one is not looked at again. */
static bool same_target(struct val *v)
{
	struct val *old = v->c->old ? v_at(v->c->old, "spec.scaleTargetRef") : NULL;

	return old && v_same(v_at(v, "apiVersion"), v_at(old, "apiVersion")) &&
	       v_same(v_at(v, "kind"), v_at(old, "kind"));
}

/* A core kind has no group; what is to be scaled has one since 1.34, but for the one in core. */
static void check_target(struct val *v, bool grouped)
{
	struct val *kind = v_at(v, "kind"), *name = v_at(v, "name"), *api = v_at(v, "apiVersion");
	const char *slash = strchr(v_str(api), '/');

	if (need(kind))
		ok(kind, not_path_segment(v_str(kind)));
	if (need(name))
		ok(name, not_path_segment(v_str(name)));
	if (v->c->minor < 34 || (grouped && same_target(v)))
		return;
	if ((slash && strchr(slash + 1, '/')) ||
	    (grouped && !v_is(kind, "ReplicationController") && !has_group(v)))
		bad(api, "must be a group and a version (apps/v1)");
}

static void check_metric_name(struct val *metric)
{
	struct val *name = v_at(metric, "name");

	if (need(name))
		ok(name, not_path_segment(v_str(name)));
}

static void check_amounts(struct val *target)
{
	static const char *const fields[] = { "value", "averageValue" };
	struct val *type = v_at(target, "type"), *use = v_at(target, "averageUtilization");
	struct quantity q;

	if (v_empty(type))
		missing(type, "must be Utilization, Value or AverageValue");
	else if (!word_in(v_str(type), "Utilization Value AverageValue"))
		bad(type, "must be Utilization, Value or AverageValue");
	for (size_t i = 0; i < ARRAY_SIZE(fields); i++) {
		struct val *f = v_at(target, fields[i]);

		if (v_amount(f, &q) && quantity_sign(&q) != 1)
			bad(f, "must be positive");
	}
	if (v_has(use) && v_int(use, 1) < 1)
		bad(use, "must be greater than 0");
}

static void check_object_metric(struct val *v)
{
	struct val *target = v_at(v, "target");

	check_target(v_at(v, "describedObject"), false);
	check_metric_name(v_at(v, "metric"));
	check_amounts(target);
	if (!v_has(v_at(target, "value")) && !v_has(v_at(target, "averageValue")))
		missing(v_at(target, "averageValue"), "a target value or averageValue");
}

static void check_external_metric(struct val *v)
{
	struct val *target = v_at(v, "target");
	bool value = v_has(v_at(target, "value")), average = v_has(v_at(target, "averageValue"));

	check_metric_name(v_at(v, "metric"));
	check_amounts(target);
	if (!value && !average)
		missing(v_at(target, "averageValue"), "a target value or averageValue");
	if (value && average)
		forbidden(v_at(target, "value"), "value and averageValue cannot both be set");
}

static void check_pods_metric(struct val *v)
{
	check_metric_name(v_at(v, "metric"));
	check_amounts(v_at(v, "target"));
	if (!v_has(v_at(v, "target.averageValue")))
		missing(v_at(v, "target.averageValue"), "a positive averageValue");
}

static void check_resource_metric(struct val *v)
{
	struct val *target = v_at(v, "target"), *name = v_at(v, "name");
	struct val *container = v_at(v, "container");
	bool use = v_has(v_at(target, "averageUtilization"));
	bool value = v_has(v_at(target, "averageValue"));

	if (need(name) && !strcmp(v_name(v), "containerResource"))
		check_resource_name(name, v_str(name));
	if (!strcmp(v_name(v), "containerResource") && need(container))
		ok(container, not_dns_label(v_str(container)));
	check_amounts(target);
	if (!use && !value)
		missing(v_at(target, "averageUtilization"), "averageUtilization or averageValue");
	if (use && value)
		forbidden(v_at(target, "averageValue"),
			  "averageUtilization and averageValue cannot both be set");
}

static const struct metric {
	const char *type, *field;
	void (*check)(struct val *v);
} metrics[] = {
	{ "Object", "object", check_object_metric },
	{ "External", "external", check_external_metric },
	{ "Pods", "pods", check_pods_metric },
	{ "Resource", "resource", check_resource_metric },
	{ "ContainerResource", "containerResource", check_resource_metric },
};

static void check_metric(struct val *v)
{
	struct val *type = v_at(v, "type");
	int count = 0;

	need_one_of(type, "Object Pods Resource External ContainerResource");
	for (size_t i = 0; i < ARRAY_SIZE(metrics); i++) {
		struct val *f = v_at(v, metrics[i].field);
		bool wanted = v_is(type, metrics[i].type);

		if (v_has(f) && !count++)
			metrics[i].check(f);
		if (wanted && !v_has(f))
			missing(f, "the source of a metric of type %s", metrics[i].type);
	}
	for (size_t i = 0; i < ARRAY_SIZE(metrics) && count > 1; i++) {
		struct val *f = v_at(v, metrics[i].field);

		if (v_has(f) && !v_is(type, metrics[i].type))
			forbidden(f, "only the source of the given type may be there");
	}
}

static void check_scaling(struct val *v)
{
	struct val *window = v_at(v, "stabilizationWindowSeconds"), *policies = v_at(v, "policies");
	struct val *select = v_at(v, "selectPolicy"), *tolerance = v_at(v, "tolerance");
	struct quantity q;

	if (!v_has(v))
		return;
	in_range(window, 0, 3600);
	given_one_of(select, "Max Min Disabled");
	if (v_has(policies) && !v_count(policies))
		missing(policies, "at least one policy");
	V_EACH (e, policies) {
		struct val *period = v_at(e, "periodSeconds");

		if (!word_in(v_str(v_at(e, "type")), "Pods Percent"))
			bad(v_at(e, "type"), "must be Pods or Percent");
		if (v_int(v_at(e, "value"), 0) <= 0)
			bad(v_at(e, "value"), "must be greater than zero");
		if (v_int(period, 0) <= 0 || v_int(period, 0) > 1800)
			bad(period, "must be greater than zero and at most 1800");
	}
	if (v->c->minor >= 35 && v_amount(tolerance, &q) && quantity_sign(&q) < 0)
		bad(tolerance, "must be greater than or equal to 0");
}

/* Whether a metric is there without pods: in version 1, an annotation may hold some. */
static bool counts_from_outside(struct val *v, struct val *list)
{
	V_EACH (e, list) {
		if (word_in(v_str(v_at(e, "type")), "Object External"))
			return true;
	}
	return v_has(
		v_key(v_at(v, "metadata.annotations"), "autoscaling.alpha.kubernetes.io/metrics"));
}

static void check_hpa(struct val *v)
{
	struct val *spec = v_at(v, "spec"), *min = v_at(spec, "minReplicas");
	struct val *max = v_at(spec, "maxReplicas"), *list = v_at(spec, "metrics");
	int64_t most = v_int(max, 0), least = v_int(min, 1);

	/* HPAScaleToZero is on by default from 1.37 on; what was at zero may stay there */
	if (least < 0 || (least < 1 && v->c->minor < 37 &&
			  (!v->c->old || v_int(v_at(v->c->old, "spec.minReplicas"), 1))))
		bad(min, "must be greater than or equal to %d", v->c->minor < 37);
	if (!most)
		missing(max, "must be set and greater than 0");
	else if (most < 0)
		bad(max, "must be greater than or equal to 1");
	if (most < least)
		bad(max, "must be greater than or equal to minReplicas (%lld)", (long long)least);
	if (!least && !counts_from_outside(v, list))
		forbidden(list, "an Object or External metric is needed to scale to zero");
	check_target(v_at(spec, "scaleTargetRef"), true);
	if (!strcmp(v->c->object->version, "v1")) {
		struct val *use = v_at(spec, "targetCPUUtilizationPercentage");

		if (v_has(use) && v_int(use, 1) < 1)
			bad(v_at(v_item(v_none(spec, "metrics"), 0),
				 "resource.target.averageUtilization"),
			    "targetCPUUtilizationPercentage must be greater than 0");
		return;
	}
	V_EACH (e, list)
		check_metric(e);
	check_scaling(v_at(spec, "behavior.scaleUp"));
	check_scaling(v_at(spec, "behavior.scaleDown"));
}

static void check_pdb(struct val *v)
{
	struct val *spec = v_at(v, "spec"), *min = v_at(spec, "minAvailable");
	struct val *max = v_at(spec, "maxUnavailable"), *policy;

	policy = v_at(spec, "unhealthyPodEvictionPolicy");
	if (v_has(min) && v_has(max))
		bad(spec, "minAvailable and maxUnavailable cannot be both set");
	check_int_or_percent_100(min);
	check_int_or_percent_100(max);
	check_label_selector(v_at(spec, "selector"));
	given_one_of(policy, "IfHealthyBudget AlwaysAllow");
}

const struct rule rules_autoscaling[] = {
	{ "autoscaler/spec", SEVERITY_ERROR, ON_CREATE, K(HPA), 0, 0,
	  "an autoscaler has a target, a range, and whole metrics and policies",
	  "pkg/apis/autoscaling/validation: validateHorizontalPodAutoscalerSpec", check_hpa },
	{ "disruptionbudget/spec", SEVERITY_ERROR, ON_CREATE, K(PDB), 0, 0,
	  "a budget has one of minAvailable and maxUnavailable",
	  "pkg/apis/policy/validation: ValidatePodDisruptionBudgetSpec", check_pdb },
	{ 0 },
};
