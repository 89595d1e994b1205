/* Merges, made in memory. */
#include "tests/unit/git_folder.h"
#include <stdlib.h>
#include <string.h>

#define SIDES TWO_COMMITS "git checkout -q -b x HEAD~1; "

static const struct {
	const char *script, *listing, *f, *error;
} merges[] = {
	{ SIDES "echo new >new; git add new; git commit -qm new", "d é=2 f=1 new=1 ", "two\n",
	  NULL },
	{ SIDES
	  "seq 20 >f; git commit -qam s; git checkout -q main; git reset -q --hard x; sed -i "
	  "'s/^1$/one/' f; "
	  "git commit -qam 1; git checkout -q x; sed -i 's/^20$/twenty/' f; git commit -qam 20",
	  "d é=2 f=1 ",
	  "one\n2\n3\n4\n5\n6\n7\n8\n9\n10\n11\n12\n13\n14\n15\n16\n17\n18\n19\ntwenty\n", NULL },
	{ SIDES "git mv f h; git commit -qm mv", "d é=2 h=1 ", NULL, NULL },
	{ SIDES "true", "d é=2 f=1 ", "two\n", NULL },
	{ SIDES "git merge -q main", "d é=2 f=1 ", "two\n", NULL },
	{ SIDES "echo three >f; git commit -qam three", NULL, NULL,
	  "f: merging $ into & has a conflict here" },
	{ SIDES "git rm -q f; echo x >'d é/g h.yaml'; git commit -qam rm; git checkout -q main; "
		"echo y >'d é/g h.yaml'; "
		"git commit -qam y",
	  NULL, NULL, "d é/g h.yaml: merging $ into & has a conflict here and in 1 more files" },
	{ SIDES "git checkout -q --orphan o; git commit -qm o; git branch -qf x o", NULL, NULL,
	  "& and $ have no commit in common" },
};

/* & in `error` is the commit that is merged into. */
static void check_refused(const struct err *err, const char *error, const char *ours)
{
	const char *want = expand(error, "x");
	char message[1024];

	want = arena_printf(&run.arena, "%.*s%.7s%s", (int)strcspn(want, "&"), want, ours,
			    strchr(want, '&') + 1);
	ck_assert_str_eq(err_format(err, message, sizeof(message)), want);
}

static void check_merge(const char *script, const char *files, const char *f, const char *error)
{
	char ours[GIT_ID], theirs[GIT_ID];
	struct repo_ids conflicts;
	struct err err = ERR_INIT;
	const char *objects;
	struct repo *r;
	struct view *v;

	sh(script);
	ENTER("r");
	objects = say("find .git/objects -type f | sort | sha1sum");
	r = open_repo();
	ck_assert_int_eq(repo_resolve(r, "main", ours, &err), 0);
	ck_assert_int_eq(repo_resolve(r, "x", theirs, &err), 0);
	v = repo_view_merge(r, &run.arena, ours, theirs, &conflicts, &err);
	if (error) {
		ck_assert_ptr_null(v);
		check_refused(&err, error, ours);
	} else {
		ck_assert_msg(v != NULL, "%s", err.msg);
		ck_assert_str_eq(listing(v, ""), files);
		if (f)
			ck_assert_str_eq(read_text(v, "f"), f);
	}
	view_free(v);
	repo_free(r);
	ck_assert_str_eq(say("find .git/objects -type f | sort | sha1sum"), objects);
}

START_TEST(merges_in_memory)
{
	check_merge(merges[_i].script, merges[_i].listing, merges[_i].f, merges[_i].error);
}
END_TEST

/* What libgit2 does not open is merged tree by tree; only renames are not followed there. */
START_TEST(merges_sha256)
{
	const char *moved = "f: merging $ into & has a conflict here";
	bool moves = strstr(merges[_i].script, "git mv") != NULL;

	setenv("GIT_DEFAULT_HASH", "sha256", 1);
	check_merge(merges[_i].script, moves ? NULL : merges[_i].listing, merges[_i].f,
		    moves ? moved : merges[_i].error);
	unsetenv("GIT_DEFAULT_HASH");
}
END_TEST

START_TEST(merges_a_partial_clone)
{
	char ours[GIT_ID], theirs[GIT_ID];
	struct repo_ids conflicts;
	struct err err = ERR_INIT;
	struct repo *r;
	struct view *v;

	sh(merges[1].script);
	sh("cd r; git config uploadpack.allowFilter true; cd ..; "
	   "git clone -q --filter=blob:none --no-checkout \"file://$PWD/r\" p");
	ENTER("p");
	r = open_repo();
	ck_assert_int_eq(repo_resolve(r, "origin/main", ours, &err), 0);
	ck_assert_int_eq(repo_resolve(r, "origin/x", theirs, &err), 0);
	v = repo_view_merge(r, &run.arena, ours, theirs, &conflicts, &err);
	ck_assert_msg(v != NULL, "%s", err.msg);
	ck_assert_str_eq(read_text(v, "f"), merges[1].f);
	view_free(v);
	repo_free(r);
}
END_TEST

SUITE(git_merges)
{
	Suite *s = suite_create("git_merges");
	TCase *tc = tcase_create("git_merges");

	add_git_case(s, tc);
	tcase_add_loop_test(tc, merges_in_memory, 0, ARRAY_SIZE(merges));
	tcase_add_loop_test(tc, merges_sha256, 0, ARRAY_SIZE(merges));
	tcase_add_test(tc, merges_a_partial_clone);
	return s;
}
