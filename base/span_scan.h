/*
 * span_scan: how many bytes from here on are of a class; what the version readers are made of.
 */
#ifndef BASE_SPAN_SCAN_H
#define BASE_SPAN_SCAN_H
#include <stdbool.h>
#include <stddef.h>

static inline bool scan_digit(char c)
{
	return c >= '0' && c <= '9';
}

static inline bool scan_ident(char c)
{
	return scan_digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '-';
}

static inline bool scan_space(char c)
{
	return c == ' ' || (c >= '\t' && c <= '\r' && c != '\v');
}

static inline size_t scan_class(const char *p, const char *end, bool (*is)(char))
{
	const char *start = p;

	while (p < end && is(*p))
		p++;
	return (size_t)(p - start);
}

/* Identifiers joined by dots; a dot that nothing follows is left out. */
static inline size_t scan_dotted(const char *p, const char *end)
{
	size_t n = scan_class(p, end, scan_ident), more;

	while (n && p + n < end && p[n] == '.') {
		more = scan_class(p + n + 1, end, scan_ident);
		if (!more)
			break;
		n += more + 1;
	}
	return n;
}

#endif
