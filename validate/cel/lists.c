/* Kubernetes' list functions and cel-go's sets. */
#include <stdlib.h>
#include <string.h>
#include "validate/cel/library.h"

FN(is_sorted)
{
	size_t i;
	bool ok;

	for (i = 1; i < x[0]->list.count; i++) {
		int order = cel_compare(cel_list_at(e->arena, x[0], i - 1),
					cel_list_at(e->arena, x[0], i), &ok);

		if (!ok || order > 0)
			return ok ? cel_bool(e->arena, false)
				  : cel_fail(e->arena, "no such overload");
	}
	return cel_bool(e->arena, true);
}

FN(sum)
{
	int64_t whole = 0, seconds = 0;
	uint64_t natural = 0;
	__extension__ __int128 nanos = 0;
	enum cel_kind kind = CEL_INT;
	double real = 0;
	size_t i;

	for (i = 0; i < x[0]->list.count; i++) {
		struct cel_value *v = cel_list_at(e->arena, x[0], i);

		kind = v->kind;
		if (kind == CEL_INT && __builtin_add_overflow(whole, v->integer, &whole))
			return cel_fail(e->arena, "integer overflow");
		if (kind == CEL_UINT && __builtin_add_overflow(natural, v->natural, &natural))
			return cel_fail(e->arena, "unsigned integer overflow");
		if (kind == CEL_DOUBLE)
			real += v->real;
		if (kind == CEL_DURATION)
			nanos += (__int128)v->integer * 1000000000 + v->nanos;
	}
	if (kind == CEL_DURATION) {
		struct cel_value *v = cel_int(e->arena, 0);

		seconds = (int64_t)(nanos / 1000000000);
		v->kind = CEL_DURATION;
		v->integer = seconds;
		v->nanos = (int32_t)(nanos % 1000000000);
		return v;
	}
	return kind == CEL_DOUBLE ? cel_double(e->arena, real)
	       : kind == CEL_UINT ? cel_uint(e->arena, natural)
				  : cel_int(e->arena, whole);
}

static struct cel_value *extreme(struct evaluator *e, struct cel_value *list, int sign,
				 const char *name)
{
	struct cel_value *best = NULL, *v;
	size_t i;
	bool ok;

	for (i = 0; i < list->list.count; i++) {
		v = cel_list_at(e->arena, list, i);
		if (!best || cel_compare(v, best, &ok) * sign > 0)
			best = v;
	}
	return best ? best : cel_fail(e->arena, "%s called on empty list", name);
}

FN(min_of)
{
	return extreme(e, x[0], -1, "min");
}
FN(max_of)
{
	return extreme(e, x[0], 1, "max");
}

FN(index_of)
{
	size_t i;

	for (i = 0; i < x[0]->list.count; i++)
		if (cel_equal(e->arena, cel_list_at(e->arena, x[0], i), x[1]))
			return cel_int(e->arena, (int64_t)i);
	return cel_int(e->arena, -1);
}

FN(last_index_of)
{
	size_t i;

	for (i = x[0]->list.count; i-- > 0;)
		if (cel_equal(e->arena, cel_list_at(e->arena, x[0], i), x[1]))
			return cel_int(e->arena, (int64_t)i);
	return cel_int(e->arena, -1);
}

static bool holds(struct evaluator *e, const struct cel_value *list, const struct cel_value *v)
{
	size_t i;

	for (i = 0; i < list->list.count; i++)
		if (cel_equal(e->arena, cel_list_at(e->arena, list, i), v))
			return true;
	e->steps += list->list.count;
	return false;
}

static bool holds_all(struct evaluator *e, const struct cel_value *list, const struct cel_value *of)
{
	size_t i;

	for (i = 0; i < of->list.count; i++)
		if (!holds(e, list, cel_list_at(e->arena, of, i)))
			return false;
	return true;
}

FN(sets_contains)
{
	return cel_bool(e->arena, holds_all(e, x[0], x[1]));
}

FN(sets_equivalent)
{
	return cel_bool(e->arena, holds_all(e, x[0], x[1]) && holds_all(e, x[1], x[0]));
}

FN(sets_intersects)
{
	size_t i;

	for (i = 0; i < x[1]->list.count; i++)
		if (holds(e, x[0], cel_list_at(e->arena, x[1], i)))
			return cel_bool(e->arena, true);
	return cel_bool(e->arena, false);
}

/* ---- of newer servers: cel-go's lists ---- */

FN(slice)
{
	int64_t from = x[1]->integer, to = x[2]->integer;
	struct cel_value **items;
	int64_t i;

	if (from < 0 || to < 0 || from > to || (uint64_t)to > x[0]->list.count)
		return cel_fail(e->arena, "cannot slice(%lld, %lld), list is length %zu",
				(long long)from, (long long)to, x[0]->list.count);
	items = arena_array(e->arena, (size_t)(to - from) + 1, struct cel_value *);
	for (i = from; i < to; i++)
		items[i - from] = cel_list_at(e->arena, x[0], (size_t)i);
	return cel_list_of(e->arena, items, (size_t)(to - from));
}

struct flat {
	VEC(struct cel_value *);
};

static void flatten_into(struct evaluator *e, struct flat *out, const struct cel_value *list,
			 int64_t depth)
{
	size_t i;

	for (i = 0; i < list->list.count; i++) {
		struct cel_value *v = cel_list_at(e->arena, list, i);

		if (v->kind == CEL_LIST && depth > 0)
			flatten_into(e, out, v, depth - 1);
		else
			*vec_push(e->arena, out) = v;
	}
}

FN(flatten)
{
	struct flat out = { 0 };

	flatten_into(e, &out, x[0], n == 2 ? x[1]->integer : 1);
	return cel_list_of(e->arena, out.items, out.count);
}

FN(distinct)
{
	struct flat out = { 0 };
	size_t i, k;

	for (i = 0; i < x[0]->list.count; i++) {
		struct cel_value *v = cel_list_at(e->arena, x[0], i);

		for (k = 0; k < out.count && !cel_equal(e->arena, out.items[k], v); k++)
			;
		if (k == out.count)
			*vec_push(e->arena, &out) = v;
		e->steps += out.count;
	}
	return cel_list_of(e->arena, out.items, out.count);
}

FN(reversed)
{
	struct flat out = { 0 };
	size_t i;

	for (i = x[0]->list.count; i-- > 0;)
		*vec_push(e->arena, &out) = cel_list_at(e->arena, x[0], i);
	return cel_list_of(e->arena, out.items, out.count);
}

static int by_order(const void *a, const void *b)
{
	bool ok;

	return cel_compare(*(struct cel_value *const *)a, *(struct cel_value *const *)b, &ok);
}

FN(sorted)
{
	struct flat out = { 0 };
	size_t i;

	for (i = 0; i < x[0]->list.count; i++)
		*vec_push(e->arena, &out) = cel_list_at(e->arena, x[0], i);
	if (out.count)
		qsort(out.items, out.count, sizeof(*out.items), by_order);
	return cel_list_of(e->arena, out.items, out.count);
}

FN(first)
{
	return cel_optional(e->arena, x[0]->list.count ? cel_list_at(e->arena, x[0], 0) : NULL);
}

FN(last)
{
	size_t count = x[0]->list.count;

	return cel_optional(e->arena, count ? cel_list_at(e->arena, x[0], count - 1) : NULL);
}

FN(range)
{
	struct flat out = { 0 };
	int64_t i;

	for (i = 0; i < x[0]->integer && i < 1000000; i++)
		*vec_push(e->arena, &out) = cel_int(e->arena, i);
	e->steps += out.count;
	return cel_list_of(e->arena, out.items, out.count);
}

static const struct cel_function rows[] = {
	{ "isSorted", "LA:b", is_sorted, true, COST_LIST },
	{ "sum", "Li:i", sum, true, COST_LIST },
	{ "sum", "Lu:u", sum, true, COST_LIST },
	{ "sum", "Ld:d", sum, true, COST_LIST },
	{ "sum", "LD:D", sum, true, COST_LIST },
	{ "min", "LA:A", min_of, true, COST_LIST },
	{ "max", "LA:A", max_of, true, COST_LIST },
	{ "indexOf", "LAA:i", index_of, true, COST_LIST },
	{ "lastIndexOf", "LAA:i", last_index_of, true, COST_LIST },
	{ "sets.contains", "LALA:b", sets_contains, false, COST_LIST_TWO },
	{ "sets.equivalent", "LALA:b", sets_equivalent, false, COST_LIST_TWO },
	{ "sets.intersects", "LALA:b", sets_intersects, false, COST_LIST_TWO },
	{ "slice", "LAii:LA", slice, true, COST_LIST_COPY },
	{ "flatten", "LLA:LA", flatten, true, COST_LIST_COPY },
	{ "flatten", "Lxi:Lx", flatten, true, COST_LIST_COPY },
	{ "distinct", "LA:LA", distinct, true, COST_LIST_SQUARE },
	{ "reverse", "LA:LA", reversed, true, COST_LIST_COPY },
	{ "sort", "LA:LA", sorted, true, COST_LIST_SQUARE },
	{ "first", "LA:OA", first, true },
	{ "last", "LA:OA", last, true },
	{ "lists.range", "i:Li", range, false, COST_LIST_COPY },
};
const struct cel_functions cel_lists = { rows, ARRAY_SIZE(rows) };
