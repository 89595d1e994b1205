#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/goquote.h"
#include "base/jsonschema_internal.h"
#include "base/limits.h"
#include "base/number.h"

/* What is wrong at one place, with what is wrong for it. */
struct fault;
struct faults {
	VEC(struct fault *);
};
struct fault {
	const char *at; /* the value's JSON pointer */
	const char *text;
	origin_id origin; /* the value's */
	bool group;	  /* several at one schema: "validation failed" */
	bool reference;	  /* through a $ref */
	struct faults causes;
};

/* A token of the path to a value. */
struct place {
	const struct place *above;
	const char *token;
};

/* The schemas on the way to this one; `value` counts the steps into values. */
struct scope {
	const struct scope *parent;
	const struct schema *schema;
	unsigned value;
};

/* Entries of the value that no keyword has looked at. */
struct unseen {
	bool *left; /* by index; NULL: nobody asks */
	uint32_t count;
};

struct checker {
	struct arena *arena;
	unsigned depth;
};

struct check {
	struct checker *c;
	const struct schema *schema;
	const struct node *value;
	const struct place *place;
	struct scope scope;
	struct unseen unseen;
	struct faults faults;
	bool only_whether; /* nobody reads the texts */
};

/* --- faults ---------------------------------------------------------------------------------- */

const char *jsonschema_quote(struct arena *a, const char *text)
{
	struct buf quoted, out;
	const char *result;

	buf_init(&quoted, 0);
	buf_init(&out, 0);
	buf_goquote(&quoted, text, strlen(text));
	buf_char(&out, '\'');
	for (size_t i = 1; i + 1 < quoted.len; i++) {
		if (quoted.text[i] == '\\' && quoted.text[i + 1] == '"' && i + 2 < quoted.len)
			continue;
		if (quoted.text[i] == '\'')
			buf_char(&out, '\\');
		buf_char(&out, quoted.text[i]);
	}
	buf_char(&out, '\'');
	result = buf_dup(&out, a);
	buf_release(&out);
	buf_release(&quoted);
	return result;
}

static void add_place(struct arena *a, struct buf *out, const struct place *p)
{
	if (!p)
		return;
	add_place(a, out, p->above);
	buf_printf(out, "/%s", pointer_escape(a, p->token));
}

static struct fault *fault(struct check *k, const char *text)
{
	struct fault *f = arena_new(k->c->arena, struct fault);
	struct buf at;

	if (k->only_whether)
		return f;
	buf_init(&at, 0);
	add_place(k->c->arena, &at, k->place);
	f->at = buf_dup(&at, k->c->arena);
	buf_release(&at);
	f->text = text;
	f->origin = k->value->origin;
	return f;
}

static void add(struct check *k, struct fault *f)
{
	if (f)
		*vec_push(k->c->arena, &k->faults) = f;
}

static void add_text(struct check *k, const char *text)
{
	add(k, fault(k, text));
}

static void add_with(struct check *k, const char *text, const struct faults *causes)
{
	struct fault *f = fault(k, text);

	f->causes = *causes;
	add(k, f);
}

/* "70,000", as x/text prints an integer in English. */
static const char *grouped(struct arena *a, const char *digits)
{
	struct buf b;
	size_t minus = *digits == '-', n = strcspn(digits + minus, ".") + minus;
	const char *out;

	buf_init(&b, 0);
	for (size_t i = 0; i < n; i++) {
		if (i > minus && (n - i) % 3 == 0)
			buf_char(&b, ',');
		buf_char(&b, digits[i]);
	}
	buf_str(&b, digits + n);
	out = buf_dup(&b, a);
	buf_release(&b);
	return out;
}

static const char *print_integer(struct arena *a, long n)
{
	return grouped(a, arena_printf(a, "%ld", n));
}

/* 1.5×10⁰⁶ */
static const char *print_scientific(struct arena *a, const char *text, const char *e)
{
	static const char *const raised[] = { "⁰", "¹", "²", "³", "⁴", "⁵", "⁶", "⁷", "⁸", "⁹" };
	const char *out =
		arena_printf(a, "%.*s×10%s", (int)(e - text), text, e[1] == '-' ? "⁻" : "");

	for (const char *p = e + 2; *p; p++)
		out = arena_printf(a, "%s%s", out, raised[*p - '0']);
	return out;
}

static const char *print_number(struct arena *a, const struct node *n)
{
	char text[NUMBER_TEXT];
	const char *e;
	double value = 0;

	node_number(n, &value);
	number_format(text, value, 'g');
	e = strchr(text, 'e');
	return e ? print_scientific(a, text, e) : grouped(a, text);
}

/* --- values ---------------------------------------------------------------------------------- */

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

static bool is_number(const struct node *n)
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

/* --- keywords for any value ------------------------------------------------------------------ */

static bool type_matches(const struct node *value, const char *want)
{
	return !strcmp(want, type_name(value)) ||
	       (!strcmp(want, "integer") && is_number(value) && is_integer(value));
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
	return fault(k, arena_printf(k->c->arena, "got %s, want %s", type_name(k->value),
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
	return fault(k, is_collection(want) ? "'const' failed"
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
		return fault(k, "");
	for (uint32_t i = 0; i < list->len; i++) {
		if (is_collection(list->items[i]))
			return fault(k, "'enum' failed");
		text = text ? arena_printf(a, "%s, %s", text, display(a, list->items[i]))
			    : display(a, list->items[i]);
	}
	return fault(k, arena_printf(a, "value must be %s%s", list->len == 1 ? "" : "one of ",
				     text ? text : ""));
}

static struct fault *check_format(struct check *k)
{
	const char *error;

	if (!k->schema->format || k->value->type != NODE_STR)
		return NULL;
	error = jsonschema_check_format(k->c->arena, k->schema->format, k->value->text);
	if (!error)
		return NULL;
	return fault(k, arena_printf(k->c->arena, "%s is not valid %s: %s",
				     display(k->c->arena, k->value), k->schema->format, error));
}

/* --- going on with other schemas ------------------------------------------------------------- */

static struct fault *run(struct check *k);

static struct unseen unseen_of(struct arena *a, const struct node *value, const struct schema *s,
			       bool caller_asks)
{
	struct unseen u = { 0 };
	bool asks = false;
	uint32_t first = 0;

	if (value->type == NODE_MAP) {
		asks = !s->all_properties_seen && (caller_asks || s->unevaluated_properties);
	} else if (value->type == NODE_SEQ) {
		asks = !s->all_items_seen && (caller_asks || s->unevaluated_items) &&
		       s->item_list.count < value->len;
		first = (uint32_t)s->item_list.count;
	}
	if (!asks)
		return u;
	u.left = arena_array(a, value->len + 1, bool);
	for (uint32_t i = first; i < value->len; i++) {
		u.left[i] = true;
		u.count++;
	}
	return u;
}

static void see(struct unseen *u, uint32_t i)
{
	if (u->left && u->left[i]) {
		u->left[i] = false;
		u->count--;
	}
}

/* What another schema saw of the value is seen. */
static void merge_unseen(struct unseen *u, const struct unseen *other, uint32_t len)
{
	for (uint32_t i = 0; u->left && i < len; i++) {
		if (!other->left || !other->left[i])
			see(u, i);
	}
}

static struct fault *check_self(struct check *k, const struct schema *s, bool only_whether)
{
	struct check sub = {
		.c = k->c,
		.schema = s,
		.value = k->value,
		.place = k->place,
		.scope = { &k->scope, s, k->scope.value },
		.unseen = unseen_of(k->c->arena, k->value, s, k->unseen.count > 0),
		.only_whether = k->only_whether || only_whether,
	};
	struct fault *f = run(&sub);

	if (!f)
		merge_unseen(&k->unseen, &sub.unseen, k->value->len);
	return f;
}

static struct fault *check_child(struct check *k, const struct schema *s, const struct node *value,
				 const char *token)
{
	struct place place = { k->place, token };
	struct check sub = {
		.c = k->c,
		.schema = s,
		.value = value,
		.place = &place,
		.scope = { &k->scope, s, k->scope.value + 1 },
		.unseen = unseen_of(k->c->arena, value, s, false),
		.only_whether = k->only_whether,
	};

	return run(&sub);
}

static struct fault *check_item(struct check *k, const struct schema *s, uint32_t i)
{
	return check_child(k, s, k->value->items[i], arena_printf(k->c->arena, "%u", i));
}

static struct fault *check_reference(struct check *k, const struct schema *s)
{
	struct fault *f = check_self(k, s, false), *ref;

	if (!f)
		return NULL;
	ref = fault(k, "validation failed");
	ref->reference = true;
	if (f->group)
		ref->causes = f->causes;
	else
		*vec_push(k->c->arena, &ref->causes) = f;
	return ref;
}

/* --- objects --------------------------------------------------------------------------------- */

static const char *missing_of(struct check *k, const struct node *names, size_t *count)
{
	struct arena *a = k->c->arena;
	const char *out = "";

	*count = 0;
	for (uint32_t i = 0; i < names->len; i++) {
		const struct node *name = names->items[i];

		if (name->type != NODE_STR || node_get_n(k->value, name->text, name->len))
			continue;
		if (!k->only_whether)
			out = arena_printf(a, "%s%s%s", out, *count ? ", " : "",
					   jsonschema_quote(a, name->text));
		++*count;
	}
	return out;
}

static void check_required(struct check *k)
{
	const char *names;
	size_t count;

	if (!k->schema->required)
		return;
	names = missing_of(k, k->schema->required, &count);
	if (count)
		add_text(k, arena_printf(k->c->arena, "missing propert%s %s",
					 count == 1 ? "y" : "ies", names));
}

static void check_dependencies(struct check *k, const struct schema_dependencies *list)
{
	for (size_t i = 0; i < list->count; i++) {
		const struct schema_dependency *d = &list->items[i];
		const char *names;
		size_t count;

		if (!node_get(k->value, d->property))
			continue;
		if (d->schema) {
			add(k, check_self(k, d->schema, false));
			continue;
		}
		names = missing_of(k, d->names, &count);
		if (count)
			add_text(k,
				 arena_printf(k->c->arena, "properties %s required, if %s exists",
					      names, jsonschema_quote(k->c->arena, d->property)));
	}
}

static void check_count(struct check *k, const char *word, long got, long min, long max)
{
	struct arena *a = k->c->arena;

	if (min >= 0 && got < min)
		add_text(k, arena_printf(a, "min%s: got %s, want %s", word, print_integer(a, got),
					 print_integer(a, min)));
	if (max >= 0 && got > max)
		add_text(k, arena_printf(a, "max%s: got %s, want %s", word, print_integer(a, got),
					 print_integer(a, max)));
}

/* One property by its name, by patterns, or as an additional one; whether a schema saw it. */
static bool check_property(struct check *k, const struct node_entry *e, const char **additional)
{
	const struct schema *s = k->schema;
	const struct node *key = e->key;
	const struct schema *own = map_get_n(&s->properties, key->text, key->len);
	bool seen = own != NULL;

	if (own)
		add(k, check_child(k, own, e->value, key->text));
	for (size_t i = 0; i < s->patterns.count; i++) {
		if (!regex_match(s->patterns.items[i].regex, key->text, key->len))
			continue;
		seen = true;
		add(k, check_child(k, s->patterns.items[i].schema, e->value, key->text));
	}
	if (seen || !s->all_properties_seen)
		return seen;
	if (s->no_additional_properties && !k->only_whether)
		*additional = arena_printf(k->c->arena, "%s%s%s", *additional ? *additional : "",
					   *additional ? ", " : "",
					   jsonschema_quote(k->c->arena, key->text));
	else if (s->no_additional_properties)
		*additional = "";
	else if (s->additional_properties)
		add(k, check_child(k, s->additional_properties, e->value, key->text));
	return true;
}

static void check_property_names(struct check *k)
{
	for (uint32_t i = 0; k->schema->property_names && i < k->value->len; i++) {
		const struct node *key = k->value->entries[i].key;
		struct check sub = {
			.c = k->c,
			.schema = k->schema->property_names,
			.value = key,
			.scope = { NULL, k->schema->property_names, 0 },
			.only_whether = k->only_whether,
		};
		struct fault *f = run(&sub), *outer;

		if (!f)
			continue;
		outer = fault(k, arena_printf(k->c->arena, "invalid propertyName %s",
					      jsonschema_quote(k->c->arena, key->text)));
		if (f->group)
			outer->causes = f->causes;
		else
			*vec_push(k->c->arena, &outer->causes) = f;
		add(k, outer);
	}
}

static void check_object(struct check *k)
{
	const struct schema *s = k->schema;
	const char *additional = NULL;

	check_count(k, "Properties", (long)k->value->len, s->min_properties, s->max_properties);
	check_required(k);
	if (k->only_whether && k->faults.count)
		return;
	check_dependencies(k, &s->dependencies);
	for (uint32_t i = 0; i < k->value->len; i++) {
		if (k->only_whether && k->faults.count)
			return;
		if (check_property(k, &k->value->entries[i], &additional))
			see(&k->unseen, i);
	}
	if (additional)
		add_text(k, arena_printf(k->c->arena, "additional properties %s not allowed",
					 additional));
	check_property_names(k);
	check_dependencies(k, &s->dependent_schemas);
	check_dependencies(k, &s->dependent_required);
}

/* --- arrays ---------------------------------------------------------------------------------- */

static void check_unique(struct check *k)
{
	const struct node *v = k->value;

	for (uint32_t i = 1; k->schema->unique_items && i < v->len; i++) {
		for (uint32_t j = 0; j < i; j++) {
			if (!node_equal(v->items[i], v->items[j]))
				continue;
			add_text(k,
				 arena_printf(k->c->arena, "items at %u and %u are equal", j, i));
			return;
		}
	}
}

static void check_items(struct check *k)
{
	const struct schema *s = k->schema;
	uint32_t len = k->value->len, listed = (uint32_t)s->item_list.count;

	if (listed > len)
		listed = len;
	for (uint32_t i = 0; i < listed; i++)
		add(k, check_item(k, s->item_list.items[i], i));
	for (uint32_t i = listed; s->items && i < len; i++)
		add(k, check_item(k, s->items, i));
	if (s->no_additional_items && listed != len)
		add_text(k, arena_printf(k->c->arena, "last %s additionalItem(s) not allowed",
					 print_integer(k->c->arena, (long)(len - listed))));
	for (uint32_t i = listed; s->additional_items && i < len; i++)
		add(k, check_item(k, s->additional_items, i));
}

static void check_contains(struct check *k)
{
	const struct schema *s = k->schema;
	struct arena *a = k->c->arena;
	struct faults faults = { 0 };
	const char *matched = "";
	long count = 0;

	if (!s->contains)
		return;
	for (uint32_t i = 0; i < k->value->len; i++) {
		struct fault *f = check_item(k, s->contains, i);

		if (f) {
			*vec_push(a, &faults) = f;
			continue;
		}
		if (!k->only_whether)
			matched = arena_printf(a, "%s%s%u", matched, count ? " " : "", i);
		count++;
		if (s->draft >= 2020)
			see(&k->unseen, i);
	}
	if (s->min_contains < 0 && !count)
		add_with(k, "no items match contains schema", &faults);
	else if (count < s->min_contains && !count)
		add_with(k,
			 arena_printf(a,
				      "min %s items required to match contains schema, but none "
				      "matched",
				      print_integer(a, s->min_contains)),
			 &faults);
	else if (count < s->min_contains)
		add_with(k,
			 arena_printf(a,
				      "min %s items required to match contains schema, but matched "
				      "%s items at %s",
				      print_integer(a, s->min_contains), print_integer(a, count),
				      matched),
			 &faults);
	if (s->max_contains >= 0 && count > s->max_contains)
		add_text(k, arena_printf(a,
					 "max %s items required to match contains schema, but "
					 "matched %s items at %s",
					 print_integer(a, s->max_contains), print_integer(a, count),
					 matched));
}

/* --- strings and numbers --------------------------------------------------------------------- */

static void check_string(struct check *k)
{
	const struct schema *s = k->schema;
	const struct node *v = k->value;
	long runes = 0;

	for (uint32_t i = 0; i < v->len; i++)
		runes += ((unsigned char)v->text[i] & 0xc0) != 0x80;
	check_count(k, "Length", runes, s->min_length, s->max_length);
	if (s->pattern && !regex_match(s->pattern, v->text, v->len))
		add_text(k, arena_printf(k->c->arena, "%s does not match pattern %s",
					 jsonschema_quote(k->c->arena, v->text),
					 jsonschema_quote(k->c->arena, s->pattern_text)));
}

static void number_fault(struct check *k, const char *keyword, const struct node *want)
{
	add_text(k, arena_printf(k->c->arena, "%s: got %s, want %s", keyword,
				 print_number(k->c->arena, k->value),
				 print_number(k->c->arena, want)));
}

static void check_number(struct check *k)
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

/* --- combinations ---------------------------------------------------------------------------- */

static void check_all_of(struct check *k)
{
	const struct schema_list *list = &k->schema->all_of;
	struct faults faults = { 0 };

	for (size_t i = 0; i < list->count && !(k->only_whether && faults.count); i++) {
		struct fault *f = check_self(k, list->items[i], false);

		if (f)
			*vec_push(k->c->arena, &faults) = f;
	}
	if (faults.count)
		add_with(k, "'allOf' failed", &faults);
}

static void check_any_of(struct check *k)
{
	const struct schema_list *list = &k->schema->any_of;
	struct faults faults = { 0 };
	bool matched = !list->count;

	for (size_t i = 0; i < list->count && !(matched && !k->unseen.count); i++) {
		struct fault *f = check_self(k, list->items[i], false);

		if (f)
			*vec_push(k->c->arena, &faults) = f;
		else
			matched = true;
	}
	if (!matched)
		add_with(k, "'anyOf' failed", &faults);
}

static void check_one_of(struct check *k)
{
	const struct schema_list *list = &k->schema->one_of;
	struct faults faults = { 0 };
	size_t matched = list->count;

	for (size_t i = 0; i < list->count; i++) {
		struct fault *f = check_self(k, list->items[i], matched != list->count);

		if (f && matched == list->count) {
			*vec_push(k->c->arena, &faults) = f;
		} else if (!f && matched != list->count) {
			add_text(k, arena_printf(k->c->arena,
						 "'oneOf' failed, subschemas %zu, %zu matched",
						 matched, i));
			break;
		} else if (!f) {
			matched = i;
		}
	}
	if (list->count && matched == list->count)
		add_with(k, "'oneOf' failed, none matched", &faults);
}

static void check_combinations(struct check *k)
{
	const struct schema *s = k->schema;

	if (s->not &&!check_self(k, s->not, true))
		add_text(k, "'not' failed");
	check_all_of(k);
	check_any_of(k);
	check_one_of(k);
	if (!s->condition)
		return;
	if (!check_self(k, s->condition, true)) {
		if (s->then)
			add(k, check_self(k, s->then, false));
	} else if (s->otherwise) {
		add(k, check_self(k, s->otherwise, false));
	}
}

/* The outermost schema on the way here that a dynamic reference may mean. */
static const struct schema *resolve_dynamic(const struct check *k, const char *anchor,
					    const struct schema *fallback)
{
	const struct schema *found = fallback;

	for (const struct scope *s = &k->scope; s; s = s->parent) {
		struct schema_resource *r = s->schema->resource;
		const struct schema *here;

		if (!anchor)
			here = r->recursive_anchor ? r->schema : NULL;
		else
			here = map_get(&r->dynamic_anchors, anchor);
		if (here)
			found = here;
	}
	return found;
}

static void check_dynamic_references(struct check *k)
{
	const struct schema *s = k->schema->recursive_ref;

	if (s)
		add(k, check_reference(k, s->resource->recursive_anchor && s == s->resource->schema
						  ? resolve_dynamic(k, NULL, s)
						  : s));
	s = k->schema->dynamic_ref;
	if (s) {
		const char *anchor = k->schema->dynamic_ref_anchor;

		if (*anchor && !strcmp(s->dynamic_anchor, anchor))
			s = resolve_dynamic(k, anchor, s);
		add(k, check_reference(k, s));
	}
}

static void check_unevaluated(struct check *k)
{
	const struct schema *s = k->schema;
	const struct node *v = k->value;

	if (v->type == NODE_MAP && s->unevaluated_properties) {
		for (uint32_t i = 0; k->unseen.left && i < v->len; i++) {
			if (k->unseen.left[i])
				add(k, check_child(k, s->unevaluated_properties,
						   v->entries[i].value, v->entries[i].key->text));
		}
		k->unseen = (struct unseen){ 0 };
	}
	if (v->type == NODE_SEQ && s->unevaluated_items) {
		for (uint32_t i = 0; k->unseen.left && i < v->len; i++) {
			if (k->unseen.left[i])
				add(k, check_item(k, s->unevaluated_items, i));
		}
		k->unseen = (struct unseen){ 0 };
	}
}

/* --- the whole ------------------------------------------------------------------------------- */

static bool goes_round(const struct check *k)
{
	for (const struct scope *s = k->scope.parent; s && s->value == k->scope.value;
	     s = s->parent) {
		if (s->schema == k->scope.schema)
			return true;
	}
	return false;
}

static void check_by_type(struct check *k)
{
	const struct schema *s = k->schema;

	if (k->value->type == NODE_MAP) {
		check_object(k);
	} else if (k->value->type == NODE_SEQ) {
		check_count(k, "Items", (long)k->value->len, s->min_items, s->max_items);
		check_unique(k);
		check_items(k);
		check_contains(k);
	} else if (k->value->type == NODE_STR) {
		check_string(k);
	} else if (is_number(k->value)) {
		check_number(k);
	}
}

static struct fault *run_keywords(struct check *k)
{
	const struct schema *s = k->schema;
	struct fault *f = check_type(k);

	if (!f)
		f = check_constant(k);
	if (!f)
		f = check_enum(k);
	if (!f)
		f = check_format(k);
	if (f)
		return f;
	if (s->ref) {
		f = check_reference(k, s->ref);
		if (s->draft < 2019)
			return f;
		add(k, f);
	}
	check_by_type(k);
	if (!k->faults.count || !k->only_whether) {
		check_dynamic_references(k);
		check_combinations(k);
		check_unevaluated(k);
	}
	if (k->faults.count < 2)
		return k->faults.count ? k->faults.items[0] : NULL;
	f = fault(k, "validation failed");
	f->group = true;
	f->causes = k->faults;
	return f;
}

static struct fault *run(struct check *k)
{
	struct fault *f;

	if (k->schema->always)
		return NULL;
	if (k->schema->never)
		return fault(k, "false schema");
	if (goes_round(k))
		return fault(k,
			     arena_printf(k->c->arena, "%s refers to itself", k->schema->location));
	if (k->c->depth >= LIMIT_DEPTH * 4 || arena_over_budget(k->c->arena))
		return fault(k, "the schema is too deep to be checked");
	k->c->depth++;
	f = run_keywords(k);
	k->c->depth--;
	return f;
}

static void print_fault(struct arena *a, struct buf *out, const struct fault *f, int indent)
{
	if (!(f->reference && f->causes.count == 1)) {
		buf_char(out, '\n');
		buf_pad(out, ' ', 2 * (size_t)indent);
		buf_printf(out, "- at %s: %s", jsonschema_quote(a, f->at), f->text);
		indent++;
	}
	for (size_t i = 0; i < f->causes.count; i++)
		print_fault(a, out, f->causes.items[i], indent);
}

/* The origin of the first value that is named. */
static origin_id first_origin(const struct fault *f)
{
	origin_id found = f->causes.count ? 0 : f->origin;

	for (size_t i = 0; i < f->causes.count && !found; i++)
		found = first_origin(f->causes.items[i]);
	return found ? found : f->origin;
}

const char *jsonschema_validate(struct arena *a, const struct schema *schema,
				const struct node *value)
{
	return jsonschema_validate_at(a, schema, value, NULL);
}

const char *jsonschema_validate_at(struct arena *a, const struct schema *schema,
				   const struct node *value, origin_id *where)
{
	struct checker c = { .arena = a };
	struct check k = { .c = &c,
			   .schema = schema,
			   .value = value,
			   .scope = { NULL, schema, 0 },
			   .unseen = unseen_of(a, value, schema, false) };
	struct fault *f = run(&k);
	struct buf out;
	const char *text;

	if (!f)
		return NULL;
	if (where)
		*where = first_origin(f);
	buf_init(&out, 0);
	buf_printf(&out, "jsonschema validation failed with %s",
		   jsonschema_quote(a, schema->location));
	if (f->group) {
		for (size_t i = 0; i < f->causes.count; i++)
			print_fault(a, &out, f->causes.items[i], 0);
	} else {
		print_fault(a, &out, f, 0);
	}
	text = buf_dup(&out, a);
	buf_release(&out);
	return text;
}
