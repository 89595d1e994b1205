/*
 * flux_ids: by what kustomize knows the resources of one build while Flux substitutes variables in
 * them. Each that was looked through is put back under what it is called now; two of one name there
 * are an error of the whole Kustomization (kustomize's resmap.Replace).
 */
#ifndef RENDER_ENGINES_FLUX_IDS_H
#define RENDER_ENGINES_FLUX_IDS_H
#include "base/map.h"
#include "render/render.h"

struct flux_ids {
	struct run *run;
	struct map of; /* group/version, kind, namespace and name → how many are called so now */
};

/* What a build made; memory of `a`. */
void flux_ids_init(struct flux_ids *ids, struct run *run, struct arena *a,
		   const struct objects *built);
/* Put one back that substitution made of `before`; ERR_INPUT where another is called so. */
int flux_ids_replace(struct flux_ids *ids, const struct node *before, const struct node *after,
		     struct err *err);

#endif
