/* Addresses of repositories, taken apart as kustomize does. */
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include "render/kustomize/internal.h"
#include "render/kustomize/remote.h"

static bool skip_prefix(const char **at, const char *prefix)
{
	size_t n = strlen(prefix);

	if (strncasecmp(*at, prefix, n) != 0)
		return false;
	*at += n;
	return true;
}

static const char *take_scheme(const char **at)
{
	static const char *const schemes[] = { "ssh://", "https://", "http://", "file://" };
	size_t i;

	for (i = 0; i < ARRAY_SIZE(schemes); i++)
		if (skip_prefix(at, schemes[i]))
			return schemes[i];
	return "";
}

static bool is_letter(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/* "name@" at the start of a host. */
static const char *take_user(struct arena *a, const char **at)
{
	size_t n = 0;

	if (is_letter((*at)[0]))
		while (is_letter((*at)[n]) || ((*at)[n] >= '0' && (*at)[n] <= '9') ||
		       (*at)[n] == '-')
			n++;
	if (!n || (*at)[n] != '@')
		return "";
	*at += n + 1;
	return arena_memdup(a, *at - n - 1, n + 1);
}

/* The host with what ends it; *at is left at the path. NULL when the text is no address. */
static const char *take_host(struct arena *a, const char **at)
{
	const char *scheme, *user, *end;
	bool github, scp;

	skip_prefix(at, "git::");
	scheme = take_scheme(at);
	user = take_user(a, at);
	github = !strncasecmp(*at, "github.com/", 11) || !strncasecmp(*at, "github.com:", 11);
	scp = !*scheme && (*user || github);
	if (!*scheme && !scp)
		return NULL;
	if (!strcmp(scheme, "file://"))
		return arena_printf(a, "%s%s", scheme, user);
	end = strchr(*at, '/');
	if (scp && strchr(*at, ':') > *at && (!end || strchr(*at, ':') < end))
		end = strchr(*at, ':');
	if (!end || end == *at)
		return NULL;
	user = arena_printf(a, "%s%s%.*s", scheme, user, (int)(end + 1 - *at), *at);
	if (github && (!strcmp(scheme, "ssh://") || strchr(user, '@')))
		user = arena_printf(
			a, "%.*sgithub.com:", (int)(strchr(user, '@') ? strcspn(user, "@") + 1 : 0),
			strstr(user, "://") ? strstr(user, "://") + 3 : user);
	else if (github)
		user = "https://github.com/";
	*at = end + 1;
	return user;
}

/* The repository's part of a path, and the rest. */
static bool split_path(struct arena *a, const char *text, bool whole, const char **repo,
		       const char **rest)
{
	const char *mark = strstr(text, "_git/"), *end;

	*rest = "";
	if (mark) {
		mark += strlen("_git/");
		end = mark + strcspn(mark, "/");
		*rest = *end ? end + 1 : "";
	} else if ((end = strstr(text, "//"))) {
		*rest = end + 2;
	} else if ((end = strstr(text, ".git"))) {
		end += strlen(".git");
		*rest = end;
	} else if (whole) {
		end = text + strlen(text);
	} else {
		end = strchr(text, '/');
		if (!end)
			return false;
		end += 1 + strcspn(end + 1, "/");
		*rest = *end ? end + 1 : "";
	}
	*repo = arena_memdup(a, text, (size_t)(end - text));
	while (**rest == '/')
		(*rest)++;
	return **repo != '\0';
}

/* A value of the query; the first of that name. */
static const char *query_value(struct arena *a, const char *query, const char *name)
{
	size_t n = strlen(name), len;

	for (; query && *query; query += len + (query[len] == '&')) {
		len = strcspn(query, "&");
		if (len > n && !strncmp(query, name, n) && query[n] == '=')
			return arena_memdup(a, query + n + 1, len - n - 1);
	}
	return "";
}

bool repo_spec_parse(struct arena *a, const char *text, struct repo_spec *out)
{
	const char *query = strchr(text, '?'), *at, *host, *repo, *path;

	if (*text == '/')
		return false;
	at = query ? arena_memdup(a, text, (size_t)(query - text)) : text;
	host = take_host(a, &at);
	if (!host || !split_path(a, at, !strncmp(host, "file://", 7), &repo, &path))
		return false;
	if (!view_join(a, "", path))
		return false;
	*out = (struct repo_spec){ .clone = arena_printf(a, "%s%s", host, repo),
				   .path = view_join(a, "", path) };
	query = query ? query + 1 : NULL;
	out->ref = query_value(a, query, "ref");
	if (!*out->ref)
		out->ref = query_value(a, query, "version");
	out->timeout_s = (unsigned)strtoul(query_value(a, query, "timeout"), NULL, 10);
	return true;
}
