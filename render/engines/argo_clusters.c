/*
 * The clusters that an Argo CD knows, for generators: Secrets of the commit, and those of the live
 * cluster where it may be asked. What they hold of credentials is not kept.
 */
#include <string.h>
#include "base/base64.h"
#include "render/engines/argo.h"

#define SECRETS_OF_CLUSTERS ARGO_ANNOTATION "secret-type=cluster"

const char *argo_secret_text(struct arena *a, const struct node *secret, const char *key)
{
	const char *text = node_string(node_path(secret, "stringData", key, NULL));
	const char *coded = node_string(node_path(secret, "data", key, NULL));
	struct buf out;

	if (text || !coded)
		return text;
	buf_init(&out, 0);
	text = base64_decode(&out, coded, strlen(coded)) ? buf_dup(&out, a) : NULL;
	buf_release(&out);
	return text;
}

/* Whether a render made the Secret that stands in a file: then that one is it. */
static bool is_rendered(const struct argo_clusters *all, const struct engine_object *o)
{
	size_t i;

	for (i = 0; i < all->count; i++)
		if (all->items[i].parent && !strcmp(all->items[i].name, o->name))
			return true;
	return false;
}

/* An Argo CD knows the Secrets of its own namespace, which its ApplicationSets are in too. */
static bool is_of(const struct engine_object *o, const struct app *set)
{
	bool elsewhere = *o->cluster && *set->cluster && strcmp(o->cluster, set->cluster) != 0;

	return !elsewhere && (!*o->ns || !*set->ns || !strcmp(o->ns, set->ns));
}

static const char *name_of(const struct node *secret)
{
	return node_string_at(node_get(secret, "metadata"), "name");
}

static bool is_known(const struct node *list, const char *name)
{
	uint32_t i;

	for (i = 0; i < list->len; i++)
		if (!strcmp(name_of(list->items[i]), name))
			return true;
	return false;
}

/*
 * What Argo CD and kubectl write for themselves is no parameter; a mapping that held nothing else
 * stays, empty, as for Argo CD.
 */
static void drop_own_annotations(struct node *metadata)
{
	static const char *const own[] = {
		ARGO_ANNOTATION "refresh",
		ARGO_ANNOTATION "refresh-timestamp",
		ARGO_ANNOTATION "hydrate",
		ARGO_ANNOTATION "hydrate-timestamp",
		ARGO_ANNOTATION "tracking-id",
		ARGO_ANNOTATION "installation-id",
		"kubectl.kubernetes.io/last-applied-configuration",
	};
	struct node *annotations = node_get(metadata, "annotations");
	size_t i;

	if (!node_is(annotations, NODE_MAP) || !annotations->len)
		node_remove(metadata, "annotations");
	else
		for (i = 0; i < ARRAY_SIZE(own); i++)
			node_remove(annotations, own[i]);
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
	drop_own_annotations(node_get(out, "metadata"));
	for (i = 0; i < ARRAY_SIZE(from); i++)
		for (k = 0; k < ARRAY_SIZE(kept); k++) {
			const struct node *value = node_path(secret, from[i], kept[k], NULL);

			if (value)
				node_set(a, argo_map_in(a, out, from[i]), kept[k],
					 node_copy(a, value));
		}
	return node_at(out, secret->origin);
}

/* The live Secrets, as a list; -1 where the cluster does not tell. */
static int list_live(struct apps *apps, const struct app *app, const struct node **items,
		     struct err *err)
{
	const struct node *list = NULL;

	if (apps->list(apps->list_data, apps->arena, "v1", "Secret", *app->ns ? app->ns : "argocd",
		       SECRETS_OF_CLUSTERS, &list, err) < 0)
		return -1;
	*items = node_get(list, "items");
	return 0;
}

/* The same for a set, told where they may not be read; NULL then, and where nobody is asked. */
static const struct node *ask(struct apps *apps, const struct app *app)
{
	const struct node *items = NULL;
	struct err err = ERR_INIT;

	if (!apps->list)
		return NULL;
	if (list_live(apps, app, &items, &err) < 0)
		apps_note(apps, APP_WARNING, "engine/not-available", app->root->origin,
			  "ApplicationSet %s: which clusters there are, Secrets of the live "
			  "cluster say, which may not be read: %s",
			  app->name, err.msg);
	return items;
}

void argo_find_clusters(struct apps *apps, const struct app *set, const struct argo_clusters *known,
			struct node *inputs)
{
	const struct node *live = ask(apps, set);
	struct node *all = node_seq(apps->arena);
	uint32_t i;
	size_t k;

	for (k = known->count; k-- > 0;) {
		const struct engine_object *o = &known->items[k];

		if (is_of(o, set) && (o->parent || !is_rendered(known, o)) &&
		    !is_known(all, o->name))
			node_append(apps->arena, all, without_credentials(apps->arena, o->root));
	}
	for (i = 0; node_is(live, NODE_SEQ) && i < live->len; i++)
		if (!is_known(all, name_of(live->items[i])))
			node_append(apps->arena, all,
				    without_credentials(apps->arena, live->items[i]));
	node_set(apps->arena, inputs, "clusters", all);
	if (live)
		node_set(apps->arena, inputs, "clustersAsked", node_bool(apps->arena, true));
}

/* ---- the destination's cluster ---- */

static const char internal[] = "https://kubernetes.default.svc";

static bool is_internal(const char *server)
{
	return !strncmp(server, internal, sizeof(internal) - 1);
}

/* Whether a Secret is of the cluster with this name, or, where that is "", with this server. */
static bool names_cluster(struct arena *a, const struct node *secret, const char *name,
			  const char *server)
{
	const char *found = argo_secret_text(a, secret, *name ? "name" : "server");
	size_t len = strlen(*name ? name : server);

	while (found && !*name && len && server[len - 1] == '/')
		len--;
	return found && !strncmp(found, *name ? name : server, len) &&
	       strspn(found + len, *name ? "" : "/") == strlen(found + len);
}

static const struct node *find_secret(struct apps *apps, const struct app *app,
				      struct argo_clusters *known, const char *name,
				      const char *server)
{
	struct err ignored = ERR_INIT;
	size_t k;
	uint32_t i;

	for (k = known->count; k-- > 0;)
		if (is_of(&known->items[k], app) &&
		    names_cluster(apps->arena, known->items[k].root, name, server))
			return known->items[k].root;
	if (apps->list && !known->asked && list_live(apps, app, &known->live, &ignored) < 0)
		known->live = NULL;
	known->asked = true;
	for (i = 0; node_is(known->live, NODE_SEQ) && i < known->live->len; i++)
		if (names_cluster(apps->arena, known->live->items[i], name, server))
			return known->live->items[i];
	return NULL;
}

static const char *without_scheme(struct arena *a, const char *server)
{
	size_t len = strlen(server);

	while (len && server[len - 1] == '/')
		len--;
	server = arena_memdup(a, server, len);
	return !strncmp(server, "https://", 8) ? server + 8 : server;
}

const char *argo_cluster_of(struct apps *apps, const struct app *app, struct argo_clusters *known)
{
	const struct node *to = node_path(app->root, "spec", "destination", NULL), *secret;
	const char *name = node_string_at(to, "name"), *server = node_string_at(to, "server");
	const char *told;

	if (!strcmp(name, "in-cluster") || is_internal(server) || (!*name && !*server))
		return app->cluster;
	secret = find_secret(apps, app, known, name, server);
	told = secret ? argo_secret_text(apps->arena, secret, "server") : NULL;
	if (told && is_internal(told))
		return app->cluster;
	if (told)
		map_set(&apps->servers,
			*name ? name : argo_secret_text(apps->arena, secret, "name"),
			(void *)(uintptr_t)without_scheme(apps->arena, told));
	told = secret ? argo_secret_text(apps->arena, secret, "name") : NULL;
	if (*name || (told && *told))
		return *name ? name : told;
	return without_scheme(apps->arena, server);
}

/* ---- clusters of a project ---- */

enum scope { SCOPE_UNKNOWN, SCOPE_NO, SCOPE_YES };

static bool says(struct arena *a, const struct node *secret, const char *key, const char *text)
{
	const char *found = argo_secret_text(a, secret, key);

	return *text && found && !strcmp(found, text);
}

/* Whether a Secret is the destination's, and then, the project's. */
static enum scope scope_of(struct arena *a, const struct node *secret, const struct app *app,
			   const char *project)
{
	const struct node *to = node_path(app->root, "spec", "destination", NULL);
	const char *server = node_string_at(to, "server"), *name = node_string_at(to, "name");

	if (!*server && (!*name || !strcmp(name, "in-cluster")))
		server = "https://kubernetes.default.svc";
	if (!says(a, secret, "server", server) && !says(a, secret, "name", name))
		return SCOPE_UNKNOWN;
	return says(a, secret, "project", project) ? SCOPE_YES : SCOPE_NO;
}

void argo_put_scope(struct apps *apps, const struct app *app, const struct argo_clusters *known,
		    struct node *inputs)
{
	static const char *const words[] = { "unknown", "no", "yes" };
	const char *project = node_string_at(node_get(app->root, "spec"), "project");
	struct err ignored = ERR_INIT;
	const struct node *live = NULL;
	enum scope scope = SCOPE_UNKNOWN, one;
	uint32_t i;
	size_t k;

	if (apps->list && !list_live(apps, app, &live, &ignored))
		scope = SCOPE_NO;
	for (k = 0; k < known->count; k++)
		if ((one = scope_of(apps->arena, known->items[k].root, app, project)) > scope)
			scope = one;
	for (i = 0; node_is(live, NODE_SEQ) && i < live->len; i++)
		if ((one = scope_of(apps->arena, live->items[i], app, project)) > scope)
			scope = one;
	node_set(apps->arena, inputs, "scoped", node_str(apps->arena, words[scope]));
}
