/*
 * rfc3339: points in time as JSON writes them.
 */
#ifndef BASE_RFC3339_H
#define BASE_RFC3339_H
#include <stdbool.h>
#include <time.h>

/* "2026-01-02T03:04:05.678Z" or with an offset, into seconds; false when it is none. */
bool rfc3339_parse(const char *text, time_t *out);

#endif
