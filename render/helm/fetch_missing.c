/*
 * What `helm dependency build` fetches: the charts that Chart.yaml asks for and charts/ lacks, at
 * the versions that Chart.lock names.
 */
#include <string.h>
#include "render/helm/chart.h"
#include "render/helm/source.h"
#include "render/yaml/yaml.h"

static bool has_chart(const struct chart *c, const char *name)
{
	size_t i;

	for (i = 0; i < c->charts.count; i++)
		if (!strcmp(c->charts.items[i]->name, name))
			return true;
	return false;
}

/* The version of Chart.lock (of v1 charts: requirements.lock), else what is asked for. */
static const char *locked_version(struct helm *h, struct view *v, const char *path,
				  const struct chart_dependency *d)
{
	static const char *const names[] = { "Chart.lock", "requirements.lock" };
	struct err ignored = ERR_INIT;
	struct node *root;
	struct blob blob;
	size_t i;
	uint32_t k;

	for (i = 0; i < ARRAY_SIZE(names); i++) {
		const char *file = view_join(h->arena, path, names[i]);
		const struct node *list;

		if (view_kind(v, file) != VIEW_FILE || view_read(v, file, &blob, &ignored) < 0 ||
		    yaml_read_one(h->run, h->arena, YAML_SIGS, file, blob.text, blob.len,
				  blob.origin, &root, &ignored) < 0)
			continue;
		list = node_get(root, "dependencies");
		for (k = 0; node_is(list, NODE_SEQ) && k < list->len; k++) {
			const char *name = node_get_string(list->items[k], "name");
			const char *version = node_get_string(list->items[k], "version");

			if (name && version && !strcmp(name, d->name))
				return version;
		}
	}
	return d->version;
}

static struct chart *fetch(struct helm *h, struct view *v, const char *path,
			   const struct chart_dependency *d, struct err *err)
{
	struct chart_source source = { .repo = d->repository, .chart = d->name };
	struct chart_archive archive;

	if (!strncmp(d->repository, "file://", 7)) {
		const char *folder = view_join(h->arena, path, d->repository + 7);

		if (!folder) {
			helm_fail(h, err, "chart %s is outside of the repository", d->repository);
			return NULL;
		}
		return chart_load(h, v, folder, err);
	}
	if (!strstr(d->repository, "://")) {
		err_raise(err, ERR_UNSUPPORTED, NO_POS,
			  "dependency %s: repository '%s' is known to its author's machine alone",
			  d->name, d->repository);
		return NULL;
	}
	source.version = locked_version(h, v, path, d);
	if (chart_fetch(h->run, h->arena, &source, &archive, err) < 0) {
		err_wrap(err, "dependency %s", d->name);
		return NULL;
	}
	return chart_from_archive(h, arena_printf(h->arena, "%s %s", archive.name, archive.version),
				  archive.text, archive.len, err);
}

int chart_fetch_missing(struct helm *h, struct view *v, const char *path, struct chart *c,
			struct err *err)
{
	size_t i;

	for (i = 0; i < c->requirements.count; i++) {
		const struct chart_dependency *d = c->requirements.items[i];
		struct chart *child;

		if (!d->repository || !*d->repository || has_chart(c, d->name))
			continue;
		child = fetch(h, v, path, d, err);
		if (!child)
			return -1;
		chart_add(h->arena, c, child);
	}
	return 0;
}
