/*
 * Block YAML as people and programs mostly write it, read line by line into the same tree that
 * libyaml's events give, many times faster. What is written in any other way (anchors, tags, flow
 * that is more than a simple list, scalars over several lines, duplicate keys, errors) makes the
 * whole text the business of read.c.
 */
#include <string.h>
#include "base/limits.h"
#include "base/utf8.h"
#include "render/yaml/internal_block.h"

enum { BLOCK_DEPTH = 128, KEY_BYTES = 1000 };

static struct node *read_lines(struct block *b, int indent);
static struct node *read_flow(struct block *b);

/* --- characters ------------------------------------------------------------------------------ */

/* Bytes of the character beyond ASCII; 0 when YAML refuses it or takes it for a line break. */
static size_t wide_char(const char *p, const char *end)
{
	const unsigned char *u = (const unsigned char *)p;
	size_t n = utf8_length(p, (size_t)(end - p));

	if ((n == 2 && u[0] == 0xc2 && u[1] < 0xa0) ||
	    (n == 3 &&
	     (!memcmp(p, "\xe2\x80\xa8", 3) || !memcmp(p, "\xe2\x80\xa9", 3) ||
	      !memcmp(p, "\xef\xbb\xbf", 3) || (u[0] == 0xef && u[1] == 0xbf && u[2] > 0xbd))))
		return 0;
	return n;
}

/* Whether the eight bytes at `p` are all from the space to the tilde. */
static bool eight_plain(const char *p)
{
	uint64_t w, ones = 0x0101010101010101U;

	memcpy(&w, p, 8);
	return !(((w - ones * ' ') | (w + ones) | w) & ones << 7);
}

static bool is_plain_text(const char *p, const char *end)
{
	size_t n;

	while (p < end) {
		unsigned char c = (unsigned char)*p;

		if (end - p >= 8 && eight_plain(p)) {
			p += 8;
			continue;
		}
		if (c >= 0x80) {
			n = wide_char(p, end);
			if (!n)
				return false;
			p += n;
			continue;
		}
		if ((c < ' ' && c != '\n' && c != '\t') || c == 0x7f)
			return false;
		p++;
	}
	return true;
}

/* --- collections ----------------------------------------------------------------------------- */

/* A value that starts on the line of its parent, which is at column `indent`. */
static struct node *read_value(struct block *b, int indent)
{
	struct node *n;

	switch (*b->at) {
	case '|':
	case '>':
		return block_read_text(b, indent);
	case '"':
	case '\'':
		n = block_read_quoted(b, indent);
		break;
	case '[':
	case '{':
		n = read_flow(b);
		break;
	default:
		n = block_read_plain(b, indent);
	}
	return n && block_end_line(b) ? n : NULL;
}

static bool is_key(const struct node *key)
{
	return key && key->type == NODE_STR && key->len < KEY_BYTES &&
	       (key->len != 2 || memcmp(key->text, "<<", 2) != 0);
}

/* The key at `at`, which goes past its colon. */
static struct node *read_key(struct block *b)
{
	const char *start = b->at, *end;
	struct node *key;
	bool colon;

	if (start < b->end && (*start == '"' || *start == '\'')) {
		key = block_read_quoted(b, -1);
		skip_spaces(b);
		if (!key || b->at == b->end || *b->at != ':' || !ends_word(b, b->at + 1))
			return NULL;
	} else {
		end = block_starts_plain(b, start) ? block_plain_end(b, start, &colon) : NULL;
		if (!end || !colon)
			return NULL;
		key = block_scalar(b, start, start, (size_t)(end - start), STYLE_PLAIN);
		b->at = end;
		skip_spaces(b);
	}
	b->at++;
	return is_key(key) ? key : NULL;
}

/* Whether a mapping starts at `at`. */
static bool at_key(const struct block *b)
{
	const char *p = b->at;
	bool colon;

	if (*p != '"' && *p != '\'')
		return block_starts_plain(b, p) && block_plain_end(b, p, &colon) && colon;
	for (p++; p < b->end && *p != '\n' && *p != *b->at; p++)
		p += *p == '\\' && *b->at == '"' && p + 1 < b->end && p[1] != '\n';
	for (p += p < b->end; p < b->end && *p == ' '; p++)
		;
	return p < b->end && *p == ':';
}

static bool at_dash(const struct block *b)
{
	return b->at < b->end && *b->at == '-' && ends_word(b, b->at + 1);
}

static struct node *nothing(struct block *b, const char *at)
{
	return block_scalar(b, at, "", 0, STYLE_PLAIN);
}

static struct node *read_map(struct block *b)
{
	struct node *map = node_map(b->arena), *key, *value;
	int column = b->column;
	const char *colon;

	b->weight++;
	map->origin = origin_at(b, b->at);
	do {
		key = read_key(b);
		if (!key || node_get_n(map, key->text, key->len))
			return NULL;
		colon = b->at;
		skip_spaces(b);
		if (!at_line_end(b)) {
			value = read_value(b, column);
		} else {
			if (!block_end_line(b))
				return NULL;
			value = b->column > column || (b->column == column && at_dash(b))
					? read_lines(b, column)
					: nothing(b, colon);
		}
		if (!value)
			return NULL;
		node_append_entry(b->arena, map, key, value);
	} while (b->column == column);
	return b->column < column ? map : NULL;
}

static struct node *read_item(struct block *b, int column)
{
	const char *dash = ++b->at;

	skip_spaces(b);
	if (at_line_end(b)) {
		if (!block_end_line(b))
			return NULL;
		return b->column > column ? read_lines(b, column) : nothing(b, dash);
	}
	b->column = (int)(b->at - b->line);
	return read_lines(b, column);
}

static struct node *read_seq(struct block *b)
{
	struct node *seq = node_seq(b->arena), *item;
	int column = b->column;

	b->weight++;
	seq->origin = origin_at(b, b->at);
	do {
		item = read_item(b, column);
		if (!item)
			return NULL;
		node_append(b->arena, seq, item);
	} while (b->column == column && at_dash(b));
	return b->column <= column ? seq : NULL;
}

/* What starts at `at`, below a parent at column `indent`. */
static struct node *read_lines(struct block *b, int indent)
{
	struct node *n;

	if (b->depth == BLOCK_DEPTH)
		return NULL;
	b->depth++;
	if (at_dash(b))
		n = read_seq(b);
	else if (at_key(b))
		n = read_map(b);
	else
		n = indent >= 0 || *b->at == '{' || *b->at == '[' ? read_value(b, indent) : NULL;
	b->depth--;
	return n;
}

/* --- flow ------------------------------------------------------------------------------------ */

static bool is_word(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
	       c == '_' || c == '.' || c == '/';
}

static struct node *read_flow_scalar(struct block *b)
{
	const char *start = b->at;

	if (start == b->end)
		return NULL;
	if (*start == '"' || *start == '\'')
		return block_read_quoted(b, -1);
	if (!is_word(*start))
		return NULL;
	while (b->at < b->end && (is_word(*b->at) || *b->at == '-'))
		b->at++;
	return block_scalar(b, start, start, (size_t)(b->at - start), STYLE_PLAIN);
}

static struct node *read_flow_value(struct block *b)
{
	if (b->at < b->end && (*b->at == '[' || *b->at == '{'))
		return read_flow(b);
	return read_flow_scalar(b);
}

static bool read_flow_item(struct block *b, struct node *flow)
{
	struct node *key = NULL, *value;

	if (flow->type == NODE_MAP) {
		key = read_flow_scalar(b);
		if (!is_key(key) || node_get_n(flow, key->text, key->len) || b->end - b->at < 2 ||
		    b->at[0] != ':' || b->at[1] != ' ')
			return false;
		b->at++;
		skip_spaces(b);
	}
	value = read_flow_value(b);
	if (!value)
		return false;
	if (key)
		node_append_entry(b->arena, flow, key, value);
	else
		node_append(b->arena, flow, value);
	return true;
}

/* A list or mapping of simple values on one line. */
static struct node *read_flow(struct block *b)
{
	bool map = *b->at == '{', more;
	struct node *n = map ? node_map(b->arena) : node_seq(b->arena);
	char close = map ? '}' : ']';

	n->style = STYLE_FLOW;
	n->origin = origin_at(b, b->at++);
	b->weight++;
	skip_spaces(b);
	if (++b->depth > BLOCK_DEPTH)
		return NULL;
	for (more = b->at == b->end || *b->at != close; more; more = *b->at++ == ',') {
		skip_spaces(b);
		if (!read_flow_item(b, n))
			return NULL;
		skip_spaces(b);
		if (b->at == b->end || (*b->at != ',' && *b->at != close))
			return NULL;
	}
	b->at += !n->len;
	b->depth--;
	return n;
}

/* --- documents ------------------------------------------------------------------------------- */

static bool read_document(struct block *b, struct yaml_docs *out)
{
	bool marked = b->column < 0;
	struct yaml_doc doc = { .origin = origin_at(b, b->at) };

	b->at += marked ? 3 : 0;
	doc.start = (size_t)(b->at - b->in->text);
	if (marked && !block_end_line(b))
		return false;
	b->weight = 0;
	if (b->column >= 0) {
		doc.root = read_lines(b, -1);
		if (!doc.root || b->column >= 0 || b->weight > LIMIT_DOCUMENT_NODES)
			return false;
		doc.origin = doc.root->origin;
	}
	doc.end = (size_t)(b->at - b->in->text);
	*vec_push(b->arena, out) = doc;
	return true;
}

bool block_read(const struct block_text *in, struct yaml_docs *out)
{
	size_t before = out->count;
	struct block b = {
		.in = in, .arena = in->arena, .at = in->text, .end = in->text + in->len
	};
	bool fine = is_plain_text(b.at, b.end);

	buf_init(&b.scratch, 0);
	if (fine)
		block_next_content(&b);
	while (fine && b.at < b.end && !(in->first_only && out->count > before))
		fine = read_document(&b, out);
	fine &= !arena_over_budget(in->arena);
	if (!fine)
		out->count = before;
	buf_release(&b.scratch);
	return fine;
}
