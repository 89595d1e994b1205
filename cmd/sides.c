#include "cmd/sides.h"
#include <string.h>
#include <unistd.h>
#include "render/git/git.h"
#include "validate/validate.h"

const struct option sides_options[] = {
	{ .name = "base",
	  .type = OPTION_STRING,
	  .value = "REV",
	  .summary = "the commit to compare with (default: the merge base with the upstream "
		     "branch, else "
		     "with the remote's HEAD, else the first parent)",
	  .offset = offsetof(struct sides_options, base) },
	{ .name = "worktree",
	  .type = OPTION_FLAG,
	  .summary = "plan the files as they lie on disk, not a commit",
	  .offset = offsetof(struct sides_options, worktree) },
	{ .name = "index",
	  .type = OPTION_FLAG,
	  .summary = "plan what is staged, not a commit",
	  .offset = offsetof(struct sides_options, index) },
};
const size_t sides_option_count = ARRAY_SIZE(sides_options);

/* What is not committed is compared with HEAD, unless --base says otherwise. */
static int choose_base(struct run *run, struct repo *repo, const struct sides_options *options,
		       const char *rev, const char *head, struct sides *out, struct err *err)
{
	struct repo_base base = { 0 };

	if (options->base || !(options->worktree || options->index)) {
		if (repo_choose_base(repo, rev ? rev : "HEAD", head, options->base, &base, err) < 0)
			return -1;
		out->base_commit = arena_strdup(&run->arena, base.id);
		out->base_why = arena_strdup(&run->arena, base.reason);
	} else {
		out->base_commit = arena_strdup(&run->arena, head);
		out->base_why =
			*head ? "commit that is checked out" : "empty tree: there is no commit yet";
	}
	out->base = *out->base_commit ? repo_view_commit(repo, out->base_commit, err)
				      : repo_view_empty(repo);
	return out->base ? 0 : -1;
}

/* What REV is; of a repository that has no commit yet, what is not committed has none before it. */
static int find_head(struct repo *repo, const struct sides_options *options, const char *rev,
		     char head[GIT_ID], struct err *err)
{
	if (!repo_resolve(repo, rev ? rev : "HEAD", head, err))
		return 0;
	if (err->code != ERR_NOT_FOUND)
		return -1;
	if (rev)
		return access(rev, F_OK) ? -1
					 : err_raise(err, ERR_USAGE, NO_POS,
						     "'%s' is a path, and the argument is a "
						     "commit; a path is given by -p",
						     rev);
	head[0] = '\0';
	if (!options->worktree && !options->index)
		return err_raise(err, ERR_NOT_FOUND, NO_POS,
				 "this repository has no commit yet; --worktree takes the files as "
				 "they lie on disk, --index what is staged");
	err_clear(err);
	return 0;
}

static int open_sides(struct run *run, struct repo *repo, const struct sides_options *options,
		      const char *rev, struct sides *out, struct err *err)
{
	char head[GIT_ID] = "";

	if (options->worktree && options->index)
		return err_raise(err, ERR_USAGE, NO_POS,
				 "--worktree and --index exclude each other");
	if ((options->worktree || options->index) && rev)
		return err_raise(err, ERR_USAGE, NO_POS, "'%s' and --%s exclude each other", rev,
				 options->worktree ? "worktree" : "index");
	out->prefix = repo_path(repo, &run->arena, ".", err);
	if (!out->prefix) {
		err_clear(err);
		out->prefix = "";
	}
	if (find_head(repo, options, rev, head, err) < 0)
		return -1;
	out->commit = options->worktree || options->index ? "" : arena_strdup(&run->arena, head);
	out->head = options->worktree ? repo_view_worktree(repo, err)
		    : options->index  ? repo_view_index(repo, err)
				      : repo_view_commit(repo, head, err);
	if (!out->head || choose_base(run, repo, options, rev, head, out, err) < 0)
		return -1;
	return 0;
}

int sides_open(struct run *run, const struct sides_options *options, const char *rev,
	       struct sides *out, struct err *err)
{
	struct err problem = ERR_INIT;

	*out = (struct sides){ .repo = repo_open(run, NULL, &problem) };
	if (!out->repo) {
		*err = problem;
		return problem.code != ERR_NOT_FOUND
			       ? -1
			       : err_raise(err, ERR_NOT_FOUND, NO_POS,
					   "%s; 'validate -f PATH' checks files that are in none",
					   problem.msg);
	}
	if (open_sides(run, out->repo, options, rev, out, err) < 0) {
		sides_close(out);
		return -1;
	}
	sides_settings(run, out);
	return 0;
}

void sides_close(struct sides *sides)
{
	if (sides->head)
		view_free(sides->head);
	if (sides->base)
		view_free(sides->base);
	if (sides->repo)
		repo_free(sides->repo);
	*sides = (struct sides){ 0 };
}

bool sides_is_older(void *sides, const char *one, const char *two)
{
	struct sides *s = sides;
	struct err err = ERR_INIT;
	char id[GIT_ID];

	return s->repo && strcmp(one, two) != 0 &&
	       repo_merge_base(s->repo, one, two, id, &err) == 0 && !strcmp(id, one);
}

/* --- .gitops.yaml -------------------------------------------------------------------------------
 */

const struct settings *sides_settings(struct run *run, struct sides *sides)
{
	struct view *judge = sides->base ? sides->base : sides->head;

	err_clear(&sides->settings_error);
	sides->settings = settings_load(run, &run->arena, judge, &sides->settings_error);
	if (!sides->settings)
		sides->settings = settings_default();
	run->settings = sides->settings;
	return sides->settings;
}

int sides_fail_on(int flag, const struct settings *s)
{
	return flag >= 0 ? flag : s && s->fail_on >= 0 ? s->fail_on : SEVERITY_ERROR;
}

static void add_finding(struct findings *out, enum severity severity, const char *rule,
			const struct err *err, const char *text)
{
	struct finding *f = findings_add(out, severity, rule, NULL, "", 0, "%s", text);

	f->file = SETTINGS_FILE;
	f->line = err && err->line ? err->line : 1;
	f->column = err ? err->column : 0;
}

void sides_settings_findings(struct run *run, const struct sides *sides, struct findings *out)
{
	const struct err *broken = sides->settings_error.code ? &sides->settings_error : NULL;
	char one[65] = "", two[65] = "";
	struct err err = ERR_INIT;
	bool good;

	if (!sides->base || !sides->head) {
		if (broken)
			add_finding(out, SEVERITY_ERROR, "config/invalid", broken, broken->msg);
		return;
	}
	view_ident(sides->base, SETTINGS_FILE, one);
	if (view_ident(sides->head, SETTINGS_FILE, two) == VIEW_ABSENT)
		two[0] = '\0';
	good = settings_load(run, &run->arena, sides->head, &err) != NULL;
	if (!good)
		add_finding(out, SEVERITY_ERROR, "config/invalid", &err, err.msg);
	if (broken && good)
		add_finding(out, SEVERITY_WARNING, "config/invalid", broken,
			    arena_printf(&run->arena, "the base's file does not count: %s",
					 broken->msg));
	if (good && strcmp(one, two))
		add_finding(out, SEVERITY_INFO, "config/changed", NULL,
			    *one ? "the file is changed: the base's counts until this is merged"
				 : "the file is new: it counts once it is in the base");
}
