#include "base/number.h"
#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int digit_value(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	c |= 0x20;
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : 99;
}

/* The base that a prefix asks for; moves *text past it. */
static int number_base(const char **text, const char *end)
{
	const char *at = *text;

	if (end - at < 2 || *at != '0')
		return 10;
	switch (at[1] | 0x20) {
	case 'x':
		*text += 2;
		return 16;
	case 'o':
		*text += 2;
		return 8;
	case 'b':
		*text += 2;
		return 2;
	default:
		*text += 1;
		return 8;
	}
}

bool number_parse_uint(const char *text, size_t len, uint64_t *out)
{
	const char *end = text + len;
	int base = number_base(&text, end), digit;
	uint64_t value = 0;

	if (text == end)
		return false;
	for (; text < end; text++) {
		digit = digit_value(*text);
		if (digit >= base || __builtin_mul_overflow(value, (uint64_t)base, &value) ||
		    __builtin_add_overflow(value, (uint64_t)digit, &value))
			return false;
	}
	*out = value;
	return true;
}

bool number_parse_int(const char *text, size_t len, int64_t *out)
{
	bool negative = len && *text == '-';
	uint64_t value;

	if (len && (*text == '-' || *text == '+')) {
		text++;
		len--;
	}
	if (!number_parse_uint(text, len, &value) || value > (uint64_t)INT64_MAX + negative)
		return false;
	*out = negative ? (int64_t)(0 - value) : (int64_t)value;
	return true;
}

bool number_parse_float(const char *text, size_t len, double *out)
{
	char copy[512], *end;

	if (!len || len >= sizeof(copy) || strspn(text, "0123456789+-.eE") < len)
		return false;
	memcpy(copy, text, len);
	copy[len] = 0;
	errno = 0;
	*out = strtod(copy, &end);
	return end == copy + len && !(errno == ERANGE && isinf(*out));
}

/* The shortest digits of |value| and the decimal exponent: 0.d1d2d3… × 10^point. */
static int shortest_digits(double value, char digits[20], int *point)
{
	char text[40];
	int precision, count = 0;
	const char *at;

	/* Any double has 15 good digits, but those next to zero have fewer. */
	for (precision = value < 1e-300 ? 0 : 14; precision < 17; precision++) {
		snprintf(text, sizeof(text), "%.*e", precision, value);
		if (strtod(text, NULL) == value)
			break;
	}
	for (at = text; *at && *at != 'e'; at++)
		if (*at >= '0' && *at <= '9')
			digits[count++] = *at;
	*point = (int)strtol(at + 1, NULL, 10) + 1;
	while (count > 1 && digits[count - 1] == '0')
		count--;
	return count;
}

static size_t format_exponent(char *out, const char *digits, int count, int exponent)
{
	size_t len = 0;

	out[len++] = digits[0];
	if (count > 1) {
		out[len++] = '.';
		memcpy(out + len, digits + 1, (size_t)count - 1);
		len += (size_t)count - 1;
	}
	return len + (size_t)sprintf(out + len, "e%c%02d", exponent < 0 ? '-' : '+', abs(exponent));
}

static size_t format_plain(char *out, const char *digits, int count, int point)
{
	size_t len = 0;
	int i;

	if (point <= 0)
		out[len++] = '0';
	for (i = 0; i < point; i++)
		out[len++] = i < count ? digits[i] : '0';
	if (count > point) {
		out[len++] = '.';
		for (i = point; i < 0; i++)
			out[len++] = '0';
		for (i = point > 0 ? point : 0; i < count; i++)
			out[len++] = digits[i];
	}
	out[len] = 0;
	return len;
}

size_t number_format(char *out, double value, char format)
{
	char digits[20] = "";
	int point, count;
	size_t sign = 0;

	if (isnan(value))
		return (size_t)sprintf(out, "NaN");
	if (isinf(value))
		return (size_t)sprintf(out, value < 0 ? "-Inf" : "+Inf");
	if (signbit(value))
		out[sign++] = '-';
	value = fabs(value);
	count = shortest_digits(value, digits, &point);
	if (value == 0)
		point = 1;
	if (format == 'e' || (format != 'f' && (point - 1 < -4 || point - 1 >= 6)))
		return sign + format_exponent(out + sign, digits, count, point - 1);
	return sign + format_plain(out + sign, digits, count, point);
}

size_t number_format_json(char *out, double value)
{
	double size = fabs(value);
	size_t len;

	if (size == 0 || (size >= 1e-6 && size < 1e21))
		return number_format(out, value, 'f');
	len = number_format(out, value, 'e');
	/* e-09 is written e-9 */
	if (len >= 4 && out[len - 4] == 'e' && out[len - 3] == '-' && out[len - 2] == '0') {
		out[len - 2] = out[len - 1];
		out[--len] = 0;
	}
	return len;
}
