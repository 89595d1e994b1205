/*
 * The parser: recursive descent over pipelines and control structures, with Go's own error texts.
 */
#include <string.h>
#include "render/helm/template/parser.h"

static struct tnode *parse_list(struct parser *p, struct tnode **end);

/* ---- pipelines ---- */

static struct tnode *parse_command(struct parser *p)
{
	struct tnode *cmd = parser_node(p, T_COMMAND, parser_peek_word(p).pos), *operand;
	size_t mark = p->pending.count;
	struct token t;

	do {
		parser_peek_word(p);
		operand = parser_operand(p);
		if (p->out->error)
			return NULL;
		if (operand)
			parser_pend(p, operand);
		t = parser_next(p);
	} while (t.type == TOK_SPACE);
	if (t.type == TOK_RIGHT_DELIM || t.type == TOK_RIGHT_PAREN)
		parser_backup(p);
	else if (t.type != TOK_PIPE)
		return parser_unexpected(p, t, "operand");
	cmd->kids = parser_collect(p, mark);
	return cmd->kids.count ? cmd : parser_fail(p, "empty command");
}

static void declare(struct parser *p, struct tnode *pipe, struct token v)
{
	struct tnode *n = parser_node(p, T_VARIABLE, v.pos);

	parser_idents(p, n, parser_text(p, v), v.len);
	if (!pipe->decl.count)
		pipe->decl.items = arena_array(p->arena, 2, struct tnode *);
	pipe->decl.items[pipe->decl.count++] = n;
	*vec_push(p->arena, &p->vars) = (struct name){ parser_text(p, v), v.len };
}

/* "$x :=", "$x =" or "$i, $x :=" before the commands. False on an error. */
static bool parse_declarations(struct parser *p, struct tnode *pipe, const char *context)
{
	struct token v, after, t;

	while ((v = parser_peek_word(p)).type == TOK_VARIABLE) {
		parser_next(p);
		after = parser_peek(p);
		t = parser_peek_word(p);
		if (t.type == TOK_ASSIGN || t.type == TOK_DECLARE) {
			pipe->flag = t.type == TOK_ASSIGN;
			parser_next_word(p);
			declare(p, pipe, v);
			return true;
		}
		if (t.type != TOK_CHAR || t.len != 1 || *parser_text(p, t) != ',') {
			if (after.type == TOK_SPACE)
				parser_backup3(p, v, after);
			else
				parser_backup2(p, v);
			return true;
		}
		parser_next_word(p);
		declare(p, pipe, v);
		if (strcmp(context, "range") || pipe->decl.count >= 2)
			return parser_fail(p, "too many declarations in %s", context);
		t = parser_peek_word(p);
		if (t.type != TOK_VARIABLE && t.type != TOK_RIGHT_DELIM &&
		    t.type != TOK_RIGHT_PAREN)
			return parser_fail(p, "range can only initialize variables");
	}
	return true;
}

static struct tnode *check_pipeline(struct parser *p, struct tnode *pipe, const char *context)
{
	size_t i;

	if (!pipe->kids.count)
		return parser_fail(p, "missing value for %s", context);
	for (i = 1; i < pipe->kids.count; i++) {
		switch ((int)pipe->kids.items[i]->kids.items[0]->type) {
		case T_BOOL:
		case T_DOT:
		case T_NIL:
		case T_NUMBER:
		case T_STRING:
			return parser_fail(p, "non executable command in pipeline stage %zu",
					   i + 1);
		default:
			break;
		}
	}
	return pipe;
}

struct tnode *parser_pipeline(struct parser *p, const char *context, enum token_type end)
{
	struct token t = parser_peek_word(p);
	struct tnode *pipe = parser_node(p, T_PIPE, t.pos), *cmd;
	size_t mark = p->pending.count;

	if (!parse_declarations(p, pipe, context))
		return NULL;
	for (;;) {
		t = parser_next_word(p);
		if (t.type == end) {
			pipe->kids = parser_collect(p, mark);
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
			parser_backup(p);
			cmd = parse_command(p);
			if (!cmd)
				return NULL;
			parser_pend(p, cmd);
			break;
		default:
			return parser_unexpected(p, t, context);
		}
	}
}

/* ---- control structures ---- */

static struct tnode *parse_control(struct parser *p, enum tnode_type type);

static struct tnode *else_if(struct parser *p, enum tnode_type type, uint32_t pos)
{
	struct tnode *list = parser_node(p, T_LIST, pos), *n;

	parser_next(p);
	n = parse_control(p, type);
	if (!n)
		return NULL;
	parser_pend(p, n);
	list->kids = parser_collect(p, p->pending.count - 1);
	return list;
}

static bool parse_else(struct parser *p, struct tnode *n, struct tnode *at)
{
	struct tnode *end;

	if (n->type == T_IF && parser_peek(p).type == TOK_IF) {
		n->branch.otherwise = else_if(p, T_IF, at->pos);
		return n->branch.otherwise;
	}
	if (n->type == T_WITH && parser_peek(p).type == TOK_WITH) {
		n->branch.otherwise = else_if(p, T_WITH, at->pos);
		return n->branch.otherwise;
	}
	n->branch.otherwise = parse_list(p, &end);
	if (!n->branch.otherwise)
		return false;
	if (end->type != T_END)
		return parser_fail(p, "expected end; found %s", parser_shown(p, end));
	return true;
}

static bool parse_body(struct parser *p, struct tnode *n, const char *context)
{
	struct tnode *end;

	n->branch.pipe = parser_pipeline(p, context, TOK_RIGHT_DELIM);
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
	struct tnode *n = parser_node(p, type, 0);
	size_t vars = p->vars.count;
	bool ok;

	if (p->depth >= MAX_NESTING)
		return parser_fail(p, "max expression depth exceeded");
	p->depth++;
	ok = parse_body(p, n, context);
	p->depth--;
	p->vars.count = vars;
	return ok ? n : NULL;
}

static struct tnode *parse_jump(struct parser *p, struct token t, enum tnode_type type)
{
	const char *name = type == T_BREAK ? "{{break}}" : "{{continue}}";
	struct token end = parser_next_word(p);

	if (end.type != TOK_RIGHT_DELIM)
		return parser_unexpected(p, end, name);
	if (!p->range_depth)
		return parser_fail(p, "%s outside {{range}}", name);
	return parser_node(p, type, t.pos);
}

static struct tnode *parse_else_mark(struct parser *p)
{
	struct token t = parser_peek_word(p);

	if (t.type != TOK_IF && t.type != TOK_WITH) {
		t = parser_expect(p, TOK_RIGHT_DELIM, "else");
		if (p->out->error)
			return NULL;
	}
	return parser_node(p, T_ELSE, t.pos);
}

static bool template_name(struct parser *p, struct token t, const char *context, struct name *out)
{
	if (t.type != TOK_STRING && t.type != TOK_RAW_STRING)
		return parser_unexpected(p, t, context);
	return parser_unquote(p, t, out);
}

static struct tnode *parse_template(struct parser *p)
{
	static const char context[] = "template clause";
	struct token t = parser_next_word(p);
	struct tnode *n = parser_node(p, T_TEMPLATE, t.pos);

	if (!template_name(p, t, context, &n->name))
		return NULL;
	if (parser_next_word(p).type == TOK_RIGHT_DELIM)
		return n;
	parser_backup(p);
	n->argument = parser_pipeline(p, context, TOK_RIGHT_DELIM);
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
			return parser_fail(p, "template: multiple definition of template %s",
					   parser_quoted(p, name.text, name.len));
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
		parser_fail(p, "unexpected %s in %s", parser_shown(p, end), context);
		ok = false;
	}
	ok = ok && tree_add(p, name, root);
	tree_end(p, outer);
	return ok;
}

static bool parse_define(struct parser *p)
{
	static const char context[] = "define clause";
	struct token t = parser_next_word(p);
	struct name name;

	/* A definition's own tree has no action line: errors in it name none from outside. */
	p->action_line = 0;
	if (!template_name(p, t, context, &name))
		return false;
	parser_expect(p, TOK_RIGHT_DELIM, context);
	return !p->out->error && parse_inner_tree(p, name, context);
}

static struct tnode *parse_block(struct parser *p)
{
	static const char context[] = "block clause";
	struct token t = parser_next_word(p);
	struct tnode *n = parser_node(p, T_TEMPLATE, t.pos);

	if (!template_name(p, t, context, &n->name))
		return NULL;
	n->argument = parser_pipeline(p, context, TOK_RIGHT_DELIM);
	if (!n->argument || !parse_inner_tree(p, n->name, context))
		return NULL;
	return n;
}

static struct tnode *parse_action(struct parser *p)
{
	struct token t = parser_next_word(p);
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
		t = parser_expect(p, TOK_RIGHT_DELIM, "end");
		return p->out->error ? NULL : parser_node(p, T_END, t.pos);
	case TOK_IF:
		return parse_control(p, T_IF);
	case TOK_RANGE:
		return parse_control(p, T_RANGE);
	case TOK_TEMPLATE:
		return parse_template(p);
	case TOK_WITH:
		return parse_control(p, T_WITH);
	default:
		parser_backup(p);
		t = parser_peek(p);
		n = parser_node(p, T_ACTION, t.pos);
		n->branch.pipe = parser_pipeline(p, "command", TOK_RIGHT_DELIM);
		return n->branch.pipe ? n : NULL;
	}
}

static struct tnode *parse_text_or_action(struct parser *p)
{
	struct token t = parser_next_word(p);
	struct tnode *n;

	if (t.type == TOK_TEXT) {
		n = parser_named(p, T_TEXT, t);
		parser_text_spans(p, n);
		return n;
	}
	if (t.type != TOK_LEFT_DELIM)
		return parser_unexpected(p, t, "input");
	p->action_line = t.line;
	n = parse_action(p);
	p->action_line = 0;
	return n;
}

/* Nodes up to an end or else, which goes to *end. */
static struct tnode *parse_list(struct parser *p, struct tnode **end)
{
	struct tnode *list = parser_node(p, T_LIST, parser_peek_word(p).pos), *n;
	size_t mark = p->pending.count;

	while (parser_peek_word(p).type != TOK_EOF) {
		n = parse_text_or_action(p);
		if (!n)
			return NULL;
		if (n->type == T_END || n->type == T_ELSE) {
			*end = n;
			list->kids = parser_collect(p, mark);
			return list;
		}
		parser_pend(p, n);
	}
	return parser_fail(p, "unexpected EOF");
}

static bool parse_top(struct parser *p, struct tnode *root)
{
	struct token delim;
	struct tnode *n;

	while (parser_peek(p).type != TOK_EOF) {
		if (parser_peek(p).type == TOK_LEFT_DELIM) {
			delim = parser_next(p);
			if (parser_next_word(p).type == TOK_DEFINE) {
				if (!parse_define(p))
					return false;
				continue;
			}
			parser_backup2(p, delim);
		}
		n = parse_text_or_action(p);
		if (!n)
			return false;
		if (n->type == T_END || n->type == T_ELSE)
			return parser_fail(p, "unexpected %s", parser_shown(p, n));
		parser_pend(p, n);
	}
	root->kids = parser_collect(p, 0);
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
	root = parser_node(&p, T_LIST, parser_peek(&p).pos);
	return parse_top(&p, root) &&
	       tree_add(&p, (struct name){ source->name, (uint32_t)strlen(source->name) }, root);
}
