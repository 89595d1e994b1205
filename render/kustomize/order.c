/* The order of the output: as it was found, or kustomize's legacy order. */
#include <stdlib.h>
#include <string.h>
#include "base/map.h"
#include "render/kustomize/internal.h"
#include "render/kustomize/transformers.h"

static const char *const order_last[] = {
	"MutatingWebhookConfiguration",
	"ValidatingWebhookConfiguration",
};

struct sorted {
	struct resource *resource;
	struct resid id;
	const char *type_text, *id_text; /* what is compared */
	long rank;
	size_t position;
};

static void set_ranks(struct map *ranks, struct arena *a, const char *kind, long rank)
{
	long *at = arena_new(a, long);

	*at = rank;
	map_set(ranks, kind, at);
}

static void ranks_from(struct kz *kz, struct map *ranks, const struct node *legacy)
{
	const struct node *first = node_get(legacy, "orderFirst"),
			  *last = node_get(legacy, "orderLast");
	uint32_t i;

	map_init(ranks, kz->a);
	if (!legacy) {
		for (i = 0; i < kz_kinds_first_count; i++)
			set_ranks(ranks, kz->a, kz_kinds_first[i],
				  (long)i - (long)kz_kinds_first_count);
		for (i = 0; i < ARRAY_SIZE(order_last); i++)
			set_ranks(ranks, kz->a, order_last[i], 1 + (long)i);
	}
	for (i = 0; first && i < first->len; i++)
		set_ranks(ranks, kz->a, first->items[i]->text, (long)i - (long)first->len);
	for (i = 0; last && i < last->len; i++)
		set_ranks(ranks, kz->a, last->items[i]->text, 1 + (long)i);
}

static const char *type_text(struct arena *a, const struct gvk *x)
{
	return arena_printf(a, "%s_%s_%s", *x->group ? x->group : "~G",
			    *x->version ? x->version : "~V", *x->kind ? x->kind : "~K");
}

static int compare(const void *x, const void *y)
{
	const struct sorted *l = x, *r = y;
	int c;

	if (!gvk_equal(&l->id.gvk, &r->id.gvk)) {
		if (l->rank != r->rank)
			return l->rank < r->rank ? -1 : 1;
		c = strcmp(l->type_text, r->type_text);
		if (!strcmp(l->id.gvk.kind, "Namespace") && !strcmp(r->id.gvk.kind, "Namespace") &&
		    (!*l->id.gvk.group || !*r->id.gvk.group))
			c = -c;
	} else {
		c = strcmp(l->id_text, r->id_text);
	}
	if (c)
		return c;
	return l->position < r->position ? -1 : l->position > r->position;
}

static void sort_legacy(struct kz *kz, struct resmap *m, const struct node *legacy)
{
	struct sorted *list = arena_array(kz->a, m->count, struct sorted);
	struct map ranks;
	size_t i;

	ranks_from(kz, &ranks, legacy);
	for (i = 0; i < m->count; i++) {
		struct sorted *s = &list[i];
		const long *rank;

		s->resource = m->items[i];
		s->id = resource_id(kz, s->resource);
		s->position = i;
		rank = map_get(&ranks, s->id.gvk.kind);
		s->rank = rank ? *rank : 0;
		s->type_text = type_text(kz->a, &s->id.gvk);
		s->id_text =
			arena_printf(kz->a, "%s|%s|%s", gvk_string(kz->a, &s->id.gvk),
				     *s->id.ns ? s->id.ns : "~X", *s->id.name ? s->id.name : "~N");
	}
	qsort(list, m->count, sizeof(*list), compare);
	for (i = 0; i < m->count; i++)
		m->items[i] = list[i].resource;
	resmap_dirty(m);
}

int transform_order(struct kz *kz, struct resmap *m, const struct node *options, struct err *err)
{
	const char *order = field_text(options, "order");
	const struct node *legacy = node_get(options, "legacySortOptions");
	bool by_option = !kz->options->reorder || !strcmp(kz->options->reorder, "legacy");

	if (!options) {
		if (by_option)
			sort_legacy(kz, m, NULL);
		return 0;
	}
	if (kz->options->reorder)
		kz_note(kz, options->origin,
			"Warning: Sorting order is set both in 'kustomization.yaml' "
			"('sortOptions') and "
			"in a CLI flag ('--reorder'). Using the kustomization file over the CLI "
			"flag.");
	if (strcmp(order, "legacy") && strcmp(order, "fifo"))
		return kz_fail(kz, err, options->origin,
			       "the field 'sortOptions.order' must be one of [fifo, legacy]");
	if (!strcmp(order, "fifo") && legacy)
		return kz_fail(
			kz, err, legacy->origin,
			"the field 'sortOptions.legacySortOptions' is set but the selected sort "
			"order is 'fifo', not 'legacy'");
	if (!strcmp(order, "legacy")) {
		sort_legacy(kz, m, legacy);
		return resmap_check_unique(kz, m, "sorting", err);
	}
	return 0;
}
