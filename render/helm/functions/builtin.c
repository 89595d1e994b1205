/* builtin: the functions of text/template itself. */
#include <stdio.h>
#include <string.h>
#include "render/helm/functions/functions.h"
#include "render/helm/template/gotext.h"

/* and, or and call never get here by themselves: the evaluator knows them. */
int fn_and(struct call *c)
{
	return give(c, c->args[0]);
}

int fn_or(struct call *c)
{
	return give(c, c->args[0]);
}

int fn_call(struct call *c)
{
	if (!c->args[0].type)
		return call_fail(c, "call of nil");
	return call_fail(c, "non-function %s of type %s", c->name, c->args[0].type->name);
}

int fn_not(struct call *c)
{
	bool ok;

	return give_bool(c, !value_truth(c->args[0], &ok));
}

int fn_print(struct call *c)
{
	struct text t;

	text_init(&t, c->arena);
	fmt_print(&t, c->args, c->argc, false);
	return give_text(c, &t);
}

int fn_println(struct call *c)
{
	struct text t;

	text_init(&t, c->arena);
	fmt_print(&t, c->args, c->argc, true);
	return give_text(c, &t);
}

int fn_printf(struct call *c)
{
	struct text t;

	text_init(&t, c->arena);
	fmt_printf(&t, c->args[0], c->args + 1, c->argc - 1);
	return give_text(c, &t);
}

/* ---- escapes ---- */

/* The arguments of html, js and urlquery as one string. */
static struct value printed_args(struct call *c)
{
	struct text t;
	size_t i;

	if (c->argc == 1 && c->args[0].type == &type_string)
		return c->args[0];
	text_init(&t, c->arena);
	for (i = 0; i < c->argc; i++)
		if (!c->args[i].type)
			c->args[i] = value_str(c->arena, "<no value>");
	fmt_print(&t, c->args, c->argc, false);
	return text_done(&t);
}

int fn_html(struct call *c)
{
	struct value s = printed_args(c);
	static const char special[] = "\"'&<>";
	static const char *const escapes[] = { "&#34;", "&#39;", "&amp;", "&lt;", "&gt;" };
	struct text t;
	const char *hit;
	size_t i;

	text_init(&t, c->arena);
	for (i = 0; i < s.s->len; i++) {
		char byte = s.s->text[i];

		hit = byte ? strchr(special, byte) : NULL;
		if (hit)
			text_add(&t, escapes[hit - special], strlen(escapes[hit - special]),
				 string_origin(s, i));
		else if (!byte)
			text_add(&t, "\xef\xbf\xbd", 3, string_origin(s, i));
		else
			text_part(&t, s, i, i + 1);
	}
	return give_text(c, &t);
}

static void js_escape(struct buf *out, uint32_t rune)
{
	static const char special[] = "\\'\"<>&=";
	static const char *const escapes[] = { "\\\\",	  "\\'",     "\\\"",   "\\u003C",
					       "\\u003E", "\\u0026", "\\u003D" };
	const char *hit = rune && rune < 0x80 ? strchr(special, (int)rune) : NULL;

	if (hit)
		buf_str(out, escapes[hit - special]);
	else if (rune < ' ')
		buf_printf(out, "\\u00%02X", rune);
	else if (rune >= 0x80 && !rune_is_print(rune))
		buf_printf(out, "\\u%04X", rune);
	else
		buf_rune(out, rune);
}

int fn_js(struct call *c)
{
	struct value s = printed_args(c);
	struct buf b;
	uint32_t rune;
	size_t at, width;

	buf_init(&b, LIMIT_TEMPLATE_BYTES);
	for (at = 0; at < s.s->len; at += width) {
		width = rune_decode(s.s->text + at, s.s->len - at, &rune);
		if (width == 1 && rune == RUNE_ERROR)
			buf_add(&b, s.s->text + at, 1);
		else
			js_escape(&b, rune);
	}
	return give_like(c, s, &b);
}

int fn_urlquery(struct call *c)
{
	struct value s = printed_args(c);
	struct buf b;
	size_t i;

	buf_init(&b, LIMIT_TEMPLATE_BYTES);
	for (i = 0; i < s.s->len; i++) {
		unsigned char byte = (unsigned char)s.s->text[i];

		if ((byte >= '0' && byte <= '9') ||
		    ((byte | 0x20) >= 'a' && (byte | 0x20) <= 'z') ||
		    (byte && strchr("-_.~", byte)))
			buf_char(&b, (char)byte);
		else if (byte == ' ')
			buf_char(&b, '+');
		else
			buf_printf(&b, "%%%02X", byte);
	}
	return give_like(c, s, &b);
}

/* ---- index, slice, len ---- */

static const char *static_type(struct value v)
{
	return v.type ? v.type->name : "<nil>";
}

/* An index into what has `cap` elements. */
static int index_arg(struct call *c, struct value index, size_t cap, size_t *out)
{
	enum go_kind k = value_kind(index);

	if (k == GO_INVALID)
		return call_fail(c, "cannot index slice/array with nil");
	if (!kind_is_int(k) && !kind_is_uint(k))
		return call_fail(c, "cannot index slice/array with type %s", index.type->name);
	if (index.i < 0 || (uint64_t)index.i > cap)
		return call_fail(c, "index out of range: %lld", (long long)index.i);
	*out = (size_t)index.i;
	return 0;
}

static int index_list(struct call *c, struct value *item, struct value index)
{
	size_t at = 0, len = value_len(*item);

	if (index_arg(c, index, len, &at))
		return -1;
	if (at >= len)
		return call_fail(c, value_kind(*item) == GO_STRING
					    ? "reflect: string index out of range"
					    : "reflect: slice index out of range");
	if (value_kind(*item) == GO_STRING)
		*item = value_uint(&type_uint8, (unsigned char)item->s->text[at]);
	else
		*item = list_item(*item, at);
	return 0;
}

static int index_map(struct call *c, struct value *item, struct value index)
{
	const struct go_type *elem = item->type->elem;
	struct go_entry *e;

	if (!index.type)
		return call_fail(c, "value is nil; should be of type string");
	if (value_kind(index) != GO_STRING || index.type != &type_string)
		return call_fail(c, "value has type %s; should be string", index.type->name);
	e = value_entry(item, index.s->text, index.s->len);
	if (e) {
		e->read = true;
		*item = map_item(*item, e);
	} else {
		*item = (struct value){ .type = elem->kind == GO_INTERFACE ? NULL : elem,
					.iface = elem->kind == GO_INTERFACE };
		if (elem == &type_string)
			*item = value_str_ref(c->arena, "", 0, 0);
	}
	return 0;
}

int fn_index(struct call *c)
{
	struct value item = c->args[0];
	enum go_kind k;
	size_t i;

	if (!item.type)
		return call_fail(c, "index of untyped nil");
	for (i = 1; i < c->argc; i++) {
		k = value_kind(item);
		if (k == GO_INVALID || (k == GO_PTR && !item.data))
			return call_fail(c, "index of nil pointer");
		if (k == GO_STRING || k == GO_SLICE || k == GO_ARRAY) {
			if (index_list(c, &item, c->args[i]))
				return -1;
		} else if (k == GO_MAP) {
			if (index_map(c, &item, c->args[i]))
				return -1;
		} else {
			return call_fail(c, "can't index item of type %s", static_type(item));
		}
	}
	return give(c, item);
}

int fn_len(struct call *c)
{
	enum go_kind k = value_kind(c->args[0]);

	if (k == GO_INVALID)
		return c->args[0].iface
			       ? call_fail(c, "len of nil pointer")
			       : call_fail(c, "reflect: call of reflect.Value.Type on zero Value");
	if (k == GO_PTR && !c->args[0].data)
		return call_fail(c, "len of nil pointer");
	if (k != GO_STRING && k != GO_SLICE && k != GO_ARRAY && k != GO_MAP)
		return call_fail(c, "len of type %s", c->args[0].type->name);
	if (k == GO_MAP && c->args[0].map)
		value_mark_read(c->args[0]);
	return give(c, value_int((int64_t)value_len(c->args[0])));
}
