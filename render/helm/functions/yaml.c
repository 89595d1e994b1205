/* yaml: toYaml and its family, through the tree that Helm's YAML library would marshal. */
#include "render/helm/template/exec.h"
#include "render/yaml/yaml.h"
#include <string.h>
#include "render/helm/functions/functions.h"
#include "render/helm/functions/gojson.h"

struct placed {
	struct text *text;
};

static void note_place(void *data, size_t offset, origin_id origin)
{
	struct text *t = data;
	size_t count = t->spans.count;

	if (count && t->spans.items[count - 1].offset == offset)
		t->spans.items[count - 1].origin = origin;
	else
		*vec_push(t->arena, &t->spans) = (struct origin_span){ (uint32_t)offset, origin };
}

static int write_yaml(struct call *c, const struct node *n, unsigned flags)
{
	struct text t;
	size_t len;

	if (!n)
		return give_string(c, "", 0);
	text_init(&t, c->arena);
	yaml_write_placed(&t.buf, n, flags, note_place, &t);
	len = t.buf.len;
	if (len && t.buf.text[len - 1] == '\n')
		buf_cut(&t.buf, len - 1);
	if (t.spans.count && t.spans.items[0].offset)
		t.spans.items[0].offset = 0;
	if (call_spend(c, len / 8)) {
		text_release(&t);
		return -1;
	}
	return give_text(c, &t);
}

int value_yaml(struct call *c, struct value v)
{
	return write_yaml(c, value_to_node(c->arena, v), 0);
}

int fn_to_yaml(struct call *c)
{
	return value_yaml(c, c->args[0]);
}

int fn_to_yaml_pretty(struct call *c)
{
	const char *unknown = NULL;
	struct node *n = value_to_plain_node(c->arena, c->args[0], &unknown);

	if (unknown)
		return call_fail(c, "cannot marshal type: %s", unknown);
	return write_yaml(c, n, YAML_PRETTY);
}

static const char *unmarshal(struct call *c, struct value s, struct value *out)
{
	struct node *n = NULL;
	const char *error;

	*out = VALUE_NIL;
	if (call_spend(c, s.s->len / 16))
		return c->error;
	error = yaml_read_go(c->exec->set->run, c->arena, s.s->text, s.s->len, string_base(c, s),
			     &n);
	if (!error)
		*out = value_from_node(c->arena, n);
	return error;
}

static const char *decoding(struct arena *a, struct value v, const char *type)
{
	return arena_printf(a, "error unmarshaling JSON: while decoding JSON: %s",
			    json_mismatch(a, v, type));
}

int fn_from_yaml(struct call *c)
{
	struct value v;
	const char *error = unmarshal(c, c->args[0], &v);

	if (!error && v.type && v.type != &type_any_map)
		error = decoding(c->arena, v, "map[string]interface {}");
	if (!error && !v.type)
		v = value_map(c->arena, &type_any_map);
	return give_map_or_error(c, v, error);
}

int fn_from_yaml_array(struct call *c)
{
	struct value v;
	const char *error = unmarshal(c, c->args[0], &v);

	if (!error && v.type && v.type != &type_any_list)
		error = decoding(c->arena, v, "[]interface {}");
	if (!error && !v.type)
		v = value_list(c->arena, &type_any_list);
	return give_list_or_error(c, v, error);
}
