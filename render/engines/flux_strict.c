/*
 * Whether a cluster's kustomize-controller runs with the feature gate StrictPostBuildSubstitutions:
 * then a variable without a value and a default is an error. Its Deployment says so, or the text of
 * a FluxInstance's patch of it.
 */
#include <string.h>
#include "render/engines/flux.h"

static const char gate[] = "StrictPostBuildSubstitutions=true";

/* Whether a scalar at or below the node holds the gate. */
static bool holds_gate(const struct node *n, unsigned depth)
{
	uint32_t i;

	if (!n || depth > LIMIT_DEPTH)
		return false;
	if (node_is_scalar(n))
		return n->len && memmem(n->text, n->len, gate, sizeof(gate) - 1);
	for (i = 0; i < n->len; i++)
		if (holds_gate(n->type == NODE_MAP ? n->entries[i].value : n->items[i], depth + 1))
			return true;
	return false;
}

static const char *key_of(struct apps *apps, const char *cluster)
{
	return arena_printf(apps->arena, "strict %s", cluster);
}

void flux_learn_strict(struct apps *apps, const struct engine_object *object)
{
	bool controller = !strcmp(object->kind, "Deployment") &&
			  !strcmp(object->name, "kustomize-controller");

	if ((controller || !strcmp(object->kind, "FluxInstance")) &&
	    holds_gate(node_get(object->root, "spec"), 0))
		map_set(&flux_state_of(apps)->said, key_of(apps, object->cluster), apps);
}

bool flux_is_strict(struct apps *apps, const char *cluster)
{
	return map_get(&flux_state_of(apps)->said, key_of(apps, cluster)) != NULL;
}
