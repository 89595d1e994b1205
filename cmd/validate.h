/*
 * validate: the two ways of `validate`: files as they lie on disk, and what a repository renders.
 */
#ifndef CMD_VALIDATE_H
#define CMD_VALIDATE_H
#include "base/options.h"
#include "validate/outside.h"

struct plan;
struct run;

struct validate_files {
	struct option_values files, against, crds, policies, skip, reject, ignored_names;
	struct outside outside; /* programs that the user names */
	const char *kubernetes_version;
	bool ignore_missing;
};

/* Validate the files and add what is found to `p`, which is finished then. */
int validate_files(struct run *run, const struct validate_files *what, struct plan *p,
		   struct err *err);

#endif
