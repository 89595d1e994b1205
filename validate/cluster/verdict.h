/*
 * verdict: what an answer of the API server means for an object.
 *
 * A refusal becomes findings at the lines that cause it. What says nothing about the object (a lost
 * connection, a webhook that fails) is undecided, never a pass and never a refusal.
 */
#ifndef VALIDATE_CLUSTER_VERDICT_H
#define VALIDATE_CLUSTER_VERDICT_H
#include "validate/cluster/internal.h"
#include "validate/validate.h"

/* One answer, read. */
struct answer {
	int status;	   /* 0: none */
	const char *error; /* why there is none */
	struct node *body; /* NULL: no JSON */
	struct {
		VEC(const char *);
	} warnings;
};
/* Read a response into `out`; all in `a`. */
void answer_read(struct arena *a, struct http_response *response, struct answer *out);

enum verdict_kind {
	VERDICT_ACCEPTED,
	VERDICT_REFUSED,   /* findings say why */
	VERDICT_IMMUTABLE, /* refused, and only because a field can't be changed in place */
	VERDICT_CONFLICT,  /* another manager owns fields; findings say which */
	VERDICT_CHANGED,   /* the object changed meanwhile: ask again */
	VERDICT_NO_NAMESPACE,
	VERDICT_NO_KIND,
	VERDICT_FORBIDDEN,  /* a verb is missing, or admission refused: a review tells */
	VERDICT_NO_DRY_RUN, /* a webhook can't dry-run */
	VERDICT_GROUP_DOWN, /* the server behind an APIService does not answer */
	VERDICT_UNDECIDED,
};

struct said {
	enum severity severity;
	const char *rule, *path, *message;
	origin_id origin;
};
struct verdict {
	enum verdict_kind kind;
	const char *reason; /* one line */
	const char *verb; /* of FORBIDDEN: the one that is missing by its words; NULL: admission */
	VEC(struct said);
};

/* `root` is the object that was sent; all in `a`. Warnings of an accepted answer are findings too.
 */
void verdict_read(struct arena *a, const struct answer *answer, const struct node *root,
		  struct verdict *out);

#endif
