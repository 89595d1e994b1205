#include "tests/unit/git_folder.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "base/buf.h"

struct run run;
char folder[] = "/tmp/gitops-git é X-XXXXXX";

static void setup(void)
{
	static const char *const cleared[] = {
		"GIT_DIR",	  "GIT_WORK_TREE",
		"GIT_INDEX_FILE", "GIT_OBJECT_DIRECTORY",
		"GIT_COMMON_DIR", "GIT_ALTERNATE_OBJECT_DIRECTORIES"
	};
	run_init(&run);
	ck_assert_ptr_nonnull(mkdtemp(folder));
	ck_assert_int_eq(chdir(folder), 0);
	for (size_t i = 0; i < ARRAY_SIZE(cleared); i++)
		unsetenv(cleared[i]);
	setenv("HOME", folder, 1);
	setenv("XDG_CONFIG_HOME", folder, 1);
	setenv("GIT_CONFIG_NOSYSTEM", "1", 1);
	setenv("GIT_AUTHOR_NAME", "A", 1);
	setenv("GIT_AUTHOR_EMAIL", "a@b", 1);
	setenv("GIT_COMMITTER_NAME", "A", 1);
	setenv("GIT_COMMITTER_EMAIL", "a@b", 1);
	setenv("GIT_AUTHOR_DATE", "2020-01-01T00:00:00Z", 1);
	setenv("GIT_COMMITTER_DATE", "2020-01-01T00:00:00Z", 1);
}

static void teardown(void)
{
	ck_assert_int_eq(chdir("/"), 0);
	ck_assert_int_eq(system(arena_printf(&run.arena, "rm -rf '%s'", folder)), 0);
	run_release(&run);
}

/* Run a shell script in the folder; the test fails when one of its lines does. */
void sh(const char *script)
{
	char *command = arena_printf(&run.arena, "set -e; exec >/dev/null 2>&1\n%s", script);

	ck_assert_msg(system(command) == 0, "the script failed: %s", script);
}

/* The first line that a command prints. */
const char *say(const char *command)
{
	char line[256] = "";
	FILE *f = popen(command, "r");

	ck_assert_ptr_nonnull(f);
	if (fgets(line, sizeof(line), f))
		line[strcspn(line, "\n")] = '\0';
	ck_assert_msg(pclose(f) == 0, "the command failed: %s", command);
	return arena_strdup(&run.arena, line);
}

struct repo *open_repo(void)
{
	struct err err = ERR_INIT;
	struct repo *r = repo_open(&run, NULL, &err);

	ck_assert_msg(r != NULL, "%s", err.msg);
	return r;
}

struct view *view_rev(struct repo *r, const char *rev)
{
	struct err err = ERR_INIT;
	char id[GIT_ID];
	struct view *v;

	ck_assert_msg(!repo_resolve(r, rev, id, &err), "%s", err.msg);
	ck_assert_str_eq(
		id,
		say(arena_printf(&run.arena, "git rev-parse $(git rev-parse '%s')^{commit}", rev)));
	v = repo_view_commit(r, id, &err);
	ck_assert_msg(v != NULL, "%s", err.msg);
	return v;
}

const char *read_text(struct view *v, const char *path)
{
	struct err err = ERR_INIT;
	struct blob blob;

	ck_assert_msg(!view_read(v, path, &blob, &err), "%s", err.msg);
	return blob.text;
}

const char *read_error(struct view *v, const char *path)
{
	static char message[ERR_TEXT + ERR_FILE + 32];
	struct err err = ERR_INIT;
	struct blob blob;

	ck_assert_int_eq(view_read(v, path, &blob, &err), -1);
	return err_format(&err, message, sizeof(message));
}

const char *listing(struct view *v, const char *path)
{
	struct err err = ERR_INIT;
	struct view_items items;
	struct buf b;
	const char *out;

	ck_assert_msg(!view_list(v, &run.arena, path, &items, &err), "%s", err.msg);
	buf_init(&b, 0);
	for (size_t i = 0; i < items.count; i++)
		buf_printf(&b, "%s=%d ", items.items[i].name, items.items[i].kind);
	out = buf_dup(&b, &run.arena);
	buf_release(&b);
	return out;
}

void two_commits(void)
{
	sh(TWO_COMMITS);
	ENTER("r");
}

static void check_contents(struct view *head, struct view *before)
{
	ck_assert_str_eq(read_text(head, "f"), "two\n");
	ck_assert_str_eq(read_text(before, "f"), "one\n");
	ck_assert_str_eq(read_text(head, "d é/g h.yaml"), "g\n");
	ck_assert_str_eq(listing(head, ""), "d é=2 f=1 ");
	ck_assert_str_eq(listing(head, "d é"), "g h.yaml=1 ");
}

void check_two_commits(struct repo *r)
{
	struct view *head = view_rev(r, "HEAD"), *before = view_rev(r, "HEAD~1");
	struct blob one, two;
	struct err err = ERR_INIT;

	check_contents(head, before);
	ck_assert_int_eq(view_read(head, "d é/g h.yaml", &one, &err), 0);
	ck_assert_int_eq(view_read(before, "d é/g h.yaml", &two, &err), 0);
	ck_assert_uint_eq(one.origin, two.origin);
	ck_assert_str_eq(one.id, say("git rev-parse 'HEAD:d é/g h.yaml'"));
	view_free(head);
	view_free(before);
}

/* `text` with the short id of `rev` for $ and of the remote's HEAD for @. */
const char *expand(const char *text, const char *rev)
{
	struct buf b;
	const char *out;

	buf_init(&b, 0);
	for (; *text; text++)
		if (*text == '$')
			buf_printf(&b, "%.7s",
				   say(arena_printf(&run.arena, "git rev-parse %s", rev)));
		else if (*text == '@')
			buf_printf(&b, "%.7s", say("git rev-parse origin/HEAD"));
		else
			buf_char(&b, *text);
	out = buf_dup(&b, &run.arena);
	buf_release(&b);
	return out;
}

void add_git_case(Suite *s, TCase *tc)
{
	suite_add_tcase(s, tc);
	tcase_set_timeout(tc, 30);
	tcase_add_checked_fixture(tc, setup, teardown);
}
