/*
 * goquote: a text in double quotes as Go's strconv.Quote (and %q) writes it.
 */
#ifndef BASE_GOQUOTE_H
#define BASE_GOQUOTE_H
#include "base/buf.h"

/* Go's strconv.IsPrint (and unicode.IsPrint: they differ in nothing). */
bool go_is_print(unsigned long rune);
void buf_goquote(struct buf *out, const char *text, size_t len);
/* The same as a string of the arena. */
const char *goquote(struct arena *a, const char *text);

#endif
