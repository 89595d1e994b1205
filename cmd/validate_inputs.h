/*
 * validate_inputs: what the options of `validate` name besides the manifests, read once for all
 * that a repository renders, and the kinds of objects that they leave out or refuse.
 */
#ifndef CMD_VALIDATE_INPUTS_H
#define CMD_VALIDATE_INPUTS_H
#include "cmd/validate.h"
#include "validate/validate.h"

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
/* Whether a text may define custom resources. */
bool validate_mentions_crd(const char *text, size_t len);

#endif
