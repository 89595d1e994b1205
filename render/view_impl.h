/*
 * view_impl: what an implementation of a view provides, and what the common part gives it.
 *
 * Included by render/view*.c, render/read_set.c (which keeps answers beside it) and render/git/
 * alone. An implementation answers for physical paths: it follows no symlink, neither at the path's
 * end nor on the way. The common part does that, once for all of them, and remembers each answer.
 * All calls are made under the store's lock.
 */
#ifndef RENDER_VIEW_IMPL_H
#define RENDER_VIEW_IMPL_H
#include <pthread.h>
#include "base/map.h"
#include "render/view.h"

/* What stands at a physical path. A link has link set, and kind VIEW_FILE. */
struct view_entry {
	const char *name; /* set in listings */
	enum view_kind kind;
	bool link;
	char id[65];	  /* the object id, "" where there is none */
	origin_id origin; /* load: of the text, where it was made and has one; 0: as a file's */
};
struct view_entries {
	VEC(struct view_entry);
};

/* Texts and origins by object id: views of one repository share one, so a blob is read once. */
struct view_store {
	pthread_mutex_t lock;
	struct run *run;
	struct arena arena;
	struct map blobs; /* "id path" → struct blob */
};

struct view_ops {
	/* Fill `out`; VIEW_ABSENT is no failure. */
	int (*look)(struct view *v, const char *path, struct view_entry *out, struct err *err);
	/*
	 * The bytes of a file, or a link's target, NUL-terminated, in the store's arena. May give
	 * the entry an id.
	 */
	int (*load)(struct view *v, const char *path, struct view_entry *entry, const char **text,
		    size_t *len, struct err *err);
	/* The entries of a directory, in any order; names in `a`. */
	int (*list)(struct view *v, struct arena *a, const char *path, struct view_entries *out,
		    struct err *err);
	bool lists_whole; /* a file in a listing has no more to it than its name */
	/*
	 * Say in `err` why nothing can be read at a path where look found nothing (or a submodule).
	 * May be NULL, or return 0 for "nothing special".
	 */
	int (*explain)(struct view *v, const char *path, const struct view_entry *entry,
		       struct err *err);
	/* Release what is the implementation's own. May be NULL. */
	void (*free)(struct view *v);
};

struct view {
	const struct view_ops *ops;
	const struct view_ops *inner; /* for ops that do a little more than others */
	struct view_store *store;
	bool own_store;
	const char *name;	 /* for messages */
	const char *source;	 /* of origins; NULL: this repository */
	const char *commit;	 /* that it shows; NULL: none, or one that is yet to be */
	const char *root;	 /* absolute path on disk that links may name, or NULL */
	const char *const *urls; /* of the repository's remotes, ended by NULL; NULL: it has none */
	struct map answers;	 /* asked path → struct view_answer */
	void *data;		 /* the implementation's */
	struct view *of;	 /* a recording view: the one that it asks */
	struct read_set *set;
	struct map held;	/* path → struct answers, of read_set.c: what was asked again */
	struct map held_groups; /* the id of a read_group → whether it holds */
	void (*after)(void *data); /* called when the view is freed */
	void *after_data;
};

struct view_store *view_store_new(struct run *run);
void view_store_free(struct view_store *s);
/* A view; with `store` NULL it gets one of its own. `name` and `source` are copied. */
struct view *view_new(struct run *run, struct view_store *store, const struct view_ops *ops,
		      const char *name, const char *source);
/* The store's arena, for what lives as long as the view. */
struct arena *view_arena(struct view *v);

#endif
