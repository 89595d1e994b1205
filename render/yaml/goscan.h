/*
 * goscan: where go-yaml v2's scanner, which sigs.k8s.io/yaml uses, parts from libyaml 0.2.5.
 *
 * It knows no escape \/, ends a plain scalar of a flow collection at a '?', and takes a ':' before
 * a flow indicator for a part of the scalar.
 */
#ifndef RENDER_YAML_GOSCAN_H
#define RENDER_YAML_GOSCAN_H
#include "base/arena.h"

/* Where the double-quoted scalar [from, to) has an escape \/; NULL when it has none. */
const char *goscan_bad_escape(const char *from, const char *to);
/* Where a flow's plain scalar [from, to) is cut off; NULL when it isn't. */
const char *goscan_cut(const char *from, const char *to);
/*
 * A copy of `text` with the byte at `at`, a ':' that libyaml refuses, replaced by *stand_in, a byte
 * that stands nowhere else in the text (chosen when it is 0). NULL when there is no such byte.
 */
char *goscan_hide_colon(struct arena *a, const char *text, size_t len, size_t at, char *stand_in);

#endif
