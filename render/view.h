/*
 * view: the files that a render may see: a commit, the index, the work tree, a merge, a quarantined
 * push, a plain folder.
 *
 * Renderers read nothing else. Paths are relative to the view's root, with '/' between names, ""
 * for the root, no "." or ".." (view_join makes them so). Symlinks inside the tree are followed;
 * one that leaves it is an error. A view records what was asked of it, so that an app whose answers
 * are the same at base and head need not be rendered twice. Views may be read from several threads;
 * texts live as long as the view.
 */
#ifndef RENDER_VIEW_H
#define RENDER_VIEW_H
#include "base/err.h"
#include "base/run.h"
#include "base/vec.h"

enum view_kind { VIEW_ABSENT, VIEW_FILE, VIEW_DIR, VIEW_SUBMODULE };
enum view_side { SIDE_HEAD, SIDE_BASE };

struct blob {
	const char *text; /* NUL-terminated, may hold NULs */
	size_t len;
	const char *path; /* as asked for */
	origin_id origin; /* of its first byte; the same blob read twice has the same */
	char id[65];	  /* hex object id (a SHA-1 or SHA-256 of git's), "" in a plain folder */
};

struct view_item {
	const char *name;    /* one name, no path */
	enum view_kind kind; /* a symlink shows what it leads to, or VIEW_ABSENT */
	bool link;
};
struct view_items {
	VEC(struct view_item);
};

struct view;

/*
 * Read a file. ERR_NOT_FOUND when there is none (the message says 'is a directory', 'is in the work
 * tree but not in the commit', 'is in submodule X', 'is a Git LFS pointer'… where that is so).
 */
int view_read(struct view *v, const char *path, struct blob *out, struct err *err);
/* The entries of a directory, sorted bytewise by name, in `a`. ERR_NOT_FOUND when it is none. */
int view_list(struct view *v, struct arena *a, const char *path, struct view_items *out,
	      struct err *err);
/* What is at a path; a symlink is followed. A failure to find out counts as VIEW_ABSENT. */
enum view_kind view_kind(struct view *v, const char *path);
void view_free(struct view *v);
struct run *view_run(const struct view *v);
/*
 * Whether a git URL names the repository that the view shows: it has a remote of that host and
 * path, by whatever scheme and user. *known is whether it has remotes at all. `known` may be NULL.
 */
bool view_is_source(const struct view *v, const char *url, bool *known);
/* What the view shows, for messages: "commit 1a2b3c4", "the work tree", "folder x". */
const char *view_name(const struct view *v);
/* Where the view is on disk, for messages; "" when nowhere. */
const char *view_root(const struct view *v);
/* The id of the commit that the view shows; NULL: it shows none. */
const char *view_commit(const struct view *v);

/*
 * The path behind the symlinks of `path` (as messages and origins name it), NULL when nothing is
 * there. Lives as long as the view.
 */
const char *view_real_path(struct view *v, const char *path);
/*
 * What the link at `path` names, as it is written, where that is nowhere or outside of the view;
 * NULL for whatever else stands there. Lives as long as the view.
 */
const char *view_broken_link(struct view *v, const char *path);
/* The first name on the way to `path`, links followed, that nothing has; NULL where there is none.
 */
const char *view_missing(struct view *v, const char *path);

/*
 * What is at a path, and for a file an id of its content in `id` (git's, where the view has it;
 * else one that is made of the text), without reading it where that can be spared.
 */
enum view_kind view_ident(struct view *v, const char *path, char id[65]);
/*
 * The id of git's tree at a directory that no link is on the way to; NULL where the view has none.
 */
const char *view_tree(struct view *v, const char *dir);

/*
 * A view of the same files that writes down in `set` what is asked of it; see render/cache.h. It
 * belongs to `a`, serves one thread, and needs no view_free. `set` outlives it.
 */
struct read_set;
struct view *view_recording(struct view *v, struct arena *a, struct read_set *set);

/*
 * `path` as seen from directory `dir`, cleaned ("a/../b" is "b"); NULL when it climbs out of the
 * root or is absolute. In `a`.
 */
char *view_join(struct arena *a, const char *dir, const char *path);
/* The directory part: "" for a name at the root. In `a`. */
char *view_dirname(struct arena *a, const char *path);

/* A plain folder on disk as a view, git or not (render --worktree outside a repository). */
struct view *view_open_folder(struct run *run, const char *folder, struct err *err);
/* A view over texts in memory: for charts from an archive and for tests. Added texts are copied. */
struct view *view_new_memory(struct run *run, const char *source);
void view_memory_add(struct view *v, const char *path, const char *text, size_t len);
/*
 * `base` without the files and directories that `hides` says; `why` ends the message of who reads
 * one: "'PATH' is …". All outlive it.
 */
struct view *view_new_filtered(struct view *base,
			       bool (*hides)(const void *data, const char *path, bool directory),
			       const void *data, const char *why);
/*
 * `base` with made texts in the place of some of its files, or beside them (those are in no
 * listing), each with the origin of its first byte. Fill it before it is read from. `base` outlives
 * it.
 */
struct view *view_new_overlay(struct view *base);
void view_overlay_add(struct view *v, const char *path, const char *text, size_t len,
		      origin_id origin);

#endif
