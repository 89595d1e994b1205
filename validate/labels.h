/*
 * labels: a label selector as kubectl's -l takes it: a=b, a==b, a!=b, a in (b, c), a notin (b, c),
 * a, !a, joined by commas.
 */
#ifndef VALIDATE_LABELS_H
#define VALIDATE_LABELS_H
#include "base/err.h"
#include "base/node.h"
#include "base/vec.h"

enum label_operator { LABEL_IN, LABEL_NOT_IN, LABEL_EXISTS, LABEL_NOT_EXISTS };

struct label_requirement {
	const char *key;
	enum label_operator operator;
	struct {
		VEC(const char *);
	} values;
};
struct label_selector {
	const char *text; /* as it was given */
	VEC(struct label_requirement);
};

/* Read a selector into `out`, in `a`; an empty one selects everything. */
int label_selector_parse(struct arena *a, const char *text, struct label_selector *out,
			 struct err *err);
/* Whether it selects an object, by its metadata.labels. */
bool label_selector_matches(const struct label_selector *s, const struct node *object);

#endif
