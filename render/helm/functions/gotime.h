/*
 * gotime: times, durations and time zones as Go's time package has them.
 *
 * A time is seconds and nanoseconds since 1970 with a zone to show it in.
 */
#ifndef RENDER_HELM_FUNCTIONS_GOTIME_H
#define RENDER_HELM_FUNCTIONS_GOTIME_H
#include "base/zone.h"
#include "render/helm/template/engine.h"

struct go_time {
	int64_t sec;
	int32_t nsec;
	const struct zone *zone; /* NULL: UTC */
};

struct civil {
	int64_t year;
	int month, day, hour, minute, second; /* month from 1 */
	int weekday, yearday;		      /* from 0: Sunday; from 1 */
	int offset;			      /* east of UTC, in seconds */
	const char *zone;
};

#define GO_ZERO_TIME_SECONDS (-62135596800)

void time_civil(const struct go_time *t, struct civil *c);
/* The time that a clock in `zone` shows so; fields may be out of range. */
struct go_time time_from_civil(const struct civil *c, int32_t nsec, const struct zone *zone);
void time_format(struct buf *out, const struct go_time *t, const char *layout, size_t len);
/* Parse by a layout; without a zone in the text it is `zone`. NULL, or the error. */
const char *time_parse(struct arena *a, const char *layout, const char *text, size_t len,
		       const struct zone *zone, struct go_time *out);

/* A text in an error: what is not printable ASCII shows as its bytes. */
const char *time_quoted(struct arena *a, const char *text, size_t len);

/* "1h2m3.5s", nanoseconds */
void godur_format(struct buf *out, int64_t ns);
/* NULL, or the error. */
const char *godur_parse(struct arena *a, const char *text, size_t len, int64_t *out);

struct value time_value(struct arena *a, const struct go_time *t);

/* One element of a layout. */
enum layout_std {
	STD_NONE,
	STD_LONG_MONTH,
	STD_MONTH,
	STD_NUM_MONTH,
	STD_ZERO_MONTH,
	STD_LONG_WEEKDAY,
	STD_WEEKDAY,
	STD_DAY,
	STD_UNDER_DAY,
	STD_ZERO_DAY,
	STD_UNDER_YEARDAY,
	STD_ZERO_YEARDAY,
	STD_HOUR,
	STD_HOUR12,
	STD_ZERO_HOUR12,
	STD_MINUTE,
	STD_ZERO_MINUTE,
	STD_SECOND,
	STD_ZERO_SECOND,
	STD_LONG_YEAR,
	STD_YEAR,
	STD_PM,
	STD_LOWER_PM,
	STD_TZ,
	STD_ISO_TZ,
	STD_ISO_SECONDS_TZ,
	STD_ISO_SHORT_TZ,
	STD_ISO_COLON_TZ,
	STD_ISO_COLON_SECONDS_TZ,
	STD_NUM_TZ,
	STD_NUM_SECONDS_TZ,
	STD_NUM_SHORT_TZ,
	STD_NUM_COLON_TZ,
	STD_NUM_COLON_SECONDS_TZ,
	STD_FRACTION0,
	STD_FRACTION9,
};
struct layout_part {
	enum layout_std std;
	size_t prefix; /* literal bytes before it */
	size_t len;    /* of the element itself */
	int digits;    /* of a fraction */
};
struct layout_part layout_next(const char *layout, size_t len);
extern const char *const go_months[12], *const go_weekdays[7];

#endif
