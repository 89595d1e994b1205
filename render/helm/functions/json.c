/* json: encoding/json both ways, with its error texts. */
#include "base/json.h"
#include <string.h>
#include "render/helm/functions/functions.h"
#include "render/helm/functions/gojson.h"
#include "render/helm/template/exec.h"

/* ---- writing ---- */

struct json_out {
	struct text text;
	unsigned flags; /* JSON_HTML, JSON_INDENT */
	struct buf scratch;
};

static void line_break(struct json_out *o, unsigned depth)
{
	static const char spaces[] = "                                ";

	if (!(o->flags & JSON_INDENT))
		return;
	text_str(&o->text, "\n");
	for (depth *= 2; depth; depth -= depth < 32 ? depth : 32)
		text_add(&o->text, spaces, depth < 32 ? depth : 32, 0);
}

static void put_string(struct json_out *o, const struct node *n)
{
	buf_cut(&o->scratch, 0);
	json_write_string(&o->scratch, n->text, n->len, o->flags);
	text_add(&o->text, o->scratch.text, o->scratch.len, n->origin);
}

static void put_node(struct json_out *o, const struct node *n, unsigned depth)
{
	bool map = n->type == NODE_MAP;
	uint32_t i;

	if (n->type == NODE_STR) {
		put_string(o, n);
	} else if (node_is_scalar(n)) {
		if (n->type == NODE_NULL)
			text_add(&o->text, "null", 4, n->origin);
		else
			text_add(&o->text, n->text, n->len, n->origin);
	} else if (!n->len) {
		text_add(&o->text, map ? "{}" : "[]", 2, n->origin);
	} else {
		text_add(&o->text, map ? "{" : "[", 1, 0);
		for (i = 0; i < n->len; i++) {
			if (i)
				text_str(&o->text, ",");
			line_break(o, depth + 1);
			if (map) {
				put_string(o, n->entries[i].key);
				text_str(&o->text, o->flags & JSON_INDENT ? ": " : ":");
			}
			put_node(o, map ? n->entries[i].value : n->items[i], depth + 1);
		}
		line_break(o, depth);
		text_str(&o->text, map ? "}" : "]");
	}
}

/* Why a value can't be marshalled, or NULL. */
static const char *marshal_error(struct arena *a, struct value v)
{
	enum go_kind k = value_kind(v);
	const char *error = NULL;
	size_t i;

	if (kind_is_float(k) && (v.f != v.f || v.f - v.f != 0))
		return arena_printf(a, "json: unsupported value: %s", value_shown(a, v));
	if (k == GO_COMPLEX128)
		return "json: unsupported type: complex128";
	if (k == GO_MAP)
		for (i = 0; !error && i < value_len(v); i++)
			error = marshal_error(a, v.map->entries[i].value);
	if (k == GO_SLICE && v.type->elem != &type_uint8)
		for (i = 0; !error && i < value_len(v); i++)
			error = marshal_error(a, v.list->items[i]);
	return error;
}

/* What can't be marshalled is the empty text, or an error for the must functions. */
static int marshal(struct call *c, unsigned flags, bool must)
{
	struct node *n = value_to_json_node(c->arena, c->args[0]);
	struct json_out o = { .flags = flags };

	if (!n) {
		const char *error = marshal_error(c->arena, c->args[0]);

		if (!error)
			error = "json: unsupported value: encountered a cycle";
		return must ? call_fail_text(c, error) : give_string(c, "", 0);
	}
	text_init(&o.text, c->arena);
	buf_init(&o.scratch, LIMIT_TEMPLATE_BYTES);
	put_node(&o, n, 0);
	buf_release(&o.scratch);
	if (call_spend(c, o.text.buf.len / 16)) {
		text_release(&o.text);
		return -1;
	}
	return give_text(c, &o.text);
}

int fn_to_json(struct call *c)
{
	return marshal(c, JSON_HTML, false);
}

int fn_must_to_json(struct call *c)
{
	return marshal(c, JSON_HTML, true);
}

int fn_to_pretty_json(struct call *c)
{
	return marshal(c, JSON_HTML | JSON_INDENT, false);
}

int fn_must_to_pretty_json(struct call *c)
{
	return marshal(c, JSON_HTML | JSON_INDENT, true);
}

/* sprig's toRawJson panics with the error. */
int fn_to_raw_json(struct call *c)
{
	return marshal(c, 0, true);
}

int fn_must_to_raw_json(struct call *c)
{
	return marshal(c, 0, true);
}

/* ---- reading ---- */

origin_id string_base(struct call *c, struct value s)
{
	struct origin_span one = { 0, s.origin };
	struct run *run = c->exec->set->run;

	if (!s.origin || !run)
		return 0;
	return s.s->span_count ? origins_add_made(run->origins, s.s->text, s.s->len, s.s->spans,
						  s.s->span_count)
			       : origins_add_made(run->origins, s.s->text, s.s->len, &one, 1);
}

/* The value of a text, or Go's error. */
static const char *unmarshal(struct call *c, struct value s, struct value *out)
{
	struct json_options options = { .origin = string_base(c, s) };
	const char *error = gojson_check(c->arena, s.s->text, s.s->len), *large;
	struct err err = ERR_INIT;
	struct node *n;

	*out = VALUE_NIL;
	if (error)
		return error;
	n = json_read(c->arena, s.s->text, s.s->len, &options, &err);
	if (!n)
		return arena_strdup(c->arena, err.msg);
	*out = value_from_json(c->arena, n, &large);
	return large ? arena_printf(c->arena,
				    "json: cannot unmarshal number %s into Go value of type "
				    "float64",
				    large)
		     : NULL;
}

const char *json_mismatch(struct arena *a, struct value v, const char *type)
{
	enum go_kind k = value_kind(v);
	const char *what = k == GO_MAP	    ? "object"
			   : k == GO_SLICE  ? "array"
			   : k == GO_STRING ? "string"
			   : k == GO_BOOL   ? "bool"
					    : "number";

	return arena_printf(a, "json: cannot unmarshal %s into Go value of type %s", what, type);
}

int fn_must_from_json(struct call *c)
{
	struct value v;
	const char *error = unmarshal(c, c->args[0], &v);

	return error ? call_fail_text(c, error) : give(c, v);
}

int fn_from_json(struct call *c)
{
	struct value v;
	const char *error = unmarshal(c, c->args[0], &v);

	if (v.type && v.type != &type_any_map) {
		error = json_mismatch(c->arena, v, "map[string]interface {}");
	} else if (error && v.type) { /* what could be read stays */
		value_set(c->arena, v, "Error", value_str(c->arena, error));
		return give(c, v);
	}
	return give_map_or_error(c, v, error);
}

int give_map_or_error(struct call *c, struct value v, const char *error)
{
	if (!error)
		return give(c, v.type ? v : (struct value){ .type = &type_any_map });
	c->result = value_map(c->arena, &type_any_map);
	value_set(c->arena, c->result, "Error", value_str(c->arena, error));
	return 0;
}

int give_list_or_error(struct call *c, struct value v, const char *error)
{
	if (!error)
		return give(c, v.type ? v : (struct value){ .type = &type_any_list });
	c->result = value_list(c->arena, &type_any_list);
	value_append(c->arena, c->result, value_str(c->arena, error));
	return 0;
}

int fn_from_json_array(struct call *c)
{
	struct value v;
	const char *error = unmarshal(c, c->args[0], &v);

	if (v.type && v.type != &type_any_list)
		error = json_mismatch(c->arena, v, "[]interface {}");
	return give_list_or_error(c, v, error);
}
