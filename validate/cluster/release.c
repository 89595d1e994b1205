/*
 * How Helm applies the objects of a release. Helm 4 records whether a release was applied
 * server-side and goes on so; its objects' managedFields tell the same, and anybody who sees them
 * may read them. Helm 3 (and 4 client-side) merges three ways for the kinds that its client has
 * built in; of others it patches what differs between the old manifest and the new one.
 */
#include <string.h>
#include "validate/cluster/ask.h"
#include "validate/cluster/requests.h"
#include "validate/managed.h"
#include "validate/merge.h"
#include "validate/schema/schema.h"

void release_choose(const struct ask *k, struct owner *owner)
{
	const struct node *live = k->live.body;

	if (owner->mode == APPLY_RELEASE) {
		owner->force = managed_has(live, owner->manager, "Apply") ||
			       (owner->server_side && !managed_has(live, owner->manager, "Update"));
		owner->mode = owner->force ? APPLY_SSA : APPLY_HELM;
	}
	if (owner->mode == APPLY_HELM && owner->puts && release_is_upgraded(k))
		owner->mode = APPLY_REPLACE;
}

static const char *key_of(struct arena *a, const struct owner *owner)
{
	return arena_printf(a, "%s/%s", owner->ns, owner->name);
}

static void note(struct asker *all, const struct plan_app *app)
{
	if (app && owner_is_release(app->owner))
		map_set(&all->upgraded, key_of(&all->arena, app->owner), all);
}

void release_note(struct asker *all)
{
	size_t i;

	map_init(&all->upgraded, &all->arena);
	for (i = 0; i < all->items->count; i++) {
		const struct plan_item *item = &all->items->items[i];

		if (item->leftover ||
		    (item->head && item->base && node_equal(item->head->root, item->base->root)))
			continue;
		note(all, item->head_app);
		note(all, item->base_app);
	}
}

bool release_is_upgraded(const struct ask *k)
{
	struct arena scratch = ARENA_INIT;
	bool found = owner_is_release(&k->owner) &&
		     (k->owner.upgrades || map_get(&k->all->upgraded, key_of(&scratch, &k->owner)));

	arena_release(&scratch);
	return found;
}

bool release_merges_two_ways(const struct ask *k)
{
	const struct object *o = k->item->head ? k->item->head : k->item->base;

	return !schema_group_known(o->group) && release_is_upgraded(k);
}

static const struct {
	const char *in, *key;
} helms_own[] = {
	{ "labels", "app.kubernetes.io/managed-by" },
	{ "annotations", "meta.helm.sh/release-name" },
	{ "annotations", "meta.helm.sh/release-namespace" },
};

/* The object as its manifest has it: without what Helm writes over it when it applies. */
static struct node *manifest_of(struct arena *a, const struct node *body)
{
	struct node *out = node_copy_shallow(a, body);
	struct node *metadata = node_copy_shallow(a, node_get(body, "metadata"));
	size_t i;

	node_set(a, out, "metadata", metadata);
	for (i = 0; i < ARRAY_SIZE(helms_own); i++) {
		const struct node *old = node_get(metadata, helms_own[i].in);
		struct node *in;

		if (!node_get(old, helms_own[i].key))
			continue;
		in = node_copy_shallow(a, old);
		node_remove(in, helms_own[i].key);
		node_set(a, metadata, helms_own[i].in, in);
	}
	return out;
}

/* Whether the live object bears the marks of the release that head's is of. */
static bool is_its_own(const struct node *live, const struct node *head)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(helms_own); i++) {
		const char *in = helms_own[i].in, *key = helms_own[i].key;
		const char *want = node_string_at(node_path(head, "metadata", in, NULL), key);
		const char *have = node_string_at(node_path(live, "metadata", in, NULL), key);

		if (*want && strcmp(want, have) != 0)
			return false;
	}
	return true;
}

void release_check_owner(struct ask *k)
{
	const struct object *o = k->item->head;

	if (!k->owner.adopts_none || k->item->base || !k->live.body ||
	    is_its_own(k->live.body, o->root))
		return;
	plan_add_finding(k->all->p, k->all->options->target, SEVERITY_ERROR, "cluster/not-adopted",
			 o, "", o->root->origin,
			 "HelmRelease %s/%s fails: this is there already and not of its release, "
			 "and disableTakeOwnership forbids it to take it over",
			 k->owner.ns, k->owner.name);
}

/*
 * What is adopted counts as if the old manifest had had it like the new one: nothing is patched
 * (Helm 3.22 and 4.3), not even Helm's own labels, which come with the next upgrade.
 */
struct node *release_merged(struct ask *k, struct node *body)
{
	const struct object *base = k->item->base;
	struct node *live = (struct node *)(uintptr_t)k->live.body, *patch;

	if (!base)
		return live;
	patch = merge_patch(&k->scratch, manifest_of(&k->scratch, base->root), body);
	return patch ? merge_patched(&k->scratch, live, patch) : live;
}
