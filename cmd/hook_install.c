#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include "base/files.h"
#include "cmd/hook.h"

/*
 * A hook of ours is a script of a few lines that calls this program. What stood there before is
 * moved aside, runs first, and comes back with `hook uninstall`.
 */

#define MARK "# a hook of kubectl-gitops; 'kubectl gitops hook uninstall' takes it away"
#define ASIDE ".before-gitops"

/* With core.hooksPath git looks nowhere else: one folder for all repositories has to pass on each.
 */
static const char *const passed_on[] = {
	"applypatch-msg", "commit-msg",		"post-applypatch",    "post-checkout",
	"post-commit",	  "post-merge",		"post-rewrite",	      "pre-applypatch",
	"pre-auto-gc",	  "pre-commit",		"pre-merge-commit",   "pre-push",
	"pre-rebase",	  "prepare-commit-msg", "sendemail-validate",
};

static const char *hook_name(const struct hook_verb *verb)
{
	return verb->server ? "pre-receive" : verb->pre_commit ? "pre-commit" : "pre-push";
}

/* `text` in single quotes for a shell. */
static const char *quoted(struct arena *a, const char *text)
{
	struct buf b;
	const char *out;

	buf_init(&b, 0);
	buf_char(&b, '\'');
	for (; *text; text++)
		if (*text == '\'')
			buf_str(&b, "'\\''");
		else
			buf_char(&b, *text);
	buf_char(&b, '\'');
	out = buf_dup(&b, a);
	buf_release(&b);
	return out;
}

/* --- the folder ----------------------------------------------------------------------------------
 */

static const char *own_folder(struct run *run)
{
	const char *config = getenv("XDG_CONFIG_HOME"), *home = getenv("HOME");

	if (config && *config == '/')
		return arena_printf(&run->arena, "%s/kubectl-gitops/hooks", config);
	return home && *home ? arena_printf(&run->arena, "%s/.config/kubectl-gitops/hooks", home)
			     : NULL;
}

static const char *global_path(struct run *run)
{
	static const char *const argv[] = { "git",   "config",	       "--global", "--type=path",
					    "--get", "core.hooksPath", NULL };

	return hook_git_line(run, argv);
}

static const char *find_folder(struct run *run, const struct hook_verb *verb, struct err *err)
{
	static const char *const argv[] = { "git",	  "rev-parse", "--path-format=absolute",
					    "--git-path", "hooks",     NULL };
	const char *folder = verb->global ? global_path(run) : hook_git_line(run, argv);

	if (!folder && verb->global)
		folder = own_folder(run);
	if (!folder)
		err_raise(err, ERR_NOT_FOUND, NO_POS,
			  verb->global ? "there is no home folder" : "this is no git repository");
	return folder;
}

static void make_folders(struct run *run, const char *path)
{
	char *copy = arena_strdup(&run->arena, path);

	for (char *p = copy + 1; *p; p++)
		if (*p == '/') {
			*p = '\0';
			mkdir(copy, 0755);
			*p = '/';
		}
	mkdir(copy, 0755);
}

/* --- scripts -------------------------------------------------------------------------------------
 */

static bool is_ours(const char *path)
{
	struct err ignored = ERR_INIT;
	struct buf text;
	bool ours;

	buf_init(&text, 1 << 16);
	ours = !file_read(path, &text, &ignored) && strstr(text.text, MARK);
	buf_release(&text);
	return ours;
}

static const char *own_program(struct run *run)
{
	char path[PATH_MAX];
	ssize_t n = readlink("/proc/self/exe", path, sizeof(path) - 1);

	return n > 0 ? arena_memdup(&run->arena, path, (size_t)n) : "kubectl-gitops";
}

/* What the repository itself has for a hook, when ours stands in a folder for all repositories. */
#define REPOSITORYS "\"$(git rev-parse --path-format=absolute --git-common-dir)/hooks/"

static void write_script(struct run *run, const struct hook_verb *verb, const char *name,
			 bool configured, struct buf *out)
{
	/* Git itself runs a repository's hook beside one of its configuration. */
	const char *before = !verb->global ? "\"$0" ASIDE "\""
			     : configured  ? "''"
					   : arena_printf(&run->arena, REPOSITORYS "%s\"", name);

	buf_printf(out,
		   "#!/bin/sh\n" MARK "\n"
		   "before=%s\n"
		   "gitops=%s\n"
		   "[ -x \"$gitops\" ] || gitops=kubectl-gitops\n"
		   "if command -v \"$gitops\" >/dev/null; then\n"
		   "	exec \"$gitops\" hook %s --chained=\"$before\" -- \"$@\"\n"
		   "fi\n"
		   "echo 'gitops: kubectl-gitops is not installed: nothing was checked' >&2\n"
		   "%s[ ! -x \"$before\" ] || exec \"$before\" \"$@\"\n",
		   before, quoted(&run->arena, own_program(run)), name,
		   verb->server ? "exit 1\n" : "");
}

static void write_passing(struct run *run, const char *name, struct buf *out)
{
	buf_printf(out,
		   "#!/bin/sh\n" MARK "\n"
		   "before=%s\n"
		   "[ ! -x \"$before\" ] || exec \"$before\" \"$@\"\n",
		   arena_printf(&run->arena, REPOSITORYS "%s\"", name));
}

static int put(const char *path, const struct buf *script, struct err *err)
{
	if (file_write(path, script->text, script->len, err) < 0)
		return -1;
	if (chmod(path, 0755) < 0)
		return err_raise(err, ERR_IO, NO_POS, "'%s': %s", path, strerror(errno));
	return 0;
}

/* --- install
 * --------------------------------------------------------------------------------------- */

static int move_aside(struct run *run, const char *path, bool *moved, struct err *err)
{
	const char *aside = arena_printf(&run->arena, "%s" ASIDE, path);
	struct stat st;

	*moved = false;
	if (lstat(path, &st) < 0 || is_ours(path))
		return 0;
	if (!lstat(aside, &st))
		return err_raise(err, ERR_REFUSED, NO_POS,
				 "'%s' and '%s' both are hooks that are not ours", path, aside);
	if (rename(path, aside) < 0)
		return err_raise(err, ERR_IO, NO_POS, "'%s': %s", path, strerror(errno));
	*moved = true;
	return 0;
}

/* PASSING runs the repository's own hook alone; CONFIGURED is called beside it. */
enum kind { CHECKING, PASSING, CONFIGURED };

static int install_one(struct run *run, const struct hook_verb *verb, const char *folder,
		       const char *name, enum kind kind, struct err *err)
{
	const char *path = arena_printf(&run->arena, "%s/%s", folder, name);
	struct buf script;
	bool moved;
	int rc;

	if (move_aside(run, path, &moved, err) < 0)
		return -1;
	buf_init(&script, 0);
	if (kind == PASSING)
		write_passing(run, name, &script);
	else
		write_script(run, verb, name, kind == CONFIGURED, &script);
	rc = put(path, &script, err);
	buf_release(&script);
	if (!rc && kind != PASSING)
		printf("%s: installed as %s%s\n", name, path,
		       moved		    ? "; the hook that was there runs first"
		       : kind == CONFIGURED ? ", in git's configuration for all repositories"
					    : "");
	return rc;
}

static int install_global(struct run *run, const struct hook_verb *verb, const char *folder,
			  struct err *err)
{
	const char *const set[] = { "git", "config", "--global", "core.hooksPath", folder, NULL };
	const char *path;
	struct stat st;

	for (size_t i = 0; i < ARRAY_SIZE(passed_on); i++) {
		path = arena_printf(&run->arena, "%s/%s", folder, passed_on[i]);
		if (strcmp(passed_on[i], hook_name(verb)) && lstat(path, &st) < 0 &&
		    install_one(run, verb, folder, passed_on[i], PASSING, err) < 0)
			return -1;
	}
	if (!hook_git_line(run, set))
		return err_raise(err, ERR_IO, NO_POS,
				 "cannot set git config --global core.hooksPath");
	return 0;
}

/* Where git takes hooks from its configuration, no folder stands in for the repositories' own. */
static int install_configured(struct run *run, const struct hook_verb *verb, const char *folder,
			      struct err *err)
{
	const char *path = arena_printf(&run->arena, "%s/%s", folder, hook_name(verb));

	if (install_one(run, verb, folder, hook_name(verb), CONFIGURED, err) < 0)
		return -1;
	return hook_configure(run, hook_name(verb), quoted(&run->arena, path), err);
}

int hook_install(struct run *run, const struct hook_verb *verb, struct err *err)
{
	const char *folder, *there;
	bool configured;

	if (verb->server + verb->pre_commit > 1 || (verb->server && verb->global))
		return err_raise(err, ERR_USAGE, NO_POS, "--server goes with no other option");
	folder = find_folder(run, verb, err);
	if (!folder)
		return -1;
	there = verb->global ? NULL : hook_configured(run, hook_name(verb));
	if (there) {
		printf("%s: git's configuration runs it already, as hook.%s\n", hook_name(verb),
		       there);
		return STATUS_HOLDS;
	}
	make_folders(run, folder);
	/* A folder that somebody else keeps for all repositories only gets our one hook. */
	configured = verb->global && !global_path(run) && hook_git_runs_configured(run);
	if (configured)
		return install_configured(run, verb, folder, err) < 0 ? -1 : STATUS_HOLDS;
	if (verb->global && !global_path(run) && install_global(run, verb, folder, err) < 0)
		return -1;
	return install_one(run, verb, folder, hook_name(verb), CHECKING, err) < 0 ? -1
										  : STATUS_HOLDS;
}

/* --- uninstall and status
 * -------------------------------------------------------------------------- */

static int uninstall_one(struct run *run, const char *folder, const char *name, bool *any,
			 struct err *err)
{
	const char *path = arena_printf(&run->arena, "%s/%s", folder, name);
	const char *aside = arena_printf(&run->arena, "%s" ASIDE, path);

	if (!is_ours(path))
		return 0;
	*any = true;
	if (unlink(path) < 0)
		return err_raise(err, ERR_IO, NO_POS, "'%s': %s", path, strerror(errno));
	if (!rename(aside, path))
		printf("%s: taken away; the hook that was there before is back\n", name);
	else
		printf("%s: taken away\n", name);
	return 0;
}

/* --pre-commit and --server mean their own hook alone; without them all are meant. */
static bool is_meant(const struct hook_verb *verb, const char *name)
{
	return !(verb->server || verb->pre_commit) || !strcmp(name, hook_name(verb));
}

static const char *const all_names[] = { "pre-commit", "pre-push", "pre-receive", "update" };

int hook_uninstall(struct run *run, const struct hook_verb *verb, struct err *err)
{
	static const char *const unset[] = { "git",	"config",	  "--global",
					     "--unset", "core.hooksPath", NULL };
	const char *folder = find_folder(run, verb, err), *own = own_folder(run);
	bool any = false;

	if (verb->global && (verb->server || verb->pre_commit))
		return err_raise(err, ERR_USAGE, NO_POS,
				 "uninstall --global takes all of our hooks away, and goes with no "
				 "other option");
	if (!folder)
		return -1;
	for (size_t i = 0; i < ARRAY_SIZE(all_names); i++) {
		if (!is_meant(verb, all_names[i]))
			continue;
		if (verb->global)
			hook_unconfigure(run, all_names[i]);
		if (uninstall_one(run, folder, all_names[i], &any, err) < 0)
			return -1;
	}
	if (verb->global && global_path(run) && own && !strcmp(folder, own)) {
		for (size_t i = 0; i < ARRAY_SIZE(passed_on); i++)
			if (is_ours(arena_printf(&run->arena, "%s/%s", folder, passed_on[i])))
				unlink(arena_printf(&run->arena, "%s/%s", folder, passed_on[i]));
		hook_git_line(run, unset);
	}
	if (!any)
		printf("no hook of ours in %s\n", folder);
	return STATUS_HOLDS;
}

int hook_status(struct run *run, const struct hook_verb *verb, struct err *err)
{
	const char *folder = find_folder(run, verb, err), *path;
	bool any = false;
	struct stat st;

	if (!folder)
		return -1;
	for (size_t i = 0; i < ARRAY_SIZE(all_names); i++) {
		path = arena_printf(&run->arena, "%s/%s", folder, all_names[i]);
		if (!is_meant(verb, all_names[i]) || lstat(path, &st) < 0)
			continue;
		if (!is_ours(path)) {
			printf("%s: another hook (%s)\n", all_names[i], path);
			continue;
		}
		any = true;
		printf("%s: installed as %s%s\n", all_names[i], path,
		       access(arena_printf(&run->arena, "%s" ASIDE, path), X_OK)
			       ? ""
			       : "; the hook that was there runs first");
	}
	any |= hook_configured_status(run);
	if (!any)
		printf("no hook of ours in %s\n", folder);
	return any ? STATUS_HOLDS : STATUS_FAILS;
}
