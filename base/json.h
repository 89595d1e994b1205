/*
 * json: JSON texts into the value tree and back.
 *
 * Reading keeps number text, positions and duplicate keys (the last wins; the first of each pair is
 * reported through `duplicate`). Depth is bounded by LIMIT_DEPTH. Writing never passes a number
 * through a double.
 */
#ifndef BASE_JSON_H
#define BASE_JSON_H
#include "base/buf.h"
#include "base/err.h"
#include "base/node.h"

/* Called for a key that the mapping already has; may be NULL. */
typedef void json_duplicate_fn(void *data, const struct node *map, const struct node *key,
			       const struct node *first);

struct json_options {
	const char *file; /* as messages name it; may be NULL */
	origin_id origin; /* of the text's first byte */
	json_duplicate_fn *duplicate;
	void *data;
	size_t *end; /* where to put the end of the value; NULL: nothing but space may follow it */
};

/* Read one value. Strings are copied into `a`. NULL and ERR_INPUT at line and column. */
struct node *json_read(struct arena *a, const char *text, size_t len,
		       const struct json_options *options, struct err *err);

enum json_flags {
	JSON_SORTED = 1 << 0, /* keys bytewise, as Go's encoding/json prints maps */
	JSON_HTML = 1 << 1,   /* <, > and & as \u003c…, as Go's Marshal does */
	JSON_INDENT = 1 << 2, /* two spaces a level */
	JSON_SEEN = 1 << 3,   /* escape what no reader sees: DEL and utf8_unseen */
};
void json_write(struct buf *out, const struct node *n, unsigned flags);
/* One step of a JSON pointer, without its slash: "~" is "~0" and "/" is "~1". */
void json_pointer_step(struct buf *out, const char *key, size_t len);
/* The key that such a step stands for, owned by `a`: "~1" and "~0" undone, another "~" is itself.
 */
char *json_pointer_key(struct arena *a, const char *step, size_t len);
/* One string with its quotes. */
void json_write_string(struct buf *out, const char *text, size_t len, unsigned flags);

#endif
