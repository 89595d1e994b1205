/*
 * A render as bytes. Numbers are written seven bits a byte, low ones first; texts as length, bytes
 * and NUL, so that they can be read where they are. First the files of all origins, then the
 * origins (struct origin_kept, as the machine has it: a node's number is the index of one, + 1),
 * then notes and objects, their trees depth first.
 */
#include "render/cache.h"
#include <string.h>
#include "render/apps.h"

enum { MAX_BYTES = 64 << 20 };

struct freezer {
	struct run *run;
	struct arena arena;
	struct map files; /* source and file → index + 1 */
	struct {
		VEC(struct origin_file);
	} places;
	struct map known; /* the bytes of an origin_id → index + 1 */
	struct {
		VEC(struct origin_kept);
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
	buf_char(b, '\0');
}

/* NULL and "" differ: lengths are one more. */
static void put_string(struct buf *b, const char *text)
{
	put_number(b, text ? strlen(text) + 1 : 0);
	if (text)
		buf_add(b, text, strlen(text) + 1);
}

static uint32_t freeze_file(struct freezer *f, const struct origin_pos *pos)
{
	void **at = map_at(&f->files, arena_printf(&f->arena, "%s\n%s",
						   pos->source ? pos->source : "\t", pos->file));

	if (!*at) {
		*vec_push(&f->arena, &f->places) = (struct origin_file){ pos->source, pos->file };
		*at = (void *)(uintptr_t)f->places.count;
	}
	return (uint32_t)(uintptr_t)*at;
}

/* An origin's index + 1; its parents come before it. Chains are as long as renders are deep. */
static uint32_t freeze_origin(struct freezer *f, origin_id id)
{
	struct origin_kept out = { 0 };
	enum origin_via via;
	struct origin_pos pos;
	void **known;

	if (!id)
		return 0;
	known = map_at_n(&f->known, arena_memdup(&f->arena, (const char *)&id, sizeof(id)),
			 sizeof(id));
	if (*known)
		return (uint32_t)(uintptr_t)*known;
	out.parent = freeze_origin(f, origins_parent(f->run->origins, id, &via));
	if (!origins_resolve(f->run->origins, id, &pos) || !pos.file)
		return out.parent;
	out.file = freeze_file(f, &pos);
	out.line = pos.line;
	out.column = pos.column;
	out.via = via;
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
	buf_char(b, (char)(n->type | n->style << 3 | n->tagged << 6 | n->empty << 7));
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
	}
}

/* A tree, its length before it, so that it can be read by itself. */
static void freeze_tree(struct freezer *f, const struct node *root)
{
	size_t at = f->trees.len;
	uint32_t len = 0;

	buf_add(&f->trees, (const char *)&len, sizeof(len));
	freeze_node(f, root);
	if (f->trees.full)
		return;
	len = (uint32_t)(f->trees.len - at - sizeof(len));
	memcpy(f->trees.text + at, &len, sizeof(len));
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
		freeze_tree(f, r->objects.items[i].root);
	}
}

static void write_origins(const struct freezer *f, struct buf *out)
{
	put_number(out, f->places.count);
	for (size_t i = 0; i < f->places.count; i++) {
		put_string(out, f->places.items[i].source);
		put_string(out, f->places.items[i].file);
	}
	put_number(out, f->origins.count);
	if (f->origins.count)
		buf_add(out, (const char *)f->origins.items,
			f->origins.count * sizeof(*f->origins.items));
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
