/* Points in time and spans of it, in the proleptic Gregorian calendar. */
#include <ctype.h>
#include <stdio.h>
#include <string.h>
#include "base/buf.h"
#include "validate/cel/library.h"
#include "validate/cel/time.h"

#define NANOS 1000000000

/* Days since 1970-01-01 of a date; and back. */
static int64_t days_from_date(int64_t y, int m, int d)
{
	int64_t era, doe;
	int yoe, doy;

	y -= m <= 2;
	era = (y >= 0 ? y : y - 399) / 400;
	yoe = (int)(y - era * 400);
	doy = (153 * (m + (m > 2 ? -3 : 9)) + 2) / 5 + d - 1;
	doe = (int64_t)yoe * 365 + yoe / 4 - yoe / 100 + doy;
	return era * 146097 + doe - 719468;
}

static void date_from_days(int64_t days, int64_t *y, int *m, int *d)
{
	int64_t era, doe, yoe, doy, mp;

	days += 719468;
	era = (days >= 0 ? days : days - 146096) / 146097;
	doe = days - era * 146097;
	yoe = (doe - doe / 1460 + doe / 36524 - doe / 146096) / 365;
	doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
	mp = (5 * doy + 2) / 153;
	*d = (int)(doy - (153 * mp + 2) / 5 + 1);
	*m = (int)(mp < 10 ? mp + 3 : mp - 9);
	*y = yoe + era * 400 + (*m <= 2);
}

static bool digits(const char **at, const char *end, int count, int *out)
{
	*out = 0;
	if (end - *at < count)
		return false;
	for (; count--; (*at)++) {
		if (!isdigit((unsigned char)**at))
			return false;
		*out = *out * 10 + (**at - '0');
	}
	return true;
}

static bool skip(const char **at, const char *end, const char *any)
{
	if (*at == end || !strchr(any, **at))
		return false;
	(*at)++;
	return true;
}

static void fraction(const char **at, const char *end, int32_t *nanos)
{
	int scale = NANOS / 10;

	*nanos = 0;
	for (; *at < end && isdigit((unsigned char)**at); (*at)++, scale /= 10)
		*nanos += (**at - '0') * scale;
}

bool cel_parse_timestamp(const char *text, size_t len, int64_t *seconds, int32_t *nanos)
{
	static const int month_days[] = { 31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };
	const char *at = text, *end = text + len;
	int y, mo, d, h, mi, s, zh = 0, zm = 0, sign;

	*nanos = 0;
	if (!digits(&at, end, 4, &y) || !skip(&at, end, "-") || !digits(&at, end, 2, &mo) ||
	    !skip(&at, end, "-") || !digits(&at, end, 2, &d) || !skip(&at, end, "Tt") ||
	    !digits(&at, end, 2, &h) || !skip(&at, end, ":") || !digits(&at, end, 2, &mi) ||
	    !skip(&at, end, ":") || !digits(&at, end, 2, &s))
		return false;
	if (skip(&at, end, "."))
		fraction(&at, end, nanos);
	if (mo < 1 || mo > 12 || d < 1 || d > month_days[mo - 1] || h > 23 || mi > 59 || s > 59)
		return false;
	sign = at < end && *at == '-' ? -1 : 1;
	if (!skip(&at, end, "Zz") && (!skip(&at, end, "+-") || !digits(&at, end, 2, &zh) ||
				      !skip(&at, end, ":") || !digits(&at, end, 2, &zm)))
		return false;
	*seconds = days_from_date(y, mo, d) * 86400 + (int64_t)h * 3600 + (int64_t)mi * 60 + s -
		   sign * ((int64_t)zh * 3600 + (int64_t)zm * 60);
	return at == end;
}

/* Go's time.ParseDuration: a sign, then numbers with units. */
bool cel_parse_duration(const char *text, size_t len, int64_t *seconds, int32_t *nanos)
{
	static const struct {
		const char *unit;
		double nanos;
	} units[] = { { "ns", 1 },  { "us", 1e3 }, { "\xc2\xb5s", 1e3 }, { "ms", 1e6 },
		      { "s", 1e9 }, { "m", 60e9 }, { "h", 3600e9 } };
	const char *at = text, *end = text + len;
	bool negative = at < end && *at == '-';
	__extension__ __int128 total = 0;
	size_t i;

	if (at < end && (*at == '-' || *at == '+'))
		at++;
	if (end - at == 1 && *at == '0') {
		*seconds = *nanos = 0;
		return true;
	}
	if (at == end)
		return false;
	while (at < end) {
		__extension__ __int128 whole = 0;
		double part = 0, scale = 0.1;
		bool any = false;

		for (; at < end && isdigit((unsigned char)*at); at++, any = true)
			if (whole < (__int128)1 << 70)
				whole = whole * 10 + (*at - '0');
		if (at < end && *at == '.')
			for (at++; at < end && isdigit((unsigned char)*at);
			     at++, any = true, scale /= 10)
				part += (*at - '0') * scale;
		for (i = 0; i < ARRAY_SIZE(units); i++) {
			size_t unit = strlen(units[i].unit);
			bool longer = i == 5 && end - at > 1 && at[1] == 's';

			if ((size_t)(end - at) >= unit && !memcmp(at, units[i].unit, unit) &&
			    !longer)
				break;
		}
		if (!any || i == ARRAY_SIZE(units))
			return false;
		total += whole * (__int128)units[i].nanos + (__int128)(part * units[i].nanos + 0.5);
		at += strlen(units[i].unit);
		if (total > INT64_MAX)
			return false;
	}
	if (negative)
		total = -total;
	*seconds = (int64_t)(total / NANOS);
	*nanos = (int32_t)(total % NANOS);
	return true;
}

const char *cel_format_timestamp(struct arena *a, const struct cel_value *v)
{
	int64_t days = v->integer / 86400, rest = v->integer % 86400, y;
	char part[16] = "";
	int m, d, end;

	if (rest < 0) {
		rest += 86400;
		days--;
	}
	date_from_days(days, &y, &m, &d);
	if (v->nanos) {
		end = snprintf(part, sizeof(part), ".%09d", v->nanos);
		while (part[end - 1] == '0')
			part[--end] = 0;
	}
	return arena_printf(a, "%04lld-%02d-%02dT%02d:%02d:%02d%sZ", (long long)y, m, d,
			    (int)(rest / 3600), (int)(rest / 60 % 60), (int)(rest % 60), part);
}

const char *cel_format_duration(struct arena *a, const struct cel_value *v)
{
	char part[16] = "";
	int32_t nanos = v->nanos < 0 ? -v->nanos : v->nanos;
	int end;

	if (nanos) {
		end = snprintf(part, sizeof(part), ".%09d", nanos);
		while (part[end - 1] == '0')
			part[--end] = 0;
	}
	return arena_printf(a, "%s%lld%ss", v->integer == 0 && v->nanos < 0 ? "-" : "",
			    (long long)v->integer, part);
}

/* ---- functions ---- */

static struct cel_value *moment(struct arena *a, enum cel_kind kind, __int128 nanos)
{
	struct cel_value *v = arena_new(a, struct cel_value);
	int64_t seconds = (int64_t)(nanos / NANOS), rest = (int64_t)(nanos % NANOS);

	if (kind == CEL_TIMESTAMP && rest < 0) {
		rest += NANOS;
		seconds--;
	}
	if (kind == CEL_DURATION && (nanos > INT64_MAX || nanos < INT64_MIN))
		return cel_fail(a, "duration overflow");
	if (kind == CEL_TIMESTAMP && (seconds < -62135596800 || seconds > 253402300799))
		return cel_fail(a, "timestamp overflow");
	v->kind = kind;
	v->integer = seconds;
	v->nanos = (int32_t)rest;
	return v;
}

static __int128 nanos_of(const struct cel_value *v)
{
	return (__int128)v->integer * NANOS + v->nanos;
}

static struct cel_value *add_times(struct evaluator *e, struct cel_value **x, size_t n)
{
	enum cel_kind kind = x[0]->kind == CEL_DURATION && x[1]->kind == CEL_DURATION
				     ? CEL_DURATION
				     : CEL_TIMESTAMP;

	(void)n;
	return moment(e->arena, kind, nanos_of(x[0]) + nanos_of(x[1]));
}

static struct cel_value *subtract_times(struct evaluator *e, struct cel_value **x, size_t n)
{
	enum cel_kind kind = x[0]->kind == x[1]->kind ? CEL_DURATION : CEL_TIMESTAMP;

	(void)n;
	return moment(e->arena, kind, nanos_of(x[0]) - nanos_of(x[1]));
}

static struct cel_value *negate_duration(struct evaluator *e, struct cel_value **x, size_t n)
{
	(void)n;
	return moment(e->arena, CEL_DURATION, -nanos_of(x[0]));
}

static struct cel_value *to_timestamp(struct evaluator *e, struct cel_value **x, size_t n)
{
	struct cel_value *v;

	(void)n;
	if (x[0]->kind == CEL_TIMESTAMP)
		return x[0];
	if (x[0]->kind == CEL_INT)
		return moment(e->arena, CEL_TIMESTAMP, (__int128)x[0]->integer * NANOS);
	v = arena_new(e->arena, struct cel_value);
	v->kind = CEL_TIMESTAMP;
	if (!cel_parse_timestamp(x[0]->text.text, x[0]->text.len, &v->integer, &v->nanos))
		return cel_fail(e->arena, "type conversion error from 'string' to 'timestamp'");
	return v;
}

static struct cel_value *to_duration(struct evaluator *e, struct cel_value **x, size_t n)
{
	struct cel_value *v;

	(void)n;
	if (x[0]->kind == CEL_DURATION)
		return x[0];
	v = arena_new(e->arena, struct cel_value);
	v->kind = CEL_DURATION;
	if (!cel_parse_duration(x[0]->text.text, x[0]->text.len, &v->integer, &v->nanos))
		return cel_fail(e->arena, "type conversion error from 'string' to 'duration'");
	return v;
}

/* A part of a timestamp, in UTC or at a fixed offset ("+02:00"); named zones are not known here. */
enum part {
	YEAR,
	MONTH,
	DATE,
	DAY_OF_MONTH,
	DAY_OF_WEEK,
	DAY_OF_YEAR,
	HOURS,
	MINUTES,
	SECONDS,
	MILLIS
};

static bool zone_offset(const struct cel_value *zone, int64_t *out)
{
	const char *at = zone->text.text, *end = at + zone->text.len;
	int h, m, sign = *at == '-' ? -1 : 1;

	*out = 0;
	if (!strcmp(at, "UTC") || !*at)
		return true;
	if (*at == '+' || *at == '-')
		at++;
	if (!digits(&at, end, 2, &h) || !skip(&at, end, ":") || !digits(&at, end, 2, &m) ||
	    at != end)
		return false;
	*out = sign * ((int64_t)h * 3600 + (int64_t)m * 60);
	return true;
}

static struct cel_value *time_part(struct evaluator *e, struct cel_value **x, size_t n,
				   enum part part)
{
	int64_t offset = 0, total, days, rest, y;
	int m, d;

	if (n == 2 && !zone_offset(x[1], &offset))
		return cel_fail(e->arena, "unknown time zone %s", x[1]->text.text);
	total = x[0]->integer + offset;
	days = total / 86400 - (total % 86400 < 0);
	rest = total - days * 86400;
	date_from_days(days, &y, &m, &d);
	switch (part) {
	case YEAR:
		return cel_int(e->arena, y);
	case MONTH:
		return cel_int(e->arena, m - 1);
	case DATE:
		return cel_int(e->arena, d);
	case DAY_OF_MONTH:
		return cel_int(e->arena, d - 1);
	case DAY_OF_WEEK:
		return cel_int(e->arena, ((days + 4) % 7 + 7) % 7);
	case DAY_OF_YEAR:
		return cel_int(e->arena, days - days_from_date(y, 1, 1));
	case HOURS:
		return cel_int(e->arena, rest / 3600);
	case MINUTES:
		return cel_int(e->arena, rest / 60 % 60);
	case SECONDS:
		return cel_int(e->arena, rest % 60);
	case MILLIS:
		break;
	}
	return cel_int(e->arena, x[0]->nanos / 1000000);
}

#define PART(name, part)                                                                           \
	static struct cel_value *name(struct evaluator *e, struct cel_value **x, size_t n)         \
	{                                                                                          \
		return time_part(e, x, n, part);                                                   \
	}
PART(get_year, YEAR)
PART(get_month, MONTH)
PART(get_date, DATE)
PART(get_day_of_month, DAY_OF_MONTH)
PART(get_day_of_week, DAY_OF_WEEK)
PART(get_day_of_year, DAY_OF_YEAR)

/* Of a duration: all of it in that unit; of a timestamp: its part. */
static struct cel_value *get_hours(struct evaluator *e, struct cel_value **x, size_t n)
{
	return x[0]->kind == CEL_DURATION ? cel_int(e->arena, x[0]->integer / 3600)
					  : time_part(e, x, n, HOURS);
}

static struct cel_value *get_minutes(struct evaluator *e, struct cel_value **x, size_t n)
{
	return x[0]->kind == CEL_DURATION ? cel_int(e->arena, x[0]->integer / 60)
					  : time_part(e, x, n, MINUTES);
}

static struct cel_value *get_seconds(struct evaluator *e, struct cel_value **x, size_t n)
{
	return x[0]->kind == CEL_DURATION ? cel_int(e->arena, x[0]->integer)
					  : time_part(e, x, n, SECONDS);
}

static struct cel_value *get_milliseconds(struct evaluator *e, struct cel_value **x, size_t n)
{
	return time_part(e, x, n, MILLIS);
}

static const struct cel_function rows[] = {
	{ "_+_", "DD:D", add_times },
	{ "_+_", "tD:t", add_times },
	{ "_+_", "Dt:t", add_times },
	{ "_-_", "DD:D", subtract_times },
	{ "_-_", "tD:t", subtract_times },
	{ "_-_", "tt:D", subtract_times },
	{ "-_", "D:D", negate_duration },
	{ "timestamp", "s:t", to_timestamp },
	{ "timestamp", "i:t", to_timestamp },
	{ "timestamp", "t:t", to_timestamp },
	{ "duration", "s:D", to_duration },
	{ "duration", "D:D", to_duration },
	{ "getFullYear", "t:i", get_year, true },
	{ "getFullYear", "ts:i", get_year, true },
	{ "getMonth", "t:i", get_month, true },
	{ "getMonth", "ts:i", get_month, true },
	{ "getDate", "t:i", get_date, true },
	{ "getDate", "ts:i", get_date, true },
	{ "getDayOfMonth", "t:i", get_day_of_month, true },
	{ "getDayOfMonth", "ts:i", get_day_of_month, true },
	{ "getDayOfWeek", "t:i", get_day_of_week, true },
	{ "getDayOfWeek", "ts:i", get_day_of_week, true },
	{ "getDayOfYear", "t:i", get_day_of_year, true },
	{ "getDayOfYear", "ts:i", get_day_of_year, true },
	{ "getHours", "t:i", get_hours, true },
	{ "getHours", "ts:i", get_hours, true },
	{ "getHours", "D:i", get_hours, true },
	{ "getMinutes", "t:i", get_minutes, true },
	{ "getMinutes", "ts:i", get_minutes, true },
	{ "getMinutes", "D:i", get_minutes, true },
	{ "getSeconds", "t:i", get_seconds, true },
	{ "getSeconds", "ts:i", get_seconds, true },
	{ "getSeconds", "D:i", get_seconds, true },
	{ "getMilliseconds", "t:i", get_milliseconds, true },
	{ "getMilliseconds", "ts:i", get_milliseconds, true },
	{ "getMilliseconds", "D:i", get_milliseconds, true },
};
const struct cel_functions cel_times = { rows, ARRAY_SIZE(rows) };
