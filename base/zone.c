/* Time zones from the system's database (RFC 8536), and the rule behind their last change. */
#include "base/zone.h"
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

enum { MAX_ZONE_FILE = 1 << 20 };

struct zone_type {
	int offset;
	bool dst;
	const char *name;
};

/* One end of summer time: "M3.2.0/2", "J60", "59". */
struct zone_rule {
	char kind; /* 'M', 'J' or 0 (day of the year from 0) */
	int month, week, day, time;
};

struct zone {
	const char *name;
	size_t count;
	int64_t *times;	      /* of changes */
	unsigned char *kinds; /* the type from then on */
	struct zone_type *types;
	size_t type_count;
	bool has_rule, has_dst;
	struct zone_type standard, summer;
	struct zone_rule begin, end;
};

const struct zone *zone_fixed(struct arena *a, const char *name, int offset)
{
	struct zone *z = arena_new(a, struct zone);

	z->name = name;
	z->types = arena_new(a, struct zone_type);
	z->type_count = 1;
	z->types[0] = (struct zone_type){ offset, false, name };
	return z;
}

/* ---- the rule at the end of a file: "EST5EDT,M3.2.0,M11.1.0" ---- */

static const char *rule_name(struct arena *a, const char **at)
{
	const char *from = *at;

	if (*from == '<') {
		while (**at && **at != '>')
			(*at)++;
		if (!**at)
			return NULL;
		return arena_memdup(a, from + 1, (size_t)((*at)++ - from - 1));
	}
	while ((**at | 0x20) >= 'a' && (**at | 0x20) <= 'z')
		(*at)++;
	return *at - from >= 3 ? arena_memdup(a, from, (size_t)(*at - from)) : NULL;
}

static int rule_number(const char **at)
{
	int n = 0;

	while (**at >= '0' && **at <= '9' && n < 100000)
		n = n * 10 + (*(*at)++ - '0');
	return n;
}

static int rule_time(const char **at)
{
	int sign = 1, seconds;

	if (**at == '-' || **at == '+')
		sign = *(*at)++ == '-' ? -1 : 1;
	seconds = rule_number(at) * 3600;
	if (**at == ':' && (*at)++)
		seconds += rule_number(at) * 60;
	if (**at == ':' && (*at)++)
		seconds += rule_number(at);
	return sign * seconds;
}

static bool rule_day(const char **at, struct zone_rule *r)
{
	if (*(*at)++ != ',')
		return false;
	*r = (struct zone_rule){ .time = 7200 };
	if (**at == 'M') {
		r->kind = *(*at)++;
		r->month = rule_number(at);
		r->week = **at == '.' && (*at)++ ? rule_number(at) : 0;
		r->day = **at == '.' && (*at)++ ? rule_number(at) : 0;
		if (r->month < 1 || r->month > 12 || r->week < 1 || r->week > 5 || r->day > 6)
			return false;
	} else {
		if (**at == 'J')
			r->kind = *(*at)++;
		r->day = rule_number(at);
	}
	if (**at == '/' && (*at)++)
		r->time = rule_time(at);
	return true;
}

static void read_rule(struct arena *a, struct zone *z, const char *text)
{
	const char *name = rule_name(a, &text);

	if (!name || !*text)
		return;
	z->standard = (struct zone_type){ -rule_time(&text), false, name };
	z->has_rule = true;
	if (!*text)
		return;
	name = rule_name(a, &text);
	if (!name)
		return;
	z->summer = (struct zone_type){ z->standard.offset + 3600, true, name };
	if (*text && *text != ',')
		z->summer.offset = -rule_time(&text);
	z->has_dst = rule_day(&text, &z->begin) && rule_day(&text, &z->end);
}

static bool is_leap(int64_t year)
{
	return year % 4 == 0 && (year % 100 || year % 400 == 0);
}

/* Seconds from the start of a year, by the clock before the change. */
static int64_t rule_at(const struct zone_rule *r, int64_t year, int first_weekday)
{
	static const int before[] = { 0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334, 365 };
	int day, weekday, length;

	if (r->kind == 'J')
		return (int64_t)(r->day - 1 + (is_leap(year) && r->day >= 60)) * 86400 + r->time;
	if (!r->kind)
		return (int64_t)r->day * 86400 + r->time;
	day = before[r->month - 1] + (r->month > 2 && is_leap(year));
	length = before[r->month] - before[r->month - 1] + (r->month == 2 && is_leap(year));
	weekday = (first_weekday + day) % 7;
	weekday = (r->day - weekday + 7) % 7 + (r->week - 1) * 7;
	while (weekday >= length)
		weekday -= 7;
	return (int64_t)(day + weekday) * 86400 + r->time;
}

static const struct zone_type *rule_type(const struct zone *z, int64_t sec)
{
	time_t local = (time_t)(sec + z->standard.offset);
	int64_t into, begin, end, year;
	struct tm tm;
	int weekday;

	if (!z->has_dst || !gmtime_r(&local, &tm))
		return &z->standard;
	year = (int64_t)tm.tm_year + 1900;
	weekday = ((tm.tm_wday - tm.tm_yday) % 7 + 7) % 7; /* of January 1st */
	into = sec - (local - tm.tm_yday * INT64_C(86400) - tm.tm_hour * INT64_C(3600) -
		      tm.tm_min * INT64_C(60) - tm.tm_sec);
	begin = rule_at(&z->begin, year, weekday) - z->standard.offset;
	end = rule_at(&z->end, year, weekday) - z->summer.offset;
	if (begin < end)
		return into >= begin && into < end ? &z->summer : &z->standard;
	return into >= end && into < begin ? &z->standard : &z->summer;
}

/* ---- looking up ---- */

static const struct zone_type *type_at(const struct zone *z, int64_t sec)
{
	size_t low = 0, high = z->count, mid;

	while (low < high) {
		mid = (low + high) / 2;
		if (z->times[mid] <= sec)
			low = mid + 1;
		else
			high = mid;
	}
	if (low == z->count && z->has_rule && (z->count || !z->type_count))
		return rule_type(z, sec);
	if (low)
		return &z->types[z->kinds[low - 1]];
	for (mid = 0; mid < z->type_count; mid++)
		if (!z->types[mid].dst)
			return &z->types[mid];
	return &z->types[0];
}

int zone_offset(const struct zone *z, int64_t sec, const char **name)
{
	const struct zone_type *t;

	*name = "UTC";
	if (!z)
		return 0;
	t = type_at(z, sec);
	*name = t->name;
	return t->offset;
}

bool zone_named(const struct zone *z, const char *name, size_t len, int64_t at, int *offset)
{
	const char *now;
	size_t i;

	*offset = 0;
	if (!z)
		return len == 3 && !memcmp(name, "UTC", 3);
	for (i = 0; i < z->type_count; i++) {
		if (strlen(z->types[i].name) != len || memcmp(z->types[i].name, name, len))
			continue;
		*offset = z->types[i].offset;
		if (zone_offset(z, at - *offset, &now) == *offset)
			return true;
	}
	for (i = 0; i < z->type_count; i++) {
		if (strlen(z->types[i].name) == len && !memcmp(z->types[i].name, name, len)) {
			*offset = z->types[i].offset;
			return true;
		}
	}
	return false;
}

/* ---- files ---- */

static int64_t big_endian(const unsigned char *at, int bytes)
{
	uint64_t value = at[0] & 0x80 ? UINT64_MAX : 0;
	int i;

	for (i = 0; i < bytes; i++)
		value = value << 8 | at[i];
	return (int64_t)value;
}

struct header {
	size_t isut, isstd, leap, times, types, chars;
	size_t body; /* bytes behind the header */
};

static bool read_header(const unsigned char *at, const unsigned char *end, int width,
			struct header *h)
{
	size_t *const counts[] = { &h->isut, &h->isstd, &h->leap, &h->times, &h->types, &h->chars };
	size_t i;

	if (end - at < 44 || memcmp(at, "TZif", 4))
		return false;
	for (i = 0; i < 6; i++)
		*counts[i] = (size_t)(big_endian(at + 20 + 4 * i, 4) & 0xffffff);
	h->body = h->times * (size_t)(width + 1) + h->types * 6 + h->chars +
		  h->leap * (size_t)(width + 4) + h->isstd + h->isut;
	return (size_t)(end - at) >= 44 + h->body && h->types > 0;
}

static struct zone *read_zone(struct arena *a, const unsigned char *at, size_t len)
{
	const unsigned char *end = at + len, *names;
	struct zone *z = arena_new(a, struct zone);
	struct header h = { 0 };
	int width = 4;
	size_t i;

	if (!read_header(at, end, 4, &h))
		return NULL;
	if (at[4] >= '2') {
		at += 44 + h.body;
		width = 8;
		if (!read_header(at, end, 8, &h))
			return NULL;
	}
	at += 44;
	z->count = h.times;
	z->type_count = h.types;
	z->times = arena_array(a, h.times, int64_t);
	z->kinds = arena_array(a, h.times, unsigned char);
	z->types = arena_array(a, h.types, struct zone_type);
	for (i = 0; i < h.times; i++, at += width)
		z->times[i] = big_endian(at, width);
	for (i = 0; i < h.times; i++)
		z->kinds[i] = *at++ < h.types ? at[-1] : 0;
	names = at + h.types * 6;
	for (i = 0; i < h.types; i++, at += 6) {
		size_t name = at[5] < h.chars ? at[5] : 0;

		z->types[i].offset = (int)big_endian(at, 4);
		z->types[i].dst = at[4];
		z->types[i].name =
			arena_memdup(a, (const char *)names + name,
				     strnlen((const char *)names + name, h.chars - name));
	}
	at = names + h.chars + h.leap * (size_t)(width + 4) + h.isstd + h.isut;
	if (width == 8 && at < end && *at == '\n') {
		const unsigned char *nl = memchr(at + 1, '\n', (size_t)(end - at - 1));

		if (nl)
			read_rule(a, z,
				  arena_memdup(a, (const char *)at + 1, (size_t)(nl - at - 1)));
	}
	return z;
}

static struct zone *read_file(struct arena *a, const char *path)
{
	unsigned char *bytes;
	struct zone *z = NULL;
	ssize_t len = 0, got;
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);

	if (fd < 0)
		return NULL;
	bytes = arena_alloc(a, MAX_ZONE_FILE / 16);
	while (len < MAX_ZONE_FILE / 16 &&
	       (got = read(fd, bytes + len, (size_t)(MAX_ZONE_FILE / 16 - len))) > 0)
		len += got;
	close(fd);
	z = read_zone(a, bytes, (size_t)len);
	return z;
}

/* A name has no way out of the database. */
static bool is_safe(const char *name)
{
	return *name && *name != '/' && *name != '\\' && !strstr(name, "..") && strlen(name) < 200;
}

static struct zone *read_named(struct arena *a, const char *name)
{
	static const char *const folders[] = { "/usr/share/zoneinfo", "/usr/share/lib/zoneinfo",
					       "/usr/lib/locale/TZ", "/etc/zoneinfo" };
	struct zone *z = NULL;
	size_t i;

	for (i = 0; !z && is_safe(name) && i < ARRAY_SIZE(folders); i++)
		z = read_file(a, arena_printf(a, "%s/%s", folders[i], name));
	if (z)
		z->name = name;
	return z;
}

const struct zone *zone_load(struct arena *a, const char *name, bool *found)
{
	const char *tz = getenv("TZ");
	const struct zone *z;

	*found = true;
	if (!*name || !strcmp(name, "UTC"))
		return NULL;
	if (strcmp(name, "Local")) {
		z = read_named(a, arena_strdup(a, name));
		*found = z != NULL;
		return z;
	}
	if (!tz)
		return read_file(a, "/etc/localtime");
	if (*tz == ':')
		tz++;
	if (!*tz || !strcmp(tz, "UTC"))
		return NULL;
	return *tz == '/' ? read_file(a, tz) : read_named(a, arena_strdup(a, tz));
}
