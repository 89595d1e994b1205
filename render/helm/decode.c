#include "render/helm/decode.h"

#include <stdlib.h>
#include <strings.h>

#include "base/number.h"

struct decoder {
	struct arena *arena;
	const char *in;	   /* the innermost struct's name */
	const char *error; /* the first */
};

const char *decode_type_word(const struct node *n)
{
	static const char *const words[] = { "null",   "bool",	"number", "number",
					     "string", "array", "object" };

	return words[n ? n->type : NODE_NULL];
}

static void mismatch(struct decoder *d, const struct node *n, const char *path, const char *type)
{
	const char *word = decode_type_word(n);

	if (d->error)
		return;
	if (*path)
		d->error =
			arena_printf(d->arena,
				     "error unmarshaling JSON: while decoding JSON: json: cannot "
				     "unmarshal %s into Go struct field %s.%s of type %s",
				     word, d->in, path, type);
	else
		d->error =
			arena_printf(d->arena,
				     "error unmarshaling JSON: while decoding JSON: json: cannot "
				     "unmarshal %s into Go value of type %s",
				     word, type);
}

/* What sigs.k8s.io/yaml writes where the target is a string; NULL when it is no scalar. */
static struct node *as_string(struct decoder *d, const struct node *n)
{
	char text[NUMBER_TEXT];
	int64_t integer;
	double number;
	struct node *out;

	if (n->type == NODE_STR)
		return node_copy_shallow(d->arena, n);
	if (n->type == NODE_BOOL)
		out = node_str(d->arena, node_true(n) ? "true" : "false");
	else if (n->type == NODE_INT && number_parse_int(n->text, n->len, &integer))
		out = node_str(d->arena, arena_printf(d->arena, "%lld", (long long)integer));
	else if (node_number(n, &number) && number_format(text, number, 'g'))
		out = node_str(d->arena, text);
	else
		return NULL;
	return node_at(out, n->origin);
}

static struct node *decode_string(struct decoder *d, const struct node *n, const char *path)
{
	struct node *out = as_string(d, n);

	if (!out)
		mismatch(d, n, path, "string");
	return out;
}

static struct node *decode_strings(struct decoder *d, const struct node *n, const char *path)
{
	struct node *out = node_at(node_seq(d->arena), n->origin), *item;

	if (n->type != NODE_SEQ) {
		mismatch(d, n, path, "[]string");
		return NULL;
	}
	for (uint32_t i = 0; i < n->len; i++) {
		item = node_is_null(n->items[i]) ? node_str(d->arena, "")
						 : decode_string(d, n->items[i], path);
		node_append(d->arena, out, item ? item : node_str(d->arena, ""));
	}
	return out;
}

static struct node *decode_string_map(struct decoder *d, const struct node *n, const char *path)
{
	struct node *out = node_at(node_map(d->arena), n->origin), *item;

	if (n->type != NODE_MAP) {
		mismatch(d, n, path, "map[string]string");
		return NULL;
	}
	for (uint32_t i = 0; i < n->len; i++) {
		const struct node_entry *e = &n->entries[i];

		item = node_is_null(e->value) ? node_str(d->arena, "")
					      : decode_string(d, e->value, path);
		if (item)
			node_set_n(d->arena, out, e->key->text, e->key->len, item);
	}
	return out;
}

static void decode_into(struct decoder *d, const struct decode_struct *s, const struct node *in,
			struct node *out, const char *path);

static struct node *decode_structs(struct decoder *d, const struct decode_field *f,
				   const struct node *n, const char *path)
{
	struct node *out = node_at(node_seq(d->arena), n->origin), *item;

	if (n->type != NODE_SEQ) {
		mismatch(d, n, path, arena_printf(d->arena, "[]*%s", f->of->type));
		return NULL;
	}
	for (uint32_t i = 0; i < n->len; i++) {
		if (node_is_null(n->items[i])) {
			node_append(d->arena, out, node_null(d->arena));
			continue;
		}
		item = node_at(node_map(d->arena), n->items[i]->origin);
		decode_into(d, f->of, n->items[i], item, path);
		node_append(d->arena, out, item);
	}
	return out;
}

static struct node *decode_field(struct decoder *d, const struct decode_field *f,
				 const struct node *n, const char *path)
{
	struct node *out;

	switch (f->kind) {
	case DECODE_STRING:
		return decode_string(d, n, path);
	case DECODE_BOOL:
		if (n->type == NODE_BOOL)
			return node_copy_shallow(d->arena, n);
		mismatch(d, n, path, "bool");
		return NULL;
	case DECODE_STRINGS:
		return decode_strings(d, n, path);
	case DECODE_STRING_MAP:
		return decode_string_map(d, n, path);
	case DECODE_ANYS:
		if (n->type == NODE_SEQ)
			return node_copy(d->arena, n);
		mismatch(d, n, path, "[]interface {}");
		return NULL;
	case DECODE_STRUCT:
		out = node_at(node_map(d->arena), n->origin);
		decode_into(d, f->of, n, out, path);
		return out;
	case DECODE_STRUCTS:
		return decode_structs(d, f, n, path);
	}
	return NULL;
}

static const struct decode_field *find_field(const struct decode_struct *s, const struct node *key)
{
	for (size_t i = 0; i < s->count; i++) {
		if (!strcmp(s->fields[i].name, key->text))
			return &s->fields[i];
	}
	for (size_t i = 0; i < s->count; i++) {
		if (!strcasecmp(s->fields[i].name, key->text))
			return &s->fields[i];
	}
	return NULL;
}

static int by_key(const void *a, const void *b)
{
	const struct node_entry *const *x = a, *const *y = b;

	return strcmp((*x)->key->text, (*y)->key->text);
}

/* Entries in the order of their keys: so the JSON between has them, and the first error counts. */
static void decode_into(struct decoder *d, const struct decode_struct *s, const struct node *in,
			struct node *out, const char *path)
{
	const struct node_entry **entries;
	const char *outer = d->in;

	if (in->type != NODE_MAP) {
		mismatch(d, in, path, s->type);
		return;
	}
	d->in = s->name;
	entries = arena_array(d->arena, in->len, const struct node_entry *);
	for (uint32_t i = 0; i < in->len; i++)
		entries[i] = &in->entries[i];
	qsort(entries, in->len, sizeof(*entries), by_key);
	for (uint32_t i = 0; i < in->len; i++) {
		const struct decode_field *f = find_field(s, entries[i]->key);
		struct node *value;

		if (!f || node_is_null(entries[i]->value))
			continue;
		value = decode_field(d, f, entries[i]->value,
				     *path ? arena_printf(d->arena, "%s.%s", path, f->name)
					   : f->name);
		if (value)
			node_set(d->arena, out, f->name, value);
	}
	d->in = outer;
}

const char *decode(struct arena *a, const struct decode_struct *s, const struct node *in,
		   struct node *out)
{
	struct decoder d = { .arena = a, .in = s->name };

	if (!node_is_null(in))
		decode_into(&d, s, in, out, "");
	return d.error;
}
