/*
 * merge: what merge.c and merge_list.c share.
 */
#ifndef RENDER_KUSTOMIZE_MERGE_H
#define RENDER_KUSTOMIZE_MERGE_H
#include "render/kustomize/internal.h"
#include "render/kustomize/schema.h"

struct merge {
	struct kz *kz;
	unsigned depth;
	unsigned self; /* inside a patch that is merged into itself */
};

/* Elements of a list that have these values under these keys; one key "" means scalars. */
enum { MERGE_KEYS = 8 };
struct element_match {
	const char *keys[MERGE_KEYS];
	const char *values[MERGE_KEYS]; /* "" matches whatever stands there when setting */
	size_t count, value_count;
};

/* Merge `patch` into `dest`, either of which may be NULL; *out is NULL when nothing is left. */
int merge_node(struct merge *g, struct node *dest, struct node *patch, const struct type_info *type,
	       struct node **out, struct err *err);
/* Merge lists element by element. `dest` is changed. */
int merge_elements(struct merge *g, struct node *dest, struct node *patch,
		   const struct type_info *type, struct node **out, struct err *err);
/* Replace the matching elements by `element` (NULL: remove them), or append it. */
void elements_set(struct merge *g, struct node *list, const struct element_match *match,
		  struct node *element);
/* What a patch brings is from its own line and came through a patch; `old` stood there before. */
void merge_mark(struct merge *g, struct node *n, const struct node *old);
/* A scalar that takes another's place keeps that one's quotes. */
void merge_style(struct node *value, const struct node *old);

#endif
