/* eval: pipelines, commands, fields and calls. */
#include <stdarg.h>
#include <string.h>
#include "render/helm/template/exec.h"

/* Operands of a command after its first word, and what the pipe brings (NULL: nothing). */
struct operands {
	struct tnode *const *items;
	size_t count;
	const struct value *final;
};
static const struct operands NO_OPERANDS = { NULL, 0, NULL };

static int eval_function(struct exec *x, struct value dot, const struct tnode *n,
			 const struct tnode *at, struct operands ops, struct value *out);
static int eval_field_chain(struct exec *x, struct value dot, struct value receiver,
			    const struct tnode *n, uint32_t from, struct operands ops,
			    struct value *out);
static int eval_variable(struct exec *x, struct value dot, const struct tnode *n,
			 struct operands ops, struct value *out);
static int eval_chain(struct exec *x, struct value dot, const struct tnode *n, struct operands ops,
		      struct value *out);

/* ---- variables ---- */

static struct variable *find_variable(struct exec *x, struct name name)
{
	size_t i;

	for (i = x->vars.count; i-- > 0;)
		if (x->vars.items[i].name.len == name.len &&
		    !memcmp(x->vars.items[i].name.text, name.text, name.len))
			return &x->vars.items[i];
	return NULL;
}

int exec_set_variable(struct exec *x, struct name name, struct value v)
{
	struct variable *have = find_variable(x, name);

	if (!have)
		return exec_fail(x, "undefined variable: %.*s", (int)name.len, name.text);
	have->value = v;
	return 0;
}

/* ---- types ---- */

static const struct go_type type_reflect = { .name = "reflect.Value", .kind = GO_STRUCT };

static const struct go_type *letter_type(char letter)
{
	static const struct {
		char letter;
		const struct go_type *type;
	} types[] = {
		{ 'a', &type_any },	    { 'v', &type_reflect },  { 's', &type_string },
		{ 'b', &type_bool },	    { 'i', &type_int },	     { 'j', &type_int64 },
		{ 'u', &type_uint },	    { 'f', &type_float64 },  { 'l', &type_any_list },
		{ 'L', &type_any_lists },   { 'm', &type_any_map },  { 'B', &type_bytes },
		{ 'S', &type_strings },	    { 't', &type_time },     { 'U', &type_uint64 },
		{ 'c', &type_certificate }, { 'D', &type_duration }, { 'w', &type_uint32 },
		{ 'e', &type_semver },
	};
	size_t i;

	for (i = 0; i < ARRAY_SIZE(types); i++)
		if (types[i].letter == letter)
			return types[i].type;
	return &type_any;
}

static bool can_be_nil(const struct go_type *t)
{
	return t == &type_reflect || t->kind == GO_INTERFACE || t->kind == GO_MAP ||
	       t->kind == GO_PTR || t->kind == GO_SLICE;
}

/* Go's assignability: the same type, or the same structure where one of the two has no name. */
static bool assignable(const struct go_type *from, const struct go_type *to)
{
	if (from == to)
		return true;
	if (from->kind != to->kind || (to->kind != GO_MAP && to->kind != GO_SLICE))
		return false;
	return from->elem == to->elem && from->key == to->key;
}

/* What a value becomes when it is given to a parameter of type `t`. */
static int validate(struct exec *x, struct value v, const struct go_type *t, struct value *out)
{
	*out = v;
	if (t == &type_reflect)
		return 0;
	if (!v.type && !v.iface) {
		if (!can_be_nil(t))
			return exec_fail(x, "invalid value; expected %s", t->name);
		*out = (struct value){ .type = t == &type_any ? NULL : t,
				       .iface = t == &type_any,
				       .origin = v.origin };
		return 0;
	}
	if (t == &type_any)
		return 0;
	if (!v.type)
		return exec_fail(x, "wrong type for value; expected %s; got interface {}", t->name);
	if (v.type->kind == GO_PTR && v.data && assignable(v.type->elem, t))
		v.type = v.type->elem;
	if (!assignable(v.type, t))
		return exec_fail(x, "wrong type for value; expected %s; got %s", t->name,
				 v.type->name);
	*out = v;
	out->type = t;
	out->iface = false;
	return 0;
}

/* ---- constants ---- */

static int ideal_constant(struct exec *x, const struct tnode *n, struct value *out)
{
	const struct number *c = n->number;
	const char *text = n->name.text;
	bool hex = n->name.len > 2 && text[0] == '0' && (text[1] | 0x20) == 'x' &&
		   !memchr(text, 'p', n->name.len) && !memchr(text, 'P', n->name.len);
	bool point = false;
	uint32_t i;

	x->node = n;
	for (i = 0; i < n->name.len; i++)
		point |= text[i] && strchr(".eEpP", text[i]);
	*out = VALUE_NIL;
	if (c->is & IS_COMPLEX) {
		*out = (struct value){ .type = &type_complex128 };
		out->complex = arena_alloc(x->set->arena, sizeof(c->complex));
		memcpy(out->complex, c->complex, sizeof(c->complex));
	} else if ((c->is & IS_FLOAT) && !hex && text[0] != '\'' && point) {
		*out = value_float(c->f);
	} else if (c->is & IS_INT) {
		*out = value_int(c->i);
	} else if (c->is & IS_UINT) {
		return exec_fail(x, "%.*s overflows int", (int)n->name.len, text);
	}
	return 0;
}

static struct value string_constant(struct exec *x, const struct tnode *n)
{
	return value_str_ref(x->set->arena, n->name.text, n->name.len, 0);
}

/* ---- arguments ---- */

/* A literal given to a parameter: Go's constants fit the type that is asked for. */
static int eval_literal(struct exec *x, const struct tnode *n, const struct go_type *t,
			struct value *out)
{
	enum go_kind k = t == &type_reflect ? GO_INTERFACE : t->kind;
	const char *want;

	x->node = n;
	if (k == GO_INTERFACE) {
		if (n->type == T_NUMBER)
			return ideal_constant(x, n, out);
		*out = n->type == T_BOOL ? value_bool(n->flag) : string_constant(x, n);
		return 0;
	}
	if (k == GO_BOOL && n->type == T_BOOL) {
		*out = value_bool(n->flag);
	} else if (k == GO_STRING && n->type == T_STRING) {
		*out = string_constant(x, n);
	} else if (kind_is_int(k) && n->type == T_NUMBER && (n->number->is & IS_INT)) {
		*out = value_of_int(t, n->number->i);
	} else if (kind_is_uint(k) && n->type == T_NUMBER && (n->number->is & IS_UINT)) {
		*out = value_uint(t, n->number->u);
	} else if (kind_is_float(k) && n->type == T_NUMBER && (n->number->is & IS_FLOAT)) {
		*out = value_float(n->number->f);
	} else {
		want = k == GO_BOOL	  ? "bool"
		       : k == GO_STRING	  ? "string"
		       : kind_is_int(k)	  ? "integer"
		       : kind_is_uint(k)  ? "unsigned integer"
		       : kind_is_float(k) ? "float"
					  : NULL;
		if (want)
			return exec_fail(x, "expected %s; found %s", want,
					 tree_shown(x->set->arena, n));
		return exec_fail(x, "can't handle %s for arg of type %s",
				 tree_shown(x->set->arena, n), t->name);
	}
	return 0;
}

static int eval_arg(struct exec *x, struct value dot, const struct tnode *n,
		    const struct go_type *t, struct value *out)
{
	struct value v = VALUE_NIL;
	int rc = 0;

	x->node = n;
	switch ((int)n->type) {
	case T_DOT:
		v = dot;
		break;
	case T_NIL:
		if (!can_be_nil(t))
			return exec_fail(x, "cannot assign nil to %s", t->name);
		break;
	case T_FIELD:
		rc = eval_field_chain(x, dot, dot, n, 0, NO_OPERANDS, &v);
		break;
	case T_VARIABLE:
		rc = eval_variable(x, dot, n, NO_OPERANDS, &v);
		break;
	case T_PIPE:
		rc = exec_pipeline(x, dot, n, &v);
		break;
	case T_IDENT:
		rc = eval_function(x, dot, n, n, NO_OPERANDS, &v);
		break;
	case T_CHAIN:
		rc = eval_chain(x, dot, n, NO_OPERANDS, &v);
		break;
	default:
		return eval_literal(x, n, t, out);
	}
	return rc ? rc : validate(x, v, t, out);
}

/* ---- calls ---- */

int call_fail_text(struct call *c, const char *text)
{
	c->error = text;
	return -1;
}

int call_fail(struct call *c, const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	c->error = arena_vprintf(c->arena, fmt, args);
	va_end(args);
	return -1;
}

int call_spend(struct call *c, size_t steps)
{
	const char *limit = set_spend(c->exec->set, steps);

	return limit ? call_fail_text(c, limit) : 0;
}

/* The type of parameter `i`; the last one repeats in a variadic signature. */
static const struct go_type *parameter(const char *signature, size_t i)
{
	size_t n = 0;

	while (n < i && signature[n + 1] != '*' && signature[n + 1] != ':')
		n++;
	return letter_type(signature[n]);
}

static int check_count(struct exec *x, const char *name, const char *signature, struct operands ops)
{
	size_t count = ops.count + (ops.final != NULL), fixed = strcspn(signature, ":*");

	if (signature[fixed] == '*') {
		if (count < fixed - 1)
			return exec_fail(x,
					 "wrong number of args for %s: want at least %zu got %zu",
					 name, fixed - 1, ops.count);
	} else if (count != fixed) {
		return exec_fail(x, "wrong number of args for %s: want %zu got %zu", name, fixed,
				 count);
	}
	return 0;
}

static bool truth_of(struct value v)
{
	bool ok;

	return value_truth(v, &ok);
}

static int eval_and_or(struct exec *x, struct value dot, bool is_or, struct operands ops,
		       struct value *out)
{
	size_t i;

	for (i = 0; i < ops.count; i++) {
		if (eval_arg(x, dot, ops.items[i], &type_reflect, out))
			return -1;
		if (truth_of(*out) == is_or)
			return 0;
	}
	if (ops.final)
		*out = *ops.final;
	return 0;
}

static struct value result_as(struct value v, const char *signature)
{
	char letter = strchr(signature, ':')[1];

	if (letter != 'v') {
		v.iface = letter == 'a';
		v.addressable = false;
	}
	return v;
}

/* What a function that looks into its arguments has read. */
static void mark_arguments(const struct call *c)
{
	size_t i;

	for (i = 0; i < c->argc; i++)
		if (value_kind(c->args[i]) == GO_MAP || value_kind(c->args[i]) == GO_SLICE)
			/* NOLINTNEXTLINE(clang-analyzer-core.CallAndMessage) */
			value_mark_read(c->args[i]);
}

/* Call with the receiver (or NULL) first and then the operands. */
static int eval_call(struct exec *x, struct value dot, const struct function *f,
		     const struct value *receiver, const struct tnode *at, struct operands ops,
		     struct value *out)
{
	size_t first = receiver != NULL, count = ops.count + (ops.final != NULL), i;
	struct value few[8], *args = few;
	struct call c = {
		.exec = x, .arena = x->set->arena, .name = f->name, .argc = first + count
	};
	const char *limit;

	if (check_count(x, f->name, f->signature, ops))
		return -1;
	if (f->flags & (FN_AND | FN_OR))
		return eval_and_or(x, dot, f->flags & FN_OR, ops, out);
	if (c.argc > ARRAY_SIZE(few))
		args = arena_array(c.arena, c.argc, struct value);
	c.args = args;
	if (receiver)
		args[0] = *receiver;
	for (i = 0; i < ops.count; i++)
		if (eval_arg(x, dot, ops.items[i], parameter(f->signature, i), &args[first + i]))
			return -1;
	if (ops.final && validate(x, *ops.final, parameter(f->signature, i), &args[first + i]))
		return -1;
	if (f->flags & FN_CALL && c.argc > first)
		c.name = ops.count ? tree_shown(c.arena, ops.items[0])
				   : value_shown(c.arena, *ops.final);
	if (!(f->flags & FN_PASS))
		mark_arguments(&c);
	limit = set_spend(x->set, 1);
	if (limit)
		return exec_fail(x, "%s", limit);
	if (f->flags & FN_RANDOM)
		x->set->random = true;
	if ((f->flags & FN_DEAR ? set_call_dear(x->set, f, &c) : f->fn(&c)) < 0) {
		x->node = at;
		return exec_fail(x, "error calling %s: %s", f->name, c.error);
	}
	*out = result_as(c.result, f->signature);
	return 0;
}

static int eval_function(struct exec *x, struct value dot, const struct tnode *n,
			 const struct tnode *at, struct operands ops, struct value *out)
{
	x->node = n;
	return eval_call(x, dot, n->function, NULL, at, ops, out);
}

/* ---- fields ---- */

static int eval_method(struct exec *x, struct value dot, const struct go_method *m,
		       struct value receiver, const struct tnode *n, struct operands ops,
		       struct value *out)
{
	struct function f = {
		.name = m->name, .signature = m->signature, .fn = m->fn, .flags = FN_PASS
	};

	return eval_call(x, dot, &f, &receiver, n, ops, out);
}

static int eval_map_field(struct exec *x, struct name name, struct value map, struct operands ops,
			  struct value *out)
{
	struct go_entry *e;

	if (ops.count || ops.final)
		return exec_fail(x, "%.*s is not a method but has arguments", (int)name.len,
				 name.text);
	e = value_entry(&map, name.text, name.len);
	if (e) {
		e->read = true;
		*out = map_item(map, e);
		return 0;
	}
	if (x->set->options.missing_key_fails)
		return exec_fail(x, "map has no entry for key %s",
				 text_quoted(x->set->arena, name.text, name.len));
	*out = VALUE_NIL;
	if (x->set->options.missing_key_is_nothing)
		return 0;
	*out = (struct value){ .iface = true };
	if (map.type->elem->kind != GO_INTERFACE) {
		*out = (struct value){ .type = map.type->elem };
		if (map.type->elem == &type_string)
			*out = value_str_ref(x->set->arena, "", 0, 0);
	}
	return 0;
}

static int eval_field(struct exec *x, struct value dot, struct name name, const struct tnode *n,
		      struct operands ops, struct value receiver, struct value *out)
{
	const char *type = receiver.iface  ? "interface {}"
			   : receiver.type ? receiver.type->name
					   : "";
	const struct go_method *m;
	struct value *field;
	enum go_kind k;

	*out = VALUE_NIL;
	if (!receiver.type) {
		if (!receiver.iface)
			return 0;
		return exec_fail(x, "nil pointer evaluating %s.%.*s", type, (int)name.len,
				 name.text);
	}
	m = value_method(receiver, name.text, name.len);
	if (m)
		return eval_method(x, dot, m, receiver, n, ops, out);
	k = receiver.type->kind;
	if (k == GO_MAP)
		return eval_map_field(x, name, receiver, ops, out);
	if (k == GO_STRUCT || (k == GO_PTR && receiver.data)) {
		field = value_field(receiver, name.text, name.len);
		if (field && (ops.count || ops.final))
			return exec_fail(x, "%.*s has arguments but cannot be invoked as function",
					 (int)name.len, name.text);
		if (field) {
			*out = *field;
			out->addressable = k == GO_PTR || receiver.addressable;
			return 0;
		}
	} else if (k == GO_PTR) {
		return exec_fail(x, "nil pointer evaluating %s.%.*s", type, (int)name.len,
				 name.text);
	}
	return exec_fail(x, "can't evaluate field %.*s in type %s", (int)name.len, name.text, type);
}

static int eval_field_chain(struct exec *x, struct value dot, struct value receiver,
			    const struct tnode *n, uint32_t from, struct operands ops,
			    struct value *out)
{
	uint32_t i;

	for (i = from; i + 1 < n->ident_count; i++) {
		if (eval_field(x, dot, n->idents[i], n, NO_OPERANDS, receiver, out))
			return -1;
		receiver = *out;
	}
	return eval_field(x, dot, n->idents[i], n, ops, receiver, out);
}

static int not_a_function(struct exec *x, const struct tnode *n, struct operands ops)
{
	if (!ops.count && !ops.final)
		return 0;
	return exec_fail(x, "can't give argument to non-function %s", tree_shown(x->set->arena, n));
}

static int eval_variable(struct exec *x, struct value dot, const struct tnode *n,
			 struct operands ops, struct value *out)
{
	struct variable *v = find_variable(x, n->idents[0]);

	x->node = n;
	if (!v)
		return exec_fail(x, "undefined variable: %.*s", (int)n->idents[0].len,
				 n->idents[0].text);
	if (n->ident_count == 1) {
		*out = v->value;
		return not_a_function(x, n, ops);
	}
	return eval_field_chain(x, dot, v->value, n, 1, ops, out);
}

static int eval_chain(struct exec *x, struct value dot, const struct tnode *n, struct operands ops,
		      struct value *out)
{
	struct value base;

	x->node = n;
	if (n->base->type == T_NIL)
		return exec_fail(x, "indirection through explicit nil in %s",
				 tree_shown(x->set->arena, n));
	if (eval_arg(x, dot, n->base, &type_reflect, &base))
		return -1;
	return eval_field_chain(x, dot, base, n, 0, ops, out);
}

/* ---- pipelines ---- */

static int eval_word(struct exec *x, struct value dot, const struct tnode *n, struct value *out)
{
	switch ((int)n->type) {
	case T_BOOL:
		*out = value_bool(n->flag);
		return 0;
	case T_DOT:
		*out = dot;
		return 0;
	case T_NUMBER:
		return ideal_constant(x, n, out);
	case T_STRING:
		*out = string_constant(x, n);
		return 0;
	case T_NIL:
		return exec_fail(x, "nil is not a command");
	default:
		return exec_fail(x, "can't evaluate command %s", tree_shown(x->set->arena, n));
	}
}

static int eval_command(struct exec *x, struct value dot, const struct tnode *cmd,
			const struct value *final, struct value *out)
{
	const struct tnode *first = cmd->kids.items[0];
	struct operands ops = { cmd->kids.items + 1, cmd->kids.count - 1, final };

	switch ((int)first->type) {
	case T_FIELD:
		x->node = first;
		return eval_field_chain(x, dot, dot, first, 0, ops, out);
	case T_CHAIN:
		return eval_chain(x, dot, first, ops, out);
	case T_IDENT:
		return eval_function(x, dot, first, cmd, ops, out);
	case T_VARIABLE:
		return eval_variable(x, dot, first, ops, out);
	case T_PIPE:
		return not_a_function(x, first, ops) || exec_pipeline(x, dot, first, out) ? -1 : 0;
	default:
		x->node = first;
		return not_a_function(x, first, ops) || eval_word(x, dot, first, out) ? -1 : 0;
	}
}

int exec_pipeline(struct exec *x, struct value dot, const struct tnode *pipe, struct value *out)
{
	struct value v = VALUE_NIL, next;
	size_t i;

	x->node = pipe;
	for (i = 0; i < pipe->kids.count; i++) {
		if (eval_command(x, dot, pipe->kids.items[i], i ? &v : NULL, &next))
			return -1;
		v = next;
		v.iface = false;
	}
	for (i = 0; i < pipe->decl.count; i++) {
		struct name name = pipe->decl.items[i]->idents[0];

		if (!pipe->flag)
			*vec_push(x->set->arena, &x->vars) = (struct variable){ name, v };
		else if (exec_set_variable(x, name, v))
			return -1;
	}
	*out = v;
	return 0;
}
