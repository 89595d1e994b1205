#include "tests/unit/unit.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "base/files.h"
#include "cmd/ci.h"

/* Variables as each CI documents them. Ids: 'a' the head, 'b' the target, 'c' a merge, 'd' a base.
 */

#define A40 "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
#define B40 "bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb"
#define C40 "cccccccccccccccccccccccccccccccccccccccc"
#define D40 "dddddddddddddddddddddddddddddddddddddddd"
#define ZERO "0000000000000000000000000000000000000000"

#define PULL(head_repo)                                                                            \
	"{\"action\": \"synchronize\", \"number\": 7, \"pull_request\": {\"number\": 7, "          \
	"\"merge_commit_sha\": \"" C40 "\", \"head\": {\"ref\": \"f\", \"sha\": \"" A40            \
	"\", \"repo\": " head_repo "}, \"base\": {\"ref\": \"main\", \"sha\": \"" B40              \
	"\", \"repo\": {\"full_name\": \"o/r\"}}}}"

static const struct {
	const char *env[24];
	const char *event; /* the file of GITHUB_EVENT_PATH */
	struct ci_request want;
} cases[] = {
	{ { NULL }, NULL, { 0 } },
	{ { "GITHUB_ACTIONS", "true", "GITHUB_EVENT_NAME", "pull_request", "GITHUB_SHA", C40,
	    "GITHUB_REF", "refs/pull/7/merge", "GITHUB_BASE_REF", "main", "GITHUB_HEAD_REF", "f" },
	  PULL("{\"full_name\": \"o/r\"}"),
	  { "github", "7", A40, C40, "main", B40, NULL, NULL, false } },
	{ { "GITHUB_ACTIONS", "true", "GITHUB_EVENT_NAME", "pull_request_target", "GITHUB_SHA", B40,
	    "GITHUB_BASE_REF", "main" },
	  PULL("{\"full_name\": \"fork/r\"}"),
	  { "github", "7", A40, C40, "main", B40, NULL, NULL, NULL, true } },
	{ { "GITHUB_ACTIONS", "true", "GITHUB_EVENT_NAME", "pull_request", "GITHUB_SHA", C40 },
	  PULL("null"),
	  { "github", "7", A40, C40, "main", B40, NULL, NULL, NULL, true } },
	{ { "GITHUB_ACTIONS", "true", "GITHUB_EVENT_NAME", "push", "GITHUB_SHA", A40, "GITHUB_REF",
	    "refs/heads/main" },
	  "{\"before\": \"" D40 "\", \"after\": \"" A40 "\"}",
	  { "github", NULL, A40, NULL, NULL, NULL, NULL, D40, false } },
	{ { "GITHUB_ACTIONS", "true", "GITHUB_EVENT_NAME", "push", "GITHUB_SHA", A40 },
	  "{\"before\": \"" ZERO "\"}",
	  { "github", NULL, A40, NULL, NULL, NULL, NULL, NULL, false } },
	{ { "GITHUB_ACTIONS", "true", "GITHUB_EVENT_NAME", "merge_group", "GITHUB_SHA", C40 },
	  "{\"merge_group\": {\"head_sha\": \"" C40 "\", \"base_sha\": \"" B40
	  "\", \"base_ref\": \"refs/heads/main\"}}",
	  { "github", "queue", C40, C40, "main", B40, NULL, NULL, false } },
	{ { "GITHUB_ACTIONS", "true", "GITHUB_EVENT_NAME", "schedule", "GITHUB_SHA", A40 },
	  NULL,
	  { "github", NULL, A40, NULL, NULL, NULL, NULL, NULL, false } },
	{ { "GITHUB_ACTIONS", "true", "GITEA_ACTIONS", "true", "GITHUB_EVENT_NAME", "pull_request",
	    "GITHUB_SHA", A40 },
	  PULL("{\"full_name\": \"o/r\"}"),
	  { "gitea", "7", A40, A40, "main", B40, NULL, NULL, false } },
	{ { "GITHUB_ACTIONS", "true", "FORGEJO_ACTIONS", "true", "GITHUB_EVENT_NAME", "push",
	    "GITHUB_SHA", A40 },
	  "{\"before\": \"" D40 "\"}",
	  { "forgejo", NULL, A40, NULL, NULL, NULL, NULL, D40, false } },
	/* A merge request pipeline ("detached"): the source's commit. */
	{ { "GITLAB_CI",
	    "true",
	    "CI_PIPELINE_SOURCE",
	    "merge_request_event",
	    "CI_MERGE_REQUEST_IID",
	    "7",
	    "CI_MERGE_REQUEST_EVENT_TYPE",
	    "detached",
	    "CI_COMMIT_SHA",
	    A40,
	    "CI_COMMIT_BEFORE_SHA",
	    ZERO,
	    "CI_MERGE_REQUEST_TARGET_BRANCH_NAME",
	    "main",
	    "CI_MERGE_REQUEST_DIFF_BASE_SHA",
	    D40,
	    "CI_MERGE_REQUEST_PROJECT_ID",
	    "1",
	    "CI_MERGE_REQUEST_SOURCE_PROJECT_ID",
	    "1" },
	  NULL,
	  { "gitlab", "7", A40, NULL, "main", NULL, D40, NULL, false } },
	{ { "GITLAB_CI",
	    "true",
	    "CI_MERGE_REQUEST_IID",
	    "7",
	    "CI_MERGE_REQUEST_EVENT_TYPE",
	    "merged_result",
	    "CI_COMMIT_SHA",
	    C40,
	    "CI_MERGE_REQUEST_SOURCE_BRANCH_SHA",
	    A40,
	    "CI_MERGE_REQUEST_TARGET_BRANCH_SHA",
	    B40,
	    "CI_MERGE_REQUEST_TARGET_BRANCH_NAME",
	    "main",
	    "CI_MERGE_REQUEST_DIFF_BASE_SHA",
	    D40,
	    "CI_MERGE_REQUEST_PROJECT_ID",
	    "1",
	    "CI_MERGE_REQUEST_SOURCE_PROJECT_ID",
	    "2" },
	  NULL,
	  { "gitlab", "7", A40, C40, "main", B40, D40, NULL, NULL, true } },
	/* A merge train: the commit is the merge with the train's cars before it. */
	{ { "GITLAB_CI", "true", "CI_PIPELINE_SOURCE", "merge_request_event",
	    "CI_MERGE_REQUEST_IID", "7", "CI_MERGE_REQUEST_EVENT_TYPE", "merge_train",
	    "CI_COMMIT_SHA", C40, "CI_COMMIT_BEFORE_SHA", ZERO,
	    "CI_MERGE_REQUEST_SOURCE_BRANCH_SHA", A40, "CI_MERGE_REQUEST_TARGET_BRANCH_SHA", B40,
	    "CI_MERGE_REQUEST_TARGET_BRANCH_NAME", "main" },
	  NULL,
	  { "gitlab", "7", A40, C40, "main", B40, NULL, NULL, NULL, false } },
	/* A tag, and a branch's first push: there is no commit before. */
	{ { "GITLAB_CI", "true", "CI_COMMIT_SHA", A40, "CI_COMMIT_BEFORE_SHA", ZERO,
	    "CI_COMMIT_TAG", "v1", "CI_DEFAULT_BRANCH", "main" },
	  NULL,
	  { "gitlab", NULL, A40, NULL, "main", NULL, NULL, NULL, NULL, false } },
	{ { "GITHUB_ACTIONS", "true", "GITHUB_EVENT_NAME", "workflow_dispatch", "GITHUB_SHA", A40,
	    "GITHUB_REF", "refs/heads/main" },
	  "{\"inputs\": null, \"ref\": \"refs/heads/main\"}",
	  { "github", NULL, A40, NULL, NULL, NULL, NULL, NULL, NULL, false } },
	{ { "GITHUB_ACTIONS", "true", "GITHUB_EVENT_NAME", "push", "GITHUB_SHA", A40, "GITHUB_REF",
	    "refs/tags/v1", "GITHUB_REF_TYPE", "tag" },
	  "{\"before\": \"" ZERO "\", \"after\": \"" A40 "\", \"created\": true}",
	  { "github", NULL, A40, NULL, NULL, NULL, NULL, NULL, NULL, false } },
	{ { "GITHUB_ACTIONS", "true", "GITEA_ACTIONS", "true", "GITHUB_EVENT_NAME", "push",
	    "GITHUB_SHA", A40 },
	  "{\"before\": \"" D40 "\", \"after\": \"" A40 "\"}",
	  { "gitea", NULL, A40, NULL, NULL, NULL, NULL, D40, NULL, false } },
	{ { "CIRCLECI", "true", "CIRCLE_SHA1", A40, "CIRCLE_BRANCH", "main" },
	  NULL,
	  { "circleci", NULL, A40, NULL, NULL, NULL, NULL, NULL, NULL, false } },
	{ { "BUILDKITE", "true", "BUILDKITE_COMMIT", A40, "BUILDKITE_PULL_REQUEST", "7",
	    "BUILDKITE_PULL_REQUEST_BASE_BRANCH", "main", "BUILDKITE_PULL_REQUEST_REPO",
	    "git://github.com/fork/r.git", "BUILDKITE_REPO", "git@github.com:o/r.git" },
	  NULL,
	  { "buildkite", "7", A40, NULL, "main", NULL, NULL, NULL, NULL, true } },
	{ { "GITLAB_CI", "true", "CI_COMMIT_SHA", A40, "CI_COMMIT_BEFORE_SHA", D40,
	    "CI_COMMIT_BRANCH", "main", "CI_DEFAULT_BRANCH", "main" },
	  NULL,
	  { "gitlab", NULL, A40, NULL, "main", NULL, NULL, D40, false } },
	{ { "BITBUCKET_BUILD_NUMBER", "3", "BITBUCKET_PR_ID", "7", "BITBUCKET_COMMIT", A40,
	    "BITBUCKET_BRANCH", "f", "BITBUCKET_PR_DESTINATION_BRANCH", "main",
	    "BITBUCKET_PR_DESTINATION_COMMIT", B40 },
	  NULL,
	  { "bitbucket", "7", A40, NULL, "main", B40, NULL, NULL, false } },
	/* Bitbucket's own example shortens the destination's commit: then the branch has to do. */
	{ { "BITBUCKET_BUILD_NUMBER", "3", "BITBUCKET_PR_ID", "7", "BITBUCKET_COMMIT", A40,
	    "BITBUCKET_PR_DESTINATION_BRANCH", "main", "BITBUCKET_PR_DESTINATION_COMMIT",
	    "bbbbbbbbbbbb" },
	  NULL,
	  { "bitbucket", "7", A40, NULL, "main", NULL, NULL, NULL, false } },
	{ { "BITBUCKET_BUILD_NUMBER", "3", "BITBUCKET_COMMIT", A40, "BITBUCKET_BRANCH", "main" },
	  NULL,
	  { "bitbucket", NULL, A40, NULL, NULL, NULL, NULL, NULL, false } },
	{ { "TF_BUILD", "True", "BUILD_REASON", "PullRequest", "BUILD_SOURCEVERSION", C40,
	    "BUILD_SOURCEBRANCH", "refs/pull/7/merge", "SYSTEM_PULLREQUEST_PULLREQUESTID", "7",
	    "SYSTEM_PULLREQUEST_SOURCECOMMITID", A40, "SYSTEM_PULLREQUEST_TARGETBRANCH",
	    "refs/heads/main", "SYSTEM_PULLREQUEST_ISFORK", "False" },
	  NULL,
	  { "azure", "7", A40, C40, "main", NULL, NULL, NULL, false } },
	{ { "TF_BUILD", "True", "BUILD_SOURCEVERSION", C40, "SYSTEM_PULLREQUEST_PULLREQUESTID",
	    "99", "SYSTEM_PULLREQUEST_PULLREQUESTNUMBER", "7", "SYSTEM_PULLREQUEST_SOURCECOMMITID",
	    A40, "SYSTEM_PULLREQUEST_TARGETBRANCH", "main", "SYSTEM_PULLREQUEST_ISFORK", "True" },
	  NULL,
	  { "azure", "7", A40, C40, "main", NULL, NULL, NULL, NULL, true } },
	{ { "TF_BUILD", "True", "BUILD_REASON", "IndividualCI", "BUILD_SOURCEVERSION", A40 },
	  NULL,
	  { "azure", NULL, A40, NULL, NULL, NULL, NULL, NULL, false } },
	{ { "CIRCLECI", "true", "CIRCLE_SHA1", A40, "CIRCLE_BRANCH", "f", "CIRCLE_PULL_REQUEST",
	    "https://github.com/o/r/pull/7" },
	  NULL,
	  { "circleci", "7", A40, NULL, NULL, NULL, NULL, NULL, false } },
	{ { "CIRCLECI", "true", "CIRCLE_SHA1", A40, "CIRCLE_BRANCH", "pull/7", "CIRCLE_PR_NUMBER",
	    "7", "CIRCLE_PR_REPONAME", "r", "CIRCLE_PR_USERNAME", "fork" },
	  NULL,
	  { "circleci", "7", A40, NULL, NULL, NULL, NULL, NULL, NULL, true } },
	{ { "BUILDKITE", "true", "BUILDKITE_COMMIT", A40, "BUILDKITE_PULL_REQUEST", "7",
	    "BUILDKITE_PULL_REQUEST_BASE_BRANCH", "main", "BUILDKITE_PIPELINE_DEFAULT_BRANCH",
	    "main", "BUILDKITE_PULL_REQUEST_REPO", "git://github.com/o/r.git", "BUILDKITE_REPO",
	    "git@github.com:o/r.git" },
	  NULL,
	  { "buildkite", "7", A40, NULL, "main", NULL, NULL, NULL, false } },
	{ { "BUILDKITE", "true", "BUILDKITE_COMMIT", A40, "BUILDKITE_PULL_REQUEST", "false",
	    "BUILDKITE_PULL_REQUEST_BASE_BRANCH", "", "BUILDKITE_PIPELINE_DEFAULT_BRANCH", "main" },
	  NULL,
	  { "buildkite", NULL, A40, NULL, "main", NULL, NULL, NULL, false } },
	{ { "BUILDKITE", "true", "BUILDKITE_COMMIT", C40, "BUILDKITE_PULL_REQUEST", "false",
	    "BUILDKITE_MERGE_QUEUE_BASE_BRANCH", "main", "BUILDKITE_MERGE_QUEUE_BASE_COMMIT", B40 },
	  NULL,
	  { "buildkite", "queue", C40, C40, "main", B40, NULL, NULL, false } },
	{ { "JENKINS_URL", "https://j/", "CHANGE_ID", "7", "CHANGE_TARGET", "main", "CHANGE_BRANCH",
	    "f", "GIT_COMMIT", C40 },
	  NULL,
	  { "jenkins", "7", C40, C40, "main", NULL, NULL, NULL, false } },
	{ { "JENKINS_URL", "https://j/", "CHANGE_ID", "7", "CHANGE_FORK", "fork", "CHANGE_TARGET",
	    "main", "GIT_COMMIT", C40 },
	  NULL,
	  { "jenkins", "7", C40, C40, "main", NULL, NULL, NULL, NULL, true } },
	{ { "JENKINS_URL", "https://j/", "BRANCH_NAME", "main", "GIT_COMMIT", A40,
	    "GIT_PREVIOUS_COMMIT", C40, "GIT_PREVIOUS_SUCCESSFUL_COMMIT", D40 },
	  NULL,
	  { "jenkins", NULL, A40, NULL, NULL, NULL, NULL, D40, false } },
};

static struct arena arena;
static char event_file[] = "/tmp/gitops-event-XXXXXX";

static void setup(void)
{
	/* The machine's own CI must not show through. */
	clearenv();
	close(mkstemp(event_file));
}

static void teardown(void)
{
	unlink(event_file);
	arena_release(&arena);
}

START_TEST(reads_the_variables)
{
	const struct ci_request *want = &cases[_i].want;
	struct ci_request got;
	struct err err = ERR_INIT;

	for (const char *const *v = cases[_i].env; *v; v += 2)
		setenv(v[0], v[1], 1);
	if (cases[_i].event) {
		ck_assert_int_eq(
			file_write(event_file, cases[_i].event, strlen(cases[_i].event), &err), 0);
		setenv("GITHUB_EVENT_PATH", event_file, 1);
	}
	ck_assert_msg(!ci_read(&arena, &got, &err), "%s", err.msg);
	ck_assert_pstr_eq(got.ci, want->ci);
	ck_assert_pstr_eq(got.number, want->number);
	ck_assert_pstr_eq(got.head, want->head);
	ck_assert_pstr_eq(got.merged, want->merged);
	ck_assert_pstr_eq(got.target_branch, want->target_branch);
	ck_assert_pstr_eq(got.target, want->target);
	ck_assert_pstr_eq(got.base, want->base);
	ck_assert_pstr_eq(got.before, want->before);
	ck_assert_int_eq(got.fork, want->fork);
}
END_TEST

static const struct {
	const char *event, *error;
} broken[] = {
	{ NULL, "GITHUB_EVENT_PATH: '/nowhere/x': No such file or directory" },
	{ "{\"pull_request\": ", "GITHUB_EVENT_PATH: " },
};

START_TEST(says_that_the_event_is_broken)
{
	struct ci_request got;
	struct err err = ERR_INIT;

	setenv("GITHUB_ACTIONS", "true", 1);
	setenv("GITHUB_EVENT_PATH", broken[_i].event ? event_file : "/nowhere/x", 1);
	if (broken[_i].event)
		ck_assert_int_eq(
			file_write(event_file, broken[_i].event, strlen(broken[_i].event), &err),
			0);
	ck_assert_int_eq(ci_read(&arena, &got, &err), -1);
	ck_assert_msg(!strncmp(err.msg, broken[_i].error, strlen(broken[_i].error)), "%s", err.msg);
}
END_TEST

SUITE(ci)
{
	Suite *s = suite_create("ci");
	TCase *tc = tcase_create("ci");

	suite_add_tcase(s, tc);
	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_loop_test(tc, reads_the_variables, 0, ARRAY_SIZE(cases));
	tcase_add_loop_test(tc, says_that_the_event_is_broken, 0, ARRAY_SIZE(broken));
	return s;
}
