/*
 * What an AppProject does not let an Application do. Argo CD then syncs nothing of it, or leaves
 * the whole sync at the first object that is not permitted.
 */
#include <ctype.h>
#include <string.h>
#include "base/jq.h"
#include "render/engines/argo.h"
#include "render/helm/helm.h"

static const char in_cluster[] = "https://kubernetes.default.svc";

static void say(struct argo *g, origin_id at, enum note_kind kind, const char *why)
{
	const char *text =
		arena_printf(g->arena, "Application %s/%s: %s", g->app->ns, g->app->name, why);
	size_t i;

	for (i = 0; i < g->refusals.count; i++)
		if (!strcmp(g->refusals.items[i].text, text))
			return;
	*vec_push(g->arena, &g->refusals) = (struct note){ text, at, kind };
}

static void refuse(struct argo *g, origin_id at, const char *why)
{
	say(g, at, NOTE_REFUSAL, why);
}

/* ---- sources ---- */

static const char *normal_url(struct arena *a, const char *url)
{
	char *out = arena_strdup(a, url);
	size_t n = strlen(out), i;

	for (i = 0; i < n; i++)
		out[i] = (char)tolower((unsigned char)out[i]);
	if (n > 4 && !strcmp(out + n - 4, ".git"))
		out[n - 4] = '\0';
	return out;
}

/* Here '*' ends at '/', and one repository has several spellings. */
static bool is_url(struct argo *g, const char *pattern, const char *url)
{
	struct glob *glob;

	pattern = normal_url(g->arena, pattern);
	url = normal_url(g->arena, url);

	if (!strcmp(pattern, "*") || url_same_repository(pattern, url))
		return true;
	return glob_open(&glob, g->arena, pattern, strlen(pattern)) &&
	       glob_matches(glob, url, strlen(url));
}

static bool permits_source(struct argo *g, const struct node *list, const char *url)
{
	bool found = false;
	uint32_t i;

	for (i = 0; node_is(list, NODE_SEQ) && i < list->len; i++) {
		const char *pattern = node_string(list->items[i]);
		bool deny = pattern && *pattern == '!';

		if (!pattern)
			continue;
		if (deny && is_url(g, pattern + 1, url))
			return false;
		found |= deny || is_url(g, pattern, url);
	}
	return found;
}

/* ---- destinations ---- */

struct destination {
	const char *server, *name; /* "" is not known */
};

/* Server and name of the Application's cluster, one from the other where a Secret has both. */
static struct destination destination_of(struct argo *g)
{
	const struct node *to = node_get(g->spec, "destination");
	struct destination out = { node_string_at(to, "server"), node_string_at(to, "name") };

	if (!strcmp(out.name, "in-cluster") && !*out.server)
		out.server = in_cluster;
	if (!strcmp(out.server, in_cluster) && !*out.name)
		out.name = "in-cluster";
	return out;
}

enum permit { PERMIT_NO, PERMIT_UNKNOWN, PERMIT_YES };

/* What cannot be told without the cluster's other name does not refuse. */
static enum permit permits_destination(struct argo *g, const struct node *list,
				       const struct destination *to, const char *ns)
{
	enum permit found = PERMIT_NO;
	uint32_t i;

	for (i = 0; node_is(list, NODE_SEQ) && i < list->len; i++) {
		const char *by_server = node_string_at(list->items[i], "server");
		const char *by_name = node_string_at(list->items[i], "name");
		const char *space = node_string_at(list->items[i], "namespace");
		bool server = *to->server && argo_takes(g->arena, by_server, to->server);
		bool name = *to->name && argo_takes(g->arena, by_name, to->name);
		bool unknown = (!*to->server && *by_server) || (!*to->name && *by_name);
		bool in = argo_takes(g->arena, space, ns);

		if ((server || name) && in)
			found = PERMIT_YES;
		else if (in &&
			 ((*to->name && *by_name == '!') || (*to->server && *by_server == '!')))
			return PERMIT_NO;
		else if (!in && *space == '!' && server)
			return PERMIT_NO;
		else if (in && unknown && found == PERMIT_NO)
			found = PERMIT_UNKNOWN;
	}
	return found;
}

static void check_destination(struct argo *g, const struct node *project, const char *ns,
			      origin_id at)
{
	struct destination to = destination_of(g);
	const char *name = node_string_at(g->spec, "project");
	const char *scope = node_string_at(g->app->inputs, "scoped");
	const char *cluster = *to.server ? to.server : to.name;

	if (permits_destination(g, node_get(project, "destinations"), &to, ns) == PERMIT_NO)
		refuse(g, at,
		       arena_printf(g->arena,
				    "AppProject '%s' does not permit the destination namespace "
				    "'%s' of the cluster '%s'",
				    name, ns, cluster));
	else if (!strcmp(scope, "no"))
		refuse(g, at,
		       arena_printf(g->arena,
				    "AppProject '%s' permits only clusters of its own "
				    "(permitOnlyProjectScopedClusters), which '%s' is not",
				    name, cluster));
	else if (!strcmp(scope, "unknown"))
		say(g, at, NOTE_WARNING,
		    arena_printf(g->arena,
				 "AppProject '%s' permits only clusters of its own "
				 "(permitOnlyProjectScopedClusters), and no Secret here says "
				 "whether '%s' is one",
				 name, cluster));
}

/* ---- kinds ---- */

static bool lists_kind(const struct node *list, const struct object *o, bool names)
{
	uint32_t i;

	for (i = 0; node_is(list, NODE_SEQ) && i < list->len; i++) {
		const char *name = node_string_at(list->items[i], "name");

		if (go_match(node_string_at(list->items[i], "group"), o->group) == MATCH_YES &&
		    go_match(node_string_at(list->items[i], "kind"), o->kind) == MATCH_YES &&
		    (!names || !*name || go_match(name, o->name) == MATCH_YES))
			return true;
	}
	return false;
}

/* Kinds of cluster scope are named to be let; those of namespaces are let unless lists say no. */
static bool permits_kind(const struct node *project, const struct object *o, bool cluster)
{
	const char *white = cluster ? "clusterResourceWhitelist" : "namespaceResourceWhitelist";
	const char *black = cluster ? "clusterResourceBlacklist" : "namespaceResourceBlacklist";
	const struct node *allowed = node_get(project, white);

	if (lists_kind(node_get(project, black), o, cluster))
		return false;
	if (!cluster && !node_is(allowed, NODE_SEQ))
		return true;
	return lists_kind(allowed, o, cluster);
}

/* One that would let the kind, were it global; NULL. What is denied stays so. */
static const char *maybe_let(struct argo *g, const struct node *project, const struct object *o,
			     bool cluster)
{
	const struct node *others = node_get(g->app->inputs, "maybeGlobal");
	const char *white = cluster ? "clusterResourceWhitelist" : "namespaceResourceWhitelist";
	const char *black = cluster ? "clusterResourceBlacklist" : "namespaceResourceBlacklist";
	uint32_t i;

	for (i = 0; node_is(others, NODE_MAP) && i < others->len; i++)
		if (!lists_kind(node_get(project, black), o, cluster) &&
		    lists_kind(node_get(others->entries[i].value, white), o, cluster))
			return others->entries[i].key->text;
	return NULL;
}

static void refuse_kind(struct argo *g, const struct node *project, const struct object *o,
			bool cluster)
{
	const char *other = maybe_let(g, project, o, cluster);
	const char *why =
		arena_printf(g->arena, "AppProject '%s' does not permit the %skind %s%s%s",
			     node_string_at(g->spec, "project"), cluster ? "cluster-wide " : "",
			     o->group, *o->group ? "/" : "", o->kind);

	if (other)
		say(g, o->root->origin, NOTE_WARNING,
		    arena_printf(
			    g->arena,
			    "%s, unless argocd-cm, which is not known here, makes the AppProject "
			    "'%s' a global one, which does",
			    why, other));
	else
		refuse(g, o->root->origin, why);
}

static void check_object(struct argo *g, const struct node *project, const struct object *o,
			 bool cluster)
{
	if (!o->implied && !permits_kind(project, o, cluster))
		refuse_kind(g, project, o, cluster);
	if (!cluster && *o->ns)
		check_destination(g, project, o->ns, o->root->origin);
}

/* ---- all of it ---- */

static void check_sources(struct argo *g, const struct node *project)
{
	const struct node *source;
	uint32_t i;

	for (i = 0; (source = argo_nth_source(g->spec, i)); i++) {
		const char *url = node_string_at(source, "repoURL");

		if (!permits_source(g, node_get(project, "sourceRepos"), url))
			refuse(g, source->origin,
			       arena_printf(g->arena,
					    "AppProject '%s' does not permit the source '%s'",
					    node_string_at(g->spec, "project"),
					    argo_no_credentials(g->arena, url)));
	}
}

/* Whether anybody looks at the Application at all. */
static void check_place(struct argo *g)
{
	const char *home = node_get_string(g->app->inputs, "controlPlane");
	const char *name = node_string_at(g->spec, "project");

	if (home)
		refuse(g, g->app->root->origin,
		       arena_printf(g->arena,
				    "AppProject '%s' of the namespace '%s' does not take "
				    "Applications of the namespace '%s' (sourceNamespaces)",
				    name, home, g->app->ns));
	if (node_true(node_get(g->app->inputs, "noAccount")))
		refuse(g, g->spec->origin,
		       arena_printf(
			       g->arena,
			       "AppProject '%s' names no service account for the "
			       "destination (destinationServiceAccounts), which Argo CD is told "
			       "to act as",
			       *name ? name : "default"));
	if (node_true(node_get(g->app->inputs, "noProject")))
		refuse(g, g->spec->origin,
		       arena_printf(g->arena, "there is no AppProject '%s'",
				    *name ? name : "default"));
}

/* A destination is one cluster, by its name or by its server. */
static void check_cluster(struct argo *g)
{
	const struct node *to = node_get(g->spec, "destination");
	bool name = *node_string_at(to, "name"), server = *node_string_at(to, "server");

	if (name == server)
		refuse(g, (to ? to : g->spec)->origin,
		       name ? "the destination has both a name and a server, which Argo CD refuses"
			    : "the destination names no cluster, by neither name nor server");
}

/* Commits that have to be signed: by whom this one is, is not looked at. */
static void check_signatures(struct argo *g, const struct node *project)
{
	const struct node *keys = node_get(project, "signatureKeys");

	if (node_is(keys, NODE_SEQ) && keys->len)
		say(g, keys->origin, NOTE_WARNING,
		    arena_printf(
			    g->arena,
			    "AppProject '%s' takes only commits that its keys signed "
			    "(signatureKeys), which is not checked here: of another nothing is "
			    "synced",
			    node_string_at(g->spec, "project")));
}

/* Expressions of jq that are not understood. */
static void check_ignored(struct argo *g)
{
	const struct node *rules = node_get(g->spec, "ignoreDifferences");
	uint32_t i, k;

	for (i = 0; node_is(rules, NODE_SEQ) && i < rules->len; i++) {
		const struct node *paths = node_get(rules->items[i], "jqPathExpressions");
		struct err why = ERR_INIT;

		for (k = 0; node_is(paths, NODE_SEQ) && k < paths->len; k++, err_clear(&why))
			if (node_is(paths->items[k], NODE_STR) &&
			    !jq_read(g->arena, paths->items[k]->text, &why))
				say(g, paths->items[k]->origin, NOTE_WARNING,
				    arena_printf(g->arena,
						 "ignoreDifferences: '%s' is planned as if it "
						 "ignored nothing: %s",
						 paths->items[k]->text, why.msg));
	}
}

/* What its project's sync windows hold back. */
static void check_windows(struct argo *g)
{
	const struct node *hold = node_get(g->app->inputs, "windows");
	const struct node *from = node_get(g->spec, "project");

	if (node_true(node_get(hold, "never")))
		refuse(g, (from ? from : g->spec)->origin, node_string_at(hold, "text"));
	else if (node_is(hold, NODE_MAP))
		say(g, (from ? from : g->spec)->origin, NOTE_HELD, node_string_at(hold, "text"));
}

void argo_check_project(struct argo *g, const struct objects *objects)
{
	const struct node *project = node_get(g->app->inputs, "project");
	size_t i;

	check_place(g);
	check_windows(g);
	check_cluster(g);
	check_ignored(g);
	if (!node_is(project, NODE_MAP))
		return;
	check_sources(g, project);
	check_signatures(g, project);
	check_destination(g, project, g->ns, g->spec->origin);
	for (i = 0; i < objects->count; i++)
		check_object(g, project, &objects->items[i],
			     argo_cluster_scoped(&objects->items[i], objects));
}
