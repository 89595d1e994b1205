#include <stdio.h>
#include "cmd/cmd.h"
#include "cmd/targets.h"
#include "render/yaml/yaml.h"
#include "validate/cluster/rbac.h"

struct rbac_verb {
	struct common_options common;
	struct cluster_flags cluster;
	const char *name;
	int part;
	bool no_secrets, probe;
};

static const char *const parts[] = { "all", "policy", "role", NULL };

#define AT(field) .offset = offsetof(struct rbac_verb, field)
static const struct option rbac_options[] = {
	{ .name = "name",
	  .type = OPTION_STRING,
	  .value = "NAME",
	  AT(name),
	  .summary = "of the account and all that belongs to it (default: gitops-plan); -n is its "
		     "namespace" },
	{ .name = "no-secrets",
	  .type = OPTION_FLAG,
	  AT(no_secrets),
	  .summary = "leave Secrets out: who may dry-run a patch can read what it patches" },
	{ .name = "part",
	  .type = OPTION_CHOICE,
	  .value = "PART",
	  .choices = parts,
	  AT(part),
	  .summary = "policy: account, policy and a role for the probe; role: the rest; all "
		     "(default)" },
	{ .name = "probe",
	  .type = OPTION_FLAG,
	  AT(probe),
	  .summary = "print nothing: wait until the policy refuses a write that is no dry-run" },
};
static const struct option_group groups[] = {
	{ "Options", rbac_options, ARRAY_SIZE(rbac_options), 0 },
	{ "Cluster", cluster_flag_rows, CLUSTER_FLAGS, offsetof(struct rbac_verb, cluster) },
	{ "General", common_options, 2, 0 },
};
static const struct option_rule rules[] = {
	{ "part", .excludes = "probe", .why = "a probe prints nothing" },
	{ "no-secrets", .excludes = "probe", .why = "a probe prints nothing" },
};
static const struct rbac_verb defaults = { .name = "gitops-plan" };

enum { PROBE_SECONDS = 30 };

static int print_objects(const struct rbac_objects *made, const struct rbac_verb *verb,
			 struct err *err)
{
	size_t from = verb->part == 2 ? made->first_of_role : 0;
	size_t to = verb->part == 1 ? made->first_of_role : made->count, i;
	struct buf out;
	int rc;

	buf_init(&out, 0);
	if (verb->part != 2)
		buf_str(&out, "# First, and then: kubectl gitops rbac --probe. Only when that "
			      "succeeds, the role.\n");
	for (i = from; i < to; i++) {
		if (i == made->first_of_role) {
			buf_str(&out, "# Only under the policy above: escalate and bind are needed "
				      "to dry-run roles and bindings.\n");
			if (!verb->no_secrets)
				buf_str(&out, "# A dry-run answers with the whole object: this "
					      "account can read each Secret (--no-secrets).\n");
		}
		if (i > from)
			buf_str(&out, "---\n");
		yaml_write(&out, made->items[i]);
	}
	rc = print_out(&out, err);
	buf_release(&out);
	for (i = 0; i < made->left_out.count; i++)
		fprintf(stderr,
			"note: group %s is served by an APIService, where the policy does not "
			"hold: left out\n",
			made->left_out.items[i]);
	return rc;
}

static int rbac_run(struct run *run, void *options, const struct arguments *rest, struct err *err)
{
	const struct rbac_verb *verb = options;
	struct cluster_options how = cluster_flags_options(&run->arena, &verb->cluster, 0);
	struct rbac_options what = { verb->name, "", verb->no_secrets };
	struct rbac_objects made = { 0 };
	struct cluster *c;
	int rc;

	(void)rest;
	how.cancel = interrupt_watch();
	c = cluster_open(run, &how, err);
	if (!c)
		return -1;
	what.ns = cluster_namespace(c);
	if (verb->probe)
		rc = rbac_probe(c, &run->arena, &what, PROBE_SECONDS, err);
	else
		rc = rbac_make(c, &run->arena, &what, &made, err);
	if (!rc && !verb->probe)
		rc = print_objects(&made, verb, err);
	cluster_free(c);
	return rc;
}

const struct command cmd_rbac = {
	.name = "rbac",
	.summary = "print the roles and the admission policy of a credential that can only dry-run",
	.description = "Apply the policy first, wait with --probe until the API server enforces "
		       "it, then apply the\n"
		       "role:\n\n"
		       "    kubectl gitops rbac -n ci --part policy | kubectl apply -f -\n"
		       "    kubectl gitops rbac -n ci --probe\n"
		       "    kubectl gitops rbac -n ci --part role | kubectl apply -f -",
	.groups = groups,
	.group_count = ARRAY_SIZE(groups),
	.options_size = sizeof(struct rbac_verb),
	.rules = rules,
	.rule_count = ARRAY_SIZE(rules),
	.defaults = &defaults,
	.max_arguments = 0,
	.run = rbac_run,
};
