/*
 * quantity: amounts of resources: 100m, 1.5Gi, 2e3.
 *
 * Held as whole billionths in 128 bits, rounded up like the server does, and saturated far beyond
 * what it takes; so comparing and adding are exact where it matters.
 */
#ifndef VALIDATE_RULES_QUANTITY_H
#define VALIDATE_RULES_QUANTITY_H
#include <stdbool.h>
#include <stdint.h>

struct quantity {
	__extension__ __int128 nano;
	enum quantity_format { QUANTITY_DECIMAL, QUANTITY_BINARY, QUANTITY_EXPONENT } format;
};

/* Read the text of a resource.Quantity; false when the server would not take it. */
bool quantity_parse(const char *text, struct quantity *out);
/* The same for a text in a manifest: the spaces around it do not count there. */
bool quantity_read(const char *text, struct quantity *out);
/* <0, 0, >0. */
int quantity_cmp(const struct quantity *a, const struct quantity *b);
int quantity_sign(const struct quantity *q);
/* Whether it is a whole number of `unit` billionths (1000000000: an integer). */
bool quantity_multiple(const struct quantity *q, int64_t unit_nano);
/* Thousandths and ones, rounded up, saturated. */
int64_t quantity_milli(const struct quantity *q);
int64_t quantity_value(const struct quantity *q);
/* As the server writes it: 1000m is 1, 0.5Gi is 512Mi. */
enum { QUANTITY_TEXT = 64 };
const char *quantity_text(char out[QUANTITY_TEXT], const struct quantity *q);

#endif
