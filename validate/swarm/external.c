/* What a stack takes from elsewhere in the swarm, and whether it is there. */
#include <string.h>
#include "validate/swarm/internal.h"

static const struct {
	const char *section, *kind, *word, *list;
} sections[] = {
	{ "networks", "Network", "network", "networks" },
	{ "secrets", "Secret", "secret", "secrets" },
	{ "configs", "Config", "config", "configs" },
};

static bool is_used(const struct node *services, const char *list, const char *key)
{
	uint32_t i, k;

	for (i = 0; i < services->len; i++) {
		const struct node *own = node_get(services->entries[i].value, list);

		if (node_is(own, NODE_MAP) && node_entry(own, key))
			return true;
		for (k = 0; node_is(own, NODE_SEQ) && k < own->len; k++) {
			const char *source = node_get_string(own->items[k], "source");

			if (source && !strcmp(source, key))
				return true;
		}
	}
	return false;
}

/* Every node has these, in its own scope. */
static bool is_built_in(const char *network)
{
	return !strcmp(network, "host") || !strcmp(network, "bridge") || !strcmp(network, "none") ||
	       !strcmp(network, "ingress");
}

void swarm_check_external(struct run *run, struct arena *a, struct view *v,
			  const struct stack *stack, const struct swarm *s, struct findings *out)
{
	struct stack_model model = { 0 };
	struct err ignored = ERR_INIT; /* shows when it is rendered */
	size_t i;
	uint32_t k;

	if (stack_load(run, a, v, stack, &model, &ignored) < 0)
		return;
	for (i = 0; i < ARRAY_SIZE(sections); i++) {
		const struct node *all = node_get(model.merged, sections[i].section);

		for (k = 0; k < all->len; k++) {
			const struct node *key = all->entries[k].key, *d = all->entries[k].value;
			const char *name = node_get_string(d, "name");

			if (!node_true(node_get(d, "external")) || !name ||
			    (!i && is_built_in(name)) || swarm_find(s, sections[i].kind, name) ||
			    !is_used(node_get(model.merged, "services"), sections[i].list,
				     key->text))
				continue;
			findings_add(out, SEVERITY_ERROR, "swarm/external", NULL, "", key->origin,
				     "the external %s '%s' is not in the swarm: create it before "
				     "the stack is deployed",
				     sections[i].word, name);
		}
	}
}
