/* finish: the end of a build: resources as they are printed, and where they came from. */
#ifndef RENDER_KUSTOMIZE_FINISH_H
#define RENDER_KUSTOMIZE_FINISH_H
#include "render/kustomize/internal.h"

int finish_resource(struct kz *kz, struct resource *r, struct err *err);
/*
 * Within brackets and braces nothing can't be printed as nothing: go-yaml writes '', and a null
 * without a text becomes that. Returns whether `n` was one.
 */
bool flow_null(struct node *n);
/* What labels and annotations shared within a resource, each place has for itself from here on. */
void part_all_shared(struct kz *kz, struct resource *r);
/*
 * A string as it is once kyaml has printed it and read it again: points in time in JSON's form,
 * folded texts with the line breaks that folding adds.
 */
void printed_string(struct kz *kz, struct node *n);

/* ---- build metadata (provenance.c) ---- */

void provenance_annotate(struct kz *kz, struct resource *r, const struct provenance *x);
void provenance_annotate_missing(struct kz *kz, struct resmap *m, const struct provenance *x);
void provenance_transformed(struct kz *kz, struct resmap *m, const struct provenance *x);
struct provenance *provenance_append(struct kz *kz, const struct provenance *x, const char *path);

#endif
