#include "base/jsonschema_compile.h"

#include <limits.h>
#include <string.h>

#include "base/buf.h"
#include "base/goquote.h"
#include "base/json.h"
#include "base/url.h"

const char *pointer_escape(struct arena *a, const char *token)
{
	struct buf b;
	const char *out;

	if (!strpbrk(token, "~/"))
		return token;
	buf_init(&b, 0);
	json_pointer_step(&b, token, strlen(token));
	out = buf_dup(&b, a);
	buf_release(&b);
	return out;
}

/* --- references ------------------------------------------------------------------------------ */

static const struct node *step(struct arena *a, const struct node *n, const char *token, size_t len)
{
	const char *key = json_pointer_key(a, token, len);
	size_t index = 0;

	if (!node_is(n, NODE_SEQ))
		return node_get(n, key);
	for (const char *p = key; *p; p++) {
		if (*p < '0' || *p > '9' || index > n->len)
			return NULL;
		index = index * 10 + (size_t)(*p - '0');
	}
	return *key && index < n->len ? n->items[index] : NULL;
}

/* Walk a JSON pointer from a resource's schema; what is passed on the way tells the resource. */
static const struct node *follow_pointer(struct compiler *c, struct schema_resource *r,
					 const char *pointer, struct schema_resource **in)
{
	const struct node *n = r->node;

	*in = r;
	while (n && *pointer == '/') {
		size_t len = strcspn(pointer + 1, "/");
		struct schema_resource *own;

		n = step(c->arena, n, pointer + 1, len);
		own = n ? map_get(&c->nodes, jsonschema_address(c, n)) : NULL;
		*in = own ? own : *in;
		pointer += len + 1;
	}
	return *pointer ? NULL : n;
}

static struct schema *enqueue(struct compiler *c, const struct node *n, struct schema_resource *r,
			      const char *location)
{
	struct schema *s = map_get(&c->schemas, jsonschema_address(c, n));

	if (s)
		return s;
	s = arena_new(c->arena, struct schema);
	s->node = n;
	s->resource = r;
	s->location = location;
	s->dynamic_ref_anchor = s->dynamic_anchor = "";
	map_set(&c->schemas, jsonschema_address(c, n), s);
	*vec_push(c->arena, &c->queue) = s;
	return s;
}

static struct schema_resource *find_resource(struct compiler *c, struct schema_resource *from,
					     const char *url)
{
	struct schema_document *d;

	for (size_t i = 0; i < from->document->resources.count; i++) {
		if (!strcmp(from->document->resources.items[i]->id, url))
			return from->document->resources.items[i];
	}
	if (!strcmp(from->document->url, url))
		return from->document->resources.items[0];
	d = jsonschema_document(c, url);
	return d && d->resources.count ? d->resources.items[0] : NULL;
}

/* The schema behind a reference; NULL with an error. */
static struct schema *resolve(struct compiler *c, const struct schema *s, const char *ref,
			      const char **anchor)
{
	const char *full = url_join(c->arena, s->resource->id, ref), *fragment;
	const char *url = url_split(c->arena, full, &fragment);
	struct schema_resource *r = find_resource(c, s->resource, url), *in;
	const struct node *n;

	if (!r)
		return NULL;
	if (*fragment && *fragment != '/') {
		*anchor = fragment;
		n = map_get(&r->anchors, fragment);
		in = n ? map_get(&c->nodes, jsonschema_address(c, n)) : NULL;
		if (!n)
			c->error = arena_printf(c->arena, "anchor in %s not found in schema %s",
						goquote(c->arena, full),
						goquote(c->arena, r->document->url));
	} else {
		n = follow_pointer(c, r, fragment, &in);
		if (!n)
			c->error = arena_printf(c->arena, "json-pointer in %s not found",
						goquote(c->arena, full));
	}
	if (!n)
		return NULL;
	if (!map_get(&c->nodes, jsonschema_address(c, n)))
		jsonschema_scan(c, in, n, false);
	return enqueue(c, n, in, arena_printf(c->arena, "%s#%s", url, fragment));
}

/* --- keywords -------------------------------------------------------------------------------- */

static struct schema *below(struct compiler *c, const struct schema *s, const struct node *n,
			    const char *key, const char *token)
{
	struct schema_resource *r = map_get(&c->nodes, jsonschema_address(c, n));
	const char *parts[] = { s->location, "/", key, token ? "/" : "",
				token ? pointer_escape(c->arena, token) : "" };
	size_t len = 0, lens[ARRAY_SIZE(parts)];
	char *location, *at;

	for (size_t i = 0; i < ARRAY_SIZE(parts); i++)
		len += lens[i] = strlen(parts[i]);
	at = location = arena_alloc(c->arena, len + 1);
	for (size_t i = 0; i < ARRAY_SIZE(parts); at += lens[i++])
		memcpy(at, parts[i], lens[i]);
	*at = '\0';
	return enqueue(c, n, r ? r : s->resource, location);
}

static struct schema *one(struct compiler *c, const struct schema *s, const char *key)
{
	const struct node *n = node_get(s->node, key);

	return n ? below(c, s, n, key, NULL) : NULL;
}

static void many(struct compiler *c, const struct schema *s, const char *key,
		 struct schema_list *out)
{
	const struct node *n = node_get(s->node, key);

	for (uint32_t i = 0; node_is(n, NODE_SEQ) && i < n->len; i++)
		*vec_push(c->arena, out) =
			below(c, s, n->items[i], key, arena_printf(c->arena, "%u", i));
}

static const struct regex *compile_regex(struct compiler *c, const struct schema *s,
					 const char *keyword, const char *text, size_t len)
{
	struct err err = ERR_INIT;
	const struct regex *re = regex_get(text, len, &err);

	if (!re && !c->error)
		c->error = arena_printf(
			c->arena, "invalid regex %s at %s: %s", goquote(c->arena, text),
			goquote(c->arena, arena_printf(c->arena, "%s/%s", s->location, keyword)),
			err.msg);
	return re;
}

static void named(struct compiler *c, struct schema *s)
{
	const struct node *n = node_get(s->node, "properties");

	map_init(&s->properties, c->arena);
	for (uint32_t i = 0; node_is(n, NODE_MAP) && i < n->len; i++)
		*map_at_n(&s->properties, n->entries[i].key->text, n->entries[i].key->len) =
			below(c, s, n->entries[i].value, "properties", n->entries[i].key->text);
	n = node_get(s->node, "patternProperties");
	for (uint32_t i = 0; node_is(n, NODE_MAP) && i < n->len; i++) {
		const struct node *key = n->entries[i].key;

		*vec_push(c->arena, &s->patterns) = (struct schema_pattern){
			compile_regex(c, s, "patternProperties", key->text, key->len),
			below(c, s, n->entries[i].value, "patternProperties", key->text),
		};
	}
}

static void dependencies(struct compiler *c, const struct schema *s, const char *key,
			 struct schema_dependencies *out)
{
	const struct node *n = node_get(s->node, key);

	for (uint32_t i = 0; node_is(n, NODE_MAP) && i < n->len; i++) {
		const struct node *value = n->entries[i].value;
		struct schema_dependency d = { .property = n->entries[i].key->text };

		if (node_is(value, NODE_SEQ))
			d.names = value;
		else if (!strcmp(key, "dependentRequired"))
			continue;
		else
			d.schema = below(c, s, value, key, d.property);
		*vec_push(c->arena, out) = d;
	}
}

static const struct node *number(const struct schema *s, const char *key)
{
	const struct node *n = node_get(s->node, key);

	return n && (n->type == NODE_INT || n->type == NODE_FLOAT) ? n : NULL;
}

static long count(const struct schema *s, const char *key)
{
	double value;

	if (!node_number(number(s, key), &value) || value < 0)
		return -1;
	return value < (double)LONG_MAX ? (long)value : LONG_MAX;
}

/* Draft 4's exclusive bounds are flags. */
static void bound(const struct schema *s, const char *key, const char *exclusive_key,
		  const struct node **inclusive, const struct node **exclusive)
{
	*inclusive = number(s, key);
	*exclusive = number(s, exclusive_key);
	if (node_true(node_get(s->node, exclusive_key))) {
		*exclusive = *inclusive;
		*inclusive = NULL;
	}
}

static void compile_validation(struct compiler *c, struct schema *s)
{
	const struct node *n = node_get(s->node, "pattern");

	s->types = node_get(s->node, "type");
	s->enumeration = node_get(s->node, "enum");
	if (!node_is(s->enumeration, NODE_SEQ))
		s->enumeration = NULL;
	s->constant = s->draft >= 6 ? node_get(s->node, "const") : NULL;
	s->multiple_of = number(s, "multipleOf");
	bound(s, "maximum", "exclusiveMaximum", &s->maximum, &s->exclusive_maximum);
	bound(s, "minimum", "exclusiveMinimum", &s->minimum, &s->exclusive_minimum);
	s->min_length = count(s, "minLength");
	s->max_length = count(s, "maxLength");
	s->min_items = count(s, "minItems");
	s->max_items = count(s, "maxItems");
	s->min_properties = count(s, "minProperties");
	s->max_properties = count(s, "maxProperties");
	s->unique_items = node_true(node_get(s->node, "uniqueItems"));
	s->required = node_get(s->node, "required");
	if (!node_is(s->required, NODE_SEQ))
		s->required = NULL;
	if (node_is(n, NODE_STR)) {
		s->pattern_text = n->text;
		s->pattern = compile_regex(c, s, "pattern", n->text, n->len);
	}
	s->min_contains = s->max_contains = -1;
	if (s->draft >= 2019) {
		s->min_contains = count(s, "minContains");
		s->max_contains = count(s, "maxContains");
	}
	if (c->options->assert_format || s->draft < 2019)
		s->format = node_get_string(s->node, "format");
}

static void compile_items(struct compiler *c, struct schema *s)
{
	const struct node *items = node_get(s->node, "items");

	if (s->draft >= 2020) {
		many(c, s, "prefixItems", &s->item_list);
		s->items = one(c, s, "items");
		s->all_items_seen = s->items != NULL;
		return;
	}
	if (node_is(items, NODE_SEQ)) {
		const struct node *more = node_get(s->node, "additionalItems");

		s->items_listed = true;
		many(c, s, "items", &s->item_list);
		s->no_additional_items = node_is(more, NODE_BOOL) && !node_true(more);
		if (more && !node_is(more, NODE_BOOL))
			s->additional_items = one(c, s, "additionalItems");
		s->all_items_seen = more != NULL;
	} else if (items) {
		s->items = one(c, s, "items");
		s->all_items_seen = true;
	}
}

static void compile_applicators(struct compiler *c, struct schema *s)
{
	const struct node *more = node_get(s->node, "additionalProperties");

	many(c, s, "allOf", &s->all_of);
	many(c, s, "anyOf", &s->any_of);
	many(c, s, "oneOf", &s->one_of);
	s->not = one(c, s, "not");
	compile_items(c, s);
	named(c, s);
	s->no_additional_properties = node_is(more, NODE_BOOL) && !node_true(more);
	if (more && !node_is(more, NODE_BOOL))
		s->additional_properties = one(c, s, "additionalProperties");
	s->all_properties_seen = more != NULL;
	dependencies(c, s, "dependencies", &s->dependencies);
	if (s->draft >= 6) {
		s->contains = one(c, s, "contains");
		s->property_names = one(c, s, "propertyNames");
	}
	if (s->draft >= 7) {
		s->condition = one(c, s, "if");
		s->then = s->condition ? one(c, s, "then") : NULL;
		s->otherwise = s->condition ? one(c, s, "else") : NULL;
	}
	if (s->draft >= 2019) {
		dependencies(c, s, "dependentSchemas", &s->dependent_schemas);
		dependencies(c, s, "dependentRequired", &s->dependent_required);
		s->unevaluated_items = one(c, s, "unevaluatedItems");
		s->unevaluated_properties = one(c, s, "unevaluatedProperties");
	}
}

static void compile_references(struct compiler *c, struct schema *s)
{
	const char *ref = node_get_string(s->node, "$ref"), *anchor = "";

	if (ref)
		s->ref = resolve(c, s, ref, &anchor);
	ref = s->draft >= 2019 ? node_get_string(s->node, "$recursiveRef") : NULL;
	if (ref && !c->error)
		s->recursive_ref = resolve(c, s, ref, &anchor);
	ref = s->draft >= 2020 ? node_get_string(s->node, "$dynamicRef") : NULL;
	if (ref && !c->error)
		s->dynamic_ref = resolve(c, s, ref, &s->dynamic_ref_anchor);
	ref = s->draft >= 2020 ? node_get_string(s->node, "$dynamicAnchor") : NULL;
	if (ref)
		s->dynamic_anchor = ref;
}

static void compile_resource(struct compiler *c, struct schema *s)
{
	struct schema_resource *r = s->resource;

	if (r->schema)
		return;
	r->schema = enqueue(c, r->node, r, arena_printf(c->arena, "%s#", r->id));
	for (size_t i = 0; i < r->dynamic_anchors.count; i++) {
		struct map_entry *e = &r->dynamic_anchors.entries[i];

		e->value = enqueue(c, e->value, r, arena_printf(c->arena, "%s#%s", r->id, e->key));
	}
}

static void compile(struct compiler *c, struct schema *s)
{
	s->draft = s->resource->draft;
	compile_resource(c, s);
	if (!node_is(s->node, NODE_MAP) || !s->node->len) {
		s->never = node_is(s->node, NODE_BOOL) && !node_true(s->node);
		s->always = !s->never;
		return;
	}
	compile_references(c, s);
	if (s->ref && s->draft < 2019)
		s->min_length = s->max_length = s->min_items = s->max_items = s->min_properties =
			s->max_properties = s->min_contains = s->max_contains = -1;
	if (c->error || (s->ref && s->draft < 2019))
		return; /* $ref's siblings don't count */
	compile_applicators(c, s);
	compile_validation(c, s);
}

const struct schema *jsonschema_compile(struct arena *a, const struct node *schema,
					const struct jsonschema_options *options,
					const char **error)
{
	struct compiler c = { .arena = a, .options = options };
	struct schema_document *d;
	struct schema *s = NULL;

	map_init(&c.documents, a);
	map_init(&c.nodes, a);
	map_init(&c.schemas, a);
	d = schema ? jsonschema_add_document(&c, options->url, schema, false)
		   : jsonschema_document(&c, options->url);
	if (d)
		s = enqueue(&c, d->root, d->resources.items[0],
			    arena_printf(a, "%s#", options->url));
	for (size_t i = 0; i < c.queue.count && !c.error; i++)
		compile(&c, c.queue.items[i]);
	*error = c.error;
	return c.error ? NULL : s;
}
