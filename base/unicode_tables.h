/* unicode_tables: what base/unicode.c searches; nothing else includes it. */
#ifndef BASE_UNICODE_TABLES_H
#define BASE_UNICODE_TABLES_H
#include <stddef.h>
#include <stdint.h>

struct range {
	uint32_t low, high, stride;
};
struct range_table {
	const struct range *ranges;
	size_t count;
};
/* Deltas to upper, lower and title case; CASE_ALTERNATES: upper and lower take turns. */
enum { CASE_ALTERNATES = 0x110000 };
struct case_range {
	uint32_t low, high;
	int32_t delta[3];
};
struct case_table {
	const struct case_range *ranges;
	size_t count;
};
extern const struct range_table unicode_letters, unicode_digits, unicode_printables, unicode_uppers,
	unicode_lowers, unicode_titles, unicode_puncts, unicode_numbers;
extern const struct case_table unicode_cases;

#endif
