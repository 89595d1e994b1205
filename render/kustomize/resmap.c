/*
 * Resources in order, with an index from each name that they have or had. kustomize looks through
 * all of them for each question, which is where it becomes quadratic.
 */
#include <stdlib.h>
#include <string.h>
#include "base/map.h"
#include "render/kustomize/internal.h"

struct id_entry {
	const char *name;
	struct resource *resource;
	uint32_t next; /* entry + 1 of the same slot */
};
struct id_index {
	VEC(struct id_entry);
	uint32_t *slots; /* entry + 1 */
	size_t slot_count;
};

static uint32_t *slot_of(const struct id_index *x, const char *name)
{
	return &x->slots[map_hash(name, strlen(name)) & (x->slot_count - 1)];
}

static bool has_entry(const struct id_index *x, const char *name, const struct resource *r)
{
	uint32_t at;

	for (at = *slot_of(x, name); at; at = x->items[at - 1].next)
		if (x->items[at - 1].resource == r && !strcmp(x->items[at - 1].name, name))
			return true;
	return false;
}

static void grow_slots(struct kz *kz, struct id_index *x)
{
	size_t i;

	x->slot_count = x->slot_count ? x->slot_count * 4 : 64;
	x->slots = arena_array(kz->a, x->slot_count, uint32_t);
	for (i = 0; i < x->count; i++) {
		uint32_t *slot = slot_of(x, x->items[i].name);

		x->items[i].next = *slot;
		*slot = (uint32_t)i + 1;
	}
}

static void index_name(struct kz *kz, struct id_index *x, const char *name, struct resource *r)
{
	uint32_t *slot;

	if (x->count >= x->slot_count)
		grow_slots(kz, x);
	if (has_entry(x, name, r))
		return;
	slot = slot_of(x, name);
	*vec_push(kz->a, x) = (struct id_entry){ name, r, *slot };
	*slot = (uint32_t)x->count;
}

static void index_resource(struct kz *kz, struct id_index *x, struct resource *r)
{
	size_t i;

	index_name(kz, x, resource_name(r), r);
	for (i = 0; i < r->prev.count; i++)
		index_name(kz, x, r->prev.items[i].name, r);
}

static void ensure_index(struct kz *kz, struct resmap *m)
{
	size_t i;

	if (m->index)
		return;
	m->index = arena_new(kz->a, struct id_index);
	grow_slots(kz, m->index);
	for (i = 0; i < m->count; i++) {
		m->items[i]->position = (uint32_t)i;
		index_resource(kz, m->index, m->items[i]);
	}
}

void resmap_dirty(struct resmap *m)
{
	m->index = NULL;
}

void resmap_note(struct kz *kz, struct resmap *m, struct resource *r)
{
	if (m->index)
		index_resource(kz, m->index, r);
}

static int by_position(const void *x, const void *y)
{
	const struct resource *left = *(struct resource *const *)x;
	const struct resource *right = *(struct resource *const *)y;

	return left->position < right->position ? -1 : left->position > right->position;
}

struct resource **resmap_named(struct kz *kz, struct resmap *m, const char *name, size_t *count)
{
	struct {
		VEC(struct resource *);
	} found = { 0 };
	uint32_t at;

	ensure_index(kz, m);
	for (at = *slot_of(m->index, name); at; at = m->index->items[at - 1].next)
		if (!strcmp(m->index->items[at - 1].name, name))
			*vec_push(kz->a, &found) = m->index->items[at - 1].resource;
	if (found.count > 1)
		qsort(found.items, found.count, sizeof(*found.items), by_position);
	*count = found.count;
	return found.items;
}

static struct resource *with_id(struct kz *kz, struct resmap *m, const struct resid *id,
				const struct resource *but)
{
	uint32_t at;

	ensure_index(kz, m);
	for (at = *slot_of(m->index, id->name); at; at = m->index->items[at - 1].next) {
		struct resource *r = m->index->items[at - 1].resource;
		struct resid own;

		if (r == but || strcmp(m->index->items[at - 1].name, id->name))
			continue;
		own = resource_id(kz, r);
		if (resid_equal(&own, id))
			return r;
	}
	return NULL;
}

static void add(struct kz *kz, struct resmap *m, struct resource *r)
{
	r->position = (uint32_t)m->count;
	*vec_push(kz->a, m) = r;
	index_resource(kz, m->index, r);
}

int resmap_append(struct kz *kz, struct resmap *m, struct resource *r, struct err *err)
{
	struct resid id = resource_id(kz, r);
	struct resource *other = with_id(kz, m, &id, NULL);
	struct origin_pos pos = { 0 };

	if (!other) {
		add(kz, m, r);
		return 0;
	}
	origins_resolve(kz->run->origins, other->root->origin, &pos);
	return kz_fail(
		kz, err, r->root->origin,
		"may not add resource with an already registered id: %s (the other one is at "
		"%s:%u)",
		resid_string(kz->a, &id), pos.file ? pos.file : "?", pos.line);
}

int resmap_append_all(struct kz *kz, struct resmap *m, const struct resmap *other, struct err *err)
{
	size_t i;

	for (i = 0; i < other->count; i++)
		if (resmap_append(kz, m, other->items[i], err) < 0)
			return -1;
	return 0;
}

void resmap_drop_empty(struct resmap *m)
{
	size_t i, kept = 0;

	for (i = 0; i < m->count; i++) {
		const struct node *root = m->items[i]->root;

		if (node_is_null(root) || (root->type >= NODE_SEQ && !root->len))
			continue;
		m->items[kept++] = m->items[i];
	}
	if (kept != m->count)
		resmap_dirty(m);
	m->count = kept;
}

int resmap_check_unique(struct kz *kz, struct resmap *m, const char *what, struct err *err)
{
	size_t i;

	resmap_dirty(m);
	for (i = 0; i < m->count; i++) {
		struct resid id = resource_id(kz, m->items[i]);

		if (with_id(kz, m, &id, m->items[i]))
			return kz_fail(kz, err, m->items[i]->root->origin,
				       "%s produces ID conflict: %s", what,
				       resid_string(kz->a, &id));
	}
	return 0;
}

/* ---- generators' behaviors ---- */

/* A map of the old resource, overlaid with the new one's entries, all strings. */
static void overlay(struct kz *kz, struct node *new_parent, const struct node *old_parent,
		    const char *field)
{
	const struct node *old = node_get(old_parent, field), *own = node_get(new_parent, field);
	struct node *merged = node_map(kz->a);
	uint32_t i;

	if (node_is(old, NODE_MAP))
		for (i = 0; i < old->len; i++)
			node_set_entry(kz->a, merged, old->entries[i].key, old->entries[i].value);
	if (node_is(own, NODE_MAP))
		for (i = 0; i < own->len; i++)
			node_set_entry(kz->a, merged, own->entries[i].key, own->entries[i].value);
	for (i = 0; i < merged->len; i++) {
		struct node *value = merged->entries[i].value;

		if (node_is_null(value))
			merged->entries[i].value = node_at(node_str(kz->a, ""), value->origin);
		else if (node_is_scalar(value))
			value->type = NODE_STR;
	}
	if (merged->len)
		node_set(kz->a, new_parent, field, merged);
	else
		node_remove(new_parent, field);
}

static void take_metadata(struct kz *kz, struct resource *r, const struct resource *old)
{
	struct node *metadata, *name;
	const struct node *old_metadata = node_get(old->root, "metadata");

	resource_meta_map(kz, r, "annotations");
	metadata = node_get(r->root, "metadata");
	overlay(kz, metadata, old_metadata, "labels");
	overlay(kz, metadata, old_metadata, "annotations");
	name = node_get(old_metadata, "name");
	resource_set_name(kz, r, text_of(name), name ? name->origin : 0);
	resource_set_ns(kz, r, resource_ns(old));
	r->prev.items = old->prev.items;
	r->prev.count = r->prev.cap = old->prev.count;
	r->prefixes = old->prefixes;
	r->prefixes.cap = r->prefixes.count;
	r->suffixes = old->suffixes;
	r->suffixes.cap = r->suffixes.count;
	r->vars = old->vars;
	r->behavior = old->behavior;
	r->needs_hash = r->needs_hash && old->needs_hash;
}

/* What buildMetadata said of the old one stays true. */
static void keep_origin(struct kz *kz, struct resource *r, const struct resource *old)
{
	static const char key[] = "config.kubernetes.io/origin";
	struct node *was = node_get(node_path(old->root, "metadata", "annotations", NULL), key);

	if (was)
		node_set(kz->a, resource_meta_map(kz, r, "annotations"), key, was);
}

static int absorb_one(struct kz *kz, struct resmap *m, struct resource *r, struct err *err)
{
	struct resid id = resource_id(kz, r);
	struct resource **named, *old = NULL;
	enum behavior behavior = r->behavior;
	size_t count, i, matches = 0;

	named = resmap_named(kz, m, id.name, &count);
	for (i = 0; i < count; i++)
		if (resource_had_id(kz, named[i], &id) && !matches++)
			old = named[i];
	if (matches > 1)
		return kz_fail(kz, err, r->root->origin,
			       "found multiple objects that could accept merge of %s",
			       resid_string(kz->a, &id));
	if (!old && (behavior == BEHAVIOR_MERGE || behavior == BEHAVIOR_REPLACE))
		return kz_fail(kz, err, r->root->origin,
			       "id %s does not exist; cannot merge or replace",
			       resid_string(kz->a, &id));
	if (!old)
		return resmap_append(kz, m, r, err);
	if (behavior != BEHAVIOR_MERGE && behavior != BEHAVIOR_REPLACE)
		return kz_fail(kz, err, r->root->origin,
			       "id %s exists; behavior must be merge or replace",
			       resid_string(kz->a, &id));
	take_metadata(kz, r, old);
	if (behavior == BEHAVIOR_MERGE) {
		keep_origin(kz, r, old);
		overlay(kz, r->root, old->root, "data");
		overlay(kz, r->root, old->root, "binaryData");
	}
	r->position = old->position;
	m->items[old->position] = r;
	resmap_dirty(m);
	return 0;
}

int resmap_absorb(struct kz *kz, struct resmap *m, const struct resmap *other, struct err *err)
{
	size_t i;

	for (i = 0; i < other->count; i++)
		if (absorb_one(kz, m, other->items[i], err) < 0)
			return -1;
	return 0;
}
