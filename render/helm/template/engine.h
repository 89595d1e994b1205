/*
 * engine: what the evaluator and the functions share.
 *
 * A function gets its arguments already checked against its signature: one letter a parameter,
 * '*' after the last makes it variadic, then ':' and the result.
 *   a interface{}   v reflect.Value (sees nil and static types)   s string   b bool   i int
 *   j int64   u uint   f float64   l []interface{}   L [][]interface{} …   m map[string]interface{}
 *   d map[string]interface{} of a named type as well   B []byte   S []string   t time.Time
 * It sets call->result and returns 0, or fails with call_fail, whose text Go would wrap as
 * "error calling NAME: …".
 */
#ifndef RENDER_HELM_TEMPLATE_ENGINE_H
#define RENDER_HELM_TEMPLATE_ENGINE_H
#include "base/buf.h"
#include "base/map.h"
#include "base/run.h"
#include "base/unicode.h"
#include "render/helm/template.h"
#include "render/helm/template/ast.h"

struct exec;
struct text;

struct function {
	const char *name, *signature;
	int (*fn)(struct call *c);
	unsigned flags;
};
enum function_flags {
	FN_AND = 1 << 0, /* and, or: arguments are evaluated one by one */
	FN_OR = 1 << 1,
	FN_CALL = 1 << 2,
	FN_RANDOM = 1 << 3, /* its result is new at each render */
	FN_PASS = 1 << 4,   /* hands its arguments on without reading below them */
	FN_DEAR = 1 << 5,   /* takes long by itself: keys, passwords */
};

struct call {
	struct exec *exec;
	struct arena *arena;
	const char *name;
	struct value *args;
	size_t argc;
	struct value result;
	const char *error; /* whole; set by call_fail */
	unsigned cost;	   /* of a dear function, in LIMIT_TEMPLATE_KEYS; 1 if it does not say */
};

/* Always -1. */
int call_fail(struct call *c, const char *fmt, ...) PRINTF_LIKE(2, 3);
int call_fail_text(struct call *c, const char *text);

/* ---- strings with origins ---- */

/* A string under construction: bytes, and spans in parallel. */
struct text {
	struct buf buf;
	struct arena *arena;
	struct {
		VEC(struct origin_span);
	} spans;
};
void text_init(struct text *t, struct arena *a);
void text_add(struct text *t, const char *bytes, size_t len, origin_id origin);
void text_str(struct text *t, const char *bytes);
/* Bytes [from, to) of a string value, with their origins. */
void text_part(struct text *t, struct value s, size_t from, size_t to);
static inline void text_value(struct text *t, struct value s)
{
	text_part(t, s, 0, s.s->len);
}
/* What was built, as a string value of the arena; `t` is released. */
struct value text_done(struct text *t);
void text_release(struct text *t);
/* A part of a string as a value of its own, sharing the bytes. */
struct value string_part(struct arena *a, struct value s, size_t from, size_t to);
/* New bytes that say the same as `s` did: its origin, its spans where the length is the same. */
struct value string_like(struct arena *a, struct value s, const char *bytes, size_t len);
/* The origin of byte `at`. */
origin_id string_origin(struct value s, size_t at);
bool string_is(struct value s, const char *text);
int string_compare(struct value a, struct value b);
/* A NUL-terminated copy. */
char *string_c(struct arena *a, struct value s);

/* ---- values ---- */

struct value value_uint(const struct go_type *type, uint64_t u);
struct value value_of_int(const struct go_type *type, int64_t i);
struct value value_bytes(struct arena *a, const char *text, size_t len);
struct value value_struct(struct arena *a, const struct go_type *type);
/* Field by name; NULL when the struct (or what the pointer points to) has none. */
struct value *value_field(struct value v, const char *name, size_t len);
bool kind_is_int(enum go_kind k);
bool kind_is_uint(enum go_kind k);
bool kind_is_float(enum go_kind k);
/* Whether it is a nil map, slice, pointer or no value at all. */
bool value_is_null(struct value v);
/* Template truth; false in *ok when the kind has none. */
bool value_truth(struct value v, bool *ok);
size_t value_len(struct value v); /* of a list, map, string, bytes */
/* An element as reflect's Index gives it: with its static type's interface-ness. */
struct value list_item(struct value list, size_t i);
struct value map_item(struct value map, const struct go_entry *e);
struct value value_copy(struct arena *a, struct value v); /* deep */
/* reflect.DeepEqual. */
bool value_deep_equal(struct value a, struct value b);
const char *value_type_name(struct value v); /* %T: "<nil>" for nil */
/* Mark a value and all below it as read by a template. */
void value_mark_read(struct value v);
/* A method of a value, or NULL. */
const struct go_method *value_method(struct value v, const char *name, size_t len);

/* v as Helm's toYaml prints it, with the origins of its keys and values; empty when it can't be. */
int value_yaml(struct call *c, struct value v);

/* ---- fmt ---- */

struct formatter; /* one Sprintf */
/* fmt.Sprintf with origins: the format's text has none, an argument's text its own. */
void fmt_printf(struct text *out, struct value format, struct value *args, size_t count);
/* fmt.Sprint (spaces between operands when neither is a string), and Sprintln. */
void fmt_print(struct text *out, struct value *args, size_t count, bool line);
/* One operand as %v. */
void fmt_value(struct text *out, struct value v);
struct value fmt_string(struct arena *a, struct value v); /* %v as a string value */

/* ---- execution ---- */

/* The origins that a set gave to printed text. */
struct origin_cache;
struct origin_cache *origin_cache_new(struct arena *a, struct origins *origins);
void origin_cache_source(struct origin_cache *c, const struct source *s);
/* The origin of a byte that the action at `at` printed and that had `origin` before. */
origin_id origin_printed(struct origin_cache *c, origin_id at, origin_id origin);

struct template
{
	struct name name;
	struct tnode *root;
};
/* Templates by name; tpl runs in a scope over its caller's. */
struct scope {
	struct map templates;
	const struct scope *outer;
};

struct include_count {
	const char *name;
	unsigned count;
};

struct template_set {
	struct run *run;
	struct arena *arena;
	struct template_options options;
	struct scope scope;
	struct map includes; /* name → unsigned count, for Helm's nesting limit */
	struct {
		VEC(const struct source *);
	} sources;
	struct template_error error;
	size_t steps, printed;
	int64_t started; /* processor time of this thread, in ms */
	int64_t dear_ms; /* that dear functions took; not counted with the rest */
	unsigned dear_cost;
	unsigned depth, calls;
	const char *stack; /* an address near the bottom, to bound recursion */
	bool deep;	   /* on the large stack that deep recursion gets */
	bool random;	   /* a random function was called */
	bool limit;	   /* the error is a limit of ours */
	struct random *generator;
	struct origin_cache *cache;
	struct map regexes; /* pattern → struct regex */
};

struct variable {
	struct name name;
	struct value value;
};

struct exec {
	struct template_set *set;
	const struct scope *scope;
	const char *name;	  /* of the template that runs */
	const struct tnode *node; /* the current one, for errors */
	struct {
		VEC(struct variable);
	} vars;
	struct text *out;
	const char *error; /* Go's whole text once something failed */
};

/* Run a template with a fresh variable stack; appends to `out`. Fills *error on -1. */
int exec_template(struct template_set *set, const struct scope *scope, const char *name,
		  size_t name_len, struct value dot, struct text *out, const char **error);
int exec_tree(struct template_set *set, const struct scope *scope, const char *name,
	      const struct tnode *root, struct value dot, struct text *out, const char **error);
/* Parse into a scope. Go's error text in *error. */
int scope_parse(struct template_set *set, struct scope *scope, const struct source *source,
		struct tnode **root, const char **error);
struct template *scope_find(const struct scope *scope, const char *name, size_t len);
/* The time that it may take counts from here. */
void set_start(struct template_set *set);
/* Count work: `steps` of it. NULL, or the text of the limit that is hit. */
const char *set_spend(struct template_set *set, size_t steps);
/* Call a function of FN_DEAR; its time counts apart, and only once many keys are made. */
int set_call_dear(struct template_set *set, const struct function *f, struct call *c);
/* The same from a function: -1 with the call failed. */
int call_spend(struct call *c, size_t steps);
/* Fail with Go's "template: NAME:LINE:COL: executing …" around the message; returns -1. */
int exec_fail(struct exec *x, const char *fmt, ...) PRINTF_LIKE(2, 3);
int exec_set_variable(struct exec *x, struct name name, struct value v);
int exec_pipeline(struct exec *x, struct value dot, const struct tnode *pipe, struct value *out);
const char *value_shown_as(struct arena *a, struct value v, const char *format);
const char *tree_shown(struct arena *a, const struct tnode *n);
const char *text_quoted(struct arena *a, const char *text, size_t len); /* %q */
/* Text with every "<no value>" taken out. */
struct value drop_no_value(struct arena *a, struct value s);

const struct function *function_find(const char *name, size_t len);
/* The same of Helm 4, which has some more. */
const struct function *function_find_helm4(const char *name, size_t len);
/* A value's text as it is printed by an action at `at`. */
void print_value(struct exec *x, struct value v, origin_id at);

#endif
