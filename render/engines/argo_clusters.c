/*
 * The clusters that an Argo CD knows, for generators: Secrets of the commit, and those of the live
 * cluster where it may be asked. What they hold of credentials is not kept.
 */
#include <string.h>
#include "render/engines/argo.h"

#define SECRETS_OF_CLUSTERS ARGO_ANNOTATION "secret-type=cluster"

static bool is_known(const struct node *known, const char *name)
{
	uint32_t i;

	for (i = 0; i < known->len; i++)
		if (!strcmp(node_string_at(node_get(known->items[i], "metadata"), "name"), name))
			return true;
	return false;
}

static struct node *without_credentials(struct arena *a, const struct node *secret)
{
	static const char *const kept[] = { "name", "server", "project" };
	static const char *const from[] = { "data", "stringData" };
	struct node *out = node_map(a);
	size_t i, k;

	node_set(a, out, "metadata", node_copy(a, node_get(secret, "metadata")));
	node_remove(node_get(out, "metadata"), "managedFields");
	node_remove(node_get(out, "metadata"), "resourceVersion");
	for (i = 0; i < ARRAY_SIZE(from); i++)
		for (k = 0; k < ARRAY_SIZE(kept); k++) {
			const struct node *value = node_path(secret, from[i], kept[k], NULL);

			if (value)
				node_set(a, argo_map_in(a, out, from[i]), kept[k],
					 node_copy(a, value));
		}
	return node_at(out, secret->origin);
}

/* The live Secrets' list; NULL where nobody can be asked or the cluster does not tell. */
static const struct node *ask(struct apps *apps, const struct app *app)
{
	const struct node *list = NULL;
	struct err err = ERR_INIT;

	if (!apps->list) {
		apps_note(apps, APP_INFO, "engine/not-available", app->root->origin,
			  "ApplicationSet %s: which clusters there are, Secrets of the live "
			  "cluster say, which is not asked: those of the commit and its own count",
			  app->name);
		return NULL;
	}
	if (apps->list(apps->list_data, apps->arena, "v1", "Secret", *app->ns ? app->ns : "argocd",
		       SECRETS_OF_CLUSTERS, &list, &err) < 0) {
		apps_note(apps, APP_WARNING, "engine/not-available", app->root->origin,
			  "ApplicationSet %s: which clusters there are, Secrets of the live "
			  "cluster say, which may not be read: %s",
			  app->name, err.msg);
		return NULL;
	}
	return list ? node_get(list, "items") : NULL;
}

void argo_find_clusters(struct apps *apps, const struct app *app, const struct node *known,
			struct node *inputs)
{
	const struct node *live = ask(apps, app);
	struct node *all = node_seq(apps->arena);
	uint32_t i;

	for (i = 0; i < known->len; i++)
		node_append(apps->arena, all, without_credentials(apps->arena, known->items[i]));
	for (i = 0; node_is(live, NODE_SEQ) && i < live->len; i++) {
		const struct node *secret = live->items[i];

		if (!is_known(known, node_string_at(node_get(secret, "metadata"), "name")))
			node_append(apps->arena, all, without_credentials(apps->arena, secret));
	}
	node_set(apps->arena, inputs, "clusters", all);
	if (live)
		node_set(apps->arena, inputs, "clustersAsked", node_bool(apps->arena, true));
}
