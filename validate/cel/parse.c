/* CEL's grammar, by recursive descent; macros are recognised where they are called. */
#include <errno.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include "base/buf.h"
#include "base/limits.h"
#include "validate/cel/ast.h"
#include "validate/cel/lex.h"

static struct ast *parse_expression(struct parser *p);

void cel_error_at(struct arena *a, struct cel_error *error, const char *text, unsigned offset,
		  const char *fmt, ...)
{
	va_list args;
	unsigned i;

	if (error->message)
		return;
	error->line = error->column = 1;
	for (i = 0; i < offset && text[i]; i++) {
		if (text[i] == '\n') {
			error->line++;
			error->column = 1;
		} else if (((unsigned char)text[i] & 0xc0) != 0x80) {
			error->column++;
		}
	}
	va_start(args, fmt);
	error->message = arena_vprintf(a, fmt, args);
	va_end(args);
}

static void *syntax(struct parser *p, const char *expected)
{
	const struct token *t = &p->token;

	p->failed = true;
	if (t->kind == TOKEN_BAD)
		cel_error_at(p->arena, p->error, p->text, t->start,
			     "Syntax error: token recognition error at: '%.*s'",
			     (int)(t->end - t->start), p->text + t->start);
	else if (t->kind == TOKEN_END)
		cel_error_at(p->arena, p->error, p->text, t->start,
			     "Syntax error: mismatched input '<EOF>' expecting %s", expected);
	else
		cel_error_at(p->arena, p->error, p->text, t->start,
			     "Syntax error: mismatched input '%.*s' expecting %s",
			     (int)(t->end - t->start), p->text + t->start, expected);
	return NULL;
}

static bool is_sign(const struct parser *p, const char *sign)
{
	return p->token.kind == TOKEN_SIGN && !strcmp(p->token.sign, sign);
}

static bool accept(struct parser *p, const char *sign)
{
	if (!is_sign(p, sign))
		return false;
	cel_next(p);
	return true;
}

static bool is_word(const struct parser *p, const char *word)
{
	return p->token.kind == TOKEN_IDENT && !strcmp(p->token.text.text, word);
}

static struct ast *ast_new(struct parser *p, enum cel_op op, unsigned offset)
{
	struct ast *n = arena_new(p->arena, struct ast);

	n->op = op;
	n->offset = offset;
	return n;
}

static struct ast *call(struct parser *p, const char *name, unsigned offset, struct ast *one,
			struct ast *two)
{
	struct ast *n = ast_new(p, AST_CALL, offset);

	n->name = name;
	n->args = arena_array(p->arena, 2, struct ast *);
	n->args[0] = one;
	n->args[1] = two;
	n->count = two ? 2 : 1;
	return n;
}

/* ---- lists of arguments ---- */

struct asts {
	VEC(struct ast *);
};
struct flags {
	VEC(bool);
};
struct names {
	VEC(const char *);
};

/* Expressions up to the closing sign, which is taken. A list's elements may start with '?'. */
static bool parse_items(struct parser *p, const char *close, bool with_optional, struct ast *into)
{
	struct asts items = { 0 };
	struct flags optional = { 0 };

	while (!is_sign(p, close)) {
		*vec_push(p->arena, &optional) = with_optional && accept(p, "?");
		*vec_push(p->arena, &items) = parse_expression(p);
		if (p->failed)
			return false;
		if (!accept(p, ","))
			break;
	}
	if (!accept(p, close)) {
		syntax(p, close[0] == ')' ? "')'" : "']'");
		return false;
	}
	into->args = items.items;
	into->optional = optional.items;
	into->count = items.count;
	return true;
}

static struct ast *parse_map(struct parser *p, unsigned offset)
{
	struct ast *n = ast_new(p, AST_MAP, offset);
	struct asts items = { 0 };
	struct flags optional = { 0 };

	while (!is_sign(p, "}")) {
		bool maybe = accept(p, "?");
		unsigned i;

		for (i = 0; i < 2; i++) {
			*vec_push(p->arena, &items) = parse_expression(p);
			*vec_push(p->arena, &optional) = maybe;
			if (p->failed)
				return NULL;
			if (!i && !accept(p, ":"))
				return syntax(p, "':'");
		}
		if (!accept(p, ","))
			break;
	}
	if (!accept(p, "}"))
		return syntax(p, "'}'");
	n->args = items.items;
	n->optional = optional.items;
	n->count = items.count;
	return n;
}

/* ---- macros: as the API server has them, whose existsOne is of two variables only ---- */

static const struct {
	const char *name;
	size_t count;
	enum cel_macro macro;
	unsigned variables;
} macros[] = {
	{ "all", 2, MACRO_ALL, 1 },
	{ "exists", 2, MACRO_EXISTS, 1 },
	{ "exists_one", 2, MACRO_EXISTS_ONE, 1 },
	{ "map", 2, MACRO_MAP, 1 },
	{ "map", 3, MACRO_MAP, 1 },
	{ "filter", 2, MACRO_FILTER, 1 },
	{ "all", 3, MACRO_ALL, 2 },
	{ "exists", 3, MACRO_EXISTS, 2 },
	{ "existsOne", 3, MACRO_EXISTS_ONE, 2 },
	{ "transformList", 3, MACRO_TRANSFORM_LIST, 2 },
	{ "transformList", 4, MACRO_TRANSFORM_LIST, 2 },
	{ "transformMap", 3, MACRO_TRANSFORM_MAP, 2 },
	{ "transformMap", 4, MACRO_TRANSFORM_MAP, 2 },
	{ "transformMapEntry", 3, MACRO_TRANSFORM_MAP_ENTRY, 2 },
	{ "transformMapEntry", 4, MACRO_TRANSFORM_MAP_ENTRY, 2 },
	{ "sortBy", 2, MACRO_SORT_BY, 1 },
	{ "optMap", 2, MACRO_OPT_MAP, 1 },
	{ "optFlatMap", 2, MACRO_OPT_FLAT_MAP, 1 },
};

/* Turn a member call into a macro where it is one; the call itself otherwise. */
static struct ast *as_macro(struct parser *p, struct ast *n)
{
	size_t i, k;

	for (i = 0; i < ARRAY_SIZE(macros); i++)
		if (!strcmp(macros[i].name, n->name) && macros[i].count == n->count)
			break;
	if (i == ARRAY_SIZE(macros))
		return n;
	for (k = 0; k < macros[i].variables; k++) {
		if (n->args[k]->op != AST_IDENT) {
			p->failed = true;
			cel_error_at(p->arena, p->error, p->text, n->args[k]->offset,
				     "argument must be a simple name");
			return NULL;
		}
	}
	n->op = AST_MACRO;
	n->macro = macros[i].macro;
	n->var = n->args[0]->name;
	n->var2 = macros[i].variables == 2 ? n->args[1]->name : NULL;
	n->args += macros[i].variables;
	n->count -= macros[i].variables;
	return n;
}

static struct ast *has_macro(struct parser *p, struct ast *n)
{
	if (n->args[0]->op != AST_SELECT) {
		p->failed = true;
		cel_error_at(p->arena, p->error, p->text, n->args[0]->offset,
			     "invalid argument to has() macro");
		return NULL;
	}
	n->op = AST_MACRO;
	n->macro = MACRO_HAS;
	return n;
}

/* ---- expressions ---- */

static struct ast *literal(struct parser *p, struct cel_value *value)
{
	struct ast *n = ast_new(p, AST_LITERAL, p->token.start);

	n->literal = value;
	cel_next(p);
	return n;
}

static struct ast *parse_integer(struct parser *p, bool negative)
{
	const char *text =
		arena_memdup(p->arena, p->text + p->token.start, p->token.end - p->token.start);
	bool is_hex = text[0] == '0' && (text[1] | 0x20) == 'x';
	unsigned long long value;

	errno = 0;
	value = strtoull(text, NULL, is_hex ? 16 : 10);
	if (p->token.kind == TOKEN_UINT && !errno)
		return literal(p, cel_uint(p->arena, value));
	if (errno || value > (unsigned long long)INT64_MAX + negative ||
	    p->token.kind == TOKEN_UINT) {
		p->failed = true;
		cel_error_at(p->arena, p->error, p->text, p->token.start, "invalid %s literal",
			     p->token.kind == TOKEN_UINT ? "uint" : "int");
		return NULL;
	}
	return literal(p, cel_int(p->arena, negative ? (int64_t)(0 - value) : (int64_t)value));
}

static const char expecting[] = "{'[', '{', '(', '.', '-', '!', 'true', 'false', 'null', "
				"NUM_FLOAT, NUM_INT, NUM_UINT, STRING, "
				"BYTES, IDENTIFIER}";

/* Words that the grammar keeps for itself, as identifiers of variables. */
static bool is_reserved(const char *word)
{
	static const char *const words[] = {
		"as",	     "break",  "const",	 "continue", "else",  "for",
		"function",  "if",     "import", "let",	     "loop",  "package",
		"namespace", "return", "var",	 "void",     "while",
	};
	size_t i;

	for (i = 0; i < ARRAY_SIZE(words); i++)
		if (!strcmp(words[i], word))
			return true;
	return false;
}

static struct ast *parse_identifier(struct parser *p)
{
	const char *name = p->token.text.text;
	unsigned offset = p->token.start;
	struct ast *n;

	if (!strcmp(name, "true") || !strcmp(name, "false"))
		return literal(p, cel_bool(p->arena, *name == 't'));
	if (!strcmp(name, "null"))
		return literal(p, cel_null(p->arena));
	if (!strcmp(name, "in"))
		return syntax(p, expecting);
	if (is_reserved(name)) {
		p->failed = true;
		cel_error_at(p->arena, p->error, p->text, offset, "reserved identifier: %s", name);
		return NULL;
	}
	cel_next(p);
	if (!is_sign(p, "(")) {
		n = ast_new(p, AST_IDENT, offset);
		n->name = name;
		return n;
	}
	n = ast_new(p, AST_CALL, p->token.start);
	n->name = name;
	cel_next(p);
	if (!parse_items(p, ")", false, n))
		return NULL;
	return !strcmp(name, "has") && n->count == 1 ? has_macro(p, n) : n;
}

static struct ast *parse_primary(struct parser *p)
{
	const struct token *t = &p->token;
	unsigned offset = t->start;
	struct ast *n;

	switch (t->kind) {
	case TOKEN_INT:
	case TOKEN_UINT:
		return parse_integer(p, false);
	case TOKEN_DOUBLE:
		return literal(p, cel_double(p->arena, strtod(p->text + t->start, NULL)));
	case TOKEN_STRING:
		return literal(p, cel_string(p->arena, t->text.text, t->text.len));
	case TOKEN_BYTES:
		n = literal(p, cel_string(p->arena, t->text.text, t->text.len));
		n->literal->kind = CEL_BYTES;
		return n;
	case TOKEN_IDENT:
		return parse_identifier(p);
	case TOKEN_SIGN:
	case TOKEN_END:
	case TOKEN_BAD:
		break;
	}
	if (accept(p, ".")) /* a name from the root; there are no containers here */
		return p->token.kind == TOKEN_IDENT ? parse_identifier(p) : syntax(p, "IDENTIFIER");
	if (accept(p, "(")) {
		n = parse_expression(p);
		if (!p->failed && !accept(p, ")"))
			return syntax(p, "')'");
		return n;
	}
	if (accept(p, "[")) {
		n = ast_new(p, AST_LIST, offset);
		return parse_items(p, "]", true, n) ? n : NULL;
	}
	if (accept(p, "{"))
		return parse_map(p, offset);
	return syntax(p, expecting);
}

static struct ast *parse_select(struct parser *p, struct ast *target, unsigned offset)
{
	bool maybe = accept(p, "?");
	struct ast *n = ast_new(p, AST_SELECT, offset);

	if (p->token.kind != TOKEN_IDENT || is_word(p, "in"))
		return syntax(p, "IDENTIFIER");
	n->name = p->token.text.text;
	n->target = target;
	n->test_optional = maybe;
	cel_next(p);
	if (maybe || !is_sign(p, "("))
		return n;
	n->op = AST_CALL;
	n->member = true;
	n->offset = p->token.start;
	cel_next(p);
	return parse_items(p, ")", false, n) ? as_macro(p, n) : NULL;
}

/* The dotted name that a chain of selections spells; NULL: it is none. */
static const char *dotted(struct parser *p, const struct ast *n)
{
	const char *before;

	if (n->op == AST_IDENT)
		return n->name;
	if (n->op != AST_SELECT || n->test_optional)
		return NULL;
	before = dotted(p, n->target);
	return before ? arena_printf(p->arena, "%s.%s", before, n->name) : NULL;
}

/* `Name{field: value, …}`: args are the values, names the fields. */
static struct ast *parse_message(struct parser *p, const char *name, unsigned offset)
{
	struct ast *n = ast_new(p, AST_MESSAGE, offset);
	struct asts items = { 0 };
	struct flags optional = { 0 };
	struct names names = { 0 };

	n->name = name;
	accept(p, ","); /* the grammar takes one in the place of fields */
	while (!is_sign(p, "}")) {
		*vec_push(p->arena, &optional) = accept(p, "?");
		if (p->token.kind != TOKEN_IDENT || is_word(p, "in"))
			return syntax(p, "{'}', ',', '?', IDENTIFIER}");
		*vec_push(p->arena, &names) = p->token.text.text;
		cel_next(p);
		if (!accept(p, ":"))
			return syntax(p, "':'");
		*vec_push(p->arena, &items) = parse_expression(p);
		if (p->failed)
			return NULL;
		if (!accept(p, ","))
			break;
	}
	if (!accept(p, "}"))
		return syntax(p, "'}'");
	n->args = items.items;
	n->optional = optional.items;
	n->fields = names.items;
	n->count = items.count;
	return n;
}

static struct ast *parse_member(struct parser *p)
{
	struct ast *n = parse_primary(p);
	const char *name;
	unsigned offset;
	bool maybe;

	while (!p->failed) {
		offset = p->token.start;
		if (accept(p, ".")) {
			n = parse_select(p, n, offset);
		} else if (accept(p, "[")) {
			maybe = accept(p, "?");
			n = call(p, maybe ? "_[?_]" : "_[_]", offset, n, parse_expression(p));
			if (!p->failed && !accept(p, "]"))
				return syntax(p, "']'");
		} else if (is_sign(p, "{") && (name = dotted(p, n))) {
			cel_next(p);
			n = parse_message(p, name, offset);
		} else {
			break;
		}
	}
	return n;
}

static struct ast *parse_unary(struct parser *p)
{
	unsigned offset = p->token.start, count = 0;
	bool minus = is_sign(p, "-"), negate = is_sign(p, "!");
	struct ast *n;

	if (!minus && !negate)
		return parse_member(p);
	while (accept(p, minus ? "-" : "!"))
		count++;
	if (minus && count == 1 && p->token.kind == TOKEN_INT)
		return parse_integer(p, true);
	n = parse_member(p);
	return p->failed || count % 2 == 0 ? n : call(p, minus ? "-_" : "!_", offset, n, NULL);
}

/* Operators of two operands, from the loosest binding; && and || stand above them. */
static const struct {
	unsigned level;
	const char *sign, *name;
} operators[] = {
	{ 0, "<", "_<_" },   { 0, "<=", "_<=_" }, { 0, ">=", "_>=_" }, { 0, ">", "_>_" },
	{ 0, "==", "_==_" }, { 0, "!=", "_!=_" }, { 0, "in", "@in" },  { 1, "+", "_+_" },
	{ 1, "-", "_-_" },   { 2, "*", "_*_" },	  { 2, "/", "_/_" },   { 2, "%", "_%_" },
};

static const char *operator_here(const struct parser *p, unsigned level)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(operators); i++)
		if (operators[i].level == level &&
		    (is_sign(p, operators[i].sign) || is_word(p, operators[i].sign)))
			return operators[i].name;
	return NULL;
}

static struct ast *parse_binary(struct parser *p, unsigned level)
{
	struct ast *n = level == 3 ? parse_unary(p) : parse_binary(p, level + 1);
	const char *name;
	unsigned offset;

	while (level < 3 && !p->failed && (name = operator_here(p, level))) {
		offset = p->token.start;
		cel_next(p);
		n = call(p, name, offset, n, parse_binary(p, level + 1));
	}
	return n;
}

static struct ast *parse_logical(struct parser *p, bool any)
{
	struct ast *n = any ? parse_logical(p, false) : parse_binary(p, 0), *both;
	unsigned offset;

	while (!p->failed && is_sign(p, any ? "||" : "&&")) {
		offset = p->token.start;
		cel_next(p);
		both = call(p, any ? "_||_" : "_&&_", offset, n,
			    any ? parse_logical(p, false) : parse_binary(p, 0));
		both->op = any ? AST_OR : AST_AND;
		n = both;
	}
	return n;
}

static struct ast *parse_expression(struct parser *p)
{
	struct ast *n, *choice;
	unsigned offset;

	if (++p->depth > LIMIT_DEPTH) {
		p->failed = true;
		cel_error_at(p->arena, p->error, p->text, p->token.start,
			     "expression recursion limit exceeded: %d", LIMIT_DEPTH);
		return NULL;
	}
	n = parse_logical(p, true);
	offset = p->token.start;
	if (!p->failed && accept(p, "?")) {
		choice = ast_new(p, AST_CONDITION, offset);
		choice->name = "_?_:_";
		choice->args = arena_array(p->arena, 3, struct ast *);
		choice->count = 3;
		choice->args[0] = n;
		choice->args[1] = parse_logical(p, true);
		if (!p->failed && !accept(p, ":"))
			return syntax(p, "':'");
		choice->args[2] = p->failed ? NULL : parse_expression(p);
		n = choice;
	}
	p->depth--;
	return p->failed ? NULL : n;
}

struct ast *cel_parse(struct arena *a, const char *text, struct cel_error *error)
{
	struct parser p = {
		.arena = a, .text = text, .len = (unsigned)strlen(text), .error = error
	};
	struct ast *n;

	cel_next(&p);
	n = parse_expression(&p);
	if (!p.failed && p.token.kind != TOKEN_END)
		syntax(&p, "<EOF>");
	return p.failed ? NULL : n;
}
