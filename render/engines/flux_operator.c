/*
 * Flux Operator: FluxInstance, whose sync becomes a Kustomization of this repository, and
 * ResourceSet with the inputs that it states itself.
 */
#include "render/engines/flux.h"
#include <string.h>
#include <strings.h>
#include "render/kustomize/kustomize.h"
#include "render/yaml/yaml.h"

static bool is_disabled(const struct node *object)
{
	const char *word = node_string(node_path(object, "metadata", "annotations",
						 "fluxcd.controlplane.io/reconcile", NULL));

	return word && !strcasecmp(word, "disabled");
}

/* ---- FluxInstance ---- */

static struct node *named(struct arena *a, const char *version, const char *kind, const char *name,
			  const char *ns)
{
	struct node *root = node_map(a), *metadata = node_map(a);

	node_set(a, root, "apiVersion", node_str(a, version));
	node_set(a, root, "kind", node_str(a, kind));
	node_set(a, metadata, "name", node_str(a, name));
	node_set(a, metadata, "namespace", node_str(a, ns));
	node_set(a, root, "metadata", metadata);
	return root;
}

/*
 * What `flux bootstrap` would have written as flux-system/gotk-sync.yaml. Where tenants share the
 * cluster, the operator gives it the controller's own account: others get a weak one by default.
 */
static struct node *sync_object(struct arena *a, const struct engine_object *made,
				const struct node *sync)
{
	const struct node *shared = node_path(made->root, "spec", "cluster", "multitenant", NULL);
	const char *kind = node_string_at(sync, "kind");
	struct node *root =
		named(a, "kustomize.toolkit.fluxcd.io/v1", "Kustomization", made->name, made->ns);
	struct node *spec = node_map(a), *ref = node_map(a);

	node_set(a, ref, "kind", node_str(a, *kind ? kind : "GitRepository"));
	node_set(a, ref, "name", node_str(a, made->name));
	node_set(a, spec, "interval", node_str(a, "10m0s"));
	node_set(a, spec, "sourceRef", ref);
	node_set(a, spec, "path", node_copy(a, node_get(sync, "path")));
	if (node_true(shared))
		node_set(a, spec, "serviceAccountName", node_str(a, "kustomize-controller"));
	node_set(a, spec, "prune", node_bool(a, true));
	node_set(a, root, "spec", spec);
	return node_at(root, made->root->origin);
}

/* spec.kustomize.patches go over all that the operator installs, the Kustomization too. */
static const struct node *patched(struct apps *apps, const struct node *instance,
				  struct node *object)
{
	static const char file[] = "sync.yaml";
	const struct node *patches = node_path(instance, "spec", "kustomize", "patches", NULL);
	struct arena *a = apps->arena;
	struct render_options options = { .load_restrictor = LOAD_NONE };
	struct node *k = node_map(a), *resources = node_seq(a);
	struct rendered made = { 0 };
	struct err ignored = ERR_INIT;
	struct view *over;
	struct buf text;

	if (!node_is(patches, NODE_SEQ) || !patches->len)
		return object;
	over = view_new_overlay(apps->view);
	buf_init(&text, 0);
	yaml_write(&text, object);
	view_overlay_add(over, file, text.text, text.len, 0);
	node_append(a, resources, node_str(a, file));
	node_set(a, k, "apiVersion", node_str(a, "kustomize.config.k8s.io/v1beta1"));
	node_set(a, k, "kind", node_str(a, "Kustomization"));
	node_set(a, k, "resources", resources);
	node_set(a, k, "patches", node_copy(a, patches));
	options.kustomization = k;
	buf_init(&made.text, 0);
	if (renderer_kustomize.render(apps->run, a, over, "", &options, &made, &ignored) < 0)
		apps_note(apps, APP_ERROR, "render/failed", patches->origin,
			  "FluxInstance %s: its patches can't be applied: %s",
			  node_string_at(node_get(instance, "metadata"), "name"), ignored.msg);
	else if (made.objects.count == 1)
		object = node_copy(a, made.objects.items[0].root);
	rendered_release(&made);
	buf_release(&text);
	view_free(over);
	node_set_origin(object, instance->origin);
	return object;
}

void flux_learn_instance(struct apps *apps, const struct engine_object *object)
{
	const struct node *sync = node_path(object->root, "spec", "sync", NULL);
	struct engine_object made = *object;
	const char *path = node_string_at(sync, "path");
	struct app *app;

	if (!node_is(sync, NODE_MAP) || !*path)
		return;
	made.name = *node_string_at(sync, "name") ? node_string_at(sync, "name")
		    : *object->ns		  ? object->ns
						  : "flux-system";
	made.kind = "Kustomization";
	made.root = patched(apps, object->root, sync_object(apps->arena, &made, sync));
	made.parent = NULL; /* its source is this repository by definition */
	path = node_string_at(node_get(made.root, "spec"), "path");
	path = view_join(apps->arena, "", path + (*path == '/'));
	app = path ? apps_add(apps, &engine_flux, path, &made) : NULL;
	if (app && is_disabled(object->root))
		app->skipped = "its FluxInstance is disabled";
}

/* ---- ResourceSet ---- */

void flux_learn_resourceset(struct apps *apps, const struct engine_object *object)
{
	struct app *app = apps_add(apps, &engine_flux, NULL, object);

	if (!app)
		return;
	app->leaf = true;
	if (is_disabled(object->root))
		app->skipped = "it is disabled";
}
