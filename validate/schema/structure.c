#include "validate/schema/structure.h"

#include <math.h>
#include <string.h>

#include "base/number.h"
#include "base/text.h"
#include "validate/rules/quantity.h"
#include "validate/rules/text.h"

struct structure {
	const struct schema_release *release;
	const struct object *object;
	struct findings *out;
	bool lenient;		  /* inside a CRD's unions, which are decoded without strictness */
	bool undecoded;		  /* a value could not be decoded at all */
	const struct path *above; /* of where the walk began: no step */
};

/* A step of the walk: the path, and the type that was found there. */
struct step {
	struct path path; /* first, so that path.up leads to the step above */
	const struct schema_type *type;
};

static void check_value(struct structure *s, const struct schema_type *type, const struct node *n,
			const struct step *at);

static void wrong_type(struct structure *s, const struct node *n, const struct step *at,
		       const char *wanted)
{
	struct arena *a = s->out->arena;

	s->undecoded = true;
	findings_add(s->out, SEVERITY_ERROR, "schema/type", s->object, path_text(a, &at->path),
		     n->origin, "expected %s, found %s%s", wanted, structure_describe(a, n),
		     structure_hint(a, n, wanted));
}

static void bad_format(struct structure *s, const struct node *n, const struct step *at,
		       const char *wanted)
{
	struct arena *a = s->out->arena;

	s->undecoded = true;
	findings_add(s->out, SEVERITY_ERROR, "schema/format", s->object, path_text(a, &at->path),
		     n->origin, "%s is not %s", structure_describe(a, n), wanted);
}

/* --- scalars --- */
static void check_integer(struct structure *s, const struct node *n, const struct step *at,
			  bool small)
{
	int64_t value;

	if (n->type != NODE_INT && n->type != NODE_FLOAT) {
		wrong_type(s, n, at, "an integer");
		return;
	}
	if (structure_integer(n, &value) && (!small || value == (int32_t)value))
		return;
	s->undecoded = true;
	if (n->type == NODE_FLOAT)
		findings_add(s->out, SEVERITY_ERROR, "schema/type", s->object,
			     path_text(s->out->arena, &at->path), n->origin,
			     "expected an integer, found the number %s", n->text);
	else
		findings_add(s->out, SEVERITY_ERROR, "schema/range", s->object,
			     path_text(s->out->arena, &at->path), n->origin,
			     "%s does not fit %s bits", n->text, small ? "32" : "64");
}

static void check_quantity(struct structure *s, const struct node *n, const struct step *at)
{
	static const char wanted[] = "a quantity like 500m, 1.5 or 2Gi";
	struct quantity value;
	int64_t integer;

	if (structure_integer(n, &integer))
		return; /* it arrives in decimal, however it is written */
	if (n->type == NODE_BOOL || !node_is_scalar(n))
		wrong_type(s, n, at, wanted);
	else if (!quantity_read(n->text, &value))
		bad_format(s, n, at, wanted);
}

/* encoding/json takes an array of bytes for bytes, too. */
static bool is_byte_array(const struct node *n)
{
	int64_t value;

	if (n->type != NODE_SEQ)
		return false;
	for (uint32_t i = 0; i < n->len; i++) {
		if (!structure_integer(n->items[i], &value) || value < 0 || value > 255)
			return false;
	}
	return true;
}

/* encoding/base64: line breaks are skipped, padding is required. */
static bool is_go_base64(const struct node *n)
{
	size_t count = 0, pads = 0;

	for (uint32_t i = 0; i < n->len; i++) {
		char c = n->text[i];
		bool letter = (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') ||
			      (c >= '0' && c <= '9') || c == '+' || c == '/';

		if (c == '\r' || c == '\n')
			continue;
		if (c == '=')
			pads++;
		else if (!letter || pads)
			return false;
		count++;
	}
	return count % 4 == 0 && pads <= 2;
}

static void check_bytes(struct structure *s, const struct node *n, const struct step *at)
{
	if (is_byte_array(n))
		return;
	if (n->type != NODE_STR)
		wrong_type(s, n, at, "a string");
	else if (!is_go_base64(n))
		bad_format(s, n, at, "base64");
}

static bool is_digits(const char *s, size_t n)
{
	while (n && *s >= '0' && *s <= '9')
		s++, n--;
	return !n;
}

static void check_time(struct structure *s, const struct node *n, const struct step *at, bool micro)
{
	const char *dot;

	if (n->type != NODE_STR) {
		wrong_type(s, n, at, "a string");
		return;
	}
	dot = strchr(n->text, '.');
	if (strlen(n->text) == n->len && is_rfc3339(n->text) &&
	    (!micro || (dot && is_digits(dot + 1, 6) && !is_digits(dot + 7, 1))))
		return;
	bad_format(s, n, at,
		   micro ? "a time with microseconds like 2024-01-31T12:00:00.000000Z"
			 : "a time like 2024-01-31T12:00:00Z");
}

/* --- the unions of a CRD's schema; what they hold is decoded without strictness --- */
static void check_schema(struct structure *s, const struct node *n, const struct step *at)
{
	static const char name[] =
		"io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.JSONSchemaProps";
	struct step step = { at->path, schema_type_find(s->release, name) };
	bool lenient = s->lenient;

	s->lenient = true;
	check_value(s, step.type, n, &step);
	s->lenient = lenient;
}

static void check_union(struct structure *s, enum schema_what what, const struct node *n,
			const struct step *at)
{
	if (n->type == NODE_MAP) {
		check_schema(s, n, at);
		return;
	}
	if (what == SCHEMA_SCHEMA_OR_BOOL) {
		if (n->type != NODE_BOOL)
			wrong_type(s, n, at, "a boolean or a schema");
		return;
	}
	for (uint32_t i = 0; n->type == NODE_SEQ && i < n->len; i++) {
		struct step item = { path_index(&at->path, i), NULL };

		if (node_is_null(n->items[i]))
			continue;
		if (what == SCHEMA_SCHEMA_OR_ARRAY)
			check_schema(s, n->items[i], &item);
		else if (n->items[i]->type != NODE_STR)
			wrong_type(s, n->items[i], &item, "a string");
	}
}

/* --- unknown fields --- */
/* A step above whose type has the field: the likely victim of wrong indentation. */
static const struct step *owner_above(const struct structure *s, const struct step *at,
				      const struct node *key)
{
	for (const struct path *p = at->path.up; p != s->above; p = p->up) {
		const struct step *step = (const struct step *)p;

		if (step->type && schema_what(step->type) == SCHEMA_OBJECT &&
		    schema_field_find(s->release, step->type, key->text, key->len))
			return step;
	}
	return NULL;
}

/* The way down to an object that has the field, as "template.spec", at most three steps deep. */
static const char *owner_below(const struct structure *s, const struct schema_type *type,
			       const struct node *key, int depth)
{
	const struct schema_field *f;

	for (size_t i = 0; (f = schema_field_at(s->release, type, i)); i++) {
		const struct schema_type *t = schema_field_type(f);

		if (schema_what(t) != SCHEMA_OBJECT || !strcmp(schema_field_name(f), "status"))
			continue;
		if (schema_field_find(s->release, t, key->text, key->len))
			return schema_field_name(f);
	}
	for (size_t i = 0; depth > 1 && (f = schema_field_at(s->release, type, i)); i++) {
		const struct schema_type *t = schema_field_type(f);
		const char *below;

		if (schema_what(t) != SCHEMA_OBJECT || !strcmp(schema_field_name(f), "status"))
			continue;
		below = owner_below(s, t, key, depth - 1);
		if (below)
			return arena_printf(s->out->arena, "%s.%s", schema_field_name(f), below);
	}
	return NULL;
}

static struct nearest nearest_field(const struct structure *s, const struct schema_type *type,
				    const struct node *key)
{
	struct nearest n = nearest_to(key->text, key->len);
	const struct schema_field *f;

	for (size_t i = 0; (f = schema_field_at(s->release, type, i)); i++)
		nearest_try(&n, schema_field_name(f));
	return n;
}

static const char *field_advice(const struct structure *s, const struct step *at,
				const struct node *key)
{
	struct arena *a = s->out->arena;
	struct nearest near = nearest_field(s, at->type, key);
	const struct step *above;
	const char *below;
	int first, last;

	if (structure_key_trap(key))
		return structure_key_trap(key);
	if (near.best && !near.distance)
		return arena_printf(a, ", did you mean '%s'? (case matters)", near.best);
	if (schema_field_releases(at->type, key->text, key->len, &first, &last))
		return first > schema_release_minor(s->release)
			       ? arena_printf(a, "; Kubernetes has it from 1.%d on", first)
			       : arena_printf(a, "; Kubernetes had it up to 1.%d", last);
	if (near.best && near.distance <= 2)
		return arena_printf(a, ", did you mean '%s'?", near.best);
	above = owner_above(s, at, key);
	if (above)
		return arena_printf(a, "; it is a field of %s: is it indented too far?",
				    above->path.kind == PATH_ROOT ? "the object itself"
								  : path_text(a, &above->path));
	below = owner_below(s, at->type, key, 3);
	if (below)
		return arena_printf(a, "; it belongs in '%s'", below);
	if (near.best)
		return arena_printf(a, ", did you mean '%s'?", near.best);
	return "";
}

static void unknown_field(struct structure *s, const struct step *at, const struct node *key)
{
	struct arena *a = s->out->arena;
	struct path path = path_field(&at->path, key->text, key->len);

	findings_add(s->out, SEVERITY_ERROR, "schema/unknown-field", s->object, path_text(a, &path),
		     key->origin, "unknown field '%.*s'%s", (int)text_cut(key->text, key->len, 80),
		     key->text, field_advice(s, at, key));
}

/* --- the walk --- */
static void check_gate(struct structure *s, const struct schema_field *f, const struct step *at,
		       const struct node *key)
{
	struct path path = path_field(&at->path, key->text, key->len);

	if (!schema_gate_off(s->release, schema_field_gate(f)))
		return;
	findings_add(s->out, SEVERITY_WARNING, "schema/dropped-field", s->object,
		     path_text(s->out->arena, &path), key->origin,
		     "the API server drops '%s' unless the feature gate %s is on, which is off by "
		     "default in 1.%d",
		     key->text, schema_field_gate(f), schema_release_minor(s->release));
}

/* The value of a list map's key in an item, or its default's; NULL when it has neither. */
static const char *key_text(const struct structure *s, const struct schema_type *type,
			    const struct node *item, const char *key, size_t len)
{
	const struct node *n = node_get_n(item, key, len);
	const struct schema_field *f;

	if (n)
		return node_text(n);
	f = schema_what(type) == SCHEMA_OBJECT ? schema_field_find(s->release, type, key, len)
					       : NULL;
	return f && *schema_field_default(f) ? schema_field_default(f) : NULL;
}

/* JSON's quotes around a default do not count. */
static bool same_text(const char *a, const char *b)
{
	size_t n, m;

	if (!a || !b)
		return a == b;
	a += *a == '"';
	b += *b == '"';
	n = strcspn(a, "\"");
	m = strcspn(b, "\"");
	return n == m && !memcmp(a, b, n);
}

static bool same_item(const struct structure *s, const struct schema_field *f, const struct node *a,
		      const struct node *b)
{
	const struct schema_type *item = schema_element(schema_field_type(f));

	if (schema_field_list(f) == SCHEMA_SET)
		return node_equal(a, b);
	for (const char *key = schema_field_keys(f); *key;) {
		size_t len = strcspn(key, ",");

		if (!same_text(key_text(s, item, a, key, len), key_text(s, item, b, key, len)))
			return false;
		key += len + (key[len] == ',');
	}
	return true;
}

/* A create takes an item twice, a server-side apply (Flux, kubectl apply --server-side) does not.
 */
static void check_items(struct structure *s, const struct schema_field *f, const struct node *n,
			const struct step *at)
{
	struct arena *a = s->out->arena;

	for (uint32_t i = 1; i < n->len && i < 1000; i++) {
		struct path path = path_index(&at->path, i);

		for (uint32_t k = 0; k < i; k++) {
			if (!same_item(s, f, n->items[i], n->items[k]))
				continue;
			findings_add(s->out, SEVERITY_WARNING, "schema/duplicate-item", s->object,
				     path_text(a, &path), n->items[i]->origin,
				     "repeats item %u%s%s: a server-side apply refuses it", k,
				     *schema_field_keys(f) ? " by its " : "", schema_field_keys(f));
			break;
		}
	}
}

static void check_object(struct structure *s, const struct node *n, const struct step *at)
{
	for (uint32_t i = 0; i < n->len; i++) {
		const struct node *key = n->entries[i].key;
		const struct schema_field *f =
			schema_field_find(s->release, at->type, key->text, key->len);
		struct step next;

		if (!f) {
			if (!s->lenient)
				unknown_field(s, at, key);
			continue;
		}
		if (node_is_null(n->entries[i].value))
			continue;
		if (*schema_field_gate(f))
			check_gate(s, f, at, key);
		next.path = path_field(&at->path, key->text, key->len);
		next.type = schema_field_type(f);
		check_value(s, next.type, n->entries[i].value, &next);
		if ((schema_field_list(f) == SCHEMA_SET ||
		     schema_field_list(f) == SCHEMA_LIST_MAP) &&
		    n->entries[i].value->type == NODE_SEQ && !s->lenient)
			check_items(s, f, n->entries[i].value, &next);
	}
}

static void check_entries(struct structure *s, const struct schema_type *type, const struct node *n,
			  const struct step *at)
{
	const struct schema_type *element = schema_element(type);

	for (uint32_t i = 0; i < n->len; i++) {
		const struct node *value = n->type == NODE_SEQ ? n->items[i] : n->entries[i].value;
		struct step next = { .type = element };

		if (node_is_null(value))
			continue;
		next.path = n->type == NODE_SEQ ? path_index(&at->path, i)
						: path_key(&at->path, n->entries[i].key->text,
							   n->entries[i].key->len);
		check_value(s, element, value, &next);
	}
}

static void check_collection(struct structure *s, const struct schema_type *type,
			     const struct node *n, const struct step *at)
{
	enum schema_what what = schema_what(type);
	enum node_type wanted = what == SCHEMA_LIST ? NODE_SEQ : NODE_MAP;

	if (n->type != wanted)
		wrong_type(s, n, at, wanted == NODE_SEQ ? "a list" : "a mapping");
	else if (what == SCHEMA_OBJECT)
		check_object(s, n, at);
	else
		check_entries(s, type, n, at);
}

static void check_value(struct structure *s, const struct schema_type *type, const struct node *n,
			const struct step *at)
{
	enum schema_what what = schema_what(type);

	switch (what) {
	case SCHEMA_ANY:
		break;
	case SCHEMA_STRING:
		if (n->type != NODE_STR)
			wrong_type(s, n, at, "a string");
		break;
	case SCHEMA_BOOLEAN:
		if (n->type != NODE_BOOL)
			wrong_type(s, n, at, "a boolean");
		break;
	case SCHEMA_INT32:
	case SCHEMA_INT64:
		check_integer(s, n, at, what == SCHEMA_INT32);
		break;
	case SCHEMA_NUMBER:
		if (n->type != NODE_INT && n->type != NODE_FLOAT)
			wrong_type(s, n, at, "a number");
		break;
	case SCHEMA_INT_OR_STRING:
		if (n->type == NODE_STR)
			break;
		if (n->type == NODE_INT || n->type == NODE_FLOAT)
			check_integer(s, n, at, true);
		else
			wrong_type(s, n, at, "an integer or a string");
		break;
	case SCHEMA_BYTES:
		check_bytes(s, n, at);
		break;
	case SCHEMA_TIME:
	case SCHEMA_MICROTIME:
		check_time(s, n, at, what == SCHEMA_MICROTIME);
		break;
	case SCHEMA_QUANTITY:
		check_quantity(s, n, at);
		break;
	case SCHEMA_SCHEMA_OR_ARRAY:
	case SCHEMA_SCHEMA_OR_BOOL:
	case SCHEMA_SCHEMA_OR_STRINGS:
		check_union(s, what, n, at);
		break;
	case SCHEMA_LIST:
	case SCHEMA_MAP:
	case SCHEMA_OBJECT:
		check_collection(s, type, n, at);
		break;
	}
}

bool structure_check(const struct schema_release *r, const struct schema_type *type,
		     const struct object *object, const struct node *root, const struct path *base,
		     struct findings *out)
{
	struct structure s = { .release = r, .object = object, .out = out };
	struct step at = { .type = type };

	if (base)
		at.path = *base;
	s.above = at.path.up;
	check_value(&s, type, root, &at);
	return !s.undecoded;
}

/* --- keys that stand twice --- */
struct duplicates {
	const struct object *object;
	const struct yaml_duplicate *items;
	size_t count;
	struct findings *out;
};

static void find_duplicates(const struct duplicates *d, const struct node *n, const struct path *at)
{
	for (size_t i = 0; n->type == NODE_MAP && i < d->count; i++) {
		const struct node *key = d->items[i].key;
		struct path path = path_field(at, key->text, key->len);
		struct origin_pos pos;

		if (d->items[i].map != n)
			continue;
		origins_resolve(d->out->run->origins, d->items[i].first->origin, &pos);
		findings_add(d->out, SEVERITY_ERROR, "schema/duplicate-key", d->object,
			     path_text(d->out->arena, &path), key->origin,
			     d->items[i].merged ? "key '%.80s' is also brought by a merge ('<<') "
						  "from line %u, which "
						  "strict decoding refuses"
						: "key '%.80s' is already set at line %u; only the "
						  "last one would count",
			     key->text, pos.line);
	}
	for (uint32_t i = 0; !node_is_scalar(n) && i < n->len; i++) {
		bool seq = n->type == NODE_SEQ;
		const struct node *key = seq ? NULL : n->entries[i].key;
		struct path next = seq ? path_index(at, i) : path_field(at, key->text, key->len);

		find_duplicates(d, seq ? n->items[i] : n->entries[i].value, &next);
	}
}

void structure_duplicates(const struct object *object, const struct node *root,
			  const struct yaml_duplicate *duplicates, size_t count,
			  struct findings *out)
{
	struct duplicates d = { object, duplicates, count, out };
	struct path at = PATH_INIT;

	if (count)
		find_duplicates(&d, root, &at);
}
