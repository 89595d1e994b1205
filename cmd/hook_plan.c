#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>
#include "cmd/hook.h"
#include "cmd/planner.h"
#include "cmd/report/report.h"
#include "cmd/targets.h"
#include "render/guard.h"

enum { SHOWN_FINDINGS = 12 };

/* --- settings ------------------------------------------------------------------------------------
 */

static int choice(const char *key, const char *value, const char *const *words, struct err *err)
{
	for (int i = 0; words[i]; i++)
		if (!strcmp(words[i], value))
			return i;
	return err_raise(err, ERR_USAGE, NO_POS, "git config %s is '%s', and should be %s, %s%s%s",
			 key, value, words[0], words[1], words[2] ? " or " : "",
			 words[2] ? words[2] : "");
}

static int set_choice(struct hook *h, const char *key, const char *const *words, int unset,
		      int *out, struct err *err)
{
	const char *value = repo_config(h->repo, &h->run->arena, key);

	*out = value ? choice(key, value, words, err) : unset;
	return value && *out < 0 ? -1 : 0;
}

static int set_number(struct hook *h, const char *key, unsigned unset, unsigned *out,
		      struct err *err)
{
	const char *value = repo_config(h->repo, &h->run->arena, key);
	char *end = NULL;
	unsigned long n = value ? strtoul(value, &end, 10) : unset;

	if (value && (!*value || *end || !n || n > 1000000))
		return err_raise(err, ERR_USAGE, NO_POS,
				 "git config %s is '%s', and should be a number", key, value);
	*out = (unsigned)n;
	return 0;
}

/* gitops.hosts: names with blanks between. */
static void read_hosts(struct hook *h)
{
	struct arena *a = &h->run->arena;
	const char *p = repo_config(h->repo, a, "gitops.hosts");

	h->remote = *settings_default();
	for (; p && *(p += strspn(p, " ,\t")); p += strcspn(p, " ,\t"))
		*vec_push(a, &h->remote.remote.hosts) = arena_memdup(a, p, strcspn(p, " ,\t"));
}

static int read_settings(struct hook *h, struct err *err)
{
	static const char *const levels[] = { "offline", "read", "dry-run", NULL };
	static const char *const severities[] = { "info", "warning", "error", NULL };
	static const char *const verdicts[] = { "pass", "refuse", NULL };
	static const char *const bools[] = { "false", "true", NULL };
	int skip, network;

	if (set_choice(h, "gitops.level", levels, -1, &h->level, err) < 0 ||
	    set_choice(h, "gitops.failOn", severities, -1, &h->fail_on, err) < 0 ||
	    set_choice(h, "gitops.onUndecided", verdicts, -1, &h->on_undecided, err) < 0 ||
	    set_choice(h, "gitops.allowSkip", bools, !h->server, &skip, err) < 0 ||
	    set_choice(h, "gitops.network", bools, 0, &network, err) < 0 ||
	    set_number(h, "gitops.timeout", 4, &h->timeout_s, err) < 0 ||
	    set_number(h, "gitops.memory", 2048, &h->memory_mb, err) < 0)
		return -1;
	read_hosts(h);
	h->allow_skip = skip;
	h->network = network;
	h->context = repo_config(h->repo, &h->run->arena, "gitops.context");
	h->kubernetes_version = repo_config(h->repo, &h->run->arena, "gitops.kubernetesVersion");
	return 0;
}

/* What git's configuration leaves open, the repository's settings say; a server heeds it alone. */
static void settle(struct hook *h, const struct settings *s)
{
	const struct settings_hook *own = h->server ? &settings_default()->hook : &s->hook;

	h->now_level = h->level >= 0 ? h->level : own->level >= 0 ? own->level : 0;
	h->now_fail_on = (enum severity)(h->fail_on >= 0     ? h->fail_on
					 : own->fail_on >= 0 ? own->fail_on
							     : sides_fail_on(-1, s));
	h->refuse_undecided = h->on_undecided >= 0     ? h->on_undecided
			      : own->on_undecided >= 0 ? own->on_undecided
						       : h->server;
	h->now_context = h->context ? h->context : own->context;
	h->run->offline = h->server ? !h->network : h->now_level == 0;
}

int hook_open(struct run *run, const char *name, bool server, struct hook *out, struct err *err)
{
	*out = (struct hook){ .run = run, .name = name, .server = server };
	out->repo = repo_open(run, NULL, err);
	if (!out->repo)
		return -1;
	if (read_settings(out, err) < 0) {
		hook_close(out);
		return -1;
	}
	settle(out, settings_default());
	return 0;
}

void hook_close(struct hook *h)
{
	repo_free(h->repo);
	h->repo = NULL;
}

/* --- words ---------------------------------------------------------------------------------------
 */

/* Everything may come from the pushed files: control characters do not reach the terminal. */
void hook_say(const struct hook *h, const char *fmt, ...)
{
	bool gitlab = h->server && (getenv("GL_ID") || getenv("GL_REPOSITORY"));
	struct buf text, clean;
	va_list args;

	buf_init(&text, 0);
	buf_init(&clean, 0);
	va_start(args, fmt);
	buf_vprintf(&text, fmt, args);
	va_end(args);
	report_clean(&clean, text.text);
	fprintf(stderr, "%s%s\n", gitlab ? "GL-HOOK-ERR: " : "gitops: ", clean.text);
	buf_release(&text);
	buf_release(&clean);
}

static void say_finding(const struct hook *h, const struct plan_finding *f)
{
	const struct plan_source *at = &f->place.at;
	struct buf line;

	buf_init(&line, 0);
	if (at->file)
		buf_printf(&line, "%s:%u: ", at->file, at->line);
	if (f->has_object)
		buf_printf(&line, "%s %s: ", f->object.kind, f->object.name);
	if (*f->path)
		buf_printf(&line, "%s: ", f->path);
	hook_say(h, "  %s%s [%s]", line.text, f->message, f->rule);
	buf_release(&line);
}

static void say_changes(const struct hook *h, const struct hook_update *u, const struct plan *p)
{
	const unsigned *n = p->summary.actions;
	const char *base = u->sides.base_commit;

	hook_say(h, "%s: %u to create, %u to change, %u to delete, against %.7s%s%s", u->what,
		 n[PLAN_CREATE], n[PLAN_UPDATE] + n[PLAN_REPLACE] + n[PLAN_MOVE], n[PLAN_DELETE],
		 *base ? base : "", *base ? ", the " : "the ", u->sides.base_why);
}

/* New problems decide; older ones are counted, for they are not the push's. */
static int judge(const struct hook *h, const struct plan *p)
{
	size_t failing = 0, older = 0, shown = 0;
	const struct plan_finding *f;
	bool undecided = false;

	for (size_t i = 0; i < p->findings.count; i++) {
		f = &p->findings.items[i];
		if (f->severity < h->now_fail_on)
			continue;
		if (!f->is_new) {
			older++;
			continue;
		}
		if (shown < SHOWN_FINDINGS) {
			say_finding(h, f);
			shown++;
		}
		failing++;
	}
	for (size_t i = 0; i < p->changes.count; i++)
		undecided |= p->changes.items[i].action == PLAN_UNDECIDED;
	if (failing > shown)
		hook_say(h, "  and %zu more", failing - shown);
	if (older)
		hook_say(h, "  (%zu that were there before are not counted)", older);
	return failing ? STATUS_FAILS : undecided ? STATUS_UNDECIDED : STATUS_HOLDS;
}

static int make_plan(struct hook *h, const struct hook_update *u, struct targets *targets,
		     struct plan *p, struct err *err)
{
	struct target_options level = { .offline = h->now_level == 0,
					.level = h->now_level,
					.min_level = -1,
					.max_deletions = -1 };
	struct cluster_flags flags = { 0 };
	struct planner_options how = { .kubernetes_version = h->kubernetes_version };

	if (h->now_context)
		*vec_push(&h->run->arena, &flags.contexts) =
			(struct option_value){ .text = h->now_context };
	if (targets_open(h->run,
			 &(struct targets_how){ &flags, &level, repo_work_tree(h->repo), NULL,
						u->sides.settings },
			 targets, err) < 0)
		return -1;
	/* A hook that may ask the cluster may still not wait for charts and remote bases. */
	h->run->offline = !h->server || !h->network;
	guard_set(h->run, &h->remote, u->sides.base);
	for (size_t i = 0; i < targets->count; i++)
		targets->items[i].progress = NULL;
	how.targets = targets->items;
	how.target_count = targets->count;
	return planner_run(h->run, &u->sides, &how, p, err);
}

int hook_plan(struct hook *h, struct hook_update *u)
{
	char text[ERR_FILE + ERR_TEXT + 32];
	struct targets targets = { 0 };
	struct err err = ERR_INIT;
	struct plan plan;
	int status;

	plan_init(&plan, h->run, &h->run->arena);
	settle(h, sides_settings(h->run, &u->sides));
	if (make_plan(h, u, &targets, &plan, &err) < 0) {
		hook_say(h, "%s: %s", u->what, err_format(&err, text, sizeof(text)));
		status = STATUS_UNDECIDED;
	} else {
		say_changes(h, u, &plan);
		status = judge(h, &plan);
	}
	targets_close(&targets);
	plan_release(&plan);
	return status;
}

int hook_verdict(const struct hook *h, int status)
{
	const char *way_out =
		h->server ? ""
		: !strcmp(h->name, "pre-commit")
			? "; git commit --no-verify goes past this check"
			: "; KUBECTL_GITOPS_SKIP=REASON git push goes past this check and keeps "
			  "the reason";

	if (status == STATUS_FAILS)
		hook_say(h, "refused: mend the lines above%s", way_out);
	if (status == STATUS_UNDECIDED && h->refuse_undecided)
		hook_say(h, "refused: it could not be decided%s", way_out);
	if (status == STATUS_UNDECIDED && !h->refuse_undecided) {
		hook_say(h, "not decided, and let through (git config gitops.onUndecided refuse "
			    "would not)");
		return STATUS_HOLDS;
	}
	return status;
}

/* --- skipping ------------------------------------------------------------------------------------
 */

static const char *push_option(struct arena *a, const char *name)
{
	const char *count = getenv("GIT_PUSH_OPTION_COUNT"), *option;
	size_t len = strlen(name);
	long n = count ? strtol(count, NULL, 10) : 0;

	for (long i = 0; i < n && i < 1000; i++) {
		option = getenv(arena_printf(a, "GIT_PUSH_OPTION_%ld", i));
		if (option && !strncmp(option, name, len) && option[len] == '=')
			return option + len + 1;
	}
	return NULL;
}

static const char *who_pushes(void)
{
	static const char *const names[] = { "GL_USERNAME", "REMOTE_USER", "USER", "LOGNAME" };

	for (size_t i = 0; i < ARRAY_SIZE(names); i++)
		if (getenv(names[i]))
			return getenv(names[i]);
	return "?";
}

/* One line: when, who, what, why; nothing in it can end the line or be taken for another field. */
static int record(struct hook *h, const char *what, const char *reason)
{
	const char *file = arena_printf(&h->run->arena, "%s/kubectl-gitops-skips.log",
					repo_common_dir(h->repo));
	const char *const fields[] = { who_pushes(), what, reason };
	int fd = open(file, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644);
	time_t now = time(NULL);
	struct buf line;
	struct tm tm;
	char date[32];
	bool ok;

	strftime(date, sizeof(date), "%Y-%m-%dT%H:%M:%SZ", gmtime_r(&now, &tm));
	buf_init(&line, 0);
	buf_str(&line, date);
	for (size_t i = 0; i < ARRAY_SIZE(fields); i++) {
		buf_char(&line, '\t');
		report_clean(&line, fields[i]);
	}
	buf_char(&line, '\n');
	ok = fd >= 0 && write(fd, line.text, line.len) == (ssize_t)line.len;
	if (fd >= 0)
		close(fd);
	buf_release(&line);
	return ok ? 0 : -1;
}

bool hook_skipped(struct hook *h, const char *what)
{
	const char *reason = h->server ? push_option(&h->run->arena, "gitops.skip")
				       : getenv("KUBECTL_GITOPS_SKIP");

	if (!reason)
		return false;
	if (!*reason)
		hook_say(h, "a skip needs a reason");
	else if (!h->allow_skip)
		hook_say(h, "skipping is not allowed here");
	else if (record(h, what, reason) < 0)
		hook_say(h, "not skipped: the reason could not be written down");
	else
		hook_say(h, "skipped: %s", reason);
	return *reason && h->allow_skip;
}

/* --- a child with limits -------------------------------------------------------------------------
 */

static void set_limit(int what, rlim_t value)
{
	struct rlimit limit = { value, value };

	setrlimit(what, &limit);
}

static void limit_child(const struct hook *h)
{
	size_t bytes = (size_t)h->memory_mb << 20;

	setpgid(0, 0);
	set_limit(RLIMIT_CPU, h->timeout_s + 1);
	set_limit(RLIMIT_CORE, 0);
#ifndef __SANITIZE_ADDRESS__ /* its shadow alone is terabytes of address space */
	set_limit(RLIMIT_AS, bytes);
#endif
	if (h->run->budget.max > bytes / 2)
		h->run->budget.max = bytes / 2;
}

/* Wait until the child has closed its end of the pipe: it ended, whichever way. */
static bool wait_closed(int fd, unsigned seconds)
{
	struct timespec start, now;
	struct pollfd p = { fd, POLLIN, 0 };
	long left = (long)seconds * 1000;

	clock_gettime(CLOCK_MONOTONIC, &start);
	for (;;) {
		int n = poll(&p, 1, (int)left);

		if (n > 0)
			return true;
		clock_gettime(CLOCK_MONOTONIC, &now);
		left = (long)seconds * 1000 - (now.tv_sec - start.tv_sec) * 1000 -
		       (now.tv_nsec - start.tv_nsec) / 1000000;
		if ((n < 0 && errno != EINTR) || left <= 0)
			return false;
	}
}

static int judge_child(const struct hook *h, int status)
{
	if (WIFEXITED(status) && WEXITSTATUS(status) <= STATUS_UNDECIDED)
		return WEXITSTATUS(status);
	if (WIFSIGNALED(status) && WTERMSIG(status) == SIGXCPU)
		hook_say(h, "the check took more than %u seconds", h->timeout_s);
	else
		hook_say(h, "the check died (it may take %u megabytes)", h->memory_mb);
	return STATUS_UNDECIDED;
}

int hook_guarded(struct hook *h, int (*fn)(struct hook *h, void *data), void *data)
{
	int ends[2], status = 0;
	bool ended;
	pid_t pid;

	if (pipe2(ends, O_CLOEXEC) < 0 || (pid = fork()) < 0) {
		hook_say(h, "cannot start the check: %s", strerror(errno));
		return STATUS_UNDECIDED;
	}
	if (!pid) {
		close(ends[0]);
		limit_child(h);
		status = fn(h, data);
		fflush(NULL);
		_exit(status);
	}
	close(ends[1]);
	setpgid(pid, pid);
	ended = wait_closed(ends[0], h->timeout_s);
	if (!ended)
		kill(-pid, SIGKILL);
	close(ends[0]);
	while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
		;
	if (ended)
		return judge_child(h, status);
	hook_say(h, "the check took more than %u seconds", h->timeout_s);
	return STATUS_UNDECIDED;
}
