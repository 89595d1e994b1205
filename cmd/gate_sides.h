/*
 * gate_sides: which two states a gate compares. The merge result with the target's tip: the forge's
 * own merge commit where it is here, else one made in memory; a head that cannot be merged here is
 * compared with the merge base. What a push adds with what was there before.
 */
#ifndef CMD_GATE_SIDES_H
#define CMD_GATE_SIDES_H
#include "cmd/ci.h"
#include "cmd/sides.h"

struct gate_flags {
	const char *base, *head,
		*target; /* --base, --head, --target: they win over the CI's variables */
};

struct gate_sides {
	struct sides sides;
	struct repo_ids conflicts; /* head and target do not merge: then sides has no views */
	const char *conflict;	   /* in words; NULL: there is none */
};

/* Fill `out`; on success close it with sides_close(&out->sides). */
int gate_sides_open(struct run *run, const struct ci_request *request,
		    const struct gate_flags *flags, struct gate_sides *out, struct err *err);

#endif
