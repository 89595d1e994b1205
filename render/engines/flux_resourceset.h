/*
 * flux_resourceset: what the files of Flux Operator's ResourceSet share.
 *
 * The providers that a set names are found with the other objects of its cluster and stand in the
 * app's inputs as {providers: [{name, inputs: […]}]}; the render combines them.
 */
#ifndef RENDER_ENGINES_FLUX_RESOURCESET_H
#define RENDER_ENGINES_FLUX_RESOURCESET_H
#include "render/engines/flux.h"

/* The sets of inputs that the templates are filled with, in order. */
struct rset_inputs {
	VEC(struct node *);
};
int rset_combine(struct run *run, struct arena *a, const struct app *app, struct rset_inputs *out,
		 struct err *err);

#endif
