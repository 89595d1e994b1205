#include "cmd/render_suit.h"
#include <string.h>
#include "cmd/render_helm.h"
#include "cmd/render_kustomize.h"

/* They change nothing of anything: nobody is misled when they are there. */
static const char *const harmless[] = { "enable-helm", "skip-crds",	  "render-subchart-notes",
					"helm-debug",  "as-current-user", NULL };

static bool is_of(const struct option *o, const struct option *rows, size_t count)
{
	size_t i;

	for (i = 0; i < count; i++)
		if (o == &rows[i])
			return true;
	return false;
}

static bool is_one_of(const struct option *o, const char *const *names)
{
	size_t i;

	for (i = 0; names[i]; i++)
		if (!strcmp(o->name, names[i]))
			return true;
	return false;
}

/* An app is rendered as its engine's object says; only what the engine's cluster would say is ours
   to tell. */
int render_suit_apps(const struct options_given *given, struct err *err)
{
	static const char *const told[] = { "kubernetes-version", "kube-version",
					    "api-versions",	  "seed",
					    "enable-helm",	  NULL };
	size_t i;

	for (i = 0; i < given->count; i++) {
		const struct option *o = given->items[i];

		if ((is_of(o, helm_flag_rows, HELM_FLAGS) ||
		     is_of(o, kustomize_flag_rows, KUSTOMIZE_FLAGS)) &&
		    !is_one_of(o, told))
			return err_raise(err, ERR_USAGE, NO_POS,
					 "--%s says nothing beside --app: an app is rendered as "
					 "its own object says; without --app, its path is rendered "
					 "as the options say",
					 o->name);
	}
	return 0;
}

int render_suit_path(const struct options_given *given, struct view *view, const char *path,
		     struct err *err)
{
	/* What a kustomization's helmCharts are rendered with. */
	static const char *const inflating[] = { "seed", "helm4", NULL };
	const char *kind = render_kind(view, path);
	bool chart = kind && !strcmp(kind, "helm"),
	     kustomization = kind && !strcmp(kind, "kustomize");
	size_t i;

	for (i = 0; kind && i < given->count; i++) {
		const struct option *o = given->items[i];

		if (is_one_of(o, harmless) || (kustomization && is_one_of(o, inflating)))
			continue;
		if (!chart && is_of(o, helm_flag_rows, HELM_FLAGS))
			return err_raise(
				err, ERR_USAGE, NO_POS, "--%s is an option for charts, and '%s' %s",
				o->name, *path ? path : ".",
				kustomization ? "is a kustomization" : "has no Chart.yaml");
		if (!kustomization && is_of(o, kustomize_flag_rows, KUSTOMIZE_FLAGS))
			return err_raise(
				err, ERR_USAGE, NO_POS,
				"--%s is a flag for kustomizations, and there is no "
				"kustomization.yaml, kustomization.yml or Kustomization in "
				"'%s'",
				o->name, *path ? path : ".");
	}
	return 0;
}

int render_suit_source(const struct options_given *given, bool fetched, struct err *err)
{
	static const char *const fetching[] = { "version", "username",	 "password",
						"ca-file", "plain-http", "insecure-skip-tls-verify",
						NULL };
	static const char *const reading[] = { "at", "worktree", "index", NULL };
	size_t i;

	for (i = 0; i < given->count; i++) {
		const char *name = given->items[i]->name;

		if (!fetched && is_one_of(given->items[i], fetching))
			return err_raise(
				err, ERR_USAGE, NO_POS,
				"--%s is for a chart that is fetched: --repo URL or a path "
				"oci://… names it",
				name);
		if (fetched && is_one_of(given->items[i], reading))
			return err_raise(
				err, ERR_USAGE, NO_POS,
				"--%s says where in this repository to read, and the chart "
				"is fetched",
				name);
	}
	return 0;
}
