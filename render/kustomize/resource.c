/* One resource: its tree and what a build remembers of it. */
#include <string.h>
#include "render/kustomize/annotations.h"
#include "render/kustomize/internal.h"
#include "render/kustomize/schema.h"

const char *text_of(const struct node *n)
{
	return node_is_scalar(n) && !node_is_null(n) ? n->text : "";
}

const char *type_words(const struct node *n)
{
	static const char *const words[] = { "null",	 "a boolean", "an integer", "a number",
					     "a string", "an array",  "an object" };

	return words[n->type];
}

const char *field_text(const struct node *map, const char *key)
{
	return text_of(node_get(map, key));
}

struct resource *resource_new(struct kz *kz, struct node *root)
{
	struct resource *r = arena_new(kz->a, struct resource);

	r->root = root;
	annotations_absorb(kz, r);
	return r;
}

struct gvk resource_gvk(struct kz *kz, struct resource *r)
{
	const struct node *api_version = node_get(r->root, "apiVersion");
	const struct node *kind = node_get(r->root, "kind");
	const char *av_text = node_is_scalar(api_version) ? api_version->text : "";
	const char *kind_text = node_is_scalar(kind) ? kind->text : "";

	if (r->api_version_text != av_text || r->kind_text != kind_text || !r->kind_text) {
		r->api_version_text = av_text;
		r->kind_text = kind_text;
		r->gvk = gvk_parse(kz->a, av_text, kind_text);
		r->cluster = kschema_cluster_scoped(kz, &r->gvk);
	}
	return r->gvk;
}

const char *resource_kind(const struct resource *r)
{
	return field_text(r->root, "kind");
}

const char *resource_name(const struct resource *r)
{
	return text_of(node_path(r->root, "metadata", "name", NULL));
}

const char *resource_ns(const struct resource *r)
{
	return text_of(node_path(r->root, "metadata", "namespace", NULL));
}

struct resid resource_id(struct kz *kz, struct resource *r)
{
	struct resid id = { .gvk = resource_gvk(kz, r) };
	const struct node *metadata = node_get(r->root, "metadata");

	id.name = field_text(metadata, "name");
	id.ns = field_text(metadata, "namespace");
	id.cluster = r->cluster;
	return id;
}

/* A former id has the present group and version. */
struct resid resource_prev_id(struct kz *kz, struct resource *r, size_t i)
{
	struct resid id = { .gvk = resource_gvk(kz, r), .cluster = r->cluster };
	const struct prev_id *prev = &r->prev.items[i];

	id.name = prev->name;
	id.ns = prev->ns;
	if (strcmp(prev->kind, id.gvk.kind)) {
		id.gvk.kind = prev->kind;
		id.cluster = false;
	}
	return id;
}

struct resid resource_original_id(struct kz *kz, struct resource *r)
{
	return r->prev.count ? resource_prev_id(kz, r, 0) : resource_id(kz, r);
}

bool resource_had_id(struct kz *kz, struct resource *r, const struct resid *id)
{
	struct resid own = resource_id(kz, r);
	size_t i;

	if (resid_equal(&own, id))
		return true;
	for (i = 0; i < r->prev.count; i++) {
		own = resource_prev_id(kz, r, i);
		if (resid_equal(&own, id))
			return true;
	}
	return false;
}

void resource_store_id(struct kz *kz, struct resource *r)
{
	struct resid id = resource_id(kz, r);

	*vec_push(kz->a, &r->prev) =
		(struct prev_id){ id.name, resid_effective_ns(&id), id.gvk.kind };
}

static struct node *metadata_of(struct kz *kz, struct resource *r)
{
	struct node *metadata = node_get(r->root, "metadata");

	if (!node_is(metadata, NODE_MAP)) {
		metadata = node_map(kz->a);
		node_set(kz->a, r->root, "metadata", metadata);
	}
	return metadata;
}

void resource_set_name(struct kz *kz, struct resource *r, const char *name, origin_id at)
{
	struct node *metadata = metadata_of(kz, r), *old = node_get(metadata, "name");

	if (node_is_scalar(old)) {
		scalar_set(kz, old, name, strlen(name), NODE_NULL, at);
		return;
	}
	node_set(kz->a, metadata, "name", node_at(node_str(kz->a, name), at));
}

void resource_set_ns(struct kz *kz, struct resource *r, const char *ns)
{
	struct node *metadata = node_get(r->root, "metadata"), *old;

	if (!*ns) {
		if (node_is(metadata, NODE_MAP))
			node_remove(metadata, "namespace");
		return;
	}
	metadata = metadata_of(kz, r);
	old = node_get(metadata, "namespace");
	if (node_is_scalar(old) && !strcmp(old->text, ns))
		return;
	if (node_is_scalar(old))
		scalar_set(kz, old, ns, strlen(ns), NODE_NULL, old->origin);
	else
		node_set(kz->a, metadata, "namespace", node_str(kz->a, ns));
}

struct node *resource_meta_map(struct kz *kz, struct resource *r, const char *field)
{
	struct node *metadata = metadata_of(kz, r), *map = node_get(metadata, field);

	if (!node_is(map, NODE_MAP)) {
		map = node_map(kz->a);
		node_set(kz->a, metadata, field, map);
	}
	return map;
}

static void copy_strings(struct arena *a, struct strings *to, const struct strings *from)
{
	size_t i;

	*to = (struct strings){ 0 };
	for (i = 0; i < from->count; i++)
		*vec_push(a, to) = from->items[i];
}

struct resource *resource_copy(struct kz *kz, const struct resource *r)
{
	struct resource *copy = arena_new(kz->a, struct resource);
	size_t i;

	*copy = *r;
	copy->root = node_copy(kz->a, r->root);
	copy->kind_text = NULL;
	copy->prev.items = NULL;
	copy->prev.count = copy->prev.cap = 0;
	for (i = 0; i < r->prev.count; i++)
		*vec_push(kz->a, &copy->prev) = r->prev.items[i];
	copy_strings(kz->a, &copy->prefixes, &r->prefixes);
	copy_strings(kz->a, &copy->suffixes, &r->suffixes);
	copy_strings(kz->a, &copy->vars, &r->vars);
	return copy;
}
