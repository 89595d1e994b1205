/*
 * targets: the clusters that a verb's flags lead to, opened; one target for each --context, or one
 * without a cluster.
 */
#ifndef CMD_TARGETS_H
#define CMD_TARGETS_H
#include "base/run.h"
#include "cmd/cluster_flags.h"
#include "render/settings.h"
#include "validate/plan_target.h"

struct target_options {
	bool offline;
	int level, min_level; /* enum plan_level's words: 0 offline, 1 read, 2 dry-run; -1 unset */
	int max_deletions;
	bool no_secrets;
	struct option_values no_dry_run; /* webhooks by name */
};
extern const struct option target_option_rows[];
enum { TARGET_OPTIONS = 6 };
#define TARGET_UNSET                                                                               \
	{                                                                                          \
		.level = -1, .min_level = -1, .max_deletions = -1                                  \
	}

struct targets {
	VEC(struct plan_options);
};

struct targets_how {
	const struct cluster_flags *flags;
	const struct target_options *options;
	const char *root; /* of the work tree: no plugin of a kubeconfig in it runs; NULL: none */
	const char *only; /* --target: the settings' or the repository's cluster; NULL: all */
	const struct settings *settings; /* NULL: none */
	enum plan_level least; /* of a cluster that is asked, where nobody says; 0: any will do */
};
/*
 * One target for each --context; without one, for each target of the settings (--target names one
 * of them, and then a --context reaches it). With neither a kubeconfig nor --offline a target is
 * offline and says why; where --min-level or the settings ask for more it is ERR_NOT_FOUND.
 */
int targets_open(struct run *run, const struct targets_how *with, struct targets *out,
		 struct err *err);
/*
 * Whether these flags and settings (NULL: none) ask for no cluster at all: then nothing else is
 * fetched either, no chart, no remote base, no object of a partial clone.
 */
bool targets_offline(const struct target_options *options, const struct settings *settings);
void targets_close(struct targets *t);

/* From now on Ctrl-C (and SIGTERM) ends requests instead of the process; what to look at. */
const volatile int *interrupt_watch(void);

#endif
