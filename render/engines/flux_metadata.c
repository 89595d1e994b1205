#include <string.h>
#include "render/engines/flux.h"
#include "base/base64.h"

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
	add_common(a, node_get(app->root, "spec"), flux_child_map(a, object, "metadata"));
	flux_mark_owner(a, app, group, object);
}

void flux_mark_owner(struct arena *a, const struct app *app, const char *group, struct node *object)
{
	struct node *metadata = flux_child_map(a, object, "metadata");
	struct node *labels = flux_child_map(a, metadata, "labels");

	node_set(a, labels, arena_printf(a, "%s/name", group),
		 node_at(node_str(a, app->name), app->root->origin));
	node_set(a, labels, arena_printf(a, "%s/namespace", group),
		 node_at(node_str(a, app->ns), app->root->origin));
}

void flux_secret_data(struct arena *a, struct node *object)
{
	const struct node *plain = node_get(object, "stringData");
	struct node *data;
	struct buf text;
	uint32_t i;

	if (strcmp(node_string_at(object, "kind"), "Secret") || !node_is(plain, NODE_MAP) ||
	    node_get(object, "sops"))
		return;
	data = flux_child_map(a, object, "data");
	for (i = 0; i < plain->len; i++) {
		const struct node *value = plain->entries[i].value;

		if (!node_is_scalar(value) || value->type == NODE_NULL)
			continue;
		buf_init(&text, LIMIT_FILE_BYTES);
		base64_encode(&text, value->text, value->len);
		node_set(a, data, plain->entries[i].key->text,
			 node_at(node_str_n(a, text.text, text.len), value->origin));
		buf_release(&text);
	}
	node_remove(object, "stringData");
}
