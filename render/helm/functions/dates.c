/* dates: sprig's dates, and the methods of time.Time and time.Duration. */
#include <stdio.h>
#include <string.h>
#include <time.h>
#include "render/helm/functions/functions.h"
#include "render/helm/functions/gotime.h"
#include "render/helm/functions/random.h"
#include "render/helm/template/exec.h"
#include "render/helm/template/gotext.h"

struct value time_value(struct arena *a, const struct go_time *t)
{
	struct go_time *copy = arena_new(a, struct go_time);

	*copy = *t;
	return (struct value){ .type = &type_time, .data = copy };
}

static struct go_time *time_of(struct value v)
{
	static struct go_time zero = { GO_ZERO_TIME_SECONDS, 0, NULL };

	return v.data ? v.data : &zero;
}

static const struct zone *local_zone(struct call *c)
{
	bool found;

	return zone_load(c->arena, "Local", &found);
}

static struct go_time now(struct call *c)
{
	struct timespec ts = { 0 };
	struct go_time t = { .zone = local_zone(c) };

	c->exec->set->random = true;
	if (c->exec->set->options.seed) {
		t.sec = random_epoch(c);
	} else {
		clock_gettime(CLOCK_REALTIME, &ts);
		t.sec = ts.tv_sec;
		t.nsec = (int32_t)ts.tv_nsec;
	}
	return t;
}

static int give_formatted(struct call *c, const struct go_time *t, const char *layout, size_t len)
{
	struct buf b;

	buf_init(&b, LIMIT_TEMPLATE_BYTES);
	time_format(&b, t, layout, len);
	c->result = value_str_n(c->arena, b.text, b.len);
	buf_release(&b);
	return 0;
}

/* ---- functions ---- */

int fn_now(struct call *c)
{
	struct go_time t = now(c);

	return give(c, time_value(c->arena, &t));
}

/* A time, or seconds as an int, int32 or int64; anything else is now. */
static struct go_time sprig_time(struct call *c, struct value v)
{
	if (v.type == &type_time)
		return *time_of(v);
	if (v.type == &type_int64 || v.type == &type_int || v.type == &type_int32)
		return (struct go_time){ v.i, 0, local_zone(c) };
	return now(c);
}

static int date_in_zone(struct call *c, struct value layout, struct value date, const char *zone)
{
	struct go_time t = sprig_time(c, date);
	bool found;

	t.zone = zone_load(c->arena, zone, &found);
	return give_formatted(c, &t, layout.s->text, layout.s->len);
}

int fn_date(struct call *c)
{
	return date_in_zone(c, c->args[0], c->args[1], "Local");
}

int fn_date_in_zone(struct call *c)
{
	return date_in_zone(c, c->args[0], c->args[1], string_c(c->arena, c->args[2]));
}

int fn_html_date(struct call *c)
{
	return date_in_zone(c, value_str(c->arena, "2006-01-02"), c->args[0], "Local");
}

int fn_html_date_in_zone(struct call *c)
{
	return date_in_zone(c, value_str(c->arena, "2006-01-02"), c->args[0],
			    string_c(c->arena, c->args[1]));
}

static struct go_time time_add(struct go_time t, int64_t ns)
{
	int64_t nsec = t.nsec + ns % 1000000000;

	t.sec = (int64_t)((uint64_t)t.sec + (uint64_t)(ns / 1000000000));
	if (nsec < 0) {
		nsec += 1000000000;
		t.sec--;
	} else if (nsec >= 1000000000) {
		nsec -= 1000000000;
		t.sec++;
	}
	t.nsec = (int32_t)nsec;
	return t;
}

static int modify(struct call *c, bool must)
{
	struct go_time t = *time_of(c->args[1]);
	int64_t ns;
	const char *error = godur_parse(c->arena, c->args[0].s->text, c->args[0].s->len, &ns);

	if (error && must)
		return call_fail_text(c, error);
	if (!error)
		t = time_add(t, ns);
	return give(c, time_value(c->arena, &t));
}

int fn_date_modify(struct call *c)
{
	return modify(c, false);
}

int fn_must_date_modify(struct call *c)
{
	return modify(c, true);
}

static int to_date(struct call *c, bool must)
{
	struct go_time t = { GO_ZERO_TIME_SECONDS, 0, NULL };
	const char *error = time_parse(c->arena, string_c(c->arena, c->args[0]), c->args[1].s->text,
				       c->args[1].s->len, local_zone(c), &t);

	if (error && must)
		return call_fail_text(c, error);
	if (error)
		t = (struct go_time){ GO_ZERO_TIME_SECONDS, 0, NULL };
	return give(c, time_value(c->arena, &t));
}

int fn_to_date(struct call *c)
{
	return to_date(c, false);
}

int fn_must_to_date(struct call *c)
{
	return to_date(c, true);
}

int fn_unix_epoch(struct call *c)
{
	char text[32];
	int len = snprintf(text, sizeof(text), "%lld", (long long)time_of(c->args[0])->sec);

	return give_string(c, text, (size_t)len);
}

static int64_t since(struct call *c, struct go_time t)
{
	struct go_time current = now(c);
	int64_t sec = (int64_t)((uint64_t)current.sec - (uint64_t)t.sec), ns;

	if (__builtin_mul_overflow(sec, INT64_C(1000000000), &ns))
		return sec < 0 ? INT64_MIN : INT64_MAX;
	return ns + current.nsec - t.nsec;
}

static int give_duration_text(struct call *c, int64_t ns)
{
	struct buf b;

	buf_init(&b, 0);
	godur_format(&b, ns);
	c->result = value_str_n(c->arena, b.text, b.len);
	buf_release(&b);
	return 0;
}

static int64_t round_to(int64_t ns, int64_t unit)
{
	int64_t rest;

	if (unit <= 0)
		return ns;
	rest = ns % unit;
	if (rest < 0)
		return -rest + -rest < unit ? ns - rest : ns - rest - unit;
	return rest + rest < unit ? ns - rest : ns + unit - rest;
}

int fn_ago(struct call *c)
{
	struct value v = c->args[0];
	struct go_time t = v.type == &type_int32 ? now(c) : sprig_time(c, v);

	return give_duration_text(c, round_to(since(c, t), 1000000000));
}

int fn_duration(struct call *c)
{
	struct value v = c->args[0];
	int64_t seconds = 0;

	if (v.type == &type_string)
		go_parse_int(v.s->text, v.s->len, 10, &seconds);
	else if (v.type == &type_int64)
		seconds = v.i;
	return give_duration_text(c, (int64_t)((uint64_t)seconds * 1000000000u));
}

int fn_duration_round(struct call *c)
{
	static const struct {
		uint64_t seconds;
		const char *unit;
	} units[] = { { 31536000, "y" }, { 2592000, "mo" }, { 86400, "d" },
		      { 3600, "h" },	 { 60, "m" },	    { 1, "s" } };
	struct value v = c->args[0];
	int64_t ns = 0;
	char text[40];
	uint64_t u;
	size_t i;

	if (v.type == &type_string && godur_parse(c->arena, v.s->text, v.s->len, &ns))
		ns = 0;
	else if (v.type == &type_int64)
		ns = v.i;
	else if (v.type == &type_time)
		ns = since(c, *time_of(v));
	u = ns < 0 ? 0 - (uint64_t)ns : (uint64_t)ns;
	for (i = 0; i < ARRAY_SIZE(units); i++) {
		uint64_t unit = units[i].seconds * 1000000000u;

		if (u > unit) {
			int len = snprintf(text, sizeof(text), "%llu%s",
					   (unsigned long long)(u / unit), units[i].unit);

			return give_string(c, text, (size_t)len);
		}
	}
	return give_string(c, "0s", 2);
}

/* ---- time.Duration, time.Month, time.Weekday ---- */

static void duration_string(struct value v, struct buf *out)
{
	godur_format(out, v.i);
}

static int duration_text(struct call *c)
{
	return give_duration_text(c, c->args[0].i);
}

static int duration_hours(struct call *c)
{
	return give(c, value_float((double)c->args[0].i / 3600e9));
}

static int duration_minutes(struct call *c)
{
	return give(c, value_float((double)c->args[0].i / 60e9));
}

static int duration_seconds(struct call *c)
{
	return give(c, value_float((double)c->args[0].i / 1e9));
}

static int duration_milliseconds(struct call *c)
{
	return give(c, value_int64(c->args[0].i / 1000000));
}

static int duration_nanoseconds(struct call *c)
{
	return give(c, value_int64(c->args[0].i));
}

static const struct go_method duration_methods[] = {
	{ "String", ":s", duration_text },
	{ "Hours", ":f", duration_hours },
	{ "Minutes", ":f", duration_minutes },
	{ "Seconds", ":f", duration_seconds },
	{ "Milliseconds", ":j", duration_milliseconds },
	{ "Nanoseconds", ":j", duration_nanoseconds },
};
const struct go_type type_duration = {
	.name = "time.Duration",
	.kind_name = "int64",
	.kind = GO_INT64,
	.methods = duration_methods,
	.method_count = ARRAY_SIZE(duration_methods),
	.string = duration_string,
};

static void month_string(struct value v, struct buf *out)
{
	buf_str(out, v.i >= 1 && v.i <= 12 ? go_months[v.i - 1] : "%!Month");
}

static int month_text(struct call *c)
{
	return give(c, value_str(c->arena, go_months[(c->args[0].i + 11) % 12]));
}

static const struct go_method month_methods[] = { { "String", ":s", month_text } };
static const struct go_type type_month = { .name = "time.Month",
					   .kind_name = "int",
					   .kind = GO_INT,
					   .methods = month_methods,
					   .method_count = 1,
					   .string = month_string };

static void weekday_string(struct value v, struct buf *out)
{
	buf_str(out, go_weekdays[v.i % 7]);
}

static int weekday_text(struct call *c)
{
	return give(c, value_str(c->arena, go_weekdays[c->args[0].i % 7]));
}

static const struct go_method weekday_methods[] = { { "String", ":s", weekday_text } };
static const struct go_type type_weekday = { .name = "time.Weekday",
					     .kind_name = "int",
					     .kind = GO_INT,
					     .methods = weekday_methods,
					     .method_count = 1,
					     .string = weekday_string };

/* ---- time.Time ---- */

static const char time_layout[] = "2006-01-02 15:04:05.999999999 -0700 MST";

static void time_string(struct value v, struct buf *out)
{
	time_format(out, time_of(v), time_layout, sizeof(time_layout) - 1);
}

static void time_marshal(struct value v, struct buf *out)
{
	static const char layout[] = "2006-01-02T15:04:05.999999999Z07:00";

	time_format(out, time_of(v), layout, sizeof(layout) - 1);
}

static struct civil civil_of(struct call *c)
{
	struct civil out;

	time_civil(time_of(c->args[0]), &out);
	return out;
}

#define CIVIL(name, field)                                                                         \
	static int name(struct call *c)                                                            \
	{                                                                                          \
		return give(c, value_int((int64_t)civil_of(c).field));                             \
	}
CIVIL(time_year, year)
CIVIL(time_day, day)
CIVIL(time_hour, hour)
CIVIL(time_minute, minute)
CIVIL(time_second, second)
CIVIL(time_yearday, yearday)

static int time_month(struct call *c)
{
	return give(c, value_of_int(&type_month, civil_of(c).month));
}

static int time_weekday(struct call *c)
{
	return give(c, value_of_int(&type_weekday, civil_of(c).weekday));
}

static int time_nanosecond(struct call *c)
{
	return give(c, value_int(time_of(c->args[0])->nsec));
}

static int time_unix(struct call *c)
{
	return give(c, value_int64(time_of(c->args[0])->sec));
}

static int time_unix_scaled(struct call *c, int64_t scale)
{
	struct go_time *t = time_of(c->args[0]);

	return give(c, value_int64((int64_t)((uint64_t)t->sec * (uint64_t)scale +
					     (uint64_t)(t->nsec / (1000000000 / scale)))));
}

static int time_unix_milli(struct call *c)
{
	return time_unix_scaled(c, 1000);
}

static int time_unix_micro(struct call *c)
{
	return time_unix_scaled(c, 1000000);
}

static int time_unix_nano(struct call *c)
{
	return time_unix_scaled(c, 1000000000);
}

static int time_format_method(struct call *c)
{
	return give_formatted(c, time_of(c->args[0]), c->args[1].s->text, c->args[1].s->len);
}

static int time_text(struct call *c)
{
	return give_formatted(c, time_of(c->args[0]), time_layout, sizeof(time_layout) - 1);
}

static int give_time(struct call *c, struct go_time t)
{
	return give(c, time_value(c->arena, &t));
}

static int time_utc(struct call *c)
{
	struct go_time t = *time_of(c->args[0]);

	t.zone = NULL;
	return give_time(c, t);
}

static int time_local(struct call *c)
{
	struct go_time t = *time_of(c->args[0]);

	t.zone = local_zone(c);
	return give_time(c, t);
}

static int time_add_method(struct call *c)
{
	return give_time(c, time_add(*time_of(c->args[0]), c->args[1].i));
}

static int time_add_date(struct call *c)
{
	struct go_time *t = time_of(c->args[0]);
	struct civil to = civil_of(c);

	to.year += c->args[1].i;
	to.month += (int)c->args[2].i;
	to.day += (int)c->args[3].i;
	return give_time(c, time_from_civil(&to, t->nsec, t->zone));
}

static int time_sub(struct call *c)
{
	struct go_time *a = time_of(c->args[0]), *b = time_of(c->args[1]);
	int64_t ns, sec = a->sec - b->sec;

	if (__builtin_mul_overflow(sec, INT64_C(1000000000), &ns))
		ns = sec < 0 ? INT64_MIN : INT64_MAX;
	else
		ns += a->nsec - b->nsec;
	return give(c, value_of_int(&type_duration, ns));
}

static int time_order(struct call *c)
{
	struct go_time *a = time_of(c->args[0]), *b = time_of(c->args[1]);

	if (a->sec != b->sec)
		return a->sec < b->sec ? -1 : 1;
	return (a->nsec > b->nsec) - (a->nsec < b->nsec);
}

static int time_after(struct call *c)
{
	return give_bool(c, time_order(c) > 0);
}

static int time_before(struct call *c)
{
	return give_bool(c, time_order(c) < 0);
}

static int time_equal(struct call *c)
{
	return give_bool(c, !time_order(c));
}

static int time_is_zero(struct call *c)
{
	struct go_time *t = time_of(c->args[0]);

	return give_bool(c, t->sec == GO_ZERO_TIME_SECONDS && !t->nsec);
}

static const struct go_method time_methods[] = {
	{ "Year", ":i", time_year },
	{ "Month", ":M", time_month },
	{ "Day", ":i", time_day },
	{ "Hour", ":i", time_hour },
	{ "Minute", ":i", time_minute },
	{ "Second", ":i", time_second },
	{ "Nanosecond", ":i", time_nanosecond },
	{ "Weekday", ":W", time_weekday },
	{ "YearDay", ":i", time_yearday },
	{ "Unix", ":j", time_unix },
	{ "UnixMilli", ":j", time_unix_milli },
	{ "UnixMicro", ":j", time_unix_micro },
	{ "UnixNano", ":j", time_unix_nano },
	{ "Format", "s:s", time_format_method },
	{ "String", ":s", time_text },
	{ "UTC", ":t", time_utc },
	{ "Local", ":t", time_local },
	{ "Add", "D:t", time_add_method },
	{ "AddDate", "iii:t", time_add_date },
	{ "Sub", "t:D", time_sub },
	{ "After", "t:b", time_after },
	{ "Before", "t:b", time_before },
	{ "Equal", "t:b", time_equal },
	{ "IsZero", ":b", time_is_zero },
};
const struct go_type type_time = {
	.name = "time.Time",
	.kind_name = "struct",
	.kind = GO_STRUCT,
	.methods = time_methods,
	.method_count = ARRAY_SIZE(time_methods),
	.string = time_string,
	.marshal = time_marshal,
};
