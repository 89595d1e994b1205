/* URLs. */
#include <string.h>
#include "validate/cel/url.h"
#include "validate/cel/library.h"

struct uri {
	const char *scheme, *host, *path, *query;
};

/* Go's url.ParseRequestURI: absolute, or a path that starts with '/'. */
static bool read_uri(struct arena *a, const char *text, struct uri *out)
{
	const char *colon = strstr(text, "://"), *at, *end, *user;

	*out = (struct uri){ "", "", "", "" };
	if (strpbrk(text, " \t\r\n\x7f") || !*text)
		return false;
	if (*text == '/') {
		at = text;
	} else {
		if (!colon || colon == text)
			return false;
		out->scheme = arena_memdup(a, text, (size_t)(colon - text));
		if (strspn(out->scheme,
			   "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789+-.") !=
		    strlen(out->scheme))
			return false;
		at = colon + 3;
		end = at + strcspn(at, "/?");
		user = memrchr(at, '@', (size_t)(end - at));
		if (user)
			at = user + 1;
		out->host = arena_memdup(a, at, (size_t)(end - at));
		at = end;
	}
	end = at + strcspn(at, "?");
	out->path = arena_memdup(a, at, (size_t)(end - at));
	out->query = *end ? end + 1 : "";
	return true;
}

bool cel_is_uri(const char *text)
{
	struct arena scratch = ARENA_INIT;
	struct uri u;
	bool good = read_uri(&scratch, text, &u);

	arena_release(&scratch);
	return good;
}

FN(to_url)
{
	struct uri *u = arena_new(e->arena, struct uri);

	if (!read_uri(e->arena, x[0]->text.text, u))
		return cel_fail(e->arena,
				"URL parse error during conversion from string: parse \"%s\": "
				"invalid URI for request",
				x[0]->text.text);
	return cel_opaque(e->arena, CEL_URL, x[0]->text.text, x[0]->text.len, u);
}

FN(is_url)
{
	struct uri u;

	return cel_bool(e->arena, read_uri(e->arena, x[0]->text.text, &u));
}

static const struct uri *uri_of(const struct cel_value *v)
{
	return v->extra;
}

FN(url_scheme)
{
	return cel_string_of(e->arena, uri_of(x[0])->scheme);
}
FN(url_host)
{
	return cel_string_of(e->arena, uri_of(x[0])->host);
}
FN(url_path)
{
	return cel_string_of(e->arena, uri_of(x[0])->path);
}

static const char *port_at(const char *host)
{
	const char *colon = strrchr(host, ':'), *bracket = strrchr(host, ']');

	return colon && (!bracket || colon > bracket) ? colon : NULL;
}

FN(url_hostname)
{
	const char *host = uri_of(x[0])->host, *colon = port_at(host);
	size_t len = colon ? (size_t)(colon - host) : strlen(host);

	if (len > 1 && host[0] == '[' && host[len - 1] == ']') {
		host++;
		len -= 2;
	}
	return cel_string(e->arena, arena_memdup(e->arena, host, len), len);
}

FN(url_port)
{
	const char *colon = port_at(uri_of(x[0])->host);

	return cel_string_of(e->arena, colon ? colon + 1 : "");
}

FN(url_query)
{
	struct {
		VEC(struct cel_pair);
	} pairs = { 0 };
	const char *at = uri_of(x[0])->query;

	while (*at) {
		size_t len = strcspn(at, "&"), name = strcspn(at, "=&");
		const char *value = name < len ? at + name + 1 : "";
		struct cel_value **one = arena_array(e->arena, 1, struct cel_value *);
		size_t value_len = name < len ? len - name - 1 : 0;

		one[0] = cel_string(e->arena, arena_memdup(e->arena, value, value_len), value_len);
		*vec_push(e->arena, &pairs) =
			(struct cel_pair){ cel_string(e->arena, arena_memdup(e->arena, at, name),
						      name),
					   cel_list_of(e->arena, one, 1) };
		at += len + (at[len] == '&');
	}
	return cel_map_of(e->arena, pairs.items, pairs.count);
}

static const struct cel_function rows[] = {
	{ "url", "s:U", to_url, false, COST_STRING }, { "isURL", "s:b", is_url },
	{ "getScheme", "U:s", url_scheme, true },     { "getHost", "U:s", url_host, true },
	{ "getHostname", "U:s", url_hostname, true }, { "getPort", "U:s", url_port, true },
	{ "getEscapedPath", "U:s", url_path, true },  { "getQuery", "U:MsLs", url_query, true },
};
const struct cel_functions cel_urls = { rows, ARRAY_SIZE(rows) };
