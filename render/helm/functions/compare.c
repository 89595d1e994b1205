/* compare: eq, ne, lt, le, gt, ge across Go's kinds. */
#include "render/helm/functions/functions.h"

enum basic {
	BASIC_INVALID,
	BASIC_BOOL,
	BASIC_COMPLEX,
	BASIC_INT,
	BASIC_FLOAT,
	BASIC_STRING,
	BASIC_UINT
};

static enum basic basic_kind(struct value v)
{
	enum go_kind k = value_kind(v);

	if (k == GO_BOOL)
		return BASIC_BOOL;
	if (kind_is_int(k))
		return BASIC_INT;
	if (kind_is_uint(k))
		return BASIC_UINT;
	if (kind_is_float(k))
		return BASIC_FLOAT;
	if (k == GO_COMPLEX128)
		return BASIC_COMPLEX;
	return k == GO_STRING ? BASIC_STRING : BASIC_INVALID;
}

static int incompatible(struct call *c, struct value a, struct value b)
{
	return call_fail(c, "incompatible types for comparison: %s and %s", a.type->name,
			 b.type->name);
}

/* Values of no basic kind: nil equals nil, pointers and structs by identity. */
static int equal_others(struct call *c, struct value a, struct value b, bool *equal)
{
	enum go_kind k = value_kind(a), l = value_kind(b);

	if (k != l && k != GO_INVALID && l != GO_INVALID)
		return call_fail(c, "non-comparable types %s: %s, %s: %s",
				 value_shown_as(c->arena, a, "%s"), a.type->name, b.type->name,
				 value_shown(c->arena, b));
	if (value_is_null(a) || value_is_null(b)) {
		*equal = value_is_null(a) == value_is_null(b);
		return 0;
	}
	if (l == GO_MAP || l == GO_SLICE)
		return call_fail(c, "non-comparable type %s: %s", value_shown_as(c->arena, b, "%s"),
				 b.type->name);
	*equal = a.type == b.type &&
		 (a.data == b.data || (k == GO_STRUCT && value_deep_equal(a, b)));
	return 0;
}

static int equal(struct call *c, struct value a, struct value b, bool *out)
{
	enum basic k = basic_kind(a), l = basic_kind(b);

	*out = false;
	if (k == BASIC_INT && l == BASIC_UINT)
		*out = a.i >= 0 && a.u == b.u;
	else if (k == BASIC_UINT && l == BASIC_INT)
		*out = b.i >= 0 && a.u == b.u;
	else if (k != l)
		return a.type && b.type ? incompatible(c, a, b) : 0;
	else if (k == BASIC_BOOL)
		*out = a.b == b.b;
	else if (k == BASIC_INT || k == BASIC_UINT)
		*out = a.u == b.u;
	else if (k == BASIC_FLOAT)
		*out = a.f == b.f;
	else if (k == BASIC_COMPLEX)
		*out = a.complex[0] == b.complex[0] && a.complex[1] == b.complex[1];
	else if (k == BASIC_STRING)
		*out = !string_compare(a, b);
	else
		return equal_others(c, a, b, out);
	return 0;
}

static int less(struct call *c, struct value a, struct value b, bool *out)
{
	enum basic k = basic_kind(a), l = basic_kind(b);

	if (k == BASIC_INVALID || l == BASIC_INVALID)
		return call_fail(c, "invalid type for comparison");
	if (k == BASIC_INT && l == BASIC_UINT)
		*out = a.i < 0 || a.u < b.u;
	else if (k == BASIC_UINT && l == BASIC_INT)
		*out = b.i >= 0 && a.u < b.u;
	else if (k != l)
		return incompatible(c, a, b);
	else if (k == BASIC_INT)
		*out = a.i < b.i;
	else if (k == BASIC_UINT)
		*out = a.u < b.u;
	else if (k == BASIC_FLOAT)
		*out = a.f < b.f;
	else if (k == BASIC_STRING)
		*out = string_compare(a, b) < 0;
	else
		return call_fail(c, "invalid type for comparison");
	return 0;
}

static int less_or_equal(struct call *c, bool *out)
{
	if (less(c, c->args[0], c->args[1], out))
		return -1;
	return *out ? 0 : equal(c, c->args[0], c->args[1], out);
}

int fn_eq(struct call *c)
{
	bool is = false;
	size_t i;

	if (c->argc < 2)
		return call_fail(c, "missing argument for comparison");
	for (i = 1; i < c->argc && !is; i++)
		if (equal(c, c->args[0], c->args[i], &is))
			return -1;
	return give_bool(c, is);
}

int fn_ne(struct call *c)
{
	bool is = false;

	return equal(c, c->args[0], c->args[1], &is) ? -1 : give_bool(c, !is);
}

int fn_lt(struct call *c)
{
	bool is = false;

	return less(c, c->args[0], c->args[1], &is) ? -1 : give_bool(c, is);
}

int fn_ge(struct call *c)
{
	bool is = false;

	return less(c, c->args[0], c->args[1], &is) ? -1 : give_bool(c, !is);
}

int fn_le(struct call *c)
{
	bool is = false;

	return less_or_equal(c, &is) ? -1 : give_bool(c, is);
}

int fn_gt(struct call *c)
{
	bool is = false;

	return less_or_equal(c, &is) ? -1 : give_bool(c, !is);
}
