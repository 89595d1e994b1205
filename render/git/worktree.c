#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include "render/git/impl.h"

static bool ignored(struct repo *r, const char *path)
{
	int yes = 0;

	return r->git2 && !git_ignore_path_is_ignored(&yes, r->git2, path) && yes;
}

bool repo_ignores(struct repo *r, const char *path)
{
	const char *const argv[] = { "check-ignore", "-q", "--", NULL, NULL };
	struct process_result result SCOPED(process_result_release) = { 0 };
	const char *full[5];
	struct err err = ERR_INIT;
	bool yes;

	if (!r->work_tree)
		return false;
	lock_repo(r);
	if (r->git2) {
		yes = ignored(r, path);
	} else {
		memcpy(full, argv, sizeof(full));
		full[3] = arena_printf(&r->store->arena, ":/%s", path);
		yes = !git_run(r, full, &result, &err) && !result.status;
	}
	unlock_repo(r);
	return yes;
}

/* "git ignores it, by line 3 of .gitignore"; NULL: it does not. */
static const char *ignored_by(struct repo *r, const char *path)
{
	struct arena *a = &r->store->arena;
	const char *const argv[] = {
		"check-ignore", "--no-index", "-v", "--", arena_printf(a, ":/%s", path), NULL
	};
	const char *line, *colon, *text;
	struct err err = ERR_INIT;
	size_t digits;

	if (!r->work_tree || !ignored(r, path))
		return NULL;
	line = git_line(r, argv, &err); /* FILE:LINE:PATTERN TAB PATH */
	for (colon = line ? strchr(line, ':') : NULL; colon; colon = strchr(colon + 1, ':')) {
		digits = strspn(colon + 1, "0123456789");
		if (digits && colon[1 + digits] == ':')
			break;
	}
	text = "git ignores it";
	return colon ? arena_printf(a, "%s, by line %.*s of %.*s", text, (int)digits, colon + 1,
				    (int)(colon - line), line)
		     : text;
}

int explain_missing(struct repo *r, struct view *v, const char *path,
		    const struct view_entry *entry, struct err *err)
{
	const char *full, *why;
	struct stat st;
	bool there;

	if (entry->kind == VIEW_SUBMODULE)
		return err_raise(
			err, ERR_UNSUPPORTED, NO_POS,
			"'%s' is a submodule (at %.7s): what is in it is not in this repository",
			path, entry->id);
	if (entry->kind != VIEW_ABSENT || !r->work_tree)
		return 0;
	full = arena_printf(view_arena(v), "%s/%s", r->work_tree, path);
	there = !lstat(full, &st);
	why = ignored_by(r, path);
	if (!there && !why)
		return 0;
	return err_raise(err, ERR_NOT_FOUND, NO_POS, "'%s' is %snot in %s%s%s%s", path,
			 there ? "in the work tree but " : "", v->name, why ? " (" : "",
			 why ? why : "", why ? ")" : "");
}

/* --- the view: a folder whose files get the ids that git would give them -----------------------
 */

static int worktree_load(struct view *v, const char *path, struct view_entry *entry,
			 const char **text, size_t *len, struct err *err)
{
	git_oid oid;

	if (v->inner->load(v, path, entry, text, len, err) < 0 ||
	    content_is_readable(*text, *len, (struct pos){ .file = path }, err) < 0)
		return -1;
	if (!entry->link && !git_odb_hash(&oid, *text, *len, GIT_OBJECT_BLOB))
		git_oid_tostr(entry->id, sizeof(entry->id), &oid);
	return 0;
}

struct view *repo_view_worktree(struct repo *r, struct err *err)
{
	struct view_ops *ops;
	struct view *v;

	if (!r->work_tree) {
		err_raise(err, ERR_INPUT, NO_POS, "this repository is bare: it has no work tree");
		return NULL;
	}
	v = view_open_folder(r->run, r->work_tree, err);
	if (!v)
		return NULL;
	ops = arena_new(view_arena(v), struct view_ops);
	*ops = *v->ops;
	v->inner = v->ops;
	ops->load = worktree_load;
	v->ops = ops;
	v->name = "the work tree";
	return with_urls(r, v);
}

/* --- what a plan of HEAD leaves out --------------------------------------------------------------
 */

static int note_dirt(const char *path, unsigned flags, void *data)
{
	struct repo_dirt *dirt = data;

	if (flags == GIT_STATUS_CURRENT || flags & (GIT_STATUS_IGNORED | GIT_STATUS_WT_NEW))
		return 0;
	if (!dirt->count++)
		snprintf(dirt->path, sizeof(dirt->path), "%s", path);
	return 0;
}

/* "XY path\0", and for a rename its old path as one more. */
static int dirty_by_git(struct repo *r, struct repo_dirt *out, struct err *err)
{
	static const char *const argv[] = { "status", "--porcelain=v1", "-z",
					    "--untracked-files=no", NULL };
	struct process_result result SCOPED(process_result_release) = { 0 };
	const char *line, *end;

	if (git_succeed(r, argv, &result, ERR_IO, err) < 0)
		return -1;
	end = result.out.text + result.out.len;
	for (line = result.out.text; line < end && strlen(line) > 3; line += strlen(line) + 1) {
		if (!out->count++)
			snprintf(out->path, sizeof(out->path), "%s", line + 3);
		if (*line == 'R' || *line == 'C')
			line += strlen(line) + 1;
	}
	return 0;
}

static int dirty_by_git2(struct repo *r, struct repo_dirt *out)
{
	git_status_options options = GIT_STATUS_OPTIONS_INIT;

	options.show = GIT_STATUS_SHOW_INDEX_AND_WORKDIR;
	options.flags = GIT_STATUS_OPT_EXCLUDE_SUBMODULES;
	return git_status_foreach_ext(r->git2, &options, note_dirt, out);
}

/* Whether a file lies there as git saw it last, by what `stat` says; false: it takes a look. */
static bool is_untouched(int folder, const git_index_entry *e, const struct timespec *written)
{
	struct stat st;

	if (e->flags & GIT_INDEX_ENTRY_VALID || git_index_entry_stage(e) || e->flags_extended ||
	    fstatat(folder, e->path, &st, AT_SYMLINK_NOFOLLOW) < 0)
		return false;
	/* Written as late as the index, it may have been written once more. */
	if (st.st_mtim.tv_sec > written->tv_sec ||
	    (st.st_mtim.tv_sec == written->tv_sec && st.st_mtim.tv_nsec >= written->tv_nsec))
		return false;
	return e->mtime.seconds == (int32_t)st.st_mtim.tv_sec &&
	       e->mtime.nanoseconds == (uint32_t)st.st_mtim.tv_nsec &&
	       e->ctime.seconds == (int32_t)st.st_ctim.tv_sec &&
	       e->ctime.nanoseconds == (uint32_t)st.st_ctim.tv_nsec &&
	       e->ino == (uint32_t)st.st_ino && e->file_size == (uint32_t)st.st_size &&
	       (e->mode & S_IFMT) == (st.st_mode & S_IFMT) &&
	       (!S_ISREG(st.st_mode) || !(e->mode & S_IXUSR) == !(st.st_mode & S_IXUSR));
}

/* The files of a tree that the index has alike; -1: not all of them. Trees that are read stay. */
static ssize_t count_alike(struct repo *r, git_index *index, const char *tree_id, const char *dir)
{
	struct arena scratch SCOPED(arena_release) = ARENA_INIT;
	struct err ignored = ERR_INIT;
	const struct tree *tree;
	const git_index_entry *e;
	ssize_t all = 0, below;
	char id[GIT_OID_HEXSZ + 1];

	if (strlen(dir) > PATH_MAX || tree_read_beside(r, tree_id, &tree, &ignored) < 0)
		return -1;
	for (size_t i = 0; i < tree->count; i++) {
		const struct tree_entry *t = &tree->items[i];
		const char *path = arena_printf(&scratch, "%s%s", dir, t->name);

		if ((t->mode & MODE_TYPE) == MODE_TREE) {
			below = count_alike(r, index, t->id, arena_printf(&scratch, "%s/", path));
			if (below < 0)
				return -1;
			all += below;
			continue;
		}
		e = git_index_get_bypath(index, path, 0);
		if (!e || e->mode != t->mode ||
		    strcmp(git_oid_tostr(id, sizeof(id), &e->id), t->id))
			return -1;
		all++;
	}
	return all;
}

/* All trees, the last first: whoever plans reads them too, and from the first on. */
static void read_backwards(struct repo *r, const char *id, unsigned depth)
{
	struct err ignored = ERR_INIT;
	const struct tree *tree;

	if (depth > LIMIT_DEPTH || tree_read_beside(r, id, &tree, &ignored) < 0)
		return;
	for (size_t i = tree->count; i-- > 0;)
		if ((tree->items[i].mode & MODE_TYPE) == MODE_TREE)
			read_backwards(r, tree->items[i].id, depth + 1);
}

static bool open_index(struct repo *r, git_index **index, char tree[GIT_ID])
{
	struct err ignored = ERR_INIT;
	char id[GIT_OID_HEXSZ + 1];
	git_oid head;
	bool ok;

	lock_repo(r);
	ok = !git_repository_index(index, r->git2) &&
	     !git_reference_name_to_id(&head, r->git2, "HEAD") &&
	     !commit_tree(r, git_oid_tostr(id, sizeof(id), &head), tree, &ignored);
	unlock_repo(r);
	return ok;
}

/*
 * Whether nothing is changed, as the index and HEAD tell without reading any file, or any folder:
 * libgit2 reads every folder, for files that nobody asks about. false: it may be. The repository is
 * locked only while its objects are read, for others read it meanwhile.
 */
static bool is_surely_clean(struct repo *r)
{
	git_index *index = NULL;
	char tree[GIT_ID];
	struct stat st;
	bool clean;
	int folder;

	folder = open(r->work_tree, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	clean = folder >= 0 && open_index(r, &index, tree) && !stat(git_index_path(index), &st);
	if (clean)
		read_backwards(r, tree, 0);
	clean = clean && count_alike(r, index, tree, "") == (ssize_t)git_index_entrycount(index);
	for (size_t i = 0; clean && i < git_index_entrycount(index); i++) {
		const git_index_entry *e = git_index_get_byindex(index, i);

		clean = e->mode == GIT_FILEMODE_COMMIT || is_untouched(folder, e, &st.st_mtim);
	}
	git_index_free(index);
	if (folder >= 0)
		close(folder);
	return clean;
}

int repo_dirty(struct repo *r, struct repo_dirt *out, struct err *err)
{
	int rc = 0;

	*out = (struct repo_dirt){ 0 };
	if (!r->work_tree || (r->git2 && !r->sparse && is_surely_clean(r)))
		return 0;
	lock_repo(r);
	/* libgit2 1.5 takes what a sparse checkout leaves out for deleted. */
	if (!r->git2 || r->sparse || dirty_by_git2(r, out) < 0) {
		*out = (struct repo_dirt){ 0 };
		rc = dirty_by_git(r, out, err);
	}
	unlock_repo(r);
	return rc;
}

struct dirt_search {
	struct repo *repo;
	struct repo_dirt found;
	pthread_t thread;
	bool started;
};

static void *search_dirt(void *data)
{
	struct dirt_search *search = data;
	struct err ignored = ERR_INIT;

	repo_dirty(search->repo, &search->found, &ignored);
	return NULL;
}

struct dirt_search *repo_dirty_start(struct repo *r)
{
	struct dirt_search *search = calloc(1, sizeof(*search));

	if (!search)
		abort();
	search->repo = r;
	search->started = !pthread_create(&search->thread, NULL, search_dirt, search);
	if (!search->started)
		search_dirt(search);
	return search;
}

void repo_dirty_end(struct dirt_search *search, struct repo_dirt *out)
{
	if (search && search->started)
		pthread_join(search->thread, NULL);
	if (search && out)
		*out = search->found;
	free(search);
}
