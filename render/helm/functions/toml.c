/* toml: toToml, as BurntSushi's encoder lays tables out. Reading is in toml_read.c. */
#include <math.h>
#include <stdio.h>
#include <string.h>
#include "render/helm/functions/functions.h"
#include "render/helm/functions/gojson.h"
#include "render/helm/functions/gotime.h"
#include "render/helm/functions/toml_read.h"
#include "render/helm/template/gotext.h"

struct toml_key {
	const struct toml_key *outer;
	const char *text;
	size_t len, depth;
};

struct toml_out {
	struct call *call;
	struct text text;
	const char *error;
};

enum toml_type { TOML_NONE, TOML_VALUE, TOML_TABLE, TOML_TABLES };

static void put_escaped(struct text *t, const char *bytes, size_t len, origin_id origin)
{
	static const char letters[] = "btn\vfr";
	char small[8];
	size_t i;

	for (i = 0; i < len; i++) {
		unsigned char c = (unsigned char)bytes[i];

		if (c == '"' || c == '\\') {
			text_add(t, (char[]){ '\\', (char)c }, 2, origin);
		} else if (c >= 8 && c <= 13 && c != 11) {
			text_add(t, (char[]){ '\\', letters[c - 8] }, 2, origin);
		} else if (c < ' ' || c == 0x7f) {
			snprintf(small, sizeof(small), "\\u00%02x", c);
			text_add(t, small, 6, origin);
		} else {
			text_add(t, bytes + i, 1, origin);
		}
	}
}

static bool is_bare(const char *text, size_t len)
{
	size_t i;

	for (i = 0; i < len; i++)
		if (!((text[i] >= '0' && text[i] <= '9') ||
		      ((text[i] | 0x20) >= 'a' && (text[i] | 0x20) <= 'z') || text[i] == '_' ||
		      text[i] == '-'))
			return false;
	return len > 0;
}

static void put_key(struct toml_out *o, const char *text, size_t len)
{
	if (is_bare(text, len)) {
		text_add(&o->text, text, len, 0);
		return;
	}
	text_str(&o->text, "\"");
	put_escaped(&o->text, text, len, 0);
	text_str(&o->text, "\"");
}

static void put_path(struct toml_out *o, const struct toml_key *key)
{
	if (key->outer && key->outer->depth) {
		put_path(o, key->outer);
		text_str(&o->text, ".");
	}
	put_key(o, key->text, key->len);
}

static void put_indent(struct toml_out *o, const struct toml_key *key)
{
	size_t i;

	for (i = 1; i < key->depth; i++)
		text_str(&o->text, "  ");
}

static void new_line(struct toml_out *o)
{
	if (o->text.buf.len)
		text_str(&o->text, "\n");
}

static bool is_nil(struct value v)
{
	return v.type != &type_bytes && value_is_null(v);
}

static enum toml_type type_of(struct toml_out *o, struct value v)
{
	enum go_kind k = value_kind(v);
	bool tables = value_len(v) > 0;
	size_t i;

	if (is_nil(v))
		return TOML_NONE;
	if (k == GO_MAP)
		return TOML_TABLE;
	if (k != GO_SLICE || v.type == &type_bytes)
		return k == GO_STRUCT && !v.type->string ? TOML_TABLE : TOML_VALUE;
	for (i = 0; i < value_len(v); i++) {
		enum toml_type t = type_of(o, v.list->items[i]);

		if (t == TOML_NONE && !o->error)
			o->error = "toml: cannot encode array with nil element";
		tables = tables && t == TOML_TABLE;
	}
	return tables ? TOML_TABLES : TOML_VALUE;
}

static void put_map(struct toml_out *o, const struct toml_key *key, struct value v, bool in_line);

static void put_float(struct toml_out *o, struct value v)
{
	struct buf b;

	buf_init(&b, 0);
	if (isnan(v.f) || isinf(v.f)) {
		buf_printf(&b, "%s%s", signbit(v.f) ? "-" : "", isnan(v.f) ? "nan" : "inf");
	} else {
		go_format_float(&b, v.f, 'g', -1, 64);
		if (!strpbrk(b.text, "e."))
			buf_str(&b, ".0");
	}
	text_add(&o->text, b.text, b.len, v.origin);
	buf_release(&b);
}

/* A date or a time of the day that was read from TOML is told from others by its zone's name. */
static void put_time(struct toml_out *o, struct value v)
{
	static const struct {
		const char *zone, *layout;
	} kinds[] = {
		{ "datetime-local", "2006-01-02T15:04:05.999999999" },
		{ "date-local", "2006-01-02" },
		{ "time-local", "15:04:05.999999999" },
		{ NULL, "2006-01-02T15:04:05.999999999Z07:00" },
	};
	const struct go_time *t = v.data;
	const char *zone = NULL;
	size_t kind = 0;
	struct buf b;

	zone_offset(t->zone, t->sec, &zone);
	while (kinds[kind].zone && (!zone || strcmp(kinds[kind].zone, zone)))
		kind++;
	buf_init(&b, 0);
	time_format(&b, t, kinds[kind].layout, strlen(kinds[kind].layout));
	text_add(&o->text, b.text, b.len, v.origin);
	buf_release(&b);
}

static void put_element(struct toml_out *o, struct value v)
{
	enum go_kind k = value_kind(v);
	struct value s;
	size_t i;

	if (k == GO_STRING || v.type == &type_semver || v.type == &type_duration) {
		s = fmt_string(o->call->arena, v);
		text_add(&o->text, "\"", 1, s.origin);
		put_escaped(&o->text, s.s->text, s.s->len, s.origin);
		text_add(&o->text, "\"", 1, s.origin);
	} else if (kind_is_float(k)) {
		put_float(o, v);
	} else if (k == GO_SLICE) {
		text_str(&o->text, "[");
		for (i = 0; i < value_len(v); i++) {
			if (i)
				text_str(&o->text, ", ");
			put_element(o, list_item(v, i));
		}
		text_str(&o->text, "]");
	} else if (k == GO_MAP) {
		put_map(o, NULL, v, true);
	} else if (v.type == &type_time) {
		put_time(o, v);
	} else {
		fmt_value(&o->text, v);
	}
}

static void put_entry(struct toml_out *o, const struct toml_key *key, struct value v)
{
	enum toml_type type = type_of(o, v);
	size_t i;

	if (type == TOML_TABLE) {
		if (key->depth == 1)
			new_line(o);
		put_indent(o, key);
		text_str(&o->text, "[");
		put_path(o, key);
		text_str(&o->text, "]");
		new_line(o);
		put_map(o, key, v, false);
	} else if (type == TOML_TABLES) {
		for (i = 0; i < value_len(v); i++) {
			new_line(o);
			put_indent(o, key);
			text_str(&o->text, "[[");
			put_path(o, key);
			text_str(&o->text, "]]");
			new_line(o);
			put_map(o, key, list_item(v, i), false);
		}
	} else {
		put_indent(o, key);
		put_key(o, key->text, key->len);
		text_str(&o->text, " = ");
		put_element(o, v);
		new_line(o);
	}
}

/* One of the two passes: plain values first, tables behind them. */
static void put_pass(struct toml_out *o, const struct toml_key *key, struct value v, bool in_line,
		     bool tables, size_t left)
{
	size_t i;

	for (i = 0; i < value_len(v) && !o->error; i++) {
		const struct go_entry *e = &v.map->entries[i];
		struct toml_key inner = { key, e->key, e->len, (key ? key->depth : 0) + 1 };

		if ((type_of(o, e->value) >= TOML_TABLE) != tables)
			continue;
		left--;
		if (is_nil(e->value))
			continue;
		if (!in_line) {
			put_entry(o, &inner, map_item(v, e));
			continue;
		}
		put_key(o, e->key, e->len);
		text_str(&o->text, " = ");
		put_element(o, map_item(v, e));
		if (left)
			text_str(&o->text, ", ");
	}
}

static void put_map(struct toml_out *o, const struct toml_key *key, struct value v, bool in_line)
{
	size_t count = value_len(v), tables = 0, i;

	if (key && key->depth > LIMIT_DEPTH) {
		o->error = "toml: nested too deeply";
		return;
	}
	for (i = 0; i < count; i++)
		tables += type_of(o, v.map->entries[i].value) >= TOML_TABLE;
	if (in_line)
		text_str(&o->text, "{");
	put_pass(o, key, v, in_line, false, count);
	put_pass(o, key, v, in_line, true, tables);
	if (in_line)
		text_str(&o->text, "}");
}

int fn_to_toml(struct call *c)
{
	struct toml_out o = { .call = c };
	struct value v = c->args[0];
	enum go_kind k = value_kind(v);

	if (k == GO_INVALID)
		return call_fail(c, "reflect: call of reflect.Value.Type on zero Value");
	text_init(&o.text, c->arena);
	if (k == GO_MAP)
		put_map(&o, NULL, v, false);
	else if (type_of(&o, v) == TOML_TABLES)
		o.error = "toml: top-level values must be Go maps or structs";
	else if (!o.error)
		put_element(&o, v);
	if (o.error) {
		text_release(&o.text);
		return give_string(c, o.error, strlen(o.error));
	}
	return give_text(c, &o.text);
}

int fn_from_toml(struct call *c)
{
	struct value v = VALUE_NIL, error = VALUE_NIL;

	if (call_spend(c, c->args[0].s->len / 8))
		return -1;
	if (toml_read(c->arena, c->args[0], &v, &error))
		return give(c, v);
	c->result = value_map(c->arena, &type_any_map);
	value_set(c->arena, c->result, "Error", error);
	return 0;
}
