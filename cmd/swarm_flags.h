/*
 * swarm_flags: the flags that name a swarm to compare stacks with.
 */
#ifndef CMD_SWARM_FLAGS_H
#define CMD_SWARM_FLAGS_H
#include "base/options.h"
#include "base/run.h"
#include "validate/swarm/swarm.h"

struct swarm_flags {
	const char *host; /* NULL: no swarm is asked */
	bool prune;
};
extern const struct option swarm_flag_rows[];
enum { SWARM_FLAGS = 2 };

/* *out stays NULL where no swarm is named. */
int swarm_flags_open(struct run *run, const struct swarm_flags *flags, struct swarm **out,
		     struct err *err);

#endif
