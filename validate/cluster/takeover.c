/*
 * What kustomize-controller does between its dry-run and its apply: it takes over the fields that
 * kubectl's managers hold, and drops kubectl's annotation and those of Flux v1. What of those
 * fields git has not is gone after the apply, and no dry-run of the apply shows it.
 */
#include <string.h>
#include "validate/cluster/owners.h"
#include "validate/managed.h"
#include "validate/cluster/requests.h"
#include "validate/merge.h"
#include "validate/sops.h"
#include "validate/ssa.h"

static const struct {
	const char *kind, *prefix, *operation;
} taken[] = {
	/* by the owner's kind; kustomize-controller 1.7 */
	{ "Kustomization", "kubectl", "Apply" },
	{ "Kustomization", "kubectl", "Update" },
	{ "Kustomization", "before-first-apply", "Update" },
	{ "Kustomization", "kustomize-controller", "Update" },
	/* Helm 4, of a release that goes from client-side to server-side apply */
	{ "HelmRelease", "helm-controller", "Update" },
};

static const struct {
	const char *in, *key;
} dropped[] = {
	{ "annotations", "kubectl.kubernetes.io/last-applied-configuration" },
	{ "annotations", "kustomize.toolkit.fluxcd.io/checksum" },
	{ "annotations", "fluxcd.io/sync-checksum" },
	{ "labels", "fluxcd.io/sync-gc-mark" },
};

static bool is_taken(const struct node *entry, const struct owner *owner)
{
	const char *manager = node_string_at(entry, "manager");
	size_t i;

	if (owner->adopts && !strcmp(owner->kind, "Application"))
		return !strcmp(manager, owner->adopts) && !*node_string_at(entry, "subresource") &&
		       !strcmp(node_string_at(entry, "operation"), "Update");
	for (i = 0; i < ARRAY_SIZE(taken) && !*node_string_at(entry, "subresource"); i++)
		if (!strcmp(owner->kind, taken[i].kind) &&
		    !strncmp(manager, taken[i].prefix, strlen(taken[i].prefix)) &&
		    !strcmp(node_string_at(entry, "operation"), taken[i].operation))
			return true;
	return false;
}

/* The union of two sets of fields. */
static void unite(struct arena *a, struct node *into, const struct node *from)
{
	uint32_t i;

	for (i = 0; node_is(from, NODE_MAP) && i < from->len; i++) {
		const struct node *key = from->entries[i].key;
		struct node *old = node_get_n(into, key->text, key->len);

		if (old && node_is(old, NODE_MAP))
			unite(a, old, from->entries[i].value);
		else if (!old)
			node_set_n(a, into, key->text, key->len,
				   node_copy(a, from->entries[i].value));
	}
}

/* managedFields with what is taken over in the owner's own entry; NULL: there is nothing such. */
static struct node *take_fields(struct arena *a, const struct node *managed,
				const struct owner *owner)
{
	const char *manager = owner->manager;
	struct node *out = node_seq(a), *own = node_map(a), *set = node_map(a);
	bool any = false;
	uint32_t i;

	for (i = 0; node_is(managed, NODE_SEQ) && i < managed->len; i++) {
		const struct node *entry = managed->items[i];

		any |= is_taken(entry, owner);
		if (is_taken(entry, owner) || managed_is_applier(entry, manager))
			unite(a, set, node_get(entry, "fieldsV1"));
		else
			node_append(a, out, node_copy(a, entry));
	}
	node_set(a, own, "manager", node_str(a, manager));
	node_set(a, own, "operation", node_str(a, "Apply"));
	node_set(a, own, "fieldsV1", set);
	node_append(a, out, own);
	return any ? out : NULL;
}

static bool is_dropped(const struct node *metadata, size_t row)
{
	return node_get(node_get(metadata, dropped[row].in), dropped[row].key) != NULL;
}

static void drop(struct arena *a, struct node *metadata)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(dropped); i++) {
		struct node *in;

		if (!is_dropped(metadata, i))
			continue;
		in = node_copy_shallow(a, node_get(metadata, dropped[i].in));
		node_remove(in, dropped[i].key);
		if (in->len)
			node_set(a, metadata, dropped[i].in, in);
		else
			node_remove(metadata, dropped[i].in);
	}
}

/*
 * Whether the owner takes anything over: a release that is applied server-side already keeps what
 * its controller updated since.
 */
static bool takes(const struct owner *owner, const struct node *live)
{
	if (owner->mode == APPLY_SSA && !strcmp(owner->engine, "argocd"))
		return owner->adopts != NULL;
	if (owner->mode != APPLY_SSA || strcmp(owner->engine, "flux") != 0)
		return false;
	return !strcmp(owner->kind, "Kustomization") ||
	       (!strcmp(owner->kind, "HelmRelease") && !managed_has(live, owner->manager, "Apply"));
}

static bool merges(const struct node *object)
{
	const struct node *metadata = node_get(object, "metadata");
	static const char key[] = "kustomize.toolkit.fluxcd.io/ssa";

	return !strcmp(node_string_at(node_get(metadata, "annotations"), key), "Merge") ||
	       !strcmp(node_string_at(node_get(metadata, "labels"), key), "Merge");
}

struct node *takeover_of(struct arena *a, const struct owner *owner, const struct node *desired,
			 const struct node *live, const struct node *onto)
{
	const struct node *metadata = node_get(live, "metadata");
	struct node *managed, *out, *own;
	bool any = false;
	size_t i;

	if (!live || !takes(owner, live) || merges(desired) || merges(live))
		return NULL;
	managed = take_fields(a, node_get(metadata, "managedFields"), owner);
	for (i = 0; i < ARRAY_SIZE(dropped) && !strcmp(owner->kind, "Kustomization"); i++)
		any |= is_dropped(metadata, i);
	if (!managed && !any)
		return NULL;
	out = node_copy_shallow(a, onto);
	own = node_copy_shallow(a, node_get(onto, "metadata"));
	if (any)
		drop(a, own);
	if (!managed && node_get(metadata, "managedFields"))
		managed = node_copy(a, node_get(metadata, "managedFields"));
	if (managed)
		node_set(a, own, "managedFields", managed);
	node_set(a, out, "metadata", own);
	return out;
}

/* What the apply leaves after the takeover; NULL: what the dry-run said. */
static struct node *result(struct ask *k, const struct object *o, const struct answer *said)
{
	struct arena *a = &k->scratch;
	struct node *from, *after;

	if (said->status != 200 || sops_is_encrypted(o->root))
		return NULL;
	from = takeover_of(a, &k->owner, o->root, k->live.body, said->body);
	if (!from)
		return NULL;
	after = ssa_apply(a, ask_topology(k, o), from, apply_body(k, o), k->owner.manager).object;
	return node_equal(plan_strip(a, after), plan_strip(a, said->body)) ? NULL : after;
}

/* Without the last holder of a field the server may bring its default back: it is asked. */
bool takeover_send(struct ask *k)
{
	const struct plan_item *item = k->item;
	struct node *head, *base;

	if (k->live.status != 200)
		return false;
	head = result(k, item->head, &k->head);
	base = k->asked_base && item->base ? result(k, item->base, &k->base) : NULL;
	if (!head && !base)
		return false;
	k->state = ASK_TAKEOVER;
	if (head) {
		k->head.body = head;
		apply_settled(k, item->head, head, &k->taken_head);
	}
	if (base) {
		k->base.body = base;
		apply_settled(k, item->base, base, &k->taken_base);
	}
	return true;
}

void takeover_take(struct ask *k)
{
	if (k->taken_head.status == 200)
		k->head.body = k->taken_head.body;
	if (k->taken_base.status == 200)
		k->base.body = k->taken_base.body;
	k->state = ASK_DONE;
}
