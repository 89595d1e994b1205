/*
 * ssa: a server-side apply worked out from managedFields and the schema, for credentials that may
 * only read. Defaults that a removal brings back and what admission does are not known here.
 */
#ifndef VALIDATE_SSA_H
#define VALIDATE_SSA_H
#include "base/vec.h"
#include "validate/topology.h"

struct ssa_conflict {
	const char *manager, *path;
};
struct ssa_result {
	struct node *object;	  /* what the apply would leave */
	VEC(struct ssa_conflict); /* fields that others own and it would change; force takes them
				     over */
};

/* Apply `config` as `manager` over `live`. All in `a`. */
struct ssa_result ssa_apply(struct arena *a, struct topology t, const struct node *live,
			    const struct node *config, const char *manager);

#endif
