/* ast: an expression as a tree: what the parser makes, the checker types, the estimate weighs. */
#ifndef VALIDATE_CEL_AST_H
#define VALIDATE_CEL_AST_H
#include "validate/cel/cel.h"

enum cel_op {
	AST_LITERAL,
	AST_IDENT,
	AST_SELECT,
	AST_CALL,
	AST_LIST,
	AST_MAP,
	AST_MESSAGE,
	AST_MACRO,
	AST_AND,
	AST_OR,
	AST_CONDITION,
};

enum cel_macro {
	MACRO_HAS,
	MACRO_ALL,
	MACRO_EXISTS,
	MACRO_EXISTS_ONE,
	MACRO_MAP,
	MACRO_FILTER,
	MACRO_TRANSFORM_LIST,
	MACRO_TRANSFORM_MAP,
	MACRO_TRANSFORM_MAP_ENTRY,
	MACRO_SORT_BY,
	MACRO_OPT_MAP,
	MACRO_OPT_FLAT_MAP,
};

struct ast {
	enum cel_op op;
	unsigned offset;	     /* byte, in the text */
	const struct cel_type *type; /* set by the checker */
	struct cel_value *literal;
	const char *name; /* of an identifier, field, function */
	const char *json; /* a field's real name */
	enum cel_macro macro;
	struct ast *target;  /* operand, receiver, range; NULL for a global call */
	struct ast **args;   /* of a call, list (elements), map (keys and values in turn), macro */
	bool *optional;	     /* elements written with `?` */
	const char **fields; /* of a message, a name each argument */
	size_t count;
	const char *var, *var2; /* of a macro; var2 NULL with one variable */
	bool test_optional;	/* `.?` */
	bool member;		/* a call with a receiver */
	int slot;		/* of an identifier: ≥ 0 environment, < 0: -1 - local depth */
	const struct cel_function *only; /* the overload, where types leave just one */
};

struct cel_program {
	struct arena *arena;
	const struct cel_env *env;
	const char *text;
	struct ast *root;
	const struct cel_type *result;
	uint64_t cost;
};

/* parse.c: NULL with *error. */
struct ast *cel_parse(struct arena *a, const char *text, struct cel_error *error);
void cel_error_at(struct arena *a, struct cel_error *error, const char *text, unsigned offset,
		  const char *fmt, ...) PRINTF_LIKE(5, 6);
/* check.c: types into the tree; -1 with *error. */
int cel_check(struct arena *a, const struct cel_env *env, const char *text, struct ast *root,
	      struct cel_error *error);
/* cost.c */
uint64_t cel_estimate(struct arena *a, const struct cel_env *env, const struct ast *root);

#endif
