/*
 * regex: regular expressions in Go's syntax (RE2), in time linear in the text.
 *
 * Compiled expressions are kept for the life of the process and shared by threads: asking twice
 * costs a lookup. The memory of one is bounded by LIMIT_REGEX_BYTES. Texts are UTF-8; an
 * expression may match anywhere in a text unless it is anchored, as with Go's regexp.
 */
#ifndef BASE_REGEX_H
#define BASE_REGEX_H
#include <stdbool.h>
#include <stddef.h>
#include "base/err.h"

#ifdef __cplusplus
extern "C" {
#endif

struct regex;
struct regex_span {
	long start, end; /* bytes; -1 when the group took no part */
};

/* The compiled form of a pattern. NULL and ERR_INPUT (err may be NULL) when it is none. */
const struct regex *regex_get(const char *pattern, size_t len, struct err *err);
/* Whether the expression matches somewhere in the text. */
bool regex_match(const struct regex *re, const char *text, size_t len);
/*
 * The leftmost match at or after `from`: spans[0] is the whole, the others its groups, up to
 * `count`. `^` means the start of the text, whatever `from` is.
 */
bool regex_find(const struct regex *re, const char *text, size_t len, size_t from,
		struct regex_span *spans, size_t count);
/* Groups in the expression, the whole not counted. */
size_t regex_groups(const struct regex *re);
/* The number of a named group, or -1. */
int regex_group_named(const struct regex *re, const char *name, size_t len);

#ifdef __cplusplus
}
#endif
#endif
