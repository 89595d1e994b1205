#include <stdio.h>
#include <string.h>
#include "cmd/apply_flags.h"
#include "cmd/check_flags.h"
#include "cmd/cmd.h"
#include "cmd/gate_sides.h"
#include "cmd/outputs.h"
#include "cmd/planner.h"
#include "cmd/post.h"
#include "cmd/report/report.h"
#include "cmd/report/words.h"
#include "cmd/swarm_flags.h"
#include "cmd/targets.h"
#include "render/guard.h"

struct gate_verb {
	struct common_options common;
	struct gate_flags flags;
	struct option_values outputs, paths;
	const char *kubernetes_version, *owner;
	struct target_options target;
	struct cluster_flags cluster;
	struct swarm_flags swarm;
	struct post_options post;
	struct validate_files checks;
	bool new_only, detailed_exitcode;
	int fail_on;
};

#define AT(field) .offset = offsetof(struct gate_verb, field)
static const struct option gate_options[] = {
	{ .name = "base",
	  .type = OPTION_STRING,
	  .value = "REV",
	  AT(flags.base),
	  .summary = "compare head with this commit, and merge nothing" },
	{ .name = "head",
	  .type = OPTION_STRING,
	  .value = "REV",
	  AT(flags.head),
	  .summary = "the commit that is to be merged (default: as the CI says, else HEAD)" },
	{ .name = "target",
	  .type = OPTION_STRING,
	  .value = "REV",
	  AT(flags.target),
	  .summary = "what it is to be merged into (default: as the CI says)" },
	{ .name = "path",
	  .letter = 'p',
	  .type = OPTION_APPEND,
	  .value = "PATH",
	  AT(paths),
	  .summary = "plan only this app; repeatable" },
	{ .name = "kubernetes-version",
	  .type = OPTION_STRING,
	  .value = "VERSION",
	  AT(kubernetes_version),
	  .summary = "release to validate for" },
	{ .name = "owner",
	  .type = OPTION_STRING,
	  .value = "ENGINE",
	  .choices = owner_choices,
	  AT(owner),
	  .summary = "who applies: plain, kubectl, kubectl-ssa" },
};
static const struct option verdict_options[] = {
	{ .name = "output",
	  .letter = 'o',
	  .type = OPTION_APPEND,
	  .value = "FORMAT[=FILE]",
	  .choices = report_format_names,
	  AT(outputs),
	  .summary = "write this report to a file, or print it; repeatable" },
	OPTION_FAIL_ON,
	{ .name = "new-only",
	  .type = OPTION_FLAG,
	  AT(new_only),
	  .summary = "report and judge only what the target does not have already" },
	OPTION_DETAILED_EXITCODE,
};
static const struct option_group groups[] = {
	{ "Options", gate_options, ARRAY_SIZE(gate_options), 0 },
	{ "Verdict", verdict_options, ARRAY_SIZE(verdict_options), 0 },
	{ "Forge", post_option_rows, POST_OPTIONS, offsetof(struct gate_verb, post) },
	{ "Checks", check_flag_rows, CHECK_FLAGS, offsetof(struct gate_verb, checks) },
	{ "Level", target_option_rows, TARGET_OPTIONS, offsetof(struct gate_verb, target) },
	{ "Cluster", cluster_flag_rows, CLUSTER_FLAGS, offsetof(struct gate_verb, cluster) },
	{ "Docker Swarm", swarm_flag_rows, SWARM_FLAGS, offsetof(struct gate_verb, swarm) },
	{ "General", common_options, 2, 0 },
};
static const struct option_rule rules[] = {
	{ "level", .excludes = "offline" },
	{ "env-file", .needs = "compose-file", .why = "it is of one stack" },
	{ "swarm-prune", .needs = "swarm", .why = "only a stack's deploy prunes" },
};
static const struct gate_verb defaults = { .fail_on = -1, .target = TARGET_UNSET };

/* The settings ask for what no flag does; a push has no request to post to. */
static struct post_options what_to_post(const struct run *run, const struct gate_verb *verb,
					const struct ci_request *request)
{
	const struct settings_gate *set = &run->settings->gate;
	struct post_options post = verb->post;

	post.comment |= set->comment > 0 && request->number;
	post.status |= set->status > 0 && request->number;
	return post;
}

static int write_reports(struct run *run, const struct gate_verb *verb, const struct plan *p,
			 const struct ci_request *request, struct err *err)
{
	if (verb->outputs.count)
		return outputs_write(run, &verb->outputs, p, err);
	return outputs_write_usual(p, request, err) < 0 ? -1 : outputs_write_settings(run, p, err);
}

/* --- the plan
 * ---------------------------------------------------------------------------------------- */

static void drop_old_findings(struct plan *p)
{
	size_t kept = 0;

	for (size_t i = 0; i < p->findings.count; i++)
		if (p->findings.items[i].is_new)
			p->findings.items[kept++] = p->findings.items[i];
	p->findings.count = kept;
	plan_finish(p);
}

/* There is no merge result to plan; each path in conflict is a finding. */
static int plan_conflict(struct run *run, const struct gate_sides *gate, struct plan *p)
{
	struct findings findings;
	struct finding *f;

	findings_init(&findings, run, &run->arena);
	for (size_t i = 0; i < gate->conflicts.count; i++) {
		f = findings_add(&findings, SEVERITY_ERROR, "gate/conflict", NULL, "", 0,
				 "%s: there is no merge result to plan", gate->conflict);
		f->file = gate->conflicts.items[i];
		f->line = 1;
	}
	p->commit = gate->sides.commit;
	p->base = gate->sides.base_commit;
	p->base_why = gate->sides.base_why;
	plan_add_findings(p, NULL, &findings, NULL);
	plan_finish(p);
	return 0;
}

static int plan_merge(struct run *run, const struct gate_verb *verb, const struct gate_sides *gate,
		      const struct targets *targets, struct swarm *swarm, struct plan *p,
		      struct err *err)
{
	struct planner_options how = {
		.kubernetes_version = verb->kubernetes_version,
		.owner = verb->owner ? owner_by_name(verb->owner) : NULL,
		.targets = targets->items,
		.target_count = targets->count,
		.swarm = swarm,
	};

	if (check_flags_read(run, &verb->checks, &how.inputs, err) < 0 ||
	    planner_paths(run, "", &verb->paths, &how, err) < 0 ||
	    swarm_flags_stack(run, &verb->swarm, "", &gate->sides, &how, err) < 0 ||
	    planner_run(run, &gate->sides, &how, p, err) < 0)
		return -1;
	if (verb->new_only || gate->sides.settings->gate.new_only > 0)
		drop_old_findings(p);
	return 0;
}

static int make_plan(struct run *run, const struct gate_verb *verb, const struct gate_sides *gate,
		     struct plan *p, struct err *err)
{
	const struct target_options *level = &verb->target;
	struct targets targets = { 0 };
	struct swarm *swarm = NULL;
	int rc;

	if (gate->conflict)
		return plan_conflict(run, gate, p);
	/* What a gate with a cluster passes was asked of it, or it is undecided. */
	rc = targets_open(run,
			  &(struct targets_how){
				  .flags = &verb->cluster,
				  .options = level,
				  .root = repo_work_tree(gate->sides.repo),
				  .settings = gate->sides.settings,
				  .least = level->level < 0 ? LEVEL_DRY_RUN : LEVEL_UNCHECKED,
			  },
			  &targets, err);
	if (!rc)
		rc = swarm_flags_open(run, &verb->swarm, &swarm, err);
	run->offline |= targets_offline(level, gate->sides.settings);
	guard_set(run, gate->sides.settings, gate->sides.base);
	if (!rc)
		rc = plan_merge(run, verb, gate, &targets, swarm, p, err);
	targets_close(&targets);
	swarm_free(swarm);
	return rc;
}

enum { SAID_FINDINGS = 12 };

/* Where all reports went to files, the log still says why the job is red, and in which line. */
static void say_why(const struct option_values *outputs, const struct plan *p,
		    enum severity fail_on)
{
	size_t said = 0, more = 0;
	struct buf line;

	for (size_t i = 0; i < outputs->count; i++) {
		const char *file = strchr(outputs->items[i].text, '=');

		if (!file || !strcmp(file, "=-"))
			return;
	}
	buf_init(&line, 0);
	for (size_t i = 0; outputs->count && i < p->findings.count; i++) {
		const struct plan_finding *f = &p->findings.items[i];

		if (f->severity < fail_on)
			continue;
		if (said++ >= SAID_FINDINGS) {
			more++;
			continue;
		}
		words_place(&line, &f->place);
		buf_printf(&line, "%s%s: ", f->place.at.file ? ": " : "",
			   words_severity(f->severity));
		words_finding(&line, f);
		buf_printf(&line, " [%s]\n", f->rule);
	}
	if (more)
		buf_printf(&line, "and %zu more\n", more);
	if (line.len)
		fprintf(stderr, "%s", line.text);
	buf_release(&line);
}

static int check_usage(struct run *run, const struct gate_verb *verb, struct err *err)
{
	if (verb->flags.base && verb->flags.target)
		return err_raise(err, ERR_USAGE, NO_POS, "--base and --target exclude each other");
	return outputs_check(run, &verb->outputs, err);
}

/* Where to post says nothing where neither the flags nor the settings ask for it. */
static int check_posts(const struct run *run, const struct options_given *given, struct err *err)
{
	static const struct option_rule posts[] = {
		{ "forge", .needs = POST_WHAT },
		{ "forge-url", .needs = POST_WHAT },
		{ "repository", .needs = POST_WHAT },
	};

	if (run->settings->gate.comment > 0 || run->settings->gate.status > 0)
		return 0;
	return options_suit(given, posts, ARRAY_SIZE(posts), err);
}

static int gate_run(struct run *run, void *options, const struct arguments *rest, struct err *err)
{
	const struct gate_verb *verb = options;
	struct ci_request request;
	struct post_options post;
	struct gate_sides gate;
	enum severity fail_on;
	struct plan plan;
	int rc;

	if (check_usage(run, verb, err) < 0 || ci_read(&run->arena, &request, err) < 0 ||
	    gate_sides_open(run, &request, &verb->flags, &gate, err) < 0)
		return -1;
	if (check_posts(run, &rest->given, err) < 0) {
		sides_close(&gate.sides);
		return -1;
	}
	plan_init(&plan, run, &run->arena);
	rc = make_plan(run, verb, &gate, &plan, err);
	if (!rc)
		rc = write_reports(run, verb, &plan, &request, err);
	fail_on = (enum severity)sides_fail_on(verb->fail_on, gate.sides.settings);
	if (!rc)
		rc = plan_exit_status(&plan, fail_on, verb->detailed_exitcode);
	if (rc >= 0) {
		say_why(&verb->outputs, &plan, fail_on);
		post = what_to_post(run, verb, &request);
		post_plan(run, &post, &request, &plan, rc);
	}
	plan_release(&plan);
	sides_close(&gate.sides);
	return rc;
}

const struct command cmd_gate = {
	.name = "gate",
	.summary = "plan a merge request as CI: the merge result against the target",
	.description = "Finds head, target and merge request in the variables of GitHub Actions, "
		       "GitLab CI, Bitbucket "
		       "Pipelines, Gitea and Forgejo Actions, Jenkins, Azure Pipelines, CircleCI "
		       "and Buildkite; "
		       "elsewhere --head and --target say it. The merge result is planned against "
		       "the target's tip: the "
		       "forge's own merge commit where it is in the clone, else one made in "
		       "memory. A push is planned "
		       "against what was there before.\n\n"
		       "Without -o the plan is printed as text; in GitHub, Gitea and Forgejo "
		       "Actions with annotations, "
		       "and in the step's summary. With a cluster, an object that it could not "
		       "dry-run is undecided "
		       "(--min-level says otherwise). Only exit status 0 is a pass.",
	.groups = groups,
	.group_count = ARRAY_SIZE(groups),
	.options_size = sizeof(struct gate_verb),
	.rules = rules,
	.rule_count = ARRAY_SIZE(rules),
	.defaults = &defaults,
	.run = gate_run,
};
