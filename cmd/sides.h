/*
 * sides: the two states that a plan compares: head, and the base it is compared with.
 */
#ifndef CMD_SIDES_H
#define CMD_SIDES_H
#include "base/options.h"
#include "render/git/git.h"

struct sides_options {
	const char *base;     /* --base REV */
	bool worktree, index; /* head is not a commit */
};
extern const struct option sides_options[];
extern const size_t sides_option_count;

struct sides {
	struct view *head, *base; /* base NULL: there is nothing to compare with */
	const char *commit;	  /* object id; "" for the work tree and the index */
	const char *base_commit;  /* object id; NULL without base */
	const char *base_why;	  /* "merge base with origin/main" */
	const char *prefix;	  /* of the current folder in the repository; "" at its root */
	struct repo_dirt dirt;	  /* what lies changed beside the commit, and is not planned */
	struct repo *repo;
};

/* Open both sides of `rev` (NULL: HEAD) of the repository around the current folder. */
int sides_open(struct run *run, const struct sides_options *options, const char *rev,
	       struct sides *out, struct err *err);
void sides_close(struct sides *sides);

#endif
