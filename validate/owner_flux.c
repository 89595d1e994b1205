#include "validate/engine_owner.h"
#include <string.h>
#include <strings.h>

#define KUSTOMIZE "kustomize.toolkit.fluxcd.io/"
#define OPERATOR "fluxcd.controlplane.io/"

/* How old helm-controllers apply, and those told to keep Helm 3's ways (flux_controllers.c). */
static const char *apply_word(const struct app *app)
{
	return node_string_at(app->inputs, "helmApply");
}

/*
 * From 1.5 on (Flux 2.8, Helm 4) helm-controller installs by server-side apply, conflicts forced,
 * and upgrades as the release was applied before; each where the release does not say otherwise.
 */
static void set_apply_mode(struct owner *owner, const struct app *app)
{
	const struct node *spec = node_get(app->root, "spec"), *upgrade = node_get(spec, "upgrade");
	const struct node *install = node_path(spec, "install", "serverSideApply", NULL);
	const char *word = apply_word(app), *said = node_string_at(upgrade, "serverSideApply");

	owner->puts = node_true(node_get(upgrade, "force"));
	owner->server_side = install ? node_true(install) : !*word;
	owner->mode = APPLY_RELEASE;
	if (!strcmp(word, "client") || !strcmp(said, "disabled"))
		owner->mode = APPLY_HELM;
	else if (!strcmp(said, "enabled"))
		owner->mode = APPLY_SSA;
	owner->force = owner->mode == APPLY_SSA;
}

/* As the release is upgraded, where the cluster has it, or installed. */
static bool adopts_none(const struct app *app)
{
	const char *how = node_get(app->inputs, "synced") ? "upgrade" : "install";

	return node_true(node_path(app->root, "spec", how, "disableTakeOwnership", NULL));
}

static void owner_release(struct owner *owner, const struct app *app)
{
	const struct node *drift = node_path(app->root, "spec", "driftDetection", NULL);
	const char *mode = node_string_at(drift, "mode");

	set_apply_mode(owner, app);
	owner->manager = "helm-controller";
	owner->adopts_none = adopts_none(app);
	owner->prunes = true;
	owner->heals = !strcmp(mode, "enabled");
	if (owner->heals || !strcmp(mode, "warn"))
		owner->drift_rules = drift;
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
		owner_release(owner, app);
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

/*
 * What makes helm-controller upgrade: digests of these, and the chart's version; as the cluster
 * tells it, where that is known.
 */
static bool is_made_otherwise(const struct app *base, const struct app *head)
{
	static const char *const inputs[] = { "chart", "values", "version" }, *const spec[] = {
		"commonMetadata", "postRenderers"
	};
	size_t i;

	if (node_get(head->inputs, "synced"))
		return !node_true(node_get(head->inputs, "synced"));
	if (node_true(node_get(head->inputs, "everyCommit")))
		return true;
	for (i = 0; i < ARRAY_SIZE(inputs); i++)
		if (!node_equal(node_get(base->inputs, inputs[i]),
				node_get(head->inputs, inputs[i])))
			return true;
	for (i = 0; i < ARRAY_SIZE(spec); i++)
		if (!node_equal(node_path(base->root, "spec", spec[i], NULL),
				node_path(head->root, "spec", spec[i], NULL)))
			return true;
	return false;
}

const struct owner *owner_between(struct arena *a, const struct owner *owner,
				  const struct app *base, const struct app *head)
{
	struct owner *out;

	if (!owner_is_release(owner) || !base || !head || !base->inputs || !head->inputs ||
	    !is_made_otherwise(base, head))
		return owner;
	out = arena_new(a, struct owner);
	*out = *owner;
	out->upgrades = true;
	return out;
}

const char *owner_holds_chart(const struct app *base, const struct app *head)
{
	static const char *const inputs[] = { "chart", "packed", "version" };
	const char *version;
	size_t i;

	if (!base || !head || !base->inputs || !head->inputs ||
	    strcmp(head->kind, "HelmRelease") != 0 || !node_get(head->inputs, "packed") ||
	    node_true(node_get(head->inputs, "everyCommit")))
		return NULL;
	for (i = 0; i < ARRAY_SIZE(inputs); i++)
		if (!node_equal(node_get(base->inputs, inputs[i]),
				node_get(head->inputs, inputs[i])))
			return NULL;
	version = node_string_at(head->inputs, "version");
	return *version ? version : NULL;
}

static bool changes(const struct node *base, const struct node *head, const char *but)
{
	uint32_t i;

	for (i = 0; node_is(head, NODE_MAP) && i < head->len; i++) {
		const char *key = head->entries[i].key->text;

		if (strcmp(key, but) != 0 && !node_equal(node_get(base, key), node_get(head, key)))
			return true;
	}
	for (i = 0; node_is(base, NODE_MAP) && i < base->len; i++)
		if (strcmp(base->entries[i].key->text, but) != 0 &&
		    !node_get(head, base->entries[i].key->text))
			return true;
	return false;
}

bool owner_upgrades_twice(const struct app *base, const struct app *head)
{
	if (!base || !head || !base->inputs || !head->inputs ||
	    strcmp(head->kind, "HelmRelease") != 0 || !node_get(head->inputs, "packed") ||
	    node_equal(node_get(base->inputs, "version"), node_get(head->inputs, "version")))
		return false;
	return changes(node_get(base->root, "spec"), node_get(head->root, "spec"), "chart") ||
	       !node_equal(node_get(base->inputs, "values"), node_get(head->inputs, "values"));
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

/* Whether the object of this metadata is marked so; with any value where it is NULL. */
static bool says(const struct node *annotations, const struct node *labels, const char *key,
		 const char *value)
{
	const char *annotation = node_get_string(annotations, key);
	const char *label = node_get_string(labels, key);

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
		       ? OWNER_KEEPS | OWNER_PUTS
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
	const struct node *metadata = node_get(o->root, "metadata"), *annotations, *labels;
	unsigned out = of_crd(app, o);
	size_t i;

	if (o->implied)
		return OWNER_CREATES | OWNER_KEEPS;
	annotations = node_get(metadata, "annotations");
	labels = node_get(metadata, "labels");
	if (!annotations && !labels)
		return out;
	for (i = 0; i < ARRAY_SIZE(marks); i++)
		if (!strcmp(marks[i].kind, app->kind) &&
		    says(annotations, labels, marks[i].key, marks[i].value))
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
