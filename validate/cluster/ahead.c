/*
 * What is asked for before the objects: schemas of the plan's custom resources, for how their lists
 * are matched; and lists of kinds of which the plan has many in one namespace, which spare a GET
 * each. A list is bounded by the plan's own number, so that a namespace full of strangers costs
 * little; what it does not hold is asked for singly. Nobody waits for the lists but the objects in
 * them: their dry-runs are under way meanwhile where the owner's mode is known.
 */
#include <stdio.h>
#include "validate/cluster/owners.h"
#include "validate/cluster/requests.h"
#include "validate/schema/schema.h"

enum { LIST_FROM = 8, LIST_TO = 1000, LIST_SLACK = 100 };

struct listing {
	const char *path;
	size_t wanted;	    /* objects of the plan in it */
	struct map objects; /* by name */
	bool complete, answered, failed;
	struct asker *all;
	struct {
		VEC(struct ask *);
	} waiters;
};

struct ahead {
	struct asker *all;
	struct {
		VEC(struct cluster_request);
	} requests;
	struct {
		VEC(const char *);
	} crds;			    /* keys, one each of the first requests */
	struct revisions revisions; /* one each of the next */
	struct accounts accounts;   /* one each of the last */
	struct {
		VEC(struct listing *);
	} lists; /* sent beside them */
};

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
		if (!special_changed_crd(k, o))
			schema = schema_of(map_get(&k->all->live_crds, key), o->version);
		if (!schema)
			schema = schema_of(map_get(&k->all->crds, key), o->version);
	}
	return topology_of(cluster_version(k->all->c), o->group, o->version, o->kind, schema);
}

static void want_crd(struct ahead *w, const struct object *o, const struct resource *r)
{
	struct arena *a = &w->all->arena;
	const char *key = arena_printf(a, "%s/%s", o->group, o->kind);

	if (schema_group_known(o->group) || map_get(&w->all->live_crds, key))
		return;
	map_set(&w->all->live_crds, key, w->all); /* asked for */
	*vec_push(a, &w->crds) = key;
	*vec_push(a, &w->requests) = (struct cluster_request){
		.path = arena_printf(
			a, "/apis/apiextensions.k8s.io/v1/customresourcedefinitions/%s.%s",
			r->plural, r->group),
	};
}

static const char *collection_of(struct arena *a, const struct cluster *c, const struct object *o,
				 const struct resource *r)
{
	return resource_path(a, r, r->namespaced && !*o->ns ? cluster_namespace(c) : o->ns, NULL);
}

static void count_list(struct ahead *w, const struct plan_item *item, const struct object *o,
		       const struct resource *r)
{
	const struct owner *owner = (item->head ? item->head_app : item->base_app)->owner;
	const char *path;
	void **at;

	if (!(r->verbs & VERB_LIST) || *owner->as_user ||
	    (!*o->group && !strcmp(o->kind, "Secret")))
		return;
	path = collection_of(&w->all->arena, w->all->c, o, r);
	at = map_at(&w->all->lists, path);
	if (!*at) {
		struct listing *l = arena_new(&w->all->arena, struct listing);

		l->path = path;
		l->all = w->all;
		map_init(&l->objects, &w->all->arena);
		*at = l;
	}
	((struct listing *)*at)->wanted++;
}

static void want_lists(struct ahead *w)
{
	struct map *lists = &w->all->lists;
	size_t total = 0, i;

	for (i = 0; i < lists->count; i++) {
		struct listing *l = lists->entries[i].value;

		if (l->wanted < LIST_FROM || total + l->wanted > LIST_TO)
			continue;
		total += l->wanted;
		*vec_push(&w->all->arena, &w->lists) = l;
	}
}

static void read_list(struct listing *l, const struct answer *answer)
{
	const struct node *items = node_get(answer->body, "items");
	const char *more = node_text(node_path(answer->body, "metadata", "continue", NULL));
	uint32_t i;

	if (answer->status != 200 || !node_is(items, NODE_SEQ)) {
		l->failed = true; /* no right to list: each is asked for */
		return;
	}
	l->answered = true;
	l->complete = !more || !*more;
	for (i = 0; i < items->len; i++) {
		const char *name = node_text(node_path(items->items[i], "metadata", "name", NULL));

		if (name)
			map_set(&l->objects, name, items->items[i]);
	}
}

/* The object out of a list that has come; false when it does not tell. Items carry no kind. */
static bool take_listed(struct ask *k, const struct listing *l)
{
	const struct object *o = k->item->head ? k->item->head : k->item->base;
	struct node *found = map_get(&l->objects, o->name);

	if (!l->answered || (!found && !l->complete))
		return false;
	k->live = (struct answer){ .status = found ? 200 : 404 };
	if (!found)
		return true;
	found = node_copy_shallow(&k->scratch, found);
	node_set(&k->scratch, found, "apiVersion", node_str(&k->scratch, o->api_version));
	node_set(&k->scratch, found, "kind", node_str(&k->scratch, o->kind));
	k->live.body = found;
	return true;
}

/* The list is here (or is not to be had): those who wait for it go on. */
static void list_came(void *data, struct http_response *response)
{
	struct listing *l = data;
	struct answer answer;
	size_t i;

	answer_read(&l->all->arena, response, &answer);
	read_list(l, &answer);
	for (i = 0; i < l->waiters.count; i++) {
		struct ask *k = l->waiters.items[i];

		if (!take_listed(k, l))
			apply_get(k);
		ask_arrived(k);
	}
	l->waiters.count = 0;
}

static void send_lists(struct ahead *w)
{
	size_t i;

	for (i = 0; i < w->lists.count; i++)
		cluster_send(w->all->c,
			     &(struct cluster_request){
				     .path = arena_printf(&w->all->arena, "%s?limit=%zu",
							  w->lists.items[i]->path,
							  w->lists.items[i]->wanted + LIST_SLACK),
			     },
			     list_came, w->lists.items[i]);
}

int ask_ahead(struct asker *all, struct err *err)
{
	struct ahead w = { .all = all };
	struct cluster_answer *answers;
	size_t i;

	for (i = 0; i < all->items->count; i++) {
		const struct plan_item *item = &all->items->items[i];
		const struct object *o = item->head ? item->head : item->base;
		const struct resource *r = resource_find(all->c, o->group, o->version, o->kind);

		if (!r)
			continue;
		if (item->head)
			want_crd(&w, o, r);
		count_list(&w, item, o, r);
	}
	want_lists(&w);
	for (i = 0; i < all->lists.count; i++)
		((struct listing *)all->lists.entries[i].value)->failed = true;
	for (i = 0; i < w.lists.count; i++)
		w.lists.items[i]->failed = false;
	revision_want(all, &w.revisions);
	for (i = 0; i < w.revisions.count; i++)
		*vec_push(&all->arena, &w.requests) =
			(struct cluster_request){ .path = w.revisions.items[i].path };
	accounts_want(all, &w.accounts);
	for (i = 0; i < w.accounts.count; i++)
		*vec_push(&all->arena, &w.requests) = w.accounts.items[i].request;
	if (!w.requests.count) {
		send_lists(&w);
		return 0;
	}
	answers = arena_array(&all->arena, w.requests.count, struct cluster_answer);
	send_lists(&w);
	if (cluster_calls(all->c, &all->arena, w.requests.items, answers, w.requests.count, err) <
	    0)
		return -1;
	for (i = 0; i < w.crds.count;
	     i++) /* without the right to read it, lists are matched by guess */
		map_set(&all->live_crds, w.crds.items[i],
			answers[i].status == 200 ? answers[i].body : NULL);
	for (i = 0; i < w.revisions.count; i++)
		revision_take(all, &w.revisions.items[i], &answers[w.crds.count + i]);
	for (i = 0; i < w.accounts.count; i++)
		accounts_take(all, &w.accounts.items[i],
			      &answers[w.crds.count + w.revisions.count + i]);
	return 0;
}

enum ask_listed ask_listed(struct ask *k)
{
	struct listing *l;

	if (k->rounds || *k->owner.as_user)
		return LISTED_NOT;
	l = map_get(&k->all->lists, resource_path(&k->scratch, k->resource, k->ns, NULL));
	if (!l || l->failed)
		return LISTED_NOT;
	if (l->answered)
		return take_listed(k, l) ? LISTED : LISTED_NOT;
	k->waiting++;
	*vec_push(&k->all->arena, &l->waiters) = k;
	return LISTED_LATER;
}
