/*
 * The highest cost of an expression, as cel-go's checker estimates it with Kubernetes' costs of its
 * own functions: what the API server holds against its limit when a rule is stored.
 */
#include <string.h>
#include "base/buf.h"
#include "validate/cel/internal.h"

enum {
	COST_SELECT = 1,
	COST_LIST_LITERAL = 10,
	COST_MAP_LITERAL = 30,
	COST_MESSAGE = 40,
	COST_LOOP = 1
};

struct estimate {
	uint64_t cost;
	uint64_t size;			/* of a string, list or map; UINT64_MAX: unknown */
	const struct cel_type *element; /* what a list literal or range holds */
	uint64_t element_size;
};

struct estimator {
	struct estimate locals[64]; /* sizes of loop variables */
	int local_count;
};

static uint64_t plus(uint64_t a, uint64_t b)
{
	uint64_t out;

	return __builtin_add_overflow(a, b, &out) ? UINT64_MAX : out;
}

static uint64_t times(uint64_t a, uint64_t b)
{
	uint64_t out;

	return __builtin_mul_overflow(a, b, &out) ? UINT64_MAX : out;
}

/* cel-go charges a tenth of a string's length, rounded up. */
static uint64_t tenth(uint64_t size)
{
	return size == UINT64_MAX ? size : size / 10 + (size % 10 != 0);
}

static uint64_t type_size(const struct cel_type *t)
{
	if (!t)
		return UINT64_MAX;
	if (t->kind == CEL_STRING || t->kind == CEL_BYTES || t->kind == CEL_LIST ||
	    t->kind == CEL_MAP)
		return t->max_size ? t->max_size : UINT64_MAX;
	return 1;
}

static struct estimate estimate(struct estimator *e, const struct ast *n);

static uint64_t cost_of(struct estimator *e, const struct ast *n)
{
	return estimate(e, n).cost;
}

static struct estimate typed(const struct ast *n, uint64_t cost)
{
	return (struct estimate){ cost, type_size(n->type), NULL, UINT64_MAX };
}

static uint64_t smaller(uint64_t a, uint64_t b)
{
	return a < b ? a : b;
}

static enum cel_cost_kind kind_of(const struct ast *n)
{
	size_t l, i;

	if (n->only)
		return (enum cel_cost_kind)n->only->cost;
	for (l = 0; l < cel_library_count; l++)
		for (i = 0; i < cel_libraries[l]->count; i++)
			if (!strcmp(cel_libraries[l]->rows[i].name, n->name) &&
			    cel_libraries[l]->rows[i].cost)
				return (enum cel_cost_kind)cel_libraries[l]->rows[i].cost;
	return COST_ONE;
}

static uint64_t call_cost(const struct ast *n, const struct estimate *args, size_t count)
{
	uint64_t first = count ? args[0].size : 1, second = count > 1 ? args[1].size : 1;

	switch (kind_of(n)) {
	case COST_ONE:
		return 1;
	case COST_STRING:
		return tenth(first);
	case COST_STRING_TWO:
		return tenth(plus(first, second));
	case COST_SEARCH:
		return times(tenth(first), tenth(second));
	case COST_REGEX:
		return times(tenth(plus(first, 1)), second == UINT64_MAX ? second : second / 4 + 1);
	case COST_LIST:
		return first;
	case COST_LIST_TWO:
		return !strcmp(n->name, "@in") ? second : times(first, second);
	case COST_EQUAL:
		return strcmp(n->name, "startsWith") && strcmp(n->name, "endsWith")
			       ? tenth(smaller(first, second))
			       : tenth(second);
	}
	return 1;
}

static uint64_t result_size(const struct ast *n, const struct estimate *args, size_t count)
{
	if (!strcmp(n->name, "_+_") && count == 2)
		return plus(args[0].size, args[1].size);
	if (n->type->kind == CEL_STRING && count)
		return args[0].size;
	return type_size(n->type);
}

static struct estimate estimate_call(struct estimator *e, const struct ast *n)
{
	struct estimate args[6];
	size_t count = 0, i;
	uint64_t cost = 0;

	if (n->member) {
		args[count] = estimate(e, n->target);
		cost = plus(cost, args[count++].cost);
	}
	for (i = 0; i < n->count; i++) {
		struct estimate one = estimate(e, n->args[i]);

		cost = plus(cost, one.cost);
		if (count < ARRAY_SIZE(args))
			args[count++] = one;
	}
	return (struct estimate){ plus(cost, call_cost(n, args, count)),
				  result_size(n, args, count), NULL, UINT64_MAX };
}

static struct estimate estimate_loop(struct estimator *e, const struct ast *n)
{
	struct estimate range = estimate(e, n->target), out;
	uint64_t body = 0;
	int local = e->local_count;
	size_t i;

	if (local + 2 > (int)ARRAY_SIZE(e->locals))
		return (struct estimate){ UINT64_MAX, UINT64_MAX, NULL, UINT64_MAX };
	e->locals[local] = e->locals[local + 1] =
		(struct estimate){ 1, range.element_size, NULL, UINT64_MAX };
	e->local_count += n->var2 ? 2 : 1;
	for (i = 0; i < n->count; i++)
		body = plus(body, cost_of(e, n->args[i]));
	e->local_count = local;
	/* Each turn tests the accumulator and combines with it. */
	body = plus(body, n->macro == MACRO_MAP || n->macro == MACRO_FILTER ? 12 : 3);
	out = (struct estimate){ plus(range.cost, plus(times(range.size, body), COST_LOOP)), 1,
				 NULL, UINT64_MAX };
	if (n->macro >= MACRO_MAP)
		out.size = range.size;
	return out;
}

static struct estimate estimate_all(struct estimator *e, const struct ast *n, uint64_t base)
{
	uint64_t largest = 0;
	size_t i;

	for (i = 0; i < n->count; i++) {
		struct estimate one = estimate(e, n->args[i]);

		base = plus(base, one.cost);
		if (one.size > largest)
			largest = one.size;
	}
	return (struct estimate){ base, n->op == AST_MAP ? n->count / 2 : n->count, NULL, largest };
}

static struct estimate estimate_ident(struct estimator *e, const struct ast *n)
{
	struct estimate out = typed(n, 1);

	if (n->slot < 0 && out.size == UINT64_MAX && -1 - n->slot < (int)ARRAY_SIZE(e->locals))
		out.size = e->locals[-1 - n->slot].size;
	return out;
}

static struct estimate estimate(struct estimator *e, const struct ast *n)
{
	struct estimate out;
	uint64_t yes, no;

	switch (n->op) {
	case AST_LITERAL:
		out = typed(n, 0);
		if (n->literal->kind == CEL_STRING || n->literal->kind == CEL_BYTES)
			out.size = n->literal->text.len;
		return out;
	case AST_IDENT:
		out = estimate_ident(e, n);
		break;
	case AST_SELECT:
		out = typed(n, plus(cost_of(e, n->target), COST_SELECT));
		break;
	case AST_CALL:
		out = estimate_call(e, n);
		break;
	case AST_LIST:
		return estimate_all(e, n, COST_LIST_LITERAL);
	case AST_MAP:
		return estimate_all(e, n, COST_MAP_LITERAL);
	case AST_MESSAGE:
		return estimate_all(e, n, COST_MESSAGE);
	case AST_MACRO:
		if (n->macro == MACRO_HAS)
			return typed(n, cost_of(e, n->args[0]));
		if (n->macro == MACRO_OPT_MAP || n->macro == MACRO_OPT_FLAT_MAP)
			return typed(n,
				     plus(cost_of(e, n->target), plus(cost_of(e, n->args[0]), 1)));
		return estimate_loop(e, n);
	case AST_AND:
	case AST_OR:
		return typed(n, plus(cost_of(e, n->args[0]), cost_of(e, n->args[1])));
	case AST_CONDITION:
		yes = cost_of(e, n->args[1]);
		no = cost_of(e, n->args[2]);
		return typed(n, plus(cost_of(e, n->args[0]), yes > no ? yes : no));
	}
	if (n->type->kind == CEL_LIST || n->type->kind == CEL_MAP)
		out.element_size = type_size(n->type->element);
	return out;
}

uint64_t cel_estimate(const struct ast *root)
{
	struct estimator e = { 0 };

	return estimate(&e, root).cost;
}
