/*
 * git: a repository, and views of what it holds.
 *
 * Objects are read from the object database; nothing is checked out and nothing is written. What
 * libgit2 cannot open (SHA-256, reftable, an unknown extension) is read through the user's own git,
 * run by argument vector, and so is what a partial clone left at its remote. Git's environment
 * (GIT_DIR, GIT_WORK_TREE, GIT_INDEX_FILE, GIT_OBJECT_DIRECTORY and its alternates) counts as it
 * does for git. Everything here may be called from several threads. Views end before their
 * repository.
 */
#ifndef RENDER_GIT_GIT_H
#define RENDER_GIT_GIT_H
#include "base/run.h"
#include "base/vec.h"
#include "render/view.h"

enum { GIT_ID = 65 }; /* a hexadecimal object id, SHA-1 or SHA-256, with its NUL */

struct repo;

/*
 * Open the repository that `folder` is in (NULL: the current folder, where git's environment counts
 * too). ERR_NOT_FOUND when it is in none.
 */
struct repo *repo_open(struct run *run, const char *folder, struct err *err);
void repo_free(struct repo *r);
/* Let view_free of `v`, the only view of `r` that is left, free the repository too. */
void repo_owned_by(struct repo *r, struct view *v);
/* Absolute, without a slash at the end; NULL in a bare repository. */
const char *repo_work_tree(const struct repo *r);
const char *repo_git_dir(const struct repo *r);
/* Where hooks/, refs and objects are: git_dir, save in a linked work tree. */
const char *repo_common_dir(const struct repo *r);
bool repo_is_shallow(const struct repo *r);
/*
 * `path` (absolute, or relative to the current folder) as a path inside the repository, in `a`. In
 * a bare repository it counts from the root. NULL and ERR_INPUT when it is outside.
 */
const char *repo_path(struct repo *r, struct arena *a, const char *path, struct err *err);

/*
 * A value of git's configuration (the last one that counts), in `a`; NULL when it is unset. What
 * `git -c` sets counts too.
 */
const char *repo_config(struct repo *r, struct arena *a, const char *key);

/* The commit that a revision expression names. */
int repo_resolve(struct repo *r, const char *rev, char id[GIT_ID], struct err *err);
/* Whether the commit is here; a partial clone is not asked to fetch it. */
bool repo_has_commit(struct repo *r, const char *id);
/* A commit's first line, without control characters; "" when it can't be read. In `a`. */
const char *repo_subject(struct repo *r, struct arena *a, const char *id);
/* The parents of a commit, in order. */
struct repo_ids {
	VEC(const char *);
};
int repo_parents(struct repo *r, struct arena *a, const char *id, struct repo_ids *out,
		 struct err *err);

struct view *repo_view_commit(struct repo *r, const char *id, struct err *err);
/* The index that GIT_INDEX_FILE names, else the repository's own. */
struct view *repo_view_index(struct repo *r, struct err *err);
struct view *repo_view_worktree(struct repo *r, struct err *err);
/* No file at all: what the first commit is compared with. */
struct view *repo_view_empty(struct repo *r);
/*
 * The merge of two commits, made in memory. On a conflict NULL, with ERR_REFUSED and the paths in
 * `conflicts` (in `a`).
 */
struct view *repo_view_merge(struct repo *r, struct arena *a, const char *ours, const char *theirs,
			     struct repo_ids *conflicts, struct err *err);

/* The best common ancestor. ERR_NOT_FOUND when there is none; in a shallow clone with the cure. */
int repo_merge_base(struct repo *r, const char *one, const char *two, char id[GIT_ID],
		    struct err *err);

struct repo_base {
	char id[GIT_ID];  /* "" is the empty tree */
	char reason[200]; /* "merge base with origin/main" */
};
/*
 * The commit that `head` (which `rev` named) is compared with: `wanted` where it is not NULL; else
 * the merge base with the upstream branch, else with the remote's HEAD, else the first parent, else
 * the empty tree. One that is `head` itself is passed over: it would show nothing.
 */
int repo_choose_base(struct repo *r, const char *rev, const char *head, const char *wanted,
		     struct repo_base *out, struct err *err);

/*
 * Trees that are read from now on are kept in `pack`, and had from there in the next run: it is far
 * quicker than an object is. NULL: no longer. `pack` is used by the thread that reads views.
 */
struct pack;
void repo_keep_trees(struct repo *r, struct pack *pack);

struct repo_dirt {
	size_t count;	/* tracked files that differ from HEAD, staged or not */
	char path[512]; /* the first of them */
};
/* What a plan of HEAD leaves out. Nothing in a bare repository. */
int repo_dirty(struct repo *r, struct repo_dirt *out, struct err *err);
/* The same while other things are done; what it finds is had, once, by repo_dirty_end. */
struct dirt_search;
struct dirt_search *repo_dirty_start(struct repo *r);
/* Waits; NULL is nothing. Must be called before the repository is freed. `out` may be NULL. */
void repo_dirty_end(struct dirt_search *search, struct repo_dirt *out);
/* Whether git ignores a path of the work tree. */
bool repo_ignores(struct repo *r, const char *path);

#include "render/git/remote.h"

#endif
