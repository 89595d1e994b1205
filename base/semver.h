/*
 * semver: versions and version constraints as Helm takes them (Masterminds/semver 3.5).
 *
 * A version may have a leading 'v' and may lack minor and patch. A constraint is groups joined by
 * "||", each a list of comparisons ("^1.2 <1.5", "1.x", "1.2 - 2.0"). A prerelease only meets a
 * group that names a prerelease itself. Errors are the library's own texts.
 */
#ifndef BASE_SEMVER_H
#define BASE_SEMVER_H
#include <stdint.h>
#include "base/arena.h"

struct semver {
	uint64_t major, minor, patch;
	const char *pre, *metadata; /* "" where there is none */
	const char *original;
};
struct semver_constraints;

/* Read a version. NULL, or the error's text; strings of `out` belong to `a`. */
const char *semver_parse(struct arena *a, const char *text, size_t len, struct semver *out);
/* The same for "1.2.3" in full and without a 'v'. */
const char *semver_parse_strict(struct arena *a, const char *text, size_t len, struct semver *out);
/* -1, 0 or 1; metadata does not count. */
int semver_compare(const struct semver *a, const struct semver *b);
/* "1.2.3-pre+meta", in `a`. */
const char *semver_string(struct arena *a, const struct semver *v);

/* Read a constraint; NULL with *error set when it is none. */
struct semver_constraints *semver_constraints_parse(struct arena *a, const char *text, size_t len,
						    const char **error);
bool semver_constraints_check(const struct semver_constraints *c, const struct semver *v);
/* Whether `version` is a version and meets `constraint`, which is a constraint. */
bool semver_matches(struct arena *a, const char *constraint, const char *version);

#endif
