/* Remote bases, fetched by the user's git, and remote files, fetched over HTTP. */
#include <string.h>
#include "base/url.h"
#include <strings.h>
#include "base/http.h"
#include "base/text.h"
#include "render/git/git.h"
#include "render/guard.h"
#include "render/kustomize/finish.h"
#include "render/kustomize/internal.h"
#include "render/kustomize/remote.h"

bool remote_is_file(const char *text)
{
	return !strncasecmp(text, "http://", 7) || !strncasecmp(text, "https://", 8);
}

bool remote_is_url(struct arena *a, const char *text)
{
	struct repo_spec spec;

	return remote_is_file(text) || repo_spec_parse(a, text, &spec);
}

/* ---- files ---- */

static int fetch_file(struct kz *kz, const char *url, origin_id at, struct http_response *out,
		      struct err *err)
{
	struct http_options options = { .flags = HTTP_FOLLOW,
					.max_body = LIMIT_FILE_BYTES,
					.connect_timeout_ms = REACH_CONNECT_MS };
	struct http_request request = { .url = url };
	struct http *http = NULL;
	bool public_only;
	int rc = guard_url(kz->run, url, &public_only, err);

	if (!rc) {
		options.flags |= public_only ? HTTP_PUBLIC_ONLY : 0;
		http = http_new(&options, err);
		rc = http ? reach_fetch(kz->run, http, &request, out, err) : -1;
	}
	if (http)
		http_free(http);
	if (rc < 0) {
		if (err->code == ERR_UNREACHED) {
			reach_misses(err, arena_printf(kz->a, "'%s'", url_shown(kz->a, url)));
			err_at(err, origins_pos(kz->run->origins, at));
			return -1;
		}
		err_at(err, origins_pos(kz->run->origins, at));
		return err_wrap(err, "'%s'", url_shown(kz->a, url));
	}
	if (out->status >= 200 && out->status <= 299)
		return 0;
	kz_fail(kz, err, at, "'%s': HTTP status %d", url_shown(kz->a, url), out->status);
	http_response_release(out);
	return -1;
}

int remote_read(const struct target *t, const char *url, origin_id at, struct blob *out,
		struct err *err)
{
	struct http_response response = { 0 };

	if (t->kz->run->offline)
		return err_away(err, origins_pos(t->kz->run->origins, at), "'%s'",
				url_shown(t->kz->a, url));
	if (fetch_file(t->kz, url, at, &response, err) < 0)
		return -1;
	*out = (struct blob){ .path = arena_strdup(t->kz->a, url), .len = response.body.len };
	out->text = arena_memdup(t->kz->a, response.body.text, response.body.len);
	out->origin = origins_add_file(t->kz->run->origins, NULL, out->path, out->text, out->len);
	http_response_release(&response);
	return 0;
}

/* ---- repositories ---- */

/* A remote may not be built inside itself. */
static int check_cycle(const struct target *t, const char *url, origin_id at, struct err *err)
{
	const struct target *up;

	for (up = t; up; up = up->parent)
		if (up->url && !strncmp(up->url, url, strlen(url)))
			return kz_fail(t->kz, err, at,
				       "cycle detected: URI '%s' referenced by previous URI '%s'",
				       url_shown(t->kz->a, url), url_shown(t->kz->a, up->url));
	return 0;
}

static int accumulate_repo(struct target *t, struct accumulator *into, const struct node *path,
			   const struct repo_spec *spec, bool component, struct err *err)
{
	struct remote remote = { .url = spec->clone,
				 .ref = *spec->ref ? spec->ref : NULL,
				 .timeout_ms = spec->timeout_s * 1000 };
	struct target sub = { .kz = t->kz, .dir = spec->path, .url = path->text };
	char commit[GIT_ID];

	if (check_cycle(t, path->text, path->origin, err) < 0)
		return -1;
	sub.view = remote_open(t->kz->run, &remote, commit, err);
	if (!sub.view) {
		err_at(err, origins_pos(t->kz->run->origins, path->origin));
		return err_wrap(err, "remote base '%s'", url_shown(t->kz->a, path->text));
	}
	*vec_push(t->kz->a, &t->kz->opened) = sub.view;
	sub.origin = provenance_append(t->kz, t->origin, path->text);
	return target_sub(t, &sub, into, path->origin, component, err);
}

/* "https://host/team/app.git", and not raw.githubusercontent.com. */
static bool has_git_suffix(const char *text)
{
	for (text = strstr(text, ".git"); text; text = strstr(text + 1, ".git"))
		if (!text[4] || strchr("/?", text[4]))
			return true;
	return false;
}

/* What is surely a repository is not asked for as a file first. */
static bool names_repo(const char *text)
{
	return !remote_is_file(text) || strstr(text, "?ref=") || strstr(text + 8, "//") ||
	       has_git_suffix(text) || strstr(text, "_git/");
}

int remote_accumulate(struct target *t, struct accumulator *into, const struct node *path,
		      bool component, struct err *err)
{
	struct err file_err = ERR_INIT;
	struct repo_spec spec;
	bool is_repo = repo_spec_parse(t->kz->a, path->text, &spec);
	bool is_manifest = text_ends(path->text, ".yaml") || text_ends(path->text, ".yml") ||
			   text_ends(path->text, ".json");

	if (!component && !names_repo(path->text)) {
		if (!target_file(t, into, path, &file_err))
			return 0;
		if (!is_repo || is_manifest || t->kz->run->offline) {
			*err = file_err;
			return -1;
		}
	}
	if (!is_repo)
		return kz_fail(t->kz, err, path->origin, "'%s' is no repository's address",
			       url_shown(t->kz->a, path->text));
	return accumulate_repo(t, into, path, &spec, component, err);
}
