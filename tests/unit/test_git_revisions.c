/* Revisions, the base that a commit is compared with, parents and subjects. */
#include "tests/unit/git_folder.h"
#include <string.h>

static const struct {
	const char *rev, *error;
} revs[] = {
	{ "main", NULL },
	{ "HEAD^", NULL },
	{ "v1", NULL },
	{ ":/one", NULL },
	{ "main@{0}", NULL },
	{ "HEAD~1^{/one}", NULL },
	{ "nope", "no commit 'nope' in this repository" },
	{ "--help", "no commit '--help' in this repository" },
	{ "", "no commit '' in this repository" },
	{ "HEAD:f", "no commit 'HEAD:f' in this repository" },
	{ "HEAD^{tree}", "no commit 'HEAD^{tree}' in this repository" },
};

START_TEST(resolves_revisions)
{
	struct err err = ERR_INIT;
	char id[GIT_ID];
	struct repo *r;

	two_commits();
	sh("git tag -am x v1 HEAD~1");
	r = open_repo();
	if (revs[_i].error) {
		ck_assert_int_eq(repo_resolve(r, revs[_i].rev, id, &err), -1);
		ck_assert_str_eq(err.msg, revs[_i].error);
	} else {
		view_free(view_rev(r, revs[_i].rev));
	}
	repo_free(r);
}
END_TEST

START_TEST(no_commit_yet)
{
	struct err err = ERR_INIT;
	char id[GIT_ID];
	struct repo *r;

	sh("git init -q");
	r = open_repo();
	ck_assert_int_eq(repo_resolve(r, "HEAD", id, &err), -1);
	ck_assert_str_eq(err.msg, "this repository has no commit yet");
	ck_assert_int_eq(repo_resolve(r, "main", id, &err), -1);
	ck_assert_str_eq(err.msg, "no commit 'main': this repository has no commit yet");
	repo_free(r);
}
END_TEST

#define CLONE TWO_COMMITS "cd ..; git clone -q r c; cd c; "
#define FEATURE                                                                                    \
	CLONE "git checkout -q -b feature; echo 3 >f; git commit -qam 3; echo 4 >f; git commit "   \
	      "-qam 4; "

static const struct {
	const char *script, *enter, *rev, *wanted;
	const char *base; /* a revision, "" the empty tree, NULL an error */
	const char *reason;
} bases[] = {
	{ TWO_COMMITS, "r", "HEAD", NULL, "HEAD~1", "first parent" },
	{ TWO_COMMITS, "r", "HEAD~1", NULL, "", "empty tree: $ is a first commit" },
	{ TWO_COMMITS, "r", "HEAD", "HEAD~1", "HEAD~1", "--base HEAD~1" },
	{ TWO_COMMITS, "r", "HEAD", "nope", NULL, "no commit 'nope' in this repository" },
	{ CLONE, "c", "HEAD", NULL, "HEAD~1", "first parent" },
	{ CLONE "echo 3 >f; git commit -qam 3; echo 4 >f; git commit -qam 4", "c", "HEAD", NULL,
	  "HEAD~2", "merge base with origin/main" },
	{ FEATURE, "c", "HEAD", NULL, "HEAD~2", "merge base with origin/main" },
	{ FEATURE "git push -q -u origin feature", "c", "HEAD", NULL, "HEAD~2",
	  "merge base with origin/main" },
	{ FEATURE
	  "git push -q -u origin HEAD~1:refs/heads/feature; git branch -q -u origin/feature",
	  "c", "HEAD", NULL, "HEAD~1", "merge base with origin/feature" },
	{ FEATURE "git push -q -u origin HEAD~1:refs/heads/feature; git branch -q -u "
		  "origin/feature; git checkout -q main",
	  "c", "feature", NULL, "feature~1", "merge base with origin/feature" },
	{ FEATURE "git remote rename origin up", "c", "HEAD", NULL, "HEAD~2",
	  "merge base with up/main" },
	{ TWO_COMMITS "git checkout -q --orphan o; git commit -qm o; git branch -q -u main", "r",
	  "HEAD", NULL, "", "empty tree: $ is a first commit" },
	{ "GIT_DEFAULT_HASH=sha256; export GIT_DEFAULT_HASH\n" FEATURE, "c", "HEAD", NULL, "HEAD~2",
	  "merge base with origin/main" },
	{ TWO_COMMITS "cd ..; git clone -q --depth 1 \"file://$PWD/r\" s", "s", "HEAD", NULL, NULL,
	  "the parent of $ is not in this shallow clone; git fetch --deepen=1 gets it, or name "
	  "what to "
	  "compare with: --base REV" },
	{ TWO_COMMITS
	  "cd ..; git clone -q --depth 1 \"file://$PWD/r\" s; cd s; echo 3 >f; git commit -qam 3",
	  "s", "HEAD", NULL, "HEAD~1", "merge base with origin/main" },
	{ TWO_COMMITS "git checkout -q -b x HEAD~1; echo x >x; git add x; git commit -qm x; cd ..; "
		      "git clone -q --depth 1 --no-single-branch \"file://$PWD/r\" s",
	  "s", "origin/main", NULL, NULL,
	  "the merge base of $ and @ is not in this shallow clone; git fetch --deepen=100 gets "
	  "more "
	  "history, git fetch --unshallow all of it" },
	{ TWO_COMMITS "cd ..; git clone -q --depth 1 \"file://$PWD/r\" s", "s", "HEAD", "HEAD~1",
	  NULL,
	  "no commit 'HEAD~1' in this shallow clone; git fetch --unshallow gets the whole "
	  "history" },
};

START_TEST(chooses_the_base)
{
	struct err err = ERR_INIT;
	struct repo_base base;
	char head[GIT_ID];
	const char *want;
	struct repo *r;
	int rc;

	sh(bases[_i].script);
	ENTER(bases[_i].enter);
	r = open_repo();
	ck_assert_int_eq(repo_resolve(r, bases[_i].rev, head, &err), 0);
	rc = repo_choose_base(r, bases[_i].rev, head, bases[_i].wanted, &base, &err);
	want = expand(bases[_i].reason, bases[_i].rev);
	if (!bases[_i].base) {
		ck_assert_int_eq(rc, -1);
		ck_assert_str_eq(err.msg, want);
	} else {
		ck_assert_msg(rc == 0, "%s", err.msg);
		ck_assert_str_eq(base.reason, want);
		ck_assert_str_eq(base.id, *bases[_i].base
						  ? say(arena_printf(&run.arena, "git rev-parse %s",
								     bases[_i].base))
						  : "");
	}
	repo_free(r);
}
END_TEST

START_TEST(subjects_and_parents)
{
	struct err err = ERR_INIT;
	struct repo_ids ids;
	char id[GIT_ID];
	struct repo *r;

	two_commits();
	sh("printf 'a\\033[31m subject\\n\\nbody\\n' | git commit -q --allow-empty -F -");
	r = open_repo();
	ck_assert_int_eq(repo_resolve(r, "HEAD", id, &err), 0);
	ck_assert_str_eq(repo_subject(r, &run.arena, id), "a [31m subject");
	ck_assert_int_eq(repo_parents(r, &run.arena, id, &ids, &err), 0);
	ck_assert_uint_eq(ids.count, 1);
	ck_assert_str_eq(ids.items[0], say("git rev-parse HEAD~1"));
	ck_assert(repo_has_commit(r, ids.items[0]));
	ck_assert(!repo_has_commit(r, "1111111111111111111111111111111111111111"));
	ck_assert(!repo_has_commit(r, "0000000000000000000000000000000000000000"));
	repo_free(r);
}
END_TEST

SUITE(git_revisions)
{
	Suite *s = suite_create("git_revisions");
	TCase *tc = tcase_create("git_revisions");

	add_git_case(s, tc);
	tcase_add_loop_test(tc, resolves_revisions, 0, ARRAY_SIZE(revs));
	tcase_add_test(tc, no_commit_yet);
	tcase_add_loop_test(tc, chooses_the_base, 0, ARRAY_SIZE(bases));
	tcase_add_test(tc, subjects_and_parents);
	return s;
}
