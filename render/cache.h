/*
 * cache: what an app asked of its view, and the rendered texts kept under those questions.
 *
 * A read set is the list of questions that one render put to a recording view, with the answers.
 * Where another view gives the same answers, the same render gives the same result: so an app is
 * rendered once when base and head agree, and not at all when a former run kept its result. What is
 * kept are groups: the questions about one directory, which many apps share as they share charts,
 * and which need not be asked at all where the directory is the same tree of git.
 */
#ifndef RENDER_CACHE_H
#define RENDER_CACHE_H
#include "base/map.h"
#include "render/render.h"

struct read_question {
	char verb; /* 'r'ead, 'k'ind, 'l'ist, 'p'hysical path, 'b'roken link */
	const char *path;
	const char *answer;
};
struct read_group {
	const char *id;	  /* the digest of its text: 32 digits */
	const char *dir;  /* what its questions are about */
	const char *tree; /* with this id, git's, all answers are as they were; "" unknown */
	VEC(struct read_question);
};
struct read_set {
	struct arena *arena;
	struct map seen; /* verb + path */
	VEC(struct read_question);
	struct {
		VEC(const struct read_group *);
	} groups; /* of a former run */
};

void read_set_init(struct read_set *set, struct arena *a);
/* The view's own: each writes one question down, once. NULL is a question that failed. */
void read_set_add_read(struct read_set *set, const char *path, const struct blob *blob);
void read_set_add_kind(struct read_set *set, const char *path, enum view_kind kind);
void read_set_add_list(struct read_set *set, const char *path, const struct view_items *items);
void read_set_add_real(struct read_set *set, const char *path, const char *real);
void read_set_add_link(struct read_set *set, const char *path, const char *target);
/* Whether `v` answers every question as it was answered. Reads no file that has an object id. */
bool read_set_holds(const struct read_set *set, struct view *v);

/* A group as it is kept. */
struct read_text {
	char id[33];
	struct buf text; /* the caller's to release */
};
struct read_texts {
	VEC(struct read_text);
};
/* The questions that `v` was asked, by directory; false: they can't be kept. */
bool read_set_write(const struct read_set *set, struct arena *a, struct view *v,
		    struct read_texts *out);
/* A kept group, which keeps `text`; NULL when it is none. */
struct read_group *read_group_read(struct arena *a, const char *id, const char *text, size_t len);

/* --- rendered apps, kept for the next run
 * ---------------------------------------------------------- */

struct cache;
struct pack;
/* What is kept for a repository by this very program; never NULL. */
struct cache *cache_open(struct run *run, struct arena *a, const char *repository);
/* Write what was stored; at times, take away what nobody asked for in a while. */
void cache_close(struct cache *c);
/*
 * Wait until all that was loaded is there, and found to be sound; false: something is not, as the
 * file is broken: it is taken away.
 */
bool cache_settle(struct cache *c);
/* The file behind it, for what else may be kept of the repository. */
struct pack *cache_pack(struct cache *c);

/*
 * What a kept render depends on beside its view, in `a`: the app, its options. NULL when it depends
 * on more (a cluster's answers, real randomness).
 */
struct app;
const char *cache_key(struct run *run, struct arena *a, const struct app *app,
		      const struct render_options *options);
/*
 * What a former run kept under `key`, whose questions `v` answers alike: fills `out` and `asked`
 * and returns true. Objects that no engine learns from are there when cache_settle says so.
 * Anything that is wrong with the file makes it false. Memory of `a`, and of the cache's.
 */
bool cache_load(struct cache *c, struct arena *a, struct view *v, const char *key,
		struct rendered *out, struct read_set *asked);
/* Keep a render of `v`; whether it was: a cache that can't be written is no failure. */
bool cache_store(struct cache *c, struct view *v, const char *key, struct rendered *r,
		 const struct read_set *asked);

/* What a value is and where it, and what it came through, stands: 32 digits, equal only for equals.
 */
const char *cache_digest(struct run *run, struct arena *a, const struct node *n);

/* Trees that another thread reads. */
struct thawing *thawing_new(struct run *run, struct arena *a);
/* Find out there whether a text is sound, of which something was made already. */
struct pack_text;
void thawing_check(struct thawing *t, const struct pack_text *text);
/* Wait until all are there, in `a`; false: one was not what freeze writes. Then more may come. */
bool thawing_settle(struct thawing *t, struct arena *a);

/* The trees of a render with their origins as bytes; false when they are too many. */
bool freeze(struct run *run, const struct rendered *r, struct buf *out);
/*
 * The other way; false when the bytes, which stay, are not what freeze writes. What nobody learns
 * from is left to `later`, where that is not NULL.
 */
struct thawing;
bool thaw(struct run *run, struct arena *a, const char *bytes, size_t len, struct rendered *out,
	  struct thawing *later);
/* The same for trees alone; NULL is one too. */
struct trees {
	VEC(const struct node *);
};
bool freeze_trees(struct run *run, const struct trees *trees, struct buf *out);
bool thaw_trees(struct run *run, struct arena *a, const char *bytes, size_t len, struct trees *out);

#endif
