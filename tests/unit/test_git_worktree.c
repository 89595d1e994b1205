/* The index, the work tree, and paths in it. */
#include "tests/unit/git_folder.h"
#include <stdlib.h>

static const struct {
	const char *script, *listing, *dir, *f;
} indexes[] = {
	{ "echo staged >f; git add f; echo later >f; echo n >new", "d é=2 f=1 ", "g h.yaml=1 ",
	  "staged\n" },
	{ "git sparse-checkout set --cone --sparse-index", "d é=2 f=1 ", "g h.yaml=1 ", "two\n" },
	{ "git update-index --split-index; echo s >f; git add f", "d é=2 f=1 ", "g h.yaml=1 ",
	  "s\n" },
	{ "git update-index --index-version 4", "d é=2 f=1 ", "g h.yaml=1 ", "two\n" },
	{ "echo n >new; git add -N new", "d é=2 f=1 ", "g h.yaml=1 ", "two\n" },
};

START_TEST(reads_the_index)
{
	struct err err = ERR_INIT;
	struct repo *r;
	struct view *v;

	two_commits();
	sh(indexes[_i].script);
	r = open_repo();
	v = repo_view_index(r, &err);
	ck_assert_msg(v != NULL, "%s", err.msg);
	ck_assert_str_eq(listing(v, ""), indexes[_i].listing);
	ck_assert_str_eq(listing(v, "d é"), indexes[_i].dir);
	ck_assert_str_eq(read_text(v, "f"), indexes[_i].f);
	ck_assert_int_eq(view_kind(v, "d"), VIEW_ABSENT);
	ck_assert_int_eq(view_kind(v, "d é"), VIEW_DIR);
	ck_assert_int_eq(view_kind(v, "f/x"), VIEW_ABSENT);
	view_free(v);
	repo_free(r);
}
END_TEST

START_TEST(reads_the_index_that_git_names)
{
	struct err err = ERR_INIT;
	struct repo *r;
	struct view *v;

	two_commits();
	sh("cp .git/index 'i é'; echo temporary >f; GIT_INDEX_FILE='i é' git add f; git reset -q");
	setenv("GIT_INDEX_FILE", "i é", 1);
	r = open_repo();
	v = repo_view_index(r, &err);
	ck_assert_str_eq(read_text(v, "f"), "temporary\n");
	view_free(v);
	repo_free(r);
}
END_TEST

START_TEST(reads_an_unmerged_index)
{
	struct err err = ERR_INIT;
	struct repo *r;
	struct view *v;

	two_commits();
	sh("git checkout -q -b other HEAD~1; echo three >f; git commit -qam three; ! git merge "
	   "main");
	r = open_repo();
	v = repo_view_index(r, &err);
	ck_assert_str_eq(read_error(v, "f"), "f: is not merged yet in the index");
	ck_assert_str_eq(read_text(v, "d é/g h.yaml"), "g\n");
	view_free(v);
	repo_free(r);
}
END_TEST

START_TEST(reads_the_work_tree)
{
	struct err err = ERR_INIT;
	struct blob blob;
	struct repo *r;
	struct view *v;

	two_commits();
	sh("echo later >f; echo n >new");
	ENTER("d é");
	r = open_repo();
	v = repo_view_worktree(r, &err);
	ck_assert_str_eq(listing(v, ""), "d é=2 f=1 new=1 ");
	ck_assert_str_eq(read_text(v, "f"), "later\n");
	ck_assert_int_eq(view_read(v, "d é/g h.yaml", &blob, &err), 0);
	ck_assert_str_eq(blob.id, say("git rev-parse 'HEAD:./g h.yaml'"));
	ck_assert_str_eq(view_name(v), "the work tree");
	view_free(v);
	repo_free(r);
}
END_TEST

static const struct {
	const char *script;
	size_t count;
	const char *path;
} dirts[] = {
	{ "true", 0, "" },
	{ "echo n >new", 0, "" },
	{ "echo changed >f", 1, "f" },
	{ "echo changed >f; git add f", 1, "f" },
	{ "rm f", 1, "f" },
	{ "git mv f h", 2, "f" },
	{ "touch -d 2001-01-01 f", 0, "" },
	{ "git sparse-checkout set --no-cone /f", 0, "" },
	{ "git sparse-checkout set --cone --sparse-index", 0, "" },
	{ "git sparse-checkout set --cone --sparse-index; echo x >f", 1, "f" },
};

START_TEST(tells_a_dirty_work_tree)
{
	struct err err = ERR_INIT;
	struct repo_dirt dirt;
	struct repo *r;

	two_commits();
	sh(dirts[_i].script);
	r = open_repo();
	ck_assert_msg(!repo_dirty(r, &dirt, &err), "%s", err.msg);
	ck_assert_uint_eq(dirt.count, dirts[_i].count);
	ck_assert_str_eq(dirt.path, dirts[_i].path);
	repo_free(r);
}
END_TEST

static const struct {
	const char *enter, *path, *inside; /* $ is the folder */
} paths[] = {
	{ "r", ".", "" },
	{ "r", "f", "f" },
	{ "r", "../r/f", "f" },
	{ "r/d é", ".", "d é" },
	{ "r/d é", "..", "" },
	{ "r/d é", "../only-in-a-commit/x", "only-in-a-commit/x" },
	{ "r/d é", "g h.yaml", "d é/g h.yaml" },
	{ "link", "f", "f" },
	{ "r", "$/link/f", "f" },
	{ "r", "$/r", "" },
	{ "r", "$/r/", "" },
	{ "r", "out", "out" },
	{ "r", "..", NULL },
	{ "r", "/etc", NULL },
	{ "r", "$/rx", NULL },
};

START_TEST(finds_paths_inside)
{
	struct err err = ERR_INIT;
	const char *path = paths[_i].path;
	struct repo *r;

	sh(TWO_COMMITS "ln -s / out; cd ..; ln -s r link; mkdir rx");
	ENTER(paths[_i].enter);
	if (*path == '$')
		path = arena_printf(&run.arena, "%s%s", folder, path + 1);
	r = open_repo();
	ck_assert_pstr_eq(repo_path(r, &run.arena, path, &err), paths[_i].inside);
	repo_free(r);
}
END_TEST

SUITE(git_worktree)
{
	Suite *s = suite_create("git_worktree");
	TCase *tc = tcase_create("git_worktree");

	add_git_case(s, tc);
	tcase_add_loop_test(tc, reads_the_index, 0, ARRAY_SIZE(indexes));
	tcase_add_test(tc, reads_the_index_that_git_names);
	tcase_add_test(tc, reads_an_unmerged_index);
	tcase_add_test(tc, reads_the_work_tree);
	tcase_add_loop_test(tc, tells_a_dirty_work_tree, 0, ARRAY_SIZE(dirts));
	tcase_add_loop_test(tc, finds_paths_inside, 0, ARRAY_SIZE(paths));
	return s;
}
