#include <string.h>
#include "render/render.h"

static int wrong(struct run *run, const struct node *at, struct err *err, const char *what)
{
	return err_raise(err, ERR_INPUT, origins_pos(run->origins, at->origin), "%s", what);
}

/* A string field of an object, "" when it is absent or null; -1 when it is something else. */
static int string_field(struct run *run, const struct node *map, const char *key, const char **out,
			struct err *err)
{
	const struct node *value = node_get(map, key);

	*out = "";
	if (node_is_null(value))
		return 0;
	if (value->type != NODE_STR)
		return err_raise(err, ERR_INPUT, origins_pos(run->origins, value->origin),
				 "%s must be a string, found %s '%.60s'", key,
				 node_type_name(value), node_is_scalar(value) ? value->text : "");
	*out = value->text;
	return 0;
}

int object_from_node(struct run *run, struct arena *a, const struct node *root, struct object *out,
		     struct err *err)
{
	const struct node *metadata;
	struct origin_pos pos;
	const char *slash;

	*out = (struct object){ .root = root };
	if (!node_is(root, NODE_MAP))
		return wrong(run, root, err,
			     "expected a Kubernetes object, a mapping with apiVersion and kind");
	if (string_field(run, root, "apiVersion", &out->api_version, err) < 0 ||
	    string_field(run, root, "kind", &out->kind, err) < 0)
		return -1;
	if (!*out->kind && !*out->api_version && node_is(node_get(root, "services"), NODE_MAP))
		return wrong(run, root, err,
			     "this is a Compose file, no Kubernetes manifest: 'kubectl gitops plan "
			     "-c FILE' plans its stack, with --swarm HOST on a swarm");
	if (!*out->kind)
		return wrong(run, root, err, "object has no kind");
	if (!*out->api_version)
		return wrong(run, root, err, "object has no apiVersion");
	metadata = node_get(root, "metadata");
	if (metadata && !node_is(metadata, NODE_MAP) && !node_is_null(metadata))
		return wrong(run, metadata, err, "metadata must be a mapping");
	if (string_field(run, metadata, "namespace", &out->ns, err) < 0 ||
	    string_field(run, metadata, "name", &out->name, err) < 0)
		return -1;
	slash = strchr(out->api_version, '/');
	out->group =
		slash ? arena_memdup(a, out->api_version, (size_t)(slash - out->api_version)) : "";
	out->version = slash ? slash + 1 : out->api_version;
	origins_resolve(run->origins, root->origin, &pos);
	out->file = pos.file ? pos.file : "";
	return 0;
}

static bool is_list(const struct node *root)
{
	const char *kind = node_get_string(root, "kind");
	size_t len = kind ? strlen(kind) : 0;

	return len >= 4 && !strcmp(kind + len - 4, "List") &&
	       node_is(node_get(root, "items"), NODE_SEQ);
}

int objects_add(struct run *run, struct arena *a, struct objects *out, const struct node *root,
		struct err *err)
{
	struct object object;
	uint32_t i;

	if (is_list(root)) {
		const struct node *items = node_get(root, "items");

		for (i = 0; i < items->len; i++)
			if (objects_add(run, a, out, items->items[i], err) < 0)
				return -1;
		return 0;
	}
	if (object_from_node(run, a, root, &object, err) < 0)
		return -1;
	*vec_push(a, out) = object;
	return 0;
}

bool objects_make_namespace(const struct objects *all, const char *name)
{
	size_t i;

	for (i = 0; i < all->count; i++)
		if (!strcmp(all->items[i].kind, "Namespace") && !*all->items[i].group &&
		    !strcmp(all->items[i].name, name))
			return true;
	return false;
}
