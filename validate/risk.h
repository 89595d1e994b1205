/*
 * risk: what can't be undone or will interrupt, as findings of their own family (risk/…).
 *
 * They judge the change, not the object: what live (offline: base) already has is no news.
 */
#ifndef VALIDATE_RISK_H
#define VALIDATE_RISK_H
#include "validate/plan_internal.h"

/*
 * Look at one decided change. `before` is live, or base's render offline; `after` head's render;
 * either is NULL where there is none.
 */
void risk_check(struct plan *p, const struct plan_change *c, const struct plan_item *item,
		const struct node *before, const struct node *after);

#endif
