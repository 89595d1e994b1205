#include "base/cron.h"
#include <string.h>
#include <strings.h>
#include <time.h>

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
static bool read_range(const char *s, size_t len, const struct bounds *b, uint64_t *bits, bool *any)
{
	const char *slash = memchr(s, '/', len);
	size_t head = slash ? (size_t)(slash - s) : len, first;
	const char *dash = memchr(s, '-', head);
	long low, high, step = slash ? read_int(slash + 1, len - head - 1) : 1;

	first = dash ? (size_t)(dash - s) : head;
	if (first == 1 && (*s == '*' || *s == '?')) {
		low = b->low;
		high = b->high;
		*any |= step == 1;
	} else {
		low = high = read_value(s, first, b);
		if (dash)
			high = read_value(dash + 1, head - first - 1, b);
		else if (slash)
			high = b->high;
	}
	if (step <= 0 || low < b->low || high > b->high || low > high)
		return false;
	for (; low <= high; low += step)
		*bits |= UINT64_C(1) << ((unsigned long)low & 63);
	return true;
}

static bool read_field(const char *s, size_t len, const struct bounds *b, uint64_t *bits, bool *any)
{
	while (len) {
		const char *comma = memchr(s, ',', len);
		size_t n = comma ? (size_t)(comma - s) : len;

		if (n && !read_range(s, n, b, bits, any))
			return false;
		s += n + (comma != NULL);
		len -= n + (comma != NULL);
	}
	return true;
}

const char *cron_parse(const char *s, struct cron *out)
{
	static const char space[] = " \t\n\v\f\r";
	static const char count[] = "must have exactly five fields: minute, hour, day of month, "
				    "month and day of week";
	struct cron made = { 0 };
	size_t field = 0;

	for (s += strspn(s, space); *s; s += strspn(s, space)) {
		size_t len = strcspn(s, space);

		if (field == 5)
			return count;
		if (!read_field(s, len, &bounds[field], &made.fields[field], &made.any[field]))
			return bounds[field].complaint;
		field++;
		s += len;
	}
	if (field < 5)
		return count;
	if (out)
		*out = made;
	return NULL;
}

static bool has(uint64_t bits, int value)
{
	return bits >> value & 1;
}

static bool names_day(const struct cron *c, const struct tm *day)
{
	bool by_date = has(c->fields[2], day->tm_mday), by_week = has(c->fields[4], day->tm_wday);

	if (!has(c->fields[3], day->tm_mon + 1))
		return false;
	return c->any[2] || c->any[4] ? by_date && by_week : by_date || by_week;
}

bool cron_next(const struct cron *c, int64_t after, int64_t *out)
{
	enum { DAY = 86400, DAYS = 5 * 366 };
	int64_t from = after - ((after % 60) + 60) % 60 + 60; /* the next whole minute */
	int64_t day = from - ((from % DAY) + DAY) % DAY;
	unsigned i;

	for (i = 0; i < DAYS; i++, day += DAY) {
		time_t at = (time_t)day;
		struct tm tm;
		int minute;

		if (!gmtime_r(&at, &tm) || !names_day(c, &tm))
			continue;
		for (minute = from > day ? (int)((from - day) / 60) : 0; minute < DAY / 60;
		     minute++)
			if (has(c->fields[1], minute / 60) && has(c->fields[0], minute % 60)) {
				*out = day + (int64_t)minute * 60;
				return true;
			}
	}
	return false;
}
