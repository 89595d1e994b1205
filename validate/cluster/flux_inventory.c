/*
 * status.inventory of a Kustomization, HelmRelease or ResourceSet: entries with an id
 * "namespace_name_group_kind" (a colon in a name is two underscores) and a version. It tells which
 * objects Flux will look at when git has lost them, also those that git lost before base. What Argo
 * CD tracks of an Application, its status.resources, is read in the same form.
 */
#include <string.h>
#include "validate/cluster/owners.h"

struct entry {
	const char *ns, *name, *group, *kind, *version;
};

const char *flux_inventory_id(struct arena *a, const char *ns, const char *name, const char *group,
			      const char *kind)
{
	struct buf text;
	const char *id;

	buf_init(&text, 0);
	for (; *name; name++)
		buf_str(&text, *name == ':' ? "__" : (char[]){ *name, '\0' });
	id = arena_printf(a, "%s_%s_%s_%s", ns, text.text ? text.text : "", group, kind);
	buf_release(&text);
	return id;
}

bool flux_inventory_lacks(const struct asker *all, const struct owner *owner,
			  const struct object *o, const char *ns)
{
	const struct node *entries = revision_inventory(all, owner);
	struct arena scratch = ARENA_INIT;
	const char *id = flux_inventory_id(&scratch, ns, o->name, o->group, o->kind);
	bool lacks = entries != NULL && strcmp(owner->engine, "argocd") != 0;
	uint32_t i;

	for (i = 0; lacks && i < entries->len; i++)
		lacks = strcmp(node_string_at(entries->items[i], "id"), id) != 0;
	arena_release(&scratch);
	return lacks;
}

/* Take an id apart, in `a`; false: it is none. */
static bool parse(struct arena *a, const struct node *n, struct entry *out)
{
	char *id = arena_strdup(a, node_string_at(n, "id")), *from, *to;
	char *name = strchr(id, '_'), *kind = strrchr(id, '_'), *group;

	if (!name || kind == name)
		return false;
	*kind = '\0';
	group = strrchr(id, '_');
	if (!group || group == name)
		return false;
	*group = *name = '\0';
	for (from = to = name + 1; *from; from += 1 + (from[0] == '_' && from[1] == '_'))
		*to++ = from[0] == '_' && from[1] == '_' ? ':' : *from;
	*to = '\0';
	*out = (struct entry){ id, name + 1, group + 1, kind + 1, node_string_at(n, "v") };
	return *out->name && *out->kind && *out->version;
}

static const struct plan_app *app_of(const struct plan_item *item, const struct owner *owner)
{
	const struct plan_app *apps[] = { item->head_app, item->base_app };
	size_t k;

	for (k = 0; k < ARRAY_SIZE(apps); k++)
		if (apps[k] && !strcmp(apps[k]->owner->engine, owner->engine) &&
		    !strcmp(apps[k]->owner->kind, owner->kind) &&
		    !strcmp(apps[k]->owner->ns, owner->ns) &&
		    !strcmp(apps[k]->owner->name, owner->name))
			return apps[k];
	return NULL;
}

/* Whether base is what was applied, or newer: else the inventory may hold what base never had. */
static bool base_was_applied(const struct asker *all, const struct owner *owner)
{
	const char *applied = revision_of(all, owner), *base = all->p->base;

	if (!applied || !base || !*base)
		return false;
	return !strcmp(applied, base) ||
	       (all->p->is_older && all->p->is_older(all->p->is_older_data, applied, base));
}

/* A release loses what its manifest had when it is upgraded, whatever base was. */
static bool removes_lost(const struct asker *all, const struct owner *owner)
{
	return owner_is_release(owner) ? owner->upgrades : base_was_applied(all, owner);
}

struct lost {
	struct asker *all;
	struct plan_items *items;
	struct map known; /* ids of what either side has, whoever applies it */
	size_t count;	  /* of the items that the sides have */
};

/* A name that is not known yet (a variable in it) may stand for any entry. */
static bool names_are_known(const struct lost *l, const struct owner *owner)
{
	size_t i;

	for (i = 0; i < l->count; i++) {
		const struct plan_item *item = &l->items->items[i];
		const struct object *o = item->head ? item->head : item->base;

		if (app_of(item, owner) && (strchr(o->name, '$') || strchr(o->ns, '$')))
			return false;
	}
	return true;
}

static void add_lost(struct lost *l, const struct plan_app *app, const struct entry *e)
{
	struct arena *a = &l->all->arena;
	struct object *o = arena_new(a, struct object);
	struct node *root = node_map(a), *metadata = node_map(a);
	const char *api = *e->group ? arena_printf(a, "%s/%s", e->group, e->version) : e->version;

	node_set(a, root, "apiVersion", node_str(a, api));
	node_set(a, root, "kind", node_str(a, e->kind));
	node_set(a, root, "metadata", metadata);
	node_set(a, metadata, "name", node_str(a, e->name));
	if (*e->ns)
		node_set(a, metadata, "namespace", node_str(a, e->ns));
	*o = (struct object){ .root = root,
			      .api_version = api,
			      .group = e->group,
			      .version = e->version,
			      .kind = e->kind,
			      .ns = e->ns,
			      .name = e->name };
	*vec_push(a, l->items) = (struct plan_item){
		.base = o,
		.base_app = app,
		.key = arena_printf(a, "%s/%s/%s/%s", e->group, e->kind, e->ns, e->name),
		.leftover = true,
	};
}

static void add_of_owner(struct lost *l, const struct plan_app *app)
{
	const struct node *entries = revision_inventory(l->all, app->owner);
	struct arena *a = &l->all->arena;
	struct entry e;
	uint32_t i;

	if (!entries || !app->owner->prunes || app->head_failed || app->base_failed ||
	    !removes_lost(l->all, app->owner) || !names_are_known(l, app->owner))
		return;
	for (i = 0; i < entries->len; i++) {
		const char *id = node_string_at(entries->items[i], "id");

		if (map_get(&l->known, id) || !parse(a, entries->items[i], &e))
			continue;
		map_set(&l->known, arena_strdup(a, id), l);
		add_lost(l, app, &e);
	}
}

void flux_inventory_lost(struct asker *all, struct plan_items *items)
{
	struct lost l = { .all = all, .items = items, .count = items->count };
	struct arena *a = &all->arena;
	struct map seen;
	size_t i, k;

	if (!all->inventories.count)
		return;
	map_init(&l.known, a);
	map_init(&seen, a);
	for (i = 0; i < l.count; i++) {
		const struct plan_item *item = &items->items[i];
		const struct object *o = item->head ? item->head : item->base;
		const struct resource *r = resource_find(all->c, o->group, o->version, o->kind);
		const char *ns = r && !r->namespaced ? ""
				 : *o->ns || !r	     ? o->ns
						     : cluster_namespace(all->c);

		map_set(&l.known, flux_inventory_id(a, ns, o->name, o->group, o->kind), all);
	}
	for (i = 0; i < l.count; i++) {
		const struct plan_app *apps[] = { items->items[i].head_app,
						  items->items[i].base_app };

		for (k = 0; k < ARRAY_SIZE(apps); k++) {
			const char *key =
				apps[k] ? arena_printf(a, "%s/%s/%s", apps[k]->owner->kind,
						       apps[k]->owner->ns, apps[k]->owner->name)
					: "";

			/* what it only creates is of another owner of the same name */
			if (!*key || !apps[k]->owner->prunes || map_get(&seen, key))
				continue;
			map_set(&seen, key, all);
			add_of_owner(&l, apps[k]);
		}
	}
}
