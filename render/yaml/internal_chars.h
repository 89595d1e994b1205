/* internal_chars: characters of a text that is known to be UTF-8, as the emitter asks of them. */
#ifndef RENDER_YAML_INTERNAL_CHARS_H
#define RENDER_YAML_INTERNAL_CHARS_H
#include <stdbool.h>

/* The bytes of the character that starts so. */
static inline int char_width(unsigned char c)
{
	return c < 0x80 ? 1 : c < 0xe0 ? 2 : c < 0xf0 ? 3 : 4;
}

/* A line break, as YAML 1.1 counts them. */
static inline bool char_is_break(const unsigned char *at)
{
	return *at == '\n' || *at == '\r' || (at[0] == 0xc2 && at[1] == 0x85) ||
	       (at[0] == 0xe2 && at[1] == 0x80 && (at[2] == 0xa8 || at[2] == 0xa9));
}

/* Whether it needs no escape. */
static inline bool char_is_printable(const unsigned char *at)
{
	if (*at < 0x80)
		return *at == '\n' || (*at >= 0x20 && *at <= 0x7e);
	if (*at == 0xc2)
		return at[1] >= 0xa0;
	if (*at == 0xed)
		return at[1] < 0xa0;
	if (*at == 0xef)
		return !(at[1] == 0xbb && at[2] == 0xbf) && !(at[1] == 0xbf && at[2] >= 0xbe);
	return *at > 0xc2 && *at <= 0xee;
}

/* Its code point. */
static inline unsigned long char_value(const unsigned char *at, int width)
{
	unsigned long value = width == 1 ? at[0] : at[0] & (0xffu >> (width + 1));
	int i;

	for (i = 1; i < width; i++)
		value = value << 6 | (at[i] & 0x3fu);
	return value;
}

#endif
