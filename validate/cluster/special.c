/*
 * What a plain dry-run can't tell: an object that must be replaced, a custom resource whose CRD the
 * same plan changes, a webhook of which the user knows that it can't dry-run.
 */
#include <stdio.h>
#include "validate/cluster/ask.h"
#include "validate/cluster/requests.h"
#include "validate/schema/schema.h"

/* --- webhooks ------------------------------------------------------------------------------ */

/* The configured webhook that a refusal or a failure names; NULL. */
static const char *named_webhook(const struct ask *k)
{
	const struct plan_options *o = k->all->options;
	size_t i;

	for (i = 0; i < o->no_dry_run_webhook_count; i++) {
		const char *name = o->no_dry_run_webhooks[i];

		if (k->verdict.reason &&
		    strstr(k->verdict.reason, arena_printf(&k->all->arena, "webhook \"%s\"", name)))
			return name;
	}
	return NULL;
}

/* --- custom resources of a CRD that changes ------------------------------------------------ */

static const struct node *version_of(const struct node *crd, const char *name)
{
	const struct node *versions = node_path(crd, "spec", "versions", NULL);
	uint32_t i;

	for (i = 0; node_is(versions, NODE_SEQ) && i < versions->len; i++) {
		const char *text = node_get_string(versions->items[i], "name");

		if (text && !strcmp(text, name))
			return versions->items[i];
	}
	return NULL;
}

static bool same_schema(const struct node *one, const struct node *two)
{
	const struct node *a = node_path(one, "schema", "openAPIV3Schema", NULL);
	const struct node *b = node_path(two, "schema", "openAPIV3Schema", NULL);

	return a && b ? node_equal(a, b) : !a == !b;
}

const struct node *special_changed_crd(const struct ask *k, const struct object *o)
{
	const struct node *live, *head;
	char key[512];

	if (schema_group_known(o->group))
		return NULL;
	snprintf(key, sizeof(key), "%s/%s", o->group, o->kind);
	live = map_get(&k->all->live_crds, key);
	head = map_get(&k->all->crds, key);
	if (!live || !head ||
	    same_schema(version_of(live, o->version), version_of(head, o->version)))
		return NULL;
	return head;
}

bool special_new_version(struct ask *k, const struct object *o)
{
	k->resource = resource_any_version(k->all->c, o->group, o->kind);
	if (!k->resource)
		return false;
	k->ns = !k->resource->namespaced ? "" : *o->ns ? o->ns : cluster_namespace(k->all->c);
	k->new_version = true;
	k->state = ASK_LIVE;
	apply_get(k);
	return true;
}

void special_read_version(struct ask *k)
{
	const struct object *o = k->item->head;
	const struct node *crd =
		map_get(&k->all->crds, arena_printf(&k->scratch, "%s/%s", o->group, o->kind));
	const char *how = node_text(node_path(crd, "spec", "conversion", "strategy", NULL));

	k->simulated = true;
	k->state = ASK_DONE;
	k->level = LEVEL_OFFLINE;
	k->reason = arena_printf(&k->scratch,
				 "simulated: its CustomResourceDefinition starts to serve %s in "
				 "the same plan",
				 o->version);
	if (k->live.status != 200)
		return;
	if (how && !strcmp(how, "Webhook")) { /* what it looks like then, only that one knows */
		k->live_known = false;
		return;
	}
	k->level = LEVEL_READ;
	node_set(&k->scratch, k->live.body, "apiVersion", node_str(&k->scratch, o->api_version));
	ask_read_both(k);
}

/* The server judged by the old schema: of what it says only what no schema decides remains, and as
   a warning; the new one was checked offline. True when that was all that it had against it. */
static bool outdated(struct ask *k)
{
	struct verdict *v = &k->verdict;
	size_t i, kept = 0;

	for (i = 0; i < v->count; i++) {
		if (v->items[i].severity == SEVERITY_ERROR &&
		    (!strcmp(v->items[i].rule, "cluster/unknown-field") ||
		     !strcmp(v->items[i].rule, "cluster/invalid")))
			continue;
		if (v->items[i].severity == SEVERITY_ERROR)
			v->items[i].severity = SEVERITY_WARNING;
		v->items[kept++] = v->items[i];
	}
	v->count = kept;
	return v->kind == VERDICT_REFUSED;
}

static bool by_new_schema(struct ask *k)
{
	struct verdict said;

	if (!special_changed_crd(k, k->item->head))
		return false;
	k->reason = "its CustomResourceDefinition changes in the same plan: checked against the "
		    "new schema too";
	if (k->verdict.kind != VERDICT_REFUSED || !outdated(k))
		return false;
	k->reason = "simulated: its CustomResourceDefinition changes in the same plan, checked "
		    "against the new schema";
	said = k->verdict;
	k->simulated = true;
	k->state = ASK_DONE;
	k->level = k->live.status == 200 ? LEVEL_READ : LEVEL_OFFLINE;
	if (k->live.status == 200)
		ask_read_both(k);
	for (size_t i = 0; i < said.count; i++)
		*vec_push(&k->scratch, &k->verdict) = said.items[i];
	return true;
}

/* --- replacing ----------------------------------------------------------------------------- */

/* Objects whose name follows from what they say: no other name would do. */
static bool has_fixed_name(const struct object *o)
{
	static const char *const kinds[] = { "CustomResourceDefinition", "APIService" };
	size_t i;

	for (i = 0; i < ARRAY_SIZE(kinds); i++)
		if (!strcmp(kinds[i], o->kind))
			return true;
	return false;
}

static bool replace(struct ask *k)
{
	if (!k->owner.replaces || k->live.status != 200)
		return false;
	/* an apply that forces takes any refusal of the contents for a field that can't change */
	if (k->verdict.kind == VERDICT_REFUSED && k->head.status == 422) {
		k->deletes_first = true;
		return false;
	}
	if (k->verdict.kind != VERDICT_IMMUTABLE || has_fixed_name(k->item->head))
		return false;
	k->immutable = k->verdict;
	k->head = (struct answer){ 0 };
	k->state = ASK_RECREATE;
	apply_recreate(k);
	return true;
}

/* The new object as it would be under its own name. */
static void rename_back(struct ask *k)
{
	struct node *metadata = node_get(k->head.body, "metadata");

	if (!metadata)
		return;
	node_remove(metadata, "generateName");
	node_set(&k->scratch, metadata, "name", node_str(&k->scratch, k->item->head->name));
}

/* What the live object holds is free again by the time that the new one asks for it. */
static void forget_allocated(struct verdict *v)
{
	size_t i, kept = 0;

	for (i = 0; i < v->count; i++)
		if (!strstr(v->items[i].message, "already allocated"))
			v->items[kept++] = v->items[i];
	if (v->count && !kept && v->kind == VERDICT_REFUSED)
		v->kind = VERDICT_ACCEPTED;
	v->count = kept;
}

void special_recreated(struct ask *k)
{
	const char *why = k->immutable.count ? k->immutable.items[0].message : "";

	verdict_read(&k->scratch, &k->head, k->item->head->root, &k->verdict);
	forget_allocated(&k->verdict);
	k->state = ASK_DONE;
	k->reason = arena_printf(&k->scratch,
				 "it is deleted and created again (%s); the new one was tried "
				 "under another name",
				 why);
	switch (k->verdict.kind) {
	case VERDICT_ACCEPTED:
		k->simulated = true;
		rename_back(k);
		return;
	case VERDICT_FORBIDDEN:
		if (k->verdict.verb) {
			k->state = ASK_REVIEW;
			apply_review(k, k->verdict.verb);
			return;
		}
		k->deletes_first = true;
		return;
	case VERDICT_REFUSED:
	case VERDICT_IMMUTABLE:
		k->deletes_first = true;
		return;
	case VERDICT_NO_DRY_RUN:
		ask_fall_back(k, LEVEL_READ, k->verdict.reason);
		return;
	case VERDICT_CONFLICT:
	case VERDICT_CHANGED:
	case VERDICT_NO_NAMESPACE:
	case VERDICT_NO_KIND:
	case VERDICT_GROUP_DOWN:
	case VERDICT_UNDECIDED:
		ask_undecide(k, k->verdict.reason);
		return;
	}
}

bool special_verdict(struct ask *k)
{
	const char *webhook;

	if (k->verdict.kind != VERDICT_ACCEPTED && (webhook = named_webhook(k))) {
		k->verdict.count = 0;
		ask_fall_back(k, LEVEL_READ,
			      arena_printf(&k->scratch,
					   "webhook '%s' is said to be unable to dry-run",
					   webhook));
		return true;
	}
	return by_new_schema(k) || replace(k);
}
