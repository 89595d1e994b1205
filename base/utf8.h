/*
 * utf8: well-formedness of UTF-8, as Unicode's table of byte sequences has it: no overlong forms,
 * no surrogates, nothing above U+10FFFF.
 */
#ifndef BASE_UTF8_H
#define BASE_UTF8_H
#include <stddef.h>

/* Bytes of the well-formed sequence that `text` starts with; 0 when it starts with none. */
size_t utf8_length(const char *text, size_t left);

#endif
