#include "render/helm/functions/gojson.h"
#include <string.h>
#include "render/helm/template/gotext.h"

enum { MAX_NESTING = 10000 };

struct scanner {
	struct arena *arena;
	const char *text;
	size_t len, at;
	const char *error;
};

/* Go tries a space behind the end of the text: some words do not take one. */
static bool takes_space(const char *context)
{
	static const char *const refuse[] = {
		"in literal", "in numeric",	  "in exponent",
		"in \\u",     "in string escape", "after decimal",
	};
	size_t i;

	for (i = 0; i < ARRAY_SIZE(refuse); i++)
		if (!strncmp(context, refuse[i], strlen(refuse[i])))
			return false;
	return true;
}

static bool fail_char(struct scanner *s, const char *context)
{
	struct buf b;
	unsigned char c;

	if (s->at >= s->len && takes_space(context)) {
		s->error = "unexpected end of JSON input";
		return false;
	}
	c = s->at < s->len ? (unsigned char)s->text[s->at] : ' ';
	buf_init(&b, 0);
	buf_str(&b, "invalid character ");
	if (c == '\'')
		buf_str(&b, "'\\''");
	else if (c == '"')
		buf_str(&b, "'\"'");
	else
		go_quote_rune(&b, c, 0);
	buf_printf(&b, " %s", context);
	s->error = buf_dup(&b, s->arena);
	buf_release(&b);
	return false;
}

static void skip_space(struct scanner *s)
{
	while (s->at < s->len && strchr(" \t\r\n", s->text[s->at]) && s->text[s->at])
		s->at++;
}

static bool scan_value(struct scanner *s, unsigned depth);

static bool is_hex(char c)
{
	return (c >= '0' && c <= '9') || ((c | 0x20) >= 'a' && (c | 0x20) <= 'f');
}

static bool scan_escape(struct scanner *s)
{
	int i;

	if (s->at < s->len && s->text[s->at] == 'u') {
		s->at++;
		for (i = 0; i < 4; i++, s->at++)
			if (s->at >= s->len || !is_hex(s->text[s->at]))
				return fail_char(s, "in \\u hexadecimal character escape");
		return true;
	}
	if (s->at >= s->len || !s->text[s->at] || !strchr("bfnrt\\/\"", s->text[s->at]))
		return fail_char(s, "in string escape code");
	s->at++;
	return true;
}

static bool scan_string(struct scanner *s)
{
	for (s->at++; s->at < s->len && s->text[s->at] != '"';) {
		if ((unsigned char)s->text[s->at] < ' ')
			return fail_char(s, "in string literal");
		if (s->text[s->at++] == '\\' && !scan_escape(s))
			return false;
	}
	if (s->at >= s->len)
		return fail_char(s, "");
	s->at++;
	return true;
}

static bool is_digit(const struct scanner *s)
{
	return s->at < s->len && s->text[s->at] >= '0' && s->text[s->at] <= '9';
}

static bool scan_digits(struct scanner *s, const char *context)
{
	if (!is_digit(s))
		return fail_char(s, context);
	while (is_digit(s))
		s->at++;
	return true;
}

static bool scan_number(struct scanner *s)
{
	if (s->text[s->at] == '-')
		s->at++;
	if (is_digit(s) && s->text[s->at] == '0')
		s->at++;
	else if (!scan_digits(s, "in numeric literal"))
		return false;
	if (s->at < s->len && s->text[s->at] == '.') {
		s->at++;
		if (!scan_digits(s, "after decimal point in numeric literal"))
			return false;
	}
	if (s->at < s->len && (s->text[s->at] | 0x20) == 'e') {
		s->at++;
		if (s->at < s->len && (s->text[s->at] == '+' || s->text[s->at] == '-'))
			s->at++;
		return scan_digits(s, "in exponent of numeric literal");
	}
	return true;
}

static bool scan_word(struct scanner *s, const char *word)
{
	size_t i;

	for (i = 0; word[i]; i++, s->at++)
		if (s->at >= s->len || s->text[s->at] != word[i])
			return fail_char(s, arena_printf(s->arena, "in literal %s (expecting '%c')",
							 word, word[i]));
	return true;
}

static bool scan_array(struct scanner *s, unsigned depth)
{
	s->at++;
	skip_space(s);
	if (s->at < s->len && s->text[s->at] == ']') {
		s->at++;
		return true;
	}
	for (;;) {
		if (!scan_value(s, depth + 1))
			return false;
		skip_space(s);
		if (s->at < s->len && s->text[s->at] == ']') {
			s->at++;
			return true;
		}
		if (s->at >= s->len || s->text[s->at] != ',')
			return fail_char(s, "after array element");
		s->at++;
	}
}

static bool scan_object(struct scanner *s, unsigned depth)
{
	bool first = true;

	for (s->at++;; first = false) {
		skip_space(s);
		if (first && s->at < s->len && s->text[s->at] == '}') {
			s->at++;
			return true;
		}
		if (s->at >= s->len || s->text[s->at] != '"')
			return fail_char(s, "looking for beginning of object key string");
		if (!scan_string(s))
			return false;
		skip_space(s);
		if (s->at >= s->len || s->text[s->at] != ':')
			return fail_char(s, "after object key");
		s->at++;
		if (!scan_value(s, depth + 1))
			return false;
		skip_space(s);
		if (s->at < s->len && s->text[s->at] == '}') {
			s->at++;
			return true;
		}
		if (s->at >= s->len || s->text[s->at] != ',')
			return fail_char(s, "after object key:value pair");
		s->at++;
	}
}

static bool scan_value(struct scanner *s, unsigned depth)
{
	char c;

	skip_space(s);
	if (depth > LIMIT_DEPTH) {
		s->error = depth > MAX_NESTING ? "exceeded max depth" : "JSON is nested too deeply";
		return false;
	}
	if (s->at >= s->len)
		return fail_char(s, "");
	c = s->text[s->at];
	if (c == '{')
		return scan_object(s, depth);
	if (c == '[')
		return scan_array(s, depth);
	if (c == '"')
		return scan_string(s);
	if (c == '-' || (c >= '0' && c <= '9'))
		return scan_number(s);
	if (c == 't' || c == 'f' || c == 'n')
		return scan_word(s, c == 't' ? "true" : c == 'f' ? "false" : "null");
	return fail_char(s, "looking for beginning of value");
}

const char *gojson_check(struct arena *a, const char *text, size_t len)
{
	struct scanner s = { .arena = a, .text = text, .len = len };

	if (!scan_value(&s, 0))
		return s.error;
	skip_space(&s);
	if (s.at < s.len)
		fail_char(&s, "after top-level value");
	return s.error;
}
