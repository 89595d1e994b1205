#include "base/jq.h"
#include <stdlib.h>
#include <string.h>
#include "base/buf.h"
#include "base/jq_internal.h"
#include "base/json.h"
#include "base/limits.h"

enum { MAX_CALLS = 4000 }; /* of evaluations in one another: the stack's */

bool jq_true(const struct node *n)
{
	return !node_is_null(n) && !(node_is(n, NODE_BOOL) && !node_true(n));
}

static struct jq_item made(const struct node *value)
{
	return (struct jq_item){ .value = value };
}

static struct jq_item below(struct jq_run *r, struct jq_item in, const struct node *value,
			    const char *key, uint32_t index)
{
	struct jq_step *step;

	if (!in.place)
		return made(value);
	step = arena_new(r->a, struct jq_step);
	*step = (struct jq_step){ in.place, key, index };
	return (struct jq_item){ value, step };
}

int jq_each(struct jq_run *r, struct jq_item in, jq_emit *emit, void *data)
{
	const struct node *n = in.value;

	if (!node_is(n, NODE_SEQ) && !node_is(n, NODE_MAP))
		return -1;
	for (uint32_t i = 0; i < n->len; i++) {
		struct jq_item item = node_is(n, NODE_SEQ) ? below(r, in, n->items[i], NULL, i)
							   : below(r, in, n->entries[i].value,
								   n->entries[i].key->text, 0);

		if (emit(r, data, item) < 0)
			return -1;
	}
	return 0;
}

struct next {
	jq_emit *emit;
	void *data;
	const struct jq *q;
	struct jq_item in;
	const struct jq_variable *variables;
	const struct node *value;
	struct node *list;
	bool any, failed;
};

static int descend_entry(struct jq_run *r, void *data, struct jq_item item)
{
	const struct next *next = data;

	return jq_descend(r, item, next->emit, next->data);
}

/* Counts what an evaluation costs; -1: too much. */
static int enter(struct jq_run *r)
{
	r->spent |= ++r->steps > LIMIT_JQ_STEPS || ++r->depth > MAX_CALLS;
	return r->spent ? -1 : 0;
}

static int leave(struct jq_run *r, int rc)
{
	r->depth--;
	return r->spent ? -1 : rc;
}

int jq_descend(struct jq_run *r, struct jq_item in, jq_emit *emit, void *data)
{
	struct next next = { .emit = emit, .data = data };
	int rc;

	if (enter(r) < 0)
		return -1;
	rc = emit(r, data, in);
	if (rc == 0 && (node_is(in.value, NODE_SEQ) || node_is(in.value, NODE_MAP)))
		rc = jq_each(r, in, descend_entry, &next);
	return leave(r, rc);
}

/* ---- one place of another ---- */

static int entry_at(struct jq_run *r, struct jq_item in, const struct node *index, jq_emit *emit,
		    void *data)
{
	bool list = node_is(in.value, NODE_SEQ);
	const struct node *value = NULL;
	double at;

	if (!node_number(index, &at) || (!list && !node_is_null(in.value)))
		return -1;
	at += at < 0 && list ? in.value->len : 0;
	if (at < 0 || at > UINT32_MAX)
		at = list ? in.value->len : 0; /* nothing is there */
	if (list && at < in.value->len)
		value = in.value->items[(uint32_t)at];
	return emit(r, data, below(r, in, value, NULL, (uint32_t)at));
}

static int value_at(struct jq_run *r, struct jq_item in, const struct node *index, jq_emit *emit,
		    void *data)
{
	if (!node_is(index, NODE_STR))
		return entry_at(r, in, index, emit, data);
	if (!node_is(in.value, NODE_MAP) && !node_is_null(in.value))
		return -1;
	return emit(r, data, below(r, in, node_get(in.value, index->text), index->text, 0));
}

static int index_of(struct jq_run *r, void *data, struct jq_item item)
{
	const struct next *next = data;

	return value_at(r, next->in, item.value, next->emit, next->data);
}

static int index_in(struct jq_run *r, void *data, struct jq_item item)
{
	const struct next *outer = data;
	struct next next = { .emit = outer->emit, .data = outer->data, .in = item };

	r->variables = outer->variables;
	return jq_eval(r, outer->q->right, outer->in, index_of, &next);
}

static int each_of(struct jq_run *r, void *data, struct jq_item item)
{
	const struct next *next = data;

	return jq_each(r, item, next->emit, next->data);
}

/* ---- one after the other ---- */

static int into_right(struct jq_run *r, void *data, struct jq_item item)
{
	const struct next *next = data;

	r->variables = next->variables;
	return jq_eval(r, next->q->right, item, next->emit, next->data);
}

/* Of the left side the results that count; whether any did. */
static int keep_true(struct jq_run *r, void *data, struct jq_item item)
{
	struct next *next = data;

	if (!jq_true(item.value))
		return 0;
	next->any = true;
	return next->emit(r, next->data, item);
}

static int either(struct jq_run *r, struct next *next)
{
	/* the left side's fault is one of the whole, as gojq has it from 0.12.19 on */
	if (jq_eval(r, next->q->left, next->in, keep_true, next) < 0)
		return -1;
	return next->any ? 0 : jq_eval(r, next->q->right, next->in, next->emit, next->data);
}

static int pass(struct jq_run *r, void *data, struct jq_item item)
{
	struct next *next = data;

	next->failed = next->emit(r, next->data, item) < 0;
	return next->failed ? -1 : 0;
}

static int try_it(struct jq_run *r, struct next *next)
{
	return jq_eval(r, next->q->left, next->in, pass, next) < 0 && (next->failed || r->spent)
		       ? -1
		       : 0;
}

/* ---- conditions ---- */

static int emit_bool(struct jq_run *r, const struct next *next, bool value)
{
	return next->emit(r, next->data, made(node_bool(r->a, value)));
}

static int truth(struct jq_run *r, void *data, struct jq_item item)
{
	return emit_bool(r, data, jq_true(item.value));
}

static int both(struct jq_run *r, void *data, struct jq_item item)
{
	struct next *next = data;

	if (jq_true(item.value) != (next->q->op == JQ_AND))
		return emit_bool(r, next, next->q->op == JQ_OR);
	r->variables = next->variables;
	return jq_eval(r, next->q->right, next->in, truth, next);
}

static bool holds(enum jq_order order, const struct node *left, const struct node *right)
{
	int found = jq_compare(left, right);

	switch (order) {
	case JQ_EQ:
		return !found;
	case JQ_NE:
		return found;
	case JQ_LT:
		return found < 0;
	case JQ_LE:
		return found <= 0;
	case JQ_GT:
		return found > 0;
	case JQ_GE:
		return found >= 0;
	}
	return false;
}

static int with_left(struct jq_run *r, void *data, struct jq_item item)
{
	struct next *next = data;

	return emit_bool(r, next, holds(next->q->order, item.value, next->value));
}

static int with_right(struct jq_run *r, void *data, struct jq_item item)
{
	struct next *next = data;

	next->value = item.value;
	r->variables = next->variables;
	return jq_eval(r, next->q->left, next->in, with_left, next);
}

static int choose(struct jq_run *r, void *data, struct jq_item item)
{
	const struct next *next = data;

	r->variables = next->variables;
	return jq_eval(r, jq_true(item.value) ? next->q->right : next->q->other, next->in,
		       next->emit, next->data);
}

/* ---- lists and variables ---- */

void jq_append(struct jq_run *r, struct node *list, struct jq_item item)
{
	const struct node *value = item.value ? item.value : node_null(r->a);

	node_append(r->a, list, (struct node *)(uintptr_t)value);
}

static int collect(struct jq_run *r, void *data, struct jq_item item)
{
	struct next *next = data;

	jq_append(r, next->list, item);
	return 0;
}

static int list_of(struct jq_run *r, struct next *next)
{
	next->list = node_seq(r->a);
	if (jq_eval(r, next->q->left, next->in, collect, next) < 0)
		return -1;
	return next->emit(r, next->data, made(next->list));
}

static int bind(struct jq_run *r, void *data, struct jq_item item)
{
	struct next *next = data;
	struct jq_variable variable = { next->variables, next->q->name, item.value };
	int rc;

	r->variables = &variable;
	rc = jq_eval(r, next->q->right, next->in, next->emit, next->data);
	r->variables = next->variables;
	return rc;
}

static int variable(struct jq_run *r, const struct next *next)
{
	const struct jq_variable *v = r->variables;

	while (v && strcmp(v->name, next->q->name) != 0)
		v = v->up;
	return v ? next->emit(r, next->data, made(v->value)) : -1;
}

static int eval(struct jq_run *r, const struct jq *q, struct next *next)
{
	switch (q->op) {
	case JQ_SELF:
		return next->emit(r, next->data, next->in);
	case JQ_DESCEND:
		return jq_descend(r, next->in, next->emit, next->data);
	case JQ_INDEX:
		return jq_eval(r, q->left, next->in, index_in, next);
	case JQ_EACH:
		return jq_eval(r, q->left, next->in, each_of, next);
	case JQ_LITERAL:
		return next->emit(r, next->data, made(q->value));
	case JQ_PIPE:
		return jq_eval(r, q->left, next->in, into_right, next);
	case JQ_COMMA:
		if (jq_eval(r, q->left, next->in, next->emit, next->data) < 0)
			return -1;
		return jq_eval(r, q->right, next->in, next->emit, next->data);
	case JQ_EITHER:
		return either(r, next);
	case JQ_OR:
	case JQ_AND:
		return jq_eval(r, q->left, next->in, both, next);
	case JQ_COMPARE:
		return jq_eval(r, q->right, next->in, with_right, next);
	case JQ_CALL:
		return q->call->run(r, q, next->in, next->emit, next->data);
	case JQ_TRY:
		return try_it(r, next);
	case JQ_IF:
		return jq_eval(r, q->left, next->in, choose, next);
	case JQ_ARRAY:
		return list_of(r, next);
	case JQ_VARIABLE:
		return variable(r, next);
	case JQ_AS:
		return jq_eval(r, q->left, next->in, bind, next);
	}
	return -1;
}

int jq_eval(struct jq_run *r, const struct jq *q, struct jq_item in, jq_emit *emit, void *data)
{
	struct next next = { .emit = emit, .data = data, .q = q, .in = in };
	int rc;

	next.variables = r->variables;
	if (enter(r) < 0)
		return -1;
	rc = eval(r, q, &next);
	return leave(r, rc);
}

/* ---- places ---- */

struct places {
	VEC(struct jq_item);
};

static int note_place(struct jq_run *r, void *data, struct jq_item item)
{
	if (!item.place || !item.place->up) /* made, or the whole: nothing is left of that */
		return -1;
	if (item.value)
		*vec_push(r->a, (struct places *)data) = item;
	return 0;
}

static bool find(struct arena *a, const struct jq *q, const struct node *tree, struct places *out)
{
	static const struct jq_step root;
	struct jq_run r = { .a = a };

	return jq_eval(&r, q, (struct jq_item){ tree, &root }, note_place, out) == 0;
}

static void put_pointer(struct buf *out, const struct jq_step *step)
{
	if (!step->up)
		return;
	put_pointer(out, step->up);
	if (!step->key) {
		buf_printf(out, "/%u", step->index);
		return;
	}
	buf_char(out, '/');
	json_pointer_step(out, step->key, strlen(step->key));
}

bool jq_find(struct arena *a, const struct jq *q, const struct node *tree, struct jq_paths *out)
{
	struct arena scratch = ARENA_INIT;
	struct places places = { 0 };
	bool found = find(&scratch, q, tree, &places);
	struct buf text;

	buf_init(&text, 0);
	for (size_t i = 0; found && i < places.count; i++) {
		buf_cut(&text, 0);
		put_pointer(&text, places.items[i].place);
		*vec_push(a, out) = buf_dup(&text, a);
	}
	buf_release(&text);
	arena_release(&scratch);
	return found;
}

static int by_node(const void *a, const void *b)
{
	uintptr_t one = (uintptr_t)((const struct jq_item *)a)->value;
	uintptr_t two = (uintptr_t)((const struct jq_item *)b)->value;

	return (one > two) - (one < two);
}

static bool is_doomed(const struct places *places, const struct node *n)
{
	struct jq_item wanted = { .value = n };

	return bsearch(&wanted, places->items, places->count, sizeof(wanted), by_node) != NULL;
}

/* A node stands in one place: what is found is known by it. */
static void cut(struct node *n, const struct places *places)
{
	for (uint32_t i = n->len; i-- > 0;) {
		struct node *child;

		if (node_is(n, NODE_SEQ))
			child = n->items[i];
		else if (node_is(n, NODE_MAP))
			child = n->entries[i].value;
		else
			return;
		if (!is_doomed(places, child))
			cut(child, places);
		else if (node_is(n, NODE_SEQ))
			node_remove_at(n, i);
		else
			node_remove(n, n->entries[i].key->text);
	}
}

bool jq_delete(const struct jq *q, struct node *tree)
{
	struct arena scratch = ARENA_INIT;
	struct places places = { 0 };
	bool found = find(&scratch, q, tree, &places);

	if (found && places.count) {
		qsort(places.items, places.count, sizeof(*places.items), by_node);
		cut(tree, &places);
	}
	arena_release(&scratch);
	return found;
}
