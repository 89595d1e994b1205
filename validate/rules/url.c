/* URLs, split as net/url does. */
#include <string.h>

#include "validate/rules/text.h"

/* %41 and the like must be whole. */
static bool escapes_whole(const char *s, size_t len)
{
	for (size_t i = 0; i < len; i++) {
		if (s[i] == '%' && (i + 2 >= len || !strchr("0123456789abcdefABCDEF", s[i + 1]) ||
				    !strchr("0123456789abcdefABCDEF", s[i + 2])))
			return false;
	}
	return true;
}

static size_t scheme_len(const char *s)
{
	size_t i = 0;

	while ((s[i] | 32) >= 'a' && (s[i] | 32) <= 'z')
		i++;
	if (i)
		i += strspn(s + i,
			    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789+-.");
	return i && s[i] == ':' ? i : 0;
}

static bool is_port(const char *s, size_t len)
{
	for (size_t i = 0; i < len; i++) {
		if (s[i] < '0' || s[i] > '9')
			return false;
	}
	return true;
}

static bool host_fits(const char *s, size_t len)
{
	const char *colon = NULL, *close = memchr(s, ']', len);

	if (len && *s == '[') {
		if (!close)
			return false;
		len -= (size_t)(close + 1 - s);
		return !len || (close[1] == ':' && is_port(close + 2, len - 1));
	}
	for (size_t i = 0; i < len; i++) {
		if (strchr(" <>\"\\^`{|}", s[i]) || (unsigned char)s[i] < 0x20)
			return false;
		if (s[i] == ':' && !colon)
			colon = s + i;
	}
	/* of several colons the last one starts the port */
	for (size_t i = len; colon && i-- > 0;) {
		if (s[i] == ':')
			return is_port(s + i + 1, len - i - 1);
	}
	return true;
}

bool go_url_split(const char *s, struct go_url *out)
{
	size_t len = strlen(s), n;
	const char *hash = strchr(s, '#'), *at;

	*out = (struct go_url){ 0 };
	for (const char *p = s; *p; p++) {
		if ((unsigned char)*p < 0x20 || *p == 0x7f)
			return false;
	}
	if (hash) {
		out->has_fragment = true;
		out->fragment = hash + 1;
		out->fragment_len = strlen(hash + 1);
		len = (size_t)(hash - s);
		if (!escapes_whole(out->fragment, out->fragment_len))
			return false;
	}
	if (*s == ':')
		return false;
	n = scheme_len(s);
	if (n && n < len) {
		out->scheme = s;
		out->scheme_len = n;
		s += n + 1;
		len -= n + 1;
	}
	at = memchr(s, '?', len);
	if (at) {
		out->has_query = true;
		out->query = at + 1;
		out->query_len = len - (size_t)(at + 1 - s);
		len = (size_t)(at - s);
	}
	if (!out->scheme && memchr(s, ':', strcspn(s, "/") < len ? strcspn(s, "/") : len))
		return false;
	if (len >= 2 && !strncmp(s, "//", 2)) {
		s += 2;
		n = strcspn(s, "/");
		n = n < len - 2 ? n : len - 2;
		len -= 2 + n;
		at = memrchr(s, '@', n);
		out->has_user = at != NULL;
		out->user = s;
		out->user_len = at ? (size_t)(at - s) : 0;
		out->host = at ? at + 1 : s;
		out->host_len = at ? n - out->user_len - 1 : n;
		if (!host_fits(out->host, out->host_len) ||
		    !escapes_whole(out->host, out->host_len))
			return false;
		s += n;
	}
	return escapes_whole(s, len);
}
