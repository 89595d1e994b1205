#include "base/node.h"
#include <errno.h>
#include <stdarg.h>
#include <stdlib.h>
#include "base/map.h"
#include "base/number.h"

enum { NODE_INDEXED = 16 }; /* entries from which a mapping has an index */

static struct node *node_new(struct arena *a, enum node_type type)
{
	struct node *n = arena_alloc(a, sizeof(*n));

	*n = (struct node){ .type = (uint8_t)type };
	return n;
}

struct node *node_scalar_ref(struct arena *a, enum node_type type, const char *text, size_t len)
{
	struct node *n = node_new(a, type);

	n->text = text;
	n->len = (uint32_t)len;
	return n;
}

struct node *node_scalar(struct arena *a, enum node_type type, const char *text, size_t len)
{
	return node_scalar_ref(a, type, arena_memdup(a, text, len), len);
}

struct node *node_null(struct arena *a)
{
	return node_scalar_ref(a, NODE_NULL, "null", 4);
}

struct node *node_bool(struct arena *a, bool value)
{
	return value ? node_scalar_ref(a, NODE_BOOL, "true", 4)
		     : node_scalar_ref(a, NODE_BOOL, "false", 5);
}

struct node *node_int(struct arena *a, int64_t value)
{
	const char *text = arena_printf(a, "%lld", (long long)value);

	return node_scalar_ref(a, NODE_INT, text, strlen(text));
}

struct node *node_str_n(struct arena *a, const char *text, size_t len)
{
	return node_scalar(a, NODE_STR, text, len);
}

struct node *node_str(struct arena *a, const char *text)
{
	return node_str_n(a, text, strlen(text));
}

struct node *node_seq(struct arena *a)
{
	return node_new(a, NODE_SEQ);
}

struct node *node_map(struct arena *a)
{
	return node_new(a, NODE_MAP);
}

struct node *node_copy_shallow(struct arena *a, const struct node *n)
{
	struct node *copy = node_new(a, NODE_NULL);

	*copy = *n;
	copy->cap = n->len;
	copy->slots = NULL;
	if (n->type == NODE_SEQ) {
		copy->items = arena_array(a, n->len, struct node *);
		if (n->len)
			memcpy(copy->items, n->items, n->len * sizeof(*n->items));
	} else if (n->type == NODE_MAP) {
		copy->entries = arena_array(a, n->len, struct node_entry);
		if (n->len)
			memcpy(copy->entries, n->entries, n->len * sizeof(*n->entries));
		node_index(a, copy);
	} else {
		copy->text = arena_memdup(a, n->text, n->len);
	}
	return copy;
}

struct node *node_copy(struct arena *a, const struct node *n)
{
	struct node *copy;
	uint32_t i;

	if (!n)
		return NULL;
	copy = node_copy_shallow(a, n);
	if (n->type == NODE_SEQ)
		for (i = 0; i < n->len; i++)
			copy->items[i] = node_copy(a, n->items[i]);
	if (n->type == NODE_MAP) {
		for (i = 0; i < n->len; i++) {
			copy->entries[i].key = node_copy(a, n->entries[i].key);
			copy->entries[i].value = node_copy(a, n->entries[i].value);
		}
	}
	return copy;
}

void node_set_origin(struct node *n, origin_id origin)
{
	uint32_t i;

	n->origin = origin;
	if (n->type == NODE_SEQ)
		for (i = 0; i < n->len; i++)
			node_set_origin(n->items[i], origin);
	if (n->type == NODE_MAP) {
		for (i = 0; i < n->len; i++) {
			n->entries[i].key->origin = origin;
			node_set_origin(n->entries[i].value, origin);
		}
	}
}

static bool key_is(const struct node *key, const char *text, size_t len)
{
	return key->len == len && (!len || (*key->text == *text && !memcmp(key->text, text, len)));
}

static void slot_in(struct node *map, uint32_t index)
{
	const struct node *key = map->entries[index].key;
	uint32_t mask = map->slots[0] - 1;
	uint32_t slot = (uint32_t)map_hash(key->text, key->len) & mask;

	while (map->slots[1 + slot])
		slot = (slot + 1) & mask;
	map->slots[1 + slot] = index + 1;
}

/* slots[0] is the number of slots behind it, a power of two; a slot is an entry index + 1. */
void node_index(struct arena *a, struct node *map)
{
	uint32_t size = 64, i;

	map->slots = NULL;
	if (map->len < NODE_INDEXED)
		return;
	while (size < map->len * 2)
		size *= 2;
	map->slots = arena_array(a, 1 + (size_t)size, uint32_t);
	map->slots[0] = size;
	for (i = 0; i < map->len; i++)
		slot_in(map, i);
}

static struct node_entry *entry_find(const struct node *n, const char *key, size_t len)
{
	uint32_t i, mask, slot;

	if (!n || n->type != NODE_MAP)
		return NULL;
	if (!n->slots) {
		for (i = 0; i < n->len; i++)
			if (key_is(n->entries[i].key, key, len))
				return &n->entries[i];
		return NULL;
	}
	mask = n->slots[0] - 1;
	slot = (uint32_t)map_hash(key, len) & mask;
	for (; n->slots[1 + slot]; slot = (slot + 1) & mask)
		if (key_is(n->entries[n->slots[1 + slot] - 1].key, key, len))
			return &n->entries[n->slots[1 + slot] - 1];
	return NULL;
}

struct node_entry *node_entry(const struct node *n, const char *key)
{
	return entry_find(n, key, strlen(key));
}

struct node *node_get_n(const struct node *n, const char *key, size_t len)
{
	struct node_entry *e = entry_find(n, key, len);

	return e ? e->value : NULL;
}

struct node *node_get(const struct node *n, const char *key)
{
	return node_get_n(n, key, strlen(key));
}

struct node *node_path(const struct node *n, ...)
{
	const char *key;
	va_list keys;

	va_start(keys, n);
	while (n && (key = va_arg(keys, const char *)))
		n = node_get(n, key);
	va_end(keys);
	return (struct node *)n;
}

const char *node_text(const struct node *n)
{
	return node_is_scalar(n) ? n->text : NULL;
}

const char *node_string(const struct node *n)
{
	return node_is(n, NODE_STR) ? n->text : NULL;
}

const char *node_get_string(const struct node *n, const char *key)
{
	return node_string(node_get(n, key));
}

const char *node_string_at(const struct node *n, const char *key)
{
	const char *text = node_get_string(n, key);

	return text ? text : "";
}

bool node_true(const struct node *n)
{
	if (!node_is(n, NODE_BOOL))
		return false;
	return strchr("tTyY", n->text[0]) || (strchr("oO", n->text[0]) && n->len == 2);
}

bool node_has_text(const struct node *list, const char *text)
{
	for (uint32_t i = 0; node_is(list, NODE_SEQ) && i < list->len; i++) {
		const char *s = node_text(list->items[i]);

		if (s && !strcmp(s, text))
			return true;
	}
	return false;
}

bool node_integer(const struct node *n, int64_t *out)
{
	char plain[72]; /* YAML's 1_000 and 0755 are integers too */
	size_t len = 0;

	if (!node_is(n, NODE_INT) || n->len >= sizeof(plain))
		return false;
	for (uint32_t i = 0; i < n->len; i++) {
		if (n->text[i] != '_')
			plain[len++] = n->text[i];
	}
	return number_parse_int(plain, len, out);
}

bool node_number(const struct node *n, double *out)
{
	char *end;

	if (!node_is(n, NODE_INT) && !node_is(n, NODE_FLOAT))
		return false;
	*out = strtod(n->text, &end);
	return !*end && end != n->text;
}

void node_append_entry(struct arena *a, struct node *map, struct node *key, struct node *value)
{
	if (map->len == map->cap) {
		uint32_t cap = map->cap ? map->cap * 2 : 4;

		map->entries = arena_grow(a, map->entries, map->len * sizeof(*map->entries),
					  cap * sizeof(*map->entries));
		map->cap = cap;
	}
	map->entries[map->len++] = (struct node_entry){ key, value };
	if (map->slots && map->len * 2 <= map->slots[0])
		slot_in(map, map->len - 1);
	else if (map->slots || map->len == NODE_INDEXED)
		node_index(a, map);
}

void node_set_entry(struct arena *a, struct node *map, struct node *key, struct node *value)
{
	struct node_entry *e = entry_find(map, key->text, key->len);

	if (e)
		e->value = value;
	else
		node_append_entry(a, map, key, value);
}

void node_set_n(struct arena *a, struct node *map, const char *key, size_t len, struct node *value)
{
	struct node_entry *e = entry_find(map, key, len);

	if (e) {
		e->value = value;
		return;
	}
	node_append_entry(a, map, node_at(node_str_n(a, key, len), value->origin), value);
}

void node_set(struct arena *a, struct node *map, const char *key, struct node *value)
{
	node_set_n(a, map, key, strlen(key), value);
}

bool node_remove(struct node *map, const char *key)
{
	struct node_entry *e = entry_find(map, key, strlen(key));
	uint32_t i;

	if (!e)
		return false;
	memmove(e, e + 1, (size_t)(map->entries + map->len - (e + 1)) * sizeof(*e));
	map->len--;
	if (map->slots) {
		memset(map->slots + 1, 0, map->slots[0] * sizeof(*map->slots));
		for (i = 0; i < map->len; i++)
			slot_in(map, i);
	}
	return true;
}

void node_append(struct arena *a, struct node *seq, struct node *value)
{
	if (seq->len == seq->cap) {
		uint32_t cap = seq->cap ? seq->cap * 2 : 4;

		seq->items = arena_grow(a, seq->items, seq->len * sizeof(*seq->items),
					cap * sizeof(*seq->items));
		seq->cap = cap;
	}
	seq->items[seq->len++] = value;
}

void node_insert(struct arena *a, struct node *seq, size_t at, struct node *value)
{
	node_append(a, seq, value);
	memmove(seq->items + at + 1, seq->items + at, (seq->len - 1 - at) * sizeof(*seq->items));
	seq->items[at] = value;
}

void node_remove_at(struct node *seq, size_t at)
{
	memmove(seq->items + at, seq->items + at + 1, (seq->len - 1 - at) * sizeof(*seq->items));
	seq->len--;
}

static int entry_compare(const void *left, const void *right)
{
	const struct node *a = ((const struct node_entry *)left)->key;
	const struct node *b = ((const struct node_entry *)right)->key;
	int order = memcmp(a->text, b->text, a->len < b->len ? a->len : b->len);

	return order ? order : (a->len > b->len) - (a->len < b->len);
}

void node_sort(struct node *n)
{
	uint32_t i;

	if (n->type == NODE_SEQ)
		for (i = 0; i < n->len; i++)
			node_sort(n->items[i]);
	if (n->type != NODE_MAP)
		return;
	for (i = 0; i < n->len; i++)
		node_sort(n->entries[i].value);
	if (n->len)
		qsort(n->entries, n->len, sizeof(*n->entries), entry_compare);
	if (n->slots) {
		memset(n->slots + 1, 0, n->slots[0] * sizeof(*n->slots));
		for (i = 0; i < n->len; i++)
			slot_in(n, i);
	}
}

static bool number_equal(const struct node *a, const struct node *b)
{
	int64_t i, j;
	double x, y;

	if (node_integer(a, &i) && node_integer(b, &j))
		return i == j;
	return node_number(a, &x) && node_number(b, &y) && x == y;
}

static bool map_equal(const struct node *a, const struct node *b)
{
	const struct node *other;
	uint32_t i;

	if (a->len != b->len)
		return false;
	for (i = 0; i < a->len; i++) {
		const struct node_entry *e = &a->entries[i];

		other = node_get_n(b, e->key->text, e->key->len);
		if (!other || !node_equal(e->value, other))
			return false;
	}
	return true;
}

bool node_equal(const struct node *a, const struct node *b)
{
	uint32_t i;

	if (a == b)
		return true;
	if (!a || !b)
		return false;
	if (a->type != b->type)
		return number_equal(a, b);
	switch ((enum node_type)a->type) {
	case NODE_NULL:
		return true;
	case NODE_BOOL:
		return node_true(a) == node_true(b);
	case NODE_INT:
	case NODE_FLOAT:
		return number_equal(a, b) ||
		       (a->len == b->len && !memcmp(a->text, b->text, a->len));
	case NODE_STR:
		return a->len == b->len && !memcmp(a->text, b->text, a->len);
	case NODE_SEQ:
		if (a->len != b->len)
			return false;
		for (i = 0; i < a->len; i++)
			if (!node_equal(a->items[i], b->items[i]))
				return false;
		return true;
	case NODE_MAP:
		return map_equal(a, b);
	}
	return false;
}

const char *node_type_name(const struct node *n)
{
	static const char *const names[] = {
		[NODE_NULL] = "null",	 [NODE_BOOL] = "boolean", [NODE_INT] = "integer",
		[NODE_FLOAT] = "number", [NODE_STR] = "string",	  [NODE_SEQ] = "array",
		[NODE_MAP] = "object",
	};

	return n ? names[n->type] : "nothing";
}
