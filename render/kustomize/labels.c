/* Labels and annotations: pairs that are set in each mapping which the field specs lead to. */
#include <string.h>
#include "render/kustomize/annotations.h"
#include "render/kustomize/internal.h"
#include "render/kustomize/transformers.h"

struct pairs {
	struct kz *kz;
	const struct node *pairs;
	struct resource *resource;
	struct node **made; /* of each pair, what this resource's new entries share */
};

/*
 * What stands there is written over where it stands. New entries of one resource share one node, as
 * in kustomize (api/filters/filtersutil's SetEntry): who later changes one of them, a patch of an
 * overlay for instance, changes all.
 */
static void set_pair(struct pairs *x, struct node *field, uint32_t i)
{
	const struct node *key = x->pairs->entries[i].key, *value = x->pairs->entries[i].value;
	struct node *old = node_get(field, key->text);
	origin_id at = origins_derive(x->kz->run->origins, value->origin, VIA_TRANSFORMER,
				      old ? old->origin : 0);

	if (node_is_scalar(old)) {
		scalar_set(x->kz, old, value->text, strlen(value->text), NODE_STR, at);
		return;
	}
	if (!x->made[i]) {
		x->made[i] = node_at(node_str(x->kz->a, value->text), at);
		*vec_push(x->kz->a, &x->resource->shared) = x->made[i];
	}
	node_set(x->kz->a, field, key->text, x->made[i]);
	plain_key(node_entry(field, key->text)->key);
	node_entry(field, key->text)->key->origin = key->origin ? key->origin : at;
}

static int set_pairs(void *data, struct node *field, struct err *err)
{
	struct pairs *x = data;
	uint32_t i;

	if (field->type == NODE_NULL)
		return 0;
	if (field->type != NODE_MAP)
		return kz_fail(x->kz, err, field->origin,
			       "wrong node kind: expected a mapping for '%s', got %s",
			       x->pairs->entries[0].key->text, type_words(field));
	for (i = 0; i < x->pairs->len; i++)
		set_pair(x, field, i);
	return 0;
}

int transform_string_map(struct kz *kz, struct resmap *m, const struct node *pairs,
			 const struct fieldspecs *specs, struct err *err)
{
	struct pairs x = { kz, pairs, NULL, NULL };
	struct field_walk walk = { kz, set_pairs, &x, NODE_MAP };
	size_t i;

	if (!pairs || !pairs->len)
		return 0;
	for (i = 0; i < m->count; i++) {
		struct gvk gvk = resource_gvk(kz, m->items[i]);

		x.resource = m->items[i];
		x.made = arena_array(kz->a, pairs->len, struct node *);
		annotations_mark(kz, x.resource);
		if (fieldspecs_apply(&walk, specs, m->items[i]->root, &gvk, err) < 0)
			return -1;
		annotations_unmark(x.resource);
	}
	return 0;
}
