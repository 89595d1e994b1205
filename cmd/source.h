/*
 * source: which files a verb works on: the view that --at, --worktree, --index and the argument
 * name, and where in it the argument is.
 */
#ifndef CMD_SOURCE_H
#define CMD_SOURCE_H
#include "base/options.h"
#include "render/view.h"

struct source_options {
	const char *at; /* --at REV */
	bool worktree, index;
};
extern const struct option source_options[];
extern const size_t source_option_count;

/* Open the view for `path` (NULL: here). *inside is the path in the view, in the run's arena. */
struct view *source_open(struct run *run, const struct source_options *options, const char *path,
			 const char **inside, struct err *err);
/*
 * A file that the user names on the command line (-f values.yaml): in the source's own view where
 * it lies below its root, else from disk.
 */
struct view *source_open_disk(struct run *run, const char *path, const char **inside,
			      struct err *err);

#endif
