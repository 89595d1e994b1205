#include <stdlib.h>
#include <string.h>
#include "validate/plan_internal.h"

static const char *key_of(struct arena *a, const struct object *o)
{
	return arena_printf(a, "%s/%s/%s/%s", o->group, o->kind, o->ns, o->name);
}

static struct plan_item *item_at(struct arena *a, struct map *index, struct plan_items *out,
				 const struct object *o)
{
	const char *key = key_of(a, o);
	void **place = map_at(index, key);
	struct plan_item *item;

	if (*place)
		return &out->items[(size_t)*place - 1];
	item = vec_push(a, out);
	*item = (struct plan_item){ .key = key, .rank = plan_rank(o), .place = out->count };
	*place = (void *)out->count;
	return item;
}

/* The sync wave of an object that Argo CD applies; Helm's weight of a hook counts as one. */
static int wave_of(const struct plan_app *app, const struct object *o)
{
	const struct node *annotations = node_path(o->root, "metadata", "annotations", NULL);
	const char *text = node_get_string(annotations, "argocd.argoproj.io/sync-wave");

	if (strcmp(app->owner->engine, "argocd") != 0)
		return 0;
	if (!text)
		text = node_get_string(annotations, "helm.sh/hook-weight");
	return text ? (int)strtol(text, NULL, 10) : 0;
}

static bool left_out(const struct object *o, const struct label_selector *select)
{
	return o->hook || (select && !label_selector_matches(select, o->root));
}

void plan_match(struct arena *a, const struct plan_app *apps, size_t count,
		const struct label_selector *select, struct plan_items *out)
{
	struct map index;
	size_t i, k;

	map_init(&index, a);
	for (i = 0; i < count; i++) {
		for (k = 0; apps[i].head && k < apps[i].head->count; k++) {
			struct plan_item *item;

			if (left_out(&apps[i].head->items[k], select))
				continue;
			item = item_at(a, &index, out, &apps[i].head->items[k]);
			if (item->head) /* two owners: a finding of the rules across objects */
				continue;
			item->head = &apps[i].head->items[k];
			item->head_app = &apps[i];
			item->wave = wave_of(&apps[i], item->head);
		}
	}
	for (i = 0; i < count; i++) {
		for (k = 0; apps[i].base && k < apps[i].base->count; k++) {
			struct plan_item *item;

			if (left_out(&apps[i].base->items[k], select))
				continue;
			item = item_at(a, &index, out, &apps[i].base->items[k]);
			if (item->base && item->base_app == item->head_app)
				continue;
			item->base = &apps[i].base->items[k];
			item->base_app = &apps[i];
		}
	}
	plan_order(a, out);
}
