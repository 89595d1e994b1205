/*
 * dependsOn of Kustomizations and HelmReleases: the controllers wait for ever on a cycle and on
 * what is not there.
 */
#include <string.h>
#include "render/engines/flux.h"

enum { UNSEEN, ON_PATH, DONE };

struct walk {
	struct apps *apps;
	struct map by_key; /* "cluster kind/ns/name" → struct app */
	struct map state;  /* the same → UNSEEN… */
};

static const char *key_of(struct arena *a, const struct app *app, const char *kind, const char *ns,
			  const char *name)
{
	return arena_printf(a, "%s %s/%s/%s", app->home, kind, ns, name);
}

/* Whether objects of that kind are apps here, so that one which is not there is missed. */
static bool is_known_kind(const char *kind)
{
	return !strcmp(kind, "Kustomization") || !strcmp(kind, "HelmRelease") ||
	       !strcmp(kind, "ResourceSet");
}

static void visit(struct walk *w, const struct app *app, unsigned depth);

static void follow(struct walk *w, const struct app *app, const struct node *ref, unsigned depth)
{
	struct arena *a = w->apps->arena;
	const char *ns =
		*node_string_at(ref, "namespace") ? node_string_at(ref, "namespace") : app->ns;
	const char *name = node_string_at(ref, "name");
	const char *kind = *node_string_at(ref, "kind") ? node_string_at(ref, "kind") : app->kind;
	const char *key = key_of(a, app, kind, ns, name);
	const struct app *other = map_get(&w->by_key, key);

	/* A ResourceSet may wait for anything of the cluster; a variable that is not at hand may be
	 * anything too. */
	if (!is_known_kind(kind) || strstr(name, "${") || strstr(ns, "${"))
		return;
	/* Bootstrap, or a FluxInstance's sync, makes the cluster's own; git need not have it. */
	if (!other && !strcmp(kind, "Kustomization") && !strcmp(name, "flux-system") &&
	    !strcmp(ns, "flux-system"))
		return;
	if (!other)
		apps_note(w->apps, APP_WARNING, "engine/depends-missing", ref->origin,
			  "%s %s/%s depends on %s %s/%s, which is not in the commit: it waits "
			  "until that is there",
			  app->kind, app->ns, app->name, kind, ns, name);
	else if ((uintptr_t)map_get(&w->state, key) == ON_PATH)
		apps_note(w->apps, APP_ERROR, "engine/depends-cycle", ref->origin,
			  "%s %s/%s depends on %s/%s, which depends on it in turn: neither is ever "
			  "applied",
			  app->kind, app->ns, app->name, ns, name);
	else
		visit(w, other, depth + 1);
}

static void visit(struct walk *w, const struct app *app, unsigned depth)
{
	const struct node *list = node_path(app->root, "spec", "dependsOn", NULL);
	const char *key = key_of(w->apps->arena, app, app->kind, app->ns, app->name);
	uint32_t i;

	if (map_get(&w->state, key) || depth > LIMIT_DEPTH)
		return;
	map_set(&w->state, key, (void *)(uintptr_t)ON_PATH);
	for (i = 0; node_is(list, NODE_SEQ) && i < list->len; i++)
		follow(w, app, list->items[i], depth);
	map_set(&w->state, key, (void *)(uintptr_t)DONE);
}

void flux_check_depends(struct apps *apps)
{
	struct walk w = { .apps = apps };
	size_t i;

	map_init(&w.by_key, apps->arena);
	map_init(&w.state, apps->arena);
	for (i = 0; i < apps->count; i++)
		if (apps->items[i]->engine == &engine_flux && !apps->items[i]->offered)
			map_set(&w.by_key,
				key_of(apps->arena, apps->items[i], apps->items[i]->kind,
				       apps->items[i]->ns, apps->items[i]->name),
				apps->items[i]);
	for (i = 0; i < apps->count; i++)
		if (apps->items[i]->engine == &engine_flux && !apps->items[i]->offered)
			visit(&w, apps->items[i], 0);
}
