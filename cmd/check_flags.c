#include "cmd/check_flags.h"

#include <stddef.h>

#include "render/git/git.h"

#define AT(field) .offset = offsetof(struct validate_files, field)
const struct option check_flag_rows[CHECK_FLAGS] = {
	{ .name = "crds",
	  .type = OPTION_APPEND,
	  .value = "FILE|DIR",
	  AT(crds),
	  .summary = "CustomResourceDefinitions besides those among the manifests" },
	{ .name = "policies",
	  .type = OPTION_APPEND,
	  .value = "FILE|DIR",
	  AT(policies),
	  .summary = "ValidatingAdmissionPolicies, bindings and parameters besides those among the "
		     "manifests" },
	{ .name = "conftest",
	  .type = OPTION_APPEND,
	  .value = "FILE|DIR",
	  AT(outside.conftest),
	  .summary = "policies in Rego, judged by the conftest of your PATH (or git config "
		     "gitops.conftest)" },
	{ .name = "krm-function",
	  .type = OPTION_APPEND,
	  .value = "PROGRAM[,CONFIG]",
	  AT(outside.functions),
	  .summary = "a KRM function that judges the objects, with its functionConfig (or git "
		     "config gitops.krmFunction)" },
};

int check_flags_read(struct run *run, const struct validate_files *flags,
		     const struct validate_inputs **out, struct err *err)
{
	struct validate_inputs *inputs;

	if (!flags->crds.count && !flags->policies.count && !outside_any(&flags->outside))
		return 0;
	inputs = arena_new(&run->arena, struct validate_inputs);
	if (validate_inputs_read(run, &run->arena, flags, inputs, err) < 0)
		return -1;
	inputs->ignore_missing = true; /* as a plan does */
	*out = inputs;
	return 0;
}

static void add_setting(struct run *run, struct repo *repo, const char *key,
			struct option_values *out)
{
	const char *value = repo_config(repo, &run->arena, key);

	if (value && *value)
		*vec_push(&run->arena, out) = (struct option_value){ NULL, value };
}

struct outside check_flags_outside(struct run *run, const struct validate_inputs *inputs,
				   struct repo *repo)
{
	struct outside named = { 0 };

	if (inputs)
		named = inputs->outside;
	if (!repo)
		return named;
	if (!named.conftest.count)
		add_setting(run, repo, "gitops.conftest", &named.conftest);
	if (!named.functions.count)
		add_setting(run, repo, "gitops.krmFunction", &named.functions);
	return named;
}
