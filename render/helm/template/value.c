/* value: making, looking into, copying and comparing values. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "render/helm/template.h"
#include "render/helm/template/engine.h"

struct value value_bool(bool b)
{
	return (struct value){ .type = &type_bool, .b = b };
}

struct value value_int(int64_t i)
{
	return (struct value){ .type = &type_int, .i = i };
}

struct value value_int64(int64_t i)
{
	return (struct value){ .type = &type_int64, .i = i };
}

struct value value_float(double f)
{
	return (struct value){ .type = &type_float64, .f = f };
}

struct value value_uint(const struct go_type *type, uint64_t u)
{
	return (struct value){ .type = type, .u = u };
}

struct value value_of_int(const struct go_type *type, int64_t i)
{
	return (struct value){ .type = type, .i = i };
}

struct value value_str_ref(struct arena *a, const char *text, size_t len, origin_id origin)
{
	struct go_string *s = arena_alloc(a, sizeof(*s));

	*s = (struct go_string){ .text = text, .len = (uint32_t)len };
	return (struct value){ .type = &type_string, .s = s, .origin = origin };
}

struct value value_str_n(struct arena *a, const char *text, size_t len)
{
	return value_str_ref(a, arena_memdup(a, text, len), len, 0);
}

struct value value_str(struct arena *a, const char *text)
{
	return value_str_n(a, text, strlen(text));
}

/* []byte is kept as text: nobody changes single bytes. */
struct value value_bytes(struct arena *a, const char *text, size_t len)
{
	struct value v = value_str_n(a, text, len);

	v.type = &type_bytes;
	return v;
}

struct value value_list(struct arena *a, const struct go_type *type)
{
	return (struct value){ .type = type, .list = arena_new(a, struct go_list) };
}

struct value value_map(struct arena *a, const struct go_type *type)
{
	return (struct value){ .type = type, .map = arena_new(a, struct go_map) };
}

struct value value_struct(struct arena *a, const struct go_type *type)
{
	const struct go_type *t = type->kind == GO_PTR ? type->elem : type;

	return (struct value){ .type = type,
			       .fields = arena_array(a, t->field_count, struct value) };
}

void value_append(struct arena *a, struct value list, struct value item)
{
	item.iface = item.addressable = false;
	*vec_push(a, list.list) = item;
}

/* ---- maps ---- */

static int key_compare(const char *a, size_t a_len, const char *b, size_t b_len)
{
	int order = memcmp(a, b, a_len < b_len ? a_len : b_len);

	return order ? order : (a_len > b_len) - (a_len < b_len);
}

/* The place of a key, or where it would be. */
static size_t map_place(const struct go_map *m, const char *key, size_t len, bool *found)
{
	size_t low = 0, high = m->count, mid;
	int order;

	*found = false;
	while (low < high) {
		mid = (low + high) / 2;
		order = key_compare(key, len, m->entries[mid].key, m->entries[mid].len);
		if (!order) {
			*found = true;
			return mid;
		}
		if (order < 0)
			high = mid;
		else
			low = mid + 1;
	}
	return low;
}

struct go_entry *value_entry(const struct value *map, const char *key, size_t len)
{
	bool found = false;
	size_t at;

	if (!map->map)
		return NULL;
	at = map_place(map->map, key, len, &found);
	return found ? &map->map->entries[at] : NULL;
}

void value_set_n(struct arena *a, struct value map, const char *key, size_t len, struct value item)
{
	struct go_map *m = map.map;
	bool found;
	size_t at = map_place(m, key, len, &found);

	item.iface = item.addressable = false;
	if (found) {
		m->entries[at].value = item;
		return;
	}
	m->entries = vec_reserve(a, m->entries, m->count, &m->cap, sizeof(*m->entries));
	memmove(m->entries + at + 1, m->entries + at, (m->count - at) * sizeof(*m->entries));
	m->count++;
	m->entries[at] = (struct go_entry){
		.key = arena_memdup(a, key, len), .len = (uint32_t)len, .value = item, .read = true
	};
}

void value_set(struct arena *a, struct value map, const char *key, struct value item)
{
	value_set_n(a, map, key, strlen(key), item);
}

struct value value_get(struct value map, const char *key)
{
	struct go_entry *e = value_entry(&map, key, strlen(key));

	return e ? e->value : VALUE_NIL;
}

bool value_remove(struct value map, const char *key, size_t len)
{
	struct go_map *m = map.map;
	bool found = false;
	size_t at;

	if (!m)
		return false;
	at = map_place(m, key, len, &found);
	if (!found)
		return false;
	m->count--;
	memmove(m->entries + at, m->entries + at + 1, (m->count - at) * sizeof(*m->entries));
	return true;
}

struct value list_item(struct value list, size_t i)
{
	struct value v;

	if (list.type->elem == &type_uint8)
		return value_uint(&type_uint8, (unsigned char)list.s->text[i]);
	v = list.list->items[i];
	v.iface = list.type->elem->kind == GO_INTERFACE;
	v.addressable = true;
	return v;
}

struct value map_item(struct value map, const struct go_entry *e)
{
	struct value v = e->value;

	v.iface = map.type->elem->kind == GO_INTERFACE;
	v.addressable = false;
	if (!v.origin)
		v.origin = e->origin;
	return v;
}

struct value *value_field(struct value v, const char *name, size_t len)
{
	const struct go_type *t = v.type->kind == GO_PTR ? v.type->elem : v.type;
	struct value *found;
	size_t i;

	for (i = 0; v.fields && i < t->field_count; i++) {
		if (strlen(t->fields[i].name) == len && !memcmp(t->fields[i].name, name, len))
			return &v.fields[i];
	}
	for (i = 0; v.fields && i < t->field_count; i++)
		if (t->fields[i].embedded && (found = value_field(v.fields[i], name, len)))
			return found;
	return NULL;
}

/* ---- questions ---- */

bool value_is_null(struct value v)
{
	switch ((int)value_kind(v)) {
	case GO_INVALID:
		return true;
	case GO_MAP:
		return !v.map;
	case GO_SLICE:
		return !v.list;
	case GO_PTR:
		return !v.data;
	default:
		return false;
	}
}

size_t value_len(struct value v)
{
	switch ((int)value_kind(v)) {
	case GO_STRING:
		return v.s->len;
	case GO_MAP:
		return v.map ? v.map->count : 0;
	case GO_SLICE:
	case GO_ARRAY:
		if (v.type->elem == &type_uint8)
			return v.s ? v.s->len : 0;
		return v.list ? v.list->count : 0;
	default:
		return 0;
	}
}

bool value_truth(struct value v, bool *ok)
{
	enum go_kind k = value_kind(v);

	*ok = true;
	if (k == GO_STRING || k == GO_MAP || k == GO_SLICE || k == GO_ARRAY)
		return value_len(v) > 0;
	if (k == GO_BOOL)
		return v.b;
	if (kind_is_int(k) || kind_is_uint(k))
		return v.u != 0;
	if (kind_is_float(k))
		return v.f != 0;
	if (k == GO_COMPLEX128)
		return v.complex[0] != 0 || v.complex[1] != 0;
	if (k == GO_PTR || k == GO_FUNC)
		return v.data != NULL;
	return k != GO_INVALID;
}

const char *value_type_name(struct value v)
{
	return v.type ? v.type->name : "<nil>";
}

const struct go_method *value_method(struct value v, const char *name, size_t len)
{
	const struct go_type *t = v.type;
	size_t i;

	for (i = 0; t && i < t->method_count; i++)
		if (strlen(t->methods[i].name) == len && !memcmp(t->methods[i].name, name, len))
			return &t->methods[i];
	return NULL;
}

void value_mark_read(struct value v)
{
	size_t i;

	if (value_kind(v) == GO_MAP && v.map && !v.map->read) {
		v.map->read = true;
		for (i = 0; i < v.map->count; i++) {
			v.map->entries[i].read = true;
			value_mark_read(v.map->entries[i].value);
		}
	} else if (value_kind(v) == GO_SLICE && v.type->elem != &type_uint8 && v.list &&
		   !v.list->read) {
		v.list->read = true;
		for (i = 0; i < v.list->count; i++)
			value_mark_read(v.list->items[i]);
	}
}

/* ---- copies and comparison ---- */

static struct value copy_below(struct arena *a, struct value v, unsigned depth)
{
	struct value out = v;
	size_t i;

	if (depth > LIMIT_DEPTH * 4)
		return v;
	if (value_kind(v) == GO_MAP && v.map) {
		out.map = arena_new(a, struct go_map);
		out.map->read = v.map->read;
		out.map->cap = out.map->count = v.map->count;
		out.map->entries = arena_alloc(a, v.map->count * sizeof(struct go_entry));
		for (i = 0; i < v.map->count; i++) {
			out.map->entries[i] = v.map->entries[i];
			out.map->entries[i].value =
				copy_below(a, v.map->entries[i].value, depth + 1);
		}
	} else if (value_kind(v) == GO_SLICE && v.type->elem != &type_uint8 && v.list) {
		out.list = arena_new(a, struct go_list);
		out.list->read = v.list->read;
		for (i = 0; i < v.list->count; i++)
			*vec_push(a, out.list) = copy_below(a, v.list->items[i], depth + 1);
	}
	return out;
}

struct value value_copy(struct arena *a, struct value v)
{
	return copy_below(a, v, 0);
}

static bool map_equal(struct value a, struct value b)
{
	size_t i;

	if (!a.map != !b.map || value_len(a) != value_len(b))
		return false;
	if (a.map == b.map)
		return true;
	for (i = 0; i < value_len(a); i++) {
		const struct go_entry *x = &a.map->entries[i], *y = &b.map->entries[i];

		if (key_compare(x->key, x->len, y->key, y->len) ||
		    !value_deep_equal(x->value, y->value))
			return false;
	}
	return true;
}

static bool list_equal(struct value a, struct value b)
{
	size_t i;

	if (!a.list != !b.list || value_len(a) != value_len(b))
		return false;
	if (a.type->elem == &type_uint8)
		return !value_len(a) || !memcmp(a.s->text, b.s->text, a.s->len);
	for (i = 0; a.list && i < value_len(a); i++)
		if (!value_deep_equal(a.list->items[i], b.list->items[i]))
			return false;
	return true;
}

bool value_deep_equal(struct value a, struct value b)
{
	enum go_kind k = value_kind(a);
	const struct go_type *t;
	size_t i;

	if (a.type != b.type)
		return false;
	if (k == GO_INVALID)
		return true;
	if (k == GO_STRING)
		return !string_compare(a, b);
	if (k == GO_MAP)
		return map_equal(a, b);
	if (k == GO_SLICE || k == GO_ARRAY)
		return list_equal(a, b);
	if (kind_is_float(k))
		return a.f == b.f;
	if (k == GO_BOOL)
		return a.b == b.b;
	if (k == GO_COMPLEX128)
		return a.complex[0] == b.complex[0] && a.complex[1] == b.complex[1];
	t = k == GO_PTR ? a.type->elem : a.type;
	if ((k != GO_PTR && k != GO_STRUCT) || a.data == b.data || !a.data || !b.data)
		return a.u == b.u;
	for (i = 0; i < t->field_count; i++)
		if (!value_deep_equal(a.fields[i], b.fields[i]))
			return false;
	return t->field_count > 0;
}

/* ---- what no template read ---- */

static void unread_below(struct value v, struct buf *path,
			 void (*fn)(void *data, const char *path, origin_id origin), void *data)
{
	size_t at = path->len, i;

	if (value_kind(v) != GO_MAP || !v.map || v.map->read)
		return;
	for (i = 0; i < v.map->count; i++) {
		const struct go_entry *e = &v.map->entries[i];

		buf_cut(path, at);
		if (at)
			buf_char(path, '.');
		buf_add(path, e->key, e->len);
		if (!e->read)
			fn(data, path->text, e->origin ? e->origin : e->value.origin);
		else
			unread_below(e->value, path, fn, data);
	}
	buf_cut(path, at);
}

void values_unread(struct value values, void (*fn)(void *data, const char *path, origin_id origin),
		   void *data)
{
	struct buf path;

	buf_init(&path, 0);
	unread_below(values, &path, fn, data);
	buf_release(&path);
}
