/*
 * git_folder: what the suites of render/git share.
 *
 * Each test has a folder of its own, whose name has a space and a letter that is not ASCII; it is
 * the current folder and git's home. All that a helper gives lives as long as `run`.
 */
#ifndef TESTS_UNIT_GIT_FOLDER_H
#define TESTS_UNIT_GIT_FOLDER_H
#include "tests/unit/unit.h"
#include <unistd.h>
#include "render/git/git.h"

extern struct run run;
extern char folder[];

/* Two commits: f is "one" and then "two"; "d é/g h.yaml" is the same in both. */
#define TWO_COMMITS                                                                                \
	"git init -q -b main r; cd r; mkdir 'd é'; echo g >'d é/g h.yaml'; echo one >f; "        \
	"git add .; git commit -qm one; echo two >f; git commit -qam two\n"

#define ENTER(path) ck_assert_int_eq(chdir(path), 0)

/* Give a suite a case whose tests have the folder and `run`. */
void add_git_case(Suite *s, TCase *tc);
/* Run a shell script in the folder; the test fails when one of its lines does. */
void sh(const char *script);
/* The first line that a command prints. */
const char *say(const char *command);
/* `text` with the short id of `rev` for $ and of the remote's HEAD for @. */
const char *expand(const char *text, const char *rev);
/* TWO_COMMITS, and into its work tree. */
void two_commits(void);
struct repo *open_repo(void);
/* What a revision holds; it's the one that git means by it. */
struct view *view_rev(struct repo *r, const char *rev);
const char *read_text(struct view *v, const char *path);
/* The message of a reading that fails. */
const char *read_error(struct view *v, const char *path);
/* "name=kind " of each entry of a folder. */
const char *listing(struct view *v, const char *path);
/* HEAD and HEAD~1 are those of TWO_COMMITS. */
void check_two_commits(struct repo *r);

#endif
