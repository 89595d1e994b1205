/*
 * node: the value tree; everything read from YAML or JSON is one.
 *
 * A scalar keeps its text as written (quotes and escapes undone) beside the type that the reader's
 * dialect gave it, so digits are never lost. A mapping is ordered; its keys are scalar nodes, with
 * origins of their own; once it is large it is indexed. A node that a reader made is read-only and
 * may be shared (aliases share, threads share): copy before changing. A tree's depth is bounded by
 * LIMIT_DEPTH, so recursion over it is safe. Nodes belong to the arena that they were made in.
 */
#ifndef BASE_NODE_H
#define BASE_NODE_H
#include <stdint.h>
#include <string.h>
#include "base/arena.h"
#include "base/origin.h"

enum node_type { NODE_NULL, NODE_BOOL, NODE_INT, NODE_FLOAT, NODE_STR, NODE_SEQ, NODE_MAP };

enum node_style {
	STYLE_ANY, /* not read from a text: the writer chooses */
	STYLE_PLAIN,
	STYLE_SINGLE,
	STYLE_DOUBLE,
	STYLE_LITERAL,
	STYLE_FOLDED,
	STYLE_FLOW, /* of a sequence or mapping; block is STYLE_ANY */
	STYLE_FREE, /* plain, while a build still changes it: each new text says its type anew */
};

struct node;
struct node_entry {
	struct node *key; /* a scalar */
	struct node *value;
};

struct node {
	uint8_t type;	/* enum node_type */
	uint8_t style;	/* enum node_style */
	uint8_t tagged; /* the text had an explicit tag */
	uint8_t empty;	/* a null that was written as nothing at all */
	origin_id origin;
	uint32_t len; /* bytes of text, or entries used */
	uint32_t cap; /* of a sequence or mapping */
	union {
		const char *text; /* of a scalar; NUL-terminated, may hold NULs */
		struct node **items;
		struct node_entry *entries;
	};
	uint32_t *slots; /* index of a large mapping */
};

/* New nodes; text is copied, or with _ref is kept by reference (it outlives the arena's use). */
struct node *node_null(struct arena *a);
struct node *node_bool(struct arena *a, bool value);
struct node *node_int(struct arena *a, int64_t value);
struct node *node_str(struct arena *a, const char *text);
struct node *node_str_n(struct arena *a, const char *text, size_t len);
/* A scalar of any type with this text; the caller vouches that the text fits the type. */
struct node *node_scalar(struct arena *a, enum node_type type, const char *text, size_t len);
struct node *node_scalar_ref(struct arena *a, enum node_type type, const char *text, size_t len);
struct node *node_seq(struct arena *a);
struct node *node_map(struct arena *a);
/* A deep copy with origins and styles; shares nothing with `n`. NULL gives NULL. */
struct node *node_copy(struct arena *a, const struct node *n);
/* A copy of the node itself only: children are shared. */
struct node *node_copy_shallow(struct arena *a, const struct node *n);
/* The same node with another origin; returns `n`. */
static inline struct node *node_at(struct node *n, origin_id origin)
{
	n->origin = origin;
	return n;
}
/* Give every node of a tree that you own this origin (derive from each's own with a walk). */
void node_set_origin(struct node *n, origin_id origin);

static inline bool node_is(const struct node *n, enum node_type type)
{
	return n && n->type == type;
}
static inline bool node_is_scalar(const struct node *n)
{
	return n && n->type <= NODE_STR;
}
/* NULL and null alike. */
static inline bool node_is_null(const struct node *n)
{
	return !n || n->type == NODE_NULL;
}

/* A mapping's value, or NULL; NULL too when `n` is no mapping. */
struct node *node_get(const struct node *n, const char *key);
struct node *node_get_n(const struct node *n, const char *key, size_t len);
/* The entry, for its key's origin. */
struct node_entry *node_entry(const struct node *n, const char *key);
/* Walk down mappings: node_path(n, "metadata", "name", NULL). */
struct node *node_path(const struct node *n, ...) __attribute__((sentinel));
/* The text of a string (of any scalar: node_text), else NULL. */
const char *node_string(const struct node *n);
const char *node_text(const struct node *n);
/* node_string(node_get(n, key)). */
const char *node_get_string(const struct node *n, const char *key);
/* The same, but "" where there is none. */
const char *node_string_at(const struct node *n, const char *key);
bool node_true(const struct node *n);
/* Whether a sequence has a scalar of this text; anything else has none. */
bool node_has_text(const struct node *list, const char *text);
/* An integer's value; false when it is none or does not fit. */
bool node_integer(const struct node *n, int64_t *out);
/* An integer's or float's value. */
bool node_number(const struct node *n, double *out);

/* Set a key's value; a new key goes last (its node is made, with `value`'s origin). */
void node_set(struct arena *a, struct node *map, const char *key, struct node *value);
void node_set_n(struct arena *a, struct node *map, const char *key, size_t len, struct node *value);
/* The same with the key's own node (kept). Does not look for duplicates: a reader's append. */
void node_append_entry(struct arena *a, struct node *map, struct node *key, struct node *value);
/* Set by key node: replaces the value of an equal key, else appends. */
void node_set_entry(struct arena *a, struct node *map, struct node *key, struct node *value);
/* Take a key out; the order of the rest stays. Returns whether it was there. */
bool node_remove(struct node *map, const char *key);
void node_append(struct arena *a, struct node *seq, struct node *value);
void node_insert(struct arena *a, struct node *seq, size_t at, struct node *value);
void node_remove_at(struct node *seq, size_t at);
/* Build a large mapping's index; readers call it once when the mapping is complete. */
void node_index(struct arena *a, struct node *map);
/* A mapping's entries by key, bytewise, here and below; needs an own copy. */
void node_sort(struct node *n);

/* Same value: mappings in any order, numbers by value, styles and origins ignored. */
bool node_equal(const struct node *a, const struct node *b);
/* The type's name as messages say it: "string", "number", "array", "object"… */
const char *node_type_name(const struct node *n);

#endif
