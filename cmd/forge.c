#include "cmd/forge.h"
#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include "base/http.h"
#include "base/json.h"

/*
 * Paths are below the API's root. In them %R is the repository, %N the merge request, %C the
 * commit, %I a comment, %P a page.
 */
struct forge_kind {
	const char *name;
	const char *api_variable,
		*api_below; /* the API's root: a variable's value, and what follows it */
	const char *api;    /* where the variable is not set */
	const char *repository_variable;
	const char *tokens[4];	  /* variables, the first that is set counts */
	const char *token_header; /* "Authorization: Bearer %s" without the value */
	const char *list,
		*items; /* comments, 100 a page; the array's key, NULL: the answer is it */
	const char *body, *body_below; /* a comment's text: key, and key in that */
	const char *create, *edit, *edit_method;
	const char *status;
	const char *state_words[FORGE_STATES];
	const char *context_keys[2]; /* the status's name */
	const char *url_key;
	size_t comment_limit, description_limit;
	const char *comment_permission, *status_permission;
};

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
		.comment_permission = "pullrequest:write",
		.status_permission = "repository:write",
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

enum { MAX_PAGES = 50, BODY_BYTES = 32 << 20 };

struct forge {
	const struct forge_kind *kind;
	struct arena arena;
	struct http *http;
	const char *api, *repository, *number, *commit, *authorization, *job;
};

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
			  "%s'%s' is no forge: --forge bitbucket, forgejo, gitea, github or gitlab",
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

/* --- requests
 * ----------------------------------------------------------------------------------------- */

/* A value in a path; a repository's '/' stays where the forge takes owner/name. */
static void add_segment(struct buf *b, const char *text, bool slashes)
{
	for (; *text; text++)
		if (isalnum((unsigned char)*text) || strchr("-._~", *text) ||
		    (slashes && *text == '/'))
			buf_char(b, *text);
		else
			buf_printf(b, "%%%02X", (unsigned char)*text);
}

static const char *make_url(struct forge *f, const char *path, const char *comment, unsigned page)
{
	bool slashes = strcmp(f->kind->name, "gitlab") != 0;
	const char *out;
	struct buf b;

	buf_init(&b, 0);
	buf_printf(&b, "%s/", f->api);
	for (; *path; path++) {
		if (*path != '%') {
			buf_char(&b, *path);
			continue;
		}
		path++;
		if (*path == 'P')
			buf_printf(&b, "%u", page);
		else
			add_segment(&b,
				    *path == 'R'   ? f->repository
				    : *path == 'N' ? f->number
				    : *path == 'C' ? f->commit
						   : comment,
				    slashes);
	}
	out = buf_dup(&b, &f->arena);
	buf_release(&b);
	return out;
}

static bool is_rate_limit(const struct http_response *r)
{
	const char *value;
	size_t from = 0, len;

	if (r->status == 429)
		return true;
	return r->status == 403 && http_header(r, "x-ratelimit-remaining", &from, &value, &len) &&
	       len == 1 && *value == '0';
}

/* What the forge says beside the status, where it is short and plain. */
static const char *said(struct forge *f, const struct http_response *r)
{
	struct json_options options = { 0 };
	struct err ignored = ERR_INIT;
	const struct node *answer =
		json_read(&f->arena, r->body.text, r->body.len, &options, &ignored);
	const char *text = node_get_string(answer, "message");

	if (!text)
		text = node_get_string(node_get(answer, "error"), "message");
	if (!text)
		text = node_get_string(answer, "error");
	return text && strlen(text) < 300 ? arena_printf(&f->arena, ": %s", text) : "";
}

static int refused(struct forge *f, const struct http_response *r, const char *permission,
		   struct err *err)
{
	const char *name = f->kind->name;

	if (is_rate_limit(r))
		return err_raise(err, ERR_REFUSED, NO_POS, "%s: its rate limit is reached%s", name,
				 said(f, r));
	if (r->status == 401)
		return err_raise(err, ERR_REFUSED, NO_POS, "%s does not know the token (401)%s",
				 name, said(f, r));
	if (r->status == 403 || r->status == 404)
		return err_raise(err, ERR_REFUSED, NO_POS, "%s refuses (%d): the token needs %s%s",
				 name, r->status, permission, said(f, r));
	return err_raise(err, ERR_IO, NO_POS, "%s answers with status %d%s", name, r->status,
			 said(f, r));
}

struct post {
	const char *method, *url, *permission;
	const struct node *body; /* NULL: none */
	int status;		 /* out: of the answer, 0 without one */
};

static int ask(struct forge *f, struct post *p, const struct node **answer, struct err *err)
{
	const char *const headers[] = { f->authorization, "Accept: application/json",
					"Content-Type: application/json" };
	struct http_request request = { .method = p->method,
					.url = p->url,
					.headers = headers,
					.header_count = p->body ? 3 : 2,
					.unsafe_retry = !strcmp(p->method, "POST") };
	struct json_options options = { .file = f->kind->name };
	struct http_response response = { 0 };
	struct buf body;
	int rc;

	buf_init(&body, 0);
	if (p->body)
		json_write(&body, p->body, 0);
	request.body = p->body ? body.text : NULL;
	request.body_len = body.len;
	rc = http_fetch(f->http, &request, &response, err);
	p->status = response.status;
	if (!rc && (response.status < 200 || response.status > 299))
		rc = refused(f, &response, p->permission, err);
	if (!rc && answer) {
		*answer =
			json_read(&f->arena, response.body.text, response.body.len, &options, err);
		rc = *answer ? 0 : -1;
	}
	http_response_release(&response);
	buf_release(&body);
	return rc;
}

/* --- the comment
 * -------------------------------------------------------------------------------------- */

static const char *comment_text(const struct forge_kind *k, const struct node *comment)
{
	const struct node *body = node_get(comment, k->body);

	return node_string(k->body_below ? node_get(body, k->body_below) : body);
}

/* The id of the comment that holds the marker; "" when there is none. */
static int find_comment(struct forge *f, const char *marker, const char **id, struct err *err)
{
	const struct node *answer, *items;
	const char *text;

	*id = "";
	for (unsigned page = 1; page <= MAX_PAGES; page++) {
		struct post p = { .method = "GET",
				  .url = make_url(f, f->kind->list, NULL, page),
				  .permission = f->kind->comment_permission };

		if (ask(f, &p, &answer, err) < 0)
			return -1;
		items = f->kind->items ? node_get(answer, f->kind->items) : answer;
		if (!node_is(items, NODE_SEQ))
			return err_raise(err, ERR_IO, NO_POS,
					 "%s: the answer has no list of comments", f->kind->name);
		for (uint32_t i = 0; i < items->len; i++) {
			text = comment_text(f->kind, items->items[i]);
			if (text && strstr(text, marker) &&
			    node_text(node_get(items->items[i], "id"))) {
				*id = node_text(node_get(items->items[i], "id"));
				return 0;
			}
		}
		if (!items->len)
			break;
	}
	return 0;
}

static const struct node *comment_body(struct forge *f, const char *text)
{
	struct node *body = node_map(&f->arena), *content;

	if (f->kind->body_below) {
		content = node_map(&f->arena);
		node_set(&f->arena, content, f->kind->body_below, node_str(&f->arena, text));
		node_set(&f->arena, body, f->kind->body, content);
	} else {
		node_set(&f->arena, body, f->kind->body, node_str(&f->arena, text));
	}
	return body;
}

int forge_comment(struct forge *f, const char *marker, const char *text, struct err *err)
{
	struct post p = { .permission = f->kind->comment_permission,
			  .body = comment_body(f, text) };
	const char *id;

	if (!f->number)
		return err_raise(err, ERR_USAGE, NO_POS, "there is no merge request to comment on");
	if (find_comment(f, marker, &id, err) < 0)
		return -1;
	if (*id) {
		p.method = f->kind->edit_method;
		p.url = make_url(f, f->kind->edit, id, 0);
		if (!ask(f, &p, NULL, err))
			return 0;
		/* Somebody else wrote the marker into a comment of theirs: then one of our own. */
		if (p.status != 403 && p.status != 404)
			return -1;
		err_clear(err);
	}
	p.method = "POST";
	p.url = make_url(f, f->kind->create, NULL, 0);
	return ask(f, &p, NULL, err);
}

/* --- the status
 * --------------------------------------------------------------------------------------- */

/* At most `max` characters, none of them cut in the middle. */
static const char *cut(struct arena *a, const char *text, size_t max)
{
	size_t n = strlen(text);

	if (n > max)
		for (n = max; n && ((unsigned char)text[n] & 0xc0) == 0x80; n--)
			;
	return arena_memdup(a, text, n);
}

int forge_status(struct forge *f, enum forge_state state, const char *text, struct err *err)
{
	const struct forge_kind *k = f->kind;
	struct node *body = node_map(&f->arena);
	struct post p = { .method = "POST", .permission = k->status_permission, .body = body };

	if (!f->commit)
		return err_raise(err, ERR_USAGE, NO_POS, "there is no commit to set the status of");
	node_set(&f->arena, body, "state", node_str(&f->arena, k->state_words[state]));
	for (size_t i = 0; i < ARRAY_SIZE(k->context_keys) && k->context_keys[i]; i++)
		node_set(&f->arena, body, k->context_keys[i],
			 node_str(&f->arena, "kubectl-gitops"));
	node_set(&f->arena, body, "description",
		 node_str(&f->arena, cut(&f->arena, text, k->description_limit)));
	if (f->job)
		node_set(&f->arena, body, k->url_key, node_str(&f->arena, f->job));
	p.url = make_url(f, k->status, NULL, 0);
	return ask(f, &p, NULL, err);
}
