#include "validate/cluster/owners.h"
#include "validate/cluster/inventory.h"
#include "validate/drift_rules.h"
#include "validate/risk.h"

/* Whether base says the same: then the problem is not new. */
static bool in_base(const struct ask *k, const struct said *s)
{
	size_t i;

	if (k->same_render)
		return true;
	for (i = 0; i < k->base_verdict.count; i++)
		if (!strcmp(k->base_verdict.items[i].rule, s->rule) &&
		    !strcmp(k->base_verdict.items[i].message, s->message))
			return true;
	return false;
}

/* What would let an immutable field change, in the words of who applies it. */
static const char *remedy(const struct ask *k, const char *rule)
{
	static const struct {
		const char *engine, *text;
	} remedies[] = {
		{ "argocd", "; it would be replaced with the annotation "
			    "argocd.argoproj.io/sync-options: Force=true,Replace=true" },
		{ "flux", "; it would be replaced with the annotation "
			  "kustomize.toolkit.fluxcd.io/force: Enabled" },
		{ "helm", "; it would be replaced with helm upgrade --force" },
	};
	size_t i;

	if (strcmp(rule, "cluster/immutable") != 0)
		return "";
	if (owner_is_release(&k->owner))
		return "; Helm replaces no object: only after it is deleted by hand would the next "
		       "reconciliation create it anew";
	if (k->owner.replaces)
		return "; it is deleted and created again";
	for (i = 0; i < ARRAY_SIZE(remedies); i++)
		if (!strcmp(remedies[i].engine, k->owner.engine))
			return remedies[i].text;
	return "; 'kubectl replace --force' would delete and create it";
}

static void add_findings(struct ask *k, const struct verdict *v, enum severity most)
{
	const struct object *o = k->item->head;
	size_t i;

	for (i = 0; i < v->count; i++) {
		const struct said *s = &v->items[i];
		enum severity severity = s->severity < most ? s->severity : most;
		struct plan_finding *f = plan_add_finding(k->all->p, k->all->options->target,
							  severity, s->rule, o, s->path, s->origin,
							  "%s%s", s->message, remedy(k, s->rule));

		f->is_new = !in_base(k, s);
	}
}

static void reason(struct ask *k, struct plan_change *c)
{
	if (k->reason)
		c->reason = arena_strdup(k->all->p->arena,
					 masks_text(k->all->p->masks, k->all->p->arena, k->reason));
}

/* The owner has not applied base yet: only history can tell that what it applied is older. */
static bool is_pending(const struct ask *k)
{
	const char *applied = k->owner.applied_revision;
	const struct plan *p = k->all->p;

	return applied && *applied && p->base && *p->base && p->is_older &&
	       p->is_older(p->is_older_data, applied, p->base);
}

/* S(base) is worth comparing with: another render, accepted. */
static bool has_base_result(const struct ask *k)
{
	if (k->level == LEVEL_READ)
		return !k->same_render && k->read_base;
	return !k->same_render && k->base_verdict.kind == VERDICT_ACCEPTED && k->asked_base;
}

/* Whether what is planned is a commit that the cluster has yet to see. */
static bool is_new_commit(const struct plan *p)
{
	return p->base && p->commit && strcmp(p->base, p->commit) != 0;
}

/* Whether drift of the object is undone, by the owner's own watch or with this commit. */
static bool heals(const struct ask *k)
{
	if (owner_is_release(&k->owner))
		return release_is_upgraded(k) ||
		       (k->owner.heals && !drift_is_excluded(k->item->head->root) &&
			!drift_is_excluded(k->live.body));
	return k->owner.heals || (k->owner.heals_with_commits && is_new_commit(k->all->p));
}

static void compare(struct ask *k, struct plan_change *c, const struct node *head_result)
{
	const struct plan_item *item = k->item;
	const struct object *o = item->head;
	struct plan_states s = {
		.topology = ask_topology(k, o),
		.live = k->live.body,
		.head_result = head_result,
		.base = item->base ? item->base->root : NULL,
		.head = o->root,
		.pending = is_pending(k),
		.random = o->random,
		.managed = true,
		.heals = heals(k),
		.whole = k->owner.mode == APPLY_REPLACE || k->owner.mode == APPLY_GENERATED,
		.manager = k->owner.mode == APPLY_SSA ? k->owner.manager : NULL,
	};

	if (!item->base)
		s.base_result = s.live; /* base asks for nothing: applying it changes nothing */
	else if (has_base_result(k))
		s.base_result = k->level == LEVEL_READ ? k->read_base : k->base.body;
	else
		s.base_unknown = !k->same_render;
	plan_fields(k->all->p, c, &k->scratch, &s);
	if (k->owner.drift_rules && !release_is_upgraded(k))
		drift_ignore(k->all->p, c, k->owner.drift_rules, o);
}

/* What the two renders say of themselves, where the cluster has no answer to compare. */
static void compare_renders(struct ask *k, struct plan_change *c)
{
	const struct plan_item *item = k->item;
	struct plan_states s = { 0 };

	if (!item->base) {
		c->action = PLAN_CREATE;
		c->cause = CAUSE_COMMIT;
		plan_created_fields(k->all->p, c, &k->scratch, item->head->root);
		return;
	}
	s.topology = ask_topology(k, item->head);
	s.live = s.base_result = s.base = item->base->root;
	s.head_result = s.head = item->head->root;
	plan_fields(k->all->p, c, &k->scratch, &s);
}

static void decide_created(struct ask *k, struct plan_change *c)
{
	c->action = PLAN_CREATE;
	c->cause = k->item->base ? is_pending(k) ? CAUSE_PENDING : CAUSE_DRIFT : CAUSE_COMMIT;
	plan_created_fields(k->all->p, c, &k->scratch, k->item->head->root);
	if (c->cause != CAUSE_COMMIT && !c->reason)
		c->reason = "base has it too, and the cluster does not";
}

/* One warning for each reason, at the first object that it is about. */
static void warn_fallback(struct ask *k)
{
	const char *why;

	if (k->level == LEVEL_DRY_RUN || k->simulated || !k->reason ||
	    map_get(&k->all->reviews, k->reason))
		return;
	why = arena_strdup(&k->all->arena, k->reason);
	map_set(&k->all->reviews, why, k->all);
	plan_add_finding(k->all->p, k->all->options->target, SEVERITY_WARNING, "cluster/fallback",
			 k->item->head ? k->item->head : k->item->base, "", 0,
			 "checked %s only: %s", k->level == LEVEL_READ ? "by reading" : "offline",
			 why);
}

/* Who forces an apply deletes first; what comes after may then be refused. */
static void warn_force(struct ask *k)
{
	const struct said *s = k->verdict.count ? &k->verdict.items[0] : NULL;

	if (!k->deletes_first)
		return;
	plan_add_finding(k->all->p, k->all->options->target, SEVERITY_ERROR, "risk/force-deletes",
			 k->item->head, s ? s->path : "",
			 s ? s->origin : k->item->head->root->origin,
			 "a forced apply deletes the live object before the new one is refused: %s",
			 s ? s->message : k->verdict.reason);
}

/* Argo CD's mark of the Application that an object is of: a label, or where a name ends at ':'. */
static const char *tracked_by(struct ask *k, const struct node *object)
{
	const char *id = node_string_at(node_path(object, "metadata", "annotations", NULL),
					"argocd.argoproj.io/tracking-id");

	if (k->owner.instance_label)
		return node_string_at(node_path(object, "metadata", "labels", NULL),
				      k->owner.instance_label);
	return arena_memdup(&k->scratch, id, strcspn(id, ":"));
}

/* Who shares nothing applies nothing where another has one of its objects. */
static void refuse_shared(struct ask *k)
{
	const char *own = tracked_by(k, k->item->head->root);
	const char *other = tracked_by(k, k->live.body);

	if (!k->owner.alone || k->live.status != 200 || !*other || !strcmp(own, other))
		return;
	plan_add_finding(k->all->p, k->all->options->target, SEVERITY_ERROR, "engine/refused",
			 k->item->head, "", k->item->head->root->origin,
			 "Application %s/%s: '%s' applies this object already, so that nothing of "
			 "the Application is synced (FailOnSharedResource)",
			 k->owner.ns, k->owner.name, other);
}

static void decide_head(struct ask *k, struct plan_change *c)
{
	bool exists = k->live.status == 200;

	if (k->owner.mode == APPLY_NEVER && !exists) {
		c->checked = k->level;
		plan_never(k->all->p, c);
		return;
	}
	refuse_shared(k);
	add_findings(k, &k->conflict, SEVERITY_ERROR);
	add_findings(k, &k->immutable, SEVERITY_WARNING);
	add_findings(k, &k->verdict,
		     k->verdict.kind == VERDICT_IMMUTABLE && k->owner.replaces ? SEVERITY_WARNING
									       : SEVERITY_ERROR);
	warn_force(k);
	release_check_owner(k);
	c->checked = k->level;
	c->simulated = k->simulated;
	reason(k, c);
	warn_fallback(k);
	if (k->level == LEVEL_DRY_RUN && exists && k->verdict.kind == VERDICT_ACCEPTED) {
		compare(k, c, k->head.body);
		if (k->immutable.count)
			c->action = PLAN_REPLACE;
	} else if (k->level == LEVEL_READ && exists) {
		compare(k, c, k->read_head);
	} else if (k->live_known && !exists) {
		decide_created(k, c);
	} else {
		compare_renders(k, c);
		if (k->immutable.count ||
		    (k->verdict.kind == VERDICT_IMMUTABLE && k->owner.replaces))
			c->action = PLAN_REPLACE;
		else if ((k->verdict.kind == VERDICT_REFUSED ||
			  k->verdict.kind == VERDICT_IMMUTABLE) &&
			 (exists || c->action != PLAN_CREATE))
			c->action = PLAN_UPDATE;
	}
	if (plan_moved(c, k->item) && c->action != PLAN_CREATE)
		c->action = PLAN_MOVE;
}

/* What git lost: an owner that prunes goes by its inventory and by the object's own marks. */
static void keep_or_go(struct ask *k, struct plan_change *c)
{
	struct plan *p = k->all->p;
	const struct plan_app *app = k->item->base_app;
	const char *why;

	if (c->action == PLAN_ORPHAN && k->live.body && !app->stays && k->owner.prunes &&
	    owner_prunes_by_live(&k->owner, app->leaves)) {
		c->action = PLAN_DELETE;
		c->reason = NULL;
	}
	if (c->action != PLAN_DELETE || !k->live.body)
		return;
	if (k->item->leftover) {
		c->cause = CAUSE_PENDING;
		c->reason = !strcmp(k->owner.engine, "argocd")
				    ? "git lost it before base, and its Application still tracks it"
				    : "git lost it before base, and it is still in the inventory";
	}
	why = inventory_keeps(&k->scratch, &k->owner, k->all->part_of, k->live.body,
			      app && app->leaves);
	if (!why && flux_inventory_lacks(k->all, &k->owner, k->item->base, k->ns))
		why = arena_printf(&k->scratch, "it is not in the inventory of %s %s/%s",
				   k->owner.kind, k->owner.ns, k->owner.name);
	if (!why)
		return;
	c->action = PLAN_ORPHAN;
	c->reason = arena_strdup(p->arena, masks_text(p->masks, p->arena, why));
}

static void decide(struct ask *k, struct plan_change *c)
{
	struct plan *p = k->all->p;
	const struct node *live = k->live.status == 200 ? k->live.body : NULL;
	size_t from = p->findings.count;

	if (k->undecided) {
		c->action = PLAN_UNDECIDED;
		c->checked = LEVEL_UNCHECKED;
		reason(k, c);
		return;
	}
	if (k->item->head) {
		decide_head(k, c);
		risk_check(p, c, k->item, live, k->item->head->root);
	} else {
		c->checked = k->level;
		plan_lost(p, c, k->item);
		keep_or_go(k, c);
		warn_fallback(k);
		risk_check(p, c, k->item, live, NULL);
		if (k->reason)
			reason(k, c);
	}
	if (live && (c->action == PLAN_DELETE || c->action == PLAN_REPLACE))
		along_note(k, from);
}

/* What git lost long ago and Argo CD keeps by the object's own mark is no news. */
static bool is_kept_for_long(struct ask *k)
{
	const struct plan_app *app = k->item->base_app;

	return k->item->leftover && k->live.body && !strcmp(k->owner.engine, "argocd") &&
	       inventory_keeps(&k->scratch, &k->owner, k->all->part_of, k->live.body,
			       app && app->leaves);
}

void ask_decide(struct ask *k)
{
	struct plan *p = k->all->p;

	if (k->live.body)
		masks_add_object(p->masks, k->live.body);
	if (!k->item->head && k->live_known && k->live.status == 404)
		return; /* gone from git and from the cluster */
	if (is_kept_for_long(k))
		return;
	decide(k, plan_new_change(p, k->all->options, k->item));
}
