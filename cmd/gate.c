#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include "base/files.h"
#include "cmd/cmd.h"
#include "cmd/forge.h"
#include "cmd/gate_sides.h"
#include "cmd/planner.h"
#include "cmd/report/report.h"
#include "cmd/targets.h"

struct gate_verb {
	struct common_options common;
	struct gate_flags flags;
	struct option_values outputs, paths;
	const char *kubernetes_version, *owner;
	struct target_options target;
	struct cluster_flags cluster;
	struct forge_flags forge;
	bool new_only, detailed_exitcode, comment, status;
	int fail_on;
};

/* The words of --fail-on, by enum severity. */
static const char *const severities[] = { "info", "warning", "error", NULL };

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
	  AT(owner),
	  .summary = "who applies: plain, kubectl, kubectl-ssa" },
};
static const struct option verdict_options[] = {
	{ .name = "output",
	  .letter = 'o',
	  .type = OPTION_APPEND,
	  .value = "FORMAT[=FILE]",
	  AT(outputs),
	  .summary = "write this report to a file, or print it; repeatable" },
	{ .name = "fail-on",
	  .type = OPTION_CHOICE,
	  .value = "SEVERITY",
	  .choices = severities,
	  AT(fail_on),
	  .summary = "exit 1 from this severity on: info, warning or error (default)" },
	{ .name = "new-only",
	  .type = OPTION_FLAG,
	  AT(new_only),
	  .summary = "report and judge only what the target does not have already" },
	{ .name = "detailed-exitcode",
	  .type = OPTION_FLAG,
	  AT(detailed_exitcode),
	  .summary = "exit 2 when it holds and there are changes" },
};
static const struct option forge_options[] = {
	{ .name = "comment",
	  .type = OPTION_FLAG,
	  AT(comment),
	  .summary = "post the plan to the merge request; one comment, edited each time" },
	{ .name = "status", .type = OPTION_FLAG, AT(status), .summary = "set the status of head" },
	{ .name = "forge",
	  .type = OPTION_STRING,
	  .value = "NAME",
	  AT(forge.name),
	  .summary = "bitbucket, forgejo, gitea, github or gitlab (default: as the CI says)" },
	{ .name = "forge-url",
	  .type = OPTION_STRING,
	  .value = "URL",
	  AT(forge.url),
	  .summary = "the root of its API" },
	{ .name = "repository",
	  .type = OPTION_STRING,
	  .value = "NAME",
	  AT(forge.repository),
	  .summary = "owner/name there; at GitLab the project's id or path" },
};
static const struct option_group groups[] = {
	{ "Options", gate_options, ARRAY_SIZE(gate_options), 0 },
	{ "Verdict", verdict_options, ARRAY_SIZE(verdict_options), 0 },
	{ "Forge", forge_options, ARRAY_SIZE(forge_options), 0 },
	{ "Level", target_option_rows, TARGET_OPTIONS, offsetof(struct gate_verb, target) },
	{ "Cluster", cluster_flag_rows, CLUSTER_FLAGS, offsetof(struct gate_verb, cluster) },
	{ "General", common_options, 2, 0 },
};
static const struct gate_verb defaults = { .fail_on = -1, .target = TARGET_UNSET };

/* --- reports
 * --------------------------------------------------------------------------------------- */

static int append(const char *path, const struct buf *text, struct err *err)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644);
	bool ok = fd >= 0 && write(fd, text->text, text->len) == (ssize_t)text->len;

	if (fd >= 0)
		close(fd);
	return ok ? 0 : err_raise(err, ERR_IO, NO_POS, "cannot write to '%s'", path);
}

enum to { TO_STDOUT, TO_FILE, TO_END_OF_FILE };

static int write_report(const struct plan *p, const struct report_format *format, enum to to,
			const char *file, struct err *err)
{
	struct report_options how = { .tool = VERSION };
	struct buf out;
	int rc;

	buf_init(&out, 0);
	format->write(&out, p, &how);
	rc = to == TO_STDOUT ? print_out(&out, err)
	     : to == TO_FILE ? file_write(file, out.text, out.len, err)
			     : append(file, &out, err);
	buf_release(&out);
	return rc;
}

/* "FORMAT" or "FORMAT=FILE". */
static const struct report_format *parse_output(struct run *run, const char *text,
						const char **file, struct err *err)
{
	const char *name = arena_memdup(&run->arena, text, strcspn(text, "="));
	const struct report_format *format = report_find(name);

	*file = text[strlen(name)] ? text + strlen(name) + 1 : "-";
	if (!format)
		err_raise(err, ERR_USAGE, NO_POS, "unknown output format '%s'", name);
	else if (!**file)
		err_raise(err, ERR_USAGE, NO_POS, "'%s' names no file", text);
	else
		return format;
	return NULL;
}

/* Nobody asked for a report: what people read in this CI's log, and where it shows them more. */
static int write_usual(const struct plan *p, const struct ci_request *request, struct err *err)
{
	const char *summary = getenv("GITHUB_STEP_SUMMARY");
	bool actions =
		request->ci && (!strcmp(request->ci, "github") || !strcmp(request->ci, "gitea") ||
				!strcmp(request->ci, "forgejo"));

	if (write_report(p, &report_text, TO_STDOUT, NULL, err) < 0)
		return -1;
	if (actions && write_report(p, &report_github, TO_STDOUT, NULL, err) < 0)
		return -1;
	if (actions && summary && *summary)
		return write_report(p, &report_markdown, TO_END_OF_FILE, summary, err);
	return 0;
}

/* Make the folders above a file; one that can't be made shows when the file is written. */
static void make_folders(struct run *run, const char *file)
{
	char *path = arena_strdup(&run->arena, file);

	for (char *slash = strchr(path, '/'); slash; slash = strchr(slash + 1, '/')) {
		*slash = '\0';
		mkdir(path, 0755);
		*slash = '/';
	}
}

/* The reports that the base's settings name; a folder of theirs is made. */
static int write_settings(struct run *run, const struct plan *p, struct err *err)
{
	const struct settings *s = run->settings;

	for (size_t i = 0; i < s->reports.count; i++) {
		make_folders(run, s->reports.items[i].file);
		if (write_report(p, report_find(s->reports.items[i].format), TO_FILE,
				 s->reports.items[i].file, err) < 0)
			return -1;
	}
	return 0;
}

static int write_reports(struct run *run, const struct gate_verb *verb, const struct plan *p,
			 const struct ci_request *request, struct err *err)
{
	const struct report_format *format;
	const char *file;

	if (!verb->outputs.count)
		return write_usual(p, request, err) < 0 ? -1 : write_settings(run, p, err);
	for (size_t i = 0; i < verb->outputs.count; i++) {
		format = parse_output(run, verb->outputs.items[i].text, &file, err);
		if (!format ||
		    write_report(p, format, strcmp(file, "-") ? TO_FILE : TO_STDOUT, file, err) < 0)
			return -1;
	}
	return 0;
}

/* --- the forge
 * ----------------------------------------------------------------------------------------- */

static int post_comment(struct forge *f, const struct plan *p, struct err *err)
{
	/* Room for what a forge's own count takes more than ours. */
	struct report_options how = { .tool = VERSION, .max_bytes = forge_comment_limit(f) - 512 };
	struct buf text;
	int rc;

	buf_init(&text, 0);
	report_markdown.write(&text, p, &how);
	rc = forge_comment(f, "<!-- kubectl-gitops -->", text.text, err);
	buf_release(&text);
	return rc;
}

static int post_status(struct forge *f, const struct plan *p, int verdict, struct err *err)
{
	static const enum forge_state states[] = { [STATUS_HOLDS] = FORGE_SUCCESS,
						   [STATUS_FAILS] = FORGE_FAILURE,
						   [STATUS_CHANGES] = FORGE_SUCCESS,
						   [STATUS_UNDECIDED] = FORGE_ERROR };
	const unsigned *n = p->summary.actions;
	char text[200];

	snprintf(text, sizeof(text),
		 "%u to create, %u to change, %u to delete; %u errors, %u warnings%s",
		 n[PLAN_CREATE], n[PLAN_UPDATE] + n[PLAN_REPLACE] + n[PLAN_MOVE], n[PLAN_DELETE],
		 p->summary.errors, p->summary.warnings,
		 verdict == STATUS_UNDECIDED ? "; not decided" : "");
	return forge_status(f, states[verdict], text, err);
}

/* What can't be posted is said, and changes no verdict. */
static void post(struct run *run, const struct gate_verb *verb, const struct ci_request *request,
		 const struct plan *p, int verdict)
{
	const struct settings_gate *set = &run->settings->gate;
	bool comment = verb->comment || (set->comment > 0 && request->number);
	bool status = verb->status || (set->status > 0 && request->number);
	struct err err = ERR_INIT;
	struct forge *f;

	if (!comment && !status)
		return;
	f = forge_open(run, request, &verb->forge, &err);
	if (!f) {
		fprintf(stderr, "warning: nothing is posted: %s\n", err.msg);
		return;
	}
	if (comment && post_comment(f, p, &err) < 0)
		fprintf(stderr, "warning: the comment is not posted: %s\n", err.msg);
	err_clear(&err);
	if (status && post_status(f, p, verdict, &err) < 0)
		fprintf(stderr, "warning: the status is not set: %s\n", err.msg);
	forge_free(f);
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
		      const struct targets *targets, struct plan *p, struct err *err)
{
	struct planner_options how = {
		.kubernetes_version = verb->kubernetes_version,
		.owner = verb->owner ? owner_by_name(verb->owner) : NULL,
		.targets = targets->items,
		.target_count = targets->count,
	};

	if (planner_paths(run, "", &verb->paths, &how, err) < 0 ||
	    planner_run(run, &gate->sides, &how, p, err) < 0)
		return -1;
	if (verb->new_only || gate->sides.settings->gate.new_only > 0)
		drop_old_findings(p);
	return 0;
}

static int make_plan(struct run *run, const struct gate_verb *verb, const struct gate_sides *gate,
		     struct plan *p, struct err *err)
{
	struct target_options level = verb->target;
	struct targets targets = { 0 };
	int rc;

	if (gate->conflict)
		return plan_conflict(run, gate, p);
	/* What a gate passes was asked of the cluster, or it is undecided. */
	if (level.min_level < 0 && level.level < 0)
		level.min_level = LEVEL_DRY_RUN - LEVEL_OFFLINE;
	rc = targets_open(run,
			  &(struct targets_how){ &verb->cluster, &level,
						 repo_work_tree(gate->sides.repo), NULL,
						 gate->sides.settings },
			  &targets, err);
	if (!rc)
		rc = plan_merge(run, verb, gate, &targets, p, err);
	targets_close(&targets);
	return rc;
}

static int check_usage(struct run *run, const struct gate_verb *verb, struct err *err)
{
	const char *file;

	if (verb->flags.base && verb->flags.target)
		return err_raise(err, ERR_USAGE, NO_POS, "--base and --target exclude each other");
	if (verb->owner && !owner_by_name(verb->owner))
		return err_raise(err, ERR_USAGE, NO_POS,
				 "unknown owner '%s'; plain, kubectl or kubectl-ssa", verb->owner);
	for (size_t i = 0; i < verb->outputs.count; i++)
		if (!parse_output(run, verb->outputs.items[i].text, &file, err))
			return -1;
	return 0;
}

static int gate_run(struct run *run, void *options, const struct arguments *rest, struct err *err)
{
	const struct gate_verb *verb = options;
	struct ci_request request;
	struct gate_sides gate;
	struct plan plan;
	int rc;

	(void)rest;
	if (check_usage(run, verb, err) < 0 || ci_read(&run->arena, &request, err) < 0 ||
	    gate_sides_open(run, &request, &verb->flags, &gate, err) < 0)
		return -1;
	plan_init(&plan, run, &run->arena);
	rc = make_plan(run, verb, &gate, &plan, err);
	if (!rc)
		rc = write_reports(run, verb, &plan, &request, err);
	if (!rc)
		rc = plan_exit_status(
			&plan, (enum severity)sides_fail_on(verb->fail_on, gate.sides.settings),
			verb->detailed_exitcode);
	if (rc >= 0)
		post(run, verb, &request, &plan, rc);
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
	.defaults = &defaults,
	.run = gate_run,
};
