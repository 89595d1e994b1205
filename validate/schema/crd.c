#include "validate/schema/crd.h"

#include <string.h>

#include "base/regex.h"
#include "validate/schema/bundled.h"
#include "validate/schema/structure.h"

struct crds {
	struct arena *arena;
	struct map kinds;   /* "group/Kind" to the definition that declared it */
	struct map by_name; /* "group/version/Kind" to struct crd_version */
	struct {
		VEC(struct crd_version *);
	} versions;
	struct bundled *bundled; /* NULL: not wanted */
	struct map compiled;	 /* node of a bundled definition to struct custom_schema */
};

/* Schemas are made in `arena`; what `known` has is not made again, where it isn't NULL. */
struct compiler {
	struct arena *arena;
	struct map *known;
};
static struct custom_schema *compile(const struct compiler *c, const struct node *n);

struct arena *crds_arena(const struct crds *c)
{
	return c->arena;
}

struct crds *crds_new(struct arena *a)
{
	struct crds *c = arena_new(a, struct crds);

	c->arena = a;
	map_init(&c->kinds, a);
	map_init(&c->by_name, a);
	return c;
}

static const char *text_or(const struct node *n, const char *key, const char *fallback)
{
	const char *text = node_get_string(n, key);

	return text ? text : fallback;
}

static void add_version(struct crds *c, const struct node *root, const struct node *v)
{
	const struct node *spec = node_get(root, "spec"), *names = node_get(spec, "names");
	const struct node *sub = node_get(v, "subresources"), *schema = node_get(v, "schema");
	struct crd_version *new = arena_new(c->arena, struct crd_version);

	if (!sub)
		sub = node_get(spec, "subresources"); /* v1beta1 */
	if (!schema)
		schema = node_get(spec, "validation");
	*new = (struct crd_version){
		.group = text_or(spec, "group", ""),
		.version = text_or(v, "name", ""),
		.kind = text_or(names, "kind", ""),
		.plural = text_or(names, "plural", ""),
		.namespaced = !strcmp(text_or(spec, "scope", ""), "Namespaced"),
		.status = node_is(node_get(sub, "status"), NODE_MAP),
		.replicas = node_get_string(node_get(sub, "scale"), "specReplicasPath"),
		.deprecated = node_true(node_get(v, "deprecated")),
		.deprecation = node_get_string(v, "deprecationWarning"),
		.crd = root,
		.source = node_get(schema, "openAPIV3Schema"),
	};
	*vec_push(c->arena, &c->versions) = new;
	map_set(&c->by_name,
		arena_printf(c->arena, "%s/%s/%s", new->group, new->version, new->kind), new);
}

void crds_add(struct crds *c, const struct node *root)
{
	const struct node *spec = node_get(root, "spec"), *versions = node_get(spec, "versions");
	const char *kind = node_get_string(root, "kind");
	const char *api = node_get_string(root, "apiVersion");
	const char *group = node_get_string(spec, "group"), *name;
	const char *declared = node_get_string(node_get(spec, "names"), "kind");
	void **known;

	if (!kind || strcmp(kind, "CustomResourceDefinition") || !api ||
	    strncmp(api, "apiextensions.k8s.io/", 21) || !group || !declared)
		return;
	name = arena_printf(c->arena, "%s/%s", group, declared);
	known = map_at(&c->kinds, name);
	if (*known)
		return;
	*known = (void *)root;
	for (uint32_t i = 0; node_is(versions, NODE_SEQ) && i < versions->len; i++) {
		if (node_true(node_get(versions->items[i], "served")))
			add_version(c, root, versions->items[i]);
	}
}

void crds_bundle(struct crds *c)
{
	if (!c->bundled)
		c->bundled = bundled_new(c->arena);
	map_init(&c->compiled, c->arena);
}

const struct bundled *crds_bundled(const struct crds *c)
{
	return c ? c->bundled : NULL;
}

/* What the program knows of a kind that nobody else defines; whether it is new. */
static bool add_bundled(struct crds *c, const char *group, const char *kind)
{
	const struct node *crd = c->bundled ? bundled_find(c->bundled, group, kind) : NULL;
	size_t from = c->versions.count;

	if (crd)
		crds_add(c, crd);
	for (size_t i = from; i < c->versions.count; i++)
		c->versions.items[i]->bundled = bundled_release(c->bundled, group, kind);
	return c->versions.count > from;
}

static struct crd_version *find_version(const struct crds *c, const char *group,
					const char *version, const char *kind)
{
	char name[512];
	size_t g = strlen(group), v = strlen(version), k = strlen(kind);

	if (g + v + k + 3 > sizeof(name))
		return NULL;
	memcpy(name, group, g);
	name[g] = '/';
	memcpy(name + g + 1, version, v);
	name[g + v + 1] = '/';
	memcpy(name + g + v + 2, kind, k + 1);
	return map_get_n(&c->by_name, name, g + v + k + 2);
}

struct crd_version *crds_find(struct crds *c, const char *group, const char *version,
			      const char *kind)
{
	struct crd_version *found = c ? find_version(c, group, version, kind) : NULL;

	if (!found && c && add_bundled(c, group, kind))
		found = find_version(c, group, version, kind);
	return found;
}

const struct crd_version *crds_at(const struct crds *c, size_t i)
{
	return c && i < c->versions.count ? c->versions.items[i] : NULL;
}

/* Only v1beta1 leaves unknown fields alone where nothing is said, and v1 nowhere. */
static bool keeps_unknown(const struct node *crd)
{
	const struct node *keep = node_get(node_get(crd, "spec"), "preserveUnknownFields");
	const char *api = node_get_string(crd, "apiVersion");

	return api && !strcmp(api, "apiextensions.k8s.io/v1beta1") && !(keep && !node_true(keep));
}

static void keep_unknown(struct custom_schema *s)
{
	if (!s)
		return;
	s->preserve = true;
	for (size_t i = 0; i < s->properties.count; i++)
		keep_unknown(s->properties.entries[i].value);
	keep_unknown((void *)(uintptr_t)s->additional);
	keep_unknown((void *)(uintptr_t)s->items);
}

const struct custom_schema *crd_schema(struct crds *c, struct crd_version *v)
{
	struct custom_schema *s;

	if (!v->schema && node_is(v->source, NODE_MAP)) {
		v->schema = s =
			compile(&(struct compiler){ c->arena, v->bundled ? &c->compiled : NULL },
				v->source);
		if (keeps_unknown(v->crd))
			keep_unknown(s);
	}
	return v->schema;
}

/* --- compiling --- */
static unsigned type_of(const char *name)
{
	static const struct {
		const char *name;
		enum custom_type type;
	} types[] = {
		{ "object", CUSTOM_OBJECT }, { "array", CUSTOM_ARRAY },
		{ "string", CUSTOM_STRING }, { "integer", CUSTOM_INTEGER },
		{ "number", CUSTOM_NUMBER }, { "boolean", CUSTOM_BOOLEAN },
	};

	if (!name || !*name)
		return 0;
	for (size_t i = 0; i < ARRAY_SIZE(types); i++) {
		if (!strcmp(types[i].name, name))
			return types[i].type;
	}
	return CUSTOM_OTHER;
}

static enum schema_list list_of(const char *name)
{
	static const char *const names[] = { "", "atomic", "set", "map", "granular" };

	for (int i = SCHEMA_ATOMIC; name && i <= SCHEMA_GRANULAR; i++) {
		if (!strcmp(names[i], name))
			return (enum schema_list)i;
	}
	return SCHEMA_UNSAID;
}

static int64_t bound(const struct node *n, const char *key)
{
	int64_t value;

	return structure_integer(node_get(n, key), &value) && value >= 0 ? value : -1;
}

static const struct node *of_type(const struct node *n, const char *key, enum node_type type)
{
	const struct node *value = node_get(n, key);

	return node_is(value, type) ? value : NULL;
}

static void compile_list(const struct compiler *c, const struct node *list,
			 struct custom_schemas *out)
{
	for (uint32_t i = 0; list && i < list->len; i++)
		*vec_push(c->arena, out) = compile(c, list->items[i]);
}

static void compile_members(const struct compiler *c, const struct node *n, struct custom_schema *s)
{
	const struct node *properties = of_type(n, "properties", NODE_MAP);
	const struct node *more = node_get(n, "additionalProperties");

	map_init(&s->properties, c->arena);
	for (uint32_t i = 0; properties && i < properties->len; i++) {
		const struct node_entry *e = &properties->entries[i];

		*map_at_n(&s->properties, e->key->text, e->key->len) = compile(c, e->value);
	}
	s->has_additional = node_is(more, NODE_MAP) || node_is(more, NODE_BOOL);
	s->additional_refused = node_is(more, NODE_BOOL) && !node_true(more);
	if (node_is(more, NODE_MAP))
		s->additional = compile(c, more);
	if (node_is(node_get(n, "items"), NODE_MAP))
		s->items = compile(c, node_get(n, "items"));
	if (node_is(node_get(n, "not"), NODE_MAP))
		s->negation = compile(c, node_get(n, "not"));
	compile_list(c, of_type(n, "allOf", NODE_SEQ), &s->all_of);
	compile_list(c, of_type(n, "anyOf", NODE_SEQ), &s->any_of);
	compile_list(c, of_type(n, "oneOf", NODE_SEQ), &s->one_of);
}

static void compile_bounds(const struct node *n, struct custom_schema *s)
{
	s->min_length = bound(n, "minLength");
	s->max_length = bound(n, "maxLength");
	s->min_items = bound(n, "minItems");
	s->max_items = bound(n, "maxItems");
	s->min_properties = bound(n, "minProperties");
	s->max_properties = bound(n, "maxProperties");
	s->has_minimum = node_number(node_get(n, "minimum"), &s->minimum);
	s->has_maximum = node_number(node_get(n, "maximum"), &s->maximum);
	s->has_multiple = node_number(node_get(n, "multipleOf"), &s->multiple);
	s->exclusive_minimum = node_true(node_get(n, "exclusiveMinimum"));
	s->exclusive_maximum = node_true(node_get(n, "exclusiveMaximum"));
}

static void compile_texts(const struct node *n, struct custom_schema *s)
{
	s->format = node_get_string(n, "format");
	s->pattern = node_get_string(n, "pattern");
	if (s->pattern && !*s->pattern)
		s->pattern = NULL;
	if (s->pattern)
		s->regex = regex_get(s->pattern, strlen(s->pattern), NULL);
	s->list = list_of(node_get_string(n, "x-kubernetes-list-type"));
	s->map = list_of(node_get_string(n, "x-kubernetes-map-type"));
	s->list_keys = of_type(n, "x-kubernetes-list-map-keys", NODE_SEQ);
	s->required = of_type(n, "required", NODE_SEQ);
	s->values = of_type(n, "enum", NODE_SEQ);
	s->preset = node_get(n, "default");
	if (node_is_null(s->preset))
		s->preset = NULL;
	s->rules = of_type(n, "x-kubernetes-validations", NODE_SEQ);
}

static struct custom_schema *compile(const struct compiler *c, const struct node *n)
{
	struct custom_schema *s =
		c->known ? map_get_n(c->known, (const char *)&n, sizeof(n)) : NULL;

	if (s)
		return s;
	s = arena_new(c->arena, struct custom_schema);
	if (c->known)
		*map_at_n(c->known, arena_memdup(c->arena, (const char *)&n, sizeof(n)),
			  sizeof(n)) = s;
	s->source = n;
	s->types = type_of(node_get_string(n, "type"));
	s->int_or_string = node_true(node_get(n, "x-kubernetes-int-or-string"));
	if (s->int_or_string)
		s->types = CUSTOM_INTEGER | CUSTOM_STRING;
	s->nullable = node_true(node_get(n, "nullable"));
	s->preserve = node_true(node_get(n, "x-kubernetes-preserve-unknown-fields"));
	s->embedded = node_true(node_get(n, "x-kubernetes-embedded-resource"));
	s->unique_items = node_true(node_get(n, "uniqueItems"));
	compile_bounds(n, s);
	compile_texts(n, s);
	compile_members(c, n, s);
	return s;
}

struct custom_schema *custom_compile(struct arena *a, const struct node *n)
{
	return compile(&(struct compiler){ a, NULL }, n);
}

const struct custom_schema *custom_member(const struct custom_schema *s, const char *name,
					  size_t len)
{
	const struct custom_schema *member = map_get_n(&s->properties, name, len);

	return member ? member : s->additional;
}
