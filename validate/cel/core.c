/* Operators, conversions, size, optionals: the language's own functions. */
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include "base/buf.h"
#include "base/number.h"
#include "base/utf8.h"
#include "validate/cel/library.h"
#include "validate/cel/time.h"

const struct cel_functions *const cel_libraries[] = {
	&cel_operators, &cel_core, &cel_strings,  &cel_lists,	&cel_times,	 &cel_quantities,
	&cel_addresses, &cel_urls, &cel_versions, &cel_formats, &cel_authorizer,
};
const size_t cel_library_count = ARRAY_SIZE(cel_libraries);

/* ---- arithmetic ---- */

enum arithmetic { ADD, SUBTRACT, MULTIPLY, DIVIDE, MODULO };

static struct cel_value *integers(struct arena *a, enum arithmetic op, int64_t x, int64_t y)
{
	int64_t out = 0;
	bool over = false;

	if (op >= DIVIDE && !y)
		return cel_fail(a, op == DIVIDE ? "division by zero" : "modulus by zero");
	if (op >= DIVIDE && x == INT64_MIN && y == -1)
		return op == DIVIDE ? cel_fail(a, "integer overflow") : cel_int(a, 0);
	switch (op) {
	case ADD:
		over = __builtin_add_overflow(x, y, &out);
		break;
	case SUBTRACT:
		over = __builtin_sub_overflow(x, y, &out);
		break;
	case MULTIPLY:
		over = __builtin_mul_overflow(x, y, &out);
		break;
	case DIVIDE:
		out = x / y;
		break;
	case MODULO:
		out = x % y;
		break;
	}
	return over ? cel_fail(a, "integer overflow") : cel_int(a, out);
}

static struct cel_value *naturals(struct arena *a, enum arithmetic op, uint64_t x, uint64_t y)
{
	uint64_t out = 0;
	bool over = false;

	if (op >= DIVIDE && !y)
		return cel_fail(a, op == DIVIDE ? "division by zero" : "modulus by zero");
	switch (op) {
	case ADD:
		over = __builtin_add_overflow(x, y, &out);
		break;
	case SUBTRACT:
		over = __builtin_sub_overflow(x, y, &out);
		break;
	case MULTIPLY:
		over = __builtin_mul_overflow(x, y, &out);
		break;
	case DIVIDE:
		out = x / y;
		break;
	case MODULO:
		out = x % y;
		break;
	}
	return over ? cel_fail(a, "unsigned integer overflow") : cel_uint(a, out);
}

static struct cel_value *numbers(struct evaluator *e, struct cel_value **x, enum arithmetic op)
{
	if (x[0]->kind == CEL_INT)
		return integers(e->arena, op, x[0]->integer, x[1]->integer);
	if (x[0]->kind == CEL_UINT)
		return naturals(e->arena, op, x[0]->natural, x[1]->natural);
	return cel_double(e->arena, op == ADD	     ? x[0]->real + x[1]->real
				    : op == SUBTRACT ? x[0]->real - x[1]->real
				    : op == MULTIPLY ? x[0]->real * x[1]->real
						     : x[0]->real / x[1]->real);
}

FN(add)
{
	return numbers(e, x, ADD);
}
FN(subtract)
{
	return numbers(e, x, SUBTRACT);
}
FN(multiply)
{
	return numbers(e, x, MULTIPLY);
}
FN(divide)
{
	return numbers(e, x, DIVIDE);
}
FN(modulo)
{
	return numbers(e, x, MODULO);
}

FN(negate)
{
	if (x[0]->kind == CEL_DOUBLE)
		return cel_double(e->arena, -x[0]->real);
	return integers(e->arena, SUBTRACT, 0, x[0]->integer);
}

FN(not_it)
{
	return cel_bool(e->arena, !x[0]->truth);
}

FN(join_texts)
{
	char *text = arena_alloc(e->arena, x[0]->text.len + x[1]->text.len + 1);

	memcpy(text, x[0]->text.text, x[0]->text.len);
	memcpy(text + x[0]->text.len, x[1]->text.text, x[1]->text.len);
	text[x[0]->text.len + x[1]->text.len] = 0;
	e->steps += (x[0]->text.len + x[1]->text.len) / 10;
	return cel_opaque(e->arena, x[0]->kind, text, x[0]->text.len + x[1]->text.len, NULL);
}

FN(join_lists)
{
	size_t count = x[0]->list.count + x[1]->list.count, i, k = 0;
	struct cel_value **items = arena_array(e->arena, count + 1, struct cel_value *);

	for (i = 0; i < x[0]->list.count; i++)
		items[k++] = cel_list_at(e->arena, x[0], i);
	for (i = 0; i < x[1]->list.count; i++)
		items[k++] = cel_list_at(e->arena, x[1], i);
	e->steps += count;
	return cel_list_of(e->arena, items, count);
}

/* ---- comparing ---- */

FN(equal)
{
	return cel_bool(e->arena, cel_equal(e->arena, x[0], x[1]));
}
FN(unequal)
{
	return cel_bool(e->arena, !cel_equal(e->arena, x[0], x[1]));
}

static struct cel_value *ordered(struct evaluator *e, struct cel_value **x, int low, int high)
{
	bool ok;
	int order = cel_compare(x[0], x[1], &ok);

	return cel_bool(e->arena, ok && order >= low && order <= high);
}

FN(less)
{
	return ordered(e, x, -1, -1);
}
FN(at_most)
{
	return ordered(e, x, -1, 0);
}
FN(more)
{
	return ordered(e, x, 1, 1);
}
FN(at_least)
{
	return ordered(e, x, 0, 1);
}

FN(in_list)
{
	size_t i;

	for (i = 0; i < x[1]->list.count; i++)
		if (cel_equal(e->arena, x[0], cel_list_at(e->arena, x[1], i)))
			return cel_bool(e->arena, true);
	e->steps += x[1]->list.count;
	return cel_bool(e->arena, false);
}

FN(in_map)
{
	return cel_bool(e->arena, cel_map_get(e->arena, x[1], x[0]) != NULL);
}

/* ---- indexes ---- */

static bool as_index(const struct cel_value *v, size_t count, size_t *out)
{
	if (v->kind == CEL_INT && v->integer >= 0 && (uint64_t)v->integer < count)
		*out = (size_t)v->integer;
	else if (v->kind == CEL_UINT && v->natural < count)
		*out = (size_t)v->natural;
	else if (v->kind == CEL_DOUBLE && v->real >= 0 && v->real < (double)count &&
		 v->real == floor(v->real))
		*out = (size_t)v->real;
	else
		return false;
	return true;
}

FN(list_index)
{
	size_t i;

	if (as_index(x[1], x[0]->list.count, &i))
		return cel_list_at(e->arena, x[0], i);
	if (x[1]->kind == CEL_INT)
		return cel_fail(e->arena, "index out of bounds: %lld", (long long)x[1]->integer);
	return cel_fail(e->arena, "unsupported index type '%s' in list", cel_kind_name(x[1]));
}

static const char *key_text(struct arena *a, const struct cel_value *key)
{
	return key->kind == CEL_STRING ? key->text.text
	       : key->kind == CEL_INT  ? arena_printf(a, "%lld", (long long)key->integer)
				       : cel_kind_name(key);
}

FN(map_index)
{
	struct cel_value *v = cel_map_get(e->arena, x[0], x[1]);

	return v ? v : cel_fail(e->arena, "no such key: %s", key_text(e->arena, x[1]));
}

FN(list_optional)
{
	size_t i;
	bool there = as_index(x[1], x[0]->list.count, &i);

	return cel_optional(e->arena, there ? cel_list_at(e->arena, x[0], i) : NULL);
}

FN(map_optional)
{
	return cel_optional(e->arena, cel_map_get(e->arena, x[0], x[1]));
}

FN(optional_index)
{
	struct cel_value *inner[2] = { x[0]->inner, x[1] };

	if (!x[0]->inner)
		return x[0];
	if (x[0]->inner->kind == CEL_LIST)
		return list_optional(e, inner, n);
	if (x[0]->inner->kind == CEL_MAP || x[0]->inner->kind == CEL_OBJECT)
		return map_optional(e, inner, n);
	return cel_fail(e->arena, "no such overload");
}

static const struct cel_function operators[] = {
	{ "_+_", "ii:i", add },
	{ "_+_", "uu:u", add },
	{ "_+_", "dd:d", add },
	{ "_+_", "ss:s", join_texts, false, COST_CONCAT },
	{ "_+_", "yy:y", join_texts, false, COST_CONCAT },
	{ "_+_", "LALA:LA", join_lists },
	{ "_-_", "ii:i", subtract },
	{ "_-_", "uu:u", subtract },
	{ "_-_", "dd:d", subtract },
	{ "_*_", "ii:i", multiply },
	{ "_*_", "uu:u", multiply },
	{ "_*_", "dd:d", multiply },
	{ "_/_", "ii:i", divide },
	{ "_/_", "uu:u", divide },
	{ "_/_", "dd:d", divide },
	{ "_%_", "ii:i", modulo },
	{ "_%_", "uu:u", modulo },
	{ "-_", "i:i", negate },
	{ "-_", "d:d", negate },
	{ "!_", "b:b", not_it },
	{ "_==_", "AA:b", equal, false, COST_SMALLER },
	{ "_!=_", "AA:b", unequal, false, COST_SMALLER },
#define ORDER(name, fn)                                                                            \
	{ name, "bb:b", fn }, { name, "ii:b", fn }, { name, "uu:b", fn }, { name, "dd:b", fn },    \
		{ name, "iu:b", fn }, { name, "id:b", fn }, { name, "ui:b", fn },                  \
		{ name, "ud:b", fn }, { name, "di:b", fn }, { name, "du:b", fn },                  \
		{ name, "ss:b", fn, false, COST_SMALLER },                                         \
		{ name, "yy:b", fn, false, COST_SMALLER }, { name, "tt:b", fn },                   \
	{                                                                                          \
		name, "DD:b", fn                                                                   \
	}
	ORDER("_<_", less),
	ORDER("_<=_", at_most),
	ORDER("_>_", more),
	ORDER("_>=_", at_least),
#undef ORDER
	{ "@in", "ALA:b", in_list, false, COST_IN },
	{ "@in", "AMAB:b", in_map },
	{ "_[_]", "LAi:A", list_index },
	{ "_[_]", "MABA:B", map_index },
	{ "_[?_]", "LAi:OA", list_optional },
	{ "_[?_]", "MABA:OB", map_optional },
	{ "_[?_]", "OLAi:OA", optional_index },
	{ "_[?_]", "OMABA:OB", optional_index },
	{ "_[_]", "OLAi:OA", optional_index },
	{ "_[_]", "OMABA:OB", optional_index },
};
const struct cel_functions cel_operators = { operators, ARRAY_SIZE(operators) };

/* ---- size and conversions ---- */

static int64_t characters(const struct cel_text *t)
{
	int64_t count = 0;
	size_t i;

	for (i = 0; i < t->len; i++)
		count += ((unsigned char)t->text[i] & 0xc0) != 0x80;
	return count;
}

FN(size)
{
	if (x[0]->kind == CEL_STRING)
		return cel_int(e->arena, characters(&x[0]->text));
	if (x[0]->kind == CEL_BYTES)
		return cel_int(e->arena, (int64_t)x[0]->text.len);
	return cel_int(e->arena,
		       (int64_t)(x[0]->kind == CEL_LIST ? x[0]->list.count : x[0]->map.count));
}

static struct cel_value *cannot_convert(struct evaluator *e, const struct cel_value *v,
					const char *to)
{
	return cel_fail(e->arena, "type conversion error from '%s' to '%s'", cel_kind_name(v), to);
}

FN(to_int)
{
	int64_t number;

	switch ((int)x[0]->kind) {
	case CEL_INT:
		return x[0];
	case CEL_UINT:
		return x[0]->natural > INT64_MAX ? cel_fail(e->arena, "integer overflow")
						 : cel_int(e->arena, (int64_t)x[0]->natural);
	case CEL_DOUBLE:
		if (!(x[0]->real > -9223372036854775808.0 && x[0]->real < 9223372036854775808.0))
			return cel_fail(e->arena, "integer overflow");
		return cel_int(e->arena, (int64_t)x[0]->real);
	case CEL_TIMESTAMP:
		return cel_int(e->arena, x[0]->integer);
	default:
		break;
	}
	if (x[0]->kind == CEL_STRING && strspn(x[0]->text.text, "+-0123456789") == x[0]->text.len) {
		char *end;

		number = strtoll(x[0]->text.text, &end, 10);
		if (x[0]->text.len && !*end)
			return cel_int(e->arena, number);
	}
	return cannot_convert(e, x[0], "int");
}

FN(to_uint)
{
	char *end;

	if (x[0]->kind == CEL_UINT)
		return x[0];
	if (x[0]->kind == CEL_INT)
		return x[0]->integer < 0 ? cel_fail(e->arena, "unsigned integer overflow")
					 : cel_uint(e->arena, (uint64_t)x[0]->integer);
	if (x[0]->kind == CEL_DOUBLE && x[0]->real >= 0 && x[0]->real < 18446744073709551616.0)
		return cel_uint(e->arena, (uint64_t)x[0]->real);
	if (x[0]->kind == CEL_STRING && x[0]->text.len &&
	    strspn(x[0]->text.text, "0123456789") == x[0]->text.len)
		return cel_uint(e->arena, strtoull(x[0]->text.text, &end, 10));
	return cannot_convert(e, x[0], "uint");
}

FN(to_double)
{
	char *end;
	double value;

	if (x[0]->kind == CEL_DOUBLE)
		return x[0];
	if (x[0]->kind == CEL_INT)
		return cel_double(e->arena, (double)x[0]->integer);
	if (x[0]->kind == CEL_UINT)
		return cel_double(e->arena, (double)x[0]->natural);
	value = strtod(x[0]->text.text, &end);
	return x[0]->text.len && !*end ? cel_double(e->arena, value)
				       : cannot_convert(e, x[0], "double");
}

FN(to_string)
{
	char number[NUMBER_TEXT];
	const char *text;

	switch ((int)x[0]->kind) {
	case CEL_STRING:
		return x[0];
	case CEL_BOOL:
		text = x[0]->truth ? "true" : "false";
		break;
	case CEL_INT:
		text = arena_printf(e->arena, "%lld", (long long)x[0]->integer);
		break;
	case CEL_UINT:
		text = arena_printf(e->arena, "%llu", (unsigned long long)x[0]->natural);
		break;
	case CEL_DOUBLE:
		number_format(number, x[0]->real, 'g');
		text = arena_strdup(e->arena, number);
		break;
	case CEL_TIMESTAMP:
		text = cel_format_timestamp(e->arena, x[0]);
		break;
	case CEL_DURATION:
		text = cel_format_duration(e->arena, x[0]);
		break;
	case CEL_BYTES:
	case CEL_IP:
	case CEL_CIDR:
	case CEL_SEMVER:
		return cel_string(e->arena, x[0]->text.text, x[0]->text.len);
	default:
		return cannot_convert(e, x[0], "string");
	}
	return cel_string_of(e->arena, text);
}

FN(to_bytes)
{
	return cel_opaque(e->arena, CEL_BYTES, x[0]->text.text, x[0]->text.len, NULL);
}

FN(to_bool)
{
	static const char *const yes[] = { "1", "t", "true", "TRUE", "True", "T" };
	static const char *const no[] = { "0", "f", "false", "FALSE", "False", "F" };
	size_t i;

	if (x[0]->kind == CEL_BOOL)
		return x[0];
	for (i = 0; i < ARRAY_SIZE(yes); i++)
		if (!strcmp(x[0]->text.text, yes[i]) || !strcmp(x[0]->text.text, no[i]))
			return cel_bool(e->arena, !strcmp(x[0]->text.text, yes[i]));
	return cannot_convert(e, x[0], "bool");
}

FN(to_dyn)
{
	(void)e;
	return x[0];
}

FN(type_of)
{
	struct cel_value *v = arena_new(e->arena, struct cel_value);

	v->kind = CEL_TYPE;
	v->type = cel_type_of(x[0]->kind);
	return v;
}

/* ---- optionals ---- */

FN(optional_of)
{
	return cel_optional(e->arena, x[0]);
}

FN(optional_none)
{
	(void)x;
	return cel_optional(e->arena, NULL);
}

static bool is_zero(const struct cel_value *v)
{
	switch ((int)v->kind) {
	case CEL_NULL:
		return true;
	case CEL_BOOL:
		return !v->truth;
	case CEL_INT:
		return !v->integer;
	case CEL_UINT:
		return !v->natural;
	case CEL_DOUBLE:
		return v->real == 0;
	case CEL_STRING:
	case CEL_BYTES:
		return !v->text.len;
	case CEL_LIST:
		return !v->list.count;
	case CEL_MAP:
	case CEL_OBJECT:
		return !v->map.count;
	case CEL_DURATION:
		return !v->integer && !v->nanos;
	default:
		return false;
	}
}

FN(optional_non_zero)
{
	return cel_optional(e->arena, is_zero(x[0]) ? NULL : x[0]);
}
FN(optional_has)
{
	return cel_bool(e->arena, x[0]->inner != NULL);
}

FN(optional_value)
{
	return x[0]->inner ? x[0]->inner : cel_fail(e->arena, "optional.none() dereference");
}

FN(optional_or)
{
	(void)e;
	return x[0]->inner ? x[0] : x[1];
}

FN(optional_or_value)
{
	(void)e;
	return x[0]->inner ? x[0]->inner : x[1];
}

static const struct cel_function core[] = {
	{ "size", "s:i", size },
	{ "size", "y:i", size },
	{ "size", "LA:i", size },
	{ "size", "MAB:i", size },
	{ "size", "s:i", size, true },
	{ "size", "y:i", size, true },
	{ "size", "LA:i", size, true },
	{ "size", "MAB:i", size, true },
	{ "int", "i:i", to_int },
	{ "int", "u:i", to_int },
	{ "int", "d:i", to_int },
	{ "int", "s:i", to_int },
	{ "int", "t:i", to_int },
	{ "uint", "u:u", to_uint },
	{ "uint", "i:u", to_uint },
	{ "uint", "d:u", to_uint },
	{ "uint", "s:u", to_uint },
	{ "double", "d:d", to_double },
	{ "double", "i:d", to_double },
	{ "double", "u:d", to_double },
	{ "double", "s:d", to_double },
	{ "string", "s:s", to_string },
	{ "string", "b:s", to_string },
	{ "string", "i:s", to_string },
	{ "string", "u:s", to_string },
	{ "string", "d:s", to_string },
	{ "string", "y:s", to_string, false, COST_STRING },
	{ "string", "t:s", to_string },
	{ "string", "D:s", to_string },
	{ "string", "I:s", to_string },
	{ "string", "C:s", to_string },
	{ "bytes", "s:y", to_bytes, false, COST_STRING },
	{ "bytes", "y:y", to_dyn },
	{ "bool", "b:b", to_bool },
	{ "bool", "s:b", to_bool },
	{ "dyn", "A:x", to_dyn },
	{ "type", "A:T", type_of },
	{ "optional.of", "A:OA", optional_of },
	{ "optional.none", ":OA", optional_none },
	{ "optional.ofNonZeroValue", "A:OA", optional_non_zero },
	{ "hasValue", "OA:b", optional_has, true },
	{ "value", "OA:A", optional_value, true },
	{ "or", "OAOA:OA", optional_or, true },
	{ "orValue", "OAA:A", optional_or_value, true },
};
const struct cel_functions cel_core = { core, ARRAY_SIZE(core) };
