/*
 * Specimens: what stands in a folder of examples, fixtures or documentation, and nobody refers to.
 * It is not planned where the tree has something else to plan; what is left out is told, and how it
 * is taken in.
 */
#include <string.h>
#include "render/apps_internal.h"
#include "render/renderer.h"
#include "render/settings.h"

enum { MAX_TOLD = 4 };

/*
 * Not "test": that is what people call a cluster. An app may be called docs or sample, so these
 * count at the top alone.
 */
static bool is_specimens_name(const char *name, size_t len, bool top)
{
	static const struct {
		const char *name;
		bool anywhere;
	} names[] = {
		{ "doc", false },      { "docs", false },     { "documentation", false },
		{ "example", false },  { "examples", true },  { "fixture", true },
		{ "fixtures", true },  { "sample", false },   { "samples", false },
		{ "test-data", true }, { "test_data", true }, { "testdata", true },
		{ "tests", false },
	};
	size_t i;

	for (i = 0; i < ARRAY_SIZE(names); i++)
		if (strlen(names[i].name) == len && !memcmp(names[i].name, name, len))
			return top || names[i].anywhere;
	return false;
}

/* How much of the directory's path leads to such a folder, itself included; 0: none. */
static size_t specimens_above(const struct finder *f, const char *dir)
{
	size_t at = strlen(f->top), len;

	for (at += dir[at] == '/'; dir[at]; at += len + (dir[at + len] == '/')) {
		len = strcspn(dir + at, "/");
		if (is_specimens_name(dir + at, len, !at))
			return at + len;
	}
	return 0;
}

/* A target of the settings has it among its paths. */
static bool is_asked_for(const struct finder *f, const char *dir)
{
	const struct settings *s = f->run->settings;
	size_t i, k;

	for (i = 0; s && i < s->targets.count; i++)
		for (k = 0; k < s->targets.items[i].paths.count; k++)
			if (path_below(dir, s->targets.items[i].paths.items[k]))
				return true;
	return false;
}

static bool has_other(const struct finder *f, const struct map *dirs)
{
	size_t i;

	for (i = 0; i < dirs->count; i++)
		if (!specimens_above(f, dirs->entries[i].key))
			return true;
	return false;
}

/* Whether there is anything to plan that is no specimen. */
static bool has_more(const struct finder *f)
{
	size_t i;

	for (i = 0; i < f->candidates.count; i++)
		if (!f->candidates.items[i].app->leaf &&
		    !specimens_above(f, f->candidates.items[i].dir))
			return true;
	if (has_other(f, &f->kustomizations) || has_other(f, &f->charts))
		return true;
	for (i = 0; i < f->manifests.count; i++)
		if (!specimens_above(f, f->manifests.entries[i].value) &&
		    plain_holds_objects(f->view, f->manifests.entries[i].key))
			return true;
	return false;
}

static bool are_any(const struct finder *f)
{
	const struct map *const dirs[] = { &f->kustomizations, &f->charts };
	size_t i, k;

	for (k = 0; k < ARRAY_SIZE(dirs); k++)
		for (i = 0; i < dirs[k]->count; i++)
			if (specimens_above(f, dirs[k]->entries[i].key))
				return true;
	for (i = 0; i < f->manifests.count; i++)
		if (specimens_above(f, f->manifests.entries[i].value))
			return true;
	return false;
}

void specimens_find(struct finder *f)
{
	size_t i;

	f->more = are_any(f) && has_more(f);
	for (i = 0; i < f->candidates.count; i++) {
		struct candidate *c = &f->candidates.items[i];

		c->specimen = f->more && specimens_above(f, c->dir) && !is_asked_for(f, c->dir);
	}
}

bool specimens_are(const struct finder *f, const char *dir)
{
	return f->more && specimens_above(f, dir) && !is_asked_for(f, dir);
}

/* The folders of what nobody brought, and of what nobody refers to. */
static void find_folders(const struct finder *f, struct map *folders, origin_id *first)
{
	size_t i;

	for (i = 0; i < f->candidates.count; i++) {
		struct candidate *c = &f->candidates.items[i];

		if (!c->specimen || c->reached || c->app->leaf)
			continue;
		*first = *first ? *first : c->app->root->origin;
		*map_at_n(folders, c->dir, specimens_above(f, c->dir)) = c;
	}
	for (i = 0; i < f->out->count; i++) {
		struct app *app = f->out->items[i];

		if (!app->engine && app->offered && specimens_are(f, app->path))
			*map_at_n(folders, app->path, specimens_above(f, app->path)) = app;
	}
}

void specimens_tell(struct finder *f)
{
	struct map folders;
	origin_id first = 0;
	struct buf text;
	size_t i;

	map_init(&folders, f->arena);
	find_folders(f, &folders, &first);
	if (!folders.count)
		return;
	buf_init(&text, 0);
	for (i = 0; i < folders.count && i < MAX_TOLD; i++)
		buf_printf(&text, "%s'%.*s'", i ? ", " : "", (int)folders.entries[i].len,
			   folders.entries[i].key);
	if (folders.count > MAX_TOLD)
		buf_printf(&text, " and %zu more folders", folders.count - MAX_TOLD);
	apps_note(
		f->out, APP_INFO, "engine/not-planned", first,
		"what %s hold%s is taken for examples and not planned, for nothing refers to it: "
		"'-p DIR' plans a folder, and what lies in the paths of a target of %s is planned "
		"always",
		text.text, folders.count > 1 ? "" : "s", SETTINGS_FILE);
	buf_release(&text);
}
