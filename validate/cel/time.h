/* time: RFC 3339 timestamps and Go's durations, read and written. */
#ifndef VALIDATE_CEL_TIME_H
#define VALIDATE_CEL_TIME_H
#include "validate/cel/value.h"

/* False when the text is none. */
bool cel_parse_timestamp(const char *text, size_t len, int64_t *seconds, int32_t *nanos);
bool cel_parse_duration(const char *text, size_t len, int64_t *seconds, int32_t *nanos);
const char *cel_format_timestamp(struct arena *a, const struct cel_value *v);
const char *cel_format_duration(struct arena *a, const struct cel_value *v);

#endif
