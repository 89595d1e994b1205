/*
 * hook: what git's hooks have in common: their settings, one plan for each update, the words that
 * reach whoever pushes or commits.
 *
 * Settings are git's configuration (gitops.level, gitops.failOn …; `hook -h` lists them), which is
 * the user's or the server's own and never comes with a commit.
 */
#ifndef CMD_HOOK_H
#define CMD_HOOK_H
#include "cmd/cluster_flags.h"
#include "cmd/cmd.h"
#include "cmd/sides.h"
#include "validate/validate.h"

struct hook_verb {
	struct common_options common;
	bool pre_commit, server, global;
	const char *chained; /* a hook that was there before, run first */
};

struct hook {
	struct run *run;
	struct repo *repo;
	const char *name; /* "pre-push" */
	bool server;
	/* git's configuration; -1 or NULL: not set */
	int level, fail_on, on_undecided;
	const char *context, *kubernetes_version;
	bool allow_skip, network;
	struct settings remote; /* of gitops.hosts alone: whom a server may ask */
	unsigned timeout_s, memory_mb;
	/* what counts, with the settings of the repository */
	int now_level; /* 0 offline, 1 read, 2 dry-run */
	enum severity now_fail_on;
	const char *now_context;
	bool refuse_undecided;
};

/* Open the repository and read the settings. */
int hook_open(struct run *run, const char *name, bool server, struct hook *out, struct err *err);
void hook_close(struct hook *h);

/*
 * The first line that a git command prints, in the run's arena; NULL when it fails. Unlike our
 * reading of repositories this one heeds hooks paths.
 */
const char *hook_git_line(struct run *run, const char *const *argv);

/* One thing to plan. The caller owns the views. */
struct hook_update {
	const char *what; /* "main", "the commit" */
	struct sides sides;
};
/* Plan it and say what is wrong, on standard error: an exit status. */
int hook_plan(struct hook *h, struct hook_update *update);
/*
 * Whether this run is skipped (KUBECTL_GITOPS_SKIP, on a server the push option gitops.skip), with
 * a record of who, what and why in the repository's folder.
 */
bool hook_skipped(struct hook *h, const char *what);
/* Print a line on standard error: with a prefix that GitLab shows the pusher where it is one. */
void hook_say(const struct hook *h, const char *fmt, ...) PRINTF_LIKE(2, 3);
/* The status that git gets for this one: what could not be decided is let through or not. */
int hook_verdict(const struct hook *h, int status);

/* A ref that a push changes. */
struct hook_ref {
	const char *local, *new_id;  /* what is pushed; new_id all zeros: deleted */
	const char *remote, *old_id; /* where to; old_id all zeros: new there */
};
struct hook_refs {
	VEC(struct hook_ref);
};
bool hook_id_is_zero(const char *id);
/* Plan what a push adds, ref by ref, each pair of commits once. `remote` is NULL on a server. */
int hook_plan_refs(struct hook *h, const struct hook_refs *refs, const char *remote);
/* Lines of "a b c" or "a b c d" into refs; -1 when one is none. */
int hook_read_refs(struct arena *a, const char *text, bool server, struct hook_refs *out,
		   struct err *err);

/* Run `fn` in a child with limits of time and memory; what it returns, or STATUS_UNDECIDED. */
int hook_guarded(struct hook *h, int (*fn)(struct hook *h, void *data), void *data);

/* The actions that do not plan. */
int hook_install(struct run *run, const struct hook_verb *verb, struct err *err);
int hook_uninstall(struct run *run, const struct hook_verb *verb, struct err *err);
int hook_status(struct run *run, const struct hook_verb *verb, struct err *err);

/* Hooks of git's configuration (hook.NAME.command, hook.NAME.event): git 2.54 and later run them.
 */
bool hook_git_runs_configured(struct run *run);
/* The name of the one that calls us at an event and is run; NULL: none. */
const char *hook_configured(struct run *run, const char *event);
/* Print those that call us; whether one of them is run. */
bool hook_configured_status(struct run *run);
/* Set, or take away, the user's own for an event; `command` is a shell's. */
int hook_configure(struct run *run, const char *event, const char *command, struct err *err);
void hook_unconfigure(struct run *run, const char *event);

#endif
