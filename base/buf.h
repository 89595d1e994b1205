/*
 * buf: a growable text with a maximum.
 *
 * Always NUL-terminated; may hold NULs. Past its maximum it takes no more and `full` stays set, so
 * a long series of appends is checked once, at its end.
 */
#ifndef BASE_BUF_H
#define BASE_BUF_H
#include <stdbool.h>
#include <stddef.h>
#include <stdarg.h>
#include "base/attr.h"
#include "base/arena.h"

struct buf {
	char *text; /* never NULL: "" when empty */
	size_t len, cap, max;
	bool full; /* something did not fit */
};

/* An empty buffer that takes up to `max` bytes (0: no other bound than memory). */
void buf_init(struct buf *b, size_t max);
void buf_add(struct buf *b, const char *text, size_t len);
void buf_str(struct buf *b, const char *text);
void buf_char(struct buf *b, char c);
/* `count` times the character `c`. */
void buf_pad(struct buf *b, char c, size_t count);
void buf_printf(struct buf *b, const char *fmt, ...) PRINTF_LIKE(2, 3);
void buf_vprintf(struct buf *b, const char *fmt, va_list args) PRINTF_LIKE(2, 0);
/* One Unicode code point as UTF-8; what is none becomes U+FFFD. */
void buf_rune(struct buf *b, unsigned long rune);
/* Make room for `more` bytes at once; false past the maximum. */
bool buf_reserve(struct buf *b, size_t more);
/* Cut to `len` bytes. */
void buf_cut(struct buf *b, size_t len);
/* The text as a string of the arena; `b` stays as it is. */
char *buf_dup(const struct buf *b, struct arena *a);
/* Free the text; `b` is empty and usable again. */
void buf_release(struct buf *b);

#endif
