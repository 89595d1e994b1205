/*
 * origins: what a printed byte's origin becomes. Text of a template file keeps its own place; a
 * value's place goes behind the place of the action that printed it; what an inner template
 * printed already has both and stays.
 */
#include <string.h>
#include "base/map.h"
#include "render/helm/template/exec.h"

enum { CACHE_SIZE = 512 };
#define DERIVED 0x80000000u

struct range {
	origin_id first, last;
};

struct origin_cache {
	struct arena *arena;
	struct origins *origins;
	struct {
		VEC(struct range);
	} files;	 /* of templates, sorted */
	struct map ours; /* origins derived here, by their bytes */
	struct {
		origin_id at, origin, made;
	} recent[CACHE_SIZE];
};

struct origin_cache *origin_cache_new(struct arena *a, struct origins *origins)
{
	struct origin_cache *c = arena_new(a, struct origin_cache);

	c->arena = a;
	c->origins = origins;
	map_init(&c->ours, a);
	return c;
}

void origin_cache_source(struct origin_cache *c, const struct source *s)
{
	size_t i;

	if (!s->origin || s->whole || s->span_count)
		return;
	(void)vec_push(c->arena, &c->files);
	for (i = c->files.count - 1; i > 0 && c->files.items[i - 1].first > s->origin; i--)
		c->files.items[i] = c->files.items[i - 1];
	c->files.items[i] = (struct range){ s->origin, s->origin + (origin_id)s->len };
}

static bool in_files(const struct origin_cache *c, origin_id id)
{
	size_t low = 0, high = c->files.count, mid;

	while (low < high) {
		mid = (low + high) / 2;
		if (c->files.items[mid].first <= id)
			low = mid + 1;
		else
			high = mid;
	}
	return low && id <= c->files.items[low - 1].last;
}

static bool is_printed(const struct origin_cache *c, origin_id id)
{
	if (id & DERIVED)
		return map_get_n(&c->ours, (const char *)&id, sizeof(id));
	return in_files(c, id);
}

origin_id origin_printed(struct origin_cache *c, origin_id at, origin_id origin)
{
	size_t slot = (at * 0x9e3779b1u ^ origin * 0x85ebca6bu) >> 23;
	origin_id made;

	if (!origin || !at)
		return origin ? origin : at;
	if (c->recent[slot].made && c->recent[slot].at == at && c->recent[slot].origin == origin)
		return c->recent[slot].made;
	if (is_printed(c, origin)) {
		made = origin;
	} else {
		made = origins_derive(c->origins, at, VIA_TEMPLATE, origin);
		if (!map_get_n(&c->ours, (const char *)&made, sizeof(made)))
			*map_at_n(&c->ours,
				  arena_memdup(c->arena, (const char *)&made, sizeof(made)),
				  sizeof(made)) = c;
	}
	c->recent[slot].at = at;
	c->recent[slot].origin = origin;
	c->recent[slot].made = made;
	return made;
}
