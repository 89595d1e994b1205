/*
 * crds: OpenAPI definitions whose x-kubernetes-* extensions say which fields hold labels,
 * annotations, names and references.
 */
#include <string.h>
#include "base/json.h"
#include "render/kustomize/internal.h"
#include "render/kustomize/load.h"
#include "render/yaml/yaml.h"

struct crds {
	struct target *t;
	const struct node *definitions;
	struct config *config;
	struct gvk gvk; /* of the type whose fields are looked through */
	unsigned depth;
	struct err *err;
};

static const struct node *extension(const struct node *property, const char *name)
{
	const struct node *n = node_get(property, name);

	return node_is(n, NODE_STR) ? n : NULL;
}

static struct fieldspec spec_at(struct crds *c, const char *path)
{
	return fieldspec_make(c->t->kz->a, &c->gvk, path, false);
}

static int add(struct crds *c, enum config_list list, const char *path)
{
	struct fieldspec spec = spec_at(c, path);

	return fieldspecs_add(c->t->kz, &c->config->lists[list], &spec, c->err);
}

static void add_reference(struct crds *c, const struct node *property, const char *path)
{
	const struct node *version = extension(property, "x-kubernetes-object-ref-api-version");
	const struct node *kind = extension(property, "x-kubernetes-object-ref-kind");
	const struct node *key = extension(property, "x-kubernetes-object-ref-name-key");
	struct name_ref ref = { 0 };
	struct arena *a = c->t->kz->a;

	if (!version || !kind)
		return;
	ref.gvk = (struct gvk){ "", version->text, kind->text };
	*vec_push(a, &ref.referrers) =
		spec_at(c, arena_printf(a, "%s/%s", path, key ? key->text : "name"));
	*vec_push(a, &c->config->refs) = ref;
}

static int walk(struct crds *c, const struct node *schema, const char *path);

static int walk_property(struct crds *c, const struct node *property, const char *path)
{
	static const char prefix[] = "#/definitions/";
	const char *ref = field_text(property, "$ref");

	if (extension(property, "x-kubernetes-annotation") &&
	    add(c, CONFIG_COMMON_ANNOTATIONS, path) < 0)
		return -1;
	if (extension(property, "x-kubernetes-label-selector") &&
	    add(c, CONFIG_COMMON_LABELS, path) < 0)
		return -1;
	if (extension(property, "x-kubernetes-identity") && add(c, CONFIG_NAME_PREFIX, path) < 0)
		return -1;
	add_reference(c, property, path);
	if (!*ref)
		return 0;
	if (!strncmp(ref, prefix, sizeof(prefix) - 1) && !node_get(c->definitions, ref))
		ref += sizeof(prefix) - 1;
	return walk(c, node_get(node_get(c->definitions, ref), "Schema"), path);
}

static int walk(struct crds *c, const struct node *schema, const char *path)
{
	const struct node *properties = node_get(schema, "properties");
	struct arena *a = c->t->kz->a;
	uint32_t i;

	if (++c->depth > LIMIT_DEPTH)
		return err_raise(c->err, ERR_LIMIT, NO_POS,
				 "definitions of crds refer to themselves");
	for (i = 0; node_is(properties, NODE_MAP) && i < properties->len; i++) {
		const char *name = properties->entries[i].key->text;

		if (walk_property(c, properties->entries[i].value,
				  *path ? arena_printf(a, "%s/%s", path, name) : name) < 0)
			return -1;
	}
	c->depth--;
	return 0;
}

static bool is_type(const struct node *schema)
{
	const struct node *p = node_get(schema, "properties");

	return node_get(p, "kind") && node_get(p, "apiVersion") && node_get(p, "metadata");
}

/* A text that starts with '{' is JSON, and nothing else. */
static int read_crd(struct target *t, const struct blob *blob, struct node **out, struct err *err)
{
	struct json_options options = { .file = blob->path, .origin = blob->origin };
	struct yaml_docs docs = { 0 };

	if (blob->len && *blob->text == '{') {
		*out = json_read(t->kz->a, blob->text, blob->len, &options, err);
		return *out ? 0 : -1;
	}
	if (yaml_read_first(t->kz->run, t->kz->a, blob->path, blob->text, blob->len, blob->origin,
			    &docs, err) < 0)
		return -1;
	*out = docs.count ? docs.items[0].root : NULL;
	return 0;
}

static int read_definitions(struct target *t, const struct node *path, struct node **out,
			    struct err *err)
{
	struct blob blob;

	if (target_read(t, path->text, path->origin, &blob, err) < 0 ||
	    read_crd(t, &blob, out, err) < 0)
		return -1;
	if (*out && !node_is_null(*out) && (*out)->type != NODE_MAP)
		return kz_fail(t->kz, err, path->origin,
			       "unable to parse open API definition from '%s'", path->text);
	return 0;
}

static int merge_file(struct target *t, struct accumulator *into, const struct node *path,
		      struct err *err)
{
	struct node *definitions;
	uint32_t i;

	if (read_definitions(t, path, &definitions, err) < 0)
		return -1;
	for (i = 0; node_is(definitions, NODE_MAP) && i < definitions->len; i++) {
		const struct node *schema = node_get(definitions->entries[i].value, "Schema");
		const char *name = definitions->entries[i].key->text, *dot = strrchr(name, '.');
		struct crds c = { .t = t, .definitions = definitions, .err = err };

		if (!is_type(schema))
			continue;
		c.config = arena_new(t->kz->a, struct config);
		c.gvk = (struct gvk){ "", "", dot ? dot + 1 : name };
		if (walk(&c, schema, "") < 0)
			return -1;
		into->config = config_merge(t->kz, into->config, c.config, err);
		if (!into->config)
			return -1;
	}
	return 0;
}

int crds_merge(struct target *t, struct accumulator *into, struct err *err)
{
	const struct node *paths = node_get(t->k, "crds");
	uint32_t i;

	for (i = 0; paths && i < paths->len; i++)
		if (merge_file(t, into, paths->items[i], err) < 0)
			return -1;
	return 0;
}
