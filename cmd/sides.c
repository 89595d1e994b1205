#include "cmd/sides.h"
#include "render/git/git.h"

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
		out->base_why = "commit that is checked out";
	}
	out->base = *out->base_commit ? repo_view_commit(repo, out->base_commit, err)
				      : repo_view_empty(repo);
	return out->base ? 0 : -1;
}

static void mention_dirt(struct repo *repo, const struct sides_options *options, struct sides *out)
{
	struct err ignored = ERR_INIT;

	if (!options->worktree && !options->index)
		repo_dirty(repo, &out->dirt, &ignored);
}

static int open_sides(struct run *run, struct repo *repo, const struct sides_options *options,
		      const char *rev, struct sides *out, struct err *err)
{
	char head[GIT_ID] = "";

	if ((options->worktree || options->index) && rev)
		return err_raise(err, ERR_USAGE, NO_POS, "'%s' and --%s exclude each other", rev,
				 options->worktree ? "worktree" : "index");
	out->prefix = repo_path(repo, &run->arena, ".", err);
	if (!out->prefix) {
		err_clear(err);
		out->prefix = "";
	}
	if (repo_resolve(repo, rev ? rev : "HEAD", head, err) < 0)
		return -1;
	out->commit = options->worktree || options->index ? "" : arena_strdup(&run->arena, head);
	out->head = options->worktree ? repo_view_worktree(repo, err)
		    : options->index  ? repo_view_index(repo, err)
				      : repo_view_commit(repo, head, err);
	if (!out->head || choose_base(run, repo, options, rev, head, out, err) < 0)
		return -1;
	mention_dirt(repo, options, out);
	return 0;
}

int sides_open(struct run *run, const struct sides_options *options, const char *rev,
	       struct sides *out, struct err *err)
{
	*out = (struct sides){ .repo = repo_open(run, NULL, err) };
	if (!out->repo)
		return -1;
	if (open_sides(run, out->repo, options, rev, out, err) < 0) {
		sides_close(out);
		return -1;
	}
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
