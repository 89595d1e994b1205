/* What a commit holds: files that cannot be read, and why; reads that are recorded. */
#include "tests/unit/git_folder.h"
#include "base/buf.h"
#include "render/cache.h"

static const struct {
	const char *path, *error;
} unreadable[] = {
	{ "none", "'none' is not in commit $" },
	{ "d é", "'d é' is a directory" },
	{ "d é/none", "'d é/none' is not in commit $" },
	{ ".env", "'.env' is in the work tree but not in commit $ (git ignores it, by line 1 of "
		  ".gitignore)" },
	{ "new", "'new' is in the work tree but not in commit $" },
	{ "sub/x", "'sub' is a submodule (at 1111111): what is in it is not in this repository" },
	{ "sub", "'sub' is a submodule (at 1111111): what is in it is not in this repository" },
	{ "lfs", "lfs: is a Git LFS pointer: its content is on the LFS server, not in git" },
	{ "crypt", "crypt: is encrypted by git-crypt: git holds no content that can be read" },
	{ "out", "out: this symbolic link leads to '../../x', outside of commit $" },
	{ "abs", "abs: this symbolic link leads to '/etc/passwd', outside of commit $" },
};

START_TEST(says_why_it_cannot_read)
{
	struct repo *r;
	struct view *v;
	struct buf b;

	two_commits();
	sh("printf 'version https://git-lfs.github.com/spec/v1\\noid sha256:0\\nsize 1\\n' >lfs\n"
	   "printf '\\0GITCRYPT\\0xyz' >crypt; ln -s ../../x out; ln -s /etc/passwd abs; ln -s 'd "
	   "é' dir\n"
	   "echo .env >.gitignore; git add .\n"
	   "git update-index --add --cacheinfo "
	   "160000,1111111111111111111111111111111111111111,sub\n"
	   "git commit -qm more; echo s >.env; echo n >new");
	r = open_repo();
	v = view_rev(r, "HEAD");
	buf_init(&b, 0);
	for (const char *p = unreadable[_i].error; *p; p++)
		buf_printf(&b, "%.*s", *p == '$' ? 7 : 1,
			   *p == '$' ? say("git rev-parse HEAD") : p);
	ck_assert_str_eq(read_error(v, unreadable[_i].path), b.text);
	ck_assert_str_eq(read_text(v, "dir/g h.yaml"), "g\n");
	ck_assert_str_eq(listing(v, ""),
			 ".gitignore=1 abs=0 crypt=1 d é=2 dir=2 f=1 lfs=1 out=0 sub=3 ");
	buf_release(&b);
	view_free(v);
	repo_free(r);
}
END_TEST

/* A render whose files are the same at base and head, whatever else changed. */
START_TEST(read_sets_across_commits)
{
	struct read_set same, other;
	struct view *head, *before, *recording;
	struct repo *r;

	two_commits();
	r = open_repo();
	head = view_rev(r, "HEAD");
	before = view_rev(r, "HEAD~1");
	read_set_init(&same, &run.arena);
	read_set_init(&other, &run.arena);
	recording = view_recording(before, &run.arena, &same);
	read_text(recording, "d é/g h.yaml");
	listing(recording, "d é");
	read_text(view_recording(before, &run.arena, &other), "f");
	ck_assert(read_set_holds(&same, head));
	ck_assert(!read_set_holds(&other, head));
	view_free(head);
	view_free(before);
	repo_free(r);
}
END_TEST

SUITE(git_contents)
{
	Suite *s = suite_create("git_contents");
	TCase *tc = tcase_create("git_contents");

	add_git_case(s, tc);
	tcase_add_loop_test(tc, says_why_it_cannot_read, 0, ARRAY_SIZE(unreadable));
	tcase_add_test(tc, read_sets_across_commits);
	return s;
}
