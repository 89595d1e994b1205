/* gotime: civil dates, layouts, formatting, durations. */
#include "render/helm/functions/gotime.h"
#include <stdio.h>
#include <string.h>

const char *const go_months[12] = { "January",	 "February", "March",	 "April",
				    "May",	 "June",     "July",	 "August",
				    "September", "October",  "November", "December" };
const char *const go_weekdays[7] = { "Sunday",	 "Monday", "Tuesday", "Wednesday",
				     "Thursday", "Friday", "Saturday" };

/* ---- civil dates ---- */

static int64_t floor_div(int64_t a, int64_t b)
{
	return a / b - (a % b < 0);
}

static int64_t days_of(int64_t year, int64_t month, int64_t day)
{
	int64_t y, era, in_era, in_year;

	year += floor_div(month - 1, 12);
	month = (month - 1) - floor_div(month - 1, 12) * 12 + 1;
	y = year - (month <= 2);
	era = floor_div(y, 400);
	in_era = y - era * 400;
	in_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5;
	return era * 146097 + in_era * 365 + in_era / 4 - in_era / 100 + in_year - 719468 + day - 1;
}

void time_civil(const struct go_time *t, struct civil *c)
{
	int64_t local, days, era, in_era, year_of_era, in_year, month;

	c->offset = zone_offset(t->zone, t->sec, &c->zone);
	local = t->sec + c->offset;
	days = floor_div(local, 86400);
	local -= days * 86400;
	c->hour = (int)(local / 3600);
	c->minute = (int)(local / 60 % 60);
	c->second = (int)(local % 60);
	c->weekday = (int)(((days + 4) % 7 + 7) % 7);
	era = floor_div(days + 719468, 146097);
	in_era = days + 719468 - era * 146097;
	year_of_era = (in_era - in_era / 1460 + in_era / 36524 - in_era / 146096) / 365;
	in_year = in_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
	month = (5 * in_year + 2) / 153;
	c->day = (int)(in_year - (153 * month + 2) / 5 + 1);
	c->month = (int)(month < 10 ? month + 3 : month - 9);
	c->year = year_of_era + era * 400 + (c->month <= 2);
	c->yearday = (int)(days - days_of(c->year, 1, 1)) + 1;
}

struct go_time time_from_civil(const struct civil *c, int32_t nsec, const struct zone *zone)
{
	int64_t local = days_of(c->year, c->month, c->day) * 86400 + (int64_t)c->hour * 3600 +
			(int64_t)c->minute * 60 + c->second;
	const char *name;
	int64_t sec = local - zone_offset(zone, local, &name);
	int offset = zone_offset(zone, sec, &name);

	/* Around a change of the clock the first guess may be in the other period. */
	if (sec + offset != local)
		sec = local - offset;
	return (struct go_time){ sec, nsec, zone };
}

/* ---- layouts ---- */

static bool at_word(const char *at, size_t left, const char *word)
{
	size_t len = strlen(word);

	return left >= len && !memcmp(at, word, len);
}

static bool lower_follows(const char *at, size_t left)
{
	return left && *at >= 'a' && *at <= 'z';
}

static const struct {
	const char *text;
	enum layout_std std;
} layout_words[] = {
	/* longer ones before their beginnings */
	{ "January", STD_LONG_MONTH },
	{ "Monday", STD_LONG_WEEKDAY },
	{ "MST", STD_TZ },
	{ "01", STD_ZERO_MONTH },
	{ "02", STD_ZERO_DAY },
	{ "03", STD_ZERO_HOUR12 },
	{ "04", STD_ZERO_MINUTE },
	{ "05", STD_ZERO_SECOND },
	{ "06", STD_YEAR },
	{ "002", STD_ZERO_YEARDAY },
	{ "15", STD_HOUR },
	{ "1", STD_NUM_MONTH },
	{ "2006", STD_LONG_YEAR },
	{ "2", STD_DAY },
	{ "__2", STD_UNDER_YEARDAY },
	{ "3", STD_HOUR12 },
	{ "4", STD_MINUTE },
	{ "5", STD_SECOND },
	{ "PM", STD_PM },
	{ "pm", STD_LOWER_PM },
	{ "-070000", STD_NUM_SECONDS_TZ },
	{ "-07:00:00", STD_NUM_COLON_SECONDS_TZ },
	{ "-0700", STD_NUM_TZ },
	{ "-07:00", STD_NUM_COLON_TZ },
	{ "-07", STD_NUM_SHORT_TZ },
	{ "Z070000", STD_ISO_SECONDS_TZ },
	{ "Z07:00:00", STD_ISO_COLON_SECONDS_TZ },
	{ "Z0700", STD_ISO_TZ },
	{ "Z07:00", STD_ISO_COLON_TZ },
	{ "Z07", STD_ISO_SHORT_TZ },
};

static enum layout_std word_at(const char *at, size_t left, size_t *len)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(layout_words); i++) {
		if (at_word(at, left, layout_words[i].text)) {
			*len = strlen(layout_words[i].text);
			return layout_words[i].std;
		}
	}
	*len = 3;
	if (at_word(at, left, "Jan") && !lower_follows(at + 3, left - 3))
		return STD_MONTH;
	if (at_word(at, left, "Mon") && !lower_follows(at + 3, left - 3))
		return STD_WEEKDAY;
	*len = 2;
	if (at_word(at, left, "_2") && !at_word(at, left, "_2006"))
		return STD_UNDER_DAY;
	return STD_NONE;
}

static bool fraction_at(const char *at, size_t left, struct layout_part *p)
{
	size_t end = 1;

	if (left < 2 || (*at != '.' && *at != ',') || (at[1] != '0' && at[1] != '9'))
		return false;
	while (end < left && at[end] == at[1])
		end++;
	if (end < left && at[end] >= '0' && at[end] <= '9')
		return false;
	p->std = at[1] == '0' ? STD_FRACTION0 : STD_FRACTION9;
	p->digits = (int)end - 1;
	p->len = end;
	return true;
}

struct layout_part layout_next(const char *layout, size_t len)
{
	struct layout_part p = { STD_NONE, 0, 0, 0 };

	for (; p.prefix < len; p.prefix++) {
		if (fraction_at(layout + p.prefix, len - p.prefix, &p))
			return p;
		p.std = word_at(layout + p.prefix, len - p.prefix, &p.len);
		if (p.std)
			return p;
	}
	p.len = 0;
	return p;
}

/* ---- formatting ---- */

static void format_zone(struct buf *out, const struct civil *c, enum layout_std std)
{
	bool iso = std >= STD_ISO_TZ && std <= STD_ISO_COLON_SECONDS_TZ;
	bool colon = std == STD_ISO_COLON_TZ || std == STD_NUM_COLON_TZ ||
		     std == STD_ISO_COLON_SECONDS_TZ || std == STD_NUM_COLON_SECONDS_TZ;
	bool seconds = std == STD_ISO_SECONDS_TZ || std == STD_NUM_SECONDS_TZ ||
		       std == STD_ISO_COLON_SECONDS_TZ || std == STD_NUM_COLON_SECONDS_TZ;
	int offset = c->offset < 0 ? -c->offset : c->offset;

	if (std == STD_TZ && *c->zone) {
		buf_str(out, c->zone);
		return;
	}
	if (iso && !offset) {
		buf_char(out, 'Z');
		return;
	}
	buf_printf(out, "%c%02d", c->offset / 60 < 0 ? '-' : '+', offset / 3600);
	if (colon)
		buf_char(out, ':');
	if (std != STD_NUM_SHORT_TZ && std != STD_ISO_SHORT_TZ)
		buf_printf(out, "%02d", offset / 60 % 60);
	if (seconds)
		buf_printf(out, colon ? ":%02d" : "%02d", offset % 60);
}

static void format_fraction(struct buf *out, int32_t nsec, const struct layout_part *p, char sign)
{
	char digits[16];
	int count = p->digits > 9 ? 9 : p->digits;

	snprintf(digits, sizeof(digits), "%09d", nsec);
	if (p->std == STD_FRACTION9) {
		while (count && digits[count - 1] == '0')
			count--;
		if (!count)
			return;
	}
	buf_char(out, sign);
	buf_add(out, digits, (size_t)count);
	if (p->std == STD_FRACTION0 && p->digits > 9)
		buf_pad(out, '0', (size_t)p->digits - 9);
}

static void format_year(struct buf *out, int64_t year)
{
	buf_printf(out, year < 0 ? "-%04lld" : "%04lld", (long long)(year < 0 ? -year : year));
}

static void format_date(struct buf *out, const struct civil *c, enum layout_std std)
{
	int64_t year = c->year < 0 ? -c->year : c->year;

	switch ((int)std) {
	case STD_YEAR:
		buf_printf(out, "%02d", (int)(year % 100));
		break;
	case STD_LONG_YEAR:
		format_year(out, c->year);
		break;
	case STD_MONTH:
		buf_add(out, go_months[c->month - 1], 3);
		break;
	case STD_LONG_MONTH:
		buf_str(out, go_months[c->month - 1]);
		break;
	case STD_NUM_MONTH:
		buf_printf(out, "%d", c->month);
		break;
	case STD_ZERO_MONTH:
		buf_printf(out, "%02d", c->month);
		break;
	case STD_WEEKDAY:
		buf_add(out, go_weekdays[c->weekday], 3);
		break;
	case STD_LONG_WEEKDAY:
		buf_str(out, go_weekdays[c->weekday]);
		break;
	case STD_DAY:
		buf_printf(out, "%d", c->day);
		break;
	case STD_UNDER_DAY:
		buf_printf(out, "%2d", c->day);
		break;
	case STD_ZERO_DAY:
		buf_printf(out, "%02d", c->day);
		break;
	case STD_UNDER_YEARDAY:
		buf_printf(out, "%3d", c->yearday);
		break;
	case STD_ZERO_YEARDAY:
		buf_printf(out, "%03d", c->yearday);
		break;
	default:
		break;
	}
}

static void format_clock(struct buf *out, const struct civil *c, enum layout_std std)
{
	int hour12 = c->hour % 12 ? c->hour % 12 : 12;

	switch ((int)std) {
	case STD_HOUR:
		buf_printf(out, "%02d", c->hour);
		break;
	case STD_HOUR12:
		buf_printf(out, "%d", hour12);
		break;
	case STD_ZERO_HOUR12:
		buf_printf(out, "%02d", hour12);
		break;
	case STD_MINUTE:
		buf_printf(out, "%d", c->minute);
		break;
	case STD_ZERO_MINUTE:
		buf_printf(out, "%02d", c->minute);
		break;
	case STD_SECOND:
		buf_printf(out, "%d", c->second);
		break;
	case STD_ZERO_SECOND:
		buf_printf(out, "%02d", c->second);
		break;
	case STD_PM:
		buf_str(out, c->hour >= 12 ? "PM" : "AM");
		break;
	case STD_LOWER_PM:
		buf_str(out, c->hour >= 12 ? "pm" : "am");
		break;
	default:
		break;
	}
}

void time_format(struct buf *out, const struct go_time *t, const char *layout, size_t len)
{
	struct civil c;

	time_civil(t, &c);
	while (len) {
		struct layout_part p = layout_next(layout, len);

		buf_add(out, layout, p.prefix);
		if (p.std == STD_FRACTION0 || p.std == STD_FRACTION9)
			format_fraction(out, t->nsec, &p, layout[p.prefix]);
		else if (p.std >= STD_TZ)
			format_zone(out, &c, p.std);
		else
			format_date(out, &c, p.std), format_clock(out, &c, p.std);
		layout += p.prefix + p.len;
		len -= p.prefix + p.len;
	}
}

/* ---- durations ---- */

static void put_fraction(struct buf *out, uint64_t whole, uint64_t fraction, int digits)
{
	char text[16];

	buf_printf(out, "%llu", (unsigned long long)whole);
	snprintf(text, sizeof(text), "%0*llu", digits, (unsigned long long)fraction);
	while (digits && text[digits - 1] == '0')
		digits--;
	if (digits) {
		buf_char(out, '.');
		buf_add(out, text, (size_t)digits);
	}
}

const char *time_quoted(struct arena *a, const char *text, size_t len)
{
	const char *out;
	struct buf b;
	size_t i;

	buf_init(&b, 0);
	buf_char(&b, '"');
	for (i = 0; i < len; i++) {
		unsigned char c = (unsigned char)text[i];

		if (c >= 0x80 || c < ' ')
			buf_printf(&b, "\\x%02x", c);
		else if (c == '"' || c == '\\')
			buf_printf(&b, "\\%c", c);
		else
			buf_char(&b, (char)c);
	}
	buf_char(&b, '"');
	out = buf_dup(&b, a);
	buf_release(&b);
	return out;
}

void godur_format(struct buf *out, int64_t ns)
{
	uint64_t u = ns < 0 ? 0 - (uint64_t)ns : (uint64_t)ns, seconds = u / 1000000000;

	if (!u) {
		buf_str(out, "0s");
		return;
	}
	if (ns < 0)
		buf_char(out, '-');
	if (u < 1000) {
		buf_printf(out, "%lluns", (unsigned long long)u);
	} else if (u < 1000000) {
		put_fraction(out, u / 1000, u % 1000, 3);
		buf_str(out, "µs");
	} else if (u < 1000000000) {
		put_fraction(out, u / 1000000, u % 1000000, 6);
		buf_str(out, "ms");
	} else {
		if (seconds >= 3600)
			buf_printf(out, "%lluh", (unsigned long long)(seconds / 3600));
		if (seconds >= 60)
			buf_printf(out, "%llum", (unsigned long long)(seconds / 60 % 60));
		put_fraction(out, seconds % 60, u % 1000000000, 9);
		buf_char(out, 's');
	}
}

struct unit {
	const char *name;
	double ns;
};

static const struct unit *unit_at(const char *at, size_t len)
{
	static const struct unit units[] = {
		{ "ns", 1 },   { "us", 1e3 }, { "µs", 1e3 }, { "μs", 1e3 },
		{ "ms", 1e6 }, { "s", 1e9 },  { "m", 60e9 }, { "h", 3600e9 },
	};
	size_t i;

	for (i = 0; i < ARRAY_SIZE(units); i++)
		if (strlen(units[i].name) == len && !memcmp(units[i].name, at, len))
			return &units[i];
	return NULL;
}

static bool digit_at(const char *at, const char *end)
{
	return at < end && *at >= '0' && *at <= '9';
}

/* A number with a unit; NULL, or the kind of error. */
static const char *parse_term(struct arena *a, const char **at, const char *end, uint64_t *total)
{
	const char *from = *at, *name;
	uint64_t whole = 0, unit_ns, value;
	double fraction = 0, scale = 1;
	const struct unit *unit;

	while (digit_at(*at, end))
		if (__builtin_mul_overflow(whole, 10u, &whole) ||
		    __builtin_add_overflow(whole, (uint64_t)(*(*at)++ - '0'), &whole))
			return "";
	if (*at < end && **at == '.') {
		for ((*at)++; digit_at(*at, end); (*at)++, scale *= 10)
			fraction = fraction * 10 + (**at - '0');
		if (*at == from + 1)
			return "";
	} else if (*at == from) {
		return "";
	}
	for (name = *at; *at < end && **at != '.' && !digit_at(*at, end);)
		(*at)++;
	if (*at == name)
		return "missing unit";
	unit = unit_at(name, (size_t)(*at - name));
	if (!unit)
		return arena_printf(a, "unknown unit %s",
				    time_quoted(a, name, (size_t)(*at - name)));
	unit_ns = (uint64_t)unit->ns;
	if (__builtin_mul_overflow(whole, unit_ns, &value) || value > (uint64_t)1 << 63)
		return "";
	value += (uint64_t)(fraction * (unit->ns / scale));
	if (__builtin_add_overflow(*total, value, total) || *total > (uint64_t)1 << 63)
		return "";
	return NULL;
}

const char *godur_parse(struct arena *a, const char *text, size_t len, int64_t *out)
{
	const char *at = text, *end = text + len, *error = NULL;
	const char *shown = time_quoted(a, text, len);
	bool negative = len && *at == '-';
	uint64_t total = 0;

	*out = 0;
	if (len && (*at == '-' || *at == '+'))
		at++;
	if (end - at == 1 && *at == '0')
		return NULL;
	if (at == end)
		error = "";
	while (!error && at < end)
		error = parse_term(a, &at, end, &total);
	if (!error && total > (uint64_t)INT64_MAX + negative)
		error = "";
	if (error)
		return *error ? arena_printf(a, "time: %s in duration %s", error, shown)
			      : arena_printf(a, "time: invalid duration %s", shown);
	*out = negative ? (int64_t)(0 - total) : (int64_t)total;
	return NULL;
}
