#include "validate/plan_target.h"
#include <string.h>
#include "validate/ignore.h"
#include "validate/plan_internal.h"
#include "validate/risk.h"

/* Of every app, for a message may quote what another one holds. */
static void register_secrets(struct plan *p, const struct plan_app *apps, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		bool same = objects_are_one(apps[i].base, apps[i].head);

		for (size_t k = 0; apps[i].base && !same && k < apps[i].base->count; k++)
			masks_add_object(p->masks, apps[i].base->items[k].root);
		for (size_t k = 0; apps[i].head && k < apps[i].head->count; k++)
			masks_add_object(p->masks, apps[i].head->items[k].root);
	}
}

bool plan_moved(struct plan_change *c, const struct plan_item *item)
{
	struct arena scratch = ARENA_INIT;
	const struct owner *from, *to;

	if (!item->base || !item->head || item->base_app->owner == item->head_app->owner)
		return false;
	from = item->base_app->owner;
	to = item->head_app->owner;
	if (!strcmp(from->engine, to->engine) && !strcmp(from->kind, to->kind) &&
	    !strcmp(from->ns, to->ns) && !strcmp(from->name, to->name))
		return false;
	c->previous_owner = (struct plan_ref){ "", from->kind, from->ns, from->name };
	if (from->prunes && !owner_keeps(&scratch, from, item->base->root, false))
		c->warning_race = "the previous owner prunes: it may delete the object before the "
				  "new one takes it over";
	arena_release(&scratch);
	return true;
}

void plan_lost(struct plan *p, struct plan_change *c, const struct plan_item *item)
{
	const struct plan_app *app = item->base_app;
	const char *kept;

	c->cause = CAUSE_COMMIT;
	if (app->head_failed) {
		c->action = PLAN_UNDECIDED;
		c->reason = arena_printf(
			p->arena, "%s does not render at head, so nothing is known to be removed",
			app->path);
		return;
	}
	kept = app->stays ? app->stays
	       : app->owner->prunes
		       ? owner_keeps(p->arena, app->owner, item->base->root, app->leaves)
		       : arena_printf(p->arena, "%s does not prune: it stays in the cluster",
				      app->owner->engine);
	c->action = kept ? PLAN_ORPHAN : PLAN_DELETE;
	c->reason = kept;
}

void plan_never(struct plan *p, struct plan_change *c)
{
	c->action = PLAN_UNCHANGED;
	c->reason = arena_printf(p->arena, "its marks tell %s not to apply it", c->by->engine);
}

static void decide_offline(struct plan *p, const struct plan_options *options,
			   const struct plan_item *item)
{
	struct plan_change *c = plan_new_change(p, options, item);
	const struct object *o = item->head ? item->head : item->base;
	struct arena scratch = ARENA_INIT;
	struct plan_states s = { .topology =
					 topology_of(NULL, o->group, o->version, o->kind, NULL) };

	c->checked = o->unchecked ? LEVEL_UNCHECKED : LEVEL_OFFLINE;
	if (!item->head) {
		plan_lost(p, c, item);
	} else if (item->head_app->owner->mode == APPLY_NEVER) {
		plan_never(p, c);
	} else if (item->head_app->owner->mode == APPLY_CREATE && item->base) {
		c->action = PLAN_UNCHANGED;
		if (!node_equal(item->base->root, item->head->root))
			c->reason = arena_printf(p->arena,
						 "%s only creates it, so what git changes of it is "
						 "not applied",
						 c->by->engine);
	} else if (!item->base && item->head_app->base_failed) {
		c->action = PLAN_UNDECIDED;
		c->reason = arena_printf(
			p->arena, "%s does not render at base, so nothing is known to be new",
			item->head_app->path);
	} else if (!item->base) {
		c->action = PLAN_CREATE;
		c->cause = CAUSE_COMMIT;
		plan_created_fields(p, c, &scratch, item->head->root);
	} else {
		s.live = s.base_result = s.base = item->base->root;
		s.head_result = s.head = item->head->root;
		plan_fields(p, c, &scratch, &s);
		if (plan_moved(c, item)) {
			c->action = PLAN_MOVE;
			c->cause = CAUSE_COMMIT;
		}
	}
	risk_check(p, c, item, item->base ? item->base->root : NULL,
		   item->head ? item->head->root : NULL);
	arena_release(&scratch);
}

static void check_budget(struct plan *p, const char *target, const char *what, unsigned count,
			 int64_t budget)
{
	if (budget < 0 || (int64_t)count <= budget)
		return;
	plan_add_finding(p, target, SEVERITY_ERROR, "plan/budget", NULL, "", 0,
			 "%u objects would be %s, more than the budget of %lld", count, what,
			 (long long)budget);
}

static void check_budgets(struct plan *p, const struct plan_options *options, size_t from)
{
	const struct settings_budgets *b = options->budgets;
	unsigned n[PLAN_ACTIONS] = { 0 };

	if (!b)
		return;
	for (size_t i = from; i < p->changes.count; i++)
		n[p->changes.items[i].action]++;
	check_budget(p, options->target, "deleted", n[PLAN_DELETE] + n[PLAN_REPLACE], b->deletions);
	check_budget(p, options->target, "deleted and created again", n[PLAN_REPLACE],
		     b->replacements);
	check_budget(p, options->target, "changed",
		     n[PLAN_CREATE] + n[PLAN_UPDATE] + n[PLAN_REPLACE] + n[PLAN_DELETE] +
			     n[PLAN_MOVE],
		     b->changes);
}

int plan_add_target(struct plan *p, const struct plan_app *apps, size_t count,
		    const struct plan_options *options, struct err *err)
{
	struct plan_items items = { 0 };
	struct arena scratch = ARENA_INIT;
	size_t from = p->changes.count, i;
	int rc = 0;

	plan_match(&scratch, apps, count, options->select, options->cluster != NULL, &items);
	vec_expect(p->arena, &p->changes, items.count);
	register_secrets(p, apps, count);
	if (options->cluster) {
		rc = plan_ask_cluster(p, options, &items, &scratch, err);
	} else {
		*vec_push(p->arena, &p->targets) =
			(struct plan_target){ options->target, "", "", "", options->why_offline };
		for (i = 0; i < items.count; i++)
			decide_offline(p, options, &items.items[i]);
	}
	plan_ignore_owned(p, from);
	if (options->settings)
		plan_ignore(p, options->settings, from);
	plan_hooks(p, options->target, apps, count, from);
	check_budgets(p, options, from);
	arena_release(&scratch);
	return rc;
}
