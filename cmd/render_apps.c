#include "cmd/render_apps.h"
#include <fnmatch.h>
#include "cmd/cmd.h"
#include "render/apps.h"

static bool is_named(struct arena *a, const struct app *app, const char *name)
{
	const char *const shown[] = {
		app->name,
		app->name ? arena_printf(a, "%s/%s", app->ns, app->name) : NULL,
		app->name ? arena_printf(a, "%s/%s/%s", app->kind, app->ns, app->name) : NULL,
		app->name ? arena_printf(a, "%s/%s", app->kind, app->name) : NULL,
		app_title(a, app),
	};
	size_t i;

	for (i = 0; i < ARRAY_SIZE(shown); i++)
		if (shown[i] && *shown[i] && !fnmatch(name, shown[i], FNM_NOESCAPE))
			return true;
	return false;
}

/* Whether any of the names means the app; those that do are marked in `used`. */
static bool is_wanted(struct arena *a, const struct app *app, const struct option_values *names,
		      bool *used)
{
	bool wanted = false;
	size_t i;

	for (i = 0; i < names->count; i++)
		if (is_named(a, app, names->items[i].text))
			wanted = used[i] = true;
	return wanted;
}

/* Its objects behind the others'; what failed becomes a note. */
static void take(struct run *run, const struct app *app, struct rendered *one, struct err *failed,
		 struct rendered *out)
{
	char text[ERR_FILE + ERR_TEXT + 32];
	size_t i;

	if (failed)
		*vec_push(&run->arena, &out->notes) =
			(struct note){ arena_printf(&run->arena, "%s does not render: %s",
						    app_title(&run->arena, app),
						    err_format(failed, text, sizeof(text))),
				       0 };
	for (i = 0; !failed && i < one->notes.count; i++)
		*vec_push(&run->arena, &out->notes) = one->notes.items[i];
	for (i = 0; !failed && i < one->objects.count; i++)
		*vec_push(&run->arena, &out->objects) = one->objects.items[i];
}

struct wanted {
	const struct option_values *names;
	bool *used;	  /* of the names: they mean something */
	struct map taken; /* ids of the apps that they mean */
};

/* Each app is rendered, for it may lead to the wanted ones. Returns how many of those failed. */
static unsigned take_all(struct run *run, struct apps *apps, struct wanted *w,
			 const struct render_options *how, struct rendered *out)
{
	unsigned failures = 0;
	struct app *app;

	while ((app = apps_next(apps))) {
		bool wanted = is_wanted(&run->arena, app, w->names, w->used) ||
			      map_get(&w->taken, app->id);
		struct rendered one = { 0 };
		struct err why = ERR_INIT;
		int rc = app_render(run, &run->arena, apps->view, app, how, &one, &why);

		apps_rendered(apps, app, rc < 0 ? NULL : &one.objects);
		if (wanted) {
			map_set(&w->taken, app->id, app);
			take(run, app, &one, rc < 0 ? &why : NULL, out);
		}
		failures += wanted && rc < 0;
		rendered_release(&one);
	}
	return failures;
}

/* An app may get its namespace from an overlay that is seen behind it. Whether one is wanted only
 * now. */
static bool is_wanted_late(struct run *run, const struct apps *apps, struct wanted *w)
{
	bool late = false;
	size_t i;

	for (i = 0; i < apps->count; i++) {
		struct app *app = apps->items[i];

		if (app->skipped || map_get(&w->taken, app->id) ||
		    !is_wanted(&run->arena, app, w->names, w->used))
			continue;
		map_set(&w->taken, app->id, app);
		late = true;
	}
	return late;
}

/* Why a name means nothing that renders: the app is skipped, or there is none. */
static int refuse(struct run *run, const struct apps *apps, const char *name, struct err *err)
{
	size_t i;

	for (i = 0; i < apps->count; i++)
		if (apps->items[i]->skipped && is_named(&run->arena, apps->items[i], name))
			return err_raise(err, ERR_NOT_FOUND, NO_POS, "app '%s' is not rendered: %s",
					 name, apps->items[i]->skipped);
	return err_raise(err, ERR_NOT_FOUND, NO_POS, "no app '%s': `tree` lists those there are",
			 name);
}

int render_apps(struct run *run, struct view *v, const char *path,
		const struct option_values *names, const struct render_options *how,
		struct rendered *out, struct err *err)
{
	const struct settings *settings = settings_load(run, &run->arena, v, err);
	struct wanted w = { .names = names, .used = arena_array(&run->arena, names->count, bool) };
	struct apps apps, start = { .stacks = settings ? &settings->stacks : NULL };
	unsigned failures;
	bool again;
	size_t i;

	map_init(&w.taken, &run->arena);
	do {
		apps = start;
		if (!settings || apps_find(run, &run->arena, v, path, &apps, err) < 0)
			return -1;
		failures = take_all(run, &apps, &w, how, out);
		again = is_wanted_late(run, &apps, &w);
		if (again)
			out->notes.count = out->objects.count = 0;
	} while (again);
	for (i = 0; i < names->count; i++)
		if (!w.used[i])
			return refuse(run, &apps, names->items[i].text, err);
	if (failures)
		return err_raise(err, ERR_INPUT, NO_POS, "%u app%s do%s not render", failures,
				 failures > 1 ? "s" : "", failures > 1 ? "" : "es");
	return 0;
}
