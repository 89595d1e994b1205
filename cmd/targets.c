#include "cmd/targets.h"
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>
#include "cmd/progress.h"
#include "render/settings.h"

static const char *const levels[] = { "offline", "read", "dry-run", NULL };

#define AT(field) .offset = offsetof(struct target_options, field)

const struct option target_option_rows[] = {
	/* by name */
	{ .name = "level",
	  .type = OPTION_CHOICE,
	  .value = "LEVEL",
	  .choices = levels,
	  AT(level),
	  .summary = "ask the cluster at most this: offline, read or dry-run (default)" },
	{ .name = "max-deletions",
	  .type = OPTION_INT,
	  .value = "N",
	  AT(max_deletions),
	  .summary = "more deletions than this are an error" },
	{ .name = "min-level",
	  .type = OPTION_CHOICE,
	  .value = "LEVEL",
	  .choices = levels,
	  AT(min_level),
	  .summary = "an object that is checked less than this (offline, read or dry-run) is "
		     "undecided" },
	{ .name = "no-dry-run-webhook",
	  .type = OPTION_APPEND,
	  .value = "NAME",
	  AT(no_dry_run),
	  .summary = "an admission webhook that can't dry-run: what it refuses is read instead; "
		     "repeatable" },
	{ .name = "no-secrets",
	  .type = OPTION_FLAG,
	  AT(no_secrets),
	  .summary = "never ask the cluster for Secrets" },
	{ .name = "offline",
	  .type = OPTION_FLAG,
	  AT(offline),
	  .summary = "ask no cluster, fetch no chart and no remote base that is not cached" },
};
_Static_assert(ARRAY_SIZE(target_option_rows) == TARGET_OPTIONS, "as the header says");

static volatile int interrupted; /* the one thing a signal handler may touch */

static void on_signal(int number)
{
	(void)number;
	if (interrupted)
		_exit(130); /* asked twice */
	interrupted = 1;
}

const volatile int *interrupt_watch(void)
{
	struct sigaction action = { .sa_handler = on_signal };

	sigaction(SIGINT, &action, NULL);
	sigaction(SIGTERM, &action, NULL);
	return &interrupted;
}

static void show_progress(void *data, size_t done, size_t all)
{
	(void)data;
	if (done == all)
		progress_clear();
	else
		progress_say("%zu of %zu objects asked", done, all);
}

/* The flag, else the target's own, else the file's, else `usual`. */
static enum plan_level pick_level(int flag, int own, int file, enum plan_level usual)
{
	int level = flag >= 0 ? flag : own >= 0 ? own : file;

	return level < 0 ? usual : (enum plan_level)(level + LEVEL_OFFLINE);
}

static const struct settings_budgets *budgets(struct run *run, const struct targets_how *how)
{
	struct settings_budgets *b = arena_new(&run->arena, struct settings_budgets);

	*b = how->settings->budgets;
	if (how->options->max_deletions >= 0)
		b->deletions = how->options->max_deletions;
	return b;
}

/* What the flags and the settings say of a target; `own` is its part of them, or NULL. */
static struct plan_options base_options(struct run *run, const struct targets_how *how,
					const struct settings_target *own)
{
	const struct target_options *o = how->options;
	const struct settings *s = how->settings;

	return (struct plan_options){
		.target = own ? own->name : "default",
		.level = pick_level(o->level, own ? own->level : -1, s->level, LEVEL_DRY_RUN),
		.min_level = pick_level(o->min_level, own ? own->min_level : -1, s->min_level,
					how->least),
		.settings = s,
		.budgets = budgets(run, how),
		.no_secrets = o->no_secrets,
		.progress = show_progress,
	};
}

bool targets_offline(const struct target_options *o, const struct settings *settings)
{
	return o->offline || pick_level(o->level, -1, settings ? settings->level : -1,
					LEVEL_DRY_RUN) == LEVEL_OFFLINE;
}

/* The flags' webhooks and the repository's own. */
static void add_webhooks(struct run *run, const struct targets_how *how,
			 struct plan_options *target)
{
	const struct settings_strings *set = &how->settings->no_dry_run_webhooks;
	const struct option_values *given = &how->options->no_dry_run;
	const char **names = arena_array(&run->arena, given->count + set->count + 1, const char *);
	size_t i;

	for (i = 0; i < given->count; i++)
		names[i] = given->items[i].text;
	for (i = 0; i < set->count; i++)
		names[given->count + i] = set->items[i];
	target->no_dry_run_webhooks = names;
	target->no_dry_run_webhook_count = given->count + set->count;
}

/* Connect a target to the i-th --context, or to `context` where it is not NULL. */
static int open_one(struct run *run, const struct targets_how *how, size_t i, const char *context,
		    struct plan_options *target, struct err *err)
{
	struct cluster_options c = cluster_flags_options(&run->arena, how->flags, i);

	if (context)
		c.context = context;
	add_webhooks(run, how, target);
	c.forbidden_root = how->root;
	c.cancel = target->cancel = interrupt_watch();
	target->cluster = cluster_open(run, &c, err);
	return target->cluster ? 0 : -1;
}

static const char no_kubeconfig[] = "there is no kubeconfig, so no cluster was asked";

/* Why no cluster can be asked at all; NULL: one can. */
static const char *why_offline(struct run *run, const struct targets_how *how)
{
	struct cluster_options first = cluster_flags_options(&run->arena, how->flags, 0);
	const struct target_options *o = how->options;

	if (o->offline || o->level == 0 || run->offline)
		return "no cluster was asked (--offline)";
	return cluster_configured(&first) ? NULL : no_kubeconfig;
}

/*
 * Refuse an offline plan for want of a kubeconfig where the flag, the target's own minLevel or the
 * file's asks for more. A gate's usual level does not count: it is of a cluster that is asked.
 */
static int must_ask(const struct targets_how *how, const struct settings_target *own,
		    struct err *err)
{
	if (pick_level(how->options->min_level, own ? own->min_level : -1, how->settings->min_level,
		       LEVEL_UNCHECKED) <= LEVEL_OFFLINE)
		return 0;
	return err_raise(err, ERR_NOT_FOUND, NO_POS,
			 "%s, and an offline plan is less than the least level that is asked for "
			 "(--min-level, minLevel); --offline takes it all the same",
			 no_kubeconfig);
}

/*
 * A target of the settings. One whose context this kubeconfig does not have is planned offline,
 * unless it has to be asked.
 */
static int open_own(struct run *run, const struct targets_how *how,
		    const struct settings_target *own, const char *offline, struct targets *out,
		    struct err *err)
{
	struct plan_options target = base_options(run, how, own);
	const char *context = how->flags->contexts.count ? NULL : own->context;
	struct err problem = ERR_INIT;

	if (offline == no_kubeconfig && must_ask(how, own, err) < 0)
		return err_wrap(err, "target %s", own->name);
	target.why_offline = offline;
	if (!offline && target.level <= LEVEL_OFFLINE)
		target.why_offline = "its level is offline (" SETTINGS_FILE ")";
	else if (!offline && !context && !how->flags->contexts.count)
		target.why_offline = SETTINGS_FILE " names no context for it";
	if (!target.why_offline && open_one(run, how, 0, context, &target, &problem) < 0) {
		if (problem.code != ERR_NOT_FOUND || target.min_level > LEVEL_OFFLINE) {
			*err = problem;
			return err_wrap(err, "target %s", own->name);
		}
		target.why_offline = arena_strdup(&run->arena, problem.msg);
	}
	*vec_push(&run->arena, out) = target;
	return 0;
}

/* Which of the settings' targets are asked: --target's, else that of the --context, else all. */
static bool is_meant(const struct targets_how *how, const struct settings_target *t)
{
	const struct option_values *contexts = &how->flags->contexts;

	if (how->only)
		return !strcmp(how->only, t->name);
	return !contexts->count ||
	       (t->context && contexts->count == 1 && !strcmp(contexts->items[0].text, t->context));
}

static int open_settings(struct run *run, const struct targets_how *how, const char *offline,
			 struct targets *out, struct err *err)
{
	const struct settings *s = how->settings;

	for (size_t i = 0; i < s->targets.count; i++)
		if (is_meant(how, &s->targets.items[i]) &&
		    open_own(run, how, &s->targets.items[i], offline, out, err) < 0)
			return -1;
	return 0;
}

static int open_contexts(struct run *run, const struct targets_how *how, struct targets *out,
			 struct err *err)
{
	size_t count = how->flags->contexts.count ? how->flags->contexts.count : 1, i;

	for (i = 0; i < count; i++) {
		struct plan_options target = base_options(run, how, NULL);

		if (open_one(run, how, i, NULL, &target, err) < 0)
			return -1;
		if (*cluster_context(target.cluster))
			target.target = cluster_context(target.cluster);
		*vec_push(&run->arena, out) = target;
	}
	return 0;
}

int targets_open(struct run *run, const struct targets_how *with, struct targets *out,
		 struct err *err)
{
	struct targets_how how = *with;
	struct plan_options none;
	const char *offline;

	if (!how.settings)
		how.settings = settings_default();
	offline = why_offline(run, &how);
	if (open_settings(run, &how, offline, out, err) < 0)
		return -1;
	if (out->count)
		return 0;
	none = base_options(run, &how, NULL);
	if (!offline && none.level <= LEVEL_OFFLINE)
		offline = "the level is offline (" SETTINGS_FILE ")";
	if (!offline)
		return open_contexts(run, &how, out, err);
	if (offline == no_kubeconfig && must_ask(&how, NULL, err) < 0)
		return -1;
	none.why_offline = offline;
	*vec_push(&run->arena, out) = none;
	return 0;
}

void targets_close(struct targets *t)
{
	size_t i;

	for (i = 0; i < t->count; i++)
		cluster_free(t->items[i].cluster);
	t->count = 0;
}
