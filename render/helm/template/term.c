/*
 * term: what pipelines are made of: numbers, strings, variables, fields and chains of them,
 * functions, parentheses.
 */
#include <math.h>
#include <string.h>
#include "render/helm/template/gotext.h"
#include "render/helm/template/parser.h"

static bool number_char(struct parser *p, struct token t, struct number *n)
{
	const char *at = parser_text(p, t) + 1, *end = parser_text(p, t) + t.len;
	uint32_t rune;
	bool byte;

	if (!go_unquote_char(&at, end, '\'', &rune, &byte)) {
		parser_fail(p, "invalid syntax");
		return false;
	}
	if (end - at != 1 || *at != '\'') {
		parser_fail(p, "malformed character constant: %.*s", (int)t.len, parser_text(p, t));
		return false;
	}
	*n = (struct number){ IS_INT | IS_UINT | IS_FLOAT, rune, rune, rune, { 0 } };
	return true;
}

static void number_from_float(struct number *n, double f)
{
	n->f = f;
	if (f >= -9223372036854775808.0 && f < 9223372036854775808.0 && trunc(f) == f) {
		n->is |= IS_INT;
		n->i = (int64_t)f;
	}
	if (f >= 0 && f < 18446744073709551616.0 && trunc(f) == f) {
		n->is |= IS_UINT;
		n->u = (uint64_t)f;
	}
}

static void number_from_complex(struct number *n)
{
	n->is = IS_COMPLEX;
	if (n->complex[1] == 0) {
		n->is |= IS_FLOAT;
		number_from_float(n, n->complex[0]);
	}
}

/* "1+2i": the sign that splits it is the last that no exponent owns. */
static bool number_complex(struct parser *p, struct token t, struct number *n)
{
	size_t i = t.len - 1;

	while (i > 0 && !((parser_text(p, t)[i] == '+' || parser_text(p, t)[i] == '-') &&
			  !strchr("eEpP", parser_text(p, t)[i - 1])))
		i--;
	if (go_parse_float(parser_text(p, t), i, &n->complex[0]) ||
	    go_parse_float(parser_text(p, t) + i, t.len - i - 1, &n->complex[1])) {
		parser_fail(p, "syntax error scanning complex number");
		return false;
	}
	number_from_complex(n);
	return true;
}

static bool number_plain(struct parser *p, struct token t, struct number *n)
{
	double f;

	if (parser_text(p, t)[t.len - 1] == 'i' &&
	    !go_parse_float(parser_text(p, t), t.len - 1, &n->complex[1])) {
		number_from_complex(n);
		return true;
	}
	if (!go_parse_uint(parser_text(p, t), t.len, 0, &n->u))
		n->is |= IS_UINT;
	if (!go_parse_int(parser_text(p, t), t.len, 0, &n->i)) {
		n->is |= IS_INT;
		if (!n->i)
			n->is |= IS_UINT;
	}
	if (n->is) {
		n->f = n->is & IS_INT ? (double)n->i : (double)n->u;
		n->is |= IS_FLOAT;
		return true;
	}
	if (!go_parse_float(parser_text(p, t), t.len, &f)) {
		if (strcspn(arena_memdup(p->arena, parser_text(p, t), t.len), ".eEpP") == t.len) {
			parser_fail(p, "integer overflow: %s",
				    parser_quoted(p, parser_text(p, t), t.len));
			return false;
		}
		n->is = IS_FLOAT;
		number_from_float(n, f);
		return true;
	}
	parser_fail(p, "illegal number syntax: %s", parser_quoted(p, parser_text(p, t), t.len));
	return false;
}

static struct tnode *parse_number(struct parser *p, struct token t)
{
	struct tnode *n = parser_named(p, T_NUMBER, t);
	bool ok;

	n->number = arena_new(p->arena, struct number);
	if (t.type == TOK_CHAR_CONSTANT)
		ok = number_char(p, t, n->number);
	else if (t.type == TOK_COMPLEX)
		ok = number_complex(p, t, n->number);
	else
		ok = number_plain(p, t, n->number);
	return ok ? n : NULL;
}

bool parser_unquote(struct parser *p, struct token t, struct name *out)
{
	struct buf b;
	bool ok;

	if (t.len >= 2 && *parser_text(p, t) == '"' &&
	    go_is_simple(parser_text(p, t) + 1, parser_text(p, t) + t.len - 1)) {
		*out = (struct name){ arena_memdup(p->arena, parser_text(p, t) + 1, t.len - 2),
				      t.len - 2 };
		return true;
	}
	buf_init(&b, 0);
	ok = go_unquote(&b, parser_text(p, t), t.len);
	if (ok)
		*out = (struct name){ arena_memdup(p->arena, b.text, b.len), (uint32_t)b.len };
	else
		parser_fail(p, "invalid syntax");
	buf_release(&b);
	return ok;
}

static struct tnode *parse_string(struct parser *p, struct token t)
{
	struct tnode *n = parser_named(p, T_STRING, t);

	n->quoted = n->name;
	return parser_unquote(p, t, &n->name) ? n : NULL;
}

static struct tnode *parse_variable(struct parser *p, struct token t)
{
	struct tnode *n = parser_node(p, T_VARIABLE, t.pos);
	size_t i;

	parser_idents(p, n, parser_text(p, t), t.len);
	for (i = 0; i < p->vars.count; i++)
		if (p->vars.items[i].len == n->idents[0].len &&
		    !memcmp(p->vars.items[i].text, n->idents[0].text, n->idents[0].len))
			return n;
	return parser_fail(p, "undefined variable %s",
			   parser_quoted(p, n->idents[0].text, n->idents[0].len));
}

static const struct function *find_function(struct parser *p, struct token t)
{
	size_t slot = (t.len * 31u + (unsigned char)parser_text(p, t)[0] * 7u +
		       (unsigned char)parser_text(p, t)[t.len - 1] +
		       (unsigned char)parser_text(p, t)[t.len / 2] * 3u) %
		      FUNCTION_CACHE;

	if (p->recent[slot].len != t.len ||
	    memcmp(p->recent[slot].name, parser_text(p, t), t.len)) {
		p->recent[slot].function = p->context->find(parser_text(p, t), t.len);
		p->recent[slot].name = parser_text(p, t);
		p->recent[slot].len = t.len;
	}
	return p->recent[slot].function;
}

static struct tnode *parse_ident(struct parser *p, struct token t)
{
	struct tnode *n = parser_named(p, T_IDENT, t);

	n->function = find_function(p, t);
	if (!n->function)
		return parser_fail(p, "function %s not defined",
				   parser_quoted(p, parser_text(p, t), t.len));
	return n;
}

static struct tnode *parse_paren(struct parser *p)
{
	struct tnode *n;

	if (p->depth >= MAX_NESTING)
		return parser_fail(p, "max expression depth exceeded");
	p->depth++;
	n = parser_pipeline(p, "parenthesized pipeline", TOK_RIGHT_PAREN);
	p->depth--;
	return n;
}

/* A term, or NULL with the token put back when none is there. */
static struct tnode *parse_term(struct parser *p)
{
	struct token t = parser_next_word(p);
	struct tnode *n;

	switch ((int)t.type) {
	case TOK_IDENT:
		return parse_ident(p, t);
	case TOK_DOT:
		return parser_node(p, T_DOT, t.pos);
	case TOK_NIL:
		return parser_node(p, T_NIL, t.pos);
	case TOK_VARIABLE:
		return parse_variable(p, t);
	case TOK_FIELD:
		n = parser_node(p, T_FIELD, t.pos);
		parser_idents(p, n, parser_text(p, t), t.len);
		return n;
	case TOK_BOOL:
		n = parser_node(p, T_BOOL, t.pos);
		n->flag = t.len == 4;
		return n;
	case TOK_CHAR_CONSTANT:
	case TOK_COMPLEX:
	case TOK_NUMBER:
		return parse_number(p, t);
	case TOK_LEFT_PAREN:
		return parse_paren(p);
	case TOK_STRING:
	case TOK_RAW_STRING:
		return parse_string(p, t);
	default:
		parser_backup(p);
		return NULL;
	}
}

/* Fields after a term: one longer field or variable, or a chain over anything else. */
static struct tnode *parse_chain(struct parser *p, struct tnode *base)
{
	struct {
		VEC(struct name);
	} idents = { 0 };
	uint32_t pos = parser_peek(p).pos, i;
	struct tnode *n;
	struct token t;

	if (base->type == T_FIELD || base->type == T_VARIABLE)
		for (i = 0; i < base->ident_count; i++)
			*vec_push(p->arena, &idents) = base->idents[i];
	while (parser_peek(p).type == TOK_FIELD) {
		t = parser_next(p);
		*vec_push(p->arena, &idents) = (struct name){ parser_text(p, t) + 1, t.len - 1 };
	}
	switch ((int)base->type) {
	case T_BOOL:
	case T_STRING:
	case T_NUMBER:
	case T_NIL:
	case T_DOT: {
		const char *text = parser_shown(p, base);

		return parser_fail(p, "unexpected . after term %s",
				   parser_quoted(p, text, strlen(text)));
	}
	case T_FIELD:
	case T_VARIABLE:
		n = parser_node(p, base->type, pos);
		break;
	default:
		n = parser_node(p, T_CHAIN, pos);
		n->base = base;
	}
	n->idents = idents.items;
	n->ident_count = (uint32_t)idents.count;
	return n;
}

struct tnode *parser_operand(struct parser *p)
{
	struct tnode *n = parse_term(p);

	if (!n || p->out->error || parser_peek(p).type != TOK_FIELD)
		return n;
	return parse_chain(p, n);
}
