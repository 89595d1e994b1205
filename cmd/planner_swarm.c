#include "cmd/planner_swarm.h"

int planner_swarm(struct run *run, const struct sides *sides, const struct planned_stacks *stacks,
		  struct swarm *swarm, struct plan *p, struct findings *head, struct findings *base,
		  struct err *err)
{
	struct arena *a = &run->arena;
	struct plan_app *apps = arena_array(a, stacks->count + 1, struct plan_app);
	struct plan_options options = {
		.target = "swarm",
		.why_offline = "no swarm was asked (--swarm unix:///var/run/docker.sock asks one)",
	};
	size_t i;

	if (swarm && swarm_read(swarm, err) < 0)
		return -1;
	for (i = 0; i < stacks->count; i++) {
		const struct planned_stack *s = &stacks->items[i];

		apps[i] = s->app;
		if (s->head && !s->head->skipped)
			swarm_check(run, a, sides->head, s->head->data, head);
		if (s->base && !s->base->skipped)
			swarm_check(run, a, sides->base, s->base->data, base);
		if (s->head && !s->head->skipped && swarm)
			swarm_check_external(run, a, sides->head, s->head->data, swarm, head);
	}
	return swarm_add_target(p, apps, stacks->count, &options, swarm, err);
}
