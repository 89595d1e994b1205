/* Kubernetes' quantities. */
#include <string.h>
#include "validate/cel/library.h"
#include "validate/rules/quantity.h"

static struct cel_value *quantity_value_of(struct evaluator *e, const struct quantity *q)
{
	struct quantity *copy = arena_new(e->arena, struct quantity);
	struct cel_value *v;

	*copy = *q;
	/* The text serves for comparing two: the amount itself. */
	v = cel_opaque(e->arena, CEL_QUANTITY, NULL, 0, copy);
	v->text.text = arena_printf(e->arena, "%lld.%09lld", (long long)(q->nano / 1000000000),
				    (long long)(q->nano % 1000000000));
	v->text.len = strlen(v->text.text);
	return v;
}

FN(to_quantity)
{
	struct quantity q;

	if (!quantity_parse(x[0]->text.text, &q))
		return cel_fail(e->arena, "quantities must match the regular expression "
					  "'^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'");
	return quantity_value_of(e, &q);
}

FN(is_quantity)
{
	struct quantity q;

	return cel_bool(e->arena, quantity_parse(x[0]->text.text, &q));
}

static const struct quantity *amount(const struct cel_value *v)
{
	return v->extra;
}

FN(quantity_compare)
{
	return cel_int(e->arena, quantity_cmp(amount(x[0]), amount(x[1])));
}
FN(quantity_less)
{
	return cel_bool(e->arena, quantity_cmp(amount(x[0]), amount(x[1])) < 0);
}
FN(quantity_more)
{
	return cel_bool(e->arena, quantity_cmp(amount(x[0]), amount(x[1])) > 0);
}
FN(quantity_sign_of)
{
	return cel_int(e->arena, quantity_sign(amount(x[0])));
}
FN(quantity_whole)
{
	return cel_bool(e->arena, quantity_multiple(amount(x[0]), 1000000000));
}

FN(quantity_integer)
{
	return quantity_multiple(amount(x[0]), 1000000000)
		       ? cel_int(e->arena, quantity_value(amount(x[0])))
		       : cel_fail(e->arena, "cannot convert value to integer");
}

FN(quantity_float)
{
	return cel_double(e->arena, (double)amount(x[0])->nano / 1e9);
}

static struct cel_value *quantity_sum(struct evaluator *e, struct cel_value **x, int sign)
{
	struct quantity q = *amount(x[0]);

	q.nano += sign * (x[1]->kind == CEL_INT ? (__int128)x[1]->integer * 1000000000
						: amount(x[1])->nano);
	return quantity_value_of(e, &q);
}

FN(quantity_add)
{
	return quantity_sum(e, x, 1);
}
FN(quantity_sub)
{
	return quantity_sum(e, x, -1);
}

static const struct cel_function rows[] = {
	{ "quantity", "s:Q", to_quantity, false, COST_STRING },
	{ "isQuantity", "s:b", is_quantity, false, COST_STRING },
	{ "compareTo", "QQ:i", quantity_compare, true },
	{ "isLessThan", "QQ:b", quantity_less, true },
	{ "isGreaterThan", "QQ:b", quantity_more, true },
	{ "sign", "Q:i", quantity_sign_of, true },
	{ "isInteger", "Q:b", quantity_whole, true },
	{ "asInteger", "Q:i", quantity_integer, true },
	{ "asApproximateFloat", "Q:d", quantity_float, true },
	{ "add", "QQ:Q", quantity_add, true },
	{ "add", "Qi:Q", quantity_add, true },
	{ "sub", "QQ:Q", quantity_sub, true },
	{ "sub", "Qi:Q", quantity_sub, true },
};
const struct cel_functions cel_quantities = { rows, ARRAY_SIZE(rows) };
