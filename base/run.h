/*
 * run: what one invocation shares: the memory budget, the origin table, the arena of what lives to
 * the end, the log level. Passed down as the first parameter where it is needed; there is no other
 * global state. The arena belongs to the main thread.
 */
#ifndef BASE_RUN_H
#define BASE_RUN_H
#include "base/arena.h"
#include "base/limits.h"
#include "base/origin.h"
#include "base/reach.h"

struct settings; /* render/settings.h */
struct guard;	 /* render/guard.h */

struct run {
	struct budget budget;
	struct arena arena;
	struct origins *origins;
	int verbose;  /* -v: 0 … 9, as klog's */
	bool offline; /* no network at all */
	atomic_uint
		outside; /* how often a render asked for what no view holds: a remote, a registry */
	struct reach *reach;		 /* which hosts did not answer */
	struct guard *guard;		 /* which hosts renders may ask; NULL: any */
	const struct settings *settings; /* what the base's .gitops.yaml says; NULL: nothing was
					    read yet */
};

static inline void run_init(struct run *run)
{
	*run = (struct run){ .budget = { .max = LIMIT_RUN_BYTES },
			     .origins = origins_new(),
			     .reach = reach_new() };
	arena_init(&run->arena, &run->budget);
}

static inline void run_release(struct run *run)
{
	origins_free(run->origins);
	reach_free(run->reach);
	arena_release(&run->arena);
}

#endif
