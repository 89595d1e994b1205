/* Formats of values that are neither names nor addresses: base64, times, URLs. */
#include <string.h>

#include "validate/rules/text.h"

static int base64_digit(char c)
{
	if (c >= 'A' && c <= 'Z')
		return c - 'A';
	if (c >= 'a' && c <= 'z')
		return c - 'a' + 26;
	if (c >= '0' && c <= '9')
		return c - '0' + 52;
	return c == '+' ? 62 : c == '/' ? 63 : -1;
}

/* As Go's StdEncoding: padded, line ends ignored. */
char *base64_bytes(struct arena *a, const char *s, size_t len, size_t *out_len)
{
	char *out = arena_alloc(a, len / 4 * 3 + 4);
	unsigned bits = 0;
	size_t digits = 0, pads = 0;

	*out_len = 0;
	for (size_t i = 0; i < len; i++) {
		int d = base64_digit(s[i]);

		if (s[i] == '\n' || s[i] == '\r')
			continue;
		if (s[i] == '=') {
			if (++pads + digits % 4 > 4 || digits % 4 < 2)
				return NULL;
			continue;
		}
		if (d < 0 || pads)
			return NULL;
		bits = bits << 6 | (unsigned)d;
		digits++;
		if (digits % 4 != 1)
			out[(*out_len)++] = (char)(bits >> (6 - 2 * ((digits + 3) % 4)));
	}
	out[*out_len] = 0;
	return (digits + pads) % 4 ? NULL : out;
}

bool is_base64(const char *s, size_t len, size_t *decoded)
{
	struct arena a = ARENA_INIT;
	size_t n;
	bool fits = base64_bytes(&a, s, len, &n) != NULL;

	arena_release(&a);
	if (decoded)
		*decoded = fits ? n : 0;
	return fits;
}

static bool read_number(const char **s, size_t digits, int low, int high)
{
	int n = 0;

	for (size_t i = 0; i < digits; i++) {
		if ((*s)[i] < '0' || (*s)[i] > '9')
			return false;
		n = n * 10 + ((*s)[i] - '0');
	}
	*s += digits;
	return n >= low && n <= high;
}

static bool read_char(const char **s, char c)
{
	return *(*s)++ == c;
}

bool is_rfc3339(const char *s)
{
	if (strlen(s) < 20)
		return false;
	if (!read_number(&s, 4, 0, 9999) || !read_char(&s, '-') || !read_number(&s, 2, 1, 12) ||
	    !read_char(&s, '-') || !read_number(&s, 2, 1, 31) || !read_char(&s, 'T') ||
	    !read_number(&s, 2, 0, 23) || !read_char(&s, ':') || !read_number(&s, 2, 0, 59) ||
	    !read_char(&s, ':') || !read_number(&s, 2, 0, 59))
		return false;
	if (*s == '.' && !strspn(++s, "0123456789"))
		return false;
	s += strspn(s, "0123456789");
	if (*s == 'Z')
		return !s[1];
	if (*s != '+' && *s != '-')
		return false;
	s++;
	return strlen(s) == 5 && read_number(&s, 2, 0, 23) && read_char(&s, ':') &&
	       read_number(&s, 2, 0, 59);
}

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

bool url_split(const char *s, struct url *out)
{
	size_t len = strlen(s), n;
	const char *hash = strchr(s, '#'), *at;

	*out = (struct url){ 0 };
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
