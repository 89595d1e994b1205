/*
 * internal_block: where the reader of simple block YAML stands in its text, and the scalars that it
 * reads there. block.c reads collections and documents of them.
 */
#ifndef RENDER_YAML_INTERNAL_BLOCK_H
#define RENDER_YAML_INTERNAL_BLOCK_H
#include <string.h>
#include "render/yaml/internal.h"

struct block {
	const struct block_text *in;
	struct arena *arena;
	const char *at, *end;
	const char *line; /* where the line of `at` starts */
	int column;	  /* of the content that `at` is at; -1 at a document's end */
	size_t weight;
	unsigned depth;
	struct buf scratch; /* a block scalar's text while it grows */
};

static inline bool ends_word(const struct block *b, const char *p)
{
	return p == b->end || *p == ' ' || *p == '\n';
}

static inline origin_id origin_at(const struct block *b, const char *p)
{
	return b->in->origin ? b->in->origin + (origin_id)(p - b->in->text) : 0;
}

static inline bool is_marker(const struct block *b, const char *p, char c)
{
	return b->end - p >= 3 && p[0] == c && p[1] == c && p[2] == c && ends_word(b, p + 3);
}

static inline const char *line_end(const struct block *b, const char *p)
{
	const char *end = memchr(p, '\n', (size_t)(b->end - p));

	return end ? end : b->end;
}

static inline bool at_line_end(const struct block *b)
{
	return b->at == b->end || *b->at == '\n' || *b->at == '#';
}

static inline void skip_spaces(struct block *b)
{
	while (b->at < b->end && *b->at == ' ')
		b->at++;
}

/* `at` is at the start of a line: go to the next one with content. */
void block_next_content(struct block *b);
/* Nothing but a comment is left of the line: go to the next content; false when there is more. */
bool block_end_line(struct block *b);

/* All that follow return NULL where the text is written in a way that is not read here. */
struct node *block_scalar(struct block *b, const char *start, const char *text, size_t len,
			  enum node_style style);
/* Whether a plain scalar may start at `p`; a later line of one may with other characters. */
bool block_starts_plain(const struct block *b, const char *p);
/* The end of the plain text at `p` on its line, and whether a colon makes it a key. */
const char *block_plain_end(const struct block *b, const char *p, bool *colon);
/* A plain or quoted scalar whose parent is at column `indent`; -1 within a flow collection. */
struct node *block_read_plain(struct block *b, int indent);
struct node *block_read_quoted(struct block *b, int indent);
/* A literal or folded one, from its indicator to the next content. */
struct node *block_read_text(struct block *b, int indent);

#endif
