/* Evaluation: lazy, over nodes, with errors as values, for && and || absorb them. */
#include <string.h>
#include "validate/cel/ast.h"
#include "validate/cel/library.h"

enum { STEPS_MOST = 5000000 }; /* far above what the API server's cost limit lets through */

static struct cel_value *eval(struct evaluator *e, const struct ast *n);

static bool is_error(const struct cel_value *v)
{
	return v->kind == CEL_ERROR;
}

static struct cel_value *eval_ident(struct evaluator *e, const struct ast *n)
{
	const struct cel_binding *b;
	struct cel_value **slot, *v;

	if (n->slot < 0)
		return e->locals[-1 - n->slot];
	slot = &e->globals[n->slot];
	v = *slot;
	if (v)
		return v;
	b = &e->bindings[n->slot];
	if (b->value)
		*slot = b->value(b->data, e->arena);
	else if (b->optional)
		*slot = cel_optional(e->arena, b->node ? cel_from_node(e->arena, b->node,
								       n->type->kind == CEL_OPTIONAL
									       ? n->type->element
									       : n->type)
						       : NULL);
	else
		*slot = b->node ? cel_from_node(e->arena, b->node, n->type) : cel_null(e->arena);
	return *slot;
}

/* A field of a map or object; NULL when it is not there. */
static struct cel_value *field_of(struct evaluator *e, const struct ast *n,
				  struct cel_value *target)
{
	const char *name = n->json ? n->json : n->name;

	if (target->kind != CEL_MAP && target->kind != CEL_OBJECT)
		return cel_fail(e->arena, "no such overload");
	return cel_map_get(e->arena, target, cel_string_of(e->arena, name));
}

static struct cel_value *eval_select(struct evaluator *e, const struct ast *n)
{
	struct cel_value *target = eval(e, n->target), *v;
	bool optional = target->kind == CEL_OPTIONAL;

	if (is_error(target))
		return target;
	if (optional && !target->inner)
		return target;
	if (optional)
		target = target->inner;
	v = field_of(e, n, target);
	if (optional || n->test_optional)
		return v && is_error(v)
			       ? v
			       : cel_optional(e->arena, v && v->kind != CEL_NULL ? v : NULL);
	return v ? v : cel_fail(e->arena, "no such key: %s", n->json ? n->json : n->name);
}

static struct cel_value *eval_has(struct evaluator *e, const struct ast *n)
{
	const struct ast *select = n->args[0];
	struct cel_value *target = eval(e, select->target), *v;

	if (is_error(target))
		return target;
	if (target->kind == CEL_OPTIONAL) {
		if (!target->inner)
			return cel_bool(e->arena, false);
		target = target->inner;
	}
	v = field_of(e, select, target);
	return v && is_error(v) ? v : cel_bool(e->arena, v != NULL);
}

/* ---- calls ---- */

static bool kind_fits(const char **at, const struct cel_value *v)
{
	static const char codes[] = "biudsyntDQICUVFT";
	static const enum cel_kind kinds[] = {
		CEL_BOOL, CEL_INT,	 CEL_UINT,     CEL_DOUBLE,   CEL_STRING, CEL_BYTES,
		CEL_NULL, CEL_TIMESTAMP, CEL_DURATION, CEL_QUANTITY, CEL_IP,	 CEL_CIDR,
		CEL_URL,  CEL_SEMVER,	 CEL_FORMAT,   CEL_TYPE,
	};
	char code = *(*at)++;
	const char *known;

	if (code == 'L' || code == 'O' || code == 'M') {
		const struct cel_value any = { .kind = CEL_DYN };

		kind_fits(at, &any);
		if (code == 'M')
			kind_fits(at, &any);
		return code == 'L'   ? v->kind == CEL_LIST
		       : code == 'O' ? v->kind == CEL_OPTIONAL
				     : v->kind == CEL_MAP || v->kind == CEL_OBJECT;
	}
	known = strchr(codes, code);
	return !known || v->kind == CEL_DYN || kinds[known - codes] == v->kind;
}

static bool row_fits(const struct cel_function *f, struct cel_value **args, size_t count)
{
	const char *at = f->signature;
	size_t i;

	for (i = 0; i < count; i++) {
		if (*at == ':')
			return false;
		if (!kind_fits(&at, args[i]))
			return false;
	}
	return *at == ':';
}

static const struct cel_function *find_row(const struct ast *n, struct cel_value **args,
					   size_t count)
{
	size_t l, i;

	if (n->only && row_fits(n->only, args, count))
		return n->only;
	for (l = 0; l < cel_library_count; l++) {
		for (i = 0; i < cel_libraries[l]->count; i++) {
			const struct cel_function *f = &cel_libraries[l]->rows[i];

			if (f->member == n->member && !strcmp(f->name, n->name) &&
			    row_fits(f, args, count))
				return f;
		}
	}
	return NULL;
}

/* optional.or(other) and the like look at their argument only where they must. */
static struct cel_value *eval_lazily(struct evaluator *e, const struct ast *n,
				     struct cel_value *target)
{
	if (target->kind != CEL_OPTIONAL || n->count != 1)
		return NULL;
	if (!strcmp(n->name, "orValue"))
		return target->inner ? target->inner : eval(e, n->args[0]);
	if (!strcmp(n->name, "or"))
		return target->inner ? target : eval(e, n->args[0]);
	return NULL;
}

static struct cel_value *eval_call(struct evaluator *e, const struct ast *n)
{
	struct cel_value *few[6], **args = few, *lazy;
	const struct cel_function *f;
	size_t count = 0, i;

	if (n->count + 1 > ARRAY_SIZE(few))
		args = arena_array(e->arena, n->count + 1, struct cel_value *);
	if (n->member) {
		args[count] = eval(e, n->target);
		if (is_error(args[count]))
			return args[count];
		lazy = eval_lazily(e, n, args[count++]);
		if (lazy)
			return lazy;
	}
	for (i = 0; i < n->count; i++) {
		args[count] = eval(e, n->args[i]);
		if (is_error(args[count++]))
			return args[count - 1];
	}
	f = find_row(n, args, count);
	if (!f || !f->run)
		return cel_fail(e->arena, f ? "%s can't be answered here" : "no such overload",
				n->name);
	return f->run(e, args, count);
}

/* ---- literals ---- */

static struct cel_value *eval_list(struct evaluator *e, const struct ast *n)
{
	struct cel_value **items = arena_array(e->arena, n->count + 1, struct cel_value *), *v;
	size_t i, count = 0;

	for (i = 0; i < n->count; i++) {
		v = eval(e, n->args[i]);
		if (is_error(v))
			return v;
		if (n->optional[i] && v->kind == CEL_OPTIONAL) {
			if (v->inner)
				items[count++] = v->inner;
			continue;
		}
		items[count++] = v;
	}
	return cel_list_of(e->arena, items, count);
}

static struct cel_value *eval_map(struct evaluator *e, const struct ast *n)
{
	struct cel_pair *pairs = arena_array(e->arena, n->count / 2 + 1, struct cel_pair);
	size_t i, count = 0;

	for (i = 0; i + 1 < n->count; i += 2) {
		struct cel_value *key = eval(e, n->args[i]), *value = eval(e, n->args[i + 1]);

		if (is_error(key))
			return key;
		if (is_error(value))
			return value;
		if (n->optional[i] && value->kind == CEL_OPTIONAL) {
			if (!value->inner)
				continue;
			value = value->inner;
		}
		pairs[count++] = (struct cel_pair){ key, value };
	}
	return cel_map_of(e->arena, pairs, count);
}

/* ---- logic ---- */

static struct cel_value *eval_logical(struct evaluator *e, const struct ast *n)
{
	bool any = n->op == AST_OR;
	struct cel_value *left = eval(e, n->args[0]), *right;

	if (left->kind == CEL_BOOL && left->truth == any)
		return left;
	right = eval(e, n->args[1]);
	if (right->kind == CEL_BOOL && right->truth == any)
		return right;
	if (left->kind != CEL_BOOL)
		return is_error(left) ? left : cel_fail(e->arena, "no such overload");
	return right->kind == CEL_BOOL || is_error(right) ? right
							  : cel_fail(e->arena, "no such overload");
}

static struct cel_value *eval_condition(struct evaluator *e, const struct ast *n)
{
	struct cel_value *test = eval(e, n->args[0]);

	if (is_error(test))
		return test;
	if (test->kind != CEL_BOOL)
		return cel_fail(e->arena, "no such overload");
	return eval(e, n->args[test->truth ? 1 : 2]);
}

/* ---- comprehensions ---- */

struct items {
	VEC(struct cel_value *);
};
struct pairs {
	VEC(struct cel_pair);
};

struct loop {
	const struct ast *n;
	struct cel_value *failed; /* the first error, for all() and exists() to absorb */
	size_t matches;
	struct items items;
	struct pairs pairs;
	struct cel_value *key; /* this turn's */
	struct cel_value *element;
	struct cel_value *result; /* set: the loop is over */
};

static void turn_quantifier(struct evaluator *e, struct loop *l, struct cel_value *v)
{
	bool all = l->n->macro == MACRO_ALL;

	if (v->kind != CEL_BOOL) {
		if (l->n->macro == MACRO_EXISTS_ONE)
			l->result = v;
		else if (!l->failed)
			l->failed = is_error(v) ? v : cel_fail(e->arena, "no such overload");
		return;
	}
	l->matches += v->truth;
	if (l->n->macro != MACRO_EXISTS_ONE && v->truth != all)
		l->result = cel_bool(e->arena, !all);
}

static void add_entries(struct evaluator *e, struct loop *l, struct cel_value *v)
{
	size_t i;

	if (v->kind != CEL_MAP) {
		l->result = cel_fail(e->arena, "no such overload");
		return;
	}
	for (i = 0; i < v->map.count; i++) {
		struct cel_value *key = cel_map_key(e->arena, v, i);

		*vec_push(e->arena, &l->pairs) =
			(struct cel_pair){ key, cel_map_get(e->arena, v, key) };
	}
}

static void turn_transform(struct evaluator *e, struct loop *l)
{
	const struct ast *n = l->n;
	bool filters = n->macro == MACRO_FILTER || n->count == 2;
	struct cel_value *v;

	if (filters) {
		v = eval(e, n->args[0]);
		if (v->kind != CEL_BOOL) {
			l->result = is_error(v) ? v : cel_fail(e->arena, "no such overload");
			return;
		}
		if (!v->truth)
			return;
	}
	if (n->macro == MACRO_FILTER) {
		*vec_push(e->arena, &l->items) = l->element;
		return;
	}
	v = eval(e, n->args[n->count - 1]);
	if (is_error(v))
		l->result = v;
	else if (n->macro == MACRO_TRANSFORM_MAP)
		*vec_push(e->arena, &l->pairs) = (struct cel_pair){ l->key, v };
	else if (n->macro == MACRO_TRANSFORM_MAP_ENTRY)
		add_entries(e, l, v);
	else if (n->macro == MACRO_SORT_BY)
		*vec_push(e->arena, &l->pairs) = (struct cel_pair){ v, l->element };
	else
		*vec_push(e->arena, &l->items) = v;
}

/* The elements in the order of their keys; equal ones stay as they are. */
static struct cel_value *sorted(struct evaluator *e, const struct loop *l)
{
	struct cel_value **out = arena_array(e->arena, l->pairs.count + 1, struct cel_value *);
	struct cel_pair *pairs = l->pairs.items;
	bool ok = true;

	for (size_t i = 1; i < l->pairs.count; i++) {
		struct cel_pair one = pairs[i];
		size_t at = i;

		for (; at && cel_compare(pairs[at - 1].key, one.key, &ok) > 0 && ok; at--)
			pairs[at] = pairs[at - 1];
		pairs[at] = one;
		e->steps += i - at;
		if (!ok || e->steps > STEPS_MOST)
			return cel_fail(e->arena, "no such overload");
	}
	for (size_t i = 0; i < l->pairs.count; i++)
		out[i] = pairs[i].value;
	return cel_list_of(e->arena, out, l->pairs.count);
}

static struct cel_value *loop_result(struct evaluator *e, const struct loop *l)
{
	if (l->result)
		return l->result;
	switch (l->n->macro) {
	case MACRO_ALL:
	case MACRO_EXISTS:
		return l->failed ? l->failed : cel_bool(e->arena, l->n->macro == MACRO_ALL);
	case MACRO_EXISTS_ONE:
		return cel_bool(e->arena, l->matches == 1);
	case MACRO_MAP:
	case MACRO_FILTER:
	case MACRO_TRANSFORM_LIST:
		return cel_list_of(e->arena, l->items.items, l->items.count);
	case MACRO_SORT_BY:
		return sorted(e, l);
	case MACRO_TRANSFORM_MAP:
	case MACRO_TRANSFORM_MAP_ENTRY:
		return cel_map_of(e->arena, l->pairs.items, l->pairs.count);
	case MACRO_HAS:
	case MACRO_OPT_MAP:
	case MACRO_OPT_FLAT_MAP:
		break;
	}
	return cel_fail(e->arena, "no such overload");
}

static struct cel_value *eval_loop(struct evaluator *e, const struct ast *n)
{
	struct cel_value *range = eval(e, n->target);
	struct loop l = { .n = n };
	bool list = range->kind == CEL_LIST;
	int local = e->local_count;
	size_t count, i;

	if (is_error(range))
		return range;
	if (!list && range->kind != CEL_MAP && range->kind != CEL_OBJECT)
		return cel_fail(e->arena, "no such overload");
	count = list ? range->list.count : range->map.count;
	e->local_count += n->var2 ? 2 : 1;
	for (i = 0; i < count && !l.result; i++) {
		l.key = list ? cel_int(e->arena, (int64_t)i) : cel_map_key(e->arena, range, i);
		l.element = list ? cel_list_at(e->arena, range, i) : l.key;
		e->locals[local] = n->var2 ? l.key : l.element;
		if (n->var2)
			e->locals[local + 1] =
				list ? l.element : cel_map_get(e->arena, range, l.key);
		if (n->macro == MACRO_ALL || n->macro == MACRO_EXISTS ||
		    n->macro == MACRO_EXISTS_ONE)
			turn_quantifier(e, &l, eval(e, n->args[0]));
		else
			turn_transform(e, &l);
		if (e->steps > STEPS_MOST)
			l.result = cel_fail(e->arena,
					    "operation cancelled: actual cost limit exceeded");
	}
	e->local_count = local;
	return loop_result(e, &l);
}

static struct cel_value *eval_optional(struct evaluator *e, const struct ast *n)
{
	struct cel_value *target = eval(e, n->target), *v;

	if (is_error(target) || target->kind != CEL_OPTIONAL)
		return is_error(target) ? target : cel_fail(e->arena, "no such overload");
	if (!target->inner)
		return target;
	e->locals[e->local_count++] = target->inner;
	v = eval(e, n->args[0]);
	e->local_count--;
	return n->macro == MACRO_OPT_MAP && !is_error(v) ? cel_optional(e->arena, v) : v;
}

static struct cel_value *eval(struct evaluator *e, const struct ast *n)
{
	if (++e->steps > STEPS_MOST)
		return cel_fail(e->arena, "operation cancelled: actual cost limit exceeded");
	switch (n->op) {
	case AST_LITERAL:
		return n->literal;
	case AST_IDENT:
		return eval_ident(e, n);
	case AST_SELECT:
		return eval_select(e, n);
	case AST_CALL:
		return eval_call(e, n);
	case AST_LIST:
		return eval_list(e, n);
	case AST_MAP:
		return eval_map(e, n);
	case AST_MACRO:
		if (n->macro == MACRO_HAS)
			return eval_has(e, n);
		if (n->macro == MACRO_OPT_MAP || n->macro == MACRO_OPT_FLAT_MAP)
			return eval_optional(e, n);
		return eval_loop(e, n);
	case AST_AND:
	case AST_OR:
		return eval_logical(e, n);
	case AST_CONDITION:
		return eval_condition(e, n);
	case AST_MESSAGE: /* made by policies only, which are not run here */
		break;
	}
	return cel_fail(e->arena, "no such overload");
}

struct cel_program *cel_compile(struct arena *a, const struct cel_env *env, const char *text,
				struct cel_error *error)
{
	struct cel_program *p = arena_new(a, struct cel_program);

	*error = (struct cel_error){ 0 };
	p->arena = a;
	p->env = env;
	p->text = text;
	p->root = cel_parse(a, text, error);
	if (!p->root || cel_check(a, env, text, p->root, error) < 0)
		return NULL;
	p->result = p->root->type;
	p->cost = cel_estimate(a, env, p->root);
	return p;
}

const struct cel_type *cel_result_type(const struct cel_program *p)
{
	return p->result;
}

uint64_t cel_cost(const struct cel_program *p)
{
	return p->cost;
}

static bool ast_uses(const struct ast *n, int slot)
{
	size_t i;

	if (!n)
		return false;
	if (n->op == AST_IDENT && n->slot == slot)
		return true;
	for (i = 0; i < n->count; i++)
		if (ast_uses(n->args[i], slot))
			return true;
	return ast_uses(n->target, slot);
}

bool cel_uses(const struct cel_program *p, const char *variable)
{
	size_t i;

	for (i = 0; i < p->env->count; i++)
		if (!strcmp(p->env->variables[i].name, variable))
			return ast_uses(p->root, (int)i);
	return false;
}

struct cel_value *cel_evaluate(const struct cel_program *p, struct arena *a,
			       const struct cel_binding *bindings)
{
	struct evaluator e = { .arena = a, .program = p, .bindings = bindings };

	e.globals = arena_array(a, p->env->count + 1, struct cel_value *);
	return eval(&e, p->root);
}

int cel_run(const struct cel_program *p, struct arena *a, const struct cel_binding *bindings,
	    const char **text, const char **error)
{
	struct cel_value *v = cel_evaluate(p, a, bindings);

	if (text && v->kind == CEL_STRING) {
		*text = arena_memdup(a, v->text.text, v->text.len);
		return 1;
	}
	if (v->kind == CEL_BOOL)
		return v->truth;
	*error = is_error(v) ? v->text.text
			     : arena_printf(a, "expected bool, found %s", cel_kind_name(v));
	return -1;
}
