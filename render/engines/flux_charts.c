#include "render/engines/flux_charts.h"
#include <string.h>
#include "render/engines/flux.h"
#include "render/helm/helm.h"

enum { MAX_TOLD = 8 }; /* charts of one host, by name */

static const char *title(struct arena *a, const struct chart_source *source)
{
	return arena_printf(a, "chart %s%s%s %s", source->repo, source->chart ? "/" : "",
			    source->chart ? source->chart : "",
			    source->version && *source->version ? source->version
			    : source->digest			? source->digest
								: "(newest)");
}

struct flux_chart *flux_open_chart(struct apps *apps, const struct chart_source *source)
{
	struct flux_state *state = flux_state_of(apps);
	const char *key = arena_printf(
		apps->arena, "chart %s %s %s %s", source->repo, source->chart ? source->chart : "",
		source->version ? source->version : "", source->digest ? source->digest : "");
	struct flux_chart *chart = map_get(&state->said, key);
	struct err err = ERR_INIT;

	if (chart)
		return chart;
	chart = arena_new(apps->arena, struct flux_chart);
	map_set(&state->said, key, chart);
	*vec_push(apps->arena, &state->charts) = chart;
	chart->title = title(apps->arena, source);
	chart->view = helm_open_chart(apps->run, source, &chart->path, &chart->digest, &err);
	if (chart->view)
		return chart;
	if (err.code == ERR_UNREACHED)
		chart->host = arena_strdup(apps->arena, err.host);
	if (err.code == ERR_AWAY || err.code == ERR_UNREACHED)
		chart->failed = arena_strdup(apps->arena, err.msg);
	else
		chart->failed =
			arena_printf(apps->arena, "%s is not available: %s", chart->title, err.msg);
	return chart;
}

/* How many of a chart's releases, from one on, have its name: one for each cluster. */
static size_t count_namesakes(const struct flux_chart *chart, size_t from)
{
	const char *name = chart->releases.items[from];
	size_t count = 0;

	for (size_t i = from; i < chart->releases.count; i++)
		count += !strcmp(chart->releases.items[i], name);
	return count;
}

static bool is_first_of_name(const struct flux_chart *chart, size_t at)
{
	for (size_t i = 0; i < at; i++)
		if (!strcmp(chart->releases.items[i], chart->releases.items[at]))
			return false;
	return true;
}

static void add_releases(struct buf *out, const struct flux_chart *chart)
{
	for (size_t i = 0; i < chart->releases.count; i++) {
		size_t clusters = count_namesakes(chart, i);

		if (!is_first_of_name(chart, i))
			continue;
		buf_printf(out, "%s%s", i ? ", " : "", chart->releases.items[i]);
		if (clusters > 1)
			buf_printf(out, " (%zu clusters)", clusters);
	}
}

/* One word for all charts of a host that does not answer, from the first of them on. */
static void say_host(struct apps *apps, size_t first, const char *host)
{
	const struct flux_state *state = flux_state_of(apps);
	struct buf text;
	size_t i, told = 0;

	buf_init(&text, LIMIT_FILE_BYTES);
	for (i = first; i < state->charts.count; i++) {
		const struct flux_chart *chart = state->charts.items[i];

		if (!chart->host || strcmp(chart->host, host) || !chart->releases.count)
			continue;
		if (told++ >= MAX_TOLD)
			continue;
		buf_printf(&text, "%s%s (HelmRelease ", told > 1 ? ", " : "", chart->title);
		add_releases(&text, chart);
		buf_char(&text, ')');
	}
	if (told > MAX_TOLD)
		buf_printf(&text, " and %zu more, see 'kubectl gitops tree --no-objects'",
			   told - MAX_TOLD);
	apps_note(apps, APP_WARNING, "engine/not-available", state->charts.items[first]->origin,
		  "host '%s' can't be reached (%s); not in the cache, so not rendered: %s", host,
		  reach_why(apps->run, host), text.text);
	buf_release(&text);
}

static bool is_first_of_host(const struct flux_state *state, size_t at)
{
	const char *host = state->charts.items[at]->host;

	for (size_t i = 0; i < at; i++) {
		const struct flux_chart *other = state->charts.items[i];

		if (other->host && other->releases.count && !strcmp(other->host, host))
			return false;
	}
	return true;
}

void flux_say_charts(struct apps *apps)
{
	const struct flux_state *state = flux_state_of(apps);

	for (size_t i = 0; i < state->charts.count; i++) {
		const struct flux_chart *chart = state->charts.items[i];
		struct buf names;

		if (!chart->releases.count)
			continue;
		if (chart->host) {
			if (is_first_of_host(state, i))
				say_host(apps, i, chart->host);
			continue;
		}
		buf_init(&names, LIMIT_FILE_BYTES);
		add_releases(&names, chart);
		apps_note(apps, APP_INFO, "engine/not-available", chart->origin,
			  "%s; not rendered: HelmRelease %s", chart->failed, names.text);
		buf_release(&names);
	}
}
