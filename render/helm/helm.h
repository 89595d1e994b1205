/*
 * helm: charts as `helm template` renders them, in this process.
 */
#ifndef RENDER_HELM_HELM_H
#define RENDER_HELM_HELM_H
#include "render/render.h"
#include "render/helm/hint.h"
#include "render/helm/match.h"
#include "render/helm/source.h"
#include "render/helm/template.h"
#include "render/helm/template/glob.h"
#include "render/renderer.h"

extern const struct renderer renderer_helm;

/*
 * Render the chart at `path` of `v` (a folder with a Chart.yaml, or a .tgz). With out->want_text
 * the text is what Helm prints. Errors are Helm's own texts.
 */
int helm_render(struct run *run, struct arena *a, struct view *v, const char *path,
		const struct render_options *options, struct rendered *out, struct err *err);

/*
 * A chart from elsewhere as a view that holds its files in a folder, at *path. What is rendered
 * from it names the chart and its version as the origins' source. `digest` (may be NULL) becomes
 * that of the OCI manifest; NULL where there is none.
 */
struct view *helm_open_chart(struct run *run, const struct chart_source *source, const char **path,
			     const char **digest, struct err *err);

/*
 * Values that are put together of several: mappings key by key, all else replaced. What only one of
 * two has is shared by the result, as Go's maps and slices are, so that what is set there may be
 * set in both (fluxcd/pkg/chartutil).
 */
struct helm_merge;
struct helm_merge *helm_merge_new(struct arena *a);
struct helm_merge *helm_merge_of(struct arena *a, const struct node *tree);
/* Put `other` over `m`. */
void helm_merge_over(struct helm_merge *m, const struct helm_merge *other);
/*
 * Change it as --set does, or --set-string: "a.b[0]=c", whose first byte is at `origin`. NULL, or
 * what is wrong with the text.
 */
const char *helm_merge_set(struct helm_merge *m, const char *text, bool string, origin_id origin);
struct node *helm_merge_tree(const struct helm_merge *m);

#endif
