/*
 * What a HelmRelease has become in its cluster (status.history), and so what comes next: the same
 * release again where the controller finds nothing to do, else an upgrade to the next revision.
 * And what source-controller and helm-controller add to a chart's version as build metadata: the
 * commit (reconcileStrategy: Revision), the HelmChart's generation (valuesFiles), the artifact's
 * digest (OCIRepository).
 */
#include <string.h>
#include "base/semver.h"
#include "base/sha256.h"
#include "render/engines/flux_release.h"
#include "render/yaml/yaml.h"

enum { SHORT = 12 };

/* ---- the chart's version ---- */

/* How often the HelmChart was written: once more where the release asks for another one. */
static int64_t generation_of(struct apps *apps, const struct app *app,
			     const struct flux_release *release)
{
	static const char *const keys[] = { "chart", "version", "valuesFiles", "reconcileStrategy",
					    "ignoreMissingValuesFiles" };
	const struct node *live =
		flux_live_object(apps, app, "source.toolkit.fluxcd.io/v1", "HelmChart",
				 release->chart_ns, release->chart_name);
	int64_t generation = 1;
	size_t i;

	if (!node_integer(node_path(live, "metadata", "generation", NULL), &generation))
		return 1;
	for (i = 0; i < ARRAY_SIZE(keys); i++)
		if (node_get(release->spec, keys[i]) &&
		    !node_equal(node_get(release->spec, keys[i]),
				node_path(live, "spec", keys[i], NULL)))
			return generation + 1;
	return generation;
}

/* NULL: none. A tree that is no commit has the id that git gives to what is not committed. */
static const char *metadata_of(struct apps *apps, const struct app *app,
			       const struct flux_release *release)
{
	const char *commit = view_commit(apps->view), *out = NULL;

	if (!release->spec) {
		out = release->chart && release->chart->digest ? strchr(release->chart->digest, ':')
							       : NULL;
		return out ? arena_printf(apps->arena, "%.*s", SHORT, out + 1) : NULL;
	}
	if (release->every_commit)
		out = arena_printf(apps->arena, "%.*s", SHORT, commit ? commit : "000000000000");
	if (node_is(release->value_files, NODE_SEQ) && release->value_files->len)
		out = arena_printf(apps->arena, "%s%s%lld", out ? out : "", out ? "." : "",
				   (long long)generation_of(apps, app, release));
	return out;
}

static const char *with_metadata(struct arena *a, const char *version, const char *metadata)
{
	struct semver v;

	if (!metadata || semver_parse(a, version, strlen(version), &v))
		return version;
	v.metadata = metadata;
	return semver_string(a, &v);
}

/* ---- the release ---- */

/* All releases of the cluster are asked for at once, where they may be. */
static const struct node *live_release(struct apps *apps, const struct app *app)
{
	static const char version[] = "helm.toolkit.fluxcd.io/v2", kind[] = "HelmRelease";
	struct flux_state *state = flux_state_of(apps);
	const struct node *list;
	uint32_t i;

	if (!flux_asks(apps, app))
		return NULL;
	if (!state->releases)
		state->releases = flux_live_object(apps, app, version, kind, "", "");
	if (!state->releases)
		state->releases = node_map(apps->arena);
	list = node_get(state->releases, "items");
	if (!node_is(list, NODE_SEQ))
		return flux_live_object(apps, app, version, kind, app->ns, app->name);
	for (i = 0; i < list->len; i++) {
		const struct node *metadata = node_get(list->items[i], "metadata");

		if (!strcmp(node_string_at(metadata, "name"), app->name) &&
		    !strcmp(node_string_at(metadata, "namespace"), app->ns))
			return list->items[i];
	}
	return NULL;
}

/* The newest of its snapshots, in Helm's storage under the name that the release has. */
static const struct node *last_snapshot(struct apps *apps, const struct app *app,
					const struct node *live, int64_t *revision)
{
	const struct node *list = node_path(live, "status", "history", NULL), *found = NULL;
	const struct node *spec = node_get(app->root, "spec");
	const char *ns = node_string_at(spec, "targetNamespace");
	int64_t version;
	uint32_t i;

	*revision = 0;
	for (i = 0; node_is(list, NODE_SEQ) && i < list->len; i++) {
		if (!node_integer(node_get(list->items[i], "version"), &version) ||
		    version <= *revision)
			continue;
		*revision = version;
		found = list->items[i];
	}
	if (!found || !strcmp(node_string_at(found, "status"), "uninstalled") ||
	    strcmp(node_string_at(found, "name"), flux_release_name(apps->arena, app)) != 0 ||
	    strcmp(node_string_at(found, "namespace"), *ns ? ns : app->ns) != 0)
		return NULL;
	return found;
}

/* As the controller sums up values: printed with the keys in order, nothing where there are none.
 */
static bool has_digest(const struct node *values, const char *digest)
{
	struct buf text;
	char hex[65];
	bool same;

	buf_init(&text, LIMIT_FILE_BYTES);
	if (values && values->len)
		yaml_write_placed(&text, values, YAML_BYTES, NULL, NULL);
	same = !strncmp(digest, "sha256:", 7) &&
	       !strcmp(digest + 7, sha256_hex(text.text ? text.text : "", text.len, hex));
	buf_release(&text);
	return same;
}

/* Whether the controller finds its last release to be what is wanted. */
static bool is_in_sync(const struct app *app, const struct flux_release *release,
		       const struct node *live, const struct node *last, const char *version)
{
	static const char *const keys[] = { "postRenderers", "commonMetadata" };
	size_t i;

	if (strcmp(node_string_at(last, "status"), "deployed") != 0 ||
	    strcmp(node_string_at(last, "chartVersion"), version) != 0 ||
	    !has_digest(release->values, node_string_at(last, "configDigest")))
		return false;
	for (i = 0; i < ARRAY_SIZE(keys); i++)
		if (!node_equal(node_path(app->root, "spec", keys[i], NULL),
				node_path(live, "spec", keys[i], NULL)))
			return false;
	return true;
}

/* Another chart is installed anew, where the release does not say otherwise. */
static bool is_reinstalled(const struct app *app, const struct node *last, const char *chart)
{
	return strcmp(node_string_at(last, "chartName"), chart) != 0 &&
	       strcmp(node_string_at(node_path(app->root, "spec", "upgrade", NULL),
				     "chartNameChangeStrategy"),
		      "InPlaceUpdate") != 0;
}

void flux_take_history(struct apps *apps, struct app *app, struct flux_release *release,
		       struct node *inputs)
{
	struct arena *a = apps->arena;
	struct flux_packed packed = flux_chart_packed(apps, app, release);
	const char *metadata = metadata_of(apps, app, release);
	const char *version = with_metadata(a, packed.version, metadata);
	const struct node *live, *last;
	int64_t revision;
	bool synced;

	node_set(a, inputs, "version", node_str(a, version));
	if (metadata)
		node_set(a, inputs, "metadata", node_str(a, metadata));
	live = live_release(apps, app);
	last = last_snapshot(apps, app, live, &revision);
	if (last && is_reinstalled(app, last, packed.name))
		last = NULL;
	synced = last && is_in_sync(app, release, live, last, version);
	flux_keep_values(apps, app, release, live, last ? revision : 0, inputs);
	if (!last)
		return;
	revision += !synced;
	node_set(a, inputs, "synced", node_bool(a, synced));
	node_set(a, inputs, "revision", node_int(a, revision));
	node_set(a, inputs, "upgrade", node_bool(a, revision > 1));
}
