/*
 * library: functions as rows, which the checker types, the estimate weighs and the evaluator runs.
 *
 * Each family of functions has its rows in a file of its own; cel_libraries lists the families.
 */
#ifndef VALIDATE_CEL_LIBRARY_H
#define VALIDATE_CEL_LIBRARY_H
#include "base/attr.h"
#include "validate/cel/value.h"

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
	cel_quantities, cel_addresses, cel_urls, cel_versions, cel_formats, cel_authorizer;
extern const struct cel_functions *const cel_libraries[];
extern const size_t cel_library_count;

/* The head of a row's function: `x` are its `n` arguments, receiver first. */
#define FN(name)                                                                                   \
	static struct cel_value *name(struct evaluator *e, struct cel_value **x, size_t n UNUSED)

#endif
