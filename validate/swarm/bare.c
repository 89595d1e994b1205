/*
 * What the engine adds to a spec by itself (seen from 20.10 to 29) is taken away from both sides,
 * so that what is left is what somebody asked for.
 */
#include <stdlib.h>
#include <string.h>
#include "base/json.h"
#include "validate/swarm/internal.h"

static const struct {
	const char *kind, *path, *value;
} defaults[] = {
	{ "Service", "EndpointSpec.Mode", "vip" },
	{ "Service", "RollbackConfig.FailureAction", "pause" },
	{ "Service", "RollbackConfig.Monitor", "5000000000" },
	{ "Service", "RollbackConfig.Order", "stop-first" },
	{ "Service", "RollbackConfig.Parallelism", "1" },
	{ "Service", "TaskTemplate.ContainerSpec.Isolation", "default" },
	{ "Service", "TaskTemplate.ContainerSpec.StopGracePeriod", "10000000000" },
	{ "Service", "TaskTemplate.RestartPolicy.Condition", "any" },
	{ "Service", "TaskTemplate.RestartPolicy.Delay", "5000000000" },
	{ "Service", "TaskTemplate.Runtime", "container" },
	{ "Service", "UpdateConfig.FailureAction", "pause" },
	{ "Service", "UpdateConfig.Monitor", "5000000000" },
	{ "Service", "UpdateConfig.Order", "stop-first" },
	{ "Service", "UpdateConfig.Parallelism", "1" },
	{ "Network", "IPAM.Driver", "default" },
	{ "Network", "Scope", "swarm" },
};

/* Where a zero says something, and mappings whose keys are the user's. */
static const char *const kept[] = {
	"UpdateConfig.Parallelism",
	"RollbackConfig.Parallelism",
	"TaskTemplate.ContainerSpec.Init",
	"TaskTemplate.RestartPolicy.Delay",
	"TaskTemplate.ContainerSpec.StopGracePeriod",
	"Mode",
};
static const char *const free_maps[] = { "Labels", "Options", "Sysctls", "DriverOpts" };

static bool is_zero(const struct node *n)
{
	double number;

	switch (n->type) {
	case NODE_NULL:
		return true;
	case NODE_BOOL:
		return !node_true(n);
	case NODE_INT:
	case NODE_FLOAT:
		return node_number(n, &number) && number == 0;
	default:
		return !n->len;
	}
}

static bool is_default(const char *kind, const char *path, const struct node *n)
{
	size_t i;

	for (i = 0; node_is_scalar(n) && i < ARRAY_SIZE(defaults); i++)
		if (!strcmp(defaults[i].kind, kind) && !strcmp(defaults[i].path, path))
			return !strcmp(defaults[i].value, n->text);
	return false;
}

static bool one_of(const char *const *list, size_t count, const char *text)
{
	size_t i;

	for (i = 0; i < count && strcmp(list[i], text) != 0; i++)
		;
	return i < count;
}

static struct node *bare(struct arena *a, const char *kind, const char *path, const struct node *n);

static struct node *bare_entries(struct arena *a, const char *kind, const char *path,
				 const struct node *n)
{
	struct node *out = node_at(node_map(a), n->origin), *child;
	uint32_t i;

	for (i = 0; i < n->len; i++) {
		const struct node *key = n->entries[i].key, *value = n->entries[i].value;
		const char *below = *path ? arena_printf(a, "%s.%s", path, key->text) : key->text;

		if (one_of(kept, ARRAY_SIZE(kept), below)) {
			child = is_default(kind, below, value) || value->type == NODE_NULL
					? NULL
					: node_copy(a, value);
		} else if (one_of(free_maps, ARRAY_SIZE(free_maps), key->text)) {
			child = is_zero(value) ? NULL : node_copy(a, value);
		} else {
			child = is_default(kind, below, value) ? NULL : bare(a, kind, below, value);
			if (child && is_zero(child))
				child = NULL;
		}
		if (child)
			node_append_entry(a, out, node_copy(a, key), child);
	}
	return out;
}

static struct node *bare(struct arena *a, const char *kind, const char *path, const struct node *n)
{
	struct node *out;
	uint32_t i;

	if (n->type == NODE_MAP)
		return bare_entries(a, kind, path, n);
	if (n->type != NODE_SEQ)
		return node_copy(a, n);
	out = node_at(node_seq(a), n->origin);
	for (i = 0; i < n->len; i++)
		node_append(a, out, bare(a, kind, arena_printf(a, "%s[]", path), n->items[i]));
	return out;
}

/* An order of our own where the engine's says nothing. */
static int by_text(const void *x, const void *y)
{
	const struct node *a = *(struct node *const *)x, *b = *(struct node *const *)y;

	return node_is_scalar(a) && node_is_scalar(b) ? strcmp(a->text, b->text) : 0;
}

static void sort_list(struct node *spec, const char *one, const char *two, const char *three)
{
	struct node *list = node_path(spec, one, two, three, NULL);

	if (node_is(list, NODE_SEQ) && list->len)
		qsort(list->items, list->len, sizeof(*list->items), by_text);
}

struct node *swarm_bare(struct arena *a, const char *kind, const struct node *object)
{
	struct node *out = node_copy_shallow(a, object), *spec;

	if (!node_get(object, "spec"))
		return out;
	spec = bare(a, kind, "", node_get(object, "spec"));
	if (node_get(node_get(object, "spec"), "Mode"))
		node_set(a, spec, "Mode", node_copy(a, node_get(node_get(object, "spec"), "Mode")));
	sort_list(spec, "TaskTemplate", "ContainerSpec", "Env");
	node_set(a, out, "spec", spec);
	node_remove(out, "status");
	return out;
}

static const char service_lists[] =
	"{\"properties\":{\"spec\":{\"properties\":{"
	"\"EndpointSpec\":{\"properties\":{\"Ports\":{\"x-kubernetes-list-type\":\"map\","
	"\"x-kubernetes-list-map-keys\":[\"TargetPort\",\"Protocol\"]}}},"
	"\"TaskTemplate\":{\"properties\":{"
	"\"Networks\":{\"x-kubernetes-list-type\":\"map\","
	"\"x-kubernetes-list-map-keys\":[\"Target\"],"
	"\"items\":{\"properties\":{\"Aliases\":{\"x-kubernetes-list-type\":\"set\"}}}},"
	"\"Placement\":{\"properties\":{\"Constraints\":{\"x-kubernetes-list-type\":\"set\"}}},"
	"\"ContainerSpec\":{\"properties\":{"
	"\"CapabilityAdd\":{\"x-kubernetes-list-type\":\"set\"},"
	"\"CapabilityDrop\":{\"x-kubernetes-list-type\":\"set\"},"
	"\"Configs\":{\"x-kubernetes-list-type\":\"map\","
	"\"x-kubernetes-list-map-keys\":[\"ConfigName\"]},"
	"\"Env\":{\"x-kubernetes-list-type\":\"set\"},"
	"\"Hosts\":{\"x-kubernetes-list-type\":\"set\"},"
	"\"Mounts\":{\"x-kubernetes-list-type\":\"map\","
	"\"x-kubernetes-list-map-keys\":[\"Target\"]},"
	"\"Secrets\":{\"x-kubernetes-list-type\":\"map\","
	"\"x-kubernetes-list-map-keys\":[\"SecretName\"]},"
	"\"Ulimits\":{\"x-kubernetes-list-type\":\"map\","
	"\"x-kubernetes-list-map-keys\":[\"Name\"]}}}}}}}}}";

static bool same_keys(const struct node *one, const struct node *other, const struct node *keys)
{
	for (uint32_t i = 0; i < keys->len; i++) {
		const char *key = keys->items[i]->text;

		if (!node_equal(node_get(one, key), node_get(other, key)))
			return false;
	}
	return true;
}

static bool has_twins(const struct node *list, const struct node *keys)
{
	uint32_t i, k;

	for (i = 0; node_is(list, NODE_SEQ) && i < list->len; i++)
		for (k = 0; k < i; k++)
			if (same_keys(list->items[i], list->items[k], keys))
				return true;
	return false;
}

/*
 * One port may be published twice, one config mounted twice: entries that their keys do not tell
 * apart are compared as a set.
 */
static void part_twins(struct arena *a, struct node *schema, const struct node *state)
{
	struct node *properties = node_get(schema, "properties");
	const struct node *keys = node_get(schema, "x-kubernetes-list-map-keys");
	uint32_t i;

	if (node_is(keys, NODE_SEQ) && has_twins(state, keys)) {
		node_set(a, schema, "x-kubernetes-list-type", node_str(a, "set"));
		node_remove(schema, "x-kubernetes-list-map-keys");
		node_remove(schema, "items");
	}
	for (i = 0; node_is(properties, NODE_MAP) && i < properties->len; i++)
		part_twins(a, properties->entries[i].value,
			   node_get(state, properties->entries[i].key->text));
}

const struct node *swarm_topology(struct arena *a, const char *kind,
				  const struct node *const states[], size_t count)
{
	static const char none[] = "{\"properties\":{}}";
	const char *text = strcmp(kind, "Service") ? none : service_lists;
	struct err err = ERR_INIT;
	struct node *schema = json_read(a, text, strlen(text), NULL, &err);

	for (size_t i = 0; i < count; i++)
		if (states[i])
			part_twins(a, schema, states[i]);
	return schema;
}
