/*
 * base64: the standard alphabet, with padding, as Go's encoding/base64 reads and writes it.
 */
#ifndef BASE_BASE64_H
#define BASE_BASE64_H
#include "base/buf.h"

void base64_encode(struct buf *out, const char *bytes, size_t len);
/* Line breaks in the text are skipped; false, with part of it in `out`, when it is no base64. */
bool base64_decode(struct buf *out, const char *text, size_t len);

#endif
