/*
 * check_flags: what is judged with besides the API server's own rules: definitions, policies, and
 * programs of the user, in the same words for validate, plan and gate.
 */
#ifndef CMD_CHECK_FLAGS_H
#define CMD_CHECK_FLAGS_H
#include "cmd/validate_inputs.h"

struct repo;

/* Rows whose offsets are in struct validate_files. */
extern const struct option check_flag_rows[];
enum { CHECK_FLAGS = 4 };

/* Read what the flags name; *out is left NULL where they name nothing. */
int check_flags_read(struct run *run, const struct validate_files *flags,
		     const struct validate_inputs **out, struct err *err);
/*
 * The programs that the flags name, else those of the user's git configuration: gitops.conftest and
 * gitops.krmFunction. `inputs` and `repo` may be NULL.
 */
struct outside check_flags_outside(struct run *run, const struct validate_inputs *inputs,
				   struct repo *repo);

#endif
