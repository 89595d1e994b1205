#include "render/yaml/goscan.h"
#include <string.h>

const char *goscan_bad_escape(const char *from, const char *to)
{
	for (; from + 1 < to; from++) {
		if (*from != '\\')
			continue;
		if (from[1] == '/')
			return from;
		from++;
	}
	return NULL;
}

const char *goscan_cut(const char *from, const char *to)
{
	return from < to ? memchr(from, '?', (size_t)(to - from)) : NULL;
}

char *goscan_hide_colon(struct arena *a, const char *text, size_t len, size_t at, char *stand_in)
{
	static const char unused[] = "^$;~=+/\\()<_.0123456789";
	const char *c = unused;
	char *copy;

	if (!*stand_in) {
		while (*c && memchr(text, *c, len))
			c++;
		*stand_in = *c;
	}
	if (!*stand_in || at >= len || text[at] != ':')
		return NULL;
	copy = arena_memdup(a, text, len);
	copy[at] = *stand_in;
	return copy;
}
