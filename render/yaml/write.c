/*
 * What go-yaml v2's emitter prints for a tree that came from JSON: block collections, plain scalars
 * where they read back as strings, literals for several lines, double quotes else.
 */
#include <limits.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "base/base64.h"
#include "base/number.h"
#include "base/utf8.h"
#include "render/yaml/internal.h"
#include "render/yaml/internal_chars.h"
#include "render/yaml/yaml.h"

enum { INDENT = 2, WIDTH = 80, SIMPLE_KEY = 128 };

struct writer {
	struct buf *out;
	int column;
	bool whitespace; /* the last thing written was a space or a line break */
	bool indention;	 /* nothing but indentation and indicators is on the line */
	bool bytes;	 /* keys are in the order of their bytes */
	bool pretty;	 /* go-yaml v3: sequences indented below their keys, no folding */
	bool seen;	 /* YAML_SEEN */
	yaml_place_fn *place;
	void *data;
};

/* What follows comes from this node. */
static void place(struct writer *w, const struct node *n)
{
	if (w->place)
		w->place(w->data, w->out->len, n->origin);
}

/* ---- the line ---- */

static int width_of(const struct writer *w)
{
	return w->pretty ? INT_MAX : WIDTH;
}

static void put_break(struct writer *w)
{
	buf_char(w->out, '\n');
	w->column = 0;
}

static void put(struct writer *w, const char *text, size_t len)
{
	buf_add(w->out, text, len);
	w->column++;
}

static void write_indent(struct writer *w, int indent)
{
	if (indent < 0)
		indent = 0;
	if (!w->indention || w->column > indent || (w->column == indent && !w->whitespace))
		put_break(w);
	if (w->column < indent) {
		buf_pad(w->out, ' ', (size_t)(indent - w->column));
		w->column = indent;
	}
	w->whitespace = w->indention = true;
}

enum indicator_flags { NEED_SPACE = 1, IS_SPACE = 2, IS_INDENTION = 4 };

static void write_indicator(struct writer *w, char c, unsigned flags)
{
	if ((flags & NEED_SPACE) && !w->whitespace)
		put(w, " ", 1);
	put(w, &c, 1);
	w->whitespace = flags & IS_SPACE;
	w->indention = w->indention && (flags & IS_INDENTION);
}

/* ---- the choice of a style ---- */

struct scalar {
	bool seen; /* what no reader sees is escaped too */
	const unsigned char *text;
	size_t len;
	bool multiline, plain, single, block; /* which styles can hold it */
};

static bool starts_as_indicator(const struct scalar *s)
{
	bool blank_next = s->len < 2 || s->text[1] == ' ' || s->text[1] == '\t';

	if (s->len >= 3 && (!memcmp(s->text, "---", 3) || !memcmp(s->text, "...", 3)))
		return true;
	if (strchr("?:-", s->text[0]) && s->text[0])
		return blank_next;
	return s->text[0] && strchr("#,[]{}&*!|>'\"%@`", s->text[0]);
}

static bool holds_indicator(const struct scalar *s)
{
	size_t i;

	for (i = 1; i < s->len; i++) {
		unsigned char next = i + 1 < s->len ? s->text[i + 1] : ' ', prev = s->text[i - 1];

		if (s->text[i] == ':' && (next == ' ' || next == '\t'))
			return true;
		if (s->text[i] == '#' && (prev == ' ' || prev == '\t' || prev == '\n' || prev == 0))
			return true;
	}
	return false;
}

static bool is_unseen(const struct scalar *s, size_t at)
{
	return s->seen && utf8_unseen((const char *)s->text + at);
}

static void analyze(struct scalar *s)
{
	bool special = false, break_space = false, space_break = false, after_space = false;
	bool after_break = false, edge;
	size_t i;

	s->multiline = false;
	s->plain = s->single = true;
	s->block = s->len > 0;
	if (!s->len)
		return;
	for (i = 0; i < s->len; i += (size_t)char_width(s->text[i])) {
		bool space = s->text[i] == ' ', line_break = char_is_break(s->text + i);

		special |= !char_is_printable(s->text + i) || is_unseen(s, i);
		break_space |= space && after_break;
		space_break |= line_break && after_space;
		s->multiline |= line_break;
		after_space = space;
		after_break = line_break;
	}
	edge = s->text[0] == ' ' || char_is_break(s->text) || after_space || after_break;
	s->plain = !(edge || break_space || space_break || special || s->multiline ||
		     starts_as_indicator(s) || holds_indicator(s));
	s->single = !(break_space || space_break || special);
	s->block = !(after_space || space_break || special);
}

/* A tab does no harm here, though go-yaml v2 thinks so. */
bool yaml_block_allowed(const char *text, size_t len)
{
	const unsigned char *at = (const unsigned char *)text, *end = at + len;

	for (; at < end; at += char_width(*at)) {
		if (*at == ' ' && (at + 1 == end || char_is_break(at + 1)))
			return false;
		if (*at != '\t' && !char_is_printable(at))
			return false;
	}
	return true;
}

/* ---- scalars ---- */

static void write_plain(struct writer *w, const struct scalar *s, int indent, bool key)
{
	bool spaces = false;
	size_t i, width;

	if (!w->whitespace)
		put(w, " ", 1);
	for (i = 0; i < s->len; i += width) {
		bool space = s->text[i] == ' ';

		width = (size_t)char_width(s->text[i]);
		if (space && !key && !spaces && w->column > width_of(w) && s->text[i + 1] != ' ')
			write_indent(w, indent);
		else
			put(w, (const char *)s->text + i, width);
		if (!space)
			w->indention = false;
		spaces = space;
	}
	w->whitespace = w->indention = false;
}

static void write_single(struct writer *w, const struct scalar *s, int indent, bool key)
{
	bool spaces = false, breaks = false;
	size_t i, width;

	write_indicator(w, '\'', NEED_SPACE);
	for (i = 0; i < s->len; i += width) {
		const unsigned char *at = s->text + i;

		width = (size_t)char_width(*at);
		if (*at == ' ' && !key && !spaces && w->column > width_of(w) && i > 0 &&
		    i < s->len - 1 && at[1] != ' ') {
			write_indent(w, indent);
		} else if (char_is_break(at)) { /* U+2028 and the like; a '\n' makes a literal */
			buf_add(w->out, (const char *)at, width);
			w->column = 0;
			w->indention = true;
		} else {
			if (breaks && *at != ' ')
				write_indent(w, indent);
			if (*at == '\'')
				put(w, "'", 1);
			put(w, (const char *)at, width);
		}
		if (*at != ' ' && !char_is_break(at))
			w->indention = false;
		if (*at != ' ')
			breaks = char_is_break(at);
		spaces = *at == ' ';
	}
	write_indicator(w, '\'', 0);
	w->whitespace = w->indention = false;
}

static void write_escape(struct writer *w, const unsigned char *at, int width)
{
	static const char hex[] = "0123456789ABCDEF";
	static const struct {
		unsigned long value;
		char letter;
	} named[] = {
		{ 0x00, '0' },	{ 0x07, 'a' }, { 0x08, 'b' }, { 0x09, 't' },   { 0x0a, 'n' },
		{ 0x0b, 'v' },	{ 0x0c, 'f' }, { 0x0d, 'r' }, { 0x1b, 'e' },   { 0x22, '"' },
		{ 0x5c, '\\' }, { 0x85, 'N' }, { 0xa0, '_' }, { 0x2028, 'L' }, { 0x2029, 'P' },
	};
	unsigned long value = char_value(at, width);
	int digits = value <= 0xff ? 2 : value <= 0xffff ? 4 : 8;
	size_t i;

	put(w, "\\", 1);
	for (i = 0; i < ARRAY_SIZE(named); i++) {
		if (named[i].value == value) {
			put(w, &named[i].letter, 1);
			return;
		}
	}
	put(w, digits == 2 ? "x" : digits == 4 ? "u" : "U", 1);
	while (digits-- > 0)
		put(w, &hex[value >> (4 * digits) & 15], 1);
}

static void write_double(struct writer *w, const struct scalar *s, int indent, bool key)
{
	/* go-yaml asks its question about a BOM of the text's start, whatever the character. */
	bool bom = s->len >= 3 && !memcmp(s->text, "\xef\xbb\xbf", 3), spaces = false;
	size_t i, width;

	write_indicator(w, '"', NEED_SPACE);
	for (i = 0; i < s->len; i += width) {
		const unsigned char *at = s->text + i;
		bool space = *at == ' ';

		width = (size_t)char_width(*at);
		if (bom || !char_is_printable(at) || is_unseen(s, i) || char_is_break(at) ||
		    *at == '"' || *at == '\\') {
			write_escape(w, at, (int)width);
		} else if (space && !key && !spaces && w->column > width_of(w) && i > 0 &&
			   i < s->len - 1) {
			write_indent(w, indent);
			if (at[1] == ' ')
				put(w, "\\", 1);
		} else {
			put(w, (const char *)at, width);
		}
		spaces = space;
	}
	write_indicator(w, '"', 0);
	w->whitespace = w->indention = false;
}

static void write_hints(struct writer *w, const struct scalar *s)
{
	size_t last = s->len - 1;

	if (s->text[0] == ' ' || char_is_break(s->text))
		write_indicator(w, '0' + INDENT, 0);
	while (last && (s->text[last] & 0xc0) == 0x80)
		last--;
	if (!char_is_break(s->text + last)) {
		write_indicator(w, '-', 0);
		return;
	}
	if (!last) {
		write_indicator(w, '+', 0);
		return;
	}
	for (last--; last && (s->text[last] & 0xc0) == 0x80;)
		last--;
	if (char_is_break(s->text + last))
		write_indicator(w, '+', 0);
}

static void write_literal(struct writer *w, const struct scalar *s, int indent)
{
	bool breaks = true;
	size_t i, width;

	write_indicator(w, '|', NEED_SPACE);
	write_hints(w, s);
	put_break(w);
	w->indention = w->whitespace = true;
	for (i = 0; i < s->len; i += width) {
		width = (size_t)char_width(s->text[i]);
		if (s->text[i] == '\n') {
			put_break(w);
			w->indention = breaks = true;
		} else if (char_is_break(s->text + i)) {
			buf_add(w->out, (const char *)s->text + i, width);
			w->column = 0;
			w->indention = breaks = true;
		} else {
			if (breaks)
				write_indent(w, indent);
			put(w, (const char *)s->text + i, width);
			w->indention = breaks = false;
		}
	}
}

/* Bytes that are no UTF-8 are printed as go-yaml does: as !!binary, in base64. */
static bool is_utf8(const char *at, size_t left)
{
	size_t len;

	for (; left; at += len, left -= len) {
		len = utf8_length(at, left);
		if (!len)
			return false;
	}
	return true;
}

static void write_binary(struct writer *w, const struct scalar *s, int indent)
{
	enum { LINE = 70 };
	struct buf all, lines;
	struct scalar encoded;
	size_t i;

	buf_init(&all, 0);
	buf_init(&lines, 0);
	base64_encode(&all, (const char *)s->text, s->len);
	for (i = 0; i < all.len; i += LINE) {
		buf_add(&lines, all.text + i, all.len - i < LINE ? all.len - i : LINE);
		if (all.len + 1 > LINE)
			buf_char(&lines, '\n');
	}
	if (!w->whitespace)
		put(w, " ", 1);
	buf_str(w->out, "!!binary");
	w->column += 8;
	w->whitespace = w->indention = false;
	encoded = (struct scalar){ .text = (unsigned char *)lines.text, .len = lines.len };
	if (all.len + 1 > LINE)
		write_literal(w, &encoded, indent);
	else
		write_plain(w, &encoded, indent, false);
	buf_release(&all);
	buf_release(&lines);
}

static void write_string(struct writer *w, const struct node *n, int indent, bool key)
{
	struct scalar s = { .text = (const unsigned char *)n->text,
			    .len = n->len,
			    .seen = w->seen };

	indent = indent < 0 ? INDENT : indent + INDENT;
	if (!is_utf8(n->text, n->len)) {
		write_binary(w, &s, indent);
		return;
	}
	analyze(&s);
	if (memchr(n->text, '\n', n->len)) {
		if (s.block && !key)
			write_literal(w, &s, indent);
		else
			write_double(w, &s, indent, key);
		return;
	}
	if (yaml_resolve(YAML_SIGS, n->text, n->len) != NODE_STR ||
	    yaml_is_timestamp(n->text, n->len) || yaml_is_base60(n->text, n->len))
		write_double(w, &s, indent, key);
	else if (s.plain)
		write_plain(w, &s, indent, key);
	else if (s.single)
		write_single(w, &s, indent, key);
	else
		write_double(w, &s, indent, key);
}

static size_t number_text(const struct node *n, char *out)
{
	char plain[NUMBER_TEXT];
	size_t used = 0, i;
	int64_t number;
	uint64_t large;
	double value;

	for (i = 0; i < n->len && used < sizeof(plain) - 1; i++)
		if (n->text[i] != '_')
			plain[used++] = n->text[i];
	plain[used] = 0;
	if (number_parse_int(plain, used, &number))
		return (size_t)snprintf(out, NUMBER_TEXT, "%lld", (long long)number);
	if (number_parse_uint(plain, used, &large))
		return (size_t)snprintf(out, NUMBER_TEXT, "%llu", (unsigned long long)large);
	if (!number_parse_float(plain, used, &value)) {
		memcpy(out, plain, used + 1);
		return used;
	}
	/* Through JSON: 1.0 is written 1, and read back as an integer where that is one. */
	used = number_format_json(out, value);
	if (number_parse_int(out, used, &number))
		return (size_t)snprintf(out, NUMBER_TEXT, "%lld", (long long)number);
	return number_parse_uint(out, used, &large) ? used : number_format(out, value, 'g');
}

static void write_scalar(struct writer *w, const struct node *n, int indent, bool key)
{
	char text[NUMBER_TEXT];
	struct scalar s = { 0 };

	place(w, n);
	switch ((enum node_type)n->type) {
	case NODE_STR:
		write_string(w, n, indent, key);
		return;
	case NODE_BOOL:
		s.text = (const unsigned char *)(node_true(n) ? "true" : "false");
		s.len = strlen((const char *)s.text);
		break;
	case NODE_INT:
	case NODE_FLOAT:
		s.len = w->pretty ? n->len : number_text(n, text);
		s.text = (const unsigned char *)(w->pretty ? n->text : text);
		break;
	case NODE_NULL:
	case NODE_SEQ:
	case NODE_MAP:
		s.text = (const unsigned char *)"null";
		s.len = 4;
		break;
	}
	write_plain(w, &s, indent, key);
}

/* ---- collections ---- */

static void write_node(struct writer *w, const struct node *n, int indent, bool in_map);

static void write_seq(struct writer *w, const struct node *n, int indent, bool in_map)
{
	uint32_t i;

	if (indent < 0)
		indent = 0;
	else if (w->pretty || !(in_map && !w->indention))
		indent += INDENT;
	for (i = 0; i < n->len; i++) {
		write_indent(w, indent);
		place(w, n->items[i]);
		write_indicator(w, '-', NEED_SPACE | IS_INDENTION);
		write_node(w, n->items[i], indent, false);
	}
}

static void write_entry(struct writer *w, const struct node_entry *e, int indent)
{
	struct scalar key = { .text = (const unsigned char *)e->key->text,
			      .len = e->key->len,
			      .seen = w->seen };
	bool simple;

	analyze(&key);
	simple = key.len <= SIMPLE_KEY && !key.multiline;
	write_indent(w, indent);
	if (simple) {
		write_scalar(w, e->key, indent, true);
		write_indicator(w, ':', 0);
	} else {
		write_indicator(w, '?', NEED_SPACE | IS_INDENTION);
		write_scalar(w, e->key, indent, false);
		write_indent(w, indent);
		write_indicator(w, ':', NEED_SPACE | IS_INDENTION);
	}
	write_node(w, e->value, indent, true);
}

static void write_map(struct writer *w, const struct node *n, int indent)
{
	struct node_entry *few[32], **order = few;
	uint32_t i;

	if (n->len > ARRAY_SIZE(few) && !(order = malloc(n->len * sizeof(*order))))
		abort();
	for (i = 0; i < n->len; i++)
		order[i] = &n->entries[i];
	if (w->bytes)
		yaml_order_bytes(order, n->len);
	else if (!w->pretty || !n->tagged) /* else a struct, whose fields have an order */
		yaml_order_keys(order, n->len, w->pretty);
	indent = indent < 0 ? 0 : indent + INDENT;
	for (i = 0; i < n->len; i++)
		write_entry(w, order[i], indent);
	if (order != few)
		free(order);
}

static void write_node(struct writer *w, const struct node *n, int indent, bool in_map)
{
	if (node_is_scalar(n)) {
		write_scalar(w, n, indent, false);
	} else if (!n->len) {
		place(w, n);
		write_indicator(w, n->type == NODE_SEQ ? '[' : '{', NEED_SPACE | IS_SPACE);
		write_indicator(w, n->type == NODE_SEQ ? ']' : '}', 0);
	} else if (n->type == NODE_SEQ) {
		write_seq(w, n, indent, in_map);
	} else {
		write_map(w, n, indent);
	}
}

void yaml_write(struct buf *out, const struct node *n)
{
	yaml_write_placed(out, n, 0, NULL, NULL);
}

void yaml_write_placed(struct buf *out, const struct node *n, unsigned flags, yaml_place_fn *fn,
		       void *data)
{
	struct writer w = { .out = out,
			    .whitespace = true,
			    .indention = true,
			    .place = fn,
			    .data = data,
			    .pretty = flags & YAML_PRETTY,
			    .bytes = flags & YAML_BYTES,
			    .seen = flags & YAML_SEEN };

	write_node(&w, n, -1, false);
	write_indent(&w, 0);
}
