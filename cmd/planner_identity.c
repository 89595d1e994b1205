/*
 * Which of the repository's clusters a context is: the cluster itself says. The engines' objects
 * that stand at the entries of the repository are read there; their source and path are then this
 * repository's and one of its clusters', or another's.
 *
 * An entry that applies the folder it stands in (Flux's bootstrap) says it alone. Others are
 * weaker: they name a cluster only where none of them contradicts it and no other cluster fits. A
 * context that is reached under an address that Argo CD's destinations name is that destination.
 */
#include <string.h>
#include "base/url.h"
#include "cmd/planner_internal.h"
#include "render/view.h"
#include "validate/cluster/cluster.h"

enum { ENTRIES_MOST = 256 };

/* Where an engine's object takes what it applies from. */
struct origin_of {
	const char *url;  /* NULL: not known */
	const char *path; /* of the repository; NULL: none */
};

/* An entry of the repository, and the same object in the cluster. */
struct entry {
	const struct planned *planned;
	struct cluster_object *live, *source; /* source: a Flux source's; NULL */
};

struct inquiry {
	struct planner *pl;
	struct cluster_object objects[2 * ENTRIES_MOST];
	size_t object_count;
	struct entry entries[ENTRIES_MOST];
	size_t count;
};

static const char *path_of(struct arena *a, const struct node *n)
{
	const char *path = node_string_at(n, "path");

	return view_join(a, "", path + (*path == '/'));
}

static const char *group_of(struct arena *a, const struct node *root)
{
	const char *api = node_string_at(root, "apiVersion"), *slash = strchr(api, '/');

	return slash ? arena_memdup(a, api, (size_t)(slash - api)) : "";
}

static struct cluster_object *want(struct inquiry *q, const char *group, const char *kind,
				   const char *ns, const char *name)
{
	size_t i;

	for (i = 0; i < q->object_count; i++) {
		const struct cluster_object *o = &q->objects[i];

		if (!strcmp(o->group, group) && !strcmp(o->kind, kind) && !strcmp(o->ns, ns) &&
		    !strcmp(o->name, name))
			return &q->objects[i];
	}
	q->objects[q->object_count] = (struct cluster_object){ group, kind, ns, name, NULL, false };
	return &q->objects[q->object_count++];
}

/* The source that a Kustomization names. */
static struct cluster_object *want_source(struct inquiry *q, const struct app *app)
{
	const struct node *ref = node_path(app->root, "spec", "sourceRef", NULL);
	const char *ns = node_string_at(ref, "namespace");

	if (strcmp(app->kind, "Kustomization") || !*node_string_at(ref, "name"))
		return NULL;
	return want(q, "source.toolkit.fluxcd.io", node_string_at(ref, "kind"), *ns ? ns : app->ns,
		    node_string_at(ref, "name"));
}

static bool is_entry(const struct app *app)
{
	return app->engine && app->root && !app->parent && !app->offered && app->path &&
	       (!strcmp(app->kind, "Kustomization") || !strcmp(app->kind, "Application"));
}

static void find_entries(struct inquiry *q)
{
	for (size_t i = 0; i < q->pl->apps.count && q->count < ENTRIES_MOST; i++) {
		const struct planned *planned = q->pl->apps.items[i];
		const struct app *app = planned->app;

		if (is_entry(app))
			q->entries[q->count++] =
				(struct entry){ planned,
						want(q, group_of(q->pl->arena, app->root),
						     app->kind, app->ns, app->name),
						want_source(q, app) };
	}
}

/* ---- what the repository says of itself ---- */

static const char *declared_url(const struct objects *objects, const struct cluster_object *source)
{
	for (size_t i = 0; source && i < objects->count; i++) {
		const struct object *o = &objects->items[i];

		if (!strcmp(o->kind, "FluxInstance"))
			return node_string_at(node_path(o->root, "spec", "sync", NULL), "url");
		if (!strcmp(o->kind, source->kind) && !strcmp(o->name, source->name) &&
		    !strcmp(*o->ns ? o->ns : source->ns, source->ns))
			return node_string_at(node_get(o->root, "spec"), "url");
	}
	return NULL;
}

/* Whether the cluster's source has the URL that this repository's own object gives it. */
static bool is_declared(const struct inquiry *q, const struct entry *e, const char *url,
			bool *declared)
{
	for (size_t i = 0; i < q->pl->apps.count; i++) {
		const struct planned *p = q->pl->apps.items[i];
		const char *own[2];

		if (strcmp(p->app->home, e->planned->app->home))
			continue;
		own[0] = declared_url(&p->head.rendered.objects, e->source);
		own[1] = declared_url(&p->base.rendered.objects, e->source);
		for (size_t k = 0; k < ARRAY_SIZE(own); k++) {
			if (!own[k])
				continue;
			*declared = true;
			if (url_same_repository(own[k], url))
				return true;
		}
	}
	return false;
}

/* ---- the comparison ---- */

struct weight {
	size_t roots, other_roots; /* entries that apply their own folder: this cluster's or not */
	size_t fits, contradicts;  /* entries of any sort */
	const struct cluster_object *against;
};

enum says { SAYS_NOTHING, SAYS_ANOTHER, SAYS_THIS };

static bool has_path(const struct entry *e, const char *path)
{
	const struct app *sides[] = { e->planned->head_app, e->planned->base_app };

	for (size_t i = 0; i < ARRAY_SIZE(sides); i++)
		if (sides[i] && sides[i]->path && path && !strcmp(sides[i]->path, path))
			return true;
	return false;
}

static enum says of_flux(const struct inquiry *q, const struct entry *e)
{
	const struct node *spec = node_get(e->live->root, "spec");
	const char *path = path_of(q->pl->arena, spec), *url;
	bool declared = false;

	if (!has_path(e, path))
		return SAYS_ANOTHER;
	url = e->source ? node_string_at(node_get(e->source->root, "spec"), "url") : "";
	if (!*url)
		return SAYS_NOTHING;
	if (view_is_source(q->pl->sides->head, url, NULL) || is_declared(q, e, url, &declared))
		return SAYS_THIS;
	return declared ? SAYS_ANOTHER : SAYS_NOTHING; /* a clone of a mirror knows no better */
}

/* The i-th source of an Application; NULL after the last. */
static const struct node *nth_source(const struct node *root, uint32_t i)
{
	const struct node *sources = node_path(root, "spec", "sources", NULL);

	if (node_is(sources, NODE_SEQ) && sources->len)
		return i < sources->len ? sources->items[i] : NULL;
	return i ? NULL : node_path(root, "spec", "source", NULL);
}

static bool same_source(struct arena *a, const struct node *one, const struct node *two)
{
	const char *p = path_of(a, one), *q = path_of(a, two);

	return p && q && !strcmp(p, q) &&
	       url_same_repository(node_string_at(one, "repoURL"), node_string_at(two, "repoURL"));
}

static enum says of_argo(const struct inquiry *q, const struct entry *e)
{
	const struct app *sides[] = { e->planned->head_app, e->planned->base_app };
	const struct node *own, *live;
	uint32_t i, k, s;

	for (s = 0; s < ARRAY_SIZE(sides); s++)
		for (i = 0; sides[s] && (own = nth_source(sides[s]->root, i)); i++)
			for (k = 0; (live = nth_source(e->live->root, k)); k++)
				if (same_source(q->pl->arena, own, live))
					return SAYS_THIS;
	return SAYS_ANOTHER;
}

static enum says entry_says(const struct inquiry *q, const struct entry *e)
{
	if (!e->live->root)
		return SAYS_NOTHING;
	return !strcmp(e->planned->app->kind, "Application") ? of_argo(q, e) : of_flux(q, e);
}

/* An entry that applies the folder that its cluster is named by. */
static bool is_own_root(const struct app *app)
{
	return app->engine->entry_is_cluster && !strcmp(app->path, app->home);
}

static void weigh(const struct inquiry *q, const char *cluster, struct weight *out)
{
	*out = (struct weight){ 0 };
	for (size_t i = 0; i < q->count; i++) {
		const struct app *app = q->entries[i].planned->app;
		enum says says;

		if (strcmp(app->home, cluster))
			continue;
		says = entry_says(q, &q->entries[i]);
		out->roots += says == SAYS_THIS && is_own_root(app);
		out->other_roots += says == SAYS_ANOTHER && is_own_root(app);
		out->fits += says == SAYS_THIS;
		out->contradicts += says == SAYS_ANOTHER;
		if (says == SAYS_ANOTHER && !out->against)
			out->against = q->entries[i].live;
	}
}

/* What it says instead, for a message. */
static const char *in_words(const struct inquiry *q, const struct cluster_object *live)
{
	const struct node *source = nth_source(live->root, 0);
	struct arena *a = q->pl->arena;
	const char *path = path_of(a, source ? source : node_get(live->root, "spec"));
	const char *url = source ? node_string_at(source, "repoURL") : "";

	for (size_t i = 0; i < q->count; i++)
		if (q->entries[i].live == live && q->entries[i].source)
			url = node_string_at(node_get(q->entries[i].source->root, "spec"), "url");
	return arena_printf(a, "its %s %s/%s applies %s%s%s", live->kind, live->ns, live->name,
			    path && *path ? path : "the root", *url ? " of " : "",
			    url_shown(a, url));
}

static bool is_at_address(const struct planner *pl, const struct cluster *c, const char *cluster)
{
	const char *server = cluster_server(c), *known = map_get(&pl->servers, cluster);

	return *cluster && !strncmp(server, "https://", 8) &&
	       (!strcmp(server + 8, cluster) || (known && !strcmp(server + 8, known)));
}

/* The cluster that alone fits; NULL. */
static const char *decide(const struct inquiry *q, const struct cluster *c,
			  const struct cluster_names *names)
{
	const char *root = NULL, *fit = NULL;
	size_t roots = 0, fits = 0;

	for (size_t i = 0; i < names->count; i++) {
		struct weight w;

		if (is_at_address(q->pl, c, names->items[i]))
			return names->items[i];
		weigh(q, names->items[i], &w);
		if (w.roots && ++roots)
			root = names->items[i];
		if (w.fits && !w.contradicts && ++fits)
			fit = names->items[i];
	}
	if (roots)
		return roots == 1 ? root : NULL;
	return fits == 1 ? fit : NULL;
}

static const char *why_unknown(const struct inquiry *q)
{
	size_t there = 0, denied = 0;

	for (size_t i = 0; i < q->object_count; i++) {
		there += q->objects[i].root != NULL;
		denied += q->objects[i].denied;
	}
	if (denied)
		return "the credential may not read the engines' objects that would say it";
	return there ? "its engines' objects fit none or several of them"
		     : "it has none of the engines' objects that would say it";
}

int planner_identity(struct planner *pl, struct cluster *c, struct identity *out, struct err *err)
{
	struct inquiry *q = arena_new(pl->arena, struct inquiry);
	const struct cluster_names *names = &pl->clusters;
	struct weight w;

	q->pl = pl;
	find_entries(q);
	if (cluster_objects(c, pl->arena, q->objects, q->object_count, err) < 0)
		return -1;
	out->cluster = decide(q, c, names);
	out->why = out->cluster ? NULL : why_unknown(q);
	for (size_t i = 0; i < names->count; i++) {
		weigh(q, names->items[i], &w);
		if (w.other_roots && !w.roots)
			*vec_push(pl->arena, &out->against) =
				(struct contradiction){ names->items[i], in_words(q, w.against) };
	}
	return 0;
}
