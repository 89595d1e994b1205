/* files: the files of a view out of one fuzzed input; a line "=== NAME" starts another file. */
#ifndef TESTS_FUZZ_FILES_H
#define TESTS_FUZZ_FILES_H
#include <stddef.h>
#include "render/view.h"

/* Add them to a view of memory; what stands before the first such line is the file `first`. */
void add_files(struct view *v, const char *first, const char *text, size_t size);

#endif
