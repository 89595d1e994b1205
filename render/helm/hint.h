/*
 * hint: what to do about an error of a template, which Helm's own words leave to the reader.
 */
#ifndef RENDER_HELM_HINT_H
#define RENDER_HELM_HINT_H
#include "base/arena.h"

/* What to add to a message of Helm's; "" where nothing more is known. In `a`. */
const char *helm_hint(struct arena *a, const char *message);

#endif
