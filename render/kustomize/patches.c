/* patches, patchesStrategicMerge and patchesJson6902. */
#include <ctype.h>
#include <string.h>
#include "base/json.h"
#include "render/kustomize/annotations.h"
#include "render/kustomize/finish.h"
#include "render/kustomize/internal.h"
#include "render/kustomize/load.h"
#include "render/kustomize/patch.h"
#include "render/kustomize/selector.h"
#include "render/kustomize/transformers.h"
#include "render/yaml/yaml.h"

/* The text of a patch: a file's or an inline one's. */
struct patch_text {
	const char *file, *text;
	size_t len;
	origin_id origin;      /* of its first byte */
	struct inline_text in; /* the scalar that it stands in; none for a file */
};

/* ---- strategic merge ---- */

/* A patch can't change who a resource is, so what says so stays as it was, but for its tag. */
static void restore(struct kz *kz, struct node *map, const char *key, struct node *old)
{
	if (old) {
		scalar_free(old);
		node_set(kz->a, map, key, old);
	} else if (!strcmp(key, "namespace"))
		node_remove(map, key);
}

static void restore_identity(struct kz *kz, struct resource *r, const struct resource *patch,
			     const struct node *old)
{
	struct node *metadata = node_get(r->root, "metadata");
	const struct node *old_metadata = node_get(old, "metadata");
	struct node *version = node_get(old, "apiVersion");

	if (!node_is(metadata, NODE_MAP)) {
		metadata = node_map(kz->a);
		node_set(kz->a, r->root, "metadata", metadata);
	}
	if (!patch->allow_kind_change)
		restore(kz, r->root, "kind", node_get(old, "kind"));
	if (!patch->allow_name_change)
		restore(kz, metadata, "name", node_get(old_metadata, "name"));
	restore(kz, metadata, "namespace", node_get(old_metadata, "namespace"));
	if (version && node_equal(version, node_get(r->root, "apiVersion")))
		restore(kz, r->root, "apiVersion", version);
}

/* The parts of a tree that make its identity. */
static struct node *copy_identity(struct kz *kz, const struct node *root)
{
	static const char *const outer[] = { "apiVersion", "kind" }, *const inner[] = {
		"name", "namespace"
	};
	const struct node *metadata = node_get(root, "metadata");
	struct node *copy = node_map(kz->a), *copied = node_map(kz->a);
	size_t i;

	for (i = 0; i < ARRAY_SIZE(outer); i++)
		if (node_get(root, outer[i]))
			node_set(kz->a, copy, outer[i], node_copy(kz->a, node_get(root, outer[i])));
	for (i = 0; i < ARRAY_SIZE(inner); i++)
		if (node_get(metadata, inner[i]))
			node_set(kz->a, copied, inner[i],
				 node_copy(kz->a, node_get(metadata, inner[i])));
	node_set(kz->a, copy, "metadata", copied);
	return copy;
}

static int merge_into(struct kz *kz, struct resource *r, const struct resource *patch,
		      struct err *err)
{
	struct node *old, *copy = node_copy(kz->a, patch->root);
	bool marked;

	if (patch->allow_name_change || patch->allow_kind_change)
		resource_store_id(kz, r);
	old = copy_identity(kz, r->root);
	marked = annotations_mark(kz, r);
	if (strategic_merge(kz, &r->root, copy, err) < 0)
		return -1;
	if (!r->root)
		return 0;
	if (marked && !annotations_unmark(r))
		annotations_forget(r);
	restore_identity(kz, r, patch, old);
	return 0;
}

/* Go maps of strings have no null: what would delete a key sets it to the text "null". */
static void stringify_map(struct kz *kz, struct node *root, const char *field)
{
	struct node *metadata = node_get(root, "metadata"), *map = node_get(metadata, field);
	uint32_t i;

	if (!map)
		return;
	if (map->type != NODE_MAP || !map->len) {
		node_remove(metadata, field);
		return;
	}
	for (i = 0; i < map->len; i++) {
		struct node *value = map->entries[i].value;
		const char *text = node_is_scalar(value) ? value->text : "";

		map->entries[i].value = node_at(node_str(kz->a, text), value->origin);
	}
}

/* A copy of a patch, as it is where patches are handed around as resources. */
static struct resource *patch_copy(struct kz *kz, const struct resource *patch)
{
	struct resource *copy = resource_copy(kz, patch);

	stringify_map(kz, copy->root, "labels");
	stringify_map(kz, copy->root, "annotations");
	return copy;
}

/* The one resource that has or had the patch's id. */
static struct resource *find_target(struct kz *kz, struct resmap *m, struct resource *patch,
				    struct err *err)
{
	struct resid id = resource_original_id(kz, patch);
	struct resource **named, *found = NULL;
	size_t count, i, matches = 0;

	named = resmap_named(kz, m, id.name, &count);
	for (i = 0; i < count; i++) {
		if (!node_is_null(named[i]->root) && resource_had_id(kz, named[i], &id)) {
			matches++;
			found = named[i];
		}
	}
	if (matches == 1)
		return found;
	kz_fail(kz, err, patch->root->origin,
		"%s matches for Id %s; failed to find unique target for patch",
		matches ? "multiple" : "no", resid_string(kz->a, &id));
	return NULL;
}

static int apply_each(struct kz *kz, struct resmap *m, const struct resmap *patches,
		      bool as_resources, struct err *err)
{
	size_t i;

	for (i = 0; i < patches->count; i++) {
		struct resource *patch = patches->items[i];
		struct resource *target = find_target(kz, m, patch, err);

		if (as_resources)
			patch = patch_copy(kz, patch);
		if (!target || merge_into(kz, target, patch, err) < 0)
			return -1;
		if (target->root)
			resmap_note(kz, m, target);
		else
			resmap_drop_empty(m);
	}
	resmap_drop_empty(m);
	return 0;
}

/* What a patch's target finds. */
static struct resource **selected(struct kz *kz, struct selector *s, struct resmap *m,
				  const struct node *target, size_t *count)
{
	struct resource **found = selector_resources(kz, s, m, count);

	if (!*count && target)
		kz_matches_nothing(kz, target->origin,
				   "this target selects no resource, so its patch changes nothing");
	return found;
}

/* One patch on all that a selector finds; it takes each one's type unless it names a kind. */
static int apply_selected(struct kz *kz, struct resmap *m, struct resource *patch,
			  const struct node *target, struct err *err)
{
	struct selector *s = selector_new(kz, target, err);
	struct resource **found;
	size_t count, i;

	if (!s)
		return -1;
	found = selected(kz, s, m, target, &count);
	for (i = 0; i < count; i++) {
		struct resource *copy = patch_copy(kz, patch);
		const struct node *version = node_get(found[i]->root, "apiVersion");
		struct node *none = node_str(kz->a, "");

		if (version)
			node_set(kz->a, copy->root, "apiVersion", node_copy(kz->a, version));
		else
			node_remove(copy->root, "apiVersion");
		if (merge_into(kz, found[i], copy, err) < 0)
			return -1;
		if (!found[i]->root)
			continue;
		scalar_free(none);
		if (!version)
			node_set(kz->a, found[i]->root, "apiVersion", none);
		resmap_note(kz, m, found[i]);
	}
	resmap_drop_empty(m);
	return count ? resmap_check_unique(kz, m, "patch", err) : 0;
}

/* ---- JSON 6902 ---- */

/* What kustomize keeps in annotations is there for a pointer to go through, and stays. */
static int patch_one(struct kz *kz, struct resource *r, const struct node *operations,
		     struct err *err)
{
	annotations_mark(kz, r);
	part_all_shared(kz, r);
	if (json_patch_apply(kz, &r->root, operations, err) < 0)
		return -1;
	annotations_unmark(r);
	return 0;
}

static int apply_operations(struct kz *kz, struct resmap *m, const struct node *target,
			    const struct node *operations, bool store_id, struct err *err)
{
	struct selector *s = selector_new(kz, target, err);
	struct resource **found;
	size_t count, i;

	if (!s)
		return -1;
	found = selected(kz, s, m, target, &count);
	for (i = 0; i < count; i++) {
		if (store_id)
			resource_store_id(kz, found[i]);
		if (patch_one(kz, found[i], operations, err) < 0)
			return -1;
		resmap_note(kz, m, found[i]);
	}
	return 0;
}

static int check_operations(struct kz *kz, struct node *list, struct node **out, struct err *err)
{
	uint32_t i;

	if (list->type != NODE_SEQ)
		return kz_fail(kz, err, list->origin, "a JSON patch is a list of operations");
	for (i = 0; i < list->len; i++)
		if (list->items[i]->type != NODE_MAP)
			return kz_fail(kz, err, list->items[i]->origin,
				       "an operation of a JSON patch is an object");
	*out = list;
	return 0;
}

static int parse_json(struct kz *kz, const struct patch_text *p, struct node **out, struct err *err)
{
	struct json_options options = { .file = p->file, .origin = p->origin };
	struct node *list = json_read(kz->a, p->text, p->len, &options, err);

	return list ? check_operations(kz, list, out, err) : -1;
}

/* A list of operations, in JSON or YAML; *out is NULL for an empty document. */
static int parse_operations(struct kz *kz, const struct patch_text *p, struct node **out,
			    struct err *err)
{
	struct yaml_docs docs = { 0 };

	*out = NULL;
	if (*p->text == '[')
		return parse_json(kz, p, out, err);
	if (yaml_read_first(kz->run, kz->a, p->file, p->text, p->len, p->origin, &docs, err) < 0)
		return -1;
	if (!docs.count || node_is_null(docs.items[0].root))
		return 0;
	return check_operations(kz, docs.items[0].root, out, err);
}

/* ---- texts ---- */

static int text_from_path(struct target *t, const struct node *path, struct patch_text *out,
			  struct err *err)
{
	struct blob blob;

	if (target_read(t, path->text, path->origin, &blob, err) < 0)
		return -1;
	*out = (struct patch_text){ blob.path, blob.text, blob.len, blob.origin, { 0 } };
	return 0;
}

static struct patch_text text_inline(struct target *t, const struct node *n)
{
	const char *from = n->text, *end = n->text + n->len;

	while (from < end && isspace((unsigned char)*from))
		from++;
	while (end > from && isspace((unsigned char)end[-1]))
		end--;
	return (struct patch_text){ INLINE_FILE, from, (size_t)(end - from), 0,
				    inline_start(t, n) };
}

/* The resources of a patch's text. */
static int read_patches(struct target *t, const struct patch_text *p, struct resmap *out,
			struct err *err)
{
	if (p->in.scalar)
		return load_inline(&p->in, p->text, p->len, out, err);
	return load_resources(t->kz, p->file, p->text, p->len, p->origin, out, err);
}

/* The operations of a patch's text; *out is NULL when there are none. */
static int read_operations(struct target *t, struct patch_text *p, struct node **out,
			   struct err *err)
{
	if (p->in.base)
		p->origin = p->in.base + (origin_id)(p->text - p->in.scalar->text);
	if (parse_operations(t->kz, p, out, err) < 0)
		return p->in.scalar ? inline_error(&p->in, err) : -1;
	if (p->in.scalar)
		inline_place(&p->in, *out);
	return 0;
}

static void set_options(struct resmap *patches, const struct node *options)
{
	size_t i;

	for (i = 0; i < patches->count; i++) {
		struct resource *p = patches->items[i];

		p->allow_name_change |= node_true(node_get(options, "allowNameChange"));
		p->allow_kind_change |= node_true(node_get(options, "allowKindChange"));
	}
}

static int apply_merge_patches(struct target *t, struct resmap *m, struct resmap *patches,
			       const struct node *entry, struct err *err)
{
	const struct node *target = node_get(entry, "target");

	set_options(patches, node_get(entry, "options"));
	if (!target)
		return apply_each(t->kz, m, patches, false, err);
	if (patches->count > 1)
		return kz_fail(
			t->kz, err, target->origin,
			"multiple strategic-merge patches in one `patches` entry may not have a "
			"`target`");
	return apply_selected(t->kz, m, patches->items[0], target, err);
}

int patch_entry(struct target *t, struct resmap *m, const struct node *entry, struct err *err)
{
	const struct node *path = node_get(entry, "path"), *patch = node_get(entry, "patch");
	struct resmap patches = { 0 };
	struct err merge_err = ERR_INIT, json_err = ERR_INIT;
	struct patch_text p = { 0 };
	struct node *operations;
	bool is_merge, is_json;

	if (patch)
		p = text_inline(t, patch);
	if (!p.len && !(path && path->len))
		return kz_fail(t->kz, err, entry->origin, "must specify one of patch and path");
	if (p.len && path && path->len)
		return kz_fail(t->kz, err, entry->origin,
			       "patch and path can't be set at the same time");
	if (!p.len && text_from_path(t, path, &p, err) < 0)
		return err_wrap(err, "failed to get the patch file");
	is_merge = !read_patches(t, &p, &patches, &merge_err);
	is_json = !read_operations(t, &p, &operations, &json_err);
	if (!is_merge && !is_json) {
		*err = *p.text == '[' || *p.text == '-' ? json_err : merge_err;
		return err_wrap(err, "unable to parse SM or JSON patch");
	}
	if (is_merge && patches.count)
		return apply_merge_patches(t, m, &patches, entry, err);
	if (is_merge || !operations)
		return 0;
	if (!node_get(entry, "target"))
		return kz_fail(t->kz, err, entry->origin, "must specify a target for JSON patch");
	return apply_operations(t->kz, m, node_get(entry, "target"), operations, true, err);
}

int patch_strategic_merge(struct target *t, struct resmap *m, const struct node *paths,
			  const struct node *inline_text, struct err *err)
{
	struct resmap patches = { 0 };
	struct patch_text p;
	uint32_t i;
	size_t j;

	for (i = 0; paths && i < paths->len; i++) {
		struct resmap one = { 0 };
		struct err inline_err = ERR_INIT;

		p = text_inline(t, paths->items[i]);
		if (read_patches(t, &p, &one, &inline_err) < 0) {
			one = (struct resmap){ 0 };
			if (strchr(paths->items[i]->text, '\n')) {
				*err = inline_err;
				return -1;
			}
			if (text_from_path(t, paths->items[i], &p, err) < 0 ||
			    read_patches(t, &p, &one, err) < 0)
				return -1;
		}
		for (j = 0; j < one.count; j++)
			*vec_push(t->kz->a, &patches) = one.items[j];
	}
	if (inline_text && inline_text->len) {
		struct resmap one = { 0 };

		p = text_inline(t, inline_text);
		if (read_patches(t, &p, &one, err) < 0)
			return -1;
		for (j = 0; j < one.count; j++)
			*vec_push(t->kz->a, &patches) = one.items[j];
	}
	if (!patches.count)
		return kz_fail(t->kz, err, paths ? paths->origin : 0, "patch appears to be empty");
	return apply_each(t->kz, m, &patches, true, err);
}

int patch_json6902(struct target *t, struct resmap *m, const struct node *target,
		   const struct node *path, const struct node *patch, struct err *err)
{
	struct patch_text p = { 0 };
	struct node *operations;
	bool has_path = path && path->len, has_patch = patch && patch->len;
	origin_id at = target ? target->origin : path ? path->origin : patch ? patch->origin : 0;

	if (!target || !*field_text(target, "name"))
		return kz_fail(t->kz, err, at, "must specify the target name");
	if (!has_path && !has_patch)
		return kz_fail(t->kz, err, at, "empty file path and empty jsonOp");
	if (has_path && has_patch)
		return kz_fail(t->kz, err, at, "must specify a file path or jsonOp, not both");
	if (has_patch)
		p = text_inline(t, patch);
	else if (text_from_path(t, path, &p, err) < 0)
		return -1;
	if (read_operations(t, &p, &operations, err) < 0)
		return -1;
	if (!operations || !operations->len)
		return kz_fail(t->kz, err, at, "patch appears to be empty");
	return apply_operations(t->kz, m, target, operations, false, err);
}
