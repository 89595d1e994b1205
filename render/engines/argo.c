/*
 * Argo CD (3.6): Applications and ApplicationSets, wherever they stand, in files or in what others
 * render; and of other objects what their renders depend on: settings, clusters.
 */
#include "render/engines/argo.h"
#include "render/engines/argo_settings.h"
#include <string.h>

/* A repository that Applications name. */
struct named {
	const char *url;   /* as the first of them has it */
	size_t all, there; /* sources with a path, and those whose path is in this tree */
	bool ours;	   /* a remote of this repository */
};

/* What other objects said. */
struct state {
	struct argo_settings settings;
	struct argo_clusters clusters;
	struct {
		VEC(const struct app *);
	} unasked;	 /* ApplicationSets over clusters, where no live cluster told of them */
	struct map urls; /* a repoURL → its struct named */
	struct {
		VEC(struct named *);
	} named;
	const char *url; /* taken for this repository's, as no remote tells; NULL */
	bool changed;	 /* since that was worked out */
};

static struct state *state_of(struct apps *apps)
{
	void **at = apps_state(apps, &engine_argo);

	if (!*at) {
		*at = arena_new(apps->arena, struct state);
		argo_settings_init(&((struct state *)*at)->settings, apps->arena);
		map_init(&((struct state *)*at)->urls, apps->arena);
	}
	return *at;
}

/* ---- reading ---- */

const struct node *argo_nth_source(const struct node *spec, uint32_t i)
{
	const struct node *list = node_get(spec, "sources");
	const struct node *hydrator = node_get(spec, "sourceHydrator");

	if (node_is(hydrator, NODE_MAP)) /* what it makes of this is what is applied */
		return i ? NULL : node_get(hydrator, "drySource");
	if (node_is(list, NODE_SEQ) && list->len)
		return i < list->len ? list->items[i] : NULL;
	return i ? NULL : node_get(spec, "source");
}

bool argo_sync_option(const struct node *spec, const char *option)
{
	const struct node *list = node_path(spec, "syncPolicy", "syncOptions", NULL);
	uint32_t i;

	for (i = 0; node_is(list, NODE_SEQ) && i < list->len; i++)
		if (node_is(list->items[i], NODE_STR) && !strcmp(list->items[i]->text, option))
			return true;
	return false;
}

bool argo_annotated(const struct node *object, const char *key, const char *word)
{
	const char *text = node_string(node_path(object, "metadata", "annotations", key, NULL));
	size_t len = strlen(word);

	while (text && *text) {
		size_t n;

		text += strspn(text, ", \t");
		n = strcspn(text, ",");
		while (n > len && strchr(" \t", text[n - 1]))
			n--;
		if (n == len && !strncmp(text, word, n))
			return true;
		text += strcspn(text, ",");
	}
	return false;
}

struct node *argo_map_in(struct arena *a, struct node *n, const char *key)
{
	struct node *map = node_get(n, key);

	if (!node_is(map, NODE_MAP)) {
		map = node_at(node_map(a), n->origin);
		node_set(a, n, key, map);
	}
	return map;
}

static bool mentions(const char *text, size_t len)
{
	return memmem(text, len, ARGO_GROUP "/v1alpha1", sizeof(ARGO_GROUP "/v1alpha1") - 1) ||
	       memmem(text, len, "argocd-cm", 9) || memmem(text, len, ARGO_ANNOTATION, 19);
}

/* ---- which repositories there are ---- */

/* Whether the part of a path above what is yet to be filled in, or to be matched, is in the tree.
 */
static bool is_in_tree(struct apps *apps, const char *path)
{
	size_t len;

	path += *path == '/';
	len = strcspn(path, "{*?[");
	if (path[len]) {
		while (len && path[len - 1] != '/')
			len--;
		if (!len)
			return false;
	}
	path = view_join(apps->arena, "", arena_memdup(apps->arena, path, len));
	return path && *path && view_kind(apps->view, path) != VIEW_ABSENT;
}

/* Count what a list of a generator's patterns tells. */
static void weigh_patterns(struct apps *apps, const struct node *list, struct named *named)
{
	uint32_t i;

	for (i = 0; node_is(list, NODE_SEQ) && i < list->len; i++) {
		const char *path = node_string_at(list->items[i], "path");

		if (!*path || node_true(node_get(list->items[i], "exclude")) ||
		    strchr("{*?[", *path))
			continue;
		named->all++;
		named->there += is_in_tree(apps, path);
	}
}

static struct named *named_of(struct apps *apps, const char *url)
{
	struct state *state = state_of(apps);
	void **at = map_at(&state->urls, url);
	size_t i;

	for (i = 0; !*at && i < state->named.count; i++)
		if (url_same_repository(state->named.items[i]->url, url))
			*at = state->named.items[i];
	if (!*at) {
		struct named *named = arena_new(apps->arena, struct named);

		named->url = url;
		*vec_push(apps->arena, &state->named) = named;
		*at = named;
	}
	return *at;
}

/* An Application's source, a template's, or a generator's. */
static void learn_source(struct apps *apps, const struct node *source)
{
	const char *url = node_string_at(source, "repoURL"), *path = node_string_at(source, "path");
	struct named *named;

	if (!*url || strstr(url, "{{"))
		return;
	named = named_of(apps, url);
	named->ours |= view_is_source(apps->view, url, NULL);
	if (*path && !*node_string_at(source, "chart")) {
		named->all += *path != '{';
		named->there += is_in_tree(apps, path);
	}
	weigh_patterns(apps, node_get(source, "directories"), named);
	weigh_patterns(apps, node_get(source, "files"), named);
	state_of(apps)->changed = true;
}

/* ---- learning ---- */

static void learn_sources(struct apps *apps, const struct node *spec)
{
	const struct node *source;
	uint32_t i;

	for (i = 0; (source = argo_nth_source(spec, i)); i++)
		learn_source(apps, source);
}

static void learn_application(struct apps *apps, const struct engine_object *object)
{
	const struct node *spec = node_get(object->root, "spec");

	if (!argo_nth_source(spec, 0))
		return;
	learn_sources(apps, spec);
	apps_add(apps, &engine_argo, NULL, object);
}

/* Lists of generators, git's URLs among them. */
static void learn_generators(struct apps *apps, const struct node *list, unsigned depth)
{
	uint32_t i, k;

	for (i = 0; depth && node_is(list, NODE_SEQ) && i < list->len; i++) {
		const struct node *one = list->items[i];

		for (k = 0; node_is(one, NODE_MAP) && k < one->len; k++) {
			const struct node *generator = one->entries[k].value;

			if (!strcmp(one->entries[k].key->text, "git"))
				learn_source(apps, generator);
			learn_generators(apps, node_get(generator, "generators"), depth - 1);
		}
	}
}

static void learn_set(struct apps *apps, const struct engine_object *object)
{
	const struct node *spec = node_get(object->root, "spec");
	struct app *app;

	learn_sources(apps, node_path(spec, "template", "spec", NULL));
	learn_generators(apps, node_get(spec, "generators"), 4);
	app = apps_add(apps, &engine_argo, NULL, object);
	if (app)
		app->renderer = "applicationset";
}

static void learn_other(struct apps *apps, const struct engine_object *object)
{
	struct state *state = state_of(apps);
	const char *type = node_string(
		node_path(object->root, "metadata", "labels", ARGO_ANNOTATION "secret-type", NULL));

	argo_settings_learn(apps, &state->settings, object);
	if (!strcmp(object->kind, "Secret") && type && !strcmp(type, "cluster"))
		*vec_push(apps->arena, &state->clusters) = *object;
}

static void learn(struct apps *apps, const struct engine_object *object)
{
	bool ours = !strncmp(object->api_version, ARGO_GROUP "/", sizeof(ARGO_GROUP));

	if (ours && !strcmp(object->kind, "Application"))
		learn_application(apps, object);
	else if (ours && !strcmp(object->kind, "ApplicationSet"))
		learn_set(apps, object);
	else
		learn_other(apps, object);
}

/* ---- which URL is this repository's ---- */

/*
 * No remote is one of the URLs that the Applications name: a fork, a mirror, or a copy without
 * remotes. Then it is the URL whose paths are most often in this tree.
 */
static const char *guess_url(struct state *state)
{
	const char *best = NULL;
	size_t i, most = 0;

	for (i = 0; i < state->named.count; i++) {
		const struct named *one = state->named.items[i];

		if (one->ours)
			return NULL;
		if (one->there > most && one->there * 2 >= one->all) {
			most = one->there;
			best = one->url;
		}
	}
	return best;
}

static const char *own_url(struct apps *apps)
{
	struct state *state = state_of(apps);

	if (!state->changed || state->url)
		return state->url;
	state->changed = false;
	state->url = guess_url(state);
	if (state->url)
		apps_note(apps, APP_INFO, "engine/note", 0,
			  "Applications whose repoURL is '%s' are rendered from this repository: "
			  "none of its git remotes is a URL that they name, but the paths that "
			  "they name are here (git remote add origin URL settles it)",
			  argo_no_credentials(apps->arena, state->url));
	return state->url;
}

/* ---- where it is and goes ---- */

/* The directory of the first source that is in this repository; NULL when there is none. */
static const char *first_path(struct apps *apps, const struct node *spec)
{
	const char *own = own_url(apps);
	const struct node *source;
	uint32_t i;

	for (i = 0; (source = argo_nth_source(spec, i)); i++) {
		const char *path = node_string_at(source, "path");

		if (node_get(source, "path") && !*node_string_at(source, "chart") &&
		    argo_is_here(apps->view, own, node_string_at(source, "repoURL"),
				 node_string_at(source, "targetRevision")))
			return view_join(apps->arena, "", path + (*path == '/'));
	}
	return NULL;
}

/* Where an Application's first source is, for people. */
static const char *place_of(struct apps *apps, const struct node *spec)
{
	const struct node *source = argo_nth_source(spec, 0);
	const char *chart = node_string_at(source, "chart"), *path = node_string_at(source, "path");
	const char *url = argo_no_credentials(apps->arena, node_string_at(source, "repoURL"));

	if (*chart)
		return arena_printf(apps->arena, "chart %s of %s", chart, url);
	return *path ? arena_printf(apps->arena, "%s of %s", path, url) : url;
}

static void settle(struct apps *apps, struct app *app)
{
	const struct node *spec = node_get(app->root, "spec");

	if (!strcmp(app->kind, "ApplicationSet"))
		return;
	app->path = first_path(apps, spec);
	app->place = *place_of(apps, spec) ? place_of(apps, spec) : NULL;
}

static const char *target(struct apps *apps, const struct app *app)
{
	if (!strcmp(app->kind, "ApplicationSet"))
		return app->cluster;
	return argo_cluster_of(apps, app, &state_of(apps)->clusters);
}

/* ---- inputs ---- */

/* Whether any text of it names the revision that is built. */
static bool names_revision(const struct node *n, unsigned depth)
{
	uint32_t i;

	if (node_is(n, NODE_STR))
		return strstr(n->text, "ARGOCD_APP_REVISION") != NULL;
	for (i = 0; depth && node_is(n, NODE_SEQ) && i < n->len; i++)
		if (names_revision(n->items[i], depth - 1))
			return true;
	for (i = 0; depth && node_is(n, NODE_MAP) && i < n->len; i++)
		if (names_revision(n->entries[i].value, depth - 1))
			return true;
	return false;
}

static bool ready(struct apps *apps, struct app *app, bool last)
{
	struct state *state = state_of(apps);
	bool set = !strcmp(app->kind, "ApplicationSet");
	struct node *inputs = node_map(apps->arena);
	const char *url = own_url(apps);

	if (set && argo_set_uses(node_get(app->root, "spec"), "clusters")) {
		if (!last)
			return false;
		argo_find_clusters(apps, app, &state->clusters, inputs);
		if (!apps->list)
			*vec_push(apps->arena, &state->unasked) = app;
	}
	argo_settings_put(apps, &state->settings, app, inputs);
	if (node_true(node_path(inputs, "project", "permitOnlyProjectScopedClusters", NULL))) {
		if (!last)
			return false;
		argo_put_scope(apps, app, &state->clusters, inputs);
	}
	if (url)
		node_set(apps->arena, inputs, "repoURL", node_str(apps->arena, url));
	if (view_commit(apps->view) && names_revision(app->root, LIMIT_DEPTH))
		node_set(apps->arena, inputs, "revision",
			 node_str(apps->arena, view_commit(apps->view)));
	app->inputs = inputs;
	return true;
}

static int render(struct run *run, struct arena *a, struct view *v, const struct app *app,
		  const struct render_options *options, struct rendered *out, struct err *err)
{
	out->renderer = app->renderer;
	buf_init(&out->text, 0);
	if (!strcmp(app->kind, "ApplicationSet"))
		return argo_set_render(run, a, v, app, options, out, err);
	return argo_render(run, a, v, app, options, out, err);
}

static void finish(struct apps *apps)
{
	const struct state *state = state_of(apps);
	struct buf names;
	size_t i;

	if (!state->unasked.count)
		return;
	buf_init(&names, LIMIT_FILE_BYTES);
	for (i = 0; i < state->unasked.count; i++)
		buf_printf(&names, "%s%s", i ? ", " : "", state->unasked.items[i]->name);
	apps_note(apps, APP_INFO, "engine/not-available", state->unasked.items[0]->root->origin,
		  "which clusters there are, Secrets of the live cluster say, which is not asked: "
		  "those of the commit and its own count for ApplicationSet %s",
		  names.text);
	buf_release(&names);
}

const struct engine engine_argo = {
	.name = "argocd",
	.mentions = mentions,
	.learn = learn,
	.ready = ready,
	.settle = settle,
	.target = target,
	.render = render,
	.finish = finish,
};
