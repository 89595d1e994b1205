/*
 * outside: programs of the user's own that judge objects beside us: Rego through conftest, and
 * functions that take a KRM ResourceList.
 *
 * They run only because the command line or the user's own git configuration names them; nothing
 * that a repository says gets here, and neither the working folder nor a configuration file of the
 * repository is seen by them. Run by argument vector, with a time limit; what they answer becomes
 * findings at the lines of the objects. What a function changes in the objects is not taken over.
 */
#ifndef VALIDATE_OUTSIDE_H
#define VALIDATE_OUTSIDE_H
#include "base/options.h"
#include "validate/validate.h"

struct outside {
	struct option_values conftest;	/* folders or files of Rego */
	struct option_values functions; /* PROGRAM or PROGRAM,CONFIG-FILE */
};
struct outside_objects {
	VEC(const struct object *);
};

bool outside_any(const struct outside *o);
/*
 * Have all of them judge the objects, as policy/conftest and policy/function. -1 when a program
 * could not be run or said nothing that can be read: then nothing is decided.
 */
int outside_check(struct run *run, struct arena *a, const struct outside *o,
		  const struct outside_objects *objects, struct findings *out, struct err *err);

#endif
