/* Documents of schemas: fetched, checked, and searched for the schemas that have names. */
#include "base/jsonschema_compile.h"

#include <string.h>

#include "base/goquote.h"
#include "base/json.h"
#include "base/limits.h"
#include "base/url.h"

const char *jsonschema_address(const struct compiler *c, const struct node *n)
{
	char text[2 * sizeof(uintptr_t)];
	uintptr_t at = (uintptr_t)n;

	for (size_t i = 0; i < sizeof(text); i++, at >>= 4)
		text[i] = "0123456789abcdef"[at & 15];
	return arena_memdup(c->arena, text, sizeof(text));
}

static const struct {
	const char *url; /* without http:// or https:// */
	int draft;
} drafts[] = {
	{ "json-schema.org/schema", 2020 },
	{ "json-schema.org/draft/2020-12/schema", 2020 },
	{ "json-schema.org/draft/2019-09/schema", 2019 },
	{ "json-schema.org/draft-07/schema", 7 },
	{ "json-schema.org/draft-06/schema", 6 },
	{ "json-schema.org/draft-04/schema", 4 },
};

static int draft_of_url(struct compiler *c, const char *url)
{
	const char *fragment, *plain = url_split(c->arena, url, &fragment);

	if (!strncmp(plain, "http://", 7))
		plain += 7;
	else if (!strncmp(plain, "https://", 8))
		plain += 8;
	for (size_t i = 0; i < ARRAY_SIZE(drafts) && !*fragment; i++) {
		if (!strcmp(drafts[i].url, plain))
			return drafts[i].draft;
	}
	return 0;
}

/* The draft that a document's $schema names; 0 with an error. */
static int draft_of(struct compiler *c, const struct node *root, const char *url, int otherwise)
{
	const char *name = node_get_string(root, "$schema");
	int draft = name ? draft_of_url(c, name) : otherwise;
	struct schema_document *meta;

	if (draft)
		return draft;
	meta = jsonschema_document(c, url_join(c->arena, url, name));
	if (!meta || !meta->resources.count)
		return 0;
	return meta->resources.items[0]->draft;
}

static struct schema_resource *add_resource(struct compiler *c, struct schema_document *d,
					    const struct node *n, const char *id, int draft)
{
	struct schema_resource *r = arena_new(c->arena, struct schema_resource);

	*r = (struct schema_resource){ .document = d, .node = n, .id = id, .draft = draft };
	map_init(&r->anchors, c->arena);
	map_init(&r->dynamic_anchors, c->arena);
	r->recursive_anchor = node_true(node_get(n, "$recursiveAnchor"));
	*vec_push(c->arena, &d->resources) = r;
	return r;
}

/* Where schemas are inside a schema, and since which draft. */
static const struct {
	const char *key;
	int since;
	enum { ONE = 1, MANY = 2, NAMED = 4 } how;
} places[] = {
	{ "definitions", 4, NAMED },
	{ "not", 4, ONE },
	{ "allOf", 4, MANY },
	{ "anyOf", 4, MANY },
	{ "oneOf", 4, MANY },
	{ "properties", 4, NAMED },
	{ "additionalProperties", 4, ONE },
	{ "patternProperties", 4, NAMED },
	{ "items", 4, ONE | MANY },
	{ "additionalItems", 4, ONE },
	{ "dependencies", 4, NAMED },
	{ "propertyNames", 6, ONE },
	{ "contains", 6, ONE },
	{ "if", 7, ONE },
	{ "then", 7, ONE },
	{ "else", 7, ONE },
	{ "$defs", 2019, NAMED },
	{ "dependentSchemas", 2019, NAMED },
	{ "unevaluatedProperties", 2019, ONE },
	{ "unevaluatedItems", 2019, ONE },
	{ "contentSchema", 2019, ONE },
	{ "prefixItems", 2020, MANY },
};

static void collect_anchors(struct compiler *c, struct schema_resource *r, const struct node *n,
			    const char *id)
{
	const char *fragment = "", *anchor = node_get_string(n, "$anchor");
	const char *dynamic = node_get_string(n, "$dynamicAnchor");

	if (r->draft < 2019) {
		if (id)
			url_split(c->arena, id, &fragment);
		if (*fragment && *fragment != '/')
			map_set(&r->anchors, fragment, (void *)(uintptr_t)n);
		return;
	}
	if (anchor)
		map_set(&r->anchors, anchor, (void *)(uintptr_t)n);
	if (dynamic && r->draft >= 2020) {
		map_set(&r->anchors, dynamic, (void *)(uintptr_t)n);
		map_set(&r->dynamic_anchors, dynamic, (void *)(uintptr_t)n);
	}
}

static void scan_place(struct compiler *c, struct schema_resource *r, const struct node *n, int how)
{
	if (how & MANY && node_is(n, NODE_SEQ)) {
		for (uint32_t i = 0; i < n->len; i++)
			jsonschema_scan(c, r, n->items[i], false);
	} else if (how & NAMED && node_is(n, NODE_MAP)) {
		for (uint32_t i = 0; i < n->len; i++)
			jsonschema_scan(c, r, n->entries[i].value, false);
	} else if (how & ONE && n) {
		jsonschema_scan(c, r, n, false);
	}
}

/* Find the resources and anchors below a schema; says of each schema which resource it is in. */
void jsonschema_scan(struct compiler *c, struct schema_resource *r, const struct node *n, bool root)
{
	const char *id = node_get_string(n, r->draft == 4 ? "id" : "$id"), *fragment;
	bool only_ref = r->draft < 2019 && node_get(n, "$ref");

	if (map_get(&c->nodes, jsonschema_address(c, n)))
		return;
	if (only_ref)
		id = NULL;
	if (id && !root) {
		const char *plain = url_split(c->arena, url_join(c->arena, r->id, id), &fragment);
		int draft = draft_of(c, n, r->id, r->draft);

		if (*id != '#' && draft)
			r = add_resource(c, r->document, n, plain, draft);
	}
	map_set(&c->nodes, jsonschema_address(c, n), r);
	collect_anchors(c, r, n, id);
	if (++c->depth < LIMIT_DEPTH) {
		for (size_t i = 0; i < ARRAY_SIZE(places); i++) {
			if (r->draft >= places[i].since)
				scan_place(c, r, node_get(n, places[i].key), (int)places[i].how);
		}
	}
	c->depth--;
}

static const char *check_against_meta(struct compiler *c, const struct node *root, int draft,
				      const char *url)
{
	struct jsonschema_options options = { .assert_format = true };
	const struct schema *meta;
	const char *error = NULL;

	for (size_t i = 1; i < ARRAY_SIZE(drafts); i++) {
		if (drafts[i].draft == draft)
			options.url = arena_printf(c->arena, "%s://%s",
						   draft >= 2019 ? "https" : "http", drafts[i].url);
	}
	meta = jsonschema_compile(c->arena, NULL, &options, &error);
	if (!error)
		error = jsonschema_validate(c->arena, meta, root);
	if (!error)
		return NULL;
	return arena_printf(c->arena, "%s is not valid against metaschema: %s",
			    goquote(c->arena, arena_printf(c->arena, "%s#", url)), error);
}

struct schema_document *jsonschema_add_document(struct compiler *c, const char *url,
						const struct node *root, bool meta)
{
	struct schema_document *d = arena_new(c->arena, struct schema_document);
	const char *id, *fragment;
	int draft;

	d->url = url;
	d->root = root;
	map_set(&c->documents, url, d);
	draft = draft_of(c, root, url, 2020);
	if (!draft)
		return NULL;
	if (!meta)
		c->error = check_against_meta(c, root, draft, url);
	if (c->error)
		return NULL;
	id = node_get_string(root, draft == 4 ? "id" : "$id");
	if (id && draft < 2019 && node_get(root, "$ref"))
		id = NULL;
	id = id ? url_split(c->arena, url_join(c->arena, url, id), &fragment) : url;
	jsonschema_scan(c, add_resource(c, d, root, *id ? id : url, draft), root, true);
	return d;
}

struct schema_document *jsonschema_document(struct compiler *c, const char *url)
{
	struct schema_document *d = map_get(&c->documents, url);
	const char *text = d ? NULL : jsonschema_metaschema(url), *error = NULL;
	const struct node *root = NULL;
	struct json_options how = { 0 };
	struct err err = ERR_INIT;

	if (d)
		return d;
	if (text)
		root = json_read(c->arena, text, strlen(text), &how, &err);
	else if (c->options->load)
		root = c->options->load(c->options->data, url, &error);
	if (root)
		return jsonschema_add_document(c, url, root, text != NULL);
	if (!error)
		error = "no URLLoader registered";
	if (!c->error)
		c->error = arena_printf(c->arena, "failing loading %s: %s", goquote(c->arena, url),
					error);
	return NULL;
}
