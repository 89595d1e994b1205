/* tree: a parsed template back into text, as Go's error messages show a node. */
#include <string.h>
#include "render/helm/template/ast.h"
#include "render/helm/template/gotext.h"

bool tree_is_empty(const struct tnode *n)
{
	uint32_t rune;
	size_t i;

	switch ((int)n->type) {
	case T_LIST:
		for (i = 0; i < n->kids.count; i++)
			if (!tree_is_empty(n->kids.items[i]))
				return false;
		return true;
	case T_TEXT:
		for (i = 0; i < n->name.len;) {
			i += rune_decode(n->name.text + i, n->name.len - i, &rune);
			if (!rune_is_space(rune))
				return false;
		}
		return true;
	default:
		return false;
	}
}

static void list_text(struct buf *out, const struct tnodes *nodes, const char *between)
{
	size_t i;

	for (i = 0; i < nodes->count; i++) {
		if (i)
			buf_str(out, between);
		tree_text(out, nodes->items[i]);
	}
}

static void paren_text(struct buf *out, const struct tnode *n)
{
	if (n->type == T_PIPE)
		buf_char(out, '(');
	tree_text(out, n);
	if (n->type == T_PIPE)
		buf_char(out, ')');
}

static void command_text(struct buf *out, const struct tnode *n)
{
	size_t i;

	for (i = 0; i < n->kids.count; i++) {
		if (i)
			buf_char(out, ' ');
		paren_text(out, n->kids.items[i]);
	}
}

static void pipe_text(struct buf *out, const struct tnode *n)
{
	size_t i;

	for (i = 0; i < n->decl.count; i++) {
		if (i)
			buf_str(out, ", ");
		tree_text(out, n->decl.items[i]);
	}
	if (n->decl.count)
		buf_str(out, n->flag ? " = " : " := ");
	list_text(out, &n->kids, " | ");
}

static void idents_text(struct buf *out, const struct tnode *n)
{
	uint32_t i;

	if (n->type == T_CHAIN)
		paren_text(out, n->base);
	for (i = 0; i < n->ident_count; i++) {
		if (i || n->type != T_VARIABLE)
			buf_char(out, '.');
		buf_add(out, n->idents[i].text, n->idents[i].len);
	}
}

static void branch_text(struct buf *out, const struct tnode *n)
{
	buf_printf(out, "{{%s ", n->type == T_IF ? "if" : n->type == T_WITH ? "with" : "range");
	tree_text(out, n->branch.pipe);
	buf_str(out, "}}");
	tree_text(out, n->branch.list);
	if (n->branch.otherwise) {
		buf_str(out, "{{else}}");
		tree_text(out, n->branch.otherwise);
	}
	buf_str(out, "{{end}}");
}

static void template_text(struct buf *out, const struct tnode *n)
{
	buf_str(out, "{{template ");
	go_quote(out, n->name.text, n->name.len, '"', 0);
	if (n->argument) {
		buf_char(out, ' ');
		tree_text(out, n->argument);
	}
	buf_str(out, "}}");
}

void tree_text(struct buf *out, const struct tnode *n)
{
	switch ((int)n->type) {
	case T_TEXT:
	case T_IDENT:
	case T_NUMBER:
		buf_add(out, n->name.text, n->name.len);
		break;
	case T_STRING:
		buf_add(out, n->quoted.text, n->quoted.len);
		break;
	case T_ACTION:
		buf_str(out, "{{");
		tree_text(out, n->branch.pipe);
		buf_str(out, "}}");
		break;
	case T_BOOL:
		buf_str(out, n->flag ? "true" : "false");
		break;
	case T_BREAK:
	case T_CONTINUE:
	case T_ELSE:
	case T_END:
		buf_str(out, n->type == T_BREAK	     ? "{{break}}"
			     : n->type == T_CONTINUE ? "{{continue}}"
			     : n->type == T_ELSE     ? "{{else}}"
						     : "{{end}}");
		break;
	case T_CHAIN:
	case T_FIELD:
	case T_VARIABLE:
		idents_text(out, n);
		break;
	case T_COMMAND:
		command_text(out, n);
		break;
	case T_DOT:
		buf_char(out, '.');
		break;
	case T_NIL:
		buf_str(out, "nil");
		break;
	case T_LIST:
		list_text(out, &n->kids, "");
		break;
	case T_PIPE:
		pipe_text(out, n);
		break;
	case T_IF:
	case T_WITH:
	case T_RANGE:
		branch_text(out, n);
		break;
	case T_TEMPLATE:
		template_text(out, n);
		break;
	}
}
