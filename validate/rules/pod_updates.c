/* What an update must not change of pods, and of what makes them: jobs and stateful sets. */
#include <string.h>

#include "validate/rules/checks.h"
#include "validate/rules/tables.h"
#include "validate/rules/val.h"

static const char *const must[] = { "serviceName", "podManagementPolicy", "selector",
				    "volumeClaimTemplates" };

/* Each of a list without some fields. */
static struct node *containers_without(struct arena *a, const struct node *list, const char *fields)
{
	struct node *copy = node_seq(a);

	for (uint32_t i = 0; node_is(list, NODE_SEQ) && i < list->len; i++) {
		struct node *c = node_without(a, list->items[i], fields);

		node_append(a, copy, c ? c : node_null(a));
	}
	return copy;
}

/* Whether a field of a stateful set's spec is as it was; a claim's kind is dropped. */
static bool is_kept(struct val *v, const char *field)
{
	const struct node *now = v_at(v_at(v, "spec"), field)->n;
	const struct node *old = v_at(v_at(v->c->old, "spec"), field)->n;
	struct arena *a = v->c->scratch;

	if (!strcmp(field, "volumeClaimTemplates") && now && old) {
		now = containers_without(a, now, "kind apiVersion status");
		old = containers_without(a, old, "kind apiVersion status");
	}
	return node_same(now, old, field);
}

/* Newer servers name each field. */
static void check_stateful_fields(struct val *v)
{
	for (size_t i = 0; i < ARRAY_SIZE(must); i++) {
		if (!is_kept(v, must[i]))
			immutable(v_at(v_at(v, "spec"), must[i]), "the field is immutable");
	}
}

/* The field of a stateful set's spec that differs, or NULL. */
static struct val *stateful_change(struct val *v)
{
	for (size_t i = 0; i < ARRAY_SIZE(must); i++) {
		if (!is_kept(v, must[i]))
			return v_at(v_at(v, "spec"), must[i]);
	}
	if (v->c->minor < 33 && v_int(v_at(v, "spec.revisionHistoryLimit"), 10) !=
					v_int(v_at(v->c->old, "spec.revisionHistoryLimit"), 10))
		return v_at(v, "spec.revisionHistoryLimit");
	return NULL;
}

static void check_stateful(struct val *v)
{
	struct val *changed = stateful_change(v);

	if (changed && v->c->minor >= 37)
		check_stateful_fields(v);
	else if (changed)
		immutable(
			v_place(v_at(v, "spec"), v_has(changed) ? changed : v_at(v, "spec")),
			"only replicas, ordinals, template, updateStrategy,%s "
			"persistentVolumeClaimRetentionPolicy and minReadySeconds may change, not "
			"'%s'",
			v->c->minor < 33 ? "" : " revisionHistoryLimit,", v_name(changed));
}

static struct node *spec_without(struct arena *a, const struct node *spec, const char *fields,
				 const char *container_fields)
{
	static const char *const lists[] = { "containers", "initContainers" };
	struct node *copy = node_without(a, spec, fields);

	for (size_t i = 0; copy && i < ARRAY_SIZE(lists); i++) {
		if (node_get(spec, lists[i]))
			node_set(a, copy, lists[i],
				 containers_without(a, node_get(spec, lists[i]), container_fields));
	}
	return copy;
}

/* A job's number of completions as it was made: -1 for none, which parallelism alone means. */
static int64_t completions_of(struct val *spec)
{
	return v_int(v_at(spec, "completions"), v_has(v_at(spec, "parallelism")) ? -1 : 1);
}

/* The same after an update, which keeps the number that the server filled in. */
static int64_t completions_after(struct val *spec, struct val *was)
{
	bool filled = !v_has(v_at(was, "completions")) && completions_of(was) == 1;

	return filled && !v_has(v_at(spec, "completions")) ? 1 : completions_of(spec);
}

static const struct node *pod_affinity(struct arena *a, struct val *spec)
{
	struct val *affinity = v_at(spec, "affinity");
	struct node *rest = node_without(a, affinity->n, "nodeAffinity");

	return rest && rest->len ? rest : NULL;
}

/* Where the pods of a job may run, and from 1.36 on what they get, changes before it starts. */
static void check_suspended_template(struct val *now, struct val *old)
{
	static const char free[] = "affinity nodeSelector tolerations schedulingGates";
	struct val *spec = v_at(now, "spec"), *was = v_at(old, "spec");
	struct arena *a = now->c->scratch;
	bool resources = now->c->minor >= 36;
	const char *own = resources ? "resources" : "";

	if (!node_same(spec_without(a, spec->n, free, own), spec_without(a, was->n, free, own),
		       "spec") ||
	    !node_same(pod_affinity(a, spec), pod_affinity(a, was), "affinity"))
		immutable(resources ? spec : now,
			  "of a suspended job, only scheduling%s of the pod template may change",
			  resources ? " and resources" : "");
}

static void check_job_selector(struct val *spec, struct val *was)
{
	struct val *selector = v_at(spec, "selector"), *manual = v_at(spec, "manualSelector");
	struct val *now = v_at(spec, "template"), *old = v_at(was, "template");

	if (v_true(v_at(was, "manualSelector"), false) && !v_true(manual, false))
		missing(v_key(v_at(now, "metadata.labels"), "controller-uid"),
			"manualSelector cannot be unset");
	else if (!v_true(manual, false) && v_has(v_at(old, "metadata.labels")) &&
		 !v_has(v_at(now, "metadata.labels")))
		missing(v_key(v_at(now, "metadata.labels"), "controller-uid"),
			"the labels that the server made would go with the template's metadata");
	if (v_has(selector) != v_has(v_at(was, "selector")) ||
	    !v_unchanged(selector, v_at(was, "selector")))
		immutable(selector, v_true(manual, false)
					    ? "the field is immutable"
					    : "the server makes it: leave it out, or set "
					      "manualSelector on a job of another name");
}

/* A job's template may change only while it is suspended; its completions with its parallelism. */
static void check_job(struct val *v)
{
	struct val *spec = v_at(v, "spec"), *was = v_at(v->c->old, "spec");
	struct val *now = v_at(spec, "template"), *old = v_at(was, "template");
	struct val *completions = v_at(spec, "completions");

	check_job_selector(spec, was);
	if (v_has(v_at(spec, "podFailurePolicy")) && !v_has(v_at(was, "podFailurePolicy")) &&
	    !v_has(v_at(spec, "podReplacementPolicy")))
		bad(v_at(spec, "podReplacementPolicy"),
		    "must be Failed beside podFailurePolicy, and the server made it "
		    "TerminatingOrFailed");
	if (v_true(v_at(was, "suspend"), false))
		check_suspended_template(now, old);
	else if (!v_unchanged(now, old))
		immutable(now, "a job's pod template is immutable");
	if (completions_after(spec, was) == completions_of(was))
		return;
	if (!v_is(v_at(spec, "completionMode"), "Indexed"))
		immutable(completions, "the field is immutable");
	else if (v_int(completions, 1) != v_int(v_at(spec, "parallelism"), 1))
		bad(completions, "can only be modified in tandem with parallelism");
}

static bool has_toleration(struct val *list, struct val *old)
{
	struct arena *a = list->c->scratch;

	V_EACH (e, list) {
		if (node_same(node_without(a, e->n, "tolerationSeconds"),
			      node_without(a, old->n, "tolerationSeconds"), "tolerations"))
			return true;
	}
	return false;
}

static void check_pod_lists(struct val *spec, struct val *was)
{
	struct val *tolerations = v_at(spec, "tolerations"), *gates = v_at(spec, "schedulingGates");

	V_EACH (e, v_at(was, "tolerations")) {
		if (!has_toleration(tolerations, e)) {
			forbidden(tolerations, "an existing toleration can only change its "
					       "tolerationSeconds");
			break;
		}
	}
	V_EACH (e, gates) {
		struct val *name = v_at(e, "name");

		if (!v_find(v_at(was, "schedulingGates"), "name", v_str(name)))
			forbidden(name, "scheduling gates can only be deleted");
	}
}

static void check_deadline(struct val *spec, struct val *was)
{
	struct val *now = v_at(spec, "activeDeadlineSeconds");
	struct val *old = v_at(was, "activeDeadlineSeconds");

	if (v_has(now) && v_has(old) && v_int(old, 0) < v_int(now, 0))
		bad(now, "must be at most its previous value (%lld)", (long long)v_int(old, 0));
	else if (!v_has(now) && v_has(old))
		bad(now, "cannot be removed once set");
}

static void check_pod_annotations(struct val *now, struct val *old)
{
	static const char profile[] = "container.apparmor.security.beta.kubernetes.io/";
	struct val *both[] = { old, now };

	for (size_t i = 0; i < 2; i++) {
		V_EACH (e, both[i]) {
			struct val *other = v_key(both[1 - i], e->name);

			if (strncmp(e->name, profile, sizeof(profile) - 1) != 0 &&
			    strcmp(e->name, "kubernetes.io/config.mirror") != 0)
				continue;
			if (i ? !v_has(other) : !v_has(other) || !v_same(other, e))
				immutable(v_key(now, e->name),
					  "the annotation may not be added, changed or removed");
		}
	}
}

/* The first requirements are the old ones. */
static bool starts_with(struct val *now, struct val *old)
{
	V_EACH (e, old) {
		if (!v_has(v_item(now, e->index)) || !v_unchanged(v_item(now, e->index), e))
			return false;
	}
	return true;
}

/* While a pod waits at a gate it may be bound to fewer nodes, never to others. */
static void check_gated(struct val *spec, struct val *was)
{
	static const char required[] =
		"affinity.nodeAffinity.requiredDuringSchedulingIgnoredDuringExecution."
		"nodeSelectorTerms";
	struct val *nodes = v_at(spec, "nodeSelector");
	struct val *terms = v_at(spec, required), *old = v_at(was, required);

	V_EACH (e, v_at(was, "nodeSelector")) {
		if (!v_has(v_key(nodes, e->name)) || !v_same(v_key(nodes, e->name), e)) {
			immutable(nodes, "only additions are allowed");
			break;
		}
	}
	if (v_count(old) && v_count(old) != v_count(terms)) {
		immutable(terms, "no terms may be added or deleted");
		return;
	}
	V_EACH (e, old) {
		struct val *now = v_item(terms, e->index);
		bool all =
			!v_count(v_at(e, "matchExpressions")) && !v_count(v_at(e, "matchFields"));

		if (!starts_with(v_at(now, "matchExpressions"), v_at(e, "matchExpressions")) ||
		    !starts_with(v_at(now, "matchFields"), v_at(e, "matchFields")) ||
		    (all &&
		     (v_count(v_at(now, "matchExpressions")) || v_count(v_at(now, "matchFields")))))
			immutable(now, "only additions are allowed");
	}
}

/* What may change of a pod, or does not count: what is checked apart, or dropped. */
static const char *pod_free(struct check *c, bool gated)
{
	return arena_printf(c->scratch, "activeDeadlineSeconds tolerations schedulingGates%s%s",
			    gated ? " nodeSelector affinity" : "",
			    c->minor < 33 ? " hostUsers" : "");
}

static void check_pod(struct val *v)
{
	static const char *const lists[] = { "containers", "initContainers" };
	struct val *spec = v_at(v, "spec"), *was = v_at(v->c->old, "spec");
	struct arena *a = v->c->scratch;
	bool gated = v_count(v_at(was, "schedulingGates")) > 0;
	const char *fields = pod_free(v->c, gated);

	check_pod_annotations(v_at(v, "metadata.annotations"),
			      v_at(v->c->old, "metadata.annotations"));
	for (size_t i = 0; i < ARRAY_SIZE(lists); i++) {
		if (v_count(v_at(spec, lists[i])) != v_count(v_at(was, lists[i]))) {
			forbidden(v_at(spec, lists[i]),
				  "an update may not add or remove containers");
			v->c->out->items[v->c->out->count - 1].forces_replacement = true;
			return;
		}
	}
	check_deadline(spec, was);
	check_pod_lists(spec, was);
	if (gated)
		check_gated(spec, was);
	if (!node_same(spec_without(a, spec->n, fields, "image"),
		       spec_without(a, was->n, fields, "image"), "spec") ||
	    (gated && !node_same(pod_affinity(a, spec), pod_affinity(a, was), "affinity")))
		immutable(spec,
			  "of a pod only images, activeDeadlineSeconds, "
			  "terminationGracePeriodSeconds and additional tolerations may change");
}

const struct rule rules_pod_updates[] = {
	{ "immutable/statefulset", SEVERITY_ERROR, ON_UPDATE, K(STATEFUL_SET), 0, 0,
	  "a stateful set keeps its service, selector, claims and policy",
	  "pkg/apis/apps/validation: ValidateStatefulSetUpdate", check_stateful },
	{ "immutable/job", SEVERITY_ERROR, ON_UPDATE, K(JOB), 0, 0,
	  "a job keeps its template and completions",
	  "pkg/apis/batch/validation: ValidateJobSpecUpdate", check_job },
	{ "immutable/pod", SEVERITY_ERROR, ON_UPDATE, K(POD), 0, 0,
	  "a pod changes images, deadlines and tolerations only",
	  "pkg/apis/core/validation: ValidatePodUpdate", check_pod },
	{ 0 },
};
