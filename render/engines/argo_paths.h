/*
 * argo_paths: fields that Argo CD's settings name as JSON pointers, taken out of a tree.
 */
#ifndef RENDER_ENGINES_ARGO_PATHS_H
#define RENDER_ENGINES_ARGO_PATHS_H
#include "base/node.h"

/* As a JSON patch's `remove`, where there is something. */
void argo_cut_pointer(struct arena *a, struct node *tree, const char *pointer);

#endif
