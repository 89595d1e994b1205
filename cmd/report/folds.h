/*
 * folds: findings that say the same of many objects, for people: the first few stand for the rest.
 * Two are alike when rule, severity, field and message are, but for indices, and for what messages
 * quote, paths and numbers.
 */
#ifndef CMD_REPORT_FOLDS_H
#define CMD_REPORT_FOLDS_H
#include "cmd/report/report.h"

struct fold {
	bool hidden;   /* others stand for it */
	size_t stands; /* how many of those that follow it stands for */
};

/*
 * For each finding of the plan, in `a`; `targets` are those of alike_findings. None is hidden of
 * those that base has, too.
 */
const struct fold *folds_findings(struct arena *a, const struct plan *p,
				  const char *const *targets);

#endif
