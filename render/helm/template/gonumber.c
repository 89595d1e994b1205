/* gonumber: strconv's numbers. */
#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "render/helm/template/gotext.h"

enum { DIGITS = 1100 };

struct decimal {
	char digits[DIGITS]; /* no trailing zeros; "" for zero */
	int count;
	int point; /* 0.digits × 10^point */
};

/* `precision` significant digits, or the fewest that read back as the same number (-1). */
static void decimal_of(struct decimal *d, double value, int precision, int bits)
{
	char text[DIGITS + 32];
	int p = precision < 0 ? 0 : precision - 1, last = precision < 0 ? 17 : p;
	const char *at;

	for (;; p++) {
		snprintf(text, sizeof(text), "%.*e", p, value);
		if (p >= last ||
		    (bits == 32 ? strtof(text, NULL) == (float)value : strtod(text, NULL) == value))
			break;
	}
	d->count = 0;
	for (at = text; *at != 'e'; at++)
		if (*at != '.')
			d->digits[d->count++] = *at;
	d->point = (int)strtol(at + 1, NULL, 10) + 1;
	while (d->count && d->digits[d->count - 1] == '0')
		d->count--;
	if (!d->count)
		d->point = 1;
}

static void put_exponent(struct buf *out, const struct decimal *d, int precision, char letter)
{
	int exponent = d->count ? d->point - 1 : 0, i;

	buf_char(out, d->count ? d->digits[0] : '0');
	if (precision > 0)
		buf_char(out, '.');
	for (i = 1; i <= precision; i++)
		buf_char(out, i < d->count ? d->digits[i] : '0');
	buf_printf(out, "%c%c%02d", letter, exponent < 0 ? '-' : '+', abs(exponent));
}

static void put_fixed(struct buf *out, const struct decimal *d, int precision)
{
	int i, at;

	if (d->point <= 0 || !d->count)
		buf_char(out, '0');
	for (i = 0; i < d->point && d->count; i++)
		buf_char(out, i < d->count ? d->digits[i] : '0');
	if (precision > 0)
		buf_char(out, '.');
	for (i = 0; i < precision; i++) {
		at = d->point + i;
		buf_char(out, d->count && at >= 0 && at < d->count ? d->digits[at] : '0');
	}
}

static void put_hex(struct buf *out, double value, char format, int precision)
{
	int exponent = 0, digits = 13;
	double fraction = value ? frexp(value, &exponent) * 2 : 0;
	uint64_t mantissa = (uint64_t)ldexp(fraction, 60), extra, half;
	const char *hex = format == 'X' ? "0123456789ABCDEF" : "0123456789abcdef";

	exponent = value ? exponent - 1 : 0;
	if (precision >= 0 && precision < 15) {
		extra = mantissa & ((UINT64_C(1) << (60 - 4 * precision)) - 1);
		half = UINT64_C(1) << (59 - 4 * precision);
		mantissa -= extra;
		if (extra > half || (extra == half && (mantissa >> (60 - 4 * precision) & 1)))
			mantissa += half * 2;
		if (mantissa >> 61) {
			mantissa >>= 1;
			exponent++;
		}
	}
	buf_printf(out, "0%c%c", format == 'X' ? 'X' : 'x', (char)('0' + (mantissa >> 60)));
	mantissa <<= 4;
	if (precision > 0 || (precision < 0 && mantissa))
		buf_char(out, '.');
	for (digits = 0; precision < 0 ? mantissa != 0 : digits < precision; digits++) {
		buf_char(out, hex[mantissa >> 60]);
		mantissa <<= 4;
	}
	buf_printf(out, "%c%c%02d", format == 'X' ? 'P' : 'p', exponent < 0 ? '-' : '+',
		   abs(exponent));
}

static void put_binary(struct buf *out, double value)
{
	int exponent = 0;
	double fraction = frexp(value, &exponent);

	exponent = value ? exponent : -1021;
	if (exponent < -1021) {
		fraction = ldexp(fraction, exponent + 1021);
		exponent = -1021;
	}
	buf_printf(out, "%llup%+d", (unsigned long long)ldexp(fraction, 53), exponent - 53);
}

static void put_general(struct buf *out, double value, char format, int precision, int bits)
{
	struct decimal d;
	bool shortest = precision < 0;
	int limit;

	if (precision == 0)
		precision = 1;
	decimal_of(&d, value, precision, bits);
	limit = shortest ? 6 : precision;
	if (!shortest && limit > d.count && d.count >= d.point)
		limit = d.count;
	if (d.point - 1 < -4 || d.point - 1 >= limit) {
		if (shortest || precision > d.count)
			precision = d.count;
		put_exponent(out, &d, precision - 1, format == 'G' ? 'E' : 'e');
	} else {
		put_fixed(out, &d, d.count > d.point ? d.count - d.point : 0);
	}
}

void go_format_float(struct buf *out, double value, char format, int precision, int bits)
{
	struct decimal d;

	if (isnan(value)) {
		buf_str(out, "NaN");
		return;
	}
	if (isinf(value)) {
		buf_str(out, value > 0 ? "+Inf" : "-Inf");
		return;
	}
	if (signbit(value))
		buf_char(out, '-');
	value = fabs(value);
	if (precision > 1000)
		precision = 1000;
	if (format == 'x' || format == 'X') {
		put_hex(out, value, format, precision);
	} else if (format == 'b') {
		put_binary(out, value);
	} else if (format == 'g' || format == 'G') {
		put_general(out, value, format, precision, bits);
	} else if (precision < 0) {
		decimal_of(&d, value, -1, bits);
		if (format == 'f')
			put_fixed(out, &d, d.count > d.point ? d.count - d.point : 0);
		else
			put_exponent(out, &d, d.count ? d.count - 1 : 0, format);
	} else {
		buf_printf(out,
			   format == 'f'   ? "%.*f"
			   : format == 'e' ? "%.*e"
					   : "%.*E",
			   precision, value);
	}
}

/* ---- reading ---- */

static int digit_of(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if ((c | 0x20) >= 'a' && (c | 0x20) <= 'z')
		return (c | 0x20) - 'a' + 10;
	return 99;
}

/* Underscores may stand between digits, and after a base prefix, when the base was 0. */
static bool underscores_ok(const char *text, size_t len)
{
	char last = '^';
	size_t i = 0;
	bool hex = false;

	if (len && (*text == '-' || *text == '+'))
		i++;
	if (len - i >= 2 && text[i] == '0' && strchr("bBoOxX", text[i + 1])) {
		hex = (text[i + 1] | 0x20) == 'x';
		last = '0';
		i += 2;
	}
	for (; i < len; i++) {
		if (digit_of(text[i]) < (hex ? 16 : 10)) {
			last = '0';
		} else if (text[i] == '_') {
			if (last != '0')
				return false;
			last = '_';
		} else {
			if (last == '_')
				return false;
			last = '!';
		}
	}
	return last != '_';
}

int go_parse_uint(const char *text, size_t len, int base, uint64_t *out)
{
	size_t i = 0;
	bool any_base = !base, underscore = false;
	uint64_t value = 0;

	*out = 0;
	if (!len)
		return -1;
	if (any_base) {
		base = 10;
		if (text[0] == '0') {
			char c = len >= 3 ? (char)(text[1] | 0x20) : 0;

			base = c == 'b' ? 2 : c == 'x' ? 16 : 8;
			i = c == 'b' || c == 'o' || c == 'x' ? 2 : 1;
		}
	}
	for (; i < len; i++) {
		int digit = digit_of(text[i]);

		if (text[i] == '_' && any_base) {
			underscore = true;
			continue;
		}
		if (digit >= base)
			return -1;
		if (__builtin_mul_overflow(value, (uint64_t)base, &value) ||
		    __builtin_add_overflow(value, (uint64_t)digit, &value)) {
			*out = UINT64_MAX;
			return -2;
		}
	}
	if (underscore && !underscores_ok(text, len))
		return -1;
	*out = value;
	return 0;
}

int go_parse_int(const char *text, size_t len, int base, int64_t *out)
{
	bool negative = len && *text == '-';
	uint64_t value;
	int rc;

	*out = 0;
	if (!len)
		return -1;
	if (*text == '-' || *text == '+') {
		text++;
		len--;
	}
	rc = go_parse_uint(text, len, base, &value);
	if (rc == -1)
		return -1;
	if (rc == -2 || value > (uint64_t)INT64_MAX + negative) {
		*out = negative ? INT64_MIN : INT64_MAX;
		return -2;
	}
	*out = negative ? (int64_t)(0 - value) : (int64_t)value;
	return 0;
}

static bool is_word(const char *text, size_t len, const char *word)
{
	return len == strlen(word) && !strncasecmp(text, word, len);
}

static bool float_special(const char *text, size_t len, double *out)
{
	double sign = *text == '-' ? -1 : 1;

	if (*text == '+' || *text == '-') {
		text++;
		len--;
	} else if (is_word(text, len, "nan")) {
		*out = NAN;
		return true;
	}
	if (!is_word(text, len, "inf") && !is_word(text, len, "infinity"))
		return false;
	*out = sign * INFINITY;
	return true;
}

/* Whether the text has a float's form; its digits without underscores go to `clean`. */
static bool float_form(const char *text, size_t len, char *clean)
{
	size_t i = 0, digits = 0;
	bool hex, point = false, underscore = false, exponent = false;

	if (*text == '+' || *text == '-')
		*clean++ = text[i++];
	hex = len - i > 2 && text[i] == '0' && (text[i + 1] | 0x20) == 'x';
	if (hex) {
		*clean++ = '0';
		*clean++ = 'x';
		i += 2;
	}
	for (; i < len; i++) {
		if (text[i] == '_') {
			underscore = true;
			continue;
		}
		if (text[i] == '.' && !point)
			point = true;
		else if (digit_of(text[i]) < (hex ? 16 : 10))
			digits++;
		else
			break;
		*clean++ = text[i];
	}
	if (!digits)
		return false;
	if (i < len && (text[i] | 0x20) == (hex ? 'p' : 'e')) {
		exponent = true;
		*clean++ = text[i++];
		if (i < len && (text[i] == '+' || text[i] == '-'))
			*clean++ = text[i++];
		if (i >= len || digit_of(text[i]) > 9)
			return false;
		for (; i < len && (digit_of(text[i]) < 10 || text[i] == '_'); i++) {
			underscore |= text[i] == '_';
			if (text[i] != '_')
				*clean++ = text[i];
		}
	}
	*clean = 0;
	if (i != len || (hex && !exponent))
		return false;
	return !underscore || underscores_ok(text, len);
}

int go_parse_float(const char *text, size_t len, double *out)
{
	char local[128], *clean = len < sizeof(local) ? local : malloc(len + 1);
	int rc = -1;

	*out = 0;
	if (!clean)
		abort();
	if (len && float_special(text, len, out)) {
		rc = 0;
	} else if (len && float_form(text, len, clean)) {
		*out = strtod(clean, NULL);
		rc = isinf(*out) ? -2 : 0;
	}
	if (clean != local)
		free(clean);
	return rc;
}
