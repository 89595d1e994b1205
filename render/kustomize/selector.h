/* selector: which resources a patch or a replacement is for. */
#ifndef RENDER_KUSTOMIZE_SELECTOR_H
#define RENDER_KUSTOMIZE_SELECTOR_H
#include "render/kustomize/resource.h"

struct selector; /* patches[].target, replacements[].targets[].select */
struct selector *selector_new(struct kz *kz, const struct node *from, struct err *err);
/* Those that a patch target selects, in order. */
struct resource **selector_resources(struct kz *kz, const struct selector *s, struct resmap *m,
				     size_t *count);
bool selector_matches_id(const struct selector *s, const struct resid *id);
/* Whether all of its identity fields are empty. */
bool selector_has_no_id(const struct selector *s);
bool selector_has_no_labels(const struct selector *s);
bool selector_matches_meta(const struct selector *s, const struct resource *r);

#endif
