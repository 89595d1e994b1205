#include "tests/unit/unit.h"
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include "base/files.h"
#include "base/process.h"
#include "render/git/git.h"
#include "render/guard.h"

/* A real git daemon on a loopback port; the folder serves `r`, with two commits. */

static struct run run;
static struct process server;
static int port;
static char folder[] = "/tmp/gitops-remote-XXXXXX";

static void sh(const char *script)
{
	char *command =
		arena_printf(&run.arena, "set -e; exec >/dev/null 2>&1; cd %s\n%s", folder, script);

	ck_assert_msg(system(command) == 0, "the script failed: %s", script);
}

static const char *say(const char *command)
{
	char line[256] = "";
	FILE *f = popen(arena_printf(&run.arena, "cd %s; %s", folder, command), "r");

	ck_assert_ptr_nonnull(f);
	if (fgets(line, sizeof(line), f))
		line[strcspn(line, "\n")] = '\0';
	ck_assert_msg(pclose(f) == 0, "the command failed: %s", command);
	return arena_strdup(&run.arena, line);
}

static const char *url(void)
{
	return arena_printf(&run.arena, "git://127.0.0.1:%d/r", port);
}

static void serve(void)
{
	const char *argv[] = { "git", "daemon", "--reuseaddr", "--export-all", "--listen=127.0.0.1",
			       NULL,  NULL,	NULL };
	struct process_options o = { .argv = argv };
	struct err err = ERR_INIT;

	for (int try = 0; try < 20; try++) {
		port = 20000 + (getpid() * 7 + try * 131) % 30000;
		argv[5] = arena_printf(&run.arena, "--port=%d", port);
		argv[6] = arena_printf(&run.arena, "--base-path=%s", folder);
		ck_assert_msg(!process_start(&o, &server, &err), "%s", err.msg);
		for (int i = 0; i < 100 && !kill(server.pid, 0); i++) {
			if (!system(arena_printf(&run.arena, "git ls-remote -q %s >/dev/null 2>&1",
						 url())))
				return;
			usleep(20000);
		}
		process_stop(&server);
	}
	ck_abort_msg("no git daemon");
}

static void setup(void)
{
	run_init(&run);
	ck_assert_ptr_nonnull(mkdtemp(folder));
	setenv("HOME", folder, 1);
	setenv("XDG_CACHE_HOME", arena_printf(&run.arena, "%s/cache", folder), 1);
	setenv("GIT_CONFIG_NOSYSTEM", "1", 1);
	sh("git config --global user.name A; git config --global user.email a@b; git config "
	   "--global "
	   "safe.directory '*'; git init -q -b main r; cd r; mkdir d; echo one >d/f; git add .; "
	   "git commit -qm one; git tag -am x v1; echo two >d/f; git commit -qam two; "
	   "git branch feature/x HEAD~1");
	setenv("GIT_ALLOW_PROTOCOL", "git", 1);
	serve();
}

static void teardown(void)
{
	process_stop(&server);
	ck_assert_int_eq(system(arena_printf(&run.arena, "rm -rf '%s'", folder)), 0);
	run_release(&run);
}

static struct view *open_ref(const char *ref, char commit[GIT_ID], struct err *err)
{
	struct remote remote = { .url = url(), .ref = ref };

	return remote_open(&run, &remote, commit, err);
}

static const struct {
	const char *ref; /* $1 and $2 are the commits' ids, %1 and %2 their first seven digits */
	const char *text, *error;
} refs[] = {
	{ NULL, "two\n", NULL },
	{ "main", "two\n", NULL },
	{ "v1", "one\n", NULL },
	{ "feature/x", "one\n", NULL },
	{ "refs/heads/main", "two\n", NULL },
	{ "$2", "two\n", NULL },
	{ "%1", "one\n", NULL },
	{ "nope", NULL, "fatal: couldn't find remote ref nope" },
	{ "deadbeef", NULL, "it has no branch, tag or commit 'deadbeef'" },
	{ "--upload-pack=x", NULL, "'--upload-pack=x' is no branch, tag or commit" },
	{ "a b", NULL, "'a b' is no branch, tag or commit" },
	{ "main:refs/heads/evil", NULL, "'main:refs/heads/evil' is no branch, tag or commit" },
};

static const char *expand(const char *ref)
{
	if (ref && (*ref == '$' || *ref == '%'))
		return arena_printf(&run.arena, "%.*s", *ref == '$' ? 40 : 7,
				    say(ref[1] == '2' ? "git -C r rev-parse main"
						      : "git -C r rev-parse main~1"));
	return ref;
}

START_TEST(fetches_refs)
{
	struct err err = ERR_INIT;
	char commit[GIT_ID];
	struct origin_pos pos;
	struct blob blob;
	struct view *v = open_ref(expand(refs[_i].ref), commit, &err);

	if (refs[_i].error) {
		ck_assert_ptr_null(v);
		ck_assert_str_eq(err.msg, arena_printf(&run.arena, "repository '%s': %s", url(),
						       refs[_i].error));
		return;
	}
	ck_assert_msg(v != NULL, "%s", err.msg);
	ck_assert_int_eq(view_read(v, "d/f", &blob, &err), 0);
	ck_assert_str_eq(blob.text, refs[_i].text);
	ck_assert(origins_resolve(run.origins, blob.origin, &pos));
	ck_assert_str_eq(pos.file, "d/f");
	ck_assert_str_eq(pos.source, arena_printf(&run.arena, "%s@%s", url(), commit));
	view_free(v);
}
END_TEST

/* What was asked for is remembered for one run. */
static void another_run(void)
{
	reach_free(run.reach);
	run.reach = reach_new();
}

START_TEST(follows_a_branch_and_keeps_commits)
{
	char first[GIT_ID], second[GIT_ID], again[GIT_ID];
	struct err err = ERR_INIT;
	struct view *v;

	view_free(open_ref("main", first, &err));
	sh("cd r; echo three >d/f; git commit -qam three");
	view_free(open_ref("main", second, &err));
	ck_assert_str_eq(first, second);
	another_run();
	view_free(open_ref("main", second, &err));
	ck_assert_str_ne(first, second);
	ck_assert_str_eq(second, say("git -C r rev-parse main"));
	/* Without the network: a commit that is known, and a branch as it was seen last. */
	process_stop(&server);
	v = open_ref(first, again, &err);
	ck_assert_msg(v != NULL, "%s", err.msg);
	ck_assert_str_eq(again, first);
	view_free(v);
	another_run();
	ck_assert_ptr_null(open_ref("main", again, &err));
	run.offline = true;
	v = open_ref("main", again, &err);
	ck_assert_msg(v != NULL, "%s", err.msg);
	ck_assert_str_eq(again, second);
	view_free(v);
	ck_assert_ptr_null(open_ref("feature/x", again, &err));
	ck_assert_ptr_nonnull(strstr(err.msg, "is not in the cache, and this run is offline"));
}
END_TEST

/* In a hook git's environment is about the repository that is pushed to, and never the cache. */
START_TEST(heeds_no_repository_of_the_environment)
{
	char commit[GIT_ID];
	struct err err = ERR_INIT;
	struct blob blob;
	struct view *v;

	sh("git init -q --bare other; mkdir quarantine");
	setenv("GIT_DIR", arena_printf(&run.arena, "%s/other", folder), 1);
	setenv("GIT_OBJECT_DIRECTORY", arena_printf(&run.arena, "%s/quarantine", folder), 1);
	setenv("GIT_QUARANTINE_PATH", arena_printf(&run.arena, "%s/quarantine", folder), 1);
	v = open_ref("main", commit, &err);
	ck_assert_msg(v != NULL, "%s", err.msg);
	ck_assert_int_eq(view_read(v, "d/f", &blob, &err), 0);
	ck_assert_int_eq(rmdir(arena_printf(&run.arena, "%s/quarantine", folder)), 0);
	view_free(v);
}
END_TEST

START_TEST(works_without_a_cache)
{
	char commit[GIT_ID];
	struct err err = ERR_INIT;
	struct blob blob;
	struct view *v;

	setenv("XDG_CACHE_HOME", "/dev/null", 1);
	setenv("TMPDIR", folder, 1);
	v = open_ref("main", commit, &err);
	ck_assert_msg(v != NULL, "%s", err.msg);
	ck_assert_int_eq(view_read(v, "d/f", &blob, &err), 0);
	ck_assert_str_eq(say("ls -d kubectl-gitops-* | wc -l"), "1");
	view_free(v);
	ck_assert_str_eq(say("ls -d kubectl-gitops-* 2>/dev/null | wc -l"), "0");
}
END_TEST

START_TEST(only_protocols_that_are_allowed)
{
	char commit[GIT_ID];
	struct err err = ERR_INIT;

	unsetenv("GIT_ALLOW_PROTOCOL");
	ck_assert_ptr_null(open_ref("main", commit, &err));
	ck_assert_str_eq(err.msg,
			 arena_printf(&run.arena,
				      "repository '%s': fatal: transport 'git' not allowed",
				      url()));
	err_clear(&err);
	ck_assert_ptr_null(
		remote_open(&run, &(struct remote){ .url = "ext::sh -c id" }, commit, &err));
	ck_assert_str_eq(err.msg, "repository 'ext::sh -c id': fatal: transport 'ext' not allowed");
}
END_TEST

static const struct {
	const char *url, *allowed, *error;
} gates[] = {
	{ "https://example.com/x", "example.org",
	  "host 'example.com' is not one that the base uses; remote.hosts" },
	{ "https://example.com/x", "*.example.com", "host 'example.com' is not one" },
	{ "https://notexample.com/x", "*.example.com", "host 'notexample.com' is not one" },
	{ "https://part.base.example/x", "", "host 'part.base.example' is not one" },
	{ "https://base/x", "", "host 'base' is not one" },
	{ "https://127.0.0.1/x", "", "host '127.0.0.1' has a private or local address" },
	{ "https://user:word@127.0.0.1:8/x", "",
	  "host '127.0.0.1' has a private or local address" },
	{ "https://[::1]/x", "", "host '::1' is not one" },
	{ "git@169.254.169.254:x", "", "host '169.254.169.254' has a private or local address" },
	{ "/etc", "x", "it names no host" },
	/* What the configuration names may be anywhere: it is asked, and nothing listens there. */
	{ "https://127.0.0.1:1/x", "127.0.0.1", "127.0.0.1:1" },
	{ "https://LOCALHOST:1/x", "localhost", "LOCALHOST:1" },
};

START_TEST(a_gate_limits_hosts)
{
	struct view *base = view_new_memory(&run, "base");
	static const char text[] = "resources:\n- https://127.0.0.1/a\n- git@169.254.169.254:b\n"
				   "- https://other.part.base.example/c\n- base/x\n";
	struct settings settings = *settings_default();
	struct remote remote = { gates[_i].url };
	char commit[GIT_ID];
	struct err err = ERR_INIT;

	view_memory_add(base, "apps/kustomization.yaml", text, sizeof(text) - 1);
	*vec_push(&run.arena, &settings.remote.hosts) = gates[_i].allowed;
	guard_set(&run, &settings, base);
	ck_assert_ptr_null(remote_open(&run, &remote, commit, &err));
	ck_assert_msg(strstr(err.msg, gates[_i].error), "%s", err.msg);
	ck_assert_ptr_null(strstr(err.msg, "word"));
	run.guard = NULL;
	view_free(base);
}
END_TEST

static const struct {
	const char *url, *host;
} hosts[] = {
	{ "https://github.com/a/b", "github.com" },
	{ "https://u:p@github.com:443/a/b?ref=x@y", "github.com" },
	{ "ssh://git@host:22/x", "host" },
	{ "git@github.com:a/b.git", "github.com" },
	{ "https://[2001:db8::1]:8/x", "2001:db8::1" },
	{ "./a:b", NULL },
	{ "/srv/x", NULL },
	{ "https:///x", NULL },
};

START_TEST(finds_hosts)
{
	ck_assert_pstr_eq(remote_host(&run.arena, hosts[_i].url), hosts[_i].host);
}
END_TEST

START_TEST(writes_files_whole)
{
	const char *path = arena_printf(&run.arena, "%s/file", folder);
	struct err err = ERR_INIT;
	struct buf b;

	buf_init(&b, 6);
	ck_assert_int_eq(file_write(path, "old", 3, &err), 0);
	ck_assert_int_eq(file_write(path, "n\0w", 3, &err), 0);
	ck_assert_int_eq(file_read(path, &b, &err), 0);
	ck_assert_uint_eq(b.len, 3);
	ck_assert(!memcmp(b.text, "n\0w", 3));
	ck_assert_int_eq(file_write(path, "more than six", 13, &err), 0);
	buf_cut(&b, 0);
	ck_assert_int_eq(file_read(path, &b, &err), -1);
	ck_assert_int_eq(err.code, ERR_LIMIT);
	ck_assert_int_eq(file_write("/nowhere/x", "", 0, &err), -1);
	ck_assert_int_eq(err.code, ERR_NOT_FOUND);
	ck_assert_str_eq(say("ls file*"), "file");
	buf_release(&b);
}
END_TEST

SUITE(remote)
{
	Suite *s = suite_create("remote");
	TCase *tc = tcase_create("remote");

	suite_add_tcase(s, tc);
	tcase_set_timeout(tc, 30);
	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_loop_test(tc, fetches_refs, 0, ARRAY_SIZE(refs));
	tcase_add_test(tc, follows_a_branch_and_keeps_commits);
	tcase_add_test(tc, heeds_no_repository_of_the_environment);
	tcase_add_test(tc, works_without_a_cache);
	tcase_add_test(tc, only_protocols_that_are_allowed);
	tcase_add_loop_test(tc, a_gate_limits_hosts, 0, ARRAY_SIZE(gates));
	tcase_add_loop_test(tc, finds_hosts, 0, ARRAY_SIZE(hosts));
	tcase_add_test(tc, writes_files_whole);
	return s;
}
