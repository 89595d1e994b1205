#include "validate/rules/val.h"
#include "validate/schema/structure.h"

#include <stdio.h>
#include <string.h>

#include "validate/rules/quantity.h"

static struct val *v_make(struct val *up, const struct node *n)
{
	struct val *v = arena_alloc(up->c->scratch, sizeof(*v));

	*v = (struct val){ .c = up->c, .up = up, .n = node_is_null(n) ? NULL : n };
	return v;
}

static struct val *v_field(struct val *v, const char *name, size_t len)
{
	struct val *f = v_make(v, v->n ? node_get_n(v->n, name, len) : NULL);

	f->name = name[len] ? arena_memdup(v->c->scratch, name, len) : name;
	return f;
}

struct val *v_at(struct val *v, const char *path)
{
	for (;;) {
		size_t len = (size_t)(strchrnul(path, '.') - path);

		v = v_field(v, path, len);
		if (!path[len])
			return v;
		path += len + 1;
	}
}

struct val *v_none(struct val *v, const char *name)
{
	struct val *f = v_make(v, NULL);

	f->name = name;
	return f;
}

struct val *v_as(struct val *v, const char *name)
{
	struct val *f = v_make(v->up, v->n);

	f->name = name;
	return f;
}

struct val *v_place(struct val *place, const struct val *what)
{
	struct val *f = arena_new(place->c->scratch, struct val);

	*f = (struct val){ place->c,	 place->up, place->step, place->name,
			   place->index, what->n,   what->key };
	return f;
}

struct val *v_under(struct val *at, struct val *from, const char *field)
{
	struct val *f = v_at(from, field);

	f->up = at;
	return f;
}

struct val *v_item(struct val *v, size_t index)
{
	struct val *i =
		v_make(v, index < v_count(v) && v->n->type == NODE_SEQ ? v->n->items[index] : NULL);

	i->step = VAL_ITEM;
	i->name = "";
	i->index = index;
	return i;
}

struct val *v_entry(struct val *v, size_t index)
{
	const struct node_entry *e = &v->n->entries[index];
	struct val *i = v_make(v, e->value);

	i->index = index;
	i->name = e->key->text;
	i->key = e->key;
	i->step = VAL_KEY;
	return i;
}

struct val *v_key(struct val *v, const char *key)
{
	struct val *k = v_make(v, v->n ? node_get(v->n, key) : NULL);
	struct node_entry *e = v->n ? node_entry(v->n, key) : NULL;

	k->name = key;
	k->step = VAL_KEY;
	k->key = e ? e->key : NULL;
	return k;
}

struct val *v_next(struct val *list, struct val *e)
{
	size_t i = e ? e->index + 1 : 0;

	if (i >= v_count(list))
		return NULL;
	return list->n->type == NODE_MAP ? v_entry(list, i) : v_item(list, i);
}

bool v_has(const struct val *v)
{
	return v && v->n;
}

bool v_present(const struct val *v)
{
	return v && (v->n || v->key);
}

size_t v_count(const struct val *v)
{
	return v && v->n && (v->n->type == NODE_SEQ || v->n->type == NODE_MAP) ? v->n->len : 0;
}

const char *v_str(const struct val *v)
{
	return v && v->n && v->n->type == NODE_STR ? v->n->text : "";
}

const char *v_text(const struct val *v)
{
	return v->n && node_is_scalar(v->n) ? v->n->text : "0";
}

const char *v_str_or(const struct val *v, const char *fallback)
{
	const char *s = v_str(v);

	return *s ? s : fallback;
}

bool v_is(const struct val *v, const char *text)
{
	return !strcmp(v_str(v), text);
}

bool v_empty(const struct val *v)
{
	return !*v_str(v);
}

bool v_true(const struct val *v, bool fallback)
{
	return v_has(v) && v->n->type == NODE_BOOL ? node_true(v->n) : fallback;
}

int64_t v_int(const struct val *v, int64_t fallback)
{
	int64_t i;
	double d;

	if (!v_has(v))
		return fallback;
	if (structure_integer(v->n, &i)) /* 0x10 and 1_000, too */
		return i;
	if (v->n->type == NODE_FLOAT && node_number(v->n, &d) && d > -9e18 && d < 9e18)
		return (int64_t)d;
	return fallback;
}

bool v_is_int(const struct val *v)
{
	return v_has(v) && (v->n->type == NODE_INT || v->n->type == NODE_FLOAT);
}

const char *v_name(const struct val *v)
{
	return v->name;
}

bool v_quantity(const struct val *v, struct quantity *out)
{
	char text[24];
	int64_t integer;

	if (v && !v->n && v->key) { /* null among a map's amounts is zero */
		*out = (struct quantity){ 0 };
		return true;
	}
	if (v_has(v) && structure_integer(v->n, &integer)) {
		snprintf(text, sizeof(text), "%lld", (long long)integer);
		return quantity_parse(text, out);
	}
	return v_has(v) && node_is_scalar(v->n) && v->n->type != NODE_BOOL &&
	       quantity_read(v->n->text, out);
}

bool v_amount(struct val *v, struct quantity *out)
{
	if (!v_present(v) || v_quantity(v, out))
		return v_present(v);
	bad(v, "not a quantity: write a number with an optional suffix such as m, k, M, G, Ki, Mi "
	       "or Gi (500m, 1.5Gi)");
	return false;
}

static bool is_nothing(const struct val *v)
{
	return !v_has(v) || ((v->n->type == NODE_SEQ || v->n->type == NODE_MAP) && !v->n->len);
}

bool v_same(const struct val *a, const struct val *b)
{
	if (is_nothing(a) || is_nothing(b))
		return is_nothing(a) && is_nothing(b);
	return node_equal(a->n, b->n);
}

struct val *v_find(struct val *list, const char *key, const char *text)
{
	V_EACH (e, list) {
		if (v_is(v_at(e, key), text))
			return e;
	}
	return NULL;
}

static void path_write(struct buf *b, const struct val *v)
{
	if (!v->up)
		return;
	path_write(b, v->up);
	if (v->step == VAL_ITEM)
		buf_printf(b, "[%zu]", v->index);
	else if (v->step == VAL_KEY)
		buf_printf(b, "[%s]", v->name);
	else
		buf_printf(b, "%s%s", b->len ? "." : "", v->name);
}

const char *v_path(struct arena *a, const struct val *v)
{
	struct buf b;
	const char *path;

	buf_init(&b, 0);
	path_write(&b, v);
	path = buf_dup(&b, a);
	buf_release(&b);
	return path;
}

/* The nearest place that is in the text: the value, its key, or what should have held it. */
static origin_id v_origin(const struct val *v)
{
	for (; v; v = v->up) {
		if (v->n && v->n->origin)
			return v->n->origin;
		if (v->key && v->key->origin)
			return v->key->origin;
	}
	return 0;
}

static PRINTF_LIKE(3, 0) struct finding *complain(struct val *v, const char *lead, const char *fmt,
						  va_list args)
{
	struct check *c = v->c;
	const char *text = arena_vprintf(c->scratch, fmt, args);

	return findings_add(c->out, c->rule->severity, c->rule->id, c->object,
			    v_path(c->scratch, v), v_origin(v), "%s%s", lead, text);
}

static const char *invalid_lead(struct val *v)
{
	const struct node *n = v->n;

	if (n && node_is_scalar(n))
		return arena_printf(v->c->scratch,
				    "invalid value '%.*s%s': ", n->len > 120 ? 120 : (int)n->len,
				    n->text, n->len > 120 ? "…" : "");
	return "";
}

void bad(struct val *v, const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	complain(v, invalid_lead(v), fmt, args);
	va_end(args);
}

void missing(struct val *v, const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	complain(v, "required: ", fmt, args);
	va_end(args);
}

void forbidden(struct val *v, const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	complain(v, "not allowed: ", fmt, args);
	va_end(args);
}

void immutable(struct val *v, const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	complain(v, invalid_lead(v), fmt, args)->forces_replacement = true;
	va_end(args);
}

void duplicate(struct val *v)
{
	const struct node *n = v->n;

	if (n && node_is_scalar(n))
		bad(v, "given twice; each must be there only once");
	else
		bad(v, "an entry with the same key is given twice");
}

bool need(struct val *v)
{
	if (!v_empty(v))
		return true;
	missing(v, "'%s' must not be empty", v_name(v));
	return false;
}

bool word_in(const char *text, const char *words)
{
	size_t len = strlen(text);

	if (!len)
		return false;
	for (const char *w = words; *w;) {
		size_t n = strcspn(w, " ");

		if (n == len && !memcmp(w, text, n))
			return true;
		w += n + (w[n] == ' ');
	}
	return false;
}

bool one_of(struct val *v, const char *words)
{
	if (v_empty(v) || word_in(v_str(v), words))
		return true;
	bad(v, "not one of %s", words);
	return false;
}

bool need_one_of(struct val *v, const char *words)
{
	if (!v_empty(v))
		return one_of(v, words);
	missing(v, "must be one of %s", words);
	return false;
}

bool given_one_of(struct val *v, const char *words)
{
	return !v_has(v) || need_one_of(v, words);
}

void not_negative(struct val *v)
{
	if (v_int(v, 0) < 0)
		bad(v, "must be greater than or equal to 0");
}

void in_range(struct val *v, int64_t low, int64_t high)
{
	int64_t i = v_int(v, low);

	if (i < low || i > high)
		bad(v, "must be between %lld and %lld", (long long)low, (long long)high);
}

bool ok(struct val *v, const char *complaint)
{
	if (complaint)
		bad(v, "%s", complaint);
	return !complaint;
}

bool unchanged(struct val *v, struct val *old)
{
	if (v_unchanged(v, old))
		return true;
	immutable(v, "the field is immutable%s",
		  v_has(old) ? "" : " and the old object does not have it");
	return false;
}

/* A prefix that gets a suffix may end in what a whole name may not. */
const char *v_prefix_complaint(struct val *v, const char *(*check)(const char *))
{
	const char *s = v_str(v);
	size_t len = strlen(s);

	if (len > 1 && s[len - 1] == '-') {
		char *masked = arena_strdup(v->c->scratch, s);

		masked[len - 1] = 'a';
		return check(masked);
	}
	return check(s);
}
