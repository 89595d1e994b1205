/* dicts: sprig's dictionaries. set and unset change the map that they are given. */
#include "render/helm/functions/functions.h"

static struct value new_map(struct call *c)
{
	return value_map(c->arena, &type_any_map);
}

static struct value entry_item(struct value map, struct go_entry *e)
{
	struct value v = map_item(map, e);

	e->read = true;
	v.iface = false;
	return v;
}

static struct go_entry *find(struct value map, struct value key)
{
	return value_entry(&map, key.s->text, key.s->len);
}

static void put(struct call *c, struct value map, const struct go_entry *e)
{
	struct go_entry *made;

	value_set_n(c->arena, map, e->key, e->len, e->value);
	made = value_entry(&map, e->key, e->len);
	made->origin = e->origin;
}

int fn_dict(struct call *c)
{
	struct value map = new_map(c), key;
	struct go_entry *e;
	size_t i;

	for (i = 0; i < c->argc; i += 2) {
		key = sprig_string(c->arena, c->args[i]);
		value_set_n(c->arena, map, key.s->text, key.s->len,
			    i + 1 < c->argc ? c->args[i + 1] : value_str(c->arena, ""));
		e = find(map, key);
		e->origin = key.origin;
	}
	return give(c, map);
}

int fn_get(struct call *c)
{
	struct go_entry *e = find(c->args[0], c->args[1]);

	return give(c, e ? entry_item(c->args[0], e) : value_str(c->arena, ""));
}

int fn_set(struct call *c)
{
	if (!c->args[0].map)
		return call_fail(c, "assignment to entry in nil map");
	value_set_n(c->arena, c->args[0], c->args[1].s->text, c->args[1].s->len, c->args[2]);
	return give(c, c->args[0]);
}

int fn_unset(struct call *c)
{
	value_remove(c->args[0], c->args[1].s->text, c->args[1].s->len);
	return give(c, c->args[0]);
}

int fn_has_key(struct call *c)
{
	struct go_entry *e = find(c->args[0], c->args[1]);

	if (e)
		e->read = true;
	return give_bool(c, e);
}

int fn_pluck(struct call *c)
{
	struct value out = value_list(c->arena, &type_any_list);
	struct go_entry *e;
	size_t i;

	for (i = 1; i < c->argc; i++)
		if ((e = find(c->args[i], c->args[0])))
			value_append(c->arena, out, entry_item(c->args[i], e));
	return give(c, out);
}

/* Go's order is random; ours is sorted. */
int fn_keys(struct call *c)
{
	struct value out = value_list(c->arena, &type_strings);
	size_t i, j;

	for (i = 0; i < c->argc; i++) {
		for (j = 0; j < value_len(c->args[i]); j++) {
			struct go_entry *e = &c->args[i].map->entries[j];

			e->read = true;
			value_append(c->arena, out,
				     value_str_ref(c->arena, e->key, e->len, e->origin));
		}
	}
	return give(c, out);
}

int fn_values(struct call *c)
{
	struct value out = value_list(c->arena, &type_any_list);
	size_t i;

	for (i = 0; i < value_len(c->args[0]); i++)
		value_append(c->arena, out, entry_item(c->args[0], &c->args[0].map->entries[i]));
	return give(c, out);
}

int fn_pick(struct call *c)
{
	struct value out = new_map(c);
	struct go_entry *e;
	size_t i;

	for (i = 1; i < c->argc; i++) {
		if ((e = find(c->args[0], c->args[i]))) {
			e->read = true;
			put(c, out, e);
		}
	}
	return give(c, out);
}

int fn_omit(struct call *c)
{
	struct value out = new_map(c);
	size_t i;

	for (i = 0; i < value_len(c->args[0]); i++) {
		c->args[0].map->entries[i].read = true;
		put(c, out, &c->args[0].map->entries[i]);
	}
	for (i = 1; i < c->argc; i++)
		value_remove(out, c->args[i].s->text, c->args[i].s->len);
	return give(c, out);
}

int fn_dig(struct call *c)
{
	struct value at;
	struct go_entry *e;
	size_t i;

	if (c->argc < 3)
		return call_fail(c, "dig needs at least three arguments");
	at = c->args[c->argc - 1];
	for (i = 0; i + 2 < c->argc; i++)
		if (c->args[i].type != &type_string && at.type == &type_any_map)
			return call_fail(c, "interface conversion: interface {} is %s, not string",
					 c->args[i].type ? c->args[i].type->name : "nil");
	for (i = 0; i + 2 < c->argc; i++) {
		if (at.type != &type_any_map)
			return call_fail(c,
					 "interface conversion: interface {} is %s, not "
					 "map[string]interface {}",
					 at.type ? at.type->name : "nil");
		e = find(at, c->args[i]);
		if (!e)
			return give(c, c->args[c->argc - 2]);
		at = entry_item(at, e);
	}
	return give(c, at);
}

/* ---- merging, as mergo does ---- */

static bool merges(struct value from)
{
	enum go_kind k = value_kind(from);

	return k == GO_MAP || k == GO_STRUCT || k == GO_PTR;
}

static int merge_maps(struct call *c, struct value to, struct value from, bool overwrite,
		      unsigned depth);

static int merge_entry(struct call *c, struct value to, const struct go_entry *from, bool overwrite,
		       unsigned depth)
{
	struct go_entry *have = value_entry(&to, from->key, from->len);
	struct value old = have ? have->value : VALUE_NIL;
	bool empty = !have || sprig_empty(old);

	if (value_is_null(from->value)) {
		if (overwrite)
			put(c, to, from);
		else if (!have && from->value.type)
			put(c, to, from);
		return 0;
	}
	if (value_kind(from->value) == GO_MAP && value_kind(old) == GO_MAP && old.map) {
		if (merge_maps(c, old, from->value, overwrite, depth + 1))
			return -1;
		if (!empty)
			return 0;
	}
	if (value_kind(from->value) == GO_SLICE && !empty) {
		/* Slices are replaced whole when overwriting; else the old one stays. */
		if (overwrite)
			put(c, to, from);
		return 0;
	}
	if (overwrite || empty)
		put(c, to, from);
	return 0;
}

static int merge_maps(struct call *c, struct value to, struct value from, bool overwrite,
		      unsigned depth)
{
	size_t i;

	if (depth > LIMIT_DEPTH || call_spend(c, value_len(from)))
		return depth > LIMIT_DEPTH ? call_fail(c, "maps are nested too deeply") : -1;
	if (to.map == from.map)
		return 0;
	for (i = 0; i < value_len(from); i++)
		if (merge_entry(c, to, &from.map->entries[i], overwrite, depth))
			return -1;
	return 0;
}

static int merge_all(struct call *c, bool overwrite)
{
	struct value to = c->args[0];
	size_t i;

	(void)merges;
	for (i = 1; i < c->argc; i++) {
		if (!to.map && c->args[i].map)
			to = new_map(c);
		if (merge_maps(c, to, c->args[i], overwrite, 0))
			return -1;
	}
	return give(c, to);
}

int fn_merge(struct call *c)
{
	return merge_all(c, false);
}

int fn_merge_overwrite(struct call *c)
{
	return merge_all(c, true);
}
