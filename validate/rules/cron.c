/* Cron schedules as robfig/cron's standard parser takes them. */
#include <string.h>

#include "base/duration.h"
#include "validate/rules/text.h"

static const char *const month_names[] = { "jan", "feb", "mar", "apr", "may", "jun", "jul",
					   "aug", "sep", "oct", "nov", "dec", NULL };
static const char *const day_names[] = { "sun", "mon", "tue", "wed", "thu", "fri", "sat", NULL };

static const struct bounds {
	long low, high;
	const char *const *names; /* the first stands for `low` */
	const char *complaint;
} bounds[] = {
	{ 0, 59, NULL, "the first field, minutes, must be numbers from 0 to 59" },
	{ 0, 23, NULL, "the second field, hours, must be numbers from 0 to 23" },
	{ 1, 31, NULL, "the third field, the day of the month, must be numbers from 1 to 31" },
	{ 1, 12, month_names, "the fourth field, months, must be numbers from 1 to 12 or names" },
	{ 0, 6, day_names,
	  "the fifth field, the day of the week, must be numbers from 0 (Sunday) to 6 or names" },
};

/* A decimal number, a plus sign allowed; -1 for none. */
static long read_int(const char *s, size_t len)
{
	long n = 0;

	if (len && *s == '+')
		s++, len--;
	if (!len || len > 9)
		return -1;
	for (size_t i = 0; i < len; i++) {
		if (s[i] < '0' || s[i] > '9')
			return -1;
		n = n * 10 + (s[i] - '0');
	}
	return n;
}

static long read_value(const char *s, size_t len, const struct bounds *b)
{
	for (size_t i = 0; b->names && b->names[i]; i++) {
		if (len == 3 && !strncasecmp(s, b->names[i], 3))
			return b->low + (long)i;
	}
	return read_int(s, len);
}

/* n, n-m, * or ?, each with an optional /step. */
static bool is_range(const char *s, size_t len, const struct bounds *b)
{
	const char *slash = memchr(s, '/', len);
	size_t head = slash ? (size_t)(slash - s) : len, first;
	const char *dash = memchr(s, '-', head);
	long low, high, step = slash ? read_int(slash + 1, len - head - 1) : 1;

	first = dash ? (size_t)(dash - s) : head;
	if (first == 1 && (*s == '*' || *s == '?')) {
		low = b->low;
		high = b->high;
	} else {
		low = high = read_value(s, first, b);
		if (dash)
			high = read_value(dash + 1, head - first - 1, b);
		else if (slash)
			high = b->high;
	}
	return step > 0 && low >= b->low && high <= b->high && low <= high;
}

static bool is_field(const char *s, size_t len, const struct bounds *b)
{
	while (len) {
		const char *comma = memchr(s, ',', len);
		size_t n = comma ? (size_t)(comma - s) : len;

		if (n && !is_range(s, n, b))
			return false;
		s += n + (comma != NULL);
		len -= n + (comma != NULL);
	}
	return true;
}

static const char *not_descriptor(const char *s)
{
	static const char *const known[] = { "@yearly", "@annually", "@monthly", "@weekly",
					     "@daily",	"@midnight", "@hourly" };

	for (size_t i = 0; i < sizeof(known) / sizeof(*known); i++) {
		if (!strcmp(s, known[i]))
			return NULL;
	}
	if (!strncmp(s, "@every ", 7) && duration_parse(s + 7, NULL))
		return NULL;
	return "must be @yearly, @monthly, @weekly, @daily, @hourly or @every <duration>";
}

const char *not_cron(const char *s)
{
	static const char space[] = " \t\n\v\f\r";
	size_t field = 0;

	if (*s == '@')
		return not_descriptor(s);
	for (s += strspn(s, space); *s; s += strspn(s, space)) {
		size_t len = strcspn(s, space);

		if (field == 5)
			return "must have exactly five fields: minute, hour, day of month, month "
			       "and "
			       "day of week";
		if (!is_field(s, len, &bounds[field]))
			return bounds[field].complaint;
		field++;
		s += len;
	}
	return field == 5 ? NULL
			  : "must have exactly five fields: minute, hour, day of month, month and "
			    "day of week";
}
