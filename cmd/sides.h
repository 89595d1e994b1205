/*
 * sides: the two states that a plan compares: head, and the base it is compared with.
 */
#ifndef CMD_SIDES_H
#define CMD_SIDES_H
#include "base/options.h"
#include "render/git/git.h"
#include "render/settings.h"

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
	struct repo *repo;
	const struct settings *settings; /* see sides_settings */
	struct err settings_error;	 /* the judging file is not what it must be */
};

/* Open both sides of `rev` (NULL: HEAD) of the repository around the current folder. */
int sides_open(struct run *run, const struct sides_options *options, const char *rev,
	       struct sides *out, struct err *err);
void sides_close(struct sides *sides);
/* Whether one commit is an ancestor of another, and not the same; `sides` is a struct sides. */
bool sides_is_older(void *sides, const char *one, const char *two);
/*
 * Read .gitops.yaml as it judges these sides: the base's; without a base head's. The result is
 * run->settings too, until the next call; a file that can't be read counts as none.
 */
const struct settings *sides_settings(struct run *run, struct sides *sides);
/* --fail-on where it was given (not -1), else the settings', else error. */
int sides_fail_on(int flag, const struct settings *s);
/* What a plan says of the file itself: it is broken, or head changes it, which does not count yet.
 */
struct findings;
void sides_settings_findings(struct run *run, const struct sides *sides, struct findings *out);

#endif
