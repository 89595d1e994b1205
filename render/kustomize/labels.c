/* Labels and annotations: pairs that are set in each mapping which the field specs lead to. */
#include <string.h>
#include "render/kustomize/internal.h"
#include "render/kustomize/transformers.h"

struct pairs {
	struct kz *kz;
	const struct node *pairs;
};

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
	for (i = 0; i < x->pairs->len; i++) {
		const struct node *key = x->pairs->entries[i].key;
		const struct node *value = x->pairs->entries[i].value;
		const struct node *old = node_get(field, key->text);
		origin_id at = origins_derive(x->kz->run->origins, value->origin, VIA_TRANSFORMER,
					      old ? old->origin : 0);

		string_entry_set(x->kz, field, key->text, value->text, at, key->origin);
	}
	return 0;
}

int transform_string_map(struct kz *kz, struct resmap *m, const struct node *pairs,
			 const struct fieldspecs *specs, struct err *err)
{
	struct pairs x = { kz, pairs };
	struct field_walk walk = { kz, set_pairs, &x, NODE_MAP };
	size_t i;

	if (!pairs || !pairs->len)
		return 0;
	for (i = 0; i < m->count; i++) {
		struct gvk gvk = resource_gvk(kz, m->items[i]);

		if (fieldspecs_apply(&walk, specs, m->items[i]->root, &gvk, err) < 0)
			return -1;
	}
	return 0;
}
