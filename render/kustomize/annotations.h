/*
 * annotations: what kustomize keeps in annotations of its own while it builds, and struct resource
 * beside the tree.
 *
 * To kustomize they are there like any others: a patch may delete them, a field spec finds them. A
 * mark put into the tree stands for them all where that can show. And whenever kustomize adds one,
 * it writes all annotations anew.
 */
#ifndef RENDER_KUSTOMIZE_ANNOTATIONS_H
#define RENDER_KUSTOMIZE_ANNOTATIONS_H
#include "render/kustomize/internal.h"

/* Take kustomize's own annotations out of the tree and into the struct. */
void annotations_absorb(struct kz *kz, struct resource *r);
/* What annotations shared with other places of the resource is theirs alone from here on. */
void annotations_renew(struct kz *kz, struct resource *r);
/* Put the mark into a resource that kustomize would have annotated; returns whether it did. */
bool annotations_mark(struct kz *kz, struct resource *r);
/* Take the mark out again; returns whether it was there still. */
bool annotations_unmark(struct resource *r);
/* All annotations as kustomize has them while it builds: a mapping of its own, or NULL. */
struct node *annotations_spelt(struct kz *kz, const struct resource *r);
/* Forget all that the annotations held. */
void annotations_forget(struct resource *r);

#endif
