#include "render/engines/flux.h"

struct node *flux_child_map(struct arena *a, struct node *n, const char *key)
{
	struct node *map = node_get(n, key);

	if (!node_is(map, NODE_MAP)) {
		map = node_map(a);
		node_set(a, n, key, map);
	}
	return map;
}

static void add_common(struct arena *a, const struct node *spec, struct node *metadata)
{
	static const char *const kinds[] = { "labels", "annotations" };
	size_t i;
	uint32_t j;

	for (i = 0; i < ARRAY_SIZE(kinds); i++) {
		const struct node *more = node_path(spec, "commonMetadata", kinds[i], NULL);

		for (j = 0; node_is(more, NODE_MAP) && j < more->len; j++)
			node_set(a, flux_child_map(a, metadata, kinds[i]),
				 more->entries[j].key->text, node_copy(a, more->entries[j].value));
	}
}

void flux_mark(struct arena *a, const struct app *app, const char *group, struct node *object)
{
	struct node *metadata = flux_child_map(a, object, "metadata"), *labels;

	add_common(a, node_get(app->root, "spec"), metadata);
	labels = flux_child_map(a, metadata, "labels");
	node_set(a, labels, arena_printf(a, "%s/name", group),
		 node_at(node_str(a, app->name), app->root->origin));
	node_set(a, labels, arena_printf(a, "%s/namespace", group),
		 node_at(node_str(a, app->ns), app->root->origin));
}
