/*
 * Sources as they stand in files: for objects whose source no render brings (what applies it comes
 * from elsewhere), and to tell whether an entry is of this repository.
 */
#include <string.h>
#include "base/url.h"
#include "render/engines/flux.h"

static const char group[] = "source.toolkit.fluxcd.io/";

void flux_learn_source(struct apps *apps, const struct engine_object *object)
{
	if (object->parent || strncmp(object->api_version, group, sizeof(group) - 1) != 0)
		return;
	*vec_push(apps->arena, &flux_state_of(apps)->written) = (struct flux_written){
		object->root, object->kind, object->ns, object->name, object->file,
	};
}

/* How many characters two paths begin with alike. */
static size_t shared(const char *one, const char *two)
{
	size_t n;

	for (n = 0; one[n] && one[n] == two[n]; n++)
		;
	return n;
}

const struct node *flux_written_source(struct apps *apps, const struct app *app, const char *kind,
				       const char *ns, const char *name)
{
	const struct flux_state *state = flux_state_of(apps);
	const struct flux_written *best = NULL;
	size_t i;

	for (i = 0; i < state->written.count; i++) {
		const struct flux_written *w = &state->written.items[i];

		if (strcmp(w->kind, kind) || strcmp(w->name, name) ||
		    (*w->ns && *ns && strcmp(w->ns, ns)))
			continue;
		if (!best || (!*best->ns && *w->ns) ||
		    (!*best->ns == !*w->ns &&
		     shared(w->file, app->file) > shared(best->file, app->file)))
			best = w;
	}
	return best ? best->root : NULL;
}

void flux_learn_use(struct apps *apps, const struct app *app)
{
	const struct node *ref = node_path(app->root, "spec", "sourceRef", NULL);

	if (*app->path && view_kind(apps->view, app->path) == VIEW_DIR)
		map_set(&flux_state_of(apps)->fits, node_string_at(ref, "name"), apps);
}

/*
 * An entry is of the repository that it stands in, be it a fork; unless the source that it names
 * has another URL and a tree that this one does not look like.
 */
void flux_settle(struct apps *apps, struct app *app)
{
	const struct node *ref = node_path(app->root, "spec", "sourceRef", NULL), *source;
	const char *name = node_string_at(ref, "name"), *url;
	bool known;

	if (app->parent || !app->path || strcmp(app->kind, "Kustomization") ||
	    strcmp(node_string_at(ref, "kind"), "GitRepository") || !strcmp(name, "flux-system"))
		return;
	if (*app->path ? view_kind(apps->view, app->path) == VIEW_DIR
		       : map_get(&flux_state_of(apps)->fits, name) != NULL)
		return;
	source = flux_written_source(apps, app, "GitRepository", flux_ns_of(ref, app), name);
	url = node_string_at(node_get(source, "spec"), "url");
	if (!*url || view_is_source(apps->view, url, &known) || !known)
		return;
	app->covers = "/";
	app->skipped = arena_printf(apps->arena,
				    "it applies GitRepository %s, which is %s, not this repository",
				    name, url_shown(apps->arena, url));
}
