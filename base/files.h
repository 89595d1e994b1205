/*
 * files: the user's cache folder, and writes that happen whole or not at all.
 *
 * A cache that is absent or read-only is no failure anywhere: what can't be kept is made again.
 */
#ifndef BASE_FILES_H
#define BASE_FILES_H
#include "base/arena.h"
#include "base/buf.h"
#include "base/err.h"

/*
 * The folder `name` below $XDG_CACHE_HOME/kubectl-gitops (or ~/.cache/…), made when it is missing,
 * for the user alone. NULL when there can be none. In `a`.
 */
const char *cache_folder(struct arena *a, const char *name);
/* Write a file under a name of its own and rename it into place. */
int file_write(const char *path, const char *text, size_t len, struct err *err);
/* Add a whole file to `out`; ERR_LIMIT when it is larger than `out` takes. */
int file_read(const char *path, struct buf *out, struct err *err);

#endif
