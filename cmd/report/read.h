/*
 * read: a plan from the JSON that another job printed.
 *
 * That job may have run what a fork's author wrote: the text is taken for hostile. It has to be
 * what plan.schema.json says and within the bounds below; counts are made again from what it lists.
 * Whether it tells the truth nobody can know.
 */
#ifndef CMD_REPORT_READ_H
#define CMD_REPORT_READ_H
#include "validate/plan.h"

enum { PLAN_READ_BYTES = 64 << 20, PLAN_READ_ITEMS = 200000 };

/*
 * Add the plan of a text to `p`, which was initialised; a second one has to be of the same commit.
 * `file` is what messages name. Call plan_read_finish after the last.
 */
int plan_read(struct plan *p, const char *file, const char *text, size_t len, struct err *err);
void plan_read_finish(struct plan *p);

#endif
