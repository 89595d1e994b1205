/*
 * swarm: Docker Swarm stacks checked, and compared with a swarm through the Engine API.
 *
 * What docker stack deploy would send is compared with what the swarm has: names for ids, and
 * without the defaults that the engine fills in. The API has no dry-run, so a swarm is read, and
 * what it would refuse is known here: what can't be changed in place, what is not there.
 */
#ifndef VALIDATE_SWARM_SWARM_H
#define VALIDATE_SWARM_SWARM_H
#include "render/swarm/swarm.h"
#include "validate/plan_target.h"

struct swarm; /* a connection to a manager */

struct swarm_options {
	const char
		*host; /* unix:///…, tcp://…, http(s)://…; "env": as docker's own variables say */
	bool prune; /* services that the files lost are removed: docker stack deploy --prune */
	const volatile int *cancel;
};

/* NULL on failure: no such form of address, no certificates. Nothing is asked yet. */
struct swarm *swarm_open(struct run *run, const struct swarm_options *options, struct err *err);
void swarm_free(struct swarm *s);
/* Everything that a plan compares with; -1 when the manager does not answer, or is none. */
int swarm_read(struct swarm *s, struct err *err);
/* The live object, normalised; NULL when the swarm has none. `kind` is Service, Network… */
const struct node *swarm_find(const struct swarm *s, const char *kind, const char *name);
const char *swarm_host(const struct swarm *s);
const char *swarm_version(const struct swarm *s); /* of the engine */

/*
 * Schema and conversion of a stack, as findings. `objects` are those that were rendered of it: the
 * findings about a service name it. A stack that can't be read is left to its render.
 */
void swarm_check(struct run *run, struct arena *a, struct view *v, const struct stack *stack,
		 struct findings *out);
/* External networks, secrets and configs that the swarm lacks, as findings. */
void swarm_check_external(struct run *run, struct arena *a, struct view *v,
			  const struct stack *stack, const struct swarm *s, struct findings *out);

/*
 * As plan_add_target: the changes of the stacks' apps. `s` is NULL offline, and was read otherwise.
 */
int swarm_add_target(struct plan *p, const struct plan_app *apps, size_t count,
		     const struct plan_options *options, const struct swarm *s, struct err *err);

#endif
