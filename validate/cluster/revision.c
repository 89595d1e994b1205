/*
 * Which commit an engine applied last, as its object in the cluster says: what was committed after
 * that and before base is pending, and no drift.
 */
#include "validate/cluster/owners.h"

enum { OWNERS_MOST = 500, ID_MOST = 64 };

static const struct {
	const char *engine, *group, *kind;
} engines[] = {
	/* by engine */
	{ "argocd", "argoproj.io", "Application" },
	{ "flux", "kustomize.toolkit.fluxcd.io", "Kustomization" },
	{ "flux", "helm.toolkit.fluxcd.io", "HelmRelease" },
	{ "flux", "fluxcd.controlplane.io", "ResourceSet" },
};

static const char *key_of(struct arena *a, const struct owner *o)
{
	return arena_printf(a, "%s/%s/%s/%s", o->engine, o->kind, o->ns, o->name);
}

static const struct resource *resource_of(struct cluster *c, const struct owner *o)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(engines); i++)
		if (!strcmp(engines[i].engine, o->engine) && !strcmp(engines[i].kind, o->kind))
			return resource_any_version(c, engines[i].group, o->kind);
	return NULL;
}

void revision_want(struct asker *all, struct revisions *out)
{
	struct map seen;
	size_t i, k;

	map_init(&seen, &all->arena);
	for (i = 0; i < all->items->count; i++) {
		const struct plan_app *apps[] = { all->items->items[i].head_app,
						  all->items->items[i].base_app };

		for (k = 0; k < ARRAY_SIZE(apps) && out->count < OWNERS_MOST; k++) {
			const struct owner *o = apps[k] ? apps[k]->owner : NULL;
			const struct resource *r;
			const char *key;

			if (!o || !*o->name || (o->applied_revision && *o->applied_revision))
				continue;
			key = key_of(&all->arena, o);
			if (map_get(&seen, key))
				continue;
			map_set(&seen, key, all);
			r = resource_of(all->c, o);
			if (r)
				*vec_push(&all->arena, out) =
					(struct revision_ask){ key, resource_path(&all->arena, r,
										  o->ns, o->name) };
		}
	}
}

/* The commit in main@sha1:ID, main/ID or ID; NULL when there is none. */
static const char *commit_in(struct arena *a, const char *text)
{
	const char *id = text ? text + strlen(text) : NULL;
	size_t len;

	while (id && id > text && id[-1] != ':' && id[-1] != '/')
		id--;
	len = id ? strlen(id) : 0;
	if ((len != 40 && len != ID_MOST) || strspn(id, "0123456789abcdef") != len)
		return NULL;
	return arena_strdup(a, id);
}

/*
 * What of an Application's commits the cluster holds: the one that was compared last, where that
 * found no difference, or where a sync would have followed at once; else the one of the last sync.
 */
static const char *synced(const struct node *application)
{
	const struct node *status = node_get(application, "status");
	const struct node *sync = node_get(status, "sync"), *history = node_get(status, "history");
	const struct node *automated =
		node_path(application, "spec", "syncPolicy", "automated", NULL);
	const char *phase = node_text(node_path(status, "operationState", "phase", NULL));
	bool succeeded = phase && !strcmp(phase, "Succeeded");

	if (*node_string_at(sync, "revision") &&
	    (!strcmp(node_string_at(sync, "status"), "Synced") ||
	     (succeeded && node_is(automated, NODE_MAP))))
		return node_string_at(sync, "revision");
	if (succeeded)
		return node_text(
			node_path(status, "operationState", "syncResult", "revision", NULL));
	if (!node_is(history, NODE_SEQ) || !history->len)
		return NULL;
	return node_get_string(history->items[history->len - 1], "revision");
}

/* What an Application tracks, in the form of an inventory's entries; hooks come and go. */
static struct node *tracked(struct arena *a, const struct node *resources)
{
	struct node *out = node_seq(a), *entry;
	uint32_t i;

	for (i = 0; i < resources->len; i++) {
		const struct node *r = resources->items[i];

		if (node_true(node_get(r, "hook")))
			continue;
		entry = node_map(a);
		node_set(a, entry, "id",
			 node_str(a, flux_inventory_id(a, node_string_at(r, "namespace"),
						       node_string_at(r, "name"),
						       node_string_at(r, "group"),
						       node_string_at(r, "kind"))));
		node_set(a, entry, "v", node_str(a, node_string_at(r, "version")));
		node_append(a, out, entry);
	}
	return out;
}

void revision_take(struct asker *all, const struct revision_ask *asked,
		   const struct cluster_answer *answer)
{
	const struct node *status = node_get(answer->body, "status");
	const char *text = node_get_string(status, "lastAppliedRevision");

	if (answer->status != 200)
		return;
	if (node_is(node_path(status, "inventory", "entries", NULL), NODE_SEQ))
		map_set(&all->inventories, asked->key,
			(void *)(size_t)node_path(status, "inventory", "entries", NULL));
	else if (node_is(node_get(status, "resources"), NODE_SEQ))
		map_set(&all->inventories, asked->key,
			tracked(&all->arena, node_get(status, "resources")));
	text = commit_in(&all->arena, text ? text : synced(answer->body));
	if (text)
		map_set(&all->revisions, asked->key, (void *)(size_t)text);
}

const char *revision_of(const struct asker *all, const struct owner *owner)
{
	struct arena scratch = ARENA_INIT;
	const char *found = map_get(&all->revisions, key_of(&scratch, owner));

	arena_release(&scratch);
	return found;
}

const struct node *revision_inventory(const struct asker *all, const struct owner *owner)
{
	struct arena scratch = ARENA_INIT;
	const struct node *found = map_get(&all->inventories, key_of(&scratch, owner));

	arena_release(&scratch);
	return found;
}
