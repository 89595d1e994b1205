/* patch: strategic merges and JSON patches, applied to one tree. */
#ifndef RENDER_KUSTOMIZE_PATCH_H
#define RENDER_KUSTOMIZE_PATCH_H
#include "base/err.h"
#include "base/node.h"

struct kz;

/* Merge a patch into the tree; *root becomes NULL when the patch deletes it. */
int strategic_merge(struct kz *kz, struct node **root, struct node *patch, struct err *err);
/* Apply operations (a sequence); the tree is first made what JSON would make of it. */
int json_patch_apply(struct kz *kz, struct node **root, const struct node *operations,
		     struct err *err);
/* Numbers, strings and keys as a round through JSON leaves them. */
void json_normalize(struct kz *kz, struct node *n);

#endif
