/*
 * change: one change of a plan as the JSON contract has it, and the parts of it that other entries
 * have as well. All is made in `a`.
 */
#ifndef CMD_REPORT_CHANGE_H
#define CMD_REPORT_CHANGE_H
#include "validate/plan.h"

struct node *report_change(struct arena *a, const struct plan_change *c);
/* Set a text; nothing where it is NULL. */
void tree_put(struct arena *a, struct node *map, const char *key, const char *text);
void tree_put_count(struct arena *a, struct node *map, const char *key, unsigned count);
/* Where it comes from: `source` and `via`; nothing where no file is known. */
void tree_put_place(struct arena *a, struct node *map, const struct plan_place *place);
/* An object, or with an engine what owns it. */
struct node *tree_of_ref(struct arena *a, const struct plan_ref *ref, const char *engine);

#endif
