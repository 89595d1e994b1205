/*
 * A value against a CRD's schema, as kube-openapi's validator judges it: which checks apply depends
 * on the value's own type, so that `maxLength` says nothing of a number.
 */
#include "validate/schema/custom_internal.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "base/regex.h"
#include "base/text.h"
#include "validate/schema/structure.h"

void custom_fail(struct custom *c, unsigned flags, const char *rule, const struct node *n,
		 const struct path *at, const char *fmt, ...)
{
	va_list args;

	c->failures++;
	if (c->quiet)
		return;
	if (flags & CUSTOM_BLOCKS_RULES)
		c->blocking = true;
	va_start(args, fmt);
	findings_add(c->out, SEVERITY_ERROR, rule, c->object, path_text(c->out->arena, at),
		     n ? n->origin : 0, "%s", arena_vprintf(c->out->arena, fmt, args));
	va_end(args);
}

/* --- types --- */
static const char *type_words(struct arena *a, unsigned types)
{
	static const char *const words[] = { "a mapping",
					     "a list",
					     "a string",
					     "an integer",
					     "a number",
					     "a boolean",
					     "a value of an unknown type" };
	const char *text = NULL;

	for (unsigned i = 0; i < ARRAY_SIZE(words); i++) {
		if (types & 1u << i)
			text = text ? arena_printf(a, "%s or %s", text, words[i]) : words[i];
	}
	return text ? text : "another value";
}

/* The types that a value satisfies; a whole number is both an integer and a number. */
static unsigned types_of(const struct node *n)
{
	int64_t integer;

	switch ((enum node_type)n->type) {
	case NODE_BOOL:
		return CUSTOM_BOOLEAN;
	case NODE_INT:
	case NODE_FLOAT:
		return structure_integer(n, &integer) ? CUSTOM_INTEGER | CUSTOM_NUMBER
						      : CUSTOM_NUMBER;
	case NODE_STR:
		return CUSTOM_STRING;
	case NODE_SEQ:
		return CUSTOM_ARRAY;
	case NODE_MAP:
		return CUSTOM_OBJECT;
	case NODE_NULL:
		break;
	}
	return 0;
}

/* A format counts only for the types that the server keeps it for. */
static const char *format_of(const struct custom *c, const struct custom_schema *s)
{
	const char *f = s->format;

	if (!f || !*f)
		return NULL;
	if (s->types == 0 || s->types == CUSTOM_STRING)
		return custom_format_known(f, c->minor) ? f : NULL;
	if (s->types == CUSTOM_INTEGER)
		return !strcmp(f, "int32") || !strcmp(f, "int64") ? f : NULL;
	if (s->types == CUSTOM_NUMBER)
		return !strcmp(f, "float") || !strcmp(f, "double") ? f : NULL;
	return NULL;
}

static void check_type(struct custom *c, const struct custom_schema *s, const struct node *n,
		       const struct path *at)
{
	struct arena *a = c->out->arena;
	const char *wanted, *format = format_of(c, s);
	bool fits = s->types & types_of(n);

	if (n->type == NODE_NULL)
		fits = !s->types || s->nullable;
	else if (format && !(s->types & (CUSTOM_INTEGER | CUSTOM_NUMBER)))
		fits = fits || n->type == NODE_STR || n->type == NODE_SEQ;
	else if (!s->types && !format)
		fits = true;
	if (fits)
		return;
	if (c->quiet) {
		c->failures++;
		return;
	}
	wanted = type_words(a, s->types);
	custom_fail(c, CUSTOM_BLOCKS_RULES, "schema/type", n, at, "expected %s, found %s%s", wanted,
		    structure_describe(a, n), structure_hint(a, n, wanted));
}

/* --- scalars --- */
static size_t rune_count(const struct node *n)
{
	size_t count = 0;

	for (uint32_t i = 0; i < n->len; i++)
		count += ((unsigned char)n->text[i] & 0xc0) != 0x80;
	return count;
}

static void check_string(struct custom *c, const struct custom_schema *s, const struct node *n,
			 const struct path *at)
{
	size_t length = s->max_length >= 0 || s->min_length > 0 ? rune_count(n) : 0;
	const char *format = format_of(c, s);

	if (s->max_length >= 0 && length > (size_t)s->max_length)
		custom_fail(c, CUSTOM_BLOCKS_RULES, "schema/length", n, at,
			    "too long: %zu characters, at most %lld are allowed", length,
			    (long long)s->max_length);
	else if (s->min_length > 0 && length < (size_t)s->min_length)
		custom_fail(c, 0, "schema/length", n, at,
			    "%s: expected at least %lld character%s, found %zu",
			    n->len ? "too short" : "must not be empty", (long long)s->min_length,
			    s->min_length == 1 ? "" : "s", length);
	else if (s->regex && !regex_match(s->regex, n->text, n->len))
		custom_fail(c, 0, "schema/pattern", n, at, "'%.*s' does not match '%s'",
			    (int)text_cut(n->text, n->len, 100), n->text, s->pattern);
	if (format && !custom_format_ok(format, n->text, n->len, c->minor))
		custom_fail(c, CUSTOM_BLOCKS_RULES, "schema/format", n, at, "'%.*s' is no valid %s",
			    (int)text_cut(n->text, n->len, 100), n->text, format);
}

static bool is_multiple(double value, double factor)
{
	double times = factor < 1 ? 1 / factor * value : value / factor;

	return factor > 0 && fabs(times - round(times)) <= 1e-9 * fmax(1, fabs(times));
}

static void check_number(struct custom *c, const struct custom_schema *s, const struct node *n,
			 const struct path *at)
{
	const char *format = format_of(c, s);
	int64_t integer = 0;
	bool whole = structure_integer(n, &integer);
	double value = whole ? (double)integer : strtod(n->text, NULL);

	if (format && !strcmp(format, "int32") && (!whole || integer != (int32_t)integer))
		custom_fail(c, 0, "schema/range", n, at, "%s does not fit 32 bits", n->text);
	/* of a whole number the server takes the factor as whole, too: 0.5 is then 0 */
	if (s->has_multiple && (whole ? (int64_t)s->multiple <= 0 || integer % (int64_t)s->multiple
				      : !is_multiple(value, s->multiple)))
		custom_fail(c, 0, "schema/range", n, at, "%s is no multiple of %g", n->text,
			    s->multiple);
	if (s->has_maximum && (s->exclusive_maximum ? value >= s->maximum : value > s->maximum))
		custom_fail(c, 0, "schema/range", n, at, "%s is too large: it must be %s %.17g",
			    n->text, s->exclusive_maximum ? "below" : "at most", s->maximum);
	if (s->has_minimum && (s->exclusive_minimum ? value <= s->minimum : value < s->minimum))
		custom_fail(c, 0, "schema/range", n, at, "%s is too small: it must be %s %.17g",
			    n->text, s->exclusive_minimum ? "above" : "at least", s->minimum);
}

static const char *value_list(struct arena *a, const struct node *values)
{
	struct buf b;
	const char *text;

	buf_init(&b, 2000);
	for (uint32_t i = 0; i < values->len && i < 30; i++) {
		if (i)
			buf_str(&b, ", ");
		json_write(&b, values->items[i], 0);
	}
	if (values->len > 30)
		buf_str(&b, "…");
	text = buf_dup(&b, a);
	buf_release(&b);
	return text;
}

static void check_enum(struct custom *c, const struct node *values, const struct node *n,
		       const struct path *at)
{
	struct arena *a = c->out->arena;
	struct nearest near = { 0 };

	for (uint32_t i = 0; i < values->len; i++) {
		if (values->items[i]->type != NODE_NULL && node_equal(values->items[i], n))
			return;
	}
	if (c->quiet) {
		c->failures++;
		return;
	}
	if (n->type == NODE_STR)
		near = nearest_to(n->text, n->len);
	for (uint32_t i = 0; near.word && i < values->len; i++) {
		if (values->items[i]->type == NODE_STR)
			nearest_try(&near, values->items[i]->text);
	}
	custom_fail(c, CUSTOM_BLOCKS_RULES, "schema/enum", n, at,
		    "found %s, expected one of %s%s%s%s", structure_describe(a, n),
		    value_list(a, values), near.best ? ", did you mean '" : "",
		    near.best ? near.best : "", near.best ? "'?" : "");
}

/* --- collections --- */
static void check_unique(struct custom *c, const struct node *n, const struct path *at)
{
	for (uint32_t i = 0; i < n->len; i++) {
		for (uint32_t j = 0; j < i; j++) {
			if (node_equal(n->items[i], n->items[j])) {
				custom_fail(c, 0, "schema/duplicate-item", n, at,
					    "items %u and %u are the same", j, i);
				return;
			}
		}
	}
}

const struct node *custom_correlate(const struct custom_schema *s, const struct node *item,
				    const struct node *old)
{
	if (s->list != SCHEMA_LIST_MAP || !s->list_keys || !node_is(old, NODE_SEQ))
		return NULL;
	for (uint32_t i = 0; i < old->len; i++) {
		bool same = true;

		for (uint32_t k = 0; same && k < s->list_keys->len; k++) {
			const char *key = node_text(s->list_keys->items[k]);
			const struct node *x = key ? node_get(item, key) : NULL;
			const struct node *y = key ? node_get(old->items[i], key) : NULL;

			same = x && y ? node_equal(x, y) : x == y;
		}
		if (same)
			return old->items[i];
	}
	return NULL;
}

static void check_list(struct custom *c, const struct custom_schema *s, const struct node *n,
		       const struct node *old, const struct path *at)
{
	for (uint32_t i = 0; s->items && i < n->len; i++) {
		struct path path = path_index(at, i);

		custom_value(c, s->items, n->items[i], custom_correlate(s, n->items[i], old),
			     &path);
	}
	if (s->min_items >= 0 && n->len < s->min_items)
		custom_fail(c, 0, "schema/count", n, at,
			    "too few items: %u, at least %lld are needed", n->len,
			    (long long)s->min_items);
	if (s->max_items >= 0 && n->len > s->max_items)
		custom_fail(c, CUSTOM_BLOCKS_RULES, "schema/count", n, at,
			    "too many items: %u, at most %lld are allowed", n->len,
			    (long long)s->max_items);
	if (s->unique_items)
		check_unique(c, n, at);
}

static void check_required(struct custom *c, const struct custom_schema *s, const struct node *n,
			   const struct path *at)
{
	for (uint32_t i = 0; s->required && i < s->required->len; i++) {
		const struct node *name = s->required->items[i];
		struct path path;

		const char *text =
			node_string(name) ? name->text : ""; /* null is Go's zero value */
		size_t len = *text ? name->len : 0;

		if (node_get_n(n, text, len))
			continue;
		path = path_field(at, text, len);
		custom_fail(c, CUSTOM_BLOCKS_RULES, "schema/required", n, &path,
			    "required field '%s' is missing", text);
	}
}

static void check_map(struct custom *c, const struct custom_schema *s, const struct node *n,
		      const struct node *old, const struct path *at)
{
	if (s->min_properties >= 0 && n->len < s->min_properties)
		custom_fail(c, 0, "schema/count", n, at,
			    "too few entries: %u, at least %lld are needed", n->len,
			    (long long)s->min_properties);
	if (s->max_properties >= 0 && n->len > s->max_properties)
		custom_fail(c, CUSTOM_BLOCKS_RULES, "schema/count", n, at,
			    "too many entries: %u, at most %lld are allowed", n->len,
			    (long long)s->max_properties);
	for (uint32_t i = 0; i < n->len; i++) {
		const struct node *key = n->entries[i].key;
		const struct custom_schema *member = map_get_n(&s->properties, key->text, key->len);
		struct path path = member ? path_field(at, key->text, key->len)
					  : path_key(at, key->text, key->len);

		if (!member && s->additional_refused) {
			custom_fail(c, 0, "schema/unknown-field", key, &path,
				    "field '%s' is not allowed", key->text);
			continue;
		}
		member = member ? member : s->additional;
		if (member)
			custom_value(c, member, n->entries[i].value,
				     node_get_n(old, key->text, key->len), &path);
	}
	check_required(c, s, n, at);
}

/* --- compositions --- */
static size_t count_quietly(struct custom *c, const struct custom_schema *s, const struct node *n,
			    const struct path *at)
{
	size_t found;

	c->quiet++;
	found = custom_value(c, s, n, NULL, at);
	c->quiet--;
	c->failures -= found;
	return found;
}

/* Report that none (or too many) of the alternatives fit, and why the nearest does not. */
static void check_alternatives(struct custom *c, const struct custom_schemas *list,
			       bool exactly_one, const struct node *n, const struct path *at)
{
	size_t fitting = 0, least = SIZE_MAX, nearest = 0;

	for (size_t i = 0; i < list->count; i++) {
		size_t found = count_quietly(c, list->items[i], n, at);

		fitting += !found;
		if (found < least) {
			least = found;
			nearest = i;
		}
	}
	if (fitting == 1 || (fitting && !exactly_one))
		return;
	custom_fail(c, 0, exactly_one ? "schema/one-of" : "schema/any-of", n, at,
		    fitting ? "fits %zu of the alternatives that the schema gives, where exactly "
			      "one must fit"
			    : "fits %zu of the alternatives that the schema gives",
		    fitting);
	if (!fitting)
		custom_value(c, list->items[nearest], n, NULL, at);
}

static void check_compositions(struct custom *c, const struct custom_schema *s,
			       const struct node *n, const struct path *at)
{
	if (s->any_of.count)
		check_alternatives(c, &s->any_of, false, n, at);
	if (s->one_of.count)
		check_alternatives(c, &s->one_of, true, n, at);
	for (size_t i = 0; i < s->all_of.count; i++)
		custom_value(c, s->all_of.items[i], n, NULL, at);
	if (s->negation && !count_quietly(c, s->negation, n, at))
		custom_fail(c, 0, "schema/not", n, at,
			    "has a form that the schema forbids ('not')");
}

size_t custom_value(struct custom *c, const struct custom_schema *s, const struct node *n,
		    const struct node *old, const struct path *at)
{
	size_t before = c->failures;

	if (old && node_equal(n, old))
		return 0;
	check_type(c, s, n, at);
	if (n->type != NODE_NULL)
		check_compositions(c, s, n, at);
	if (n->type == NODE_STR)
		check_string(c, s, n, at);
	else if (n->type == NODE_INT || n->type == NODE_FLOAT)
		check_number(c, s, n, at);
	else if (n->type == NODE_SEQ)
		check_list(c, s, n, old, at);
	if (s->values && s->values->len)
		check_enum(c, s->values, n, at);
	if (n->type == NODE_MAP)
		check_map(c, s, n, old, at);
	return c->failures - before;
}
