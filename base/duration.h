/*
 * duration: lengths of time as Go's time.ParseDuration reads them: 1h30m, 2.5s, 100ms.
 */
#ifndef BASE_DURATION_H
#define BASE_DURATION_H
#include <stdbool.h>
#include <stdint.h>

/* Nanoseconds in *out (may be NULL); false when it is none or too long. */
bool duration_parse(const char *s, int64_t *out);

#endif
