/* Types: of identifiers from the environment, of calls from the overloads that fit. */
#include <string.h>
#include "base/buf.h"
#include "base/regex.h"
#include "validate/cel/ast.h"
#include "validate/cel/library.h"
#include "validate/cel/types.h"

struct scope {
	const struct scope *outer;
	const char *name;
	const struct cel_type *type;
	int depth;
};

struct checker {
	struct arena *arena;
	const struct cel_env *env;
	const char *text;
	struct cel_error *error;
	const struct scope *scope;
	int depth;
	bool failed;
	bool mixed; /* inside of format's arguments, whose list may hold anything */
};

static const struct cel_type *check(struct checker *c, struct ast *n);

#define FAIL(c, n, ...)                                                                            \
	((c)->failed = true,                                                                       \
	 cel_error_at((c)->arena, (c)->error, (c)->text, (n)->offset, __VA_ARGS__),                \
	 cel_type_of(CEL_ERROR))

/* ---- identifiers and fields ---- */

static const struct cel_type *check_ident(struct checker *c, struct ast *n)
{
	static const struct {
		const char *name;
		enum cel_kind kind;
	} types[] = {
		{ "int", CEL_INT },   { "uint", CEL_UINT },	{ "double", CEL_DOUBLE },
		{ "bool", CEL_BOOL }, { "string", CEL_STRING }, { "bytes", CEL_BYTES },
		{ "list", CEL_LIST }, { "map", CEL_MAP },	{ "null_type", CEL_NULL },
		{ "type", CEL_TYPE }, { "dyn", CEL_DYN },
	};
	const struct scope *s;
	size_t i;

	for (s = c->scope; s; s = s->outer) {
		if (strcmp(s->name, n->name))
			continue;
		n->slot = -1 - s->depth;
		return s->type;
	}
	for (i = 0; i < c->env->count; i++) {
		if (strcmp(c->env->variables[i].name, n->name))
			continue;
		n->slot = (int)i;
		return c->env->variables[i].type;
	}
	for (i = 0; i < ARRAY_SIZE(types); i++) {
		if (strcmp(types[i].name, n->name))
			continue;
		n->op = AST_LITERAL;
		n->literal = arena_new(c->arena, struct cel_value);
		n->literal->kind = CEL_TYPE;
		n->literal->type = cel_type_of(types[i].kind);
		return cel_type_of(CEL_TYPE);
	}
	return FAIL(c, n, "undeclared reference to '%s' (in container '')", n->name);
}

static const struct cel_type *field_type(struct checker *c, struct ast *n,
					 const struct cel_type *target)
{
	const struct cel_type *t;

	if (cel_is_dyn(target))
		return cel_type_of(CEL_DYN);
	if (target->kind == CEL_MAP)
		return target->element;
	if (target->kind == CEL_OPTIONAL)
		return cel_optional_type(c->arena, field_type(c, n, target->element));
	if (target->kind == CEL_AUTHORIZER && !strcmp(n->name, "requestResource"))
		return target;
	if (target->kind != CEL_OBJECT)
		return FAIL(c, n, "type '%s' does not support field selection",
			    cel_type_name(c->arena, target));
	t = target->object->field(target->object, c->arena, n->name, &n->json);
	return t ? t : FAIL(c, n, "undefined field '%s'", n->name);
}

/* A dotted name such as `optional.none` or `sets.contains` is a function's, not a field's. */
static const char *qualified(struct checker *c, const struct ast *n)
{
	const struct scope *s;
	size_t i;

	if (!n->target || n->target->op != AST_IDENT)
		return NULL;
	for (s = c->scope; s; s = s->outer)
		if (!strcmp(s->name, n->target->name))
			return NULL;
	for (i = 0; i < c->env->count; i++)
		if (!strcmp(c->env->variables[i].name, n->target->name))
			return NULL;
	return arena_printf(c->arena, "%s.%s", n->target->name, n->name);
}

static const struct cel_type *check_select(struct checker *c, struct ast *n)
{
	const struct cel_type *target = check(c, n->target), *t;

	if (c->failed)
		return target;
	t = field_type(c, n, target);
	if (n->test_optional && t->kind != CEL_OPTIONAL)
		return cel_optional_type(c->arena, t);
	return t;
}

/* ---- calls ---- */

struct overloads {
	const struct cel_type *result;
	const struct cel_function *only;
	bool known; /* a function of that name exists, called this way or the other */
	size_t fitting;
};

static bool fits(struct checker *c, const struct cel_function *f,
		 const struct cel_type *const *args, size_t count, const struct cel_type **result)
{
	const char *at = f->signature;
	struct cel_substitution b = { 0 };
	size_t i;

	for (i = 0; i < count; i++) {
		if (*at == ':')
			return false;
		if (!cel_assignable(cel_signature_type(c->arena, &at), args[i], &b))
			return false;
	}
	if (*at++ != ':')
		return false;
	*result = cel_resolve(c->arena, cel_signature_type(c->arena, &at), &b);
	return true;
}

static void find_overloads(struct checker *c, const char *name, bool member,
			   const struct cel_type *const *args, size_t count, struct overloads *out)
{
	const struct cel_type *result;
	size_t l, i;

	for (l = 0; l < cel_library_count; l++) {
		for (i = 0; i < cel_libraries[l]->count; i++) {
			const struct cel_function *f = &cel_libraries[l]->rows[i];

			if (strcmp(f->name, name))
				continue;
			out->known = true;
			if (!args || f->member != member || !fits(c, f, args, count, &result))
				continue;
			if (!out->fitting++) {
				out->result = result;
				out->only = f;
			} else {
				out->only = NULL;
				if (cel_is_free(out->result) || cel_is_free(result) ||
				    !cel_type_equal(out->result, result))
					out->result = cel_type_of(CEL_DYN);
			}
		}
	}
}

static const struct cel_type *no_overload(struct checker *c, struct ast *n,
					  const struct cel_type *const *args, size_t count)
{
	struct buf list;
	size_t i;

	buf_init(&list, 0);
	for (i = n->member ? 1 : 0; i < count; i++)
		buf_printf(&list, "%s%s", i > (size_t)(n->member ? 1 : 0) ? ", " : "",
			   cel_type_name(c->arena, args[i]));
	if (n->member)
		FAIL(c, n, "found no matching overload for '%s' applied to '%s.(%s)'", n->name,
		     cel_type_name(c->arena, args[0]), list.text);
	else
		FAIL(c, n, "found no matching overload for '%s' applied to '(%s)'", n->name,
		     list.text);
	buf_release(&list);
	return cel_type_of(CEL_ERROR);
}

/* A pattern that is written out must compile, as the API server's own check has it. */
static bool bad_pattern(const struct ast *n)
{
	const struct cel_value *v;

	if (strcmp(n->name, "matches") && strcmp(n->name, "find") && strcmp(n->name, "findAll"))
		return false;
	if (!n->count || n->args[n->member ? 0 : n->count - 1]->op != AST_LITERAL)
		return false;
	v = n->args[n->member ? 0 : n->count - 1]->literal;
	return v->kind == CEL_STRING && !regex_get(v->text.text, v->text.len, NULL);
}

/* A conversion of what is written out is done when the expression is compiled. */
static bool constant_converts(struct checker *c, struct ast *n)
{
	static const char *const names[] = { "bool", "bytes",  "double",    "duration",
					     "int",  "string", "timestamp", "uint" };
	struct evaluator e = { .arena = c->arena };
	struct cel_value *v;

	if (n->member || n->count != 1 || n->args[0]->op != AST_LITERAL || !n->only)
		return true;
	for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
		if (strcmp(names[i], n->name))
			continue;
		v = n->only->run(&e, &n->args[0]->literal, 1);
		if (v->kind == CEL_ERROR)
			FAIL(c, n->args[0], "%s", v->text.text);
		return v->kind != CEL_ERROR;
	}
	return true;
}

static const struct cel_type *check_call(struct checker *c, struct ast *n)
{
	const char *whole = n->member ? qualified(c, n) : NULL;
	const struct cel_type **args = arena_array(c->arena, n->count + 1, const struct cel_type *);
	struct overloads found = { 0 };
	size_t count = 0, i;
	bool mixed = c->mixed;

	if (whole) {
		find_overloads(c, whole, false, NULL, (size_t)-1, &found);
		if (found.known) {
			n->member = false;
			n->name = whole;
			n->target = NULL;
		}
	}
	if (n->member)
		args[count++] = check(c, n->target);
	c->mixed = c->mixed || !strcmp(n->name, "format");
	for (i = 0; i < n->count && !c->failed; i++)
		args[count++] = check(c, n->args[i]);
	c->mixed = mixed;
	if (c->failed)
		return cel_type_of(CEL_ERROR);
	found = (struct overloads){ 0 };
	find_overloads(c, n->name, n->member, args, count, &found);
	if (!found.known)
		return FAIL(c, n, "undeclared reference to '%s' (in container '')", n->name);
	if (!found.fitting)
		return no_overload(c, n, args, count);
	if (bad_pattern(n)) {
		c->failed = true;
		cel_error_at(c->arena, c->error, c->text, n->args[n->count - 1]->offset,
			     "invalid matches argument");
		return cel_type_of(CEL_ERROR);
	}
	n->only = found.only;
	return constant_converts(c, n) ? found.result : cel_type_of(CEL_ERROR);
}

/* ---- the rest ---- */

/* The elements of a list are of one type, as the API server's own check has it. */
static const struct cel_type *join(struct checker *c, struct ast *n, const struct cel_type *have,
				   const struct cel_type *more)
{
	if (c->failed || !have || cel_is_free(have))
		return more;
	if (cel_equivalent(have, more))
		return cel_general(have, more);
	if (c->mixed)
		return cel_type_of(CEL_DYN);
	return FAIL(c, n, "expected type '%s' but found '%s'", cel_type_name(c->arena, have),
		    cel_type_name(c->arena, more));
}

static const struct cel_type *element_type(struct checker *c, struct ast *n, size_t i)
{
	const struct cel_type *t = check(c, n->args[i]);

	if (!n->optional || !n->optional[i] || c->failed || cel_is_dyn(t))
		return t;
	if (n->op == AST_MAP && i % 2 == 0)
		return t;
	return t->kind == CEL_OPTIONAL
		       ? t->element
		       : FAIL(c, n->args[i], "expected type 'optional_type(%s)' but found '%s'",
			      cel_type_name(c->arena, t), cel_type_name(c->arena, t));
}

static const struct cel_type *check_list(struct checker *c, struct ast *n)
{
	const struct cel_type *element = NULL;
	size_t i;

	for (i = 0; i < n->count && !c->failed; i++)
		element = join(c, n->args[i], element, element_type(c, n, i));
	return cel_list_type(c->arena, element ? element : &cel_free);
}

static const struct cel_type *check_map(struct checker *c, struct ast *n)
{
	const struct cel_type *key = NULL, *value = NULL;
	size_t i;

	for (i = 0; i + 1 < n->count && !c->failed; i += 2) {
		key = join(c, n->args[i], key, element_type(c, n, i));
		value = join(c, n->args[i + 1], value, element_type(c, n, i + 1));
	}
	return cel_map_type(c->arena, key ? key : &cel_free, value ? value : &cel_free);
}

static const struct cel_type *patch_field(const struct cel_object *self, struct arena *a,
					  const char *name, const char **json)
{
	bool text = !strcmp(name, "op") || !strcmp(name, "path") || !strcmp(name, "from");

	(void)a;
	*json = name;
	if (strcmp(self->name, "JSONPatch") || !strcmp(name, "value"))
		return cel_type_of(CEL_DYN);
	return cel_type_of(text ? CEL_STRING : CEL_NULL); /* no value fits an unknown field */
}

/* What a policy's mutations may make: a JSONPatch, an Object and any object below it. */
static const struct cel_type *message_type(struct checker *c, struct ast *n)
{
	struct cel_object *object;

	if (!strncmp(n->name, "google.protobuf.", 16))
		return cel_type_of(CEL_DYN);
	if (!c->env->patches || (strcmp(n->name, "JSONPatch") && strcmp(n->name, "Object") &&
				 strncmp(n->name, "Object.", 7)))
		return FAIL(c, n, "undeclared reference to '%s' (in container '')", n->name);
	object = arena_new(c->arena, struct cel_object);
	*object = (struct cel_object){ n->name, patch_field, c->env };
	return cel_object_type(c->arena, object);
}

static const struct cel_type *check_message(struct checker *c, struct ast *n)
{
	const struct cel_type *made = message_type(c, n), *field, *value;
	const char *json;
	size_t i;

	for (i = 0; i < n->count && !c->failed; i++) {
		struct cel_substitution b = { 0 };

		value = element_type(c, n, i);
		if (c->failed || made->kind != CEL_OBJECT)
			continue;
		field = made->object->field(made->object, c->arena, n->fields[i], &json);
		if (!cel_assignable(field, value, &b))
			FAIL(c, n->args[i],
			     "expected type of field '%s' is '%s' but provided type is '%s'",
			     n->fields[i], cel_type_name(c->arena, field),
			     cel_type_name(c->arena, value));
	}
	return made;
}

static const struct cel_type *expect(struct checker *c, struct ast *n, enum cel_kind kind)
{
	const struct cel_type *t = check(c, n);

	if (c->failed || cel_is_dyn(t) || t->kind == kind)
		return t;
	return FAIL(c, n, "expected type '%s' but found '%s'",
		    cel_type_name(c->arena, cel_type_of(kind)), cel_type_name(c->arena, t));
}

static const struct cel_type *check_logical(struct checker *c, struct ast *n)
{
	const struct cel_type *args[2];
	size_t i;

	for (i = 0; i < 2 && !c->failed; i++)
		args[i] = check(c, n->args[i]);
	for (i = 0; i < 2 && !c->failed; i++)
		if (!cel_is_dyn(args[i]) && args[i]->kind != CEL_BOOL)
			return no_overload(c, n, args, 2);
	return cel_type_of(CEL_BOOL);
}

static const struct cel_type *check_condition(struct checker *c, struct ast *n)
{
	const struct cel_type *args[3];
	struct cel_substitution b = { 0 };
	size_t i;

	for (i = 0; i < 3 && !c->failed; i++)
		args[i] = check(c, n->args[i]);
	if (c->failed)
		return cel_type_of(CEL_ERROR);
	if ((!cel_is_dyn(args[0]) && args[0]->kind != CEL_BOOL) ||
	    !(cel_assignable(args[1], args[2], &b) || cel_assignable(args[2], args[1], &b)))
		return no_overload(c, n, args, 3);
	return cel_general(args[1], args[2]);
}

/* The types of a comprehension's variables. */
static void range_types(struct checker *c, struct ast *n, const struct cel_type *range,
			const struct cel_type **one, const struct cel_type **two)
{
	*one = *two = cel_type_of(CEL_DYN);
	if (range->kind == CEL_LIST) {
		*one = n->var2 ? cel_type_of(CEL_INT) : range->element;
		*two = range->element;
	} else if (range->kind == CEL_MAP) {
		*one = range->key;
		*two = range->element;
	} else if (!cel_is_dyn(range)) {
		FAIL(c, n->target,
		     "expression of type '%s' cannot be range of a comprehension (must be "
		     "list, map, or dynamic)",
		     cel_type_name(c->arena, range));
	}
}

static const struct cel_type *macro_result(struct checker *c, const struct ast *n,
					   const struct cel_type *range,
					   const struct cel_type *body)
{
	switch (n->macro) {
	case MACRO_MAP:
	case MACRO_TRANSFORM_LIST:
		return cel_list_type(c->arena, body);
	case MACRO_FILTER:
		return range->kind == CEL_LIST	? range
		       : range->kind == CEL_MAP ? cel_list_type(c->arena, range->key)
						: cel_type_of(CEL_LIST);
	case MACRO_TRANSFORM_MAP:
		return cel_map_type(c->arena,
				    range->kind == CEL_MAP    ? range->key
				    : range->kind == CEL_LIST ? cel_type_of(CEL_INT)
							      : cel_type_of(CEL_DYN),
				    body);
	case MACRO_TRANSFORM_MAP_ENTRY:
		return body;
	case MACRO_SORT_BY:
		return range->kind == CEL_LIST ? range : cel_type_of(CEL_LIST);
	case MACRO_HAS:
	case MACRO_ALL:
	case MACRO_EXISTS:
	case MACRO_EXISTS_ONE:
	case MACRO_OPT_MAP:
	case MACRO_OPT_FLAT_MAP:
		break;
	}
	return cel_type_of(CEL_BOOL);
}

/* Whether argument `i` of a macro is a condition. */
static bool is_condition(const struct ast *n, size_t i)
{
	bool maps = n->macro == MACRO_MAP || n->macro >= MACRO_TRANSFORM_LIST;

	return maps ? n->count == 2 && i == 0 : true;
}

static const struct cel_type *check_body(struct checker *c, struct ast *n,
					 const struct cel_type *range)
{
	const struct cel_type *one, *two, *body = cel_type_of(CEL_DYN);
	struct scope first = { c->scope, n->var, NULL, c->depth }, second;
	size_t i;

	range_types(c, n, range, &one, &two);
	if (c->failed)
		return cel_type_of(CEL_ERROR);
	if (c->depth + 2 > 60)
		return FAIL(c, n, "comprehensions are nested too deeply");
	first.type = one;
	c->scope = &first;
	c->depth++;
	if (n->var2) {
		second = (struct scope){ &first, n->var2, two, c->depth++ };
		c->scope = &second;
	}
	for (i = 0; i < n->count && !c->failed; i++)
		body = is_condition(n, i) ? expect(c, n->args[i], CEL_BOOL) : check(c, n->args[i]);
	c->scope = first.outer;
	c->depth -= n->var2 ? 2 : 1;
	return c->failed ? body : macro_result(c, n, range, body);
}

static const struct cel_type *check_optional(struct checker *c, struct ast *n,
					     const struct cel_type *range)
{
	struct scope first = { c->scope, n->var, cel_type_of(CEL_DYN), c->depth };
	const struct cel_type *body;

	if (!cel_is_dyn(range) && range->kind != CEL_OPTIONAL)
		return FAIL(c, n, "found no matching overload for '%s' applied to '%s.()'", n->name,
			    cel_type_name(c->arena, range));
	if (!cel_is_dyn(range))
		first.type = range->element;
	c->scope = &first;
	c->depth++;
	body = check(c, n->args[0]);
	c->scope = first.outer;
	c->depth--;
	return n->macro == MACRO_OPT_MAP ? cel_optional_type(c->arena, body) : body;
}

static const struct cel_type *check_macro(struct checker *c, struct ast *n)
{
	const struct cel_type *range;

	if (n->macro == MACRO_HAS) {
		check(c, n->args[0]);
		return cel_type_of(CEL_BOOL);
	}
	range = check(c, n->target);
	if (c->failed)
		return range;
	if (n->macro == MACRO_OPT_MAP || n->macro == MACRO_OPT_FLAT_MAP)
		return check_optional(c, n, range);
	return check_body(c, n, range);
}

static const struct cel_type *check_one(struct checker *c, struct ast *n)
{
	switch (n->op) {
	case AST_LITERAL:
		return cel_type_of(n->literal->kind);
	case AST_IDENT:
		return check_ident(c, n);
	case AST_SELECT:
		return check_select(c, n);
	case AST_CALL:
		return check_call(c, n);
	case AST_LIST:
		return check_list(c, n);
	case AST_MAP:
		return check_map(c, n);
	case AST_MESSAGE:
		return check_message(c, n);
	case AST_MACRO:
		return check_macro(c, n);
	case AST_AND:
	case AST_OR:
		return check_logical(c, n);
	case AST_CONDITION:
		return check_condition(c, n);
	}
	return cel_type_of(CEL_ERROR);
}

static const struct cel_type *check(struct checker *c, struct ast *n)
{
	n->type = check_one(c, n);
	return n->type;
}

int cel_check(struct arena *a, const struct cel_env *env, const char *text, struct ast *root,
	      struct cel_error *error)
{
	struct checker c = { .arena = a, .env = env, .text = text, .error = error };

	check(&c, root);
	return c.failed ? -1 : 0;
}
