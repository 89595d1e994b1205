/* reflection: types and kinds, emptiness, and the choices that default, ternary and the like make.
 */
#include <string.h>
#include "render/helm/functions/functions.h"

const char *value_kind_name(struct value v)
{
	static const char *const names[] = {
		"invalid", "bool",	"int",	      "int8",	"int16",  "int32",   "int64",
		"uint",	   "uint8",	"uint16",     "uint32", "uint64", "uintptr", "float32",
		"float64", "complex64", "complex128", "array",	"chan",	  "func",    "interface",
		"map",	   "ptr",	"slice",      "string", "struct",
	};

	return names[value_kind(v)];
}

bool sprig_empty(struct value v)
{
	bool ok;

	return value_kind(v) != GO_STRUCT && !value_truth(v, &ok);
}

int fn_empty(struct call *c)
{
	return give_bool(c, sprig_empty(c->args[0]));
}

int fn_default(struct call *c)
{
	return give(c, c->argc < 2 || sprig_empty(c->args[1]) ? c->args[0] : c->args[1]);
}

int fn_coalesce(struct call *c)
{
	size_t i;

	for (i = 0; i < c->argc; i++)
		if (!sprig_empty(c->args[i]))
			return give(c, c->args[i]);
	return give(c, VALUE_NIL);
}

int fn_all(struct call *c)
{
	size_t i;

	for (i = 0; i < c->argc; i++)
		if (sprig_empty(c->args[i]))
			return give_bool(c, false);
	return give_bool(c, true);
}

int fn_any(struct call *c)
{
	size_t i;

	for (i = 0; i < c->argc; i++)
		if (!sprig_empty(c->args[i]))
			return give_bool(c, true);
	return give_bool(c, false);
}

int fn_ternary(struct call *c)
{
	return give(c, c->args[2].b ? c->args[0] : c->args[1]);
}

int fn_kind_of(struct call *c)
{
	return give(c, value_str(c->arena, value_kind_name(c->args[0])));
}

int fn_kind_is(struct call *c)
{
	return give_bool(c, string_is(c->args[0], value_kind_name(c->args[1])));
}

int fn_type_of(struct call *c)
{
	return give(c, value_str(c->arena, value_type_name(c->args[0])));
}

int fn_type_is(struct call *c)
{
	return give_bool(c, string_is(c->args[0], value_type_name(c->args[1])));
}

int fn_type_is_like(struct call *c)
{
	const char *type = value_type_name(c->args[1]);

	return give_bool(c, string_is(c->args[0], type) ||
				    (*type == '*' && string_is(c->args[0], type + 1)));
}

int fn_deep_equal(struct call *c)
{
	return give_bool(c, value_deep_equal(c->args[0], c->args[1]));
}

int fn_deep_copy(struct call *c)
{
	if (!c->args[0].type)
		return call_fail(c, "reflect: call of reflect.Value.Type on zero Value");
	return give(c, value_copy(c->arena, c->args[0]));
}

int fn_hello(struct call *c)
{
	return give(c, value_str(c->arena, "Hello!"));
}
