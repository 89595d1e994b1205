#include "render/settings.h"

static const char *const levels[] = { "offline", "read", "dry-run", NULL };
static const char *const severities[] = { "info", "warning", "error", NULL };
static const char *const verdicts[] = { "pass", "refuse", NULL };
static const char *const effects[] = { "ignore", "info", "warning", "error", NULL };
static const char *const owners[] = { "plain", "kubectl", "kubectl-ssa", NULL };
static const char *const versions[] = { "kubectl-gitops/v1", NULL };
static const char *const kinds[] = { "Config", NULL };
static const char *const formats[] = { "bitbucket", "github", "gitlab", "html", "json", "junit",
				       "markdown",  "sarif",  "tap",	"text", "yaml", NULL };

#define AT(field) .offset = offsetof(struct settings_target, field)
static const struct settings_key target_keys[] = {
	/* by name, in every section */
	{ .name = "context",
	  .type = SETTINGS_STRING,
	  AT(context),
	  .summary = "the kubeconfig's context that reaches it; without one it is planned offline, "
		     "unless --context names it" },
	{ .name = "destinations",
	  .type = SETTINGS_STRINGS,
	  AT(destinations),
	  .summary = "what Argo CD's Applications call it: a server's URL or a cluster's name" },
	{ .name = "kubernetesVersion",
	  .type = SETTINGS_STRING,
	  AT(kubernetes_version),
	  .summary = "the release that it runs, as \"1.36\" or \"v1.36.3\"" },
	{ .name = "level",
	  .type = SETTINGS_CHOICE,
	  .choices = levels,
	  AT(level),
	  .summary = "ask this cluster at most this" },
	{ .name = "minLevel",
	  .type = SETTINGS_CHOICE,
	  .choices = levels,
	  AT(min_level),
	  .summary = "an object that is checked less than this is undecided" },
	{ .name = "name",
	  .type = SETTINGS_STRING,
	  .required = true,
	  AT(name),
	  .summary = "its name in plans and for --target" },
	{ .name = "owner",
	  .type = SETTINGS_WORD,
	  .choices = owners,
	  AT(owner),
	  .summary = "who applies what no engine of the repository does" },
	{ .name = "paths",
	  .type = SETTINGS_STRINGS,
	  AT(paths),
	  .summary = "the folders that it takes; the nearest target wins; none: everything" },
};
static const struct settings_target target_defaults = { .level = -1, .min_level = -1 };
static const struct settings_section target_section = {
	.summary = "one cluster that the repository is applied to",
	.keys = target_keys,
	.count = ARRAY_SIZE(target_keys),
	.size = sizeof(struct settings_target),
	.defaults = &target_defaults,
};

#undef AT
#define AT(field) .offset = offsetof(struct settings_ignore, field)
static const struct settings_key ignore_keys[] = {
	{ .name = "fields",
	  .type = SETTINGS_STRINGS,
	  .required = true,
	  AT(fields),
	  .summary = "paths as plans print them, or JSON pointers; '*' stands for any text, and "
		     "what lies below is meant too" },
	{ .name = "group",
	  .type = SETTINGS_STRING,
	  AT(group),
	  .summary = "the objects' API group; \"\" is the core group" },
	{ .name = "kind", .type = SETTINGS_STRING, AT(kind), .summary = "the objects' kind" },
	{ .name = "name",
	  .type = SETTINGS_STRING,
	  AT(name),
	  .summary = "the objects' name; '*' stands for any text" },
	{ .name = "namespace",
	  .type = SETTINGS_STRING,
	  AT(ns),
	  .summary = "the objects' namespace; '*' stands for any text" },
	{ .name = "target", .type = SETTINGS_STRING, AT(target), .summary = "only in this target" },
};
static const struct settings_section ignore_section = {
	.summary = "differences that plans leave out and count",
	.keys = ignore_keys,
	.count = ARRAY_SIZE(ignore_keys),
	.size = sizeof(struct settings_ignore),
};

#undef AT
#define AT(field) .offset = offsetof(struct settings_report, field)
static const struct settings_key report_keys[] = {
	{ .name = "file",
	  .type = SETTINGS_STRING,
	  .required = true,
	  AT(file),
	  .summary = "where to, below the folder that the gate runs in" },
	{ .name = "format",
	  .type = SETTINGS_WORD,
	  .required = true,
	  .choices = formats,
	  AT(format),
	  .summary = "the report's format, as -o takes it" },
};
static const struct settings_section report_section = {
	.summary = "a report that the gate writes",
	.keys = report_keys,
	.count = ARRAY_SIZE(report_keys),
	.size = sizeof(struct settings_report),
};

#undef AT
#define AT(field) .offset = offsetof(struct settings_stack, field)
static const struct settings_key stack_keys[] = {
	{ .name = "composed",
	  .type = SETTINGS_BOOL,
	  AT(composed),
	  .summary = "docker stack deploy is given what docker compose config prints of the "
		     "files: extends, include and profiles mean what they mean there" },
	{ .name = "files",
	  .type = SETTINGS_STRINGS,
	  .required = true,
	  AT(files),
	  .summary = "its Compose files, in the order of docker stack deploy's -c" },
	{ .name = "name",
	  .type = SETTINGS_STRING,
	  .required = true,
	  AT(name),
	  .summary = "the stack's name in the swarm" },
};
static const struct settings_section stack_section = {
	.summary = "a Docker Swarm stack",
	.keys = stack_keys,
	.count = ARRAY_SIZE(stack_keys),
	.size = sizeof(struct settings_stack),
};

#undef AT
#define AT(field) .offset = offsetof(struct settings_budgets, field)
static const struct settings_key budget_keys[] = {
	{ .name = "changes",
	  .type = SETTINGS_COUNT,
	  AT(changes),
	  .summary = "more objects created, changed, replaced and deleted are an error" },
	{ .name = "deletions",
	  .type = SETTINGS_COUNT,
	  AT(deletions),
	  .summary = "more deletions than this are an error" },
	{ .name = "replacements",
	  .type = SETTINGS_COUNT,
	  AT(replacements),
	  .summary = "more objects deleted and created again are an error" },
};
static const struct settings_section budgets_section = {
	.summary = "how much one change may do to one target",
	.keys = budget_keys,
	.count = ARRAY_SIZE(budget_keys),
	.size = sizeof(struct settings_budgets),
};

#undef AT
#define AT(field) .offset = offsetof(struct settings_hook, field)
static const struct settings_key hook_keys[] = {
	{ .name = "context",
	  .type = SETTINGS_STRING,
	  AT(context),
	  .summary = "the kubeconfig's context to ask, where the level is not offline" },
	{ .name = "failOn",
	  .type = SETTINGS_CHOICE,
	  .choices = severities,
	  AT(fail_on),
	  .summary = "stop from this severity on" },
	{ .name = "level",
	  .type = SETTINGS_CHOICE,
	  .choices = levels,
	  AT(level),
	  .summary = "ask the cluster at most this (default: offline)" },
	{ .name = "onUndecided",
	  .type = SETTINGS_CHOICE,
	  .choices = verdicts,
	  AT(on_undecided),
	  .summary = "what could not be decided passes (default) or is refused" },
};
static const struct settings_section hook_section = {
	.summary =
		"the hooks of a clone; git config gitops.NAME wins, and alone counts on a server",
	.keys = hook_keys,
	.count = ARRAY_SIZE(hook_keys),
	.size = sizeof(struct settings_hook),
};

#undef AT
#define AT(field) .offset = offsetof(struct settings_gate, field)
static const struct settings_key gate_keys[] = {
	{ .name = "comment",
	  .type = SETTINGS_BOOL,
	  AT(comment),
	  .summary = "post the plan to the merge request, as --comment" },
	{ .name = "newOnly",
	  .type = SETTINGS_BOOL,
	  AT(new_only),
	  .summary = "judge only what the target does not have already, as --new-only" },
	{ .name = "status",
	  .type = SETTINGS_BOOL,
	  AT(status),
	  .summary = "set the status of the commit, as --status" },
};
static const struct settings_section gate_section = {
	.summary = "the gate's flags; those of the command line win",
	.keys = gate_keys,
	.count = ARRAY_SIZE(gate_keys),
	.size = sizeof(struct settings_gate),
};

#undef AT
#define AT(field) .offset = offsetof(struct settings_remote, field)
static const struct settings_key remote_keys[] = {
	{ .name = "hosts",
	  .type = SETTINGS_STRINGS,
	  AT(hosts),
	  .summary = "hosts that a merge request may newly name, and that may have private "
		     "addresses; '*.' at the start stands for every host below" },
};
static const struct settings_section remote_section = {
	.summary = "where gates and servers' hooks fetch bases, charts and schemas from, beside "
		   "the public hosts that the base's files name",
	.keys = remote_keys,
	.count = ARRAY_SIZE(remote_keys),
	.size = sizeof(struct settings_remote),
};

#undef AT
#define AT(field) .offset = offsetof(struct settings, field)
static const struct settings_key root_keys[] = {
	{ .name = "apiVersion",
	  .type = SETTINGS_WORD,
	  .required = true,
	  .choices = versions,
	  AT(api_version),
	  .summary = "the version of this file's format" },
	{ .name = "budgets",
	  .type = SETTINGS_SECTION,
	  .section = &budgets_section,
	  AT(budgets),
	  .summary = "how much one change may do to one target" },
	{ .name = "failOn",
	  .type = SETTINGS_CHOICE,
	  .choices = severities,
	  AT(fail_on),
	  .summary = "fail from this severity on (default: error)" },
	{ .name = "gate",
	  .type = SETTINGS_SECTION,
	  .section = &gate_section,
	  AT(gate),
	  .summary = "flags of `gate`" },
	{ .name = "hook",
	  .type = SETTINGS_SECTION,
	  .section = &hook_section,
	  AT(hook),
	  .summary = "settings of a clone's git hooks" },
	{ .name = "ignore",
	  .type = SETTINGS_LIST,
	  .section = &ignore_section,
	  AT(ignore),
	  .summary = "fields whose differences plans leave out and count" },
	{ .name = "kind",
	  .type = SETTINGS_WORD,
	  .required = true,
	  .choices = kinds,
	  AT(kind),
	  .summary = "Config" },
	{ .name = "kubernetesVersion",
	  .type = SETTINGS_STRING,
	  AT(kubernetes_version),
	  .summary =
		  "the release to validate for (default: the cluster's, else the newest known)" },
	{ .name = "level",
	  .type = SETTINGS_CHOICE,
	  .choices = levels,
	  AT(level),
	  .summary = "ask clusters at most this (default: dry-run where there is a kubeconfig)" },
	{ .name = "minLevel",
	  .type = SETTINGS_CHOICE,
	  .choices = levels,
	  AT(min_level),
	  .summary = "an object that is checked less than this is undecided" },
	{ .name = "noDryRunWebhooks",
	  .type = SETTINGS_STRINGS,
	  AT(no_dry_run_webhooks),
	  .summary = "admission webhooks that can't dry-run: what they refuse is only read" },
	{ .name = "remote",
	  .type = SETTINGS_SECTION,
	  .section = &remote_section,
	  AT(remote),
	  .summary = "remote sources in gates and on servers" },
	{ .name = "reports",
	  .type = SETTINGS_LIST,
	  .section = &report_section,
	  AT(reports),
	  .summary = "what a gate without -o writes" },
	{ .name = "rules",
	  .type = SETTINGS_WORDS,
	  .choices = effects,
	  AT(rules),
	  .summary = "the severity of rules by id (`rules` lists them); an id may end in '*', and "
		     "the last one that fits counts" },
	{ .name = "stacks",
	  .type = SETTINGS_LIST,
	  .section = &stack_section,
	  AT(stacks),
	  .summary =
		  "Docker Swarm's stacks that several files make, or that file names don't tell" },
	{ .name = "targets",
	  .type = SETTINGS_LIST,
	  .section = &target_section,
	  AT(targets),
	  .summary = "the clusters that the repository is applied to" },
};
static const struct settings defaults = {
	.level = -1,
	.min_level = -1,
	.fail_on = -1,
	.budgets = { -1, -1, -1 },
	.hook = { .level = -1, .fail_on = -1, .on_undecided = -1 },
	.gate = { -1, -1, -1 },
};
const struct settings_section settings_root = {
	.summary = "what a repository says to kubectl-gitops",
	.keys = root_keys,
	.count = ARRAY_SIZE(root_keys),
	.size = sizeof(struct settings),
	.defaults = &defaults,
};

const struct settings *settings_default(void)
{
	return &defaults;
}
