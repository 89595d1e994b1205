/*
 * planner_swarm: the part of a plan that is Docker Swarm's: stacks checked, and compared with each
 * other or with a swarm. A target of its own, called swarm.
 */
#ifndef CMD_PLANNER_SWARM_H
#define CMD_PLANNER_SWARM_H
#include "cmd/sides.h"
#include "render/apps.h"
#include "validate/swarm/swarm.h"

/* A stack's app at both sides (one may be NULL), and what it was rendered to. */
struct planned_stack {
	const struct app *base, *head;
	struct plan_app app;
};
struct planned_stacks {
	VEC(struct planned_stack);
};

/* `swarm` NULL: no swarm is asked. Findings go to `head` and `base`. */
int planner_swarm(struct run *run, const struct sides *sides, const struct planned_stacks *stacks,
		  struct swarm *swarm, struct plan *p, struct findings *head, struct findings *base,
		  struct err *err);

#endif
