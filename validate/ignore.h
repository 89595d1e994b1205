/*
 * ignore: differences that a repository's settings say nobody wants to see.
 *
 * They leave the plan before it is counted; how many did is counted instead, so that nothing is
 * skipped silently. An update that loses all its fields is unchanged.
 */
#ifndef VALIDATE_IGNORE_H
#define VALIDATE_IGNORE_H
#include "render/settings.h"
#include "validate/plan.h"

/* What an owner leaves alone of some objects: Argo CD's ignoreDifferences. */
struct owner_ignore {
	const char *group, *kind, *ns, *name; /* "": any name or namespace; '*' for any */
	struct {
		VEC(const char *);
	} fields, managers; /* JSON pointers; field managers */
	struct {
		VEC(const struct jq *);
	} paths; /* in the live object and in what is applied */
};
struct owner_ignores {
	VEC(struct owner_ignore);
	bool only_out_of_sync; /* what differs in nothing else is not applied */
	bool when_applied;     /* not only drift: what it applies leaves them alone too */
};

/* Mark the fields of a change that its owner's paths take out of the live or the applied object. */
void ignore_mark(struct plan_change *c, const struct node *live, const struct node *applied);
/* Take out what owners leave alone, of the changes from the one at `from` on. */
void plan_ignore_owned(struct plan *p, size_t from);
/* Take out what `s` ignores of the changes from the one at `from` on. */
void plan_ignore(struct plan *p, const struct settings *s, size_t from);
/* Keep the fields before `kept`; an update without any is none. */
void ignore_cut_fields(struct plan_change *c, size_t kept);
/* Whether `pattern` ('*' stands for any text, "" too) is all of `text`. */
bool ignore_fits(const char *pattern, const char *text);

#endif
