/*
 * fuzz_yaml: what the line reader takes, libyaml reads alike: the same documents, byte for byte,
 * with the same styles and origins.
 *
 * A text ends with a comment that the line reader leaves (a U+0085), so that libyaml reads it.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "base/run.h"
#include "render/yaml/internal.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { ORIGIN = 1000 };

static bool same(const struct node *a, const struct node *b)
{
	if (!a || !b)
		return a == b;
	if (a->type != b->type || a->style != b->style || a->empty != b->empty ||
	    a->tagged != b->tagged || a->origin != b->origin || a->len != b->len)
		return false;
	if (node_is_scalar(a))
		return !memcmp(a->text, b->text, a->len);
	for (uint32_t i = 0; i < a->len; i++) {
		if (a->type == NODE_SEQ ? !same(a->items[i], b->items[i])
					: !same(a->entries[i].key, b->entries[i].key) ||
						  !same(a->entries[i].value, b->entries[i].value))
			return false;
	}
	return true;
}

static bool same_docs(const struct yaml_docs *a, const struct yaml_docs *b)
{
	if (a->count != b->count)
		return false;
	for (size_t i = 0; i < a->count; i++) {
		const struct yaml_doc *x = &a->items[i], *y = &b->items[i];

		if (!same(x->root, y->root) || x->origin != y->origin || x->start != y->start ||
		    (i + 1 < a->count && x->end != y->end))
			return false;
	}
	return true;
}

static void compare(struct run *run, struct arena *a, char *text, size_t len)
{
	static const char comment[] = "#\xc2\x85\n";
	struct block_text in = { a, YAML_SIGS, text, len, ORIGIN, false };
	struct yaml_docs quick = { 0 }, slow = { 0 };
	struct err err = ERR_INIT;

	if (!block_read(&in, &quick))
		return;
	memcpy(text + len, comment, sizeof(comment));
	if (yaml_read(run, a, YAML_SIGS, "t", text, len + sizeof(comment) - 1, ORIGIN, &slow,
		      &err) < 0 ||
	    !same_docs(&quick, &slow)) {
		text[len] = 0;
		fprintf(stderr, "read otherwise than by libyaml (%s):\n%s", err.msg, text);
		abort();
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena arena;
	struct run run;
	char *text;

	if (!size || size > 4096)
		return 0;
	run_init(&run);
	arena_init(&arena, &run.budget);
	text = arena_alloc(&arena, size + 8);
	memcpy(text, data, size);
	if (text[size - 1] != '\n')
		text[size++] = '\n';
	compare(&run, &arena, text, size);
	arena_release(&arena);
	run_release(&run);
	return 0;
}
