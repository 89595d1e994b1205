/* strings: sprig's functions over texts. What they cut, pad and join keeps its origins. */
#include <stdio.h>
#include <string.h>
#include "render/helm/functions/functions.h"
#include "render/helm/template/gotext.h"

struct value sprig_string(struct arena *a, struct value v)
{
	struct value out = v;

	if (v.type == &type_string)
		return v;
	if (v.type == &type_bytes) {
		out.type = &type_string;
		return v.s ? out : value_str_ref(a, "", 0, v.origin);
	}
	return fmt_string(a, v);
}

int fn_to_string(struct call *c)
{
	return give(c, sprig_string(c->arena, c->args[0]));
}

/* A Go run-time panic for s[from:to], or NULL when the bounds are fine. */
static int check_slice(struct call *c, int64_t from, int64_t to, int64_t len, bool open)
{
	if (to < 0)
		return call_fail(c, "runtime error: slice bounds out of range [:%lld]",
				 (long long)to);
	if (to > len)
		return call_fail(
			c, "runtime error: slice bounds out of range [:%lld] with length %lld",
			(long long)to, (long long)len);
	if (from < 0)
		return call_fail(c, "runtime error: slice bounds out of range [%lld:]",
				 (long long)from);
	if (from > to)
		return call_fail(c, "runtime error: slice bounds out of range [%lld:%lld]",
				 (long long)from, (long long)(open ? len : to));
	return 0;
}

static int give_part(struct call *c, struct value s, int64_t from, int64_t to, bool open)
{
	if (check_slice(c, from, to, s.s->len, open))
		return -1;
	return give(c, string_part(c->arena, s, (size_t)from, (size_t)to));
}

int fn_substr(struct call *c)
{
	int64_t start = c->args[0].i, end = c->args[1].i, len = c->args[2].s->len;

	if (start < 0)
		return give_part(c, c->args[2], 0, end, false);
	if (end < 0 || end > len)
		return give_part(c, c->args[2], start, len, true);
	return give_part(c, c->args[2], start, end, false);
}

int fn_trunc(struct call *c)
{
	int64_t count = c->args[0].i, len = c->args[1].s->len;

	if (count < 0 && len + count > 0)
		return give_part(c, c->args[1], len + count, len, true);
	if (count >= 0 && len > count)
		return give_part(c, c->args[1], 0, count, false);
	return give(c, c->args[1]);
}

/* ---- abbreviations ---- */

static int64_t abbreviate(struct text *t, struct value s, int64_t from, int64_t offset,
			  int64_t width)
{
	int64_t len = (int64_t)s.s->len - from;

	if (len <= width) {
		text_part(t, s, (size_t)from, s.s->len);
		return 0;
	}
	if (offset > len)
		offset = len;
	if (len - offset < width - 3)
		offset = len - (width - 3);
	if (offset <= 4) {
		text_part(t, s, (size_t)from, (size_t)(from + width - 3));
		text_str(t, "...");
		return 0;
	}
	if (width < 7)
		return -1;
	text_str(t, "...");
	if (offset + width - 3 < len && width - 3 >= 4)
		return abbreviate(t, s, from + offset, 0, width - 3);
	if (offset + width - 3 >= len)
		text_part(t, s, (size_t)(from + len - (width - 3)), s.s->len);
	return 0;
}

int fn_abbrev(struct call *c)
{
	struct text t;

	if (c->args[0].i < 4)
		return give(c, c->args[1]);
	text_init(&t, c->arena);
	abbreviate(&t, c->args[1], 0, 0, c->args[0].i);
	return give_text(c, &t);
}

int fn_abbrevboth(struct call *c)
{
	int64_t left = c->args[0].i, right = c->args[1].i;
	struct text t;

	if (right < 4 || (left > 0 && right < 7))
		return give(c, c->args[2]);
	text_init(&t, c->arena);
	if (abbreviate(&t, c->args[2], 0, left, right) < 0) {
		text_release(&t);
		return give_string(c, "", 0);
	}
	return give_text(c, &t);
}

/* ---- trimming ---- */

static int give_trimmed(struct call *c, struct value s, bool (*cut)(uint32_t, const void *),
			const void *data)
{
	size_t from = 0, to = s.s->len, width;
	uint32_t rune;

	while (from < to) {
		width = rune_decode(s.s->text + from, to - from, &rune);
		if (!cut(rune, data))
			break;
		from += width;
	}
	while (to > from) {
		width = rune_decode_last(s.s->text + from, to - from, &rune);
		if (!cut(rune, data))
			break;
		to -= width;
	}
	return give(c, string_part(c->arena, s, from, to));
}

static bool cut_space(uint32_t rune, const void *data)
{
	(void)data;
	return rune_is_space(rune);
}

static bool cut_set(uint32_t rune, const void *data)
{
	const struct go_string *set = data;
	uint32_t have;
	size_t at = 0;

	while (at < set->len) {
		at += rune_decode(set->text + at, set->len - at, &have);
		if (have == rune)
			return true;
	}
	return false;
}

int fn_trim(struct call *c)
{
	return give_trimmed(c, c->args[0], cut_space, NULL);
}

int fn_trim_all(struct call *c)
{
	if (call_spend(c, c->args[0].s->len))
		return -1;
	return give_trimmed(c, c->args[1], cut_set, c->args[0].s);
}

static bool starts_with(struct value s, struct value prefix)
{
	return s.s->len >= prefix.s->len && !memcmp(s.s->text, prefix.s->text, prefix.s->len);
}

static bool ends_with(struct value s, struct value suffix)
{
	return s.s->len >= suffix.s->len &&
	       !memcmp(s.s->text + s.s->len - suffix.s->len, suffix.s->text, suffix.s->len);
}

int fn_trim_prefix(struct call *c)
{
	struct value s = c->args[1];
	size_t from = starts_with(s, c->args[0]) ? c->args[0].s->len : 0;

	return give(c, string_part(c->arena, s, from, s.s->len));
}

int fn_trim_suffix(struct call *c)
{
	struct value s = c->args[1];
	size_t to = s.s->len - (ends_with(s, c->args[0]) ? c->args[0].s->len : 0);

	return give(c, string_part(c->arena, s, 0, to));
}

int fn_has_prefix(struct call *c)
{
	return give_bool(c, starts_with(c->args[1], c->args[0]));
}

int fn_has_suffix(struct call *c)
{
	return give_bool(c, ends_with(c->args[1], c->args[0]));
}

int fn_contains(struct call *c)
{
	const struct go_string *s = c->args[1].s, *part = c->args[0].s;

	return give_bool(c, memmem(s->text, s->len, part->text, part->len) != NULL);
}

/* ---- repeating, replacing, joining ---- */

static int check_repeat(struct call *c, int64_t count, size_t len)
{
	if (count < 0)
		return call_fail(c, "strings: negative Repeat count");
	if (len && (uint64_t)count > LIMIT_TEMPLATE_BYTES / len)
		return (uint64_t)count > INT64_MAX / len
			       ? call_fail(c, "strings: Repeat output length overflow")
			       : call_fail(c, "the text is longer than the limit allows");
	return call_spend(c, (size_t)count * len / 64);
}

int fn_repeat(struct call *c)
{
	struct text t;
	int64_t i;

	if (check_repeat(c, c->args[0].i, c->args[1].s->len))
		return -1;
	text_init(&t, c->arena);
	for (i = 0; i < c->args[0].i && c->args[1].s->len; i++)
		text_value(&t, c->args[1]);
	return give_text(c, &t);
}

static int indent_into(struct call *c, struct text *t)
{
	struct value s = c->args[1];
	size_t spaces, at = 0, next;
	const char *nl;
	char *pad;

	if (check_repeat(c, c->args[0].i, s.s->len + 1))
		return -1;
	spaces = (size_t)c->args[0].i;
	pad = arena_alloc(c->arena, spaces + 1);
	memset(pad, ' ', spaces);
	for (;;) {
		nl = memchr(s.s->text + at, '\n', s.s->len - at);
		next = nl ? (size_t)(nl - s.s->text) + 1 : s.s->len;
		text_add(t, pad, spaces, 0);
		text_part(t, s, at, next);
		at = next;
		if (!nl)
			return 0;
	}
}

int fn_indent(struct call *c)
{
	struct text t;

	text_init(&t, c->arena);
	return indent_into(c, &t) ? (text_release(&t), -1) : give_text(c, &t);
}

int fn_nindent(struct call *c)
{
	struct text t;

	text_init(&t, c->arena);
	text_str(&t, "\n");
	return indent_into(c, &t) ? (text_release(&t), -1) : give_text(c, &t);
}

/* An empty old text matches before each character and at the end. */
static void replace_empty(struct text *t, struct value with, struct value s)
{
	size_t at = 0, width;
	uint32_t rune;

	for (; at < s.s->len; at += width) {
		width = rune_decode(s.s->text + at, s.s->len - at, &rune);
		text_value(t, with);
		text_part(t, s, at, at + width);
	}
	text_value(t, with);
}

int fn_replace(struct call *c)
{
	struct value old = c->args[0], with = c->args[1], s = c->args[2];
	size_t at = 0, hit_at;
	const char *hit;
	struct text t;

	if (call_spend(c, (size_t)s.s->len / 64 * (1 + with.s->len / 64)))
		return -1;
	text_init(&t, c->arena);
	if (!old.s->len) {
		replace_empty(&t, with, s);
		return give_text(c, &t);
	}
	while ((hit = memmem(s.s->text + at, s.s->len - at, old.s->text, old.s->len))) {
		hit_at = (size_t)(hit - s.s->text);
		text_part(&t, s, at, hit_at);
		text_value(&t, with);
		at = hit_at + old.s->len;
	}
	text_part(&t, s, at, s.s->len);
	return give_text(c, &t);
}

int fn_cat(struct call *c)
{
	bool any = false;
	struct text t;
	size_t i;

	text_init(&t, c->arena);
	for (i = 0; i < c->argc; i++) {
		if (!c->args[i].type)
			continue;
		if (any)
			text_str(&t, " ");
		fmt_value(&t, c->args[i]);
		any = true;
	}
	return give_text(c, &t);
}

/* A value in quotes; the quotes and escapes have its origin. */
static void quote_into(struct text *t, struct arena *a, struct value v)
{
	struct value s = sprig_string(a, v);
	size_t run = 0, i;
	struct buf b;

	for (i = 0; i < s.s->len; i++)
		if ((unsigned char)s.s->text[i] < ' ' || (unsigned char)s.s->text[i] > '~' ||
		    s.s->text[i] == '"' || s.s->text[i] == '\\')
			break;
	run = i;
	if (run == s.s->len) {
		text_add(t, "\"", 1, string_origin(s, 0));
		text_value(t, s);
		text_add(t, "\"", 1, string_origin(s, run ? run - 1 : 0));
		return;
	}
	buf_init(&b, LIMIT_TEMPLATE_BYTES);
	go_quote(&b, s.s->text, s.s->len, '"', 0);
	text_add(t, b.text, b.len, s.origin);
	buf_release(&b);
}

int fn_quote(struct call *c)
{
	bool any = false;
	struct text t;
	size_t i;

	text_init(&t, c->arena);
	for (i = 0; i < c->argc; i++) {
		if (!c->args[i].type)
			continue;
		if (any)
			text_str(&t, " ");
		quote_into(&t, c->arena, c->args[i]);
		any = true;
	}
	return give_text(c, &t);
}

int fn_squote(struct call *c)
{
	bool any = false;
	struct text t;
	size_t i;

	text_init(&t, c->arena);
	for (i = 0; i < c->argc; i++) {
		if (!c->args[i].type)
			continue;
		text_str(&t, any ? " '" : "'");
		fmt_value(&t, c->args[i]);
		text_str(&t, "'");
		any = true;
	}
	return give_text(c, &t);
}

int fn_plural(struct call *c)
{
	return give(c, c->args[2].i == 1 ? c->args[0] : c->args[1]);
}

/* ---- splitting ---- */

static void split_chars(struct call *c, struct value s, int64_t count, struct value out)
{
	size_t at = 0, width;
	uint32_t rune;

	for (; at < s.s->len; at += width) {
		width = rune_decode(s.s->text + at, s.s->len - at, &rune);
		if (count >= 0 && (int64_t)out.list->count == count - 1)
			width = s.s->len - at;
		value_append(c->arena, out, string_part(c->arena, s, at, at + width));
	}
}

/* strings.SplitN: `count` pieces at most, all when negative. */
static int split_into(struct call *c, struct value sep, struct value s, int64_t count,
		      struct value *out)
{
	size_t at = 0, hit_at;
	const char *hit;

	*out = value_list(c->arena, &type_strings);
	if (call_spend(c, s.s->len / 8))
		return -1;
	if (!count)
		return 0;
	if (!sep.s->len) {
		split_chars(c, s, count, *out);
		return 0;
	}
	while ((count < 0 || (int64_t)out->list->count < count - 1) &&
	       (hit = memmem(s.s->text + at, s.s->len - at, sep.s->text, sep.s->len))) {
		hit_at = (size_t)(hit - s.s->text);
		value_append(c->arena, *out, string_part(c->arena, s, at, hit_at));
		at = hit_at + sep.s->len;
	}
	value_append(c->arena, *out, string_part(c->arena, s, at, s.s->len));
	return 0;
}

int fn_split_list(struct call *c)
{
	return split_into(c, c->args[0], c->args[1], -1, &c->result);
}

static int give_numbered(struct call *c, struct value sep, struct value s, int64_t count)
{
	struct value list, map = value_map(c->arena, &type_string_map);
	char key[24];
	size_t i;

	if (split_into(c, sep, s, count, &list))
		return -1;
	for (i = 0; i < list.list->count; i++) {
		snprintf(key, sizeof(key), "_%zu", i);
		value_set(c->arena, map, key, list.list->items[i]);
	}
	return give(c, map);
}

int fn_split(struct call *c)
{
	return give_numbered(c, c->args[0], c->args[1], -1);
}

int fn_splitn(struct call *c)
{
	return give_numbered(c, c->args[0], c->args[2], c->args[1].i);
}

/* ---- wrapping ---- */

static size_t last_space(const char *text, size_t from, size_t end)
{
	while (end > from && text[end - 1] != ' ')
		end--;
	return end > from ? end - 1 : SIZE_MAX;
}

static int wrap(struct call *c, int64_t width, struct value s, struct value line, bool long_words)
{
	size_t len = s.s->len, at = 0, limit = width < 1 ? 1 : (size_t)width, stop;
	const char *text = s.s->text, *space;
	struct text t;

	text_init(&t, c->arena);
	while (len - at > limit) {
		if (text[at] == ' ') {
			at++;
			continue;
		}
		stop = last_space(text, at, at + limit + 1);
		if (stop == SIZE_MAX && long_words) {
			stop = at + limit;
		} else if (stop == SIZE_MAX) {
			space = memchr(text + at + limit, ' ', len - at - limit);
			if (!space)
				break;
			stop = (size_t)(space - text);
		}
		text_part(&t, s, at, stop);
		text_value(&t, line);
		at = stop + (text[stop] == ' ' &&
			     !(long_words && stop == at + limit && text[stop] != ' '));
	}
	text_part(&t, s, at, len);
	return give_text(c, &t);
}

int fn_wrap(struct call *c)
{
	return wrap(c, c->args[0].i, c->args[1], value_str(c->arena, "\n"), false);
}

int fn_wrap_with(struct call *c)
{
	struct value line = c->args[1].s->len ? c->args[1] : value_str(c->arena, "\n");

	return wrap(c, c->args[0].i, c->args[2], line, true);
}
