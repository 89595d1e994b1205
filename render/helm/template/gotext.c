#include "render/helm/template/gotext.h"
#include <string.h>

/* ---- quoting ---- */

static void escape_rune(struct buf *out, uint32_t r)
{
	static const char letters[] = "abtnvfr";

	if (r >= 7 && r <= 13)
		buf_printf(out, "\\%c", letters[r - 7]);
	else if (r < ' ' || r == 0x7f)
		buf_printf(out, "\\x%02x", r);
	else if (r < 0x10000)
		buf_printf(out, "\\u%04x", r);
	else
		buf_printf(out, "\\U%08x", r);
}

static void quote_rune(struct buf *out, uint32_t r, char quote, unsigned flags)
{
	char text[4];

	if (r == (uint32_t)(unsigned char)quote || r == '\\') {
		buf_char(out, '\\');
		buf_char(out, (char)r);
	} else if ((flags & QUOTE_ASCII ? r < 0x80 : 1) && rune_is_print(r)) {
		buf_add(out, text, rune_encode(text, r));
	} else {
		escape_rune(out, r);
	}
}

void go_quote(struct buf *out, const char *text, size_t len, char quote, unsigned flags)
{
	size_t at = 0, width;
	uint32_t rune;

	buf_char(out, quote);
	for (; at < len; at += width) {
		width = rune_decode(text + at, len - at, &rune);
		if (width == 1 && rune == RUNE_ERROR)
			buf_printf(out, "\\x%02x", (unsigned char)text[at]);
		else
			quote_rune(out, rune, quote, flags);
	}
	buf_char(out, quote);
}

void go_quote_rune(struct buf *out, uint32_t rune, unsigned flags)
{
	if (rune > RUNE_MAX || (rune >= 0xd800 && rune < 0xe000))
		rune = RUNE_ERROR;
	buf_char(out, '\'');
	quote_rune(out, rune, '\'', flags);
	buf_char(out, '\'');
}

void go_unicode(struct buf *out, uint32_t rune)
{
	char text[4];

	if ((int32_t)rune < 0) { /* the lexer's end of input, as an int32 */
		buf_printf(out, "U+%016llX", (unsigned long long)(int64_t)(int32_t)rune);
		return;
	}
	buf_printf(out, "U+%04X", rune);
	if (rune <= RUNE_MAX && rune_is_print(rune)) {
		buf_str(out, " '");
		buf_add(out, text, rune_encode(text, rune));
		buf_char(out, '\'');
	}
}

bool go_can_backquote(const char *text, size_t len)
{
	size_t at = 0, width;
	uint32_t rune;

	for (; at < len; at += width) {
		width = rune_decode(text + at, len - at, &rune);
		if (width > 1 && rune == 0xfeff)
			return false;
		if (width == 1 && (rune == RUNE_ERROR || (rune < ' ' && rune != '\t') ||
				   rune == '`' || rune == 0x7f))
			return false;
	}
	return true;
}

/* ---- unquoting ---- */

static int hex_value(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if ((c | 0x20) >= 'a' && (c | 0x20) <= 'f')
		return (c | 0x20) - 'a' + 10;
	return -1;
}

static bool unquote_digits(const char **at, const char *end, int count, int base, uint32_t *out)
{
	uint32_t value = 0;

	for (; count; count--, (*at)++) {
		int digit = *at < end ? hex_value(**at) : -1;

		if (digit < 0 || digit >= base)
			return false;
		value = value * (uint32_t)base + (uint32_t)digit;
	}
	*out = value;
	return true;
}

static bool unquote_number(const char **at, const char *end, char c, uint32_t *rune, bool *byte)
{
	if (c >= '0' && c <= '7') {
		(*at)--;
		*byte = true;
		return unquote_digits(at, end, 3, 8, rune) && *rune <= 255;
	}
	*byte = c == 'x';
	if (!unquote_digits(at, end, c == 'x' ? 2 : c == 'u' ? 4 : 8, 16, rune))
		return false;
	return *byte || (*rune <= RUNE_MAX && (*rune < 0xd800 || *rune >= 0xe000));
}

bool go_unquote_char(const char **at, const char *end, char quote, uint32_t *rune, bool *byte)
{
	static const char letters[] = "abtnvfr";
	const char *letter;
	char c;

	*byte = false;
	if (*at >= end || (**at == quote && (quote == '\'' || quote == '"')))
		return false;
	if (**at != '\\') {
		*at += rune_decode(*at, (size_t)(end - *at), rune);
		return true;
	}
	if (++*at >= end)
		return false;
	c = *(*at)++;
	letter = c ? strchr(letters, c) : NULL;
	if (letter) {
		*rune = (uint32_t)(letter - letters) + 7;
		return true;
	}
	if (c == 'x' || c == 'u' || c == 'U' || (c >= '0' && c <= '7'))
		return unquote_number(at, end, c, rune, byte);
	*rune = (unsigned char)c;
	return c == '\\' || ((c == '\'' || c == '"') && c == quote);
}

static bool unquote_raw(struct buf *out, const char *text, size_t len)
{
	size_t i;

	if (memchr(text, '`', len))
		return false;
	if (!memchr(text, '\r', len)) {
		buf_add(out, text, len);
		return true;
	}
	for (i = 0; i < len; i++)
		if (text[i] != '\r')
			buf_char(out, text[i]);
	return true;
}

bool go_is_simple(const char *at, const char *end)
{
	for (; at < end; at++)
		if (*at == '\\' || *at == '"' || (unsigned char)*at >= 0x80)
			return false;
	return true;
}

bool go_unquote(struct buf *out, const char *text, size_t len)
{
	const char *at = text + 1, *end = text + len - 1;
	char quote = len ? text[0] : 0;
	size_t chars = 0;
	uint32_t rune;
	bool byte;

	if (len < 2 || *end != quote || (quote != '"' && quote != '`' && quote != '\''))
		return false;
	if (quote == '`')
		return unquote_raw(out, at, len - 2);
	if (memchr(at, '\n', len - 2))
		return false;
	for (; at < end; chars++) {
		if (!go_unquote_char(&at, end, quote, &rune, &byte))
			return false;
		if (byte)
			buf_char(out, (char)rune);
		else
			buf_rune(out, rune);
	}
	return quote == '"' || chars == 1;
}
