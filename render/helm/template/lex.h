/*
 * lex: the tokens of a template, as Go's text/template cuts them.
 */
#ifndef RENDER_HELM_TEMPLATE_LEX_H
#define RENDER_HELM_TEMPLATE_LEX_H
#include "base/arena.h"
#include "render/helm/template/ast.h"

enum token_type {
	TOK_ERROR,
	TOK_BOOL,
	TOK_CHAR,
	TOK_CHAR_CONSTANT,
	TOK_COMPLEX,
	TOK_ASSIGN,
	TOK_DECLARE,
	TOK_EOF,
	TOK_FIELD,
	TOK_IDENT,
	TOK_LEFT_DELIM,
	TOK_LEFT_PAREN,
	TOK_NUMBER,
	TOK_PIPE,
	TOK_RAW_STRING,
	TOK_RIGHT_DELIM,
	TOK_RIGHT_PAREN,
	TOK_SPACE,
	TOK_STRING,
	TOK_TEXT,
	TOK_VARIABLE,
	TOK_KEYWORD,
	TOK_BLOCK,
	TOK_BREAK,
	TOK_CONTINUE,
	TOK_DOT,
	TOK_DEFINE,
	TOK_ELSE,
	TOK_END,
	TOK_IF,
	TOK_NIL,
	TOK_RANGE,
	TOK_TEMPLATE,
	TOK_WITH,
};

struct token {
	enum token_type type;
	uint32_t pos, line, len; /* the text is that of the source there, or the lexer's error */
};

struct lexer {
	struct arena *arena;
	const char *text;
	const char *left, *right; /* the first two characters of each are a delimiter */
	size_t len, pos, start;
	bool at_eof, inside_action;
	int paren_depth;
	uint32_t line, start_line;
	struct token token;
	const char *error; /* of TOK_ERROR */
};

void lexer_init(struct lexer *l, struct arena *a, const struct source *source);
struct token lexer_next(struct lexer *l);

#endif
