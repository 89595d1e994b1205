/*
 * exec: a set of templates, and one of them while it runs.
 *
 * Steps, nesting, memory and time are counted over the whole set; set_spend tells when they end.
 */
#ifndef RENDER_HELM_TEMPLATE_EXEC_H
#define RENDER_HELM_TEMPLATE_EXEC_H
#include "base/map.h"
#include "base/run.h"
#include "render/helm/template.h"
#include "render/helm/template/ast.h"
#include "render/helm/template/engine.h"

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
/* Fail with Go's "template: NAME:LINE:COL: executing …" around the message; returns -1. */
int exec_fail(struct exec *x, const char *fmt, ...) PRINTF_LIKE(2, 3);
int exec_set_variable(struct exec *x, struct name name, struct value v);
int exec_pipeline(struct exec *x, struct value dot, const struct tnode *pipe, struct value *out);
const char *tree_shown(struct arena *a, const struct tnode *n);
/* Text with every "<no value>" taken out. */
struct value drop_no_value(struct arena *a, struct value s);

/* A value's text as it is printed by an action at `at`. */
void print_value(struct exec *x, struct value v, origin_id at);

#endif
