/*
 * What a commit changes of the kustomizations, charts and manifests that nothing in the repository
 * applies: they are only offered, and nobody should take silence for "nothing changes".
 */
#include <string.h>
#include "base/buf.h"
#include "render/apps_internal.h"

enum { MAX_TOLD = 5 };

struct comparison {
	struct finder *f;
	struct view *base;
	struct map offered; /* path → its app, as long as no change of it is known */
	struct buf text;
	size_t changed;
};

static bool file_differs(const struct comparison *c, const char *path)
{
	char head[65], base[65];
	enum view_kind kind = view_ident(c->f->view, path, head);

	return kind != VIEW_DIR && (kind != view_ident(c->base, path, base) ||
				    (kind == VIEW_FILE && strcmp(head, base) != 0));
}

static bool tree_differs(const struct comparison *c, const char *dir)
{
	const char *head = view_tree(c->f->view, dir), *base = view_tree(c->base, dir);

	return head && base && strcmp(head, base) != 0;
}

static void tell(struct comparison *c, const char *path)
{
	void **at = map_get(&c->offered, path) ? map_at(&c->offered, path) : NULL;

	if (!at)
		return;
	*at = NULL;
	if (c->changed++ < MAX_TOLD)
		buf_printf(&c->text, "%s%s", c->changed > 1 ? ", " : "", *path ? path : ".");
}

/* What uses a kustomization or a file of one, at the end of the chain. */
static const char *user_of(const struct finder *f, const char *path)
{
	const char *who = path;

	for (unsigned steps = 0; path && steps < LIMIT_KUSTOMIZE_DEPTH; steps++) {
		who = path;
		path = map_get(&f->referenced, path);
	}
	return who;
}

static void compare_kustomizations(struct comparison *c)
{
	const struct map *all = &c->f->kustomizations, *used = &c->f->referenced;

	for (size_t i = 0; i < all->count; i++)
		if (file_differs(c, all->entries[i].value))
			tell(c, user_of(c->f, all->entries[i].key));
	for (size_t i = 0; i < used->count; i++)
		if (file_differs(c, used->entries[i].key))
			tell(c, user_of(c->f, used->entries[i].key));
}

static bool changes(const struct comparison *c, const struct app *app)
{
	if (!strcmp(app->renderer, "helm"))
		return tree_differs(c, app->path);
	for (size_t i = 0; i < app->files.count; i++)
		if (file_differs(c, app->files.items[i]))
			return true;
	return false;
}

static void compare(struct comparison *c, const struct apps *apps)
{
	compare_kustomizations(c);
	for (size_t i = 0; i < apps->count; i++)
		if (apps->items[i]->offered && changes(c, apps->items[i]))
			tell(c, apps->items[i]->path);
	if (c->changed > MAX_TOLD)
		buf_printf(&c->text, " and %zu more", c->changed - MAX_TOLD);
}

/* Whether there is anything to compare: a first commit changes everything. */
static bool is_comparable(const struct comparison *c)
{
	struct err ignored = ERR_INIT; /* shows when the side is rendered */
	struct view_items items = { 0 };
	const char *head, *before;

	if (view_list(c->base, c->f->arena, "", &items, &ignored) < 0 || !items.count)
		return false;
	head = view_tree(c->f->view, "");
	before = view_tree(c->base, "");
	return !head || !before || strcmp(head, before) != 0;
}

void apps_tell_changed(struct apps *apps, struct view *base)
{
	struct comparison c = { .f = apps->finder, .base = base };

	if (!c.f)
		return;
	map_init(&c.offered, apps->arena);
	for (size_t i = 0; i < apps->count; i++) {
		const struct app *app = apps->items[i];

		if (app->offered && !app->engine && !app->taken && !specimens_are(c.f, app->path))
			map_set(&c.offered, app->path, apps->items[i]);
	}
	if (!c.offered.count || !is_comparable(&c))
		return;
	buf_init(&c.text, 0);
	compare(&c, apps);
	if (c.changed)
		apps_note(apps, APP_INFO, "engine/not-planned", 0,
			  "this changes what nothing in the repository applies, so it is not in "
			  "the plan: %s ('-p DIR' plans one, and what is a path of a target of %s "
			  "is planned always)",
			  c.text.text, SETTINGS_FILE);
	buf_release(&c.text);
}
