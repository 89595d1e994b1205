/*
 * jsonschema_check: a value that is being checked, and what is wrong with it.
 *
 * jsonschema_check.c goes from schema to schema; keywords are in jsonschema_scalar.c, _collection.c
 * and _combine.c; jsonschema_fault.c has the texts. A check that is asked only whether the value is
 * right makes faults without texts.
 */
#ifndef BASE_JSONSCHEMA_CHECK_H
#define BASE_JSONSCHEMA_CHECK_H
#include "base/jsonschema_internal.h"

/* What is wrong at one place, with what is wrong for it. */
struct fault;
struct faults {
	VEC(struct fault *);
};
struct fault {
	const char *at; /* the value's JSON pointer */
	const char *text;
	origin_id origin; /* the value's */
	bool group;	  /* several at one schema: "validation failed" */
	bool reference;	  /* through a $ref */
	struct faults causes;
};

/* A token of the path to a value. */
struct place {
	const struct place *above;
	const char *token;
};

/* The schemas on the way to this one; `value` counts the steps into values. */
struct scope {
	const struct scope *parent;
	const struct schema *schema;
	unsigned value;
};

/* Entries of the value that no keyword has looked at. */
struct unseen {
	bool *left; /* by index; NULL: nobody asks */
	uint32_t count;
};

struct checker {
	struct arena *arena;
	unsigned depth;
};

struct check {
	struct checker *c;
	const struct schema *schema;
	const struct node *value;
	const struct place *place;
	struct scope scope;
	struct unseen unseen;
	struct faults faults;
	bool only_whether; /* nobody reads the texts */
};

/* ---- going on (jsonschema_check.c): NULL when all is well ---- */

struct fault *jsonschema_run(struct check *k);
/* The same value by another schema; what that saw is seen. */
struct fault *jsonschema_check_self(struct check *k, const struct schema *s, bool only_whether);
/* A value below, found by `token`. */
struct fault *jsonschema_check_child(struct check *k, const struct schema *s,
				     const struct node *value, const char *token);
struct fault *jsonschema_check_item(struct check *k, const struct schema *s, uint32_t i);
struct fault *jsonschema_check_reference(struct check *k, const struct schema *s);
/* Entry `i` was looked at. */
void jsonschema_see(struct unseen *u, uint32_t i);

/* ---- keywords: what is wrong is added to `k` ---- */

/* type, const, enum and format, of which the first that fails counts. */
struct fault *jsonschema_check_any(struct check *k);
void jsonschema_check_string(struct check *k);
void jsonschema_check_number(struct check *k);
bool jsonschema_is_number(const struct node *n);
void jsonschema_check_object(struct check *k);
void jsonschema_check_array(struct check *k);
/* A minimum and a maximum of something that is counted; negative: none. */
void jsonschema_check_count(struct check *k, const char *word, long got, long min, long max);
void jsonschema_check_combinations(struct check *k);
void jsonschema_check_dynamic_references(struct check *k);
void jsonschema_check_unevaluated(struct check *k);

/* ---- faults (jsonschema_fault.c) ---- */

struct fault *jsonschema_fault(struct check *k, const char *text);
/* Add one to the check's; NULL is none. */
void jsonschema_add(struct check *k, struct fault *f);
void jsonschema_add_text(struct check *k, const char *text);
void jsonschema_add_with(struct check *k, const char *text, const struct faults *causes);
/* Numbers as x/text prints them in English. */
const char *jsonschema_print_integer(struct arena *a, long n);
const char *jsonschema_print_number(struct arena *a, const struct node *n);
/* All lines of it. */
const char *jsonschema_fault_text(struct arena *a, const struct schema *schema,
				  const struct fault *f);
/* The origin of the first value that is named. */
origin_id jsonschema_fault_origin(const struct fault *f);

#endif
