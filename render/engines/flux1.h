/*
 * flux1: Flux v1's .flux.yaml, as fluxd --manifest-generation read it.
 *
 * fluxd was given paths of the repository (--git-path). From each it looked upwards for a
 * .flux.yaml, whose commands it ran in the path to generate the manifests, which patchFile then
 * changed. Nothing is run here: `kustomize build`, `kubectl kustomize`, `cat` and `helm template`
 * are understood, every other command is refused by name.
 */
#ifndef RENDER_ENGINES_FLUX1_H
#define RENDER_ENGINES_FLUX1_H
#include "render/render.h"

/* A path that fluxd syncs, with the file that says how. */
struct flux1_target {
	const char *path; /* of the view; "" for its root */
	const char *file; /* the .flux.yaml */
	origin_id origin; /* of its text */
};
struct flux1_targets {
	VEC(struct flux1_target);
};

#define FLUX1_FILE ".flux.yaml"

/*
 * The paths at and below the directory of one .flux.yaml that it was meant for: which fluxd is
 * started with, no file says. Those that hold the patch file, else the kustomizations that no other
 * refers to, else the directory itself.
 */
void flux1_targets(struct run *run, struct arena *a, struct view *v, const char *file,
		   struct flux1_targets *out);
int flux1_render(struct run *run, struct arena *a, struct view *v, const struct flux1_target *t,
		 const struct render_options *options, struct rendered *out, struct err *err);

/*
 * Where `dir` lies among a chart's templates: a view in which they are filled in with the chart's
 * values, as `helm template` would (the caller's to free), else `v` itself. NULL on failure.
 */
struct view *flux1_fill_templates(struct run *run, struct arena *a, struct view *v, const char *dir,
				  const struct render_options *options, struct err *err);

#endif
