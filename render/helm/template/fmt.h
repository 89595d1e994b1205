/*
 * fmt: what one Sprintf's parts share. fmt.c reads the format, fmt_value.c finds what a kind
 * prints, fmt_number.c and fmt_text.c print numbers and strings.
 */
#ifndef RENDER_HELM_TEMPLATE_FMT_H
#define RENDER_HELM_TEMPLATE_FMT_H
#include "render/helm/template/engine.h"

struct formatter {
	struct text *out;
	origin_id origin;
	int width, precision;
	bool has_width, has_precision;
	bool minus, plus, sharp, space, zero, plus_v, sharp_v;
	bool bad_verb; /* inside a complaint: no methods */
	unsigned nesting;
};

/* A new directive: no flags, no width. */
void fmt_clear(struct formatter *f);
/* Bytes as they are; padded to the width. */
void fmt_put(struct formatter *f, const char *bytes, size_t len);
void fmt_put_padding(struct formatter *f, long count);
void fmt_put_str(struct formatter *f, const char *text);
void fmt_pad(struct formatter *f, const char *bytes, size_t len);
void fmt_pad_buf(struct formatter *f, struct buf *b);
/* %!d(string=x) */
void fmt_bad_verb(struct formatter *f, struct value v, uint32_t verb);

/* Numbers by their verb. */
void fmt_integer(struct formatter *f, struct value v, uint32_t verb);
void fmt_float(struct formatter *f, struct value v, uint32_t verb);
void fmt_complex(struct formatter *f, struct value v, uint32_t verb);
/* Digits of an integer in a base; 0x and so on. */
void fmt_digits(struct formatter *f, uint64_t u, unsigned base, bool is_signed, uint32_t verb);
void fmt_hex(struct formatter *f, uint64_t u, bool prefix);

/* Strings and bytes by their verb; how much of a text the precision leaves. */
void fmt_text(struct formatter *f, struct value v, uint32_t verb);
void fmt_bytes(struct formatter *f, struct value v, uint32_t verb, unsigned depth);
size_t fmt_truncated(struct formatter *f, const char *bytes, size_t len);

/* A whole operand; a value inside of one; a list's elements. */
void fmt_operand(struct formatter *f, struct value v, uint32_t verb);
void fmt_below(struct formatter *f, struct value v, uint32_t verb, unsigned depth);
void fmt_list(struct formatter *f, struct value v, uint32_t verb, unsigned depth);

#endif
