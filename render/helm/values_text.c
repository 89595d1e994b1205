/* Values in messages, as Go's fmt prints them with %v and %t. */
#include "render/helm/chart.h"

#include "base/buf.h"
#include "base/number.h"

enum { MAX_TEXT = 1 << 20 };

static void print_scalar(struct buf *out, struct value v)
{
	char number[NUMBER_TEXT];

	if (value_kind(v) == GO_BOOL) {
		buf_str(out, v.b ? "true" : "false");
	} else if (value_kind(v) == GO_INT || value_kind(v) == GO_INT64) {
		buf_printf(out, "%lld", (long long)v.i);
	} else if (value_kind(v) == GO_FLOAT64) {
		number_format(number, v.f, 'g');
		buf_str(out, number);
	} else if (value_kind(v) == GO_STRING) {
		buf_add(out, v.s->text, v.s->len);
	} else { /* nothing else comes from values */
		buf_str(out, "<nil>");
	}
}

static void print_leaf(struct buf *out, struct value v, bool bool_verb)
{
	if (!bool_verb || value_kind(v) == GO_BOOL) {
		print_scalar(out, v);
		return;
	}
	buf_printf(out, "%%!t(%s%s", v.type ? v.type->name : "", v.type ? "=" : "");
	print_scalar(out, v);
	buf_char(out, ')');
}

static void print(struct buf *out, struct value v, bool bool_verb)
{
	if (value_kind(v) == GO_SLICE) {
		buf_char(out, '[');
		for (size_t i = 0; v.list && i < v.list->count; i++) {
			if (i)
				buf_char(out, ' ');
			print(out, v.list->items[i], bool_verb);
		}
		buf_char(out, ']');
	} else if (value_kind(v) == GO_MAP) {
		buf_str(out, "map[");
		for (size_t i = 0; v.map && i < v.map->count; i++) {
			const struct go_entry *e = &v.map->entries[i];

			buf_str(out, i ? " " : "");
			buf_printf(out, bool_verb ? "%%!t(string=%s):" : "%s:", e->key);
			print(out, e->value, bool_verb);
		}
		buf_char(out, ']');
	} else {
		print_leaf(out, v, bool_verb);
	}
}

static const char *printed(struct arena *a, struct value v, bool bool_verb)
{
	struct buf b;
	const char *out;

	buf_init(&b, MAX_TEXT);
	print(&b, v, bool_verb);
	out = buf_dup(&b, a);
	buf_release(&b);
	return out;
}

const char *values_text(struct arena *a, struct value v)
{
	return printed(a, v, false);
}

const char *values_text_bool_verb(struct arena *a, struct value v)
{
	return printed(a, v, true);
}
