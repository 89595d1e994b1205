/*
 * zone: time zones of the system's database, as Go's time package reads them. A zone is kept in the
 * arena; NULL is UTC.
 */
#ifndef BASE_ZONE_H
#define BASE_ZONE_H
#include <stdbool.h>
#include <stdint.h>
#include "base/arena.h"

struct zone;

/* A named zone: "UTC" and "" are UTC, "Local" is TZ's or /etc/localtime. NULL when unknown. */
const struct zone *zone_load(struct arena *a, const char *name, bool *found);
const struct zone *zone_fixed(struct arena *a, const char *name, int offset);
/* Offset and abbreviation at a time. */
int zone_offset(const struct zone *z, int64_t sec, const char **name);
/* The offset of an abbreviation that the zone has; false when it has none. */
bool zone_named(const struct zone *z, const char *name, size_t len, int64_t at, int *offset);

#endif
