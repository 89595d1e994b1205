#include <stdlib.h>
#include <string.h>
#include "validate/plan_internal.h"

/*
 * The order in which an engine must apply kinds: what others need first. Kinds that are not listed
 * (custom resources) come after workloads and before what can refuse others.
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

unsigned plan_rank(const struct object *o)
{
	unsigned i;

	for (i = 0; i < ARRAY_SIZE(first_kinds); i++)
		if (!strcmp(first_kinds[i], o->kind))
			return i;
	for (i = 0; i < ARRAY_SIZE(last_kinds); i++)
		if (!strcmp(last_kinds[i], o->kind))
			return 200 + i;
	return 100;
}

static const char *key_of(struct arena *a, const struct object *o)
{
	return arena_printf(a, "%s/%s/%s/%s", o->group, o->kind, o->ns, o->name);
}

static struct plan_item *item_at(struct arena *a, struct map *index, struct plan_items *out,
				 const struct object *o)
{
	const char *key = key_of(a, o);
	void **place = map_at(index, key);
	struct plan_item *item;

	if (*place)
		return &out->items[(size_t)*place - 1];
	item = vec_push(a, out);
	*item = (struct plan_item){ .key = key, .rank = plan_rank(o), .place = out->count };
	*place = (void *)out->count;
	return item;
}

static int compare_items(const void *left, const void *right)
{
	const struct plan_item *a = left, *b = right;
	unsigned x = a->head ? a->rank : 1000 - a->rank; /* what goes, goes last and backwards */
	unsigned y = b->head ? b->rank : 1000 - b->rank;

	if (x != y)
		return x < y ? -1 : 1;
	return a->place < b->place ? -1 : a->place > b->place;
}

void plan_match(struct arena *a, const struct plan_app *apps, size_t count, struct plan_items *out)
{
	struct map index;
	size_t i, k;

	map_init(&index, a);
	for (i = 0; i < count; i++) {
		for (k = 0; apps[i].head && k < apps[i].head->count; k++) {
			struct plan_item *item;

			if (apps[i].head->items[k].hook)
				continue;
			item = item_at(a, &index, out, &apps[i].head->items[k]);
			if (item->head) /* two owners: a finding of the rules across objects */
				continue;
			item->head = &apps[i].head->items[k];
			item->head_app = &apps[i];
		}
	}
	for (i = 0; i < count; i++) {
		for (k = 0; apps[i].base && k < apps[i].base->count; k++) {
			struct plan_item *item;

			if (apps[i].base->items[k].hook)
				continue;
			item = item_at(a, &index, out, &apps[i].base->items[k]);
			if (item->base && item->base_app == item->head_app)
				continue;
			item->base = &apps[i].base->items[k];
			item->base_app = &apps[i];
		}
	}
	if (out->count)
		qsort(out->items, out->count, sizeof(*out->items), compare_items);
}
