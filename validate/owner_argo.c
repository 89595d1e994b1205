#include <stdio.h>
#include <string.h>
#include "validate/engine_owner.h"

static bool has_option(const struct node *list, const char *option)
{
	uint32_t i;

	for (i = 0; node_is(list, NODE_SEQ) && i < list->len; i++)
		if (node_is(list->items[i], NODE_STR) && !strcmp(list->items[i]->text, option))
			return true;
	return false;
}

/* The policy that holds for a set: of its controller, else its own. */
static const char *policy_of(const struct app *set)
{
	const char *told = node_string_at(node_get(set->inputs, "set"), "policy");

	return *told ? told : "sync";
}

static bool set_deletes(const struct app *set)
{
	const char *policy = policy_of(set);

	return !strcmp(policy, "sync") || !strcmp(policy, "create-delete");
}

/* The ApplicationSet controller writes what the template says, where its policy lets it. */
static void own_set(struct owner *owner, const struct app *set)
{
	const char *policy = policy_of(set);

	owner->kind = "ApplicationSet";
	owner->mode = !strcmp(policy, "create-only") || !strcmp(policy, "create-delete")
			      ? APPLY_CREATE
			      : APPLY_GENERATED;
	owner->manager = "argocd-applicationset-controller";
	owner->prunes = set_deletes(set);
	owner->heals = true;
}

/* ---- RollingSync ---- */

static bool fits(const struct node *expression, const struct node *labels)
{
	const char *value = node_string_at(labels, node_string_at(expression, "key"));
	const char *operator= node_string_at(expression, "operator");
	bool in = node_has_text(node_get(expression, "values"), value);

	if (!strcmp(operator, "In"))
		return *value && in;
	return !strcmp(operator, "NotIn") && (!*value || !in);
}

/* The step of a set that its Application is in; NULL: none. */
static const struct node *step_of(const struct app *app)
{
	const struct node *steps =
		node_path(app->parent->root, "spec", "strategy", "rollingSync", "steps", NULL);
	const struct node *labels = node_path(app->root, "metadata", "labels", NULL);
	uint32_t i, k;

	for (i = 0; node_is(steps, NODE_SEQ) && i < steps->len; i++) {
		const struct node *all = node_get(steps->items[i], "matchExpressions");

		for (k = 0; node_is(all, NODE_SEQ) && k < all->len; k++)
			if (!fits(all->items[k], labels))
				break;
		if (!node_is(all, NODE_SEQ) || k == all->len)
			return steps->items[i];
	}
	return NULL;
}

/* The controller of its set starts its syncs, in the place of the Application's own automation. */
static bool is_rolled(const struct app *app)
{
	const struct node *step, *most;

	if (!app->parent ||
	    strcmp(node_string_at(node_get(app->parent->inputs, "set"), "rolls"), "yes") != 0)
		return false;
	step = step_of(app);
	most = node_get(step, "maxUpdate");
	return step && (!most || (strcmp(node_text(most), "0") && strcmp(node_text(most), "0%")));
}

/*
 * Whether Argo CD compares by a dry-run of server-side apply: one that fails, as for an immutable
 * field, ends the comparison of the whole Application, so that Force comes to nothing.
 */
static bool compares_by_server(const struct app *app)
{
	const struct node *options =
		node_path(app->root, "spec", "syncPolicy", "syncOptions", NULL);
	const char *text = node_string(node_path(app->root, "metadata", "annotations",
						 "argocd.argoproj.io/compare-options", NULL));

	if (text && strstr(text, "ServerSideDiff=false"))
		return false;
	return (text && strstr(text, "ServerSideDiff=true")) ||
	       has_option(options, "ServerSideApply=true");
}

/* Whose fields a server-side apply takes over, which a client-side one wrote. */
static const char *adopted(const struct app *app, const struct node *options)
{
	const char *manager =
		node_string_at(node_path(app->root, "metadata", "annotations", NULL),
			       "argocd.argoproj.io/client-side-apply-migration-manager");

	if (has_option(options, "ClientSideApplyMigration=false"))
		return NULL;
	return *manager ? manager : "kubectl-client-side-apply";
}

/* The label by which Argo CD tracks, where it is told to track by labels alone. */
static const char *instance_label(const struct app *app)
{
	const char *key = node_string_at(app->inputs, "application.instanceLabelKey");

	if (strcmp(node_string_at(app->inputs, "application.resourceTrackingMethod"), "label") != 0)
		return NULL;
	return *key ? key : "app.kubernetes.io/instance";
}

/* Applied as `kubectl apply` does unless options say otherwise; undone and pruned where automated.
 */
void owner_argocd(struct owner *owner, const struct app *app)
{
	const struct node *spec = node_get(app->root, "spec");
	const struct node *policy = node_get(spec, "syncPolicy"),
			  *options = node_get(policy, "syncOptions"),
			  *automated = node_get(policy, "automated");
	const struct node *enabled = node_get(automated, "enabled");
	bool rolled = is_rolled(app);
	bool automatic =
		rolled || (node_is(automated, NODE_MAP) && (!enabled || node_true(enabled)));

	if (!strcmp(app->kind, "ApplicationSet")) {
		own_set(owner, app);
		return;
	}
	owner->manager = "argocd-controller";
	owner->mode = has_option(options, "Replace=true")	    ? APPLY_REPLACE
		      : has_option(options, "ServerSideApply=true") ? APPLY_SSA
								    : APPLY_CSA;
	owner->force = owner->mode == APPLY_SSA;
	owner->alone = has_option(options, "FailOnSharedResource=true");
	owner->instance_label = instance_label(app);
	owner->lenient = has_option(options, "Validate=false");
	owner->adopts = adopted(app, options);
	owner->replaces = has_option(options, "Force=true") && !compares_by_server(app);
	owner->prunes = automatic && node_true(node_get(automated, "prune")) &&
			!has_option(options, "Prune=false") &&
			!has_option(options, "Prune=confirm");
	owner->heals = automatic && !rolled && node_true(node_get(automated, "selfHeal"));
	owner->heals_with_commits = automatic;
}

/* An automated sync does not take everything away, unless it is told that it may. */
const char *owner_argocd_empties(const struct app *app)
{
	const struct node *automated =
		node_path(app->root, "spec", "syncPolicy", "automated", NULL);

	if (strcmp(app->kind, "Application") != 0 || node_true(node_get(automated, "allowEmpty")))
		return NULL;
	return "Argo CD does not sync an Application to nothing by itself (allowEmpty is not set)";
}

static const char finalizer[] = "resources-finalizer.argocd.argoproj.io";

static bool has_finalizer(const struct app *app)
{
	const struct node *list = node_path(app->root, "metadata", "finalizers", NULL);
	uint32_t i;

	for (i = 0; node_is(list, NODE_SEQ) && i < list->len; i++)
		if (node_is(list->items[i], NODE_STR) &&
		    !strncmp(list->items[i]->text, finalizer, sizeof(finalizer) - 1))
			return true;
	return false;
}

/* Deleting it deletes what it applied where its finalizer says so. */
const char *owner_argocd_leaves(struct arena *a, const struct app *app)
{
	const struct node *options =
		node_path(app->root, "spec", "syncPolicy", "syncOptions", NULL);

	if (strcmp(app->kind, "Application") != 0) /* else the garbage collector deletes them */
		return set_deletes(app) || !has_finalizer(app)
			       ? NULL
			       : arena_printf(a,
					      "ApplicationSet %s/%s is not to delete Applications "
					      "(applicationsSync: %s), not even with itself",
					      app->ns, app->name, policy_of(app));
	if (has_option(options, "Delete=false") || has_option(options, "Delete=confirm"))
		return "its sync options say that deleting the Application deletes nothing else";
	if (has_finalizer(app))
		return NULL;
	return arena_printf(a, "%s %s/%s has no finalizer %s: deleting it leaves what it applied",
			    app->kind, app->ns, app->name, finalizer);
}

bool owner_argocd_says(const struct object *o, const char *option)
{
	const char *text = node_string(node_path(o->root, "metadata", "annotations",
						 "argocd.argoproj.io/sync-options", NULL));
	size_t len = strlen(option), n;

	for (; text && *text; text += n + (text[n] == ',')) {
		text += strspn(text, " ");
		n = strcspn(text, ",");
		if (n >= len && !strncmp(text, option, len) && strspn(text + len, " ") + len == n)
			return true;
	}
	return false;
}

bool owner_is_lenient(const struct owner *owner, const struct object *o)
{
	return owner->lenient ||
	       (!strcmp(owner->engine, "argocd") && owner_argocd_says(o, "Validate=false"));
}

/* ---- what waits for a confirmation ---- */

/* Whether an option is "confirm", which the object says, else the Application. */
static bool confirms(const struct app *app, const struct object *o, const char *option)
{
	const struct node *options =
		node_path(app->root, "spec", "syncPolicy", "syncOptions", NULL);
	const char *text = node_string(node_path(o->root, "metadata", "annotations",
						 "argocd.argoproj.io/sync-options", NULL));
	char confirm[32], any[32];

	snprintf(any, sizeof(any), "%s=", option);
	snprintf(confirm, sizeof(confirm), "%s=confirm", option);
	return text && strstr(text, any) ? owner_argocd_says(o, confirm)
					 : has_option(options, confirm);
}

static bool has_object(const struct objects *all, const struct object *o)
{
	size_t i;

	for (i = 0; i < all->count; i++)
		if (!strcmp(all->items[i].name, o->name) && !strcmp(all->items[i].kind, o->kind) &&
		    !strcmp(all->items[i].group, o->group) && !strcmp(all->items[i].ns, o->ns))
			return true;
	return false;
}

const struct object *owner_awaited(const struct app *app, const struct objects *base,
				   const struct objects *head)
{
	const struct node *options =
		node_path(app->root, "spec", "syncPolicy", "syncOptions", NULL);
	size_t i;

	if (!app->engine || strcmp(app->engine->name, "argocd") != 0 ||
	    strcmp(app->kind, "Application") != 0 ||
	    (head && has_option(options, "PruneLast=true")))
		return NULL;
	for (i = 0; i < base->count; i++) {
		const struct object *o = &base->items[i];

		if (o->hook || o->implied || (head && has_object(head, o)))
			continue;
		if (confirms(app, o, "Prune") ||
		    (!head && confirms(app, o, "Delete") && !owner_argocd_says(o, "Delete=false")))
			return o;
	}
	return NULL;
}

unsigned owner_argocd_variant(const struct app *app, const struct object *o)
{
	unsigned out = 0;

	if (o->implied)
		return OWNER_CREATES | OWNER_KEEPS;
	if (owner_argocd_says(o, "Replace=true"))
		out |= OWNER_REPLACES;
	else if (owner_argocd_says(o, "ServerSideApply=true"))
		out |= OWNER_SSA;
	else if (owner_argocd_says(o, "ServerSideApply=false"))
		out |= OWNER_CSA;
	if (owner_argocd_says(o, "Force=true") && !compares_by_server(app))
		out |= OWNER_FORCES;
	return out;
}
