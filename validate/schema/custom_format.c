/* The formats of strings in CRD schemas, each as the Go function judges that the server calls. */
#include "validate/schema/custom.h"

#include <string.h>

#include "base/duration.h"
#include "base/regex.h"
#include "validate/rules/text.h"

static bool matches(const char *pattern, const char *text, size_t len)
{
	const struct regex *re = regex_get(pattern, strlen(pattern), NULL);

	return re && regex_match(re, text, len);
}

/* --- texts that one expression describes --- */
#define FORMAT_BY(name, pattern)                                                                   \
	static bool is_##name(const char *text, size_t len)                                        \
	{                                                                                          \
		return matches(pattern, text, len);                                                \
	}
FORMAT_BY(object_id, "^[0-9a-fA-F]{24}$")
FORMAT_BY(uuid, "(?i)^[0-9a-f]{8}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{12}$")
FORMAT_BY(uuid3, "(?i)^[0-9a-f]{8}-?[0-9a-f]{4}-?3[0-9a-f]{3}-?[0-9a-f]{4}-?[0-9a-f]{12}$")
FORMAT_BY(uuid4, "(?i)^[0-9a-f]{8}-?[0-9a-f]{4}-?4[0-9a-f]{3}-?[89ab][0-9a-f]{3}-?[0-9a-f]{12}$")
FORMAT_BY(uuid5, "(?i)^[0-9a-f]{8}-?[0-9a-f]{4}-?5[0-9a-f]{3}-?[89ab][0-9a-f]{3}-?[0-9a-f]{12}$")
FORMAT_BY(ssn, "^\\d{3}[- ]?\\d{2}[- ]?\\d{4}$")
FORMAT_BY(hexcolor, "^#?([0-9a-fA-F]{3}|[0-9a-fA-F]{6})$")
FORMAT_BY(plain_base64, "^(?:[A-Za-z0-9+\\/]{4})*(?:[A-Za-z0-9+\\/]{2}==|[A-Za-z0-9+\\/]{3}=|"
			"[A-Za-z0-9+\\/]{4})$")
#define BYTE_VALUE "(0|[1-9]\\d?|1\\d\\d?|2[0-4]\\d|25[0-5])"
FORMAT_BY(rgbcolor,
	  "^rgb\\(\\s*" BYTE_VALUE "\\s*,\\s*" BYTE_VALUE "\\s*,\\s*" BYTE_VALUE "\\s*\\)$")
FORMAT_BY(mac, "^(([0-9a-fA-F]{2}:){5}[0-9a-fA-F]{2}|([0-9a-fA-F]{2}-){5}[0-9a-fA-F]{2}|"
	       "([0-9a-fA-F]{4}\\.){2}[0-9a-fA-F]{4}|([0-9a-fA-F]{2}:){7}[0-9a-fA-F]{2}|"
	       "([0-9a-fA-F]{2}-){7}[0-9a-fA-F]{2}|([0-9a-fA-F]{4}\\.){3}[0-9a-fA-F]{4}|"
	       "([0-9a-fA-F]{2}:){19}[0-9a-fA-F]{2}|([0-9a-fA-F]{2}-){19}[0-9a-fA-F]{2}|"
	       "([0-9a-fA-F]{4}\\.){9}[0-9a-fA-F]{4})$")
FORMAT_BY(scala_duration,
	  "\\d+\\s*(?i)(ns|nano|us|µs|micro|ms|milli|s|sec|m|min|h|hr|hour|d|day|w|week)")
FORMAT_BY(date_time,
	  "^[0-9]{4}-[0-9]{2}-[0-9]{2}[tT]([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](.[0-9]+)?"
	  "([zZ]|([+-][0-9]{2}:[0-9]{2}))($|[tT])")
FORMAT_BY(host_pattern,
	  "^([a-zA-Z0-9\\p{S}\\p{L}]((-?[a-zA-Z0-9\\p{S}\\p{L}]{0,62})?)|([a-zA-Z0-9\\p{S}"
	  "\\p{L}](([a-zA-Z0-9-\\p{S}\\p{L}]{0,61}[a-zA-Z0-9\\p{S}\\p{L}])?)(\\.)){1,}"
	  "([a-zA-Z\\p{L}]){2,63})$")
/* net/mail: an addr-spec, alone or after a display name in angle brackets. */
#define ATOM "[-A-Za-z0-9!#$%&'*+/=?^_`{|}~\\x{80}-\\x{10ffff}]+"
#define LOCAL "(" ATOM "(\\." ATOM ")*|\"([^\"\\\\\\n]|\\\\.)*\")"
#define DOMAIN "(" ATOM "(\\." ATOM ")*|\\[[^\\[\\]\\\\]*\\])"
FORMAT_BY(email, "^\\s*(" LOCAL "@" DOMAIN "|((" ATOM
		 "|\"([^\"\\\\]|\\\\.)*\"|[ .])*\\s*)?<\\s*" LOCAL "@" DOMAIN "\\s*>)\\s*$")

/* --- the others --- */
static bool is_any(const char *text, size_t len)
{
	(void)text;
	(void)len;
	return true;
}

static bool is_hostname(const char *text, size_t len)
{
	if (len > 255 || !is_host_pattern(text, len))
		return false;
	for (const char *p = text; *p; p += strspn(p, ".")) {
		size_t label = strcspn(p, ".");

		if (label > 63)
			return false;
		p += label;
	}
	return true;
}

static bool is_ipv4(const char *text, size_t len)
{
	(void)len;
	return !not_ip(text, false, NULL) && strchr(text, '.');
}

static bool is_ipv6(const char *text, size_t len)
{
	(void)len;
	return !not_ip(text, false, NULL) && strchr(text, ':');
}

static bool is_cidr(const char *text, size_t len)
{
	(void)len;
	return !not_cidr(text, false, NULL);
}

/* url.ParseRequestURI, and it must have a scheme or be an absolute path. */
static bool is_uri(const char *text, size_t len)
{
	struct go_url url;

	return len && go_url_split(text, &url) && (url.scheme_len || *text == '/');
}

static int days_of(int year, int month)
{
	static const int days[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };
	bool leap = (year % 4 == 0 && year % 100) || year % 400 == 0;

	return days[month - 1] + (month == 2 && leap);
}

static bool is_date(const char *text, size_t len)
{
	int year = 0, month, day;

	if (len < 10 || !matches("^[0-9]{4}-[0-9]{2}-[0-9]{2}$", text, 10))
		return false;
	for (int i = 0; i < 4; i++)
		year = year * 10 + text[i] - '0';
	month = (text[5] - '0') * 10 + text[6] - '0';
	day = (text[8] - '0') * 10 + text[9] - '0';
	return month >= 1 && month <= 12 && day >= 1 && day <= days_of(year, month);
}

static bool is_full_date(const char *text, size_t len)
{
	return len == 10 && is_date(text, len);
}

static bool is_datetime(const char *text, size_t len)
{
	return is_date(text, len) && is_date_time(text, len);
}

static bool is_duration(const char *text, size_t len)
{
	return duration_parse(text, NULL) || is_scala_duration(text, len);
}

/* Digits (and a final X for ISBN-10), spaces and dashes dropped; how many, or 0. */
static size_t digits_of(const char *text, size_t len, char *out, size_t max)
{
	size_t count = 0;

	for (size_t i = 0; i < len; i++) {
		if (text[i] == '-' || text[i] == ' ')
			continue;
		if (count == max)
			return 0;
		out[count++] = text[i];
	}
	return count;
}

static bool is_isbn10(const char *text, size_t len)
{
	char d[10];
	int sum = 0;

	if (digits_of(text, len, d, sizeof(d)) != 10)
		return false;
	for (int i = 0; i < 10; i++) {
		bool x = i == 9 && d[i] == 'X';

		if (!x && (d[i] < '0' || d[i] > '9'))
			return false;
		sum += (i + 1) * (x ? 10 : d[i] - '0');
	}
	return sum % 11 == 0;
}

static bool is_isbn13(const char *text, size_t len)
{
	char d[13];
	int sum = 0;

	if (digits_of(text, len, d, sizeof(d)) != 13)
		return false;
	for (int i = 0; i < 13; i++) {
		if (d[i] < '0' || d[i] > '9')
			return false;
		sum += (i % 2 ? 3 : 1) * (d[i] - '0');
	}
	return sum % 10 == 0;
}

static bool is_isbn(const char *text, size_t len)
{
	return is_isbn10(text, len) || is_isbn13(text, len);
}

/* Luhn's sum over the digits; the rest of the text is ignored. */
static bool is_credit_card(const char *text, size_t len)
{
	char d[32];
	size_t count = 0;
	int sum = 0;

	for (size_t i = 0; i < len; i++) {
		if (text[i] < '0' || text[i] > '9')
			continue;
		if (count == sizeof(d))
			return false;
		d[count++] = text[i];
	}
	if (!matches("^(?:4[0-9]{12}(?:[0-9]{3})?|5[1-5][0-9]{14}|6(?:011|5[0-9][0-9])[0-9]{12}|3["
		     "47][0-9]{13}|"
		     "3(?:0[0-5]|[68][0-9])[0-9]{11}|(?:2131|1800|35\\d{3})\\d{11})$",
		     d, count))
		return false;
	for (size_t i = 0; i < count; i++) {
		int digit = d[count - 1 - i] - '0';

		if (i % 2)
			digit = digit * 2 > 9 ? digit * 2 - 9 : digit * 2;
		sum += digit;
	}
	return sum % 10 == 0;
}

static bool is_short_name(const char *text, size_t len)
{
	(void)len;
	return !not_dns_label(text);
}

static bool is_long_name(const char *text, size_t len)
{
	(void)len;
	return !not_dns_subdomain(text);
}

static const struct {
	const char *name; /* without dashes */
	bool (*is)(const char *text, size_t len);
	int since;
} formats[] = {
	{ "bsonobjectid", is_object_id, 0 },
	{ "uri", is_uri, 0 },
	{ "email", is_email, 0 },
	{ "hostname", is_hostname, 0 },
	{ "ipv4", is_ipv4, 0 },
	{ "ipv6", is_ipv6, 0 },
	{ "cidr", is_cidr, 0 },
	{ "mac", is_mac, 0 },
	{ "uuid", is_uuid, 0 },
	{ "uuid3", is_uuid3, 0 },
	{ "uuid4", is_uuid4, 0 },
	{ "uuid5", is_uuid5, 0 },
	{ "isbn", is_isbn, 0 },
	{ "isbn10", is_isbn10, 0 },
	{ "isbn13", is_isbn13, 0 },
	{ "creditcard", is_credit_card, 0 },
	{ "ssn", is_ssn, 0 },
	{ "hexcolor", is_hexcolor, 0 },
	{ "rgbcolor", is_rgbcolor, 0 },
	{ "byte", is_plain_base64, 0 },
	{ "password", is_any, 0 },
	{ "date", is_full_date, 0 },
	{ "duration", is_duration, 0 },
	{ "datetime", is_datetime, 0 },
	{ "k8sshortname", is_short_name, 34 },
	{ "k8slongname", is_long_name, 34 },
};

static int find(const char *format, int minor)
{
	char name[32];
	size_t len = 0;

	for (const char *p = format; *p; p++) {
		if (*p == '-')
			continue;
		if (len == sizeof(name) - 1)
			return -1;
		name[len++] = *p;
	}
	name[len] = 0;
	for (size_t i = 0; i < ARRAY_SIZE(formats); i++) {
		if (!strcmp(formats[i].name, name) && formats[i].since <= minor)
			return (int)i;
	}
	return -1;
}

bool custom_format_known(const char *format, int minor)
{
	return find(format, minor) >= 0;
}

bool custom_format_ok(const char *format, const char *text, size_t len, int minor)
{
	int i = find(format, minor);

	return i < 0 || formats[i].is(text, len);
}
