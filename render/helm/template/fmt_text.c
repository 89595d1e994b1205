#include "render/helm/template/fmt.h"
#include <string.h>
#include "render/helm/template/gotext.h"

size_t fmt_truncated(struct formatter *f, const char *bytes, size_t len)
{
	size_t at = 0;
	uint32_t rune;
	int left;

	if (!f->has_precision)
		return len;
	for (left = f->precision; at < len && left > 0; left--)
		at += rune_decode(bytes + at, len - at, &rune);
	return at;
}

/* A string's own bytes keep their spans. */
static void format_plain(struct formatter *f, struct value s)
{
	size_t len = fmt_truncated(f, s.s->text, s.s->len);
	long room = f->has_width ? f->width - (long)rune_count(s.s->text, len) : 0;

	if (!s.s->span_count)
		s.origin = f->origin;
	if (!f->minus)
		fmt_put_padding(f, room);
	text_part(f->out, s, 0, len);
	if (f->minus)
		fmt_put_padding(f, room);
}

static void format_hex_bytes(struct formatter *f, const char *bytes, size_t len, bool upper)
{
	const char *digits = upper ? "0123456789ABCDEF" : "0123456789abcdef";
	const char *prefix = upper ? "0X" : "0x";
	struct buf b;
	size_t i;

	if (f->has_precision && (size_t)f->precision < len)
		len = (size_t)f->precision;
	buf_init(&b, 0);
	for (i = 0; i < len; i++) {
		if (f->space && i)
			buf_char(&b, ' ');
		if (f->sharp && (f->space || !i))
			buf_str(&b, prefix);
		buf_char(&b, digits[(unsigned char)bytes[i] >> 4]);
		buf_char(&b, digits[bytes[i] & 15]);
	}
	fmt_pad_buf(f, &b);
}

static void format_quoted(struct formatter *f, const char *bytes, size_t len)
{
	struct buf b;

	len = fmt_truncated(f, bytes, len);
	buf_init(&b, 0);
	if (f->sharp && go_can_backquote(bytes, len))
		buf_printf(&b, "`%.*s`", (int)len, bytes);
	else
		go_quote(&b, bytes, len, '"', f->plus ? QUOTE_ASCII : 0);
	fmt_pad_buf(f, &b);
}

void fmt_text(struct formatter *f, struct value v, uint32_t verb)
{
	switch (verb) {
	case 'v':
		if (f->sharp_v)
			format_quoted(f, v.s->text, v.s->len);
		else
			format_plain(f, v);
		break;
	case 's':
		format_plain(f, v);
		break;
	case 'x':
	case 'X':
		format_hex_bytes(f, v.s->text, v.s->len, verb == 'X');
		break;
	case 'q':
		format_quoted(f, v.s->text, v.s->len);
		break;
	default:
		fmt_bad_verb(f, v, verb);
	}
}

/* A file's bytes, as they come when a whole chart is printed. */
static void put_bytes_plainly(struct formatter *f, const struct go_string *s)
{
	struct buf b;
	size_t i;

	buf_init(&b, LIMIT_TEMPLATE_BYTES);
	buf_reserve(&b, (size_t)s->len * 4);
	for (i = 0; i < s->len; i++) {
		unsigned char c = (unsigned char)s->text[i];
		char digits[4] = { (char)('0' + c / 100), (char)('0' + c / 10 % 10),
				   (char)('0' + c % 10), ' ' };
		size_t skip = c < 10 ? 2 : c < 100;

		buf_add(&b, digits + skip, sizeof(digits) - skip);
	}
	fmt_put(f, b.text, b.len - (b.len > 0));
	buf_release(&b);
}

static void print_byte_list(struct formatter *f, struct value v)
{
	bool plain = !f->sharp_v && !f->has_width && !f->has_precision && !f->plus && !f->space &&
		     !f->sharp;
	size_t i;

	if (plain && v.s) {
		fmt_put_str(f, "[");
		put_bytes_plainly(f, v.s);
		fmt_put_str(f, "]");
		return;
	}
	if (f->sharp_v)
		fmt_put_str(f, "[]byte{");
	else
		fmt_put_str(f, "[");
	for (i = 0; v.s && i < v.s->len; i++) {
		if (i)
			fmt_put_str(f, f->sharp_v ? ", " : " ");
		if (f->sharp_v)
			fmt_hex(f, (unsigned char)v.s->text[i], true);
		else
			fmt_digits(f, (unsigned char)v.s->text[i], 10, false, 'd');
	}
	fmt_put_str(f, f->sharp_v ? "}" : "]");
}

void fmt_bytes(struct formatter *f, struct value v, uint32_t verb, unsigned depth)
{
	struct value s = v.s ? v : value_bytes(f->out->arena, "", 0);

	switch (verb) {
	case 'v':
	case 'd':
		if (f->sharp_v && !v.s)
			fmt_put_str(f, "[]byte(nil)");
		else
			print_byte_list(f, v);
		break;
	case 's':
		format_plain(f, s);
		break;
	case 'x':
	case 'X':
		format_hex_bytes(f, s.s->text, s.s->len, verb == 'X');
		break;
	case 'q':
		format_quoted(f, s.s->text, s.s->len);
		break;
	default:
		fmt_list(f, v, verb, depth);
	}
}
