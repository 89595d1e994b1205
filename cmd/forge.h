/*
 * forge: post a comment and a commit's status where the merge request is: GitHub, GitLab, Bitbucket
 * Cloud, Gitea and Forgejo, by their HTTP APIs.
 *
 * Each forge is a row of paths and words. What is to be known (API, repository, token) comes from
 * the CI's variables; a token is never printed.
 */
#ifndef CMD_FORGE_H
#define CMD_FORGE_H
#include "base/run.h"
#include "cmd/ci.h"

struct forge_flags {
	const char *name, *url,
		*repository; /* --forge, --forge-url, --repository; NULL: as the CI says */
};

enum forge_state { FORGE_SUCCESS, FORGE_FAILURE, FORGE_ERROR, FORGE_STATES };

struct forge;
/* NULL when the forge, the repository or a token is not known; the message says which variable. */
struct forge *forge_open(struct run *run, const struct ci_request *request,
			 const struct forge_flags *flags, struct err *err);
void forge_free(struct forge *f);
/* How many characters a comment may have. */
size_t forge_comment_limit(const struct forge *f);
/*
 * Post a comment to the merge request; one that holds `marker` and may be edited is replaced, so
 * that a request has one, however often it is planned.
 */
int forge_comment(struct forge *f, const char *marker, const char *text, struct err *err);
/* Post findings as a report on head's code (Bitbucket); `verdict` is the exit status. */
struct plan;
int forge_insights(struct forge *f, const struct plan *p, int verdict, struct err *err);
/*
 * Make the request that it posts to the open one of `branch` (owner:branch) whose head is the
 * commit: for a job that is told of a fork's commit, and of no number that can be trusted.
 */
int forge_find_request(struct forge *f, const char *branch, struct err *err);
/* Set the status "kubectl-gitops" of the request's head. */
int forge_status(struct forge *f, enum forge_state state, const char *text, struct err *err);

#endif
