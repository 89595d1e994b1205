/*
 * The highest cost of an expression, as cel-go's checker estimates it with Kubernetes' costs of its
 * own functions: what the API server holds against its limit when a rule is stored. Where upstream
 * knows a size that is not known here (of what a function makes), it is taken to be small.
 */
#include <string.h>
#include "base/buf.h"
#include "validate/cel/ast.h"
#include "validate/cel/library.h"

enum { COST_LIST_LITERAL = 10, COST_MAP_LITERAL = 30, COST_MESSAGE = 40 };

struct estimate {
	uint64_t cost;
	uint64_t size;	  /* of a string, list or map; UINT64_MAX: unknown */
	uint64_t element; /* the size of what a literal list holds */
	bool placed; /* reached from a variable, or from something that upstream takes for one */
	const struct cel_type *at; /* what is declared there; NULL: nothing */
};

struct estimator {
	struct arena *arena;
	const struct cel_env *env;
	struct estimate locals[64]; /* loop variables */
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

static uint64_t smaller(uint64_t a, uint64_t b)
{
	return a < b ? a : b;
}

static uint64_t larger(uint64_t a, uint64_t b)
{
	return a > b ? a : b;
}

/* One of so many, rounded up: cel-go charges a tenth of a string's length. */
static uint64_t share(uint64_t size, uint64_t of)
{
	return size == UINT64_MAX ? size : size / of + (size % of != 0);
}

static uint64_t tenth(uint64_t size)
{
	return share(size, 10);
}

static bool is_scalar(const struct cel_type *t)
{
	return t->kind == CEL_BOOL || t->kind == CEL_INT || t->kind == CEL_UINT ||
	       t->kind == CEL_DOUBLE || t->kind == CEL_DURATION || t->kind == CEL_TIMESTAMP ||
	       (t->kind == CEL_OPTIONAL && is_scalar(t->element));
}

static struct estimate unplaced(const struct ast *n, uint64_t cost)
{
	return (struct estimate){ .cost = cost,
				  .size = is_scalar(n->type) ? 1 : UINT64_MAX,
				  .element = UINT64_MAX };
}

/*
 * What stands one step (a field, an item) below `from`. A step below what has no place is looked up
 * by upstream from the first variable on, of which it skips the name: so it gets that one's size.
 */
static struct estimate below(struct estimator *e, const struct ast *n, const struct estimate *from,
			     const struct cel_type *at, uint64_t cost)
{
	struct estimate out = unplaced(n, cost);

	out.placed = true;
	out.at = from->placed ? at : e->env->count ? e->env->variables[0].type : NULL;
	if (out.at && out.at->sized)
		out.size = out.at->max_size;
	return out;
}

static struct estimate estimate(struct estimator *e, const struct ast *n);

static uint64_t cost_of(struct estimator *e, const struct ast *n)
{
	return estimate(e, n).cost;
}

/* ---- calls ---- */

static enum cel_cost_kind kind_of(const struct ast *n)
{
	if (n->only)
		return (enum cel_cost_kind)n->only->cost;
	for (size_t l = 0; l < cel_library_count; l++) {
		for (size_t i = 0; i < cel_libraries[l]->count; i++) {
			const struct cel_function *f = &cel_libraries[l]->rows[i];

			if (f->cost && f->member == n->member && !strcmp(f->name, n->name))
				return (enum cel_cost_kind)f->cost;
		}
	}
	return COST_ONE;
}

/* The size of what a list holds. */
static uint64_t item_size(const struct estimate *list)
{
	const struct cel_type *of = list->at ? list->at->element : NULL;

	return !of ? list->element : of->sized ? of->max_size : UINT64_MAX;
}

static uint64_t joined(const struct estimate *args, size_t count)
{
	uint64_t texts = times(args[0].size, item_size(&args[0]));

	if (count < 2 || !args[0].size)
		return texts;
	return plus(texts, times(args[1].size, args[0].size - 1));
}

static uint64_t literal_int(const struct ast *n, uint64_t otherwise)
{
	return n->op == AST_LITERAL && n->literal->kind == CEL_INT ? (uint64_t)n->literal->integer
								   : otherwise;
}

/* How many elements a list has that is made of another. */
static uint64_t made_size(const struct ast *n, const struct estimate *args)
{
	if (!strcmp(n->name, "lists.range"))
		return literal_int(n->args[0], UINT64_MAX);
	if (!strcmp(n->name, "slice") && n->count == 2)
		return literal_int(n->args[1], args[0].size) - literal_int(n->args[0], 0);
	return args[0].size;
}

static uint64_t list_cost(const struct estimate *list)
{
	const struct cel_type *of = list->at ? list->at->element : NULL;
	bool texts = of && (of->kind == CEL_STRING || of->kind == CEL_BYTES);

	return times(list->size, plus(1, texts ? tenth(item_size(list)) : 0));
}

static uint64_t call_cost(const struct ast *n, const struct estimate *args, size_t count)
{
	uint64_t first = count ? args[0].size : 1, second = count > 1 ? args[1].size : 1;

	switch (kind_of(n)) {
	case COST_ONE:
		break;
	case COST_STRING:
		return tenth(first);
	case COST_STRING_TWICE:
		return share(first, 5);
	case COST_CONCAT:
		return tenth(plus(first, second));
	case COST_SECOND:
		return tenth(second);
	case COST_SMALLER:
		return tenth(smaller(first, second));
	case COST_SEARCH:
		return times(tenth(first), tenth(second));
	case COST_REGEX:
		return times(tenth(plus(first, 1)), share(second, 4));
	case COST_JOIN:
		return tenth(joined(args, count));
	case COST_LIST:
		return list_cost(&args[0]);
	case COST_LIST_TWO:
		return plus(1, times(first, second));
	case COST_LIST_COPY:
		return plus(1 + COST_LIST_LITERAL, made_size(n, args));
	case COST_LIST_SQUARE:
		return plus(1 + COST_LIST_LITERAL, times(2, times(first, first)));
	case COST_IN:
		return second;
	case COST_FORMAT:
		return times(tenth(second), 32);
	}
	return 1;
}

static uint64_t result_size(const struct ast *n, const struct estimate *args, size_t count)
{
	enum cel_cost_kind kind = kind_of(n);

	if (is_scalar(n->type))
		return 1;
	if (!strcmp(n->name, "_+_") && count == 2)
		return plus(args[0].size, args[1].size);
	if (kind == COST_JOIN)
		return joined(args, count);
	if (kind == COST_LIST_COPY)
		return made_size(n, args);
	if (kind == COST_LIST_SQUARE)
		return times(args[0].size, args[0].size);
	return count && (kind == COST_STRING || kind == COST_STRING_TWICE || kind == COST_REGEX)
		       ? args[0].size
		       : UINT64_MAX;
}

static struct estimate estimate_call(struct estimator *e, const struct ast *n)
{
	struct estimate args[6] = { 0 }, out = unplaced(n, 0);
	size_t count = 0;
	uint64_t cost = 0;

	if (n->member) {
		args[count] = estimate(e, n->target);
		cost = args[count++].cost;
	}
	for (size_t i = 0; i < n->count; i++) {
		struct estimate one = estimate(e, n->args[i]);

		cost = plus(cost, one.cost);
		if (count < ARRAY_SIZE(args))
			args[count++] = one;
	}
	cost = plus(cost, call_cost(n, args, count));
	if (!strcmp(n->name, "_[_]"))
		return below(e, n, &args[0], args[0].at ? args[0].at->element : NULL, cost);
	out.cost = cost;
	out.size = result_size(n, args, count);
	return out;
}

/* ---- comprehensions ---- */

/* What one turn costs besides the macro's own expressions: the accumulator tested and set. */
static uint64_t turn_cost(enum cel_macro macro)
{
	switch (macro) {
	case MACRO_ALL:
		return 3;
	case MACRO_EXISTS:
		return 4;
	case MACRO_EXISTS_ONE:
		return 2;
	case MACRO_MAP:
	case MACRO_SORT_BY:
	case MACRO_TRANSFORM_LIST:
		return 2 + COST_LIST_LITERAL;
	case MACRO_FILTER:
		return 3 + COST_LIST_LITERAL;
	case MACRO_TRANSFORM_MAP:
		return 3;
	case MACRO_TRANSFORM_MAP_ENTRY:
		return 2;
	case MACRO_HAS:
	case MACRO_OPT_MAP:
	case MACRO_OPT_FLAT_MAP:
		break;
	}
	return 0;
}

static uint64_t accumulator_cost(enum cel_macro macro)
{
	if (macro == MACRO_ALL || macro == MACRO_EXISTS)
		return 1;
	if (macro == MACRO_EXISTS_ONE)
		return 2;
	return 1 + (macro == MACRO_TRANSFORM_MAP || macro == MACRO_TRANSFORM_MAP_ENTRY
			    ? COST_MAP_LITERAL
			    : COST_LIST_LITERAL);
}

/* The loop's variables: keys and values, or just one of them. */
static void push_locals(struct estimator *e, const struct ast *n, const struct estimate *range)
{
	struct estimate *local = &e->locals[e->local_count];
	const struct cel_type *at = range->at;
	bool map = n->target->type->kind == CEL_MAP;

	local[0] = local[1] = below(e, n, range, at ? at->element : NULL, 1);
	if (map)
		local[0] = below(e, n, range, at ? at->key : NULL, 1);
	else if (n->var2)
		local[0] = (struct estimate){ .size = 1, .element = UINT64_MAX };
	e->local_count += n->var2 ? 2 : 1;
}

static struct estimate estimate_loop(struct estimator *e, const struct ast *n)
{
	struct estimate range = estimate(e, n->target), out;
	uint64_t body = turn_cost(n->macro), cost;

	if (e->local_count + 2 > (int)ARRAY_SIZE(e->locals))
		return unplaced(n, UINT64_MAX);
	push_locals(e, n, &range);
	for (size_t i = 0; i < n->count; i++)
		body = plus(body, cost_of(e, n->args[i]));
	e->local_count -= n->var2 ? 2 : 1;
	cost = plus(plus(range.cost, accumulator_cost(n->macro)), times(range.size, body));
	if (n->macro == MACRO_SORT_BY)
		cost = plus(plus(cost, 3 + 2 * COST_LIST_LITERAL),
			    times(2, times(range.size, range.size)));
	out = unplaced(n, cost);
	if (n->macro >= MACRO_MAP)
		out.size = range.size;
	return out;
}

static struct estimate estimate_macro(struct estimator *e, const struct ast *n)
{
	uint64_t target, body;

	if (n->macro == MACRO_HAS)
		return unplaced(n, cost_of(e, n->args[0]->target));
	if (n->macro != MACRO_OPT_MAP && n->macro != MACRO_OPT_FLAT_MAP)
		return estimate_loop(e, n);
	target = cost_of(e, n->target);
	if (e->local_count + 1 > (int)ARRAY_SIZE(e->locals))
		return unplaced(n, UINT64_MAX);
	e->locals[e->local_count++] = (struct estimate){ .size = UINT64_MAX };
	body = cost_of(e, n->args[0]);
	e->local_count--;
	return unplaced(n, plus(plus(target, target), plus(body, 3 + COST_LIST_LITERAL)));
}

/* ---- the rest ---- */

static struct estimate estimate_all(struct estimator *e, const struct ast *n, uint64_t base)
{
	uint64_t largest = 0;

	for (size_t i = 0; i < n->count; i++) {
		struct estimate one = estimate(e, n->args[i]);

		base = plus(base, one.cost);
		largest = larger(largest, one.size);
	}
	return (struct estimate){ .cost = base,
				  .size = n->op == AST_MAP ? n->count / 2 : n->count,
				  .element = largest };
}

static struct estimate estimate_literal(const struct ast *n)
{
	struct estimate out = unplaced(n, 0);
	const struct cel_text *t = &n->literal->text;

	out.size = 1;
	if (n->literal->kind != CEL_STRING && n->literal->kind != CEL_BYTES)
		return out;
	out.size = 0;
	for (size_t i = 0; i < t->len; i++)
		out.size += n->literal->kind == CEL_BYTES || (t->text[i] & 0xc0) != 0x80;
	return out;
}

static struct estimate estimate_ident(struct estimator *e, const struct ast *n)
{
	struct estimate out = { .placed = true };

	if (n->slot >= 0)
		return below(e, n, &out, n->type, 1);
	out = unplaced(n, 1);
	if (-1 - n->slot < e->local_count) {
		out = e->locals[-1 - n->slot];
		out.cost = 1;
	}
	return out;
}

static struct estimate estimate_select(struct estimator *e, const struct ast *n)
{
	struct estimate from = estimate(e, n->target);
	const struct cel_type *target = n->target->type, *at = NULL;
	const char *json;

	if (n->test_optional)
		return unplaced(n, plus(from.cost, 1));
	if (from.at && from.at->kind == CEL_OBJECT)
		at = from.at->object->field(from.at->object, e->arena, n->name, &json);
	return below(e, n, &from, at,
		     plus(from.cost, target->kind == CEL_MAP || target->kind == CEL_OBJECT));
}

static struct estimate estimate_condition(struct estimator *e, const struct ast *n)
{
	struct estimate yes = estimate(e, n->args[1]), no = estimate(e, n->args[2]);
	struct estimate out = unplaced(n, plus(cost_of(e, n->args[0]), larger(yes.cost, no.cost)));

	out.size = larger(yes.size, no.size);
	return out;
}

static struct estimate estimate(struct estimator *e, const struct ast *n)
{
	switch (n->op) {
	case AST_LITERAL:
		return estimate_literal(n);
	case AST_IDENT:
		return estimate_ident(e, n);
	case AST_SELECT:
		return estimate_select(e, n);
	case AST_CALL:
		return estimate_call(e, n);
	case AST_LIST:
		return estimate_all(e, n, COST_LIST_LITERAL);
	case AST_MAP:
		return estimate_all(e, n, COST_MAP_LITERAL);
	case AST_MESSAGE:
		return estimate_all(e, n, COST_MESSAGE);
	case AST_MACRO:
		return estimate_macro(e, n);
	case AST_AND:
	case AST_OR:
		return unplaced(n, plus(cost_of(e, n->args[0]), cost_of(e, n->args[1])));
	case AST_CONDITION:
		return estimate_condition(e, n);
	}
	return unplaced(n, 0);
}

uint64_t cel_estimate(struct arena *a, const struct cel_env *env, const struct ast *root)
{
	struct estimator e = { .arena = a, .env = env };

	return estimate(&e, root).cost;
}
