/* The plan as a tree: the JSON contract, which the JSON and YAML reports print. */
#include "cmd/report/alike.h"
#include "cmd/report/report.h"
#include "cmd/report/words.h"

static void put(struct arena *a, struct node *map, const char *key, const char *text)
{
	if (text)
		node_set(a, map, key, node_str(a, text));
}

static void put_count(struct arena *a, struct node *map, const char *key, unsigned count)
{
	node_set(a, map, key, node_int(a, count));
}

static struct node *place_tree(struct arena *a, const char *source, const char *file, unsigned line,
			       unsigned column)
{
	struct node *n = node_map(a);

	put(a, n, "source", source);
	put(a, n, "file", file);
	if (line)
		put_count(a, n, "line", line);
	if (column)
		put_count(a, n, "column", column);
	return n;
}

static void put_place(struct arena *a, struct node *map, const struct plan_place *place)
{
	struct node *at, *via;
	size_t i;

	if (!place->at.file)
		return;
	at = node_map(a);
	put(a, at, "side", place->at.side == SIDE_BASE ? "base" : "head");
	put(a, at, "source", place->at.source);
	put(a, at, "file", place->at.file);
	if (place->at.line)
		put_count(a, at, "line", place->at.line);
	if (place->at.column)
		put_count(a, at, "column", place->at.column);
	node_set(a, map, "source", at);
	if (!place->via_count)
		return;
	via = node_seq(a);
	for (i = 0; i < place->via_count; i++) {
		const struct plan_via *v = &place->via[i];
		struct node *link = place_tree(a, v->source, v->file, v->line, v->column);

		put(a, link, "what", v->what);
		node_append(a, via, link);
	}
	node_set(a, map, "via", via);
}

static struct node *ref_tree(struct arena *a, const struct plan_ref *ref, const char *engine)
{
	struct node *n = node_map(a);

	put(a, n, "engine", engine);
	if (!engine)
		put(a, n, "apiVersion", ref->api_version);
	put(a, n, "kind", ref->kind);
	put(a, n, "namespace", ref->ns);
	put(a, n, "name", ref->name);
	return n;
}

static struct node *field_tree(struct arena *a, const struct plan_field *f)
{
	struct node *n = node_map(a);

	put(a, n, "path", f->path);
	put(a, n, "pointer", f->pointer);
	if (f->before)
		node_set(a, n, "before", node_copy(a, f->before));
	if (f->after)
		node_set(a, n, "after", node_copy(a, f->after));
	put(a, n, "cause", plan_cause_name(f->cause));
	put(a, n, "manager", f->manager);
	put(a, n, "managerTime", f->manager_time);
	if (f->undone)
		node_set(a, n, "undone", node_bool(a, true));
	put_place(a, n, &f->place);
	return n;
}

struct node *report_change(struct arena *a, const struct plan_change *c)
{
	struct node *n = node_map(a), *fields;
	size_t i;

	put(a, n, "target", c->target);
	put(a, n, "app", c->app);
	put(a, n, "action", plan_action_name(c->action));
	if (c->cause != CAUSE_NONE)
		put(a, n, "cause", plan_cause_name(c->cause));
	put(a, n, "checked", plan_level_name(c->checked));
	if (c->simulated)
		node_set(a, n, "simulated", node_bool(a, true));
	put(a, n, "reason", c->reason);
	put(a, n, "race", c->warning_race);
	node_set(a, n, "owner", ref_tree(a, &c->owner, c->engine));
	if (c->previous_owner.kind)
		node_set(a, n, "previousOwner", ref_tree(a, &c->previous_owner, c->engine));
	node_set(a, n, "object", ref_tree(a, &c->object, NULL));
	put_place(a, n, &c->place);
	if (c->count) {
		fields = node_seq(a);
		for (i = 0; i < c->count; i++)
			node_append(a, fields, field_tree(a, &c->items[i]));
		node_set(a, n, "fields", fields);
	}
	return n;
}

static struct node *hook_tree(struct arena *a, const struct plan_hook *h)
{
	struct node *n = node_map(a);

	put(a, n, "target", h->target);
	put(a, n, "when", h->when);
	if (*h->deletes)
		put(a, n, "deletePolicy", h->deletes);
	node_set(a, n, "owner", ref_tree(a, &h->owner, h->engine));
	node_set(a, n, "object", ref_tree(a, &h->object, NULL));
	put_place(a, n, &h->place);
	return n;
}

static struct node *finding_tree(struct arena *a, const struct plan_finding *f)
{
	struct node *n = node_map(a);

	put(a, n, "severity", words_severity(f->severity));
	put(a, n, "rule", f->rule);
	put(a, n, "message", f->message);
	put(a, n, "target", f->target);
	if (f->has_object)
		node_set(a, n, "object", ref_tree(a, &f->object, NULL));
	put(a, n, "path", f->path);
	put(a, n, "fingerprint", f->fingerprint);
	node_set(a, n, "new", node_bool(a, f->is_new));
	put_place(a, n, &f->place);
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
		put_count(a, n, plan_action_name(listed[i]), s->actions[listed[i]]);
	if (ignored)
		put_count(a, n, "ignored", ignored);
	put_count(a, n, "drift", s->drift);
	put_count(a, n, "errors", s->errors);
	put_count(a, n, "warnings", s->warnings);
	for (i = PLAN_LEVELS; i-- > 0;)
		put_count(a, checked, plan_level_name((enum plan_level)i), s->checked[i]);
	put_count(a, checked, "simulated", s->simulated);
	node_set(a, n, "checked", checked);
	return n;
}

static struct node *target_tree(struct arena *a, const struct plan_target *t)
{
	struct node *n = node_map(a), *cluster;

	put(a, n, "id", t->id);
	if (t->why_offline) {
		put(a, n, "offline", t->why_offline);
		return n;
	}
	cluster = node_map(a);
	put(a, cluster, "context", t->context);
	put(a, cluster, "server", t->server);
	put(a, cluster, "version", t->version);
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
		put_count(a, one, "changes", (unsigned)alike.items[i].changes.count);
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

	put(a, n, "apiVersion", "kubectl-gitops/v1");
	put(a, n, "kind", options->kind ? options->kind : "Plan");
	if (is_plan) {
		put(a, n, "commit", p->commit);
		put(a, n, "base", p->base);
		put(a, n, "baseReason", p->base_why);
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
