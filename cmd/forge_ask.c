#include "cmd/forge_internal.h"
#include <ctype.h>
#include <string.h>
#include "base/http.h"
#include "base/json.h"

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

/* What a letter after '%' stands for. */
static const char *place(struct forge *f, char letter, const char *item)
{
	const char *slash = strchr(f->repository, '/');

	switch (letter) {
	case 'R':
		return f->repository;
	case 'J':
		return slash ? arena_memdup(&f->arena, f->repository,
					    (size_t)(slash - f->repository))
			     : "";
	case 'S':
		return slash ? slash + 1 : f->repository;
	case 'N':
		return f->number;
	case 'C':
		return f->commit;
	default:
		return item;
	}
}

const char *forge_url(struct forge *f, const char *path, const char *item, unsigned page)
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
		if (*path == 'P' || *path == 'O')
			buf_printf(&b, "%u", *path == 'P' ? page : (page - 1) * 100);
		else
			add_segment(&b, place(f, *path, item), *path == 'R' && slashes);
	}
	out = buf_dup(&b, &f->arena);
	buf_release(&b);
	return out;
}

/* GitHub answers 403 too: with nothing remaining, or (too much at once) with a time to wait. */
static bool is_rate_limit(const struct http_response *r)
{
	const char *value;
	size_t from = 0, len;

	if (r->status == 429)
		return true;
	if (r->status != 403)
		return false;
	if (http_header(r, "x-ratelimit-remaining", &from, &value, &len) && len == 1 &&
	    *value == '0')
		return true;
	from = 0;
	return http_header(r, "Retry-After", &from, &value, &len);
}

/* "; it asks to wait 60 s" */
static const char *how_long(struct forge *f, const struct http_response *r)
{
	const char *value;
	size_t from = 0, len;

	if (!http_header(r, "Retry-After", &from, &value, &len) || !len || len > 9 ||
	    strspn(value, "0123456789") < len)
		return "";
	return arena_printf(&f->arena, "; it asks to wait %.*s s", (int)len, value);
}

/* What the forge says beside the status, where it is short and plain. */
static const char *said(struct forge *f, const struct http_response *r)
{
	struct json_options options = { 0 };
	struct err ignored = ERR_INIT;
	const struct node *answer =
		json_read(&f->arena, r->body.text, r->body.len, &options, &ignored);
	const struct node *errors = node_get(answer, "errors");
	const char *text = node_get_string(answer, "message");

	if (!text)
		text = node_get_string(node_get(answer, "error"), "message");
	if (!text && node_is(errors, NODE_SEQ) && errors->len)
		text = node_get_string(errors->items[0], "message");
	if (!text)
		text = node_get_string(answer, "error_description");
	if (!text)
		text = node_get_string(answer, "error");
	return text && strlen(text) < 300 ? arena_printf(&f->arena, ": %s", text) : "";
}

static int refused(struct forge *f, const struct http_response *r, const char *permission,
		   struct err *err)
{
	const char *name = f->kind->name;

	if (is_rate_limit(r))
		return err_raise(err, ERR_REFUSED, NO_POS, "%s: its rate limit is reached%s%s",
				 name, how_long(f, r), said(f, r));
	if (r->status == 401)
		return err_raise(err, ERR_REFUSED, NO_POS, "%s does not know the token (401)%s",
				 name, said(f, r));
	if (r->status == 403 || r->status == 404)
		return err_raise(err, ERR_REFUSED, NO_POS, "%s refuses (%d): the token needs %s%s",
				 name, r->status, permission, said(f, r));
	return err_raise(err, ERR_IO, NO_POS, "%s answers with status %d%s", name, r->status,
			 said(f, r));
}

int forge_ask(struct forge *f, struct forge_post *p, const struct node **answer, struct err *err)
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
