/* Partial clones: what they lack is fetched. */
#include "tests/unit/git_folder.h"
#include <stdio.h>
#include <string.h>

#define SERVE                                                                                      \
	TWO_COMMITS "git config uploadpack.allowFilter true; git config "                          \
		    "uploadpack.allowAnySHA1InWant true; cd ..\n"

static const struct {
	const char *script;
	bool offline;
} partials[] = {
	{ SERVE "git clone -q --filter=blob:none --no-checkout \"file://$PWD/r\" p", false },
	{ SERVE "git clone -q --filter=tree:0 --no-checkout \"file://$PWD/r\" p", false },
	{ SERVE "git clone -q --filter=blob:none --no-checkout \"file://$PWD/r\" p", true },
};

START_TEST(fetches_what_a_partial_clone_lacks)
{
	struct repo *r;
	struct view *v;

	sh(partials[_i].script);
	ENTER("p");
	run.offline = partials[_i].offline;
	r = open_repo();
	if (run.offline) {
		v = view_rev(r, "HEAD");
		ck_assert_str_eq(
			read_error(v, "f"),
			"f: object f719efd430 is not in this partial clone, and offline it can't "
			"be fetched (without --offline it is)");
		view_free(v);
	} else {
		check_two_commits(r);
	}
	repo_free(r);
}
END_TEST

#define MISSING_COUNT "git rev-list --objects --missing=print HEAD^{tree} | grep -c '^?'"

/* Ten manifests and a picture: after a few single requests one fetch brings the other manifests. */
START_TEST(fetches_many_of_a_partial_clone_at_once)
{
	struct repo *r;
	struct view *v;
	char name[24];

	sh(SERVE
	   "cd r; for i in 0 1 2 3 4 5 6 7 8 9; do echo \"n: $i\" >$i.yaml; done; echo x >p.png; "
	   "git add .; git commit -qm many; cd ..\n"
	   "git clone -q --filter=blob:none --no-checkout \"file://$PWD/r\" p");
	ENTER("p");
	r = open_repo();
	v = view_rev(r, "HEAD");
	for (int i = 0; i < 10; i++) {
		snprintf(name, sizeof(name), "%d.yaml", i);
		ck_assert_int_eq(read_text(v, name)[3], '0' + i);
		if (i == 0 || i == 5)
			ck_assert_str_eq(say(MISSING_COUNT), i ? "2" : "12");
	}
	view_free(v);
	repo_free(r);
}
END_TEST

START_TEST(names_a_remote_that_is_gone)
{
	struct repo *r;
	struct view *v;

	sh(partials[0].script);
	sh("mv r gone");
	ENTER("p");
	r = open_repo();
	v = view_rev(r, "HEAD");
	ck_assert_ptr_nonnull(strstr(read_error(v, "f"), "f: object f719efd430: fatal: "));
	/* git has ended; the next question starts it anew. */
	ENTER("..");
	sh("mv gone r");
	ck_assert_str_eq(read_text(v, "f"), "two\n");
	view_free(v);
	repo_free(r);
}
END_TEST

SUITE(git_partial)
{
	Suite *s = suite_create("git_partial");
	TCase *tc = tcase_create("git_partial");

	add_git_case(s, tc);
	tcase_add_loop_test(tc, fetches_what_a_partial_clone_lacks, 0, ARRAY_SIZE(partials));
	tcase_add_test(tc, fetches_many_of_a_partial_clone_at_once);
	tcase_add_test(tc, names_a_remote_that_is_gone);
	return s;
}
