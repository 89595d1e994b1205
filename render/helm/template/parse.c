/*
 * The parser: recursive descent over the lexer's tokens with three of lookahead, and Go's own error
 * texts. After the first error every function returns NULL.
 */
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include "render/helm/template/ast.h"
#include "render/helm/template/gotext.h"
#include "render/helm/template/lex.h"

enum {
	FUNCTION_CACHE = 256,
	MAX_NESTING = 1000
}; /* of parentheses and of control structures; Go allows 10,000 */

struct parser {
	struct parse_context *context;
	struct arena *arena;
	const struct source *source;
	struct lexer lexer;
	struct token ahead[3];
	int peeked;
	struct {
		VEC(struct name);
	} vars;
	uint32_t action_line;
	int range_depth, depth;
	struct parsed *out;
	struct {
		VEC(struct tnode *);
	} pending; /* children of the nodes that are being parsed */
	struct {
		const char *name;
		uint32_t len;
		const struct function *function;
	} recent[FUNCTION_CACHE];
};

static struct tnode *parse_list(struct parser *p, struct tnode **end);
static struct tnode *parse_pipeline(struct parser *p, const char *context, enum token_type end);

/* ---- tokens ---- */

static struct token next(struct parser *p)
{
	if (p->peeked > 0)
		return p->ahead[--p->peeked];
	return p->ahead[0] = lexer_next(&p->lexer);
}

static const char *text_of(const struct parser *p, struct token t)
{
	return t.type == TOK_ERROR ? p->lexer.error : p->source->text + t.pos;
}

static void backup(struct parser *p)
{
	p->peeked++;
}

static void backup2(struct parser *p, struct token t)
{
	p->ahead[1] = t;
	p->peeked = 2;
}

static void backup3(struct parser *p, struct token t2, struct token t1)
{
	p->ahead[1] = t1;
	p->ahead[2] = t2;
	p->peeked = 3;
}

static struct token peek(struct parser *p)
{
	if (!p->peeked) {
		p->peeked = 1;
		p->ahead[0] = lexer_next(&p->lexer);
	}
	return p->ahead[p->peeked - 1];
}

static struct token next_non_space(struct parser *p)
{
	struct token t;

	do
		t = next(p);
	while (t.type == TOK_SPACE);
	return t;
}

static struct token peek_non_space(struct parser *p)
{
	struct token t = next_non_space(p);

	backup(p);
	return t;
}

/* ---- errors ---- */

static void *fail(struct parser *p, const char *fmt, ...) PRINTF_LIKE(2, 3);
static void *fail(struct parser *p, const char *fmt, ...)
{
	struct buf b;
	va_list args;

	if (p->out->error)
		return NULL;
	buf_init(&b, 0);
	buf_printf(&b, "template: %s:%u: ", p->source->name, p->ahead[0].line);
	va_start(args, fmt);
	buf_vprintf(&b, fmt, args);
	va_end(args);
	p->out->error = buf_dup(&b, p->arena);
	p->out->error_line = p->ahead[0].line;
	buf_release(&b);
	return NULL;
}

/* A token as an error shows it. */
static const char *token_text(struct parser *p, struct token t)
{
	struct buf b;
	const char *text;
	size_t len = 0, chars;
	uint32_t rune;

	if (t.type == TOK_EOF)
		return "EOF";
	if (t.type == TOK_ERROR)
		return arena_memdup(p->arena, text_of(p, t), t.len);
	if (t.type > TOK_KEYWORD)
		return arena_printf(p->arena, "<%.*s>", (int)t.len, text_of(p, t));
	buf_init(&b, 0);
	for (chars = 0; len < t.len && (t.len <= 10 || chars < 10); chars++)
		len += rune_decode(text_of(p, t) + len, t.len - len, &rune);
	go_quote(&b, text_of(p, t), len, '"', 0);
	if (t.len > 10)
		buf_str(&b, "...");
	text = buf_dup(&b, p->arena);
	buf_release(&b);
	return text;
}

static void *unexpected(struct parser *p, struct token t, const char *context)
{
	const char *text = token_text(p, t);
	size_t len = strlen(text);

	if (t.type != TOK_ERROR)
		return fail(p, "unexpected %s in %s", text, context);
	if (!p->action_line || p->action_line == t.line)
		return fail(p, "%s", text);
	/* "unclosed action" is followed by " started at", not by " in action started at". */
	return fail(p, "%s%s started at %s:%u", text,
		    len >= 7 && !strcmp(text + len - 7, " action") ? "" : " in action",
		    p->source->name, p->action_line);
}

static struct token expect(struct parser *p, enum token_type type, const char *context)
{
	struct token t = next_non_space(p);

	if (t.type != type)
		unexpected(p, t, context);
	return t;
}

static const char *quoted(struct parser *p, const char *text, size_t len)
{
	struct buf b;
	const char *out;

	buf_init(&b, 0);
	go_quote(&b, text, len, '"', 0);
	out = buf_dup(&b, p->arena);
	buf_release(&b);
	return out;
}

static const char *node_shown(struct parser *p, const struct tnode *n)
{
	struct buf b;
	const char *out;

	buf_init(&b, 0);
	tree_text(&b, n);
	out = buf_dup(&b, p->arena);
	buf_release(&b);
	return out;
}

/* ---- nodes ---- */

static struct tnode *make(struct parser *p, enum tnode_type type, uint32_t pos)
{
	struct tnode *n = arena_alloc(p->arena, sizeof(*n));

	*n = (struct tnode){ .type = (uint8_t)type, .pos = pos, .source = p->source };
	return n;
}

/* Children wait on one stack and are copied once their number is known. */
static void pend(struct parser *p, struct tnode *n)
{
	*vec_push(p->arena, &p->pending) = n;
}

static struct tnodes collect(struct parser *p, size_t mark)
{
	struct tnodes out = { NULL, (uint32_t)(p->pending.count - mark) };

	out.items = arena_alloc(p->arena, out.count * sizeof(*out.items));
	if (out.count)
		memcpy(out.items, p->pending.items + mark, out.count * sizeof(*out.items));
	p->pending.count = mark;
	return out;
}

static struct tnode *make_named(struct parser *p, enum tnode_type type, struct token t)
{
	struct tnode *n = make(p, type, t.pos);

	n->name = (struct name){ text_of(p, t), t.len };
	return n;
}

/* Cut "$x.y.z" or ".y.z" at its points. */
static void split_idents(struct parser *p, struct tnode *n, const char *text, size_t len)
{
	size_t count = 1, i, start = 0;

	for (i = 0; i < len; i++)
		count += text[i] == '.';
	n->idents = arena_array(p->arena, count, struct name);
	for (i = 0; i <= len; i++) {
		if (i < len && text[i] != '.')
			continue;
		if (i > start || (i == start && start && n->ident_count))
			n->idents[n->ident_count++] =
				(struct name){ text + start, (uint32_t)(i - start) };
		start = i + 1;
	}
}

origin_id source_origin(const struct source *s, size_t pos)
{
	size_t low = 0, high = s->span_count, mid;

	if (!s->span_count)
		return !s->origin || s->whole ? s->origin : s->origin + (origin_id)pos;
	while (low < high) {
		mid = (low + high) / 2;
		if (s->spans[mid].offset <= pos)
			low = mid + 1;
		else
			high = mid;
	}
	return low ? s->spans[low - 1].origin : 0;
}

/* A text's spans: one a line, and one where the source's own origin changes. */
static void text_spans(struct parser *p, struct tnode *n)
{
	struct {
		VEC(struct origin_span);
	} spans = { 0 };
	uint32_t at = 0;
	const char *nl;
	size_t k;

	if (!p->source->origin && !p->source->span_count)
		return;
	while (at < n->name.len) {
		uint32_t end;
		origin_id origin = source_origin(p->source, n->pos + at);

		nl = memchr(n->name.text + at, '\n', n->name.len - at);
		end = nl ? (uint32_t)(nl - n->name.text) + 1 : n->name.len;
		for (k = 0; k < p->source->span_count; k++) {
			uint32_t border = p->source->spans[k].offset;

			if (border > n->pos + at && border < n->pos + end)
				end = border - n->pos;
		}
		if (!spans.count || spans.items[spans.count - 1].origin != origin)
			*vec_push(p->arena, &spans) = (struct origin_span){ at, origin };
		at = end;
	}
	n->text.spans = spans.items;
	n->text.span_count = (uint32_t)spans.count;
}

/* ---- terms ---- */

static bool number_char(struct parser *p, struct token t, struct number *n)
{
	const char *at = text_of(p, t) + 1, *end = text_of(p, t) + t.len;
	uint32_t rune;
	bool byte;

	if (!go_unquote_char(&at, end, '\'', &rune, &byte)) {
		fail(p, "invalid syntax");
		return false;
	}
	if (end - at != 1 || *at != '\'') {
		fail(p, "malformed character constant: %.*s", (int)t.len, text_of(p, t));
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

	while (i > 0 && !((text_of(p, t)[i] == '+' || text_of(p, t)[i] == '-') &&
			  !strchr("eEpP", text_of(p, t)[i - 1])))
		i--;
	if (go_parse_float(text_of(p, t), i, &n->complex[0]) ||
	    go_parse_float(text_of(p, t) + i, t.len - i - 1, &n->complex[1])) {
		fail(p, "syntax error scanning complex number");
		return false;
	}
	number_from_complex(n);
	return true;
}

static bool number_plain(struct parser *p, struct token t, struct number *n)
{
	double f;

	if (text_of(p, t)[t.len - 1] == 'i' &&
	    !go_parse_float(text_of(p, t), t.len - 1, &n->complex[1])) {
		number_from_complex(n);
		return true;
	}
	if (!go_parse_uint(text_of(p, t), t.len, 0, &n->u))
		n->is |= IS_UINT;
	if (!go_parse_int(text_of(p, t), t.len, 0, &n->i)) {
		n->is |= IS_INT;
		if (!n->i)
			n->is |= IS_UINT;
	}
	if (n->is) {
		n->f = n->is & IS_INT ? (double)n->i : (double)n->u;
		n->is |= IS_FLOAT;
		return true;
	}
	if (!go_parse_float(text_of(p, t), t.len, &f)) {
		if (strcspn(arena_memdup(p->arena, text_of(p, t), t.len), ".eEpP") == t.len) {
			fail(p, "integer overflow: %s", quoted(p, text_of(p, t), t.len));
			return false;
		}
		n->is = IS_FLOAT;
		number_from_float(n, f);
		return true;
	}
	fail(p, "illegal number syntax: %s", quoted(p, text_of(p, t), t.len));
	return false;
}

static struct tnode *parse_number(struct parser *p, struct token t)
{
	struct tnode *n = make_named(p, T_NUMBER, t);
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

static bool unquote(struct parser *p, struct token t, struct name *out)
{
	struct buf b;
	bool ok;

	if (t.len >= 2 && *text_of(p, t) == '"' &&
	    go_is_simple(text_of(p, t) + 1, text_of(p, t) + t.len - 1)) {
		*out = (struct name){ arena_memdup(p->arena, text_of(p, t) + 1, t.len - 2),
				      t.len - 2 };
		return true;
	}
	buf_init(&b, 0);
	ok = go_unquote(&b, text_of(p, t), t.len);
	if (ok)
		*out = (struct name){ arena_memdup(p->arena, b.text, b.len), (uint32_t)b.len };
	else
		fail(p, "invalid syntax");
	buf_release(&b);
	return ok;
}

static struct tnode *parse_string(struct parser *p, struct token t)
{
	struct tnode *n = make_named(p, T_STRING, t);

	n->quoted = n->name;
	return unquote(p, t, &n->name) ? n : NULL;
}

static struct tnode *parse_variable(struct parser *p, struct token t)
{
	struct tnode *n = make(p, T_VARIABLE, t.pos);
	size_t i;

	split_idents(p, n, text_of(p, t), t.len);
	for (i = 0; i < p->vars.count; i++)
		if (p->vars.items[i].len == n->idents[0].len &&
		    !memcmp(p->vars.items[i].text, n->idents[0].text, n->idents[0].len))
			return n;
	return fail(p, "undefined variable %s", quoted(p, n->idents[0].text, n->idents[0].len));
}

static const struct function *find_function(struct parser *p, struct token t)
{
	size_t slot = (t.len * 31u + (unsigned char)text_of(p, t)[0] * 7u +
		       (unsigned char)text_of(p, t)[t.len - 1] +
		       (unsigned char)text_of(p, t)[t.len / 2] * 3u) %
		      FUNCTION_CACHE;

	if (p->recent[slot].len != t.len || memcmp(p->recent[slot].name, text_of(p, t), t.len)) {
		p->recent[slot].function = p->context->find(text_of(p, t), t.len);
		p->recent[slot].name = text_of(p, t);
		p->recent[slot].len = t.len;
	}
	return p->recent[slot].function;
}

static struct tnode *parse_ident(struct parser *p, struct token t)
{
	struct tnode *n = make_named(p, T_IDENT, t);

	n->function = find_function(p, t);
	if (!n->function)
		return fail(p, "function %s not defined", quoted(p, text_of(p, t), t.len));
	return n;
}

static struct tnode *parse_paren(struct parser *p)
{
	struct tnode *n;

	if (p->depth >= MAX_NESTING)
		return fail(p, "max expression depth exceeded");
	p->depth++;
	n = parse_pipeline(p, "parenthesized pipeline", TOK_RIGHT_PAREN);
	p->depth--;
	return n;
}

/* A term, or NULL with the token put back when none is there. */
static struct tnode *parse_term(struct parser *p)
{
	struct token t = next_non_space(p);
	struct tnode *n;

	switch ((int)t.type) {
	case TOK_IDENT:
		return parse_ident(p, t);
	case TOK_DOT:
		return make(p, T_DOT, t.pos);
	case TOK_NIL:
		return make(p, T_NIL, t.pos);
	case TOK_VARIABLE:
		return parse_variable(p, t);
	case TOK_FIELD:
		n = make(p, T_FIELD, t.pos);
		split_idents(p, n, text_of(p, t), t.len);
		return n;
	case TOK_BOOL:
		n = make(p, T_BOOL, t.pos);
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
		backup(p);
		return NULL;
	}
}

/* Fields after a term: one longer field or variable, or a chain over anything else. */
static struct tnode *parse_chain(struct parser *p, struct tnode *base)
{
	struct {
		VEC(struct name);
	} idents = { 0 };
	uint32_t pos = peek(p).pos, i;
	struct tnode *n;
	struct token t;

	if (base->type == T_FIELD || base->type == T_VARIABLE)
		for (i = 0; i < base->ident_count; i++)
			*vec_push(p->arena, &idents) = base->idents[i];
	while (peek(p).type == TOK_FIELD) {
		t = next(p);
		*vec_push(p->arena, &idents) = (struct name){ text_of(p, t) + 1, t.len - 1 };
	}
	switch ((int)base->type) {
	case T_BOOL:
	case T_STRING:
	case T_NUMBER:
	case T_NIL:
	case T_DOT: {
		const char *text = node_shown(p, base);

		return fail(p, "unexpected . after term %s", quoted(p, text, strlen(text)));
	}
	case T_FIELD:
	case T_VARIABLE:
		n = make(p, base->type, pos);
		break;
	default:
		n = make(p, T_CHAIN, pos);
		n->base = base;
	}
	n->idents = idents.items;
	n->ident_count = (uint32_t)idents.count;
	return n;
}

static struct tnode *parse_operand(struct parser *p)
{
	struct tnode *n = parse_term(p);

	if (!n || p->out->error || peek(p).type != TOK_FIELD)
		return n;
	return parse_chain(p, n);
}

/* ---- pipelines ---- */

static struct tnode *parse_command(struct parser *p)
{
	struct tnode *cmd = make(p, T_COMMAND, peek_non_space(p).pos), *operand;
	size_t mark = p->pending.count;
	struct token t;

	do {
		peek_non_space(p);
		operand = parse_operand(p);
		if (p->out->error)
			return NULL;
		if (operand)
			pend(p, operand);
		t = next(p);
	} while (t.type == TOK_SPACE);
	if (t.type == TOK_RIGHT_DELIM || t.type == TOK_RIGHT_PAREN)
		backup(p);
	else if (t.type != TOK_PIPE)
		return unexpected(p, t, "operand");
	cmd->kids = collect(p, mark);
	return cmd->kids.count ? cmd : fail(p, "empty command");
}

static void declare(struct parser *p, struct tnode *pipe, struct token v)
{
	struct tnode *n = make(p, T_VARIABLE, v.pos);

	split_idents(p, n, text_of(p, v), v.len);
	if (!pipe->decl.count)
		pipe->decl.items = arena_array(p->arena, 2, struct tnode *);
	pipe->decl.items[pipe->decl.count++] = n;
	*vec_push(p->arena, &p->vars) = (struct name){ text_of(p, v), v.len };
}

/* "$x :=", "$x =" or "$i, $x :=" before the commands. False on an error. */
static bool parse_declarations(struct parser *p, struct tnode *pipe, const char *context)
{
	struct token v, after, t;

	while ((v = peek_non_space(p)).type == TOK_VARIABLE) {
		next(p);
		after = peek(p);
		t = peek_non_space(p);
		if (t.type == TOK_ASSIGN || t.type == TOK_DECLARE) {
			pipe->flag = t.type == TOK_ASSIGN;
			next_non_space(p);
			declare(p, pipe, v);
			return true;
		}
		if (t.type != TOK_CHAR || t.len != 1 || *text_of(p, t) != ',') {
			if (after.type == TOK_SPACE)
				backup3(p, v, after);
			else
				backup2(p, v);
			return true;
		}
		next_non_space(p);
		declare(p, pipe, v);
		if (strcmp(context, "range") || pipe->decl.count >= 2)
			return fail(p, "too many declarations in %s", context);
		t = peek_non_space(p);
		if (t.type != TOK_VARIABLE && t.type != TOK_RIGHT_DELIM &&
		    t.type != TOK_RIGHT_PAREN)
			return fail(p, "range can only initialize variables");
	}
	return true;
}

static struct tnode *check_pipeline(struct parser *p, struct tnode *pipe, const char *context)
{
	size_t i;

	if (!pipe->kids.count)
		return fail(p, "missing value for %s", context);
	for (i = 1; i < pipe->kids.count; i++) {
		switch ((int)pipe->kids.items[i]->kids.items[0]->type) {
		case T_BOOL:
		case T_DOT:
		case T_NIL:
		case T_NUMBER:
		case T_STRING:
			return fail(p, "non executable command in pipeline stage %zu", i + 1);
		default:
			break;
		}
	}
	return pipe;
}

static struct tnode *parse_pipeline(struct parser *p, const char *context, enum token_type end)
{
	struct token t = peek_non_space(p);
	struct tnode *pipe = make(p, T_PIPE, t.pos), *cmd;
	size_t mark = p->pending.count;

	if (!parse_declarations(p, pipe, context))
		return NULL;
	for (;;) {
		t = next_non_space(p);
		if (t.type == end) {
			pipe->kids = collect(p, mark);
			return check_pipeline(p, pipe, context);
		}
		switch ((int)t.type) {
		case TOK_BOOL:
		case TOK_CHAR_CONSTANT:
		case TOK_COMPLEX:
		case TOK_DOT:
		case TOK_FIELD:
		case TOK_IDENT:
		case TOK_NUMBER:
		case TOK_NIL:
		case TOK_RAW_STRING:
		case TOK_STRING:
		case TOK_VARIABLE:
		case TOK_LEFT_PAREN:
			backup(p);
			cmd = parse_command(p);
			if (!cmd)
				return NULL;
			pend(p, cmd);
			break;
		default:
			return unexpected(p, t, context);
		}
	}
}

/* ---- control structures ---- */

static struct tnode *parse_control(struct parser *p, enum tnode_type type);

static struct tnode *else_if(struct parser *p, enum tnode_type type, uint32_t pos)
{
	struct tnode *list = make(p, T_LIST, pos), *n;

	next(p);
	n = parse_control(p, type);
	if (!n)
		return NULL;
	pend(p, n);
	list->kids = collect(p, p->pending.count - 1);
	return list;
}

static bool parse_else(struct parser *p, struct tnode *n, struct tnode *at)
{
	struct tnode *end;

	if (n->type == T_IF && peek(p).type == TOK_IF) {
		n->branch.otherwise = else_if(p, T_IF, at->pos);
		return n->branch.otherwise;
	}
	if (n->type == T_WITH && peek(p).type == TOK_WITH) {
		n->branch.otherwise = else_if(p, T_WITH, at->pos);
		return n->branch.otherwise;
	}
	n->branch.otherwise = parse_list(p, &end);
	if (!n->branch.otherwise)
		return false;
	if (end->type != T_END)
		return fail(p, "expected end; found %s", node_shown(p, end));
	return true;
}

static bool parse_body(struct parser *p, struct tnode *n, const char *context)
{
	struct tnode *end;

	n->branch.pipe = parse_pipeline(p, context, TOK_RIGHT_DELIM);
	if (!n->branch.pipe)
		return false;
	n->pos = n->branch.pipe->pos;
	p->range_depth += n->type == T_RANGE;
	n->branch.list = parse_list(p, &end);
	p->range_depth -= n->type == T_RANGE;
	if (!n->branch.list)
		return false;
	return end->type == T_END || parse_else(p, n, end);
}

static struct tnode *parse_control(struct parser *p, enum tnode_type type)
{
	const char *context = type == T_IF ? "if" : type == T_WITH ? "with" : "range";
	struct tnode *n = make(p, type, 0);
	size_t vars = p->vars.count;
	bool ok;

	if (p->depth >= MAX_NESTING)
		return fail(p, "max expression depth exceeded");
	p->depth++;
	ok = parse_body(p, n, context);
	p->depth--;
	p->vars.count = vars;
	return ok ? n : NULL;
}

static struct tnode *parse_jump(struct parser *p, struct token t, enum tnode_type type)
{
	const char *name = type == T_BREAK ? "{{break}}" : "{{continue}}";
	struct token end = next_non_space(p);

	if (end.type != TOK_RIGHT_DELIM)
		return unexpected(p, end, name);
	if (!p->range_depth)
		return fail(p, "%s outside {{range}}", name);
	return make(p, type, t.pos);
}

static struct tnode *parse_else_mark(struct parser *p)
{
	struct token t = peek_non_space(p);

	if (t.type != TOK_IF && t.type != TOK_WITH) {
		t = expect(p, TOK_RIGHT_DELIM, "else");
		if (p->out->error)
			return NULL;
	}
	return make(p, T_ELSE, t.pos);
}

static bool template_name(struct parser *p, struct token t, const char *context, struct name *out)
{
	if (t.type != TOK_STRING && t.type != TOK_RAW_STRING)
		return unexpected(p, t, context);
	return unquote(p, t, out);
}

static struct tnode *parse_template(struct parser *p)
{
	static const char context[] = "template clause";
	struct token t = next_non_space(p);
	struct tnode *n = make(p, T_TEMPLATE, t.pos);

	if (!template_name(p, t, context, &n->name))
		return NULL;
	if (next_non_space(p).type == TOK_RIGHT_DELIM)
		return n;
	backup(p);
	n->argument = parse_pipeline(p, context, TOK_RIGHT_DELIM);
	return n->argument ? n : NULL;
}

/* A tree of its own: new variables, no range around it. */
struct outer {
	size_t var_count;
	struct name *vars;
	size_t var_cap;
	int range_depth;
	uint32_t action_line;
};

static struct outer tree_begin(struct parser *p)
{
	struct outer o = { p->vars.count, p->vars.items, p->vars.cap, p->range_depth,
			   p->action_line };

	p->vars.items = NULL;
	p->vars.count = p->vars.cap = 0;
	*vec_push(p->arena, &p->vars) = (struct name){ "$", 1 };
	p->range_depth = 0;
	p->action_line = 0;
	return o;
}

static void tree_end(struct parser *p, struct outer o)
{
	p->vars.items = o.vars;
	p->vars.count = o.var_count;
	p->vars.cap = o.var_cap;
	p->range_depth = o.range_depth;
	p->action_line = o.action_line;
}

/* Put a finished tree among those of the source; an empty one gives way. */
static bool tree_add(struct parser *p, struct name name, struct tnode *root)
{
	struct parsed_tree *t;
	size_t i;

	for (i = 0; i < p->out->count; i++) {
		t = &p->out->items[i];
		if (t->name.len != name.len || memcmp(t->name.text, name.text, name.len))
			continue;
		if (tree_is_empty(t->root))
			t->root = root;
		else if (!tree_is_empty(root))
			return fail(p, "template: multiple definition of template %s",
				    quoted(p, name.text, name.len));
		return true;
	}
	*vec_push(p->arena, p->out) = (struct parsed_tree){ name, root };
	return true;
}

static bool parse_inner_tree(struct parser *p, struct name name, const char *context)
{
	struct outer outer = tree_begin(p);
	struct tnode *end = NULL, *root = parse_list(p, &end);
	bool ok = root && end;

	if (ok && end->type != T_END) {
		fail(p, "unexpected %s in %s", node_shown(p, end), context);
		ok = false;
	}
	ok = ok && tree_add(p, name, root);
	tree_end(p, outer);
	return ok;
}

static bool parse_define(struct parser *p)
{
	static const char context[] = "define clause";
	struct token t = next_non_space(p);
	struct name name;

	/* A definition's own tree has no action line: errors in it name none from outside. */
	p->action_line = 0;
	if (!template_name(p, t, context, &name))
		return false;
	expect(p, TOK_RIGHT_DELIM, context);
	return !p->out->error && parse_inner_tree(p, name, context);
}

static struct tnode *parse_block(struct parser *p)
{
	static const char context[] = "block clause";
	struct token t = next_non_space(p);
	struct tnode *n = make(p, T_TEMPLATE, t.pos);

	if (!template_name(p, t, context, &n->name))
		return NULL;
	n->argument = parse_pipeline(p, context, TOK_RIGHT_DELIM);
	if (!n->argument || !parse_inner_tree(p, n->name, context))
		return NULL;
	return n;
}

static struct tnode *parse_action(struct parser *p)
{
	struct token t = next_non_space(p);
	struct tnode *n;

	switch ((int)t.type) {
	case TOK_BLOCK:
		return parse_block(p);
	case TOK_BREAK:
		return parse_jump(p, t, T_BREAK);
	case TOK_CONTINUE:
		return parse_jump(p, t, T_CONTINUE);
	case TOK_ELSE:
		return parse_else_mark(p);
	case TOK_END:
		t = expect(p, TOK_RIGHT_DELIM, "end");
		return p->out->error ? NULL : make(p, T_END, t.pos);
	case TOK_IF:
		return parse_control(p, T_IF);
	case TOK_RANGE:
		return parse_control(p, T_RANGE);
	case TOK_TEMPLATE:
		return parse_template(p);
	case TOK_WITH:
		return parse_control(p, T_WITH);
	default:
		backup(p);
		t = peek(p);
		n = make(p, T_ACTION, t.pos);
		n->branch.pipe = parse_pipeline(p, "command", TOK_RIGHT_DELIM);
		return n->branch.pipe ? n : NULL;
	}
}

static struct tnode *parse_text_or_action(struct parser *p)
{
	struct token t = next_non_space(p);
	struct tnode *n;

	if (t.type == TOK_TEXT) {
		n = make_named(p, T_TEXT, t);
		text_spans(p, n);
		return n;
	}
	if (t.type != TOK_LEFT_DELIM)
		return unexpected(p, t, "input");
	p->action_line = t.line;
	n = parse_action(p);
	p->action_line = 0;
	return n;
}

/* Nodes up to an end or else, which goes to *end. */
static struct tnode *parse_list(struct parser *p, struct tnode **end)
{
	struct tnode *list = make(p, T_LIST, peek_non_space(p).pos), *n;
	size_t mark = p->pending.count;

	while (peek_non_space(p).type != TOK_EOF) {
		n = parse_text_or_action(p);
		if (!n)
			return NULL;
		if (n->type == T_END || n->type == T_ELSE) {
			*end = n;
			list->kids = collect(p, mark);
			return list;
		}
		pend(p, n);
	}
	return fail(p, "unexpected EOF");
}

static bool parse_top(struct parser *p, struct tnode *root)
{
	struct token delim;
	struct tnode *n;

	while (peek(p).type != TOK_EOF) {
		if (peek(p).type == TOK_LEFT_DELIM) {
			delim = next(p);
			if (next_non_space(p).type == TOK_DEFINE) {
				if (!parse_define(p))
					return false;
				continue;
			}
			backup2(p, delim);
		}
		n = parse_text_or_action(p);
		if (!n)
			return false;
		if (n->type == T_END || n->type == T_ELSE)
			return fail(p, "unexpected %s", node_shown(p, n));
		pend(p, n);
	}
	root->kids = collect(p, 0);
	return true;
}

bool tree_parse(struct parse_context *context, const struct source *source, struct parsed *out)
{
	struct parser p = {
		.context = context, .arena = context->arena, .source = source, .out = out
	};
	struct tnode *root;

	lexer_init(&p.lexer, p.arena, source);
	*vec_push(p.arena, &p.vars) = (struct name){ "$", 1 };
	root = make(&p, T_LIST, peek(&p).pos);
	return parse_top(&p, root) &&
	       tree_add(&p, (struct name){ source->name, (uint32_t)strlen(source->name) }, root);
}
