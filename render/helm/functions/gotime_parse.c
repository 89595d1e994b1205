/* gotime_parse: a text into a time, by a layout. */
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include "render/helm/functions/gotime.h"

struct parse {
	struct arena *arena;
	const char *layout, *text; /* what is left of both */
	size_t layout_len, len;
	struct civil c;
	int yearday, zone_offset; /* -1: none given */
	bool utc, am, pm;
	const char *zone_name;
	size_t zone_len;
	int32_t nsec;
	const char *range; /* what is out of range */
};

static bool digit_at(const struct parse *p, size_t at)
{
	return at < p->len && p->text[at] >= '0' && p->text[at] <= '9';
}

static void take(struct parse *p, size_t len)
{
	p->text += len;
	p->len -= len;
}

/* One or two digits; two when `fixed`. */
static bool number(struct parse *p, bool fixed, int *out)
{
	if (!digit_at(p, 0) || (fixed && !digit_at(p, 1)))
		return false;
	*out = p->text[0] - '0';
	if (digit_at(p, 1)) {
		*out = *out * 10 + (p->text[1] - '0');
		take(p, 1);
	}
	take(p, 1);
	return true;
}

static bool digits(struct parse *p, size_t count, int *out)
{
	size_t i;

	for (*out = 0, i = 0; i < count; i++) {
		if (!digit_at(p, i))
			return false;
		*out = *out * 10 + (p->text[i] - '0');
	}
	take(p, count);
	return true;
}

static bool lookup(struct parse *p, const char *const *names, int count, size_t cut, int *out)
{
	int i;

	for (i = 0; i < count; i++) {
		size_t len = cut ? cut : strlen(names[i]);

		if (p->len >= len && !strncasecmp(p->text, names[i], len)) {
			*out = i;
			take(p, len);
			return true;
		}
	}
	return false;
}

static bool in_range(struct parse *p, int value, int low, int high, const char *what)
{
	if ((value < low || value > high) && !p->range)
		p->range = what;
	return true;
}

static bool parse_date(struct parse *p, enum layout_std std)
{
	int n = 0;

	switch ((int)std) {
	case STD_YEAR:
		if (!digits(p, 2, &n))
			return false;
		p->c.year = n >= 69 ? n + 1900 : n + 2000;
		return true;
	case STD_LONG_YEAR:
		if (!digits(p, 4, &n))
			return false;
		p->c.year = n;
		return true;
	case STD_MONTH:
	case STD_LONG_MONTH:
		if (!lookup(p, go_months, 12, std == STD_MONTH ? 3 : 0, &n))
			return false;
		p->c.month = n + 1;
		return true;
	case STD_NUM_MONTH:
	case STD_ZERO_MONTH:
		return number(p, std == STD_ZERO_MONTH, &p->c.month) &&
		       in_range(p, p->c.month, 1, 12, "month");
	case STD_WEEKDAY:
	case STD_LONG_WEEKDAY:
		return lookup(p, go_weekdays, 7, std == STD_WEEKDAY ? 3 : 0, &n);
	case STD_DAY:
	case STD_UNDER_DAY:
	case STD_ZERO_DAY:
		if (std == STD_UNDER_DAY && p->len && *p->text == ' ')
			take(p, 1);
		return number(p, std == STD_ZERO_DAY, &p->c.day);
	default:
		for (n = 0; std == STD_UNDER_YEARDAY && n < 2 && p->len && *p->text == ' '; n++)
			take(p, 1);
		return digits(p, (size_t)(3 - n), &p->yearday);
	}
}

static bool take_fraction(struct parse *p, size_t count)
{
	int32_t scale = 100000000;
	size_t i;

	for (p->nsec = 0, i = 1; i < count; i++, scale /= 10) {
		if (!digit_at(p, i))
			return false;
		p->nsec += (p->text[i] - '0') * scale;
	}
	take(p, count);
	return true;
}

/* A fraction may follow the seconds although the layout has none. */
static bool parse_second(struct parse *p, bool fixed)
{
	struct layout_part next = layout_next(p->layout, p->layout_len);
	size_t count = 2;

	if (!number(p, fixed, &p->c.second))
		return false;
	in_range(p, p->c.second, 0, 59, "second");
	if (p->len < 2 || (*p->text != '.' && *p->text != ',') || !digit_at(p, 1) ||
	    ((next.std == STD_FRACTION0 || next.std == STD_FRACTION9) && !next.prefix))
		return true;
	while (digit_at(p, count))
		count++;
	return take_fraction(p, count);
}

static bool parse_clock(struct parse *p, enum layout_std std)
{
	bool upper = std == STD_PM;

	switch ((int)std) {
	case STD_HOUR:
		return number(p, false, &p->c.hour) && in_range(p, p->c.hour, 0, 23, "hour");
	case STD_HOUR12:
	case STD_ZERO_HOUR12:
		return number(p, std == STD_ZERO_HOUR12, &p->c.hour) &&
		       in_range(p, p->c.hour, 0, 12, "hour");
	case STD_MINUTE:
	case STD_ZERO_MINUTE:
		return number(p, std == STD_ZERO_MINUTE, &p->c.minute) &&
		       in_range(p, p->c.minute, 0, 59, "minute");
	case STD_SECOND:
	case STD_ZERO_SECOND:
		return parse_second(p, std == STD_ZERO_SECOND);
	default:
		if (p->len < 2)
			return false;
		p->pm = !memcmp(p->text, upper ? "PM" : "pm", 2);
		p->am = !memcmp(p->text, upper ? "AM" : "am", 2);
		take(p, 2);
		return p->pm || p->am;
	}
}

static bool parse_offset(struct parse *p, enum layout_std std)
{
	bool iso = std >= STD_ISO_TZ && std <= STD_ISO_COLON_SECONDS_TZ;
	bool colon = std == STD_ISO_COLON_TZ || std == STD_NUM_COLON_TZ ||
		     std == STD_ISO_COLON_SECONDS_TZ || std == STD_NUM_COLON_SECONDS_TZ;
	bool minutes = std != STD_NUM_SHORT_TZ && std != STD_ISO_SHORT_TZ;
	bool seconds = std == STD_ISO_SECONDS_TZ || std == STD_NUM_SECONDS_TZ ||
		       std == STD_ISO_COLON_SECONDS_TZ || std == STD_NUM_COLON_SECONDS_TZ;
	int hour = 0, minute = 0, second = 0, sign;

	if (iso && p->len && *p->text == 'Z') {
		take(p, 1);
		p->utc = true;
		return true;
	}
	if (!p->len || (*p->text != '+' && *p->text != '-'))
		return false;
	sign = *p->text == '-' ? -1 : 1;
	take(p, 1);
	if (!digits(p, 2, &hour))
		return false;
	if (minutes && colon && (!p->len || *p->text != ':'))
		return false;
	take(p, minutes && colon);
	if (minutes && !digits(p, 2, &minute))
		return false;
	if (seconds && colon && (!p->len || *p->text != ':'))
		return false;
	take(p, seconds && colon);
	if (seconds && !digits(p, 2, &second))
		return false;
	in_range(p, hour, 0, 24, "time zone offset hour");
	in_range(p, minute, 0, 60, "time zone offset minute");
	p->zone_offset = sign * (hour * 3600 + minute * 60 + second);
	return true;
}

static size_t signed_offset(const char *text, size_t len)
{
	size_t at = 1;
	int value = 0;

	if (len < 2 || (*text != '+' && *text != '-'))
		return 0;
	for (; at < len && at < 4 && text[at] >= '0' && text[at] <= '9'; at++)
		value = value * 10 + (text[at] - '0');
	return at > 1 && value <= 23 ? at : 0;
}

/* Three letters, or four ending in T, five in ST; GMT may have an offset. */
static size_t zone_name_length(const char *text, size_t len)
{
	size_t letters = 0;

	if (len < 3)
		return 0;
	if (len >= 4 && (!memcmp(text, "ChST", 4) || !memcmp(text, "MeST", 4)))
		return 4;
	if (!memcmp(text, "GMT", 3))
		return 3 + signed_offset(text + 3, len - 3);
	if (*text == '+' || *text == '-')
		return signed_offset(text, len);
	while (letters < 6 && letters < len && text[letters] >= 'A' && text[letters] <= 'Z')
		letters++;
	if (letters == 5 && text[4] == 'T')
		return 5;
	if (letters == 4 && (text[3] == 'T' || !memcmp(text, "WITA", 4)))
		return 4;
	return letters == 3 ? 3 : 0;
}

static bool parse_zone_name(struct parse *p)
{
	size_t len;

	if (p->len >= 3 && !memcmp(p->text, "UTC", 3)) {
		p->utc = true;
		take(p, 3);
		return true;
	}
	len = zone_name_length(p->text, p->len);
	p->zone_name = p->text;
	p->zone_len = len;
	take(p, len);
	return len > 0;
}

static bool parse_fraction(struct parse *p, const struct layout_part *part)
{
	size_t count = 1;

	if (part->std == STD_FRACTION0)
		return p->len > (size_t)part->digits && (*p->text == '.' || *p->text == ',') &&
		       take_fraction(p, 1 + (size_t)part->digits);
	if (p->len < 2 || (*p->text != '.' && *p->text != ',') || !digit_at(p, 1))
		return true;
	while (digit_at(p, count))
		count++;
	return take_fraction(p, count);
}

static bool parse_part(struct parse *p, const struct layout_part *part)
{
	enum layout_std std = part->std;

	if (std == STD_FRACTION0 || std == STD_FRACTION9)
		return parse_fraction(p, part);
	if (std == STD_TZ)
		return parse_zone_name(p);
	if (std > STD_TZ)
		return parse_offset(p, std);
	if ((std >= STD_HOUR && std <= STD_ZERO_SECOND) || std == STD_PM || std == STD_LOWER_PM)
		return parse_clock(p, std);
	return parse_date(p, std);
}

/* Literal text of the layout; a space in it matches any number of them. */
static bool skip_prefix(struct parse *p, const char *prefix, size_t len)
{
	while (len) {
		if (*prefix == ' ') {
			if (p->len && *p->text != ' ')
				return false;
			for (; len && *prefix == ' '; prefix++)
				len--;
			while (p->len && *p->text == ' ')
				take(p, 1);
			continue;
		}
		if (!p->len || *p->text != *prefix)
			return false;
		prefix++;
		len--;
		take(p, 1);
	}
	return true;
}

static int days_in(int month, int64_t year)
{
	static const int days[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };

	return month == 2 && year % 4 == 0 && (year % 100 || year % 400 == 0) ? 29
									      : days[month - 1];
}

static bool finish_date(struct parse *p)
{
	int yearday = p->yearday, month;

	if (yearday >= 0) {
		if (yearday < 1 || yearday > 365 + (days_in(2, p->c.year) == 29)) {
			p->range = "day-of-year";
			return false;
		}
		for (month = 1; yearday > days_in(month, p->c.year); month++)
			yearday -= days_in(month, p->c.year);
		if ((p->c.month >= 0 && p->c.month != month) ||
		    (p->c.day >= 0 && p->c.day != yearday)) {
			p->range = p->c.month >= 0 && p->c.month != month
					   ? "!day-of-year does not match month"
					   : "!day-of-year does not match day";
			return false;
		}
		p->c.month = month;
		p->c.day = yearday;
	}
	if (p->c.month < 0)
		p->c.month = 1;
	if (p->c.day < 0)
		p->c.day = 1;
	if (p->c.day < 1 || p->c.day > days_in(p->c.month, p->c.year)) {
		p->range = "day";
		return false;
	}
	if (p->pm && p->c.hour < 12)
		p->c.hour += 12;
	else if (p->am && p->c.hour == 12)
		p->c.hour = 0;
	return true;
}

static struct go_time finish_zone(struct parse *p, const struct zone *zone)
{
	struct go_time t = time_from_civil(&p->c, p->nsec, NULL);
	const char *name;
	int offset = 0;

	if (p->utc)
		return t;
	if (p->zone_offset != -1) {
		t.sec -= p->zone_offset;
		if (zone_offset(zone, t.sec, &name) == p->zone_offset &&
		    (!p->zone_len ||
		     (strlen(name) == p->zone_len && !memcmp(name, p->zone_name, p->zone_len))))
			t.zone = zone;
		else
			t.zone = zone_fixed(p->arena,
					    arena_memdup(p->arena, p->zone_name ? p->zone_name : "",
							 p->zone_len),
					    p->zone_offset);
		return t;
	}
	if (p->zone_len) {
		if (zone_named(zone, p->zone_name, p->zone_len, t.sec, &offset)) {
			t.sec -= offset;
			t.zone = zone;
			return t;
		}
		if (p->zone_len > 3 && !memcmp(p->zone_name, "GMT", 3))
			offset = (int)strtol(
					 arena_memdup(p->arena, p->zone_name + 3, p->zone_len - 3),
					 NULL, 10) *
				 3600;
		t.zone = zone_fixed(p->arena, arena_memdup(p->arena, p->zone_name, p->zone_len),
				    offset);
		t.sec -= offset;
		return t;
	}
	return time_from_civil(&p->c, p->nsec, zone);
}

const char *time_parse(struct arena *a, const char *layout, const char *text, size_t len,
		       const struct zone *zone, struct go_time *out)
{
	struct parse p = { .arena = a,
			   .layout = layout,
			   .layout_len = strlen(layout),
			   .text = text,
			   .len = len,
			   .yearday = -1,
			   .zone_offset = -1 };
	const char *whole = time_quoted(a, text, len),
		   *shape = time_quoted(a, layout, p.layout_len);
	const char *from, *part_text;
	struct layout_part part;
	size_t left;

	p.c.month = p.c.day = -1;
	do {
		part = layout_next(p.layout, p.layout_len);
		part_text = part.std ? p.layout + part.prefix : p.layout;
		if (!skip_prefix(&p, p.layout, part.prefix))
			return arena_printf(a, "parsing time %s as %s: cannot parse %s as %s",
					    whole, shape, time_quoted(a, p.text, p.len),
					    time_quoted(a, p.layout, part.prefix));
		p.layout += part.prefix + part.len;
		p.layout_len -= part.prefix + part.len;
		if (!part.std) {
			if (p.len)
				return arena_printf(a, "parsing time %s: extra text: %s", whole,
						    time_quoted(a, p.text, p.len));
			break;
		}
		from = p.text;
		left = p.len;
		if (!parse_part(&p, &part))
			return arena_printf(a, "parsing time %s as %s: cannot parse %s as %s",
					    whole, shape, time_quoted(a, from, left),
					    time_quoted(a, part_text, part.len));
		if (p.range)
			return arena_printf(a, "parsing time %s: %s out of range", whole, p.range);
	} while (true);
	if (!finish_date(&p))
		return *p.range == '!' ? arena_printf(a, "parsing time %s: %s", whole, p.range + 1)
				       : arena_printf(a, "parsing time %s: %s out of range", whole,
						      p.range);
	*out = finish_zone(&p, zone);
	return NULL;
}
