/*
 * render_helm: the flags of `helm template`, as `render` takes them.
 *
 * A values file named on the command line lies on disk, so what they make holds open views until
 * helm_flags_close.
 */
#ifndef CMD_RENDER_HELM_H
#define CMD_RENDER_HELM_H
#include "base/options.h"
#include "render/helm/helm.h"
#include "render/render.h"

struct helm_flags {
	const char *name, *ns, *kubernetes_version, *seed;
	struct option_values values, api_versions, show_only;
	bool include_crds, no_hooks, is_upgrade, skip_tests, helm4, nothing;
	/* where the chart is fetched from */
	const char *name_template, *repo, *version, *user, *password, *ca_file;
	bool plain_http, insecure;
};

/* Its rows; the offsets are those in struct helm_flags. */
enum { HELM_FLAGS = 28 };
extern const struct option helm_flag_rows[HELM_FLAGS];

/* Fill Helm's part of `out`; what it opened is closed with it, filled or not. */
int helm_flags_options(struct run *run, const struct helm_flags *flags, struct render_options *out,
		       struct err *err);
void helm_flags_close(const struct render_options *how);
/* Whether `path` (or NULL) is a chart of a repository or a registry, which *out then names. */
bool helm_flags_source(const struct helm_flags *flags, const char *path, struct chart_source *out);

#endif
