/* Lines and scalars of simple block YAML. */
#include "base/utf8.h"
#include "render/yaml/internal_block.h"

void block_next_content(struct block *b)
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

bool block_end_line(struct block *b)
{
	const char *p = b->at;

	while (p < b->end && *p == ' ')
		p++;
	if (p < b->end && *p == '#' && p > b->line && p[-1] == ' ')
		p = line_end(b, p);
	if (p < b->end && *p != '\n')
		return false;
	b->at = p < b->end ? p + 1 : p;
	block_next_content(b);
	return true;
}

/* --- scalars --------------------------------------------------------------------------------- */

struct node *block_scalar(struct block *b, const char *start, const char *text, size_t len,
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

bool block_starts_plain(const struct block *b, const char *p)
{
	if (p == b->end || strchr(",[]{}#&*!|>'\"%@`\t\n ", *p))
		return false;
	return (*p != '-' && *p != ':' && *p != '?') || !(ends_word(b, p + 1) || p[1] == '\t');
}

const char *block_plain_end(const struct block *b, const char *p, bool *colon)
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
struct node *block_read_plain(struct block *b, int indent)
{
	const char *start = b->at, *p = start, *end, *next;
	size_t breaks;
	int column;
	bool colon;

	if (!block_starts_plain(b, p))
		return NULL;
	for (buf_cut(&b->scratch, 0);; p = next) {
		end = block_plain_end(b, p, &colon);
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
		return block_scalar(b, start, p, (size_t)(end - p), STYLE_PLAIN);
	buf_add(&b->scratch, p, (size_t)(end - p));
	return block_scalar(b, start, b->scratch.text, b->scratch.len, STYLE_PLAIN);
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
struct node *block_read_quoted(struct block *b, int indent)
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
	return block_scalar(b, start, b->scratch.text, b->scratch.len,
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

struct node *block_read_text(struct block *b, int indent)
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
	block_next_content(b);
	return block_scalar(b, start, b->scratch.text, b->scratch.len,
			    f.literal ? STYLE_LITERAL : STYLE_FOLDED);
}
