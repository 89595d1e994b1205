#include "validate/rules/quantity.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/attr.h"

__extension__ typedef __int128 wide;

#define WIDE_MAX ((wide)(((unsigned __int128)1 << 126) - 1))

static const struct {
	const char *suffix;
	int exponent; /* of 10; of 2 for binary ones */
	enum quantity_format format;
} suffixes[] = {
	{ "", 0, QUANTITY_DECIMAL },   { "n", -9, QUANTITY_DECIMAL }, { "u", -6, QUANTITY_DECIMAL },
	{ "m", -3, QUANTITY_DECIMAL }, { "k", 3, QUANTITY_DECIMAL },  { "M", 6, QUANTITY_DECIMAL },
	{ "G", 9, QUANTITY_DECIMAL },  { "T", 12, QUANTITY_DECIMAL }, { "P", 15, QUANTITY_DECIMAL },
	{ "E", 18, QUANTITY_DECIMAL }, { "Ki", 10, QUANTITY_BINARY }, { "Mi", 20, QUANTITY_BINARY },
	{ "Gi", 30, QUANTITY_BINARY }, { "Ti", 40, QUANTITY_BINARY }, { "Pi", 50, QUANTITY_BINARY },
	{ "Ei", 60, QUANTITY_BINARY },
};

static wide scale(wide n, int factor)
{
	return n > WIDE_MAX / factor ? WIDE_MAX : n * factor;
}

/* n × 10^exponent, rounded up. */
static wide scale_ten(wide n, long exponent)
{
	bool lost = false;

	for (; exponent > 0 && n && n < WIDE_MAX; exponent--)
		n = scale(n, 10);
	for (; exponent < 0 && n; exponent++) {
		lost |= n % 10 != 0;
		n /= 10;
	}
	return n + lost;
}

/* The power that a suffix stands for; false when it stands for none. */
static bool suffix_read(const char *s, long *exponent, enum quantity_format *format)
{
	char *end;

	for (size_t i = 0; i < ARRAY_SIZE(suffixes); i++) {
		if (!strcmp(s, suffixes[i].suffix)) {
			*exponent = suffixes[i].exponent;
			*format = suffixes[i].format;
			return true;
		}
	}
	if ((*s != 'e' && *s != 'E') || !s[1])
		return false;
	*exponent = strtol(s + 1, &end, 10);
	*format = QUANTITY_EXPONENT;
	return !*end && end[-1] >= '0' && end[-1] <= '9' && *exponent < 1000000 &&
	       *exponent > -1000000;
}

static const char *read_digits(const char *s, wide *n, long *scale10, size_t *count)
{
	for (; *s >= '0' && *s <= '9'; s++, ++*count) {
		/* beyond 38 digits only their number matters */
		if (*n < WIDE_MAX / 100)
			*n = *n * 10 + (*s - '0');
		else
			++*scale10;
	}
	return s;
}

bool quantity_parse(const char *text, struct quantity *out)
{
	const char *s = text + (*text == '-' || *text == '+'), *fraction;
	size_t digits = 0, before; /* none is 0: the server takes "Gi" and "m" */
	long exponent, scale10 = 0;
	wide n = 0;

	s = read_digits(s, &n, &scale10, &digits);
	if (*s == '.') {
		before = digits;
		fraction = s + 1;
		s = read_digits(fraction, &n, &scale10, &digits);
		scale10 -= (long)(digits - before);
	}
	if (!*text || !suffix_read(s, &exponent, &out->format))
		return false;
	if (!digits && out->format == QUANTITY_BINARY && exponent > 40)
		return false; /* the server takes "Gi" as 0, but not "Pi" */
	if (out->format == QUANTITY_BINARY) {
		for (long i = 0; i < exponent; i++)
			n = scale(n, 2);
		exponent = 0;
	}
	n = scale_ten(n, exponent + scale10 + 9);
	out->nano = *text == '-' ? -n : n;
	return true;
}

bool quantity_read(const char *text, struct quantity *out)
{
	char trimmed[128];
	size_t len;

	text += strspn(text, " ");
	len = strlen(text);
	while (len && text[len - 1] == ' ')
		len--;
	if (!text[len] || len >= sizeof(trimmed))
		return quantity_parse(text, out);
	memcpy(trimmed, text, len);
	trimmed[len] = 0;
	return quantity_parse(trimmed, out);
}

int quantity_cmp(const struct quantity *a, const struct quantity *b)
{
	return (a->nano > b->nano) - (a->nano < b->nano);
}

int quantity_sign(const struct quantity *q)
{
	return (q->nano > 0) - (q->nano < 0);
}

bool quantity_multiple(const struct quantity *q, int64_t unit_nano)
{
	return q->nano % unit_nano == 0;
}

static int64_t round_up(wide nano, wide unit)
{
	wide n = nano / unit + (nano > 0 && nano % unit) - (nano < 0 && nano % unit);

	return n > INT64_MAX ? INT64_MAX : n < INT64_MIN ? INT64_MIN : (int64_t)n;
}

int64_t quantity_milli(const struct quantity *q)
{
	return round_up(q->nano, 1000000);
}

int64_t quantity_value(const struct quantity *q)
{
	return round_up(q->nano, 1000000000);
}

/* ---- as the server writes it ---- */

static const char *with_suffix(char out[QUANTITY_TEXT], __int128 value, const char *suffix)
{
	char digits[48];
	size_t at = sizeof(digits);
	bool negative = value < 0;

	digits[--at] = '\0';
	do {
		int digit = (int)(value % 10);

		digits[--at] = (char)('0' + (digit < 0 ? -digit : digit));
		value /= 10;
	} while (value);
	snprintf(out, QUANTITY_TEXT, "%s%s%s", negative ? "-" : "", digits + at, suffix);
	return out;
}

static const char *decimal_text(char out[QUANTITY_TEXT], __int128 value, bool exponent)
{
	static const char *const powers[] = { "n", "u", "m", "", "k", "M", "G", "T", "P", "E" };
	int power = -9;
	char e[16] = "";

	if (!value)
		return with_suffix(out, 0, "");
	for (; value % 10 == 0; power++)
		value /= 10;
	for (; power % 3 != 0 || power > 18; power--)
		value *= 10;
	if (!exponent)
		return with_suffix(out, value, powers[power / 3 + 3]);
	if (power)
		snprintf(e, sizeof(e), "e%d", power);
	return with_suffix(out, value, e);
}

const char *quantity_text(char out[QUANTITY_TEXT], const struct quantity *q)
{
	static const char *const kinds[] = { "", "Ki", "Mi", "Gi", "Ti", "Pi", "Ei" };
	const __int128 one = 1000000000;
	__int128 value = q->nano;
	size_t i = 0;

	if (q->format != QUANTITY_BINARY || (value < 1024 * one && value > -1024 * one))
		return decimal_text(out, value, q->format == QUANTITY_EXPONENT);
	value = value / one + (value % one > 0);
	for (; value % 1024 == 0 && i + 1 < sizeof(kinds) / sizeof(*kinds); i++)
		value /= 1024;
	return with_suffix(out, value, kinds[i]);
}
