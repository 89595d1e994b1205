#include <string.h>
#include "cmd/apply_flags.h"
#include "cmd/cmd.h"
#include "cmd/planner.h"
#include "cmd/report/report.h"
#include "cmd/swarm_flags.h"
#include "cmd/targets.h"

struct status_verb {
	struct common_options common;
	struct target_options target;
	struct cluster_flags cluster;
	struct swarm_flags swarm;
	struct option_values paths;
	const char *output;
	struct apply_flags apply;
	bool show_unchanged, no_color;
};

#define AT(field) .offset = offsetof(struct status_verb, field)
static const struct option status_options[] = {
	{ .name = "no-color", .type = OPTION_FLAG, AT(no_color), .summary = "no colours" },
	{ .name = "output",
	  .letter = 'o',
	  .type = OPTION_STRING,
	  .value = "FORMAT",
	  .choices = report_format_names,
	  AT(output),
	  .summary = "text, json, yaml and the other formats of plan" },
	{ .name = "path",
	  .letter = 'p',
	  .type = OPTION_APPEND,
	  .value = "PATH",
	  AT(paths),
	  .summary = "look only at this app; repeatable (default: every app that is found)" },
	{ .name = "show-unchanged",
	  .type = OPTION_FLAG,
	  AT(show_unchanged),
	  .summary = "list objects that are as git says too" },
};
static const struct option_group groups[] = {
	{ "Options", status_options, ARRAY_SIZE(status_options), 0 },
	{ "Apply", apply_flag_rows, APPLY_FLAGS, offsetof(struct status_verb, apply) },
	{ "Level", target_option_rows, TARGET_OPTIONS, offsetof(struct status_verb, target) },
	{ "Cluster", cluster_flag_rows, CLUSTER_FLAGS, offsetof(struct status_verb, cluster) },
	{ "Docker Swarm", swarm_flag_rows, SWARM_FLAGS, offsetof(struct status_verb, swarm) },
	{ "General", common_options, 2, 0 },
};
static const struct option_rule rules[] = {
	{ "level", .excludes = "offline" },
	{ "env-file", .needs = "compose-file", .why = "it is of one stack" },
	{ "swarm-prune", .needs = "swarm", .why = "only a stack's deploy prunes" },
};
static const struct status_verb defaults = { .output = "text", .target = TARGET_UNSET };

/* All as git says: 0; anything else live: 1; something could not be found out: 3. */
static int judge(const struct plan *p, bool cluster)
{
	bool unknown = p->summary.actions[PLAN_UNDECIDED] > 0;
	size_t i;

	for (i = 0; i < p->changes.count; i++) {
		const struct plan_change *c = &p->changes.items[i];

		if (c->action != PLAN_UNCHANGED && c->action != PLAN_UNDECIDED)
			return STATUS_FAILS;
		unknown |= !cluster && c->checked < LEVEL_READ; /* a swarm alone was asked */
	}
	return unknown ? STATUS_UNDECIDED : STATUS_HOLDS;
}

static int print_status(const struct plan *p, const struct status_verb *verb, struct err *err)
{
	struct report_options how = { .tool = VERSION,
				      .times = true,
				      .show_unchanged = verb->show_unchanged,
				      .color = wants_color(verb->no_color) };

	return print_plan_as(p, report_find(verb->output), &how, err);
}

static int ask(struct run *run, const struct status_verb *verb, const struct sides *sides,
	       const struct targets *targets, struct swarm *swarm, struct plan *p, struct err *err)
{
	struct planner_options how = { .targets = targets->items,
				       .target_count = targets->count,
				       .asked_only = true,
				       .swarm = swarm };

	if (!targets->items[0].cluster && !swarm)
		return err_raise(err, ERR_USAGE, NO_POS,
				 "status compares with a cluster, or a swarm (--swarm): %s",
				 targets->items[0].why_offline);
	if (apply_flags_owner(run, &verb->apply, verb->cluster.ns, &how.owner, &how.select, err) <
		    0 ||
	    planner_paths(run, sides->prefix, &verb->paths, &how, err) < 0 ||
	    swarm_flags_stack(run, &verb->swarm, sides->prefix, sides, &how, err) < 0)
		return -1;
	return planner_run(run, sides, &how, p, err);
}

/* A plan whose two sides are the same commit: what differs then is drift, or not applied yet. */
static int status_run(struct run *run, void *options, const struct arguments *rest, struct err *err)
{
	const struct status_verb *verb = options;
	const char *rev = rest->count ? rest->items[0] : "HEAD";
	struct sides_options same = { .base = rev };
	struct sides sides = { 0 };
	struct targets targets = { 0 };
	struct swarm *swarm = NULL;
	struct plan plan;
	int rc;

	if (sides_open(run, &same, rev, &sides, err) < 0)
		return -1;
	plan_init(&plan, run, &run->arena);
	rc = targets_open(run,
			  &(struct targets_how){ &verb->cluster, &verb->target,
						 repo_work_tree(sides.repo), NULL, sides.settings },
			  &targets, err);
	if (!rc)
		rc = swarm_flags_open(run, &verb->swarm, &swarm, err);
	if (!rc)
		rc = ask(run, verb, &sides, &targets, swarm, &plan, err);
	if (!rc)
		rc = print_status(&plan, verb, err);
	if (!rc)
		rc = judge(&plan, targets.items[0].cluster != NULL);
	targets_close(&targets);
	swarm_free(swarm);
	plan_release(&plan);
	sides_close(&sides);
	return rc;
}

const struct command cmd_status = {
	.name = "status",
	.arguments = "[REV]",
	.summary = "is what is in git what runs? drift, per object and field",
	.description = "Exits 0 when every object is as the commit (default HEAD) says, 1 when one "
		       "is not, 3 when\n"
		       "that could not be found out.",
	.groups = groups,
	.group_count = ARRAY_SIZE(groups),
	.options_size = sizeof(struct status_verb),
	.rules = rules,
	.rule_count = ARRAY_SIZE(rules),
	.defaults = &defaults,
	.max_arguments = 1,
	.run = status_run,
};
