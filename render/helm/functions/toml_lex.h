/*
 * toml_lex: the words of a TOML text, as BurntSushi's lexer finds them.
 *
 * The reader asks for what may come next; the first thing that is wrong is kept in `error` with the
 * line that BurntSushi names, and every call after it fails. What the reader is in the middle of is
 * its own affair: it words the whole message.
 */
#ifndef RENDER_HELM_FUNCTIONS_TOML_LEX_H
#define RENDER_HELM_FUNCTIONS_TOML_LEX_H
#include "render/helm/template/ast.h"
#include "render/helm/template/engine.h"

struct toml_lexer {
	struct arena *arena;
	const char *text;
	size_t len, at;
	unsigned line;
	bool at_end;	   /* the last character asked for was past the end */
	struct name error; /* may hold any byte; text NULL while all is well */
	unsigned error_line;
};

enum toml_word {
	TOML_BAD, /* see error */
	TOML_WORD_STRING,
	TOML_WORD_INTEGER,
	TOML_WORD_FLOAT,
	TOML_WORD_BOOL,
	TOML_WORD_DATE,
	TOML_WORD_ARRAY,   /* [ was read */
	TOML_WORD_TABLE,   /* { was read */
	TOML_WORD_HEADER,  /* [ at a line's start */
	TOML_WORD_HEADERS, /* [[ */
	TOML_WORD_KEY,	   /* a key starts here */
	TOML_WORD_COMMA,   /* something of an array or of a table is to come */
	TOML_WORD_END,
};

struct toml_item {
	enum toml_word word;
	size_t from;	  /* offset in the text */
	const char *text; /* of a string, unescaped; else as written */
	size_t len;
	unsigned line;
};

/* Fail at a line; always false. */
bool toml_fail(struct toml_lexer *l, unsigned line, const char *fmt, ...) PRINTF_LIKE(3, 4);

/* What stands at the top: a header, a key, the end. */
enum toml_word toml_top(struct toml_lexer *l);
/* A header's or a pair's line must end here. */
bool toml_line_end(struct toml_lexer *l);
/* One part of a header; *last is set when its brackets are closed. */
bool toml_header_part(struct toml_lexer *l, bool array, struct toml_item *out, bool *last);
/* One part of a key; *last is set when '=' came behind it. */
bool toml_key_part(struct toml_lexer *l, bool first, struct toml_item *out, bool *last);
bool toml_value(struct toml_lexer *l, struct toml_item *out);
/* Before an element (COMMA: one comes; END: the array or table is closed), and behind it. */
enum toml_word toml_before_element(struct toml_lexer *l);
enum toml_word toml_behind_element(struct toml_lexer *l);
enum toml_word toml_before_pair(struct toml_lexer *l);
enum toml_word toml_behind_pair(struct toml_lexer *l);

#endif
