/* CEL's tokens: strings with their escapes, numbers, names, signs. */
#include <ctype.h>
#include <string.h>
#include "base/buf.h"
#include "base/utf8.h"
#include "validate/cel/lex.h"

static void skip_space(struct parser *p)
{
	for (;;) {
		while (p->at < p->len && strchr(" \t\r\n\f", p->text[p->at]))
			p->at++;
		if (p->at + 1 >= p->len || p->text[p->at] != '/' || p->text[p->at + 1] != '/')
			return;
		while (p->at < p->len && p->text[p->at] != '\n')
			p->at++;
	}
}

static int hex(char c)
{
	return c >= '0' && c <= '9'			? c - '0'
	       : (c | 0x20) >= 'a' && (c | 0x20) <= 'f' ? (c | 0x20) - 'a' + 10
							: -1;
}

/* The escape after a backslash; -1 when there is no such. */
static int read_escape(struct parser *p, bool bytes, struct buf *out)
{
	static const char from[] = "abfnrtv\\'\"`?", to[] = "\a\b\f\n\r\t\v\\'\"`?";
	char c = p->text[p->at++];
	const char *named = c ? strchr(from, c) : NULL;
	int digits = c == 'x' || c == 'X' ? 2 : c == 'u' ? 4 : c == 'U' ? 8 : 0, i;
	unsigned long value = 0;

	if (named) {
		buf_char(out, to[named - from]);
		return 0;
	}
	if (c >= '0' && c <= '3') {
		value = (unsigned long)(c - '0');
		for (i = 0; i < 2; i++, p->at++) {
			if (p->text[p->at] < '0' || p->text[p->at] > '7')
				return -1;
			value = value * 8 + (unsigned long)(p->text[p->at] - '0');
		}
	} else if (digits) {
		for (i = 0; i < digits; i++, p->at++) {
			if (hex(p->text[p->at]) < 0)
				return -1;
			value = value * 16 + (unsigned long)hex(p->text[p->at]);
		}
	} else {
		return -1;
	}
	if (bytes && digits <= 2)
		buf_char(out, (char)value);
	else
		buf_rune(out, value);
	return 0;
}

static bool read_quoted(struct parser *p, bool raw, bool bytes)
{
	char quote = p->text[p->at];
	bool triple = !strncmp(p->text + p->at, quote == '"' ? "\"\"\"" : "'''", 3), good = false;
	struct buf out;

	buf_init(&out, 0);
	p->at += triple ? 3 : 1;
	while (p->at < p->len) {
		char c = p->text[p->at];

		if (c == quote &&
		    (!triple || (p->text[p->at + 1] == quote && p->text[p->at + 2] == quote))) {
			p->at += triple ? 3 : 1;
			good = true;
			break;
		}
		if ((c == '\n' || c == '\r') && !triple)
			break;
		p->at++;
		if (c == '\\' && !raw) {
			if (read_escape(p, bytes, &out) < 0)
				break;
			continue;
		}
		buf_char(&out, c);
	}
	p->token.text = (struct cel_text){ buf_dup(&out, p->arena), out.len };
	buf_release(&out);
	return good;
}

static bool string_ahead(struct parser *p, bool *raw, bool *bytes)
{
	unsigned i = p->at;

	*raw = *bytes = false;
	for (; i < p->at + 2 && strchr("rRbB", p->text[i]) && p->text[i]; i++) {
		if ((p->text[i] | 0x20) == 'r')
			*raw = true;
		else
			*bytes = true;
	}
	if (p->text[i] != '"' && p->text[i] != '\'')
		return false;
	p->at = i;
	return true;
}

static void read_number(struct parser *p)
{
	const char *s = p->text;
	bool real = false;

	if (s[p->at] == '0' && (s[p->at + 1] | 0x20) == 'x') {
		for (p->at += 2; hex(s[p->at]) >= 0;)
			p->at++;
	} else {
		while (isdigit((unsigned char)s[p->at]))
			p->at++;
		if (s[p->at] == '.' && isdigit((unsigned char)s[p->at + 1])) {
			real = true;
			for (p->at++; isdigit((unsigned char)s[p->at]);)
				p->at++;
		}
		if ((s[p->at] | 0x20) == 'e' && (isdigit((unsigned char)s[p->at + 1]) ||
						 (strchr("+-", s[p->at + 1]) && s[p->at + 1] &&
						  isdigit((unsigned char)s[p->at + 2])))) {
			real = true;
			for (p->at += 2; isdigit((unsigned char)s[p->at]);)
				p->at++;
		}
	}
	p->token.kind = real ? TOKEN_DOUBLE : TOKEN_INT;
	if (!real && (s[p->at] | 0x20) == 'u') {
		p->at++;
		p->token.kind = TOKEN_UINT;
	}
}

static void read_sign(struct parser *p)
{
	static const char *const doubles[] = { "==", "!=", "<=", ">=", "&&", "||" };
	struct token *t = &p->token;
	size_t i;

	t->kind = TOKEN_SIGN;
	for (i = 0; i < ARRAY_SIZE(doubles); i++) {
		if (!strncmp(p->text + p->at, doubles[i], 2)) {
			memcpy(t->sign, doubles[i], 3);
			p->at += 2;
			return;
		}
	}
	t->sign[0] = p->text[p->at++];
	t->sign[1] = 0;
	if (!strchr("<>+-*/%!?:.,()[]{}", t->sign[0])) {
		t->kind = TOKEN_BAD;
		while (p->at < p->len && ((unsigned char)p->text[p->at] & 0xc0) == 0x80)
			p->at++;
	}
}

void cel_next(struct parser *p)
{
	struct token *t = &p->token;
	bool raw, bytes;
	char c;

	skip_space(p);
	*t = (struct token){ .start = p->at };
	c = p->at < p->len ? p->text[p->at] : 0;
	if (p->at >= p->len) {
		t->kind = TOKEN_END;
	} else if (string_ahead(p, &raw, &bytes)) {
		t->kind = bytes ? TOKEN_BYTES : TOKEN_STRING;
		if (!read_quoted(p, raw, bytes))
			t->kind = TOKEN_BAD;
	} else if (isalpha((unsigned char)c) || c == '_') {
		t->kind = TOKEN_IDENT;
		while (isalnum((unsigned char)p->text[p->at]) || p->text[p->at] == '_')
			p->at++;
		t->text.text = arena_memdup(p->arena, p->text + t->start, p->at - t->start);
		t->text.len = p->at - t->start;
	} else if (isdigit((unsigned char)c) ||
		   (c == '.' && isdigit((unsigned char)p->text[p->at + 1]))) {
		read_number(p);
		if (c == '.')
			t->kind = TOKEN_DOUBLE;
	} else {
		read_sign(p);
	}
	t->end = p->at;
}
