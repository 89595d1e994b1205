/* A mapping's keys as each dialect has them, duplicates, and merges. */
#include <string.h>
#include "base/goquote.h"
#include "base/number.h"
#include "render/yaml/internal_reader.h"

/* sigs.k8s.io/yaml turns keys into strings: `yes: 1` has the key "true", `0x10: 1` the key "16". */
int reader_key_as_string(struct reader *r, struct node *key, const yaml_mark_t *mark)
{
	char text[NUMBER_TEXT];
	int64_t number;
	double value;

	if (r->dialect == YAML_SIGS && key->type == NODE_NULL)
		return reader_fail(r, ERR_INPUT, mark, "a mapping's key must not be null");
	if (r->dialect == YAML_SIGS && key->type == NODE_BOOL) {
		key->text = node_true(key) ? "true" : "false";
	} else if (r->dialect == YAML_SIGS && key->type == NODE_INT &&
		   number_parse_int(key->text, key->len, &number)) {
		key->text = arena_printf(r->arena, "%lld", (long long)number);
	} else if (r->dialect == YAML_SIGS && key->type == NODE_FLOAT &&
		   number_parse_float(key->text, key->len, &value)) {
		number_format(text, (double)(float)value, 'g');
		key->text = arena_strdup(r->arena, text);
	} else {
		key->type = NODE_STR;
		return 0;
	}
	key->len = (uint32_t)strlen(key->text);
	key->type = NODE_STR;
	return 0;
}

/* sigs.k8s.io/yaml's words for a null key, with Go's %+#v of what stands behind it. */
const char *reader_null_key(struct reader *r, const struct node *value)
{
	static const char text[] = "unsupported map key of type: %!s(<nil>), key: <nil>, value: ";
	const char *shown = value->text;

	if (!node_is_scalar(value))
		return NULL;
	if (value->type == NODE_NULL)
		shown = "<nil>";
	else if (value->type == NODE_BOOL)
		shown = node_true(value) ? "true" : "false";
	else if (value->type == NODE_STR)
		shown = goquote(r->arena, value->text);
	return arena_printf(r->arena, "%.*s%s", (int)sizeof(text) - 1, text, shown);
}

/* Go's %#v of what a key was decoded to. */
static void put_go_syntax(struct reader *r, struct buf *b, const struct node *n)
{
	bool map = node_is(n, NODE_MAP);
	uint32_t i;

	if (map || node_is(n, NODE_SEQ)) {
		buf_str(b, map ? "map[interface {}]interface {}{" : "[]interface {}{");
		for (i = 0; i < n->len; i++) {
			buf_str(b, i ? ", " : "");
			if (map) {
				put_go_syntax(r, b, n->entries[i].key);
				buf_str(b, ":");
			}
			put_go_syntax(r, b, map ? n->entries[i].value : n->items[i]);
		}
		buf_str(b, "}");
	} else if (n->type == NODE_NULL) {
		buf_str(b, "interface {}(nil)");
	} else if (n->type == NODE_BOOL) {
		buf_str(b, node_true(n) ? "true" : "false");
	} else {
		buf_str(b, n->type == NODE_STR ? goquote(r->arena, n->text) : n->text);
	}
}

int reader_fail_key(struct reader *r, const struct node *key, const yaml_mark_t *mark)
{
	struct buf b;

	buf_init(&b, LIMIT_TEMPLATE_BYTES);
	put_go_syntax(r, &b, key);
	r->go_error = arena_printf(r->arena, "yaml: invalid map key: %s", b.text);
	buf_release(&b);
	r->odd = true;
	reader_fail(r, ERR_INPUT, mark, "a mapping's key must be a scalar");
	return reader_put_off(r, 0);
}

/* Whether a key's node is one of those that a merge brought. */
static bool is_from(const struct node *merged, const struct node *key)
{
	uint32_t i;

	if (!merged)
		return false;
	if (node_is(merged, NODE_SEQ)) {
		for (i = 0; i < merged->len; i++)
			if (node_is(merged->items[i], NODE_MAP) && is_from(merged->items[i], key))
				return true;
		return false;
	}
	for (i = 0; node_is(merged, NODE_MAP) && i < merged->len; i++)
		if (merged->entries[i].key == key)
			return true;
	return false;
}

void reader_put_entry(struct reader *r, struct node *map, struct node *key, struct node *value,
		      const struct node *merged)
{
	struct node_entry *e;
	uint32_t i;

	if (!node_get_n(map, key->text, key->len)) {
		node_append_entry(r->arena, map, key, value);
		return;
	}
	for (i = 0; i < map->len; i++) {
		e = &map->entries[i];
		if (e->key->len != key->len || memcmp(e->key->text, key->text, key->len))
			continue;
		*vec_push(r->arena, &r->duplicates) =
			(struct yaml_duplicate){ .map = map,
						 .key = key,
						 .first = e->key,
						 .lost = e->value,
						 .merged = is_from(merged, e->key) };
		if (is_from(merged, e->key))
			e->key = key;
		e->value = value;
		return;
	}
}

/*
 * go-yaml v2 merges where the '<<' stands, over what the mapping said before; its strict decoding
 * takes such a key for a duplicate.
 */
static void override(struct reader *r, struct node *map, const struct node_entry *by)
{
	uint32_t i;

	for (i = 0; i < map->len; i++) {
		struct node_entry *e = &map->entries[i];

		if (e->key->len != by->key->len ||
		    memcmp(e->key->text, by->key->text, by->key->len))
			continue;
		*vec_push(r->arena, &r->duplicates) = (struct yaml_duplicate){
			.map = map, .key = e->key, .first = by->key, .merged = true
		};
		e->value = by->value;
	}
}

static int merge_map(struct reader *r, struct node *map, const struct node *from,
		     const yaml_mark_t *mark)
{
	uint32_t i;

	if (!node_is(from, NODE_MAP)) {
		r->go_error = "yaml: map merge requires map or sequence of maps as the value";
		reader_fail(r, ERR_INPUT, mark,
			    "a merge ('<<') needs a mapping or a list of mappings");
		return reader_put_off(r, 0);
	}
	for (i = 0; i < from->len; i++) {
		struct node_entry *e = &from->entries[i];

		if (!node_get_n(map, e->key->text, e->key->len))
			node_append_entry(r->arena, map, e->key, e->value);
		else if (r->dialect == YAML_SIGS)
			override(r, map, e);
	}
	return 0;
}

/* The first mapping of a list wins. */
int reader_merge(struct reader *r, struct node *map, const struct node *merged,
		 const yaml_mark_t *mark)
{
	uint32_t i;

	if (!node_is(merged, NODE_SEQ))
		return merge_map(r, map, merged, mark);
	for (i = 0; i < merged->len; i++) {
		uint32_t at = r->dialect == YAML_SIGS ? merged->len - 1 - i : i;

		if (merge_map(r, map, merged->items[at], mark) < 0)
			return -1;
	}
	return 0;
}

bool reader_is_merge_key(const struct node *key)
{
	return key->type <= NODE_STR && key->style == STYLE_PLAIN && key->len == 2 &&
	       !memcmp(key->text, "<<", 2);
}
