/*
 * Which of a chart's subcharts are in, under which names, and what of their values the parent
 * imports.
 *
 * Helm works on shared structures: two aliases of one chart share its list of dependencies, and the
 * second walk over it finds the first one's changes. So do these.
 */
#include <string.h>

#include "base/semver.h"
#include "render/helm/chart.h"

/* A value at "a.b.c" that is no table; false when there is none. */
static bool path_value(struct arena *a, struct value v, const char *path, struct value *out)
{
	const char *dot = strrchr(path, '.'), *key = dot ? dot + 1 : path;
	struct value table = v;
	struct go_entry *e;

	if (dot)
		table = values_table(a, v, arena_memdup(a, path, (size_t)(dot - path)));
	e = values_is_table(table) ? value_entry(&table, key, strlen(key)) : NULL;
	if (!e || values_is_table(e->value))
		return false;
	*out = e->value;
	return true;
}

static void apply_condition(struct helm *h, struct chart_dependency *d, struct value values,
			    const char *path)
{
	struct arena *a = h->arena;
	const char *p = d->condition, *end = p + strlen(p);

	while (p < end && strchr(" \t\r\n", *p))
		p++;
	while (end > p && strchr(" \t\r\n", end[-1]))
		end--;
	while (p < end) {
		size_t n = 0;
		const char *name;
		struct value v;

		while (p + n < end && p[n] != ',')
			n++;
		name = arena_memdup(a, p, n);
		p += n + 1;
		if (!n)
			continue;
		name = arena_printf(a, "%s%s", path, name);
		*vec_push(a, &h->asked) = name;
		if (!path_value(a, values, name, &v))
			continue;
		if (value_kind(v) == GO_BOOL) {
			d->enabled = v.b;
			return;
		}
		helm_note(h, v.origin,
			  "Warning: Condition path '%s' for chart %s returned non-bool value",
			  name + strlen(path), d->name);
	}
}

static void apply_tags(struct helm *h, struct chart_dependency *d, struct value tags)
{
	bool any_true = false, any_false = false;

	for (uint32_t i = 0; d->tags && i < d->tags->len; i++) {
		const char *tag = node_text(d->tags->items[i]);
		struct go_entry *e = value_entry(&tags, tag, strlen(tag));

		if (!e)
			continue;
		if (value_kind(e->value) != GO_BOOL) {
			helm_note(h, e->origin,
				  "Warning: Tag '%s' for chart %s returned non-bool value", tag,
				  d->name);
			continue;
		}
		any_true |= e->value.b;
		any_false |= !e->value.b;
	}
	d->enabled = any_true || !any_false;
}

static struct chart *find_chart(struct helm *h, const struct charts *charts,
				const struct chart_dependency *d)
{
	for (size_t i = 0; i < charts->count; i++) {
		struct chart *c = charts->items[i];

		if (!strcmp(c->name, d->name) && semver_matches(h->arena, d->version, c->version))
			return chart_copy_as(h->arena, c, d->alias);
	}
	return NULL;
}

static bool is_required(struct helm *h, const struct chart *parent, const struct chart *c)
{
	for (size_t i = 0; i < parent->requirements.count; i++) {
		const struct chart_dependency *d = parent->requirements.items[i];

		if (!strcmp(c->name, d->name) && semver_matches(h->arena, d->version, c->version))
			return true;
	}
	return false;
}

static void set_charts(struct helm *h, struct chart *c, const struct charts *charts)
{
	struct charts list = *charts;

	c->charts = (struct charts){ 0 };
	for (size_t i = 0; i < list.count; i++)
		chart_add(h->arena, c, list.items[i]);
}

/* The charts that nothing asks for, then those that are asked for, each under its alias. */
static void apply_aliases(struct helm *h, struct chart *c)
{
	struct charts list = { 0 };

	for (size_t i = 0; i < c->charts.count; i++) {
		if (!is_required(h, c, c->charts.items[i]))
			*vec_push(h->arena, &list) = c->charts.items[i];
	}
	for (size_t i = 0; i < c->requirements.count; i++) {
		struct chart_dependency *d = c->requirements.items[i];
		struct chart *found = find_chart(h, &c->charts, d);

		if (found)
			*vec_push(h->arena, &list) = found;
		if (*d->alias)
			d->name = d->alias;
	}
	set_charts(h, c, &list);
}

static bool is_disabled(const struct chart *c, const char *name)
{
	for (size_t i = 0; i < c->requirements.count; i++) {
		const struct chart_dependency *d = c->requirements.items[i];

		if (!d->enabled && !strcmp(d->name, name))
			return true;
	}
	return false;
}

static int process_enabled(struct helm *h, struct chart *c, struct value given, const char *path,
			   struct err *err);

/* Drop what is disabled, after the rest has been through the same. */
static int keep_enabled(struct helm *h, struct chart *c, struct value values, const char *path,
			struct err *err)
{
	struct chart_dependencies requirements = { 0 };
	struct charts list = { 0 };

	for (size_t i = 0; i < c->charts.count; i++) {
		const char *name = c->charts.items[i]->name;

		if (is_disabled(c, name)) /* its values are known, though nothing reads them now */
			*vec_push(h->arena, &h->asked) = arena_printf(h->arena, "%s%s", path, name);
		else
			*vec_push(h->arena, &list) = c->charts.items[i];
	}
	for (size_t i = 0; i < c->requirements.count; i++) {
		if (!is_disabled(c, c->requirements.items[i]->name))
			*vec_push(h->arena, &requirements) = c->requirements.items[i];
	}
	for (size_t i = 0; i < list.count; i++) {
		const char *below = arena_printf(h->arena, "%s%s.", path, list.items[i]->name);

		if (process_enabled(h, list.items[i], values, below, err) < 0)
			return -1;
	}
	c->requirements = requirements;
	c->requires = requirements.count > 0;
	set_charts(h, c, &list);
	return 0;
}

static int process_enabled(struct helm *h, struct chart *c, struct value given, const char *path,
			   struct err *err)
{
	struct value values, tags;

	if (!c->requires)
		return 0;
	apply_aliases(h, c);
	for (size_t i = 0; i < c->requirements.count; i++)
		c->requirements.items[i]->enabled = true;
	if (values_coalesce(h, c, given, 0, &values, err) < 0)
		return -1;
	tags = values_table(h->arena, values, "tags");
	for (size_t i = 0; i < c->requirements.count && tags.type; i++)
		apply_tags(h, c->requirements.items[i], tags);
	for (size_t i = 0; i < c->requirements.count; i++)
		apply_condition(h, c->requirements.items[i], values, path);
	return keep_enabled(h, c, values, path, err);
}

/* `v` below "a.b.c"; "." is itself. */
static struct value nest(struct arena *a, const char *path, struct value v)
{
	const char *end = path + strlen(path);

	if (!strcmp(path, "."))
		return v;
	while (end) {
		const char *dot = end;
		struct value outer = value_map(a, &type_any_map);

		while (dot > path && dot[-1] != '.')
			dot--;
		value_set_n(a, outer, dot, (size_t)(end - dot), v);
		outer.origin = v.origin;
		v = outer;
		end = dot > path ? dot - 1 : NULL;
	}
	return v;
}

static const char *scalar_text(const struct node *n)
{
	const char *text = node_text(n);

	return node_is_null(n) || !text ? "<nil>" : text;
}

/* One entry of import-values; its two paths go to `imported`. */
static void import_one(struct helm *h, const struct chart_dependency *d, const struct node *entry,
		       struct value values, struct value into, struct node *imported)
{
	struct arena *a = h->arena;
	struct node *pair = node_at(node_map(a), entry->origin);
	const char *child, *parent = ".";
	struct value table;

	if (node_is(entry, NODE_MAP)) {
		child = scalar_text(node_get(entry, "child"));
		parent = scalar_text(node_get(entry, "parent"));
	} else if (node_is(entry, NODE_STR)) {
		child = arena_printf(a, "exports.%s", entry->text);
	} else {
		return;
	}
	node_set(a, pair, "child", node_str(a, child));
	node_set(a, pair, "parent", node_str(a, parent));
	node_append(a, imported, pair);
	table = values_table(a, values, arena_printf(a, "%s.%s", d->name, child));
	if (!table.type) {
		helm_note(
			h, entry->origin,
			"Warning: ImportValues missing table from chart %s: \"%s\" is not a table",
			d->name, child);
		return;
	}
	values_coalesce_tables(h, into, nest(a, parent, table), "", COALESCE_KEEP_NULLS);
}

static int import_values(struct helm *h, struct chart *c, struct err *err)
{
	struct value values, imported;

	for (size_t i = 0; i < c->charts.count; i++) {
		if (import_values(h, c->charts.items[i], err) < 0)
			return -1;
	}
	if (!c->requires)
		return 0;
	if (values_coalesce(h, c, VALUE_NIL, COALESCE_KEEP_NULLS, &values, err) < 0)
		return -1;
	imported = value_map(h->arena, &type_any_map);
	for (size_t i = 0; i < c->requirements.count; i++) {
		struct chart_dependency *d = c->requirements.items[i];
		struct node *pairs = node_seq(h->arena);

		for (uint32_t j = 0; d->imports && j < d->imports->len; j++)
			import_one(h, d, d->imports->items[j], values, imported, pairs);
		d->imports = pairs->len ? pairs : NULL;
	}
	c->values = values_copy(h->arena, values);
	values_coalesce_tables(h, c->values, imported, "", COALESCE_KEEP_NULLS);
	return 0;
}

int chart_process_dependencies(struct helm *h, struct chart *c, struct value vals, struct err *err)
{
	if (process_enabled(h, c, vals, "", err) < 0)
		return -1;
	return import_values(h, c, err);
}
