/* Mounts as the Engine API wants them. */
#include <string.h>
#include "render/swarm/internal.h"

/* The options that each type of mount takes; any other is refused. */
static const struct {
	const char *type, *options;
	bool source; /* needs one */
} types[] = { { "volume", "volume", false },  { "bind", "bind", true },
	      { "tmpfs", "tmpfs", false },    { "npipe", "bind", true },
	      { "cluster", "cluster", true }, { "image", "image", true } };

static size_t type_of(struct converter *c, const struct node *mount)
{
	const struct node *type = node_get(mount, "type");
	size_t i;

	if (!node_is(type, NODE_STR) || !type->len)
		return 0;
	for (i = 0; i < ARRAY_SIZE(types); i++)
		if (!strcmp(types[i].type, type->text))
			return i;
	stack_note(c->l, STACK_ERROR, "swarm/invalid", type->origin,
		   "volume type must be volume, bind, tmpfs, npipe, cluster or image, not '%s'",
		   type->text);
	return 0;
}

static void check(struct converter *c, const struct node *mount, size_t type)
{
	static const char *const options[] = { "volume", "bind", "tmpfs", "cluster", "image" };
	const struct node *source = node_get(mount, "source");
	size_t i;

	for (i = 0; i < ARRAY_SIZE(options); i++) {
		const struct node *given = node_get(mount, options[i]);

		if (given && strcmp(options[i], types[type].options) != 0)
			stack_note(c->l, STACK_ERROR, "swarm/invalid", given->origin,
				   "%s options are incompatible with type %s", options[i],
				   types[type].type);
	}
	if (types[type].source && (!node_is(source, NODE_STR) || !source->len))
		stack_note(c->l, STACK_ERROR, "swarm/invalid", mount->origin,
			   "a mount of type %s needs a source", types[type].type);
	if (!strcmp(types[type].type, "tmpfs") && source)
		stack_note(c->l, STACK_ERROR, "swarm/invalid", source->origin,
			   "a tmpfs has no source");
}

static void put_flag(struct converter *c, struct node *out, const char *key, const struct node *n)
{
	if (node_true(n))
		put(c, out, key, node_copy(c->arena, n));
}

static void put_volume(struct converter *c, struct node *out, const struct node *mount)
{
	const struct node *source = node_get(mount, "source"), *own = node_get(mount, "volume");
	const struct node *d, *name;
	struct node *options, *driver;

	if (!node_is(source, NODE_STR) || !source->len)
		return;
	d = node_get(node_get(c->merged, "volumes"), source->text);
	if (!d) {
		stack_note(c->l, STACK_ERROR, "swarm/invalid", source->origin,
			   "undefined volume '%s': name it under volumes:", source->text);
		return;
	}
	name = node_get(d, "name");
	put(c, out, "Source",
	    name ? node_copy(c->arena, name)
		 : text_at(c->arena, scoped_name(c, source->text, d), source));
	options = node_at(node_map(c->arena), d->origin);
	put_flag(c, options, "NoCopy", node_get(own, "nocopy"));
	put(c, options, "Subpath", node_copy(c->arena, node_get(own, "subpath")));
	if (!is_external(d)) {
		put(c, options, "Labels", stack_labels(c, node_get(d, "labels"), source));
		driver = node_at(node_map(c->arena), d->origin);
		put(c, driver, "Name", node_copy(c->arena, node_get(d, "driver")));
		put(c, driver, "Options", node_copy(c->arena, node_get(d, "driver_opts")));
		put(c, options, "DriverConfig", driver);
	}
	put(c, out, "VolumeOptions", options);
}

static void put_tmpfs(struct converter *c, struct node *out, const struct node *own)
{
	const struct node *size = node_get(own, "size");
	struct node *options = node_map(c->arena);
	int64_t bytes;

	if (!size || !scalar_bytes(scalar_text(c->arena, size), &bytes))
		return;
	options->origin = own->origin;
	put(c, options, "SizeBytes", int_at(c->arena, bytes, size));
	put(c, out, "TmpfsOptions", options);
}

static struct node *mount_spec(struct converter *c, const struct node *mount)
{
	struct node *out = node_at(node_map(c->arena), mount->origin), *options;
	size_t type = type_of(c, mount);

	check(c, mount, type);
	put(c, out, "Type", text_at(c->arena, types[type].type, mount));
	put(c, out, "Source", node_copy(c->arena, node_get(mount, "source")));
	put(c, out, "Target", node_copy(c->arena, node_get(mount, "target")));
	put_flag(c, out, "ReadOnly", node_get(mount, "read_only"));
	put(c, out, "Consistency", node_copy(c->arena, node_get(mount, "consistency")));
	options = node_at(node_map(c->arena), mount->origin);
	if (!strcmp(types[type].type, "volume"))
		put_volume(c, out, mount);
	if (!strcmp(types[type].type, "tmpfs"))
		put_tmpfs(c, out, node_get(mount, "tmpfs"));
	if (!strcmp(types[type].options, "bind")) {
		put(c, options, "Propagation",
		    node_copy(c->arena, node_path(mount, "bind", "propagation", NULL)));
		put(c, out, "BindOptions", options);
	}
	return out;
}

struct node *mount_list(struct converter *c, const struct node *list)
{
	struct node *out;
	uint32_t i;

	if (!node_is(list, NODE_SEQ))
		return NULL;
	out = node_at(node_seq(c->arena), list->origin);
	for (i = 0; i < list->len; i++)
		node_append(c->arena, out, mount_spec(c, list->items[i]));
	return out;
}
