#include "render/helm/functions/toml_lex.h"
#include <stdarg.h>
#include <string.h>
#include "render/helm/functions/toml_string.h"
#include "render/helm/template/gotext.h"

/* ---- characters ---- */

bool toml_fail(struct toml_lexer *l, unsigned line, const char *fmt, ...)
{
	va_list args;
	struct buf b;

	if (l->error.text)
		return false;
	buf_init(&b, LIMIT_TEMPLATE_BYTES);
	va_start(args, fmt);
	buf_vprintf(&b, fmt, args);
	va_end(args);
	l->error = (struct name){ arena_memdup(l->arena, b.text, b.len), (uint32_t)b.len };
	buf_release(&b);
	l->error_line = line;
	return false;
}

unsigned toml_line(const struct toml_lexer *l)
{
	return l->line - (l->at_end && l->at && l->text[l->at - 1] == '\n');
}

static bool is_control(uint32_t r)
{
	return r != '\t' && r != '\r' && r != '\n' && (r <= 0x1f || r == 0x7f);
}

uint32_t toml_next(struct toml_lexer *l)
{
	uint32_t r;
	size_t width;

	if (l->error.text)
		return 0;
	if (l->at >= l->len) {
		l->at_end = true;
		return 0;
	}
	l->line += l->text[l->at] == '\n';
	width = rune_decode(l->text + l->at, l->len - l->at, &r);
	if (r == RUNE_ERROR && width == 1) {
		toml_fail(l, l->line, "invalid UTF-8 byte: 0x%02x", (unsigned char)l->text[l->at]);
		return 0;
	}
	if (is_control(r) || (r == '\r' && (l->at + 1 == l->len || l->text[l->at + 1] != '\n'))) {
		toml_fail(l, l->line, "TOML files cannot contain control characters: '0x%02x'", r);
		return 0;
	}
	l->at += width;
	return r;
}

uint32_t toml_peek(struct toml_lexer *l)
{
	struct toml_lexer before = *l;
	uint32_t r = toml_next(l);

	before.error = l->error;
	before.error_line = l->error_line;
	*l = before;
	return r;
}

static bool accept(struct toml_lexer *l, uint32_t wanted)
{
	if (toml_peek(l) != wanted || l->error.text)
		return false;
	toml_next(l);
	return true;
}

static bool is_blank(uint32_t r)
{
	return r == ' ' || r == '\t';
}

static bool is_line_end(uint32_t r)
{
	return r == '\n' || r == '\r';
}

static bool is_digit(uint32_t r)
{
	return r >= '0' && r <= '9';
}

bool toml_is_hex(uint32_t r)
{
	return is_digit(r) || ((r | 0x20) >= 'a' && (r | 0x20) <= 'f');
}

static bool is_bare(uint32_t r)
{
	return is_digit(r) || ((r | 0x20) >= 'a' && (r | 0x20) <= 'z' && r < 0x80) || r == '_' ||
	       r == '-';
}

static void skip_blank(struct toml_lexer *l)
{
	while (is_blank(toml_peek(l)))
		toml_next(l);
}

/* Up to the line's end. */
static void skip_comment(struct toml_lexer *l)
{
	uint32_t r;

	for (r = toml_peek(l); !l->error.text && r && !is_line_end(r); r = toml_peek(l))
		toml_next(l);
}

static const char *quoted(struct toml_lexer *l, uint32_t r)
{
	const char *text;
	struct buf b;

	buf_init(&b, 0);
	go_quote_rune(&b, r, 0);
	text = buf_dup(&b, l->arena);
	buf_release(&b);
	return text;
}

static const char *rune_or_end(struct toml_lexer *l, uint32_t r)
{
	char text[4];

	return r ? arena_printf(l->arena, "'%.*s'", (int)rune_encode(text, r), text)
		 : "end of file";
}

/* ---- lines, headers and keys ---- */

enum toml_word toml_top(struct toml_lexer *l)
{
	uint32_t r;

	for (;;) {
		r = toml_peek(l);
		if (r == '#')
			skip_comment(l);
		else if (!is_blank(r) && !is_line_end(r))
			break;
		toml_next(l);
	}
	if (l->error.text)
		return TOML_BAD;
	if (!r)
		return TOML_WORD_END;
	if (r != '[')
		return TOML_WORD_KEY;
	toml_next(l);
	return accept(l, '[') ? TOML_WORD_HEADERS : l->error.text ? TOML_BAD : TOML_WORD_HEADER;
}

bool toml_line_end(struct toml_lexer *l)
{
	uint32_t r;

	do
		r = toml_next(l);
	while (is_blank(r));
	if (l->error.text)
		return false;
	if (r == '#')
		skip_comment(l);
	else if (r && !is_line_end(r))
		return toml_fail(l, toml_line(l),
				 "expected a top-level item to end with a newline, comment, or "
				 "EOF, but got %s instead",
				 quoted(l, r));
	return !l->error.text;
}

static bool name_part(struct toml_lexer *l, uint32_t r, struct toml_item *out)
{
	out->word = TOML_WORD_STRING;
	out->from = l->at;
	out->line = l->line;
	if (r == '"' || r == '\'') {
		toml_next(l);
		return toml_short_string(l, r, out);
	}
	while (is_bare(toml_peek(l)))
		toml_next(l);
	out->text = l->text + out->from;
	out->len = l->at - out->from;
	return !l->error.text;
}

bool toml_header_part(struct toml_lexer *l, bool array, struct toml_item *out, bool *last)
{
	uint32_t r;

	skip_blank(l);
	r = toml_peek(l);
	if (l->error.text)
		return false;
	if (!r || r == ']')
		return toml_fail(l, l->line,
				 "unexpected end of table name (table names cannot be empty)");
	if (r == '.')
		return toml_fail(l, l->line,
				 "unexpected table separator (table names cannot be empty)");
	if (!name_part(l, r, out))
		return false;
	skip_blank(l);
	r = toml_next(l);
	*last = r == ']';
	if (l->error.text || r == '.')
		return !l->error.text;
	if (!*last)
		return toml_fail(l, toml_line(l),
				 "expected '.' or ']' to end table name, but got %s instead",
				 quoted(l, r));
	r = array ? toml_next(l) : ']';
	return r == ']' ||
	       toml_fail(l, toml_line(l),
			 "expected end of table array name delimiter ']', but got %s instead",
			 quoted(l, r));
}

bool toml_key_part(struct toml_lexer *l, bool first, struct toml_item *out, bool *last)
{
	uint32_t r;

	skip_blank(l);
	r = toml_peek(l);
	if (l->error.text)
		return false;
	if (!r || r == '=')
		return toml_fail(l, l->line,
				 first ? "unexpected '=': key name appears blank"
				       : "unexpected '='");
	if (r == '.')
		return toml_fail(l, l->line,
				 first ? "unexpected '.': keys cannot start with a '.'"
				       : "unexpected '.'");
	if (!name_part(l, r, out))
		return false;
	skip_blank(l);
	r = toml_next(l);
	*last = r == '=';
	if (l->error.text || *last || r == '.')
		return !l->error.text;
	return r ? toml_fail(l, l->line - (r == '\n'), "expected '.' or '=', but got %s instead",
			     quoted(l, r))
		 : toml_fail(l, toml_line(l), "unexpected EOF; expected key separator '='");
}

/* ---- values ---- */

static void take_digits(struct toml_lexer *l, const char *more)
{
	uint32_t r;

	for (r = toml_peek(l); is_digit(r) || (r && r < 0x80 && strchr(more, (int)r));
	     r = toml_peek(l))
		toml_next(l);
}

/* A number, or a date, whose first digits stand before l->at. */
static enum toml_word number_or_date(struct toml_lexer *l)
{
	uint32_t r;

	take_digits(l, "");
	r = toml_peek(l);
	if (r == '-' || r == ':') {
		take_digits(l, "-:Tt .Zz+");
		return TOML_WORD_DATE;
	}
	if (r == '_')
		take_digits(l, "_");
	r = toml_peek(l);
	if (r != '.' && r != 'e' && r != 'E')
		return TOML_WORD_INTEGER;
	take_digits(l, "_.-+eE");
	return TOML_WORD_FLOAT;
}

/* 0x1f, 0o17, 0b11: the letter was read. */
static enum toml_word based_number(struct toml_lexer *l, size_t from, uint32_t letter)
{
	uint32_t r = toml_peek(l);
	const char *digits = letter == 'x'   ? "0123456789abcdefABCDEF"
			     : letter == 'o' ? "01234567"
					     : "01";
	char shown[4] = { 0 };
	size_t width = r ? rune_encode(shown, r) : 1; /* the end shows as NUL */

	if (l->error.text)
		return TOML_BAD;
	if (!r || r > 0x7f || !strchr(digits, (int)r)) {
		toml_fail(l, l->line, "not %s number: '%.*s%c%.*s'",
			  letter == 'x'	  ? "a hexadecimal"
			  : letter == 'o' ? "an octal"
					  : "a binary",
			  (int)(l->at - from), l->text + from, *shown, (int)width - 1, shown + 1);
		return TOML_BAD;
	}
	while (r && r < 0x80 && (r == '_' || strchr(digits, (int)r))) {
		toml_next(l);
		r = toml_peek(l);
	}
	return TOML_WORD_INTEGER;
}

static enum toml_word number(struct toml_lexer *l, size_t from)
{
	uint32_t r;

	if (toml_next(l) != '0')
		return number_or_date(l);
	r = toml_peek(l);
	if (r == 'b' || r == 'o' || r == 'x') {
		toml_next(l);
		return based_number(l, from, r);
	}
	return r == '-' || r == ':' ? TOML_WORD_INTEGER : number_or_date(l);
}

static enum toml_word signed_word(struct toml_lexer *l, size_t from, uint32_t r)
{
	const char *rest = r == 'i' ? "nf" : "an";

	if (accept(l, (uint32_t)rest[0]) && accept(l, (uint32_t)rest[1]))
		return TOML_WORD_FLOAT;
	toml_fail(l, toml_line(l), "invalid float: '%.*s'", (int)(l->at - from), l->text + from);
	return TOML_BAD;
}

static enum toml_word signed_number(struct toml_lexer *l, size_t from)
{
	uint32_t r = toml_next(l), p;

	if (l->error.text)
		return TOML_BAD;
	if (r == 'i' || r == 'n')
		return signed_word(l, from, r);
	if (r == '0') {
		p = toml_peek(l);
		if (p == 'b' || p == 'o' || p == 'x')
			toml_fail(l, l->line, "cannot use sign with non-decimal numbers: '%.*s%c'",
				  (int)(l->at - from), l->text + from, (int)p);
	} else if (r == '.') {
		toml_fail(l, l->line, "floats must start with a digit, not '.'");
	} else if (!is_digit(r)) {
		toml_fail(l, toml_line(l), "expected a digit but got %s", quoted(l, r));
	}
	if (l->error.text)
		return TOML_BAD;
	take_digits(l, "_");
	r = toml_peek(l);
	if (r != '.' && r != 'e' && r != 'E')
		return TOML_WORD_INTEGER;
	take_digits(l, "_.-+eE");
	return TOML_WORD_FLOAT;
}

static enum toml_word letters(struct toml_lexer *l)
{
	size_t from = l->at, len;
	const char *word = l->text + from;

	while (rune_is_letter(toml_peek(l)))
		toml_next(l);
	len = l->at - from;
	if (l->error.text)
		return TOML_BAD;
	if ((len == 4 && !memcmp(word, "true", 4)) || (len == 5 && !memcmp(word, "false", 5)))
		return TOML_WORD_BOOL;
	toml_peek(l);
	toml_fail(l, l->line, "expected value but found %s instead",
		  text_quoted(l->arena, word, len));
	return TOML_BAD;
}

/*
 * inf and nan. The letters are looked for one after the other, so a word that only starts so is
 * named without the letters that fitted.
 */
static enum toml_word float_word(struct toml_lexer *l, uint32_t *r)
{
	if ((accept(l, 'n') && accept(l, 'f')) || (accept(l, 'a') && accept(l, 'n')))
		return TOML_WORD_FLOAT;
	*r = 'i';
	return TOML_BAD;
}

static enum toml_word plain_value(struct toml_lexer *l, size_t from)
{
	uint32_t r = toml_peek(l);
	char shown[4];

	if (l->error.text)
		return TOML_BAD;
	if (is_digit(r))
		return number(l, from);
	toml_next(l);
	if (r == '-' || r == '+')
		return signed_number(l, from);
	if ((r == 'i' || r == 'n') && float_word(l, &r) == TOML_WORD_FLOAT)
		return TOML_WORD_FLOAT;
	if (l->error.text)
		return TOML_BAD;
	if (rune_is_letter(r)) {
		l->at -= rune_encode(shown, r);
		return letters(l);
	}
	if (r == '.')
		toml_fail(l, l->line, "floats must start with a digit, not '.'");
	else if (!r)
		toml_fail(l, toml_line(l), "unexpected EOF; expected value");
	else
		toml_fail(l, l->line - (r == '\n'), "expected value but found %s instead",
			  quoted(l, r));
	return TOML_BAD;
}

bool toml_value(struct toml_lexer *l, struct toml_item *out)
{
	uint32_t r;

	skip_blank(l);
	out->from = l->at;
	r = toml_peek(l);
	if (r == '[' || r == '{' || r == '"' || r == '\'') {
		toml_next(l);
		out->line = l->line;
		if (r == '[' || r == '{') {
			out->word = r == '[' ? TOML_WORD_ARRAY : TOML_WORD_TABLE;
			return !l->error.text;
		}
		out->word = TOML_WORD_STRING;
		return toml_string(l, r, out);
	}
	out->word = plain_value(l, out->from);
	out->line = l->line;
	out->text = l->text + out->from;
	out->len = l->at - out->from;
	if (out->word == TOML_WORD_DATE)
		while (out->len && out->text[out->len - 1] == ' ')
			out->len--;
	return !l->error.text;
}

/* ---- arrays and tables ---- */

/* Skip blanks, lines and comments; the character behind them, which is read. */
static uint32_t next_of_list(struct toml_lexer *l)
{
	uint32_t r;

	for (;;) {
		r = toml_next(l);
		if (r == '#')
			skip_comment(l);
		else if (l->error.text || (!is_blank(r) && !is_line_end(r)))
			return r;
	}
}

/* Before an element: one character must be left for the element's own reader. */
static enum toml_word before_item(struct toml_lexer *l, uint32_t close)
{
	struct toml_lexer before;
	uint32_t r;

	do {
		before = *l;
		r = toml_next(l);
		if (r == '#')
			skip_comment(l);
	} while (!l->error.text && (r == '#' || is_blank(r) || is_line_end(r)));
	if (l->error.text)
		return TOML_BAD;
	if (r == close)
		return TOML_WORD_END;
	if (r == ',') {
		toml_fail(l, l->line, "unexpected comma");
		return TOML_BAD;
	}
	*l = before;
	return TOML_WORD_COMMA;
}

enum toml_word toml_before_element(struct toml_lexer *l)
{
	return before_item(l, ']');
}

enum toml_word toml_before_pair(struct toml_lexer *l)
{
	return before_item(l, '}');
}

enum toml_word toml_behind_element(struct toml_lexer *l)
{
	uint32_t r = next_of_list(l);

	if (l->error.text)
		return TOML_BAD;
	if (r == ',' || r == ']')
		return r == ',' ? TOML_WORD_COMMA : TOML_WORD_END;
	toml_fail(l, toml_line(l), "expected a comma (',') or array terminator (']'), but got %s",
		  rune_or_end(l, r));
	return TOML_BAD;
}

enum toml_word toml_behind_pair(struct toml_lexer *l)
{
	uint32_t r;

	for (;;) {
		r = next_of_list(l);
		if (l->error.text)
			return TOML_BAD;
		if (r == '}')
			return TOML_WORD_END;
		if (r != ',')
			break;
		skip_blank(l);
		if (toml_peek(l) != '}')
			return l->error.text ? TOML_BAD : TOML_WORD_COMMA;
	}
	toml_fail(l, toml_line(l),
		  "expected a comma or an inline table terminator '}', but got %s instead",
		  rune_or_end(l, r));
	return TOML_BAD;
}
