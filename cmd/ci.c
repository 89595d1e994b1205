#include "cmd/ci.h"
#include <stdlib.h>
#include <string.h>
#include "base/files.h"
#include "base/json.h"
#include "base/limits.h"
#include "base/url.h"

enum { EVENT_BYTES = 32 << 20 };

/* A variable that is set and not empty. */
static const char *env(const char *name)
{
	const char *value = getenv(name);

	return value && *value ? value : NULL;
}

static const char *first_env(const char *one, const char *two)
{
	return env(one) ? env(one) : env(two);
}

/* A commit id, or NULL for what is none: some CIs say "false" or forty zeros for "no commit". */
static const char *commit(const char *id)
{
	size_t n = id ? strlen(id) : 0;

	if ((n != 40 && n != 64) || strspn(id, "0123456789abcdefABCDEF") != n ||
	    strspn(id, "0") == n)
		return NULL;
	return id;
}

static const char *env_commit(const char *name)
{
	return commit(env(name));
}

static const char *branch(const char *ref)
{
	return ref && !strncmp(ref, "refs/heads/", 11) ? ref + 11 : ref;
}

/* --- GitHub, and Gitea and Forgejo after its model -----------------------------------------------
 */

static int read_event(struct arena *a, const struct node **out, struct err *err)
{
	const char *path = env("GITHUB_EVENT_PATH");
	struct json_options options = { .file = path };
	struct buf text;
	int rc;

	*out = NULL;
	if (!path)
		return 0;
	buf_init(&text, EVENT_BYTES);
	rc = file_read(path, &text, err);
	if (!rc) {
		*out = json_read(a, text.text, text.len, &options, err);
		rc = *out ? 0 : -1;
	}
	buf_release(&text);
	return rc < 0 ? err_wrap(err, "GITHUB_EVENT_PATH") : 0;
}

static const char *path_commit(const struct node *n, const char *one, const char *two)
{
	return commit(node_get_string(two ? node_get(n, one) : n, two ? two : one));
}

static void read_pull(struct ci_request *out, const struct node *pull)
{
	const struct node *head = node_get(pull, "head"), *base = node_get(pull, "base");
	const char *from = node_get_string(node_get(head, "repo"), "full_name");
	const char *to = node_get_string(node_get(base, "repo"), "full_name");

	out->number = node_text(node_get(pull, "number"));
	out->head = path_commit(pull, "head", "sha");
	out->target = path_commit(pull, "base", "sha");
	out->target_branch = node_get_string(base, "ref");
	out->merged = path_commit(pull, "merge_commit_sha", NULL);
	/* A fork that was deleted has no repository: it is none of ours either. */
	out->fork = !from || !to || strcmp(from, to);
}

/* A trusted workflow that another one's end started: what it says of that one. */
static void read_workflow_run(struct arena *a, struct ci_request *out, const struct node *event)
{
	const struct node *run = node_get(event, "workflow_run");
	const struct node *from = node_get(run, "head_repository");
	const struct node *pulls = node_get(run, "pull_requests"), *owner = node_get(from, "owner");
	const char *name = node_get_string(from, "full_name");
	const char *here = node_get_string(node_get(event, "repository"), "full_name");
	const char *branch = node_get_string(run, "head_branch");

	out->head = path_commit(run, "head_sha", NULL);
	out->fork = !name || !here || strcmp(name, here);
	if (node_is(pulls, NODE_SEQ) && pulls->len == 1)
		out->number = node_text(node_get(pulls->items[0], "number"));
	if (branch && node_get_string(owner, "login"))
		out->branch = arena_printf(a, "%s:%s", node_get_string(owner, "login"), branch);
}

static int read_github(struct arena *a, struct ci_request *out, struct err *err)
{
	const struct node *event, *pull, *group;

	if (read_event(a, &event, err) < 0)
		return -1;
	pull = node_get(event, "pull_request");
	group = node_get(event, "merge_group");
	if (pull) {
		read_pull(out, pull);
		/* pull_request checks out the forge's merge; pull_request_target the target. */
		if (env("GITHUB_EVENT_NAME") && !strcmp(env("GITHUB_EVENT_NAME"), "pull_request"))
			out->merged = env_commit("GITHUB_SHA");
	} else if (node_get(event, "workflow_run")) {
		read_workflow_run(a, out, event);
	} else if (group) {
		out->number = "queue";
		out->head = out->merged = path_commit(group, "head_sha", NULL);
		out->target = path_commit(group, "base_sha", NULL);
		out->target_branch = branch(node_get_string(group, "base_ref"));
	} else {
		out->head = env_commit("GITHUB_SHA");
		out->before = path_commit(event, "before", NULL);
	}
	if (!out->target_branch)
		out->target_branch = env("GITHUB_BASE_REF");
	return 0;
}

/* --- the others
 * ------------------------------------------------------------------------------------ */

static int read_gitlab(struct arena *a, struct ci_request *out, struct err *err)
{
	const char *source = env("CI_MERGE_REQUEST_SOURCE_PROJECT_ID");
	const char *project = env("CI_MERGE_REQUEST_PROJECT_ID");

	(void)a, (void)err;
	out->number = env("CI_MERGE_REQUEST_IID");
	out->head = env_commit("CI_COMMIT_SHA");
	if (!out->number) {
		out->before = env_commit("CI_COMMIT_BEFORE_SHA");
		out->target_branch = env("CI_DEFAULT_BRANCH");
		return 0;
	}
	/* In a merged results pipeline or a merge train the commit is the merge, and its source
	 * apart. */
	if (env_commit("CI_MERGE_REQUEST_SOURCE_BRANCH_SHA")) {
		out->merged = out->head;
		out->head = env_commit("CI_MERGE_REQUEST_SOURCE_BRANCH_SHA");
	}
	out->target = env_commit("CI_MERGE_REQUEST_TARGET_BRANCH_SHA");
	out->target_branch = env("CI_MERGE_REQUEST_TARGET_BRANCH_NAME");
	out->base = env_commit("CI_MERGE_REQUEST_DIFF_BASE_SHA");
	out->fork = source && project && strcmp(source, project);
	return 0;
}

static int read_bitbucket(struct arena *a, struct ci_request *out, struct err *err)
{
	(void)a, (void)err;
	out->number = env("BITBUCKET_PR_ID");
	out->head = env_commit("BITBUCKET_COMMIT");
	out->target = env_commit("BITBUCKET_PR_DESTINATION_COMMIT");
	out->target_branch = env("BITBUCKET_PR_DESTINATION_BRANCH");
	return 0;
}

static int read_jenkins(struct arena *a, struct ci_request *out, struct err *err)
{
	(void)a, (void)err;
	out->number = env("CHANGE_ID");
	out->head = env_commit("GIT_COMMIT");
	out->merged = out->number ? out->head : NULL;
	out->target_branch = env("CHANGE_TARGET");
	out->fork = env("CHANGE_FORK") != NULL;
	if (!out->number)
		out->before = env_commit("GIT_PREVIOUS_SUCCESSFUL_COMMIT")
				      ? env_commit("GIT_PREVIOUS_SUCCESSFUL_COMMIT")
				      : env_commit("GIT_PREVIOUS_COMMIT");
	return 0;
}

static int read_azure(struct arena *a, struct ci_request *out, struct err *err)
{
	const char *fork = env("SYSTEM_PULLREQUEST_ISFORK");

	(void)a, (void)err;
	/* The number is GitHub's, where the repository is there; the id is Azure's own. */
	out->number = first_env("SYSTEM_PULLREQUEST_PULLREQUESTNUMBER",
				"SYSTEM_PULLREQUEST_PULLREQUESTID");
	out->head = env_commit("BUILD_SOURCEVERSION");
	if (!out->number)
		return 0;
	out->merged = out->head;
	out->head = env_commit("SYSTEM_PULLREQUEST_SOURCECOMMITID");
	out->target_branch = branch(env("SYSTEM_PULLREQUEST_TARGETBRANCH"));
	out->fork = fork && !strcasecmp(fork, "true");
	return 0;
}

static int read_circleci(struct arena *a, struct ci_request *out, struct err *err)
{
	const char *url = first_env("CIRCLE_PULL_REQUEST", "CIRCLE_PULL_REQUESTS"), *slash;

	(void)err;
	out->head = env_commit("CIRCLE_SHA1");
	out->fork = env("CIRCLE_PR_REPONAME") != NULL;
	out->number = env("CIRCLE_PR_NUMBER");
	slash = url ? strstr(url, "/pull/") : NULL;
	if (!out->number && slash)
		out->number = arena_memdup(a, slash + 6, strspn(slash + 6, "0123456789"));
	return 0;
}

static int read_buildkite(struct arena *a, struct ci_request *out, struct err *err)
{
	const char *number = env("BUILDKITE_PULL_REQUEST"),
		   *repo = env("BUILDKITE_PULL_REQUEST_REPO");

	(void)a, (void)err;
	out->head = env_commit("BUILDKITE_COMMIT");
	out->number = number && strcmp(number, "false") ? number : NULL;
	if (out->number) {
		out->target_branch = env("BUILDKITE_PULL_REQUEST_BASE_BRANCH");
		/* One is git://host/o/r.git, the other as it is cloned. */
		out->fork = repo && env("BUILDKITE_REPO") &&
			    !url_same_repository(repo, env("BUILDKITE_REPO"));
	} else if (env("BUILDKITE_MERGE_QUEUE_BASE_BRANCH")) {
		out->number = "queue";
		out->merged = out->head;
		out->target_branch = env("BUILDKITE_MERGE_QUEUE_BASE_BRANCH");
		out->target = env_commit("BUILDKITE_MERGE_QUEUE_BASE_COMMIT");
	} else {
		out->target_branch = env("BUILDKITE_PIPELINE_DEFAULT_BRANCH");
	}
	return 0;
}

/* In this order: Gitea and Forgejo set GitHub's variables too. */
static const struct {
	const char *name;
	const char *variable; /* is set in every job */
	int (*read)(struct arena *a, struct ci_request *out, struct err *err);
} cis[] = {
	{ "forgejo", "FORGEJO_ACTIONS", read_github },
	{ "gitea", "GITEA_ACTIONS", read_github },
	{ "github", "GITHUB_ACTIONS", read_github },
	{ "gitlab", "GITLAB_CI", read_gitlab },
	{ "bitbucket", "BITBUCKET_BUILD_NUMBER", read_bitbucket },
	{ "azure", "TF_BUILD", read_azure },
	{ "circleci", "CIRCLECI", read_circleci },
	{ "buildkite", "BUILDKITE", read_buildkite },
	{ "jenkins", "JENKINS_URL", read_jenkins },
};

int ci_read(struct arena *a, struct ci_request *out, struct err *err)
{
	*out = (struct ci_request){ 0 };
	for (size_t i = 0; i < ARRAY_SIZE(cis); i++) {
		if (!env(cis[i].variable))
			continue;
		out->ci = cis[i].name;
		return cis[i].read(a, out, err);
	}
	return 0;
}
