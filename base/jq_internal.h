/*
 * jq_internal: an expression of jq's as it is read (jq_read.c) and evaluated (jq.c, jq_calls.c,
 * jq_order.c).
 */
#ifndef BASE_JQ_INTERNAL_H
#define BASE_JQ_INTERNAL_H
#include "base/jq.h"

enum jq_op {
	JQ_SELF,
	JQ_DESCEND, /* `..` */
	JQ_INDEX,   /* left[right] */
	JQ_EACH,    /* left[] */
	JQ_LITERAL,
	JQ_PIPE,
	JQ_COMMA,
	JQ_EITHER, /* left // right */
	JQ_OR,
	JQ_AND,
	JQ_COMPARE,
	JQ_CALL,  /* name(left; right) */
	JQ_TRY,	  /* left? */
	JQ_IF,	  /* if left then right else other end */
	JQ_ARRAY, /* [left] */
	JQ_VARIABLE,
	JQ_AS /* left as $name | right */
};

enum jq_order { JQ_EQ, JQ_NE, JQ_LT, JQ_LE, JQ_GT, JQ_GE };

struct jq {
	enum jq_op op;
	enum jq_order order; /* of a comparison */
	const struct jq *left, *right, *other;
	const struct node *value; /* of a literal */
	const char *name;	  /* of a variable */
	const struct jq_call *call;
};

/* One step to a place; steps share the way that they have in common. */
struct jq_step {
	const struct jq_step *up; /* NULL: the root */
	const char *key;	  /* NULL: an entry of a list */
	uint32_t index;
};

struct jq_item {
	const struct node *value;    /* NULL: null, for nothing is there */
	const struct jq_step *place; /* of the root too; NULL: it was made, it stands nowhere */
};

struct jq_variable {
	const struct jq_variable *up;
	const char *name;
	const struct node *value;
};

struct jq_run {
	struct arena *a;
	unsigned steps, depth;
	bool spent; /* a bound was hit, which no `?` mends */
	const struct jq_variable *variables;
};

/* What becomes of each result; -1 ends the evaluation. */
typedef int jq_emit(struct jq_run *r, void *data, struct jq_item item);

/* A function: `name` with so many arguments. */
struct jq_call {
	const char *name;
	unsigned count;
	int (*run)(struct jq_run *r, const struct jq *q, struct jq_item in, jq_emit *emit,
		   void *data);
};
/* NULL: there is none. */
const struct jq_call *jq_call_named(const char *name, size_t len, unsigned count);

/* Each result of `q` for `in`; -1: it failed, or `emit` did. */
int jq_eval(struct jq_run *r, const struct jq *q, struct jq_item in, jq_emit *emit, void *data);
/* The item and all below it. */
int jq_descend(struct jq_run *r, struct jq_item in, jq_emit *emit, void *data);
/* Each entry of a list or mapping. */
int jq_each(struct jq_run *r, struct jq_item in, jq_emit *emit, void *data);
/* Behind the list's last. */
void jq_append(struct jq_run *r, struct node *list, struct jq_item item);
/* All but null and false. */
bool jq_true(const struct node *n);
/* Where its kind stands in that order, from 0 on. */
int jq_rank(const struct node *n);
/* Before, alike, behind in jq's order of all values. */
int jq_compare(const struct node *a, const struct node *b);

#endif
