/*
 * The marks by which an object stays in the cluster when git loses it. Argo CD heeds some when it
 * prunes and others when the whole Application is deleted (3.6: syncContext's isPruningDisabled,
 * the application controller's shouldBeDeleted); Flux and Helm the same at both.
 */
#include <string.h>
#include <strings.h>
#include "base/node.h"
#include "validate/owner.h"

/* IN_GIT: what is so marked leaves its owner's inventory, which tells more where it is known. */
enum when { PRUNED = 1, LEAVING = 2, ALWAYS = 3, GIT_ONLY = 4, IN_GIT = 7 };

static const struct {
	const char *engine, *kind; /* of the owner; kind NULL: any */
	const char *key, *word;
	bool label; /* a label may say it too */
	enum when when;
} marks[] = {
	/* by engine, then key */
	{ "argocd", "Application", "argocd.argoproj.io/sync-options", "Delete=confirm", false,
	  LEAVING },
	{ "argocd", "Application", "argocd.argoproj.io/sync-options", "Delete=false", false,
	  LEAVING },
	{ "argocd", "Application", "argocd.argoproj.io/sync-options", "Prune=confirm", false,
	  PRUNED },
	{ "argocd", "Application", "argocd.argoproj.io/sync-options", "Prune=false", false,
	  PRUNED },
	{ "argocd", "Application", "helm.sh/resource-policy", "keep", false, LEAVING },
	{ "flux", "HelmRelease", "helm.sh/resource-policy", "keep", false, PRUNED },
	{ "flux", "HelmRelease", "helm.sh/resource-policy", "keep", false, LEAVING | GIT_ONLY },
	{ "flux", "Kustomization", "kustomize.toolkit.fluxcd.io/prune", "disabled", true, ALWAYS },
	{ "flux", "Kustomization", "kustomize.toolkit.fluxcd.io/reconcile", "disabled", true,
	  ALWAYS },
	{ "flux", "Kustomization", "kustomize.toolkit.fluxcd.io/ssa", "IfNotPresent", true,
	  IN_GIT },
	{ "flux", "Kustomization", "kustomize.toolkit.fluxcd.io/ssa", "Ignore", true, IN_GIT },
	{ "flux", "ResourceSet", "fluxcd.controlplane.io/prune", "disabled", true, ALWAYS },
	{ "helm", NULL, "helm.sh/resource-policy", "keep", false, ALWAYS },
};

/* Whether a comma-separated text has a word. */
static bool has_word(const char *text, const char *word)
{
	size_t len = strlen(word), n;

	for (; text && *text; text += n + (text[n] == ',')) {
		text += strspn(text, " ");
		n = strcspn(text, ",");
		if (n >= len && !strncasecmp(text, word, len) && strspn(text + len, " ") + len == n)
			return true;
	}
	return false;
}

static bool is_marked(size_t row, const struct owner *owner, const struct node *metadata)
{
	const char *key = marks[row].key, *word = marks[row].word;

	if (strcmp(marks[row].engine, owner->engine) != 0 ||
	    (marks[row].kind && strcmp(marks[row].kind, owner->kind) != 0))
		return false;
	return has_word(node_get_string(node_get(metadata, "annotations"), key), word) ||
	       (marks[row].label &&
		has_word(node_get_string(node_get(metadata, "labels"), key), word));
}

static const char *keeps(struct arena *a, const struct owner *owner, const struct node *object,
			 bool leaves, bool live)
{
	const struct node *metadata = node_get(object, "metadata");
	size_t i;

	for (i = 0; i < ARRAY_SIZE(marks); i++)
		if ((marks[i].when & (leaves ? LEAVING : PRUNED)) &&
		    !(live && (marks[i].when & GIT_ONLY)) && is_marked(i, owner, metadata))
			return arena_printf(a, "%s: %s keeps it in the cluster", marks[i].key,
					    marks[i].word);
	if (leaves && !strcmp(owner->engine, "argocd") && !strcmp(owner->kind, "Application") &&
	    !strcmp(node_string_at(object, "kind"), "CustomResourceDefinition"))
		return "Argo CD deletes no CustomResourceDefinition with its Application";
	return NULL;
}

const char *owner_keeps(struct arena *a, const struct owner *owner, const struct node *object,
			bool leaves)
{
	return keeps(a, owner, object, leaves, false);
}

const char *owner_keeps_live(struct arena *a, const struct owner *owner, const struct node *live,
			     bool leaves)
{
	return keeps(a, owner, live, leaves, true);
}

static bool is_flux(const struct owner *owner)
{
	return !strcmp(owner->engine, "flux") &&
	       (!strcmp(owner->kind, "Kustomization") || !strcmp(owner->kind, "ResourceSet"));
}

bool owner_is_release(const struct owner *owner)
{
	return !strcmp(owner->engine, "flux") && !strcmp(owner->kind, "HelmRelease");
}

/* An upgrade looks at the live object's marks, an uninstall at those of the release's manifest. */
bool owner_prunes_by_live(const struct owner *owner, bool leaves)
{
	return is_flux(owner) || (owner_is_release(owner) && !leaves);
}

const char *owner_skips(const struct owner *owner, const struct node *live)
{
	static const struct {
		const char *kind, *key, *value, *shown;
	} skips[] = {
		{ "Kustomization", "kustomize.toolkit.fluxcd.io/reconcile", "disabled",
		  "kustomize.toolkit.fluxcd.io/reconcile: disabled" },
		{ "Kustomization", "kustomize.toolkit.fluxcd.io/ssa", "Ignore",
		  "kustomize.toolkit.fluxcd.io/ssa: Ignore" },
		{ "ResourceSet", "fluxcd.controlplane.io/reconcile", "disabled",
		  "fluxcd.controlplane.io/reconcile: disabled" },
	};
	const struct node *metadata = node_get(live, "metadata");
	size_t i;

	for (i = 0; is_flux(owner) && i < ARRAY_SIZE(skips); i++)
		if (!strcmp(skips[i].kind, owner->kind) &&
		    (!strcmp(node_string_at(node_get(metadata, "annotations"), skips[i].key),
			     skips[i].value) ||
		     !strcmp(node_string_at(node_get(metadata, "labels"), skips[i].key),
			     skips[i].value)))
			return skips[i].shown;
	return NULL;
}
