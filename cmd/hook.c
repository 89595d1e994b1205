#include "cmd/hook.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "base/process.h"
#include "base/text.h"

enum { MAX_INPUT = 16 << 20 };

#define AT(field) .offset = offsetof(struct hook_verb, field)
static const struct option hook_options[] = {
	{ .name = "pre-commit",
	  .type = OPTION_FLAG,
	  AT(pre_commit),
	  .summary = "install the hook that checks what is staged, before each commit" },
	{ .name = "server",
	  .type = OPTION_FLAG,
	  AT(server),
	  .summary = "install the hook that checks what a bare repository receives" },
	{ .name = "global",
	  .type = OPTION_FLAG,
	  AT(global),
	  .summary = "install for all of the user's repositories" },
	{ .name = "chained",
	  .type = OPTION_STRING,
	  .value = "FILE",
	  .hidden = true,
	  AT(chained),
	  .summary = "run this hook first, and stop where it fails" },
};
static const struct option_group groups[] = {
	{ "Options", hook_options, ARRAY_SIZE(hook_options), 0 },
	{ "General", common_options, 2, 0 },
};

/* --- git's own call ------------------------------------------------------------------------------
 */

static int read_input(struct buf *out, struct err *err)
{
	char part[65536];
	ssize_t n;

	if (isatty(STDIN_FILENO))
		return 0;
	while ((n = read(STDIN_FILENO, part, sizeof(part))) > 0 && !out->full)
		buf_add(out, part, (size_t)n);
	if (n < 0 || out->full)
		return err_raise(err, out->full ? ERR_LIMIT : ERR_IO, NO_POS,
				 "cannot read what git says on standard input");
	return 0;
}

/* The hook that was there before: the same arguments, input and folder; its status. */
static int run_chained(struct run *run, const char *file, const struct arguments *rest,
		       const struct buf *input, struct err *err)
{
	const char **argv = arena_array(&run->arena, rest->count + 1, const char *);
	struct process_options o = {
		.argv = argv, .input = input->text, .input_len = input->len, .flags = PROCESS_STDERR
	};
	struct process_result result SCOPED(process_result_release) = { 0 };

	if (access(file, X_OK) < 0)
		return 0;
	argv[0] = strchr(file, '/') ? file : arena_printf(&run->arena, "./%s", file);
	for (size_t i = 1; i < rest->count; i++)
		argv[i] = rest->items[i];
	if (process_run(&o, &result, err) < 0)
		return -1;
	fwrite(result.out.text, 1, result.out.len, stdout);
	fflush(stdout);
	return result.status;
}

struct call {
	const struct arguments *rest; /* the action's name, then git's arguments */
	const struct buf *input;
};

static int pre_commit(struct hook *h, void *data)
{
	struct hook_update update = { .what = "the commit",
				      .sides = { .commit = "", .repo = h->repo } };
	char head[GIT_ID];
	struct err err = ERR_INIT;
	int status = STATUS_UNDECIDED;

	(void)data;
	update.sides.prefix = "";
	update.sides.head = repo_view_index(h->repo, &err);
	if (!repo_resolve(h->repo, "HEAD", head, &(struct err)ERR_INIT)) {
		update.sides.base = repo_view_commit(h->repo, head, &err);
		update.sides.base_commit = head;
		update.sides.base_why = "commit that is checked out";
	} else {
		update.sides.base = repo_view_empty(h->repo);
		update.sides.base_commit = "";
		update.sides.base_why = "empty tree: this is a first commit";
	}
	if (update.sides.head && update.sides.base)
		status = hook_plan(h, &update);
	else
		hook_say(h, "%s", err.msg);
	view_free(update.sides.head);
	view_free(update.sides.base);
	return status;
}

/* The pre-commit framework runs a pre-push hook with variables for git's input. */
static const char *framework_line(struct run *run)
{
	const char *from = getenv("PRE_COMMIT_FROM_REF"), *to = getenv("PRE_COMMIT_TO_REF");
	const char *local = getenv("PRE_COMMIT_LOCAL_BRANCH"),
		   *remote = getenv("PRE_COMMIT_REMOTE_BRANCH");

	if (!to || !*to)
		return NULL;
	return arena_printf(&run->arena, "%s %s %s %s\n", local && *local ? local : "HEAD", to,
			    remote && *remote ? remote : "refs/heads/HEAD",
			    from && *from ? from : "0000000000000000000000000000000000000000");
}

static int pre_push(struct hook *h, void *data)
{
	const struct call *call = data;
	const char *remote =
		call->rest->count > 1 ? call->rest->items[1] : getenv("PRE_COMMIT_REMOTE_NAME");
	const char *text = call->input->len ? call->input->text : framework_line(h->run);
	struct hook_refs refs = { 0 };
	struct err err = ERR_INIT;

	if (hook_read_refs(&h->run->arena, text ? text : "", false, &refs, &err) < 0) {
		hook_say(h, "%s", err.msg);
		return STATUS_UNDECIDED;
	}
	return hook_plan_refs(h, &refs, remote && *remote ? remote : "origin");
}

static int pre_receive(struct hook *h, void *data)
{
	const struct call *call = data;
	struct hook_refs refs = { 0 };
	struct err err = ERR_INIT;

	if (hook_read_refs(&h->run->arena, call->input->text, true, &refs, &err) < 0) {
		hook_say(h, "%s", err.msg);
		return STATUS_UNDECIDED;
	}
	return hook_plan_refs(h, &refs, NULL);
}

/* Git calls it once for each ref: ref, old, new. */
static int update(struct hook *h, void *data)
{
	const struct arguments *rest = ((const struct call *)data)->rest;
	struct hook_refs refs = { 0 };

	if (rest->count != 4) {
		hook_say(h, "expected a ref, its old and its new commit");
		return STATUS_UNDECIDED;
	}
	*vec_push(&h->run->arena, &refs) = (struct hook_ref){
		.local = rest->items[1],
		.remote = rest->items[1],
		.old_id = rest->items[2],
		.new_id = rest->items[3],
	};
	return hook_plan_refs(h, &refs, NULL);
}

static const struct git_hook {
	const char *name;
	bool server, input;
	int (*run)(struct hook *h, void *data);
} git_hooks[] = {
	/* by name */
	{ "pre-commit", false, false, pre_commit },
	{ "pre-push", false, true, pre_push },
	{ "pre-receive", true, true, pre_receive },
	{ "update", true, false, update },
};

static int run_git_hook(struct run *run, const struct git_hook *g, const struct hook_verb *verb,
			const struct arguments *rest, struct err *err)
{
	struct buf input SCOPED(buf_release);
	struct call call = { rest, &input };
	struct hook h;
	int rc = 0;

	buf_init(&input, MAX_INPUT);
	if (g->input && read_input(&input, err) < 0)
		return -1;
	if (verb->chained && (rc = run_chained(run, verb->chained, rest, &input, err)))
		return rc;
	if (hook_open(run, g->name, g->server, &h, err) < 0)
		return -1;
	if (hook_skipped(&h, g->name))
		rc = STATUS_HOLDS;
	else if (g->server)
		rc = hook_guarded(&h, g->run, &call);
	else
		rc = g->run(&h, &call);
	rc = hook_verdict(&h, rc);
	hook_close(&h);
	return rc;
}

/* --- the verb ------------------------------------------------------------------------------------
 */

static const struct {
	const char *name;
	int (*run)(struct run *run, const struct hook_verb *verb, struct err *err);
} actions[] = {
	{ "install", hook_install },
	{ "status", hook_status },
	{ "uninstall", hook_uninstall },
};

static const char *did_you_mean(struct run *run, const char *name)
{
	struct nearest near = nearest_to(name, strlen(name));

	for (size_t i = 0; i < ARRAY_SIZE(actions); i++)
		nearest_try(&near, actions[i].name);
	for (size_t i = 0; i < ARRAY_SIZE(git_hooks); i++)
		nearest_try(&near, git_hooks[i].name);
	return near.best ? arena_printf(&run->arena, ", did you mean '%s'?", near.best)
			 : "; there is install, status and uninstall";
}

static int hook_run(struct run *run, void *options, const struct arguments *rest, struct err *err)
{
	const char *name = rest->count ? rest->items[0] : NULL;
	size_t i;

	if (!name)
		return err_raise(
			err, ERR_USAGE, NO_POS,
			"hook what? install, uninstall, status; git itself calls pre-push, "
			"pre-commit, pre-receive and update");
	for (i = 0; i < ARRAY_SIZE(git_hooks); i++)
		if (!strcmp(git_hooks[i].name, name))
			return run_git_hook(run, &git_hooks[i], options, rest, err);
	for (i = 0; i < ARRAY_SIZE(actions); i++)
		if (!strcmp(actions[i].name, name))
			return rest->count > 1 ? err_raise(err, ERR_USAGE, NO_POS,
							   "unknown argument '%s'", rest->items[1])
					       : actions[i].run(run, options, err);
	return err_raise(err, ERR_USAGE, NO_POS, "unknown hook action '%s'%s", name,
			 did_you_mean(run, name));
}

const struct command cmd_hook = {
	.name = "hook",
	.arguments = "install|uninstall|status",
	.summary = "check what is pushed or committed, from git's own hooks",
	.description =
		"`hook install` puts a pre-push hook into this repository; one that is there "
		"already is "
		"kept and runs first. --pre-commit checks what is staged before each commit, "
		"--server what "
		"a bare repository receives. Only problems that the push adds stop it.\n\n"
		"Settings are git's configuration (git config gitops.NAME VALUE):\n"
		"  gitops.level        offline (default), read or dry-run\n"
		"  gitops.context      the kubeconfig's context to ask; default: the current one\n"
		"  gitops.kubernetesVersion  release to validate for\n"
		"  gitops.failOn       info, warning or error (default)\n"
		"  gitops.onUndecided  pass or refuse what could not be decided; default: pass in "
		"a clone,\n"
		"                      refuse on a server\n"
		"  gitops.allowSkip    whether a push may be let through with a reason; default: "
		"true in a\n"
		"                      clone, false on a server\n"
		"  gitops.network      whether a server's hook may use the network; default: "
		"false\n"
		"  gitops.hosts        with the network, hosts that it may ask beside those that "
		"the base names;\n"
		"                      *.example.org stands for all below\n"
		"  gitops.timeout      seconds that a server's hook may take; default: 4\n"
		"  gitops.memory       megabytes that a server's hook may take; default: 2048\n\n"
		"KUBECTL_GITOPS_SKIP=REASON git push lets a push through and writes down why; on a "
		"server "
		"it is git push -o gitops.skip=REASON.",
	.groups = groups,
	.group_count = ARRAY_SIZE(groups),
	.options_size = sizeof(struct hook_verb),
	.max_arguments = -1,
	.run = hook_run,
};
