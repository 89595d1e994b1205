/*
 * Block YAML as people and programs mostly write it, read line by line into the same tree that
 * libyaml's events give, many times faster. What is written in any other way (anchors, tags, flow
 * that is more than a simple list, scalars over several lines, duplicate keys, errors) makes the
 * whole text the business of read.c.
 */
#include <string.h>
#include "base/limits.h"
#include "base/utf8.h"
#include "render/yaml/internal.h"

enum { BLOCK_DEPTH = 128, KEY_BYTES = 1000 };

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

static bool ends_word(const struct block *b, const char *p)
{
	return p == b->end || *p == ' ' || *p == '\n';
}

static origin_id origin_at(const struct block *b, const char *p)
{
	return b->in->origin ? b->in->origin + (origin_id)(p - b->in->text) : 0;
}

/* --- lines ----------------------------------------------------------------------------------- */

static bool is_marker(const struct block *b, const char *p, char c)
{
	return b->end - p >= 3 && p[0] == c && p[1] == c && p[2] == c && ends_word(b, p + 3);
}

static const char *line_end(const struct block *b, const char *p)
{
	const char *end = memchr(p, '\n', (size_t)(b->end - p));

	return end ? end : b->end;
}

/* `at` is at the start of a line: go to the next one with content. */
static void next_content(struct block *b)
{
	const char *p = b->at;

	for (;;) {
		b->line = p;
		while (p < b->end && *p == ' ')
			p++;
		if (p < b->end && *p == '#')
			p = line_end(b, p);
		if (p == b->end || *p != '\n')
			break;
		p++;
	}
	b->at = p;
	b->column = (int)(p - b->line);
	if (p == b->end || (p == b->line && is_marker(b, p, '-')))
		b->column = -1;
}

/* Nothing but a comment is left of the line: go to the next content. */
static bool end_line(struct block *b)
{
	const char *p = b->at;

	while (p < b->end && *p == ' ')
		p++;
	if (p < b->end && *p == '#' && p > b->line && p[-1] == ' ')
		p = line_end(b, p);
	if (p < b->end && *p != '\n')
		return false;
	b->at = p < b->end ? p + 1 : p;
	next_content(b);
	return true;
}

static bool at_line_end(const struct block *b)
{
	return b->at == b->end || *b->at == '\n' || *b->at == '#';
}

static void skip_spaces(struct block *b)
{
	while (b->at < b->end && *b->at == ' ')
		b->at++;
}

/* --- scalars --------------------------------------------------------------------------------- */

static struct node *scalar(struct block *b, const char *start, const char *text, size_t len,
			   enum node_style style)
{
	enum node_type type =
		style == STYLE_PLAIN ? yaml_resolve(b->in->dialect, text, len) : NODE_STR;
	struct node *n = node_scalar(b->arena, type, text, len);

	n->style = (uint8_t)style;
	n->empty = style == STYLE_PLAIN && !len;
	n->origin = origin_at(b, start);
	b->weight++;
	return n;
}

static bool starts_plain(const struct block *b, const char *p)
{
	if (p == b->end || strchr(",[]{}#&*!|>'\"%@`\t\n ", *p))
		return false;
	return (*p != '-' && *p != ':' && *p != '?') || !(ends_word(b, p + 1) || p[1] == '\t');
}

/* The end of the plain text at `p` on its line; NULL where it is one that this reader leaves. */
static const char *plain_end(const struct block *b, const char *p, bool *colon)
{
	const char *start = p;

	*colon = false;
	for (; p < b->end && *p != '\n'; p++) {
		if (*p == ':' && (ends_word(b, p + 1) || p[1] == '\t')) {
			*colon = true;
			break;
		}
		if (*p == '#' && p[-1] == ' ')
			break;
		if (*p == '\t')
			return NULL;
	}
	while (p > start && p[-1] == ' ')
		p--;
	return p;
}

/* Line breaks with nothing but spaces between them; *at goes to what follows. */
static size_t breaks_at(const struct block *b, const char **at, int *column)
{
	const char *p = *at, *line = p;
	size_t count = 0;

	while (p < b->end && *p == '\n') {
		line = ++p;
		count++;
		while (p < b->end && *p == ' ')
			p++;
	}
	*at = p;
	*column = (int)(p - line);
	return count;
}

/* What line breaks in a scalar come to: one is a space, of several one is lost. */
static void add_folded(struct buf *out, size_t breaks)
{
	if (breaks == 1)
		buf_char(out, ' ');
	else
		buf_pad(out, '\n', breaks - 1);
}

/* A plain scalar goes on with each line that is further in than its parent. */
static struct node *read_plain(struct block *b, int indent)
{
	const char *start = b->at, *p = start, *end, *next;
	size_t breaks;
	int column;
	bool colon;

	if (!starts_plain(b, p))
		return NULL;
	for (buf_cut(&b->scratch, 0);; p = next) {
		end = plain_end(b, p, &colon);
		if (!end || colon)
			return NULL;
		for (next = end; next < b->end && *next == ' '; next++)
			;
		breaks = breaks_at(b, &next, &column);
		b->at = end;
		if (!breaks || next == b->end || *next == '#' || column <= indent)
			break;
		buf_add(&b->scratch, p, (size_t)(end - p));
		add_folded(&b->scratch, breaks);
	}
	if (!b->scratch.len)
		return scalar(b, start, p, (size_t)(end - p), STYLE_PLAIN);
	buf_add(&b->scratch, p, (size_t)(end - p));
	return scalar(b, start, b->scratch.text, b->scratch.len, STYLE_PLAIN);
}

static char unescaped(char c)
{
	switch (c) {
	case 'n':
		return '\n';
	case 't':
		return '\t';
	case 'r':
		return '\r';
	case '"':
	case '\\':
		return c;
	default:
		return 0;
	}
}

/* Fold the line break at `p`; where the text goes on, or NULL. */
static const char *fold_quoted(struct block *b, const char *p, bool escaped)
{
	int column;
	size_t breaks = breaks_at(b, &p, &column);

	if (p == b->end || *p == '\t' || (!column && (*p == '-' || *p == '.')))
		return NULL;
	if (escaped)
		buf_pad(&b->scratch, '\n', breaks - 1);
	else
		add_folded(&b->scratch, breaks);
	return p;
}

/* A backslash, or a second quote, or a line break, at `p`: where the text goes on, or NULL. */
static const char *special_in_quotes(struct block *b, const char *p, char quote)
{
	char c;

	if (*p == '\n')
		return fold_quoted(b, p, false);
	if (*p == quote) {
		buf_char(&b->scratch, quote);
		return p + 2;
	}
	if (++p < b->end && *p == '\n')
		return fold_quoted(b, p, true);
	c = p < b->end ? unescaped(*p) : 0;
	if (!c)
		return NULL;
	buf_char(&b->scratch, c);
	return p + 1;
}

/* The quoted scalar at `at`, which may go over several lines where `indent` is not -1. */
static struct node *read_quoted(struct block *b, int indent)
{
	const char *start = b->at, *p = start + 1, *from, *to;
	char quote = *start;

	buf_cut(&b->scratch, 0);
	for (;;) {
		for (from = p;
		     p < b->end && *p != quote && *p != '\n' && (*p != '\\' || quote == '\''); p++)
			;
		if (p == b->end || (*p == '\n' && (indent < 0 || p[-1] == '\t')))
			return NULL;
		for (to = p; *p == '\n' && to > from && to[-1] == ' '; to--)
			;
		buf_add(&b->scratch, from, (size_t)(to - from));
		if (*p == quote && (quote == '"' || p + 1 == b->end || p[1] != quote))
			break;
		p = special_in_quotes(b, p, quote);
		if (!p)
			return NULL;
	}
	b->at = p + 1;
	return scalar(b, start, b->scratch.text, b->scratch.len,
		      quote == '"' ? STYLE_DOUBLE : STYLE_SINGLE);
}

/* --- literal and folded scalars -------------------------------------------------------------- */

/* Skip lines that hold nothing but at most `indent` spaces (-1: any number); how many. */
static size_t skip_breaks(struct block *b, int indent)
{
	size_t count = 0;

	for (;;) {
		const char *p = b->at;

		while (p < b->end && *p == ' ' && (indent < 0 || p - b->at < indent))
			p++;
		if (p == b->end || *p != '\n')
			return count;
		b->at = p + 1;
		count++;
	}
}

/*
 * The column of the first line with text, after the lines without any; 0 where there is none
 * further in than `indent`, -1 where a line before it is longer, or a tab is in the way.
 */
static int block_indent(struct block *b, int indent, size_t *before)
{
	const char *p, *line = b->at;
	int most = 0, column;

	*before = skip_breaks(b, -1);
	for (; line < b->at; line = p + 1) {
		p = line_end(b, line);
		most = p - line > most ? (int)(p - line) : most;
	}
	for (p = b->at; p < b->end && *p == ' '; p++)
		;
	column = (int)(p - b->at);
	if (p < b->end && *p == '\t')
		return -1;
	if (p == b->end || column <= indent)
		return 0;
	return column < most ? -1 : column;
}

struct folding {
	bool literal, first, blank; /* blank: the line before starts with a space */
	size_t breaks;		    /* after the line before, not yet in the text */
};

static void add_line(struct buf *out, struct folding *f, const char *line, const char *end)
{
	bool blank = *line == ' ' || *line == '\t';

	if (f->first || f->literal || f->blank || blank || !f->breaks)
		buf_pad(out, '\n', f->breaks);
	else
		add_folded(out, f->breaks);
	buf_add(out, line, (size_t)(end - line));
	f->blank = blank;
	f->first = false;
}

/* The lines from column `column` on; *breaks are those after the last of them. */
static void read_text_lines(struct block *b, int column, struct folding *f)
{
	const char *p, *end;

	for (;;) {
		for (p = b->at; p < b->end && *p == ' ' && p - b->at < column; p++)
			;
		if (p == b->end || p - b->at < column)
			return;
		end = line_end(b, p);
		add_line(&b->scratch, f, p, end);
		b->at = end < b->end ? end + 1 : end;
		f->breaks = (end < b->end) + skip_breaks(b, column);
	}
}

static struct node *read_block_scalar(struct block *b, int indent)
{
	const char *start = b->at++;
	struct folding f = { .literal = *start == '|', .first = true };
	char chomp = b->at < b->end ? *b->at : 0;
	int column;

	if (chomp == '-' || chomp == '+')
		b->at++;
	while (b->at < b->end && *b->at == ' ')
		b->at++;
	if (b->at == b->end || *b->at++ != '\n')
		return NULL;
	column = block_indent(b, indent, &f.breaks);
	if (column < 0 || (!column && chomp == '+'))
		return NULL;
	buf_cut(&b->scratch, 0);
	if (column)
		read_text_lines(b, column, &f);
	else
		f.breaks = 0;
	if (chomp != '-' && f.breaks)
		buf_pad(&b->scratch, '\n', chomp == '+' ? f.breaks : 1);
	next_content(b);
	return scalar(b, start, b->scratch.text, b->scratch.len,
		      f.literal ? STYLE_LITERAL : STYLE_FOLDED);
}

/* --- collections ----------------------------------------------------------------------------- */

/* A value that starts on the line of its parent, which is at column `indent`. */
static struct node *read_value(struct block *b, int indent)
{
	struct node *n;

	switch (*b->at) {
	case '|':
	case '>':
		return read_block_scalar(b, indent);
	case '"':
	case '\'':
		n = read_quoted(b, indent);
		break;
	case '[':
	case '{':
		n = read_flow(b);
		break;
	default:
		n = read_plain(b, indent);
	}
	return n && end_line(b) ? n : NULL;
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
		key = read_quoted(b, -1);
		skip_spaces(b);
		if (!key || b->at == b->end || *b->at != ':' || !ends_word(b, b->at + 1))
			return NULL;
	} else {
		end = starts_plain(b, start) ? plain_end(b, start, &colon) : NULL;
		if (!end || !colon)
			return NULL;
		key = scalar(b, start, start, (size_t)(end - start), STYLE_PLAIN);
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
		return starts_plain(b, p) && plain_end(b, p, &colon) && colon;
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
	return scalar(b, at, "", 0, STYLE_PLAIN);
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
			if (!end_line(b))
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
		if (!end_line(b))
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
		return read_quoted(b, -1);
	if (!is_word(*start))
		return NULL;
	while (b->at < b->end && (is_word(*b->at) || *b->at == '-'))
		b->at++;
	return scalar(b, start, start, (size_t)(b->at - start), STYLE_PLAIN);
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
	if (marked && !end_line(b))
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
		next_content(&b);
	while (fine && b.at < b.end && !(in->first_only && out->count > before))
		fine = read_document(&b, out);
	fine &= !arena_over_budget(in->arena);
	if (!fine)
		out->count = before;
	buf_release(&b.scratch);
	return fine;
}
