/*
 * glob: patterns of .Files.Glob, as github.com/gobwas/glob has them with '/' as separator:
 * * ? within a name, ** across names, [abc] [a-z] [!a], {a,b*}, \ escapes.
 */
#ifndef RENDER_HELM_TEMPLATE_GLOB_H
#define RENDER_HELM_TEMPLATE_GLOB_H
#include "base/arena.h"

struct glob;
/* Compile; false when the pattern is malformed. */
bool glob_open(struct glob **out, struct arena *a, const char *pattern, size_t len);
bool glob_matches(const struct glob *g, const char *text, size_t len);

#endif
