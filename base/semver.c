#include "base/semver.h"

#include <ctype.h>
#include <string.h>

#include "base/buf.h"
#include "base/span_scan.h"

enum { MAX_VERSION = 256 };

static const char bad_version[] = "invalid semantic version";

/* Digits of one version number; NULL or the error's text. */
static const char *number(struct arena *a, const char *text, size_t len, uint64_t *out)
{
	uint64_t n = 0;

	for (size_t i = 0; i < len; i++) {
		unsigned digit = (unsigned)(text[i] - '0');

		if (n > (UINT64_MAX - digit) / 10)
			return arena_printf(a,
					    "error parsing version segment: strconv.ParseUint: "
					    "parsing \"%.*s\": value out of range",
					    (int)len, text);
		n = n * 10 + digit;
	}
	*out = n;
	return NULL;
}

static bool all_digits(const char *text, size_t len)
{
	return scan_class(text, text + len, scan_digit) == len;
}

/* Each dot-separated part of a prerelease: not empty, no leading zero on a number. */
static const char *check_parts(const char *text, bool prerelease)
{
	for (const char *p = text;; p++) {
		size_t len = strcspn(p, ".");

		if (!len || scan_class(p, p + len, scan_ident) != len)
			return prerelease ? "invalid prerelease string" : "invalid metadata string";
		if (prerelease && len > 1 && p[0] == '0' && all_digits(p, len))
			return "version segment starts with 0";
		p += len;
		if (!*p)
			return NULL;
	}
}

const char *semver_parse(struct arena *a, const char *text, size_t len, struct semver *out)
{
	const char *p = text, *end = text + len, *error;
	uint64_t *numbers[] = { &out->major, &out->minor, &out->patch };

	*out = (struct semver){ .pre = "", .metadata = "", .original = arena_memdup(a, text, len) };
	if (len > MAX_VERSION)
		return "version string is too long (max 256 bytes)";
	if (p < end && *p == 'v')
		p++;
	for (size_t i = 0; i < ARRAY_SIZE(numbers); i++) {
		size_t digits;

		if (i && (p == end || *p != '.'))
			break;
		digits = scan_class(p + !!i, end, scan_digit);
		if (!digits)
			return bad_version;
		error = number(a, p + !!i, digits, numbers[i]);
		if (error)
			return error;
		p += digits + !!i;
	}
	if (p < end && *p == '-') {
		size_t n = scan_dotted(p + 1, end);

		out->pre = arena_memdup(a, p + 1, n);
		p += n + 1;
		if (!n)
			return bad_version;
	}
	if (p < end && *p == '+') {
		size_t n = scan_dotted(p + 1, end);

		out->metadata = arena_memdup(a, p + 1, n);
		p += n + 1;
		if (!n)
			return bad_version;
	}
	if (p != end)
		return bad_version;
	return *out->pre ? check_parts(out->pre, true) : NULL;
}

const char *semver_parse_strict(struct arena *a, const char *text, size_t len, struct semver *out)
{
	const char *p = text, *end = text + len, *meta, *dash;
	uint64_t *numbers[] = { &out->major, &out->minor, &out->patch };
	const char *error = NULL;

	*out = (struct semver){ .pre = "", .metadata = "", .original = arena_memdup(a, text, len) };
	if (!len)
		return "version string empty";
	if (len > MAX_VERSION)
		return "version string is too long (max 256 bytes)";
	for (size_t i = 0; i < 2; i++) {
		p = memchr(p, '.', (size_t)(end - p));
		if (!p)
			return bad_version;
		p++;
	}
	meta = memchr(p, '+', (size_t)(end - p));
	if (meta) {
		out->metadata = arena_memdup(a, meta + 1, (size_t)(end - meta - 1));
		end = meta;
		error = check_parts(out->metadata, false);
	}
	dash = error ? NULL : memchr(p, '-', (size_t)(end - p));
	if (dash) {
		out->pre = arena_memdup(a, dash + 1, (size_t)(end - dash - 1));
		end = dash;
		error = check_parts(out->pre, true);
	}
	p = text;
	for (size_t i = 0; i < 3 && !error; i++) {
		const char *stop = i < 2 ? memchr(p, '.', (size_t)(end - p)) : end;
		size_t n = (size_t)(stop - p);

		if (!all_digits(p, n))
			return "invalid characters in version";
		if (n > 1 && *p == '0')
			return "version segment starts with 0";
		if (!n)
			return "strconv.ParseUint: parsing \"\": invalid syntax";
		error = number(a, p, n, numbers[i]);
		p = stop + 1;
	}
	return error;
}

static int compare_numbers(uint64_t a, uint64_t b)
{
	return (a > b) - (a < b);
}

/* A prerelease's part as a number; false when it is none. */
static bool part_number(const char *text, size_t len, uint64_t *out)
{
	*out = 0;
	if (!len || !all_digits(text, len))
		return false;
	for (size_t i = 0; i < len; i++) {
		if (*out > (UINT64_MAX - (unsigned)(text[i] - '0')) / 10)
			return false;
		*out = *out * 10 + (unsigned)(text[i] - '0');
	}
	return true;
}

static int compare_part(const char *s, size_t slen, const char *o, size_t olen)
{
	size_t n = slen < olen ? slen : olen;
	uint64_t a, b;
	bool a_number, b_number;
	int order;

	if (slen == olen && !memcmp(s, o, n))
		return 0;
	if (!slen || !olen)
		return slen ? 1 : -1;
	a_number = part_number(s, slen, &a);
	b_number = part_number(o, olen, &b);
	if (a_number && b_number)
		return a > b ? 1 : -1;
	if (a_number != b_number)
		return a_number ? -1 : 1;
	order = memcmp(s, o, n);
	return order ? (order > 0 ? 1 : -1) : (slen > olen ? 1 : -1);
}

static int compare_prerelease(const char *s, const char *o)
{
	if (!*s || !*o)
		return !*s - !*o; /* none is higher than any */
	while (*s || *o) {
		size_t slen = strcspn(s, "."), olen = strcspn(o, ".");
		int order = compare_part(s, slen, o, olen);

		if (order)
			return order;
		s += slen + (s[slen] == '.');
		o += olen + (o[olen] == '.');
	}
	return 0;
}

int semver_compare(const struct semver *a, const struct semver *b)
{
	int order = compare_numbers(a->major, b->major);

	if (!order)
		order = compare_numbers(a->minor, b->minor);
	if (!order)
		order = compare_numbers(a->patch, b->patch);
	return order ? order : compare_prerelease(a->pre, b->pre);
}

const char *semver_string(struct arena *a, const struct semver *v)
{
	return arena_printf(a, "%llu.%llu.%llu%s%s%s%s", (unsigned long long)v->major,
			    (unsigned long long)v->minor, (unsigned long long)v->patch,
			    *v->pre ? "-" : "", v->pre, *v->metadata ? "+" : "", v->metadata);
}
