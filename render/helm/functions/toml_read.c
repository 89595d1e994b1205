/*
 * toml_read: tables, keys and values over toml_lex's words.
 *
 * Which keys may be written twice follows BurntSushi's book-keeping, whose results show: a table
 * that a dotted key or a header only implied may be said once more, and what is said then is lost.
 */
#include "render/helm/functions/toml_read.h"
#include <string.h>
#include "base/map.h"
#include "render/helm/functions/toml_lex.h"
#include "render/helm/functions/toml_scalar.h"
#include "render/helm/template/gotext.h"

struct key {
	struct name *parts;
	size_t count;
};

struct reader {
	struct arena *arena;
	struct value source;
	struct toml_lexer lex;
	struct value root;
	struct key context;  /* the table that keys go into */
	struct name current; /* the key that is being read, or empty */
	unsigned line;	     /* of the last key or header */
	unsigned depth;
	struct map implied; /* full keys of tables that were not written out */
	struct map arrays;  /* full keys of arrays */
};

static char present;

/* ---- keys ---- */

static struct key key_add(struct reader *r, struct key k, struct name part)
{
	struct key out = { arena_alloc(r->arena, (k.count + 1) * sizeof(*out.parts)), k.count + 1 };

	if (k.count)
		memcpy(out.parts, k.parts, k.count * sizeof(*out.parts));
	out.parts[k.count] = part;
	return out;
}

static struct key key_parent(struct key k)
{
	return (struct key){ k.parts, k.count - 1 };
}

static struct name key_last(struct key k)
{
	return k.parts[k.count - 1];
}

static bool is_bare(struct name s)
{
	size_t i;

	for (i = 0; i < s.len; i++)
		if (!((s.text[i] >= '0' && s.text[i] <= '9') ||
		      ((s.text[i] | 0x20) >= 'a' && (s.text[i] | 0x20) <= 'z') ||
		      s.text[i] == '_' || s.text[i] == '-'))
			return false;
	return s.len > 0;
}

static void put_quoted(struct buf *b, struct name s)
{
	static const char from[] = "\t\b\n\f\r\"\\", to[] = "tbnfr\"\\";
	const char *hit;
	size_t i;

	buf_char(b, '"');
	for (i = 0; i < s.len; i++) {
		unsigned char c = (unsigned char)s.text[i];

		hit = c ? strchr(from, c) : NULL;
		if (hit)
			buf_printf(b, "\\%c", to[hit - from]);
		else if (c < ' ' || c == 0x7f)
			buf_printf(b, "\\u00%02x", c);
		else
			buf_char(b, s.text[i]);
	}
	buf_char(b, '"');
}

static struct name key_text(struct reader *r, struct key k)
{
	struct name out;
	struct buf b;
	size_t i;

	buf_init(&b, 0);
	for (i = 0; i < k.count; i++) {
		if (i)
			buf_char(&b, '.');
		if (is_bare(k.parts[i]))
			buf_add(&b, k.parts[i].text, k.parts[i].len);
		else
			put_quoted(&b, k.parts[i]);
	}
	out = (struct name){ buf_dup(&b, r->arena), b.len };
	buf_release(&b);
	return out;
}

static bool is_marked(struct map *m, struct name key)
{
	return map_get_n(m, key.text, key.len) != NULL;
}

static void mark(struct map *m, struct name key, bool on)
{
	*map_at_n(m, key.text, key.len) = on ? &present : NULL;
}

static bool fail_defined(struct reader *r, struct key k)
{
	return toml_fail(&r->lex, r->line, "Key '%s' has already been defined.",
			 key_text(r, k).text);
}

/* ---- the tables ---- */

/* The table at an entry: the entry's own, or the last of its array. */
static bool table_at(const struct go_entry *e, struct value *out)
{
	if (e->value.type == &type_map_list && value_len(e->value)) {
		*out = e->value.list->items[e->value.list->count - 1];
		return true;
	}
	*out = e->value;
	return e->value.type == &type_any_map;
}

static bool set_value(struct reader *r, struct name name, struct value v)
{
	struct value table = r->root;
	struct key full = key_add(r, r->context, name);
	struct go_entry *e;
	struct name text;
	size_t i;

	for (i = 0; i < r->context.count; i++) {
		e = value_entry(&table, r->context.parts[i].text, r->context.parts[i].len);
		if (!e || !table_at(e, &table))
			return fail_defined(r, (struct key){ full.parts, i + 1 });
	}
	e = value_entry(&table, name.text, name.len);
	if (!e) {
		value_set_n(r->arena, table, name.text, name.len, v);
		return true;
	}
	text = key_text(r, full);
	if (!is_marked(&r->implied, text))
		return fail_defined(r, full);
	mark(&r->implied, text, false);
	if (is_marked(&r->arrays, text))
		e->value = v;
	return true;
}

/* Make `key`'s table the context, with what is missing above it. */
static bool add_context(struct reader *r, struct key key, bool array)
{
	struct value table = r->root;
	struct name last = key_last(key);
	struct go_entry *e;
	size_t i;

	for (i = 0; i + 1 < key.count; i++) {
		struct name part = key.parts[i];
		struct key above = { key.parts, i + 1 };

		if (!value_entry(&table, part.text, part.len)) {
			mark(&r->implied, key_text(r, above), true);
			value_set_n(r->arena, table, part.text, part.len,
				    value_map(r->arena, &type_any_map));
		}
		e = value_entry(&table, part.text, part.len);
		if (!table_at(e, &table))
			return toml_fail(&r->lex, r->line,
					 "Key '%s' was already created as a hash.",
					 key_text(r, above).text);
	}
	r->context = key_parent(key);
	if (!array) {
		if (!set_value(r, last, value_map(r->arena, &type_any_map)))
			return false;
	} else {
		if (!value_entry(&table, last.text, last.len))
			value_set_n(r->arena, table, last.text, last.len,
				    value_list(r->arena, &type_map_list));
		e = value_entry(&table, last.text, last.len);
		if (e->value.type != &type_map_list)
			return toml_fail(
				&r->lex, r->line,
				"Key '%s' was already created and cannot be used as an array.",
				key_text(r, key).text);
		value_append(r->arena, e->value, value_map(r->arena, &type_any_map));
	}
	r->context = key;
	return true;
}

static void set_array(struct reader *r, struct name name, bool array)
{
	struct key full = name.len ? key_add(r, r->context, name) : r->context;

	mark(&r->arrays, full.count ? key_text(r, full) : (struct name){ "\"\"", 2 }, array);
}

/* ---- values ---- */

static bool read_value(struct reader *r, bool in_array, struct value *out);

static bool read_array(struct reader *r, struct value *out)
{
	struct value item = VALUE_NIL;
	enum toml_word next;

	set_array(r, r->current, true);
	*out = value_list(r->arena, &type_any_list);
	do {
		next = toml_before_element(&r->lex);
		if (next != TOML_WORD_COMMA)
			break;
		if (!read_value(r, true, &item))
			return false;
		value_append(r->arena, *out, item);
		next = toml_behind_element(&r->lex);
	} while (next == TOML_WORD_COMMA);
	return next == TOML_WORD_END;
}

/* A key's parts, '=' included. */
static bool read_key(struct reader *r, struct key *out)
{
	struct toml_item it = { 0 };
	bool last = false;

	*out = (struct key){ 0 };
	while (!last) {
		if (out->count >= LIMIT_DEPTH)
			return toml_fail(&r->lex, r->lex.line, "nested too deeply");
		if (!toml_key_part(&r->lex, !out->count, &it, &last))
			return false;
		if (!out->count)
			r->line = it.line;
		*out = key_add(r, *out, (struct name){ it.text, it.len });
	}
	return true;
}

/* key = value, into the context; the value is also put into `own`, an inline table's map. */
static bool read_pair(struct reader *r, struct value *own)
{
	struct value v = VALUE_NIL, inner;
	struct go_entry *e;
	struct key key;
	size_t i;

	if (!read_key(r, &key))
		return false;
	r->current = key_last(key);
	for (i = 0; i + 1 < key.count; i++) {
		struct key full = key_add(r, r->context, key.parts[i]);

		mark(&r->implied, key_text(r, full), true);
		if (!add_context(r, full, false))
			return false;
	}
	if (!read_value(r, false, &v) || !set_value(r, r->current, v))
		return false;
	set_array(r, r->current, v.type == &type_any_list);
	if (!own)
		return true;
	inner = *own;
	for (i = 0; i + 1 < key.count; i++) {
		if (!value_entry(&inner, key.parts[i].text, key.parts[i].len))
			value_set_n(r->arena, inner, key.parts[i].text, key.parts[i].len,
				    value_map(r->arena, &type_any_map));
		e = value_entry(&inner, key.parts[i].text, key.parts[i].len);
		if (e->value.type != &type_any_map)
			return toml_fail(&r->lex, r->line, "%s is not a table",
					 key_text(r, r->context).text);
		inner = e->value;
	}
	value_set_n(r->arena, inner, r->current.text, r->current.len, v);
	return true;
}

static bool read_table(struct reader *r, bool in_array, struct value *out)
{
	struct key outer = r->context, mine = key_add(r, outer, r->current);
	struct name outer_key = r->current;
	enum toml_word next;

	*out = value_map(r->arena, &type_any_map);
	r->context = mine;
	r->current = (struct name){ "", 0 };
	mark(&r->implied, key_text(r, mine), true);
	if (!add_context(r, mine, in_array))
		return false;
	do {
		next = toml_before_pair(&r->lex);
		if (next != TOML_WORD_COMMA)
			break;
		if (!read_pair(r, out))
			return false;
		r->context = mine;
		next = toml_behind_pair(&r->lex);
	} while (next == TOML_WORD_COMMA);
	if (next != TOML_WORD_END)
		return false;
	r->context = outer;
	r->current = outer_key;
	return true;
}

static bool read_value(struct reader *r, bool in_array, struct value *out)
{
	struct toml_item it = { 0 };
	bool ok;

	if (r->depth >= LIMIT_DEPTH)
		return toml_fail(&r->lex, r->lex.line, "nested too deeply");
	*out = VALUE_NIL;
	if (!toml_value(&r->lex, &it))
		return false;
	r->depth++;
	if (it.word == TOML_WORD_ARRAY)
		ok = read_array(r, out);
	else if (it.word == TOML_WORD_TABLE)
		ok = read_table(r, in_array, out);
	else
		ok = toml_scalar(&r->lex, &it, out);
	r->depth--;
	if (ok && !out->origin)
		out->origin = string_origin(r->source,
					    it.from + (size_t)(r->lex.text - r->source.s->text));
	return ok;
}

/* [a.b] or [[a.b]]; the opening brackets were read. */
static bool read_header(struct reader *r, bool array)
{
	struct toml_item it = { 0 };
	struct key key = { 0 };
	bool last = false;

	while (!last) {
		if (key.count >= LIMIT_DEPTH)
			return toml_fail(&r->lex, r->lex.line, "nested too deeply");
		if (!toml_header_part(&r->lex, array, &it, &last))
			return false;
		if (!key.count)
			r->line = it.line;
		key = key_add(r, key, (struct name){ it.text, it.len });
	}
	if (!add_context(r, key, array))
		return false;
	set_array(r, (struct name){ "", 0 }, false);
	return toml_line_end(&r->lex);
}

static bool read_line(struct reader *r)
{
	struct key outer = r->context;

	if (!read_pair(r, NULL))
		return false;
	r->context = outer;
	r->current = (struct name){ "", 0 };
	return toml_line_end(&r->lex);
}

/* "toml: line 3 (last key "a.b"): …" */
static struct value whole_error(struct reader *r)
{
	struct name context = key_text(r, r->context);
	struct value out;
	struct buf b;

	buf_init(&b, 0);
	buf_add(&b, context.text, context.len);
	if (b.len && r->current.len)
		buf_char(&b, '.');
	buf_add(&b, r->current.text, r->current.len);
	context = (struct name){ text_quoted(r->arena, b.text, b.len), (uint32_t)b.len };
	b.len = 0;
	buf_printf(&b, "toml: line %u", r->lex.error_line);
	if (context.len)
		buf_printf(&b, " (last key %s)", context.text);
	buf_str(&b, ": ");
	buf_add(&b, r->lex.error.text, r->lex.error.len);
	out = value_str_n(r->arena, b.text, b.len);
	buf_release(&b);
	return out;
}

/* Byte order marks of UTF-16 are skipped like that of UTF-8: the text behind will fail. */
static size_t mark_length(const char *text, size_t len)
{
	if (len >= 2 && (!memcmp(text, "\xff\xfe", 2) || !memcmp(text, "\xfe\xff", 2)))
		return 2;
	return len >= 3 && !memcmp(text, "\xef\xbb\xbf", 3) ? 3 : 0;
}

bool toml_read(struct arena *a, struct value text, struct value *out, struct value *error)
{
	size_t skip = mark_length(text.s->text, text.s->len);
	struct reader r = { .arena = a,
			    .source = text,
			    .lex = { .arena = a,
				     .text = text.s->text + skip,
				     .len = text.s->len - skip,
				     .line = 1 },
			    .current = { "", 0 } };
	enum toml_word word;
	bool ok = true;

	map_init(&r.implied, a);
	map_init(&r.arrays, a);
	*out = r.root = value_map(a, &type_any_map);
	if (memchr(r.lex.text, 0, r.lex.len < 6 ? r.lex.len : 6))
		ok = toml_fail(&r.lex, 1,
			       "files cannot contain NULL bytes; probably using UTF-16; TOML files "
			       "must be UTF-8");
	while (ok && (word = toml_top(&r.lex)) != TOML_WORD_END) {
		if (word == TOML_BAD)
			break;
		ok = word == TOML_WORD_KEY ? read_line(&r)
					   : read_header(&r, word == TOML_WORD_HEADERS);
	}
	if (r.lex.error.text)
		*error = whole_error(&r);
	return !r.lex.error.text;
}
