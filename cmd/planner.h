/*
 * planner: from two sides to a finished plan: find the apps, render each at both, validate head,
 * compare. The verbs that plan (plan, gate, the hooks) differ in how they choose the sides and
 * where they send the report.
 */
#ifndef CMD_PLANNER_H
#define CMD_PLANNER_H
#include "cmd/sides.h"
#include "validate/plan_target.h"

struct validate_inputs; /* cmd/validate_inputs.h */

struct planner_options {
	const char *const *paths; /* apps to plan; none: all that are found */
	size_t path_count;
	const char *kubernetes_version;	    /* NULL: the cluster's, else the newest */
	const struct owner *owner;	    /* applies what no engine owns; NULL: as found */
	struct label_selector select;	    /* only what it selects */
	const struct plan_options *targets; /* one for each cluster; at least one */
	size_t target_count;
	const struct validate_inputs *inputs; /* of `validate`; NULL */
	bool asked_only;  /* leave out the repository's clusters that no context is */
	const char *only; /* which of the repository's clusters the targets are; NULL */
	const struct settings_stacks *stacks; /* of flags; NULL: those of the settings */
	struct swarm *swarm; /* what Docker Swarm's stacks are compared with; NULL: none */
	/* Called when head's apps are found: what reads the repository beside the rest may begin,
	   which would only be in the way before. NULL */
	void (*found)(void *data);
	void *found_data;
};

/* The apps that -p named, as paths of the repository below `prefix`, into `how`. */
int planner_paths(struct run *run, const char *prefix, const struct option_values *named,
		  struct planner_options *how, struct err *err);
/* A finished plan to standard output. */
struct report_format;
struct report_options;
int print_plan_as(const struct plan *p, const struct report_format *format,
		  const struct report_options *how, struct err *err);

/*
 * Fill `p`, which was initialised. An app that does not render is a finding (rule render/failed)
 * and hides nothing else. -1 only when nothing could be planned.
 */
int planner_run(struct run *run, const struct sides *sides, const struct planner_options *options,
		struct plan *p, struct err *err);

#endif
