/*
 * post: a finished plan to its merge request: the comment, the commit's status, code insights. What
 * can't be posted is said on standard error and changes no verdict.
 */
#ifndef CMD_POST_H
#define CMD_POST_H
#include "base/options.h"
#include "cmd/forge.h"
#include "validate/plan.h"

struct post_options {
	struct forge_flags forge;
	bool comment, status, insights;
	/* The plan was made by a job that is not trusted: the comment says so. */
	const char *untrusted;
};

/* --comment, --status and where to; `offset` of the rows is that of a struct post_options. */
/* The options that post, for rules of those that say where to. */
#define POST_WHAT "comment status insights"
extern const struct option post_option_rows[];
enum { POST_OPTIONS = 6 };

/* `verdict` is the exit status. Returns how many could not be posted. */
int post_plan(struct run *run, const struct post_options *options, const struct ci_request *request,
	      const struct plan *p, int verdict);

#endif
