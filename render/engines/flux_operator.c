/*
 * Flux Operator: FluxInstance, whose sync becomes a Kustomization of this repository, and
 * ResourceSet with the inputs that it states itself.
 */
#include "render/engines/flux.h"
#include <string.h>

/* spec.sync: what `flux bootstrap` would have written as flux-system/gotk-sync.yaml. */
void flux_learn_instance(struct apps *apps, const struct engine_object *object)
{
	const struct node *sync = node_path(object->root, "spec", "sync", NULL);
	struct arena *a = apps->arena;
	struct node *root, *metadata, *spec, *ref;
	struct engine_object made = *object;
	const char *path = node_string_at(sync, "path"), *kind = node_string_at(sync, "kind");

	if (!node_is(sync, NODE_MAP) || !*path)
		return;
	root = node_at(node_map(a), object->root->origin);
	metadata = node_map(a);
	spec = node_map(a);
	ref = node_map(a);
	made.name = *node_string_at(sync, "name") ? node_string_at(sync, "name")
		    : *object->ns		  ? object->ns
						  : "flux-system";
	made.kind = "Kustomization";
	made.root = root;
	node_set(a, metadata, "name", node_str(a, made.name));
	node_set(a, metadata, "namespace", node_str(a, made.ns));
	node_set(a, ref, "kind", node_str(a, *kind ? kind : "GitRepository"));
	node_set(a, ref, "name", node_str(a, made.name));
	node_set(a, spec, "sourceRef", ref);
	node_set(a, spec, "path", node_copy(a, node_get(sync, "path")));
	node_set(a, spec, "prune", node_bool(a, true));
	node_set(a, root, "apiVersion", node_str(a, "kustomize.toolkit.fluxcd.io/v1"));
	node_set(a, root, "kind", node_str(a, "Kustomization"));
	node_set(a, root, "metadata", metadata);
	node_set(a, root, "spec", spec);
	made.parent = NULL; /* its source is this repository by definition */
	path = view_join(a, "", path + (*path == '/'));
	if (path)
		apps_add(apps, &engine_flux, path, &made);
}
