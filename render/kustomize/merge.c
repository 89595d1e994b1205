/*
 * Strategic merge as kustomize does it: mappings by key; lists of built-in types by merge key, the
 * patch's elements first; other lists replaced; $patch directives; null removes. What is missing
 * below is not there in kustomize either ($retainKeys and its kin are fields like others).
 *
 * Where there is nothing to merge into, a patch is merged into itself: that is how its own
 * directives and nulls are taken out of it.
 */
#include <string.h>
#include "render/kustomize/internal.h"
#include "render/kustomize/patch.h"
#include "render/kustomize/schema.h"
#include "render/kustomize/merge.h"

enum directive { DIRECTIVE_MERGE, DIRECTIVE_REPLACE, DIRECTIVE_DELETE };

static int parse_directive(struct merge *g, const struct node *n, enum directive *out,
			   struct err *err)
{
	static const char *const names[] = { "merge", "replace", "delete" };
	const char *text = node_is_scalar(n) ? n->text : "";
	size_t i;

	for (i = 0; i < ARRAY_SIZE(names); i++) {
		if (strcmp(text, names[i]))
			continue;
		*out = (enum directive)i;
		return 0;
	}
	return kz_fail(g->kz, err, n->origin, "unknown patch strategy '%s'", text);
}

static int map_directive(struct merge *g, struct node *patch, enum directive *out, struct err *err)
{
	const struct node *n = node_get(patch, "$patch");

	*out = DIRECTIVE_MERGE;
	if (!patch || !n)
		return 0;
	if (parse_directive(g, n, out, err) < 0)
		return -1;
	node_remove(patch, "$patch");
	return 0;
}

/* The first element with a $patch key, when it has nothing else, speaks for the list. */
static int list_directive(struct merge *g, struct node *patch, enum directive *out, struct err *err)
{
	struct element_match match = { .keys = { "$patch" }, .count = 1, .value_count = 1 };
	const struct node *n;
	uint32_t i;

	*out = DIRECTIVE_MERGE;
	for (i = 0; patch && i < patch->len; i++)
		if (node_get(patch->items[i], "$patch"))
			break;
	if (!patch || i == patch->len || patch->items[i]->len > 1)
		return 0;
	n = node_get(patch->items[i], "$patch");
	if (parse_directive(g, n, out, err) < 0)
		return -1;
	match.values[0] = n->text;
	elements_set(g, patch, &match, NULL);
	return 0;
}

/* ---- mappings ---- */

/* What a mapping becomes before its fields are merged; NULL takes it away. */
static int visit_map(struct merge *g, struct node *dest, struct node *patch, struct node **out,
		     struct err *err)
{
	enum directive d = DIRECTIVE_MERGE;

	*out = NULL;
	if (node_is_null(dest)) {
		if (patch && patch->type == NODE_MAP) {
			struct err ignored = ERR_INIT;

			map_directive(g, patch, &d, &ignored);
			if (d == DIRECTIVE_DELETE)
				return 0;
		}
		/* A null that is written out stays where the patch says nothing. */
		*out = patch ? patch : dest && dest->len ? dest : NULL;
		return 0;
	}
	if (patch && patch->type == NODE_NULL)
		return 0;
	if (map_directive(g, patch, &d, err) < 0)
		return -1;
	if (d != DIRECTIVE_DELETE)
		*out = d == DIRECTIVE_REPLACE ? patch : dest;
	return 0;
}

/*
 * Put a merged value under a key: a scalar is written over, and keeps its style, as kyaml's setter
 * has it.
 */
static void set_field(struct merge *g, struct node *map, const struct node *key, struct node *value,
		      bool keep_null)
{
	struct node_entry *entry = node_entry(map, key->text);
	struct node *old = entry ? entry->value : NULL;

	if (!value || (value->type == NODE_NULL && !keep_null)) {
		node_remove(map, key->text);
		return;
	}
	if (!old) {
		node_set_entry(g->kz->a, map, node_copy(g->kz->a, key), value);
		return;
	}
	if (old == value)
		return;
	if (!node_is_scalar(old)) {
		entry->value = value;
		return;
	}
	if (node_is_scalar(value))
		merge_style(value, old);
	*old = *value; /* where it stands: labels of one resource may share it */
}

static int merge_field(struct merge *g, struct node *target, struct node *dest, struct node *patch,
		       const struct node *key, const struct type_info *type, struct err *err)
{
	struct node *left = node_get(dest, key->text), *right = node_get(patch, key->text), *value;
	struct type_info none = { .builtin = -1 };
	struct type_info t = type->known ? kschema_field(g->kz, type, key->text) : none;

	if (merge_node(g, left, right, &t, &value, err) < 0)
		return -1;
	set_field(g, target, key, value, value && value == left && !right);
	return 0;
}

void merge_mark(struct merge *g, struct node *n, const struct node *old)
{
	uint32_t i;

	if (g->self)
		return;
	n->origin =
		origins_derive(g->kz->run->origins, n->origin, VIA_PATCH, old ? old->origin : 0);
	for (i = 0; n->type == NODE_SEQ && i < n->len; i++)
		merge_mark(g, n->items[i], NULL);
	for (i = 0; n->type == NODE_MAP && i < n->len; i++)
		merge_mark(g, n->entries[i].value, NULL);
}

static int merge_fields(struct merge *g, struct node *target, struct node *dest, struct node *patch,
			const struct type_info *type, struct err *err)
{
	const struct node *const from[] = { dest, patch };
	struct {
		VEC(const struct node *);
	} keys = { 0 };
	size_t i, j;
	uint32_t k;

	for (j = 0; j < 2; j++)
		for (k = 0; node_is(from[j], NODE_MAP) && k < from[j]->len; k++)
			if (j == 0 ||
			    (from[1] != from[0] && !node_get(dest, from[1]->entries[k].key->text)))
				*vec_push(g->kz->a, &keys) = from[j]->entries[k].key;
	for (i = 0; i < keys.count; i++)
		if (merge_field(g, target, dest, patch, keys.items[i], type, err) < 0)
			return -1;
	return 0;
}

static int merge_map(struct merge *g, struct node *dest, struct node *patch,
		     const struct type_info *type, struct node **out, struct err *err)
{
	struct node *target;
	bool self;
	int rc;

	if (visit_map(g, dest, patch, &target, err) < 0)
		return -1;
	*out = target;
	if (!target || target->type != NODE_MAP)
		return 0;
	self = target == patch;
	g->self += self;
	rc = merge_fields(g, target, target, patch, type, err);
	g->self -= self;
	if (self)
		merge_mark(g, target, NULL);
	return rc;
}

/* ---- lists ---- */

static int merge_list(struct merge *g, struct node *dest, struct node *patch,
		      const struct type_info *type, struct node **out, struct err *err)
{
	enum directive d = DIRECTIVE_REPLACE;
	bool self;
	int rc;

	if (!type->known || !type->merges) {
		*out = patch ? patch : dest;
		if (patch && patch != dest)
			merge_mark(g, patch, dest);
		return 0;
	}
	*out = NULL;
	if (!node_is_null(dest)) {
		if (patch && patch->type == NODE_NULL)
			return 0;
		if (list_directive(g, patch, &d, err) < 0)
			return -1;
	}
	if (d == DIRECTIVE_DELETE)
		return 0;
	if (d == DIRECTIVE_REPLACE)
		dest = patch;
	if (!dest)
		return 0;
	self = dest == patch;
	g->self += self;
	rc = merge_elements(g, dest, patch, type, out, err);
	g->self -= self;
	if (!rc && self && *out)
		merge_mark(g, *out, NULL);
	return rc;
}

/* ---- any node ---- */

static int wrong_kind(struct merge *g, const struct node *n, const struct node *other,
		      struct err *err)
{
	return kz_fail(g->kz, err, n->origin, "wrong node kind: expected a %s but got %s",
		       other->type == NODE_MAP	 ? "mapping"
		       : other->type == NODE_SEQ ? "list"
						 : "scalar",
		       type_words(n));
}

static bool same_kind(const struct node *x, const struct node *y)
{
	return x->type == y->type || (x->type < NODE_SEQ && y->type < NODE_SEQ);
}

/* An object in an object, where nothing else is known of the type. */
static struct type_info own_type(struct merge *g, const struct node *dest, const struct node *patch)
{
	const struct node *const both[] = { dest, patch };
	struct type_info t = { .builtin = -1 };
	size_t i;

	for (i = 0; i < 2 && !t.known; i++) {
		const char *kind = field_text(both[i], "kind");
		const char *api_version = field_text(both[i], "apiVersion");

		if (*kind && *api_version)
			t = kschema_of_resource(g->kz, api_version, kind);
	}
	return t;
}

int merge_node(struct merge *g, struct node *dest, struct node *patch, const struct type_info *type,
	       struct node **out, struct err *err)
{
	const struct node *first = !node_is_null(dest) ? dest : patch;
	struct type_info found;
	int rc;

	if (!node_is_null(dest) && !node_is_null(patch) && !same_kind(dest, patch))
		return wrong_kind(g, patch, dest, err);
	if (!type->known) {
		found = own_type(g, dest, patch);
		type = &found;
	}
	if (++g->depth > LIMIT_DEPTH)
		return kz_fail(g->kz, err, patch ? patch->origin : 0, "patch is nested too deeply");
	if (node_is_null(first) || first->type == NODE_MAP) {
		rc = merge_map(g, dest, patch, type, out, err);
	} else if (first->type == NODE_SEQ) {
		rc = merge_list(g, dest, patch, type, out, err);
	} else {
		rc = 0;
		*out = patch ? patch : dest;
		if (patch && patch != dest)
			merge_mark(g, patch, dest);
	}
	g->depth--;
	return rc;
}

int strategic_merge(struct kz *kz, struct node **root, struct node *patch, struct err *err)
{
	struct merge g = { .kz = kz };
	struct type_info none = { .builtin = -1 };
	struct node *out = NULL;

	if (merge_node(&g, *root, patch, &none, &out, err) < 0)
		return -1;
	if (!out)
		*root = NULL;
	return 0;
}
