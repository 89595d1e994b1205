/*
 * judged: what validation said of an app's own objects, kept for the next run.
 *
 * It depends on the app's render (known by its digest, which tells each value and its place), the
 * release and the definitions of custom resources; with options of the command line, on more, and
 * then nothing is kept. For an app that is the same at both sides of a plan.
 */
#ifndef CMD_JUDGED_H
#define CMD_JUDGED_H
#include "validate/validate.h"

struct pack; /* render/pack.h */

/* What the definitions of custom resources among some objects are, added to what `so_far` ("" at
 * first) says of others. In `a`. */
const char *judged_crds(struct run *run, struct arena *a, const struct objects *objects,
			const char *so_far);
/* The key of an app's findings, in `a`. */
const char *judged_key(struct arena *a, const char *render, const struct schema_release *release,
		       const char *crds);
/* Add what was kept, and mark the objects that had no schema; false: nothing sound was. */
bool judged_load(struct pack *pack, const char *key, struct objects *objects, struct findings *out);

/* What is said of an object, as it is said: findings from `from` on are of the object `index`. */
struct judged {
	VEC(struct node *);
	struct arena *arena;
};
void judged_note(struct judged *j, size_t index, const struct findings *of, size_t from);
void judged_store(struct pack *pack, const char *key, const struct judged *j,
		  const struct objects *objects, struct run *run);

#endif
