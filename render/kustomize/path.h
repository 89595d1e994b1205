/*
 * path: field paths of replacements and vars ("spec.containers.[name=a].image") and the lookups
 * that kyaml makes with them.
 */
#ifndef RENDER_KUSTOMIZE_PATH_H
#define RENDER_KUSTOMIZE_PATH_H
#include "render/kustomize/internal.h"

/* Split at `delimiter`; "\" before one keeps it, brackets keep what is between them together. */
void path_split(struct arena *a, const char *path, char delimiter, struct strings *out);
/*
 * Follow names, indexes, "-" (the last) and [key=value]; *out is NULL when there is nothing. Fails
 * when a part does not fit what it is applied to.
 */
int path_lookup(struct kz *kz, struct node *from, const struct strings *parts, struct node **out,
		struct err *err);

struct path_matches {
	VEC(struct node *);
};
/*
 * All that a path of a replacement's target leads to: [key=regex] and * match many. What is missing
 * is made when `create` is a type (NODE_NULL: don't).
 */
int path_match(struct kz *kz, struct node *from, const struct strings *parts, size_t at, int create,
	       struct path_matches *out, struct err *err);

/*
 * Where a path leads into a scalar that holds YAML or JSON: put the value there and write the text
 * anew. Returns whether that was so.
 */
bool structured_replace(struct kz *kz, struct node *root, const char *path,
			const struct node *value, int create, origin_id at);

#endif
