#include "validate/foreign.h"

#include <string.h>

#include "render/kustomize/kustomize.h"

static bool is_chart(const struct object *o, const char *name)
{
	return !strcmp(name, "Chart.yaml") && !node_get(o->root, "kind") &&
	       node_get(o->root, "name");
}

/* kustomize wants neither field. */
static bool is_kustomization(const struct object *o, const char *name)
{
	return kustfile_is_name(name) &&
	       (!node_get(o->root, "kind") || !strcmp(o->group, "kustomize.config.k8s.io"));
}

static bool is_compose(const struct object *o)
{
	return !node_get(o->root, "apiVersion") && !node_get(o->root, "kind") &&
	       node_is(node_get(o->root, "services"), NODE_MAP);
}

const char *foreign_advice(struct arena *a, const struct object *o)
{
	const char *slash = o->file ? strrchr(o->file, '/') : NULL;
	const char *name = slash ? slash + 1 : o->file;
	const char *dir = slash ? arena_memdup(a, o->file, (size_t)(slash - o->file)) : ".";

	if (!name || o->root->type != NODE_MAP)
		return NULL;
	if (is_chart(o, name))
		return arena_printf(a,
				    "the folder '%s' is a Helm chart: 'kubectl gitops validate %s' "
				    "(without -f) renders it and checks the outcome",
				    dir, dir);
	if (is_kustomization(o, name))
		return arena_printf(a,
				    "the folder '%s' is kustomize's: 'kubectl gitops validate %s' "
				    "(without -f) builds it and checks the outcome",
				    dir, dir);
	if (is_compose(o))
		return "this is a Compose file, no Kubernetes manifest: 'kubectl gitops validate' "
		       "(without -f) checks the stacks of the repository that it is in";
	return NULL;
}
