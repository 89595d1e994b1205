/*
 * ast: a parsed template.
 *
 * Nodes live in the set's arena and are read-only once parsed. `pos` is a byte offset in the
 * source, as Go's error texts count it; identifiers and literals refer to the source's text.
 */
#ifndef RENDER_HELM_TEMPLATE_AST_H
#define RENDER_HELM_TEMPLATE_AST_H
#include "base/buf.h"
#include "base/vec.h"
#include "render/helm/value.h"

/* A text that was parsed: a file, or a string given to tpl. */
struct source {
	const char *name;
	const char *text;
	size_t len;
	origin_id origin; /* of the first byte of a file; a tpl string has spans or one origin */
	const struct origin_span *spans;
	size_t span_count;
	bool whole;	    /* `origin` is that of every byte */
	const char *delims; /* as "<<>>"; NULL: "{{" and "}}" */
};

enum tnode_type {
	T_TEXT,
	T_ACTION,
	T_BOOL,
	T_BREAK,
	T_CHAIN,
	T_COMMAND,
	T_CONTINUE,
	T_DOT,
	T_ELSE,
	T_END,
	T_FIELD,
	T_IDENT,
	T_IF,
	T_LIST,
	T_NIL,
	T_NUMBER,
	T_PIPE,
	T_RANGE,
	T_STRING,
	T_TEMPLATE,
	T_VARIABLE,
	T_WITH,
};

struct name {
	const char *text;
	uint32_t len;
};

enum number_is { IS_INT = 1, IS_UINT = 2, IS_FLOAT = 4, IS_COMPLEX = 8 };
struct number {
	unsigned is;
	int64_t i;
	uint64_t u;
	double f, complex[2];
};

struct tnode;
struct tnodes {
	struct tnode **items;
	uint32_t count;
};

/* Large charts have a hundred thousand nodes: they are kept small. */
struct tnode {
	uint8_t type;
	bool flag; /* T_BOOL: its value; T_PIPE: assigns to what is there (=) */
	uint32_t pos;
	const struct source *source;
	union {
		struct {
			struct tnode *pipe, *list, *otherwise;
		} branch; /* T_ACTION (pipe), T_IF, T_WITH, T_RANGE */
		struct {
			struct tnodes
				kids; /* T_LIST: nodes; T_PIPE: commands; T_COMMAND: operands */
			struct tnodes decl; /* T_PIPE */
		};
		struct {
			struct name name; /* T_TEXT, T_STRING (unquoted), T_IDENT, T_NUMBER,
					     T_TEMPLATE */
			union {
				struct name quoted; /* T_STRING as written */
				struct number *number;
				const struct function *function; /* T_IDENT */
				struct tnode *argument;		 /* T_TEMPLATE: its pipe, or NULL */
				struct {
					const struct origin_span *spans; /* T_TEXT: one a line */
					uint32_t span_count;
				} text;
			};
		};
		struct {
			struct name
				*idents;    /* T_FIELD, T_CHAIN, T_VARIABLE (with its $ in front) */
			struct tnode *base; /* T_CHAIN */
			uint32_t ident_count;
		};
	};
};

struct function;
/* What the parser needs to know of its surroundings. */
struct parse_context {
	struct arena *arena;
	const struct function *(*find)(const char *name, size_t len);
};

struct parsed_tree {
	struct name name;
	struct tnode *root;
};
struct parsed {
	VEC(struct parsed_tree);
	char *error; /* Go's text, or NULL */
	uint32_t error_line;
};

/* Parse a source: its own tree last, those it defines before. False on an error. */
bool tree_parse(struct parse_context *context, const struct source *source, struct parsed *out);
/* Whether a tree prints nothing but space. */
bool tree_is_empty(const struct tnode *n);
/* A node as Go's error texts show it. */
void tree_text(struct buf *out, const struct tnode *n);
origin_id source_origin(const struct source *s, size_t pos);

#endif
