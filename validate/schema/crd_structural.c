/*
 * Structural schemas: every value that a rule speaks of has a type of its own outside of allOf,
 * anyOf, oneOf and not, which may only narrow values.
 */
#include <string.h>

#include "base/regex.h"
#include "validate/schema/crd_check.h"

enum level { LEVEL_ROOT, LEVEL_ITEM, LEVEL_FIELD };

static void check_structural(struct crd_checking *c, const struct node *s, enum level level,
			     const struct path *at);
static void check_nested(struct crd_checking *c, const struct node *v, bool skip_any_of,
			 const struct path *at);

static void bad_at(struct crd_checking *c, const struct node *s, const char *key,
		   const struct path *at, const char *text)
{
	struct path path = path_field(at, key, strlen(key));
	const struct node *n = node_get(s, key);

	crd_bad(c, n ? n : s, &path, "%s", text);
}

static const char *type_of(const struct node *s)
{
	const char *type = node_get_string(s, "type");

	return type ? type : "";
}

static bool is_only_type(const struct node *s, const char *type)
{
	return node_is(s, NODE_MAP) && s->len == 1 && !strcmp(type_of(s), type);
}

/* The one composition in which types are allowed: {anyOf: [{type: integer}, {type: string}]}. */
static bool is_int_or_string(const struct node *any_of)
{
	return node_is(any_of, NODE_SEQ) && any_of->len == 2 &&
	       is_only_type(any_of->items[0], "integer") &&
	       is_only_type(any_of->items[1], "string");
}

static const struct node *first_any_of(const struct node *s)
{
	const struct node *all_of = crd_get(s, "allOf");

	return node_is(all_of, NODE_SEQ) && all_of->len ? crd_get(all_of->items[0], "anyOf") : NULL;
}

/* --- what narrows values --- */
static void check_list(struct crd_checking *c, const struct node *s, const char *key,
		       bool skip_first, const struct path *at)
{
	const struct node *list = crd_get(s, key);
	struct path path = path_field(at, key, strlen(key));

	for (uint32_t i = 0; node_is(list, NODE_SEQ) && i < list->len; i++) {
		struct path item = path_index(&path, i);

		check_nested(c, list->items[i], skip_first && !i, &item);
	}
}

static void check_narrowing(struct crd_checking *c, const struct node *s, bool skip_any_of,
			    bool skip_first_all_of, const struct path *at)
{
	const char *pattern = node_get_string(s, "pattern");
	const struct node *negation = crd_get(s, "not");
	struct path path = path_field(at, "not", 3);
	struct err err = ERR_INIT;

	if (!skip_any_of)
		check_list(c, s, "anyOf", false, at);
	check_list(c, s, "allOf", skip_first_all_of, at);
	check_list(c, s, "oneOf", false, at);
	if (negation)
		check_nested(c, negation, false, &path);
	if (pattern && *pattern && !regex_get(pattern, strlen(pattern), &err)) {
		path = path_field(at, "pattern", 7);
		crd_bad(c, node_get(s, "pattern"), &path, "'%s' is no regular expression: %s",
			pattern, err.msg);
	}
}

/* What may not stand inside a composition, and what must be said of it. */
static const struct {
	const char *key;
	bool when_true; /* a flag: only true is wrong */
	const char *text;
} not_nested[] = {
	{ "type", false, "must not be set inside of allOf, anyOf, oneOf or not" },
	{ "additionalProperties", false, "must not be set inside of allOf, anyOf, oneOf or not" },
	{ "default", false, "must not be set inside of allOf, anyOf, oneOf or not" },
	{ "title", false, "must not be set inside of allOf, anyOf, oneOf or not" },
	{ "description", false, "must not be set inside of allOf, anyOf, oneOf or not" },
	{ "nullable", true, "must not be true inside of allOf, anyOf, oneOf or not" },
	{ "x-kubernetes-preserve-unknown-fields", true,
	  "must not be true inside of allOf, anyOf, oneOf or not" },
	{ "x-kubernetes-embedded-resource", true,
	  "must not be true inside of allOf, anyOf, oneOf or not" },
	{ "x-kubernetes-int-or-string", true,
	  "must not be true inside of allOf, anyOf, oneOf or not" },
	{ "x-kubernetes-list-map-keys", false,
	  "must not be set inside of allOf, anyOf, oneOf or not" },
	{ "x-kubernetes-list-type", false, "must not be set inside of allOf, anyOf, oneOf or not" },
	{ "x-kubernetes-map-type", false, "must not be set inside of allOf, anyOf, oneOf or not" },
	{ "x-kubernetes-validations", false,
	  "must not be set inside of allOf, anyOf, oneOf or not" },
};

static bool is_set(const struct node *n, bool when_true)
{
	if (when_true)
		return node_true(n);
	if (node_is(n, NODE_STR) || node_is(n, NODE_SEQ))
		return n->len;
	return !node_is_null(n);
}

static void check_nested(struct crd_checking *c, const struct node *v, bool skip_any_of,
			 const struct path *at)
{
	const struct node *properties = crd_get(v, "properties"), *items = crd_get(v, "items");
	struct path path = path_field(at, "items", 5);

	check_narrowing(c, v, skip_any_of, false, at);
	if (node_is(items, NODE_MAP))
		check_nested(c, items, false, &path);
	path = path_field(at, "properties", 10);
	for (uint32_t i = 0; node_is(properties, NODE_MAP) && i < properties->len; i++) {
		const struct node_entry *e = &properties->entries[i];
		struct path member = path_key(&path, e->key->text, e->key->len);

		check_nested(c, e->value, false, &member);
		if (!strcmp(e->key->text, "metadata"))
			crd_bad(c, e->key, &member, "metadata must not be restricted here");
	}
	for (size_t i = 0; i < ARRAY_SIZE(not_nested); i++) {
		if (is_set(node_get(v, not_nested[i].key), not_nested[i].when_true))
			bad_at(c, v, not_nested[i].key, at, not_nested[i].text);
	}
}

/* --- completeness: what a composition speaks of must be declared outside of it --- */
static void check_declared(struct crd_checking *c, const struct node *v, const struct node *s,
			   const struct path *at)
{
	static const char *const lists[] = { "allOf", "anyOf", "oneOf" };
	const struct node *negation = crd_get(v, "not");
	const struct node *properties = crd_get(v, "properties"), *items = crd_get(v, "items");
	const struct node *declared = crd_get(s, "properties");
	struct path path = path_field(at, "items", 5);

	if (!s) {
		crd_bad(c, v, at, "must be declared outside of allOf, anyOf, oneOf and not, too");
		return;
	}
	if (negation)
		check_declared(c, negation, s, at);
	for (size_t k = 0; k < ARRAY_SIZE(lists); k++) {
		const struct node *list = crd_get(v, lists[k]);

		for (uint32_t i = 0; node_is(list, NODE_SEQ) && i < list->len; i++)
			check_declared(c, list->items[i], s, at);
	}
	if (v == s)
		return; /* the schema itself declares what it holds */
	if (node_is(items, NODE_MAP))
		check_declared(c, items, crd_get(s, "items"), &path);
	path = path_field(at, "properties", 10);
	for (uint32_t i = 0; node_is(properties, NODE_MAP) && i < properties->len; i++) {
		const struct node_entry *e = &properties->entries[i];
		struct path member = path_key(&path, e->key->text, e->key->len);

		check_declared(c, e->value, node_get_n(declared, e->key->text, e->key->len),
			       &member);
	}
}

/* --- metadata --- */
static bool is_root_metadata(const struct node *s)
{
	static const char *const allowed[] = { "type", "default", "properties" };
	const struct node *properties = crd_get(s, "properties");

	for (uint32_t i = 0; i < s->len; i++) {
		bool known = false;

		for (size_t k = 0; k < ARRAY_SIZE(allowed); k++)
			known = known || !strcmp(allowed[k], s->entries[i].key->text);
		/* of `required`, an empty list counts too */
		if (!strcmp(s->entries[i].key->text, "required") &&
		    node_is(s->entries[i].value, NODE_SEQ))
			return false;
		if (!known && is_set(s->entries[i].value, s->entries[i].value->type == NODE_BOOL))
			return false;
	}
	for (uint32_t i = 0; node_is(properties, NODE_MAP) && i < properties->len; i++) {
		const char *name = properties->entries[i].key->text;

		if (strcmp(name, "name") && strcmp(name, "generateName"))
			return false;
	}
	return true;
}

static void check_metadata(struct crd_checking *c, const struct node *s, bool is_object,
			   enum level level, const struct path *at)
{
	if (is_object && strcmp(type_of(s), "object"))
		bad_at(c, s, "type", at, "must be object: it is an object's metadata");
	if (level == LEVEL_ROOT && !is_root_metadata(s))
		crd_bad(c, s, at,
			"only name and generateName may be restricted; metadata is declared "
			"implicitly");
}

static void check_meta_fields(struct crd_checking *c, const struct node *s, enum level level,
			      const struct path *at)
{
	static const char *const strings[] = { "kind", "apiVersion" };
	const struct node *properties = crd_get(s, "properties");
	const struct node *metadata = crd_get(properties, "metadata");
	bool is_object =
		level == LEVEL_ROOT || node_true(node_get(s, "x-kubernetes-embedded-resource"));
	struct path list = path_field(at, "properties", 10);

	for (size_t i = 0; is_object && i < ARRAY_SIZE(strings); i++) {
		const struct node *n = crd_get(properties, strings[i]);
		struct path path = path_key(&list, strings[i], strlen(strings[i]));

		if (n && strcmp(type_of(n), "string"))
			bad_at(c, n, "type", &path, "must be string");
	}
	if (metadata) {
		struct path path = path_key(&list, "metadata", 8);

		check_metadata(c, metadata, is_object, level, &path);
	}
}

/* --- the schema itself --- */
static const struct node nothing = { .type = NODE_MAP }; /* what null declares */

static void check_below(struct crd_checking *c, const struct node *s, enum level level,
			const struct path *at)
{
	const struct node *properties = crd_get(s, "properties"), *items = crd_get(s, "items");
	const struct node *more = crd_get(s, "additionalProperties");
	struct path path = path_field(at, "items", 5);

	if (!strcmp(type_of(s), "array") && !items)
		crd_bad(c, s, &path, "a list needs the schema of its items");
	if (node_is(items, NODE_MAP))
		check_structural(c, items, LEVEL_ITEM, &path);
	path = path_field(at, "properties", 10);
	for (uint32_t i = 0; node_is(properties, NODE_MAP) && i < properties->len; i++) {
		const struct node_entry *e = &properties->entries[i];
		struct path member = path_key(&path, e->key->text, e->key->len);

		check_structural(c, node_is(e->value, NODE_MAP) ? e->value : &nothing, LEVEL_FIELD,
				 &member);
	}
	path = path_field(at, "additionalProperties", 20);
	if (more && level == LEVEL_ROOT)
		crd_bad(c, more, &path, "must not be used at the root");
	if (node_is(more, NODE_MAP))
		check_structural(c, more, LEVEL_FIELD, &path);
}

static void check_type(struct crd_checking *c, const struct node *s, enum level level,
		       const struct path *at)
{
	static const char *const missing[] = {
		[LEVEL_ROOT] = "must be object at the root",
		[LEVEL_ITEM] = "is needed for the items of a list",
		[LEVEL_FIELD] = "is needed for each field",
	};
	bool embedded = node_true(node_get(s, "x-kubernetes-embedded-resource"));
	bool preserve = node_true(node_get(s, "x-kubernetes-preserve-unknown-fields"));
	bool either = node_true(node_get(s, "x-kubernetes-int-or-string"));
	const char *type = type_of(s);

	if (either && preserve)
		bad_at(c, s, "x-kubernetes-preserve-unknown-fields", at,
		       "must be false if x-kubernetes-int-or-string is true");
	if (either && embedded)
		bad_at(c, s, "x-kubernetes-embedded-resource", at,
		       "must be false if x-kubernetes-int-or-string is true");
	if (embedded && strcmp(type, "object"))
		bad_at(c, s, "type", at,
		       "must be object if x-kubernetes-embedded-resource is true");
	else if (!*type && !either && !preserve)
		bad_at(c, s, "type", at, missing[level]);
	if (embedded && crd_get(s, "additionalProperties"))
		bad_at(c, s, "additionalProperties", at,
		       "must not be used if x-kubernetes-embedded-resource is set");
	if (level == LEVEL_ROOT && *type && strcmp(type, "object"))
		bad_at(c, s, "type", at, "must be object at the root");
	if (embedded && !preserve && (!crd_get(s, "properties") || !crd_get(s, "properties")->len))
		bad_at(c, s, "properties", at,
		       "is needed if x-kubernetes-embedded-resource is true and "
		       "x-kubernetes-preserve-unknown-fields is not");
}

static void check_structural(struct crd_checking *c, const struct node *s, enum level level,
			     const struct path *at)
{
	check_below(c, s, level, at);
	check_narrowing(c, s, is_int_or_string(crd_get(s, "anyOf")),
			is_int_or_string(first_any_of(s)), at);
	check_type(c, s, level, at);
	check_meta_fields(c, s, level, at);
}

void crd_check_structural(struct crd_checking *c, const struct node *schema, const struct path *at)
{
	check_structural(c, schema, LEVEL_ROOT, at);
	check_declared(c, schema, schema, at);
}

size_t crd_structural_problems(const struct schema_release *r, const struct node *schema)
{
	struct crd_checking c = { .release = r };
	struct path at = PATH_INIT;

	crd_check_structural(&c, schema, &at);
	return c.failures;
}
