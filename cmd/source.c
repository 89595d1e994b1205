#include "cmd/source.h"
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "render/git/git.h"

const struct option source_options[] = {
	{ .name = "at",
	  .type = OPTION_STRING,
	  .value = "REV",
	  .summary = "the commit to read, any revision git knows (default HEAD)",
	  .offset = offsetof(struct source_options, at) },
	{ .name = "worktree",
	  .type = OPTION_FLAG,
	  .summary = "read the files as they lie on disk, inside a repository or not",
	  .offset = offsetof(struct source_options, worktree) },
	{ .name = "index",
	  .type = OPTION_FLAG,
	  .summary = "read what is staged",
	  .offset = offsetof(struct source_options, index) },
};
const size_t source_option_count = ARRAY_SIZE(source_options);

/* The absolute form of a path that need not exist, "." and ".." worked out as text. */
static const char *absolute(struct run *run, const char *path, struct err *err)
{
	char here[PATH_MAX];
	char *clean;

	if (*path != '/') {
		if (!getcwd(here, sizeof(here))) {
			err_raise(err, ERR_IO, NO_POS, "cannot tell the current folder");
			return NULL;
		}
		path = arena_printf(&run->arena, "%s/%s", here, path);
	}
	clean = view_join(&run->arena, "", path + 1);
	if (!clean) {
		err_raise(err, ERR_NOT_FOUND, NO_POS, "no such path '%s'", path);
		return NULL;
	}
	return arena_printf(&run->arena, "/%s", clean);
}

struct view *source_open_disk(struct run *run, const char *path, const char **inside,
			      struct err *err)
{
	const char *full = absolute(run, path, err);

	if (!full)
		return NULL;
	*inside = full + 1;
	return view_open_folder(run, "/", err);
}

/* Outside any repository: the current folder is the root, or the named folder's parent. */
static struct view *open_plain(struct run *run, const char *path, const char **inside,
			       struct err *err)
{
	const char *here = absolute(run, ".", err), *full = here ? absolute(run, path, err) : NULL;
	size_t len;
	char *slash, *root;

	if (!full)
		return NULL;
	len = strlen(here);
	if (!strncmp(full, here, len) && (full[len] == '/' || !full[len] || len == 1)) {
		*inside = full[len] ? full + len + (len > 1) : "";
		return view_open_folder(run, here, err);
	}
	root = arena_strdup(&run->arena, full);
	slash = strrchr(root, '/');
	*inside = arena_strdup(&run->arena, slash + 1);
	slash[slash == root] = 0;
	return view_open_folder(run, root, err);
}

/* The view that the options name, of an open repository. */
static struct view *open_side(struct repo *r, const struct source_options *options, struct err *err)
{
	char id[GIT_ID];

	if (options->worktree + options->index + (options->at != NULL) > 1) {
		err_raise(err, ERR_USAGE, NO_POS,
			  "--at, --worktree and --index exclude each other");
		return NULL;
	}
	if (options->worktree)
		return repo_view_worktree(r, err);
	if (options->index)
		return repo_view_index(r, err);
	if (repo_resolve(r, options->at ? options->at : "HEAD", id, err) < 0) {
		if (!options->at && err->code == ERR_NOT_FOUND)
			err_raise(
				err, ERR_NOT_FOUND, NO_POS,
				"this repository has no commit yet; --worktree reads the files as "
				"they lie on disk");
		return NULL;
	}
	return repo_view_commit(r, id, err);
}

struct view *source_open(struct run *run, const struct source_options *options, const char *path,
			 const char **inside, struct err *err)
{
	struct err problem = ERR_INIT;
	struct repo *r = repo_open(run, NULL, &problem);
	struct view *v = NULL;

	if (!path)
		path = ".";
	if (!r && options->worktree && problem.code == ERR_NOT_FOUND)
		return open_plain(run, path, inside, err);
	if (!r) {
		*err = problem;
		if (problem.code == ERR_NOT_FOUND)
			err_raise(err, ERR_NOT_FOUND, NO_POS, "%s; --worktree reads a plain folder",
				  problem.msg);
		return NULL;
	}
	*inside = repo_path(r, &run->arena, path, err);
	if (*inside)
		v = open_side(r, options, err);
	if (v)
		repo_owned_by(r, v);
	else
		repo_free(r);
	return v;
}
