/*
 * Objects that several Applications render, where one of them is told to share none
 * (FailOnSharedResource): who has it first keeps it, and of the other nothing is synced.
 */
#include <string.h>
#include "cmd/planner_internal.h"
#include "validate/engine_owner.h"

struct sharer {
	const struct planned *first, *second; /* that have the object in head */
};

static const char *key_of(struct arena *a, const struct app *app, const struct object *o)
{
	const char *ns =
		node_string_at(node_path(app->root, "spec", "destination", NULL), "namespace");

	return arena_printf(a, "%s\n%s/%s/%s/%s", app->cluster, o->group, o->kind,
			    *o->ns ? o->ns : ns, o->name);
}

static bool is_application(const struct planned *planned)
{
	return planned->app->engine && planned->app->root && planned->head_app &&
	       !strcmp(planned->app->engine->name, "argocd") &&
	       !strcmp(planned->app->kind, "Application") && !planned->head.failed;
}

static bool is_alone(struct planner *pl, const struct planned *planned)
{
	return is_application(planned) && owner_of_app(pl->arena, planned->head_app)->alone;
}

static bool had(struct arena *a, const struct planned *planned, const char *key)
{
	const struct objects *base = &planned->base.rendered.objects;
	size_t i;

	for (i = 0; planned->base.there && i < base->count; i++)
		if (!strcmp(key_of(a, planned->app, &base->items[i]), key))
			return true;
	return false;
}

static void note_all(struct planner *pl, struct arena *a, struct map *out)
{
	size_t i, k;

	for (i = 0; i < pl->apps.count; i++) {
		const struct planned *planned = pl->apps.items[i];

		for (k = 0; is_application(planned) && k < planned->head.rendered.objects.count;
		     k++) {
			const struct object *o = &planned->head.rendered.objects.items[k];
			void **at = map_at(out, key_of(a, planned->app, o));
			struct sharer *s = *at;

			if (o->hook || o->implied)
				continue;
			if (!s)
				*at = s = arena_new(a, struct sharer);
			*(s->first ? &s->second : &s->first) = planned;
		}
	}
}

static void report(struct arena *a, const struct planned *planned, const struct map *all,
		   struct findings *head)
{
	const struct objects *objects = &planned->head.rendered.objects;
	size_t i;

	for (i = 0; i < objects->count; i++) {
		const struct object *o = &objects->items[i];
		const char *key = key_of(a, planned->app, o);
		const struct sharer *s = map_get(all, key);
		const struct planned *other = s && s->first == planned ? s->second
					      : s		       ? s->first
								       : NULL;

		if (!other || (had(a, planned, key) && !had(a, other, key)))
			continue;
		findings_add(head, SEVERITY_ERROR, "engine/refused", o, "", o->root->origin,
			     "Application %s/%s: '%s' applies this object too, so that nothing of "
			     "the Application is synced (FailOnSharedResource)",
			     planned->app->ns, planned->app->name, other->app->name);
	}
}

void planner_report_shared(struct planner *pl, struct findings *head)
{
	struct arena scratch = ARENA_INIT;
	struct map all;
	bool known = false;
	size_t i;

	for (i = 0; i < pl->apps.count; i++) {
		if (!is_alone(pl, pl->apps.items[i]))
			continue;
		if (!known) {
			map_init(&all, &scratch);
			note_all(pl, &scratch, &all);
			known = true;
		}
		report(&scratch, pl->apps.items[i], &all, head);
	}
	arena_release(&scratch);
}
