/* lex: CEL's tokens, one at a time. */
#ifndef VALIDATE_CEL_LEX_H
#define VALIDATE_CEL_LEX_H
#include "validate/cel/value.h"

enum token_kind {
	TOKEN_END,
	TOKEN_IDENT,
	TOKEN_INT,
	TOKEN_UINT,
	TOKEN_DOUBLE,
	TOKEN_STRING,
	TOKEN_BYTES,
	TOKEN_SIGN,
	TOKEN_BAD,
};

struct token {
	enum token_kind kind;
	unsigned start, end;
	char sign[3];	      /* of TOKEN_SIGN */
	struct cel_text text; /* of a string, bytes; of an identifier */
};

/* What the parser and the reader of tokens share. */
struct parser {
	struct arena *arena;
	const char *text;
	unsigned at, len, depth;
	struct token token;
	struct cel_error *error;
	bool failed;
};

/* Read the next token into p->token. */
void cel_next(struct parser *p);

#endif
