#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "base/process.h"
#include "base/text.h"
#include "cmd/hook.h"
#include "cmd/report/report.h"

/*
 * Hooks that git 2.54 and later takes from its configuration: hook.NAME.command, run at each
 * hook.NAME.event, unless hook.NAME.enabled or hook.EVENT.enabled is false. An older git runs none.
 */

#define OWN_NAME "kubectl-gitops-"

struct configured {
	const char *name, *command;
	struct {
		VEC(const char *);
	} events;
	bool disabled;
};
struct all_configured {
	VEC(struct configured);
};

const char *hook_git_line(struct run *run, const char *const *argv)
{
	struct process_options o = { .argv = argv };
	struct process_result result SCOPED(process_result_release) = { 0 };
	struct err ignored = ERR_INIT;

	if (process_run(&o, &result, &ignored) < 0 || result.status)
		return NULL;
	return arena_memdup(&run->arena, result.out.text, strcspn(result.out.text, "\n"));
}

/* "2.39.5" */
static const char *git_version(struct run *run)
{
	static const char *const argv[] = { "git", "version", NULL };
	const char *line = hook_git_line(run, argv), *digits;

	digits = line ? line + strcspn(line, "0123456789") : "";
	return arena_memdup(&run->arena, digits, strspn(digits, "0123456789."));
}

bool hook_git_runs_configured(struct run *run)
{
	char *end;
	const char *version = git_version(run);
	unsigned long major = strtoul(version, &end, 10);
	unsigned long minor = *end == '.' ? strtoul(end + 1, NULL, 10) : 0;

	return major > 2 || (major == 2 && minor >= 54);
}

/* --- reading -------------------------------------------------------------------------------------
 */

static struct configured *find(struct run *run, struct all_configured *all, const char *name)
{
	struct configured *c;

	for (size_t i = 0; i < all->count; i++)
		if (!strcmp(all->items[i].name, name))
			return &all->items[i];
	c = vec_push(&run->arena, all);
	*c = (struct configured){ .name = name };
	return c;
}

static bool is_false(const char *value)
{
	return !strcasecmp(value, "false") || !strcasecmp(value, "no") ||
	       !strcasecmp(value, "off") || !strcmp(value, "0");
}

/* "hook.NAME.KEY\nVALUE"; a name may have dots, and git has put the rest in lower case. */
static void take(struct run *run, struct all_configured *all, const char *entry)
{
	const char *start = entry + strlen("hook."), *line = strchr(entry, '\n');
	const char *end = line ? line : entry + strlen(entry), *value = line ? line + 1 : "true";
	const char *dot = memrchr(start, '.', (size_t)(end - start));
	struct configured *c;

	if (!dot)
		return;
	c = find(run, all, arena_memdup(&run->arena, start, (size_t)(dot - start)));
	value = arena_strdup(&run->arena, value);
	if (!strncmp(dot, ".command", 8))
		c->command = value;
	else if (!strncmp(dot, ".enabled", 8))
		c->disabled = is_false(value);
	else if (!*value)
		c->events.count = 0;
	else
		*vec_push(&run->arena, &c->events) = value;
}

static void read_all(struct run *run, struct all_configured *all)
{
	static const char *const argv[] = {
		"git", "config", "--null", "--get-regexp", "^hook\\..*\\.(command|event|enabled)$",
		NULL
	};
	struct process_options o = { .argv = argv };
	struct process_result result SCOPED(process_result_release) = { 0 };
	struct err ignored = ERR_INIT;

	*all = (struct all_configured){ 0 };
	if (process_run(&o, &result, &ignored) < 0 || result.status)
		return;
	for (size_t at = 0; at < result.out.len; at += strlen(result.out.text + at) + 1)
		take(run, all, result.out.text + at);
}

/* Ours by what it runs. */
static bool is_ours(const struct configured *c)
{
	return c->command && strstr(c->command, "gitops") && c->events.count;
}

static bool event_disabled(struct all_configured *all, const char *event)
{
	for (size_t i = 0; i < all->count; i++)
		if (!strcmp(all->items[i].name, event) && all->items[i].disabled)
			return true;
	return false;
}

const char *hook_configured(struct run *run, const char *event)
{
	struct all_configured all;

	if (!hook_git_runs_configured(run))
		return NULL;
	read_all(run, &all);
	for (size_t i = 0; i < all.count && !event_disabled(&all, event); i++)
		for (size_t k = 0; is_ours(&all.items[i]) && k < all.items[i].events.count; k++)
			if (!all.items[i].disabled && !strcmp(all.items[i].events.items[k], event))
				return all.items[i].name;
	return NULL;
}

bool hook_configured_status(struct run *run)
{
	bool runs = hook_git_runs_configured(run), any = false;
	struct all_configured all;
	const char *note;
	struct buf line;

	read_all(run, &all);
	for (size_t i = 0; i < all.count; i++)
		for (size_t k = 0; is_ours(&all.items[i]) && k < all.items[i].events.count; k++) {
			const struct configured *c = &all.items[i];
			bool off = c->disabled || event_disabled(&all, c->events.items[k]);

			note = !runs ? arena_printf(&run->arena,
						    "; git %s does not run it: that takes 2.54",
						    git_version(run))
			       : off ? "; disabled there"
				     : "";
			buf_init(&line, 0);
			report_clean(&line, arena_printf(&run->arena,
							 "%s: in git's configuration as hook.%s%s",
							 c->events.items[k], c->name, note));
			printf("%s\n", line.text);
			buf_release(&line);
			any |= runs && !off;
		}
	return any;
}

/* --- writing -------------------------------------------------------------------------------------
 */

static bool set(struct run *run, const char *event, const char *key, const char *value)
{
	const char *const argv[] = { "git",
				     "config",
				     "--global",
				     "--replace-all",
				     arena_printf(&run->arena, "hook." OWN_NAME "%s.%s", event,
						  key),
				     value,
				     NULL };

	return hook_git_line(run, argv) != NULL;
}

int hook_configure(struct run *run, const char *event, const char *command, struct err *err)
{
	if (set(run, event, "command", command) && set(run, event, "event", event))
		return 0;
	return err_raise(err, ERR_IO, NO_POS, "cannot set git config --global hook." OWN_NAME "%s",
			 event);
}

void hook_unconfigure(struct run *run, const char *event)
{
	const char *const argv[] = { "git",
				     "config",
				     "--global",
				     "--remove-section",
				     arena_printf(&run->arena, "hook." OWN_NAME "%s", event),
				     NULL };

	hook_git_line(run, argv);
}
