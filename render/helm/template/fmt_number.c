#include "render/helm/template/fmt.h"
#include <math.h>
#include <stdio.h>
#include <string.h>
#include "render/helm/template/gotext.h"

static void pad_without_zeros(struct formatter *f, const char *bytes, size_t len)
{
	bool zero = f->zero;

	f->zero = false;
	fmt_pad(f, bytes, len);
	f->zero = zero;
}

static void format_unicode(struct formatter *f, uint64_t u)
{
	int precision = f->has_precision && f->precision > 4 ? f->precision : 4;
	char text[4];
	struct buf b;

	buf_init(&b, 0);
	buf_printf(&b, "U+%0*llX", precision, (unsigned long long)u);
	if (f->sharp && u <= RUNE_MAX && rune_is_print((uint32_t)u)) {
		buf_str(&b, " '");
		buf_add(&b, text, rune_encode(text, (uint32_t)u));
		buf_char(&b, '\'');
	}
	pad_without_zeros(f, b.text, b.len);
	buf_release(&b);
}

static void add_digits(struct buf *b, uint64_t u, unsigned base, bool upper, int precision)
{
	const char *digits = upper ? "0123456789ABCDEF" : "0123456789abcdef";
	char reversed[64];
	int count = 0;

	do
		reversed[count++] = digits[u % base];
	while (u /= base);
	if (precision > count)
		buf_pad(b, '0', (size_t)(precision - count));
	while (count)
		buf_char(b, reversed[--count]);
}

void fmt_digits(struct formatter *f, uint64_t u, unsigned base, bool is_signed, uint32_t verb)
{
	bool negative = is_signed && (int64_t)u < 0;
	int precision = 0;
	struct buf digits, b;

	if (negative)
		u = 0 - u;
	if (f->has_precision) {
		precision = f->precision;
		if (!precision && !u) {
			pad_without_zeros(f, "", 0);
			return;
		}
	} else if (f->zero && !f->minus && f->has_width) {
		precision = f->width - (negative || f->plus || f->space);
	}
	buf_init(&digits, 0);
	buf_init(&b, 0);
	add_digits(&digits, u, base, verb == 'X', precision);
	if (negative || f->plus || f->space)
		buf_char(&b, negative ? '-' : f->plus ? '+' : ' ');
	if (verb == 'O')
		buf_str(&b, "0o");
	if (f->sharp && base == 2)
		buf_str(&b, "0b");
	else if (f->sharp && base == 8 && *digits.text != '0')
		buf_char(&b, '0');
	else if (f->sharp && base == 16)
		buf_str(&b, verb == 'X' ? "0X" : "0x");
	buf_add(&b, digits.text, digits.len);
	pad_without_zeros(f, b.text, b.len);
	buf_release(&b);
	buf_release(&digits);
}

void fmt_hex(struct formatter *f, uint64_t u, bool prefix)
{
	bool sharp = f->sharp;

	f->sharp = prefix;
	fmt_digits(f, u, 16, false, 'v');
	f->sharp = sharp;
}

static void format_char(struct formatter *f, uint64_t u, bool quoted)
{
	uint32_t rune = u > RUNE_MAX ? RUNE_ERROR : (uint32_t)u;
	struct buf b;

	buf_init(&b, 0);
	if (quoted)
		go_quote_rune(&b, rune, f->plus ? QUOTE_ASCII : 0);
	else
		buf_rune(&b, rune);
	fmt_pad_buf(f, &b);
}

void fmt_integer(struct formatter *f, struct value v, uint32_t verb)
{
	bool is_signed = kind_is_int(v.type->kind);

	switch (verb) {
	case 'v':
		if (f->sharp_v && !is_signed)
			fmt_hex(f, v.u, true);
		else
			fmt_digits(f, v.u, 10, is_signed, verb);
		break;
	case 'd':
		fmt_digits(f, v.u, 10, is_signed, verb);
		break;
	case 'b':
		fmt_digits(f, v.u, 2, is_signed, verb);
		break;
	case 'o':
	case 'O':
		fmt_digits(f, v.u, 8, is_signed, verb);
		break;
	case 'x':
	case 'X':
		fmt_digits(f, v.u, 16, is_signed, verb);
		break;
	case 'c':
	case 'q':
		format_char(f, v.u, verb == 'q');
		break;
	case 'U':
		format_unicode(f, v.u);
		break;
	default:
		fmt_bad_verb(f, v, verb);
	}
}

/* %#g keeps trailing zeros, up to the precision. */
static void sharpen_float(struct buf *b, uint32_t verb, int precision)
{
	int digits = verb == 'v' || verb == 'g' || verb == 'G' || verb == 'x'
			     ? (precision < 0 ? 6 : precision)
			     : 0;
	bool point = false, nonzero = false, hex = verb == 'x' || verb == 'X';
	char tail[16] = "";
	size_t i;

	for (i = 1; i < b->len; i++) {
		char c = b->text[i];

		if (c == '.') {
			point = true;
		} else if (c == 'p' || c == 'P' || ((c == 'e' || c == 'E') && !hex)) {
			snprintf(tail, sizeof(tail), "%s", b->text + i);
			buf_cut(b, i);
		} else {
			nonzero |= c != '0';
			digits -= nonzero;
		}
	}
	if (!point) {
		if (b->len == 2 && b->text[1] == '0')
			digits--;
		buf_char(b, '.');
	}
	for (; digits > 0; digits--)
		buf_char(b, '0');
	buf_str(b, tail);
}

static void format_float(struct formatter *f, double value, int bits, uint32_t verb, int precision)
{
	struct buf b;
	char format = verb == 'v' ? 'g' : verb == 'F' ? 'f' : (char)verb;

	if (f->has_precision)
		precision = f->precision;
	buf_init(&b, 0);
	if (!(value < 0) && !__builtin_signbit(value))
		buf_char(&b, f->space && !f->plus ? ' ' : '+');
	else if (value != value)
		buf_char(&b, '+');
	go_format_float(&b, value, format, precision, bits);
	if (b.len > 2 && b.text[0] == '+' && b.text[1] == '+') {
		memmove(b.text, b.text + 1, b.len);
		b.len--;
	} else if (b.len > 2 && b.text[0] == ' ' && b.text[1] == '+') {
		memmove(b.text + 1, b.text + 2, b.len - 1);
		b.len--;
	}
	if (b.text[1] == 'I' || b.text[1] == 'N') {
		bool skip = b.text[0] == '+' && !f->plus && (b.text[1] == 'N' ? !f->space : false);

		pad_without_zeros(f, b.text + skip, b.len - skip);
		buf_release(&b);
		return;
	}
	if (f->sharp && verb != 'b')
		sharpen_float(&b, verb, precision);
	if (!f->plus && b.text[0] == '+') {
		fmt_pad(f, b.text + 1, b.len - 1);
	} else if (f->zero && !f->minus && f->has_width && f->width > (int)b.len) {
		fmt_put(f, b.text, 1);
		fmt_put_padding(f, f->width - (long)b.len);
		fmt_put(f, b.text + 1, b.len - 1);
	} else {
		fmt_pad(f, b.text, b.len);
	}
	buf_release(&b);
}

static bool float_verb(uint32_t verb)
{
	return verb < 0x80 && verb && strchr("vbgGxXfFeE", (int)verb);
}

void fmt_float(struct formatter *f, struct value v, uint32_t verb)
{
	int bits = v.type->kind == GO_FLOAT32 ? 32 : 64;

	if (!float_verb(verb))
		fmt_bad_verb(f, v, verb);
	else
		format_float(f, v.f, bits, verb, strchr("fFeE", (int)verb) ? 6 : -1);
}

void fmt_complex(struct formatter *f, struct value v, uint32_t verb)
{
	bool plus = f->plus;
	int precision;

	if (!float_verb(verb)) {
		fmt_bad_verb(f, v, verb);
		return;
	}
	precision = strchr("fFeE", (int)verb) ? 6 : -1;
	fmt_put_str(f, "(");
	format_float(f, v.complex[0], 64, verb, precision);
	f->plus = true;
	format_float(f, v.complex[1], 64, verb, precision);
	fmt_put_str(f, "i)");
	f->plus = plus;
}
