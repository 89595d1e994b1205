/*
 * cron: schedules of five fields (minute, hour, day of month, month, day of week) as robfig/cron
 * reads them: lists, ranges, steps, names of months and days; a day is named by either of its
 * fields where both are restricted.
 */
#ifndef BASE_CRON_H
#define BASE_CRON_H
#include <stdbool.h>
#include <stdint.h>

struct cron {
	uint64_t fields[5]; /* a bit for each value */
	bool any[5];	    /* `*` or `?`, with no step */
};

/* NULL, or what is wrong; `out` may be NULL. */
const char *cron_parse(const char *s, struct cron *out);
/*
 * The first minute behind `after` that it names, both in seconds since 1970 on a clock without time
 * zones; false when there is none in five years.
 */
bool cron_next(const struct cron *c, int64_t after, int64_t *out);

#endif
