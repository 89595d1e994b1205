/*
 * files: the manifests that -f names: files, folders and below, globs, standard input.
 *
 * They are read from disk as they are, one at a time, with no view and no repository: a file is
 * handed over and forgotten, so that memory stays flat over any number of them.
 */
#ifndef CMD_FILES_H
#define CMD_FILES_H
#include "base/options.h"
#include "base/run.h"

#define STDIN_NAME "stdin" /* what standard input is called in messages */

/*
 * Called for each file, in the order of the command line and bytewise within a folder. The text is
 * gone when it returns. -1 stops the walk.
 */
typedef int file_fn(void *data, const char *name, const char *text, size_t len, struct err *err);

/*
 * Walk one -f argument. "-" is standard input. In folders, only .yaml, .yml and .json files count,
 * and names that start with a dot are left out. ERR_NOT_FOUND when a named path is not there.
 */
int files_walk(struct run *run, const char *path, file_fn *fn, void *data, struct err *err);

#endif
