#include "render/helm/template/lex.h"
#include <string.h>
#include "base/buf.h"
#include "base/unicode.h"
#include "render/helm/template/gotext.h"

/* A state returns the next one, or NULL once a token is ready. */
typedef struct state state;
struct state {
	state (*fn)(struct lexer *l);
};
static state lex_text(struct lexer *l);
static state lex_inside(struct lexer *l);
static const state DONE = { NULL };

static const struct {
	const char *word;
	enum token_type type;
} keywords[] = {
	{ ".", TOK_DOT },
	{ "block", TOK_BLOCK },
	{ "break", TOK_BREAK },
	{ "continue", TOK_CONTINUE },
	{ "define", TOK_DEFINE },
	{ "else", TOK_ELSE },
	{ "end", TOK_END },
	{ "if", TOK_IF },
	{ "nil", TOK_NIL },
	{ "range", TOK_RANGE },
	{ "template", TOK_TEMPLATE },
	{ "with", TOK_WITH },
};

/* ---- characters ---- */

static bool is_space(long c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

static bool is_word_byte(unsigned char c)
{
	return (unsigned char)((c | 0x20) - 'a') < 26 || (unsigned char)(c - '0') < 10 || c == '_';
}

static bool is_alphanumeric(long c)
{
	if (c >= 0 && c < 0x80)
		return is_word_byte((unsigned char)c);
	return c >= 0 && (rune_is_letter((uint32_t)c) || rune_is_digit((uint32_t)c));
}

/* Where the letters, digits and underscores from `at` on end. */
static size_t word_end(const struct lexer *l, size_t at)
{
	uint32_t rune;
	size_t n;

	while (at < l->len) {
		if ((unsigned char)l->text[at] < 0x80) {
			if (!is_word_byte((unsigned char)l->text[at]))
				break;
			at++;
			continue;
		}
		n = rune_decode(l->text + at, l->len - at, &rune);
		if (!is_alphanumeric((long)rune))
			break;
		at += n;
	}
	return at;
}

/* The next character, -1 at the end. */
static long next(struct lexer *l)
{
	uint32_t rune;

	if (l->pos >= l->len) {
		l->at_eof = true;
		return -1;
	}
	if ((unsigned char)l->text[l->pos] < 0x80) {
		if (l->text[l->pos] == '\n')
			l->line++;
		return l->text[l->pos++];
	}
	l->pos += rune_decode(l->text + l->pos, l->len - l->pos, &rune);
	if (rune == '\n')
		l->line++;
	return (long)rune;
}

static void backup(struct lexer *l)
{
	uint32_t rune;

	if (l->at_eof || !l->pos)
		return;
	if ((unsigned char)l->text[l->pos - 1] < 0x80) {
		if (l->text[--l->pos] == '\n')
			l->line--;
		return;
	}
	l->pos -= rune_decode_last(l->text, l->pos, &rune);
	if (rune == '\n')
		l->line--;
}

static long peek(struct lexer *l)
{
	long c = next(l);

	backup(l);
	return c;
}

static uint32_t count_lines(const char *from, const char *to)
{
	uint32_t lines = 0;

	while ((from = memchr(from, '\n', (size_t)(to - from)))) {
		lines++;
		from++;
	}
	return lines;
}

/* Whether these two characters stand at `at`. */
static bool starts(const struct lexer *l, size_t at, const char *prefix)
{
	return at + 2 <= l->len && l->text[at] == prefix[0] && l->text[at + 1] == prefix[1];
}

static bool left_trim_marker(const struct lexer *l, size_t at)
{
	return at + 1 < l->len && l->text[at] == '-' && is_space(l->text[at + 1]);
}

static bool right_trim_marker(const struct lexer *l, size_t at)
{
	return at + 1 < l->len && is_space(l->text[at]) && l->text[at + 1] == '-';
}

/* ---- tokens ---- */

static struct token take(struct lexer *l, enum token_type type)
{
	struct token t = { type, (uint32_t)l->start, l->start_line, (uint32_t)(l->pos - l->start) };

	l->start = l->pos;
	l->start_line = l->line;
	return t;
}

static state emit(struct lexer *l, enum token_type type)
{
	l->token = take(l, type);
	return DONE;
}

static void ignore(struct lexer *l)
{
	l->line += count_lines(l->text + l->start, l->text + l->pos);
	l->start = l->pos;
	l->start_line = l->line;
}

static state fail(struct lexer *l, const char *message)
{
	if (!l->error)
		l->error = message;
	l->token = (struct token){ TOK_ERROR, (uint32_t)l->start, l->start_line,
				   (uint32_t)strlen(l->error) };
	l->start = l->pos = l->len = 0;
	return DONE;
}

static state fail_char(struct lexer *l, const char *what, long c)
{
	struct buf b;
	state s;

	buf_init(&b, 0);
	buf_str(&b, what);
	go_unicode(&b, c < 0 ? 0xffffffffu : (uint32_t)c);
	s = fail(l, buf_dup(&b, l->arena));
	buf_release(&b);
	return s;
}

static state fail_quoted(struct lexer *l, const char *what)
{
	struct buf b;
	state s;

	buf_init(&b, 0);
	buf_str(&b, what);
	go_quote(&b, l->text + l->start, l->pos - l->start, '"', 0);
	s = fail(l, buf_dup(&b, l->arena));
	buf_release(&b);
	return s;
}

/* ---- text and delimiters ---- */

static bool right_delim_at(const struct lexer *l, bool *trim)
{
	if (starts(l, l->pos, l->right)) {
		*trim = false;
		return true;
	}
	*trim = right_trim_marker(l, l->pos) && starts(l, l->pos + 2, l->right);
	return *trim;
}

static void skip_space(struct lexer *l)
{
	while (l->pos < l->len && is_space(l->text[l->pos]))
		l->pos++;
}

static state lex_comment(struct lexer *l)
{
	const char *end;
	bool trim;

	l->pos += 2;
	end = memmem(l->text + l->pos, l->len - l->pos, "*/", 2);
	if (!end)
		return fail(l, "unclosed comment");
	l->pos = (size_t)(end - l->text) + 2;
	if (!right_delim_at(l, &trim))
		return fail(l, "comment ends before closing delimiter");
	l->pos += trim ? 4 : 2;
	if (trim)
		skip_space(l);
	ignore(l);
	return (state){ lex_text };
}

static state lex_left_delim(struct lexer *l)
{
	size_t marker;

	l->pos += 2;
	marker = left_trim_marker(l, l->pos) ? 2 : 0;
	if (starts(l, l->pos + marker, "/*")) {
		l->pos += marker;
		ignore(l);
		return (state){ lex_comment };
	}
	l->token = take(l, TOK_LEFT_DELIM);
	l->inside_action = true;
	l->pos += marker;
	ignore(l);
	l->paren_depth = 0;
	return DONE;
}

/* The next left delimiter, or NULL. */
static const char *left_delim_from(const struct lexer *l)
{
	const char *p = l->text + l->pos, *end = l->text + l->len;

	while (end - p >= 2 && (p = memchr(p, l->left[0], (size_t)(end - p - 1)))) {
		if (p[1] == l->left[1])
			return p;
		p++;
	}
	return NULL;
}

static state lex_text(struct lexer *l)
{
	const char *delim = left_delim_from(l);
	size_t at, trimmed;
	struct token t;

	if (!delim) {
		l->pos = l->len;
		if (l->pos <= l->start)
			return emit(l, TOK_EOF);
		l->line += count_lines(l->text + l->start, l->text + l->pos);
		return emit(l, TOK_TEXT);
	}
	at = (size_t)(delim - l->text);
	if (at == l->pos)
		return lex_left_delim(l);
	trimmed = at;
	if (left_trim_marker(l, at + 2))
		while (trimmed > l->start && is_space(l->text[trimmed - 1]))
			trimmed--;
	l->pos = trimmed;
	l->line += count_lines(l->text + l->start, l->text + l->pos);
	t = take(l, TOK_TEXT);
	l->pos = at;
	ignore(l);
	if (!t.len)
		return lex_left_delim(l);
	l->token = t;
	return DONE;
}

static state lex_right_delim(struct lexer *l)
{
	bool trim;

	right_delim_at(l, &trim);
	if (trim) {
		l->pos += 2;
		ignore(l);
	}
	l->pos += 2;
	l->token = take(l, TOK_RIGHT_DELIM);
	if (trim) {
		skip_space(l);
		ignore(l);
	}
	l->inside_action = false;
	return DONE;
}

/* ---- inside an action ---- */

static bool at_terminator(const struct lexer *l)
{
	if (l->pos >= l->len)
		return true;
	switch (l->text[l->pos]) {
	case ' ':
	case '\t':
	case '\r':
	case '\n':
	case '.':
	case ',':
	case '|':
	case ':':
	case ')':
	case '(':
		return true;
	default:
		return starts(l, l->pos, l->right);
	}
}

static state lex_space(struct lexer *l)
{
	size_t from = l->pos;

	for (; l->pos < l->len && is_space(l->text[l->pos]); l->pos++)
		l->line += l->text[l->pos] == '\n';
	/* The last space may belong to a " -}}". */
	if (right_trim_marker(l, l->pos - 1) && starts(l, l->pos + 1, l->right)) {
		l->line -= l->text[--l->pos] == '\n';
		if (l->pos == from)
			return lex_right_delim(l);
	}
	return emit(l, TOK_SPACE);
}

static enum token_type word_type(const char *word, size_t len)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(keywords) && len <= 8; i++)
		if (*keywords[i].word == *word && strlen(keywords[i].word) == len &&
		    !memcmp(keywords[i].word, word, len))
			return keywords[i].type;
	if ((len == 4 && !memcmp(word, "true", 4)) || (len == 5 && !memcmp(word, "false", 5)))
		return TOK_BOOL;
	return TOK_IDENT;
}

static state bad_character(struct lexer *l)
{
	return fail_char(l, "bad character ", next(l));
}

static state lex_word(struct lexer *l)
{
	l->pos = word_end(l, l->start);
	if (!at_terminator(l))
		return bad_character(l);
	return emit(l, word_type(l->text + l->start, l->pos - l->start));
}

static state lex_field_or_variable(struct lexer *l, enum token_type type)
{
	if (at_terminator(l))
		return emit(l, type == TOK_VARIABLE ? TOK_VARIABLE : TOK_DOT);
	l->pos = word_end(l, l->pos);
	if (!at_terminator(l))
		return bad_character(l);
	return emit(l, type);
}

/* A constant in quotes, in which a backslash takes the next character along. */
static state lex_quoted(struct lexer *l, char quote, enum token_type type, const char *error)
{
	const char *p = l->text + l->pos, *end = l->text + l->len;

	for (; p < end && *p != quote; p++) {
		if (*p == '\\')
			p++;
		if (p >= end || *p == '\n')
			return fail(l, error);
	}
	if (p >= end)
		return fail(l, error);
	l->pos = (size_t)(p - l->text) + 1;
	return emit(l, type);
}

/* A raw constant holds line breaks and no escapes. */
static state lex_raw(struct lexer *l)
{
	const char *from = l->text + l->pos, *end = memchr(from, '`', l->len - l->pos);

	if (!end)
		return fail(l, "unterminated raw quoted string");
	l->line += count_lines(from, end);
	l->pos = (size_t)(end - l->text) + 1;
	return emit(l, TOK_RAW_STRING);
}

static bool accept(struct lexer *l, const char *valid)
{
	long c = next(l);

	if (c > 0 && c < 0x80 && strchr(valid, (int)c))
		return true;
	backup(l);
	return false;
}

static bool scan_number(struct lexer *l)
{
	const char *digits = "0123456789_";

	accept(l, "+-");
	if (accept(l, "0")) {
		if (accept(l, "xX"))
			digits = "0123456789abcdefABCDEF_";
		else if (accept(l, "oO"))
			digits = "01234567_";
		else if (accept(l, "bB"))
			digits = "01_";
	}
	while (accept(l, digits))
		;
	if (accept(l, "."))
		while (accept(l, digits))
			;
	if ((strlen(digits) == 11 && accept(l, "eE")) ||
	    (strlen(digits) == 23 && accept(l, "pP"))) {
		accept(l, "+-");
		while (accept(l, "0123456789_"))
			;
	}
	accept(l, "i");
	if (is_alphanumeric(peek(l))) {
		next(l);
		return false;
	}
	return true;
}

static state lex_number(struct lexer *l)
{
	long c;

	if (!scan_number(l))
		return fail_quoted(l, "bad number syntax: ");
	c = peek(l);
	if (c != '+' && c != '-')
		return emit(l, TOK_NUMBER);
	if (!scan_number(l) || l->text[l->pos - 1] != 'i')
		return fail_quoted(l, "bad number syntax: ");
	return emit(l, TOK_COMPLEX);
}

static state lex_paren(struct lexer *l, long c)
{
	if (c == '(') {
		l->paren_depth++;
		return emit(l, TOK_LEFT_PAREN);
	}
	if (--l->paren_depth < 0)
		return fail(l, "unexpected right paren");
	return emit(l, TOK_RIGHT_PAREN);
}

static bool point_starts_number(const struct lexer *l)
{
	return l->pos >= l->len || (l->text[l->pos] >= '0' && l->text[l->pos] <= '9');
}

static state lex_other(struct lexer *l, long c)
{
	if (is_alphanumeric(c))
		return lex_word(l);
	return c >= 0x20 && c < 0x7f ? emit(l, TOK_CHAR)
				     : fail_char(l, "unrecognized character in action: ", c);
}

static state lex_digits(struct lexer *l)
{
	l->pos = l->start;
	return lex_number(l);
}

static state lex_punctuation(struct lexer *l, long c)
{
	switch (c) {
	case '+':
	case '-':
		return lex_digits(l);
	case '=':
		return emit(l, TOK_ASSIGN);
	case ':':
		return next(l) == '=' ? emit(l, TOK_DECLARE) : fail(l, "expected :=");
	case '|':
		return emit(l, TOK_PIPE);
	case '"':
		return lex_quoted(l, '"', TOK_STRING, "unterminated quoted string");
	case '\'':
		return lex_quoted(l, '\'', TOK_CHAR_CONSTANT, "unterminated character constant");
	case '`':
		return lex_raw(l);
	case '$':
		return lex_field_or_variable(l, TOK_VARIABLE);
	case '(':
	case ')':
		return lex_paren(l, c);
	default:
		return lex_other(l, c);
	}
}

static state lex_inside(struct lexer *l)
{
	bool trim;
	long c;

	if (l->pos >= l->len)
		return fail(l, "unclosed action");
	c = (unsigned char)l->text[l->pos];
	if (is_space(c) || c == l->right[0]) {
		if (right_delim_at(l, &trim))
			return l->paren_depth ? fail(l, "unclosed left paren") : lex_right_delim(l);
		if (is_space(c))
			return lex_space(l);
	}
	if (c >= 0x80) {
		c = next(l);
		return lex_other(l, c);
	}
	l->pos++;
	if (c >= '0' && c <= '9')
		return lex_digits(l);
	if (c == '.')
		return point_starts_number(l) ? lex_digits(l) : lex_field_or_variable(l, TOK_FIELD);
	return is_word_byte((unsigned char)c) ? lex_word(l) : lex_punctuation(l, c);
}

void lexer_init(struct lexer *l, struct arena *a, const struct source *source)
{
	*l = (struct lexer){
		.arena = a,
		.text = source->text,
		.left = source->delims ? source->delims : "{{",
		.right = source->delims ? source->delims + 2 : "}}",
		.len = source->len,
		.line = 1,
		.start_line = 1,
	};
}

struct token lexer_next(struct lexer *l)
{
	state s = { l->inside_action ? lex_inside : lex_text };

	l->token = (struct token){ TOK_EOF, (uint32_t)l->pos, l->start_line, 0 };
	while (s.fn)
		s = s.fn(l);
	return l->token;
}
