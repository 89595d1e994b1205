/*
 * swarm_flags: the flags that name a swarm to compare stacks with.
 */
#ifndef CMD_SWARM_FLAGS_H
#define CMD_SWARM_FLAGS_H
#include "base/options.h"
#include "base/run.h"
#include "cmd/planner.h"
#include "validate/swarm/swarm.h"

struct swarm_flags {
	const char *host; /* NULL: no swarm is asked */
	bool prune;
	struct option_values files; /* -c: of one stack; none: those that are found */
	const char *stack;	    /* its name; NULL: as its first file has it */
	const char *env_file;	    /* its variables, in the place of .env; NULL: that */
};
extern const struct option swarm_flag_rows[];
enum { SWARM_FLAGS = 5 };

/* *out stays NULL where no swarm is named. */
int swarm_flags_open(struct run *run, const struct swarm_flags *flags, struct swarm **out,
		     struct err *err);
/*
 * The stack that -c and --stack name alone is planned: its files are the paths of `how`. Without
 * them nothing is changed. ERR_USAGE for one without the other, or beside -p.
 */
int swarm_flags_stack(struct run *run, const struct swarm_flags *flags, const char *prefix,
		      const struct sides *sides, struct planner_options *how, struct err *err);

#endif
