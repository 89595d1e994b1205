/*
 * apply_flags: how what no engine owns is applied, in kubectl apply's own flags: the owner that
 * plan and status give such objects.
 */
#ifndef CMD_APPLY_FLAGS_H
#define CMD_APPLY_FLAGS_H
#include "base/options.h"
#include "base/run.h"
#include "validate/labels.h"
#include "validate/owner.h"

struct apply_flags {
	const char *owner, *applyset, *selector;
	struct option_values allowlist;
	bool prune, force;
};
/* The words of --owner, NULL-ended. */
extern const char *const owner_choices[];
extern const struct option apply_flag_rows[];
enum { APPLY_FLAGS = 6 };

/*
 * The owner that the flags describe, NULL when they describe none; the selector of -l into
 * `select`, which is empty without one.
 */
int apply_flags_owner(struct run *run, const struct apply_flags *f, const char *ns,
		      const struct owner **out, struct label_selector *select, struct err *err);

#endif
