#include "render/helm/match.h"

#include <stdbool.h>
#include <string.h>

#include "base/utf8.h"

/* A code point and its length; a byte that is no UTF-8 stands for itself. */
static unsigned long rune_at(const char *p, size_t *len)
{
	static const unsigned char lead[] = { 0, 0x7f, 0x1f, 0x0f, 0x07 };
	size_t n = utf8_length(p, strlen(p));
	unsigned long rune = (unsigned char)*p;

	*len = n ? n : 1;
	if (n)
		rune &= lead[n];
	for (size_t i = 1; i < n; i++)
		rune = rune << 6 | ((unsigned char)p[i] & 0x3f);
	return rune;
}

/* One end of a range in a class; NULL when there is none. */
static const char *class_rune(const char *p, unsigned long *rune)
{
	size_t n;

	if (!*p || *p == '-' || *p == ']')
		return NULL;
	if (*p == '\\' && !*++p)
		return NULL;
	*rune = rune_at(p, &n);
	return p[n] ? p + n : NULL;
}

/* Match one rune against the class that starts after '['; *end is what follows ']', NULL when bad.
 */
static bool class_matches(const char *p, unsigned long rune, const char **end)
{
	bool negated = *p == '^', found = false;
	unsigned long low, high;

	p += negated;
	for (bool any = false; *p != ']' || !any; any = true) {
		p = class_rune(p, &low);
		if (!p) {
			*end = NULL;
			return false;
		}
		high = low;
		if (*p == '-')
			p = class_rune(p + 1, &high);
		if (!p) {
			*end = NULL;
			return false;
		}
		found |= low <= rune && rune <= high;
	}
	*end = p + 1;
	return found != negated;
}

/* Where the piece of the pattern up to the next '*' ends. */
static size_t chunk_length(const char *p)
{
	bool in_class = false;
	size_t i;

	for (i = 0; p[i] && (p[i] != '*' || in_class); i++) {
		if (p[i] == '\\' && p[i + 1])
			i++;
		else if (p[i] == '[')
			in_class = true;
		else if (p[i] == ']')
			in_class = false;
	}
	return i;
}

/* Match a chunk at the start of a name; the rest, or NULL. The whole chunk is checked regardless.
 */
static const char *match_chunk(const char *p, const char *end, const char *name, bool *bad)
{
	bool failed = false;
	size_t n = 0;

	while (p < end) {
		unsigned long rune = 0;

		failed |= !*name;
		if (!failed)
			rune = rune_at(name, &n);
		if (*p == '[') {
			const char *after;
			bool ok = class_matches(p + 1, rune, &after);

			if (!after || after > end) {
				*bad = true;
				return NULL;
			}
			failed |= !ok;
			p = after;
		} else if (*p == '?') {
			failed |= rune == '/';
			p++;
		} else {
			if (*p == '\\' && ++p == end) {
				*bad = true;
				return NULL;
			}
			failed |= *p != *name;
			n = 1;
			p++;
		}
		if (!failed)
			name += n;
	}
	return failed ? NULL : name;
}

/* Check what is left of a pattern that has failed already. */
static enum match rest_is_well_formed(const char *pattern)
{
	bool bad = false;

	while (*pattern && !bad) {
		size_t len;

		pattern += strspn(pattern, "*");
		len = chunk_length(pattern);
		match_chunk(pattern, pattern + len, "", &bad);
		pattern += len;
	}
	return bad ? MATCH_BAD_PATTERN : MATCH_NO;
}

/* Try the chunk after a '*' at each place of the name. */
static const char *match_after_star(const char *p, size_t len, const char *name, bool *bad)
{
	bool last = !p[len];

	for (;; name++) {
		const char *rest = match_chunk(p, p + len, name, bad);

		if (*bad || (rest && (!last || !*rest)))
			return *bad ? NULL : rest;
		if (!*name || *name == '/')
			return NULL;
	}
}

enum match go_match(const char *pattern, const char *name)
{
	bool bad = false;

	while (*pattern) {
		bool star = *pattern == '*';
		size_t len;

		pattern += strspn(pattern, "*");
		len = chunk_length(pattern);
		if (star && !len)
			return strchr(name, '/') ? MATCH_NO : MATCH_YES;
		name = star ? match_after_star(pattern, len, name, &bad)
			    : match_chunk(pattern, pattern + len, name, &bad);
		if (bad)
			return MATCH_BAD_PATTERN;
		pattern += len;
		if (!name || (!*pattern && *name))
			return rest_is_well_formed(pattern);
	}
	return *name ? MATCH_NO : MATCH_YES;
}
