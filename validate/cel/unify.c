/* How types fit each other: what may stand where, and which of two is the more general. */
#include "validate/cel/types.h"

const struct cel_type cel_free = { .kind = CEL_DYN, .param = 1 };

bool cel_is_free(const struct cel_type *t)
{
	return t->kind == CEL_DYN && t->param;
}

bool cel_is_dyn(const struct cel_type *t)
{
	return t->kind == CEL_DYN || t->kind == CEL_ERROR;
}

static bool holds_elements(const struct cel_type *t)
{
	return t->kind == CEL_LIST || t->kind == CEL_MAP || t->kind == CEL_OPTIONAL;
}

static bool is_nullable(const struct cel_type *t)
{
	return t->kind == CEL_NULL || t->kind == CEL_OBJECT || t->kind == CEL_TIMESTAMP ||
	       t->kind == CEL_DURATION || t->kind == CEL_OPTIONAL;
}

/* Whether x says no more than y does. */
static bool is_less_specific(const struct cel_type *x, const struct cel_type *y)
{
	if (cel_is_free(y) || (cel_is_dyn(x) && !cel_is_free(x)))
		return true;
	if (cel_is_dyn(x) || cel_is_dyn(y) || x->kind != y->kind)
		return false;
	if (x->kind == CEL_MAP && !is_less_specific(x->key, y->key))
		return false;
	return !holds_elements(x) || is_less_specific(x->element, y->element);
}

const struct cel_type *cel_general(const struct cel_type *x, const struct cel_type *y)
{
	return is_less_specific(x, y) ? x : y;
}

bool cel_equivalent(const struct cel_type *x, const struct cel_type *y)
{
	if (cel_is_free(x) || cel_is_free(y))
		return true;
	if (x->kind != y->kind || !holds_elements(x))
		return cel_type_equal(x, y);
	return (x->kind != CEL_MAP || cel_equivalent(x->key, y->key)) &&
	       cel_equivalent(x->element, y->element);
}

static bool bind(const struct cel_type **bound, const struct cel_type *from,
		 struct cel_substitution *b)
{
	if (*bound && !cel_assignable(*bound, from, b))
		return false;
	*bound = *bound ? cel_general(*bound, from) : from;
	return true;
}

bool cel_assignable(const struct cel_type *to, const struct cel_type *from,
		    struct cel_substitution *b)
{
	if (to->kind == CEL_PARAM)
		return bind(&b->of[to->param], from, b);
	if (cel_is_dyn(to) || cel_is_dyn(from))
		return true;
	if (to->kind == CEL_NULL || from->kind == CEL_NULL)
		return is_nullable(to->kind == CEL_NULL ? from : to);
	if (to->kind != from->kind)
		return false;
	if (to->kind == CEL_OBJECT)
		return cel_type_equal(to, from);
	if (to->kind == CEL_MAP && !cel_assignable(to->key, from->key, b))
		return false;
	return !holds_elements(to) || cel_assignable(to->element, from->element, b);
}

const struct cel_type *cel_resolve(struct arena *a, const struct cel_type *t,
				   const struct cel_substitution *b)
{
	if (t->kind == CEL_PARAM)
		return b->of[t->param] ? b->of[t->param] : &cel_free;
	if (t->kind == CEL_LIST)
		return cel_list_type(a, cel_resolve(a, t->element, b));
	if (t->kind == CEL_OPTIONAL)
		return cel_optional_type(a, cel_resolve(a, t->element, b));
	if (t->kind == CEL_MAP)
		return cel_map_type(a, cel_resolve(a, t->key, b), cel_resolve(a, t->element, b));
	return t;
}
