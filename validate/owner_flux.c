#include "validate/engine_owner.h"
#include <string.h>
#include <strings.h>
#include "validate/ignore.h"

#define KUSTOMIZE "kustomize.toolkit.fluxcd.io/"
#define OPERATOR "fluxcd.controlplane.io/"

/* helm-controller upgrades a release: three-way; it undoes drift where it is told to. */
static void owner_release(struct owner *owner, const struct node *spec)
{
	const char *drift = node_get_string(node_get(spec, "driftDetection"), "mode");

	owner->mode = APPLY_HELM;
	owner->manager = "helm-controller";
	owner->replaces = node_true(node_path(spec, "upgrade", "force", NULL));
	owner->prunes = true;
	owner->heals = drift && !strcmp(drift, "enabled");
}

/* Flux Operator applies server-side, forced, once an hour at least; what it made no more it prunes.
 */
static void owner_resourceset(struct owner *owner, const struct app *app)
{
	const char *force = node_string(node_path(app->root, "metadata", "annotations",
						  "fluxcd.controlplane.io/force", NULL));

	owner->mode = APPLY_SSA;
	owner->manager = "flux-operator";
	owner->force = true;
	owner->replaces = force && !strcasecmp(force, "enabled");
	owner->prunes = true;
	owner->heals = true;
}

/* kustomize-controller applies server-side, forced, undoing drift; it prunes where it says so. */
void owner_flux(struct owner *owner, const struct app *app)
{
	const struct node *spec = node_get(app->root, "spec");

	if (!strcmp(app->kind, "HelmRelease")) {
		owner_release(owner, spec);
		return;
	}
	if (!strcmp(app->kind, "ResourceSet")) {
		owner_resourceset(owner, app);
		return;
	}
	owner->mode = APPLY_SSA;
	owner->manager = "kustomize-controller";
	owner->force = true;
	owner->replaces = node_true(node_get(spec, "force"));
	owner->prunes = node_true(node_get(spec, "prune"));
	owner->heals = true;
}

/* A name of a target is an expression; "" and ".*" are all names, others are taken to the letter.
 */
static const char *any_of(const struct node *target, const char *key, const char *any)
{
	const char *text = node_string_at(target, key);

	return !*text || !strcmp(text, ".*") ? any : text;
}

const struct owner_ignores *owner_flux_ignores(struct arena *a, const struct app *app)
{
	const struct node *list = node_path(app->root, "spec", "driftDetection", "ignore", NULL);
	struct owner_ignores *out;
	uint32_t i, k;

	if (strcmp(app->kind, "HelmRelease") != 0 || !node_is(list, NODE_SEQ))
		return NULL;
	out = arena_new(a, struct owner_ignores);
	for (i = 0; i < list->len; i++) {
		const struct node *target = node_get(list->items[i], "target");
		const struct node *paths = node_get(list->items[i], "paths");
		struct owner_ignore *row;

		/* Which objects have such labels is not looked at here: then nothing is left out.
		 */
		if (node_get(target, "labelSelector") || node_get(target, "annotationSelector"))
			continue;
		row = vec_push(a, out);
		*row = (struct owner_ignore){
			.group = any_of(target, "group", "*"),
			.kind = any_of(target, "kind", "*"),
			.ns = any_of(target, "namespace", ""),
			.name = any_of(target, "name", ""),
		};
		for (k = 0; node_is(paths, NODE_SEQ) && k < paths->len; k++)
			if (node_is(paths->items[k], NODE_STR))
				*vec_push(a, &row->fields) =
					*paths->items[k]->text ? paths->items[k]->text : "*";
	}
	return out;
}

const char *owner_flux_user(struct arena *a, const struct app *app)
{
	const struct node *spec = node_get(app->root, "spec");
	const char *account = node_string_at(spec, "serviceAccountName");

	if (!*account || node_get(spec, "kubeConfig"))
		return "";
	return arena_printf(a, "system:serviceaccount:%s:%s", app->ns, account);
}

/*
 * Deleting the object itself: a Kustomization goes by its deletionPolicy, a HelmRelease is
 * uninstalled, a ResourceSet prunes all; none of them while it is suspended.
 */
const char *owner_flux_leaves(struct arena *a, const struct app *app)
{
	const struct node *spec = node_get(app->root, "spec");
	const char *policy = node_string_at(spec, "deletionPolicy");

	if (node_true(node_get(spec, "suspend")))
		return arena_printf(a, "%s %s/%s is deleted while it is suspended", app->kind,
				    app->ns, app->name);
	if (strcmp(app->kind, "Kustomization") != 0)
		return NULL;
	if (!strcmp(policy, "Orphan"))
		return arena_printf(a, "Kustomization %s/%s has deletionPolicy: Orphan", app->ns,
				    app->name);
	if (!strcmp(policy, "Delete") || !strcmp(policy, "WaitForTermination") ||
	    node_true(node_get(spec, "prune")))
		return NULL;
	return arena_printf(a, "Kustomization %s/%s does not prune", app->ns, app->name);
}

/* Whether the object is marked so; with any value where it is NULL. */
static bool says(const struct object *o, const char *key, const char *value)
{
	const struct node *metadata = node_get(o->root, "metadata");
	const char *annotation = node_get_string(node_get(metadata, "annotations"), key);
	const char *label = node_get_string(node_get(metadata, "labels"), key);

	if (!value)
		return annotation != NULL;
	return (annotation && !strcmp(annotation, value)) || (label && !strcmp(label, value));
}

/*
 * A CRD of a chart's crds/ is never deleted, and an upgrade changes it only with
 * upgrade.crds: CreateReplace; it is skipped else.
 */
static unsigned of_crd(const struct app *app, const struct object *o)
{
	const struct node *spec = node_get(app->root, "spec");

	if (strcmp(app->kind, "HelmRelease") != 0 ||
	    strcmp(o->kind, "CustomResourceDefinition") != 0 || !o->file ||
	    !strstr(o->file, "/crds/") || strstr(o->file, "/templates/"))
		return 0;
	return !strcmp(node_string_at(node_get(spec, "upgrade"), "crds"), "CreateReplace")
		       ? OWNER_KEEPS | OWNER_REPLACES
		       : OWNER_KEEPS | OWNER_CREATES;
}

/* The marks that the controller of the app heeds on an object. */
unsigned owner_flux_variant(const struct app *app, const struct object *o)
{
	static const struct {
		const char *kind, *key, *value;
		unsigned variant;
	} marks[] = {
		/* by kind */
		{ "Kustomization", KUSTOMIZE "ssa", "IfNotPresent", OWNER_CREATES },
		{ "Kustomization", KUSTOMIZE "ssa", "Ignore", OWNER_IGNORES },
		{ "Kustomization", KUSTOMIZE "reconcile", "disabled", OWNER_IGNORES },
		{ "Kustomization", KUSTOMIZE "force", "enabled", OWNER_FORCES },
		{ "Kustomization", KUSTOMIZE "force", "Enabled", OWNER_FORCES },
		{ "ResourceSet", OPERATOR "copyFrom", NULL, OWNER_IGNORES },
		{ "ResourceSet", OPERATOR "force", "enabled", OWNER_FORCES },
	};
	unsigned out = of_crd(app, o);
	size_t i;

	for (i = 0; i < ARRAY_SIZE(marks); i++)
		if (!strcmp(marks[i].kind, app->kind) && says(o, marks[i].key, marks[i].value))
			out |= marks[i].variant;
	return out;
}

/* fluxd runs kubectl apply every few minutes; it deletes only with --sync-garbage-collection. */
void owner_flux1(struct owner *owner, const struct app *app)
{
	(void)app;
	owner->mode = APPLY_CSA;
	owner->heals = true;
}
