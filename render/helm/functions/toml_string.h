/*
 * toml_string: TOML's four kinds of strings, and the characters of a lexer that they are read from.
 */
#ifndef RENDER_HELM_FUNCTIONS_TOML_STRING_H
#define RENDER_HELM_FUNCTIONS_TOML_STRING_H
#include "render/helm/functions/toml_lex.h"

/* The next character, 0 at the end or when something is wrong; toml_peek leaves it there. */
uint32_t toml_next(struct toml_lexer *l);
uint32_t toml_peek(struct toml_lexer *l);
/* The line to name: that of what came last, when a line end was the text's last character. */
unsigned toml_line(const struct toml_lexer *l);
bool toml_is_hex(uint32_t r);

/* A string whose first quote was read; behind it, two more make it a long one. */
bool toml_string(struct toml_lexer *l, uint32_t quote, struct toml_item *out);
/* The same where no long one may stand: in keys. */
bool toml_short_string(struct toml_lexer *l, uint32_t quote, struct toml_item *out);

#endif
