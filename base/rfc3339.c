#include "base/rfc3339.h"
#include <string.h>

/* `count` digits at *at as a number below `limit`; moves on. */
static bool digits(const char **at, int count, int limit, int *out)
{
	int value = 0;

	while (count--) {
		if (**at < '0' || **at > '9')
			return false;
		value = value * 10 + *(*at)++ - '0';
	}
	*out = value;
	return value < limit;
}

static bool skip(const char **at, const char *any)
{
	if (!**at || !strchr(any, **at))
		return false;
	(*at)++;
	return true;
}

static bool offset(const char **at, int *seconds)
{
	int sign, hours, minutes;

	*seconds = 0;
	if (skip(at, "Zz"))
		return true;
	sign = **at == '-' ? -1 : 1;
	if (!skip(at, "+-") || !digits(at, 2, 24, &hours) || !skip(at, ":") ||
	    !digits(at, 2, 60, &minutes))
		return false;
	*seconds = sign * (hours * 3600 + minutes * 60);
	return true;
}

bool rfc3339_parse(const char *text, time_t *out)
{
	struct tm tm = { 0 };
	int zone;

	if (!digits(&text, 4, 10000, &tm.tm_year) || !skip(&text, "-") ||
	    !digits(&text, 2, 13, &tm.tm_mon) || !skip(&text, "-") ||
	    !digits(&text, 2, 32, &tm.tm_mday) || !skip(&text, "Tt ") ||
	    !digits(&text, 2, 24, &tm.tm_hour) || !skip(&text, ":") ||
	    !digits(&text, 2, 60, &tm.tm_min) || !skip(&text, ":") ||
	    !digits(&text, 2, 61, &tm.tm_sec))
		return false;
	if (skip(&text, ".") && !skip(&text, "0123456789"))
		return false;
	text += strspn(text, "0123456789");
	if (!tm.tm_mon || !tm.tm_mday || !offset(&text, &zone) || *text)
		return false;
	tm.tm_year -= 1900;
	tm.tm_mon--;
	*out = timegm(&tm) - zone;
	return true;
}
