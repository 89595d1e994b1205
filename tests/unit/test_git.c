#include "tests/unit/unit.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "base/buf.h"
#include "render/cache.h"
#include "render/git/git.h"

/* Each test has a folder of its own, whose name has a space and a letter that is not ASCII. */

static struct run run;
static char folder[] = "/tmp/gitops-git é X-XXXXXX";

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
static void sh(const char *script)
{
	char *command = arena_printf(&run.arena, "set -e; exec >/dev/null 2>&1\n%s", script);

	ck_assert_msg(system(command) == 0, "the script failed: %s", script);
}

/* The first line that a command prints. */
static const char *say(const char *command)
{
	char line[256] = "";
	FILE *f = popen(command, "r");

	ck_assert_ptr_nonnull(f);
	if (fgets(line, sizeof(line), f))
		line[strcspn(line, "\n")] = '\0';
	ck_assert_msg(pclose(f) == 0, "the command failed: %s", command);
	return arena_strdup(&run.arena, line);
}

static struct repo *open_repo(void)
{
	struct err err = ERR_INIT;
	struct repo *r = repo_open(&run, NULL, &err);

	ck_assert_msg(r != NULL, "%s", err.msg);
	return r;
}

static struct view *view_rev(struct repo *r, const char *rev)
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

static const char *read_text(struct view *v, const char *path)
{
	struct err err = ERR_INIT;
	struct blob blob;

	ck_assert_msg(!view_read(v, path, &blob, &err), "%s", err.msg);
	return blob.text;
}

static const char *read_error(struct view *v, const char *path)
{
	static char message[ERR_TEXT + ERR_FILE + 32];
	struct err err = ERR_INIT;
	struct blob blob;

	ck_assert_int_eq(view_read(v, path, &blob, &err), -1);
	return err_format(&err, message, sizeof(message));
}

static const char *listing(struct view *v, const char *path)
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

/* Two commits: f is "one" and then "two"; "d é/g h.yaml" is the same in both. */
#define TWO_COMMITS                                                                                \
	"git init -q -b main r; cd r; mkdir 'd é'; echo g >'d é/g h.yaml'; echo one >f; "        \
	"git add .; git commit -qm one; echo two >f; git commit -qam two\n"

#define ENTER(path) ck_assert_int_eq(chdir(path), 0)

static void two_commits(void)
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

static void check_two_commits(struct repo *r)
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

/* --- ways to lay out and to find a repository: all hold the same two commits --------------------
 */

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

/* --- the index and the work tree -----------------------------------------------------------------
 */

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

/* --- what cannot be read, and why
 * ------------------------------------------------------------------ */

static const struct {
	const char *path, *error;
} unreadable[] = {
	{ "none", "'none' is not in commit $" },
	{ "d é", "'d é' is a directory" },
	{ "d é/none", "'d é/none' is not in commit $" },
	{ ".env", "'.env' is in the work tree but not in commit $ (git ignores it)" },
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

/* --- partial and shallow clones
 * -------------------------------------------------------------------- */

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

/* --- revisions, bases, merges
 * ---------------------------------------------------------------------- */

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

/* `text` with the short id of `rev` for $ and of the remote's HEAD for @. */
static const char *expand(const char *text, const char *rev)
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

/* --- paths
 * ------------------------------------------------------------------------------------------- */

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

SUITE(git)
{
	Suite *s = suite_create("git");
	TCase *tc = tcase_create("git");

	suite_add_tcase(s, tc);
	tcase_set_timeout(tc, 30);
	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_loop_test(tc, opens_every_layout, 0, ARRAY_SIZE(layouts));
	tcase_add_test(tc, no_repository);
	tcase_add_test(tc, somebody_elses);
	tcase_add_loop_test(tc, reads_the_index, 0, ARRAY_SIZE(indexes));
	tcase_add_test(tc, reads_the_index_that_git_names);
	tcase_add_test(tc, reads_an_unmerged_index);
	tcase_add_test(tc, reads_the_work_tree);
	tcase_add_loop_test(tc, tells_a_dirty_work_tree, 0, ARRAY_SIZE(dirts));
	tcase_add_loop_test(tc, says_why_it_cannot_read, 0, ARRAY_SIZE(unreadable));
	tcase_add_loop_test(tc, fetches_what_a_partial_clone_lacks, 0, ARRAY_SIZE(partials));
	tcase_add_test(tc, fetches_many_of_a_partial_clone_at_once);
	tcase_add_test(tc, names_a_remote_that_is_gone);
	tcase_add_loop_test(tc, resolves_revisions, 0, ARRAY_SIZE(revs));
	tcase_add_test(tc, no_commit_yet);
	tcase_add_loop_test(tc, chooses_the_base, 0, ARRAY_SIZE(bases));
	tcase_add_loop_test(tc, merges_in_memory, 0, ARRAY_SIZE(merges));
	tcase_add_loop_test(tc, merges_sha256, 0, ARRAY_SIZE(merges));
	tcase_add_test(tc, merges_a_partial_clone);
	tcase_add_loop_test(tc, finds_paths_inside, 0, ARRAY_SIZE(paths));
	tcase_add_test(tc, subjects_and_parents);
	tcase_add_test(tc, read_sets_across_commits);
	return s;
}
