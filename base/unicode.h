/*
 * unicode: characters as Go's unicode and utf8 packages see them.
 */
#ifndef BASE_UNICODE_H
#define BASE_UNICODE_H
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { RUNE_ERROR = 0xfffd, RUNE_MAX = 0x10ffff };

/*
 * The character that `text` starts with, and its width; a byte that starts none is RUNE_ERROR of
 * width 1. An empty text gives RUNE_ERROR and 0.
 */
size_t rune_decode(const char *text, size_t len, uint32_t *rune);
/* The same for the character that `text` ends with. */
size_t rune_decode_last(const char *text, size_t len, uint32_t *rune);
/* UTF-8 into `out` (4 bytes); what is no character becomes RUNE_ERROR. Returns the width. */
size_t rune_encode(char *out, uint32_t rune);
size_t rune_count(const char *text, size_t len);
bool text_is_utf8(const char *text, size_t len);

bool rune_is_letter(uint32_t r);
bool rune_is_digit(uint32_t r);
bool rune_is_print(uint32_t r);
bool rune_is_space(uint32_t r);
bool rune_is_upper(uint32_t r);
bool rune_is_lower(uint32_t r);
bool rune_is_title(uint32_t r);
bool rune_is_punct(uint32_t r);
bool rune_is_number(uint32_t r);
uint32_t rune_upper(uint32_t r);
uint32_t rune_lower(uint32_t r);
uint32_t rune_title(uint32_t r);

#endif
