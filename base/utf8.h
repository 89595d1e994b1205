/*
 * utf8: well-formedness of UTF-8, as Unicode's table of byte sequences has it: no overlong forms,
 * no surrogates, nothing above U+10FFFF.
 */
#ifndef BASE_UTF8_H
#define BASE_UTF8_H
#include <stddef.h>

/* Bytes of the well-formed sequence that `text` starts with; 0 when it starts with none. */
size_t utf8_length(const char *text, size_t left);
/*
 * The bytes of the character at `s` (NUL-terminated) where no reader sees it as it is: a C1
 * control, what turns the direction of text or has no width (U+061C, U+200B to U+200F, U+2028 to
 * U+202E, U+2060 to U+2069, U+FEFF). 0: it is none of them.
 */
size_t utf8_unseen(const char *s);

#endif
