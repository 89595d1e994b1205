/*
 * source_ignore: which files source-controller leaves out of an artifact: patterns of .sourceignore
 * files and of a source's spec.ignore, as fluxcd/pkg/sourceignore matches them (not quite git).
 */
#ifndef RENDER_ENGINES_SOURCE_IGNORE_H
#define RENDER_ENGINES_SOURCE_IGNORE_H
#include "render/view.h"

struct source_ignore;
struct source_ignore *source_ignore_new(struct arena *a);
/* Add the lines of a text that stands in directory `dir`; later ones go before earlier ones. */
void source_ignore_add(struct source_ignore *s, const char *dir, const char *text, size_t len);
/* What is left out where no such text has a pattern. */
extern const char source_ignore_defaults[];
/* Whether a text has a pattern: more than comments and empty lines. */
bool source_ignore_has_pattern(const char *text, size_t len);
/* Leave out all that is not at or below one of these (sparseCheckout). */
void source_ignore_keep(struct source_ignore *s, const char *dir);
/* Whether a file or directory is left out. */
bool source_ignore_hides(const struct source_ignore *s, const char *path, bool directory);
/* `base` without what is left out; both outlive it. */
struct view *source_ignore_view(struct view *base, const struct source_ignore *s);

#endif
