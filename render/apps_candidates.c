/*
 * Objects of engines that stand in files: which of them are entries of their own, and which wait
 * for whoever applies, or brings, the directory that they stand in.
 */
#include <string.h>
#include "render/apps_internal.h"

const char *candidates_bootstrap(struct finder *f, const char *dir)
{
	for (; dir; dir = *dir ? view_dirname(f->arena, dir) : NULL)
		if (map_get(&f->kustomizations, view_join(f->arena, dir, "flux-system")))
			return dir;
	return NULL;
}

static bool in_component(struct finder *f, const char *dir)
{
	for (;;) {
		if (map_get(&f->components, dir))
			return true;
		if (!*dir)
			return false;
		dir = view_dirname(f->arena, dir);
	}
}

static bool covers(const struct app *app, const char *dir)
{
	return app->engine && !app->leaf && app->path &&
	       path_below(dir, app->covers ? app->covers : app->path);
}

/* As the file has it: an overlay may give it another. */
static const char *written_ns(const struct app *app)
{
	return app->root ? node_string_at(node_get(app->root, "metadata"), "namespace") : app->ns;
}

/* Whether another directory has an object of the same name. */
static bool has_namesake(const struct finder *f, const struct candidate *c)
{
	size_t i;

	for (i = 0; i < f->candidates.count; i++) {
		const struct candidate *other = &f->candidates.items[i];

		if (other != c && strcmp(other->dir, c->dir) &&
		    !strcmp(other->app->kind, c->app->kind) &&
		    !strcmp(written_ns(other->app), written_ns(c->app)) &&
		    !strcmp(other->app->name, c->app->name))
			return true;
	}
	return false;
}

static void enter(struct apps *apps, struct candidate *c)
{
	struct finder *f = apps->finder;
	const char *cluster = c->self && c->app->engine->entry_is_cluster
				      ? c->app->path
				      : candidates_bootstrap(f, c->dir);

	/* One name in two directories, and nothing tells their clusters: they are two. */
	if (!cluster)
		cluster = has_namesake(f, c) ? c->dir : "";
	c->app->cluster = cluster;
	if (!*c->app->ns && c->app->root)
		c->app->ns = finder_namespace(f, c->app->file);
	c->reached = c->entered = true;
	apps_admit(apps, c->app);
}

void candidates_settle(struct apps *apps)
{
	size_t i;

	for (i = 0; i < apps->finder->candidates.count; i++) {
		struct app *app = apps->finder->candidates.items[i].app;

		if (app->engine->settle)
			app->engine->settle(apps, app);
	}
}

/* A kustomization's base: what it lacks (a path), whoever refers to it patches in. */
static bool is_base(struct finder *f, const struct candidate *c)
{
	return !strcmp(c->app->kind, "Kustomization") && map_get(&f->referenced, c->dir) &&
	       !node_path(c->app->root, "spec", "path", NULL);
}

/* Whether another candidate applies the directory, or one above it. */
static bool is_applied_by_other(const struct finder *f, const struct candidate *c, const char *dir)
{
	size_t i;

	for (i = 0; i < f->candidates.count; i++) {
		const struct candidate *other = &f->candidates.items[i];

		if (other != c && !other->hidden && !other->app->leaf && other->app->path &&
		    *other->app->path && path_below(dir, other->app->path))
			return true;
	}
	return false;
}

/* A kustomization that another candidate applies takes its file, by way of others maybe. */
static bool is_brought(struct finder *f, const struct candidate *c)
{
	const char *from[] = { c->app->file, c->dir }, *who;
	unsigned steps;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(from); i++) {
		who = map_get(&f->referenced, from[i]);
		for (steps = 0; who && steps < LIMIT_KUSTOMIZE_DEPTH; steps++) {
			if ((!c->self || !path_below(who, c->app->path)) &&
			    is_applied_by_other(f, c, who))
				return true;
			who = map_get(&f->referenced, who);
		}
	}
	return false;
}

/* What is applied by somebody, by its path. */
static void note_covered(struct map *covered, const struct app *app)
{
	if (app->engine && !app->leaf && app->path)
		map_set(covered, app->covers ? app->covers : app->path, covered);
}

static bool is_covered(struct finder *f, const struct map *covered, const char *dir)
{
	for (;; dir = view_dirname(f->arena, dir))
		if (map_get(covered, dir) || !*dir)
			return map_get(covered, dir) != NULL;
}

void candidates_enter_roots(struct apps *apps)
{
	struct finder *f = apps->finder;
	struct map covered;
	size_t i;

	map_init(&covered, f->arena);
	for (i = 0; i < apps->count; i++)
		note_covered(&covered, apps->items[i]);
	for (i = 0; i < f->candidates.count; i++) {
		struct candidate *c = &f->candidates.items[i];

		c->hidden = in_component(f, c->dir) || is_base(f, c) || c->specimen;
		if (!c->hidden)
			note_covered(&covered, c->app);
	}
	for (i = 0; i < f->candidates.count; i++) {
		struct candidate *c = &f->candidates.items[i];

		if (c->reached)
			continue;
		c->self = covers(c->app, c->dir);
		if (!c->hidden && !c->app->leaf && (c->self || !is_covered(f, &covered, c->dir)) &&
		    !is_brought(f, c))
			enter(apps, c);
	}
}

/* Who should have brought it did not render, is suspended or not to be had: it stands by itself. */
static bool stands_alone(struct apps *apps, const struct candidate *c)
{
	bool covered = false;
	size_t i;

	for (i = 0; i < apps->count; i++) {
		if (!covers(apps->items[i], c->dir))
			continue;
		covered = true;
		if (!apps->items[i]->failed && !apps->items[i]->skipped)
			return false;
	}
	return covered || !c->app->leaf;
}

/* Whether the candidate would apply the directory of another, or who refers to its file. */
static bool would_bring(const struct finder *f, const struct candidate *above,
			const struct candidate *c)
{
	const char *who = map_get(&f->referenced, c->app->file);

	return above != c && !above->reached && !above->hidden &&
	       (covers(above->app, c->dir) || (who && covers(above->app, who)));
}

struct chain {
	VEC(struct candidate *);
};

static size_t place_in(const struct chain *chain, const struct candidate *c)
{
	size_t i;

	for (i = 0; i < chain->count && chain->items[i] != c; i++)
		;
	return i;
}

/* Who would bring the chain's last; where all of those are in it, one of them is *again. */
static struct candidate *next_above(struct apps *apps, const struct chain *chain, size_t *again)
{
	struct finder *f = apps->finder;
	size_t i, at;

	*again = chain->count;
	for (i = 0; i < f->candidates.count; i++) {
		struct candidate *above = &f->candidates.items[i];

		if (!would_bring(f, above, chain->items[chain->count - 1]) ||
		    !stands_alone(apps, above))
			continue;
		at = place_in(chain, above);
		if (at == chain->count)
			return above;
		if (at < *again)
			*again = at;
	}
	return NULL;
}

/*
 * Of candidates that each wait for the next the one to begin with: the last, which nobody else
 * would bring. In a circle (Flux's own instance stands in what it applies) it is one whose
 * namespace its file says, for the others get theirs from whoever renders them.
 */
static struct candidate *topmost(struct apps *apps, struct candidate *c)
{
	struct chain chain = { 0 };
	size_t again = 0;

	for (; c; c = next_above(apps, &chain, &again))
		*vec_push(apps->arena, &chain) = c;
	for (; again < chain.count; again++)
		if (*chain.items[again]->app->ns)
			return chain.items[again];
	return chain.items[chain.count - 1];
}

bool candidates_enter_orphan(struct apps *apps)
{
	struct finder *f = apps->finder;
	size_t i, k;

	for (i = 0; i < f->candidates.count; i++) {
		struct candidate *c = &f->candidates.items[i];

		if (c->reached || c->hidden || !stands_alone(apps, c))
			continue;
		c = topmost(apps, c);
		for (k = 0; !*c->app->cluster && k < apps->count; k++)
			if (covers(apps->items[k], c->dir))
				c->app->cluster = apps->items[k]->cluster;
		if (*c->app->cluster)
			c->reached = c->entered = true, apps_admit(apps, c->app);
		else
			enter(apps, c);
		return true;
	}
	return false;
}

/* Objects of an engine that no render brought, where one could have. */
void candidates_offer(struct apps *apps)
{
	struct finder *f = apps->finder;
	size_t i;

	specimens_tell(f);
	for (i = 0; i < f->candidates.count; i++) {
		struct candidate *c = &f->candidates.items[i];

		if (c->reached || (c->hidden && !c->specimen) || c->app->leaf)
			continue;
		c->app->offered = true;
		c->app->skipped = c->specimen ? "it stands among examples, and nothing refers to "
						"it; -p plans it"
					      : "nothing in the repository applies it";
		apps_admit(apps, c->app);
	}
}
