/*
 * across: what only shows when objects are seen together: references that nothing provides,
 * selectors that select nothing, ports that a Service does not have, one object declared twice, a
 * namespace that nothing creates, a CRD that goes while its resources stay.
 *
 * The set copies what it needs, so objects may be released as soon as they were added. Git rarely
 * holds all of a cluster, so a finding is a warning only where something else in the set says that
 * it is a mistake: a name that is nearly right, the right name in another namespace, a workload
 * that matches half of a selector. Otherwise it is information.
 */
#ifndef VALIDATE_ACROSS_ACROSS_H
#define VALIDATE_ACROSS_ACROSS_H
#include "validate/validate.h"

struct across;
/* An empty set. Memory is `a`'s. */
struct across *across_new(struct run *run, struct arena *a);
/* Add one object; `app` names what renders it (NULL: not known). */
void across_add(struct across *x, const struct object *o, const char *app);
/* Each name that one object refers to (ns "" for cluster scope, or where it has none itself); texts
 * in `a`. */
typedef void across_reference_fn(void *data, const char *kind, const char *ns, const char *name);
void across_each_reference(struct arena *a, const struct object *o, across_reference_fn *each,
			   void *data);
/* What the set refers to and does not have, each name once; for whoever can ask a cluster. */
struct across_name {
	const char *api_version, *kind, *ns, *name;
	bool there, absent; /* the answer; neither: it is not known */
};
size_t across_missing(const struct across *x, struct arena *a, struct across_name **out);
void across_answered(struct across *x, const struct across_name *names, size_t count);
/*
 * Whether two sets hold the same as far as it counts here, at the same lines: among whatever other
 * objects, one then gives the findings of the other.
 */
bool across_alike(const struct across *one, const struct across *two);
/* Findings about the whole; with `before`, what its removal leaves behind, too. */
void across_check(struct across *x, const struct across *before, struct findings *out);

#endif
