/*
 * ignore: .helmignore, with its rules' own ways: no "**", a negated rule ignores what it does not
 * match, and templates/.?* is always ignored.
 */
#ifndef RENDER_HELM_IGNORE_H
#define RENDER_HELM_IGNORE_H
#include <stdbool.h>

#include "base/vec.h"

struct ignore_rule {
	const char *pattern;
	bool literal, suffix; /* no wildcard; no other than a star in front */
	bool negate, only_directories;
	bool whole_path; /* not only the last name */
};
struct ignore_rules {
	VEC(struct ignore_rule);
};

/* Read the file's text (NULL: there is none) and add the rule that all have. NULL, or an error. */
const char *ignore_parse(struct arena *a, const char *text, size_t len, struct ignore_rules *out);
bool ignore_matches(const struct ignore_rules *rules, const char *path, bool directory);

#endif
