/*
 * pack: many small texts under keys in one file of the cache, for one repository and one program.
 *
 * What a run adds is appended, with a new index of all, so that a plan costs a few reads and one
 * write. Every text has its sum in the index and the index has a digest: a file that was cut,
 * changed or written by another program is as if it were empty. Nothing here is a failure: what
 * can't be kept is made again. For one thread.
 */
#ifndef RENDER_PACK_H
#define RENDER_PACK_H
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "base/arena.h"

struct pack;

/* The pack in `file` (NULL: one that keeps nothing), which need not be there. Memory of `a`. */
struct pack *pack_open(struct arena *a, const char *file);
/* The text that was kept under a key, in the pack's arena; NULL: there is none that is sound. */
const char *pack_get(struct pack *p, const char *key, size_t *len);
/*
 * The same for a text that may be broken: before anything is made of it, pack_text_is_sound says,
 * in any thread. false: there is none.
 */
struct pack_text {
	const char *bytes;
	size_t len;
	uint64_t sum;
};
bool pack_find(struct pack *p, const char *key, struct pack_text *out);
bool pack_text_is_sound(const struct pack_text *t);
/* How long ago it was kept, in no unit but the greater the later; 0: there is none. */
uint64_t pack_age(struct pack *p, const char *key);
/* Keep a text, which is copied, in the place of what the key had. */
void pack_put(struct pack *p, const char *key, const char *text, size_t len);
/* Write what was put, unless another process is writing, and let go of the file. */
void pack_close(struct pack *p);
/* Let go of the file and write nothing: what it holds turned out to be broken. */
void pack_drop(struct pack *p);

#endif
