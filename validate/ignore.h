/*
 * ignore: differences that a repository's settings say nobody wants to see.
 *
 * They leave the plan before it is counted; how many did is counted instead, so that nothing is
 * skipped silently. An update that loses all its fields is unchanged.
 */
#ifndef VALIDATE_IGNORE_H
#define VALIDATE_IGNORE_H
#include "render/settings.h"
#include "validate/plan.h"

/* Take out what `s` ignores of the changes from the one at `from` on. */
void plan_ignore(struct plan *p, const struct settings *s, size_t from);
/* Whether `pattern` ('*' stands for any text, "" too) is all of `text`. */
bool ignore_fits(const char *pattern, const char *text);

#endif
