/*
 * kustomize: kustomizations into objects, natively, as kustomize 5.8.1 builds them byte for byte.
 *
 * The renderer is a row of the table in render/render.c. Nothing is run: exec, Go and container
 * plugins are refused by name.
 */
#ifndef RENDER_KUSTOMIZE_KUSTOMIZE_H
#define RENDER_KUSTOMIZE_KUSTOMIZE_H
#include "render/renderer.h"

extern const struct renderer renderer_kustomize;

/* Whether a file of this name is a kustomization. */
bool kustfile_is_name(const char *name);
/* Whether a directory has one; *name gets its name. */
bool kustfile_present(struct view *v, const char *dir, const char **name);

/* Whether objects of a kind have no namespace, as far as kustomize's own schema and names tell. */
bool kustomize_cluster_scoped(struct arena *a, const char *api_version, const char *kind);

#endif
