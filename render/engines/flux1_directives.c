/*
 * What fluxd's own patches hold beside values: it writes them as Kubernetes' strategic merge
 * patches, with $setElementOrder/LIST and $retainKeys, which kustomize's patches leave standing.
 */
#include <string.h>
#include "render/engines/flux1_internal.h"

static const char order_key[] = "$setElementOrder/", retain_key[] = "$retainKeys";

static bool holds_any(const struct node *n)
{
	uint32_t i;

	for (i = 0; n && (n->type == NODE_MAP || n->type == NODE_SEQ) && i < n->len; i++) {
		if (n->type == NODE_MAP &&
		    (!strncmp(n->entries[i].key->text, order_key, sizeof(order_key) - 1) ||
		     !strcmp(n->entries[i].key->text, retain_key)))
			return true;
		if (holds_any(n->type == NODE_MAP ? n->entries[i].value : n->items[i]))
			return true;
	}
	return false;
}

/* Whether an entry of a list is the one that an entry of its order names by its merge key. */
static bool is_named(const struct node *entry, const struct node *name)
{
	uint32_t i;

	if (name->type != NODE_MAP)
		return node_equal(entry, name);
	for (i = 0; i < name->len; i++) {
		const struct node *own = node_get(entry, name->entries[i].key->text);

		if (!own || !node_equal(own, name->entries[i].value))
			return false;
	}
	return name->len > 0;
}

/* The named entries in their order, at the places that they have together. */
static void set_order(struct arena *a, struct node *list, const struct node *order)
{
	bool *named = arena_array(a, list->len, bool);
	struct node **sorted = arena_array(a, list->len, struct node *);
	uint32_t i, k, count = 0;

	for (k = 0; k < order->len; k++)
		for (i = 0; i < list->len; i++)
			if (!named[i] && is_named(list->items[i], order->items[k])) {
				named[i] = true;
				sorted[count++] = list->items[i];
				break;
			}
	for (i = k = 0; i < list->len; i++)
		if (named[i])
			list->items[i] = sorted[k++];
}

static void obey(struct arena *a, struct node *n);

static void retain(struct node *map, const struct node *keys)
{
	uint32_t i, k;

	for (i = 0; i < map->len; i++) {
		for (k = 0; k < keys->len; k++)
			if (node_string(keys->items[k]) &&
			    !strcmp(node_string(keys->items[k]), map->entries[i].key->text))
				break;
		if (k == keys->len)
			node_remove(map, map->entries[i--].key->text);
	}
}

static void obey_map(struct arena *a, struct node *map)
{
	const struct node *keys = node_get(map, retain_key);
	uint32_t i;

	if (node_is(keys, NODE_SEQ))
		retain(map, keys);
	for (i = 0; i < map->len; i++) {
		const char *key = map->entries[i].key->text;
		struct node *list;

		if (strncmp(key, order_key, sizeof(order_key) - 1) != 0) {
			obey(a, map->entries[i].value);
			continue;
		}
		list = node_get(map, key + sizeof(order_key) - 1);
		if (node_is(list, NODE_SEQ) && node_is(map->entries[i].value, NODE_SEQ))
			set_order(a, list, map->entries[i].value);
		node_remove(map, key);
		i--;
	}
}

static void obey(struct arena *a, struct node *n)
{
	uint32_t i;

	if (node_is(n, NODE_MAP))
		obey_map(a, n);
	for (i = 0; node_is(n, NODE_SEQ) && i < n->len; i++)
		obey(a, n->items[i]);
}

void flux1_obey_directives(struct flux1 *f)
{
	size_t i;

	for (i = 0; i < f->out->objects.count; i++) {
		struct object *o = &f->out->objects.items[i];
		struct node *copy;

		if (!holds_any(o->root))
			continue;
		copy = node_copy(f->arena, o->root);
		obey(f->arena, copy);
		o->root = copy;
	}
}
