/* Transformer configurations: the builtin ones, files of `configurations:`, and their merging. */
#include <stdlib.h>
#include <string.h>
#include "render/kustomize/fields.h"
#include "render/kustomize/internal.h"
#include "render/kustomize/load.h"
#include "render/yaml/yaml.h"

/* ---- paths ---- */

/* Split at '/', but for "\/", which stands for one inside a name. */
static const char *const *split_path(struct arena *a, const char *path)
{
	struct strings parts = { 0 };
	char *piece = arena_strdup(a, path), *from, *to;

	if (*piece == '/' && piece[1])
		piece++;
	for (from = to = piece;; from++) {
		if (*from == '/' && to > piece && to[-1] == '\\') {
			to[-1] = '/';
			continue;
		}
		if (*from && *from != '/') {
			*to++ = *from;
			continue;
		}
		*vec_push(a, &parts) = arena_memdup(a, piece, (size_t)(to - piece));
		piece = to = from + 1;
		if (!*from)
			break;
	}
	*vec_push(a, &parts) = NULL;
	return parts.items;
}

struct fieldspec fieldspec_make(struct arena *a, const struct gvk *gvk, const char *path,
				bool create)
{
	struct fieldspec spec = { *gvk, path, NULL, create };

	spec.parts = split_path(a, path);
	return spec;
}

/* ---- merging ---- */

int fieldspecs_add(struct kz *kz, struct fieldspecs *into, const struct fieldspec *spec,
		   struct err *err)
{
	size_t i;

	for (i = 0; i < into->count; i++) {
		const struct fieldspec *old = &into->items[i];

		if (strcmp(old->path, spec->path) || !gvk_selected(&old->gvk, &spec->gvk))
			continue;
		if (old->create != spec->create)
			return err_raise(err, ERR_INPUT, NO_POS,
					 "conflicting fieldspecs for path '%s'", spec->path);
		return 0;
	}
	*vec_push(kz->a, into) = *spec;
	return 0;
}

int fieldspecs_merge(struct kz *kz, struct fieldspecs *into, const struct fieldspecs *from,
		     struct err *err)
{
	size_t i;

	for (i = 0; i < from->count; i++)
		if (fieldspecs_add(kz, into, &from->items[i], err) < 0)
			return -1;
	return 0;
}

static struct fieldspecs copy_specs(struct kz *kz, const struct fieldspecs *from)
{
	struct fieldspecs copy = { 0 };
	size_t i;

	for (i = 0; i < from->count; i++)
		*vec_push(kz->a, &copy) = from->items[i];
	return copy;
}

/* Stable, by the types' order. */
static void sort_specs(struct fieldspecs *specs)
{
	size_t i, j;

	for (i = 1; i < specs->count; i++) {
		struct fieldspec one = specs->items[i];

		for (j = i; j > 0 && gvk_compare(&one.gvk, &specs->items[j - 1].gvk) < 0; j--)
			specs->items[j] = specs->items[j - 1];
		specs->items[j] = one;
	}
}

static void sort_refs(struct config *c)
{
	size_t i, j;

	for (i = 1; i < c->refs.count; i++) {
		struct name_ref one = c->refs.items[i];

		for (j = i; j > 0 && gvk_compare(&one.gvk, &c->refs.items[j - 1].gvk) < 0; j--)
			c->refs.items[j] = c->refs.items[j - 1];
		c->refs.items[j] = one;
	}
}

static int merge_refs(struct kz *kz, struct config *into, const struct config *from,
		      struct err *err)
{
	size_t i, j;

	for (i = 0; i < from->refs.count; i++) {
		const struct name_ref *ref = &from->refs.items[i];
		bool found = false;

		for (j = 0; j < into->refs.count; j++) {
			if (!gvk_equal(&into->refs.items[j].gvk, &ref->gvk))
				continue;
			found = true;
			if (fieldspecs_merge(kz, &into->refs.items[j].referrers, &ref->referrers,
					     err) < 0)
				return -1;
		}
		if (!found)
			*vec_push(kz->a, &into->refs) =
				(struct name_ref){ ref->gvk, copy_specs(kz, &ref->referrers) };
	}
	return 0;
}

static struct config *config_copy(struct kz *kz, const struct config *from)
{
	struct config *copy = arena_new(kz->a, struct config);
	size_t i;

	for (i = 0; i < CONFIG_LISTS; i++)
		copy->lists[i] = copy_specs(kz, &from->lists[i]);
	for (i = 0; i < from->refs.count; i++)
		*vec_push(kz->a, &copy->refs) =
			(struct name_ref){ from->refs.items[i].gvk,
					   copy_specs(kz, &from->refs.items[i].referrers) };
	return copy;
}

const struct config *config_merge(struct kz *kz, const struct config *x, const struct config *y,
				  struct err *err)
{
	struct config *merged;
	size_t i;

	if (!y || (x == y && y == kz->defaults))
		return x;
	if (!x && y == kz->defaults)
		return y;
	merged = x ? config_copy(kz, x) : arena_new(kz->a, struct config);
	for (i = 0; i < CONFIG_LISTS; i++) {
		if (fieldspecs_merge(kz, &merged->lists[i], &y->lists[i], err) < 0)
			return NULL;
		sort_specs(&merged->lists[i]);
	}
	if (merge_refs(kz, merged, y, err) < 0)
		return NULL;
	sort_refs(merged);
	return merged;
}

/* ---- where they come from ---- */

static struct fieldspecs builtin_specs(struct kz *kz, const struct default_spec *from,
				       unsigned count)
{
	struct fieldspecs specs = { 0 };
	unsigned i;

	for (i = 0; i < count; i++) {
		struct gvk gvk = { from[i].group, from[i].version, from[i].kind };

		*vec_push(kz->a, &specs) =
			fieldspec_make(kz->a, &gvk, from[i].path, from[i].create);
	}
	return specs;
}

const struct config *config_default(struct kz *kz)
{
	struct config *c;
	unsigned i;

	if (kz->defaults)
		return kz->defaults;
	c = arena_new(kz->a, struct config);
	for (i = 0; i < CONFIG_LISTS; i++)
		c->lists[i] = builtin_specs(kz, default_lists[i].specs, default_lists[i].count);
	for (i = 0; i < default_ref_count; i++) {
		const struct default_ref *ref = &default_refs[i];

		*vec_push(kz->a, &c->refs) =
			(struct name_ref){ { ref->group, ref->version, ref->kind },
					   builtin_specs(kz, ref->specs, ref->count) };
	}
	return kz->defaults = c;
}

static struct gvk gvk_from(const struct node *map)
{
	return (struct gvk){ field_text(map, "group"), field_text(map, "version"),
			     field_text(map, "kind") };
}

struct fieldspecs fieldspecs_from(struct kz *kz, const struct node *list)
{
	struct fieldspecs specs = { 0 };
	uint32_t i;

	for (i = 0; list && i < list->len; i++) {
		const struct node *one = list->items[i];
		struct gvk gvk = gvk_from(one);

		*vec_push(kz->a, &specs) = fieldspec_make(kz->a, &gvk, field_text(one, "path"),
							  node_true(node_get(one, "create")));
	}
	return specs;
}

static struct config *config_from(struct kz *kz, const struct node *root)
{
	static const char *const names[CONFIG_LISTS] = {
		[CONFIG_NAME_PREFIX] = "namePrefix",
		[CONFIG_NAME_SUFFIX] = "nameSuffix",
		[CONFIG_NAMESPACE] = "namespace",
		[CONFIG_COMMON_LABELS] = "commonLabels",
		[CONFIG_LABELS] = "labels",
		[CONFIG_TEMPLATE_LABELS] = "templateLabels",
		[CONFIG_COMMON_ANNOTATIONS] = "commonAnnotations",
		[CONFIG_VAR_REFERENCE] = "varReference",
		[CONFIG_IMAGES] = "images",
		[CONFIG_REPLICAS] = "replicas",
	};
	struct config *c = arena_new(kz->a, struct config);
	const struct node *refs = node_get(root, "nameReference");
	uint32_t i;

	for (i = 0; i < CONFIG_LISTS; i++) {
		c->lists[i] = fieldspecs_from(kz, node_get(root, names[i]));
		sort_specs(&c->lists[i]);
	}
	for (i = 0; refs && i < refs->len; i++) {
		const struct node *one = refs->items[i];

		*vec_push(kz->a, &c->refs) =
			(struct name_ref){ gvk_from(one),
					   fieldspecs_from(kz, node_get(one, "fieldSpecs")) };
	}
	sort_refs(c);
	return c;
}

static struct config *read_file(struct target *t, const struct node *path, struct err *err)
{
	struct yaml_docs docs = { 0 };
	struct node *root;
	struct blob blob;

	if (target_read(t, path->text, path->origin, &blob, err) < 0 ||
	    yaml_read_first(t->kz->run, t->kz->a, blob.path, blob.text, blob.len, blob.origin,
			    &docs, err) < 0)
		return NULL;
	if (docs.count && docs.items[0].duplicate_count) {
		kz_fail(t->kz, err, docs.items[0].duplicates[0].key->origin,
			"key \"%s\" already set in map", docs.items[0].duplicates[0].key->text);
		return NULL;
	}
	if (!docs.count || node_is_null(docs.items[0].root))
		return arena_new(t->kz->a, struct config);
	root = fields_decode(t->kz, fields_config, docs.items[0].root,
			     DECODE_STRICT | DECODE_CONVERT, "transformer configuration", err);
	return root ? config_from(t->kz, root) : NULL;
}

const struct config *config_load(struct target *t, struct err *err)
{
	const struct node *paths = node_get(t->k, "configurations");
	const struct config *all = NULL, *one;
	uint32_t i;

	for (i = 0; paths && i < paths->len; i++) {
		one = read_file(t, paths->items[i], err);
		if (!one)
			return NULL;
		all = config_merge(t->kz, all, one, err);
		if (!all)
			return NULL;
	}
	return config_merge(t->kz, config_default(t->kz), all, err);
}
