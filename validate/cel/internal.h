/*
 * internal: the syntax tree, values and function rows that the files of validate/cel share.
 */
#ifndef VALIDATE_CEL_INTERNAL_H
#define VALIDATE_CEL_INTERNAL_H
#include "base/limits.h"
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

struct cel_list {
	struct cel_value **items; /* NULL: items of `node` */
	size_t count;
	const struct node *node;
	const struct cel_type *element;
};

struct cel_pair {
	struct cel_value *key, *value;
};
struct cel_map {
	struct cel_pair *pairs; /* NULL: entries of `node` */
	size_t count;
	const struct node *node;
	const struct cel_type *type; /* of the node: object or map */
};

struct cel_text {
	const char *text;
	size_t len;
};

struct cel_value {
	enum cel_kind kind;
	const struct cel_type *type; /* of lists and objects from nodes; of a CEL_TYPE value */
	union {
		bool truth;
		int64_t integer; /* also seconds of a duration or timestamp */
		uint64_t natural;
		double real;
		struct cel_text
			text; /* string, bytes; message of an error; normal form of others */
		struct cel_list list;
		struct cel_map map;
		struct cel_value *inner; /* of an optional; NULL: none */
	};
	int32_t nanos; /* of a duration or timestamp, 0 … 999999999, same sign as seconds for none
			*/
	const void *extra; /* a parsed quantity, address, URL, version */
};

struct evaluator {
	struct arena *arena;
	const struct cel_program *program;
	const struct cel_binding *bindings;
	struct cel_value *locals[64];
	int local_count;
	struct cel_value **globals; /* made once */
	uint64_t steps;
};

typedef struct cel_value *cel_fn(struct evaluator *e, struct cel_value **args, size_t count);

/*
 * One overload. The signature is one letter a type: b i u d s y n t(imestamp) D(uration) x(dyn)
 * A B (parameters) L<element> M<key><value> O<element> Q(uantity) I(P) C(IDR) U(RL) V(semver)
 * F(ormat) T(ype) Z(authorizer); arguments, receiver first, then ':' and the result.
 */
struct cel_function {
	const char *name;
	const char *signature;
	cel_fn *run;
	bool member;
	uint8_t cost; /* enum cel_cost_kind */
};
enum cel_cost_kind {
	COST_ONE,
	COST_STRING,	   /* walks the first text: a tenth of its length */
	COST_STRING_TWICE, /* walks it, and makes another */
	COST_CONCAT,	   /* a tenth of both texts */
	COST_SECOND,	   /* a tenth of the second text */
	COST_SMALLER,	   /* a tenth of the smaller value */
	COST_SEARCH,	   /* contains: the product of both tenths */
	COST_REGEX,	   /* the text's tenth times the pattern's quarter */
	COST_JOIN,	   /* a tenth of all texts and what stands between */
	COST_LIST,	   /* walks a list, and the texts in it */
	COST_LIST_TWO,	   /* each element of one against the other's */
	COST_LIST_COPY,	   /* as many elements as come out */
	COST_LIST_SQUARE,  /* each element against each */
	COST_IN,	   /* the second's elements */
	COST_FORMAT,	   /* a named format's pattern, over the second text */
};

struct cel_functions {
	const struct cel_function *rows;
	size_t count;
};
extern const struct cel_functions cel_operators, cel_core, cel_strings, cel_lists, cel_times,
	cel_kubernetes;
extern const struct cel_functions *const cel_libraries[];
extern const size_t cel_library_count;

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
/* types.c: the type of one signature code; moves *at. Parameters are numbered 0 (A) and 1 (B). */
const struct cel_type *cel_signature_type(struct arena *a, const char **at);
bool cel_type_equal(const struct cel_type *a, const struct cel_type *b);

/* unify.c */
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

/* values.c */
struct cel_value *cel_fail(struct arena *a, const char *fmt, ...) PRINTF_LIKE(2, 3);
struct cel_value *cel_bool(struct arena *a, bool truth);
struct cel_value *cel_int(struct arena *a, int64_t value);
struct cel_value *cel_uint(struct arena *a, uint64_t value);
struct cel_value *cel_double(struct arena *a, double value);
struct cel_value *cel_string(struct arena *a, const char *text, size_t len);
struct cel_value *cel_null(struct arena *a);
struct cel_value *cel_optional(struct arena *a, struct cel_value *inner);
struct cel_value *cel_list_of(struct arena *a, struct cel_value **items, size_t count);
struct cel_value *cel_map_of(struct arena *a, struct cel_pair *pairs, size_t count);
/* A value that says what kind it is and keeps its text: quantities, addresses… */
struct cel_value *cel_opaque(struct arena *a, enum cel_kind kind, const char *text, size_t len,
			     const void *extra);
/* A node as a value of a declared type (CEL_DYN: as it is). */
struct cel_value *cel_from_node(struct arena *a, const struct node *n, const struct cel_type *type);
struct cel_value *cel_list_at(struct arena *a, const struct cel_value *list, size_t i);
/* A map's or object's value for a key; NULL: there is none. */
struct cel_value *cel_map_get(struct arena *a, const struct cel_value *map,
			      const struct cel_value *key);
struct cel_value *cel_map_key(struct arena *a, const struct cel_value *map, size_t i);
bool cel_equal(struct arena *a, const struct cel_value *x, const struct cel_value *y);
/* -1, 0, 1; *ok false when they don't compare. */
int cel_compare(const struct cel_value *x, const struct cel_value *y, bool *ok);
const char *cel_kind_name(const struct cel_value *v);
/* time.c: RFC 3339 and Go's durations; false when they are none. */
bool cel_parse_timestamp(const char *text, size_t len, int64_t *seconds, int32_t *nanos);
bool cel_parse_duration(const char *text, size_t len, int64_t *seconds, int32_t *nanos);
const char *cel_format_timestamp(struct arena *a, const struct cel_value *v);
const char *cel_format_duration(struct arena *a, const struct cel_value *v);

#endif
