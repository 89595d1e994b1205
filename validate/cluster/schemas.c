/* Schemas of the plan's custom resources, for how their lists are matched. */
#include <stdio.h>
#include "validate/cluster/ask.h"
#include "validate/schema/schema.h"

/* The openAPIV3Schema of one version of a CRD. */
static const struct node *schema_of(const struct node *crd, const char *version)
{
	const struct node *versions = node_path(crd, "spec", "versions", NULL);
	uint32_t i;

	for (i = 0; node_is(versions, NODE_SEQ) && i < versions->len; i++) {
		const char *name = node_get_string(versions->items[i], "name");

		if (name && !strcmp(name, version))
			return node_path(versions->items[i], "schema", "openAPIV3Schema", NULL);
	}
	return NULL;
}

struct topology ask_topology(const struct ask *k, const struct object *o)
{
	const struct node *schema = NULL;
	char key[512];

	if (!schema_group_known(o->group)) {
		snprintf(key, sizeof(key), "%s/%s", o->group, o->kind);
		schema = schema_of(map_get(&k->all->live_crds, key), o->version);
		if (!schema)
			schema = schema_of(map_get(&k->all->crds, key), o->version);
	}
	return topology_of(cluster_version(k->all->c), o->group, o->version, o->kind, schema);
}

int ask_crds(struct asker *all, struct err *err)
{
	struct {
		VEC(struct cluster_request);
	} requests = { 0 };
	struct {
		VEC(const char *);
	} keys = { 0 };
	struct cluster_answer *answers;
	const struct resource *r;
	size_t i;

	for (i = 0; i < all->items->count; i++) {
		const struct plan_item *item = &all->items->items[i];
		const struct object *o = item->head;
		const char *key;

		if (!o || schema_group_known(o->group))
			continue;
		key = arena_printf(&all->arena, "%s/%s", o->group, o->kind);
		r = resource_find(all->c, o->group, o->version, o->kind);
		if (!r || map_get(&all->live_crds, key))
			continue;
		map_set(&all->live_crds, key, all); /* asked for */
		*vec_push(&all->arena, &keys) = key;
		*vec_push(&all->arena, &requests) = (struct cluster_request){
			.path = arena_printf(&all->arena,
					     "/apis/apiextensions.k8s.io/v1/customresourcedefinitions/%s.%s", r->plural,
					     r->group),
		};
	}
	if (!requests.count)
		return 0;
	answers = arena_array(&all->arena, requests.count, struct cluster_answer);
	if (cluster_calls(all->c, &all->arena, requests.items, answers, requests.count, err) < 0)
		return -1;
	for (i = 0; i < requests.count; i++) /* without the right to read it, lists are matched by guess */
		map_set(&all->live_crds, keys.items[i], answers[i].status == 200 ? answers[i].body : NULL);
	return 0;
}
