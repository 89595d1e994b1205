/* text: strings with origins: built, cut and compared. */
#ifndef RENDER_HELM_TEMPLATE_TEXT_H
#define RENDER_HELM_TEMPLATE_TEXT_H
#include "base/buf.h"
#include "render/helm/value.h"

/* A string under construction: bytes, and spans in parallel. */
struct text {
	struct buf buf;
	struct arena *arena;
	struct {
		VEC(struct origin_span);
	} spans;
};
void text_init(struct text *t, struct arena *a);
void text_add(struct text *t, const char *bytes, size_t len, origin_id origin);
void text_str(struct text *t, const char *bytes);
/* Bytes [from, to) of a string value, with their origins. */
void text_part(struct text *t, struct value s, size_t from, size_t to);
static inline void text_value(struct text *t, struct value s)
{
	text_part(t, s, 0, s.s->len);
}
/* What was built, as a string value of the arena; `t` is released. */
struct value text_done(struct text *t);
void text_release(struct text *t);
/* A part of a string as a value of its own, sharing the bytes. */
struct value string_part(struct arena *a, struct value s, size_t from, size_t to);
/* New bytes that say the same as `s` did: its origin, its spans where the length is the same. */
struct value string_like(struct arena *a, struct value s, const char *bytes, size_t len);
/* The origin of byte `at`. */
origin_id string_origin(struct value s, size_t at);
bool string_is(struct value s, const char *text);
int string_compare(struct value a, struct value b);
/* A NUL-terminated copy. */
char *string_c(struct arena *a, struct value s);

#endif
