/*
 * engines: what a GitOps operator makes of a path: its own objects in the repository say which
 * path, with which patches, substitutions and prefixes, who prunes.
 *
 * Flux (kustomize-controller 1.7): Kustomization. Its objects are found wherever they lie in the
 * tree; what they lead to is followed because every one is found.
 */
#ifndef RENDER_ENGINES_ENGINES_H
#define RENDER_ENGINES_ENGINES_H
#include "render/engines/flux1.h"
#include "render/render.h"

/* A Flux Kustomization object, as far as it says what is applied. */
struct flux_kustomization {
	const struct node *root;
	const char *ns, *name, *path; /* path in the view */
	const char *target_ns;	      /* spec.targetNamespace; "" */
	bool prune, force, suspend;
	const char *remote;   /* the source it takes, when that is not this repository; NULL */
	const char *artifact; /* the name of the ExternalArtifact that it takes; NULL */
};
/* What an ArtifactGenerator copies: a directory of this repository to one of the artifact. */
struct flux_artifact {
	const char *name, *from, *to;
};
struct flux_kustomizations {
	VEC(struct flux_kustomization);
	struct {
		VEC(struct flux_artifact);
	} artifacts;
};

/* Whether a text may hold such an object, so that it is worth parsing. */
bool flux_mentions(const char *text, size_t len);
/* Add the Kustomization and ArtifactGenerator objects among the documents of a file. */
void flux_collect(struct run *run, struct arena *a, const struct blob *file,
		  struct flux_kustomizations *out);

/* The path of one that takes an artifact, in the directory that the artifact was copied from. */
void flux_resolve_artifact(struct arena *a, struct flux_kustomization *k,
			   const struct flux_kustomizations *all);

/*
 * Render as kustomize-controller does: the path's kustomization, or one generated of its manifests,
 * with the object's own namespace, prefixes, patches, images and components; then substitution,
 * common metadata and the labels that mark the owner.
 */
int flux_render(struct run *run, struct arena *a, struct view *v,
		const struct flux_kustomization *k, const struct render_options *options,
		struct rendered *out, struct err *err);

/* substitute.c: postBuild, over one object's tree, which is the caller's own. */
int flux_substitute(struct run *run, struct arena *a, struct node *object,
		    const struct node *variables, bool complete, struct err *err);

#endif
