#include <stdio.h>
#include "cmd/apply_flags.h"
#include "cmd/check_flags.h"
#include "cmd/cmd.h"
#include "cmd/planner.h"
#include "cmd/report/report.h"
#include "cmd/swarm_flags.h"
#include "cmd/targets.h"

struct plan_verb {
	struct common_options common;
	struct sides_options sides;
	struct option_values paths;
	const char *output, *kubernetes_version, *only;
	struct apply_flags apply;
	struct validate_files checks;
	struct target_options target;
	struct cluster_flags cluster;
	struct swarm_flags swarm;
	bool detailed_exitcode, show_unchanged, no_color;
	int fail_on;
};

#define AT(field) .offset = offsetof(struct plan_verb, field)
static const struct option plan_options[] = {
	{ .name = "path",
	  .letter = 'p',
	  .type = OPTION_APPEND,
	  .value = "PATH",
	  AT(paths),
	  .summary = "plan only this app; repeatable (default: every app that is found)" },
	{ .name = "target",
	  .type = OPTION_STRING,
	  .value = "NAME",
	  AT(only),
	  .summary = "which of the repository's clusters the context is; plan only that one" },
	{ .name = "kubernetes-version",
	  .type = OPTION_STRING,
	  .value = "VERSION",
	  AT(kubernetes_version),
	  .summary = "release to validate for" },
};
static const struct option output_options[] = {
	{ .name = "output",
	  .letter = 'o',
	  .type = OPTION_STRING,
	  .value = "FORMAT",
	  .choices = report_format_names,
	  AT(output),
	  .summary = "text (default), json, yaml, markdown, html, junit, tap, sarif, github, "
		     "gitlab or bitbucket" },
	{ .name = "show-unchanged",
	  .type = OPTION_FLAG,
	  AT(show_unchanged),
	  .summary = "list objects that do not change too" },
	{ .name = "no-color", .type = OPTION_FLAG, AT(no_color), .summary = "no colours" },
	OPTION_FAIL_ON,
	OPTION_DETAILED_EXITCODE,
};
static const struct option_group groups[] = {
	{ "Options", plan_options, ARRAY_SIZE(plan_options), 0 },
	{ "Apply", apply_flag_rows, APPLY_FLAGS, offsetof(struct plan_verb, apply) },
	{ "Checks", check_flag_rows, CHECK_FLAGS, offsetof(struct plan_verb, checks) },
	{ "Sides", sides_options, 3, offsetof(struct plan_verb, sides) },
	{ "Output", output_options, ARRAY_SIZE(output_options), 0 },
	{ "Level", target_option_rows, TARGET_OPTIONS, offsetof(struct plan_verb, target) },
	{ "Cluster", cluster_flag_rows, CLUSTER_FLAGS, offsetof(struct plan_verb, cluster) },
	{ "Docker Swarm", swarm_flag_rows, SWARM_FLAGS, offsetof(struct plan_verb, swarm) },
	{ "General", common_options, 2, 0 },
};
static const struct option_rule rules[] = {
	{ "level", .excludes = "offline" },
	{ "env-file", .needs = "compose-file", .why = "it is of one stack" },
	{ "swarm-prune", .needs = "swarm", .why = "only a stack's deploy prunes" },
};
static const struct plan_verb defaults = { .output = "text",
					   .fail_on = -1,
					   .target = TARGET_UNSET };

static int print_plan(const struct plan *p, const struct plan_verb *verb,
		      const struct report_format *format, struct err *err)
{
	struct report_options how = { .color = wants_color(verb->no_color),
				      .tool = VERSION,
				      .show_unchanged = verb->show_unchanged };

	return print_plan_as(p, format, &how, err);
}

/* The search for what is changed and not committed, which goes on beside the plan. */
struct dirt {
	struct repo *repo; /* NULL: nothing is searched */
	struct dirt_search *search;
};

static void search_dirt(void *data)
{
	struct dirt *dirt = data;

	if (dirt->repo && !dirt->search)
		dirt->search = repo_dirty_start(dirt->repo);
}

static int make_plan(struct run *run, const struct plan_verb *verb, const struct sides *sides,
		     const struct targets *targets, struct swarm *swarm, struct dirt *dirt,
		     struct plan *p, struct err *err)
{
	struct planner_options how = {
		.kubernetes_version = verb->kubernetes_version,
		.only = verb->only,
		.targets = targets->items,
		.target_count = targets->count,
		.swarm = swarm,
		.found = search_dirt,
		.found_data = dirt,
	};

	if (apply_flags_owner(run, &verb->apply, verb->cluster.ns, &how.owner, &how.select, err) <
		    0 ||
	    check_flags_read(run, &verb->checks, &how.inputs, err) < 0 ||
	    planner_paths(run, sides->prefix, &verb->paths, &how, err) < 0 ||
	    swarm_flags_stack(run, &verb->swarm, sides->prefix, sides, &how, err) < 0)
		return -1;
	return planner_run(run, sides, &how, p, err);
}

static void mention_dirt(struct dirt *dirt)
{
	struct repo_dirt found = { 0 };

	search_dirt(dirt);
	repo_dirty_end(dirt->search, &found);
	if (found.count)
		fprintf(stderr,
			"note: %zu changed file%s (%s%s) not committed, so not in this plan; "
			"--worktree plans %s\n",
			found.count, found.count == 1 ? "" : "s", found.path,
			found.count > 1 ? ", …" : "", found.count == 1 ? "it" : "them");
}

/* Who only wants to see what a commit changes needs no cluster. */
static void mention_offline(struct err *err)
{
	struct err lost = *err;

	if (err->code == ERR_UNREACHED)
		err_raise(err, lost.code, NO_POS, "%s; --offline plans without the cluster",
			  lost.msg);
}

static int plan_run(struct run *run, void *options, const struct arguments *rest, struct err *err)
{
	const struct plan_verb *verb = options;
	const struct report_format *format = report_find(verb->output);
	struct sides sides = { 0 };
	struct targets targets = { 0 };
	struct dirt dirt = { NULL, NULL };
	struct swarm *swarm = NULL;
	struct plan plan;
	int rc;

	run->offline = targets_offline(&verb->target, NULL);
	if (sides_open(run, &verb->sides, rest->count ? rest->items[0] : NULL, &sides, err) < 0)
		return -1;
	if (!verb->sides.worktree && !verb->sides.index)
		dirt.repo = sides.repo;
	plan_init(&plan, run, &run->arena);
	rc = targets_open(run,
			  &(struct targets_how){ &verb->cluster, &verb->target,
						 repo_work_tree(sides.repo), verb->only,
						 sides.settings },
			  &targets, err);
	if (!rc)
		rc = swarm_flags_open(run, &verb->swarm, &swarm, err);
	run->offline = targets_offline(&verb->target, sides.settings);
	if (!rc)
		rc = make_plan(run, verb, &sides, &targets, swarm, &dirt, &plan, err);
	if (rc < 0)
		mention_offline(err);
	mention_dirt(&dirt);
	if (!rc)
		rc = print_plan(&plan, verb, format, err);
	if (!rc)
		rc = plan_exit_status(&plan,
				      (enum severity)sides_fail_on(verb->fail_on, sides.settings),
				      verb->detailed_exitcode);
	targets_close(&targets);
	swarm_free(swarm);
	plan_release(&plan);
	sides_close(&sides);
	return rc;
}

const struct command cmd_plan = {
	.name = "plan",
	.arguments = "[REV]",
	.summary = "what a commit will change, whether the cluster takes it, which line to edit",
	.groups = groups,
	.group_count = ARRAY_SIZE(groups),
	.options_size = sizeof(struct plan_verb),
	.rules = rules,
	.rule_count = ARRAY_SIZE(rules),
	.defaults = &defaults,
	.max_arguments = 1,
	.run = plan_run,
};
