/* One change as the JSON contract has it, and what its parts share with the rest of the plan. */
#include "cmd/report/change.h"

void tree_put(struct arena *a, struct node *map, const char *key, const char *text)
{
	if (text)
		node_set(a, map, key, node_str(a, text));
}

void tree_put_count(struct arena *a, struct node *map, const char *key, unsigned count)
{
	node_set(a, map, key, node_int(a, count));
}

static struct node *place_tree(struct arena *a, const char *source, const char *file, unsigned line,
			       unsigned column)
{
	struct node *n = node_map(a);

	tree_put(a, n, "source", source);
	tree_put(a, n, "file", file);
	if (line)
		tree_put_count(a, n, "line", line);
	if (column)
		tree_put_count(a, n, "column", column);
	return n;
}

void tree_put_place(struct arena *a, struct node *map, const struct plan_place *place)
{
	struct node *at, *via;
	size_t i;

	if (!place->at.file)
		return;
	at = node_map(a);
	tree_put(a, at, "side", place->at.side == SIDE_BASE ? "base" : "head");
	tree_put(a, at, "source", place->at.source);
	tree_put(a, at, "file", place->at.file);
	if (place->at.line)
		tree_put_count(a, at, "line", place->at.line);
	if (place->at.column)
		tree_put_count(a, at, "column", place->at.column);
	node_set(a, map, "source", at);
	if (!place->via_count)
		return;
	via = node_seq(a);
	for (i = 0; i < place->via_count; i++) {
		const struct plan_via *v = &place->via[i];
		struct node *link = place_tree(a, v->source, v->file, v->line, v->column);

		tree_put(a, link, "what", v->what);
		node_append(a, via, link);
	}
	node_set(a, map, "via", via);
}

struct node *tree_of_ref(struct arena *a, const struct plan_ref *ref, const char *engine)
{
	struct node *n = node_map(a);

	tree_put(a, n, "engine", engine);
	if (!engine)
		tree_put(a, n, "apiVersion", ref->api_version);
	tree_put(a, n, "kind", ref->kind);
	tree_put(a, n, "namespace", ref->ns);
	tree_put(a, n, "name", ref->name);
	return n;
}

static struct node *field_tree(struct arena *a, const struct plan_field *f)
{
	struct node *n = node_map(a);

	tree_put(a, n, "path", f->path);
	tree_put(a, n, "pointer", f->pointer);
	if (f->before)
		node_set(a, n, "before", node_copy(a, f->before));
	if (f->after)
		node_set(a, n, "after", node_copy(a, f->after));
	tree_put(a, n, "cause", plan_cause_name(f->cause));
	tree_put(a, n, "manager", f->manager);
	tree_put(a, n, "managerTime", f->manager_time);
	if (f->undone)
		node_set(a, n, "undone", node_bool(a, true));
	tree_put_place(a, n, &f->place);
	return n;
}

struct node *report_change(struct arena *a, const struct plan_change *c)
{
	struct node *n = node_map(a), *fields;
	size_t i;

	tree_put(a, n, "target", c->target);
	tree_put(a, n, "app", c->app);
	tree_put(a, n, "action", plan_action_name(c->action));
	if (c->cause != CAUSE_NONE)
		tree_put(a, n, "cause", plan_cause_name(c->cause));
	tree_put(a, n, "checked", plan_level_name(c->checked));
	if (c->simulated)
		node_set(a, n, "simulated", node_bool(a, true));
	tree_put(a, n, "reason", c->reason);
	tree_put(a, n, "race", c->warning_race);
	node_set(a, n, "owner", tree_of_ref(a, &c->owner, c->engine));
	if (c->previous_owner.kind)
		node_set(a, n, "previousOwner", tree_of_ref(a, &c->previous_owner, c->engine));
	node_set(a, n, "object", tree_of_ref(a, &c->object, NULL));
	tree_put_place(a, n, &c->place);
	if (c->count) {
		fields = node_seq(a);
		for (i = 0; i < c->count; i++)
			node_append(a, fields, field_tree(a, &c->items[i]));
		node_set(a, n, "fields", fields);
	}
	return n;
}
