#include <string.h>
#include "render/git/impl.h"

enum { GIT_TIMEOUT_MS = 120000, MAX_ARGUMENTS = 24 };

/* With --offline a partial clone must not fetch: the first is git 2.44's word, the second older. */
#define OFFLINE "GIT_NO_LAZY_FETCH=1", "GIT_ALLOW_PROTOCOL="
#define ALWAYS "GIT_OPTIONAL_LOCKS=0", "GIT_TERMINAL_PROMPT=0", "LC_ALL=C"

const char *const *git_environment(const struct repo *r)
{
	static const char *const online[] = { ALWAYS, NULL };
	static const char *const offline[] = { ALWAYS, OFFLINE, NULL };
	static const char *const named_online[] = { ALWAYS, GIT_ENVIRONMENT_UNSET, NULL };
	static const char *const named_offline[] = { ALWAYS, OFFLINE, GIT_ENVIRONMENT_UNSET, NULL };

	if (r->named)
		return r->run->offline ? named_offline : named_online;
	return r->run->offline ? offline : online;
}

void git_remove_folder(const char *folder)
{
	const char *const argv[] = { "rm", "-rf", "--", folder, NULL };
	struct process_options o = { .argv = argv };
	struct process_result result;
	struct err ignored = ERR_INIT;

	process_run(&o, &result, &ignored);
	process_result_release(&result);
}

int git_run(struct repo *r, const char *const *argv, struct process_result *result, struct err *err)
{
	const char *full[MAX_ARGUMENTS + 8] = { "git", "-c", "core.hooksPath=/dev/null", "-c",
						"core.fsmonitor=false" };
	struct process_options o = {
		.argv = full,
		.env = git_environment(r),
		.folder = r->start,
		.timeout_ms = GIT_TIMEOUT_MS,
	};
	size_t n = 5;

	for (; *argv && n < ARRAY_SIZE(full) - 1; argv++)
		full[n++] = *argv;
	return process_run(&o, result, err);
}

int git_succeed(struct repo *r, const char *const *argv, struct process_result *result,
		enum err_code code, struct err *err)
{
	char complaint[512];

	if (git_run(r, argv, result, err) < 0)
		return -1;
	if (result->status)
		return err_raise(err, code, NO_POS, "git %s: %s", argv[0],
				 process_complaint(result, complaint, sizeof(complaint)));
	return 0;
}

const char *git_line(struct repo *r, const char *const *argv, struct err *err)
{
	struct process_result result SCOPED(process_result_release) = { 0 };

	if (git_succeed(r, argv, &result, ERR_NOT_FOUND, err) < 0)
		return NULL;
	return arena_memdup(&r->store->arena, result.out.text, strcspn(result.out.text, "\n"));
}

int git2_error(struct err *err, enum err_code code, const char *what)
{
	const git_error *last = git_error_last();

	return err_raise(err, code, NO_POS, "%s: %s", what,
			 last && last->message ? last->message : "unknown error");
}
