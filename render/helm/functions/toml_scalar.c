#include "render/helm/functions/toml_scalar.h"

#include <string.h>
#include <time.h>
#include "render/helm/functions/gotime.h"
#include "render/helm/template/gotext.h"

static bool all_digits_apart(struct name s)
{
	bool accept = false;
	size_t i;

	for (i = 0; i < s.len; i++) {
		char c = s.text[i];

		if (c == '_' && !accept)
			return false;
		accept = (c >= '0' && c <= '9') || ((c | 0x20) >= 'a' && (c | 0x20) <= 'f');
	}
	return accept;
}

static bool is_leading_zero(struct name s)
{
	if (s.len > 1 && s.text[0] == '0' && !strchr("box", s.text[1]))
		return true;
	return s.len > 2 && (s.text[0] == '-' || s.text[0] == '+') && s.text[1] == '0';
}

static bool fail_number(struct toml_lexer *l, const struct toml_item *it, const char *kind,
			const char *why)
{
	return toml_fail(l, it->line, "Invalid %s %s: %s", kind,
			 text_quoted(l->arena, it->text, it->len), why);
}

static struct name without_underscores(struct toml_lexer *l, const struct toml_item *it)
{
	char *copy = arena_alloc(l->arena, it->len + 1);
	size_t i, n = 0;

	for (i = 0; i < it->len; i++)
		if (it->text[i] != '_')
			copy[n++] = it->text[i];
	copy[n] = '\0';
	return (struct name){ copy, n };
}

static bool integer(struct toml_lexer *l, const struct toml_item *it, struct value *out)
{
	struct name s = { it->text, it->len };
	int64_t i;

	if (!all_digits_apart(s))
		return fail_number(l, it, "integer", "underscores must be surrounded by digits");
	if (is_leading_zero(s))
		return fail_number(l, it, "integer", "cannot have leading zeroes");
	s = without_underscores(l, it);
	if (go_parse_int(s.text, s.len, 0, &i))
		return toml_fail(l, it->line, "%.*s is out of range for int64", (int)it->len,
				 it->text);
	*out = value_int64(i);
	return true;
}

/* The parts between the points and exponents. */
static bool float_parts_fit(const struct toml_item *it, bool *zero)
{
	const char *at = it->text, *end = at + it->len, *from;
	bool first = true;

	*zero = false;
	while (at < end) {
		for (; at < end && strchr(".eE", *at); at++)
			;
		for (from = at; at < end && !strchr(".eE", *at); at++)
			;
		if (at == from)
			break;
		if (!all_digits_apart((struct name){ from, (size_t)(at - from) }))
			return false;
		if (first)
			*zero = is_leading_zero((struct name){ from, (size_t)(at - from) });
		first = false;
	}
	return true;
}

static bool points_have_digits(const struct toml_item *it)
{
	size_t i;

	for (i = 0; i < it->len; i++)
		if (it->text[i] == '.' &&
		    (i + 1 == it->len || it->text[i + 1] < '0' || it->text[i + 1] > '9'))
			return false;
	return true;
}

static bool is_float_word(struct name s)
{
	size_t sign = s.len && (s.text[0] == '+' || s.text[0] == '-');

	return s.len == sign + 3 &&
	       (!memcmp(s.text + sign, "inf", 3) || !memcmp(s.text + sign, "nan", 3));
}

static bool floating(struct toml_lexer *l, const struct toml_item *it, struct value *out)
{
	struct name s = without_underscores(l, it);
	bool zero = false;
	double f;
	int rc;

	if (is_float_word(s)) {
		bool nan = s.text[s.len - 1] == 'n';

		f = nan ? __builtin_nan("") : __builtin_inf();
		*out = value_float(s.text[0] == '-' ? -f : f);
		return true;
	}
	if (!float_parts_fit(it, &zero))
		return fail_number(l, it, "float", "underscores must be surrounded by digits");
	if (zero)
		return fail_number(l, it, "float", "cannot have leading zeroes");
	if (!points_have_digits(it))
		return fail_number(l, it, "float", "'.' must be followed by one or more digits");
	rc = go_parse_float(s.text, s.len, &f);
	if (rc == -1)
		return toml_fail(l, it->line, "Invalid float value: %s",
				 text_quoted(l->arena, it->text, it->len));
	if (rc)
		return toml_fail(l, it->line, "%.*s is out of range for float64", (int)it->len,
				 it->text);
	*out = value_float(f);
	return true;
}

/* Go reads an hour of one digit; TOML has none. */
static bool digit_is_missing(const char *text, const char *layout)
{
	size_t i;

	for (i = 0; layout[i] && layout[i] != '.' && layout[i] != 'Z'; i++)
		if ((layout[i] < '0' || layout[i] > '9') && text[i] != layout[i])
			return true;
	return false;
}

static bool date(struct toml_lexer *l, const struct toml_item *it, struct value *out)
{
	static const struct {
		const char *layout, *zone;
	} kinds[] = {
		{ "2006-01-02T15:04:05.999999999Z07:00", NULL },
		{ "2006-01-02T15:04:05.999999999", "datetime-local" },
		{ "2006-01-02", "date-local" },
		{ "15:04:05.999999999", "time-local" },
		{ "2006-01-02T15:04Z07:00", NULL },
		{ "2006-01-02T15:04", "datetime-local" },
		{ "15:04", "time-local" },
	};
	char *text = arena_memdup(l->arena, it->text, it->len);
	const struct zone *local;
	bool found;
	struct go_time t;
	size_t i;

	for (i = 0; i < it->len; i++)
		text[i] = (char)(text[i] == 'z'			    ? 'Z'
				 : text[i] == 't' || text[i] == ' ' ? 'T'
								    : text[i]);
	local = zone_load(l->arena, "Local", &found);
	for (i = 0; i < ARRAY_SIZE(kinds); i++) {
		const char *name;
		const struct zone *zone =
			kinds[i].zone ? zone_fixed(l->arena, kinds[i].zone,
						   zone_offset(local, time(NULL), &name))
				      : local;

		if (time_parse(l->arena, kinds[i].layout, text, it->len, zone, &t))
			continue;
		if (digit_is_missing(text, kinds[i].layout))
			break;
		*out = time_value(l->arena, &t);
		return true;
	}
	return toml_fail(l, it->line, "invalid datetime: %s", text_quoted(l->arena, text, it->len));
}

bool toml_scalar(struct toml_lexer *l, const struct toml_item *it, struct value *out)
{
	switch (it->word) {
	case TOML_WORD_STRING:
		*out = value_str_n(l->arena, it->text, it->len);
		return true;
	case TOML_WORD_INTEGER:
		return integer(l, it, out);
	case TOML_WORD_FLOAT:
		return floating(l, it, out);
	case TOML_WORD_BOOL:
		*out = value_bool(it->len == 4);
		return true;
	default:
		return date(l, it, out);
	}
}
