#include "render/apps.h"
#include <stdlib.h>
#include <string.h>
#include "base/map.h"
#include "render/kustomize/kustomize.h"
#include "render/yaml/yaml.h"

struct finder {
	struct run *run;
	struct arena *arena;
	struct view *view;
	struct apps *out;
	struct map kustomizations; /* directory → its file's path */
	struct map charts;	   /* directory → its Chart.yaml */
	struct map manifests;	   /* file → its directory */
	struct map referenced;	   /* file or directory that a kustomization or chart uses */
	struct {
		VEC(const char *);
	} flux1; /* .flux.yaml files */
	struct err *err;
};

static char here[] = "here"; /* a map's value where only the key counts */

/* Walk the tree once and sort what is there; a chart's inside is the chart's own business. */
static int walk(struct finder *f, const char *dir)
{
	struct view_items items = { 0 };
	bool chart = false;
	size_t i;

	if (view_list(f->view, f->arena, dir, &items, f->err) < 0)
		return -1;
	for (i = 0; i < items.count; i++)
		chart |= items.items[i].kind == VIEW_FILE &&
			 !strcmp(items.items[i].name, "Chart.yaml");
	if (chart) {
		map_set(&f->charts, dir, here);
		return 0;
	}
	for (i = 0; i < items.count; i++) {
		const char *name = items.items[i].name;
		const char *path = *dir ? arena_printf(f->arena, "%s/%s", dir, name)
					: arena_strdup(f->arena, name);

		if (items.items[i].kind == VIEW_FILE && kustfile_is_name(name))
			map_set(&f->kustomizations, dir, (void *)(uintptr_t)path);
		else if (items.items[i].kind == VIEW_FILE && !strcmp(name, FLUX1_FILE))
			*vec_push(f->arena, &f->flux1) = path;
		else if (name[0] == '.')
			continue;
		else if (items.items[i].kind == VIEW_FILE && plain_is_manifest(name))
			map_set(&f->manifests, path, (void *)(uintptr_t)dir);
		else if (items.items[i].kind == VIEW_DIR && walk(f, path) < 0)
			return -1;
	}
	return 0;
}

/* Any scalar of a kustomization that is a path in the tree refers to it: `name=path` too. */
static void note_paths(struct finder *f, const char *dir, const struct node *n)
{
	uint32_t i;

	if (node_is(n, NODE_MAP)) {
		for (i = 0; i < n->len; i++)
			note_paths(f, dir, n->entries[i].value);
	} else if (node_is(n, NODE_SEQ)) {
		for (i = 0; i < n->len; i++)
			note_paths(f, dir, n->items[i]);
	} else if (node_is(n, NODE_STR) && n->len && n->len < 1024 &&
		   !memchr(n->text, '\n', n->len)) {
		const char *equals = strchr(n->text, '=');
		const char *path = view_join(f->arena, dir, n->text);

		if (path)
			map_set(&f->referenced, path, here);
		path = equals ? view_join(f->arena, dir, equals + 1) : NULL;
		if (path)
			map_set(&f->referenced, path, here);
	}
}

static const struct node *read_file(struct finder *f, const char *path)
{
	struct err ignored = ERR_INIT; /* shows when the app is rendered */
	struct blob blob;
	struct node *root;

	if (view_read(f->view, path, &blob, &ignored) < 0 ||
	    yaml_read_one(f->run, f->arena, YAML_SIGS, blob.path, blob.text, blob.len, blob.origin,
			  &root, &ignored) < 0)
		return NULL;
	return root;
}

static void note_chart(struct finder *f, const char *dir)
{
	const struct node *chart = read_file(f, view_join(f->arena, dir, "Chart.yaml"));
	const struct node *dependencies = node_get(chart, "dependencies");
	const char *type = node_get_string(chart, "type");
	uint32_t i;

	if (type && !strcmp(type, "library"))
		map_set(&f->referenced, dir, here);
	for (i = 0; node_is(dependencies, NODE_SEQ) && i < dependencies->len; i++) {
		const char *from = node_get_string(dependencies->items[i], "repository");
		const char *path = from && !strncmp(from, "file://", 7)
					   ? view_join(f->arena, dir, from + 7)
					   : NULL;

		if (path)
			map_set(&f->referenced, path, here);
	}
}

/* Whether a file's directory, or one above it, has a kustomization. */
static bool below_kustomization(struct finder *f, const char *dir)
{
	for (;;) {
		if (map_get(&f->kustomizations, dir))
			return true;
		if (!*dir)
			return false;
		dir = view_dirname(f->arena, dir);
	}
}

static bool below_referenced(struct finder *f, const char *path)
{
	for (;;) {
		if (map_get(&f->referenced, path))
			return true;
		if (!*path)
			return false;
		path = view_dirname(f->arena, path);
	}
}

static struct app *app_add(struct finder *f, const char *path, const char *renderer)
{
	struct app *app = vec_push(f->arena, f->out);

	*app = (struct app){ .path = path,
			     .renderer = renderer,
			     .cluster = "",
			     .id = arena_printf(f->arena, "%s:%s", renderer, path) };
	return app;
}

static void add_plain(struct finder *f)
{
	struct map apps; /* directory → index + 1 */
	size_t i;

	map_init(&apps, f->arena);
	for (i = 0; i < f->manifests.count; i++) {
		const char *path = f->manifests.entries[i].key,
			   *dir = f->manifests.entries[i].value;
		uintptr_t at;

		if (below_kustomization(f, dir) || below_referenced(f, path) ||
		    !plain_holds_objects(f->view, path))
			continue;
		at = (uintptr_t)map_get(&apps, dir);
		if (!at) {
			app_add(f, dir, "plain");
			at = f->out->count;
			map_set(&apps, dir, (void *)at);
		}
		*vec_push(f->arena, &f->out->items[at - 1].files) = path;
	}
}

/* ---- Flux ---- */

struct flux_file { /* a Kustomization object, and where it lies */
	struct flux_kustomization k;
	const char *dir;
	const char *cluster; /* NULL: not known yet */
};
struct flux_files {
	VEC(struct flux_file);
};

static bool is_below(const char *path, const char *dir)
{
	size_t len = strlen(dir);

	return !len || (!strncmp(path, dir, len) && (!path[len] || path[len] == '/'));
}

static void find_flux(struct finder *f, struct flux_files *out)
{
	struct flux_kustomizations found = { 0 };
	struct err ignored = ERR_INIT;
	size_t i, k, before;

	for (i = 0; i < f->manifests.count; i++) {
		struct blob blob;

		if (view_read(f->view, f->manifests.entries[i].key, &blob, &ignored) < 0 ||
		    !flux_mentions(blob.text, blob.len))
			continue;
		before = found.count;
		flux_collect(f->run, f->arena, &blob, &found);
		for (k = before; k < found.count; k++)
			*vec_push(f->arena, out) =
				(struct flux_file){ found.items[k], f->manifests.entries[i].value,
						    NULL };
	}
	for (i = 0; i < out->count; i++)
		if (out->items[i].k.artifact)
			flux_resolve_artifact(f->arena, &out->items[i].k, &found);
}

/*
 * A cluster's entry is the Kustomization that applies the directory it lies in (bootstrap's). The
 * others belong to the cluster of whatever applies their file.
 */
static void assign_clusters(struct flux_files *all)
{
	bool more = true;
	size_t i, k;

	for (i = 0; i < all->count; i++)
		if (is_below(all->items[i].dir, all->items[i].k.path))
			all->items[i].cluster = all->items[i].k.path;
	while (more) {
		more = false;
		for (i = 0; i < all->count; i++) {
			for (k = 0; !all->items[i].cluster && k < all->count; k++) {
				if (k == i || !all->items[k].cluster ||
				    !is_below(all->items[i].dir, all->items[k].k.path))
					continue;
				all->items[i].cluster = all->items[k].cluster;
				more = true;
			}
		}
	}
}

/* Before bootstrap has written its own object: the directory above flux-system/ is a cluster's. */
static const char *bootstrap_dir(struct finder *f, const char *dir)
{
	for (;;) {
		if (map_get(&f->kustomizations, view_join(f->arena, dir, "flux-system")))
			return dir;
		if (!*dir)
			return NULL;
		dir = view_dirname(f->arena, dir);
	}
}

/* What no Kustomization applies, but lies in a cluster's directory, is that cluster's. */
static void place_rest(struct finder *f)
{
	size_t i;

	for (i = 0; i < f->out->count; i++) {
		struct app *app = &f->out->items[i];
		const char *cluster = bootstrap_dir(f, app->path);

		if (cluster)
			app->cluster = cluster;
	}
}

static void add_flux(struct finder *f)
{
	struct flux_files all = { 0 };
	size_t i, k, kept = 0;

	find_flux(f, &all);
	if (!all.count)
		return;
	assign_clusters(&all);
	for (i = 0; i < all.count; i++)
		if (!all.items[i].cluster)
			all.items[i].cluster = bootstrap_dir(f, all.items[i].dir);
	place_rest(f);
	for (i = 0; i < f->out->count; i++) {
		for (k = 0; k < all.count; k++)
			if (is_below(f->out->items[i].path, all.items[k].k.path))
				break;
		if (k == all.count)
			f->out->items[kept++] = f->out->items[i];
	}
	f->out->count = kept;
	for (i = 0; i < all.count; i++) {
		struct app *app = app_add(f, all.items[i].k.path, "flux");
		struct flux_kustomization *own = arena_new(f->arena, struct flux_kustomization);

		*own = all.items[i].k;
		app->flux = own;
		app->cluster = all.items[i].cluster ? all.items[i].cluster : "";
		app->id = arena_printf(f->arena, "flux:%s:%s/%s", app->cluster, own->ns, own->name);
		if (own->suspend)
			app->skipped = "it is suspended";
		else if (own->remote)
			app->skipped = arena_printf(
				f->arena, "it applies %s, which is not in this repository",
				own->remote);
	}
}

/* ---- Flux v1 ---- */

static int render_flux1(struct run *run, struct arena *a, struct view *v, const void *object,
			const struct render_options *options, struct rendered *out, struct err *err)
{
	return flux1_render(run, a, v, object, options, out, err);
}

static bool same_flux1(const void *one, const void *two)
{
	const struct flux1_target *x = one, *y = two;

	return !strcmp(x->file, y->file);
}

static const struct app_engine flux1_engine = { "flux1", render_flux1, same_flux1 };

static void drop_below(struct finder *f, const char *dir)
{
	size_t i, kept = 0;

	for (i = 0; i < f->out->count; i++)
		if (!is_below(f->out->items[i].path, dir))
			f->out->items[kept++] = f->out->items[i];
	f->out->count = kept;
}

/* Each path is synced by a fluxd of its own, so it is a cluster's when there are several. */
static void add_flux1(struct finder *f)
{
	struct flux1_targets all = { 0 };
	size_t i;

	for (i = 0; i < f->flux1.count; i++) {
		drop_below(f, view_dirname(f->arena, f->flux1.items[i]));
		flux1_targets(f->run, f->arena, f->view, f->flux1.items[i], &all);
	}
	for (i = 0; i < all.count; i++) {
		struct app *app = app_add(f, all.items[i].path, flux1_engine.name);

		app->engine = &flux1_engine;
		app->object = &all.items[i];
		if (all.count > 1)
			app->cluster = all.items[i].path;
	}
}

static int by_path(const void *a, const void *b)
{
	const struct app *x = a, *y = b;
	int order = strcmp(x->cluster, y->cluster);

	order = order ? order : strcmp(x->path, y->path);
	return order ? order : strcmp(x->id, y->id);
}

static void collect(struct finder *f)
{
	struct node empty = { .type = NODE_MAP };
	size_t i;

	for (i = 0; i < f->kustomizations.count; i++) {
		const struct map_entry *e = &f->kustomizations.entries[i];
		const struct node *root = read_file(f, e->value);
		const char *kind = node_get_string(root, "kind");

		note_paths(f, e->key, root ? root : &empty);
		if (kind && !strcmp(kind, "Component"))
			map_set(&f->referenced, e->key, here);
	}
	for (i = 0; i < f->charts.count; i++)
		note_chart(f, f->charts.entries[i].key);
	for (i = 0; i < f->kustomizations.count; i++)
		if (!map_get(&f->referenced, f->kustomizations.entries[i].key))
			app_add(f, f->kustomizations.entries[i].key, "kustomize");
	for (i = 0; i < f->charts.count; i++)
		if (!map_get(&f->referenced, f->charts.entries[i].key))
			app_add(f, f->charts.entries[i].key, "helm");
	add_plain(f);
	add_flux1(f);
	add_flux(f);
	if (f->out->count)
		qsort(f->out->items, f->out->count, sizeof(*f->out->items), by_path);
}

int apps_find(struct run *run, struct arena *a, struct view *v, const char *path, struct apps *out,
	      struct err *err)
{
	struct finder f = { .run = run, .arena = a, .view = v, .out = out, .err = err };

	if (view_kind(v, path) == VIEW_ABSENT)
		return err_raise(err, ERR_NOT_FOUND, NO_POS, "no '%s' in %s", *path ? path : ".",
				 view_name(v));
	if (view_kind(v, path) == VIEW_FILE) {
		struct app *app = app_add(&f, path, "plain");

		*vec_push(a, &app->files) = path;
		return 0;
	}
	map_init(&f.kustomizations, a);
	map_init(&f.charts, a);
	map_init(&f.manifests, a);
	map_init(&f.referenced, a);
	if (walk(&f, arena_strdup(a, path)) < 0)
		return -1;
	collect(&f);
	return 0;
}

int app_render(struct run *run, struct arena *a, struct view *v, const struct app *app,
	       const struct render_options *options, struct rendered *out, struct err *err)
{
	size_t i;

	if (app->engine)
		return app->engine->render(run, a, v, app->object, options, out, err);
	if (app->flux)
		return flux_render(run, a, v, app->flux, options, out, err);
	if (!app->files.count)
		return render_path(run, a, v, app->path, options, out, err);
	buf_init(&out->text, 0);
	out->renderer = app->renderer;
	for (i = 0; i < app->files.count; i++) {
		struct rendered one = { 0 };

		/* A file that head lost is no failure: its objects are gone. */
		if (view_kind(v, app->files.items[i]) == VIEW_ABSENT)
			continue;
		if (render_path(run, a, v, app->files.items[i], options, &one, err) < 0) {
			rendered_release(&one);
			return -1;
		}
		for (size_t k = 0; k < one.objects.count; k++)
			*vec_push(a, &out->objects) = one.objects.items[k];
		rendered_release(&one);
	}
	return 0;
}
