/*
 * selects: a label selector of the API (matchLabels, matchExpressions) and labels. Engines choose
 * clusters and inputs by it, admission policies what they judge.
 */
#ifndef RENDER_SELECTS_H
#define RENDER_SELECTS_H
#include "base/node.h"

enum selects { SELECTS_NO, SELECTS_YES, SELECTS_UNKNOWN };
/* Whether a selector selects; NULL selects everything. Not `whole`: labels that are not given may
 * be there all the same, so what hangs on one is unknown. */
enum selects selector_selects(const struct node *selector, const struct node *labels, bool whole);

#endif
