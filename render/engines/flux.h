/*
 * flux: what the files of the Flux engine share. Public to nobody else; the engine is a row of
 * render/apps.c.
 */
#ifndef RENDER_ENGINES_FLUX_H
#define RENDER_ENGINES_FLUX_H
#include "render/engines/engines.h"

/* What an ArtifactGenerator copies: a directory of this repository to one of the artifact. */
struct flux_artifact {
	const char *name, *from, *to;
};
/* A source as it stands in a file. */
struct flux_written {
	const struct node *root;
	const char *kind, *ns, *name, *file;
};
struct flux_chart; /* render/engines/flux_charts.h */
struct flux_state {
	struct {
		VEC(struct flux_artifact);
	} artifacts;
	struct map ours; /* "cluster kind/ns/name" of the sources that are this repository */
	struct map said; /* what was noted once */
	struct map fits; /* names of GitRepositories with a path that is in this tree */
	struct {
		VEC(struct flux_written);
	} written;
	const struct node *releases; /* of the live cluster; NULL: not asked for yet */
	struct node *cluster_kinds;  /* "GROUP/KIND" of cluster-scoped CRDs: true; NULL: none */
	struct {
		VEC(struct flux_chart *);
	} charts; /* what releases take from elsewhere */
};
struct flux_state *flux_state_of(struct apps *apps);

/* ---- flux_inputs.c ---- */

enum flux_place { FLUX_HERE, FLUX_ELSEWHERE, FLUX_WAIT };
/*
 * Whether a source that the app names is this repository. ELSEWHERE fills app->skipped. `ref` has
 * kind, name and maybe namespace.
 */
enum flux_place flux_source_place(struct apps *apps, struct app *app, const struct node *ref,
				  bool last);
/*
 * Where a path of an artifact is in this repository: what is pushed need not be all of it, so its
 * root may be a directory above `file`, which stands in it.
 */
const char *flux_pushed_path(struct apps *apps, const char *path, const char *file);
/*
 * The variables of spec.postBuild, as app->inputs: {variables: {…}, complete: bool}. False: wait.
 */
bool flux_take_variables(struct apps *apps, struct app *app, bool last);

/* The namespace of what a reference names: its own, else the app's. */
const char *flux_ns_of(const struct node *ref, const struct app *app);

/* ---- flux_sources.c ---- */

/* A source that stands in a file; and a Kustomization of the files, which names one. */
void flux_learn_source(struct apps *apps, const struct engine_object *object);
void flux_learn_use(struct apps *apps, const struct app *app);
/* The source as a file has it, of several the one nearest to the app's own file; NULL. */
const struct node *flux_written_source(struct apps *apps, const struct app *app, const char *kind,
				       const char *ns, const char *name);
/* All files have been read: an entry of another repository applies nothing here. */
void flux_settle(struct apps *apps, struct app *app);

/* ---- flux_live.c ---- */

enum flux_found { FLUX_LATER, FLUX_THERE, FLUX_MISSING, FLUX_UNKNOWN };
/*
 * The ConfigMap or Secret that `ref` (kind, name) names in the app's namespace. MISSING: there is
 * none, as the cluster says; UNKNOWN: it is not to be had, or encrypted (then *out is that one).
 */
enum flux_found flux_find_data(struct apps *apps, struct app *app, const struct node *ref,
			       bool last, const struct node **out);
/* Whether there is a live cluster to ask, and the app is of it. */
bool flux_asks(struct apps *apps, const struct app *app);
/*
 * An object of the live cluster that the app is of, or a list where `name` is ""; NULL where there
 * is none, or that cluster is not to be asked.
 */
const struct node *flux_live_object(struct apps *apps, const struct app *app,
				    const char *api_version, const char *kind, const char *ns,
				    const char *name);
/* Note, once, that the app fails for want of it. */
void flux_say_missing(struct apps *apps, const struct app *app, const struct node *ref);

/* ---- flux_ignored.c ---- */

/* What the source that `ref` names leaves out of this repository becomes part of the inputs. */
void flux_take_ignores(struct apps *apps, struct app *app, const struct node *ref);
/* The view that the controller has of `v`; NULL: all of it. To be freed. */
struct view *flux_seen(struct arena *a, struct view *v, const struct app *app);

/* ---- flux_sops.c ---- */

/* Whether SOPS has encrypted what the object is, too. */
bool flux_is_sealed(const struct node *object);
/* Note what comes of an encrypted object. */
void flux_note_sops(struct arena *a, const struct app *app, const struct node *object,
		    struct notes *notes);

/*
 * A Secret that a generator made of encrypted files: its values become opaque ones, which change
 * with the ciphertext. False: it is in no plan, and a note says why.
 */
bool flux_seal_generated(struct arena *a, const struct app *app, struct node *object,
			 struct notes *notes);

/* ---- flux_controllers.c ---- */

/* A controller's Deployment, or a FluxInstance. */
void flux_learn_controllers(struct apps *apps, const struct engine_object *object);
/* Whether variables must be there. */
bool flux_is_strict(struct apps *apps, const struct app *app);
/*
 * How helm-controller applies: "client", as before 1.5 (three-way merge, whatever a release says);
 * "helm3", with Helm 3's defaults; NULL: as the newest.
 */
const char *flux_helm_apply(struct apps *apps, const struct app *app);
/* Whether post-renderers see no hooks where a release does not say, as before 1.6. */
bool flux_renders_no_hooks(struct apps *apps, const struct app *app);

/* ---- flux_helm.c: HelmRelease ---- */

void flux_learn_release(struct apps *apps, const struct engine_object *object);
/* A CustomResourceDefinition: whether its kind has namespaces. */
void flux_learn_kind(struct apps *apps, const struct node *crd);
bool flux_release_ready(struct apps *apps, struct app *app, bool last);
int flux_render_release(struct run *run, struct arena *a, struct view *v, const struct app *app,
			const struct render_options *options, struct rendered *out,
			struct err *err);

/* ---- flux_values.c ---- */

/* Its values, merged, in *out; false: not all that they come from is there yet. */
bool flux_take_values(struct apps *apps, struct app *app, bool last, const struct node **out);

/* ---- flux_depends.c ---- */

/* dependsOn: cycles, and objects that the commit does not have. */
void flux_check_depends(struct apps *apps);

/* ---- flux_metadata.c ---- */

/* spec.commonMetadata, and the two labels GROUP/name and GROUP/namespace that mark the owner. */
void flux_mark(struct arena *a, const struct app *app, const char *group, struct node *object);
/* The two labels alone. */
void flux_mark_owner(struct arena *a, const struct app *app, const char *group,
		     struct node *object);
/* A Secret's stringData as data, as the controllers send it. */
void flux_secret_data(struct arena *a, struct node *object);
struct node *flux_child_map(struct arena *a, struct node *n, const char *key);

/* ---- flux_operator.c: FluxInstance, ResourceSet ---- */

void flux_learn_instance(struct apps *apps, const struct engine_object *object);
void flux_learn_resourceset(struct apps *apps, const struct engine_object *object);

/* ---- flux_rset_inputs.c, flux_resourceset.c ---- */

bool flux_resourceset_ready(struct apps *apps, struct app *app, bool last);
int flux_render_resourceset(struct run *run, struct arena *a, struct view *v, const struct app *app,
			    struct rendered *out, struct err *err);

#endif
