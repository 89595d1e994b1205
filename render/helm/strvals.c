#include "render/helm/strvals.h"

#include <string.h>
#include <strings.h>

#include "base/goquote.h"
#include "base/json.h"
#include "base/limits.h"
#include "base/number.h"
#include "base/utf8.h"

enum { MAX_INDEX = 65536, MAX_NESTING = 30 };

/* Not an error: the text has ended. Compared by address. */
static const char end_of_text[] = "EOF";

struct parser {
	struct arena *arena;
	const struct strvals_options *options;
	const char *start, *p, *end;
	unsigned depth; /* of lists in lists */
};

/* A piece of the text with escapes undone. */
struct piece {
	const char *text;
	size_t len;
	origin_id origin;
	char stop; /* what ended it, 0: the text's end */
};

static origin_id origin_here(const struct parser *t)
{
	return t->options->origin ? t->options->origin + (origin_id)(t->p - t->start) : 0;
}

/* Read up to one of `stops`, which is consumed. */
static struct piece read_until(struct parser *t, const char *stops)
{
	bool escapes = t->options->kind != STRVALS_LITERAL;
	char *out = arena_alloc(t->arena, (size_t)(t->end - t->p) + 1);
	struct piece piece = { .text = out, .origin = origin_here(t) };

	while (t->p < t->end && !piece.stop) {
		char c = *t->p++;

		if (c && strchr(stops, c))
			piece.stop = c;
		else if (c != '\\' || !escapes)
			out[piece.len++] = c;
		else if (t->p < t->end)
			out[piece.len++] = *t->p++;
	}
	out[piece.len] = '\0';
	return piece;
}

static struct value at(struct value v, origin_id origin)
{
	v.origin = origin;
	return v;
}

/* --set's idea of types. */
static struct value typed(struct arena *a, const struct piece *piece)
{
	const char *digits = piece->text + (*piece->text == '-' || *piece->text == '+');
	int64_t integer;

	if (!strcasecmp(piece->text, "true") || !strcasecmp(piece->text, "false"))
		return value_bool(*piece->text == 't' || *piece->text == 'T');
	if (!strcasecmp(piece->text, "null"))
		return VALUE_NIL;
	if (!strcmp(piece->text, "0"))
		return value_int64(0);
	if (*digits && !digits[strspn(digits, "0123456789")] && *piece->text != '0') {
		const char *number = digits + strspn(digits, "0");
		const char *text = arena_printf(a, "%s%s", *piece->text == '-' ? "-" : "",
						*number ? number : "0");

		if (number_parse_int(text, strlen(text), &integer))
			return value_int64(integer);
	}
	return value_str_n(a, piece->text, piece->len);
}

static const char *convert(struct parser *t, const struct piece *piece, struct value *out)
{
	const char *error = NULL;

	if (t->options->kind == STRVALS_FILE)
		error = t->options->read(t->options->data, piece->text, out);
	else if (t->options->kind == STRVALS_TYPED)
		*out = at(typed(t->arena, piece), piece->origin);
	else
		*out = at(value_str_n(t->arena, piece->text, piece->len), piece->origin);
	return error;
}

/* Skip space and one comma; whether nothing else stood there. */
static bool read_empty(struct parser *t)
{
	while (t->p < t->end) {
		if (*t->p == ',') {
			t->p++;
			return true;
		}
		if (!strchr(" \t\r\n\v\f", *t->p) || !*t->p)
			return false;
		t->p++;
	}
	return true;
}

static const char *read_json(struct parser *t, struct value *out)
{
	struct json_options options = { .origin = origin_here(t) };
	struct err err = ERR_INIT;
	const struct node *n;
	size_t used = 0;

	*out = at(VALUE_NIL, origin_here(t));
	if (read_empty(t))
		return NULL;
	options.origin = origin_here(t);
	options.end = &used;
	n = json_read(t->arena, t->p, (size_t)(t->end - t->p), &options, &err);
	if (!n)
		return arena_printf(t->arena, "%s", err.msg);
	*out = value_from_node(t->arena, n);
	t->p += used;
	read_empty(t);
	return NULL;
}

/* "{a,b}" after its brace. */
static const char *read_list(struct parser *t, struct value *out)
{
	const char *error = NULL;

	*out = at(value_list(t->arena, &type_any_list), origin_here(t));
	t->p++;
	for (;;) {
		struct piece piece = read_until(t, ",}");
		struct value v = VALUE_NIL;

		if (!piece.stop)
			return "list must terminate with '}'";
		if (piece.stop == '}' && t->p < t->end && *t->p == ',')
			t->p++;
		error = convert(t, &piece, &v);
		if (!error || piece.stop == '}')
			value_append(t->arena, *out, v);
		if (error || piece.stop == '}')
			return error;
	}
}

/* What follows a '='. */
static const char *read_value(struct parser *t, struct value *out)
{
	struct piece piece;

	if (t->options->kind == STRVALS_LITERAL) {
		piece = read_until(t, "");
		*out = at(value_str_n(t->arena, piece.text, piece.len), piece.origin);
		return NULL;
	}
	if (t->options->kind == STRVALS_JSON)
		return read_json(t, out);
	*out = at(value_str(t->arena, ""), origin_here(t));
	if (t->p == t->end)
		return end_of_text;
	if (*t->p == '{')
		return read_list(t, out);
	piece = read_until(t, ",");
	*out = VALUE_NIL;
	return convert(t, &piece, out);
}

static void set(struct parser *t, struct value map, const struct piece *key, struct value v)
{
	if (key->len)
		value_set_n(t->arena, map, key->text, key->len, v);
}

static const char *read_index(struct parser *t, int64_t *out)
{
	struct piece piece = read_until(t, "]");
	const char *digits = piece.text + (*piece.text == '-' || *piece.text == '+');
	const char *number = digits + strspn(digits, "0"), *text;

	if (!piece.stop)
		return "error parsing index: EOF";
	text = arena_printf(t->arena, "%s%s", *piece.text == '-' ? "-" : "",
			    *number ? number : "0");
	if (!*digits || digits[strspn(digits, "0123456789")])
		return arena_printf(t->arena,
				    "error parsing index: strconv.Atoi: parsing %s: invalid syntax",
				    goquote(t->arena, piece.text));
	if (!number_parse_int(text, strlen(text), out))
		return arena_printf(t->arena,
				    "error parsing index: strconv.Atoi: parsing %s: value out of "
				    "range",
				    goquote(t->arena, piece.text));
	return NULL;
}

/* What a failed type assertion of Go's says, which Helm turns into an error. */
static const char *not_a(struct parser *t, struct value v, const char *wanted)
{
	return arena_printf(t->arena,
			    "unable to parse key: interface conversion: interface {} is %s, not %s",
			    v.type ? v.type->name : "nil", wanted);
}

static const char *set_index(struct parser *t, struct value list, int64_t i, struct value v)
{
	if (i < 0)
		return arena_printf(t->arena, "negative %lld index not allowed", (long long)i);
	if (i > MAX_INDEX)
		return arena_printf(t->arena,
				    "index of %lld is greater than maximum supported index of %d",
				    (long long)i, MAX_INDEX);
	while (list.list->count <= (size_t)i)
		value_append(t->arena, list, VALUE_NIL);
	list.list->items[i] = v;
	return NULL;
}

static const char *read_key(struct parser *t, struct value map, unsigned nesting);

/* Go's %q of a []rune. */
static const char *quote_runes(struct arena *a, const struct piece *piece)
{
	struct buf b;
	const char *out;

	buf_init(&b, 0);
	for (size_t i = 0; i < piece->len;) {
		size_t n = utf8_length(piece->text + i, piece->len - i);

		buf_printf(&b, "%s'%.*s'", i ? " " : "", (int)(n ? n : 1), piece->text + i);
		i += n ? n : 1;
	}
	out = arena_printf(a, "unexpected data at end of array index: [%s]", b.text);
	buf_release(&b);
	return out;
}

static const char *read_item(struct parser *t, struct value list, int64_t i, unsigned nesting);

static const char *read_nested_list(struct parser *t, struct value list, int64_t i,
				    unsigned nesting)
{
	struct value inner = VALUE_NIL;
	const char *error;
	int64_t next;

	error = read_index(t, &next);
	if (error)
		return error;
	if ((size_t)i < list.list->count)
		inner = list.list->items[i];
	if (inner.type && value_kind(inner) != GO_SLICE)
		return not_a(t, inner, "[]interface {}");
	if (!inner.type)
		inner = at(value_list(t->arena, &type_any_list), origin_here(t));
	error = read_item(t, inner, next, nesting);
	return error ? error : set_index(t, list, i, inner);
}

static const char *read_nested_map(struct parser *t, struct value list, int64_t i, unsigned nesting)
{
	struct value inner = at(value_map(t->arena, &type_any_map), origin_here(t));
	const char *error;

	if ((size_t)i < list.list->count) {
		if (value_kind(list.list->items[i]) == GO_MAP)
			inner = list.list->items[i];
		else
			list.list->items[i] = inner;
	}
	error = read_key(t, inner, nesting);
	return error ? error : set_index(t, list, i, inner);
}

/* What follows an index. */
static const char *read_item(struct parser *t, struct value list, int64_t i, unsigned nesting)
{
	struct piece piece;
	const char *error;
	struct value v;

	if (i < 0)
		return arena_printf(t->arena, "negative %lld index not allowed", (long long)i);
	piece = read_until(t, "[.=");
	if (piece.len)
		return quote_runes(t->arena, &piece);
	switch (piece.stop) {
	case '=':
		error = read_value(t, &v);
		if (error && error != end_of_text)
			return error;
		return set_index(t, list, i, v);
	case '[':
		if (++t->depth > LIMIT_DEPTH)
			return "lists are nested too deeply";
		error = read_nested_list(t, list, i, nesting);
		t->depth--;
		return error;
	case '.':
		return read_nested_map(t, list, i, nesting);
	default:
		return end_of_text;
	}
}

static const char *read_key_index(struct parser *t, struct value map, const struct piece *key,
				  unsigned nesting)
{
	struct value list;
	struct go_entry *old;
	const char *error;
	int64_t i = 0;

	error = read_index(t, &i);
	if (error)
		return error;
	old = value_entry(&map, key->text, key->len);
	list = old ? old->value : at(value_list(t->arena, &type_any_list), key->origin);
	if (value_kind(list) != GO_SLICE)
		return not_a(t, list, "[]interface {}");
	error = read_item(t, list, i, nesting);
	set(t, map, key, list);
	return error;
}

static const char *read_key_dot(struct parser *t, struct value map, const struct piece *key,
				unsigned nesting)
{
	struct value inner = at(value_map(t->arena, &type_any_map), key->origin);
	struct go_entry *old = value_entry(&map, key->text, key->len);
	const char *error;

	if (nesting + 1 > MAX_NESTING)
		return arena_printf(t->arena,
				    "value name nested level is greater than maximum supported "
				    "nested level of %d",
				    MAX_NESTING);
	if (old)
		inner = old->value;
	if (value_kind(inner) != GO_MAP)
		return not_a(t, inner, "map[string]interface {}");
	error = read_key(t, inner, nesting + 1);
	if (!error && !inner.map->count)
		return arena_printf(t->arena, "key map %s has no value",
				    goquote(t->arena, key->text));
	if (inner.map->count)
		set(t, map, key, inner);
	return error;
}

static const char *read_key(struct parser *t, struct value map, unsigned nesting)
{
	bool literal = t->options->kind == STRVALS_LITERAL;
	struct piece key = read_until(t, literal ? "=[." : "=[,.");
	const char *error;
	struct value v;

	switch (key.stop) {
	case '[':
		return read_key_index(t, map, &key, nesting);
	case '.':
		return read_key_dot(t, map, &key, nesting);
	case ',':
		set(t, map, &key, value_str(t->arena, ""));
		return arena_printf(t->arena, "key %s has no value (cannot end with ,)",
				    goquote(t->arena, key.text));
	case '=':
		error = read_value(t, &v);
		if (!error || error == end_of_text)
			set(t, map, &key, v);
		return error;
	default:
		if (!key.len)
			return end_of_text;
		return arena_printf(t->arena, "key %s has no value", goquote(t->arena, key.text));
	}
}

const char *strvals_parse(struct arena *a, const char *text, const struct strvals_options *options,
			  struct value into)
{
	struct parser t = {
		.arena = a, .options = options, .start = text, .p = text, .end = text + strlen(text)
	};
	const char *error;

	do
		error = read_key(&t, into, 0);
	while (!error);
	return error == end_of_text ? NULL : error;
}
