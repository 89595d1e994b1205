#include "render/engines/argo_settings.h"
#include <string.h>
#include "render/engines/argo_set_live.h"
#include "render/engines/argo_windows.h"
#include "base/regex.h"
#include "render/helm/helm.h"
#include "render/selects.h"
#include "render/yaml/yaml.h"

#define PART_OF "app.kubernetes.io/part-of=argocd"

/* Texts of argocd-cm that renders take as they are. */
static const char *const texts[] = {
	"application.instanceLabelKey",
	"application.resourceTrackingMethod",
	"installationID",
	"kustomize.buildOptions",
};

/* Those that hold YAML. */
static const char *const trees[] = { "resource.exclusions", "resource.inclusions" };

void argo_settings_init(struct argo_settings *s, struct arena *a)
{
	map_init(&s->projects, a);
}

/* ---- learning ---- */

static void learn_project(struct apps *apps, struct argo_settings *s, const struct node *root,
			  const char *ns, const char *name)
{
	void *project = (void *)(uintptr_t)root;

	map_set(&s->projects, name, project);
	map_set(&s->projects, arena_printf(apps->arena, "%s/%s", ns, name), project);
}

static void learn_map(struct argo_settings *s, const struct node *data, const char *ns,
		      const char *name)
{
	bool cm = !strcmp(name, "argocd-cm");

	if (!cm && strcmp(name, "argocd-cmd-params-cm") != 0)
		return;
	*(cm ? &s->cm : &s->params) = data;
	if (*ns)
		s->ns = ns;
}

void argo_settings_learn(struct apps *apps, struct argo_settings *s,
			 const struct engine_object *object)
{
	if (!strcmp(object->kind, "AppProject") &&
	    !strncmp(object->api_version, ARGO_GROUP "/", sizeof(ARGO_GROUP)))
		learn_project(apps, s, object->root, object->ns, object->name);
	else if (!strcmp(object->kind, "ConfigMap"))
		learn_map(s, node_get(object->root, "data"), object->ns, object->name);
}

/* ---- the live ones ---- */

static const struct node *list_live(struct apps *apps, const char *api, const char *kind,
				    const char *ns, const char *selector)
{
	const struct node *list = NULL;
	struct err err = ERR_INIT;

	if (apps->list(apps->list_data, apps->arena, api, kind, ns, selector, &list, &err) < 0)
		return NULL;
	return node_get(list, "items");
}

static void ask_maps(struct apps *apps, struct argo_settings *s, const char *ns)
{
	const struct node *items = list_live(apps, "v1", "ConfigMap", ns, PART_OF);
	struct argo_settings live = { 0 };
	uint32_t i;

	s->live_maps = node_is(items, NODE_SEQ);
	for (i = 0; s->live_maps && i < items->len; i++)
		learn_map(&live, node_get(items->items[i], "data"), ns,
			  node_string_at(node_get(items->items[i], "metadata"), "name"));
	s->cm = s->cm ? s->cm : live.cm;
	s->params = s->params ? s->params : live.params;
	s->ns = s->ns ? s->ns : live.ns;
}

static void ask_projects(struct apps *apps, struct argo_settings *s, const char *ns)
{
	const struct node *items = list_live(apps, ARGO_GROUP "/v1alpha1", "AppProject", ns, "");
	uint32_t i;

	s->live_projects = node_is(items, NODE_SEQ);
	for (i = 0; s->live_projects && i < items->len; i++) {
		const char *name = node_string_at(node_get(items->items[i], "metadata"), "name");

		if (!map_get(&s->projects, name))
			learn_project(apps, s, items->items[i], ns, name);
	}
}

/* Once: what the commit does not have. */
static void ask(struct apps *apps, struct argo_settings *s, const struct app *app)
{
	const char *ns = s->ns ? s->ns : *app->ns ? app->ns : "argocd";

	if (s->asked || !apps->list)
		return;
	s->asked = true;
	ask_maps(apps, s, ns);
	ask_projects(apps, s, ns);
}

/* ---- namespaces of Applications ---- */

/* One of a list of globs and of regular expressions between slashes. */
static bool lists_text(struct arena *a, const char *pattern, const char *text)
{
	size_t len = strlen(pattern);
	struct err err = ERR_INIT;

	if (len > 2 && *pattern == '/' && pattern[len - 1] == '/') {
		const struct regex *re = regex_get(pattern + 1, len - 2, &err);

		return re && regex_match(re, text, strlen(text));
	}
	return argo_matches(a, pattern, text);
}

static bool allows_namespace(struct arena *a, const struct argo_settings *s,
			     const struct node *project, const char *ns)
{
	const struct node *list = node_path(project, "spec", "sourceNamespaces", NULL);
	const char *words = node_string_at(s->params, "application.namespaces");
	uint32_t i;

	for (i = 0; node_is(list, NODE_SEQ) && i < list->len; i++)
		if (node_is(list->items[i], NODE_STR) && lists_text(a, list->items[i]->text, ns))
			return true;
	while (*words) {
		size_t n = strcspn(words, ", ");

		if (n && lists_text(a, arena_memdup(a, words, n), ns))
			return true;
		words += n + strspn(words + n, ", ");
	}
	return false;
}

/*
 * An Application outside of the control plane's namespace, where it is known, or that its project
 * names as a source of Applications.
 */
static void put_namespace(struct apps *apps, const struct argo_settings *s, const struct app *app,
			  const struct node *project, struct node *inputs)
{
	const char *home = node_string_at(node_get(project, "metadata"), "namespace");

	home = s->ns ? s->ns : home;
	if (!*app->ns || !strcmp(app->ns, home) || (!*home && !strcmp(app->ns, "argocd")))
		return;
	if (allows_namespace(apps->arena, s, project, app->ns))
		node_set(apps->arena, inputs, "otherNamespace", node_bool(apps->arena, true));
	else if (*home && project)
		node_set(apps->arena, inputs, "controlPlane", node_str(apps->arena, home));
}

const char *argo_instance_name(struct arena *a, const struct app *app)
{
	if (!node_true(node_get(app->inputs, "otherNamespace")))
		return app->name;
	return arena_printf(a, "%s_%s", app->ns, app->name);
}

/* ---- what is left alone ---- */

/* Kinds that no Argo CD looks at, whatever its settings are. */
static bool is_core_excluded(const char *group, const char *kind)
{
	return !strcmp(group, "events.k8s.io") || !strcmp(group, "metrics.k8s.io") ||
	       (!*group && !strcmp(kind, "Event")) ||
	       (!strcmp(group, "coordination.k8s.io") && !strcmp(kind, "Lease"));
}

static bool lists(struct arena *a, const struct node *list, const char *text, bool kinds)
{
	uint32_t i;

	if (!node_is(list, NODE_SEQ) || !list->len)
		return true;
	for (i = 0; i < list->len; i++) {
		const char *one = node_string(list->items[i]);

		if (one &&
		    (kinds ? !strcmp(one, "*") || !strcmp(one, text) : argo_matches(a, one, text)))
			return true;
	}
	return false;
}

/* With `kind` NULL: whether any of the rules is about this cluster. */
static bool filter_takes(struct argo *g, const char *key, const char *group, const char *kind)
{
	const struct node *rules = node_get(g->app->inputs, key);
	const char *server = node_string_at(node_get(g->spec, "destination"), "server");
	uint32_t i;

	if (!*server)
		server = "https://kubernetes.default.svc";
	for (i = 0; node_is(rules, NODE_SEQ) && i < rules->len; i++) {
		const struct node *rule = rules->items[i];

		if (lists(g->arena, node_get(rule, "clusters"), server, false) &&
		    (!kind || (lists(g->arena, node_get(rule, "apiGroups"), group, false) &&
			       lists(g->arena, node_get(rule, "kinds"), kind, true))))
			return true;
	}
	return false;
}

bool argo_is_excluded(struct argo *g, const char *group, const char *kind)
{
	if (is_core_excluded(group, kind) || filter_takes(g, "resource.exclusions", group, kind))
		return true;
	if (filter_takes(g, "resource.inclusions", group, kind))
		return false;
	return filter_takes(g, "resource.inclusions", group, NULL);
}

/* ---- who applies ---- */

/* With impersonation: the ServiceAccount that the project names for the destination, as a user. */
static void put_account(struct apps *apps, const struct argo_settings *s, const struct app *app,
			const struct node *project, struct node *inputs)
{
	const struct node *list = node_path(project, "spec", "destinationServiceAccounts", NULL);
	const struct node *to = node_path(app->root, "spec", "destination", NULL);
	const char *server = node_string_at(to, "server"), *ns = node_string_at(to, "namespace");
	const char *enforced = node_string_at(s->cm, "application.sync.impersonation.enforced");
	const char *home;
	uint32_t i;

	if (strcmp(node_string_at(s->cm, "application.sync.impersonation.enabled"), "true") != 0)
		return;
	home = *ns ? ns : app->ns;
	server = *server ? server : "https://kubernetes.default.svc";
	for (i = 0; node_is(list, NODE_SEQ) && i < list->len; i++) {
		const char *account = node_string_at(list->items[i], "defaultServiceAccount");

		if (!argo_takes(apps->arena, node_string_at(list->items[i], "server"), server) ||
		    !argo_takes(apps->arena, node_string_at(list->items[i], "namespace"), ns))
			continue;
		node_set(apps->arena, inputs, "account",
			 node_str(apps->arena,
				  arena_printf(apps->arena, "system:serviceaccount:%s%s%s",
					       strchr(account, ':') ? "" : home,
					       strchr(account, ':') ? "" : ":", account)));
		return;
	}
	if (project && strcmp(enforced, "false") != 0)
		node_set(apps->arena, inputs, "noAccount", node_bool(apps->arena, true));
}

/* ---- global projects ---- */

/* A list of the global project behind the project's own. */
static void append_list(struct arena *a, struct node *spec, const struct node *from,
			const char *key)
{
	const struct node *more = node_get(from, key);
	struct node *list = node_get(spec, key);
	uint32_t i;

	if (!node_is(more, NODE_SEQ) || !more->len)
		return;
	if (!node_is(list, NODE_SEQ)) {
		list = node_at(node_seq(a), more->origin);
		node_set(a, spec, key, list);
	}
	for (i = 0; i < more->len; i++)
		node_append(a, list, node_copy(a, more->items[i]));
}

/* One entry of argocd-cm's globalProjects, into the project that its selector takes. */
static void inherit(struct arena *a, const struct argo_settings *s, const struct node *entry,
		    struct node *project)
{
	static const char *const keys[] = {
		"clusterResourceWhitelist",
		"clusterResourceBlacklist",
		"namespaceResourceWhitelist",
		"namespaceResourceBlacklist",
		"syncWindows",
		"sourceRepos",
		"destinations",
		"destinationServiceAccounts",
	};
	const struct node *metadata = node_get(project, "metadata");
	const char *name = node_string_at(entry, "projectName");
	const struct node *global = map_get(&s->projects, name);
	size_t i;

	if (!global || !strcmp(name, node_string_at(metadata, "name")) ||
	    selector_selects(node_get(entry, "labelSelector"), node_get(metadata, "labels"),
			     true) != SELECTS_YES)
		return;
	for (i = 0; i < ARRAY_SIZE(keys); i++)
		append_list(a, argo_map_in(a, project, "spec"), node_get(global, "spec"), keys[i]);
}

/* The project with what it has of global projects. */
static const struct node *with_globals(struct apps *apps, const struct argo_settings *s,
				       const struct node *project)
{
	const struct node *text = node_get(s->cm, "globalProjects");
	struct err ignored = ERR_INIT; /* Argo CD warns in its log, and goes without */
	struct node *list, *out;
	uint32_t i;

	if (!project || !node_is(text, NODE_STR) || !text->len ||
	    yaml_read_one(apps->run, apps->arena, YAML_SIGS, "globalProjects", text->text,
			  text->len, text->origin, &list, &ignored) < 0)
		return project;
	out = node_copy(apps->arena, project);
	for (i = 0; node_is(list, NODE_SEQ) && i < list->len; i++)
		inherit(apps->arena, s, list->items[i], out);
	return out;
}

/*
 * Which projects are global, argocd-cm says: where it is not known, any other may be, for one with
 * labels. What those permit of kinds, by name, into `inputs`.
 */
static void put_maybe_global(struct apps *apps, const struct argo_settings *s,
			     const struct node *project, struct node *inputs)
{
	static const char *const keys[] = { "clusterResourceWhitelist",
					    "namespaceResourceWhitelist" };
	const struct node *labels = node_path(project, "metadata", "labels", NULL);
	struct node *all = node_map(apps->arena), *one;
	const char *name;
	size_t i, k;

	if (s->cm || s->live_maps || !node_is(labels, NODE_MAP) || !labels->len)
		return;
	for (i = 0; i < s->projects.count; i++) {
		const struct node *other = s->projects.entries[i].value;

		name = node_string_at(node_get(other, "metadata"), "name");
		if (other == project || node_get(all, name))
			continue;
		one = node_map(apps->arena);
		for (k = 0; k < ARRAY_SIZE(keys); k++)
			if (node_path(other, "spec", keys[k], NULL))
				node_set(apps->arena, one, keys[k],
					 node_copy(apps->arena,
						   node_path(other, "spec", keys[k], NULL)));
		if (one->len)
			node_set(apps->arena, all, name, one);
	}
	if (all->len)
		node_set(apps->arena, inputs, "maybeGlobal", all);
}

/* ---- inputs ---- */

static void put_tree(struct apps *apps, const struct node *text, const char *key,
		     struct node *inputs)
{
	struct err err = ERR_INIT;
	struct node *root;

	if (!node_is(text, NODE_STR) || !text->len)
		return;
	if (yaml_read_one(apps->run, apps->arena, YAML_SIGS, key, text->text, text->len,
			  text->origin, &root, &err) < 0)
		apps_note(apps, APP_WARNING, "engine/note", text->origin,
			  "%s of argocd-cm is no YAML: %s", key, err.msg);
	else if (node_is(root, NODE_SEQ))
		node_set(apps->arena, inputs, key, root);
}

static void put_settings(struct apps *apps, const struct argo_settings *s, struct node *inputs)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(texts); i++) {
		const struct node *value = node_get(s->cm, texts[i]);

		if (node_is(value, NODE_STR))
			node_set(apps->arena, inputs, texts[i], node_copy(apps->arena, value));
	}
	for (i = 0; i < ARRAY_SIZE(trees); i++)
		put_tree(apps, node_get(s->cm, trees[i]), trees[i], inputs);
	argo_put_ignores(apps, s->cm, inputs);
}

void argo_settings_put(struct apps *apps, struct argo_settings *s, const struct app *app,
		       struct node *inputs)
{
	const char *name = node_string_at(node_get(app->root, "spec"), "project");
	const struct node *project, *spec;

	ask(apps, s, app);
	put_settings(apps, s, inputs);
	if (!strcmp(app->kind, "ApplicationSet")) {
		argo_set_put_live(apps, app, s->params, inputs);
		return;
	}
	name = *name ? name : "default";
	project = map_get(&s->projects, arena_printf(apps->arena, "%s/%s", app->ns, name));
	project = project ? project : map_get(&s->projects, name);
	put_maybe_global(apps, s, project, inputs);
	project = with_globals(apps, s, project);
	put_namespace(apps, s, app, project, inputs);
	put_account(apps, s, app, project, inputs);
	argo_put_windows(apps, app, project, inputs);
	spec = node_get(project, "spec");
	if (project)
		node_set(apps->arena, inputs, "project",
			 spec ? node_copy(apps->arena, spec) : node_map(apps->arena));
	else if (s->live_projects)
		node_set(apps->arena, inputs, "noProject", node_bool(apps->arena, true));
}
