/*
 * plan_target: what one target adds to a plan: changes, found by comparing its apps, and findings.
 *
 * An app is compared as both commits render it and, with a cluster, as it lives there. Whoever only
 * reads or prints plans needs none of this.
 */
#ifndef VALIDATE_PLAN_TARGET_H
#define VALIDATE_PLAN_TARGET_H
#include "render/settings.h"
#include "validate/labels.h"
#include "validate/plan.h"

/* One app: what an owner applies, rendered at both commits. */
struct plan_app {
	const char *path; /* for messages */
	const struct owner *owner;
	const struct objects *base, *head; /* NULL base: there is no base, everything is new */
	const char *base_failed,
		*head_failed; /* why a side did not render: then nothing is deleted */
	bool leaves;	      /* head has no such app: what applied it goes from git too */
	const char *stays; /* then: why its objects stay all the same; NULL: as its owner prunes */
};

struct cluster; /* validate/cluster/cluster.h */
struct plan_options {
	const char *target;	 /* id */
	struct cluster *cluster; /* NULL: offline */
	const char *why_offline;
	enum plan_level level, min_level;	/* with a cluster; 0: dry-run, none */
	const struct settings *settings;	/* fields to ignore; NULL: none */
	const struct settings_budgets *budgets; /* more is an error finding; NULL: no bounds */
	const struct label_selector *select;	/* only these objects; NULL: all */
	const char *const *no_dry_run_webhooks; /* names: what they refuse is read instead */
	size_t no_dry_run_webhook_count;
	bool no_secrets;	    /* never ask for Secrets */
	const volatile int *cancel; /* set by a signal handler: ends the run at once; NULL */
	void (*progress)(void *data, size_t done, size_t all);
	void *progress_data;
};

/*
 * Compare the apps of one target and add its changes, and what the cluster said as findings. Call
 * once a target. -1 only when nothing could be said at all (no such cluster); an object that could
 * not be decided is a change with PLAN_UNDECIDED.
 */
int plan_add_target(struct plan *p, const struct plan_app *apps, size_t count,
		    const struct plan_options *options, struct err *err);
/* Findings of head; those that `base` (may be NULL) has too are not new. */
void plan_add_findings(struct plan *p, const char *target, const struct findings *head,
		       const struct findings *base);

#endif
