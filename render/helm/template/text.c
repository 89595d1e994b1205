/* text: strings with origins. */
#include <string.h>
#include "base/limits.h"
#include "render/helm/template/text.h"

void text_init(struct text *t, struct arena *a)
{
	*t = (struct text){ .arena = a };
	buf_init(&t->buf, LIMIT_TEMPLATE_BYTES);
}

static void span_at(struct text *t, size_t offset, origin_id origin)
{
	size_t count = t->spans.count;

	if (count && t->spans.items[count - 1].offset == offset)
		t->spans.items[count - 1].origin = origin;
	else if (!count || t->spans.items[count - 1].origin != origin)
		*vec_push(t->arena, &t->spans) = (struct origin_span){ (uint32_t)offset, origin };
}

void text_add(struct text *t, const char *bytes, size_t len, origin_id origin)
{
	if (!len)
		return;
	span_at(t, t->buf.len, origin);
	buf_add(&t->buf, bytes, len);
}

void text_str(struct text *t, const char *bytes)
{
	text_add(t, bytes, strlen(bytes), 0);
}

static size_t span_index(const struct go_string *s, size_t at)
{
	size_t low = 0, high = s->span_count, mid;

	while (low < high) {
		mid = (low + high) / 2;
		if (s->spans[mid].offset <= at)
			low = mid + 1;
		else
			high = mid;
	}
	return low ? low - 1 : 0;
}

origin_id string_origin(struct value s, size_t at)
{
	return s.s->span_count ? s.s->spans[span_index(s.s, at)].origin : s.origin;
}

void text_part(struct text *t, struct value s, size_t from, size_t to)
{
	size_t i, base = t->buf.len;

	if (to > s.s->len)
		to = s.s->len;
	if (from >= to)
		return;
	if (!s.s->span_count) {
		text_add(t, s.s->text + from, to - from, s.origin);
		return;
	}
	for (i = span_index(s.s, from); i < s.s->span_count && s.s->spans[i].offset < to; i++) {
		size_t at = s.s->spans[i].offset > from ? s.s->spans[i].offset : from;

		span_at(t, base + at - from, s.s->spans[i].origin);
	}
	buf_add(&t->buf, s.s->text + from, to - from);
}

/*
 * A literal within a line that also has text from values takes its origin: the quotes around a
 * value, the prefix of a name. Otherwise a scalar that starts with a literal would lose its values
 * line.
 */
static void fill_spans(struct text *t)
{
	size_t i;

	for (i = t->spans.count; i-- > 1;) {
		struct origin_span *s = &t->spans.items[i - 1];
		size_t len = s[1].offset - s->offset;

		if (!s->origin && s[1].origin && !memchr(t->buf.text + s->offset, '\n', len))
			s->origin = s[1].origin;
	}
	for (i = 1; i < t->spans.count; i++) {
		struct origin_span *s = &t->spans.items[i];

		if (!s->origin && s[-1].origin && t->buf.text[s->offset] != '\n')
			s->origin = s[-1].origin;
	}
}

struct value text_done(struct text *t)
{
	struct go_string *s = arena_new(t->arena, struct go_string);
	struct value v = { .type = &type_string, .s = s };

	fill_spans(t);
	s->text = arena_memdup(t->arena, t->buf.text, t->buf.len);
	s->len = (uint32_t)t->buf.len;
	if (t->spans.count == 1) {
		v.origin = t->spans.items[0].origin;
	} else if (t->spans.count) {
		s->spans = t->spans.items;
		s->span_count = (uint32_t)t->spans.count;
		v.origin = s->spans[0].origin;
	}
	buf_release(&t->buf);
	return v;
}

void text_release(struct text *t)
{
	buf_release(&t->buf);
}

struct value string_part(struct arena *a, struct value s, size_t from, size_t to)
{
	struct go_string *part = arena_new(a, struct go_string);
	struct value out = { .type = &type_string, .s = part, .origin = string_origin(s, from) };
	struct origin_span *spans;
	size_t first, last, i;

	part->text = s.s->text + from;
	part->len = (uint32_t)(to - from);
	if (!s.s->span_count || from >= to)
		return out;
	first = span_index(s.s, from);
	last = span_index(s.s, to - 1);
	if (first == last)
		return out;
	part->span_count = (uint32_t)(last - first + 1);
	spans = arena_array(a, part->span_count, struct origin_span);
	for (i = first; i <= last; i++)
		spans[i - first] = (struct origin_span){
			s.s->spans[i].offset > from ? s.s->spans[i].offset - (uint32_t)from : 0,
			s.s->spans[i].origin
		};
	part->spans = spans;
	return out;
}

struct value string_like(struct arena *a, struct value s, const char *bytes, size_t len)
{
	struct go_string *like = arena_new(a, struct go_string);
	struct value out = { .type = &type_string, .s = like, .origin = s.origin };

	like->text = arena_memdup(a, bytes, len);
	like->len = (uint32_t)len;
	if (len == s.s->len) {
		like->spans = s.s->spans;
		like->span_count = s.s->span_count;
	}
	return out;
}

bool string_is(struct value s, const char *text)
{
	return strlen(text) == s.s->len && !memcmp(s.s->text, text, s.s->len);
}

int string_compare(struct value a, struct value b)
{
	size_t shorter = a.s->len < b.s->len ? a.s->len : b.s->len;
	int order = memcmp(a.s->text, b.s->text, shorter);

	return order ? order : (a.s->len > b.s->len) - (a.s->len < b.s->len);
}

char *string_c(struct arena *a, struct value s)
{
	return arena_memdup(a, s.s->text, s.s->len);
}
