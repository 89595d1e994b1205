/* Ways to lay out and to find a repository: all hold the same two commits. */
#include "tests/unit/git_folder.h"
#include <stdlib.h>
#include <string.h>

static const struct {
	const char *name, *script, *enter;
	const char *env[8];
	const char *work_tree; /* below the folder; NULL: bare */
} layouts[] = {
	{ "plain", TWO_COMMITS, "r", { 0 }, "r" },
	{ "subfolder", TWO_COMMITS, "r/d é", { 0 }, "r" },
	{ "packed", TWO_COMMITS "git gc -q", "r", { 0 }, "r" },
	{ "bare", TWO_COMMITS "cd ..; git clone -q --bare r b.git", "b.git", { 0 }, NULL },
	{ "linked work tree",
	  TWO_COMMITS "git worktree add -q --detach '../w é'",
	  "w é",
	  { 0 },
	  "w é" },
	{ "work tree config",
	  TWO_COMMITS "git config extensions.worktreeConfig true; "
		      "git config core.repositoryformatversion 1",
	  "r",
	  { 0 },
	  "r" },
	{ "alternates",
	  TWO_COMMITS "cd ..; git clone -q -s r s; git -C s checkout -q main",
	  "s",
	  { 0 },
	  "s" },
	{ "SHA-256",
	  "git() { if [ $1 = init ]; then shift; command git init --object-format=sha256 "
	  "\"$@\"; else command git \"$@\"; fi; }\n" TWO_COMMITS,
	  "r",
	  { 0 },
	  "r" },
	{ "SHA-256, linked work tree",
	  "GIT_DEFAULT_HASH=sha256; export GIT_DEFAULT_HASH\n" TWO_COMMITS
	  "git worktree add -q --detach ../w",
	  "w",
	  { 0 },
	  "w" },
	{ "sparse checkout", TWO_COMMITS "git sparse-checkout set --no-cone /f", "r", { 0 }, "r" },
	{ "sparse index",
	  TWO_COMMITS "git sparse-checkout set --cone --sparse-index",
	  "r",
	  { 0 },
	  "r" },
	{ "GIT_DIR", TWO_COMMITS, ".", { "GIT_DIR", "r/.git", "GIT_WORK_TREE", "r" }, "r" },
	{ "GIT_DIR alone: the current folder is the work tree",
	  TWO_COMMITS "mkdir ../x",
	  "x",
	  { "GIT_DIR", "../r/.git" },
	  "x" },
	{ "GIT_WORK_TREE", TWO_COMMITS "mkdir ../x", "r", { "GIT_WORK_TREE", "../x" }, "x" },
	{ "GIT_COMMON_DIR",
	  TWO_COMMITS "git worktree add -q --detach ../w; mkdir ../own; cp "
		      ".git/worktrees/w/HEAD ../own; cp .git/worktrees/w/index ../own",
	  "w",
	  { "GIT_DIR", "../own", "GIT_COMMON_DIR", "../r/.git", "GIT_WORK_TREE", "." },
	  "w" },
	{ "quarantine",
	  TWO_COMMITS "cd ..; git init -q -b main --bare b.git; git -C r push -q ../b.git "
		      "main~1:refs/heads/main; "
		      "mkdir 'q:é'; GIT_ALTERNATE_OBJECT_DIRECTORIES=\"$PWD/b.git/objects\" "
		      "GIT_OBJECT_DIRECTORY=\"$PWD/q:é\" git -C b.git fetch -q ../r main; "
		      "git --git-dir=r/.git rev-parse main >b.git/refs/heads/main; "
		      "! git -C b.git cat-file -e main",
	  "b.git",
	  { "GIT_OBJECT_DIRECTORY", "../q:é", "GIT_ALTERNATE_OBJECT_DIRECTORIES", "objects" },
	  NULL },
	{ "quoted alternates",
	  TWO_COMMITS "cd ..; mv r/.git/objects 'o:é'; mkdir r/.git/objects",
	  "r",
	  { "GIT_ALTERNATE_OBJECT_DIRECTORIES", "/nowhere:\"../o:é\"" },
	  "r" },
};

START_TEST(opens_every_layout)
{
	const char *const *env = layouts[_i].env;
	struct repo *r;

	sh(layouts[_i].script);
	ENTER(layouts[_i].enter);
	for (; *env; env += 2)
		setenv(env[0], env[1], 1);
	r = open_repo();
	if (layouts[_i].work_tree)
		ck_assert_str_eq(repo_work_tree(r),
				 arena_printf(&run.arena, "%s/%s", folder, layouts[_i].work_tree));
	else
		ck_assert_ptr_null(repo_work_tree(r));
	check_two_commits(r);
	repo_free(r);
}
END_TEST

START_TEST(no_repository)
{
	struct err err = ERR_INIT;

	sh("mkdir x");
	setenv("GIT_CEILING_DIRECTORIES", "/tmp", 1);
	ck_assert_ptr_null(repo_open(&run, "x", &err));
	ck_assert_int_eq(err.code, ERR_NOT_FOUND);
	ck_assert_str_eq(err.msg, "'x' is not in a git repository");
}
END_TEST

START_TEST(somebody_elses)
{
	struct err err = ERR_INIT;
	struct repo *r;

	if (geteuid() != 0)
		return; /* only root can give a folder away */
	sh(TWO_COMMITS "chown -R 65534 .");
	ENTER("r");
	ck_assert_ptr_null(repo_open(&run, NULL, &err));
	ck_assert_msg(err.code == ERR_REFUSED, "%s", err.msg);
	ck_assert_ptr_nonnull(strstr(err.msg,
				     "belongs to somebody else; if you trust it: git config "
				     "--global --add safe.directory "));
	sh(strstr(err.msg, "git config"));
	r = open_repo();
	check_two_commits(r);
	repo_free(r);
}
END_TEST

SUITE(git_layouts)
{
	Suite *s = suite_create("git_layouts");
	TCase *tc = tcase_create("git_layouts");

	add_git_case(s, tc);
	tcase_add_loop_test(tc, opens_every_layout, 0, ARRAY_SIZE(layouts));
	tcase_add_test(tc, no_repository);
	tcase_add_test(tc, somebody_elses);
	return s;
}
