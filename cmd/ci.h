/*
 * ci: what a CI's own variables say of the commit that is built: is it a merge request, of what
 * into what. One row a CI; nothing here looks at the repository or believes that a commit exists.
 */
#ifndef CMD_CI_H
#define CMD_CI_H
#include "base/arena.h"
#include "base/err.h"

/* Strings are NULL where the CI does not say. */
struct ci_request {
	const char *ci;	    /* "github", "gitlab"…; NULL: none that is known */
	const char *number; /* of the merge request; NULL: a push, a tag, a schedule */
	const char *head;   /* commit to be merged, or that was pushed */
	const char
		*merged; /* commit that the CI checked out, where that may be the forge's merge */
	const char *target_branch;
	const char *target; /* the commit at the target's tip */
	const char *base;   /* the merge base, where the forge worked it out */
	const char *before; /* what the branch was at before a push */
	const char *branch; /* owner:branch, of a run that a fork's request started */
	bool fork;	    /* it comes from another repository, and is not trusted */
};

/* Read the environment. ERR_INPUT when a file that it names (GitHub's event) can't be read. */
int ci_read(struct arena *a, struct ci_request *out, struct err *err);

#endif
