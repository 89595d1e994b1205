/*
 * locate: from a path in the API server's words to the value in the rendered object.
 */
#ifndef VALIDATE_CLUSTER_LOCATE_H
#define VALIDATE_CLUSTER_LOCATE_H
#include "base/node.h"

/*
 * The deepest value that a path leads to: spec.containers[0].image,
 * .spec.ports[port=80,protocol="TCP"], metadata.annotations[a.b/c], data[x.y]. Never NULL; what is
 * missing leads to its parent.
 */
const struct node *locate(const struct node *root, const char *path);
/* The origin of what a path leads to: the value's own, else its key's or its parent's. */
origin_id locate_origin(const struct node *root, const char *path);

#endif
