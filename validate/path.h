/*
 * path: how a walk came to a value, as a chain on the stack, printed only when something is found.
 *
 * Notation is the API server's: spec.containers[0].ports, metadata.annotations[a.b/c].
 */
#ifndef VALIDATE_PATH_H
#define VALIDATE_PATH_H
#include <stddef.h>
#include "base/arena.h"

enum path_kind { PATH_ROOT, PATH_FIELD, PATH_INDEX, PATH_KEY };

struct path {
	const struct path *up; /* NULL: the root */
	enum path_kind kind;
	const char *name; /* of a field or key */
	size_t len;	  /* of the name; the index of an item */
};
#define PATH_INIT                                                                                  \
	{                                                                                          \
		0                                                                                  \
	}

static inline struct path path_field(const struct path *up, const char *name, size_t len)
{
	return (struct path){ up, PATH_FIELD, name, len };
}
static inline struct path path_index(const struct path *up, size_t index)
{
	return (struct path){ up, PATH_INDEX, NULL, index };
}
static inline struct path path_key(const struct path *up, const char *name, size_t len)
{
	return (struct path){ up, PATH_KEY, name, len };
}
/* The text, in `a`; "" for the root. */
char *path_text(struct arena *a, const struct path *p);

#endif
