/*
 * functions: what templates can call; the table is functions.def, each family has its file.
 */
#ifndef RENDER_HELM_FUNCTIONS_FUNCTIONS_H
#define RENDER_HELM_FUNCTIONS_FUNCTIONS_H
#include "render/helm/template/engine.h"

#define FN(name, signature, function, flags) int function(struct call *c);
#include "render/helm/functions/functions.def"
#undef FN

#define GO_NIL_DEREFERENCE "runtime error: invalid memory address or nil pointer dereference"

/* The usual ends of a function. */
static inline int give(struct call *c, struct value v)
{
	c->result = v;
	return 0;
}
static inline int give_string(struct call *c, const char *text, size_t len)
{
	return give(c, value_str_n(c->arena, text, len));
}
static inline int give_bool(struct call *c, bool b)
{
	return give(c, value_bool(b));
}
/* Another text for the string argument `from`, which it takes the place of. */
int give_like(struct call *c, struct value from, struct buf *text);
/* What was built; fails when it is more than the limit. */
int give_text(struct call *c, struct text *t);

/* sprig's rules, which several families share. */
bool sprig_empty(struct value v);
/* A value as text: strings as they are, bytes as a string, all else %v. */
struct value sprig_string(struct arena *a, struct value v);
/* spf13/cast: what cannot be converted is 0. */
int64_t cast_int(struct value v);
double cast_float(struct value v);
/* A list's elements (or one value) as strings, nil left out. */
void sprig_strings(struct arena *a, struct value v, struct value *out_list);
/* Whether v is a list; if not the call fails with "Cannot WHAT type KIND". */
int need_list(struct call *c, struct value v, const char *what);
const char *value_kind_name(struct value v);

#endif
