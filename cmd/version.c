#include "cmd/cmd.h"

struct version_options {
	struct common_options common;
};

static int version_run(struct run *run, void *options, const struct arguments *rest,
		       struct err *err)
{
	struct buf out;
	int rc;

	(void)run;
	(void)options;
	(void)rest;
	buf_init(&out, 0);
	buf_printf(&out, "kubectl-gitops %s\n", VERSION);
	rc = print_out(&out, err);
	buf_release(&out);
	return rc;
}

static const struct option_group groups[] = {
	{ "Options", common_options, 2, 0 },
};

const struct command cmd_version = {
	.name = "version",
	.summary = "this build, its libraries, the releases it knows",
	.groups = groups,
	.group_count = ARRAY_SIZE(groups),
	.options_size = sizeof(struct version_options),
	.run = version_run,
};
