/*
 * flux_release: a HelmRelease in the making, shared by flux_taken.c, which finds its chart,
 * flux_history.c, which asks the cluster what became of it, and flux_helm.c, which renders it.
 */
#ifndef RENDER_ENGINES_FLUX_RELEASE_H
#define RENDER_ENGINES_FLUX_RELEASE_H
#include "render/engines/flux.h"
#include "render/engines/flux_charts.h"

struct flux_release {
	const struct flux_chart *chart; /* NULL: a path of this repository */
	const struct node *values;	/* merged */
	const struct node *defaults;	/* in the place of the chart's own; NULL */
	const struct node *value_files;
	const struct node *source; /* the reference to what holds the chart's folder; NULL */
	const struct node
		*spec; /* of its HelmChart, made or named; NULL: the chart is an artifact */
	const char *chart_ns, *chart_name; /* and whose spec that is */
	bool every_commit;		   /* of the source is a version of the chart */
	bool skip_missing;		   /* of the files, as ignoreMissingValuesFiles says */
	const char *files_from; /* where valuesFiles are looked up, in the view; NULL: the chart */
};

/* ---- flux_taken.c ---- */

/* Find the chart of an app's release. False: not all that it takes is there yet. */
bool flux_take_chart(struct apps *apps, struct app *app, struct flux_release *release, bool last);
/* A chart's name and version as its Chart.yaml has them; "" where that can't be read. */
struct flux_packed {
	const char *name, *version;
};
struct flux_packed flux_chart_packed(struct apps *apps, const struct app *app,
				     const struct flux_release *release);

/* ---- flux_history.c ---- */

/*
 * What becomes of a release's name, chart version and revision: into `inputs`, as "metadata" (what
 * the chart's version gets), "revision", "upgrade" and "synced" (nothing is to be done). Without a
 * cluster it is installed.
 */
void flux_take_history(struct apps *apps, struct app *app, struct flux_release *release,
		       struct node *inputs);

/* ---- flux_preserved.c ---- */

/*
 * With upgrade.preserveValues, what the release that `live` has deployed goes under the values, and
 * in the place of the chart's defaults. `revision` is its last, 0 where it is installed anew;
 * `live` is NULL where no cluster is asked. What can't be known is noted.
 */
void flux_keep_values(struct apps *apps, struct app *app, struct flux_release *release,
		      const struct node *live, int64_t revision, struct node *inputs);

/* ---- flux_helm.c ---- */

/* The name of the app's release in Helm's storage. */
const char *flux_release_name(struct arena *a, const struct app *app);

#endif
