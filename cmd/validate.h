/*
 * validate: the two ways of `validate`: files as they lie on disk, and what a repository renders.
 */
#ifndef CMD_VALIDATE_H
#define CMD_VALIDATE_H
#include "base/options.h"
#include "validate/outside.h"
#include "validate/plan.h"

struct validate_files {
	struct option_values files, against, crds, policies, skip, reject, ignored_names;
	struct outside outside; /* programs that the user names */
	const char *kubernetes_version;
	bool ignore_missing;
};

/* What the same options say of a repository: read once, for all of its apps. */
struct validate_objects {
	VEC(const struct object *);
};
struct validate_inputs {
	struct validate_objects crds, before, policies; /* of --crds, --against and --policies */
	const struct option_values *skip, *reject;
	struct outside outside;
	bool ignore_missing;
};
int validate_inputs_read(struct run *run, struct arena *a, const struct validate_files *what,
			 struct validate_inputs *out, struct err *err);
/* Whether --skip leaves the object's kind out. */
bool validate_is_skipped(struct arena *a, const struct option_values *skip, const struct object *o);
/* A finding where --reject names the object's kind. */
void validate_rejected(const struct option_values *reject, const struct object *o,
		       struct findings *out);

/* Validate the files and add what is found to `p`, which is finished then. */
int validate_files(struct run *run, const struct validate_files *what, struct plan *p,
		   struct err *err);

#endif
