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
#include "base/limits.h"
#include "base/unicode.h"
#include "render/helm/template/text.h"
#include "render/helm/template/values.h"

struct exec;

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
/* Count work: `steps` of it. -1 with the call failed when a limit is hit. */
int call_spend(struct call *c, size_t steps);

/* v as Helm's toYaml prints it, with the origins of its keys and values; empty when it can't be. */
int value_yaml(struct call *c, struct value v);
const char *value_shown_as(struct arena *a, struct value v, const char *format);
const char *text_quoted(struct arena *a, const char *text, size_t len); /* %q */

const struct function *function_find(const char *name, size_t len);
/* The same of Helm 4, which has some more. */
const struct function *function_find_helm4(const char *name, size_t len);

/* ---- fmt ---- */

struct formatter; /* one Sprintf */
/* fmt.Sprintf with origins: the format's text has none, an argument's text its own. */
void fmt_printf(struct text *out, struct value format, struct value *args, size_t count);
/* fmt.Sprint (spaces between operands when neither is a string), and Sprintln. */
void fmt_print(struct text *out, struct value *args, size_t count, bool line);
/* One operand as %v. */
void fmt_value(struct text *out, struct value v);
struct value fmt_string(struct arena *a, struct value v); /* %v as a string value */

#endif
