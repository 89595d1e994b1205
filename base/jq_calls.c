/* The functions of jq's that are understood: those that test, and those that name places. */
#include <ctype.h>
#include <string.h>
#include "base/buf.h"
#include "base/jq_internal.h"
#include "base/json.h"
#include "base/regex.h"
#include "base/utf8.h"

/* ---- what is made of the input and one value ---- */

/* NULL: it fails. */
typedef const struct node *value_fn(struct arena *a, const struct node *in,
				    const struct node *with);

struct pending {
	value_fn *make;
	const struct node *in;
	jq_emit *emit;
	void *data;
};

static int apply(struct jq_run *r, void *data, struct jq_item item)
{
	const struct pending *p = data;
	const struct node *made = p->make(r->a, p->in, item.value);

	return made ? p->emit(r, p->data, (struct jq_item){ .value = made }) : -1;
}

static int with_value(struct jq_run *r, const struct jq *q, struct jq_item in, jq_emit *emit,
		      void *data, value_fn *make)
{
	struct pending p = { make, in.value, emit, data };

	return q->left ? jq_eval(r, q->left, in, apply, &p) : apply(r, &p, (struct jq_item){ 0 });
}

/* A function of a name and a count of arguments, by what it makes. */
#define MAKES(name)                                                                                \
	static int call_##name(struct jq_run *r, const struct jq *q, struct jq_item in,            \
			       jq_emit *emit, void *data)                                          \
	{                                                                                          \
		return with_value(r, q, in, emit, data, name);                                     \
	}

static const struct node *negated(struct arena *a, const struct node *in, const struct node *with)
{
	(void)with;
	return node_bool(a, !jq_true(in));
}
MAKES(negated)

static bool are_texts(const struct node *one, const struct node *two)
{
	return one && two && one->type == NODE_STR && two->type == NODE_STR;
}

static const struct node *starts(struct arena *a, const struct node *in, const struct node *with)
{
	if (!are_texts(in, with))
		return NULL;
	return node_bool(a, in->len >= with->len && !memcmp(in->text, with->text, with->len));
}
MAKES(starts)

static const struct node *ends(struct arena *a, const struct node *in, const struct node *with)
{
	if (!are_texts(in, with))
		return NULL;
	return node_bool(a, in->len >= with->len &&
				    !memcmp(in->text + in->len - with->len, with->text, with->len));
}
MAKES(ends)

static const struct node *trim_start(struct arena *a, const struct node *in,
				     const struct node *with)
{
	bool cut = are_texts(in, with) && node_true(starts(a, in, with));

	return cut ? node_str_n(a, in->text + with->len, in->len - with->len) : in;
}
MAKES(trim_start)

static const struct node *trim_end(struct arena *a, const struct node *in, const struct node *with)
{
	bool cut = are_texts(in, with) && node_true(ends(a, in, with));

	return cut ? node_str_n(a, in->text, in->len - with->len) : in;
}
MAKES(trim_end)

/* Whether `with` is in `in`; -1: such two can't be. */
static int holds(const struct node *in, const struct node *with)
{
	uint32_t i, k;

	if (are_texts(in, with))
		return memmem(in->text, in->len, with->text, with->len) != NULL;
	if (node_is(in, NODE_SEQ) && node_is(with, NODE_SEQ)) {
		for (i = 0; i < with->len; i++) {
			for (k = 0; k < in->len && holds(in->items[k], with->items[i]) != 1; k++)
				;
			if (k == in->len)
				return 0;
		}
		return 1;
	}
	if (node_is(in, NODE_MAP) && node_is(with, NODE_MAP)) {
		for (i = 0; i < with->len; i++) {
			const struct node *value = node_get(in, with->entries[i].key->text);

			if (!value || holds(value, with->entries[i].value) != 1)
				return 0;
		}
		return 1;
	}
	return jq_rank(in) == jq_rank(with) || (jq_rank(in) < 3 && jq_rank(with) < 3)
		       ? !jq_compare(in, with)
		       : -1;
}

static const struct node *contains(struct arena *a, const struct node *in, const struct node *with)
{
	int held = holds(in, with);

	return held < 0 ? NULL : node_bool(a, held);
}
MAKES(contains)

static const struct node *inside(struct arena *a, const struct node *in, const struct node *with)
{
	return contains(a, with, in);
}
MAKES(inside)

static const struct node *has(struct arena *a, const struct node *in, const struct node *with)
{
	double at;

	if (node_is(in, NODE_MAP) && node_is(with, NODE_STR))
		return node_bool(a, node_get(in, with->text) != NULL);
	if (node_is(in, NODE_SEQ) && node_number(with, &at))
		return node_bool(a, at >= 0 && at < in->len);
	return node_is_null(in) ? node_bool(a, false) : NULL;
}
MAKES(has)

static const struct node *in_it(struct arena *a, const struct node *in, const struct node *with)
{
	return has(a, with, in);
}
MAKES(in_it)

static const struct node *length(struct arena *a, const struct node *in, const struct node *with)
{
	int64_t count = 0;

	(void)with;
	if (node_is_null(in))
		return node_int(a, 0);
	if (node_is(in, NODE_SEQ) || node_is(in, NODE_MAP))
		return node_int(a, in->len);
	if (!node_is(in, NODE_STR))
		return node_is(in, NODE_BOOL) ? NULL : in;
	for (size_t i = 0; i < in->len; i++)
		count += (in->text[i] & 0xc0) != 0x80;
	return node_int(a, count);
}
MAKES(length)

static const struct node *keys(struct arena *a, const struct node *in, const struct node *with)
{
	struct node *out = node_seq(a), *sorted;

	(void)with;
	if (node_is(in, NODE_SEQ)) {
		for (uint32_t i = 0; i < in->len; i++)
			node_append(a, out, node_int(a, i));
		return out;
	}
	if (!node_is(in, NODE_MAP))
		return NULL;
	sorted = node_copy(a, in);
	node_sort(sorted);
	for (uint32_t i = 0; i < sorted->len; i++)
		node_append(
			a, out,
			node_str_n(a, sorted->entries[i].key->text, sorted->entries[i].key->len));
	return out;
}
MAKES(keys)

static const struct node *entries(struct arena *a, const struct node *in, const struct node *with)
{
	struct node *out = node_seq(a);

	(void)with;
	if (!node_is(in, NODE_MAP))
		return NULL;
	for (uint32_t i = 0; i < in->len; i++) {
		struct node *entry = node_map(a);

		node_set(a, entry, "key", node_str(a, in->entries[i].key->text));
		node_set(a, entry, "value", in->entries[i].value);
		node_append(a, out, entry);
	}
	return out;
}
MAKES(entries)

static const struct node *type(struct arena *a, const struct node *in, const struct node *with)
{
	static const char *const names[] = { "null",   "boolean", "boolean", "number",
					     "string", "array",	  "object" };

	(void)with;
	return node_str(a, names[jq_rank(in)]);
}
MAKES(type)

static const struct node *text(struct arena *a, const struct node *in, const struct node *with)
{
	struct buf out;
	struct node *made;

	(void)with;
	if (node_is(in, NODE_STR))
		return in;
	buf_init(&out, 0);
	json_write(&out, in ? in : node_null(a), JSON_SORTED);
	made = node_str_n(a, out.text, out.len);
	buf_release(&out);
	return made;
}
MAKES(text)

static const struct node *in_case(struct arena *a, const struct node *in, int (*to)(int))
{
	char *copy;

	if (!node_is(in, NODE_STR))
		return NULL;
	copy = arena_memdup(a, in->text, in->len);
	for (uint32_t i = 0; i < in->len; i++)
		if ((unsigned char)copy[i] < 0x80)
			copy[i] = (char)to((unsigned char)copy[i]);
	return node_str_n(a, copy, in->len);
}

static const struct node *lower(struct arena *a, const struct node *in, const struct node *with)
{
	(void)with;
	return in_case(a, in, tolower);
}
MAKES(lower)

static const struct node *upper(struct arena *a, const struct node *in, const struct node *with)
{
	(void)with;
	return in_case(a, in, toupper);
}
MAKES(upper)

/* ---- expressions over texts ---- */

/* The flags of `test`, as the expression's own; "" for none; NULL: there is no such flag. */
static const char *flags_of(struct arena *a, const struct node *flags)
{
	char own[8] = "";
	size_t n = 0;

	if (node_is_null(flags))
		return "";
	for (const char *p = node_is(flags, NODE_STR) ? flags->text : "?"; *p; p++) {
		if (!strchr("gins", *p))
			return NULL;
		if (strchr("is", *p) && !strchr(own, *p))
			own[n++] = *p;
	}
	return n ? arena_printf(a, "(?%s)", own) : "";
}

static const struct node *matches(struct arena *a, const struct node *in, const struct node *with,
				  const struct node *flags)
{
	const struct regex *re;
	const char *how, *pattern;

	if (node_is(with, NODE_SEQ)) { /* [expression, flags] */
		flags = with->len > 1 ? with->items[1] : NULL;
		with = with->len ? with->items[0] : NULL;
	}
	how = flags_of(a, flags);
	if (!are_texts(in, with) || !how)
		return NULL;
	pattern = arena_printf(a, "%s%s", how, with->text);
	re = regex_get(pattern, strlen(pattern), NULL);
	return re ? node_bool(a, regex_match(re, in->text, in->len)) : NULL;
}

static const struct node *test(struct arena *a, const struct node *in, const struct node *with)
{
	return matches(a, in, with, NULL);
}
MAKES(test)

struct flagged {
	const struct jq *q;
	struct jq_item in;
	const struct node *flags;
	jq_emit *emit;
	void *data;
};

static int test_one(struct jq_run *r, void *data, struct jq_item item)
{
	const struct flagged *f = data;
	const struct node *made = matches(r->a, f->in.value, item.value, f->flags);

	return made ? f->emit(r, f->data, (struct jq_item){ .value = made }) : -1;
}

static int test_with(struct jq_run *r, void *data, struct jq_item item)
{
	struct flagged *f = data;

	f->flags = item.value;
	return jq_eval(r, f->q->left, f->in, test_one, f);
}

static int call_test_flags(struct jq_run *r, const struct jq *q, struct jq_item in, jq_emit *emit,
			   void *data)
{
	struct flagged f = { .q = q, .in = in, .emit = emit, .data = data };

	return jq_eval(r, q->right, in, test_with, &f);
}

/* ---- places ---- */

static int call_empty(struct jq_run *r, const struct jq *q, struct jq_item in, jq_emit *emit,
		      void *data)
{
	(void)r, (void)q, (void)in, (void)emit, (void)data;
	return 0;
}

static int call_recurse(struct jq_run *r, const struct jq *q, struct jq_item in, jq_emit *emit,
			void *data)
{
	(void)q;
	return jq_descend(r, in, emit, data);
}

struct chosen {
	const struct jq *test;
	struct jq_item item;
	jq_emit *emit;
	void *data;
	bool all, value; /* of any and all */
	struct node *list;
};

static int if_true(struct jq_run *r, void *data, struct jq_item item)
{
	const struct chosen *c = data;

	return jq_true(item.value) ? c->emit(r, c->data, c->item) : 0;
}

static int call_select(struct jq_run *r, const struct jq *q, struct jq_item in, jq_emit *emit,
		       void *data)
{
	struct chosen c = { .item = in, .emit = emit, .data = data };

	return jq_eval(r, q->left, in, if_true, &c);
}

static int by_rank(struct jq_run *r, struct jq_item in, jq_emit *emit, void *data, unsigned ranks)
{
	return ranks >> jq_rank(in.value) & 1 ? emit(r, data, in) : 0;
}

/* Those whose type is one of a set of ranks. */
#define TYPES(name, ranks)                                                                         \
	static int call_##name(struct jq_run *r, const struct jq *q, struct jq_item in,            \
			       jq_emit *emit, void *data)                                          \
	{                                                                                          \
		(void)q;                                                                           \
		return by_rank(r, in, emit, data, ranks);                                          \
	}
TYPES(nulls, 1)
TYPES(booleans, 6)
TYPES(numbers, 8)
TYPES(strings, 16)
TYPES(arrays, 32)
TYPES(objects, 64)
TYPES(iterables, 96)
TYPES(scalars, 31)
TYPES(values, 126)

static int weigh(struct jq_run *r, void *data, struct jq_item item)
{
	struct chosen *c = data;

	(void)r;
	if (jq_true(item.value) != c->all)
		c->value = !c->all;
	return 0;
}

static int weigh_by(struct jq_run *r, void *data, struct jq_item item)
{
	struct chosen *c = data;

	return c->test ? jq_eval(r, c->test, item, weigh, c) : weigh(r, c, item);
}

static int any_or_all(struct jq_run *r, const struct jq *q, struct jq_item in, jq_emit *emit,
		      void *data, bool all)
{
	struct chosen c = { .all = all, .value = all, .test = q->right ? q->right : q->left };
	struct jq_item made = { .value = in.value };
	int rc =
		q->right ? jq_eval(r, q->left, made, weigh_by, &c) : jq_each(r, made, weigh_by, &c);

	if (rc < 0)
		return -1;
	return emit(r, data, (struct jq_item){ .value = node_bool(r->a, c.value) });
}

static int call_any(struct jq_run *r, const struct jq *q, struct jq_item in, jq_emit *emit,
		    void *data)
{
	return any_or_all(r, q, in, emit, data, false);
}

static int call_all(struct jq_run *r, const struct jq *q, struct jq_item in, jq_emit *emit,
		    void *data)
{
	return any_or_all(r, q, in, emit, data, true);
}

static int weigh_equal(struct jq_run *r, void *data, struct jq_item item)
{
	struct chosen *c = data;

	(void)r;
	c->value |= !jq_compare(item.value, c->item.value);
	return 0;
}

static int call_among(struct jq_run *r, const struct jq *q, struct jq_item in, jq_emit *emit,
		      void *data)
{
	struct chosen c = { .item = in };

	if (jq_eval(r, q->left, in, weigh_equal, &c) < 0)
		return -1;
	return emit(r, data, (struct jq_item){ .value = node_bool(r->a, c.value) });
}

static int collect(struct jq_run *r, void *data, struct jq_item item)
{
	const struct chosen *c = data;

	jq_append(r, c->list, item);
	return 0;
}

static int collect_of(struct jq_run *r, void *data, struct jq_item item)
{
	const struct chosen *c = data;

	return jq_eval(r, c->test, item, collect, data);
}

static int call_map(struct jq_run *r, const struct jq *q, struct jq_item in, jq_emit *emit,
		    void *data)
{
	struct chosen c = { .test = q->left, .list = node_seq(r->a) };

	if (jq_each(r, (struct jq_item){ .value = in.value }, collect_of, &c) < 0)
		return -1;
	return emit(r, data, (struct jq_item){ .value = c.list });
}

static const struct jq_call calls[] = {
	{ "IN", 1, call_among },
	{ "all", 0, call_all },
	{ "all", 1, call_all },
	{ "all", 2, call_all },
	{ "any", 0, call_any },
	{ "any", 1, call_any },
	{ "any", 2, call_any },
	{ "arrays", 0, call_arrays },
	{ "ascii_downcase", 0, call_lower },
	{ "ascii_upcase", 0, call_upper },
	{ "booleans", 0, call_booleans },
	{ "contains", 1, call_contains },
	{ "empty", 0, call_empty },
	{ "endswith", 1, call_ends },
	{ "has", 1, call_has },
	{ "in", 1, call_in_it },
	{ "inside", 1, call_inside },
	{ "iterables", 0, call_iterables },
	{ "keys", 0, call_keys },
	{ "length", 0, call_length },
	{ "ltrimstr", 1, call_trim_start },
	{ "map", 1, call_map },
	{ "not", 0, call_negated },
	{ "nulls", 0, call_nulls },
	{ "numbers", 0, call_numbers },
	{ "objects", 0, call_objects },
	{ "recurse", 0, call_recurse },
	{ "rtrimstr", 1, call_trim_end },
	{ "scalars", 0, call_scalars },
	{ "select", 1, call_select },
	{ "startswith", 1, call_starts },
	{ "strings", 0, call_strings },
	{ "test", 1, call_test },
	{ "test", 2, call_test_flags },
	{ "to_entries", 0, call_entries },
	{ "tostring", 0, call_text },
	{ "type", 0, call_type },
	{ "values", 0, call_values },
};

const struct jq_call *jq_call_named(const char *name, size_t len, unsigned count)
{
	for (size_t i = 0; i < ARRAY_SIZE(calls); i++)
		if (calls[i].count == count && strlen(calls[i].name) == len &&
		    !strncmp(calls[i].name, name, len))
			return &calls[i];
	return NULL;
}
