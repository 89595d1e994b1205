/* toml_scalar: a TOML number, date, text or truth value as BurntSushi's decoder makes it. */
#ifndef RENDER_HELM_FUNCTIONS_TOML_SCALAR_H
#define RENDER_HELM_FUNCTIONS_TOML_SCALAR_H
#include "render/helm/functions/toml_lex.h"

/* The value of a word that is no array and no table; false with the lexer's error set. */
bool toml_scalar(struct toml_lexer *l, const struct toml_item *it, struct value *out);

#endif
