/* What an AppProject of the repository does not let an Application do: notes, for it won't sync. */
#include <string.h>
#include "render/engines/argo.h"
#include "render/helm/helm.h"

static void refuse(struct argo *g, origin_id at, const char *text)
{
	size_t i;

	for (i = 0; i < g->refusals.count; i++)
		if (!strcmp(g->refusals.items[i].text, text))
			return;
	*vec_push(g->arena, &g->refusals) = (struct note){ text, at };
}

/* Argo CD's globs: '*' for any text, "!" in front for one that denies. */
static bool matches(struct argo *g, const char *pattern, const char *text)
{
	struct glob *glob;

	if (!strcmp(pattern, "*"))
		return true;
	return glob_open(&glob, g->arena, pattern, strlen(pattern)) &&
	       glob_matches(glob, text, strlen(text));
}

static bool permits(struct argo *g, const struct node *list, const char *text, bool urls)
{
	bool found = false;
	uint32_t i;

	for (i = 0; node_is(list, NODE_SEQ) && i < list->len; i++) {
		const char *pattern = node_string(list->items[i]);
		bool deny = pattern && *pattern == '!';

		if (!pattern)
			continue;
		pattern += deny;
		if (!matches(g, pattern, text) && !(urls && url_same_repository(pattern, text)))
			continue;
		if (deny)
			return false;
		found = true;
	}
	return found;
}

/* One of `spec.destinations` for this server or name, and a namespace. */
static bool permits_destination(struct argo *g, const struct node *list, const char *ns)
{
	const struct node *to = node_get(g->spec, "destination");
	const char *server = node_string_at(to, "server"), *name = node_string_at(to, "name");
	uint32_t i;

	if (!strcmp(name, "in-cluster"))
		server = "https://kubernetes.default.svc";
	for (i = 0; node_is(list, NODE_SEQ) && i < list->len; i++) {
		const char *by_server = node_string_at(list->items[i], "server");
		const char *by_name = node_string_at(list->items[i], "name");
		const char *space = node_string_at(list->items[i], "namespace");

		if (*space == '!' || !matches(g, space, ns))
			continue;
		if ((*by_server && matches(g, by_server, server)) ||
		    (*by_name && *name && matches(g, by_name, name)) ||
		    (*by_name && !*name && !strcmp(by_name, "*")) ||
		    (*by_name && !strcmp(by_name, "in-cluster") &&
		     !strcmp(server, "https://kubernetes.default.svc")))
			return true;
	}
	return false;
}

static bool lists_kind(struct argo *g, const struct node *list, const struct object *o)
{
	uint32_t i;

	for (i = 0; node_is(list, NODE_SEQ) && i < list->len; i++)
		if (matches(g, node_string_at(list->items[i], "group"), o->group) &&
		    matches(g, node_string_at(list->items[i], "kind"), o->kind))
			return true;
	return false;
}

/* Kinds of cluster scope are named to be let; those of namespaces are let unless lists say no. */
static bool permits_kind(struct argo *g, const struct node *project, const struct object *o,
			 bool cluster)
{
	const char *white = cluster ? "clusterResourceWhitelist" : "namespaceResourceWhitelist";
	const char *black = cluster ? "clusterResourceBlacklist" : "namespaceResourceBlacklist";
	const struct node *allowed = node_get(project, white);

	if (lists_kind(g, node_get(project, black), o))
		return false;
	if (!cluster && (!node_is(allowed, NODE_SEQ) || !allowed->len))
		return true;
	return lists_kind(g, allowed, o);
}

void argo_check_project(struct argo *g, const struct objects *objects)
{
	const struct node *project = node_get(g->app->inputs, "project"), *source;
	const char *name = node_string_at(g->spec, "project");
	size_t i;
	uint32_t k;

	if (!node_is(project, NODE_MAP))
		return;
	for (k = 0; (source = argo_nth_source(g->spec, k)); k++)
		if (!permits(g, node_get(project, "sourceRepos"), node_string_at(source, "repoURL"),
			     true))
			refuse(g, source->origin,
			       arena_printf(g->arena,
					    "AppProject '%s' does not permit the source '%s'", name,
					    argo_no_credentials(
						    g->arena, node_string_at(source, "repoURL"))));
	for (i = 0; i < objects->count; i++) {
		const struct object *o = &objects->items[i];
		bool cluster = argo_cluster_scoped(o, objects);

		if (!o->implied && !permits_kind(g, project, o, cluster))
			refuse(g, o->root->origin,
			       arena_printf(g->arena,
					    "AppProject '%s' does not permit the kind %s%s%s", name,
					    o->group, *o->group ? "/" : "", o->kind));
		if (!cluster && *o->ns &&
		    !permits_destination(g, node_get(project, "destinations"), o->ns))
			refuse(g, o->root->origin,
			       arena_printf(g->arena,
					    "AppProject '%s' does not permit the destination "
					    "namespace '%s'",
					    name, o->ns));
	}
}
