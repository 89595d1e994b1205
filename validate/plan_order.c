/*
 * The order in which an engine must apply a plan's objects: by kind, what others need first, and
 * before that by reference: an object comes after those of the same plan that it names. What goes,
 * goes last and backwards.
 */
#include <stdlib.h>
#include <string.h>
#include "validate/across/across.h"
#include "render/swarm/swarm.h"
#include "validate/plan_internal.h"

enum { WALK_DEPTH = 64 };

/*
 * Kinds that are not listed (custom resources) come after workloads and before what can refuse
 * others.
 */
static const char *const first_kinds[] = {
	"Namespace",
	"CustomResourceDefinition",
	"PriorityClass",
	"StorageClass",
	"VolumeSnapshotClass",
	"IngressClass",
	"GatewayClass",
	"RuntimeClass",
	"NetworkPolicy",
	"ResourceQuota",
	"LimitRange",
	"PodDisruptionBudget",
	"ServiceAccount",
	"Secret",
	"ConfigMap",
	"PersistentVolume",
	"PersistentVolumeClaim",
	"ClusterRole",
	"ClusterRoleBinding",
	"Role",
	"RoleBinding",
	"Service",
	"DaemonSet",
	"Pod",
	"ReplicationController",
	"ReplicaSet",
	"Deployment",
	"HorizontalPodAutoscaler",
	"StatefulSet",
	"Job",
	"CronJob",
	"Ingress",
};
static const char *const last_kinds[] = {
	"APIService",
	"ValidatingAdmissionPolicy",
	"ValidatingAdmissionPolicyBinding",
	"MutatingAdmissionPolicy",
	"MutatingAdmissionPolicyBinding",
	"MutatingWebhookConfiguration",
	"ValidatingWebhookConfiguration",
};

/* As docker stack deploy makes them. */
static const char *const swarm_kinds[] = { "Network", "Secret", "Config", "Service" };

unsigned plan_rank(const struct object *o)
{
	unsigned i;

	for (i = 0; i < ARRAY_SIZE(swarm_kinds); i++)
		if (!strcmp(o->group, SWARM_GROUP) && !strcmp(swarm_kinds[i], o->kind))
			return i;

	for (i = 0; i < ARRAY_SIZE(first_kinds); i++)
		if (!strcmp(first_kinds[i], o->kind))
			return i;
	for (i = 0; i < ARRAY_SIZE(last_kinds); i++)
		if (!strcmp(last_kinds[i], o->kind))
			return 200 + i;
	return 100;
}

static int compare_items(const void *left, const void *right)
{
	const struct plan_item *a = left, *b = right;
	unsigned x = a->head ? a->rank : 1000 - a->rank; /* what goes, goes last and backwards */
	unsigned y = b->head ? b->rank : 1000 - b->rank;

	if (a->head && b->head && a->wave != b->wave)
		return a->wave < b->wave ? -1 : 1;
	if (x != y)
		return x < y ? -1 : 1;
	return a->place < b->place ? -1 : a->place > b->place;
}

struct needs {
	VEC(size_t);
	size_t next; /* the first that was not looked at */
	enum { ORDER_NEW, ORDER_UNDER_WAY, ORDER_DONE } state;
};

/* Whether the commit changes nothing of it, so that when it is applied matters to no one. */
static bool is_still(const struct plan_item *item)
{
	return item->base && item->head && item->base->root == item->head->root;
}

struct order {
	struct arena scratch;
	const struct plan_items *items;
	struct needs *needs; /* by item */
	struct map by_name;  /* "Kind/namespace/name" → index + 1 */
	struct map crds;     /* "group/Kind" → index + 1 of what defines it */
	size_t current;
};

static void add_need(struct order *o, const void *at)
{
	size_t index = (size_t)at;

	if (index && index - 1 != o->current)
		*vec_push(&o->scratch, &o->needs[o->current]) = index - 1;
}

static void need(void *data, const char *kind, const char *ns, const char *name)
{
	struct order *o = data;
	const char *own = o->items->items[o->current].head->ns;
	const void *at;

	at = map_get(&o->by_name, arena_printf(&o->scratch, "%s/%s/%s", kind, ns, name));
	if (!at && !*ns)
		at = map_get(&o->by_name, arena_printf(&o->scratch, "%s/%s/%s", kind, own, name));
	if (!at && *ns) /* of a kind without namespace */
		at = map_get(&o->by_name, arena_printf(&o->scratch, "%s//%s", kind, name));
	add_need(o, at);
}

/*
 * Custom resources name others in many fields, nearly always as a mapping with `kind` and `name`:
 * issuerRef, secretStoreRef, parentRefs, sourceRef.
 */
static void walk_references(struct order *o, const struct node *n, unsigned depth)
{
	const char *kind = NULL, *name = NULL, *ns = NULL;
	uint32_t i;

	if (depth > WALK_DEPTH)
		return;
	for (i = 0; node_is(n, NODE_SEQ) && i < n->len; i++)
		walk_references(o, n->items[i], depth + 1);
	if (!node_is(n, NODE_MAP))
		return;
	for (i = 0; i < n->len; i++) {
		const struct node *key = n->entries[i].key;

		if (key->len == 4 && !memcmp(key->text, "kind", 4))
			kind = node_string(n->entries[i].value);
		else if (key->len == 4 && !memcmp(key->text, "name", 4))
			name = node_string(n->entries[i].value);
		else if (key->len == 9 && !memcmp(key->text, "namespace", 9))
			ns = node_string(n->entries[i].value);
	}
	if (kind && name)
		need(o, kind, ns ? ns : "", name);
	for (i = 0; i < n->len; i++)
		walk_references(o, n->entries[i].value, depth + 1);
}

/* Names by which others refer to an item. */
static void note_item(struct order *o, size_t i)
{
	const struct object *head = o->items->items[i].head;
	const struct node *spec;
	const char *group, *kind;

	map_set(&o->by_name,
		arena_printf(&o->scratch, "%s/%s/%s", head->kind, head->ns, head->name),
		(void *)(i + 1));
	if (strcmp(head->kind, "CustomResourceDefinition") != 0)
		return;
	spec = node_get(head->root, "spec");
	group = node_get_string(spec, "group");
	kind = node_text(node_path(spec, "names", "kind", NULL));
	if (group && kind)
		map_set(&o->crds, arena_printf(&o->scratch, "%s/%s", group, kind), (void *)(i + 1));
}

static void find_needs(struct order *o, size_t i)
{
	const struct object *head = o->items->items[i].head;

	o->current = i;
	if (*head->ns)
		need(o, "Namespace", "", head->ns);
	add_need(o, map_get(&o->crds, arena_printf(&o->scratch, "%s/%s", head->group, head->kind)));
	across_each_reference(&o->scratch, head, need, o);
	walk_references(o, node_get(head->root, "spec"), 0);
}

static void reach(struct order *o, size_t i)
{
	o->needs[i].state = ORDER_UNDER_WAY;
	find_needs(o, i);
}

/* Put an item after all that it needs; of objects that need each other the first stays first. */
static void put(struct order *o, size_t from, size_t *stack, struct plan_item *out, size_t *placed)
{
	size_t depth = 1;

	if (o->needs[from].state != ORDER_NEW)
		return;
	reach(o, from);
	stack[0] = from;
	while (depth) {
		struct needs *n = &o->needs[stack[depth - 1]];

		if (n->next == n->count) {
			n->state = ORDER_DONE;
			out[(*placed)++] = o->items->items[stack[--depth]];
		} else if (o->needs[n->items[n->next++]].state == ORDER_NEW) {
			stack[depth] = n->items[n->next - 1];
			reach(o, stack[depth++]);
		}
	}
}

void plan_order(struct arena *a, struct plan_items *items, bool all)
{
	struct order o = { .items = items };
	struct plan_item *out = arena_array(a, items->count, struct plan_item);
	size_t heads = 0, placed = 0, i, *stack;

	if (!items->count)
		return;
	qsort(items->items, items->count, sizeof(*items->items), compare_items);
	while (heads < items->count && items->items[heads].head)
		heads++;
	arena_init(&o.scratch, a->budget);
	map_init(&o.by_name, &o.scratch);
	map_init(&o.crds, &o.scratch);
	o.needs = arena_array(&o.scratch, heads, struct needs);
	stack = arena_array(&o.scratch, heads, size_t);
	for (i = 0; i < heads; i++)
		note_item(&o, i);
	for (i = 0; i < heads; i++)
		if (all || !is_still(&items->items[i]))
			put(&o, i, stack, out, &placed);
	for (i = 0; i < heads; i++) /* and what nothing that changes needs */
		if (o.needs[i].state == ORDER_NEW)
			out[placed++] = items->items[i];
	memcpy(items->items, out, placed * sizeof(*out));
	arena_release(&o.scratch);
}
