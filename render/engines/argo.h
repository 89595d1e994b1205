/*
 * argo: what the files of the Argo CD engine (3.6) share.
 *
 * An Application says what is applied where; argo.c learns of it, argo_render.c makes its objects:
 * each source (argo_source.c) is rendered by its type (argo_helm.c, argo_kustomize.c,
 * argo_directory.c), and what they made becomes what Argo CD would apply (argo_objects.c). An
 * ApplicationSet renders to Applications (argo_set*.c).
 */
#ifndef RENDER_ENGINES_ARGO_H
#define RENDER_ENGINES_ARGO_H
#include "base/url.h"
#include "render/engines/engines.h"
#include "render/git/git.h"

#define ARGO_GROUP "argoproj.io"
#define ARGO_ANNOTATION "argocd.argoproj.io/"

/* The i-th of an Application's sources, in their order; NULL after the last. */
const struct node *argo_nth_source(const struct node *spec, uint32_t i);
/* Whether an option of spec.syncPolicy.syncOptions is there, as "Replace=true". */
bool argo_sync_option(const struct node *spec, const char *option);
/* Whether a comma-separated annotation of the object has the word. */
bool argo_annotated(const struct node *object, const char *key, const char *word);

/* The mapping under a key, made where there is none. */
struct node *argo_map_in(struct arena *a, struct node *n, const char *key);

/* ---- the build environment ---- */

struct argo_env {
	const char *name, *ns, *project, *revision, *url, *path, *target;
};
/* `$NAME` and `${NAME}` as Go's os.Expand has them; "$$" is "$", what is not known is "". */
const char *argo_expand(struct arena *a, const struct argo_env *env, const char *text);

/* ---- one source ---- */

struct argo {
	struct run *run;
	struct arena *arena;
	struct view *view; /* of this repository */
	const struct app *app;
	const struct node *spec;
	const struct render_options *options;
	const char *ns; /* spec.destination.namespace */
	struct {
		VEC(struct view *);
	} opened;
	struct notes notes;
	struct notes refusals; /* of its AppProject */
};

struct argo_source {
	const struct node *root; /* with what .argocd-source.yaml overrides */
	const char *url, *path, *chart, *revision;
	struct view *view;
	const char *dir; /* its path in the view */
	struct argo_env env;
};

/* Whether a URL and a revision mean the commit that is rendered; `own` is taken for its URL. */
bool argo_is_here(const struct view *v, const char *own, const char *url, const char *revision);
/* The URL without what it holds of credentials. */
const char *argo_no_credentials(struct arena *a, const char *url);
/* Open what the source names; free with argo_close. */
int argo_open(struct argo *g, const struct node *source, struct argo_source *out, struct err *err);
/* A git repository at a revision, this one or another. */
struct view *argo_open_git(struct argo *g, const char *url, const char *revision, origin_id at,
			   const char **commit, struct err *err);
void argo_close(struct argo *g);

struct argo_paths {
	VEC(const char *);
};
/* The files that a pattern with `*`, `**`, `?`, `[…]` and `{…}` matches, sorted. */
int argo_glob(struct arena *a, struct view *v, const char *pattern, struct argo_paths *out,
	      struct err *err);

/* The files that a pathspec of git names: '*' stands for '/' too, a directory for all below it. */
int argo_ls_files(struct arena *a, struct view *v, const char *pattern, struct argo_paths *out,
		  struct err *err);

/* Argo CD's other globs, where '*' stands for '/' too. False when it is no pattern. */
struct glob;
bool argo_wide_glob(struct glob **out, struct arena *a, const char *pattern);
/* Whether such a pattern takes all of a text; what is no pattern takes nothing. */
bool argo_matches(struct arena *a, const char *pattern, const char *text);
/* The same where "!" in front denies: such a one takes what the rest does not match. */
bool argo_takes(struct arena *a, const char *pattern, const char *text);

int argo_helm(struct argo *g, const struct argo_source *s, struct objects *out, struct err *err);
int argo_kustomize(struct argo *g, const struct argo_source *s, struct objects *out,
		   struct err *err);
int argo_directory(struct argo *g, const struct argo_source *s, struct objects *out,
		   struct err *err);

/* All sources of an Application, and what Argo CD makes of them. */
int argo_render(struct run *run, struct arena *a, struct view *v, const struct app *app,
		const struct render_options *options, struct rendered *out, struct err *err);

/* ---- objects ---- */

/* Make of the sources' objects those that Argo CD applies: namespaces, tracking, hooks apart. */
int argo_finish(struct argo *g, const struct objects *built, struct objects *out, struct err *err);
/* Note what the app's AppProject, where the repository has it, does not permit. */
void argo_check_project(struct argo *g, const struct objects *objects);
/* Whether objects of a kind live in no namespace, as far as can be told without a cluster. */
bool argo_cluster_scoped(const struct object *o, const struct objects *all);

/* ---- ApplicationSets ---- */

/* Secrets of the commit that name a cluster. */
struct argo_clusters {
	VEC(struct engine_object);
	const struct node *live; /* a list of live ones, once they were asked for */
	bool asked;
};
/*
 * The cluster that an Application goes to: its own where the name or the URL means that, else
 * another by its name, which a Secret may tell, else by its server.
 */
const char *argo_cluster_of(struct apps *apps, const struct app *app, struct argo_clusters *known);
/* A Secret's value, from stringData or data; NULL. */
const char *argo_secret_text(struct arena *a, const struct node *secret, const char *key);
/*
 * What `inputs` needs for the clusters generator of a set: Secrets of this commit that its Argo CD
 * reads, and the live ones, under "clusters"; "clustersAsked" where the live cluster told.
 */
void argo_find_clusters(struct apps *apps, const struct app *set, const struct argo_clusters *known,
			struct node *inputs);

/*
 * Where its AppProject permits clusters of its own alone: whether the Application's is one, as
 * "scoped" yes, no, or unknown where no Secret tells, into `inputs`, which has the project.
 */
void argo_put_scope(struct apps *apps, const struct app *app, const struct argo_clusters *known,
		    struct node *inputs);

/* The Applications that it makes. */
int argo_set_render(struct run *run, struct arena *a, struct view *v, const struct app *app,
		    const struct render_options *options, struct rendered *out, struct err *err);
/* Whether any of its generators, nested ones too, is of this name ("clusters"). */
bool argo_set_uses(const struct node *spec, const char *generator);

#endif
