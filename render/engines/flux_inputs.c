/*
 * What Flux's objects take of other objects: sources, variables.
 */
#include "render/engines/flux.h"
#include "base/base64.h"
#include <string.h>

struct flux_state *flux_state_of(struct apps *apps)
{
	void **at = apps_state(apps, &engine_flux);

	if (!*at) {
		struct flux_state *state = arena_new(apps->arena, struct flux_state);

		map_init(&state->ours, apps->arena);
		map_init(&state->said, apps->arena);
		map_init(&state->fits, apps->arena);
		*at = state;
	}
	return *at;
}

/* ---- sources ---- */

const char *flux_ns_of(const struct node *ref, const struct app *app)
{
	const char *ns = node_string_at(ref, "namespace");

	return *ns ? ns : app->ns;
}

static const char *resolve_artifact(struct apps *apps, const char *name, const char *path)
{
	const struct flux_state *state = flux_state_of(apps);
	size_t i, len;

	for (i = 0; i < state->artifacts.count; i++) {
		const struct flux_artifact *artifact = &state->artifacts.items[i];

		len = strlen(artifact->to);
		if (strcmp(artifact->name, name) || strncmp(path, artifact->to, len) ||
		    (len && path[len] && path[len] != '/'))
			continue;
		return view_join(apps->arena, artifact->from,
				 path[len] == '/' ? path + len + 1
				 : path[len]	  ? path + len
						  : ".");
	}
	return NULL;
}

/* The host and path of a URL of git's, without what differs between its forms. */
static const char *bare_url(struct arena *a, const char *url)
{
	const char *start = strstr(url, "://");
	char *text = arena_strdup(a, start ? start + 3 : url), *at = strchr(text, '@'), *colon;
	size_t len;

	if (at && (!strchr(text, '/') || at < strchr(text, '/')))
		text = at + 1;
	colon = strchr(text, ':');
	if (colon && !start)
		*colon = '/';
	len = strlen(text);
	while (len && text[len - 1] == '/')
		text[--len] = '\0';
	if (len > 4 && !strcmp(text + len - 4, ".git"))
		text[len - 4] = '\0';
	return text;
}

/* By what the commit says of the source: that its URL is the one of a source that is ours. */
static bool url_is_ours(struct apps *apps, const struct app *app, const char *url)
{
	const struct flux_state *state = flux_state_of(apps);
	const char *bare = bare_url(apps->arena, url);
	size_t i;

	for (i = 0; i < state->ours.count; i++) {
		const char *known = state->ours.entries[i].value;

		if (*known && !strcmp(known, bare))
			return true;
	}
	(void)app;
	return false;
}

const char *flux_pushed_path(struct apps *apps, const char *path, const char *file)
{
	const char *dir = view_dirname(apps->arena, file), *below;

	if (view_kind(apps->view, path) == VIEW_DIR)
		return path;
	for (; *dir; dir = view_dirname(apps->arena, dir)) {
		below = view_join(apps->arena, dir, path);
		if (below && view_kind(apps->view, below) == VIEW_DIR)
			return below;
	}
	return path;
}

static enum flux_place artifact_place(struct apps *apps, struct app *app, const char *name,
				      bool last)
{
	const char *own = node_string_at(node_get(app->root, "spec"), "path");
	const char *path = view_join(apps->arena, "", own + (*own == '/'));

	path = path ? resolve_artifact(apps, name, path) : NULL;
	if (path) {
		app->path = flux_pushed_path(apps, path, app->file);
		app->covers = NULL;
		return FLUX_HERE;
	}
	if (!last)
		return FLUX_WAIT;
	app->skipped = arena_printf(
		apps->arena, "it applies ExternalArtifact %s, which is not in this repository",
		name);
	return FLUX_ELSEWHERE;
}

/* Where the commit has sources, one that it lacks is a misspelt name, most often. */
static void say_unknown_source(struct apps *apps, const struct app *app, const struct node *ref,
			       const char *name)
{
	const struct flux_state *state = flux_state_of(apps);
	size_t i;

	for (i = 0; i < state->written.count; i++)
		if (!strcmp(state->written.items[i].kind, "GitRepository"))
			break;
	if (i < state->written.count)
		apps_note(apps, APP_WARNING, "engine/note", ref->origin,
			  "%s %s/%s: GitRepository %s/%s is not in the commit; it is taken for "
			  "this repository, for the path is here",
			  app->kind, app->ns, app->name, flux_ns_of(ref, app), name);
}

enum flux_place flux_source_place(struct apps *apps, struct app *app, const struct node *ref,
				  bool last)
{
	struct flux_state *state = flux_state_of(apps);
	const char *kind = node_string_at(ref, "kind"), *name = node_string_at(ref, "name");
	const char *ns = flux_ns_of(ref, app);
	const char *key = arena_printf(apps->arena, "%s %s/%s/%s", app->home, kind, ns, name);
	const struct node *source = apps_object(apps, app->home, kind, ns, name);
	const char *url = node_string_at(node_get(source, "spec"), "url");

	if (!strcmp(kind, "ExternalArtifact"))
		return artifact_place(apps, app, name, last);
	if (map_get(&state->ours, key))
		return FLUX_HERE;
	/* An entry is of the repository that it stands in: that is the source it names. */
	if (!strcmp(kind, "GitRepository") &&
	    (!app->parent || (source && url_is_ours(apps, app, url)))) {
		map_set(&state->ours, key, (void *)(uintptr_t)bare_url(apps->arena, url));
		return FLUX_HERE;
	}
	if (!source && !last)
		return FLUX_WAIT;
	/* What no file describes was made at bootstrap, where the directory is there. */
	if (!strcmp(kind, "GitRepository") && !source &&
	    view_kind(apps->view, app->path) == VIEW_DIR) {
		say_unknown_source(apps, app, ref, name);
		map_set(&state->ours, key, (void *)(uintptr_t) "");
		return FLUX_HERE;
	}
	/* Flux Operator syncs a repository under the name of an OCIRepository too. */
	if (!strcmp(kind, "OCIRepository") && !source && !app->parent && *app->path &&
	    view_kind(apps->view, app->path) == VIEW_DIR) {
		map_set(&state->ours, key, (void *)(uintptr_t) "");
		return FLUX_HERE;
	}
	if (!source)
		source = flux_written_source(apps, app, kind, ns, name);
	url = node_string_at(node_get(source, "spec"), "url");
	/* Nothing of this repository; but what an artifact holds may be pushed from it. */
	if (!strcmp(kind, "GitRepository"))
		app->covers = "/";
	if (!*url && *node_string_at(node_get(source, "spec"), "bucketName"))
		url = arena_printf(apps->arena, "bucket '%s' at %s",
				   node_string_at(node_get(source, "spec"), "bucketName"),
				   node_string_at(node_get(source, "spec"), "endpoint"));
	app->skipped = *url ? arena_printf(apps->arena,
					   "it applies %s %s, which is %s, not this repository",
					   kind, name, url)
			    : arena_printf(apps->arena,
					   "it applies %s %s, which is not in this repository",
					   kind, name);
	return FLUX_ELSEWHERE;
}

/* ---- variables ---- */

static bool has_newline(const char *text, size_t len)
{
	return memchr(text, '\n', len) != NULL;
}

/* A value without its newlines, as Flux takes it. */
static struct node *one_line(struct arena *a, const struct node *value)
{
	struct node *n;
	char *text;
	size_t i, len = 0;

	if (!has_newline(value->text, value->len))
		return node_at(node_str_n(a, value->text, value->len), value->origin);
	text = arena_memdup(a, value->text, value->len);
	for (i = 0; i < value->len; i++)
		if (value->text[i] != '\n')
			text[len++] = value->text[i];
	n = node_at(node_str_n(a, text, len), value->origin);
	return n;
}

static void add_data(struct arena *a, struct node *variables, const struct node *data, bool encoded)
{
	uint32_t i;

	for (i = 0; node_is(data, NODE_MAP) && i < data->len; i++) {
		const struct node *value = data->entries[i].value;
		const char *key = data->entries[i].key->text;
		struct buf text;

		if (!node_is_scalar(value))
			continue;
		if (!encoded) {
			node_set(a, variables, key, one_line(a, value));
			continue;
		}
		buf_init(&text, LIMIT_FILE_BYTES);
		if (base64_decode(&text, value->text, value->len))
			node_set(a, variables, key,
				 one_line(a, node_at(node_str_n(a, text.text, text.len),
						     value->origin)));
		buf_release(&text);
	}
}

static void say_unknown(struct apps *apps, const struct app *app, const struct node *ref,
			const char *why)
{
	struct flux_state *state = flux_state_of(apps);
	const char *key =
		arena_printf(apps->arena, "%s %s/%s/%s", app->home, node_string_at(ref, "kind"),
			     app->ns, node_string_at(ref, "name"));
	const char *what = arena_printf(apps->arena, "%s %s/%s", node_string_at(ref, "kind"),
					app->ns, node_string_at(ref, "name"));

	if (map_get(&state->said, key))
		return;
	map_set(&state->said, key, state);
	apps_note(apps, APP_INFO, "engine/not-available", ref->origin,
		  "%s %s: variables that it gives stay as they are written", what, why);
}

/* Whether an object that a Kustomization takes variables of may still be rendered. */
static bool is_awaited(struct apps *apps, struct app *app, const struct node *from, bool last)
{
	const struct node *object;
	uint32_t i;

	for (i = 0; !last && node_is(from, NODE_SEQ) && i < from->len; i++)
		if (flux_find_data(apps, app, from->items[i], last, &object) == FLUX_LATER)
			return true;
	return false;
}

bool flux_take_variables(struct apps *apps, struct app *app, bool last)
{
	const struct node *post = node_path(app->root, "spec", "postBuild", NULL);
	const struct node *from = node_get(post, "substituteFrom");
	const struct node *inline_ = node_get(post, "substitute");
	struct node *variables, *inputs;
	bool complete = true;
	uint32_t i;

	if (!node_is(post, NODE_MAP))
		return true;
	/* Asked for again and again while others render: nothing is made before all is there. */
	if (is_awaited(apps, app, from, last))
		return false;
	variables = node_map(apps->arena);
	inputs = node_map(apps->arena);
	for (i = 0; node_is(from, NODE_SEQ) && i < from->len; i++) {
		const struct node *ref = from->items[i];
		const char *kind = node_string_at(ref, "kind");
		const struct node *object;
		enum flux_found found = flux_find_data(apps, app, ref, last, &object);

		if (found == FLUX_MISSING && !node_true(node_get(ref, "optional")))
			flux_say_missing(apps, app, ref);
		if (found == FLUX_UNKNOWN)
			say_unknown(apps, app, ref,
				    object ? "is encrypted" : "is not in the commit");
		complete &= found == FLUX_THERE ||
			    (found == FLUX_MISSING && node_true(node_get(ref, "optional")));
		if (found != FLUX_THERE)
			continue;
		add_data(apps->arena, variables, node_get(object, "data"), !strcmp(kind, "Secret"));
		if (!strcmp(kind, "Secret"))
			add_data(apps->arena, variables, node_get(object, "stringData"), false);
	}
	add_data(apps->arena, variables, inline_, false);
	node_set(apps->arena, inputs, "variables", variables);
	node_set(apps->arena, inputs, "complete", node_bool(apps->arena, complete));
	node_set(apps->arena, inputs, "strict", node_bool(apps->arena, flux_is_strict(apps, app)));
	app->inputs = inputs;
	return true;
}
