/*
 * apps: the entry points of a repository, found when nobody named one.
 *
 * An app is what is rendered, compared and released as one: a kustomization that no other refers
 * to, a chart that is no other's dependency, a directory of manifests that belong to neither; where
 * Flux is used, what each of its Kustomizations applies, by cluster.
 */
#ifndef RENDER_APPS_H
#define RENDER_APPS_H
#include "render/engines/engines.h"
#include "render/render.h"

/* How an engine that is none of the renderers makes an app's objects of what it found. */
struct app_engine {
	const char *name;
	int (*render)(struct run *run, struct arena *a, struct view *v, const void *object,
		      const struct render_options *options, struct rendered *out, struct err *err);
	/* Whether two sides' objects ask for the same of the same path. */
	bool (*same)(const void *one, const void *two);
};

struct app {
	const char *path;		       /* "" for the root */
	const char *renderer;		       /* "kustomize", "helm", "plain", "flux"… */
	const struct flux_kustomization *flux; /* the object that applies it; NULL */
	const struct app_engine *engine;       /* NULL: a renderer's path, or Flux */
	const void *object;		       /* the engine's */
	const char *id;			       /* the same app at another commit has the same */
	const char *skipped; /* why it is not rendered: suspended, its source is elsewhere; NULL */
	const char *cluster; /* which of the repository's clusters: its entry's path; "" when it has
				one */
	struct {
		VEC(const char *);
	} files; /* of a plain app: its own manifests, directories below are apps of their own */
};
struct apps {
	VEC(struct app);
};

/*
 * The apps at and below `path`, sorted by path. A named path that is itself one (or a file) is one
 * app. Unreadable kustomizations are apps too: their error shows when they are rendered.
 */
int apps_find(struct run *run, struct arena *a, struct view *v, const char *path, struct apps *out,
	      struct err *err);
/* Render one app: as render_path, but a plain app's own files only. */
int app_render(struct run *run, struct arena *a, struct view *v, const struct app *app,
	       const struct render_options *options, struct rendered *out, struct err *err);

#endif
