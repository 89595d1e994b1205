#include "base/buf.h"
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static char nothing[1];

void buf_init(struct buf *b, size_t max)
{
	*b = (struct buf){ .text = nothing, .max = max ? max : SIZE_MAX / 2 };
}

bool buf_reserve(struct buf *b, size_t more)
{
	size_t cap = b->cap ? b->cap : 64;
	char *text;

	if (b->full || more > b->max - b->len) {
		b->full = true;
		return false;
	}
	if (b->cap > b->len + more)
		return true;
	while (cap <= b->len + more)
		cap *= 2;
	text = realloc(b->cap ? b->text : NULL, cap);
	if (!text) {
		fputs("kubectl-gitops: out of memory\n", stderr);
		abort();
	}
	b->text = text;
	b->cap = cap;
	return true;
}

void buf_add(struct buf *b, const char *text, size_t len)
{
	if (!len || !buf_reserve(b, len))
		return;
	memcpy(b->text + b->len, text, len);
	b->len += len;
	b->text[b->len] = 0;
}

void buf_str(struct buf *b, const char *text)
{
	buf_add(b, text, strlen(text));
}

void buf_char(struct buf *b, char c)
{
	buf_add(b, &c, 1);
}

void buf_pad(struct buf *b, char c, size_t count)
{
	if (!count || !buf_reserve(b, count))
		return;
	memset(b->text + b->len, c, count);
	b->len += count;
	b->text[b->len] = 0;
}

void buf_vprintf(struct buf *b, const char *fmt, va_list args)
{
	va_list again;
	int len;

	va_copy(again, args);
	len = vsnprintf(NULL, 0, fmt, again);
	va_end(again);
	if (len <= 0 || !buf_reserve(b, (size_t)len))
		return;
	vsnprintf(b->text + b->len, (size_t)len + 1, fmt, args);
	b->len += (size_t)len;
}

void buf_printf(struct buf *b, const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	buf_vprintf(b, fmt, args);
	va_end(args);
}

void buf_rune(struct buf *b, unsigned long rune)
{
	char out[4];

	if (rune > 0x10ffff || (rune >= 0xd800 && rune < 0xe000))
		rune = 0xfffd;
	if (rune < 0x80) {
		buf_char(b, (char)rune);
	} else if (rune < 0x800) {
		out[0] = (char)(0xc0 | rune >> 6);
		out[1] = (char)(0x80 | (rune & 0x3f));
		buf_add(b, out, 2);
	} else if (rune < 0x10000) {
		out[0] = (char)(0xe0 | rune >> 12);
		out[1] = (char)(0x80 | (rune >> 6 & 0x3f));
		out[2] = (char)(0x80 | (rune & 0x3f));
		buf_add(b, out, 3);
	} else {
		out[0] = (char)(0xf0 | rune >> 18);
		out[1] = (char)(0x80 | (rune >> 12 & 0x3f));
		out[2] = (char)(0x80 | (rune >> 6 & 0x3f));
		out[3] = (char)(0x80 | (rune & 0x3f));
		buf_add(b, out, 4);
	}
}

void buf_cut(struct buf *b, size_t len)
{
	if (len >= b->len)
		return;
	b->len = len;
	b->text[len] = 0;
}

char *buf_dup(const struct buf *b, struct arena *a)
{
	return arena_memdup(a, b->text, b->len);
}

void buf_release(struct buf *b)
{
	if (b->cap)
		free(b->text);
	buf_init(b, b->max);
}
