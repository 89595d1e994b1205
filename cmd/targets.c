#include "cmd/targets.h"
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

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
	  .summary = "an object that is checked less than this is undecided" },
	{ .name = "no-secrets",
	  .type = OPTION_FLAG,
	  AT(no_secrets),
	  .summary = "never ask the cluster for Secrets" },
	{ .name = "offline", .type = OPTION_FLAG, AT(offline), .summary = "ask no cluster" },
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
	fprintf(stderr, "\r%zu of %zu objects asked\x1b[K%s", done, all,
		done == all ? "\r\x1b[K" : "");
}

static struct plan_options base_options(const struct target_options *o)
{
	return (struct plan_options){
		.target = "default",
		.level = o->level < 0 ? LEVEL_DRY_RUN : (enum plan_level)(o->level + LEVEL_OFFLINE),
		.min_level = o->min_level < 0 ? LEVEL_UNCHECKED
					      : (enum plan_level)(o->min_level + LEVEL_OFFLINE),
		.max_deletions = (unsigned)(o->max_deletions > 0 ? o->max_deletions : 0),
		.no_secrets = o->no_secrets,
		.progress = isatty(STDERR_FILENO) ? show_progress : NULL,
	};
}

static int open_one(struct run *run, const struct cluster_flags *flags,
		    const struct target_options *options, const char *root, size_t i,
		    struct targets *out, struct err *err)
{
	struct cluster_options c = cluster_flags_options(&run->arena, flags, i);
	struct plan_options target = base_options(options);
	const char *context;

	c.forbidden_root = root;
	c.cancel = target.cancel = interrupt_watch();
	target.cluster = cluster_open(run, &c, err);
	if (!target.cluster)
		return -1;
	context = cluster_context(target.cluster);
	if (*context)
		target.target = context;
	*vec_push(&run->arena, out) = target;
	return 0;
}

int targets_open(struct run *run, const struct cluster_flags *flags,
		 const struct target_options *options, const char *root, struct targets *out,
		 struct err *err)
{
	struct cluster_options first = cluster_flags_options(&run->arena, flags, 0);
	struct plan_options none = base_options(options);
	size_t count = flags->contexts.count ? flags->contexts.count : 1, i;

	if (options->offline || options->level == 0 || run->offline)
		none.why_offline = "no cluster was asked (--offline)";
	else if (!cluster_configured(&first))
		none.why_offline = "there is no kubeconfig, so no cluster was asked";
	if (none.why_offline) {
		*vec_push(&run->arena, out) = none;
		return 0;
	}
	for (i = 0; i < count; i++)
		if (open_one(run, flags, options, root, i, out, err) < 0)
			return -1;
	return 0;
}

void targets_close(struct targets *t)
{
	size_t i;

	for (i = 0; i < t->count; i++)
		cluster_free(t->items[i].cluster);
	t->count = 0;
}
