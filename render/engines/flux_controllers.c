/*
 * What a repository says of Flux's controllers, by its clusters, and what runs there: their
 * Deployments, or a FluxInstance's version and the texts of its patches. The feature gate
 * StrictPostBuildSubstitutions of kustomize-controller: a variable without a value and a default is
 * an error. helm-controller's version and its gate UseHelm3Defaults: how releases are applied.
 */
#include <stdlib.h>
#include <string.h>
#include "render/engines/flux.h"

static const char strict[] = "StrictPostBuildSubstitutions=true", helm3[] = "UseHelm3Defaults=true";
/* Minor versions: helm-controller 1.5 applies server-side and comes with Flux 2.8, 1.6 shows hooks
   to post-renderers and comes with 2.9. */
enum { SERVER_SIDE = 5, SHOWS_HOOKS = 6, FLUX_AHEAD = 3 };

/* Whether a scalar at or below the node holds the gate. */
static bool holds_gate(const struct node *n, const char *gate, unsigned depth)
{
	uint32_t i;

	if (!n || depth > LIMIT_DEPTH)
		return false;
	if (node_is_scalar(n))
		return n->len && memmem(n->text, n->len, gate, strlen(gate));
	for (i = 0; i < n->len; i++)
		if (holds_gate(n->type == NODE_MAP ? n->entries[i].value : n->items[i], gate,
			       depth + 1))
			return true;
	return false;
}

static const char *key_of(struct apps *apps, const char *what, const char *cluster)
{
	return arena_printf(apps->arena, "%s %s", what, cluster);
}

static void say(struct apps *apps, const struct engine_object *object, const char *what)
{
	map_set(&flux_state_of(apps)->said, key_of(apps, what, object->cluster), apps);
}

/* Keep a minor version under a key; -1 is none. */
static void say_minor(struct apps *apps, const char *key, long minor)
{
	if (minor >= 0)
		map_set(&flux_state_of(apps)->said, key, (void *)(uintptr_t)(minor + 1));
}

static long said_minor(struct apps *apps, const char *what, const char *cluster)
{
	return (long)(uintptr_t)map_get(&flux_state_of(apps)->said, key_of(apps, what, cluster)) -
	       1;
}

/* The minor version in "v1.4.5"; -1: it is none of that major version. */
static long minor_of(const char *version, const char *major)
{
	size_t len = strlen(major);

	version += *version == 'v';
	if (strncmp(version, major, len) != 0 || version[len] != '.' ||
	    strspn(version + len + 1, "0123456789") == 0)
		return -1;
	return strtol(version + len + 1, NULL, 10);
}

/* The minor version of the helm-controller of the newest Flux that a range allows; -1: not known.
 */
static long controller_of_flux(const char *range)
{
	bool below = *range == '<' && range[1] != '='; /* up to another, not with it */
	long minor;

	range += *range == '=' || *range == '~' || *range == '<';
	range += *range == '=';
	minor = minor_of(range, "2");
	return minor < 0 ? -1 : minor < FLUX_AHEAD ? 0 : minor - FLUX_AHEAD - below;
}

static long controller_of_image(const struct node *deployment)
{
	static const char image[] = "helm-controller:";
	const struct node *list =
		node_path(deployment, "spec", "template", "spec", "containers", NULL);
	uint32_t i;

	for (i = 0; node_is(list, NODE_SEQ) && i < list->len; i++) {
		const char *tag = strstr(node_string_at(list->items[i], "image"), image);

		if (tag)
			return minor_of(tag + sizeof(image) - 1, "0") >= 0
				       ? 0
				       : minor_of(tag + sizeof(image) - 1, "1");
	}
	return -1;
}

void flux_learn_controllers(struct apps *apps, const struct engine_object *object)
{
	const struct node *spec = node_get(object->root, "spec");
	bool instance = !strcmp(object->kind, "FluxInstance");

	if ((instance || !strcmp(object->name, "kustomize-controller")) &&
	    holds_gate(spec, strict, 0))
		say(apps, object, "strict");
	if (!instance && strcmp(object->name, "helm-controller") != 0)
		return;
	if (holds_gate(spec, helm3, 0))
		say(apps, object, "helm3");
	if (instance)
		say_minor(apps, key_of(apps, "ranged", object->cluster),
			  controller_of_flux(
				  node_string_at(node_get(spec, "distribution"), "version")));
	else
		say_minor(apps, key_of(apps, "deployed", object->cluster),
			  controller_of_image(object->root));
}

/* ---- what runs ---- */

/* A controller as it runs where Flux's own objects are; NULL. */
static const struct node *live_controller(struct apps *apps, const struct app *app,
					  const char *name)
{
	const struct app *entry = app;

	while (entry->parent)
		entry = entry->parent;
	return flux_live_object(apps, app, "apps/v1", "Deployment", entry->ns, name);
}

/* By its image, else by the version of Flux that its CRD came with. */
static long minor_of_live(struct apps *apps, const struct app *app, const struct node *deployment)
{
	const struct node *crd;
	long minor = controller_of_image(deployment);

	if (minor >= 0)
		return minor;
	crd = flux_live_object(apps, app, "apiextensions.k8s.io/v1", "CustomResourceDefinition", "",
			       "helmreleases.helm.toolkit.fluxcd.io");
	return controller_of_flux(node_string_at(node_path(crd, "metadata", "labels", NULL),
						 "app.kubernetes.io/version"));
}

/* Ask the cluster, once, for what the repository need not say. */
static void ask_live(struct apps *apps, const struct app *app)
{
	const char *key = key_of(apps, "asked for controllers", app->home);
	const struct engine_object of = { .cluster = app->home };
	const struct node *deployment;

	if (!apps->lookup || map_get(&flux_state_of(apps)->said, key))
		return;
	map_set(&flux_state_of(apps)->said, key, apps);
	deployment = live_controller(apps, app, "helm-controller");
	say_minor(apps, key_of(apps, "live", app->home), minor_of_live(apps, app, deployment));
	if (holds_gate(node_get(deployment, "spec"), helm3, 0))
		say(apps, &of, "helm3");
	if (holds_gate(node_get(live_controller(apps, app, "kustomize-controller"), "spec"), strict,
		       0))
		say(apps, &of, "strict");
}

/* The commit's own Deployment, else the one that runs, else the newest of a FluxInstance's range.
 */
static bool is_older(struct apps *apps, const struct app *app, long than)
{
	static const char *const sayers[] = { "deployed", "live", "ranged" };
	long minor = -1;
	size_t i;

	ask_live(apps, app);
	for (i = 0; minor < 0 && i < ARRAY_SIZE(sayers); i++)
		minor = said_minor(apps, sayers[i], app->home);
	return minor >= 0 && minor < than;
}

static bool is_said(struct apps *apps, const char *what, const struct app *app)
{
	ask_live(apps, app);
	return map_get(&flux_state_of(apps)->said, key_of(apps, what, app->home)) != NULL;
}

bool flux_is_strict(struct apps *apps, const struct app *app)
{
	return is_said(apps, "strict", app);
}

const char *flux_helm_apply(struct apps *apps, const struct app *app)
{
	return is_older(apps, app, SERVER_SIDE) ? "client"
	       : is_said(apps, "helm3", app)	? "helm3"
						: NULL;
}

bool flux_renders_no_hooks(struct apps *apps, const struct app *app)
{
	return is_older(apps, app, SHOWS_HOOKS) || is_said(apps, "helm3", app);
}
