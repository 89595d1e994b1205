/*
 * parser: what the parser's parts share: a source's tokens with three of lookahead, errors in Go's
 * words, nodes. parse.c reads pipelines and control structures, term.c what they are made of. After
 * the first error every function returns NULL or false.
 */
#ifndef RENDER_HELM_TEMPLATE_PARSER_H
#define RENDER_HELM_TEMPLATE_PARSER_H
#include "base/attr.h"
#include "render/helm/template/ast.h"
#include "render/helm/template/lex.h"

enum {
	FUNCTION_CACHE = 256,
	MAX_NESTING = 1000 /* of parentheses and of control structures; Go allows 10,000 */
};

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

static inline struct token parser_next(struct parser *p)
{
	if (p->peeked > 0)
		return p->ahead[--p->peeked];
	return p->ahead[0] = lexer_next(&p->lexer);
}

static inline const char *parser_text(const struct parser *p, struct token t)
{
	return t.type == TOK_ERROR ? p->lexer.error : p->source->text + t.pos;
}

static inline void parser_backup(struct parser *p)
{
	p->peeked++;
}

static inline void parser_backup2(struct parser *p, struct token t)
{
	p->ahead[1] = t;
	p->peeked = 2;
}

static inline void parser_backup3(struct parser *p, struct token t2, struct token t1)
{
	p->ahead[1] = t1;
	p->ahead[2] = t2;
	p->peeked = 3;
}

static inline struct token parser_peek(struct parser *p)
{
	if (!p->peeked) {
		p->peeked = 1;
		p->ahead[0] = lexer_next(&p->lexer);
	}
	return p->ahead[p->peeked - 1];
}

static inline struct token parser_next_word(struct parser *p)
{
	struct token t;

	do
		t = parser_next(p);
	while (t.type == TOK_SPACE);
	return t;
}

static inline struct token parser_peek_word(struct parser *p)
{
	struct token t = parser_next_word(p);

	parser_backup(p);
	return t;
}

/* ---- errors: Go's text in out->error; the results are NULL ---- */

void *parser_fail(struct parser *p, const char *fmt, ...) PRINTF_LIKE(2, 3);
void *parser_unexpected(struct parser *p, struct token t, const char *context);
/* The next token that is no blank, which must be one of `type`. */
struct token parser_expect(struct parser *p, enum token_type type, const char *context);
const char *parser_quoted(struct parser *p, const char *text, size_t len);
const char *parser_shown(struct parser *p, const struct tnode *n);

/* ---- nodes ---- */

struct tnode *parser_node(struct parser *p, enum tnode_type type, uint32_t pos);
struct tnode *parser_named(struct parser *p, enum tnode_type type, struct token t);
/* Children wait on one stack and are copied once their number is known: all since `mark`. */
void parser_pend(struct parser *p, struct tnode *n);
struct tnodes parser_collect(struct parser *p, size_t mark);
/* Cut "$x.y.z" or ".y.z" at its points. */
void parser_idents(struct parser *p, struct tnode *n, const char *text, size_t len);
/* A text's spans: one a line, and one where the source's own origin changes. */
void parser_text_spans(struct parser *p, struct tnode *n);

/* ---- terms and pipelines ---- */

/* The string that a token writes. */
bool parser_unquote(struct parser *p, struct token t, struct name *out);
/* A term with the fields behind it; NULL, with the token put back, when none is there. */
struct tnode *parser_operand(struct parser *p);
/* A pipeline up to the token `end`. */
struct tnode *parser_pipeline(struct parser *p, const char *context, enum token_type end);

#endif
