/*
 * argo_paths: fields that Argo CD's settings name, as JSON pointers or as paths of jq's language,
 * taken out of a tree. Of jq's language paths are understood, with `select(.key == "value")` behind
 * what goes over a list, or there `.key | startswith("value")`, endswith and contains.
 */
#ifndef RENDER_ENGINES_ARGO_PATHS_H
#define RENDER_ENGINES_ARGO_PATHS_H
#include "base/node.h"

/* As `del(PATH)`; `tree` is the caller's own. False: it is no path that is understood. */
bool argo_cut_path(struct arena *a, struct node *tree, const char *path);
/* As a JSON patch's `remove`, where there is something. */
void argo_cut_pointer(struct arena *a, struct node *tree, const char *pointer);

#endif
