/* What a cluster can do, as Helm asks it: its version, and the APIs that it serves. */
#include "validate/cluster/internal.h"

static struct node *apis_of(struct cluster *c)
{
	struct node *list = node_seq(&c->arena);
	size_t i, k;

	for (i = 0; i < c->groups.count; i++) {
		const struct versions *v = c->groups.entries[i].value;
		const char *group = c->groups.entries[i].key;

		for (k = 0; group && k < v->count; k++)
			node_append(&c->arena, list,
				    node_str(&c->arena, *group ? arena_printf(&c->arena, "%s/%s",
									      group, v->items[k])
							       : v->items[k]));
	}
	for (i = 0; i < c->kinds.count; i++) {
		const char *key = c->kinds.entries[i].key;

		if (key)
			node_append(&c->arena, list, node_str(&c->arena, key + (*key == '/')));
	}
	return list;
}

const struct node *cluster_facts(void *data, struct arena *a)
{
	struct cluster *c = data;
	struct err ignored = ERR_INIT; /* whoever asks it for more is told */

	(void)a;
	if (!c->facts && !cluster_connect(c, &ignored)) {
		c->facts = node_map(&c->arena);
		node_set(&c->arena, c->facts, "version", node_str(&c->arena, cluster_version(c)));
		node_set(&c->arena, c->facts, "apis", apis_of(c));
	}
	return c->facts;
}
