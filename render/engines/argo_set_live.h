/*
 * argo_set_live: what the ApplicationSet controller leaves of an Application that is there already,
 * and how it is told to: its settings, the set's policy, preservedFields and
 * ignoreApplicationDifferences, and RollingSync.
 */
#ifndef RENDER_ENGINES_ARGO_SET_LIVE_H
#define RENDER_ENGINES_ARGO_SET_LIVE_H
#include "render/engines/argo_set.h"

/*
 * Put into the set's inputs what its render takes of them, under "set": the policy that holds for
 * it, what is preserved, whether it rolls out step by step, and, where any of this asks for them,
 * the live Applications. `params` is the data of argocd-cmd-params-cm; NULL.
 */
void argo_set_put_live(struct apps *apps, const struct app *set, const struct node *params,
		       struct node *inputs);

/* The controller is typed: what says nothing is not written, and project "" is "default". */
void argo_set_type(struct arena *a, struct node *application);
/* What the controller makes of an Application of the set where one is there already. */
void argo_set_keep(struct argo_set *set, struct node *application);
/* Applications of the set that it makes no more, and that its policy lets be, into `out`. */
int argo_set_add_kept(struct argo_set *set, struct objects *out, struct err *err);
/* What of the set's ways a plan can't show. */
void argo_set_note_ways(struct argo_set *set);
/* argo_set_steps.c: which Applications no step of RollingSync takes, or more than one does. */
void argo_set_note_steps(struct argo_set *set, const struct objects *made);

#endif
