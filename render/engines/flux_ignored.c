/*
 * What of this repository Flux's source packs: .sourceignore files in it, the GitRepository's
 * spec.ignore and spec.sparseCheckout. They are inputs of the app, as texts.
 */
#include <string.h>
#include "render/engines/flux.h"
#include "render/engines/source_ignore.h"

static void add_text(struct arena *a, struct node *list, const char *dir, const char *text,
		     size_t len)
{
	struct node *one = node_map(a);

	node_set(a, one, "dir", node_str(a, dir));
	node_set(a, one, "text", node_str_n(a, text, len));
	node_append(a, list, one);
}

/* Files of other repositories are put among this one's. */
static void say_included(struct apps *apps, const struct app *app, const struct node *include)
{
	struct flux_state *state = flux_state_of(apps);
	uint32_t i;

	for (i = 0; node_is(include, NODE_SEQ) && i < include->len; i++) {
		const char *name =
			node_string_at(node_get(include->items[i], "repository"), "name");
		const char *key = arena_printf(apps->arena, "include %s %s", app->home, name);

		if (map_get(&state->said, key))
			continue;
		map_set(&state->said, key, state);
		apps_note(
			apps, APP_INFO, "engine/not-available", include->items[i]->origin,
			"the files of GitRepository %s, which the source includes in '%s', are not "
			"in the commit",
			name, node_string_at(include->items[i], "toPath"));
	}
}

/*
 * Whether the app may meet a file that is left out by default: one lies in its directory, or it is
 * a kind that kustomizations and charts take from anywhere.
 */
static bool meets_excluded(const struct apps *apps, const struct app *app)
{
	size_t len = strlen(app->path), i;

	for (i = 0; i < apps->excluded.count; i++) {
		const char *path = apps->excluded.items[i], *slash = strrchr(path, '/');

		if (!len || (!strncmp(path, app->path, len) && path[len] == '/') ||
		    (slash ? slash[1] : *path) != '.')
			return true;
	}
	return app->leaf;
}

/* The texts with patterns, of .sourceignore files and the source's own; all where there are none.
 */
static struct node *patterns_for(struct apps *apps, const struct app *app,
				 const struct node *ignore)
{
	struct node *list = node_seq(apps->arena);
	struct err ignored = ERR_INIT;
	struct blob blob;
	size_t i;

	for (i = 0; i < apps->sourceignores.count; i++) {
		const char *path = apps->sourceignores.items[i];

		if (view_read(apps->view, path, &blob, &ignored) == 0 &&
		    source_ignore_has_pattern(blob.text, blob.len))
			add_text(apps->arena, list, view_dirname(apps->arena, path), blob.text,
				 blob.len);
	}
	if (node_is(ignore, NODE_STR) && source_ignore_has_pattern(ignore->text, ignore->len))
		add_text(apps->arena, list, "", ignore->text, ignore->len);
	if (!list->len && meets_excluded(apps, app))
		add_text(apps->arena, list, "", source_ignore_defaults,
			 strlen(source_ignore_defaults));
	return list;
}

void flux_take_ignores(struct apps *apps, struct app *app, const struct node *ref)
{
	const struct node *spec, *keep;
	struct node *list, *inputs;

	if (strcmp(node_string_at(ref, "kind"), "GitRepository") != 0)
		return;
	spec = node_get(apps_object(apps, app->home, "GitRepository", flux_ns_of(ref, app),
				    node_string_at(ref, "name")),
			"spec");
	say_included(apps, app, node_get(spec, "include"));
	list = patterns_for(apps, app, node_get(spec, "ignore"));
	keep = node_get(spec, "sparseCheckout");
	if (!list->len && !node_is(keep, NODE_SEQ))
		return;
	inputs = app->inputs ? node_copy_shallow(apps->arena, app->inputs) : node_map(apps->arena);
	node_set(apps->arena, inputs, "ignore", list);
	if (node_is(keep, NODE_SEQ))
		node_set(apps->arena, inputs, "keep", node_copy(apps->arena, keep));
	app->inputs = inputs;
}

struct view *flux_seen(struct arena *a, struct view *v, const struct app *app)
{
	const struct node *list = node_get(app->inputs, "ignore");
	const struct node *keep = node_get(app->inputs, "keep");
	struct source_ignore *s;
	uint32_t i;

	if (!list)
		return NULL;
	s = source_ignore_new(a);
	for (i = 0; i < list->len; i++) {
		const struct node *text = node_get(list->items[i], "text");

		source_ignore_add(s, node_string_at(list->items[i], "dir"), text->text, text->len);
	}
	for (i = 0; node_is(keep, NODE_SEQ) && i < keep->len; i++) {
		const char *dir = node_is(keep->items[i], NODE_STR)
					  ? view_join(a, "", keep->items[i]->text)
					  : NULL;

		if (dir && *dir)
			source_ignore_keep(s, dir);
	}
	return source_ignore_view(v, s);
}
