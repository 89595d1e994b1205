/*
 * diff: where two trees of one kind differ, path by path.
 *
 * A difference is reported at the highest place that only one side has, else at the scalar. Lists
 * are matched as validate/topology.h says. Steps belong to the arena; they lead to the same place
 * in other versions of the object too (steps_get), with list entries found by their keys.
 */
#ifndef VALIDATE_DIFF_H
#define VALIDATE_DIFF_H
#include "base/buf.h"
#include "base/vec.h"
#include "validate/topology.h"

enum { STEP_NOWHERE = UINT32_MAX };
struct step {
	const char *key; /* of a mapping; NULL: an entry of a list */
	size_t len;
	uint32_t in_a, in_b;	  /* places of the entry in the two lists */
	const struct node *entry; /* one of the two, to match by */
	const struct list_keys *keys;
};

struct difference {
	struct step *steps;
	size_t count;
	size_t atomic; /* steps up to the atomic value that it lies in; count when in none */
	const struct node *a, *b; /* NULL: absent */
	struct topology topology;
};
struct differences {
	VEC(struct difference);
};

/* Append where `a` and `b` differ; either may be NULL. */
void diff_nodes(struct arena *arena, struct topology t, const struct node *a, const struct node *b,
		struct differences *out);
/* The value at a path of another version of the object; NULL when there is none. */
const struct node *steps_get(const struct node *root, const struct step *steps, size_t count);
/* The deepest value on the way that exists (the root at least); for where to point at. */
const struct node *steps_nearest(const struct node *root, const struct step *steps, size_t count);
/* spec.containers[name="app"].image; metadata.annotations[a.b/c]. */
const char *steps_text(struct arena *arena, const struct step *steps, size_t count);
/* The JSON pointer; places as in `b`, or in `a` where `b` lacks the entry. */
const char *steps_pointer(struct arena *arena, const struct step *steps, size_t count);
/* "a path with its key appended", as the API server writes field paths. */
void path_add_key(struct buf *out, const char *key, size_t len);

#endif
