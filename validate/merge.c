#include "validate/merge.h"
#include "validate/schema/schema.h"

static struct node *merge(struct arena *a, struct topology t, const struct node *original,
			  const struct node *modified, const struct node *live);

static unsigned flags_of(struct topology t)
{
	return t.field ? schema_field_flags(t.field) : 0;
}

/* The keys that a strategic merge patch matches a list's entries by; count 0: it is replaced. */
static struct list_keys patch_keys(struct topology t)
{
	struct list_keys keys = { .kind = LIST_ATOMIC };

	if (!(flags_of(t) & SCHEMA_PATCH_MERGE))
		return keys;
	keys.kind = LIST_SET;
	if (*schema_field_merge_key(t.field)) {
		keys.kind = LIST_MAP;
		keys.keys[0].text = schema_field_merge_key(t.field);
		keys.keys[0].len = strlen(keys.keys[0].text);
		keys.count = 1;
	}
	return keys;
}

static const struct node *find(const struct list_keys *keys, const struct node *list,
			       const struct node *entry, uint32_t *at)
{
	uint32_t i;

	for (i = 0; node_is(list, NODE_SEQ) && i < list->len; i++) {
		if (!list_same_entry(keys, list->items[i], entry))
			continue;
		if (at)
			*at = i;
		return list->items[i];
	}
	return NULL;
}

/* An entry of a `merge,retainKeys` list (volumes) keeps only what the modified one has. */
static const struct node *retained(struct arena *a, struct topology t, const struct node *live,
				   const struct node *modified)
{
	struct node *copy;
	uint32_t i;

	if (!(flags_of(t) & SCHEMA_PATCH_RETAIN_KEYS) || !node_is(live, NODE_MAP) ||
	    !node_is(modified, NODE_MAP))
		return live;
	copy = node_map(a);
	for (i = 0; i < live->len; i++)
		if (node_get_n(modified, live->entries[i].key->text, live->entries[i].key->len))
			node_append_entry(a, copy, live->entries[i].key, live->entries[i].value);
	return copy;
}

static struct node *merge_list(struct arena *a, struct topology t, const struct node *original,
			       const struct node *modified, const struct node *live)
{
	struct list_keys keys = patch_keys(t);
	struct topology item = topology_item(t);
	struct node *out = node_seq(a);
	uint32_t i, k = 0, at;

	out->origin = modified->origin;
	for (i = 0; i < modified->len; i++) {
		const struct node *m = modified->items[i], *l = find(&keys, live, m, &at);

		/* What only the live list has stays before the entry that follows it there. */
		for (; l && k < at; k++)
			if (!find(&keys, modified, live->items[k], NULL) &&
			    !find(&keys, original, live->items[k], NULL))
				node_append(a, out, live->items[k]);
		if (l && k == at)
			k++;
		node_append(
			a, out,
			l ? merge(a, item, find(&keys, original, m, NULL), m, retained(a, t, l, m))
			  : (struct node *)(uintptr_t)m);
	}
	for (; k < live->len; k++)
		if (!find(&keys, modified, live->items[k], NULL) &&
		    !find(&keys, original, live->items[k], NULL))
			node_append(a, out, live->items[k]);
	return out;
}

static struct node *merge_map(struct arena *a, struct topology t, const struct node *original,
			      const struct node *modified, const struct node *live)
{
	struct node *out;
	uint32_t i;

	live = retained(a, t, live, modified);
	out = node_copy_shallow(a, live);
	for (i = 0; node_is(original, NODE_MAP) && i < original->len; i++) {
		const struct node *key = original->entries[i].key;

		if (!node_get_n(modified, key->text, key->len))
			node_remove(out, key->text);
	}
	for (i = 0; i < modified->len; i++) {
		const struct node *key = modified->entries[i].key,
				  *value = modified->entries[i].value;

		if (node_is_null(value)) {
			node_remove(out, key->text);
			continue;
		}
		node_set_n(a, out, key->text, key->len,
			   merge(a, topology_field(t, key->text, key->len),
				 node_get_n(original, key->text, key->len), value,
				 node_get_n(live, key->text, key->len)));
	}
	return out;
}

static struct node *merge(struct arena *a, struct topology t, const struct node *original,
			  const struct node *modified, const struct node *live)
{
	if (node_is(modified, NODE_MAP) && node_is(live, NODE_MAP))
		return merge_map(a, t, original, modified, live);
	if (node_is(modified, NODE_SEQ) && node_is(live, NODE_SEQ) &&
	    patch_keys(t).kind != LIST_ATOMIC)
		return merge_list(a, t, original, modified, live);
	return (struct node *)(uintptr_t)modified;
}

struct node *merge_three_way(struct arena *a, struct topology t, const struct node *original,
			     const struct node *modified, const struct node *live)
{
	return merge(a, t, original, modified, live);
}

struct node *merge_patch(struct arena *a, const struct node *from, const struct node *to)
{
	struct node *patch;
	uint32_t i;

	if (node_equal(from, to))
		return NULL;
	if (!node_is(from, NODE_MAP) || !node_is(to, NODE_MAP))
		return (struct node *)(uintptr_t)to;
	patch = node_map(a);
	for (i = 0; i < from->len; i++) {
		const struct node *key = from->entries[i].key;

		if (!node_get_n(to, key->text, key->len))
			node_set_n(a, patch, key->text, key->len, node_null(a));
	}
	for (i = 0; i < to->len; i++) {
		const struct node *key = to->entries[i].key;
		struct node *value =
			merge_patch(a, node_get_n(from, key->text, key->len), to->entries[i].value);

		if (value)
			node_set_n(a, patch, key->text, key->len, value);
	}
	return patch;
}

struct node *merge_patched(struct arena *a, const struct node *onto, const struct node *patch)
{
	struct node *out;
	uint32_t i;

	if (!node_is(patch, NODE_MAP))
		return (struct node *)(uintptr_t)patch;
	out = node_is(onto, NODE_MAP) ? node_copy_shallow(a, onto) : node_map(a);
	for (i = 0; i < patch->len; i++) {
		const struct node *key = patch->entries[i].key, *value = patch->entries[i].value;

		if (node_is_null(value))
			node_remove(out, key->text);
		else
			node_set_n(a, out, key->text, key->len,
				   merge_patched(a, node_get_n(onto, key->text, key->len), value));
	}
	return out;
}
