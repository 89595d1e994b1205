#include "base/origin.h"
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include "base/vec.h"

#define DERIVED_BIT 0x80000000u

enum text_kind { TEXT_FILE, TEXT_MADE, TEXT_KEPT };

struct text {
	origin_id base;
	uint32_t len;
	enum text_kind kind;
	union {
		struct origin_file of;		 /* of a file's */
		const struct origin_file *files; /* of what was kept */
	};
	union {
		const uint32_t *lines;		 /* of a file: offset of each line's first byte */
		const struct origin_span *spans; /* of a made text */
		const unsigned char *kept;	 /* struct origin_kept, one an id */
	};
	const uint32_t *wide; /* offsets of UTF-8 continuation bytes: columns count characters */
	uint32_t count, wide_count; /* of lines, spans or files */
};

struct derived {
	origin_id at, parent;
	uint32_t via;
};

struct origins {
	pthread_mutex_t lock;
	struct arena arena;
	struct {
		VEC(struct text);
	} texts; /* sorted by base, as they are handed out in order */
	struct {
		VEC(struct derived);
	} derived;
	uint32_t *slots; /* hash of derived: index + 1 */
	uint32_t slot_count;
	origin_id next;
	bool paused;
};

struct origins *origins_new(void)
{
	struct origins *o = calloc(1, sizeof(*o));

	if (!o)
		abort();
	pthread_mutex_init(&o->lock, NULL);
	o->next = 1;
	return o;
}

bool origins_pause(struct origins *o, bool paused)
{
	bool before;

	pthread_mutex_lock(&o->lock);
	before = o->paused;
	o->paused = paused;
	pthread_mutex_unlock(&o->lock);
	return before;
}

void origins_free(struct origins *o)
{
	if (!o)
		return;
	arena_release(&o->arena);
	pthread_mutex_destroy(&o->lock);
	free(o);
}

/* The first byte at or after `at` that is no ASCII; `end` when all are. */
static const char *next_wide(const char *at, const char *end)
{
	uint64_t word;

	for (; end - at >= 8; at += 8) {
		memcpy(&word, at, 8);
		if (word & 0x8080808080808080u)
			break;
	}
	while (at < end && (unsigned char)*at < 0x80)
		at++;
	return at;
}

static void index_wide(struct arena *a, struct text *t, const char *text, size_t len)
{
	const char *end = text + len, *first = next_wide(text, end), *at;
	uint32_t wide = 0, *offsets;

	for (at = first; at < end; at = next_wide(at + 1, end))
		wide += ((unsigned char)*at & 0xc0) == 0x80;
	if (!wide)
		return;
	offsets = arena_array(a, wide, uint32_t);
	for (at = first; at < end; at = next_wide(at + 1, end))
		if (((unsigned char)*at & 0xc0) == 0x80)
			offsets[t->wide_count++] = (uint32_t)(at - text);
	t->wide = offsets;
}

static void text_index(struct arena *a, struct text *t, const char *text, size_t len)
{
	const char *at = text, *end = text + len, *nl;
	uint32_t room = (uint32_t)(len / 24) + 8, used = 1;
	uint32_t *lines = arena_alloc(a, room * sizeof(*lines));

	lines[0] = 0;
	for (; (nl = memchr(at, '\n', (size_t)(end - at))); at = nl + 1) {
		if (used == room) {
			lines = arena_grow(a, lines, room * sizeof(*lines),
					   (size_t)room * 2 * sizeof(*lines));
			room *= 2;
		}
		lines[used++] = (uint32_t)(nl + 1 - text);
	}
	t->lines = arena_grow(a, lines, room * sizeof(*lines), used * sizeof(*lines));
	t->count = used;
	index_wide(a, t, text, len);
}

/* Room for `len` ids, one more so that the end of a text has a place too; 0 when none is left. */
static struct text *text_add(struct origins *o, size_t len)
{
	struct text *t;

	if (o->paused || len >= DERIVED_BIT || o->next + len + 1 >= DERIVED_BIT)
		return NULL;
	t = vec_push(&o->arena, &o->texts);
	*t = (struct text){ .base = o->next, .len = (uint32_t)len };
	o->next += (uint32_t)len + 1;
	return t;
}

origin_id origins_add_file(struct origins *o, const char *source, const char *file,
			   const char *text, size_t len)
{
	struct text *t;
	origin_id base = 0;

	pthread_mutex_lock(&o->lock);
	t = text_add(o, len);
	if (t) {
		t->of.source = source ? arena_strdup(&o->arena, source) : NULL;
		t->of.file = arena_strdup(&o->arena, file);
		text_index(&o->arena, t, text, len);
		base = t->base;
	}
	pthread_mutex_unlock(&o->lock);
	return base;
}

origin_id origins_add_kept(struct origins *o, const struct origin_file *files, size_t file_count,
			   const void *kept, size_t count)
{
	struct text *t;
	origin_id base = 0;

	pthread_mutex_lock(&o->lock);
	t = text_add(o, count);
	if (t) {
		t->kind = TEXT_KEPT;
		t->files = files;
		t->kept = kept;
		t->count = (uint32_t)file_count;
		base = t->base;
	}
	pthread_mutex_unlock(&o->lock);
	return base;
}

origin_id origins_add_made(struct origins *o, const char *text, size_t len,
			   const struct origin_span *spans, size_t count)
{
	struct text *t;
	struct origin_span *copy;
	origin_id base = 0;

	(void)text;
	pthread_mutex_lock(&o->lock);
	t = text_add(o, len);
	if (t) {
		copy = arena_array(&o->arena, count, struct origin_span);
		if (count)
			memcpy(copy, spans, count * sizeof(*copy));
		t->kind = TEXT_MADE;
		t->spans = copy;
		t->count = (uint32_t)count;
		base = t->base;
	}
	pthread_mutex_unlock(&o->lock);
	return base;
}

static uint32_t derived_hash(const struct derived *d)
{
	uint64_t hash = ((uint64_t)d->at << 32 | d->parent) * 0x9e3779b97f4a7c15u + d->via;

	return (uint32_t)((hash ^ hash >> 31) * 0x9e3779b97f4a7c15u >> 32);
}

static void derived_rehash(struct origins *o)
{
	uint32_t i, slot;

	o->slot_count = o->slot_count ? o->slot_count * 4 : 1024;
	o->slots = arena_array(&o->arena, o->slot_count, uint32_t);
	for (i = 0; i < o->derived.count; i++) {
		slot = derived_hash(&o->derived.items[i]) & (o->slot_count - 1);
		while (o->slots[slot])
			slot = (slot + 1) & (o->slot_count - 1);
		o->slots[slot] = i + 1;
	}
}

static origin_id derived_intern(struct origins *o, struct derived d)
{
	uint32_t slot;

	if (o->derived.count * 2 >= o->slot_count)
		derived_rehash(o);
	slot = derived_hash(&d) & (o->slot_count - 1);
	for (; o->slots[slot]; slot = (slot + 1) & (o->slot_count - 1)) {
		const struct derived *have = &o->derived.items[o->slots[slot] - 1];

		if (have->at == d.at && have->parent == d.parent && have->via == d.via)
			return (o->slots[slot] - 1) | DERIVED_BIT;
	}
	*vec_push(&o->arena, &o->derived) = d;
	o->slots[slot] = (uint32_t)o->derived.count;
	return (origin_id)(o->derived.count - 1) | DERIVED_BIT;
}

origin_id origins_derive(struct origins *o, origin_id at, enum origin_via via, origin_id parent)
{
	origin_id id;

	if (!at || at == parent)
		return parent;
	pthread_mutex_lock(&o->lock);
	id = derived_intern(o, (struct derived){ at, parent, via });
	pthread_mutex_unlock(&o->lock);
	return id;
}

static const struct text *text_of(const struct origins *o, origin_id id)
{
	size_t low = 0, high = o->texts.count, mid;

	while (low < high) {
		mid = (low + high) / 2;
		if (o->texts.items[mid].base <= id)
			low = mid + 1;
		else
			high = mid;
	}
	if (!low || id - o->texts.items[low - 1].base > o->texts.items[low - 1].len)
		return NULL;
	return &o->texts.items[low - 1];
}

/* How many of the sorted `list` are below `limit`. */
static uint32_t count_below(const uint32_t *list, uint32_t count, uint32_t limit)
{
	uint32_t low = 0, high = count, mid;

	while (low < high) {
		mid = (low + high) / 2;
		if (list[mid] < limit)
			low = mid + 1;
		else
			high = mid;
	}
	return low;
}

static void file_locate(const struct text *t, uint32_t offset, struct origin_pos *out)
{
	uint32_t line = count_below(t->lines, t->count, offset + 1), start = t->lines[line - 1];

	out->source = t->of.source;
	out->file = t->of.file;
	out->line = line;
	out->column = offset - start + 1 -
		      (count_below(t->wide, t->wide_count, offset + 1) -
		       count_below(t->wide, t->wide_count, start));
}

static struct origin_kept kept_at(const struct text *t, origin_id id)
{
	struct origin_kept k = { 0 };

	if (id - t->base < t->len)
		memcpy(&k, t->kept + (size_t)(id - t->base) * sizeof(k), sizeof(k));
	return k;
}

static bool kept_locate(const struct text *t, origin_id id, struct origin_pos *out)
{
	struct origin_kept k = kept_at(t, id);

	if (!k.file || k.file > t->count)
		return false;
	*out = (struct origin_pos){ t->files[k.file - 1].source, t->files[k.file - 1].file, k.line,
				    k.column };
	return true;
}

/* See through made texts: the id that printed this one; the id itself for a file's. */
static origin_id origin_behind(const struct origins *o, origin_id id)
{
	const struct text *t;
	uint32_t low, high, mid, offset;

	while (id && !(id & DERIVED_BIT) && (t = text_of(o, id)) && t->kind == TEXT_MADE) {
		offset = id - t->base;
		for (low = 0, high = t->count; low < high;) {
			mid = (low + high) / 2;
			if (t->spans[mid].offset <= offset)
				low = mid + 1;
			else
				high = mid;
		}
		id = low ? t->spans[low - 1].origin : 0;
	}
	return id;
}

bool origins_resolve(struct origins *o, origin_id id, struct origin_pos *out)
{
	const struct text *t;
	bool found = false;

	*out = (struct origin_pos){ 0 };
	pthread_mutex_lock(&o->lock);
	id = origin_behind(o, id);
	while (id & DERIVED_BIT)
		id = origin_behind(o, o->derived.items[id & ~DERIVED_BIT].at);
	t = id ? text_of(o, id) : NULL;
	if (t && t->kind == TEXT_KEPT) {
		found = kept_locate(t, id, out);
	} else if (t) {
		file_locate(t, id - t->base, out);
		found = true;
	}
	pthread_mutex_unlock(&o->lock);
	return found;
}

static bool same_text(const char *one, const char *two)
{
	return one == two || (one && two && !strcmp(one, two));
}

bool origins_same_place(struct origins *o, origin_id one, origin_id two)
{
	struct origin_pos a, b;

	return one == two ||
	       (origins_resolve(o, one, &a) && origins_resolve(o, two, &b) && a.line == b.line &&
		a.column == b.column && same_text(a.file, b.file) && same_text(a.source, b.source));
}

origin_id origins_parent(struct origins *o, origin_id id, enum origin_via *via)
{
	origin_id parent = 0;
	struct origin_kept kept;
	const struct text *t;

	*via = VIA_NONE;
	pthread_mutex_lock(&o->lock);
	id = origin_behind(o, id);
	if (id & DERIVED_BIT) {
		const struct derived *d = &o->derived.items[id & ~DERIVED_BIT];

		*via = (enum origin_via)d->via;
		parent = d->parent;
	} else if (id && (t = text_of(o, id)) && t->kind == TEXT_KEPT) {
		kept = kept_at(t, id);
		*via = (enum origin_via)kept.via;
		parent = kept.parent && kept.parent <= id - t->base ? t->base + kept.parent - 1 : 0;
	}
	pthread_mutex_unlock(&o->lock);
	return parent;
}

struct pos origins_pos(struct origins *o, origin_id id)
{
	struct origin_pos at;

	origins_resolve(o, id, &at);
	return (struct pos){ at.file, at.line, at.column };
}

const char *origin_via_name(enum origin_via via)
{
	static const char *const names[] = {
		[VIA_NONE] = "",
		[VIA_PATCH] = "patch",
		[VIA_TRANSFORMER] = "transformer",
		[VIA_GENERATOR] = "generator",
		[VIA_REPLACEMENT] = "replacement",
		[VIA_TEMPLATE] = "template",
		[VIA_VALUES] = "values",
		[VIA_SUBSTITUTION] = "substitution",
		[VIA_REFERENCE] = "reference",
	};

	return (size_t)via < ARRAY_SIZE(names) ? names[via] : "";
}
