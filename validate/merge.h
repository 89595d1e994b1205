/*
 * merge: what a client-side apply makes of an object, and patches between trees.
 *
 * The three-way merge follows kubectl's and Helm's: what the original has and the modified lacks
 * goes, what the modified says is set, the rest of the live object stays. Lists follow the patch
 * strategies of the built-in types; those of custom resources are replaced.
 */
#ifndef VALIDATE_MERGE_H
#define VALIDATE_MERGE_H
#include "validate/topology.h"

/* The merged object; shares nodes with its arguments. `original` may be NULL: nothing goes. */
struct node *merge_three_way(struct arena *a, struct topology t, const struct node *original,
			     const struct node *modified, const struct node *live);
/* The RFC 7386 patch that leads from one to the other; NULL when they are equal. */
struct node *merge_patch(struct arena *a, const struct node *from, const struct node *to);
/* `onto` after such a patch; shares nodes with both. */
struct node *merge_patched(struct arena *a, const struct node *onto, const struct node *patch);

#endif
