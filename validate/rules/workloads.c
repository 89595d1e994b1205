/* Deployments, replica sets, stateful sets, daemon sets and their kin. */
#include <string.h>

#include "validate/rules/checks.h"
#include "validate/rules/tables.h"
#include "validate/rules/text.h"
#include "validate/rules/val.h"

bool check_int_or_percent(struct val *v)
{
	if (!v_has(v))
		return true;
	if (v->n->type == NODE_STR)
		return ok(v, not_percent(v_str(v)));
	not_negative(v);
	return v_int(v, 0) >= 0;
}

static int64_t percent_of(struct val *v)
{
	int64_t n = 0;

	for (const char *s = v_str(v); *s >= '0' && *s <= '9' && n < 1000000; s++)
		n = n * 10 + (*s - '0');
	return n;
}

void check_int_or_percent_100(struct val *v)
{
	if (check_int_or_percent(v) && !v_empty(v) && percent_of(v) > 100)
		bad(v, "must not be greater than 100%%");
}

/* A number or percentage is zero when it is there and is. */
static bool is_zero(struct val *v, bool fallback)
{
	if (!v_has(v))
		return fallback;
	return v->n->type == NODE_STR ? !percent_of(v) : !v_int(v, 0);
}

static void check_counts(struct val *v)
{
	static const char *const fields[] = { "replicas", "minReadySeconds", "revisionHistoryLimit",
					      "progressDeadlineSeconds" };
	struct val *spec = v_at(v, "spec"), *deadline = v_at(spec, "progressDeadlineSeconds");
	int64_t ready = v_int(v_at(spec, "minReadySeconds"), 0);
	enum kind_id kind = v->c->kind->id;

	for (size_t i = 0; i < ARRAY_SIZE(fields); i++) {
		bool known =
			i < 2 || kind == KIND_DEPLOYMENT || (i == 2 && kind == KIND_DAEMON_SET);

		if (known && !(kind == KIND_DAEMON_SET && i == 0))
			not_negative(v_at(spec, fields[i]));
	}
	if (kind == KIND_DEPLOYMENT && v_int(deadline, 600) <= ready)
		bad(deadline, "must be greater than minReadySeconds (%lld)", (long long)ready);
}

static void check_selector(struct val *v)
{
	struct val *selector = v_at(v, "spec.selector");
	struct val *labels = v_at(v, "spec.template.metadata.labels");
	bool empty = !v_count(v_at(selector, "matchLabels")) &&
		     !v_count(v_at(selector, "matchExpressions"));

	if (!v_has(selector)) {
		if (v->c->kind->id != KIND_DAEMON_SET)
			missing(selector, "a selector that matches the template's labels");
		bad(labels, "the selector does not match the template's labels");
		return;
	}
	check_label_selector(selector);
	if (empty)
		bad(selector, "an empty selector is not allowed");
	else if (!selector_matches(selector, labels))
		bad(labels, "the selector does not match the template's labels");
}

/* A replication controller's selector is a map, and the template's labels by default. */
static void check_rc(struct val *v)
{
	struct val *selector = v_at(v, "spec.selector");
	struct val *labels = v_at(v, "spec.template.metadata.labels");

	if (!v_has(v_at(v, "spec.template")))
		missing(v_at(v, "spec.template"), "a pod template");
	if (!v_count(selector) && !v_count(labels))
		missing(selector, "a selector that matches the template's labels");
	V_EACH (e, selector) {
		if (!v_present(v_key(labels, e->name)) || !v_is(v_key(labels, e->name), v_str(e))) {
			bad(labels, "the selector does not match the template's labels");
			break;
		}
	}
}

static void check_template(struct val *v)
{
	struct val *spec = v_at(v, "spec.template.spec");
	struct val *policy = v_at(spec, "restartPolicy"), *deadline;

	deadline = v_at(spec, "activeDeadlineSeconds");
	if (strcmp(v_str_or(policy, "Always"), "Always"))
		bad(policy, "must be Always for a %s", v->c->kind->kind);
	if (v_has(deadline))
		forbidden(deadline, "is for Jobs and Pods, not for a %s", v->c->kind->kind);
}

static void check_deployment_strategy(struct val *v)
{
	struct val *strategy = v_at(v, "spec.strategy"), *type = v_at(strategy, "type");
	struct val *rolling = v_at(strategy, "rollingUpdate");
	struct val *unavailable = v_at(rolling, "maxUnavailable"),
		   *surge = v_at(rolling, "maxSurge");
	const char *s = v_str_or(type, "RollingUpdate");

	if (!strcmp(s, "Recreate")) {
		if (v_has(rolling))
			forbidden(rolling, "may not be specified when the strategy is Recreate");
	} else if (strcmp(s, "RollingUpdate")) {
		bad(strategy, "the type must be Recreate or RollingUpdate, not '%s'", s);
	} else {
		check_int_or_percent_100(unavailable);
		check_int_or_percent(surge);
		if (is_zero(unavailable, false) && is_zero(surge, false))
			bad(unavailable, "may not be 0 when maxSurge is 0");
	}
}

static void check_daemon_strategy(struct val *v)
{
	struct val *strategy = v_at(v, "spec.updateStrategy");
	struct val *rolling = v_at(strategy, "rollingUpdate");
	struct val *unavailable = v_at(rolling, "maxUnavailable"),
		   *surge = v_at(rolling, "maxSurge");
	const char *s = v_str_or(v_at(strategy, "type"), "RollingUpdate");

	if (!word_in(s, "RollingUpdate OnDelete"))
		bad(strategy, "the type must be RollingUpdate or OnDelete, not '%s'", s);
	if (strcmp(s, "RollingUpdate"))
		return;
	check_int_or_percent_100(unavailable);
	check_int_or_percent_100(surge);
	if (!is_zero(unavailable, false) && !is_zero(surge, true))
		bad(surge, "may not be set when maxUnavailable is non-zero");
	if (is_zero(unavailable, false) && is_zero(surge, true))
		missing(unavailable, "cannot be 0 when maxSurge is 0");
}

static void check_stateful_strategy(struct val *spec)
{
	struct val *strategy = v_at(spec, "updateStrategy");
	struct val *rolling = v_at(strategy, "rollingUpdate");
	const char *s = v_str_or(v_at(strategy, "type"), "RollingUpdate");

	if (!word_in(s, "RollingUpdate OnDelete"))
		bad(strategy, "the type must be RollingUpdate or OnDelete, not '%s'", s);
	else if (!strcmp(s, "OnDelete") && v_has(rolling))
		bad(rolling, "only allowed for updateStrategy RollingUpdate");
	else
		not_negative(v_at(rolling, "partition"));
	if (spec->c->minor < 37 || !strcmp(s, "OnDelete")) /* its gate is off before */
		return;
	check_int_or_percent_100(v_at(rolling, "maxUnavailable"));
	if (is_zero(v_at(rolling, "maxUnavailable"), false))
		bad(v_at(rolling, "maxUnavailable"), "cannot be 0");
}

static void check_stateful(struct val *v)
{
	struct val *spec = v_at(v, "spec"), *service = v_at(spec, "serviceName");
	struct val *start = v_at(spec, "ordinals.start");
	struct val *retention = v_at(spec, "persistentVolumeClaimRetentionPolicy");

	one_of(v_at(spec, "podManagementPolicy"), "OrderedReady Parallel");
	check_stateful_strategy(spec);
	one_of(v_at(retention, "whenDeleted"), "Retain Delete");
	one_of(v_at(retention, "whenScaled"), "Retain Delete");
	if (v_int(start, 0) < 0)
		bad(start, "must be greater than or equal to 0");
	if (v->c->old || v->c->minor < 34)
		return;
	check_text(service, not_dns_label);
	V_EACH (e, v_at(spec, "volumeClaimTemplates"))
		check_claim_spec(v_at(e, "spec"));
}

static void check_revision(struct val *v)
{
	struct val *data = v_at(v, "data");

	not_negative(v_at(v, "revision"));
	if (!v->c->old && (!v_has(data) || (v->c->minor > 30 && data->n->type != NODE_MAP)))
		missing(data, "must be an object");
}

#define APPS "pkg/apis/apps/validation: "
#define SETS (K(DEPLOYMENT) | K(REPLICA_SET) | K(STATEFUL_SET) | K(DAEMON_SET))
const struct rule rules_workloads[] = {
	{ "workload/counts", SEVERITY_ERROR, ON_CREATE, SETS | K(RC), 0, 0,
	  "replicas, seconds and limits are not negative", APPS "ValidateDeploymentSpec",
	  check_counts },
	{ "workload/selector", SEVERITY_ERROR, ON_CREATE, SETS, 0, 0,
	  "a selector is there, not empty, and matches the template's labels",
	  APPS "ValidatePodTemplateSpecForReplicaSet", check_selector },
	{ "replicationcontroller/selector", SEVERITY_ERROR, ON_CREATE, K(RC), 0, 0,
	  "a replication controller's selector matches the template's labels",
	  "pkg/apis/core/validation: ValidatePodTemplateSpecForRC", check_rc },
	{ "workload/template", SEVERITY_ERROR, ON_CREATE, SETS | K(RC), 0, 0,
	  "pods of a workload restart always and have no deadline",
	  APPS "ValidatePodTemplateSpecForReplicaSet", check_template },
	{ "deployment/strategy", SEVERITY_ERROR, ON_CREATE, K(DEPLOYMENT), 0, 0,
	  "a rolling update can make progress within at most 100%",
	  APPS "ValidateDeploymentStrategy", check_deployment_strategy },
	{ "daemonset/strategy", SEVERITY_ERROR, ON_CREATE, K(DAEMON_SET), 0, 0,
	  "a rolling update has one of maxUnavailable and maxSurge",
	  APPS "ValidateDaemonSetUpdateStrategy", check_daemon_strategy },
	{ "statefulset/spec", SEVERITY_ERROR, ON_CREATE, K(STATEFUL_SET), 0, 0,
	  "policies, strategy, ordinals and claims of a stateful set",
	  APPS "ValidateStatefulSetSpec", check_stateful },
	{ "controllerrevision/data", SEVERITY_ERROR, ON_CREATE, K(CONTROLLER_REVISION), 0, 0,
	  "a revision has an object and a number", APPS "ValidateControllerRevisionCreate",
	  check_revision },
	{ 0 },
};
