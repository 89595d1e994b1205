/*
 * Charts whose templates are laid out as kustomizations: `kustomize build` can't read a template's
 * actions, so its author fills them in first. The view shows each template as the chart renders it.
 */
#include <string.h>
#include "base/map.h"
#include "render/engines/flux1.h"
#include "render/helm/helm.h"

/* The chart whose templates/ `dir` lies in; NULL. */
static const char *chart_above(struct arena *a, struct view *v, const char *dir)
{
	const char *below = dir;

	while (*below) {
		const char *above = view_dirname(a, below);
		const char *name = strrchr(below, '/') ? strrchr(below, '/') + 1 : below;

		if (!strcmp(name, "templates") &&
		    view_kind(v, view_join(a, above, "Chart.yaml")) == VIEW_FILE)
			return above;
		below = above;
	}
	return NULL;
}

/* What has been collected of each template, in the order in which the chart prints it. */
struct piece {
	struct buf text;
	struct {
		VEC(struct origin_span);
	} spans;
};

/* Word by word, for a span is one place. */
static void add_words(struct arena *a, struct piece *p, const char *text, size_t len,
		      origin_id origin)
{
	size_t at = 0, n;

	for (; at < len; at += n) {
		for (n = 1; at + n < len && !strchr(" \n", text[at + n - 1]); n++)
			;
		*vec_push(a, &p->spans) =
			(struct origin_span){ (uint32_t)p->text.len,
					      origin ? origin + (origin_id)at : 0 };
		buf_add(&p->text, text + at, n);
	}
}

/* "# Source: chart/templates/x.yaml" at the beginning of a document: the path below the chart. */
static const char *source_of(struct arena *a, const char *doc, size_t len, size_t *skip)
{
	static const char mark[] = "# Source: ";
	const char *end = memchr(doc, '\n', len), *slash;

	if (!end || len < sizeof(mark) || memcmp(doc, mark, sizeof(mark) - 1) != 0)
		return NULL;
	slash = memchr(doc, '/', (size_t)(end - doc));
	*skip = (size_t)(end - doc) + 1;
	return slash ? arena_memdup(a, slash + 1, (size_t)(end - slash) - 1) : NULL;
}

static void split(struct arena *a, const char *chart, const struct rendered *r, struct map *pieces)
{
	const char *text = r->text.text, *end = text + r->text.len, *at = text;

	while (at < end) {
		const char *next = strstr(at + 1, "\n---\n"), *stop = next ? next + 1 : end, *path;
		const char *doc = at;
		struct piece *p;
		size_t skip = 0;

		if (!strncmp(doc, "---\n", 4))
			doc += 4;
		at = stop;
		path = source_of(a, doc, (size_t)(stop - doc), &skip);
		if (!path)
			continue;
		path = view_join(a, chart, path);
		p = path ? map_get(pieces, path) : NULL;
		if (path && !p) {
			p = arena_new(a, struct piece);
			buf_init(&p->text, LIMIT_FILE_BYTES);
			map_set(pieces, path, p);
		}
		if (!p)
			continue;
		add_words(a, p, "---\n", 4, 0);
		add_words(a, p, doc + skip, (size_t)(stop - doc) - skip,
			  r->text_origin ? r->text_origin + (origin_id)(doc + skip - text) : 0);
	}
}

static int fill(struct run *run, struct arena *a, struct view *v, struct view *filled,
		const char *chart, const struct render_options *options, struct err *err)
{
	struct render_options how = { .kubernetes_version = options->kubernetes_version,
				      .seed = options->seed };
	struct rendered r = { .want_text = true };
	struct map pieces;
	size_t i;

	buf_init(&r.text, 0);
	map_init(&pieces, a);
	if (renderer_helm.render(run, a, v, chart, &how, &r, err) < 0) {
		rendered_release(&r);
		return err_wrap(err, "the chart '%s' that holds the kustomizations", chart);
	}
	split(a, chart, &r, &pieces);
	for (i = 0; i < pieces.count; i++) {
		struct piece *p = pieces.entries[i].value;

		view_overlay_add(filled, pieces.entries[i].key, p->text.text, p->text.len,
				 origins_add_made(run->origins, p->text.text, p->text.len,
						  p->spans.items, p->spans.count));
		buf_release(&p->text);
	}
	rendered_release(&r);
	return 0;
}

struct view *flux1_fill_templates(struct run *run, struct arena *a, struct view *v, const char *dir,
				  const struct render_options *options, struct err *err)
{
	const char *chart = chart_above(a, v, dir);
	struct view *filled;

	if (!chart)
		return v;
	filled = view_new_overlay(v);
	if (fill(run, a, v, filled, chart, options, err) == 0)
		return filled;
	view_free(filled);
	return NULL;
}
