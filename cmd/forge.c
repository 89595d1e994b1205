#include "cmd/forge_internal.h"
#include <stdlib.h>
#include <string.h>
#include "base/http.h"

static const struct forge_kind kinds[] = {
	/* by name */
	{
		.name = "bitbucket",
		.api = "https://api.bitbucket.org/2.0",
		.repository_variable = "BITBUCKET_REPO_FULL_NAME",
		.tokens = { "KUBECTL_GITOPS_TOKEN", "BITBUCKET_TOKEN" },
		.token_header = "Authorization: Bearer ",
		.list = "repositories/%R/pullrequests/%N/comments?pagelen=100&page=%P",
		.items = "values",
		.body = "content",
		.body_below = "raw",
		.create = "repositories/%R/pullrequests/%N/comments",
		.edit = "repositories/%R/pullrequests/%N/comments/%I",
		.edit_method = "PUT",
		.status = "repositories/%R/commit/%C/statuses/build",
		.state_words = { "SUCCESSFUL", "FAILED", "FAILED" },
		.context_keys = { "key", "name" },
		.url_key = "url",
		.comment_limit = 32000,
		.description_limit = 255,
		.insights = "repositories/%R/commit/%C/reports/kubectl-gitops",
		.annotations = "repositories/%R/commit/%C/reports/kubectl-gitops/annotations",
		.comment_permission = "pullrequest:write",
		.status_permission = "repository:write",
	},
	{
		.name = "bitbucket-dc",
		.api_variable = "BITBUCKET_SERVER_URL",
		.api_below = "/rest",
		.repository_variable = "BITBUCKET_SERVER_REPOSITORY",
		.tokens = { "KUBECTL_GITOPS_TOKEN", "BITBUCKET_TOKEN" },
		.token_header = "Authorization: Bearer ",
		.list = "api/latest/projects/%J/repos/%S/pull-requests/%N/"
			"activities?limit=100&start=%O",
		.items = "values",
		.item_below = "comment",
		.body = "text",
		.versioned = true,
		.create = "api/latest/projects/%J/repos/%S/pull-requests/%N/comments",
		.edit = "api/latest/projects/%J/repos/%S/pull-requests/%N/comments/%I",
		.edit_method = "PUT",
		.status = "api/latest/projects/%J/repos/%S/commits/%C/builds",
		.state_words = { "SUCCESSFUL", "FAILED", "FAILED" },
		.context_keys = { "key", "name" },
		.url_key = "url",
		.insights = "insights/latest/projects/%J/repos/%S/commits/%C/reports/"
			    "kubectl-gitops",
		.annotations = "insights/latest/projects/%J/repos/%S/commits/%C/reports/"
			       "kubectl-gitops/annotations",
		.clears_annotations = true,
		.comment_limit = 32768,
		.description_limit = 255,
		.comment_permission = "repository read",
		.status_permission = "repository read",
	},
	{
		.name = "gitea",
		.api_variable = "GITHUB_SERVER_URL",
		.api_below = "/api/v1",
		.repository_variable = "GITHUB_REPOSITORY",
		.tokens = { "KUBECTL_GITOPS_TOKEN", "GITEA_TOKEN", "GITHUB_TOKEN" },
		.token_header = "Authorization: token ",
		.list = "repos/%R/issues/%N/comments?limit=100&page=%P",
		.body = "body",
		.create = "repos/%R/issues/%N/comments",
		.edit = "repos/%R/issues/comments/%I",
		.edit_method = "PATCH",
		.status = "repos/%R/statuses/%C",
		.state_words = { "success", "failure", "error" },
		.context_keys = { "context" },
		.url_key = "target_url",
		.comment_limit = 65536,
		.description_limit = 250,
		.comment_permission = "write:issue",
		.status_permission = "write:repository",
	},
	{
		.name = "github",
		.api_variable = "GITHUB_API_URL",
		.api_below = "",
		.api = "https://api.github.com",
		.repository_variable = "GITHUB_REPOSITORY",
		.tokens = { "KUBECTL_GITOPS_TOKEN", "GITHUB_TOKEN", "GH_TOKEN" },
		.token_header = "Authorization: Bearer ",
		.list = "repos/%R/issues/%N/comments?per_page=100&page=%P",
		.body = "body",
		.create = "repos/%R/issues/%N/comments",
		.edit = "repos/%R/issues/comments/%I",
		.edit_method = "PATCH",
		.status = "repos/%R/statuses/%C",
		.state_words = { "success", "failure", "error" },
		.context_keys = { "context" },
		.url_key = "target_url",
		.comment_limit = 65536,
		.description_limit = 140,
		.requests = "repos/%R/pulls?state=open&per_page=100&head=%I",
		.comment_permission = "pull-requests: write",
		.status_permission = "statuses: write",
	},
	{
		.name = "gitlab",
		.api_variable = "CI_API_V4_URL",
		.api_below = "",
		.api = "https://gitlab.com/api/v4",
		.repository_variable = "CI_PROJECT_ID",
		.tokens = { "KUBECTL_GITOPS_TOKEN", "GITLAB_TOKEN" },
		.token_header = "PRIVATE-TOKEN: ",
		.list = "projects/%R/merge_requests/%N/notes?per_page=100&page=%P",
		.body = "body",
		.create = "projects/%R/merge_requests/%N/notes",
		.edit = "projects/%R/merge_requests/%N/notes/%I",
		.edit_method = "PUT",
		.status = "projects/%R/statuses/%C",
		.state_words = { "success", "failed", "failed" },
		.context_keys = { "name" },
		.url_key = "target_url",
		.comment_limit = 1000000,
		.description_limit = 255,
		.comment_permission = "the api scope and the Reporter role",
		.status_permission = "the api scope and the Developer role",
	},
};

enum { BODY_BYTES = 32 << 20 };

/* --- what is known
 * ----------------------------------------------------------------------------------- */

static const char *env(const char *name)
{
	const char *value = name ? getenv(name) : NULL;

	return value && *value ? value : NULL;
}

static const struct forge_kind *find_kind(const char *name)
{
	for (size_t i = 0; name && i < ARRAY_SIZE(kinds); i++)
		if (!strcmp(kinds[i].name, name) ||
		    (!strcmp(name, "forgejo") && !strcmp(kinds[i].name, "gitea")))
			return &kinds[i];
	return NULL;
}

/* The page of the job that plans, for who looks at the status. */
static const char *job_url(struct arena *a)
{
	if (env("CI_JOB_URL"))
		return env("CI_JOB_URL");
	if (env("GITHUB_SERVER_URL") && env("GITHUB_REPOSITORY") && env("GITHUB_RUN_ID"))
		return arena_printf(a, "%s/%s/actions/runs/%s", env("GITHUB_SERVER_URL"),
				    env("GITHUB_REPOSITORY"), env("GITHUB_RUN_ID"));
	if (env("BITBUCKET_REPO_FULL_NAME") && env("BITBUCKET_BUILD_NUMBER"))
		return arena_printf(a, "https://bitbucket.org/%s/pipelines/results/%s",
				    env("BITBUCKET_REPO_FULL_NAME"), env("BITBUCKET_BUILD_NUMBER"));
	return env("BUILD_URL") ? env("BUILD_URL") : env("BUILDKITE_BUILD_URL");
}

static int find_api(struct forge *f, const struct forge_flags *flags, struct err *err)
{
	const struct forge_kind *k = f->kind;

	if (flags->url)
		f->api = flags->url;
	else if (env(k->api_variable))
		f->api = arena_printf(&f->arena, "%s%s", env(k->api_variable), k->api_below);
	else
		f->api = k->api;
	return f->api ? 0
		      : err_raise(err, ERR_USAGE, NO_POS,
				  "the address of %s's API is not known: --forge-url", k->name);
}

static int find_repository(struct forge *f, const struct forge_flags *flags, struct err *err)
{
	f->repository = flags->repository ? flags->repository : env(f->kind->repository_variable);
	if (!f->repository)
		return err_raise(err, ERR_USAGE, NO_POS,
				 "the repository at %s is not known: --repository, or %s",
				 f->kind->name, f->kind->repository_variable);
	return 0;
}

static int find_token(struct forge *f, struct err *err)
{
	const struct forge_kind *k = f->kind;

	for (size_t i = 0; i < ARRAY_SIZE(k->tokens) && k->tokens[i]; i++) {
		if (!env(k->tokens[i]))
			continue;
		if (strpbrk(env(k->tokens[i]), "\r\n"))
			return err_raise(err, ERR_USAGE, NO_POS, "%s has a line's end in it",
					 k->tokens[i]);
		f->authorization =
			arena_printf(&f->arena, "%s%s", k->token_header, env(k->tokens[i]));
		return 0;
	}
	return err_raise(err, ERR_USAGE, NO_POS,
			 "there is no token to post with at %s: set %s (it needs %s)", k->name,
			 k->tokens[1], k->comment_permission);
}

struct forge *forge_open(struct run *run, const struct ci_request *request,
			 const struct forge_flags *flags, struct err *err)
{
	const char *name = flags->name ? flags->name : request->ci;
	struct http_options options = { .user_agent = "kubectl-gitops",
					.timeout_ms = 60000,
					.max_body = BODY_BYTES };
	const struct forge_kind *kind = find_kind(name);
	struct forge *f;

	if (!kind) {
		err_raise(err, ERR_USAGE, NO_POS,
			  "%s'%s' is no forge: --forge bitbucket, bitbucket-dc, forgejo, gitea, "
			  "github "
			  "or gitlab",
			  flags->name ? "" : "the CI ", name ? name : "");
		return NULL;
	}
	f = calloc(1, sizeof(*f));
	if (!f)
		abort();
	arena_init(&f->arena, &run->budget);
	f->kind = kind;
	f->number = request->number;
	f->commit = request->head;
	f->job = job_url(&f->arena);
	if (find_api(f, flags, err) < 0 || find_repository(f, flags, err) < 0 ||
	    find_token(f, err) < 0 || !(f->http = http_new(&options, err))) {
		forge_free(f);
		return NULL;
	}
	return f;
}

void forge_free(struct forge *f)
{
	if (!f)
		return;
	if (f->http)
		http_free(f->http);
	arena_release(&f->arena);
	free(f);
}

size_t forge_comment_limit(const struct forge *f)
{
	return f->kind->comment_limit;
}
