/* lists: sprig's functions over lists, which give new lists and leave the old as they are. */
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include "render/helm/functions/functions.h"

int need_list(struct call *c, struct value v, const char *what)
{
	enum go_kind k = value_kind(v);
	const char *split;

	if (k == GO_SLICE || k == GO_ARRAY)
		return 0;
	if (k == GO_INVALID)
		return call_fail(c, GO_NIL_DEREFERENCE);
	split = strstr(what, "%s");
	return call_fail(c, "%.*s%s%s", (int)(split - what), what, value_kind_name(v), split + 2);
}

static struct value plain_item(struct value list, size_t i)
{
	struct value v = list_item(list, i);

	v.iface = v.addressable = false;
	return v;
}

static struct value new_list(struct call *c)
{
	return value_list(c->arena, &type_any_list);
}

static void add_items(struct call *c, struct value to, struct value from, size_t first, size_t end)
{
	size_t i;

	for (i = first; i < end; i++)
		value_append(c->arena, to, plain_item(from, i));
}

int fn_list(struct call *c)
{
	struct value out = new_list(c);
	size_t i;

	if (call_spend(c, c->argc))
		return -1;
	for (i = 0; i < c->argc; i++)
		value_append(c->arena, out, c->args[i]);
	return give(c, out);
}

int fn_append(struct call *c)
{
	struct value out = new_list(c);

	if (need_list(c, c->args[0], "Cannot push on type %s") ||
	    call_spend(c, value_len(c->args[0])))
		return -1;
	add_items(c, out, c->args[0], 0, value_len(c->args[0]));
	value_append(c->arena, out, c->args[1]);
	return give(c, out);
}

int fn_prepend(struct call *c)
{
	struct value out = new_list(c);

	if (need_list(c, c->args[0], "Cannot prepend on type %s") ||
	    call_spend(c, value_len(c->args[0])))
		return -1;
	value_append(c->arena, out, c->args[1]);
	add_items(c, out, c->args[0], 0, value_len(c->args[0]));
	return give(c, out);
}

int fn_concat(struct call *c)
{
	struct value out = { .type = &type_any_list };
	size_t i;

	for (i = 0; i < c->argc; i++) {
		if (need_list(c, c->args[i], "Cannot concat type %s as list") ||
		    call_spend(c, value_len(c->args[i])))
			return -1;
		if (!out.list && value_len(c->args[i]))
			out = new_list(c);
		add_items(c, out, c->args[i], 0, value_len(c->args[i]));
	}
	return give(c, out);
}

int fn_first(struct call *c)
{
	if (need_list(c, c->args[0], "Cannot find first on type %s"))
		return -1;
	return give(c, value_len(c->args[0]) ? plain_item(c->args[0], 0) : VALUE_NIL);
}

int fn_last(struct call *c)
{
	size_t len = value_len(c->args[0]);

	if (need_list(c, c->args[0], "Cannot find last on type %s"))
		return -1;
	return give(c, len ? plain_item(c->args[0], len - 1) : VALUE_NIL);
}

static int give_part(struct call *c, size_t first, size_t end)
{
	struct value out;

	if (!value_len(c->args[0]))
		return give(c, (struct value){ .type = &type_any_list });
	if (call_spend(c, end - first))
		return -1;
	out = new_list(c);
	add_items(c, out, c->args[0], first, end);
	return give(c, out);
}

int fn_rest(struct call *c)
{
	if (need_list(c, c->args[0], "Cannot find rest on type %s"))
		return -1;
	return give_part(c, 1, value_len(c->args[0]));
}

int fn_initial(struct call *c)
{
	if (need_list(c, c->args[0], "Cannot find initial on type %s"))
		return -1;
	return give_part(c, 0, value_len(c->args[0]) - 1);
}

int fn_reverse(struct call *c)
{
	struct value out = new_list(c);
	size_t i;

	if (need_list(c, c->args[0], "Cannot find reverse on type %s") ||
	    call_spend(c, value_len(c->args[0])))
		return -1;
	for (i = value_len(c->args[0]); i-- > 0;)
		value_append(c->arena, out, plain_item(c->args[0], i));
	return give(c, out);
}

int fn_compact(struct call *c)
{
	struct value out = new_list(c), item;
	size_t i;

	if (need_list(c, c->args[0], "Cannot compact on type %s") ||
	    call_spend(c, value_len(c->args[0])))
		return -1;
	for (i = 0; i < value_len(c->args[0]); i++) {
		item = plain_item(c->args[0], i);
		if (!sprig_empty(item))
			value_append(c->arena, out, item);
	}
	return give(c, out);
}

static bool in_list(struct value item, const struct value *items, size_t count)
{
	size_t i;

	for (i = 0; i < count; i++)
		if (value_deep_equal(item, items[i]))
			return true;
	return false;
}

int fn_uniq(struct call *c)
{
	struct value out = new_list(c), item;
	size_t i;

	if (need_list(c, c->args[0], "Cannot find uniq on type %s"))
		return -1;
	for (i = 0; i < value_len(c->args[0]); i++) {
		if (call_spend(c, out.list->count))
			return -1;
		item = plain_item(c->args[0], i);
		if (!in_list(item, out.list->items, out.list->count))
			value_append(c->arena, out, item);
	}
	return give(c, out);
}

int fn_without(struct call *c)
{
	struct value out = new_list(c), item;
	size_t i;

	if (need_list(c, c->args[0], "Cannot find without on type %s") ||
	    call_spend(c, value_len(c->args[0]) * c->argc))
		return -1;
	for (i = 0; i < value_len(c->args[0]); i++) {
		item = plain_item(c->args[0], i);
		if (!in_list(item, c->args + 1, c->argc - 1))
			value_append(c->arena, out, item);
	}
	return give(c, out);
}

int fn_has(struct call *c)
{
	size_t i;

	if (!c->args[1].type)
		return give_bool(c, false);
	if (need_list(c, c->args[1], "Cannot find has on type %s") ||
	    call_spend(c, value_len(c->args[1])))
		return -1;
	for (i = 0; i < value_len(c->args[1]); i++)
		if (value_deep_equal(c->args[0], plain_item(c->args[1], i)))
			return give_bool(c, true);
	return give_bool(c, false);
}

int fn_sprig_slice(struct call *c)
{
	struct value list = c->args[0], out;
	int64_t len = (int64_t)value_len(list), start = 0, end = len;

	if (need_list(c, list, "list should be type of slice or array but %s"))
		return -1;
	if (!len)
		return give(c, VALUE_NIL);
	if (c->argc > 1)
		start = cast_int(c->args[1]);
	if (c->argc > 2)
		end = cast_int(c->args[2]);
	if (start < 0 || end < start || end > len)
		return call_fail(c, "reflect.Value.Slice: slice index out of bounds");
	if (call_spend(c, (size_t)(end - start)))
		return -1;
	if (list.type->elem == &type_uint8) {
		out = string_part(c->arena, list, (size_t)start, (size_t)end);
		out.type = list.type;
		return give(c, out);
	}
	out = value_list(c->arena, list.type);
	add_items(c, out, list, (size_t)start, (size_t)end);
	return give(c, out);
}

int fn_chunk(struct call *c)
{
	struct value list = c->args[1], out = value_list(c->arena, &type_any_lists), part;
	int64_t size = c->args[0].i, len = (int64_t)value_len(list), at;

	if (need_list(c, list, "Cannot chunk type %s") || call_spend(c, (size_t)len))
		return -1;
	if (size <= 0 && len)
		return call_fail(c, "runtime error: makeslice: len out of range");
	for (at = 0; at < len; at += size) {
		part = new_list(c);
		add_items(c, part, list, (size_t)at, (size_t)(at + size < len ? at + size : len));
		value_append(c->arena, out, part);
	}
	return give(c, out);
}

/* ---- lists of strings ---- */

void sprig_strings(struct arena *a, struct value v, struct value *out)
{
	enum go_kind k = value_kind(v);
	struct value item;
	size_t i;

	*out = value_list(a, &type_strings);
	if (k != GO_SLICE && k != GO_ARRAY) {
		if (k != GO_INVALID)
			value_append(a, *out, sprig_string(a, v));
		return;
	}
	for (i = 0; i < value_len(v); i++) {
		item = plain_item(v, i);
		if (item.type)
			value_append(a, *out, sprig_string(a, item));
	}
}

int fn_to_strings(struct call *c)
{
	if (c->args[0].type == &type_strings)
		return give(c, c->args[0]);
	sprig_strings(c->arena, c->args[0], &c->result);
	return 0;
}

static int by_text(const void *a, const void *b)
{
	return string_compare(*(const struct value *)a, *(const struct value *)b);
}

int fn_sort_alpha(struct call *c)
{
	struct value list = c->args[0], out;

	/* A []string is sorted in place, as sprig does. */
	if (list.type == &type_strings && list.list)
		out = list;
	else
		sprig_strings(c->arena, list.type ? list : value_str(c->arena, "<nil>"), &out);
	if (call_spend(c, value_len(out)))
		return -1;
	if (out.list->count)
		qsort(out.list->items, out.list->count, sizeof(struct value), by_text);
	return give(c, out);
}

int fn_join(struct call *c)
{
	struct value list;
	struct text t;
	size_t i;

	sprig_strings(c->arena, c->args[1], &list);
	if (call_spend(c, value_len(list)))
		return -1;
	text_init(&t, c->arena);
	for (i = 0; i < list.list->count; i++) {
		if (i)
			text_value(&t, c->args[0]);
		text_value(&t, list.list->items[i]);
	}
	return give_text(c, &t);
}

/* ---- numbers in a row ---- */

static int give_range(struct call *c, int64_t start, int64_t stop, int64_t step)
{
	struct value out = value_list(c->arena, &type_ints);
	int64_t i;

	if (stop < start ? step < 0 : step > 0) {
		if (call_spend(c, (size_t)fabs(((double)stop - (double)start) / (double)step)))
			return -1;
		for (i = start; stop < start ? i > stop : i < stop;) {
			value_append(c->arena, out, value_int(i));
			if (__builtin_add_overflow(i, step, &i))
				break;
		}
	}
	return give(c, out);
}

int fn_until(struct call *c)
{
	return give_range(c, 0, c->args[0].i, c->args[0].i < 0 ? -1 : 1);
}

int fn_until_step(struct call *c)
{
	return give_range(c, c->args[0].i, c->args[1].i, c->args[2].i);
}

static int seq_bounds(struct call *c, int64_t *start, int64_t *end, int64_t *step)
{
	int64_t sign;

	*start = c->argc == 1 ? 1 : c->args[0].i;
	*end = c->args[c->argc - 1].i;
	sign = *end < *start ? -1 : 1;
	*step = c->argc == 3 ? c->args[1].i : sign;
	*end += sign;
	return !(c->argc == 3 && sign < 0 && *step > 0);
}

int fn_seq(struct call *c)
{
	int64_t start, end, step;
	struct buf b;
	size_t i;

	if (!c->argc || c->argc > 3 || !seq_bounds(c, &start, &end, &step))
		return give_string(c, "", 0);
	if (give_range(c, start, end, step))
		return -1;
	buf_init(&b, LIMIT_TEMPLATE_BYTES);
	for (i = 0; i < c->result.list->count; i++)
		buf_printf(&b, i ? " %lld" : "%lld", (long long)c->result.list->items[i].i);
	c->result = value_str_n(c->arena, b.text, b.len);
	buf_release(&b);
	return 0;
}
