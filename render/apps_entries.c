/*
 * Entries: kustomizations and charts that nobody in the repository applies, and that render to
 * objects of Argo CD. They are rendered before those objects are taken from their files as they
 * stand, for a kustomization patches them and a chart makes them of templates.
 */
#include <string.h>
#include "render/apps_internal.h"
#include "render/yaml/yaml.h"

enum { MAX_DEPTH = 20 };

struct search {
	struct finder *f;
	struct map seen; /* directories */
};

static bool holds_candidate(struct finder *f, const char *file)
{
	size_t i;

	for (i = 0; i < f->candidates.count; i++)
		if (f->candidates.items[i].app->engine == &engine_argo &&
		    !strcmp(f->candidates.items[i].app->file, file))
			return true;
	return false;
}

static bool reaches(struct search *s, const char *dir, unsigned depth);

/* Whether one of the paths among the scalars of a kustomization leads to such a file. */
static bool leads(struct search *s, const char *dir, const struct node *n, unsigned depth)
{
	const char *path;
	uint32_t i;

	for (i = 0; node_is(n, NODE_MAP) && i < n->len; i++)
		if (leads(s, dir, n->entries[i].value, depth))
			return true;
	for (i = 0; node_is(n, NODE_SEQ) && i < n->len; i++)
		if (leads(s, dir, n->items[i], depth))
			return true;
	if (!node_is(n, NODE_STR) || !n->len || n->len > 1024 || memchr(n->text, '\n', n->len))
		return false;
	path = view_join(s->f->arena, dir, n->text);
	return path && (holds_candidate(s->f, path) || reaches(s, path, depth + 1));
}

static bool reaches(struct search *s, const char *dir, unsigned depth)
{
	const char *file = map_get(&s->f->kustomizations, dir);
	struct err ignored = ERR_INIT; /* shows when the app is rendered */
	struct node *root = NULL;
	struct blob blob;

	if (!file || depth > MAX_DEPTH || map_get(&s->seen, dir))
		return false;
	map_set(&s->seen, dir, s);
	if (view_read(s->f->view, file, &blob, &ignored) < 0 ||
	    yaml_read_one(s->f->run, s->f->arena, YAML_SIGS, blob.path, blob.text, blob.len,
			  blob.origin, &root, &ignored) < 0)
		return false;
	return leads(s, dir, root, depth);
}

/* Whether a template of a chart mentions the engine. */
static bool templates_mention(struct finder *f, const char *dir, unsigned depth)
{
	struct err ignored = ERR_INIT;
	struct view_items items = { 0 };
	size_t i;

	if (depth > MAX_DEPTH || view_kind(f->view, dir) != VIEW_DIR ||
	    view_list(f->view, f->arena, dir, &items, &ignored) < 0)
		return false;
	for (i = 0; i < items.count; i++) {
		const char *path = view_join(f->arena, dir, items.items[i].name);
		struct blob blob;

		if (items.items[i].kind == VIEW_DIR && templates_mention(f, path, depth + 1))
			return true;
		if (items.items[i].kind == VIEW_FILE &&
		    view_read(f->view, path, &blob, &ignored) >= 0 &&
		    memmem(blob.text, blob.len, "argoproj.io/v1alpha1", 20) &&
		    memmem(blob.text, blob.len, "kind: Application", 17))
			return true;
	}
	return false;
}

/* An engine's object in a file asks for it, or for a directory above. */
static bool is_asked_for(struct finder *f, const char *dir)
{
	size_t i;

	for (i = 0; i < f->candidates.count; i++) {
		const char *path = f->candidates.items[i].app->path;

		if (path && path_below(dir, path))
			return true;
	}
	return false;
}

void finder_entries(struct finder *f, void (*add)(struct finder *f, struct app *app))
{
	struct search s = { .f = f };
	size_t i;

	for (i = 0; i < f->kustomizations.count; i++) {
		const char *dir = f->kustomizations.entries[i].key;

		map_init(&s.seen, f->arena);
		if (!map_get(&f->referenced, dir) && !is_asked_for(f, dir) &&
		    !specimens_are(f, dir) && reaches(&s, dir, 0))
			add(f, finder_nobodys(f, dir, "kustomize"));
	}
	for (i = 0; i < f->charts.count; i++) {
		const char *dir = f->charts.entries[i].key;

		if (!map_get(&f->referenced, dir) && !is_asked_for(f, dir) &&
		    templates_mention(f, view_join(f->arena, dir, "templates"), 0))
			add(f, finder_nobodys(f, dir, "helm"));
	}
}
