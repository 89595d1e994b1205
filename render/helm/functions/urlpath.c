/* urlpath: paths, and URLs as net/url takes them apart and puts them together. */
#include <string.h>
#include "render/helm/functions/functions.h"

/* ---- paths ---- */

struct path {
	const char *text;
	size_t len, at; /* read position */
	struct buf out;
	size_t floor; /* ".." may not remove what lies before */
	bool rooted;
};

static void clean_element(struct path *p)
{
	const char *from = p->text + p->at;
	size_t len = 0;

	while (p->at + len < p->len && from[len] != '/')
		len++;
	p->at += len;
	if (len == 1 && from[0] == '.')
		return;
	if (len == 2 && from[0] == '.' && from[1] == '.') {
		if (p->out.len > p->floor) {
			size_t end = p->out.len - 1;

			while (end > p->floor && p->out.text[end] != '/')
				end--;
			buf_cut(&p->out, end);
			return;
		}
		if (p->rooted)
			return;
		if (p->out.len)
			buf_char(&p->out, '/');
		buf_str(&p->out, "..");
		p->floor = p->out.len;
		return;
	}
	if (p->out.len > p->rooted)
		buf_char(&p->out, '/');
	buf_add(&p->out, from, len);
}

/* path.Clean */
static void clean(struct buf *out, const char *text, size_t len)
{
	struct path p = { .text = text, .len = len, .rooted = len && *text == '/' };

	buf_init(&p.out, 0);
	if (p.rooted) {
		buf_char(&p.out, '/');
		p.floor = 1;
	}
	while (p.at < len) {
		if (text[p.at] == '/')
			p.at++;
		else
			clean_element(&p);
	}
	buf_str(out, p.out.len ? p.out.text : ".");
	buf_release(&p.out);
}

int fn_clean(struct call *c)
{
	struct buf b;

	buf_init(&b, 0);
	clean(&b, c->args[0].s->text, c->args[0].s->len);
	return give_like(c, c->args[0], &b);
}

int fn_base(struct call *c)
{
	struct value s = c->args[0];
	size_t end = s.s->len, from;

	if (!end)
		return give_string(c, ".", 1);
	while (end && s.s->text[end - 1] == '/')
		end--;
	if (!end)
		return give_string(c, "/", 1);
	for (from = end; from && s.s->text[from - 1] != '/'; from--)
		;
	return give(c, string_part(c->arena, s, from, end));
}

int fn_dir(struct call *c)
{
	const struct go_string *s = c->args[0].s;
	size_t end = s->len;
	struct buf b;

	while (end && s->text[end - 1] != '/')
		end--;
	buf_init(&b, 0);
	clean(&b, s->text, end);
	return give_like(c, c->args[0], &b);
}

int fn_os_dir(struct call *c)
{
	return fn_dir(c);
}

int fn_ext(struct call *c)
{
	struct value s = c->args[0];
	size_t at = s.s->len;

	for (; at && s.s->text[at - 1] != '/'; at--)
		if (s.s->text[at - 1] == '.')
			return give(c, string_part(c->arena, s, at - 1, s.s->len));
	return give_string(c, "", 0);
}

int fn_is_abs(struct call *c)
{
	return give_bool(c, c->args[0].s->len && c->args[0].s->text[0] == '/');
}

/* ---- URLs: escapes ---- */

enum place { IN_PATH, IN_HOST, IN_ZONE, IN_USER, IN_FRAGMENT };

static bool is_hex(char c)
{
	return (c >= '0' && c <= '9') || ((c | 0x20) >= 'a' && (c | 0x20) <= 'f');
}

static int hex_value(char c)
{
	return c <= '9' ? c - '0' : (c | 0x20) - 'a' + 10;
}

static bool is_unreserved(unsigned char c)
{
	return (c >= '0' && c <= '9') || ((c | 0x20) >= 'a' && (c | 0x20) <= 'z') ||
	       (c && strchr("-_.~", c));
}

static bool needs_escape(unsigned char c, enum place place)
{
	if (is_unreserved(c))
		return false;
	if (!c || c >= 0x80)
		return true;
	switch (place) {
	case IN_HOST:
	case IN_ZONE:
		return !strchr("!$&'()*+,;=:[]<>\"", c);
	case IN_PATH:
		return !strchr("$&+,/:;=@", c);
	case IN_USER:
		return !strchr("$&+,;=", c);
	case IN_FRAGMENT:
		return !strchr("$&+,/:;=?@!()*", c);
	}
	return true;
}

static void escape(struct buf *out, const char *text, size_t len, enum place place)
{
	size_t i;

	for (i = 0; i < len; i++) {
		if (needs_escape((unsigned char)text[i], place))
			buf_printf(out, "%%%02X", (unsigned char)text[i]);
		else
			buf_char(out, text[i]);
	}
}

static int bad_escape(struct call *c, const char *url, const char *at, size_t len)
{
	return call_fail(c, "unable to parse url: parse %s: invalid URL escape %s", url,
			 text_quoted(c->arena, at, len < 3 ? len : 3));
}

static int unescape(struct call *c, const char *url, const char *text, size_t len, enum place place,
		    struct buf *out)
{
	size_t i;

	for (i = 0; i < len; i++) {
		unsigned char byte = (unsigned char)text[i];

		if (byte == '%') {
			if (i + 2 >= len || !is_hex(text[i + 1]) || !is_hex(text[i + 2]))
				return bad_escape(c, url, text + i, len - i);
			byte = (unsigned char)(hex_value(text[i + 1]) << 4 |
					       hex_value(text[i + 2]));
			if (place == IN_HOST && hex_value(text[i + 1]) < 8 &&
			    memcmp(text + i, "%25", 3))
				return bad_escape(c, url, text + i, 3);
			buf_char(out, (char)byte);
			i += 2;
		} else {
			if (place == IN_HOST && byte < 0x80 && needs_escape(byte, place))
				return call_fail(c,
						 "unable to parse url: parse %s: invalid character "
						 "%s in host name",
						 url, text_quoted(c->arena, text + i, 1));
			buf_char(out, (char)byte);
		}
	}
	return 0;
}

/* ---- URLs: parts ---- */

struct url {
	struct value scheme, opaque, host, path, query, fragment, userinfo;
	bool force_query;
};

static int url_fail(struct call *c, const char *url, const char *what)
{
	return call_fail(c, "unable to parse url: parse %s: %s", url, what);
}

static int unescaped(struct call *c, const char *url, const char *text, size_t len,
		     enum place place, struct value *out)
{
	struct buf b;

	buf_init(&b, 0);
	if (unescape(c, url, text, len, place, &b) < 0) {
		buf_release(&b);
		return -1;
	}
	*out = value_str_n(c->arena, b.text, b.len);
	buf_release(&b);
	return 0;
}

/* "scheme:": its length, 0 when there is none, -1 when the colon comes first. */
static long scheme_length(const char *text, size_t len)
{
	size_t i;

	for (i = 0; i < len; i++) {
		char c = text[i];

		if ((c | 0x20) >= 'a' && (c | 0x20) <= 'z')
			continue;
		if ((c >= '0' && c <= '9') || c == '+' || c == '-' || c == '.') {
			if (!i)
				return 0;
			continue;
		}
		return c == ':' ? (i ? (long)i : -1) : 0;
	}
	return 0;
}

static bool valid_port(const char *text, size_t len)
{
	size_t i;

	if (!len)
		return true;
	if (*text != ':')
		return false;
	for (i = 1; i < len; i++)
		if (text[i] < '0' || text[i] > '9')
			return false;
	return true;
}

static int parse_host(struct call *c, const char *url, const char *text, size_t len,
		      struct value *out)
{
	const char *bracket, *colon;

	if (len && *text == '[') {
		bracket = memrchr(text, ']', len);
		if (!bracket)
			return url_fail(c, url, "missing ']' in host");
		if (!valid_port(bracket + 1, (size_t)(text + len - bracket - 1)))
			return call_fail(
				c, "unable to parse url: parse %s: invalid port %s after host", url,
				text_quoted(c->arena, bracket + 1,
					    (size_t)(text + len - bracket - 1)));
	} else if ((colon = memrchr(text, ':', len)) &&
		   !valid_port(colon, (size_t)(text + len - colon))) {
		return call_fail(c, "unable to parse url: parse %s: invalid port %s after host",
				 url, text_quoted(c->arena, colon, (size_t)(text + len - colon)));
	} else if (colon && memchr(text, ':', (size_t)(colon - text))) {
		const char *first = memchr(text, ':', len);

		return call_fail(c, "unable to parse url: parse %s: invalid port %s after host",
				 url, text_quoted(c->arena, first, (size_t)(text + len - first)));
	}
	return unescaped(c, url, text, len, IN_HOST, out);
}

static int parse_userinfo(struct call *c, const char *url, const char *text, size_t len,
			  struct url *u)
{
	const char *colon = memchr(text, ':', len);
	size_t name = colon ? (size_t)(colon - text) : len, i;
	struct value user, password;
	struct buf b;

	for (i = 0; i < len; i++)
		if (!is_unreserved((unsigned char)text[i]) &&
		    !strchr("-._:~!$&'()*+,;=%@", text[i]))
			return url_fail(c, url, "net/url: invalid userinfo");
	if (unescaped(c, url, text, name, IN_USER, &user) < 0 ||
	    (colon && unescaped(c, url, colon + 1, len - name - 1, IN_USER, &password) < 0))
		return -1;
	buf_init(&b, 0);
	escape(&b, user.s->text, user.s->len, IN_USER);
	if (colon) {
		buf_char(&b, ':');
		escape(&b, password.s->text, password.s->len, IN_USER);
	}
	u->userinfo = value_str_n(c->arena, b.text, b.len);
	buf_release(&b);
	return 0;
}

/* "//user@host" in front of the path. */
static int parse_authority(struct call *c, const char *url, const char **text, size_t *len,
			   struct url *u)
{
	const char *from = *text + 2, *slash = memchr(from, '/', *len - 2), *at;
	size_t size = slash ? (size_t)(slash - from) : *len - 2;

	at = memrchr(from, '@', size);
	if (at && parse_userinfo(c, url, from, (size_t)(at - from), u) < 0)
		return -1;
	if (parse_host(c, url, at ? at + 1 : from, at ? size - (size_t)(at + 1 - from) : size,
		       &u->host) < 0)
		return -1;
	*text = from + size;
	*len -= size + 2;
	return 0;
}

static bool has_control(const char *text, size_t len)
{
	size_t i;

	for (i = 0; i < len; i++)
		if ((unsigned char)text[i] < ' ' || text[i] == 0x7f)
			return true;
	return false;
}

static int parse_rest(struct call *c, const char *url, const char *text, size_t len, struct url *u)
{
	const char *question;

	if (len && text[len - 1] == '?' && memchr(text, '?', len) == text + len - 1) {
		u->force_query = true;
		len--;
	} else if ((question = memchr(text, '?', len))) {
		u->query = value_str_n(c->arena, question + 1, (size_t)(text + len - question - 1));
		len = (size_t)(question - text);
	}
	if (!len || *text != '/') {
		const char *slash = memchr(text, '/', len), *colon = memchr(text, ':', len);

		if (u->scheme.s->len) {
			u->opaque = value_str_n(c->arena, text, len);
			return 0;
		}
		if (colon && (!slash || colon < slash))
			return url_fail(c, url, "first path segment in URL cannot contain colon");
	}
	if (len >= 2 && text[0] == '/' && text[1] == '/' &&
	    (u->scheme.s->len || len < 3 || text[2] != '/') &&
	    parse_authority(c, url, &text, &len, u) < 0)
		return -1;
	return unescaped(c, url, text, len, IN_PATH, &u->path);
}

static int parse_url(struct call *c, struct value s, struct url *u)
{
	const char *text = s.s->text, *hash, *url = text_quoted(c->arena, text, s.s->len);
	struct value none = value_str(c->arena, "");
	size_t len = s.s->len, i;
	char *lower;
	long scheme;

	*u = (struct url){ none, none, none, none, none, none, none, false };
	hash = memchr(text, '#', len);
	if (hash && hash + 1 < text + len &&
	    unescaped(c, url, hash + 1, (size_t)(text + len - hash - 1), IN_FRAGMENT,
		      &u->fragment) < 0)
		return -1;
	if (hash)
		len = (size_t)(hash - text);
	/* The fragment is not part of what the errors quote. */
	url = text_quoted(c->arena, text, len);
	if (has_control(text, len))
		return url_fail(c, url, "net/url: invalid control character in URL");
	if (len == 1 && *text == '*') {
		u->path = value_str(c->arena, "*");
		return 0;
	}
	scheme = scheme_length(text, len);
	if (scheme < 0)
		return url_fail(c, url, "missing protocol scheme");
	if (scheme) {
		lower = arena_memdup(c->arena, text, (size_t)scheme);
		for (i = 0; i < (size_t)scheme; i++)
			lower[i] = (char)(lower[i] >= 'A' && lower[i] <= 'Z' ? lower[i] | 0x20
									     : lower[i]);
		u->scheme = value_str(c->arena, lower);
		text += scheme + 1;
		len -= (size_t)scheme + 1;
	}
	return parse_rest(c, url, text, len, u);
}

static struct value host_name(struct call *c, struct value host)
{
	const char *text = host.s->text, *end = text + host.s->len;
	const char *colon = memrchr(text, ':', host.s->len), *bracket;

	if (colon && valid_port(colon, (size_t)(end - colon)))
		end = colon;
	if (end > text && *text == '[' && (bracket = memrchr(text, ']', (size_t)(end - text))) &&
	    bracket == end - 1)
		return string_part(c->arena, host, 1, (size_t)(bracket - text));
	return string_part(c->arena, host, 0, (size_t)(end - text));
}

int fn_url_parse(struct call *c)
{
	struct value map = value_map(c->arena, &type_any_map);
	struct url u;

	if (parse_url(c, c->args[0], &u) < 0)
		return -1;
	value_set(c->arena, map, "scheme", u.scheme);
	value_set(c->arena, map, "host", u.host);
	value_set(c->arena, map, "hostname", host_name(c, u.host));
	value_set(c->arena, map, "path", u.path);
	value_set(c->arena, map, "query", u.query);
	value_set(c->arena, map, "opaque", u.opaque);
	value_set(c->arena, map, "fragment", u.fragment);
	value_set(c->arena, map, "userinfo", u.userinfo);
	return give(c, map);
}

/* ---- URLs: joined ---- */

static int join_part(struct call *c, const char *key, struct value *out)
{
	struct go_entry *e = value_entry(&c->args[0], key, strlen(key));

	*out = value_str(c->arena, "");
	if (!e)
		return 0;
	if (!e->value.type)
		return call_fail(c, GO_NIL_DEREFERENCE);
	if (value_kind(e->value) != GO_STRING)
		return call_fail(c, "unable to parse %s key, must be of type string, but %s found",
				 key, value_kind_name(e->value));
	*out = e->value;
	return 0;
}

static void join_path(struct buf *b, const struct url *u)
{
	const struct go_string *path = u->path.s;
	const char *colon;

	if (path->len && path->text[0] != '/' && u->host.s->len)
		buf_char(b, '/');
	if (!b->len) {
		/* A colon in the first segment would look like a scheme. */
		const char *slash = memchr(path->text, '/', path->len);

		colon = memchr(path->text, ':', path->len);
		if (colon && (!slash || colon < slash))
			buf_str(b, "./");
	}
	if (path->len == 1 && *path->text == '*')
		buf_char(b, '*');
	else
		escape(b, path->text, path->len, IN_PATH);
}

static void join_url(struct buf *b, const struct url *u)
{
	if (u->scheme.s->len)
		buf_printf(b, "%.*s:", (int)u->scheme.s->len, u->scheme.s->text);
	if (u->opaque.s->len) {
		buf_add(b, u->opaque.s->text, u->opaque.s->len);
	} else {
		if (u->scheme.s->len || u->host.s->len || u->userinfo.s->len) {
			if (u->host.s->len || u->path.s->len || u->userinfo.s->len)
				buf_str(b, "//");
			if (u->userinfo.s->len) {
				buf_add(b, u->userinfo.s->text, u->userinfo.s->len);
				buf_char(b, '@');
			}
			escape(b, u->host.s->text, u->host.s->len, IN_HOST);
		}
		join_path(b, u);
	}
	if (u->query.s->len) {
		buf_char(b, '?');
		buf_add(b, u->query.s->text, u->query.s->len);
	}
	if (u->fragment.s->len) {
		buf_char(b, '#');
		escape(b, u->fragment.s->text, u->fragment.s->len, IN_FRAGMENT);
	}
}

int fn_url_join(struct call *c)
{
	struct value user;
	struct url u, parsed;
	struct buf b;

	memset(&u, 0, sizeof(u));
	if (join_part(c, "scheme", &u.scheme) || join_part(c, "host", &u.host) ||
	    join_part(c, "path", &u.path) || join_part(c, "query", &u.query) ||
	    join_part(c, "opaque", &u.opaque) || join_part(c, "fragment", &u.fragment) ||
	    join_part(c, "userinfo", &user))
		return -1;
	u.userinfo = user;
	if (user.s->len) {
		struct value text =
			value_str(c->arena, arena_printf(c->arena, "proto://%.*s@host",
							 (int)user.s->len, user.s->text));

		if (parse_url(c, text, &parsed) < 0) {
			const char *why = strstr(c->error, ": ");

			return call_fail(c, "unable to parse userinfo in dict%s", why ? why : "");
		}
		u.userinfo = parsed.userinfo;
	}
	buf_init(&b, 0);
	join_url(&b, &u);
	c->result = value_str_n(c->arena, b.text, b.len);
	buf_release(&b);
	return 0;
}
