#include "base/url.h"

#include <string.h>
#include <strings.h>

static size_t scheme_length(const char *url)
{
	size_t n = strspn(url, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789+.-");

	return n && url[n] == ':' ? n : 0;
}

/* Take "." and ".." out of a path that starts with '/'. In place. */
static void remove_dots(char *path)
{
	size_t out = 0;

	for (char *p = path; *p;) {
		size_t n = 1 + strcspn(p + 1, "/");

		if (n == 3 && !memcmp(p, "/..", 3)) {
			while (out && path[--out] != '/')
				;
			if (!p[n])
				path[out++] = '/';
		} else if (n == 2 && !memcmp(p, "/.", 2)) {
			if (!p[n])
				path[out++] = '/';
		} else {
			memmove(path + out, p, n);
			out += n;
		}
		p += n;
	}
	path[out] = '\0';
}

const char *url_join(struct arena *a, const char *base, const char *ref)
{
	size_t scheme = scheme_length(base), host, end = strcspn(base, "#");
	const char *path;
	char *joined;

	if (scheme_length(ref))
		return ref;
	if (!*ref || *ref == '#')
		return arena_printf(a, "%.*s%s", (int)end, base, ref);
	if (!scheme || strncmp(base + scheme, "://", 3))
		return ref;
	if (!strncmp(ref, "//", 2))
		return arena_printf(a, "%.*s:%s", (int)scheme, base, ref);
	host = scheme + 3 + strcspn(base + scheme + 3, "/?#");
	path = base + host;
	if (*ref == '/') {
		joined = arena_strdup(a, ref);
	} else {
		size_t keep = strcspn(path, "?#");

		while (keep && path[keep - 1] != '/')
			keep--;
		joined = arena_printf(a, "%.*s%s%s", (int)keep, path, keep ? "" : "/", ref);
	}
	end = strcspn(joined, "?#");
	path = arena_strdup(a, joined + end);
	joined[end] = '\0';
	remove_dots(joined);
	return arena_printf(a, "%.*s%s%s", (int)host, base, joined, path);
}

static int hex(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	c = (char)(c | 0x20);
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

const char *url_split(struct arena *a, const char *url, const char **fragment)
{
	size_t n = strcspn(url, "#");
	const char *in = url + n + (url[n] == '#');
	char *out = arena_alloc(a, strlen(in) + 1);

	*fragment = out;
	for (; *in; in++) {
		if (*in == '%' && hex(in[1]) >= 0 && hex(in[2]) >= 0) {
			*out++ = (char)(hex(in[1]) * 16 + hex(in[2]));
			in += 2;
		} else {
			*out++ = *in;
		}
	}
	*out = '\0';
	return arena_memdup(a, url, n);
}

const char *url_host(struct arena *a, const char *url)
{
	size_t scheme = scheme_length(url), n;
	const char *host = url + scheme + 3, *at;

	if (!scheme || strncmp(url + scheme, "://", 3))
		return "";
	n = strcspn(host, "/?#");
	at = memrchr(host, '@', n);
	if (at) {
		n -= (size_t)(at + 1 - host);
		host = at + 1;
	}
	return arena_memdup(a, host, n);
}

/* "host/path" of a git URL, in parts. */
struct repository {
	const char *host, *path;
	size_t host_len, path_len;
};

static struct repository repository_of(const char *url)
{
	struct repository out = { 0 };
	const char *start, *end, *at;

	url += strspn(url, " \t\n");
	start = strstr(url, "://");
	start = start ? start + 3 : url;
	end = start + strcspn(start, start == url ? ":/" : "/");
	at = memrchr(start, '@', (size_t)(end - start));
	out.host = at ? at + 1 : start;
	out.host_len = (size_t)(end - out.host);
	if (start != url) {
		const char *port = memchr(out.host, ':', out.host_len);

		if (port && (!strncmp(port, ":443/", 5) || !strncmp(port, ":22/", 4)))
			out.host_len = (size_t)(port - out.host);
	}
	out.path = end + strspn(end, ":/");
	out.path_len = strcspn(out.path, " \t\n?#");
	while (out.path_len && out.path[out.path_len - 1] == '/')
		out.path_len--;
	if (out.path_len > 4 && !strncasecmp(out.path + out.path_len - 4, ".git", 4))
		out.path_len -= 4;
	return out;
}

bool url_same_repository(const char *one, const char *two)
{
	struct repository a = repository_of(one), b = repository_of(two);

	return a.host_len == b.host_len && a.path_len == b.path_len && a.path_len &&
	       !strncasecmp(a.host, b.host, a.host_len) && !strncasecmp(a.path, b.path, a.path_len);
}

const char *url_shown(struct arena *a, const char *url)
{
	const char *start = strstr(url, "://"), *end, *at;

	if (!start)
		return url;
	start += 3;
	end = start + strcspn(start, "/?#");
	at = memrchr(start, '@', (size_t)(end - start));
	if (!at || !strncmp(url, "ssh://", 6))
		return url;
	return arena_printf(a, "%.*s%s", (int)(start - url), url, at + 1);
}
