#include "validate/ignore.h"
#include "base/jq.h"
#include "base/map.h"
#include <string.h>

/* Greedy with one place to go back to: linear in practice, len × stars at worst. */
static bool fits(const char *pattern, const char *text, bool below)
{
	const char *star = NULL, *from = text;

	for (;;) {
		if (*pattern == '*') {
			star = ++pattern;
			from = text;
		} else if (!*pattern && (!*text || (below && strchr(".[/", *text)))) {
			return true;
		} else if (*pattern && *pattern == *text) {
			pattern++;
			text++;
		} else if (star && *from) {
			pattern = star;
			text = ++from;
		} else {
			return false;
		}
	}
}

bool ignore_fits(const char *pattern, const char *text)
{
	return fits(pattern, text, false);
}

static bool is_about(const struct settings_ignore *i, const struct plan_change *c)
{
	const char *slash = strchr(c->object.api_version, '/');
	size_t group = slash ? (size_t)(slash - c->object.api_version) : 0;

	if (i->group &&
	    (strlen(i->group) != group || strncmp(i->group, c->object.api_version, group) != 0))
		return false;
	return (!i->target || !strcmp(i->target, c->target)) &&
	       (!i->kind || ignore_fits(i->kind, c->object.kind)) &&
	       (!i->ns || ignore_fits(i->ns, c->object.ns)) &&
	       (!i->name || ignore_fits(i->name, c->object.name));
}

static bool is_ignored(const struct settings_ignore *i, const struct plan_field *f)
{
	for (size_t k = 0; k < i->fields.count; k++) {
		const char *pattern = i->fields.items[k];

		if (fits(pattern, *pattern == '/' ? f->pointer : f->path, true))
			return true;
	}
	return false;
}

void ignore_cut_fields(struct plan_change *c, size_t kept)
{
	if (kept == c->count)
		return;
	c->count = kept;
	if (!kept && c->action == PLAN_UPDATE) {
		c->action = PLAN_UNCHANGED;
		c->cause = CAUSE_NONE;
	}
}

static void ignore_in(struct plan *p, struct plan_change *c, const struct settings *s)
{
	size_t kept = 0;

	for (size_t k = 0; k < c->count; k++) {
		bool ignored = false;

		for (size_t i = 0; i < s->ignore.count && !ignored; i++)
			ignored = is_about(&s->ignore.items[i], c) &&
				  is_ignored(&s->ignore.items[i], &c->items[k]);
		p->ignored += ignored;
		if (!ignored)
			c->items[kept++] = c->items[k];
	}
	ignore_cut_fields(c, kept);
}

void plan_ignore(struct plan *p, const struct settings *s, size_t from)
{
	if (!s->ignore.count)
		return;
	for (size_t i = from; i < p->changes.count; i++)
		if (p->changes.items[i].action == PLAN_UPDATE ||
		    p->changes.items[i].action == PLAN_UNCHANGED)
			ignore_in(p, &p->changes.items[i], s);
}

/* ---- what owners leave alone ---- */

static bool group_fits(const char *group, const char *api_version)
{
	const char *slash = strchr(api_version, '/');
	size_t len = slash ? (size_t)(slash - api_version) : 0;

	return !strcmp(group, "*") || (strlen(group) == len && !strncmp(group, api_version, len));
}

static bool is_of_owner(const struct owner_ignore *i, const struct plan_change *c)
{
	return group_fits(i->group, c->object.api_version) &&
	       (!strcmp(i->kind, "*") || !strcmp(i->kind, c->object.kind)) &&
	       (!*i->ns || !strcmp(i->ns, c->object.ns)) &&
	       (!*i->name || !strcmp(i->name, c->object.name));
}

static bool is_below(const char *pointer, const char *place)
{
	size_t len = strlen(place);

	return !strncmp(pointer, place, len) && (!pointer[len] || pointer[len] == '/');
}

static bool is_among(const struct jq_paths *places, const char *pointer)
{
	for (size_t i = 0; i < places->count; i++)
		if (is_below(pointer, places->items[i]))
			return true;
	return false;
}

/* An object as the owner compares it, and where in it that takes something out. */
struct compared {
	struct node *left;
	struct jq_paths places;
};

static void take_out(struct arena *a, const struct owner_ignores *all, const struct plan_change *c,
		     const struct node *object, struct compared *out)
{
	out->left = node_copy(a, object);
	for (size_t i = 0; i < all->count; i++)
		for (size_t k = 0; is_of_owner(&all->items[i], c) && k < all->items[i].paths.count;
		     k++) {
			const struct jq *path = all->items[i].paths.items[k];

			jq_find(a, path, object, &out->places);
			jq_delete(path, out->left);
		}
}

void ignore_mark(struct plan_change *c, const struct node *live, const struct node *applied)
{
	const struct owner_ignores *all = c->by ? c->by->ignores : NULL;
	struct compared one = { 0 }, two = { 0 };
	struct arena scratch = ARENA_INIT;
	bool same;

	if (!all || !c->count || !live || !applied)
		return;
	take_out(&scratch, all, c, live, &one);
	take_out(&scratch, all, c, applied, &two);
	same = (one.places.count || two.places.count) && node_equal(one.left, two.left);
	for (size_t i = 0; i < c->count; i++) {
		struct plan_field *f = &c->items[i];

		f->left_alone = same || is_among(f->after ? &two.places : &one.places, f->pointer);
	}
	arena_release(&scratch);
}

static bool owner_ignores_one(const struct owner_ignore *i, const struct plan_change *c,
			      const struct plan_field *f)
{
	size_t k;

	if (!is_of_owner(i, c))
		return false;
	for (k = 0; k < i->fields.count; k++) {
		const char *pattern = i->fields.items[k];

		if (fits(pattern, *pattern == '/' ? f->pointer : f->path, true))
			return true;
	}
	for (k = 0; f->manager && k < i->managers.count; k++)
		if (!strcmp(i->managers.items[k], f->manager))
			return true;
	return false;
}

/* The controller of ApplicationSets puts empty templates into generators, again and again. */
static bool is_empty_template(const struct plan_change *c, const struct plan_field *f)
{
	const struct node *destination = node_path(f->before, "spec", "destination", NULL);
	const struct node *metadata = node_get(f->before, "metadata");

	return !strcmp(c->object.kind, "ApplicationSet") && !f->after && destination &&
	       !destination->len && metadata && !metadata->len &&
	       !strncmp(f->path, "spec.generators[", 16) && node_get(f->before, "spec")->len <= 2;
}

/* What a server-side apply takes over and drops: no difference to Argo CD, which starts no sync. */
static bool is_adopted(const struct plan_change *c, const struct plan_field *f)
{
	return c->by->adopts && c->by->mode == APPLY_SSA && f->cause == CAUSE_DRIFT && !f->after &&
	       f->manager && !strcmp(f->manager, c->by->adopts);
}

static bool is_ignored_by_owner(const struct plan_change *c, const struct plan_field *f)
{
	const struct owner_ignores *all = c->by->ignores;
	size_t i;

	if (f->left_alone)
		return true;
	for (i = 0; all && i < all->count; i++)
		if (owner_ignores_one(&all->items[i], c, f))
			return true;
	return false;
}

/* Whether of this change something is left that makes its object differ. */
static bool differs(const struct plan_change *c)
{
	if (c->action != PLAN_UPDATE && c->action != PLAN_UNCHANGED)
		return true;
	for (size_t k = 0; k < c->count; k++)
		if (c->items[k].cause != CAUSE_SERVER && c->items[k].cause != CAUSE_STAYS &&
		    !is_empty_template(c, &c->items[k]) && !is_adopted(c, &c->items[k]) &&
		    !is_ignored_by_owner(c, &c->items[k]))
			return true;
	return false;
}

/* The Applications that sync: a difference that is ignored alone starts no sync, but goes with one.
 */
static void find_syncing(const struct plan *p, size_t from, struct arena *a, struct map *out)
{
	map_init(out, a);
	for (size_t i = from; i < p->changes.count; i++) {
		const struct plan_change *c = &p->changes.items[i];

		if (!strcmp(c->engine, "argocd") && c->by->heals_with_commits && differs(c))
			map_set(out, arena_printf(a, "%s/%s", c->owner.ns, c->owner.name),
				(void *)(uintptr_t)c);
	}
}

static bool owner_ignores(const struct plan_change *c, const struct plan_field *f, bool applied)
{
	const struct owner_ignores *all = c->by->ignores;

	if (is_empty_template(c, f) || (is_adopted(c, f) && !applied))
		return true;
	if (!all || !is_ignored_by_owner(c, f))
		return false;
	return all->when_applied || (f->cause == CAUSE_DRIFT && !(applied && f->undone)) ||
	       (f->cause == CAUSE_PENDING && !applied);
}

void plan_ignore_owned(struct plan *p, size_t from)
{
	struct arena scratch = ARENA_INIT;
	struct map syncing;

	find_syncing(p, from, &scratch, &syncing);
	for (size_t i = from; i < p->changes.count; i++) {
		struct plan_change *c = &p->changes.items[i];
		const struct owner_ignores *all = c->by->ignores;
		bool applied;
		size_t kept = 0;

		if (strcmp(c->engine, "argocd") != 0 ||
		    (c->action != PLAN_UPDATE && c->action != PLAN_UNCHANGED))
			continue;
		applied = map_get(&syncing,
				  arena_printf(&scratch, "%s/%s", c->owner.ns, c->owner.name)) &&
			  !(all && all->only_out_of_sync && !differs(c));
		for (size_t k = 0; k < c->count; k++)
			if (!owner_ignores(c, &c->items[k], applied))
				c->items[kept++] = c->items[k];
		p->ignored += c->count - kept;
		ignore_cut_fields(c, kept);
	}
	arena_release(&scratch);
}
