/*
 * fmt: Go's Sprint and Sprintf over values, with all verbs, flags and %!verb(…) complaints. Each
 * operand's text keeps its origin.
 */
#include "render/helm/template/fmt.h"
#include <string.h>
#include "render/helm/template/gotext.h"

enum { MAX_WIDTH = 1000000 };

void fmt_clear(struct formatter *f)
{
	f->width = f->precision = 0;
	f->has_width = f->has_precision = false;
	f->minus = f->plus = f->sharp = f->space = f->zero = f->plus_v = f->sharp_v = false;
}

void fmt_put(struct formatter *f, const char *bytes, size_t len)
{
	text_add(f->out, bytes, len, f->origin);
}

void fmt_put_str(struct formatter *f, const char *text)
{
	fmt_put(f, text, strlen(text));
}

void fmt_put_padding(struct formatter *f, long count)
{
	static const char spaces[] = "                                ";
	static const char zeros[] = "00000000000000000000000000000000";
	const char *from = f->zero && !f->minus ? zeros : spaces;

	for (; count > 0; count -= 32)
		fmt_put(f, from, count < 32 ? (size_t)count : 32);
}

void fmt_pad(struct formatter *f, const char *bytes, size_t len)
{
	long room = f->has_width ? f->width - (long)rune_count(bytes, len) : 0;

	if (!f->minus)
		fmt_put_padding(f, room);
	fmt_put(f, bytes, len);
	if (f->minus)
		fmt_put_padding(f, room);
}

void fmt_pad_buf(struct formatter *f, struct buf *b)
{
	fmt_pad(f, b->text, b->len);
	buf_release(b);
}

/* A verb that the operand's type has not. */
void fmt_bad_verb(struct formatter *f, struct value v, uint32_t verb)
{
	char letter[4];

	f->bad_verb = true;
	fmt_put_str(f, "%!");
	fmt_put(f, letter, rune_encode(letter, verb));
	fmt_put_str(f, "(");
	if (v.type) {
		fmt_put_str(f, v.type->name);
		fmt_put_str(f, "=");
		fmt_operand(f, v, 'v');
	} else {
		fmt_put_str(f, "<nil>");
	}
	fmt_put_str(f, ")");
	f->bad_verb = false;
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
			fmt_put_str(f, "%!(BADWIDTH)");
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
			fmt_put_str(f, "%!(BADPREC)");
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

	fmt_put_str(f, "%!");
	fmt_put(f, letter, rune_encode(letter, verb));
	fmt_put_str(f, what);
}

static void print_verb(struct formatter *f, struct directive *d, uint32_t verb)
{
	if (verb == '%') {
		fmt_put_str(f, "%");
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
	fmt_operand(f, d->args[d->next++], verb);
}

/* One directive, `d->at` behind its '%'. False when the format ends within it. */
static bool print_directive(struct formatter *f, struct directive *d)
{
	uint32_t verb;

	fmt_clear(f);
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
		fmt_put_str(f, "%!(NOVERB)");
		return false;
	}
	d->at += rune_decode(d->text + d->at, d->end - d->at, &verb);
	print_verb(f, d, verb);
	return true;
}

static void print_extra(struct formatter *f, struct directive *d)
{
	size_t i;

	fmt_clear(f);
	fmt_put_str(f, "%!(EXTRA ");
	for (i = d->next; i < d->count; i++) {
		if (i > d->next)
			fmt_put_str(f, ", ");
		fmt_put_str(f, value_type_name(d->args[i]));
		if (!d->args[i].type)
			continue;
		fmt_put_str(f, "=");
		fmt_operand(f, d->args[i], 'v');
	}
	fmt_put_str(f, ")");
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

	fmt_operand(&f, v, 'v');
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
