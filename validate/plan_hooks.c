/*
 * Hooks: what Argo CD and Helm make and run at points of a sync or an upgrade. They are no part of
 * the desired state, so no change of theirs is planned; what runs is listed.
 */
#include <string.h>
#include "validate/plan_internal.h"

/* Argo CD's phases, and which of Helm's words it takes for them; NULL: Helm's word as it is. */
static const struct {
	const char *helm, *argo;
	bool leaving; /* only when the app itself is deleted */
} phases[] = {
	/* in the order in which they come */
	{ "pre-install", "PreSync", false },   { "pre-upgrade", "PreSync", false },
	{ "post-install", "PostSync", false }, { "post-upgrade", "PostSync", false },
	{ "pre-delete", "PreDelete", true },   { "post-delete", "PostDelete", true },
};

static bool has_part(const char *list, const char *word)
{
	size_t len = strlen(word);
	const char *at;

	for (at = strstr(list, word); at; at = strstr(at + 1, word))
		if ((at == list || strchr(", ", at[-1])) && (!at[len] || strchr(", ", at[len])))
			return true;
	return false;
}

static void put_phase(struct buf *out, const char *word)
{
	if (!has_part(out->text ? out->text : "", word))
		buf_printf(out, "%s%s", out->len ? "," : "", word);
}

/* When a hook runs, at a sync or (leaving) when its app is deleted; NULL: not then. */
static const char *phases_of(struct arena *a, const struct node *annotations, bool argo,
			     bool leaving)
{
	const char *own = argo ? node_get_string(annotations, "argocd.argoproj.io/hook") : NULL;
	const char *helm = node_get_string(annotations, "helm.sh/hook"), *result = NULL;
	struct buf out;
	size_t i;

	buf_init(&out, 0);
	for (i = 0; i < ARRAY_SIZE(phases); i++) {
		if (phases[i].leaving != leaving)
			continue;
		if (own ? has_part(own, phases[i].argo) : helm && has_part(helm, phases[i].helm))
			put_phase(&out, argo ? phases[i].argo : phases[i].helm);
	}
	if (own && !leaving && has_part(own, "Sync"))
		put_phase(&out, "Sync");
	if (own && !leaving && has_part(own, "SyncFail"))
		put_phase(&out, "SyncFail");
	if (out.len)
		result = buf_dup(&out, a);
	buf_release(&out);
	return result;
}

static void add_hook(struct plan *p, const char *target, const struct plan_app *app,
		     const struct object *o, bool leaving)
{
	const struct node *annotations = node_path(o->root, "metadata", "annotations", NULL);
	bool argo = !strcmp(app->owner->engine, "argocd");
	const char *when = phases_of(p->arena, annotations, argo, leaving);
	const char *deletes = NULL, *name = o->name;

	if (!when)
		return;
	if (argo)
		deletes = node_get_string(annotations, "argocd.argoproj.io/hook-delete-policy");
	if (!deletes)
		deletes = node_get_string(annotations, "helm.sh/hook-delete-policy");
	if (!*name)
		name = node_string_at(node_get(o->root, "metadata"), "generateName");
	*vec_push(p->arena, &p->hooks) = (struct plan_hook){
		.target = target,
		.engine = app->owner->engine,
		.object = { arena_strdup(p->arena, o->api_version), arena_strdup(p->arena, o->kind),
			    arena_strdup(p->arena, o->ns),
			    arena_strdup(p->arena, masks_name(p->masks, p->arena, name)) },
		.owner = { "", app->owner->kind, app->owner->ns, app->owner->name },
		.when = when,
		.deletes = deletes ? arena_strdup(p->arena, deletes) : "",
		.place = plan_place(p, o->root->origin, leaving ? SIDE_BASE : SIDE_HEAD),
	};
}

/* Whether any of the target's changes is of this owner: then it syncs, and its hooks run. */
static bool changes_any(const struct plan *p, size_t from, const struct owner *owner)
{
	for (size_t i = from; i < p->changes.count; i++) {
		const struct plan_change *c = &p->changes.items[i];

		if (c->action != PLAN_UNCHANGED && c->cause != CAUSE_DRIFT && c->engine &&
		    !strcmp(c->engine, owner->engine) && !strcmp(c->owner.kind, owner->kind) &&
		    !strcmp(c->owner.ns, owner->ns) && !strcmp(c->owner.name, owner->name))
			return true;
	}
	return false;
}

void plan_hooks(struct plan *p, const char *target, const struct plan_app *apps, size_t count,
		size_t from)
{
	for (size_t i = 0; i < count; i++) {
		const struct objects *objects = apps[i].leaves ? apps[i].base : apps[i].head;
		bool any = false;

		for (size_t k = 0; objects && !any && k < objects->count; k++)
			any = objects->items[k].hook;
		if (!any || !*apps[i].owner->kind || !changes_any(p, from, apps[i].owner))
			continue;
		for (size_t k = 0; k < objects->count; k++)
			if (objects->items[k].hook)
				add_hook(p, target, &apps[i], &objects->items[k], apps[i].leaves);
	}
}
