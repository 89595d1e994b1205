#include "cmd/validate.h"

#include "cmd/check_flags.h"
#include "cmd/cmd.h"
#include "cmd/planner.h"
#include "cmd/report/report.h"

struct validate_verb {
	struct common_options common;
	struct sides_options sides;
	struct validate_files files;
	const char *output;
	int fail_on;
};

static const struct validate_verb defaults = { .output = "text", .fail_on = -1 };
#define AT(field) .offset = offsetof(struct validate_verb, field)
static const struct option validate_options_table[] = {
	{ .name = "filename",
	  .letter = 'f',
	  .type = OPTION_APPEND,
	  .value = "FILE|DIR|-",
	  AT(files.files),
	  .summary = "manifests as they lie on disk: a file, a folder and below, a glob, standard "
		     "input" },
	{ .name = "against",
	  .type = OPTION_APPEND,
	  .value = "FILE|DIR",
	  AT(files.against),
	  .summary = "the manifests as they were before: what both have is an update" },
	{ .name = "kubernetes-version",
	  .type = OPTION_STRING,
	  .value = "VERSION",
	  AT(files.kubernetes_version),
	  .summary = "release to validate for (default the newest known)" },
	{ .name = "ignore-missing-schemas",
	  .type = OPTION_FLAG,
	  AT(files.ignore_missing),
	  .summary = "count custom resources without a schema, do not refuse them" },
	{ .name = "skip",
	  .type = OPTION_APPEND,
	  .value = "KIND[,KIND]",
	  AT(files.skip),
	  .summary = "leave out kinds: Kind or group/version/Kind" },
	{ .name = "reject",
	  .type = OPTION_APPEND,
	  .value = "KIND[,KIND]",
	  AT(files.reject),
	  .summary = "refuse these kinds, whatever they say" },
	{ .name = "ignore-filename-pattern",
	  .type = OPTION_APPEND,
	  .value = "REGEX",
	  AT(files.ignored_names),
	  .summary = "with -f: leave out files whose path matches; repeatable" },
	{ .name = "output",
	  .letter = 'o',
	  .type = OPTION_STRING,
	  .value = "FORMAT",
	  .choices = report_format_names,
	  AT(output),
	  .summary = "text, json, yaml and the other formats of plan" },
	{ .name = "fail-on",
	  .type = OPTION_CHOICE,
	  .value = "SEVERITY",
	  .choices = severity_choices,
	  AT(fail_on),
	  .summary = "least severity that fails: error (default), warning, info" },
};
static const struct option_group groups[] = {
	{ "Validate", validate_options_table, ARRAY_SIZE(validate_options_table), 0 },
	{ "Checks", check_flag_rows, CHECK_FLAGS, offsetof(struct validate_verb, files) },
	{ "Source", sides_options, 3, offsetof(struct validate_verb, sides) },
	{ "General", common_options, 2, 0 },
};

static const struct option_rule rules[] = {
	{ "ignore-filename-pattern", .needs = "filename" },
	{ "base", .excludes = "filename", .why = "files are compared by --against" },
	{ "worktree", .excludes = "filename", .why = "files are read from disk" },
	{ "index", .excludes = "filename", .why = "files are read from disk" },
};

/* What the repository around the current folder renders, below `path` or all of it. */
static int validate_repository(struct run *run, const struct validate_verb *verb, const char *path,
			       struct plan *p, struct err *err)
{
	struct plan_options offline = { .target = "default",
					.why_offline = "validate asks no cluster" };
	struct planner_options how = {
		.kubernetes_version = verb->files.kubernetes_version,
		.targets = &offline,
		.target_count = 1,
	};
	struct validate_inputs inputs = { 0 };
	struct sides sides = { 0 };
	const char *inside;
	int rc = 0;

	if (validate_inputs_read(run, &run->arena, &verb->files, &inputs, err) < 0 ||
	    sides_open(run, &verb->sides, NULL, &sides, err) < 0)
		return -1;
	how.inputs = &inputs;
	if (!verb->sides.base) { /* a state is judged, not a change */
		view_free(sides.base);
		sides.base = NULL;
		sides_settings(run, &sides);
	}
	inside = path ? view_join(&run->arena, sides.prefix, path) : sides.prefix;
	if (!inside)
		rc = err_raise(err, ERR_USAGE, NO_POS, "'%s' is outside the repository", path);
	how.paths = &inside;
	how.path_count = inside && *inside ? 1 : 0;
	if (!rc)
		rc = planner_run(run, &sides, &how, p, err);
	sides_close(&sides);
	return rc;
}

static int print_report(const struct plan *p, const struct report_format *format, struct err *err)
{
	struct report_options how = { .tool = VERSION,
				      .kind = "Validation",
				      .color = wants_color(false) };

	return print_plan_as(p, format, &how, err);
}

static int validate_run(struct run *run, void *data, const struct arguments *rest, struct err *err)
{
	const struct validate_verb *verb = data;
	const struct report_format *format = report_find(verb->output);
	struct arena arena;
	struct plan plan;
	int rc;

	if (verb->files.files.count && rest->count)
		return err_raise(err, ERR_USAGE, NO_POS,
				 "give -f or a path of the repository, not both");
	arena_init(&arena, &run->budget);
	plan_init(&plan, run, &arena);
	if (verb->files.files.count)
		rc = validate_files(run, &verb->files, &plan, err);
	else
		rc = validate_repository(run, verb, rest->count ? rest->items[0] : NULL, &plan,
					 err);
	plan.changes.count = 0;
	if (!rc)
		rc = print_report(&plan, format, err);
	if (!rc)
		rc = plan_exit_status(
			&plan, (enum severity)sides_fail_on(verb->fail_on, run->settings), false);
	plan_release(&plan);
	arena_release(&arena);
	return rc;
}

const struct command cmd_validate = {
	.name = "validate",
	.arguments = "[PATH]",
	.summary = "check manifests as strictly as the API server, without one",
	.description =
		"Structure, custom resources, and the rules that the API server checks in code, "
		"for the\n"
		"chosen release of Kubernetes: of what the repository renders, or of files (-f).",
	.groups = groups,
	.group_count = ARRAY_SIZE(groups),
	.options_size = sizeof(struct validate_verb),
	.rules = rules,
	.rule_count = ARRAY_SIZE(rules),
	.defaults = &defaults,
	.max_arguments = 1,
	.run = validate_run,
};
