/*
 * jq: the part of jq's language that names places in a tree, as `del(EXPRESSION)` takes them out.
 *
 * Paths (keys, indexes, `[]`, `..`, `?`), pipes, commas, `//`, if, variables, and in conditions
 * comparisons, and, or, not, any, all, has, test and other tests of texts: as gojq gives them,
 * texts matched by base/regex. What can loop, or asks for more than its input (def, reduce, env,
 * input, import), and arithmetic are refused by name. An evaluation is bounded by LIMIT_JQ_STEPS,
 * which is why this is no jq library: those have no bounds.
 */
#ifndef BASE_JQ_H
#define BASE_JQ_H
#include "base/err.h"
#include "base/node.h"
#include "base/vec.h"

struct jq;
struct jq_paths {
	VEC(const char *); /* JSON pointers */
};

/* Read an expression; it belongs to `a`. NULL and ERR_INPUT or ERR_UNSUPPORTED. `err` may be NULL.
 */
const struct jq *jq_read(struct arena *a, const char *text, struct err *err);
/*
 * The places of `tree` that it names and that are there, in `a`. False: it fails on this tree, or
 * names what is no place below it; nothing is taken out then.
 */
bool jq_find(struct arena *a, const struct jq *q, const struct node *tree, struct jq_paths *out);
/* Take them out; `tree` is the caller's own. False as with jq_find. */
bool jq_delete(const struct jq *q, struct node *tree);

#endif
