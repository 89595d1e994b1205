/* The plan as a tree: the JSON contract, which the JSON and YAML reports print. */
#include "cmd/report/alike.h"
#include "cmd/report/change.h"
#include "cmd/report/report.h"
#include "cmd/report/words.h"

static struct node *hook_tree(struct arena *a, const struct plan_hook *h)
{
	struct node *n = node_map(a);

	tree_put(a, n, "target", h->target);
	tree_put(a, n, "when", h->when);
	if (*h->deletes)
		tree_put(a, n, "deletePolicy", h->deletes);
	node_set(a, n, "owner", tree_of_ref(a, &h->owner, h->engine));
	node_set(a, n, "object", tree_of_ref(a, &h->object, NULL));
	tree_put_place(a, n, &h->place);
	return n;
}

static struct node *finding_tree(struct arena *a, const struct plan_finding *f)
{
	struct node *n = node_map(a);

	tree_put(a, n, "severity", words_severity(f->severity));
	tree_put(a, n, "rule", f->rule);
	tree_put(a, n, "message", f->message);
	tree_put(a, n, "target", f->target);
	if (f->has_object)
		node_set(a, n, "object", tree_of_ref(a, &f->object, NULL));
	tree_put(a, n, "path", f->path);
	tree_put(a, n, "fingerprint", f->fingerprint);
	node_set(a, n, "new", node_bool(a, f->is_new));
	tree_put_place(a, n, &f->place);
	return n;
}

static struct node *summary_tree(struct arena *a, const struct plan_summary *s, unsigned ignored)
{
	static const enum plan_action listed[] = {
		PLAN_CREATE, PLAN_UPDATE, PLAN_REPLACE,	  PLAN_DELETE,
		PLAN_ORPHAN, PLAN_MOVE,	  PLAN_UNCHANGED, PLAN_UNDECIDED,
	};
	struct node *n = node_map(a), *checked = node_map(a);
	size_t i;

	for (i = 0; i < ARRAY_SIZE(listed); i++)
		tree_put_count(a, n, plan_action_name(listed[i]), s->actions[listed[i]]);
	if (ignored)
		tree_put_count(a, n, "ignored", ignored);
	tree_put_count(a, n, "drift", s->drift);
	tree_put_count(a, n, "errors", s->errors);
	tree_put_count(a, n, "warnings", s->warnings);
	for (i = PLAN_LEVELS; i-- > 0;)
		tree_put_count(a, checked, plan_level_name((enum plan_level)i), s->checked[i]);
	tree_put_count(a, checked, "simulated", s->simulated);
	node_set(a, n, "checked", checked);
	return n;
}

static struct node *target_tree(struct arena *a, const struct plan_target *t)
{
	struct node *n = node_map(a), *cluster;

	tree_put(a, n, "id", t->id);
	if (t->why_offline) {
		tree_put(a, n, "offline", t->why_offline);
		return n;
	}
	cluster = node_map(a);
	tree_put(a, cluster, "context", t->context);
	tree_put(a, cluster, "server", t->server);
	tree_put(a, cluster, "version", t->version);
	node_set(a, n, "cluster", cluster);
	return n;
}

static void put_hooks(struct arena *a, struct node *n, const struct plan *p)
{
	struct node *list = node_seq(a);

	for (size_t i = 0; i < p->hooks.count; i++)
		node_append(a, list, hook_tree(a, &p->hooks.items[i]));
	if (list->len)
		node_set(a, n, "hooks", list);
}

/* Which changes several targets share. */
static void put_alike(struct arena *a, struct node *n, const struct plan *p,
		      const struct report_options *options)
{
	struct node *list = node_seq(a);
	struct alike alike = { 0 };
	size_t i, k;

	if (p->targets.count < 2)
		return;
	alike_changes(a, p, options, &alike);
	for (i = 0; i < alike.count; i++) {
		struct node *one = node_map(a), *targets = node_seq(a);

		if (alike.items[i].target_count < 2)
			continue;
		for (k = 0; k < alike.items[i].target_count; k++)
			node_append(a, targets, node_str(a, alike.items[i].ids[k]));
		node_set(a, one, "targets", targets);
		tree_put_count(a, one, "changes", (unsigned)alike.items[i].changes.count);
		node_append(a, list, one);
	}
	if (list->len)
		node_set(a, n, "alike", list);
}

struct node *report_tree(struct arena *a, const struct plan *p,
			 const struct report_options *options)
{
	struct node *n = node_map(a), *targets = node_seq(a), *changes = node_seq(a);
	struct node *findings = node_seq(a);
	bool is_plan = !options->kind || !strcmp(options->kind, "Plan");
	size_t i;

	tree_put(a, n, "apiVersion", "kubectl-gitops/v1");
	tree_put(a, n, "kind", options->kind ? options->kind : "Plan");
	if (is_plan) {
		tree_put(a, n, "commit", p->commit);
		tree_put(a, n, "base", p->base);
		tree_put(a, n, "baseReason", p->base_why);
	}
	for (i = 0; i < p->targets.count; i++)
		node_append(a, targets, target_tree(a, &p->targets.items[i]));
	node_set(a, n, "targets", targets);
	node_set(a, n, "summary", summary_tree(a, &p->summary, p->ignored));
	for (i = 0; i < p->changes.count; i++)
		if (report_lists(&p->changes.items[i], options))
			node_append(a, changes, report_change(a, &p->changes.items[i]));
	if (is_plan) {
		node_set(a, n, "changes", changes);
		put_hooks(a, n, p);
		put_alike(a, n, p, options);
	}
	for (i = 0; i < p->findings.count; i++)
		node_append(a, findings, finding_tree(a, &p->findings.items[i]));
	node_set(a, n, "findings", findings);
	return n;
}
