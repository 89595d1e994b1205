#include <arpa/inet.h>
#include <stdlib.h>
#include <string.h>

#include "base/goquote.h"
#include "base/jsonschema_internal.h"
#include "base/utf8.h"

/* A format's check: NULL, or what is wrong. */
typedef const char *format_fn(struct arena *a, const char *s);

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static bool is_alpha(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static bool is_hex(char c)
{
	return is_digit(c) || ((c | 0x20) >= 'a' && (c | 0x20) <= 'f');
}

/* The first character as Go's %q prints a rune. */
static const char *rune_quoted(struct arena *a, const char *p)
{
	size_t n = utf8_length(p, strlen(p));

	return arena_printf(a, *p == '\'' ? "'\\%.*s'" : "'%.*s'", (int)(n ? n : 1), p);
}

static const char *bad_character(struct arena *a, const char *p)
{
	return arena_printf(a, "invalid character %s", rune_quoted(a, p));
}

static const char *wrapped(struct arena *a, const char *what, const char *error)
{
	return error ? arena_printf(a, "%s: %s", what, error) : NULL;
}

static const char *check_json_pointer(struct arena *a, const char *s)
{
	(void)a;
	if (!*s)
		return NULL;
	if (*s != '/')
		return "not starting with /";
	for (; *s; s++) {
		if (*s == '~' && s[1] != '0' && s[1] != '1')
			return "~ must be followed by 0 or 1";
	}
	return NULL;
}

static const char *check_relative_pointer(struct arena *a, const char *s)
{
	size_t n = strspn(s, "0123456789");

	if (!n)
		return "must start with non-negative integer";
	if (n > 1 && *s == '0')
		return "starts with zero";
	return !strcmp(s + n, "#") ? NULL : check_json_pointer(a, s + n);
}

static const char *check_uuid(struct arena *a, const char *s)
{
	static const size_t lengths[] = { 8, 4, 4, 4, 12 };
	size_t groups = 1;

	for (const char *p = s; *p; p++)
		groups += *p == '-';
	if (groups != ARRAY_SIZE(lengths))
		return "must have 5 elements";
	for (size_t i = 0; i < ARRAY_SIZE(lengths); i++) {
		size_t n = strcspn(s, "-");

		if (n != lengths[i])
			return arena_printf(a, "element %zu must be %zu characters long", i + 1,
					    lengths[i]);
		for (size_t j = 0; j < n; j++) {
			if (!is_hex(s[j]))
				return arena_printf(a, "non-hex character %s",
						    rune_quoted(a, s + j));
		}
		s += n + 1;
	}
	return NULL;
}

/* One half of a duration, up to 'T' or the end. */
static const char *check_units(struct arena *a, const char **at, const char *all)
{
	const char *units = all, *s = *at, *found;

	while (*s && *s != 'T') {
		size_t n = strspn(s, "0123456789");

		if (!n)
			return "missing number";
		s += n;
		if (!*s || *s == 'T')
			return "missing unit";
		found = strchr(units, *s);
		if (!found)
			return arena_printf(
				a, strchr(all, *s) ? "unit %s out of order" : "invalid unit %s",
				rune_quoted(a, s));
		units = found + 1;
		s++;
	}
	*at = s;
	return NULL;
}

static const char *check_duration(struct arena *a, const char *s)
{
	size_t n = strlen(s);
	const char *error;

	if (*s++ != 'P')
		return "must start with P";
	if (!*s)
		return "nothing after P";
	if (s[n - 2] == 'W') {
		if (n == 2)
			return "no number in week";
		return strspn(s, "0123456789") == n - 2 ? NULL : "invalid week";
	}
	error = check_units(a, &s, "YMD");
	if (error || !*s)
		return error;
	if (!*++s)
		return "no time elements";
	error = check_units(a, &s, "HMS");
	return error || !*s ? error : "more than one T";
}

static const char *check_ipv4(struct arena *a, const char *s)
{
	size_t groups = 1;

	for (const char *p = s; *p; p++)
		groups += *p == '.';
	if (groups != 4)
		return "expected four decimals";
	for (;; s++) {
		size_t n = strcspn(s, "."), digits = strspn(s, "0123456789");

		if (n > 1 && *s == '0')
			return "leading zeros";
		if (!n || digits != n)
			return arena_printf(a, "strconv.Atoi: parsing %s: invalid syntax",
					    goquote(a, arena_memdup(a, s, n)));
		if (n > 3 || strtol(s, NULL, 10) > 255)
			return "decimal must be between 0 and 255";
		s += n;
		if (!*s)
			return NULL;
	}
}

static const char *check_ipv6(struct arena *a, const char *s)
{
	struct in6_addr address;

	if (!strchr(s, ':'))
		return "missing colon";
	if (strchr(s, '%'))
		return "zone id is not a part of ipv6 address";
	if (inet_pton(AF_INET6, s, &address) == 1)
		return NULL;
	return arena_printf(a, "ParseAddr(%s): unable to parse IP", goquote(a, s));
}

static const char *check_hostname(struct arena *a, const char *s)
{
	size_t len = strlen(s);

	len -= len && s[len - 1] == '.';
	if (len > 253)
		return "more than 253 characters long";
	for (const char *end = s + len; s <= end; s++) {
		size_t n = strcspn(s, ".");

		if (n > (size_t)(end - s))
			n = (size_t)(end - s);
		if (n < 1 || n > 63)
			return "label must be 1 to 63 characters long";
		if (*s == '-')
			return "label starts with hyphen";
		if (s[n - 1] == '-')
			return "label ends with hyphen";
		for (size_t i = 0; i < n; i++) {
			if (!is_alpha(s[i]) && !is_digit(s[i]) && s[i] != '-')
				return bad_character(a, s + i);
		}
		s += n;
	}
	return NULL;
}

static const char *check_local_part(struct arena *a, const char *s, size_t n)
{
	if (n > 64)
		return "local part more than 64 characters long";
	if (n > 1 && *s == '"' && s[n - 1] == '"') {
		if (memchr(s + 1, '\\', n - 2) || memchr(s + 1, '"', n - 2))
			return "backslash and quote are not allowed within quoted local part";
		return NULL;
	}
	if (n && *s == '.')
		return "starts with dot";
	if (n && s[n - 1] == '.')
		return "ends with dot";
	if (memmem(s, n, "..", 2))
		return "consecutive dots";
	for (size_t i = 0; i < n; i++) {
		if (!is_alpha(s[i]) && !is_digit(s[i]) && !strchr(".!#$%&'*+-/=?^_`{|}~", s[i]))
			return bad_character(a, s + i);
	}
	return NULL;
}

static const char *check_email(struct arena *a, const char *s)
{
	const char *at = strrchr(s, '@'), *error, *domain;
	size_t n;

	if (strlen(s) > 254)
		return "more than 255 characters long";
	if (!at)
		return "missing @";
	error = check_local_part(a, s, (size_t)(at - s));
	if (error)
		return error;
	domain = at + 1;
	n = strlen(domain);
	if (n < 2 || *domain != '[' || domain[n - 1] != ']')
		return wrapped(a, "invalid domain", check_hostname(a, domain));
	domain = arena_memdup(a, domain + 1, n - 2);
	if (!strncmp(domain, "IPv6:", 5))
		return wrapped(a, "invalid ipv6 address", check_ipv6(a, domain + 5));
	return wrapped(a, "invalid ipv4 address", check_ipv4(a, domain));
}

static int two_digits(const char *s)
{
	return is_digit(s[0]) && is_digit(s[1]) ? (s[0] - '0') * 10 + s[1] - '0' : -1;
}

static const char *check_date(struct arena *a, const char *s)
{
	static const int days[] = { 31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };
	int year, month, day;
	const char *quoted = goquote(a, s);

	if (strlen(s) != 10 || s[4] != '-' || s[7] != '-' || two_digits(s) < 0 ||
	    two_digits(s + 2) < 0 || two_digits(s + 5) < 0 || two_digits(s + 8) < 0)
		return arena_printf(a,
				    "parsing time %s as \"2006-01-02\": cannot parse %s as \"%s\"",
				    quoted, quoted, "2006");
	year = two_digits(s) * 100 + two_digits(s + 2);
	month = two_digits(s + 5);
	day = two_digits(s + 8);
	if (month < 1 || month > 12)
		return arena_printf(a, "parsing time %s: month out of range", quoted);
	if (day < 1 || day > days[month - 1] ||
	    (month == 2 && day == 29 && (year % 4 || (!(year % 100) && year % 400))))
		return arena_printf(a, "parsing time %s: day out of range", quoted);
	return NULL;
}

/* What follows the seconds: "Z", or an offset, which shifts *minutes to UTC. */
static const char *check_offset(const char *s, int *minutes)
{
	int sign, hour, minute;

	if (!strcmp(s, "z") || !strcmp(s, "Z"))
		return NULL;
	if (strlen(s) != 6)
		return "offset must be 6 characters long";
	if (*s != '+' && *s != '-')
		return "offset must begin with plus/minus";
	sign = *s == '+' ? -1 : 1;
	if (s[3] != ':')
		return "missing colon in offset in correct place";
	hour = two_digits(s + 1);
	minute = two_digits(s + 4);
	if (hour < 0 || minute < 0)
		return "invalid hour/min in offset";
	if (hour > 23 || minute > 59)
		return "hour/min in offset out of range";
	*minutes += sign * (hour * 60 + minute);
	if (*minutes < 0)
		*minutes += 24 * 60;
	return NULL;
}

static const char *check_time(struct arena *a, const char *s)
{
	int hour, minute, second, minutes;
	const char *error;

	(void)a;
	if (strlen(s) < 9)
		return "less than 9 characters long";
	if (s[2] != ':' || s[5] != ':')
		return "missing colon in correct place";
	hour = two_digits(s);
	minute = two_digits(s + 3);
	second = two_digits(s + 6);
	if (hour < 0 || minute < 0 || second < 0)
		return "invalid hour/min/sec";
	if (hour > 23 || minute > 59 || second > 60)
		return "hour/min/sec out of range";
	s += 8;
	if (*s == '.') {
		size_t n = strspn(s + 1, "0123456789");

		if (!n)
			return "no digits in second fraction";
		s += n + 1;
	}
	minutes = hour * 60 + minute;
	error = check_offset(s, &minutes);
	if (error)
		return error;
	return second >= 60 && minutes != 23 * 60 + 59 ? "invalid leap second" : NULL;
}

static const char *check_date_time(struct arena *a, const char *s)
{
	const char *error;

	if (strlen(s) < 20)
		return "less than 20 characters long";
	if (s[10] != 't' && s[10] != 'T')
		return "11th character must be t or T";
	error = wrapped(a, "invalid date element", check_date(a, arena_memdup(a, s, 10)));
	return error ? error : wrapped(a, "invalid time element", check_time(a, s + 11));
}

static const char *check_period(struct arena *a, const char *s)
{
	const char *slash = strchr(s, '/'), *start, *end, *error;

	if (!slash)
		return "missing slash";
	start = arena_memdup(a, s, (size_t)(slash - s));
	end = slash + 1;
	if (*start == 'P') {
		error = wrapped(a, "invalid start duration", check_duration(a, start));
		return error ? error : wrapped(a, "invalid end date-time", check_date_time(a, end));
	}
	error = wrapped(a, "invalid start date-time", check_date_time(a, start));
	if (error)
		return error;
	return *end == 'P' ? wrapped(a, "invalid end duration", check_duration(a, end))
			   : wrapped(a, "invalid end date-time", check_date_time(a, end));
}

/* The length of "scheme" in "scheme:…"; 0 when there is none. */
static size_t scheme_length(const char *s)
{
	size_t n = 0;

	while (is_alpha(s[n]) || (n && (is_digit(s[n]) || (s[n] && strchr("+-.", s[n])))))
		n++;
	return s[n] == ':' ? n : 0;
}

/* What Go's url.Parse refuses, mostly. */
static const char *check_uri_reference(struct arena *a, const char *s)
{
	const char *quoted = goquote(a, s);
	size_t first = strcspn(s, "/?#");

	for (const char *p = s; *p; p++) {
		if ((unsigned char)*p < ' ' || *p == 0x7f)
			return arena_printf(
				a, "parse %s: net/url: invalid control character in URL", quoted);
		if (*p == '%' && !(is_hex(p[1]) && is_hex(p[2])))
			return arena_printf(a, "parse %s: invalid URL escape %s", quoted,
					    goquote(a, arena_memdup(a, p, strnlen(p, 3))));
	}
	if (*s == ':')
		return arena_printf(a, "parse %s: missing protocol scheme", quoted);
	if (!scheme_length(s) && memchr(s, ':', first))
		return arena_printf(a, "parse %s: first path segment in URL cannot contain colon",
				    quoted);
	return NULL;
}

static const char *check_reference_no_backslash(struct arena *a, const char *s)
{
	return strchr(s, '\\') ? "contains \\" : check_uri_reference(a, s);
}

static const char *check_uri(struct arena *a, const char *s)
{
	const char *error = check_uri_reference(a, s);

	return error || scheme_length(s) ? error : "relative url";
}

static const char *check_uri_template(struct arena *a, const char *s)
{
	const char *error = check_uri_reference(a, s);
	bool open = false;

	for (; !error && *s; s++) {
		if ((*s == '{' && open) || (*s == '}' && !open))
			error = "nested curly braces";
		else if (*s == '{' || *s == '}')
			open = !open;
		else if (*s == '/' && open)
			error = "no matching closing brace";
	}
	return error || !open ? error : "no matching closing brace";
}

static const char *check_regex(struct arena *a, const char *s)
{
	struct err err = ERR_INIT;

	return regex_get(s, strlen(s), &err) ? NULL : arena_strdup(a, err.msg);
}

static const char *check_identifiers(struct arena *a, const char *s, size_t n, const char *what)
{
	bool prerelease = *what == 'p';

	for (const char *end = s + n; s <= end; s++) {
		size_t len = 0, digits = 0;

		while (s + len < end && s[len] != '.') {
			if (!is_digit(s[len]) && !is_alpha(s[len]) && s[len] != '-')
				return arena_printf(a, "invalid character %s in %s identifier",
						    rune_quoted(a, s + len), what);
			digits += is_digit(s[len]);
			len++;
		}
		if (!len)
			return arena_printf(a, "%s identifier is empty", what);
		if (prerelease && digits == len && len > 1 && *s == '0')
			return "pre-release numeric identifier starts with zero";
		s += len;
	}
	return NULL;
}

static const char *check_semver(struct arena *a, const char *s)
{
	static const char *const names[] = { "major", "minor", "patch" };
	const char *plus = strchr(s, '+'), *dash, *error = NULL;
	size_t n = plus ? (size_t)(plus - s) : strlen(s), dots = 0;

	if (plus)
		error = plus[1] ? check_identifiers(a, plus + 1, strlen(plus + 1), "build")
				: "build is empty";
	dash = memchr(s, '-', n);
	if (dash && !error)
		error = check_identifiers(a, dash + 1, n - (size_t)(dash + 1 - s), "pre-release");
	n = dash ? (size_t)(dash - s) : n;
	for (size_t i = 0; i < n; i++)
		dots += s[i] == '.';
	if (!error && dots != 2)
		error = "versionCore must have 3 numbers separated by dot";
	for (size_t i = 0; i < 3 && !error; i++) {
		size_t len = 0, digits = strspn(s, "0123456789");

		while (len < n && s[len] != '.')
			len++;
		if (!len)
			error = arena_printf(a, "%s is empty", names[i]);
		else if (len > 1 && *s == '0')
			error = arena_printf(a, "%s starts with zero", names[i]);
		else if (digits < len)
			error = arena_printf(a, "%s contains non-digit", names[i]);
		s += len + 1;
		n -= len < n ? len + 1 : len;
	}
	return error;
}

static const struct {
	const char *name;
	format_fn *check;
} formats[] = {
	{ "date", check_date },
	{ "date-time", check_date_time },
	{ "duration", check_duration },
	{ "email", check_email },
	{ "hostname", check_hostname },
	{ "ipv4", check_ipv4 },
	{ "ipv6", check_ipv6 },
	{ "iri", check_uri },
	{ "iri-reference", check_reference_no_backslash },
	{ "json-pointer", check_json_pointer },
	{ "period", check_period },
	{ "regex", check_regex },
	{ "relative-json-pointer", check_relative_pointer },
	{ "semver", check_semver },
	{ "time", check_time },
	{ "uri", check_uri },
	{ "uri-reference", check_reference_no_backslash },
	{ "uri-template", check_uri_template },
	{ "uuid", check_uuid },
};

const char *jsonschema_check_format(struct arena *a, const char *format, const char *text)
{
	for (size_t i = 0; i < ARRAY_SIZE(formats); i++) {
		if (!strcmp(formats[i].name, format))
			return formats[i].check(a, text);
	}
	return NULL;
}
