/* What the Engine API answers, as objects like those that stacks make: names for ids. */
#include <string.h>
#include "base/base64.h"
#include "base/utf8.h"
#include "validate/swarm/internal.h"

static struct node *object_of(struct swarm *s, const char *kind, const char *name,
			      struct node *spec)
{
	struct node *out = node_map(&s->arena), *metadata = node_map(&s->arena);

	node_set(&s->arena, out, "apiVersion", node_str(&s->arena, SWARM_API));
	node_set(&s->arena, out, "kind", node_str(&s->arena, kind));
	node_set(&s->arena, metadata, "name", node_str(&s->arena, name));
	node_set(&s->arena, out, "metadata", metadata);
	node_set(&s->arena, out, "spec", spec);
	return out;
}

/* ---- networks ---- */

static struct node *network_spec(struct swarm *s, const struct node *n)
{
	static const char *const keys[] = { "Name",	  "Driver",	"Labels", "Internal",
					    "Attachable", "EnableIPv6", "IPAM" };
	static const char vxlan[] = "com.docker.network.driver.overlay.vxlanid_list";
	struct node *spec = node_map(&s->arena), *options, *list;
	size_t i;
	uint32_t k;

	for (i = 0; i < ARRAY_SIZE(keys); i++)
		if (node_get(n, keys[i]))
			node_set(&s->arena, spec, keys[i],
				 node_copy(&s->arena, node_get(n, keys[i])));
	options = node_copy(&s->arena, node_get(n, "Options"));
	if (node_is(options, NODE_MAP)) {
		node_remove(options, vxlan);
		node_set(&s->arena, spec, "Options", options);
	}
	list = node_path(spec, "IPAM", "Config", NULL);
	for (k = 0; node_is(list, NODE_SEQ) && k < list->len; k++)
		node_remove(list->items[k], "Gateway");
	return spec;
}

/* ---- secrets and configs ---- */

static void decode_data(struct swarm *s, struct node *spec)
{
	const struct node *data = node_get(spec, "Data");
	struct buf out;
	size_t at = 0, n = 1;

	if (!node_is(data, NODE_STR))
		return;
	buf_init(&out, 0);
	if (base64_decode(&out, data->text, data->len)) {
		while (at < out.len && (n = utf8_length(out.text + at, out.len - at)) &&
		       out.text[at])
			at += n;
		if (at == out.len)
			node_set(&s->arena, spec, "Data", node_str_n(&s->arena, out.text, out.len));
		else
			node_set(&s->arena, spec, "Encoding", node_str(&s->arena, "base64"));
	}
	buf_release(&out);
}

/* ---- services ---- */

static void name_networks(struct swarm *s, const struct node *list)
{
	uint32_t i;

	for (i = 0; node_is(list, NODE_SEQ) && i < list->len; i++) {
		const char *id = node_get_string(list->items[i], "Target");
		const char *name = id ? map_get(&s->networks, id) : NULL;

		if (name)
			node_set(&s->arena, list->items[i], "Target", node_str(&s->arena, name));
	}
}

static void drop_ids(const struct node *list, const char *key)
{
	uint32_t i;

	for (i = 0; node_is(list, NODE_SEQ) && i < list->len; i++)
		node_remove(list->items[i], key);
}

static struct node *service_of(struct swarm *s, const struct node *answer)
{
	struct node *spec = node_copy(&s->arena, node_get(answer, "Spec"));
	struct node *task = node_get(spec, "TaskTemplate"), *container;

	name_networks(s, node_get(task, "Networks"));
	name_networks(s, node_get(spec, "Networks"));
	if (node_is(task, NODE_MAP)) {
		node_remove(task, "ForceUpdate"); /* docker stack keeps what is there */
		if (node_get(task, "Placement"))
			node_remove(node_get(task, "Placement"), "Platforms");
	}
	container = node_get(task, "ContainerSpec");
	drop_ids(node_get(container, "Secrets"), "SecretID");
	drop_ids(node_get(container, "Configs"), "ConfigID");
	return spec;
}

struct node *swarm_object(struct swarm *s, const char *kind, const struct node *answer)
{
	const struct node *from = node_get(answer, "Spec");
	const char *scope = node_get_string(answer, "Scope"), *name;
	struct node *spec;

	if (!strcmp(kind, "Network")) {
		name = node_get_string(answer, "Name");
		if (!name || !scope || strcmp(scope, "swarm") != 0)
			return NULL;
		return object_of(s, kind, name, network_spec(s, answer));
	}
	name = node_get_string(from, "Name");
	if (!name)
		return NULL;
	if (!strcmp(kind, "Service")) {
		spec = service_of(s, answer);
	} else {
		spec = node_copy(&s->arena, from);
		decode_data(s, spec);
	}
	return object_of(s, kind, name, spec);
}
