#include "render/apps_internal.h"
#include <string.h>
#include "render/documents.h"
#include "render/engines/engines.h"
#include "render/kustomize/kustomize.h"
#include "render/renderer.h"

static char here[] = "here"; /* a map's value where only the key counts */

/* Walk the tree once and sort what is there; a chart's inside is the chart's own business. */
int finder_walk(struct finder *f, const char *dir)
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
		bool nowhere = items.items[i].link && items.items[i].kind == VIEW_ABSENT;

		const struct engine *engine = engine_of_name(f->out, path, name);

		if (items.items[i].kind == VIEW_FILE && engine)
			map_set(&f->special, path, (void *)(uintptr_t)engine);
		if (source_ignore_by_default(name))
			*vec_push(f->arena, &f->out->excluded) = path;
		if ((nowhere || items.items[i].kind == VIEW_FILE) && kustfile_is_name(name))
			map_set(&f->kustomizations, dir, (void *)(uintptr_t)path);
		else if (items.items[i].kind == VIEW_FILE && engine_of_file(name))
			map_set(&f->special, path, (void *)(uintptr_t)engine_of_file(name));
		else if (!strcmp(name, ".sourceignore"))
			*vec_push(f->arena, &f->out->sourceignores) = path;
		else if (name[0] == '.')
			continue;
		else if (items.items[i].kind == VIEW_FILE && plain_is_manifest(name))
			map_set(&f->manifests, path, (void *)(uintptr_t)dir);
		else if (items.items[i].kind == VIEW_DIR && !items.items[i].link &&
			 finder_walk(f, path) < 0) /* a link's folder is found where it lies */
			return -1;
	}
	return 0;
}

bool finder_empty(struct finder *f)
{
	size_t i;

	for (i = 0; i < f->manifests.count; i++)
		if (plain_holds_objects(f->view, f->manifests.entries[i].key))
			return false;
	return !f->kustomizations.count && !f->charts.count;
}

/* `dir` refers to `path`; of several the one that is kept is not below the path's own directory. */
static void note_reference(struct finder *f, const char *dir, const char *path)
{
	void **at = map_at(&f->referenced, path);

	if (!*at || (path_below(*at, view_dirname(f->arena, path)) &&
		     !path_below(dir, view_dirname(f->arena, path))))
		*at = (void *)(uintptr_t)dir;
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
			note_reference(f, dir, path);
		path = equals ? view_join(f->arena, dir, equals + 1) : NULL;
		if (path)
			note_reference(f, dir, path);
	}
}

static const struct node *read_file(struct finder *f, const char *path)
{
	struct trees docs = { 0 };

	documents_read(f->out->documents, f->run, f->arena, f->view, path, DOCUMENTS_ONE, NULL,
		       &docs);
	return docs.count ? docs.items[0] : NULL;
}

static void note_chart(struct finder *f, const char *dir)
{
	const struct node *chart = read_file(f, view_join(f->arena, dir, "Chart.yaml"));
	const struct node *dependencies = node_get(chart, "dependencies");
	const char *type = node_get_string(chart, "type");
	uint32_t i;

	if (type && !strcmp(type, "library"))
		map_set(&f->referenced, dir, (void *)(uintptr_t)dir);
	for (i = 0; node_is(dependencies, NODE_SEQ) && i < dependencies->len; i++) {
		const char *from = node_get_string(dependencies->items[i], "repository");
		const char *path = from && !strncmp(from, "file://", 7)
					   ? view_join(f->arena, dir, from + 7)
					   : NULL;

		if (path)
			note_reference(f, dir, path);
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

bool path_below(const char *path, const char *dir)
{
	size_t len = strlen(dir);

	return !len || (!strncmp(path, dir, len) && (!path[len] || path[len] == '/'));
}

void finder_refer(struct finder *f)
{
	struct node empty = { .type = NODE_MAP };
	size_t i;

	for (i = 0; i < f->kustomizations.count; i++) {
		const struct map_entry *e = &f->kustomizations.entries[i];
		const struct node *root = read_file(f, e->value);
		const char *kind = node_get_string(root, "kind");

		note_paths(f, e->key, root ? root : &empty);
		if (kind && !strcmp(kind, "Component")) {
			note_reference(f, e->key, e->key);
			map_set(&f->components, e->key, here);
		}
	}
	for (i = 0; i < f->charts.count; i++)
		note_chart(f, f->charts.entries[i].key);
}

const char *finder_namespace(struct finder *f, const char *file)
{
	const char *dir = map_get(&f->referenced, file), *above, *found = "", *own, *kustomization;
	unsigned steps;

	for (steps = 0; dir && steps < LIMIT_DEPTH; steps++) { /* the outermost has the last word */
		kustomization = map_get(&f->kustomizations, dir);
		own = kustomization ? node_get_string(read_file(f, kustomization), "namespace")
				    : NULL;
		found = own && *own ? own : found;
		above = map_get(&f->referenced, dir);
		dir = above && strcmp(above, dir) ? above : NULL;
	}
	return found;
}

struct app *finder_nobodys(struct finder *f, const char *path, const char *renderer)
{
	struct app *app = arena_new(f->arena, struct app);

	*app = (struct app){
		.path = path,
		.renderer = renderer,
		.cluster = "",
		.id = arena_printf(f->arena, "%s:%s", renderer, path),
		.kind = "",
		.ns = "",
		.name = "",
		.file = "",
	};
	return app;
}

static void add_plain(struct finder *f, bool (*skip)(struct finder *f, const char *path),
		      void (*add)(struct finder *f, struct app *app))
{
	struct map apps; /* directory → its app */
	size_t i;

	map_init(&apps, f->arena);
	for (i = 0; i < f->manifests.count; i++) {
		const char *path = f->manifests.entries[i].key,
			   *dir = f->manifests.entries[i].value;
		struct app *app;

		if (below_kustomization(f, dir) || below_referenced(f, path) || skip(f, dir) ||
		    !plain_may_hold_objects(f->view, path))
			continue;
		app = map_get(&apps, dir);
		if (!app) {
			app = finder_nobodys(f, dir, "plain");
			app->found = true;
			map_set(&apps, dir, app);
		}
		*vec_push(f->arena, &app->files) = path;
	}
	for (i = 0; i < apps.count; i++)
		add(f, apps.entries[i].value);
}

void finder_rest(struct finder *f, bool (*skip)(struct finder *f, const char *path),
		 void (*add)(struct finder *f, struct app *app))
{
	static const char *const renderers[] = { "kustomize", "helm" };
	const struct map *const found[] = { &f->kustomizations, &f->charts };
	size_t i, k;

	for (k = 0; k < ARRAY_SIZE(found); k++)
		for (i = 0; i < found[k]->count; i++)
			if (!map_get(&f->referenced, found[k]->entries[i].key) &&
			    !skip(f, found[k]->entries[i].key))
				add(f, finder_nobodys(f, found[k]->entries[i].key, renderers[k]));
	add_plain(f, skip, add);
}
