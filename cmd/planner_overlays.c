/*
 * Overlays that nobody's engine applies and that render the same object (dev and prod of one base)
 * are not all meant for one cluster: of which of them a context is, only --target or the settings
 * say. The others' objects are never compared with it.
 */
#include <string.h>
#include "cmd/planner_internal.h"
#include "validate/cluster/cluster.h"

struct overlays {
	VEC(const struct app *);
};

static bool is_among(const struct overlays *all, const struct app *app)
{
	size_t i;

	for (i = 0; i < all->count && all->items[i] != app; i++)
		;
	return i < all->count;
}

static void note_app(struct planner *pl, struct overlays *all, const struct app *app)
{
	if (!is_among(all, app))
		*vec_push(pl->arena, all) = app;
}

/* The apps that render an object which another renders too. */
static void find_overlays(struct planner *pl, struct overlays *out)
{
	struct arena scratch = ARENA_INIT;
	struct map seen; /* an object → the app that renders it */

	map_init(&seen, &scratch);
	for (size_t i = 0; i < pl->apps.count; i++) {
		const struct planned *p = pl->apps.items[i];
		const struct objects *objects =
			p->head.there ? &p->head.rendered.objects : &p->base.rendered.objects;

		for (size_t k = 0; !p->app->engine && k < objects->count; k++) {
			const struct object *o = &objects->items[k];
			void **at = map_at(&seen, arena_printf(&scratch, "%s/%s %s/%s", o->group,
							       o->kind, o->ns, o->name));

			if (*at && *at != p->app) {
				note_app(pl, out, *at);
				note_app(pl, out, p->app);
			}
			*at = (void *)(uintptr_t)p->app;
		}
	}
	arena_release(&scratch);
}

/* The parts of one overlay; NULL: of what is no overlay. */
static size_t parts_of(struct planner *pl, const struct overlays *all, const struct app *overlay,
		       struct plan_app **out)
{
	size_t count = 0;

	*out = arena_array(pl->arena, pl->parts.count + 1, struct plan_app);
	for (size_t i = 0; i < pl->parts.count; i++) {
		const struct app *of = pl->parts.items[i].of;

		if (overlay ? of == overlay : !is_among(all, of))
			(*out)[count++] = pl->parts.items[i].app;
	}
	return count;
}

static int add_unasked(struct planner *pl, const struct overlays *all, const struct app *overlay,
		       struct err *err)
{
	struct plan_options target = pl->options->targets[0];
	struct plan_app *apps;
	size_t count = parts_of(pl, all, overlay, &apps);

	target.target = app_title(pl->arena, overlay);
	target.why_offline = arena_printf(
		pl->arena,
		"%zu overlays render the same objects, and nothing says that context '%s' is this "
		"one; --target %s does, or targets: in " SETTINGS_FILE,
		all->count, cluster_context(target.cluster), target.target);
	target.cluster = NULL;
	target.select = &pl->options->select;
	return plan_add_target(pl->plan, apps, count, &target, err);
}

int planner_add_overlays(struct planner *pl, bool *done, struct err *err)
{
	const char *only = pl->options->only;
	struct overlays all = { 0 };
	struct plan_app *apps;
	size_t i, count;

	*done = false;
	if (!pl->options->targets[0].cluster)
		return 0;
	find_overlays(pl, &all);
	for (i = 0; only && i < all.count && strcmp(app_title(pl->arena, all.items[i]), only); i++)
		;
	if (!all.count)
		return 0;
	if (only && i == all.count)
		return err_raise(err, ERR_USAGE, NO_POS,
				 "--target '%s' is none of the %zu overlays that render the same "
				 "objects ('%s' is one)",
				 only, all.count, app_title(pl->arena, all.items[0]));
	*done = true;
	count = parts_of(pl, &all, only ? all.items[i] : NULL, &apps);
	if (count && planner_ask(pl, apps, count, err) < 0)
		return -1;
	for (i = 0; !only && i < all.count; i++)
		if (add_unasked(pl, &all, all.items[i], err) < 0)
			return -1;
	return 0;
}
