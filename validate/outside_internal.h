/*
 * outside_internal: one judgement by programs of the user, shared by the files of outside.
 */
#ifndef VALIDATE_OUTSIDE_INTERNAL_H
#define VALIDATE_OUTSIDE_INTERNAL_H
#include "validate/outside.h"

enum { OUTSIDE_TIMEOUT_MS = 120000 };

struct outside_turn {
	struct run *run;
	struct arena *arena;
	const struct outside_objects *objects;
	struct findings *out;
};

/* A path of the user's, which still leads there from another working folder. */
const char *outside_absolute(struct arena *a, const char *path);
/* The object that a file "000012.json" was made of; NULL for any other name. */
const struct object *outside_object_of(const struct outside_turn *t, const char *file);
/* A finding at a path in the API server's words, "" for the object; `o` may be NULL. */
void outside_report(struct outside_turn *t, enum severity severity, const char *rule,
		    const struct object *o, const char *path, const char *message);

/* outside_conftest.c, outside_function.c */
int outside_conftest(struct outside_turn *t, const struct option_values *policies, struct err *err);
int outside_function(struct outside_turn *t, const char *named, struct err *err);

#endif
