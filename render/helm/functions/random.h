/*
 * random: random bytes for templates: the system's, or with a seed a stream that is the same for
 * the same seed. What a seed makes can be foretold: it is for comparing, never for secrets.
 */
#ifndef RENDER_HELM_FUNCTIONS_RANDOM_H
#define RENDER_HELM_FUNCTIONS_RANDOM_H
#include "render/helm/template/engine.h"

void random_bytes(struct call *c, void *out, size_t len);
/* Below `bound`, evenly. */
uint64_t random_below(struct call *c, uint64_t bound);
/* The time that `now` gives under a seed. */
int64_t random_epoch(struct call *c);

#endif
