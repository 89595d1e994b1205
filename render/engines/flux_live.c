/*
 * ConfigMaps and Secrets that Flux's objects take values of: the commit's, else the live cluster's,
 * where it may be asked and is the cluster that the object belongs to. A Secret that the commit has
 * encrypted is there as it was decrypted.
 */
#include <string.h>
#include "render/engines/flux.h"
#include "render/renderer.h"
#include "render/yaml/yaml.h"

static const struct node *get_live(struct apps *apps, const char *api_version, const char *kind,
				   const char *ns, const char *name, bool *known)
{
	const struct node *found = NULL;
	struct err ignored = ERR_INIT;

	*known = !apps->lookup(apps->list_data, apps->arena, api_version, kind, ns, name, &found,
			       &ignored);
	return found;
}

/* The entry that brought the app: the cluster has it with the path that the commit gives it. */
static bool asks_its_cluster(struct apps *apps, const struct app *app)
{
	struct flux_state *state = flux_state_of(apps);
	const char *key = arena_printf(apps->arena, "live cluster %s", app->home);
	const char *answer = map_get(&state->said, key), *path;
	const struct node *live;
	bool known;

	if (answer)
		return *answer == 'y';
	while (app->parent)
		app = app->parent;
	live = app->root ? get_live(apps, node_string_at(app->root, "apiVersion"), app->kind,
				    app->ns, app->name, &known)
			 : NULL;
	path = node_string(node_path(live, "spec", "path", NULL));
	path = path ? view_join(apps->arena, "", path + (*path == '/')) : NULL;
	answer = path && app->path && !strcmp(path, app->path) ? "yes" : "no";
	map_set(&state->said, key, (void *)(uintptr_t)answer);
	return *answer == 'y';
}

bool flux_asks(struct apps *apps, const struct app *app)
{
	return apps->lookup && asks_its_cluster(apps, app);
}

static enum flux_found ask_live(struct apps *apps, struct app *app, const char *kind,
				const char *name, const struct node **out)
{
	struct flux_state *state = flux_state_of(apps);
	bool secret = !strcmp(kind, "Secret"), known;
	const char *key;
	void **at;

	if ((secret && apps->no_secrets) || !flux_asks(apps, app))
		return FLUX_UNKNOWN;
	key = arena_printf(apps->arena, "live %s %s/%s/%s", app->home, kind, app->ns, name);
	at = map_at(&state->said, key);
	if (!*at) {
		*out = get_live(apps, "v1", kind, app->ns, name, &known);
		*at = *out ? (void *)(uintptr_t)*out : known ? (void *)state : (void *)apps;
		if (secret && *out)
			*vec_push(apps->arena, &apps->secrets) = *out;
	}
	if (*at == state || *at == apps)
		return *at == state ? FLUX_MISSING : FLUX_UNKNOWN;
	*out = *at;
	app->confidential |= secret;
	return FLUX_THERE;
}

/* An object of a file by kind and name, in a namespace or in none; NULL. */
static const struct node *find_in_file(struct apps *apps, const char *path, const char *kind,
				       const char *ns, const char *name)
{
	struct yaml_docs docs = { 0 };
	struct err ignored = ERR_INIT; /* shows when it is rendered */
	struct blob blob;
	size_t i;

	if (view_read(apps->view, path, &blob, &ignored) < 0 ||
	    !memmem(blob.text, blob.len, name, strlen(name)) ||
	    !memmem(blob.text, blob.len, kind, strlen(kind)) ||
	    yaml_read(apps->run, apps->arena, YAML_SIGS, blob.path, blob.text, blob.len,
		      blob.origin, &docs, &ignored) < 0)
		return NULL;
	for (i = 0; i < docs.count; i++) {
		const struct node *root = docs.items[i].root,
				  *metadata = node_get(root, "metadata");
		const char *own = node_string_at(metadata, "namespace");

		if (!strcmp(node_string_at(root, "kind"), kind) &&
		    !strcmp(node_string_at(metadata, "name"), name) && (!*own || !strcmp(own, ns)))
			return root;
	}
	return NULL;
}

/*
 * What lies beside the entry that brought the app: whoever applies that file, which the commit does
 * not tell, applies its directory.
 */
static const struct node *find_beside_entry(struct apps *apps, const struct app *app,
					    const char *kind, const char *name)
{
	const char *ns = app->ns, *dir;
	const struct node *found = NULL;
	struct view_items items = { 0 };
	struct err ignored = ERR_INIT;
	size_t i;

	while (app->parent)
		app = app->parent;
	dir = view_dirname(apps->arena, app->file);
	if (!*app->file || view_list(apps->view, apps->arena, dir, &items, &ignored) < 0)
		return NULL;
	for (i = 0; !found && i < items.count; i++)
		if (items.items[i].kind == VIEW_FILE && plain_is_manifest(items.items[i].name))
			found = find_in_file(apps, view_join(apps->arena, dir, items.items[i].name),
					     kind, ns, name);
	return found;
}

const struct node *flux_live_object(struct apps *apps, const struct app *app,
				    const char *api_version, const char *kind, const char *ns,
				    const char *name)
{
	bool known;

	if (!flux_asks(apps, app))
		return NULL;
	return get_live(apps, api_version, kind, ns, name, &known);
}

enum flux_found flux_find_data(struct apps *apps, struct app *app, const struct node *ref,
			       bool last, const struct node **out)
{
	const char *kind = node_string_at(ref, "kind"), *name = node_string_at(ref, "name");

	*out = apps_object(apps, app->home, kind, app->ns, name);
	if (!*out && !last)
		return FLUX_LATER;
	if (!*out)
		*out = find_beside_entry(apps, app, kind, name);
	if (*out && !node_get(*out, "sops"))
		return FLUX_THERE;
	return ask_live(apps, app, kind, name, out);
}

void flux_say_missing(struct apps *apps, const struct app *app, const struct node *ref)
{
	struct flux_state *state = flux_state_of(apps);
	const char *key =
		arena_printf(apps->arena, "missing %s %s/%s %s/%s", app->home, app->ns, app->name,
			     node_string_at(ref, "kind"), node_string_at(ref, "name"));

	if (map_get(&state->said, key))
		return;
	map_set(&state->said, key, state);
	apps_note(apps, APP_WARNING, "engine/values-missing", ref->origin,
		  "%s %s/%s fails until %s %s/%s is there: neither the commit nor the cluster has "
		  "it (optional: true would do without it)",
		  app->kind, app->ns, app->name, node_string_at(ref, "kind"), app->ns,
		  node_string_at(ref, "name"));
}
