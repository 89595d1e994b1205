/*
 * foreign: documents that other tools read and the API server never sees: a chart's Chart.yaml, a
 * kustomization, a Compose file. Whoever gives them as manifests learns how they are checked.
 */
#ifndef VALIDATE_FOREIGN_H
#define VALIDATE_FOREIGN_H
#include "render/render.h"

/* What the document is instead of an object of the API, and what checks it; NULL: it may be one. */
const char *foreign_advice(struct arena *a, const struct object *o);

#endif
