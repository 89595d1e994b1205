/*
 * alike: what several targets have in common, so that it is said once: 'the same 14 changes on 3
 * clusters'. Two changes are alike when all that a plan says of them but the target is equal.
 */
#ifndef CMD_REPORT_ALIKE_H
#define CMD_REPORT_ALIKE_H
#include "cmd/report/report.h"

struct alike_group {
	const char *targets; /* "prod, staging and dev" */
	size_t target_count;
	const char *const *ids; /* the targets */
	struct {
		VEC(const struct plan_change *); /* of the first of them */
	} changes;
};
struct alike {
	VEC(struct alike_group);
};

/* The changes that a report lists, by the targets that have them, in the order of the first; in
 * `a`.
 */
void alike_changes(struct arena *a, const struct plan *p, const struct report_options *options,
		   struct alike *out);
/* "3 clusters: the same 14 changes", as a heading of a group; nothing of a plan's only target. */
void alike_title(struct buf *out, const struct plan *p, const struct alike_group *g);
/*
 * For each finding of the plan the targets that have it, "" where it is about none or there is only
 * one target; NULL where an earlier one says the same. In `a`.
 */
const char *const *alike_findings(struct arena *a, const struct plan *p);

#endif
