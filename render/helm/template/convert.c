/* convert: trees from readers into values, and values into the trees that writers print. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "base/json.h"
#include "base/number.h"
#include "render/helm/template/engine.h"
#include "render/helm/template/gotext.h"
#include "render/yaml/yaml.h"

/* ---- from a tree ---- */

struct from {
	struct arena *arena;
	bool integers;	       /* keep them as int64 */
	bool json;	       /* numbers are what encoding/json reads */
	const char *too_large; /* the first number of JSON that is no float64 */
	struct {
		const char *text; /* what the tree was read from; NULL: unknown */
		size_t len;
		origin_id origin; /* of its first byte */
	} read;
};

static struct value from_below(struct from *f, const struct node *n);

/* YAML's numbers: 0x, 0o, 0b and a leading 0 for octal, underscores between digits. */
static bool read_integer(const struct node *n, int64_t *out, double *large)
{
	char text[NUMBER_TEXT];
	size_t used = 0, i;
	uint64_t u;

	for (i = 0; i < n->len && used < sizeof(text) - 1; i++)
		if (n->text[i] != '_' && !(n->text[i] == '+' && !i))
			text[used++] = n->text[i];
	text[used] = 0;
	if (number_parse_int(text, used, out))
		return true;
	*large = number_parse_uint(text, used, &u) ? (double)u : strtod(text, NULL);
	return false;
}

static struct value from_json_number(struct from *f, const struct node *n)
{
	double d;

	if (!go_parse_float(n->text, n->len, &d))
		return value_float(d);
	if (!f->too_large)
		f->too_large = n->text;
	return VALUE_NIL;
}

static struct value from_number(struct from *f, const struct node *n)
{
	char text[NUMBER_TEXT];
	size_t used = 0, i;
	int64_t integer;
	double d;

	if (f->json)
		return from_json_number(f, n);
	if (n->type == NODE_INT) {
		if (!read_integer(n, &integer, &d))
			return value_float(d);
		return f->integers ? value_int64(integer) : value_float((double)integer);
	}
	for (i = 0; i < n->len && used < sizeof(text) - 1; i++)
		if (n->text[i] != '_')
			text[used++] = n->text[i];
	text[used] = 0;
	i = *text == '+' || *text == '-';
	if (text[i] == '.' && (text[i + 1] | 0x20) == 'i')
		return value_float(*text == '-' ? -INFINITY : INFINITY);
	if (text[i] == '.' && (text[i + 1] | 0x20) == 'n')
		return value_float(NAN);
	return value_float(strtod(text, NULL));
}

/* Each line of a literal block has its own place. */
static struct value from_block(struct from *f, const struct node *n)
{
	struct value v = value_str_ref(f->arena, n->text, n->len, n->origin);
	struct go_string *s = arena_new(f->arena, struct go_string);
	size_t count;

	*s = *v.s;
	s->spans = yaml_block_lines(f->arena, f->read.text, f->read.len, f->read.origin, n, &count);
	s->span_count = (uint32_t)count;
	v.s = s;
	return v;
}

static struct value from_scalar(struct from *f, const struct node *n)
{
	struct value v = VALUE_NIL;

	switch ((int)n->type) {
	case NODE_BOOL:
		v = value_bool(node_true(n));
		break;
	case NODE_INT:
	case NODE_FLOAT:
		v = from_number(f, n);
		break;
	case NODE_STR:
		v = n->style == STYLE_LITERAL && f->read.text
			    ? from_block(f, n)
			    : value_str_ref(f->arena, n->text, n->len, n->origin);
		break;
	default:
		break;
	}
	v.origin = n->origin;
	return v;
}

/* A key as a string: numbers and truth values are spelt as JSON keys are. */
static void key_text(struct from *f, const struct node *key, struct go_entry *e)
{
	double large;
	int64_t i;

	e->key = key->text;
	e->len = key->len;
	e->origin = key->origin;
	if (key->type == NODE_BOOL)
		e->key = node_true(key) ? "true" : "false";
	else if (key->type == NODE_NULL)
		e->key = "null";
	else if (key->type == NODE_INT && read_integer(key, &i, &large))
		e->key = arena_printf(f->arena, "%lld", (long long)i);
	if (e->key != key->text)
		e->len = (uint32_t)strlen(e->key);
}

static int entry_order(const void *a, const void *b)
{
	const struct go_entry *x = a, *y = b;
	int order = memcmp(x->key, y->key, x->len < y->len ? x->len : y->len);

	return order ? order : (x->len > y->len) - (x->len < y->len);
}

static struct value from_map(struct from *f, const struct node *n)
{
	struct value v = value_map(f->arena, &type_any_map);
	struct go_map *m = v.map;
	bool sorted = true;
	uint32_t i;

	m->cap = n->len;
	m->entries = arena_array(f->arena, n->len, struct go_entry);
	for (i = 0; i < n->len; i++) {
		key_text(f, n->entries[i].key, &m->entries[i]);
		m->entries[i].value = from_below(f, n->entries[i].value);
		if (i && entry_order(&m->entries[i - 1], &m->entries[i]) >= 0)
			sorted = false;
	}
	m->count = n->len;
	if (!sorted) {
		qsort(m->entries, m->count, sizeof(*m->entries), entry_order);
		for (i = 1, m->count = n->len > 0; i < n->len; i++)
			if (entry_order(&m->entries[m->count - 1], &m->entries[i]))
				m->entries[m->count++] = m->entries[i];
	}
	v.origin = n->origin;
	return v;
}

static struct value from_below(struct from *f, const struct node *n)
{
	struct value v;
	uint32_t i;

	if (!n)
		return VALUE_NIL;
	if (n->type == NODE_MAP)
		return from_map(f, n);
	if (n->type != NODE_SEQ)
		return from_scalar(f, n);
	v = value_list(f->arena, &type_any_list);
	v.list->items = arena_array(f->arena, n->len, struct value);
	v.list->cap = v.list->count = n->len;
	for (i = 0; i < n->len; i++)
		v.list->items[i] = from_below(f, n->items[i]);
	v.origin = n->origin;
	return v;
}

struct value value_from_node(struct arena *a, const struct node *n)
{
	return from_below(&(struct from){ .arena = a }, n);
}

struct value value_from_json(struct arena *a, const struct node *n, const char **too_large)
{
	struct from f = { .arena = a, .json = true };
	struct value v = from_below(&f, n);

	*too_large = f.too_large;
	return v;
}

struct value value_from_node_int64(struct arena *a, const struct node *n)
{
	return from_below(&(struct from){ .arena = a, .integers = true }, n);
}

struct value value_from_yaml(struct arena *a, const struct node *n, const char *text, size_t len,
			     origin_id origin)
{
	struct from f = { .arena = a };

	if (origin) {
		f.read.text = text;
		f.read.len = len;
		f.read.origin = origin;
	}
	return from_below(&f, n);
}

/* ---- to a tree ---- */

struct to {
	bool json;	     /* as encoding/json sees it; else as go-yaml v3 does */
	bool raw;	     /* leave bytes that are no UTF-8 to the writer */
	const char *unknown; /* the name of a type that can't be marshalled */
};

static struct node *to_below(struct arena *a, struct value v, unsigned depth, struct to *json);

static struct node *to_number(struct arena *a, double f, const struct to *json)
{
	char text[NUMBER_TEXT];
	size_t len;

	if ((isnan(f) || isinf(f)) && json->json)
		return NULL;
	if (isnan(f) || isinf(f)) {
		const char *word = isnan(f) ? ".nan" : f < 0 ? "-.inf" : ".inf";

		return node_scalar(a, NODE_FLOAT, word, strlen(word));
	}
	len = json->json ? number_format_json(text, f) : number_format(text, f, 'g');
	return node_scalar(a, strpbrk(text, ".eE") ? NODE_FLOAT : NODE_INT, text, len);
}

static struct node *to_base64(struct arena *a, const struct go_string *s)
{
	static const char digits[] =
		"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
	size_t len = s ? s->len : 0, i, at = 0;
	const unsigned char *from = s ? (const unsigned char *)s->text : NULL;
	char *out = arena_alloc(a, (len + 2) / 3 * 4 + 1);

	if (!s)
		return node_null(a);
	for (i = 0; i < len; i += 3) {
		uint32_t bits = (uint32_t)from[i] << 16 |
				(i + 1 < len ? (uint32_t)from[i + 1] << 8 : 0) |
				(i + 2 < len ? from[i + 2] : 0);

		out[at++] = digits[bits >> 18 & 63];
		out[at++] = digits[bits >> 12 & 63];
		out[at++] = i + 1 < len ? digits[bits >> 6 & 63] : '=';
		out[at++] = i + 2 < len ? digits[bits & 63] : '=';
	}
	return node_str_n(a, out, at);
}

/* JSON has no bytes that are no UTF-8: each becomes U+FFFD. */
static struct node *to_string(struct arena *a, const char *text, size_t len, const struct to *json)
{
	struct node *n;
	uint32_t rune;
	struct buf b;
	size_t at = 0;

	if (json->json && !json->raw) {
		if (!yaml_json_allowed(text, len))
			return NULL;
		n = yaml_json_fold(a, text, len);
		if (n)
			return n;
	}
	if (!json->json || json->raw || text_is_utf8(text, len))
		return node_scalar_ref(a, NODE_STR, text, len);
	buf_init(&b, 0);
	while (at < len) {
		at += rune_decode(text + at, len - at, &rune);
		buf_rune(&b, rune);
	}
	n = node_str_n(a, b.text, b.len);
	buf_release(&b);
	return n;
}

static struct node *to_list(struct arena *a, struct value v, unsigned depth, struct to *json)
{
	struct node *seq, *item;
	size_t i;

	if (v.type->elem == &type_uint8 && json->json)
		return to_base64(a, v.s);
	if (!v.list)
		return json->json ? node_null(a) : node_seq(a);
	seq = node_seq(a);
	for (i = 0; i < value_len(v); i++) {
		item = to_below(a, list_item(v, i), depth + 1, json);
		if (!item)
			return NULL;
		node_append(a, seq, item);
	}
	return seq;
}

static struct node *to_map(struct arena *a, struct value v, unsigned depth, struct to *json)
{
	struct node *map, *item, *key;
	size_t i;

	if (!v.map)
		return json->json ? node_null(a) : node_map(a);
	map = node_map(a);
	for (i = 0; i < v.map->count; i++) {
		const struct go_entry *e = &v.map->entries[i];

		item = to_below(a, map_item(v, e), depth + 1, json);
		if (!item || (json->json && !json->raw && !yaml_json_key_fits(e->key, e->len)))
			return NULL;
		key = to_string(a, e->key, e->len, json);
		if (!key)
			return NULL;
		node_append_entry(a, map, node_at(key, e->origin ? e->origin : item->origin), item);
	}
	return map;
}

static bool skips(const struct go_field *field, struct value v)
{
	enum go_kind k = value_kind(v);

	if (!field->json)
		return true;
	return field->omitempty && k != GO_STRUCT &&
	       (k == GO_MAP || k == GO_SLICE || k == GO_STRING ? !value_len(v)
							       : !value_truth(v, &(bool){ false }));
}

static bool is_exported(const struct go_field *field)
{
	return *field->name >= 'A' && *field->name <= 'Z';
}

/* go-yaml v3's name for a field without a tag of its own. */
static const char *lower_name(struct arena *a, const struct go_field *field)
{
	char *name = arena_strdup(a, field->name), *at;

	for (at = name; *at; at++)
		if (*at >= 'A' && *at <= 'Z')
			*at = (char)(*at | 0x20);
	return name;
}

static bool to_fields(struct arena *a, struct node *map, struct value v, unsigned depth,
		      struct to *json)
{
	const struct go_type *t = v.type->kind == GO_PTR ? v.type->elem : v.type;
	struct node *item;
	size_t i;

	for (i = 0; i < t->field_count; i++) {
		if (t->fields[i].embedded && json->json) {
			if (!to_fields(a, map, v.fields[i], depth, json))
				return false;
			continue;
		}
		if (json->json ? skips(&t->fields[i], v.fields[i]) : !is_exported(&t->fields[i]))
			continue;
		item = to_below(a, v.fields[i], depth + 1, json);
		if (!item)
			return false;
		node_set(a, map, json->json ? t->fields[i].json : lower_name(a, &t->fields[i]),
			 item);
	}
	return true;
}

static struct node *to_struct(struct arena *a, struct value v, unsigned depth, struct to *json)
{
	const struct go_type *t = v.type->kind == GO_PTR ? v.type->elem : v.type;
	struct node *map;
	struct buf b;

	if (v.type->kind == GO_PTR && !v.data)
		return node_null(a);
	if (v.type->marshal || t->marshal) {
		struct node *text;

		buf_init(&b, 0);
		(v.type->marshal ? v.type->marshal : t->marshal)(v, &b);
		text = json->json ? node_str_n(a, b.text, b.len)
				  : node_scalar(a, NODE_FLOAT, b.text, b.len);
		buf_release(&b);
		return text;
	}
	map = node_map(a);
	map->tagged = !json->json; /* fields keep their order */
	return to_fields(a, map, v, depth, json) ? map : NULL;
}

static struct node *to_plain(struct arena *a, struct value v, unsigned depth, struct to *json)
{
	char text[32];
	enum go_kind k = value_kind(v);

	if (k == GO_INVALID)
		return node_null(a);
	if (k == GO_BOOL)
		return node_bool(a, v.b);
	if (kind_is_int(k))
		return node_int(a, v.i);
	if (kind_is_uint(k)) {
		int len = snprintf(text, sizeof(text), "%llu", (unsigned long long)v.u);

		return node_scalar(a, NODE_INT, text, (size_t)len);
	}
	if (kind_is_float(k))
		return to_number(a, v.f, json);
	if (k == GO_STRING)
		return to_string(a, v.s->text, v.s->len, json);
	if (k == GO_SLICE || k == GO_ARRAY)
		return to_list(a, v, depth, json);
	if (k == GO_MAP)
		return to_map(a, v, depth, json);
	if (k == GO_STRUCT || k == GO_PTR)
		return to_struct(a, v, depth, json);
	json->unknown = v.type->name;
	return NULL;
}

static struct node *to_below(struct arena *a, struct value v, unsigned depth, struct to *json)
{
	struct node *n = depth > LIMIT_DEPTH * 2 ? NULL : to_plain(a, v, depth, json);

	if (n && !n->origin)
		n->origin =
			v.type == &type_string && v.s->span_count ? v.s->spans[0].origin : v.origin;
	return n;
}

struct node *value_to_node(struct arena *a, struct value v)
{
	return to_below(a, v, 0, &(struct to){ .json = true });
}

struct node *value_to_json_node(struct arena *a, struct value v)
{
	return to_below(a, v, 0, &(struct to){ .json = true, .raw = true });
}

struct node *value_to_plain_node(struct arena *a, struct value v, const char **unknown)
{
	struct to to = { .json = false };
	struct node *n = to_below(a, v, 0, &to);

	*unknown = to.unknown;
	return n;
}
