/*
 * Lists that merge by key. kyaml works with lists of key values and rewrites the list for each of
 * them; what comes of elements without a key, of keys given twice and of several keys follows from
 * its steps, so these are the same steps.
 */
#include <string.h>
#include "render/kustomize/merge.h"

enum { MERGE_WORK = 20000000 }; /* elements looked at for one list */

struct values {
	const char *v[MERGE_KEYS];
};
struct value_list {
	VEC(struct values);
	size_t keys; /* of each */
};

static bool quoted(const struct node *n)
{
	return n->style == STYLE_SINGLE || n->style == STYLE_DOUBLE || n->style == STYLE_LITERAL ||
	       n->style == STYLE_FOLDED;
}

void merge_style(struct node *value, const struct node *old)
{
	if (quoted(old)) {
		value->style = old->style;
		if (!value->tagged)
			value->type = NODE_STR;
	} else if (quoted(value)) {
		value->style = STYLE_ANY;
	}
}

/* ---- single elements ---- */

static const char *raw_text(const struct node *n)
{
	return node_is_scalar(n) ? n->text : "";
}

static bool is_empty_map(const struct node *n)
{
	return node_is_null(n) || (n->type == NODE_MAP && !n->len);
}

/* As the setter matches: an empty value is met by any field, keys beyond the values by all. */
static bool set_matches(const struct node *element, const struct element_match *m)
{
	size_t i;

	for (i = 0; i < m->count && i < m->value_count; i++) {
		const struct node *field;

		if (!*m->keys[i]) {
			if (strcmp(raw_text(element), m->values[i]))
				return false;
			continue;
		}
		field = node_get(element, m->keys[i]);
		if (!field || (*m->values[i] && strcmp(raw_text(field), m->values[i])))
			return false;
	}
	return m->value_count > 0;
}

/* With no values at all, nothing of the list is kept: so it is in kyaml. */
void elements_set(struct merge *g, struct node *list, const struct element_match *m,
		  struct node *element)
{
	bool maps = *m->keys[0] && m->value_count && *m->values[0], found = false;
	uint32_t i, kept = 0;

	for (i = 0; i < list->len; i++) {
		struct node *one = list->items[i];

		if (is_empty_map(one))
			continue;
		if ((one->type != NODE_MAP && maps) || !set_matches(one, m)) {
			if (m->value_count)
				list->items[kept++] = one;
			continue;
		}
		found = true;
		if (element)
			list->items[kept++] = element;
	}
	list->len = kept;
	if (element && !node_is_null(element) && !found)
		node_append(g->kz->a, list, element);
}

/* As the lookup matches: the value is there to the letter. */
static struct node *find(const struct node *list, const struct element_match *m)
{
	uint32_t i;
	size_t k;

	for (i = 0; m->count && list && list->type == NODE_SEQ && i < list->len; i++) {
		struct node *one = list->items[i];

		if (!*m->keys[0]) {
			if (!strcmp(raw_text(one), m->values[0]))
				return one;
			continue;
		}
		for (k = 0; one->type == NODE_MAP && k < m->count; k++) {
			const struct node *field = node_get(one, m->keys[k]);

			if (!field || strcmp(raw_text(field), m->values[k]))
				break;
		}
		if (one->type == NODE_MAP && k == m->count)
			return one;
	}
	return NULL;
}

/* ---- lists of key values ---- */

static bool has_values(const struct value_list *list, const struct values *v)
{
	size_t i, k;

	for (i = 0; i < list->count; i++) {
		for (k = 0; k < list->keys && !strcmp(list->items[i].v[k], v->v[k]); k++)
			;
		if (k == list->keys)
			return true;
	}
	return false;
}

static const char *key_value(const struct node *element, const char *key)
{
	const struct node *field = node_get(element, key);

	return node_is_null(field) ? "" : raw_text(field);
}

static void collect_values(struct merge *g, const struct node *list, const char *const *keys,
			   struct value_list *out)
{
	uint32_t i;
	size_t k;

	for (i = 0; list && list->type == NODE_SEQ && i < list->len; i++) {
		struct values v = { 0 };

		for (k = 0; k < out->keys; k++)
			v.v[k] = *keys[k] ? key_value(list->items[i], keys[k])
					  : raw_text(list->items[i]);
		if (!has_values(out, &v))
			*vec_push(g->kz->a, out) = v;
	}
}

static bool unite(const struct values *x, const struct values *y, size_t keys, struct values *out)
{
	bool common = false;
	size_t k;

	for (k = 0; k < keys; k++) {
		if (!strcmp(x->v[k], y->v[k]))
			common = true;
		else if (*x->v[k] && *y->v[k])
			return false;
		out->v[k] = *x->v[k] ? x->v[k] : y->v[k];
	}
	return common;
}

/* Elements that name fewer of the keys are taken for those that name more. */
static void unite_all(struct value_list *list)
{
	struct values united;
	size_t i, j;

	for (i = 0; i < list->count; i++) {
		struct values one = list->items[i];

		for (j = 0; j < list->count; j++)
			if (unite(&one, &list->items[j], list->keys, &united))
				list->items[i] = list->items[j] = united;
	}
}

/* Keep the keys for which some element of `all` has a value; all of them when none has. */
static void valid_keys(const struct values *all, size_t count, const struct values *own,
		       const char *const *keys, size_t key_count, struct element_match *out)
{
	bool used[MERGE_KEYS] = { false }, any = false;
	size_t i, k;

	for (i = 0; i < count; i++)
		for (k = 0; k < key_count; k++)
			if (*all[i].v[k])
				used[k] = any = true;
	out->count = 0;
	for (k = 0; k < key_count; k++) {
		if (any && !used[k])
			continue;
		out->keys[out->count] = keys[k];
		out->values[out->count++] = own->v[k];
	}
	out->value_count = out->count;
}

/* ---- the merge ---- */

struct elements {
	struct merge *g;
	struct node *dest, *patch, *items;
	struct type_info type; /* of an element */
	const char *keys[MERGE_KEYS];
	struct value_list values;
	struct element_match last; /* the keys that counted for the last element */
};

/* Write the key values that the merged element lost; false when the element is gone. */
static bool keep_keys(struct elements *e, struct node *value, const struct element_match *m)
{
	size_t k;

	if (is_empty_map(value)) {
		elements_set(e->g, e->dest, m, NULL);
		return false;
	}
	for (k = 0; k < m->count; k++)
		if (value->type == NODE_MAP && !node_get(value, m->keys[k]) && *m->values[k])
			node_set(e->g->kz->a, value, m->keys[k],
				 node_at(node_str(e->g->kz->a, m->values[k]), value->origin));
	return true;
}

/* A patch's key only says which element is meant: the element keeps its own. */
static void restore_keys(struct node *value, const struct element_match *m, const origin_id *old)
{
	size_t k;

	for (k = 0; k < m->count; k++) {
		struct node *field = *m->keys[k] ? node_get(value, m->keys[k]) : value;

		if (field && old[k])
			field->origin = old[k];
	}
}

static int merge_one(struct elements *e, const struct values *v, struct err *err)
{
	struct element_match narrow = { 0 };
	struct node *left, *right, *value;
	origin_id old[MERGE_KEYS] = { 0 };
	struct values own;
	size_t k;

	valid_keys(e->values.items, e->values.count, v, e->keys, e->values.keys, &e->last);
	memcpy(own.v, e->last.values, sizeof(own.v));
	valid_keys(&own, 1, &own, e->last.keys, e->last.count, &narrow);
	left = find(e->dest, &narrow);
	right = find(e->patch, &narrow);
	for (k = 0; left && left != right && k < narrow.count; k++) {
		const struct node *field = *narrow.keys[k] ? node_get(left, narrow.keys[k]) : left;

		old[k] = field ? field->origin : 0;
	}
	if (merge_node(e->g, left, right, &e->type, &value, err) < 0)
		return -1;
	if (left && value)
		restore_keys(value, &narrow, old);
	if (keep_keys(e, value, &e->last))
		elements_set(e->g, e->items, &e->last, value);
	return 0;
}

/* Bring the old list's elements into the new one. */
static int append_old(struct elements *e, struct err *err)
{
	uint32_t i;
	size_t k;

	for (i = 0; i < e->dest->len; i++) {
		struct node *one = e->dest->items[i];
		struct element_match m = e->last;

		m.value_count = 0;
		for (k = 0; k < m.count; k++) {
			const struct node *field;

			if (!*m.keys[k]) {
				m.values[m.value_count++] = raw_text(one);
				continue;
			}
			if (one->type != NODE_MAP && one->type != NODE_NULL)
				return kz_fail(e->g->kz, err, one->origin,
					       "wrong node kind: expected a mapping with '%s'",
					       m.keys[k]);
			field = node_get(one, m.keys[k]);
			if (!field)
				node_append(e->g->kz->a, e->items, one);
			else
				m.values[m.value_count++] = raw_text(field);
		}
		if (m.count > 1)
			elements_set(e->g, e->items, &m, NULL);
		elements_set(e->g, e->items, &m, one);
	}
	return 0;
}

static void split_keys(struct elements *e, const char *keys)
{
	while (*keys && e->values.keys < MERGE_KEYS) {
		size_t n = strcspn(keys, ",");

		e->keys[e->values.keys++] = arena_memdup(e->g->kz->a, keys, n);
		keys += n + (keys[n] == ',');
	}
	if (e->values.keys)
		return;
	e->keys[0] = "";
	e->values.keys = 1;
}

int merge_elements(struct merge *g, struct node *dest, struct node *patch,
		   const struct type_info *type, struct node **out, struct err *err)
{
	struct elements e = { .g = g, .dest = dest, .patch = patch };
	size_t i, work = (size_t)dest->len + (patch ? patch->len : 0);

	if (work * work > MERGE_WORK)
		return err_raise(err, ERR_LIMIT, origins_pos(g->kz->run->origins, dest->origin),
				 "a list of %zu elements is too long to be merged by key", work);
	e.type = kschema_element(g->kz, type);
	split_keys(&e, type->keys);
	collect_values(g, patch, e.keys, &e.values);
	if (patch != dest)
		collect_values(g, dest, e.keys, &e.values);
	*out = dest;
	if (!e.values.count)
		return 0;
	if (e.values.keys > 1)
		unite_all(&e.values);
	e.items = node_at(node_seq(g->kz->a), dest->origin);
	for (i = 0; i < e.values.count; i++)
		if (merge_one(&e, &e.values.items[i], err) < 0)
			return -1;
	if (append_old(&e, err) < 0)
		return -1;
	*out = e.items;
	return 0;
}
