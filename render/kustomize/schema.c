/*
 * What is known of types: kustomize's embedded schema (Kubernetes 1.21.2) as a table, and the
 * schema of the `openapi:` field. From the first schema that is set on, later ones are ignored.
 */
#include <stdlib.h>
#include <string.h>
#include "base/map.h"
#include "render/kustomize/internal.h"
#include "render/kustomize/load.h"
#include "render/kustomize/schema.h"
#include "render/kustomize/kustomize.h"
#include "render/kustomize/schema/table.h"
#include "render/yaml/yaml.h"

struct kschema {
	const struct node *definitions; /* of the openapi: file; NULL: built in */
	enum builtin_use builtin;	/* what had been asked of the built-in one before */
	struct err broken;		/* why the file is none; it fails what looks into it */
	bool asked;
	struct map types;  /* "apiVersion kind" → its definition */
	struct map scopes; /* "apiVersion kind" → &namespaced or &cluster */
};

static const char namespaced, cluster;

static int compare(const char *kind, const char *group, const char *version, const struct gvk *key)
{
	int c = strcmp(key->kind, kind);

	if (!c)
		c = strcmp(key->group, group);
	return c ? c : strcmp(key->version, version);
}

static int compare_scope(const void *key, const void *row)
{
	const struct kschema_scope *s = row;

	return compare(s->kind, s->group, s->version, key);
}

static int compare_root(const void *key, const void *row)
{
	const struct kschema_root *r = row;

	return compare(r->kind, r->group, r->version, key);
}

static char *type_key(struct arena *a, const char *api_version, const char *kind)
{
	return arena_printf(a, "%s %s", api_version, kind);
}

static const char *api_version_of(struct arena *a, const struct gvk *gvk)
{
	return *gvk->group ? arena_printf(a, "%s/%s", gvk->group, gvk->version) : gvk->version;
}

bool kschema_cluster_scoped(struct kz *kz, const struct gvk *gvk)
{
	const struct kschema_scope *row = bsearch(gvk, kschema_scopes, kschema_scope_count,
						  sizeof(*kschema_scopes), compare_scope);

	if (row)
		return !row->namespaced;
	if (!kz->schema || !kz->schema->definitions) {
		if (kz->builtin == BUILTIN_UNUSED)
			kz->builtin = BUILTIN_WANTED;
		return false;
	}
	kz->schema->asked = true;
	return map_get(&kz->schema->scopes,
		       type_key(kz->a, api_version_of(kz->a, gvk), gvk->kind)) == &cluster;
}

bool kustomize_cluster_scoped(struct arena *a, const char *api_version, const char *kind)
{
	/* Later than its schema, and what everybody names so. */
	static const char *const later[] = { "ValidatingAdmissionPolicy",
					     "ValidatingAdmissionPolicyBinding",
					     "MutatingAdmissionPolicy",
					     "MutatingAdmissionPolicyBinding",
					     "GatewayClass",
					     "ClusterIssuer",
					     "VolumeSnapshotClass" };
	struct gvk gvk = gvk_parse(a, api_version, kind);
	const struct kschema_scope *row = bsearch(&gvk, kschema_scopes, kschema_scope_count,
						  sizeof(*kschema_scopes), compare_scope);
	size_t i;

	for (i = 0; !row && i < ARRAY_SIZE(later); i++)
		if (!strcmp(later[i], kind))
			return true;
	return row ? !row->namespaced : !strncmp(kind, "Cluster", 7);
}

static struct type_info builtin_of_resource(struct kz *kz, const char *api_version,
					    const char *kind)
{
	struct gvk gvk = gvk_parse(kz->a, api_version, kind);
	const struct kschema_root *row = bsearch(&gvk, kschema_roots, kschema_root_count,
						 sizeof(*kschema_roots), compare_root);

	return (struct type_info){ .known = row != NULL, .builtin = row ? row->type : -1 };
}

/*
 * kustomize reads its own schema when it is first needed. Where that was wanted before a file was
 * named, both count, and its own wins; where it was in use already, the file wins.
 */
struct type_info kschema_of_resource(struct kz *kz, const char *api_version, const char *kind)
{
	struct kschema *s = kz->schema;
	struct type_info t = { .builtin = -1 };

	if (!s || !s->definitions) {
		kz->builtin = BUILTIN_USED;
		return builtin_of_resource(kz, api_version, kind);
	}
	s->asked = true;
	if (s->builtin == BUILTIN_WANTED)
		t = builtin_of_resource(kz, api_version, kind);
	if (t.known)
		return t;
	t.custom = map_get(&s->types, type_key(kz->a, api_version, kind));
	t.known = t.custom != NULL;
	if (!t.known && s->builtin == BUILTIN_USED)
		t = builtin_of_resource(kz, api_version, kind);
	return t;
}

/* ---- the schema of a file ---- */

static bool has_word(const char *list, const char *word)
{
	size_t n = strlen(word);

	for (;;) {
		size_t len = strcspn(list, ",");

		if (len == n && !strncmp(list, word, n))
			return true;
		if (!list[len])
			return false;
		list += len + 1;
	}
}

static struct type_info custom_type(struct kz *kz, const struct node *s)
{
	struct type_info t = { .builtin = -1, .known = s != NULL, .custom = s, .keys = "" };
	const struct node *keys = node_get(s, "x-kubernetes-list-map-keys");
	struct buf all;
	uint32_t i;

	t.merges = has_word(field_text(s, "x-kubernetes-patch-strategy"), "merge");
	if (!keys || keys->type != NODE_SEQ) {
		t.keys = field_text(s, "x-kubernetes-patch-merge-key");
		return t;
	}
	buf_init(&all, 0);
	for (i = 0; i < keys->len; i++)
		buf_printf(&all, "%s%s", i ? "," : "", text_of(keys->items[i]));
	t.keys = buf_dup(&all, kz->a);
	buf_release(&all);
	return t;
}

static int compare_name(const void *key, const void *row)
{
	return strcmp(key, *(const char *const *)row);
}

static struct type_info builtin_named(const char *name)
{
	const char *const *row = bsearch(name, kschema_names, kschema_type_count,
					 sizeof(*kschema_names), compare_name);

	return (struct type_info){ .known = row != NULL,
				   .builtin = (short)(row ? row - kschema_names : -1) };
}

/* A schema, or what its $ref leads to. */
static struct type_info resolve(struct kz *kz, const struct node *s)
{
	static const char prefix[] = "#/definitions/";
	struct type_info none = { .builtin = -1 }, t = none;
	const struct kschema *schema = kz->schema;
	int steps;

	for (steps = 0; s && node_get(s, "$ref"); steps++) {
		const char *name = field_text(s, "$ref");

		if (strncmp(name, prefix, sizeof(prefix) - 1) || steps > 32)
			return none;
		name += sizeof(prefix) - 1;
		s = node_get(schema->definitions, name);
		if (schema->builtin == BUILTIN_WANTED || (!s && schema->builtin == BUILTIN_USED))
			t = builtin_named(name);
		if (t.known)
			return t;
	}
	return s ? custom_type(kz, s) : none;
}

static struct type_info custom_field(struct kz *kz, const struct type_info *t, const char *name)
{
	const struct node *s = node_get(node_get(t->custom, "properties"), name);
	struct type_info none = { .builtin = -1 };

	if (!s) {
		s = node_get(t->custom, "additionalProperties");
		if (!node_is(s, NODE_MAP))
			return none;
	}
	return resolve(kz, s);
}

struct type_info kschema_field(struct kz *kz, const struct type_info *t, const char *name)
{
	struct type_info none = { .builtin = -1 };
	unsigned i;

	if (t->custom)
		return custom_field(kz, t, name);
	if (!t->known || t->builtin < 0 || (t->flags & SCHEMA_LIST))
		return none;
	if (t->flags & SCHEMA_VALUES) {
		none.known = true;
		none.builtin = t->builtin;
		return none;
	}
	for (i = kschema_types[t->builtin]; i < kschema_types[t->builtin + 1]; i++) {
		const struct kschema_prop *p = &kschema_props[i];

		if (!strcmp(p->name, name))
			return (struct type_info){ .known = true,
						   .builtin = p->type,
						   .merges = p->flags & SCHEMA_MERGE,
						   .keys = p->keys,
						   .flags = p->flags };
	}
	return none;
}

struct type_info kschema_element(struct kz *kz, const struct type_info *t)
{
	struct type_info none = { .builtin = -1 };

	if (t->custom) {
		if (strcmp(field_text(t->custom, "type"), "array"))
			return none;
		return resolve(kz, node_get(t->custom, "items"));
	}
	if (!t->known || !(t->flags & SCHEMA_LIST))
		return none;
	none.known = true;
	none.builtin = t->builtin;
	return none;
}

/* ---- setting it ---- */

static void index_types(struct kz *kz, struct kschema *s)
{
	const struct node *defs = s->definitions;
	uint32_t i, j;

	for (i = 0; node_is(defs, NODE_MAP) && i < defs->len; i++) {
		const struct node *gvks =
			node_get(defs->entries[i].value, "x-kubernetes-group-version-kind");

		for (j = 0; node_is(gvks, NODE_SEQ) && j < gvks->len; j++) {
			struct gvk gvk = { field_text(gvks->items[j], "group"),
					   field_text(gvks->items[j], "version"),
					   field_text(gvks->items[j], "kind") };

			map_set(&s->types, type_key(kz->a, api_version_of(kz->a, &gvk), gvk.kind),
				defs->entries[i].value);
		}
	}
}

static void index_scopes(struct kz *kz, struct kschema *s, const struct node *paths)
{
	uint32_t i;

	for (i = 0; node_is(paths, NODE_MAP) && i < paths->len; i++) {
		const struct node *g = node_path(paths->entries[i].value, "get",
						 "x-kubernetes-group-version-kind", NULL);
		struct gvk gvk = { field_text(g, "group"), field_text(g, "version"),
				   field_text(g, "kind") };
		char *key;

		if (!node_is(g, NODE_MAP))
			continue;
		key = type_key(kz->a, api_version_of(kz->a, &gvk), gvk.kind);
		if (strstr(paths->entries[i].key->text, "namespaces/{namespace}"))
			map_set(&s->scopes, key, (void *)(uintptr_t)&namespaced);
		else if (!map_get(&s->scopes, key))
			map_set(&s->scopes, key, (void *)(uintptr_t)&cluster);
	}
}

static int set_custom(struct target *t, const struct node *path, struct err *err)
{
	struct kz *kz = t->kz;
	struct yaml_docs docs = { 0 };
	struct kschema *s = arena_new(kz->a, struct kschema);
	struct blob blob;

	if (target_read(t, path->text, path->origin, &blob, err) < 0)
		return -1;
	if (kz->schema)
		return 0;
	if (!yaml_read(kz->run, kz->a, YAML_SIGS, blob.path, blob.text, blob.len, blob.origin,
		       &docs, &s->broken) &&
	    (!docs.count || !node_is(docs.items[0].root, NODE_MAP)))
		kz_fail(kz, &s->broken, path->origin, "'%s' is no OpenAPI schema", path->text);
	if (s->broken.code)
		docs.count = 0;
	map_init(&s->types, kz->a);
	map_init(&s->scopes, kz->a);
	s->definitions = docs.count ? node_get(docs.items[0].root, "definitions") : NULL;
	if (!s->definitions)
		s->definitions = node_map(kz->a);
	s->builtin = kz->builtin;
	index_types(kz, s);
	if (docs.count)
		index_scopes(kz, s, node_get(docs.items[0].root, "paths"));
	kz->schema = s;
	return 0;
}

int kschema_check(const struct kz *kz, struct err *err)
{
	if (!kz->schema || !kz->schema->asked || !kz->schema->broken.code)
		return 0;
	*err = kz->schema->broken;
	return -1;
}

int kschema_set(struct target *t, bool reset, struct err *err)
{
	const struct node *openapi = node_get(t->k, "openapi");
	const struct node *path = node_get(openapi, "path"),
			  *version = node_get(openapi, "version");

	if (reset)
		t->kz->schema = NULL;
	if (path && version && !t->kz->schema)
		return kz_fail(t->kz, err, path->origin,
			       "builtin version and custom schema provided, cannot use both");
	if (path)
		return set_custom(t, path, err);
	if (!version || !version->len || t->kz->schema)
		return 0;
	if (strcmp(version->text, "v1.21.2"))
		return kz_fail(t->kz, err, version->origin,
			       "the specified OpenAPI version is not built in (v1.21.2 is)");
	t->kz->schema = arena_new(t->kz->a, struct kschema);
	return 0;
}
