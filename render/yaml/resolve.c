/* What a plain scalar is, as resolve.go of go-yaml v2 and v3 decides it. */
#include <ctype.h>
#include <string.h>
#include "base/number.h"
#include "render/yaml/yaml.h"
#include "render/yaml/internal.h"

static bool text_is(const char *text, size_t len, const char *const *list)
{
	for (; *list; list++)
		if (strlen(*list) == len && !memcmp(*list, text, len))
			return true;
	return false;
}

static const char *const nulls[] = { "", "~", "null", "Null", "NULL", NULL };
static const char *const bools[] = { "true", "True", "TRUE", "false", "False", "FALSE", NULL };
static const char *const bools_1_1[] = {
	"y", "Y",  "yes", "Yes", "YES", "on",  "On",  "ON", "n",
	"N", "no", "No",  "NO",	 "off", "Off", "OFF", NULL,
};
static const char *const floats[] = {
	".nan",	 ".NaN",  ".NAN",  ".inf",  ".Inf",  ".INF", "+.inf",
	"+.Inf", "+.INF", "-.inf", "-.Inf", "-.INF", NULL,
};

/* One or two digits up to `max`; moves *at past them. */
static bool small_number(const char **at, const char *end, int min, int max, int *out)
{
	int value = 0, digits = 0;

	while (*at < end && digits < 2 && isdigit((unsigned char)**at)) {
		value = value * 10 + (*(*at)++ - '0');
		digits++;
	}
	*out = value;
	return digits && value >= min && value <= max;
}

static bool skip(const char **at, const char *end, char c)
{
	if (*at == end || **at != c)
		return false;
	(*at)++;
	return true;
}

static int month_days(int year, int month)
{
	static const int days[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };

	if (month == 2 && year % 4 == 0 && (year % 100 || year % 400 == 0))
		return 29;
	return days[month - 1];
}

static bool time_of_day(const char **at, const char *end)
{
	int part;

	if (!small_number(at, end, 0, 23, &part) || !skip(at, end, ':') ||
	    !small_number(at, end, 0, 59, &part) || !skip(at, end, ':') ||
	    !small_number(at, end, 0, 59, &part))
		return false;
	if (*at < end && (**at == '.' || **at == ',')) {
		(*at)++;
		if (*at == end || !isdigit((unsigned char)**at))
			return false;
		while (*at < end && isdigit((unsigned char)**at))
			(*at)++;
	}
	return true;
}

static bool time_zone(const char **at, const char *end)
{
	int part;

	if (skip(at, end, 'Z'))
		return true;
	if (end - *at != 6 || (**at != '+' && **at != '-'))
		return false;
	(*at)++;
	return small_number(at, end, 0, 24, &part) && skip(at, end, ':') &&
	       small_number(at, end, 0, 59, &part);
}

bool yaml_is_timestamp(const char *text, size_t len)
{
	const char *at = text + 4, *end = text + len;
	int year, month, day, i;

	for (year = i = 0; i < 4; i++) {
		if ((size_t)i >= len || !isdigit((unsigned char)text[i]))
			return false;
		year = year * 10 + (text[i] - '0');
	}
	if (!skip(&at, end, '-') || !small_number(&at, end, 1, 12, &month) ||
	    !skip(&at, end, '-') || !small_number(&at, end, 1, 31, &day) ||
	    day > month_days(year, month))
		return false;
	if (at == end)
		return true;
	if (*at == 'T' || *at == 't') {
		at++;
		return time_of_day(&at, end) && time_zone(&at, end) && at == end;
	}
	return skip(&at, end, ' ') && time_of_day(&at, end) && at == end;
}

/* ^[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?$ */
static bool float_shape(const char *at, const char *end)
{
	const char *start;

	if (at < end && (*at == '-' || *at == '+'))
		at++;
	start = at;
	while (at < end && isdigit((unsigned char)*at))
		at++;
	if (at < end && *at == '.') {
		at++;
		while (at < end && isdigit((unsigned char)*at))
			at++;
	}
	if (at == start || (at == start + 1 && *start == '.'))
		return false;
	if (at < end && (*at | 0x20) == 'e') {
		at++;
		if (at < end && (*at == '-' || *at == '+'))
			at++;
		if (at == end)
			return false;
		while (at < end && isdigit((unsigned char)*at))
			at++;
	}
	return at == end;
}

static enum node_type resolve_number(const char *text, size_t len)
{
	char plain[512];
	size_t used = 0, i;
	int64_t number;
	uint64_t large;
	double value;

	if (yaml_is_timestamp(text, len) || len >= sizeof(plain))
		return NODE_STR;
	for (i = 0; i < len; i++)
		if (text[i] != '_')
			plain[used++] = text[i];
	plain[used] = 0;
	if (number_parse_int(plain, used, &number) || number_parse_uint(plain, used, &large))
		return NODE_INT;
	if (float_shape(plain, plain + used) && number_parse_float(plain, used, &value))
		return NODE_FLOAT;
	return NODE_STR;
}

enum node_type yaml_resolve(enum yaml_dialect dialect, const char *text, size_t len)
{
	double value;

	if (!len)
		return NODE_NULL;
	switch (*text) {
	case '0':
	case '1':
	case '2':
	case '3':
	case '4':
	case '5':
	case '6':
	case '7':
	case '8':
	case '9':
		return resolve_number(text, len);
	case '+':
	case '-':
	case '.':
		if (text_is(text, len, floats))
			return NODE_FLOAT;
		if (*text != '.')
			return resolve_number(text, len);
		return number_parse_float(text, len, &value) ? NODE_FLOAT : NODE_STR;
	case 't':
	case 'T':
	case 'f':
	case 'F':
	case 'y':
	case 'Y':
	case 'n':
	case 'N':
	case 'o':
	case 'O':
	case '~':
		if (len > 5)
			return NODE_STR;
		if (text_is(text, len, nulls))
			return NODE_NULL;
		if (text_is(text, len, bools))
			return NODE_BOOL;
		return dialect == YAML_SIGS && text_is(text, len, bools_1_1) ? NODE_BOOL : NODE_STR;
	default:
		return NODE_STR;
	}
}

bool yaml_is_base60(const char *text, size_t len)
{
	const char *at = text, *end = text + len;
	bool groups = false;

	if (at < end && (*at == '-' || *at == '+'))
		at++;
	if (at == end || !isdigit((unsigned char)*at))
		return false;
	while (at < end && (isdigit((unsigned char)*at) || *at == '_'))
		at++;
	while (at < end && *at == ':') {
		at++;
		if (end - at >= 2 && *at >= '0' && *at <= '5' && isdigit((unsigned char)at[1]))
			at++;
		if (at == end || !isdigit((unsigned char)*at))
			return false;
		at++;
		groups = true;
	}
	if (at < end && *at == '.')
		for (at++; at < end && (isdigit((unsigned char)*at) || *at == '_'); at++)
			;
	return groups && at == end;
}
