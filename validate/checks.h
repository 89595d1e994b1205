/*
 * checks: the table of everything that a finding can be about, for `rules` and for overrides.
 *
 * The rules that the API server has in code stand in the tables of validate/rules; the others,
 * which no single function makes, stand here.
 */
#ifndef VALIDATE_CHECKS_H
#define VALIDATE_CHECKS_H
#include <stdbool.h>
#include "validate/validate.h"

struct check_info {
	const char *id;
	enum severity severity; /* the usual one */
	const char *summary;
	const char *kinds;  /* "every kind", "Pod, Deployment" */
	int since, until;   /* minor releases; 0: no bound */
	const char *source; /* where upstream does this; "" for checks of our own */
};

/* The rows sorted by id, each id once, in `a`. */
const struct check_info *checks_all(struct arena *a, size_t *count);
const char *severity_name(enum severity severity);

#endif
