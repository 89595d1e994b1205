/*
 * How a chart's values, its subcharts' and the globals come together under what the user gave.
 *
 * Helm's rules, with their corners: a null of the user's takes a default away; but where values are
 * merged for import-values, nulls stay. Maps are shared and changed in place as Helm's are: what is
 * handed in here is a copy.
 */
#include <string.h>

#include "render/helm/chart.h"

static const char global_key[] = "global";

static const char *dotted(struct arena *a, const char *prefix, const char *name)
{
	return *prefix ? arena_printf(a, "%s.%s", prefix, name) : name;
}

static void set_entry(struct helm *h, struct value map, const struct go_entry *e, struct value v)
{
	value_set_n(h->arena, map, e->key, e->len, v);
	value_entry(&map, e->key, e->len)->origin = e->origin;
}

/* What a null in dst does to src, before they are joined. */
static void apply_nulls(struct helm *h, struct value dst, struct value src, unsigned flags)
{
	for (size_t i = 0; i < dst.map->count;) {
		struct go_entry *e = &dst.map->entries[i], *other;

		other = e->value.type ? NULL : value_entry(&src, e->key, e->len);
		if (other && other->value.type && !(flags & COALESCE_KEEP_NULLS)) {
			value_remove(src, e->key, e->len);
			value_remove(dst, e->key, e->len);
			continue;
		}
		if (!e->value.type)
			set_entry(h, src, e, VALUE_NIL);
		i++;
	}
}

static void join_entry(struct helm *h, struct value dst, const struct go_entry *e,
		       const char *prefix, unsigned flags)
{
	struct go_entry *old = value_entry(&dst, e->key, e->len);
	const char *name;

	if (!old) {
		set_entry(h, dst, e, e->value);
		return;
	}
	name = dotted(h->arena, prefix, e->key);
	if (values_is_table(e->value)) {
		if (values_is_table(old->value))
			values_coalesce_tables(h, old->value, e->value, name, flags);
		else
			helm_note(h, old->origin,
				  "warning: cannot overwrite table with non table for %s (%s)",
				  name, values_text(h->arena, e->value));
	} else if (values_is_table(old->value) && e->value.type) {
		helm_note(h, old->origin,
			  "warning: destination for %s is a table. Ignoring non-table value (%s)",
			  name, values_text(h->arena, e->value));
	}
}

void values_coalesce_tables(struct helm *h, struct value dst, struct value src, const char *prefix,
			    unsigned flags)
{
	if (!src.map || !dst.map)
		return;
	apply_nulls(h, dst, src, flags);
	for (size_t i = 0; i < src.map->count; i++)
		join_entry(h, dst, &src.map->entries[i], prefix, flags);
}

static unsigned flags_for_key(const struct chart *c, const char *key, unsigned flags)
{
	for (size_t i = 0; i < c->charts.count; i++) {
		if (!strcmp(c->charts.items[i]->name, key))
			return flags | COALESCE_KEEP_NULLS;
	}
	return flags;
}

/* Helm 4: nulls of a chart's defaults are as if they were not there. */
static void drop_nulls(struct value map)
{
	for (size_t i = 0; i < map.map->count;) {
		struct go_entry *e = &map.map->entries[i];

		if (!e->value.type) {
			value_remove(map, e->key, e->len);
			continue;
		}
		if (values_is_table(e->value) && e->value.map)
			drop_nulls(e->value);
		i++;
	}
}

/* A default that nothing was given for. */
static void take_default(struct helm *h, struct value v, const struct go_entry *e, unsigned flags)
{
	if (h->options->helm4 && !(flags & COALESCE_KEEP_NULLS)) {
		if (!e->value.type)
			return;
		if (values_is_table(e->value) && e->value.map)
			drop_nulls(e->value);
	}
	set_entry(h, v, e, e->value);
}

static void join_default(struct helm *h, struct value given, const struct go_entry *e,
			 const char *name, unsigned flags)
{
	if (h->options->helm4 && !(flags & COALESCE_KEEP_NULLS) && e->value.map)
		drop_nulls(e->value);
	values_coalesce_tables(h, given, e->value, name, flags);
}

/* The chart's own defaults under `v`. */
static void coalesce_defaults(struct helm *h, const struct chart *c, struct value v,
			      const char *prefix, unsigned flags)
{
	const char *own = dotted(h->arena, prefix, c->name);
	struct value defaults = values_copy(h->arena, c->values);

	if (!values_is_table(defaults))
		return;
	for (size_t i = 0; i < defaults.map->count; i++) {
		struct go_entry *e = &defaults.map->entries[i];
		struct go_entry *given = value_entry(&v, e->key, e->len);

		if (!given) {
			take_default(h, v, e, flags);
		} else if (!given->value.type) {
			if (!(flags & COALESCE_KEEP_NULLS))
				value_remove(v, e->key, e->len);
		} else if (values_is_table(given->value) && values_is_table(e->value)) {
			join_default(h, given->value, e, dotted(h->arena, own, e->key),
				     flags_for_key(c, e->key, flags));
		} else if (values_is_table(given->value) && e->value.type) {
			helm_note(h, given->origin,
				  "warning: skipped value for %s.%s: Not a table.", own, e->key);
		}
	}
}

/* The `global` of `map`; nil (and a warning) when it is something else than a table. */
static struct value globals_of(struct helm *h, struct value map, const char *which)
{
	struct go_entry *e = value_entry(&map, global_key, strlen(global_key));

	if (!e)
		return value_map(h->arena, &type_any_map);
	if (values_is_table(e->value))
		return e->value;
	helm_note(h, e->origin, "warning: skipping globals because %s %s is not a table.", which,
		  global_key);
	return VALUE_NIL;
}

static struct value copy_shallow(struct arena *a, struct value map)
{
	struct value out = value_map(a, map.type);

	out.origin = map.origin;
	out.map->entries = arena_array(a, map.map->count, struct go_entry);
	out.map->cap = out.map->count = map.map->count;
	if (map.map->count)
		memcpy(out.map->entries, map.map->entries,
		       map.map->count * sizeof(*map.map->entries));
	return out;
}

static void pass_global(struct helm *h, struct value into, const struct go_entry *e,
			const char *prefix)
{
	struct go_entry *old = value_entry(&into, e->key, e->len);
	struct value copy;

	if (!values_is_table(e->value)) {
		if (old && values_is_table(old->value))
			helm_note(h, e->origin, "key %s is table. Skipping", e->key);
		else
			set_entry(h, into, e, e->value);
		return;
	}
	if (old && !values_is_table(old->value)) {
		helm_note(h, e->origin,
			  "Conflict: cannot merge map onto non-map for \"%s\". Skipping.", e->key);
		return;
	}
	copy = copy_shallow(h->arena, e->value);
	if (old)
		values_coalesce_tables(h, copy, old->value, dotted(h->arena, prefix, e->key),
				       COALESCE_KEEP_NULLS);
	set_entry(h, into, e, copy);
}

static void coalesce_globals(struct helm *h, struct value dst, struct value src, const char *prefix)
{
	struct value into = globals_of(h, dst, "destination");
	struct value from = into.type ? globals_of(h, src, "source") : VALUE_NIL;

	if (!from.type)
		return;
	for (size_t i = 0; i < from.map->count; i++)
		pass_global(h, into, &from.map->entries[i], prefix);
	value_set(h->arena, dst, global_key, into);
}

static int coalesce(struct helm *h, const struct chart *c, struct value dst, const char *prefix,
		    unsigned flags, struct err *err);

static int coalesce_subchart(struct helm *h, const struct chart *sub, struct value dst,
			     const char *prefix, unsigned flags, struct err *err)
{
	struct value own = value_get(dst, sub->name);

	if (!value_entry(&dst, sub->name, strlen(sub->name))) {
		own = value_map(h->arena, &type_any_map);
		value_set(h->arena, dst, sub->name, own);
	} else if (!values_is_table(own)) {
		return helm_fail_at(h, own.origin, err, "type mismatch on %s: %s", sub->name,
				    values_text_bool_verb(h->arena, own));
	}
	coalesce_globals(h, own, dst, prefix);
	return coalesce(h, sub, own, prefix, flags, err);
}

static int coalesce(struct helm *h, const struct chart *c, struct value dst, const char *prefix,
		    unsigned flags, struct err *err)
{
	coalesce_defaults(h, c, dst, prefix, flags);
	for (size_t i = 0; i < c->charts.count; i++) {
		if (coalesce_subchart(h, c->charts.items[i], dst, dotted(h->arena, prefix, c->name),
				      flags, err) < 0)
			return -1;
	}
	return 0;
}

int values_coalesce(struct helm *h, const struct chart *c, struct value vals, unsigned flags,
		    struct value *out, struct err *err)
{
	*out = values_is_table(vals) ? values_copy(h->arena, vals)
				     : value_map(h->arena, &type_any_map);
	return coalesce(h, c, *out, "", flags, err);
}
