/*
 * Disruption budgets against the replicas of what they select, as the disruption controller counts:
 * where as many pods must be healthy as there are, no eviction is ever granted and no node drained.
 * What no number is known of (a DaemonSet, a scale from zero, pods from elsewhere) is left alone.
 */
#include <stdlib.h>
#include <string.h>

#include "validate/across/internal.h"
#include "render/selects.h"

enum { COUNT_MOST = 1000000 };

static bool is_kind(const struct object *o, const char *group, const char *kind)
{
	return !strcmp(o->group, group) && !strcmp(o->kind, kind);
}

/* --- what there is --- */

static void add_budget(struct across *x, const struct object *o, const struct node *root)
{
	const struct node *spec = node_get(root, "spec"), *selector = node_get(spec, "selector");
	const struct node *most = node_get(spec, "maxUnavailable"),
			  *least = node_get(spec, "minAvailable");
	const struct node *bound = node_text(most) ? most : least;

	if (!node_text(bound))
		return;
	*vec_push(x->arena, &x->budgets) = (struct drain_budget){
		.object = o,
		.selector = node_is(selector, NODE_MAP) ? node_copy(x->arena, selector) : NULL,
		.at_most = bound == most,
		.bound = across_copy(x, node_text(bound)),
		.origin = bound->origin,
	};
}

/* A workload that runs a number of pods. */
static void add_scaled(struct across *x, const struct object *o, const struct node *root)
{
	const struct node *spec = node_get(root, "spec"), *replicas = node_get(spec, "replicas");
	const struct node *labels = across_at(spec, "template.metadata.labels");
	bool counted = !is_kind(o, "apps", "DaemonSet");
	int64_t count = 1;

	if (replicas && (!node_integer(replicas, &count) || count < 0 || count > COUNT_MOST))
		counted = false;
	*vec_push(x->arena, &x->scaled) = (struct scaled){
		.object = o,
		.labels = labels ? node_copy(x->arena, labels) : NULL,
		.replicas = counted ? count : -1,
	};
}

/* Who else sets the number: the least that it lets it be. */
static void add_scaler(struct across *x, const struct object *o, const struct node *root)
{
	const struct node *spec = node_get(root, "spec"),
			  *target = node_get(spec, "scaleTargetRef");
	bool keda = !strcmp(o->kind, "ScaledObject");
	const struct node *least = node_get(spec, keda ? "minReplicaCount" : "minReplicas");
	const char *kind = node_get_string(target, "kind"), *name = node_get_string(target, "name");
	int64_t count = keda ? 0 : 1;

	if (!name)
		return;
	if (least && (!node_integer(least, &count) || count < 0 || count > COUNT_MOST))
		count = 0;
	*vec_push(x->arena, &x->scalers) = (struct scaler){
		.object = o,
		.kind = kind ? across_copy(x, kind) : "Deployment",
		.name = across_copy(x, name),
		.least = count,
	};
}

void across_budgets(struct across *x, const struct object *o, const struct node *root)
{
	if (is_kind(o, "policy", "PodDisruptionBudget"))
		add_budget(x, o, root);
	else if (is_kind(o, "apps", "Deployment") || is_kind(o, "apps", "StatefulSet") ||
		 is_kind(o, "apps", "ReplicaSet") || is_kind(o, "apps", "DaemonSet") ||
		 is_kind(o, "", "ReplicationController"))
		add_scaled(x, o, root);
	else if (is_kind(o, "autoscaling", "HorizontalPodAutoscaler") ||
		 is_kind(o, "keda.sh", "ScaledObject"))
		add_scaler(x, o, root);
}

/* --- the comparison --- */

struct selected {
	int64_t replicas;
	size_t count;
	const struct object *first;
	const struct scaler *scaler; /* the last that sets a number */
	bool uncounted;
};

static const struct scaler *scaler_of(const struct across *x, const struct object *o)
{
	for (size_t i = 0; i < x->scalers.count; i++) {
		const struct scaler *s = &x->scalers.items[i];

		if (!strcmp(s->kind, o->kind) && !strcmp(s->name, o->name) &&
		    !strcmp(s->object->ns, o->ns))
			return s;
	}
	return NULL;
}

static void select_scaled(const struct across *x, const struct drain_budget *b,
			  struct selected *out)
{
	for (size_t i = 0; i < x->scaled.count; i++) {
		const struct scaled *w = &x->scaled.items[i];
		const struct scaler *scaler;

		if (strcmp(w->object->ns, b->object->ns) ||
		    selector_selects(b->selector, w->labels, true) != SELECTS_YES)
			continue;
		scaler = scaler_of(x, w->object);
		out->uncounted |= w->replicas < 0 || (scaler && !scaler->least);
		out->replicas += scaler ? scaler->least : w->replicas;
		out->scaler = scaler ? scaler : out->scaler;
		if (!out->count++)
			out->first = w->object;
	}
}

/* How many pods must stay healthy of `replicas`; percentages are rounded up. -1: no number. */
static int64_t healthy(const struct drain_budget *b, int64_t replicas)
{
	char *end;
	long long value = strtoll(b->bound, &end, 10);

	if (end == b->bound || value < 0 || value > COUNT_MOST)
		return -1;
	if (!strcmp(end, "%"))
		value = (value * replicas + 99) / 100;
	else if (*end)
		return -1;
	if (!b->at_most)
		return value;
	return value < replicas ? replicas - value : 0;
}

/* Blocked whatever it selects. */
static bool is_total(const struct drain_budget *b)
{
	if (b->at_most)
		return !strcmp(b->bound, "0") || !strcmp(b->bound, "0%");
	return !strcmp(b->bound, "100%");
}

static void check_budget(struct across *x, const struct drain_budget *b, struct findings *out)
{
	const char *path = b->at_most ? "spec.maxUnavailable" : "spec.minAvailable";
	struct selected s = { 0 };

	if (is_total(b)) {
		findings_add(out, SEVERITY_WARNING, "risk/blocks-drains", b->object, path,
			     b->origin, "no pod may ever be evicted: nodes can't be drained");
		return;
	}
	if (!b->selector)
		return;
	select_scaled(x, b, &s);
	if (!s.count || s.uncounted || !s.replicas || healthy(b, s.replicas) < s.replicas)
		return;
	findings_add(out, SEVERITY_WARNING, "risk/blocks-drains", b->object, path, b->origin,
		     "%s %s leaves none of the %lld replica%s of %s '%s'%s%s to be evicted: nodes "
		     "can't be drained",
		     path + strlen("spec."), b->bound, (long long)s.replicas,
		     s.replicas == 1 ? "" : "s", s.first->kind, s.first->name,
		     s.count > 1 ? " and others" : "",
		     s.scaler ? ", the fewest that its autoscaler lets it have," : "");
}

void across_check_budgets(struct across *x, struct findings *out)
{
	for (size_t i = 0; i < x->budgets.count; i++)
		check_budget(x, &x->budgets.items[i], out);
}
