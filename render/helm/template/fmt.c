/*
 * fmt: Go's Sprint and Sprintf over values, with all verbs, flags and %!verb(…) complaints. Each
 * operand's text keeps its origin.
 */
#include <stdio.h>
#include <string.h>
#include "render/helm/template/engine.h"
#include "render/helm/template/gotext.h"

enum { MAX_WIDTH = 1000000 };

struct formatter {
	struct text *out;
	origin_id origin;
	int width, precision;
	bool has_width, has_precision;
	bool minus, plus, sharp, space, zero, plus_v, sharp_v;
	bool bad_verb; /* inside a complaint: no methods */
	unsigned nesting;
};

static void print_below(struct formatter *f, struct value v, uint32_t verb, unsigned depth);
static void print_operand(struct formatter *f, struct value v, uint32_t verb);

static void clear_flags(struct formatter *f)
{
	f->width = f->precision = 0;
	f->has_width = f->has_precision = false;
	f->minus = f->plus = f->sharp = f->space = f->zero = f->plus_v = f->sharp_v = false;
}

static void put(struct formatter *f, const char *bytes, size_t len)
{
	text_add(f->out, bytes, len, f->origin);
}

static void put_str(struct formatter *f, const char *text)
{
	put(f, text, strlen(text));
}

static void put_padding(struct formatter *f, long count)
{
	static const char spaces[] = "                                ";
	static const char zeros[] = "00000000000000000000000000000000";
	const char *from = f->zero && !f->minus ? zeros : spaces;

	for (; count > 0; count -= 32)
		put(f, from, count < 32 ? (size_t)count : 32);
}

static void pad(struct formatter *f, const char *bytes, size_t len)
{
	long room = f->has_width ? f->width - (long)rune_count(bytes, len) : 0;

	if (!f->minus)
		put_padding(f, room);
	put(f, bytes, len);
	if (f->minus)
		put_padding(f, room);
}

static void pad_buf(struct formatter *f, struct buf *b)
{
	pad(f, b->text, b->len);
	buf_release(b);
}

/* A verb that the operand's type has not. */
static void bad_verb(struct formatter *f, struct value v, uint32_t verb)
{
	char letter[4];

	f->bad_verb = true;
	put_str(f, "%!");
	put(f, letter, rune_encode(letter, verb));
	put_str(f, "(");
	if (v.type) {
		put_str(f, v.type->name);
		put_str(f, "=");
		print_operand(f, v, 'v');
	} else {
		put_str(f, "<nil>");
	}
	put_str(f, ")");
	f->bad_verb = false;
}

/* ---- numbers ---- */

static void pad_without_zeros(struct formatter *f, const char *bytes, size_t len)
{
	bool zero = f->zero;

	f->zero = false;
	pad(f, bytes, len);
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

static void format_integer(struct formatter *f, uint64_t u, unsigned base, bool is_signed,
			   uint32_t verb)
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

static void format_hex(struct formatter *f, uint64_t u, bool prefix)
{
	bool sharp = f->sharp;

	f->sharp = prefix;
	format_integer(f, u, 16, false, 'v');
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
	pad_buf(f, &b);
}

static void print_integer(struct formatter *f, struct value v, uint32_t verb)
{
	bool is_signed = kind_is_int(v.type->kind);

	switch (verb) {
	case 'v':
		if (f->sharp_v && !is_signed)
			format_hex(f, v.u, true);
		else
			format_integer(f, v.u, 10, is_signed, verb);
		break;
	case 'd':
		format_integer(f, v.u, 10, is_signed, verb);
		break;
	case 'b':
		format_integer(f, v.u, 2, is_signed, verb);
		break;
	case 'o':
	case 'O':
		format_integer(f, v.u, 8, is_signed, verb);
		break;
	case 'x':
	case 'X':
		format_integer(f, v.u, 16, is_signed, verb);
		break;
	case 'c':
	case 'q':
		format_char(f, v.u, verb == 'q');
		break;
	case 'U':
		format_unicode(f, v.u);
		break;
	default:
		bad_verb(f, v, verb);
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
		pad(f, b.text + 1, b.len - 1);
	} else if (f->zero && !f->minus && f->has_width && f->width > (int)b.len) {
		put(f, b.text, 1);
		put_padding(f, f->width - (long)b.len);
		put(f, b.text + 1, b.len - 1);
	} else {
		pad(f, b.text, b.len);
	}
	buf_release(&b);
}

static bool float_verb(uint32_t verb)
{
	return verb < 0x80 && verb && strchr("vbgGxXfFeE", (int)verb);
}

static void print_float(struct formatter *f, struct value v, uint32_t verb)
{
	int bits = v.type->kind == GO_FLOAT32 ? 32 : 64;

	if (!float_verb(verb))
		bad_verb(f, v, verb);
	else
		format_float(f, v.f, bits, verb, strchr("fFeE", (int)verb) ? 6 : -1);
}

static void print_complex(struct formatter *f, struct value v, uint32_t verb)
{
	bool plus = f->plus;
	int precision;

	if (!float_verb(verb)) {
		bad_verb(f, v, verb);
		return;
	}
	precision = strchr("fFeE", (int)verb) ? 6 : -1;
	put_str(f, "(");
	format_float(f, v.complex[0], 64, verb, precision);
	f->plus = true;
	format_float(f, v.complex[1], 64, verb, precision);
	put_str(f, "i)");
	f->plus = plus;
}

/* ---- strings ---- */

static size_t truncated(struct formatter *f, const char *bytes, size_t len)
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
	size_t len = truncated(f, s.s->text, s.s->len);
	long room = f->has_width ? f->width - (long)rune_count(s.s->text, len) : 0;

	if (!s.s->span_count)
		s.origin = f->origin;
	if (!f->minus)
		put_padding(f, room);
	text_part(f->out, s, 0, len);
	if (f->minus)
		put_padding(f, room);
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
	pad_buf(f, &b);
}

static void format_quoted(struct formatter *f, const char *bytes, size_t len)
{
	struct buf b;

	len = truncated(f, bytes, len);
	buf_init(&b, 0);
	if (f->sharp && go_can_backquote(bytes, len))
		buf_printf(&b, "`%.*s`", (int)len, bytes);
	else
		go_quote(&b, bytes, len, '"', f->plus ? QUOTE_ASCII : 0);
	pad_buf(f, &b);
}

static void print_string(struct formatter *f, struct value v, uint32_t verb)
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
		bad_verb(f, v, verb);
	}
}

/* A file's bytes, as they come when a whole chart is printed. */
static void put_bytes_plainly(struct formatter *f, const struct go_string *s)
{
	struct buf b;
	size_t i;

	buf_init(&b, LIMIT_TEMPLATE_BYTES);
	buf_reserve(&b, s->len * 4);
	for (i = 0; i < s->len; i++) {
		unsigned char c = (unsigned char)s->text[i];
		char digits[4] = { (char)('0' + c / 100), (char)('0' + c / 10 % 10),
				   (char)('0' + c % 10), ' ' };
		size_t skip = c < 10 ? 2 : c < 100;

		buf_add(&b, digits + skip, sizeof(digits) - skip);
	}
	put(f, b.text, b.len - (b.len > 0));
	buf_release(&b);
}

static void print_byte_list(struct formatter *f, struct value v)
{
	bool plain = !f->sharp_v && !f->has_width && !f->has_precision && !f->plus && !f->space &&
		     !f->sharp;
	size_t i;

	if (plain && v.s) {
		put_str(f, "[");
		put_bytes_plainly(f, v.s);
		put_str(f, "]");
		return;
	}
	if (f->sharp_v)
		put_str(f, "[]byte{");
	else
		put_str(f, "[");
	for (i = 0; v.s && i < v.s->len; i++) {
		if (i)
			put_str(f, f->sharp_v ? ", " : " ");
		if (f->sharp_v)
			format_hex(f, (unsigned char)v.s->text[i], true);
		else
			format_integer(f, (unsigned char)v.s->text[i], 10, false, 'd');
	}
	put_str(f, f->sharp_v ? "}" : "]");
}

static void print_list(struct formatter *f, struct value v, uint32_t verb, unsigned depth);

static void print_bytes(struct formatter *f, struct value v, uint32_t verb, unsigned depth)
{
	struct value s = v.s ? v : value_bytes(f->out->arena, "", 0);

	switch (verb) {
	case 'v':
	case 'd':
		if (f->sharp_v && !v.s)
			put_str(f, "[]byte(nil)");
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
		print_list(f, v, verb, depth);
	}
}

/* ---- composites ---- */

static const char *separator(const struct formatter *f)
{
	return f->sharp_v ? ", " : " ";
}

static void print_list(struct formatter *f, struct value v, uint32_t verb, unsigned depth)
{
	size_t i;

	if (f->sharp_v) {
		put_str(f, v.type->name);
		if (!v.list) {
			put_str(f, "(nil)");
			return;
		}
	}
	put_str(f, f->sharp_v ? "{" : "[");
	for (i = 0; i < value_len(v); i++) {
		if (i)
			put_str(f, separator(f));
		print_below(f, list_item(v, i), verb, depth + 1);
	}
	put_str(f, f->sharp_v ? "}" : "]");
}

static void print_map(struct formatter *f, struct value v, uint32_t verb, unsigned depth)
{
	size_t i;

	if (f->sharp_v) {
		put_str(f, v.type->name);
		if (!v.map) {
			put_str(f, "(nil)");
			return;
		}
		put_str(f, "{");
	} else {
		put_str(f, "map[");
	}
	for (i = 0; i < value_len(v); i++) {
		const struct go_entry *e = &v.map->entries[i];

		if (i)
			put_str(f, separator(f));
		print_below(f, value_str_ref(f->out->arena, e->key, e->len, e->origin), verb,
			    depth + 1);
		put_str(f, ":");
		print_below(f, map_item(v, e), verb, depth + 1);
	}
	put_str(f, f->sharp_v ? "}" : "]");
}

static void print_struct(struct formatter *f, struct value v, const struct go_type *t,
			 uint32_t verb, unsigned depth)
{
	size_t i;

	if (f->sharp_v)
		put_str(f, t->name);
	put_str(f, "{");
	for (i = 0; i < t->field_count; i++) {
		if (i)
			put_str(f, separator(f));
		if (f->plus_v || f->sharp_v) {
			put_str(f, t->fields[i].name);
			put_str(f, ":");
		}
		print_below(f, v.fields[i], verb, depth + 1);
	}
	put_str(f, "}");
}

/* An address, as Go would print one: any other would be as right. */
static void print_pointer(struct formatter *f, struct value v, uint32_t verb)
{
	uint64_t u = 0xc000000000u + ((uint64_t)(uintptr_t)v.data & 0xffffffu);

	if (verb == 'v' && f->sharp_v) {
		put_str(f, "(");
		put_str(f, v.type->name);
		put_str(f, ")(");
		if (v.data)
			format_hex(f, u, true);
		else
			put_str(f, "nil");
		put_str(f, ")");
	} else if (verb == 'v' && !v.data) {
		pad(f, "<nil>", 5);
	} else if (verb == 'v' || verb == 'p') {
		format_hex(f, v.data ? u : 0, !f->sharp);
	} else if (strchr("bodxX", (int)verb)) {
		print_integer(f, value_uint(&type_uintptr, v.data ? u : 0), verb);
	} else {
		bad_verb(f, v, verb);
	}
}

/* String() where the type and the verb ask for it. */
static bool print_stringer(struct formatter *f, struct value v, uint32_t verb)
{
	struct value text;
	struct buf b;

	if (f->bad_verb || !v.type || !v.type->string || v.type->by_pointer || f->sharp_v ||
	    verb > 0x7f || !strchr("vsxXq", (int)verb))
		return false;
	if (v.type->kind == GO_PTR && !v.data) {
		put_str(f, "<nil>");
		return true;
	}
	buf_init(&b, 0);
	v.type->string(v, &b);
	text = value_str_n(f->out->arena, b.text, b.len);
	text.origin = f->origin;
	buf_release(&b);
	print_string(f, text, verb);
	return true;
}

static void print_kind(struct formatter *f, struct value v, uint32_t verb, unsigned depth)
{
	switch (v.type->kind) {
	case GO_BOOL:
		if (verb == 't' || verb == 'v')
			pad(f, v.b ? "true" : "false", v.b ? 4 : 5);
		else
			bad_verb(f, v, verb);
		break;
	case GO_INT:
	case GO_INT8:
	case GO_INT16:
	case GO_INT32:
	case GO_INT64:
	case GO_UINT:
	case GO_UINT8:
	case GO_UINT16:
	case GO_UINT32:
	case GO_UINT64:
	case GO_UINTPTR:
		print_integer(f, v, verb);
		break;
	case GO_FLOAT32:
	case GO_FLOAT64:
		print_float(f, v, verb);
		break;
	case GO_COMPLEX64:
	case GO_COMPLEX128:
		print_complex(f, v, verb);
		break;
	case GO_STRING:
		print_string(f, v, verb);
		break;
	case GO_ARRAY:
	case GO_SLICE:
		if (v.type->elem == &type_uint8)
			print_bytes(f, v, verb, depth);
		else
			print_list(f, v, verb, depth);
		break;
	case GO_MAP:
		print_map(f, v, verb, depth);
		break;
	case GO_STRUCT:
		print_struct(f, v, v.type, verb, depth);
		break;
	case GO_PTR:
		if (!depth && v.data && v.type->elem->kind == GO_STRUCT &&
		    v.type->elem->field_count) {
			put_str(f, "&");
			print_struct(f, v, v.type->elem, verb, depth + 1);
			break;
		}
		print_pointer(f, v, verb);
		break;
	case GO_INVALID:
	case GO_CHAN:
	case GO_FUNC:
	case GO_INTERFACE:
		print_pointer(f, v, verb);
		break;
	}
}

static void print_below(struct formatter *f, struct value v, uint32_t verb, unsigned depth)
{
	origin_id outer = f->origin;

	if (v.origin)
		f->origin = v.origin;
	if (depth > LIMIT_DEPTH * 4) {
		put_str(f, "...");
	} else if (!v.type) {
		if (f->sharp_v)
			put_str(f, "interface {}(nil)");
		else if (verb == 'v' || v.iface)
			put_str(f, "<nil>");
		else
			bad_verb(f, v, verb);
	} else if (!print_stringer(f, v, verb)) {
		print_kind(f, v, verb, depth);
	}
	f->origin = outer;
}

static void print_operand(struct formatter *f, struct value v, uint32_t verb)
{
	if (!f->bad_verb)
		f->origin = v.origin;
	if (!v.type) {
		if (verb == 'T' || verb == 'v')
			pad(f, "<nil>", 5);
		else
			bad_verb(f, v, verb);
	} else if (verb == 'T') {
		size_t len = truncated(f, v.type->name, strlen(v.type->name));

		pad(f, v.type->name, len);
	} else if (verb == 'p') {
		enum go_kind k = v.type->kind;

		if (k == GO_MAP || k == GO_SLICE || k == GO_PTR || k == GO_FUNC)
			print_pointer(f, v, 'p');
		else
			bad_verb(f, v, verb);
	} else if (verb == 'w') {
		bad_verb(f, v, verb);
	} else if (!print_stringer(f, v, verb)) {
		print_kind(f, v, verb, 0);
	}
	if (!f->bad_verb)
		f->origin = 0;
}

/* ---- Sprintf ---- */

struct directive {
	const char *text;
	size_t at, end;
	struct value *args;
	size_t count, next;
	bool reordered, good_number, after_index;
};

/* Digits at `*at`: false when there are none, or too many. */
static bool parse_number(const char *text, size_t *at, size_t end, int *out)
{
	bool any = false;

	for (*out = 0; *at < end && text[*at] >= '0' && text[*at] <= '9'; (*at)++) {
		if (*out > MAX_WIDTH) {
			*out = 0;
			return false;
		}
		*out = *out * 10 + (text[*at] - '0');
		any = true;
	}
	return any;
}

/* An explicit argument index, "[3]". */
static void parse_index(struct directive *d)
{
	const char *close;
	size_t at = d->at + 1, end;
	int index;

	d->after_index = false;
	if (d->at >= d->end || d->text[d->at] != '[')
		return;
	d->reordered = true;
	close = memchr(d->text + d->at, ']', d->end - d->at);
	if (!close || d->end - d->at < 3) {
		d->good_number = false;
		d->at++;
		return;
	}
	end = (size_t)(close - d->text);
	d->at = end + 1;
	if (!parse_number(d->text, &at, end, &index) || at != end) {
		d->good_number = false;
		return;
	}
	d->after_index = true;
	if (index >= 1 && (size_t)index <= d->count)
		d->next = (size_t)index - 1;
	else
		d->good_number = false;
}

/* A '*': the next argument, which must be an int. */
static bool star(struct directive *d, int *out)
{
	struct value v;

	*out = 0;
	if (d->next >= d->count)
		return false;
	v = d->args[d->next++];
	if (kind_is_int(value_kind(v))	  ? v.i > MAX_WIDTH || v.i < -MAX_WIDTH
	    : kind_is_uint(value_kind(v)) ? v.u > MAX_WIDTH
					  : true)
		return false;
	*out = (int)v.i;
	return true;
}

static bool set_flag(struct formatter *f, char c)
{
	switch (c) {
	case '#':
		return f->sharp = true;
	case '0':
		return f->zero = true;
	case '+':
		return f->plus = true;
	case '-':
		return f->minus = true;
	case ' ':
		return f->space = true;
	default:
		return false;
	}
}

static void parse_width(struct formatter *f, struct directive *d)
{
	parse_index(d);
	if (d->at < d->end && d->text[d->at] == '*') {
		d->at++;
		f->has_width = star(d, &f->width);
		if (!f->has_width)
			put_str(f, "%!(BADWIDTH)");
		if (f->width < 0) {
			f->width = -f->width;
			f->minus = true;
			f->zero = false;
		}
		d->after_index = false;
	} else {
		f->has_width = parse_number(d->text, &d->at, d->end, &f->width);
		if (d->after_index && f->has_width)
			d->good_number = false;
	}
}

static void parse_precision(struct formatter *f, struct directive *d)
{
	if (d->at + 1 >= d->end || d->text[d->at] != '.')
		return;
	d->at++;
	if (d->after_index)
		d->good_number = false;
	parse_index(d);
	if (d->at < d->end && d->text[d->at] == '*') {
		d->at++;
		f->has_precision = star(d, &f->precision);
		if (f->precision < 0) {
			f->precision = 0;
			f->has_precision = false;
		}
		if (!f->has_precision)
			put_str(f, "%!(BADPREC)");
		d->after_index = false;
	} else {
		f->has_precision = parse_number(d->text, &d->at, d->end, &f->precision);
		if (!f->has_precision)
			f->precision = 0;
		f->has_precision = true;
	}
}

static void complain(struct formatter *f, uint32_t verb, const char *what)
{
	char letter[4];

	put_str(f, "%!");
	put(f, letter, rune_encode(letter, verb));
	put_str(f, what);
}

static void print_verb(struct formatter *f, struct directive *d, uint32_t verb)
{
	if (verb == '%') {
		put_str(f, "%");
		return;
	}
	if (!d->good_number) {
		complain(f, verb, "(BADINDEX)");
		return;
	}
	if (d->next >= d->count) {
		complain(f, verb, "(MISSING)");
		return;
	}
	if (verb == 'v' || verb == 'w') {
		f->sharp_v = f->sharp;
		f->sharp = false;
		f->plus_v = f->plus;
		f->plus = false;
	}
	print_operand(f, d->args[d->next++], verb);
}

/* One directive, `d->at` behind its '%'. False when the format ends within it. */
static bool print_directive(struct formatter *f, struct directive *d)
{
	uint32_t verb;

	clear_flags(f);
	d->good_number = true;
	while (d->at < d->end && set_flag(f, d->text[d->at]))
		d->at++;
	if (d->at < d->end && d->text[d->at] >= 'a' && d->text[d->at] <= 'z' &&
	    d->next < d->count) {
		print_verb(f, d, (uint32_t)d->text[d->at++]);
		return true;
	}
	parse_width(f, d);
	parse_precision(f, d);
	if (!d->after_index)
		parse_index(d);
	if (d->at >= d->end) {
		put_str(f, "%!(NOVERB)");
		return false;
	}
	d->at += rune_decode(d->text + d->at, d->end - d->at, &verb);
	print_verb(f, d, verb);
	return true;
}

static void print_extra(struct formatter *f, struct directive *d)
{
	size_t i;

	clear_flags(f);
	put_str(f, "%!(EXTRA ");
	for (i = d->next; i < d->count; i++) {
		if (i > d->next)
			put_str(f, ", ");
		put_str(f, value_type_name(d->args[i]));
		if (!d->args[i].type)
			continue;
		put_str(f, "=");
		print_operand(f, d->args[i], 'v');
	}
	put_str(f, ")");
}

void fmt_printf(struct text *out, struct value format, struct value *args, size_t count)
{
	struct formatter f = { .out = out };
	struct directive d = {
		.text = format.s->text, .end = format.s->len, .args = args, .count = count
	};
	const char *percent;
	size_t stop;

	while (d.at < d.end) {
		percent = memchr(d.text + d.at, '%', d.end - d.at);
		stop = percent ? (size_t)(percent - d.text) : d.end;
		text_part(out, format, d.at, stop);
		d.at = stop + 1;
		if (!percent || !print_directive(&f, &d))
			break;
	}
	if (!d.reordered && d.next < d.count)
		print_extra(&f, &d);
}

/* ---- Sprint ---- */

void fmt_value(struct text *out, struct value v)
{
	struct formatter f = { .out = out };

	print_operand(&f, v, 'v');
}

void fmt_print(struct text *out, struct value *args, size_t count, bool line)
{
	bool previous = false, is_string;
	size_t i;

	for (i = 0; i < count; i++) {
		is_string = value_kind(args[i]) == GO_STRING;
		if (i && (line || (!is_string && !previous)))
			text_str(out, " ");
		fmt_value(out, args[i]);
		previous = is_string;
	}
	if (line)
		text_str(out, "\n");
}

struct value fmt_string(struct arena *a, struct value v)
{
	struct text t;

	if (value_kind(v) == GO_STRING && !v.type->string)
		return v;
	text_init(&t, a);
	fmt_value(&t, v);
	return text_done(&t);
}
