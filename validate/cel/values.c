#include <math.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include "base/base64.h"
#include "validate/cel/time.h"

static struct cel_value *value_new(struct arena *a, enum cel_kind kind)
{
	struct cel_value *v = arena_new(a, struct cel_value);

	v->kind = kind;
	return v;
}

struct cel_value *cel_fail(struct arena *a, const char *fmt, ...)
{
	struct cel_value *v = value_new(a, CEL_ERROR);
	va_list args;

	va_start(args, fmt);
	v->text.text = arena_vprintf(a, fmt, args);
	va_end(args);
	return v;
}

struct cel_value *cel_bool(struct arena *a, bool truth)
{
	struct cel_value *v = value_new(a, CEL_BOOL);

	v->truth = truth;
	return v;
}

struct cel_value *cel_int(struct arena *a, int64_t value)
{
	struct cel_value *v = value_new(a, CEL_INT);

	v->integer = value;
	return v;
}

struct cel_value *cel_uint(struct arena *a, uint64_t value)
{
	struct cel_value *v = value_new(a, CEL_UINT);

	v->natural = value;
	return v;
}

struct cel_value *cel_double(struct arena *a, double value)
{
	struct cel_value *v = value_new(a, CEL_DOUBLE);

	v->real = value;
	return v;
}

struct cel_value *cel_opaque(struct arena *a, enum cel_kind kind, const char *text, size_t len,
			     const void *extra)
{
	struct cel_value *v = value_new(a, kind);

	v->text = (struct cel_text){ text, len };
	v->extra = extra;
	return v;
}

struct cel_value *cel_string(struct arena *a, const char *text, size_t len)
{
	return cel_opaque(a, CEL_STRING, text, len, NULL);
}

struct cel_value *cel_string_of(struct arena *a, const char *text)
{
	return cel_string(a, text, strlen(text));
}

struct cel_value *cel_null(struct arena *a)
{
	return value_new(a, CEL_NULL);
}

struct cel_value *cel_optional(struct arena *a, struct cel_value *inner)
{
	struct cel_value *v = value_new(a, CEL_OPTIONAL);

	v->inner = inner;
	return v;
}

struct cel_value *cel_list_of(struct arena *a, struct cel_value **items, size_t count)
{
	struct cel_value *v = value_new(a, CEL_LIST);

	v->list.items = items ? items : arena_array(a, 1, struct cel_value *);
	v->list.count = count;
	return v;
}

struct cel_value *cel_map_of(struct arena *a, struct cel_pair *pairs, size_t count)
{
	struct cel_value *v = value_new(a, CEL_MAP);

	v->map.pairs = pairs ? pairs : arena_array(a, 1, struct cel_pair);
	v->map.count = count;
	return v;
}

/* ---- from nodes ---- */

static struct cel_value *from_text(struct arena *a, const struct node *n, enum cel_kind kind)
{
	struct cel_value *v = value_new(a, kind);
	struct buf bytes;
	bool good;

	if (kind == CEL_TIMESTAMP || kind == CEL_DURATION) {
		good = kind == CEL_TIMESTAMP
			       ? cel_parse_timestamp(n->text, n->len, &v->integer, &v->nanos)
			       : cel_parse_duration(n->text, n->len, &v->integer, &v->nanos);
		if (good)
			return v;
		return kind == CEL_TIMESTAMP ? cel_fail(a, "invalid timestamp %s", n->text)
					     : cel_fail(a, "invalid duration %s", n->text);
	}
	if (kind == CEL_BYTES) {
		buf_init(&bytes, 0);
		good = base64_decode(&bytes, n->text, n->len);
		v->text = (struct cel_text){ buf_dup(&bytes, a), bytes.len };
		buf_release(&bytes);
		return good ? v : cel_fail(a, "invalid bytes");
	}
	v->kind = CEL_STRING;
	v->text = (struct cel_text){ n->text, n->len };
	return v;
}

static struct cel_value *from_number(struct arena *a, const struct node *n, enum cel_kind kind)
{
	int64_t integer;
	double real;

	if (kind == CEL_DOUBLE && node_number(n, &real))
		return cel_double(a, real);
	if (node_integer(n, &integer))
		return cel_int(a, integer);
	if (!node_number(n, &real))
		return cel_fail(a, "invalid number %s", n->text);
	if (kind == CEL_INT && real == floor(real))
		return cel_int(a, (int64_t)real);
	return cel_double(a, real);
}

struct cel_value *cel_from_node(struct arena *a, const struct node *n, const struct cel_type *type)
{
	struct cel_value *v;

	switch ((enum node_type)n->type) {
	case NODE_NULL:
		return cel_null(a);
	case NODE_BOOL:
		return cel_bool(a, node_true(n));
	case NODE_INT:
	case NODE_FLOAT:
		return from_number(a, n, type->kind);
	case NODE_STR:
		return from_text(a, n, type->kind);
	case NODE_SEQ:
		v = value_new(a, CEL_LIST);
		v->list.node = n;
		v->list.count = n->len;
		v->list.element = type->kind == CEL_LIST ? type->element : cel_type_of(CEL_DYN);
		v->type = type;
		return v;
	case NODE_MAP:
		break;
	}
	v = value_new(a, type->kind == CEL_OBJECT ? CEL_OBJECT : CEL_MAP);
	v->map.node = n;
	v->map.count = n->len;
	v->map.type = type;
	v->type = type;
	return v;
}

struct cel_value *cel_list_at(struct arena *a, const struct cel_value *list, size_t i)
{
	return list->list.items ? list->list.items[i]
				: cel_from_node(a, list->list.node->items[i], list->list.element);
}

/* The type of a map's or object's entry, by its real name. */
static const struct cel_type *entry_type(struct arena *a, const struct cel_type *t, const char *key)
{
	const char *escaped, *json;
	const struct cel_type *field;

	if (t->kind == CEL_MAP)
		return t->element;
	if (t->kind != CEL_OBJECT)
		return cel_type_of(CEL_DYN);
	escaped = cel_escape(a, key);
	field = escaped ? t->object->field(t->object, a, escaped, &json) : NULL;
	return field ? field : cel_type_of(CEL_DYN);
}

struct cel_value *cel_map_key(struct arena *a, const struct cel_value *map, size_t i)
{
	if (map->map.pairs)
		return map->map.pairs[i].key;
	return cel_string(a, map->map.node->entries[i].key->text,
			  map->map.node->entries[i].key->len);
}

struct cel_value *cel_map_get(struct arena *a, const struct cel_value *map,
			      const struct cel_value *key)
{
	const struct node *n;
	size_t i;

	if (map->map.pairs) {
		for (i = 0; i < map->map.count; i++)
			if (cel_equal(a, map->map.pairs[i].key, key))
				return map->map.pairs[i].value;
		return NULL;
	}
	if (key->kind != CEL_STRING)
		return NULL;
	n = node_get_n(map->map.node, key->text.text, key->text.len);
	if (!n)
		return NULL;
	return cel_from_node(a, n, entry_type(a, map->map.type, key->text.text));
}

/* ---- comparing ---- */

static bool is_number(const struct cel_value *v)
{
	return v->kind == CEL_INT || v->kind == CEL_UINT || v->kind == CEL_DOUBLE;
}

static int compare_integers(const struct cel_value *x, const struct cel_value *y)
{
	if (x->kind == CEL_INT && y->kind == CEL_INT)
		return (x->integer > y->integer) - (x->integer < y->integer);
	if (x->kind == CEL_UINT && y->kind == CEL_UINT)
		return (x->natural > y->natural) - (x->natural < y->natural);
	if (x->kind == CEL_UINT)
		return -compare_integers(y, x);
	if (x->integer < 0)
		return -1;
	return ((uint64_t)x->integer > y->natural) - ((uint64_t)x->integer < y->natural);
}

static double as_double(const struct cel_value *v)
{
	return v->kind == CEL_DOUBLE ? v->real
	       : v->kind == CEL_INT  ? (double)v->integer
				     : (double)v->natural;
}

static int compare_text(const struct cel_text *x, const struct cel_text *y)
{
	int order = memcmp(x->text, y->text, x->len < y->len ? x->len : y->len);

	return order ? (order > 0) - (order < 0) : (x->len > y->len) - (x->len < y->len);
}

int cel_compare(const struct cel_value *x, const struct cel_value *y, bool *ok)
{
	*ok = true;
	if (is_number(x) && is_number(y)) {
		double p = as_double(x), q = as_double(y);

		if (x->kind != CEL_DOUBLE && y->kind != CEL_DOUBLE)
			return compare_integers(x, y);
		*ok = !isnan(p) && !isnan(q);
		return (p > q) - (p < q);
	}
	if (x->kind == y->kind && (x->kind == CEL_STRING || x->kind == CEL_BYTES))
		return compare_text(&x->text, &y->text);
	if (x->kind == y->kind && x->kind == CEL_BOOL)
		return x->truth - y->truth;
	if (x->kind == y->kind && (x->kind == CEL_TIMESTAMP || x->kind == CEL_DURATION)) {
		if (x->integer != y->integer)
			return x->integer > y->integer ? 1 : -1;
		return (x->nanos > y->nanos) - (x->nanos < y->nanos);
	}
	*ok = false;
	return 0;
}

static bool has_keys(struct arena *a, const struct node *keys, const struct cel_value *x,
		     const struct cel_value *y)
{
	uint32_t i;

	for (i = 0; i < keys->len; i++) {
		struct cel_value *key = cel_string(a, keys->items[i]->text, keys->items[i]->len);
		struct cel_value *p = cel_map_get(a, x, key), *q = cel_map_get(a, y, key);

		if ((p || q) && !(p && q && cel_equal(a, p, q)))
			return false;
	}
	return true;
}

/* Sets and list maps compare without regard to order. */
static bool unordered_equal(struct arena *a, const struct cel_value *x, const struct cel_value *y)
{
	const struct cel_type *t = x->type;
	size_t i, k;

	for (i = 0; i < x->list.count; i++) {
		struct cel_value *item = cel_list_at(a, x, i);

		for (k = 0; k < y->list.count; k++) {
			struct cel_value *other = cel_list_at(a, y, k);

			if (t->list == CEL_LIST_MAP && t->list_keys && item->kind == CEL_OBJECT &&
			    other->kind == CEL_OBJECT && !has_keys(a, t->list_keys, item, other))
				continue;
			if (cel_equal(a, item, other))
				break;
		}
		if (k == y->list.count)
			return false;
	}
	return true;
}

static bool list_equal(struct arena *a, const struct cel_value *x, const struct cel_value *y)
{
	size_t i;

	if (x->list.count != y->list.count)
		return false;
	if (x->type && x->type->kind == CEL_LIST && x->type->list != CEL_LIST_ATOMIC)
		return unordered_equal(a, x, y);
	for (i = 0; i < x->list.count; i++)
		if (!cel_equal(a, cel_list_at(a, x, i), cel_list_at(a, y, i)))
			return false;
	return true;
}

static bool map_equal(struct arena *a, const struct cel_value *x, const struct cel_value *y)
{
	struct cel_value *key, *other;
	size_t i;

	if (x->map.count != y->map.count)
		return false;
	for (i = 0; i < x->map.count; i++) {
		key = cel_map_key(a, x, i);
		other = cel_map_get(a, y, key);
		if (!other || !cel_equal(a, cel_map_get(a, x, key), other))
			return false;
	}
	return true;
}

bool cel_equal(struct arena *a, const struct cel_value *x, const struct cel_value *y)
{
	bool maps = (x->kind == CEL_MAP || x->kind == CEL_OBJECT) &&
		    (y->kind == CEL_MAP || y->kind == CEL_OBJECT),
	     ok;
	int order;

	if (maps)
		return map_equal(a, x, y);
	if (x->kind != y->kind && !(is_number(x) && is_number(y)))
		return false;
	switch (x->kind) {
	case CEL_NULL:
		return true;
	case CEL_LIST:
		return list_equal(a, x, y);
	case CEL_OPTIONAL:
		return x->inner && y->inner ? cel_equal(a, x->inner, y->inner)
					    : !x->inner && !y->inner;
	case CEL_TYPE:
		return x->type->kind == y->type->kind;
	case CEL_QUANTITY:
	case CEL_IP:
	case CEL_CIDR:
	case CEL_URL:
	case CEL_SEMVER:
	case CEL_FORMAT:
		return !compare_text(&x->text, &y->text);
	case CEL_ERROR:
	case CEL_DYN:
	case CEL_BOOL:
	case CEL_INT:
	case CEL_UINT:
	case CEL_DOUBLE:
	case CEL_STRING:
	case CEL_BYTES:
	case CEL_TIMESTAMP:
	case CEL_DURATION:
	case CEL_MAP:
	case CEL_OBJECT:
	case CEL_AUTHORIZER:
	case CEL_PARAM:
		break;
	}
	order = cel_compare(x, y, &ok);
	return ok && !order;
}

const char *cel_kind_name(const struct cel_value *v)
{
	static const char *const names[] = {
		[CEL_NULL] = "null_type",
		[CEL_BOOL] = "bool",
		[CEL_INT] = "int",
		[CEL_UINT] = "uint",
		[CEL_DOUBLE] = "double",
		[CEL_STRING] = "string",
		[CEL_BYTES] = "bytes",
		[CEL_TIMESTAMP] = "google.protobuf.Timestamp",
		[CEL_DURATION] = "google.protobuf.Duration",
		[CEL_LIST] = "list",
		[CEL_MAP] = "map",
		[CEL_OBJECT] = "object",
		[CEL_OPTIONAL] = "optional_type",
		[CEL_TYPE] = "type",
		[CEL_QUANTITY] = "kubernetes.Quantity",
		[CEL_IP] = "net.IP",
		[CEL_CIDR] = "net.CIDR",
		[CEL_URL] = "kubernetes.URL",
		[CEL_SEMVER] = "kubernetes.Semver",
		[CEL_FORMAT] = "kubernetes.NamedFormat",
	};

	return (size_t)v->kind < ARRAY_SIZE(names) && names[v->kind] ? names[v->kind] : "error";
}
