/* kustomize's own annotations. */
#include <string.h>
#include "render/kustomize/annotations.h"

#define INTERNAL "internal.config.kubernetes.io/"
static const char mark_key[] = INTERNAL "previousNames";

static void split(struct kz *kz, struct strings *out, const char *text)
{
	for (;;) {
		size_t n = strcspn(text, ",");

		*vec_push(kz->a, out) = arena_memdup(kz->a, text, n);
		if (!text[n])
			return;
		text += n + 1;
	}
}

static void absorb_prev_ids(struct kz *kz, struct resource *r, const struct node *annotations)
{
	struct strings names = { 0 }, spaces = { 0 }, kinds = { 0 };
	const struct node *found = node_get(annotations, INTERNAL "previousNames");
	size_t i;

	if (!found)
		return;
	split(kz, &names, text_of(found));
	split(kz, &spaces, field_text(annotations, INTERNAL "previousNamespaces"));
	split(kz, &kinds, field_text(annotations, INTERNAL "previousKinds"));
	if (names.count != spaces.count || names.count != kinds.count)
		return;
	for (i = 0; i < names.count; i++)
		*vec_push(kz->a, &r->prev) =
			(struct prev_id){ names.items[i], spaces.items[i], kinds.items[i] };
}

static enum behavior behavior_named(const char *text)
{
	if (!strcmp(text, "create"))
		return BEHAVIOR_CREATE;
	if (!strcmp(text, "replace"))
		return BEHAVIOR_REPLACE;
	return !strcmp(text, "merge") ? BEHAVIOR_MERGE : BEHAVIOR_UNSPECIFIED;
}

void annotations_absorb(struct kz *kz, struct resource *r)
{
	static const char *const own[] = {
		INTERNAL "previousKinds",
		INTERNAL "previousNames",
		INTERNAL "prefixes",
		INTERNAL "suffixes",
		INTERNAL "previousNamespaces",
		INTERNAL "allowNameChange",
		INTERNAL "allowKindChange",
		INTERNAL "refBy",
		INTERNAL "generatorBehavior",
		INTERNAL "needsHashSuffix",
		INTERNAL "path",
		INTERNAL "index",
		INTERNAL "seqindent",
		INTERNAL "id",
		"config.kubernetes.io/path",
		"config.kubernetes.io/index",
		"config.k8s.io/id",
		INTERNAL "helm-generated",
		INTERNAL "annotations-migration-resource-id",
	};
	struct node *annotations = node_path(r->root, "metadata", "annotations", NULL), *n;
	size_t i;

	if (!node_is(annotations, NODE_MAP))
		return;
	for (i = 0; i < annotations->len; i++) /* annotations are set anew: nothing stays folded */
		if (annotations->entries[i].value->style == STYLE_FOLDED)
			annotations->entries[i].value->style = STYLE_LITERAL;
	absorb_prev_ids(kz, r, annotations);
	if ((n = node_get(annotations, INTERNAL "prefixes")))
		split(kz, &r->prefixes, text_of(n));
	if ((n = node_get(annotations, INTERNAL "suffixes")))
		split(kz, &r->suffixes, text_of(n));
	r->behavior = behavior_named(field_text(annotations, INTERNAL "generatorBehavior"));
	r->needs_hash = !strcmp(field_text(annotations, INTERNAL "needsHashSuffix"), "enabled");
	r->allow_name_change =
		!strcmp(field_text(annotations, INTERNAL "allowNameChange"), "enabled");
	r->allow_kind_change =
		!strcmp(field_text(annotations, INTERNAL "allowKindChange"), "enabled");
	r->helm_generated = !strcmp(field_text(annotations, INTERNAL "helm-generated"), "true");
	for (i = 0; i < ARRAY_SIZE(own); i++) /* 0.20 does not know helm-generated */
		if (kz->options->kustomize_api != KUSTOMIZE_API_0_20 ||
		    strcmp(own[i], INTERNAL "helm-generated") != 0)
			node_remove(annotations, own[i]);
}

/* ---- what stands for them ---- */

static bool remembers(const struct resource *r)
{
	return r->prev.count || r->prefixes.count || r->suffixes.count || r->needs_hash ||
	       r->generated || r->behavior != BEHAVIOR_UNSPECIFIED || r->helm_generated;
}

static struct node *annotations_of(const struct resource *r)
{
	return node_path(r->root, "metadata", "annotations", NULL);
}

bool annotations_mark(struct kz *kz, struct resource *r)
{
	if (!remembers(r))
		return false;
	node_set(kz->a, resource_meta_map(kz, r, "annotations"), mark_key, node_str(kz->a, ""));
	return true;
}

bool annotations_unmark(struct resource *r)
{
	struct node *all = annotations_of(r);

	if (!node_is(all, NODE_MAP) || !node_remove(all, mark_key))
		return false;
	if (!all->len)
		node_remove(node_get(r->root, "metadata"), "annotations");
	return true;
}

static void spell(struct kz *kz, struct node *into, const char *key, const struct strings *words)
{
	const char *text = "";
	size_t i;

	for (i = 0; i < words->count; i++)
		text = arena_printf(kz->a, "%s%s%s", text, i ? "," : "", words->items[i]);
	if (words->count)
		node_set(kz->a, into, key, node_str(kz->a, text));
}

struct node *annotations_spelt(struct kz *kz, const struct resource *r)
{
	static const char *const behaviors[] = { [BEHAVIOR_UNSPECIFIED] = "unspecified",
						 [BEHAVIOR_CREATE] = "create",
						 [BEHAVIOR_REPLACE] = "replace",
						 [BEHAVIOR_MERGE] = "merge" };
	struct node *own = annotations_of(r), *all = own ? node_copy(kz->a, own) : node_map(kz->a);
	struct strings names = { 0 }, spaces = { 0 }, kinds = { 0 };
	size_t i;

	if (!node_is(all, NODE_MAP) || !remembers(r))
		return own;
	for (i = 0; i < r->prev.count; i++) {
		*vec_push(kz->a, &names) = r->prev.items[i].name;
		*vec_push(kz->a, &spaces) = r->prev.items[i].ns;
		*vec_push(kz->a, &kinds) = r->prev.items[i].kind;
	}
	spell(kz, all, INTERNAL "previousKinds", &kinds);
	spell(kz, all, INTERNAL "previousNames", &names);
	spell(kz, all, INTERNAL "previousNamespaces", &spaces);
	spell(kz, all, INTERNAL "prefixes", &r->prefixes);
	spell(kz, all, INTERNAL "suffixes", &r->suffixes);
	if (r->generated)
		node_set(kz->a, all, INTERNAL "generatorBehavior",
			 node_str(kz->a, behaviors[r->behavior]));
	if (r->needs_hash)
		node_set(kz->a, all, INTERNAL "needsHashSuffix", node_str(kz->a, "enabled"));
	node_sort(all);
	return all;
}

void annotations_forget(struct resource *r)
{
	r->prev.items = NULL;
	r->prev.count = r->prev.cap = 0;
	r->prefixes = r->suffixes = (struct strings){ 0 };
	r->needs_hash = r->generated = false;
	r->behavior = BEHAVIOR_UNSPECIFIED;
}

void annotations_renew(struct kz *kz, struct resource *r)
{
	struct node *all = annotations_of(r);
	uint32_t i;

	for (i = 0; node_is(all, NODE_MAP) && i < all->len; i++)
		if (node_is_scalar(all->entries[i].value))
			all->entries[i].value = node_copy(kz->a, all->entries[i].value);
}
