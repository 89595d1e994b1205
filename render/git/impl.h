/*
 * impl: what the files of render/git share. The only header that includes git2.h.
 *
 * Functions here are called with the store's lock held; render/git/git.h's take it.
 */
#ifndef RENDER_GIT_IMPL_H
#define RENDER_GIT_IMPL_H
#include <git2.h>
#include <git2/sys/mempack.h>
#include <git2/sys/odb_backend.h>
#include <git2/sys/repository.h>
#include "base/process.h"
#include "render/git/git.h"
#include "render/view_impl.h"

enum { MODE_TREE = 0040000, MODE_LINK = 0120000, MODE_SUBMODULE = 0160000, MODE_TYPE = 0170000 };

struct tree_entry {
	const char *name; /* in a flat view: the whole path */
	unsigned mode;
	bool unmerged;
	const char *id;
};
struct tree { /* sorted bytewise by name */
	VEC(struct tree_entry);
};

struct repo {
	struct run *run;
	struct view_store *store; /* its arena is the repository's too */
	git_repository *git2;	  /* NULL: the user's git reads for us */
	git_odb *odb;
	const char *start; /* where the user's git is run */
	const char *git_dir, *common_dir, *work_tree;
	const char *source;    /* of origins; NULL: the repository that we are asked about */
	const char *temporary; /* a folder to remove at the end, or NULL */
	bool named;	       /* a folder was given: git's environment is about another one */
	bool shallow;
	bool sparse;	 /* the work tree leaves files out */
	bool promisor;	 /* missing objects may be had from a remote */
	size_t promised; /* how many were asked of it */
	struct { /* the trees of the commits that are read, and how many were fetched ahead */
		VEC(const char *);
	} commits;
	size_t fetched_ahead;
	bool merging;	      /* the object database has a part in memory */
	struct process batch; /* git cat-file --batch */
	struct buf said;      /* what it has said and we have not yet taken */
	size_t taken;
	struct map trees;	 /* id → struct tree */
	struct pack *kept;	 /* trees of former runs, for the thread that plans; NULL */
	struct map merged;	 /* id → struct object_text: what merge_trees made */
	const char *const *urls; /* of its remotes, ended by NULL; NULL: not asked for yet */
};

enum object_type { OBJECT_COMMIT, OBJECT_TREE, OBJECT_BLOB, OBJECT_OTHER };
struct object_text {
	enum object_type type;
	const char *text; /* NUL-terminated, in the store's arena */
	size_t len;
};

/* Run the user's git; `argv` starts after "git". `result` is to be released in either case. */
int git_run(struct repo *r, const char *const *argv, struct process_result *result,
	    struct err *err);
/* The same; where git fails, what it said is raised as `code`. */
int git_succeed(struct repo *r, const char *const *argv, struct process_result *result,
		enum err_code code, struct err *err);
/* The first line that it prints, in the store's arena; NULL when its status is not 0 (err is
 * filled). */
const char *git_line(struct repo *r, const char *const *argv, struct err *err);
/* What names a repository to git; another repository than that is read without them. */
#define GIT_ENVIRONMENT_UNSET                                                                      \
	"GIT_DIR", "GIT_WORK_TREE", "GIT_COMMON_DIR", "GIT_INDEX_FILE", "GIT_OBJECT_DIRECTORY",    \
		"GIT_ALTERNATE_OBJECT_DIRECTORIES", "GIT_QUARANTINE_PATH", "GIT_PREFIX",           \
		"GIT_NAMESPACE"

void git_remove_folder(const char *folder);
/* What the user's git gets in its environment. */
const char *const *git_environment(const struct repo *r);
/* Fill err from libgit2's last error. */
int git2_error(struct err *err, enum err_code code, const char *what);

int object_read(struct repo *r, const char *id, struct object_text *out, struct err *err);
/* The same through git cat-file; ERR_NOT_FOUND when it has none. */
int batch_read(struct repo *r, const char *id, struct object_text *out, struct err *err);
void batch_stop(struct repo *r);
/* Let libgit2 find in `odb` what the remote of a partial clone has. */
int promisor_attach(struct repo *r, git_odb *odb, struct err *err);

/* A commit's tree. */
int commit_tree(struct repo *r, const char *id, char tree[GIT_ID], struct err *err);
int tree_read(struct repo *r, const char *id, const struct tree **out, struct err *err);
/* The same for a thread that does not hold the lock: others have it while the object is read. */
int tree_read_beside(struct repo *r, const char *id, const struct tree **out, struct err *err);
void tree_sort(struct tree *tree);
void entry_from_tree(struct view_entry *out, const struct tree_entry *e);
/* -1 for what stands in git for a file that is elsewhere or encrypted (LFS, git-crypt). */
int content_is_readable(const char *text, size_t len, struct pos pos, struct err *err);
/* A blob's text for a view: with an error where it only stands for the content. */
int blob_load(struct repo *r, const char *path, const char *id, const char **text, size_t *len,
	      struct err *err);
/* Why a path that a commit or the index lacks can't be read; 0 when there is nothing to say. */
int explain_missing(struct repo *r, struct view *v, const char *path,
		    const struct view_entry *entry, struct err *err);
/*
 * Merge commits[1] and commits[2], whose merge base is commits[0], into entries whose names are
 * whole paths. What conflicts is in `conflicts` (in `a`), and not in `out`.
 */
int merge_trees(struct repo *r, const char *const commits[3], struct arena *a, struct tree *out,
		struct repo_ids *conflicts, struct err *err);
/* A view over entries whose names are whole paths. `tree` lives in the store's arena. */
struct view *flat_view(struct repo *r, const struct tree *tree, const char *name);
/* Tell a view which remotes the repository has. */
struct view *with_urls(struct repo *r, struct view *v);
/* The entries of a libgit2 index. */
void tree_from_index(struct repo *r, git_index *index, struct tree *out);

static inline void lock_repo(struct repo *r)
{
	pthread_mutex_lock(&r->store->lock);
}
static inline void unlock_repo(struct repo *r)
{
	pthread_mutex_unlock(&r->store->lock);
}

#endif
