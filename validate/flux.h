/*
 * flux: what of Flux's own objects no schema tells: that their expressions are CEL.
 */
#ifndef VALIDATE_FLUX_H
#define VALIDATE_FLUX_H
#include "validate/validate.h"

/* Check a Kustomization or HelmRelease of Flux; nothing is said of other objects. */
void flux_check(const struct object *o, struct findings *out);

#endif
