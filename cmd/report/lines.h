/*
 * lines: what two texts of several lines differ in.
 *
 * A changed file in a ConfigMap is told by its changed lines, not by its beginning, which is most
 * often the same. Lines are compared whole; texts too large to compare line by line are told from
 * the first line that differs to the last.
 */
#ifndef CMD_REPORT_LINES_H
#define CMD_REPORT_LINES_H
#include "base/vec.h"
#include "base/node.h"

struct line_change {
	char sign;	  /* '-' or '+' */
	unsigned number;  /* of the line, from 1, in the side that has it */
	const char *text; /* without its end */
};
struct line_changes {
	VEC(struct line_change);
};

/* Whether a change is better told by lines: both are strings, and one has several lines. */
bool lines_apply(const struct node *before, const struct node *after);
/* The lines that `before` lost and `after` gained, in order; memory of `a`. */
void lines_compare(struct arena *a, const char *before, const char *after,
		   struct line_changes *out);

#endif
