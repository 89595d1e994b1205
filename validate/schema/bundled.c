#include "validate/schema/bundled.h"

#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "base/text.h"
#include "base/vec.h"

/* validate/schema/bundled.txt, as it is. */
__asm__(".section .rodata\n"
	"bundled_text: .incbin \"validate/schema/bundled.txt\"\n\t.byte 0\n"
	".previous\n");
extern const char bundled_text[];

/* A subtree that recurs, made into nodes at its first use. */
struct shared {
	const char *text;
	size_t len;
	struct node *node;
};

struct kind {
	const char *group, *name, *release, *text;
	size_t len;
	struct node *node;
};

struct bundled {
	struct arena *arena;
	struct {
		VEC(struct shared);
	} shared;
	struct {
		VEC(struct kind);
	} kinds;
};

/* What stands up to a character, which is skipped. */
static const char *word(struct arena *a, const char **at, char end)
{
	const char *from = *at, *to = strchr(from, end);

	*at = to + 1;
	return arena_memdup(a, from, (size_t)(to - from));
}

/* "shared NUMBER JSON", in the order of the numbers, or "kind GROUP KIND RELEASE<tab>JSON". */
static void add_line(struct bundled *b, const char *line, const char *end)
{
	if (text_starts(line, "shared ")) {
		line = strchr(line + 7, ' ') + 1;
		*vec_push(b->arena, &b->shared) =
			(struct shared){ line, (size_t)(end - line), NULL };
	} else if (text_starts(line, "kind ")) {
		struct kind k = { 0 };

		line += 5;
		k.group = word(b->arena, &line, ' ');
		k.name = word(b->arena, &line, ' ');
		k.release = word(b->arena, &line, '\t');
		k.text = line;
		k.len = (size_t)(end - line);
		*vec_push(b->arena, &b->kinds) = k;
	}
}

struct bundled *bundled_new(struct arena *a)
{
	struct bundled *b = arena_new(a, struct bundled);
	const char *end;

	b->arena = a;
	for (const char *at = bundled_text; (end = strchr(at, '\n')); at = end + 1)
		add_line(b, at, end);
	return b;
}

static struct node *read_text(struct bundled *b, const char *text, size_t len);

/* {"$":NUMBER} stands for a shared subtree; others are looked through. */
static struct node *resolve(struct bundled *b, struct node *n)
{
	const char *number;
	struct shared *s;

	if (node_is(n, NODE_SEQ)) {
		for (uint32_t i = 0; i < n->len; i++)
			n->items[i] = resolve(b, n->items[i]);
		return n;
	}
	if (!node_is(n, NODE_MAP))
		return n;
	if (n->len != 1 || strcmp(n->entries[0].key->text, "$") != 0) {
		for (uint32_t i = 0; i < n->len; i++)
			n->entries[i].value = resolve(b, n->entries[i].value);
		return n;
	}
	number = n->entries[0].value->text;
	s = &b->shared.items[strtoul(number, NULL, 10)];
	if (!s->node)
		s->node = read_text(b, s->text, s->len);
	return s->node;
}

static struct node *read_text(struct bundled *b, const char *text, size_t len)
{
	struct json_options options = { .file = "bundled.txt" };
	struct err ignored; /* the table is the program's own */
	struct node *n = json_read(b->arena, text, len, &options, &ignored);

	return n ? resolve(b, n) : node_null(b->arena);
}

static struct kind *find(const struct bundled *b, const char *group, const char *kind)
{
	for (size_t i = 0; i < b->kinds.count; i++) {
		struct kind *k = &b->kinds.items[i];

		if (!strcmp(k->name, kind) && !strcmp(k->group, group))
			return k;
	}
	return NULL;
}

const struct node *bundled_find(struct bundled *b, const char *group, const char *kind)
{
	struct kind *k = find(b, group, kind);

	if (k && !k->node)
		k->node = read_text(b, k->text, k->len);
	return k ? k->node : NULL;
}

const char *bundled_release(const struct bundled *b, const char *group, const char *kind)
{
	const struct kind *k = find(b, group, kind);

	return k ? k->release : NULL;
}

const char *bundled_kind_at(const struct bundled *b, const char *group, size_t i)
{
	for (size_t k = 0; k < b->kinds.count; k++)
		if (!strcmp(b->kinds.items[k].group, group) && !i--)
			return b->kinds.items[k].name;
	return NULL;
}
