/*
 * documents: what the YAML files of a commit hold, read once for both sides of a plan and kept for
 * the next run: most files are the same in the next commit.
 *
 * A file is known by its object id and its path, which its nodes' origins name.
 */
#ifndef RENDER_DOCUMENTS_H
#define RENDER_DOCUMENTS_H
#include "render/cache.h"

struct documents;
struct pack;
struct documents *documents_new(struct run *run, struct arena *a, struct pack *pack);

/* Why a file is read. */
enum documents_use {
	DOCUMENTS_ENGINES, /* all its documents, where its text is worth reading at all */
	DOCUMENTS_ONE,	   /* the one document that it must hold */
};
/*
 * The trees of a file's documents (NULL: an empty one); of one that is not YAML, none, for whoever
 * renders it says so. `wanted` looks at the text first (NULL: any is wanted). false: the file can't
 * be had. With `d` NULL it is read, and that is all.
 */
typedef bool documents_wanted_fn(const char *text, size_t len);
bool documents_read(struct documents *d, struct run *run, struct arena *a, struct view *v,
		    const char *path, enum documents_use use, documents_wanted_fn *wanted,
		    struct trees *out);

#endif
