#include "render/helm/functions/toml_string.h"
#include <string.h>
#include "render/helm/template/gotext.h"

/* ---- what a string's bytes say ---- */

/* A character by its number in `digits` hexadecimal digits at `at`. */
static bool put_numbered(struct toml_lexer *l, struct buf *b, const char *at, size_t digits,
			 unsigned line)
{
	uint64_t rune = 0;

	go_parse_uint(at, digits, 16, &rune);
	if (rune > RUNE_MAX || (rune >= 0xd800 && rune < 0xe000))
		return toml_fail(l, line, "Escaped character '\\u%.*s' is not valid UTF-8.",
				 (int)digits, at);
	buf_rune(b, (unsigned long)rune);
	return true;
}

/* Escapes were looked at when the string was found: they are whole. */
static bool unescape(struct toml_lexer *l, struct toml_item *it)
{
	static const char from[] = "btnfre\"\\", to[] = "\b\t\n\f\r\033\"\\";
	const char *at = it->text, *end = at + it->len, *hit;
	bool ok = true;
	struct buf b;

	if (!memchr(at, '\\', it->len))
		return true;
	buf_init(&b, LIMIT_TEMPLATE_BYTES);
	while (ok && at < end) {
		if (*at != '\\' || at + 1 == end) {
			buf_char(&b, *at++);
			continue;
		}
		hit = strchr(from, at[1]);
		at += 2;
		if (hit) {
			buf_char(&b, to[hit - from]);
		} else if (at[-1] == ' ' || at[-1] == '\t') {
			ok = toml_fail(l, it->line, "invalid escape: '\\%c'", at[-1]);
		} else {
			size_t digits = at[-1] == 'x' ? 2 : at[-1] == 'u' ? 4 : 8;

			ok = put_numbered(l, &b, at, digits, it->line);
			at += digits;
		}
	}
	it->text = arena_memdup(l->arena, b.text, b.len);
	it->len = b.len;
	buf_release(&b);
	return ok;
}

static void drop_first_line_end(struct toml_item *it)
{
	size_t n = it->len && it->text[0] == '\n'			       ? 1
		   : it->len > 1 && it->text[0] == '\r' && it->text[1] == '\n' ? 2
									       : 0;

	it->text += n;
	it->len -= n;
}

/* A backslash at a line's end takes the blanks and lines behind it along. */
static void join_lines(struct toml_lexer *l, struct toml_item *it)
{
	const char *at = it->text, *end = at + it->len, *to;
	struct buf b;

	if (!memchr(at, '\\', it->len))
		return;
	buf_init(&b, LIMIT_TEMPLATE_BYTES);
	while (at < end) {
		if (*at != '\\') {
			buf_char(&b, *at++);
		} else if (at + 1 < end && at[1] == '\\') {
			buf_add(&b, at, 2);
			at += 2;
		} else {
			for (to = at + 1; to < end && *to && strchr(" \t\r\n", *to); to++)
				;
			if (memchr(at, '\n', (size_t)(to - at)))
				at = to;
			else
				buf_char(&b, *at++);
		}
	}
	it->text = arena_memdup(l->arena, b.text, b.len);
	it->len = b.len;
	buf_release(&b);
}

/* ---- where a string ends ---- */

static bool skip_digits(struct toml_lexer *l, size_t from, unsigned count, const char *what)
{
	unsigned i;

	for (i = 0; i < count; i++) {
		if (toml_is_hex(toml_next(l)))
			continue;
		return toml_fail(l, toml_line(l),
				 "expected %s hexadecimal digits after '\\%c', but got %s instead",
				 what,
				 count == 2   ? 'x'
				 : count == 4 ? 'u'
					      : 'U',
				 text_quoted(l->arena, l->text + from, l->at - from));
	}
	return true;
}

/* Behind a backslash. */
static bool skip_escape(struct toml_lexer *l, size_t from)
{
	uint32_t r = toml_next(l);
	char shown[4] = { 0 };
	size_t width = r ? rune_encode(shown, r) : 1; /* the end shows as NUL */

	if (l->error.text)
		return false;
	if (r == 'x')
		return skip_digits(l, from, 2, "two");
	if (r == 'u')
		return skip_digits(l, from, 4, "four");
	if (r == 'U')
		return skip_digits(l, from, 8, "eight");
	if (r && r < 0x80 && strchr("ebtnfr\"\\ \t", (int)r))
		return true;
	return toml_fail(l, l->line - l->at_end, "invalid escape in string '\\%c%.*s'", *shown,
			 (int)width - 1, shown + 1);
}

bool toml_short_string(struct toml_lexer *l, uint32_t quote, struct toml_item *out)
{
	size_t from = l->at;
	bool escaped = false;
	uint32_t r;

	while ((r = toml_next(l)) != quote) {
		if (l->error.text)
			return false;
		if (!r)
			return toml_fail(l, toml_line(l), "unexpected EOF; expected %s",
					 quote == '"' ? "'\"'" : "\"'\"");
		if (r == '\n' || r == '\r')
			return toml_fail(l, l->line - 1, "strings cannot contain newlines");
		if (r == '\\' && quote == '"') {
			escaped = true;
			if (!skip_escape(l, from))
				return false;
		}
	}
	out->text = l->text + from;
	out->len = l->at - 1 - from;
	out->line = l->line;
	return !escaped || unescape(l, out);
}

/* Whether the three quotes that were read end the string; two more may belong to it. */
static bool ends_here(struct toml_lexer *l, size_t from, uint32_t quote)
{
	const char *end = l->text + l->at;
	char q = (char)quote;
	size_t quotes = 0;

	if (toml_peek(l) != quote)
		return true;
	while (quotes < 6 && l->at - from > quotes && end[-(long)quotes - 1] == q)
		quotes++;
	if (quotes < 5 || (q == '"' && l->at - from > 5 && end[-6] == '\\'))
		return false;
	toml_fail(l, l->line, q == '"' ? "unexpected '\"\"\"\"\"\"'" : "unexpected \"''''''\"");
	return true;
}

static bool long_string(struct toml_lexer *l, uint32_t quote, struct toml_item *out)
{
	size_t from = l->at;
	unsigned quotes = 0;
	uint32_t r;

	for (;;) {
		r = toml_next(l);
		if (l->error.text)
			return false;
		if (!r)
			return toml_fail(l, toml_line(l), "unexpected EOF; expected %s",
					 quote == '"' ? "'\"\"\"'" : "\"'''\"");
		quotes = r == quote ? quotes + 1 : 0;
		if (quotes >= 3 && ends_here(l, from, quote))
			break;
		if (r != '\\' || quote != '"')
			continue;
		r = toml_peek(l);
		if (r == '\n' || r == '\r')
			toml_next(l);
		else if (!skip_escape(l, from))
			return false;
	}
	out->text = l->text + from;
	out->len = l->at - 3 - from;
	out->line = l->line;
	drop_first_line_end(out);
	if (l->error.text || quote != '"')
		return !l->error.text;
	join_lines(l, out);
	return unescape(l, out);
}

bool toml_string(struct toml_lexer *l, uint32_t quote, struct toml_item *out)
{
	if (toml_peek(l) != quote || l->error.text)
		return toml_short_string(l, quote, out);
	toml_next(l);
	if (toml_peek(l) == quote && !l->error.text) {
		toml_next(l);
		return long_string(l, quote, out);
	}
	out->text = l->text + l->at;
	out->len = 0;
	out->line = l->line;
	return !l->error.text;
}
