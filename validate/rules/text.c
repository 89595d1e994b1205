#include "validate/rules/text.h"

#include <string.h>

/* Character classes, in ASCII whatever the locale is. */
static bool lower(char c)
{
	return c >= 'a' && c <= 'z';
}

static bool digit(char c)
{
	return c >= '0' && c <= '9';
}

static bool lower_digit(char c)
{
	return lower(c) || digit(c);
}

static bool alnum(char c)
{
	return lower_digit(c) || (c >= 'A' && c <= 'Z');
}

/* A run of `n` bytes: first, middle and last of what the classes allow. */
static bool label_form(const char *s, size_t n, bool (*end)(char), const char *extra)
{
	if (!n || !end(s[0]) || !end(s[n - 1]))
		return false;
	for (size_t i = 1; i + 1 < n; i++) {
		if (!end(s[i]) && !(s[i] && strchr(extra, s[i])))
			return false;
	}
	return true;
}

static bool underscore_label(const char *s, size_t n)
{
	if (n && *s == '_')
		s++, n--;
	return label_form(s, n, lower_digit, "-_");
}

static bool plain_label(const char *s, size_t n)
{
	return label_form(s, n, lower_digit, "-");
}

static bool subdomain_form(const char *s, size_t len, bool (*label)(const char *, size_t))
{
	size_t start = 0;

	for (size_t i = 0; i <= len; i++) {
		if (i < len && s[i] != '.')
			continue;
		if (!label(s + start, i - start))
			return false;
		start = i + 1;
	}
	return true;
}

static const char *subdomain(const char *s, size_t len)
{
	if (len > 253)
		return "must be no more than 253 characters";
	if (!subdomain_form(s, len, plain_label))
		return "must consist of lower case letters, digits, '-' and '.', and start and end "
		       "with a letter or digit (example.com)";
	return NULL;
}

const char *not_dns_label(const char *s)
{
	size_t len = strlen(s);

	if (len > 63)
		return "must be no more than 63 characters";
	if (plain_label(s, len))
		return NULL;
	if (subdomain_form(s, len, plain_label))
		return "must not contain dots";
	return "must consist of lower case letters, digits and '-', and start and end with a "
	       "letter or digit (my-name)";
}

const char *not_dns_subdomain(const char *s)
{
	return subdomain(s, strlen(s));
}

const char *not_dns_subdomain_underscore(const char *s)
{
	if (strlen(s) > 253)
		return "must be no more than 253 characters";
	if (!subdomain_form(s, strlen(s), underscore_label))
		return "must consist of lower case letters, digits, '_', '-' and '.', and start "
		       "and "
		       "end with a letter or digit (example.com)";
	return NULL;
}

const char *not_wildcard_subdomain(const char *s)
{
	if (strlen(s) > 253)
		return "must be no more than 253 characters";
	if (strncmp(s, "*.", 2) || not_dns_subdomain(s + 2))
		return "must be '*.' and a DNS subdomain of lower case letters, digits, '-' and "
		       "'.' "
		       "(*.example.com)";
	return NULL;
}

const char *not_dns_1035_label(const char *s)
{
	size_t len = strlen(s);

	if (len > 63)
		return "must be no more than 63 characters";
	if (!plain_label(s, len) || !lower(*s))
		return "must consist of lower case letters, digits and '-', start with a letter "
		       "and "
		       "end with a letter or digit (my-name)";
	return NULL;
}

static const char *label_name(const char *s)
{
	size_t len = strlen(s);

	if (!len)
		return "the name part must not be empty";
	if (len > 63)
		return "the name part must be no more than 63 characters";
	if (!label_form(s, len, alnum, "-_."))
		return "the name part must consist of letters, digits, '-', '_' and '.', and start "
		       "and end with a letter or digit (example.com/my.name)";
	return NULL;
}

const char *not_qualified_name(const char *s)
{
	const char *slash = strchr(s, '/');

	if (!slash)
		return label_name(s);
	if (strchr(slash + 1, '/'))
		return "must be a name with an optional DNS subdomain and one '/' before it "
		       "(example.com/my-name)";
	if (slash == s)
		return "the prefix before '/' must not be empty";
	if (subdomain(s, (size_t)(slash - s)))
		return "the prefix before '/' must be a DNS subdomain of lower case letters, "
		       "digits, '-' and '.' (example.com/my-name)";
	return label_name(slash + 1);
}

const char *not_annotation_key(const char *s)
{
	char folded[512];
	size_t len = strlen(s);

	if (len >= sizeof(folded))
		return "must be no more than 253 characters before '/' and 63 after it";
	for (size_t i = 0; i <= len; i++)
		folded[i] = s[i] >= 'A' && s[i] <= 'Z' ? (char)(s[i] + 32) : s[i];
	return not_qualified_name(folded);
}

const char *not_label_value(const char *s)
{
	size_t len = strlen(s);

	if (!len)
		return NULL;
	if (len > 63)
		return "must be no more than 63 characters";
	if (!label_form(s, len, alnum, "-_."))
		return "must be empty or consist of letters, digits, '-', '_' and '.', and start "
		       "and end with a letter or digit";
	return NULL;
}

const char *not_path_prefix(const char *s)
{
	return strpbrk(s, "/%") ? "must not contain '/' or '%'" : NULL;
}

const char *not_path_segment(const char *s)
{
	if (!strcmp(s, ".") || !strcmp(s, ".."))
		return "must not be '.' or '..'";
	return not_path_prefix(s);
}

const char *not_port_name(const char *s)
{
	bool letter = false;

	if (strlen(s) > 15)
		return "must be no more than 15 characters";
	for (const char *p = s; *p; p++) {
		if (!lower_digit(*p) && *p != '-')
			return "must contain only lower case letters, digits and '-'";
		letter |= lower(*p);
	}
	if (!letter)
		return "must contain at least one letter (a-z)";
	if (strstr(s, "--"))
		return "must not contain consecutive hyphens";
	if (*s == '-' || s[strlen(s) - 1] == '-')
		return "must not begin or end with a hyphen";
	return NULL;
}

const char *not_env_name(const char *s)
{
	if (!*s)
		return "must not be empty";
	for (; *s; s++) {
		if (*s < 0x20 || *s > 0x7e || *s == '=')
			return "must consist only of printable ASCII characters other than '='";
	}
	return NULL;
}

const char *not_c_identifier(const char *s)
{
	bool fits = *s && !digit(*s);

	for (; *s; s++)
		fits = fits && (alnum(*s) || *s == '_');
	return fits ? NULL : "must consist of letters, digits and '_', and not start with a digit";
}

const char *not_config_key(const char *s)
{
	bool fits = *s;

	if (strlen(s) > 253)
		return "must be no more than 253 characters";
	for (const char *p = s; *p; p++)
		fits = fits && (alnum(*p) || strchr("-._", *p));
	if (!fits)
		return "a key must consist of letters, digits, '-', '_' and '.' (key.name)";
	if (!strcmp(s, "."))
		return "must not be '.'";
	if (!strncmp(s, "..", 2))
		return "must not start with '..'";
	return NULL;
}

const char *not_header_name(const char *s)
{
	bool fits = *s;

	for (; *s; s++)
		fits = fits && (alnum(*s) || *s == '-');
	return fits ? NULL : "a header name consists of letters, digits and '-' (X-Header-Name)";
}

const char *not_percent(const char *s)
{
	size_t digits = strspn(s, "0123456789");

	if (!digits || strcmp(s + digits, "%"))
		return "must be a number of percent, such as 25%";
	return NULL;
}

static size_t label_count(const char *s)
{
	size_t count = 1;

	for (; *s; s++)
		count += *s == '.';
	return count;
}

const char *not_fully_qualified_name(const char *s)
{
	const char *complaint = not_dns_subdomain(s);

	if (complaint)
		return complaint;
	return label_count(s) < 3
		       ? "must be a domain with at least three segments separated by dots"
		       : NULL;
}

static bool short_labels(const char *s)
{
	for (;;) {
		size_t n = strcspn(s, ".");

		if (n > 63)
			return false;
		if (!s[n])
			return true;
		s += n + 1;
	}
}

const char *not_qualified_domain(const char *s)
{
	size_t len = strlen(s);
	const char *complaint;

	if (len && s[len - 1] == '.')
		len--;
	complaint = subdomain(s, len);
	if (complaint)
		return complaint;
	if (!memchr(s, '.', len))
		return "must be a domain with at least two segments separated by dots";
	return short_labels(s) ? NULL : "each segment must be no more than 63 characters";
}

const char *not_domain_path(const char *s)
{
	const char *slash = strchr(s, '/');

	if (!slash || slash == s || !slash[1])
		return "must be a domain and a path (acme.io/foo)";
	if (subdomain(s, (size_t)(slash - s)))
		return "what is before the first '/' must be a DNS subdomain (acme.io/foo)";
	for (const char *p = slash + 1; *p; p++) {
		if (!alnum(*p) && !strchr("/-._~%!$&'()*+,;=:", *p))
			return "what is after the first '/' must be a path of an URL";
	}
	return NULL;
}

const char *not_absolute_path(const char *s)
{
	return *s == '/' ? NULL : "must be an absolute path";
}

const char *has_backstep(const char *s)
{
	for (;;) {
		size_t n = strcspn(s, "/");

		if (n == 2 && !strncmp(s, "..", 2))
			return "must not contain '..'";
		if (!s[n])
			return NULL;
		s += n + 1;
	}
}

const char *not_backstep_path(const char *s)
{
	if (*s == '/')
		return "must be a relative path";
	return has_backstep(s);
}
