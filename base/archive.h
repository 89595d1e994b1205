/*
 * archive: the files of a .tar.gz in memory, the only place that knows libarchive.
 *
 * Archives come from strangers: sizes are bounded, and a bound that is hit is reported, not cut.
 * Names are as the archive has them; whoever uses them checks them.
 */
#ifndef BASE_ARCHIVE_H
#define BASE_ARCHIVE_H
#include <stdint.h>
#include "base/arena.h"

enum archive_result {
	ARCHIVE_FINE,
	ARCHIVE_NOT_GZIP,  /* it does not start as one */
	ARCHIVE_CUT_SHORT, /* it ends too early */
	ARCHIVE_BROKEN,	   /* anything else that can't be read */
	ARCHIVE_STOPPED,   /* the callback said so */
};

struct archive_file {
	const char *name;
	uint64_t size;	  /* as the header has it */
	const char *text; /* NULL until read */
	size_t len;
};

/*
 * Called for each file (folders are left out, links are empty files) before its bytes are read:
 * false ends the reading. Then called again with text set.
 */
typedef bool archive_fn(void *data, struct archive_file *file);

enum archive_result archive_read_gzip(struct arena *a, const char *text, size_t len, archive_fn *fn,
				      void *data);

/* What a gzip text holds, of at most `most` bytes, NUL-terminated in `a`; NULL: it is none. */
const char *archive_gunzip(struct arena *a, const char *text, size_t len, size_t most, size_t *out);

#endif
