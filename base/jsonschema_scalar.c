/* Keywords for any value, strings and numbers. */
#include "base/jsonschema_check.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>

static const char *type_name(const struct node *n)
{
	static const char *const names[] = { "null",   "boolean", "number", "number",
					     "string", "array",	  "object" };

	return names[n->type];
}

static bool is_integer(const struct node *n)
{
	double value;

	return n->type == NODE_INT ||
	       (n->type == NODE_FLOAT && node_number(n, &value) && floor(value) == value);
}

bool jsonschema_is_number(const struct node *n)
{
	return n->type == NODE_INT || n->type == NODE_FLOAT;
}

static int compare(const struct node *x, const struct node *y)
{
	int64_t i, j;
	double a = 0, b = 0;

	if (x->type == NODE_INT && y->type == NODE_INT && node_integer(x, &i) &&
	    node_integer(y, &j))
		return (i > j) - (i < j);
	node_number(x, &a);
	node_number(y, &b);
	return (a > b) - (a < b);
}

/* A decimal number's digits as an integer and its scale; false when they are too many. */
static bool decimal(const char *p, long double *digits, int *scale)
{
	bool fraction = false;

	*digits = 0;
	*scale = 0;
	p += *p == '-' || *p == '+';
	for (; *p && *p != 'e' && *p != 'E'; p++) {
		if (*p == '.') {
			fraction = true;
			continue;
		}
		if (*digits > 1e17L)
			return false;
		*digits = *digits * 10 + (*p - '0');
		*scale += fraction;
	}
	if (*p)
		*scale -= (int)strtol(p + 1, NULL, 10);
	return true;
}

/* Exact for what people write: 0.3 is a multiple of 0.1. */
static bool is_multiple(const struct node *x, const struct node *of)
{
	long double a, b;
	int sa, sb;
	double dx = 0, dof = 0;

	if (decimal(node_text(x), &a, &sa) && decimal(node_text(of), &b, &sb) && b != 0 &&
	    sa - sb < 18 && sb - sa < 18) {
		for (; sa < sb; sa++)
			a *= 10;
		for (; sb < sa; sb++)
			b *= 10;
		return fmodl(a, b) == 0;
	}
	node_number(x, &dx);
	node_number(of, &dof);
	return dof != 0 && fmod(dx, dof) == 0;
}

static const char *display(struct arena *a, const struct node *n)
{
	if (n->type == NODE_STR)
		return jsonschema_quote(a, n->text);
	if (n->type == NODE_NULL)
		return "<nil>";
	return n->type == NODE_SEQ || n->type == NODE_MAP ? "value" : node_text(n);
}

static bool type_matches(const struct node *value, const char *want)
{
	return !strcmp(want, type_name(value)) ||
	       (!strcmp(want, "integer") && jsonschema_is_number(value) && is_integer(value));
}

/* In the library's order of types, which is not the schema's. */
static const char *wanted_types(struct arena *a, const struct node *types)
{
	static const char *const order[] = { "null",   "boolean", "number", "integer",
					     "string", "array",	  "object" };
	const char *out = NULL;

	for (size_t i = 0; i < ARRAY_SIZE(order); i++) {
		bool listed = node_is(types, NODE_STR) && !strcmp(types->text, order[i]);

		for (uint32_t j = 0; node_is(types, NODE_SEQ) && j < types->len; j++)
			listed |= node_is(types->items[j], NODE_STR) &&
				  !strcmp(types->items[j]->text, order[i]);
		if (listed)
			out = out ? arena_printf(a, "%s or %s", out, order[i]) : order[i];
	}
	return out ? out : "";
}

static struct fault *check_type(struct check *k)
{
	const struct node *types = k->schema->types;
	bool any = false;

	if (node_is(types, NODE_STR))
		any = type_matches(k->value, types->text);
	else if (!node_is(types, NODE_SEQ) || !types->len)
		return NULL;
	for (uint32_t i = 0; node_is(types, NODE_SEQ) && i < types->len; i++)
		any |= node_is(types->items[i], NODE_STR) &&
		       type_matches(k->value, types->items[i]->text);
	if (any)
		return NULL;
	return jsonschema_fault(k, arena_printf(k->c->arena, "got %s, want %s", type_name(k->value),
						wanted_types(k->c->arena, types)));
}

static bool is_collection(const struct node *n)
{
	return n->type == NODE_SEQ || n->type == NODE_MAP;
}

static struct fault *check_constant(struct check *k)
{
	const struct node *want = k->schema->constant;

	if (!want || node_equal(k->value, want))
		return NULL;
	return jsonschema_fault(k, is_collection(want)
					   ? "'const' failed"
					   : arena_printf(k->c->arena, "value must be %s",
							  display(k->c->arena, want)));
}

static struct fault *check_enum(struct check *k)
{
	const struct node *list = k->schema->enumeration;
	struct arena *a = k->c->arena;
	const char *text = NULL;

	if (!list)
		return NULL;
	for (uint32_t i = 0; i < list->len; i++) {
		if (node_equal(k->value, list->items[i]))
			return NULL;
	}
	if (k->only_whether)
		return jsonschema_fault(k, "");
	for (uint32_t i = 0; i < list->len; i++) {
		if (is_collection(list->items[i]))
			return jsonschema_fault(k, "'enum' failed");
		text = text ? arena_printf(a, "%s, %s", text, display(a, list->items[i]))
			    : display(a, list->items[i]);
	}
	return jsonschema_fault(k, arena_printf(a, "value must be %s%s",
						list->len == 1 ? "" : "one of ", text ? text : ""));
}

static struct fault *check_format(struct check *k)
{
	const char *error;

	if (!k->schema->format || k->value->type != NODE_STR)
		return NULL;
	error = jsonschema_check_format(k->c->arena, k->schema->format, k->value->text);
	if (!error)
		return NULL;
	return jsonschema_fault(k, arena_printf(k->c->arena, "%s is not valid %s: %s",
						display(k->c->arena, k->value), k->schema->format,
						error));
}

struct fault *jsonschema_check_any(struct check *k)
{
	struct fault *f = check_type(k);

	if (!f)
		f = check_constant(k);
	if (!f)
		f = check_enum(k);
	return f ? f : check_format(k);
}

void jsonschema_check_string(struct check *k)
{
	const struct schema *s = k->schema;
	const struct node *v = k->value;
	long runes = 0;

	for (uint32_t i = 0; i < v->len; i++)
		runes += ((unsigned char)v->text[i] & 0xc0) != 0x80;
	jsonschema_check_count(k, "Length", runes, s->min_length, s->max_length);
	if (s->pattern && !regex_match(s->pattern, v->text, v->len))
		jsonschema_add_text(k,
				    arena_printf(k->c->arena, "%s does not match pattern %s",
						 jsonschema_quote(k->c->arena, v->text),
						 jsonschema_quote(k->c->arena, s->pattern_text)));
}

static void number_fault(struct check *k, const char *keyword, const struct node *want)
{
	jsonschema_add_text(k, arena_printf(k->c->arena, "%s: got %s, want %s", keyword,
					    jsonschema_print_number(k->c->arena, k->value),
					    jsonschema_print_number(k->c->arena, want)));
}

void jsonschema_check_number(struct check *k)
{
	const struct schema *s = k->schema;
	const struct node *v = k->value;

	if (s->minimum && compare(v, s->minimum) < 0)
		number_fault(k, "minimum", s->minimum);
	if (s->maximum && compare(v, s->maximum) > 0)
		number_fault(k, "maximum", s->maximum);
	if (s->exclusive_minimum && compare(v, s->exclusive_minimum) <= 0)
		number_fault(k, "exclusiveMinimum", s->exclusive_minimum);
	if (s->exclusive_maximum && compare(v, s->exclusive_maximum) >= 0)
		number_fault(k, "exclusiveMaximum", s->exclusive_maximum);
	if (s->multiple_of && !is_multiple(v, s->multiple_of))
		number_fault(k, "multipleOf", s->multiple_of);
}
