/*
 * A render as bytes. Numbers are written seven bits a byte, low ones first; texts as length and
 * bytes. First the places of all origins, file by file, then the origins (0 is none; a place, and
 * what it came through), then notes and objects, their trees depth first.
 */
#include <stdlib.h>
#include <string.h>
#include "render/apps.h"
#include "render/cache.h"

enum { MAX_BYTES = 64 << 20 };

/* --- writing
 * --------------------------------------------------------------------------------------- */

struct file_places {
	const char *source, *file;
	VEC(struct origin_place);
};

struct frozen_origin {
	uint32_t file, place; /* file is an index + 1; 0: unknown */
	uint32_t via, parent; /* parent is an index + 1 */
};

struct freezer {
	struct run *run;
	struct arena arena;
	struct map files; /* source and file → index + 1 */
	struct {
		VEC(struct file_places);
	} places;
	struct map known; /* the bytes of an origin_id → index + 1 */
	struct {
		VEC(struct frozen_origin);
	} origins;
	struct buf trees;
};

static void put_number(struct buf *b, uint64_t n)
{
	for (; n > 127; n >>= 7)
		buf_char(b, (char)(n | 128));
	buf_char(b, (char)n);
}

static void put_text(struct buf *b, const char *text, size_t len)
{
	put_number(b, len);
	buf_add(b, text, len);
}

/* NULL and "" differ: lengths are one more. */
static void put_string(struct buf *b, const char *text)
{
	put_number(b, text ? strlen(text) + 1 : 0);
	if (text)
		buf_str(b, text);
}

static uint32_t freeze_file(struct freezer *f, const struct origin_pos *pos)
{
	void **at = map_at(&f->files, arena_printf(&f->arena, "%s\n%s",
						   pos->source ? pos->source : "\t", pos->file));

	if (!*at) {
		*vec_push(&f->arena, &f->places) = (struct file_places){ pos->source, pos->file };
		*at = (void *)(uintptr_t)f->places.count;
	}
	return (uint32_t)(uintptr_t)*at;
}

/* An origin's index + 1; its parents come before it. Chains are as long as renders are deep. */
static uint32_t freeze_origin(struct freezer *f, origin_id id)
{
	struct frozen_origin out = { 0 };
	enum origin_via via;
	struct origin_pos pos;
	struct file_places *file;
	origin_id parent;
	void **known;

	if (!id)
		return 0;
	known = map_at_n(&f->known, arena_memdup(&f->arena, (const char *)&id, sizeof(id)),
			 sizeof(id));
	if (*known)
		return (uint32_t)(uintptr_t)*known;
	if (origins_resolve(f->run->origins, id, &pos) && pos.file) {
		out.file = freeze_file(f, &pos);
		file = &f->places.items[out.file - 1];
		out.place = (uint32_t)file->count;
		*vec_push(&f->arena, file) = (struct origin_place){ pos.line, pos.column };
	}
	parent = origins_parent(f->run->origins, id, &via);
	out.via = via;
	out.parent = freeze_origin(f, parent);
	*vec_push(&f->arena, &f->origins) = out;
	/* Anew, for map_at's place may have moved. */
	*map_at_n(&f->known, (const char *)&id, sizeof(id)) = (void *)(uintptr_t)f->origins.count;
	return (uint32_t)f->origins.count;
}

static void freeze_node(struct freezer *f, const struct node *n)
{
	struct buf *b = &f->trees;

	if (b->full)
		return;
	buf_char(b, (char)n->type);
	buf_char(b, (char)(n->style | n->tagged << 4 | n->empty << 5));
	put_number(b, freeze_origin(f, n->origin));
	if (n->type == NODE_SEQ) {
		put_number(b, n->len);
		for (uint32_t i = 0; i < n->len; i++)
			freeze_node(f, n->items[i]);
	} else if (n->type == NODE_MAP) {
		put_number(b, n->len);
		for (uint32_t i = 0; i < n->len; i++) {
			freeze_node(f, n->entries[i].key);
			freeze_node(f, n->entries[i].value);
		}
	} else {
		put_text(b, n->text ? n->text : "", n->text ? n->len : 0);
		buf_char(b, '\0');
	}
}

static void freeze_contents(struct freezer *f, const struct rendered *r)
{
	struct buf *b = &f->trees;

	put_string(b, r->renderer);
	put_number(b, r->notes.count);
	for (size_t i = 0; i < r->notes.count; i++) {
		put_string(b, r->notes.items[i].text);
		put_number(b, freeze_origin(f, r->notes.items[i].origin));
		put_number(b, r->notes.items[i].kind);
	}
	put_number(b, r->objects.count);
	for (size_t i = 0; i < r->objects.count; i++) {
		put_string(b, r->objects.items[i].file);
		put_string(b, apps_learns(&r->objects.items[i])
				      ? cache_digest(f->run, &f->arena, r->objects.items[i].root)
				      : NULL);
		buf_char(b, (char)(r->objects.items[i].hook | r->objects.items[i].random << 1 |
				   r->objects.items[i].implied << 2));
		freeze_node(f, r->objects.items[i].root);
	}
}

static void write_origins(const struct freezer *f, struct buf *out)
{
	const struct file_places *file;
	const struct frozen_origin *o;

	put_number(out, f->places.count);
	for (size_t i = 0; i < f->places.count; i++) {
		file = &f->places.items[i];
		put_string(out, file->source);
		put_string(out, file->file);
		put_number(out, file->count);
		for (size_t k = 0; k < file->count; k++) {
			put_number(out, file->items[k].line);
			put_number(out, file->items[k].column);
		}
	}
	put_number(out, f->origins.count);
	for (size_t i = 0; i < f->origins.count; i++) {
		o = &f->origins.items[i];
		put_number(out, o->file);
		put_number(out, o->place);
		put_number(out, o->via);
		put_number(out, o->parent);
	}
}

static void begin(struct freezer *f, struct run *run)
{
	*f = (struct freezer){ .run = run };
	map_init(&f->files, &f->arena);
	map_init(&f->known, &f->arena);
	buf_init(&f->trees, MAX_BYTES);
}

static bool end(struct freezer *f, struct buf *out)
{
	bool ok = !f->trees.full;

	if (ok) {
		write_origins(f, out);
		buf_add(out, f->trees.text, f->trees.len);
	}
	buf_release(&f->trees);
	arena_release(&f->arena);
	return ok && !out->full;
}

bool freeze(struct run *run, const struct rendered *r, struct buf *out)
{
	struct freezer f;

	begin(&f, run);
	freeze_contents(&f, r);
	return end(&f, out);
}

bool freeze_trees(struct run *run, const struct trees *trees, struct buf *out)
{
	struct freezer f;

	begin(&f, run);
	put_number(&f.trees, trees->count);
	for (size_t i = 0; i < trees->count; i++) {
		buf_char(&f.trees, trees->items[i] != NULL);
		if (trees->items[i])
			freeze_node(&f, trees->items[i]);
	}
	return end(&f, out);
}

/* --- reading
 * ---------------------------------------------------------------------------------------- */

struct thawer {
	struct run *run;
	struct arena *arena;
	const unsigned char *at, *end;
	bool bad; /* from here on all that is read is 0 */
	origin_id *origins;
	size_t origin_count;
};

static uint64_t get_number(struct thawer *t)
{
	uint64_t n = 0;
	unsigned shift = 0;

	for (; t->at < t->end && shift < 63; shift += 7) {
		n |= (uint64_t)(*t->at & 127) << shift;
		if (!(*t->at++ & 128))
			return n;
	}
	t->bad = true;
	return 0;
}

/* A count of things that each take a byte at least. */
static size_t get_count(struct thawer *t)
{
	uint64_t n = get_number(t);

	if (n > (uint64_t)(t->end - t->at)) {
		t->bad = true;
		return 0;
	}
	return (size_t)n;
}

static unsigned get_byte(struct thawer *t)
{
	if (t->at < t->end)
		return *t->at++;
	t->bad = true;
	return 0;
}

/* The text of a node stays where it is, with the NUL behind it. */
static const char *get_text(struct thawer *t, size_t *len)
{
	const char *text = NULL;

	*len = get_count(t);
	if (!t->bad && *len < (size_t)(t->end - t->at) && !t->at[*len]) {
		text = (const char *)t->at;
		t->at += *len + 1;
		return text;
	}
	t->bad = true;
	*len = 0;
	return "";
}

static const char *get_string(struct thawer *t)
{
	size_t n = get_count(t);
	const char *text = NULL;

	if (n) {
		text = arena_memdup(t->arena, (const char *)t->at, n - 1);
		t->at += n - 1;
	}
	return text;
}

static origin_id get_origin(struct thawer *t)
{
	uint64_t n = get_number(t);

	if (n > t->origin_count)
		t->bad = true;
	return !n || t->bad ? 0 : t->origins[n - 1];
}

struct thawed_file {
	origin_id base;
	size_t count;
};

static void thaw_file(struct thawer *t, struct arena *scratch, struct thawed_file *out)
{
	const char *source = get_string(t), *file = get_string(t);
	struct origin_place *places;

	out->count = get_count(t);
	places = arena_array(scratch, out->count, struct origin_place);
	for (size_t i = 0; i < out->count; i++) {
		places[i].line = (uint32_t)get_number(t);
		places[i].column = (uint32_t)get_number(t);
	}
	if (!t->bad && file)
		out->base = origins_add_places(t->run->origins, source, file, places, out->count);
}

static void thaw_origins(struct thawer *t, struct arena *scratch)
{
	size_t file_count = get_count(t), count;
	struct thawed_file *files = arena_array(scratch, file_count, struct thawed_file);
	uint64_t file, place, via, parent;
	origin_id at;

	for (size_t i = 0; i < file_count && !t->bad; i++)
		thaw_file(t, scratch, &files[i]);
	count = get_count(t);
	t->origins = arena_array(scratch, count, origin_id);
	for (size_t i = 0; i < count && !t->bad; i++) {
		file = get_number(t);
		place = get_number(t);
		via = get_number(t);
		parent = get_number(t);
		if (file > file_count || (file && place >= files[file - 1].count) || parent > i) {
			t->bad = true;
			return;
		}
		at = file && files[file - 1].base ? files[file - 1].base + (origin_id)place : 0;
		if (via || parent)
			at = origins_derive(t->run->origins, at, (enum origin_via)via,
					    parent ? t->origins[parent - 1] : 0);
		t->origins[i] = at;
		t->origin_count = i + 1;
	}
}

static struct node *thaw_node(struct thawer *t, unsigned depth)
{
	unsigned type = get_byte(t), flags = get_byte(t);
	origin_id origin = get_origin(t);
	struct node *n, *key;
	const char *text;
	size_t count;

	if (type > NODE_MAP || depth > LIMIT_DEPTH)
		t->bad = true;
	if (t->bad)
		return node_null(t->arena);
	if (type == NODE_SEQ) {
		n = node_seq(t->arena);
		for (count = get_count(t); count && !t->bad; count--)
			node_append(t->arena, n, thaw_node(t, depth + 1));
	} else if (type == NODE_MAP) {
		n = node_map(t->arena);
		for (count = get_count(t); count && !t->bad; count--) {
			key = thaw_node(t, depth + 1);
			if (!node_is_scalar(key))
				t->bad = true;
			node_append_entry(t->arena, n, key, thaw_node(t, depth + 1));
		}
		node_index(t->arena, n);
	} else {
		text = get_text(t, &count);
		n = node_scalar_ref(t->arena, (enum node_type)type, text, count);
	}
	n->style = flags & 15;
	n->tagged = flags >> 4 & 1;
	n->empty = flags >> 5 & 1;
	n->origin = origin;
	return n;
}

static void thaw_object(struct thawer *t, struct rendered *out)
{
	const char *file = get_string(t), *digest = get_string(t);
	unsigned flags = get_byte(t);
	const struct node *root = thaw_node(t, 0);
	struct err ignored = ERR_INIT;
	struct object *o;

	if (t->bad)
		return;
	o = vec_push(t->arena, &out->objects);
	*o = (struct object){ 0 };
	if (object_from_node(t->run, t->arena, root, o, &ignored) < 0)
		t->bad = true;
	o->file = file;
	o->digest = digest;
	o->hook = flags & 1;
	o->random = flags >> 1 & 1;
	o->implied = flags >> 2 & 1;
}

bool thaw(struct run *run, struct arena *a, const char *bytes, size_t len, struct rendered *out)
{
	const unsigned char *start = (const unsigned char *)bytes;
	struct thawer t = { .run = run, .arena = a, .at = start, .end = start + len };
	struct arena scratch = ARENA_INIT;
	struct note *note;
	size_t count;

	*out = (struct rendered){ 0 };
	thaw_origins(&t, &scratch);
	out->renderer = get_string(&t);
	for (count = get_count(&t); count && !t.bad; count--) {
		note = vec_push(a, &out->notes);
		note->text = get_string(&t);
		note->origin = get_origin(&t);
		note->kind = (enum note_kind)get_count(&t);
		t.bad = t.bad || note->kind > NOTE_LEFT_OUT;
	}
	for (count = get_count(&t); count && !t.bad; count--)
		thaw_object(&t, out);
	arena_release(&scratch);
	return !t.bad && t.at == t.end;
}

bool thaw_trees(struct run *run, struct arena *a, const char *bytes, size_t len, struct trees *out)
{
	const unsigned char *start = (const unsigned char *)bytes;
	struct thawer t = { .run = run, .arena = a, .at = start, .end = start + len };
	struct arena scratch SCOPED(arena_release) = ARENA_INIT;

	*out = (struct trees){ 0 };
	thaw_origins(&t, &scratch);
	for (size_t count = get_count(&t); count && !t.bad; count--)
		*vec_push(a, out) = get_byte(&t) ? thaw_node(&t, 0) : NULL;
	return !t.bad && t.at == t.end;
}
