/*
 * hint: why a text is no YAML, where its look tells what a parser can't: a merge that was not
 * finished, a template, another encoding, tabs.
 */
#ifndef RENDER_YAML_HINT_H
#define RENDER_YAML_HINT_H
#include <stddef.h>
#include "base/err.h"

/* Add to the parser's message what the text looks like, if it looks like anything. */
void yaml_hint(const char *text, size_t len, struct err *err);

#endif
