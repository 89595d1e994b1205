/* types: signatures read, and types that are compared and unified. */
#ifndef VALIDATE_CEL_TYPES_H
#define VALIDATE_CEL_TYPES_H
#include "validate/cel/cel.h"

/* The type of one signature code; moves *at. Parameters are numbered 0 (A) and 1 (B). */
const struct cel_type *cel_signature_type(struct arena *a, const char **at);
bool cel_type_equal(const struct cel_type *a, const struct cel_type *b);

/* What the parameters of a signature stand for. */
struct cel_substitution {
	const struct cel_type *of[2]; /* of the parameters A and B */
};
/* A type that is not known yet, such as an empty list's element; dyn where nothing tells more. */
extern const struct cel_type cel_free;
bool cel_is_free(const struct cel_type *t);
bool cel_is_dyn(const struct cel_type *t);
/* Whether a value of type `from` may stand where `to` is asked for. */
bool cel_assignable(const struct cel_type *to, const struct cel_type *from,
		    struct cel_substitution *b);
/* A result type with its parameters put in. */
const struct cel_type *cel_resolve(struct arena *a, const struct cel_type *t,
				   const struct cel_substitution *b);
/* Of two types that fit each other the one that says less. */
const struct cel_type *cel_general(const struct cel_type *x, const struct cel_type *y);
/* The same type: dyn is none but dyn. */
bool cel_equivalent(const struct cel_type *x, const struct cel_type *y);

#endif
