/*
 * drift_rules: what of drift a HelmRelease says that its controller leaves alone:
 * spec.driftDetection, and the mark of an object that takes it out of the detection.
 *
 * They are about drift detection only. An upgrade applies the whole manifest, whatever they say.
 */
#ifndef VALIDATE_DRIFT_RULES_H
#define VALIDATE_DRIFT_RULES_H
#include "validate/plan.h"

/* Whether a rendered or live object bears helm.toolkit.fluxcd.io/driftDetection: disabled. */
bool drift_is_excluded(const struct node *object);
/*
 * Take the drift out of a change of `object` that the rules (spec.driftDetection) ignore; how much
 * is counted in the plan. `rules` may be NULL.
 */
void drift_ignore(struct plan *p, struct plan_change *c, const struct node *rules,
		  const struct object *object);

#endif
