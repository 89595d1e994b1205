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

#endif
