/*
 * remote: a repository elsewhere, fetched by the user's own git into the user's cache, as a view.
 *
 * Git runs with the protocols https and ssh alone (GIT_ALLOW_PROTOCOL in the user's environment
 * says otherwise), asks nothing, and runs no hook; run->guard says which hosts are asked. A commit
 * that was fetched once is read from the cache, without the network.
 */
#ifndef RENDER_GIT_REMOTE_H
#define RENDER_GIT_REMOTE_H
#include "render/git/git.h"

struct remote {
	const char *url;     /* https://, ssh://, or user@host:path */
	const char *ref;     /* a branch, tag or commit; NULL: the remote's HEAD */
	unsigned timeout_ms; /* of each call of git; 0: two minutes */
};

/*
 * The files of a remote repository; `commit` becomes the commit's id. Origins name the source as
 * URL@COMMIT, without what a URL may hold of credentials. Free with view_free.
 */
struct view *remote_open(struct run *run, const struct remote *remote, char commit[GIT_ID],
			 struct err *err);
/* The host of a git URL, in `a`: of https://user@host:1/x, of user@host:path; NULL for a local
 * path. */
const char *remote_host(struct arena *a, const char *url);

#endif
