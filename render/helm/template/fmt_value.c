#include "render/helm/template/fmt.h"
#include <string.h>
#include "render/helm/template/gotext.h"

static const char *separator(const struct formatter *f)
{
	return f->sharp_v ? ", " : " ";
}

void fmt_list(struct formatter *f, struct value v, uint32_t verb, unsigned depth)
{
	size_t i;

	if (f->sharp_v) {
		fmt_put_str(f, v.type->name);
		if (!v.list) {
			fmt_put_str(f, "(nil)");
			return;
		}
	}
	fmt_put_str(f, f->sharp_v ? "{" : "[");
	for (i = 0; i < value_len(v); i++) {
		if (i)
			fmt_put_str(f, separator(f));
		fmt_below(f, list_item(v, i), verb, depth + 1);
	}
	fmt_put_str(f, f->sharp_v ? "}" : "]");
}

static void print_map(struct formatter *f, struct value v, uint32_t verb, unsigned depth)
{
	size_t i;

	if (f->sharp_v) {
		fmt_put_str(f, v.type->name);
		if (!v.map) {
			fmt_put_str(f, "(nil)");
			return;
		}
		fmt_put_str(f, "{");
	} else {
		fmt_put_str(f, "map[");
	}
	for (i = 0; i < value_len(v); i++) {
		const struct go_entry *e = &v.map->entries[i];

		if (i)
			fmt_put_str(f, separator(f));
		fmt_below(f, value_str_ref(f->out->arena, e->key, e->len, e->origin), verb,
			  depth + 1);
		fmt_put_str(f, ":");
		fmt_below(f, map_item(v, e), verb, depth + 1);
	}
	fmt_put_str(f, f->sharp_v ? "}" : "]");
}

static void print_struct(struct formatter *f, struct value v, const struct go_type *t,
			 uint32_t verb, unsigned depth)
{
	size_t i;

	if (f->sharp_v)
		fmt_put_str(f, t->name);
	fmt_put_str(f, "{");
	for (i = 0; i < t->field_count; i++) {
		if (i)
			fmt_put_str(f, separator(f));
		if (f->plus_v || f->sharp_v) {
			fmt_put_str(f, t->fields[i].name);
			fmt_put_str(f, ":");
		}
		fmt_below(f, v.fields[i], verb, depth + 1);
	}
	fmt_put_str(f, "}");
}

/* An address, as Go would print one: any other would be as right. */
static void print_pointer(struct formatter *f, struct value v, uint32_t verb)
{
	uint64_t u = 0xc000000000u + ((uint64_t)(uintptr_t)v.data & 0xffffffu);

	if (verb == 'v' && f->sharp_v) {
		fmt_put_str(f, "(");
		fmt_put_str(f, v.type->name);
		fmt_put_str(f, ")(");
		if (v.data)
			fmt_hex(f, u, true);
		else
			fmt_put_str(f, "nil");
		fmt_put_str(f, ")");
	} else if (verb == 'v' && !v.data) {
		fmt_pad(f, "<nil>", 5);
	} else if (verb == 'v' || verb == 'p') {
		fmt_hex(f, v.data ? u : 0, !f->sharp);
	} else if (strchr("bodxX", (int)verb)) {
		fmt_integer(f, value_uint(&type_uintptr, v.data ? u : 0), verb);
	} else {
		fmt_bad_verb(f, v, verb);
	}
}

/* String() where the type and the verb ask for it. */
static bool print_stringer(struct formatter *f, struct value v, uint32_t verb)
{
	struct value text;
	struct buf b;

	if (f->bad_verb || !v.type || !v.type->string || v.type->by_pointer || f->sharp_v ||
	    verb > 0x7f || !strchr("vsxXq", (int)verb))
		return false;
	if (v.type->kind == GO_PTR && !v.data) {
		fmt_put_str(f, "<nil>");
		return true;
	}
	buf_init(&b, 0);
	v.type->string(v, &b);
	text = value_str_n(f->out->arena, b.text, b.len);
	text.origin = f->origin;
	buf_release(&b);
	fmt_text(f, text, verb);
	return true;
}

static void print_kind(struct formatter *f, struct value v, uint32_t verb, unsigned depth)
{
	switch (v.type->kind) {
	case GO_BOOL:
		if (verb == 't' || verb == 'v')
			fmt_pad(f, v.b ? "true" : "false", v.b ? 4 : 5);
		else
			fmt_bad_verb(f, v, verb);
		break;
	case GO_INT:
	case GO_INT8:
	case GO_INT16:
	case GO_INT32:
	case GO_INT64:
	case GO_UINT:
	case GO_UINT8:
	case GO_UINT16:
	case GO_UINT32:
	case GO_UINT64:
	case GO_UINTPTR:
		fmt_integer(f, v, verb);
		break;
	case GO_FLOAT32:
	case GO_FLOAT64:
		fmt_float(f, v, verb);
		break;
	case GO_COMPLEX64:
	case GO_COMPLEX128:
		fmt_complex(f, v, verb);
		break;
	case GO_STRING:
		fmt_text(f, v, verb);
		break;
	case GO_ARRAY:
	case GO_SLICE:
		if (v.type->elem == &type_uint8)
			fmt_bytes(f, v, verb, depth);
		else
			fmt_list(f, v, verb, depth);
		break;
	case GO_MAP:
		print_map(f, v, verb, depth);
		break;
	case GO_STRUCT:
		print_struct(f, v, v.type, verb, depth);
		break;
	case GO_PTR:
		if (!depth && v.data && v.type->elem->kind == GO_STRUCT &&
		    v.type->elem->field_count) {
			fmt_put_str(f, "&");
			print_struct(f, v, v.type->elem, verb, depth + 1);
			break;
		}
		print_pointer(f, v, verb);
		break;
	case GO_INVALID:
	case GO_CHAN:
	case GO_FUNC:
	case GO_INTERFACE:
		print_pointer(f, v, verb);
		break;
	}
}

void fmt_below(struct formatter *f, struct value v, uint32_t verb, unsigned depth)
{
	origin_id outer = f->origin;

	if (v.origin)
		f->origin = v.origin;
	if (depth > LIMIT_DEPTH * 4) {
		fmt_put_str(f, "...");
	} else if (!v.type) {
		if (f->sharp_v)
			fmt_put_str(f, "interface {}(nil)");
		else if (verb == 'v' || v.iface)
			fmt_put_str(f, "<nil>");
		else
			fmt_bad_verb(f, v, verb);
	} else if (!print_stringer(f, v, verb)) {
		print_kind(f, v, verb, depth);
	}
	f->origin = outer;
}

void fmt_operand(struct formatter *f, struct value v, uint32_t verb)
{
	if (!f->bad_verb)
		f->origin = v.origin;
	if (!v.type) {
		if (verb == 'T' || verb == 'v')
			fmt_pad(f, "<nil>", 5);
		else
			fmt_bad_verb(f, v, verb);
	} else if (verb == 'T') {
		size_t len = fmt_truncated(f, v.type->name, strlen(v.type->name));

		fmt_pad(f, v.type->name, len);
	} else if (verb == 'p') {
		enum go_kind k = v.type->kind;

		if (k == GO_MAP || k == GO_SLICE || k == GO_PTR || k == GO_FUNC)
			print_pointer(f, v, 'p');
		else
			fmt_bad_verb(f, v, verb);
	} else if (verb == 'w') {
		fmt_bad_verb(f, v, verb);
	} else if (!print_stringer(f, v, verb)) {
		print_kind(f, v, verb, 0);
	}
	if (!f->bad_verb)
		f->origin = 0;
}
