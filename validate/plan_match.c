#include <stdlib.h>
#include <string.h>
#include "validate/pairs.h"
#include "validate/plan_internal.h"

/* The sync wave of an object that Argo CD applies; Helm's weight of a hook counts as one. */
static int wave_of(const struct plan_app *app, const struct object *o)
{
	const struct node *annotations;
	const char *text;

	if (strcmp(app->owner->engine, "argocd") != 0)
		return 0;
	annotations = node_path(o->root, "metadata", "annotations", NULL);
	text = node_get_string(annotations, "argocd.argoproj.io/sync-wave");
	if (!text)
		text = node_get_string(annotations, "helm.sh/hook-weight");
	return text ? (int)strtol(text, NULL, 10) : 0;
}

static bool left_out(const struct object *o, const struct label_selector *select)
{
	return o->hook || (select && !label_selector_matches(select, o->root));
}

/* What the head's objects of an app are, for base's that are the same. */
struct noted {
	VEC(struct identity *);
};

static void note_objects(struct pairs *pairs, const struct plan_app *apps, size_t app, bool is_head,
			 const struct label_selector *select, struct noted *noted)
{
	const struct objects *objects = is_head ? apps[app].head : apps[app].base;
	bool same = !is_head && objects_are_one(objects, apps[app].head);

	for (size_t k = 0, n = 0; objects && k < objects->count; k++) {
		struct pair_object o = { &objects->items[k], "", app, is_head,
					 *apps[app].owner->name != '\0' };

		if (left_out(&objects->items[k], select))
			continue;
		if (same)
			pairs_add_as(pairs, noted->items[n++], &o);
		else if (is_head)
			*vec_push(pairs->arena, noted) = pairs_add(pairs, &o);
		else
			pairs_add(pairs, &o);
	}
}

/* Of objects that several apps render, one counts, and what the commit changes of the others. */
static bool is_told(const struct pair *pair)
{
	if (pair->repeated)
		return false;
	return !pair->further || !pair->head || !pair->base ||
	       !node_equal(pair->head->root, pair->base->root);
}

void plan_match(struct arena *a, const struct plan_app *apps, size_t count,
		const struct label_selector *select, bool live, struct plan_items *out)
{
	struct noted *noted = arena_array(a, count, struct noted);
	struct pairs pairs;

	pairs_init(&pairs, a);
	for (size_t i = 0; i < count; i++)
		note_objects(&pairs, apps, i, true, select, &noted[i]);
	for (size_t i = 0; i < count; i++)
		note_objects(&pairs, apps, i, false, select, &noted[i]);
	pairs_make(&pairs);
	for (size_t i = 0; i < pairs.count; i++) {
		const struct pair *pair = &pairs.items[i];
		const struct plan_app *head = pair->head ? &apps[pair->head_app] : NULL;

		if (!is_told(pair))
			continue;
		*vec_push(a, out) = (struct plan_item){
			.base = pair->base,
			.head = pair->head,
			.base_app = pair->base ? &apps[pair->base_app] : NULL,
			.head_app = head,
			.key = pair->key,
			.several = pair->several,
			.rank = plan_rank(pair->head ? pair->head : pair->base),
			.wave = head ? wave_of(head, pair->head) : 0,
			.place = out->count,
		};
	}
	plan_order(a, out, live);
}
