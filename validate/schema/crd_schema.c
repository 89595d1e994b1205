/* A CRD's openAPIV3Schema: what the server refuses in it besides not being structural. */
#include <string.h>

#include "base/text.h"
#include "validate/schema/crd.h"
#include "validate/schema/crd_check.h"
#include "validate/schema/custom_rules.h"
#include "validate/schema/custom.h"
#include "validate/schema/structure.h"

/* What is known of the place that a walk has reached. */
struct place {
	bool root, in_meta;	/* in_meta: inside an object's metadata, apiVersion or kind */
	const char *no_default; /* why defaults are refused; NULL: they are not */
	uint64_t times;		/* how many an object may hold, for the cost of rules; 0 is 1;
				   RULE_UNBOUNDED */
};

static void check_schema(struct crd_checking *c, const struct node *s, const struct path *at,
			 struct place place);

static void bad_at(struct crd_checking *c, const struct node *s, const char *key,
		   const struct path *at, const char *text)
{
	struct path path = path_field(at, key, strlen(key));
	const struct node *n = node_get(s, key);

	crd_bad(c, n ? n : s, &path, "%s", text);
}

/* --- what is not supported --- */
static void check_type_name(struct crd_checking *c, const struct node *s, const struct path *at)
{
	static const char *const types[] = { "array",  "boolean", "integer",
					     "number", "object",  "string" };
	const char *type = node_string_at(s, "type");
	struct nearest near = nearest_to(type, strlen(type));
	struct path path = path_field(at, "type", 4);

	for (size_t i = 0; i < ARRAY_SIZE(types); i++) {
		if (!strcmp(types[i], type))
			return;
		nearest_try(&near, types[i]);
	}
	if (!*type)
		return;
	if (!strcmp(type, "null"))
		crd_bad(c, node_get(s, "type"), &path, "there is no type null, use nullable");
	else
		crd_bad(c, node_get(s, "type"), &path,
			"'%s' is no type: array, boolean, integer, number, object and string "
			"are%s%s%s",
			type, near.best ? ", did you mean '" : "", near.best ? near.best : "",
			near.best ? "'?" : "");
}

/* Of "$schema" the server says only which version's schema has one. */
static void refuse(struct crd_checking *c, const struct node *s, const char *field,
		   const struct node *value, const struct path *at)
{
	static const char message[] = "is not supported in a CustomResourceDefinition";

	if (!strcmp(field, "$schema") && c->root)
		crd_bad(c, value, c->root, "'%s' %s", field, message);
	else
		bad_at(c, s, field, at, message);
}

static void check_unsupported(struct crd_checking *c, const struct node *s, const struct path *at)
{
	static const char *const refused[] = {
		"id",		"$schema", "additionalItems", "patternProperties", "definitions",
		"dependencies", "$ref"
	};
	const struct node *keep = crd_get(s, "x-kubernetes-preserve-unknown-fields");

	for (size_t i = 0; i < ARRAY_SIZE(refused); i++) {
		const struct node *n = crd_get(s, refused[i]);

		if (n && (node_is_scalar(n) ? n->len
					    : (n->len || !strcmp(refused[i], "dependencies") ||
					       !strcmp(refused[i], "additionalItems"))))
			refuse(c, s, refused[i], n, at);
	}
	if (node_is(crd_get(s, "items"), NODE_SEQ))
		bad_at(c, s, "items", at, "must be one schema, not a list of them");
	if (node_true(node_get(s, "uniqueItems")))
		bad_at(c, s, "uniqueItems", at,
		       "must not be true; x-kubernetes-list-type: set makes items unique");
	if (node_is(keep, NODE_BOOL) && !node_true(keep))
		bad_at(c, s, "x-kubernetes-preserve-unknown-fields", at,
		       "must be true or not be there");
}

/* --- list and map types --- */
static bool one_of(const char *text, const char *a, const char *b, const char *c)
{
	return !strcmp(text, a) || !strcmp(text, b) || (c && !strcmp(text, c));
}

static void check_set_items(struct crd_checking *c, const struct node *items, const struct path *at)
{
	const char *list = node_get_string(items, "x-kubernetes-list-type");
	const char *map = node_get_string(items, "x-kubernetes-map-type");
	struct path path = path_field(at, "items", 5);

	if (!strcmp(node_string_at(items, "type"), "array") && list && strcmp(list, "atomic"))
		bad_at(c, items, "x-kubernetes-list-type", &path,
		       "must be atomic: it is an item of a set");
	if (!strcmp(node_string_at(items, "type"), "object") && (!map || strcmp(map, "atomic")))
		bad_at(c, items, "x-kubernetes-map-type", &path,
		       "must be atomic: it is an item of a set");
}

static bool is_listed(const struct node *list, const char *text)
{
	for (uint32_t i = 0; node_is(list, NODE_SEQ) && i < list->len; i++) {
		if (node_text(list->items[i]) && !strcmp(node_text(list->items[i]), text))
			return true;
	}
	return false;
}

/* One of the keys of a list map, and the property that it names. */
static void check_list_key(struct crd_checking *c, const struct node *s, const char *key,
			   const struct path *at)
{
	const struct node *items = crd_get(s, "items");
	const struct node *n = node_get(crd_get(items, "properties"), key);
	struct path path = path_field(at, "items", 5), list = path_field(&path, "properties", 10);
	struct path member = path_key(&list, key, strlen(key));

	if (!n) {
		bad_at(c, s, "x-kubernetes-list-map-keys", at,
		       "must all be names of item properties");
		return;
	}
	if (one_of(node_string_at(n, "type"), "array", "object", NULL))
		bad_at(c, n, "type", &member, "must be a scalar: it is a key of a list map");
	if (!is_listed(crd_get(items, "required"), key) && !crd_get(n, "default"))
		bad_at(c, n, "default", &member,
		       "is needed, or the property must be required: it is a key of a list map");
	if (node_true(node_get(n, "nullable")))
		bad_at(c, n, "nullable", &member, "must not be true: it is a key of a list map");
}

static void check_list_map(struct crd_checking *c, const struct node *s, const struct path *at)
{
	const struct node *keys = crd_get(s, "x-kubernetes-list-map-keys"),
			  *items = crd_get(s, "items");
	struct path path = path_field(at, "items", 5);

	if (!keys || !keys->len)
		bad_at(c, s, "x-kubernetes-list-map-keys", at, "is needed for a list map");
	if (!items)
		bad_at(c, s, "items", at, "a list map needs the schema of its items");
	if (!node_is(items, NODE_MAP))
		return;
	if (strcmp(node_string_at(items, "type"), "object")) {
		bad_at(c, items, "type", &path, "must be object: it is an item of a list map");
		return;
	}
	for (uint32_t i = 0; node_is(keys, NODE_SEQ) && i < keys->len; i++) {
		const char *key = node_text(keys->items[i]);

		for (uint32_t j = 0; key && j < i; j++) {
			if (node_equal(keys->items[i], keys->items[j]))
				bad_at(c, s, "x-kubernetes-list-map-keys", at,
				       "must not repeat a key");
		}
		if (key)
			check_list_key(c, s, key, at);
	}
}

static void check_list_type(struct crd_checking *c, const struct node *s, const struct path *at)
{
	const char *list = node_get_string(s, "x-kubernetes-list-type");
	const struct node *items = crd_get(s, "items"),
			  *keys = crd_get(s, "x-kubernetes-list-map-keys");
	struct path path = path_field(at, "items", 5);

	if (keys && keys->len && (!list || strcmp(list, "map")))
		bad_at(c, s, "x-kubernetes-list-type", at,
		       "must be map if x-kubernetes-list-map-keys is given");
	if (!list)
		return;
	if (strcmp(node_string_at(s, "type"), "array"))
		bad_at(c, s, "type", at, "must be array if x-kubernetes-list-type is given");
	else if (!strcmp(list, "set") && node_is(items, NODE_MAP))
		check_set_items(c, items, at);
	if (!one_of(list, "atomic", "set", "map"))
		bad_at(c, s, "x-kubernetes-list-type", at, "must be atomic, set or map");
	if (!strcmp(list, "map"))
		check_list_map(c, s, at);
	if (one_of(list, "set", "map", NULL) && node_true(node_get(items, "nullable")))
		bad_at(c, items, "nullable", &path, "must not be true in a set or list map");
}

static void check_map_type(struct crd_checking *c, const struct node *s, const struct path *at)
{
	const char *map = node_get_string(s, "x-kubernetes-map-type");

	if (map && strcmp(node_string_at(s, "type"), "object"))
		bad_at(c, s, "type", at, "must be object if x-kubernetes-map-type is given");
	if (map && !one_of(map, "atomic", "granular", NULL))
		bad_at(c, s, "x-kubernetes-map-type", at, "must be atomic or granular");
}

/* --- x-kubernetes-validations, but for their CEL --- */
static bool is_blank(const char *text)
{
	return text[strspn(text, " \t\r\n")] == 0;
}

static bool has_break(const char *text)
{
	return strpbrk(text, "\r\n") != NULL;
}

/* A text without the space around it has a line break. */
static bool has_inner_break(const char *text)
{
	size_t len;

	text += strspn(text, " \t\r\n");
	for (len = strlen(text); len && strchr(" \t\r\n", text[len - 1]); len--)
		;
	return memchr(text, '\n', len) || memchr(text, '\r', len);
}

static void check_rule_texts(struct crd_checking *c, const struct node *rule, const struct path *at)
{
	const char *text = node_string_at(rule, "rule"), *message = node_string_at(rule, "message");

	if (is_blank(text))
		bad_at(c, rule, "rule", at, "is needed");
	else if (*message && is_blank(message))
		bad_at(c, rule, "message", at, "must not be blank");
	else if (has_inner_break(message))
		bad_at(c, rule, "message", at, "must not contain line breaks");
	else if (has_inner_break(text) && is_blank(message))
		bad_at(c, rule, "message", at, "is needed for a rule of several lines");
	if (*node_string_at(rule, "messageExpression") &&
	    is_blank(node_string_at(rule, "messageExpression")))
		bad_at(c, rule, "messageExpression", at, "must not be blank");
}

static void check_rule(struct crd_checking *c, const struct node *s, const struct node *rule,
		       const struct path *at)
{
	static const char *const reasons[] = { "FieldValueRequired", "FieldValueForbidden",
					       "FieldValueInvalid", "FieldValueDuplicate" };
	const char *reason = node_get_string(rule, "reason"),
		   *field = node_string_at(rule, "fieldPath"), *why;
	bool known = !reason;

	check_rule_texts(c, rule, at);
	for (size_t i = 0; i < ARRAY_SIZE(reasons); i++)
		known = known || !strcmp(reasons[i], reason);
	if (!known)
		bad_at(c, rule, "reason", at,
		       "must be FieldValueDuplicate, FieldValueForbidden, FieldValueInvalid or "
		       "FieldValueRequired");
	if (*field && is_blank(field))
		bad_at(c, rule, "fieldPath", at, "must not be blank");
	if (has_break(field))
		bad_at(c, rule, "fieldPath", at, "must not contain line breaks");
	if (*field && !crd_follow(s, field, true, &why)) {
		struct path path = path_field(at, "fieldPath", 9);

		crd_bad(c, node_get(rule, "fieldPath"), &path, "'%s' %s", field, why);
	}
}

enum { CRD_COST_LIMIT = 100000000 };

/* Add to what all expressions of the schema cost; those of at least a hundredth are remembered. */
static void note_cost(struct crd_checking *c, const struct node *rule, const char *key,
		      const struct path *at, uint64_t cost)
{
	struct path path = path_field(at, key, strlen(key));
	size_t i = CRD_COSTLIEST;

	if (__builtin_add_overflow(c->cost, cost, &c->cost))
		c->cost = UINT64_MAX;
	if (!c->out || cost < CRD_COST_LIMIT / 100 || cost <= c->most[CRD_COSTLIEST - 1].cost)
		return;
	while (--i && c->most[i - 1].cost < cost)
		c->most[i] = c->most[i - 1];
	c->most[i] =
		(struct crd_costly){ node_get(rule, key), path_text(c->out->arena, &path), cost };
}

static void check_cost(struct crd_checking *c, const struct node *schema, const struct path *at)
{
	if (c->cost <= CRD_COST_LIMIT)
		return;
	for (size_t i = 0; c->out && i < CRD_COSTLIEST && c->most[i].path; i++)
		findings_add(c->out, SEVERITY_ERROR, "crd/definition", c->object, c->most[i].path,
			     c->most[i].at->origin,
			     "its estimated cost is part of a total above the limit for all rules "
			     "of the schema; bound the lists, maps and texts that it looks at");
	crd_bad(c, schema, at,
		"the estimated cost of all rules is %.1f times the limit; bound lists, maps and "
		"texts with maxItems, maxProperties and maxLength, or simplify the rules",
		(double)c->cost / CRD_COST_LIMIT);
}

/* That the rule compiles against the schema that it stands in, and is not too costly. */
static void check_rule_cel(struct crd_checking *c, const struct node *s, const struct node *rule,
			   const struct path *at, struct place place)
{
	static const char *const keys[] = {
		[RULE_BAD] = "rule",
		[RULE_BAD_MESSAGE] = "messageExpression",
		[RULE_BAD_OLD] = "optionalOldSelf",
		[RULE_COSTLY] = "rule",
	};
	struct arena scratch = ARENA_INIT;
	struct rule_check found;
	enum rule_fault fault = custom_rule_check(&scratch, custom_compile(&scratch, s), place.root,
						  rule, place.times ? place.times : 1, &found);

	if (fault != RULE_FINE)
		bad_at(c, rule, keys[fault], at, found.why);
	note_cost(c, rule, "rule", at, found.cost);
	if (found.message_cost)
		note_cost(c, rule, "messageExpression", at, found.message_cost);
	arena_release(&scratch);
}

static void check_rules(struct crd_checking *c, const struct node *s, const struct path *at,
			struct place place)
{
	const struct node *rules = crd_get(s, "x-kubernetes-validations");
	struct path path = path_field(at, "x-kubernetes-validations", 24);

	for (uint32_t i = 0; node_is(rules, NODE_SEQ) && i < rules->len; i++) {
		struct path item = path_index(&path, i);

		check_rule(c, s, rules->items[i], &item);
		check_rule_cel(c, s, rules->items[i], &item, place);
	}
}

/* --- the walk --- */
static void check_list(struct crd_checking *c, const struct node *s, const char *key,
		       const struct path *at, struct place place)
{
	const struct node *list = crd_get(s, key);
	struct path path = path_field(at, key, strlen(key));

	for (uint32_t i = 0; node_is(list, NODE_SEQ) && i < list->len; i++) {
		struct path item = path_index(&path, i);

		check_schema(c, list->items[i], &item, place);
	}
}

static bool is_meta_name(const char *name)
{
	return one_of(name, "metadata", "kind", "apiVersion");
}

static void check_properties(struct crd_checking *c, const struct node *s, const struct path *at,
			     struct place place)
{
	const struct node *properties = crd_get(s, "properties");
	bool object = place.root || node_true(node_get(s, "x-kubernetes-embedded-resource"));
	struct path path = path_field(at, "properties", 10);

	for (uint32_t i = 0; node_is(properties, NODE_MAP) && i < properties->len; i++) {
		const struct node_entry *e = &properties->entries[i];
		struct path member = path_key(&path, e->key->text, e->key->len);
		struct place below = { .in_meta = place.in_meta,
				       .no_default = place.no_default,
				       .times = place.times };

		if (object && is_meta_name(e->key->text)) {
			below.in_meta = true;
			if (place.root)
				below.no_default =
					"in the object's own metadata, apiVersion and kind";
		}
		check_schema(c, e->value, &member, below);
	}
}

/* How many items or entries an object may hold of a schema that stands `times` times in it. */
static uint64_t times_of(const struct node *s, uint64_t times)
{
	bool list = !strcmp(node_string_at(s, "type"), "array");
	int64_t most;
	uint64_t out;

	if (!structure_integer(node_get(s, list ? "maxItems" : "maxProperties"), &most) ||
	    most < 0 || times == RULE_UNBOUNDED)
		return RULE_UNBOUNDED;
	return __builtin_mul_overflow((uint64_t)most, times ? times : 1, &out) ? RULE_UNBOUNDED - 1
									       : out;
}

static void check_more(struct crd_checking *c, const struct node *s, const struct path *at,
		       struct place place)
{
	const struct node *more = crd_get(s, "additionalProperties");
	const struct node *properties = crd_get(s, "properties");
	struct path path = path_field(at, "additionalProperties", 20);

	if (!more)
		return;
	if (properties && properties->len && !(node_is(more, NODE_BOOL) && node_true(more)))
		crd_bad(c, more, &path, "must not stand beside properties");
	if (place.in_meta)
		place.no_default = "inside of additionalProperties of metadata";
	place.times = times_of(s, place.times);
	if (node_is(more, NODE_MAP))
		check_schema(c, more, &path, place);
}

static void check_schema(struct crd_checking *c, const struct node *s, const struct path *at,
			 struct place place)
{
	struct place below = { .in_meta = place.in_meta,
			       .no_default = place.no_default,
			       .times = place.times };
	struct path path;

	if (!node_is(s, NODE_MAP))
		return;
	check_type_name(c, s, at);
	if (place.no_default && crd_get(s, "default")) {
		path = path_field(at, "default", 7);
		crd_bad(c, node_get(s, "default"), &path, "a default must not be set %s",
			place.no_default);
	}
	check_unsupported(c, s, at);
	if (place.in_meta && node_true(node_get(s, "x-kubernetes-embedded-resource")))
		bad_at(c, s, "x-kubernetes-embedded-resource", at,
		       "must not be used inside of metadata");
	check_more(c, s, at, below);
	check_properties(c, s, at, place);
	path = path_field(at, "not", 3);
	check_schema(c, crd_get(s, "not"), &path, below);
	check_list(c, s, "allOf", at, below);
	check_list(c, s, "oneOf", at, below);
	check_list(c, s, "anyOf", at, below);
	path = path_field(at, "items", 5);
	below.times = times_of(s, below.times);
	check_schema(c, crd_get(s, "items"), &path, below);
	check_map_type(c, s, at);
	check_list_type(c, s, at);
	check_rules(c, s, at, place);
}

/* --- defaults --- */
static bool is_pruned(struct crd_checking *c, const struct custom_schema *s, const struct path *at)
{
	struct arena scratch = ARENA_INIT;
	struct findings unknown;
	bool undecoded;

	findings_init(&unknown, c->out->run, &scratch);
	custom_coerce(c->release, &scratch, s, s->preset, s->embedded, c->object, at, &unknown,
		      &undecoded);
	arena_release(&scratch);
	return !unknown.count;
}

static void check_defaults(struct crd_checking *c, const struct custom_schema *s, bool in_meta,
			   const struct path *at)
{
	struct path path = path_field(at, "default", 7), list = path_field(at, "properties", 10);
	struct path dot = path_field(&path, "", 0);

	if (s->embedded)
		in_meta = false;
	if (s->preset && c->out && !in_meta) {
		if (!is_pruned(c, s, &path))
			crd_bad(c, s->preset, &path, "the default has unknown fields");
		/* the server writes default.[0] of a list, and default.a of a map */
		c->failures +=
			custom_check_value(c->release, s, s->preset, c->object,
					   s->preset->type == NODE_SEQ ? &dot : &path, c->out);
	}
	if (s->items) {
		path = path_field(at, "items", 5);
		check_defaults(c, s->items, in_meta, &path);
	}
	for (size_t i = 0; i < s->properties.count; i++) {
		const struct map_entry *e = &s->properties.entries[i];
		struct path member = path_key(&list, e->key, e->len);

		check_defaults(c, e->value, in_meta || (s->embedded && is_meta_name(e->key)),
			       &member);
	}
}

/* --- the root --- */
static void check_root(struct crd_checking *c, const struct node *s, const struct path *at,
		       bool status)
{
	static const char allowed[] =
		" description type format title maximum exclusiveMaximum minimum exclusiveMinimum "
		"maxLength minLength pattern maxItems minItems uniqueItems multipleOf required "
		"items "
		"properties externalDocs example x-kubernetes-preserve-unknown-fields "
		"x-kubernetes-validations ";

	for (uint32_t i = 0; status && i < s->len; i++) {
		const struct node *key = s->entries[i].key, *value = s->entries[i].value;
		char word[80];

		if (key->len > sizeof(word) - 3 || node_is_null(value) ||
		    (value->type == NODE_BOOL && !node_true(value)))
			continue;
		word[0] = ' ';
		memcpy(word + 1, key->text, key->len);
		memcpy(word + 1 + key->len, " ", 2);
		if (strstr(allowed, word))
			continue;
		crd_bad(c, key, at,
			"%s must not stand at the root of the schema if the status subresource is "
			"on",
			key->text);
		break;
	}
	if (status && strcmp(node_string_at(s, "type"), "object"))
		bad_at(c, s, "type", at,
		       "must be object at the root if the status subresource is on");
	if (node_true(node_get(s, "nullable")))
		bad_at(c, s, "nullable", at, "must not be true at the root");
}

/* Fields that stop the server before it looks whether a schema is structural. */
static bool is_convertible(const struct node *s)
{
	static const char *const refused[] = {
		"id",	       "$schema",      "$ref",		 "patternProperties",
		"definitions", "dependencies", "additionalItems"
	};
	const struct node *keep = crd_get(s, "x-kubernetes-preserve-unknown-fields");
	bool fine = !node_is(crd_get(s, "items"), NODE_SEQ) && (!keep || node_true(keep));

	for (size_t i = 0; i < ARRAY_SIZE(refused); i++) {
		const struct node *n = crd_get(s, refused[i]);
		bool counts = n && (n->len || !strcmp(refused[i], "additionalItems") ||
				    !strcmp(refused[i], "$ref"));

		fine = fine && !counts;
	}
	for (uint32_t i = 0; fine && node_is(s, NODE_MAP) && i < s->len; i++) {
		const char *key = s->entries[i].key->text;
		const struct node *value = s->entries[i].value;

		if (!strcmp(key, "properties")) {
			for (uint32_t k = 0; fine && node_is(value, NODE_MAP) && k < value->len;
			     k++)
				fine = is_convertible(value->entries[k].value);
		} else if (one_of(key, "items", "additionalProperties", "not")) {
			fine = is_convertible(value);
		} else if (one_of(key, "allOf", "anyOf", "oneOf")) {
			for (uint32_t k = 0; fine && node_is(value, NODE_SEQ) && k < value->len;
			     k++)
				fine = is_convertible(value->items[k]);
		}
	}
	return fine;
}

void crd_check_schema(struct crd_checking *c, const struct node *schema, const struct path *at,
		      bool status)
{
	struct place place = { .root = true };
	size_t before;

	c->root = at;
	c->cost = 0;
	memset(c->most, 0, sizeof(c->most));
	check_root(c, schema, at, status);
	before = c->failures;
	if (is_convertible(schema)) {
		crd_check_structural(c, schema, at);
		if (c->failures == before && c->out) {
			struct custom_schema *s = custom_compile(c->out->arena, schema);

			s->embedded = true; /* the root is an object */
			check_defaults(c, s, false, at);
		}
	}
	check_schema(c, schema, at, place);
	check_cost(c, schema, at);
}
