/*
 * targets: the clusters that a verb's flags lead to, opened; one target for each --context, or one
 * without a cluster.
 */
#ifndef CMD_TARGETS_H
#define CMD_TARGETS_H
#include "base/run.h"
#include "cmd/cluster_flags.h"
#include "validate/plan.h"

struct target_options {
	bool offline;
	int level, min_level; /* enum plan_level's words: 0 offline, 1 read, 2 dry-run; -1 unset */
	int max_deletions;
	bool no_secrets;
};
extern const struct option target_option_rows[];
enum { TARGET_OPTIONS = 5 };

struct targets {
	VEC(struct plan_options);
};

/*
 * `root` is the work tree's folder (NULL: none): no plugin of a kubeconfig in it runs. With neither
 * a kubeconfig nor --offline the target is offline and says why.
 */
int targets_open(struct run *run, const struct cluster_flags *flags,
		 const struct target_options *options, const char *root, struct targets *out,
		 struct err *err);
void targets_close(struct targets *t);

/* From now on Ctrl-C (and SIGTERM) ends requests instead of the process; what to look at. */
const volatile int *interrupt_watch(void);

#endif
