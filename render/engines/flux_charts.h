/*
 * flux_charts: the charts that HelmReleases take from elsewhere, each brought once for all the
 * releases that take it, and told once where it can't be had.
 */
#ifndef RENDER_ENGINES_FLUX_CHARTS_H
#define RENDER_ENGINES_FLUX_CHARTS_H
#include "render/engines/engines.h"

struct chart_source; /* render/helm/helm.h */

/* Where the chart's files are. */
struct flux_chart {
	const char *title; /* "chart REPOSITORY/NAME VERSION" */
	struct view *view; /* NULL where it failed */
	const char *path;
	const char *digest; /* of its OCI manifest; NULL */
	const char *failed; /* why it is not to be had; NULL */
	const char *host;   /* that did not answer; NULL */
	origin_id origin;   /* of the first release that wants it */
	struct {
		VEC(const char *);
	} releases; /* that are not rendered for it */
};

/* The chart, from the user's cache or its repository; the same for the same source. */
struct flux_chart *flux_open_chart(struct apps *apps, const struct chart_source *source);
/* Note which charts were out of reach, and for which releases. */
void flux_say_charts(struct apps *apps);

#endif
