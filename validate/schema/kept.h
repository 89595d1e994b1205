/*
 * kept: what the server keeps of an object of a built-in kind: all but the fields whose feature
 * gate is off by default. An update is compared with what was kept of the old object.
 */
#ifndef VALIDATE_SCHEMA_KEPT_H
#define VALIDATE_SCHEMA_KEPT_H
#include "base/node.h"
#include "validate/schema/schema.h"

/* The value without what the release drops; the same node where it drops nothing, else a copy of
 * the path to it in `a`. */
const struct node *schema_kept(const struct schema_release *r, const struct schema_type *type,
			       const struct node *n, struct arena *a);

#endif
