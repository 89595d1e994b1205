/*
 * number: numbers as Go's strconv reads and prints them, for what we print is compared with what
 * Go's tools print.
 */
#ifndef BASE_NUMBER_H
#define BASE_NUMBER_H
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { NUMBER_TEXT = 400 }; /* room for any double in any form here */

/*
 * strconv.ParseInt(text, 0, 64): a sign, then 0x, 0o, 0b, 0 (octal) or decimal digits. False when
 * it is none or out of range.
 */
bool number_parse_int(const char *text, size_t len, int64_t *out);
bool number_parse_uint(const char *text, size_t len, uint64_t *out);
/* A decimal floating-point number that is all of the text; false for anything else. */
bool number_parse_float(const char *text, size_t len, double *out);
/*
 * strconv.FormatFloat(value, format, -1, 64) for format 'g' (fmt's %v too), 'e' or 'f': the fewest
 * digits that read back as the same double. `out` has NUMBER_TEXT bytes; returns the length.
 * Infinities print as +Inf and -Inf, not-a-number as NaN.
 */
size_t number_format(char *out, double value, char format);
/* As encoding/json prints a float64: 'f' between 1e-6 and 1e21, else 'e' with a short exponent. */
size_t number_format_json(char *out, double value);

#endif
