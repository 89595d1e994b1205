/* The URLs of a repository's remotes, as its configuration has them. */
#include <string.h>
#include "render/git/impl.h"

struct urls {
	VEC(const char *);
};

/* Lines "remote.origin.url VALUE" of the user's git, for what libgit2 can't open. */
static void ask_git(struct repo *r, struct urls *out)
{
	const char *const argv[] = { "config", "--get-regexp", "^remote\\..*\\.url$", NULL };
	struct process_result result = { 0 };
	struct err ignored = ERR_INIT;
	char *line, *rest;

	if (!git_run(r, argv, &result, &ignored) && !result.status) {
		for (line = strtok_r(result.out.text, "\n", &rest); line;
		     line = strtok_r(NULL, "\n", &rest))
			if (strchr(line, ' '))
				*vec_push(&r->store->arena, out) =
					arena_strdup(&r->store->arena, strchr(line, ' ') + 1);
	}
	process_result_release(&result);
}

static void ask_libgit2(struct repo *r, struct urls *out)
{
	git_config_iterator *each = NULL;
	git_config_entry *entry;
	git_config *config = NULL;

	if (!git_repository_config_snapshot(&config, r->git2) &&
	    !git_config_iterator_glob_new(&each, config, "^remote\\..*\\.url$"))
		while (!git_config_next(&entry, each))
			*vec_push(&r->store->arena, out) =
				arena_strdup(&r->store->arena, entry->value);
	git_config_iterator_free(each);
	git_config_free(config);
}

struct view *with_urls(struct repo *r, struct view *v)
{
	struct urls urls = { 0 };

	lock_repo(r);
	if (!r->urls) {
		if (r->git2)
			ask_libgit2(r, &urls);
		else
			ask_git(r, &urls);
		*vec_push(&r->store->arena, &urls) = NULL;
		r->urls = urls.items;
	}
	unlock_repo(r);
	v->urls = r->urls;
	return v;
}
