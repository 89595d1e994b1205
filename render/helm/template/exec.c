/* exec: walks a parsed template and prints. */
#include <pthread.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include "render/helm/template/exec.h"
#include "render/helm/template/gotext.h"

enum walk { WALK_ON = 0, WALK_FAILED = -1, WALK_BREAK = 1, WALK_CONTINUE = 2 };

static int walk(struct exec *x, struct value dot, const struct tnode *n);

/* ---- errors ---- */

const char *tree_shown(struct arena *a, const struct tnode *n)
{
	struct buf b;
	const char *out;

	buf_init(&b, 0);
	tree_text(&b, n);
	out = buf_dup(&b, a);
	buf_release(&b);
	return out;
}

const char *text_quoted(struct arena *a, const char *text, size_t len)
{
	struct buf b;
	const char *out;

	buf_init(&b, 0);
	go_quote(&b, text, len, '"', 0);
	out = buf_dup(&b, a);
	buf_release(&b);
	return out;
}

const char *value_shown(struct arena *a, struct value v)
{
	return value_shown_as(a, v, "%v");
}

const char *value_shown_as(struct arena *a, struct value v, const char *format)
{
	struct text t;
	const char *out;

	text_init(&t, a);
	fmt_printf(&t, value_str(a, format), &v, 1);
	out = buf_dup(&t.buf, a);
	text_release(&t);
	return out;
}

static void location(struct buf *b, const struct source *s, size_t pos, struct template_error *e)
{
	const char *line = s->text, *end = s->text + (pos < s->len ? pos : s->len), *nl;

	e->line = 1;
	while ((nl = memchr(line, '\n', (size_t)(end - line)))) {
		line = nl + 1;
		e->line++;
	}
	e->column = (unsigned)(end - line);
	buf_printf(b, "%s:%u:%u", s->name, e->line, e->column);
}

/* Each template of a deep recursion adds to the error of the next: keep both ends of it. */
static void cut_middle(struct buf *b)
{
	enum { HEAD = 8000, TAIL = 4000 };
	char tail[TAIL];

	if (b->len <= HEAD + TAIL)
		return;
	memcpy(tail, b->text + b->len - TAIL, TAIL);
	buf_cut(b, HEAD);
	buf_add(b, tail, TAIL);
}

int exec_fail(struct exec *x, const char *fmt, ...)
{
	struct template_error place = { .name = x->name };
	struct buf b;
	va_list args;

	if (x->error)
		return -1;
	buf_init(&b, LIMIT_TEMPLATE_BYTES);
	buf_str(&b, "template: ");
	if (x->node) {
		location(&b, x->node->source, x->node->pos, &place);
		place.name = x->node->source->name;
		place.origin = source_origin(x->node->source, x->node->pos);
		buf_str(&b, ": executing ");
		go_quote(&b, x->name, strlen(x->name), '"', 0);
		buf_str(&b, " at <");
		tree_text(&b, x->node);
		buf_str(&b, ">: ");
	} else {
		buf_printf(&b, "%s: ", x->name);
	}
	va_start(args, fmt);
	buf_vprintf(&b, fmt, args);
	va_end(args);
	cut_middle(&b);
	x->error = buf_dup(&b, x->set->arena);
	buf_release(&b);
	if (!x->set->error.text || place.line) /* of the last: the first in the text */
		x->set->error = place;
	x->set->error.text = x->error;
	return -1;
}

/* ---- limits ---- */

static int64_t thread_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
	return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

void set_start(struct template_set *set)
{
	set->started = thread_ms();
}

const char *set_spend(struct template_set *set, size_t steps)
{
	size_t before = set->steps;

	set->steps += steps;
	if (set->steps > LIMIT_TEMPLATE_STEPS) {
		set->limit = true;
		return "the chart's templates take more steps than the limit allows";
	}
	if ((before >> 8) != (set->steps >> 8) &&
	    (arena_over_budget(set->arena) || set->arena->held > LIMIT_TEMPLATE_MEMORY)) {
		set->limit = true;
		return "the chart's templates take more memory than the limit allows";
	}
	if ((before >> 8) != (set->steps >> 8) && thread_ms() - set->started > LIMIT_TEMPLATE_MS) {
		set->limit = true;
		return "the chart's templates take more time than the limit allows";
	}
	return NULL;
}

int set_call_dear(struct template_set *set, const struct function *f, struct call *c)
{
	int64_t before = thread_ms(), spent;
	int rc;

	if (set->dear_cost >= LIMIT_TEMPLATE_KEYS && set->dear_ms > LIMIT_TEMPLATE_MS) {
		set->limit = true;
		return call_fail(c, "the chart's keys and passwords take more time than the limit "
				    "allows");
	}
	c->cost = 1;
	rc = f->fn(c);
	set->dear_cost += c->cost;
	spent = thread_ms() - before;
	set->dear_ms += spent;
	set->started += spent;
	return rc;
}

static bool stack_spent(const struct template_set *set)
{
	char here;
	ptrdiff_t depth = set->stack - &here;

	return (depth < 0 ? -depth : depth) >
	       (set->deep ? LIMIT_TEMPLATE_DEEP_STACK - LIMIT_TEMPLATE_STACK
			  : LIMIT_TEMPLATE_STACK);
}

/* ---- printing ---- */

static void print_spans(struct exec *x, struct value s, origin_id at)
{
	struct origin_cache *cache = x->set->cache;
	uint32_t i;

	if (!s.s->span_count) {
		text_add(x->out, s.s->text, s.s->len, origin_printed(cache, at, s.origin));
		return;
	}
	for (i = 0; i < s.s->span_count; i++) {
		uint32_t from = s.s->spans[i].offset;
		uint32_t to = i + 1 < s.s->span_count ? s.s->spans[i + 1].offset : s.s->len;

		text_add(x->out, s.s->text + from, to - from,
			 origin_printed(cache, at, s.s->spans[i].origin));
	}
}

/* An action prints what a pointer points to. */
static struct value value_pointed(struct value v)
{
	if (v.type->kind == GO_PTR && v.data && v.type->elem)
		v.type = v.type->elem;
	return v;
}

void print_value(struct exec *x, struct value v, origin_id at)
{
	char small[32];
	struct text t;

	if (!v.type) {
		text_add(x->out, "<no value>", 10, origin_printed(x->set->cache, at, v.origin));
	} else if (v.type == &type_string) {
		print_spans(x, v, at);
	} else if (v.type == &type_int || v.type == &type_int64) {
		int len = snprintf(small, sizeof(small), "%lld", (long long)v.i);

		text_add(x->out, small, (size_t)len, origin_printed(x->set->cache, at, v.origin));
	} else {
		value_mark_read(v);
		text_init(&t, x->set->arena);
		if (v.type->kind == GO_PTR && v.data && v.type->string) {
			struct buf b;

			buf_init(&b, 0);
			v.type->string(v, &b);
			text_add(&t, b.text, b.len, v.origin);
			buf_release(&b);
		} else if (v.type->by_pointer && v.addressable && v.type->string) {
			v.type->string(v, &t.buf);
		} else {
			fmt_value(&t, value_pointed(v));
		}
		print_spans(x, text_done(&t), at);
	}
}

static void print_text(struct exec *x, const struct tnode *n)
{
	uint32_t i, from, to;

	if (!n->text.span_count)
		text_add(x->out, n->name.text, n->name.len, 0);
	for (i = 0; i < n->text.span_count; i++) {
		from = n->text.spans[i].offset;
		to = i + 1 < n->text.span_count ? n->text.spans[i + 1].offset : n->name.len;
		text_add(x->out, n->name.text + from, to - from, n->text.spans[i].origin);
	}
}

static int walk_action(struct exec *x, struct value dot, const struct tnode *n)
{
	struct value v;

	if (exec_pipeline(x, dot, n->branch.pipe, &v))
		return -1;
	if (n->branch.pipe->decl.count)
		return 0;
	x->node = n;
	print_value(x, v, source_origin(n->source, n->pos));
	return 0;
}

/* ---- control ---- */

static int walk_if_or_with(struct exec *x, struct value dot, const struct tnode *n)
{
	size_t mark = x->vars.count;
	struct value v;
	bool truth, ok;
	int rc = 0;

	if (exec_pipeline(x, dot, n->branch.pipe, &v))
		return -1;
	truth = value_truth(v, &ok);
	if (truth)
		rc = walk(x, n->type == T_WITH ? v : dot, n->branch.list);
	else if (n->branch.otherwise)
		rc = walk(x, dot, n->branch.otherwise);
	x->vars.count = mark;
	return rc;
}

/* One turn of a range; WALK_BREAK ends it. */
static int range_turn(struct exec *x, const struct tnode *n, size_t mark, struct value index,
		      struct value item)
{
	const struct tnode *pipe = n->branch.pipe;
	size_t declared = pipe->decl.count;
	int rc;

	if (declared && pipe->flag) {
		exec_set_variable(x, pipe->decl.items[0]->idents[0], declared > 1 ? index : item);
		if (declared > 1)
			exec_set_variable(x, pipe->decl.items[1]->idents[0], item);
	} else if (declared) {
		x->vars.items[mark - 1].value = item;
		if (declared > 1)
			x->vars.items[mark - 2].value = index;
	}
	rc = walk(x, item, n->branch.list);
	x->vars.count = mark;
	return rc == WALK_CONTINUE ? WALK_ON : rc;
}

static int range_list(struct exec *x, const struct tnode *n, size_t mark, struct value list)
{
	size_t i, count = value_len(list);
	int rc = 0;

	if (list.type->elem != &type_uint8)
		list.list->read = true;
	for (i = 0; !rc && i < count && i < value_len(list); i++)
		rc = range_turn(x, n, mark, value_int((int64_t)i), list_item(list, i));
	return rc;
}

/* The entries are taken beforehand: the body may set and unset. */
static int range_map(struct exec *x, const struct tnode *n, size_t mark, struct value map)
{
	struct arena *a = x->set->arena;
	size_t count = map.map->count, i;
	struct go_entry *entries = arena_alloc(a, count * sizeof(*entries));
	int rc = 0;

	for (i = 0; i < count; i++)
		map.map->entries[i].read = true;
	memcpy(entries, map.map->entries, count * sizeof(*entries));
	for (i = 0; !rc && i < count; i++)
		rc = range_turn(x, n, mark,
				value_str_ref(a, entries[i].key, entries[i].len, entries[i].origin),
				map_item(map, &entries[i]));
	return rc;
}

static int range_number(struct exec *x, const struct tnode *n, size_t mark, struct value v)
{
	bool is_signed = kind_is_int(v.type->kind);
	struct value item = v;
	int rc = 0;

	for (item.u = 0; !rc && (is_signed ? item.i < v.i : item.u < v.u); item.u++)
		rc = range_turn(x, n, mark, VALUE_NIL, item);
	return rc;
}

static int range_over(struct exec *x, struct value dot, const struct tnode *n, struct value v)
{
	size_t mark = x->vars.count;
	enum go_kind k = value_kind(v);

	if (kind_is_int(k) || kind_is_uint(k)) {
		if (n->branch.pipe->decl.count > 1)
			return exec_fail(x, "can't use %s to iterate over more than one variable",
					 value_shown(x->set->arena, v));
		if (kind_is_int(k) ? v.i > 0 : v.u > 0)
			return range_number(x, n, mark, v);
	} else if (k == GO_SLICE || k == GO_ARRAY || k == GO_MAP) {
		if (value_len(v))
			return k == GO_MAP ? range_map(x, n, mark, v) : range_list(x, n, mark, v);
	} else if (k != GO_INVALID && !(k == GO_PTR && !v.data)) {
		return exec_fail(x, "range can't iterate over %s", value_shown(x->set->arena, v));
	}
	return n->branch.otherwise ? walk(x, dot, n->branch.otherwise) : 0;
}

static int walk_range(struct exec *x, struct value dot, const struct tnode *n)
{
	size_t mark = x->vars.count;
	struct value v;
	int rc;

	if (exec_pipeline(x, dot, n->branch.pipe, &v))
		return -1;
	if (value_kind(v) == GO_PTR && v.data)
		v.type = v.type->elem;
	rc = range_over(x, dot, n, v);
	x->vars.count = mark;
	return rc == WALK_BREAK ? WALK_ON : rc;
}

static int enter(struct exec *x)
{
	if (x->set->depth >= LIMIT_TEMPLATE_DEPTH) {
		x->set->limit = true;
		return exec_fail(x, "exceeded maximum template depth (%d)", LIMIT_TEMPLATE_DEPTH);
	}
	if (x->set->deep && stack_spent(x->set)) {
		x->set->limit = true;
		return exec_fail(x, "templates call one another too deeply");
	}
	x->set->depth++;
	return 0;
}

struct deep_walk {
	struct exec *x;
	struct value dot;
	const struct tnode *root;
	int64_t elapsed;
	int rc;
};

static void *walk_on_large_stack(void *data)
{
	struct deep_walk *w = data;
	struct template_set *set = w->x->set;
	char here;

	set->stack = &here; /* cppcheck-suppress autoVariables; only measured against */
	set->started = thread_ms() - w->elapsed;
	w->rc = walk(w->x, w->dot, w->root);
	w->elapsed = thread_ms() - set->started;
	return NULL;
}

/* A template's root. Go's stack grows as templates recurse; ours is changed for a large one, once.
 */
static int walk_root(struct exec *x, struct value dot, const struct tnode *root)
{
	struct template_set *set = x->set;
	const char *stack = set->stack;
	struct deep_walk w = { x, dot, root, 0, 0 };
	pthread_attr_t attr;
	pthread_t thread;
	int rc;

	if (set->deep || !stack_spent(set))
		return walk(x, dot, root);
	w.elapsed = thread_ms() - set->started;
	pthread_attr_init(&attr);
	pthread_attr_setstacksize(&attr, LIMIT_TEMPLATE_DEEP_STACK);
	set->deep = true;
	rc = pthread_create(&thread, &attr, walk_on_large_stack, &w);
	pthread_attr_destroy(&attr);
	if (!rc)
		pthread_join(thread, NULL);
	set->deep = false;
	set->stack = stack;
	if (rc) {
		set->limit = true;
		return exec_fail(x, "templates call one another too deeply");
	}
	set->started = thread_ms() - w.elapsed;
	return w.rc;
}

static int walk_template(struct exec *x, struct value dot, const struct tnode *n)
{
	struct template *t = scope_find(x->scope, n->name.text, n->name.len);
	struct exec inner = { .set = x->set, .scope = x->scope, .out = x->out };
	struct value inner_dot = VALUE_NIL;
	int rc;

	if (!t)
		return exec_fail(x, "template %s not defined",
				 text_quoted(x->set->arena, n->name.text, n->name.len));
	if (enter(x))
		return -1;
	if (n->argument && exec_pipeline(x, dot, n->argument, &inner_dot)) {
		x->set->depth--;
		return -1;
	}
	inner.name = t->name.text;
	*vec_push(x->set->arena, &inner.vars) = (struct variable){ { "$", 1 }, inner_dot };
	rc = walk_root(&inner, inner_dot, t->root);
	x->set->depth--;
	x->error = inner.error;
	return rc < 0 ? -1 : 0;
}

static int walk_list(struct exec *x, struct value dot, const struct tnode *n)
{
	size_t i;
	int rc = 0;

	for (i = 0; !rc && i < n->kids.count; i++)
		rc = walk(x, dot, n->kids.items[i]);
	return rc;
}

static int walk(struct exec *x, struct value dot, const struct tnode *n)
{
	const char *limit = set_spend(x->set, 1);

	x->node = n;
	if (limit || x->out->buf.full) {
		x->set->limit = true;
		return exec_fail(x, "%s",
				 limit ? limit : "the templates print more than the limit allows");
	}
	switch ((int)n->type) {
	case T_ACTION:
		return walk_action(x, dot, n);
	case T_BREAK:
		return WALK_BREAK;
	case T_CONTINUE:
		return WALK_CONTINUE;
	case T_IF:
	case T_WITH:
		return walk_if_or_with(x, dot, n);
	case T_LIST:
		return walk_list(x, dot, n);
	case T_RANGE:
		return walk_range(x, dot, n);
	case T_TEMPLATE:
		return walk_template(x, dot, n);
	case T_TEXT:
		print_text(x, n);
		return 0;
	default:
		return exec_fail(x, "unknown node: %s", tree_shown(x->set->arena, n));
	}
}

int exec_tree(struct template_set *set, const struct scope *scope, const char *name,
	      const struct tnode *root, struct value dot, struct text *out, const char **error)
{
	struct exec x = { .set = set, .scope = scope, .name = name, .out = out, .node = root };
	int rc;

	if (set->calls >= LIMIT_TEMPLATE_CALLS) {
		set->limit = true;
		exec_fail(&x, "templates call one another too deeply");
	}
	if (x.error || enter(&x)) {
		*error = x.error;
		return -1;
	}
	set->calls++;
	*vec_push(set->arena, &x.vars) = (struct variable){ { "$", 1 }, dot };
	rc = walk_root(&x, dot, root);
	set->calls--;
	set->depth--;
	*error = x.error;
	return rc < 0 ? -1 : 0;
}

int exec_template(struct template_set *set, const struct scope *scope, const char *name,
		  size_t name_len, struct value dot, struct text *out, const char **error)
{
	struct template *t = scope_find(scope, name, name_len);

	if (!t) {
		*error = arena_printf(set->arena,
				      "template: no template %s associated with template \"gotpl\"",
				      text_quoted(set->arena, name, name_len));
		return -1;
	}
	return exec_tree(set, scope, t->name.text, t->root, dot, out, error);
}
