/* files: the files of a view out of one fuzzed input; a line "=== NAME" starts another file. */
#ifndef TESTS_FUZZ_FILES_H
#define TESTS_FUZZ_FILES_H
#include <stddef.h>
#include <stdint.h>
#include "render/view.h"

/* A file that lies beside those of the input. */
struct fuzz_file {
	const char *path, *text;
};
/*
 * Run `render` over a view of memory of both, offline; what stands before the first such line is
 * the file `first`. Always 0, for a fuzz target to return.
 */
int fuzz_files(const uint8_t *data, size_t size, const char *first, const struct fuzz_file *beside,
	       size_t count, void (*render)(struct run *run, struct view *v));

#endif
