#include <stdio.h>
#include <string.h>
#include "base/files.h"
#include "cmd/cmd.h"
#include "cmd/outputs.h"
#include "cmd/post.h"
#include "cmd/report/read.h"
#include "cmd/report/report.h"

struct report_verb {
	struct common_options common;
	struct option_values outputs;
	struct post_options post;
	const char *request, *head;
	bool detailed_exitcode;
	int fail_on;
};

#define AT(field) .offset = offsetof(struct report_verb, field)
static const struct option report_options[] = {
	{ .name = "output",
	  .letter = 'o',
	  .type = OPTION_APPEND,
	  .value = "FORMAT[=FILE]",
	  .choices = report_format_names,
	  AT(outputs),
	  .summary = "write this report to a file, or print it (default: text); repeatable" },
	OPTION_FAIL_ON,
	OPTION_DETAILED_EXITCODE,
	{ .name = "request",
	  .type = OPTION_STRING,
	  .value = "NUMBER",
	  AT(request),
	  .summary = "the merge request to post to (default: as the CI's event says)" },
	{ .name = "head",
	  .type = OPTION_STRING,
	  .value = "COMMIT",
	  AT(head),
	  .summary = "the commit that was planned (default: as the CI's event says)" },
};
static const struct option_group groups[] = {
	{ "Options", report_options, ARRAY_SIZE(report_options), 0 },
	{ "Forge", post_option_rows, POST_OPTIONS, offsetof(struct report_verb, post) },
	{ "General", common_options, 2, 0 },
};
static const struct option_rule rules[] = {
	{ "forge", .needs = POST_WHAT },      { "forge-url", .needs = POST_WHAT },
	{ "repository", .needs = POST_WHAT }, { "request", .needs = POST_WHAT },
	{ "head", .needs = POST_WHAT },
};
static const struct report_verb defaults = { .fail_on = SEVERITY_ERROR };

static int read_plans(struct run *run, const struct arguments *rest, struct plan *p,
		      struct err *err)
{
	struct buf text;
	int rc = 0;

	(void)run;
	for (size_t i = 0; i < rest->count && !rc; i++) {
		buf_init(&text, PLAN_READ_BYTES);
		rc = file_read(strcmp(rest->items[i], "-") ? rest->items[i] : "/dev/stdin", &text,
			       err);
		if (!rc)
			rc = plan_read(p, rest->items[i], text.text, text.len, err);
		buf_release(&text);
	}
	if (!rc)
		plan_read_finish(p);
	return rc;
}

/* A number and a commit go into a URL: nothing else may. */
static int check_usage(struct run *run, const struct report_verb *verb,
		       const struct arguments *rest, struct err *err)
{
	if (!rest->count)
		return err_raise(err, ERR_USAGE, NO_POS, "which plan? the file that -o json wrote");
	if (verb->request &&
	    (!*verb->request || verb->request[strspn(verb->request, "0123456789")]))
		return err_raise(err, ERR_USAGE, NO_POS, "--request '%s' is no number",
				 verb->request);
	if (verb->head &&
	    (strlen(verb->head) < 40 || verb->head[strspn(verb->head, "0123456789abcdef")]))
		return err_raise(err, ERR_USAGE, NO_POS, "--head '%s' is no commit's whole id",
				 verb->head);
	return outputs_check(run, &verb->outputs, err);
}

static int find_request(struct run *run, const struct report_verb *verb, struct ci_request *out,
			struct err *err)
{
	if (ci_read(&run->arena, out, err) < 0)
		return -1;
	if (verb->request)
		out->number = verb->request;
	if (verb->head)
		out->head = verb->head;
	return 0;
}

/*
 * The status of a commit is set only by a plan of that commit: of the request's head, or of the
 * forge's merge of it, which a job that is told of the head alone does not know.
 */
static void judge_trust(const struct ci_request *request, const struct plan *p,
			struct post_options *post)
{
	bool same = request->head && (!strcmp(p->commit, request->head) ||
				      (request->merged && !strcmp(p->commit, request->merged)));

	if (request->fork)
		post->untrusted = "A job that runs the request's own code made this plan. It is "
				  "checked for its form; nobody vouches for what it says.";
	if (post->status && request->fork && !same) {
		fprintf(stderr,
			"note: the plan is of commit %.12s, not of %.12s: no status is "
			"set by it\n",
			p->commit, request->head ? request->head : "?");
		post->status = false;
	}
}

static int write_reports(struct run *run, const struct report_verb *verb, const struct plan *p,
			 const struct ci_request *request, struct err *err)
{
	return verb->outputs.count ? outputs_write(run, &verb->outputs, p, err)
				   : outputs_write_usual(p, request, err);
}

static int report_run(struct run *run, void *options, const struct arguments *rest, struct err *err)
{
	const struct report_verb *verb = options;
	struct post_options post = verb->post;
	struct ci_request request;
	struct plan plan;
	int rc;

	if (check_usage(run, verb, rest, err) < 0 || find_request(run, verb, &request, err) < 0)
		return -1;
	plan_init(&plan, run, &run->arena);
	rc = read_plans(run, rest, &plan, err);
	if (!rc)
		rc = write_reports(run, verb, &plan, &request, err);
	if (!rc)
		rc = plan_exit_status(&plan, (enum severity)verb->fail_on, verb->detailed_exitcode);
	if (rc >= 0) {
		judge_trust(&request, &plan, &post);
		/* Posting is what this is for: what could not be posted is a failure here. */
		if (post_plan(run, &post, &request, &plan, rc))
			rc = STATUS_UNDECIDED;
	}
	plan_release(&plan);
	return rc;
}

const struct command cmd_report = {
	.name = "report",
	.arguments = "PLAN.json...",
	.summary = "print, merge or post plans that were made elsewhere",
	.description =
		"Reads what -o json wrote. Several plans of one commit (its targets, planned "
		"apart) become one. With --comment and --status a trusted job posts the plan "
		"that a fork's job made: the file is taken for hostile, checked against the "
		"plan's schema, escaped and bounded, and the request is found by its commit.",
	.groups = groups,
	.group_count = ARRAY_SIZE(groups),
	.options_size = sizeof(struct report_verb),
	.rules = rules,
	.rule_count = ARRAY_SIZE(rules),
	.defaults = &defaults,
	.max_arguments = -1,
	.run = report_run,
};
