/* The chart that a HelmRelease takes: a directory of this repository, or what its source names. */
#include <string.h>
#include "render/documents.h"
#include "render/engines/flux_release.h"
#include "render/helm/helm.h"
#include "render/yaml/yaml.h"

static bool no_chart(struct apps *apps, struct app *app, const char *why)
{
	app->skipped = why;
	(void)apps;
	return true;
}

static bool take_remote(struct apps *apps, struct app *app, struct flux_release *release,
			const struct chart_source *source)
{
	struct flux_chart *chart = flux_open_chart(apps, source);

	release->chart = chart;
	if (chart->failed) {
		*vec_push(apps->arena, &chart->releases) =
			arena_printf(apps->arena, "%s/%s", app->ns, app->name);
		if (!chart->origin)
			chart->origin = app->root->origin;
		app->silent = true;
		return no_chart(apps, app, chart->failed);
	}
	app->path = release->chart->path;
	return true;
}

static bool take_oci(struct apps *apps, struct app *app, struct flux_release *release,
		     const struct node *source)
{
	const struct node *spec = node_get(source, "spec"), *ref = node_get(spec, "ref");
	struct chart_source from = { .repo = node_string_at(spec, "url") };

	from.version = *node_string_at(ref, "semver") ? node_string_at(ref, "semver")
						      : node_string_at(ref, "tag");
	from.digest = node_get_string(ref, "digest");
	return take_remote(apps, app, release, &from);
}

/* The source as it was rendered; else, when nothing more will come, as a file has it. */
static const struct node *find_source(struct apps *apps, const struct app *app,
				      const struct node *ref, bool last)
{
	const char *kind = node_string_at(ref, "kind"), *name = node_string_at(ref, "name");
	const struct node *source = apps_object(apps, app->home, kind, flux_ns_of(ref, app), name);

	if (!source && last)
		source = flux_written_source(apps, app, kind, flux_ns_of(ref, app), name);
	return source;
}

static bool lacks_source(struct apps *apps, struct app *app, const struct node *ref)
{
	return no_chart(apps, app,
			arena_printf(apps->arena, "its %s %s/%s is not in the commit",
				     node_string_at(ref, "kind"), flux_ns_of(ref, app),
				     node_string_at(ref, "name")));
}

static const char *away(struct apps *apps, const struct app *app, const struct node *ref)
{
	return arena_printf(apps->arena,
			    "its chart comes from %s %s/%s, whose files are not in this repository",
			    node_string_at(ref, "kind"), flux_ns_of(ref, app),
			    node_string_at(ref, "name"));
}

/* The chart of a spec as HelmRelease's chart.spec and HelmChart's spec have it. */
static bool take_spec(struct apps *apps, struct app *app, struct flux_release *release,
		      const struct node *spec, bool last)
{
	const struct node *ref = node_get(spec, "sourceRef"), *source;
	const char *kind = node_string_at(ref, "kind");
	const char *url, *path = node_string_at(spec, "chart");
	struct chart_source from = { .chart = path };

	release->spec = spec;
	release->value_files = node_get(spec, "valuesFiles");
	release->skip_missing = node_true(node_get(spec, "ignoreMissingValuesFiles"));
	release->every_commit = !strcmp(node_string_at(spec, "reconcileStrategy"), "Revision") &&
				strcmp(kind, "HelmRepository") != 0;
	if (!strcmp(kind, "GitRepository")) {
		app->path = view_join(apps->arena, "", path + (*path == '/'));
		if (!app->path)
			return no_chart(apps, app, "its chart's path leaves the repository");
		release->files_from = "";
		release->source = ref;
		return flux_source_place(apps, app, ref, last) != FLUX_WAIT;
	}
	source = find_source(apps, app, ref, last);
	if (!source)
		return last && lacks_source(apps, app, ref);
	if (strcmp(kind, "HelmRepository"))
		return no_chart(apps, app, away(apps, app, ref));
	url = node_string_at(node_get(source, "spec"), "url");
	from.repo = url;
	from.version = node_string_at(spec, "version");
	return take_remote(apps, app, release, &from);
}

bool flux_take_chart(struct apps *apps, struct app *app, struct flux_release *release, bool last)
{
	const struct node *spec = node_get(app->root, "spec"), *ref = node_get(spec, "chartRef");
	const char *kind = node_string_at(ref, "kind");
	const struct node *source;

	if (!ref && !node_path(spec, "chart", "spec", NULL))
		return no_chart(apps, app, "it names no chart: neither chart nor chartRef");
	if (!ref) {
		ref = node_path(spec, "chart", "spec", "sourceRef", NULL);
		release->chart_ns = flux_ns_of(ref, app);
		release->chart_name = arena_printf(apps->arena, "%s-%s", app->ns, app->name);
		return take_spec(apps, app, release, node_path(spec, "chart", "spec", NULL), last);
	}
	source = find_source(apps, app, ref, last);
	if (!source)
		return last && lacks_source(apps, app, ref);
	release->chart_ns = flux_ns_of(ref, app);
	release->chart_name = node_string_at(ref, "name");
	if (!strcmp(kind, "HelmChart"))
		return take_spec(apps, app, release, node_get(source, "spec"), last);
	if (!strcmp(kind, "OCIRepository"))
		return take_oci(apps, app, release, source);
	return no_chart(apps, app, away(apps, app, ref));
}

struct flux_packed flux_chart_packed(struct apps *apps, const struct app *app,
				     const struct flux_release *release)
{
	struct view *v = release->chart ? release->chart->view : apps->view;
	const char *file = view_join(apps->arena, app->path, "Chart.yaml");
	struct flux_packed out = { "", "" };
	struct trees docs = { 0 };

	if (file)
		documents_read(apps->documents, apps->run, apps->arena, v, file, DOCUMENTS_ONE,
			       NULL, &docs);
	if (!docs.count)
		return out;
	out.name = node_string_at(docs.items[0], "name");
	out.version = node_string_at(docs.items[0], "version");
	return out;
}
