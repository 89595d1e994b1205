/* load: resources and texts read from files, and from scalars of the kustomization. */
#ifndef RENDER_KUSTOMIZE_LOAD_H
#define RENDER_KUSTOMIZE_LOAD_H
#include "render/kustomize/internal.h"

/*
 * The resources of a text, as kustomize takes files, patches and inline configurations. Ids may
 * occur twice: patches do.
 */
int load_resources(struct kz *kz, const char *file, const char *text, size_t len, origin_id origin,
		   struct resmap *out, struct err *err);
/* Read a file of the target's folder, under the load restrictor. */
int target_read(const struct target *t, const char *path, origin_id at, struct blob *out,
		struct err *err);
/*
 * A text inside a scalar of the kustomization. It is read with the file name INLINE_FILE and
 * origins from `base` on; afterwards the tree gets its places in the file, and an error its line
 * there.
 */
#define INLINE_FILE "(inline)"
struct inline_text {
	const struct target *t;
	const struct node *scalar;
	origin_id base;
};
struct inline_text inline_start(const struct target *t, const struct node *scalar);
void inline_place(const struct inline_text *x, struct node *tree);
/* Returns -1. */
int inline_error(const struct inline_text *x, struct err *err);
/* load_resources on a part of the scalar's text. */
int load_inline(const struct inline_text *x, const char *text, size_t len, struct resmap *out,
		struct err *err);

#endif
