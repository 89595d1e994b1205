/*
 * custom_internal: what the files of the check of custom resources share. Private to the folder.
 */
#ifndef VALIDATE_SCHEMA_CUSTOM_INTERNAL_H
#define VALIDATE_SCHEMA_CUSTOM_INTERNAL_H
#include "validate/schema/custom.h"

struct custom {
	const struct object *object;
	struct findings *out;
	int minor;
	unsigned quiet; /* inside not, oneOf…: count, do not report */
	bool blocking;	/* an error stands that CEL rules would stumble on */
	size_t failures;
};

enum custom_fail_flags { CUSTOM_BLOCKS_RULES = 1 << 0 };

/* Report a problem (or count it, while quiet). */
void custom_fail(struct custom *c, unsigned flags, const char *rule, const struct node *n,
		 const struct path *at, const char *fmt, ...) PRINTF_LIKE(6, 7);
/* Types, bounds, enums, patterns, formats, compositions; returns the problems found. */
size_t custom_value(struct custom *c, const struct custom_schema *s, const struct node *n,
		    const struct node *old, const struct path *at);
/* The uniqueness that x-kubernetes-list-type promises, here and below. */
void custom_lists(struct custom *c, const struct custom_schema *s, const struct node *n,
		  const struct path *at);
/* apiVersion, kind and metadata of embedded objects, here and below. */
void custom_embedded(struct custom *c, const struct custom_schema *s, const struct node *n,
		     const struct path *at);
/* The item of `old` with the list map keys of `item`; NULL when the lists cannot be correlated. */
const struct node *custom_correlate(const struct custom_schema *s, const struct node *item,
				    const struct node *old);

#endif
