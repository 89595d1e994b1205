#include <stdlib.h>
#include "validate/cluster/owners.h"
#include "validate/cluster/requests.h"
#include "validate/cluster/inventory.h"
#include "validate/sops.h"

enum { ASK_LEAD = 512, ASK_ROUNDS = 4 };

void ask_undecide(struct ask *k, const char *why)
{
	k->undecided = true;
	k->reason = why;
	k->state = ASK_DONE;
}

void ask_read_both(struct ask *k)
{
	const struct plan_item *item = k->item;
	struct verdict kept = k->verdict;

	if (!item->head)
		return;
	apply_choose(k);
	if (item->base && !k->same_render)
		k->read_base = read_apply(k, item->base, &k->owner);
	k->verdict = (struct verdict){ .kind = VERDICT_ACCEPTED, .reason = kept.reason };
	k->read_head = read_apply(k, item->head, &k->owner);
}

void ask_fall_back(struct ask *k, enum plan_level level, const char *why)
{
	if (level < k->all->options->min_level) {
		ask_undecide(k, arena_printf(&k->scratch,
					     "%s%s--min-level asks for more than a check %s",
					     why ? why : "", why ? ": " : "",
					     level == LEVEL_READ ? "by reading" : "offline"));
		return;
	}
	k->level = level;
	k->reason = why;
	k->state = ASK_DONE;
	if (level == LEVEL_READ && k->live.status == 200)
		ask_read_both(k);
}

/* --- the steps ----------------------------------------------------------------------------- */

static void no_kind(struct ask *k, const struct object *o)
{
	struct arena *a = &k->scratch;
	const char *others = resource_other_versions(a, k->all->c, o->group, o->kind);
	const char *crd = arena_printf(a, "%s/%s", o->group, o->kind);
	const char *stale = arena_printf(a, "%s%s%s", o->group, *o->group ? "/" : "", o->version);

	k->state = ASK_DONE;
	if (map_get(&k->all->c->stale, arena_printf(a, "%s/%s", o->group, o->version))) {
		ask_fall_back(k, LEVEL_OFFLINE,
			      arena_printf(a, "the server behind APIService %s.%s does not answer",
					   o->version, o->group));
	} else if (map_get(&k->all->crds, crd) && special_new_version(k, o)) {
		return;
	} else if (map_get(&k->all->crds, crd)) {
		k->simulated = k->live_known = true; /* and there is none yet */
		k->live.status = 404;
		k->level = LEVEL_OFFLINE;
		k->reason = "simulated: its CustomResourceDefinition arrives in the same plan";
	} else {
		k->level = LEVEL_DRY_RUN;
		k->verdict.kind = VERDICT_REFUSED;
		*vec_push(a, &k->verdict) = (struct said){
			.severity = SEVERITY_ERROR,
			.rule = "cluster/unknown-kind",
			.path = "kind",
			.message =
				others ? arena_printf(a, "the cluster serves %s in %s, not in %s",
						      o->kind, others, stale)
				       : arena_printf(a, "the cluster serves no kind %s in %s",
						      o->kind, stale),
			.origin = node_get(o->root, "kind") ? node_get(o->root, "kind")->origin
							    : o->root->origin,
		};
	}
}

/* Ask for head, and for base where it differs. */
static void send_applies(struct ask *k)
{
	const struct plan_item *item = k->item;
	struct owner before = k->owner;

	k->state = ASK_APPLY;
	apply_send(k, item->head, &k->owner, k->owner.force, &k->head);
	if (!item->base || k->same_render || (k->live_known && k->live.status == 404))
		return;
	if (item->base_app->owner != item->head_app->owner &&
	    item->base_app->owner->mode != APPLY_DETECT)
		before = *item->base_app->owner;
	release_choose(k, &before);
	k->asked_base = true;
	apply_send(k, item->base, &before, true, &k->base);
}

static void step(struct ask *k);

static void start(struct ask *k)
{
	const struct object *o = k->item->head ? k->item->head : k->item->base;
	const struct plan_app *app = k->item->head ? k->item->head_app : k->item->base_app;

	k->owner = *app->owner;
	k->owner.as_user = accounts_user(k->all, app->owner);
	if (revision_of(k->all, app->owner))
		k->owner.applied_revision = revision_of(k->all, app->owner);
	k->level = LEVEL_DRY_RUN;
	k->same_render = k->item->head && k->item->base &&
			 node_equal(k->item->head->root, k->item->base->root);
	k->resource = resource_find(k->all->c, o->group, o->version, o->kind);
	k->ns = "";
	if (!k->resource) {
		no_kind(k, o);
		return;
	}
	if (k->resource->namespaced)
		k->ns = *o->ns ? o->ns : cluster_namespace(k->all->c);
	if (k->all->options->level == LEVEL_OFFLINE ||
	    (k->all->options->no_secrets && !*o->group && !strcmp(o->kind, "Secret"))) {
		ask_fall_back(k, LEVEL_OFFLINE, "Secrets are not asked for (--no-secrets)");
		return;
	}
	k->state = ASK_LIVE;
	switch (ask_listed(k)) {
	case LISTED:
		step(k);
		return;
	case LISTED_NOT:
		apply_get(k);
		break;
	case LISTED_LATER:
		break;
	}
	if (k->item->head && k->owner.mode == APPLY_SSA && k->all->options->level != LEVEL_READ &&
	    !sops_is_encrypted(k->item->head->root))
		send_applies(k);
}

/* What the GET said. False when the object is through with it. */
static bool read_live(struct ask *k)
{
	const char *message;

	k->live_known = k->live.status == 200 || k->live.status == 404;
	if (k->live_known)
		return true;
	message = k->live.error ? k->live.error
				: status_message(&k->scratch, k->live.status, k->live.body);
	if (k->live.status != 403) {
		ask_undecide(k, arena_printf(&k->scratch, "its live state could not be read: %s",
					     message));
		return false;
	}
	k->verdict.verb = "get";
	k->verdict.reason = message;
	k->state = ASK_REVIEW;
	apply_review(k, "get");
	return false;
}

static const char *version_of(const struct answer *answer)
{
	const char *text = node_text(node_path(answer->body, "metadata", "resourceVersion", NULL));

	return text ? text : "";
}

/* Whether live and dry-run saw the same object. */
static bool same_version(const struct ask *k)
{
	const char *live = k->live.status == 200 ? version_of(&k->live) : "";

	if (k->head.status == 200 || k->head.status == 201)
		if (strcmp(live, version_of(&k->head)) != 0)
			return false;
	return !k->asked_base || k->base.status != 200 || !strcmp(live, version_of(&k->base));
}

static void again(struct ask *k)
{
	if (++k->rounds == ASK_ROUNDS) {
		ask_undecide(k, "it changes so often that live state and dry-run were never of the "
				"same version");
		return;
	}
	k->live = k->head = k->base = (struct answer){ 0 };
	k->asked_base = false;
	k->state = ASK_LIVE;
	apply_get(k);
}

static void read_verdict(struct ask *k)
{
	verdict_read(&k->scratch, &k->head, k->item->head->root, &k->verdict);
	if (k->asked_base)
		verdict_read(&k->scratch, &k->base, k->item->base->root, &k->base_verdict);
	if (special_verdict(k))
		return;
	switch (k->verdict.kind) {
	case VERDICT_CONFLICT:
		if (k->state == ASK_FORCED)
			break;
		k->conflict = k->verdict;
		k->state = ASK_FORCED;
		k->head = (struct answer){ 0 };
		apply_send(k, k->item->head, &k->owner, true, &k->head);
		return;
	case VERDICT_CHANGED:
		again(k);
		return;
	case VERDICT_FORBIDDEN:
		k->state = ASK_REVIEW;
		if (k->verdict.verb)
			apply_review(k, k->verdict.verb);
		else
			k->state = ASK_DONE; /* admission: the findings say so */
		k->verdict.kind = VERDICT_REFUSED;
		return;
	case VERDICT_NO_NAMESPACE:
		if (map_get(&k->all->namespaces, k->ns)) {
			k->state = ASK_SIMULATE;
			k->simulated = true;
			apply_simulate(k);
			return;
		}
		k->verdict.kind = VERDICT_REFUSED;
		*vec_push(&k->scratch, &k->verdict) = (struct said){
			.severity = SEVERITY_ERROR,
			.rule = "cluster/no-namespace",
			.path = "metadata.namespace",
			.message = arena_printf(
				&k->scratch,
				"namespace '%s' is neither in the cluster nor in this commit",
				k->ns),
			.origin = k->item->head->root->origin,
		};
		break;
	case VERDICT_NO_DRY_RUN:
		ask_fall_back(k, LEVEL_READ, k->verdict.reason);
		return;
	case VERDICT_UNDECIDED:
	case VERDICT_NO_KIND:
	case VERDICT_GROUP_DOWN:
		ask_undecide(k, k->verdict.reason);
		return;
	case VERDICT_ACCEPTED:
		if (takeover_send(k))
			return;
		break;
	case VERDICT_REFUSED:
	case VERDICT_IMMUTABLE:
		break;
	}
	k->state = ASK_DONE;
}

/* The account that applies it may not: so it will not be applied. The rest is asked without it. */
static void account_denied(struct ask *k)
{
	const struct object *o = k->item->head ? k->item->head : k->item->base;

	plan_add_finding(k->all->p, k->all->options->target, SEVERITY_ERROR,
			 "cluster/account-denied", o, "", o->root->origin,
			 "%s %s/%s applies as '%s', which may not %s %s%s%s%s%s", k->owner.kind,
			 k->owner.ns, k->owner.name, k->owner.as_user, k->verdict.verb,
			 k->resource->plural, *k->resource->group ? "." : "", k->resource->group,
			 *k->ns ? " in namespace " : "", k->ns);
	k->owner.as_user = "";
	k->verdict = (struct verdict){ 0 };
	again(k);
}

/* A 403's review: a verb that is missing is a fact of the cluster, all else was admission. */
static void read_review(struct ask *k)
{
	const struct node *allowed = node_path(k->review.body, "status", "allowed", NULL);

	if (k->review.status / 100 != 2 || !allowed) {
		ask_undecide(k, arena_printf(&k->scratch, "%s", k->verdict.reason));
		return;
	}
	if (node_true(allowed)) {
		k->state = ASK_DONE; /* admission refused it: the findings are there */
		if (!k->live_known)
			ask_undecide(k, k->verdict.reason);
		return;
	}
	if (*k->owner.as_user) {
		account_denied(k);
		return;
	}
	ask_fall_back(k, k->live_known ? LEVEL_READ : LEVEL_OFFLINE,
		      arena_printf(&k->scratch, "the credential may not %s %s%s%s%s%s",
				   k->verdict.verb, k->resource->plural,
				   *k->resource->group ? "." : "", k->resource->group,
				   *k->ns ? " in namespace " : "", k->ns));
}

/* Who applies it leaves it alone, by what git or the live object says. */
static bool is_let_be(struct ask *k)
{
	const char *mark = owner_skips(&k->owner, k->live.body);

	if (k->owner.mode != APPLY_NEVER &&
	    (k->owner.mode != APPLY_CREATE || k->live.status != 200) && !mark)
		return false;
	if (mark && k->owner.mode != APPLY_NEVER)
		k->reason = arena_printf(&k->scratch, "%s in the cluster: %s does not apply it",
					 mark, k->owner.engine);
	k->head = k->live; /* it is not changed, whatever git says */
	k->same_render = true;
	k->state = ASK_DONE;
	return true;
}

/* What a stand-in namespace said: only field validation counts there. */
static void read_simulated(struct ask *k)
{
	size_t i;

	verdict_read(&k->scratch, &k->head, k->item->head->root, &k->verdict);
	k->state = ASK_DONE;
	if (k->verdict.kind == VERDICT_UNDECIDED) {
		ask_undecide(k, k->verdict.reason);
		return;
	}
	for (i = 0; i < k->verdict.count; i++)
		if (!strcmp(k->verdict.items[i].rule, "cluster/admission"))
			k->verdict.items[i].severity = SEVERITY_WARNING;
	if (k->verdict.kind == VERDICT_FORBIDDEN)
		k->verdict.kind = VERDICT_ACCEPTED;
	k->reason = "simulated in a stand-in namespace: its own arrives in the same plan";
}

static void step(struct ask *k)
{
	switch (k->state) {
	case ASK_START:
		start(k);
		return;
	case ASK_LIVE:
		if (!read_live(k))
			return;
		if (!k->item->head) {
			k->state = ASK_DONE;
			return;
		}
		apply_choose(k);
		if (is_let_be(k))
			return;
		if (k->new_version)
			special_read_version(k);
		else if (k->all->options->level == LEVEL_READ)
			ask_fall_back(k, LEVEL_READ, NULL);
		else
			send_applies(k);
		return;
	case ASK_APPLY:
		if (!k->live_known && !read_live(k))
			return;
		if (!same_version(k)) {
			again(k);
			return;
		}
		if (!is_let_be(k))
			read_verdict(k);
		return;
	case ASK_FORCED:
		read_verdict(k);
		return;
	case ASK_REVIEW:
		read_review(k);
		return;
	case ASK_SIMULATE:
		read_simulated(k);
		return;
	case ASK_RECREATE:
		special_recreated(k);
		return;
	case ASK_TAKEOVER:
		takeover_take(k);
		return;
	case ASK_DONE:
		return;
	}
}

/* --- the run ------------------------------------------------------------------------------- */

static void drain(struct asker *all)
{
	while (all->decided < all->items->count) {
		struct ask *k = all->asks[all->decided];

		if (!k || k->state != ASK_DONE || k->waiting)
			return;
		ask_decide(k);
		arena_release(&k->scratch);
		free(k);
		all->asks[all->decided++] = NULL;
		if (all->options->progress)
			all->options->progress(all->options->progress_data, all->decided,
					       all->items->count);
	}
}

static void fill(struct asker *all)
{
	while (all->started < all->items->count && all->started < all->decided + ASK_LEAD &&
	       all->active < 2 * http_concurrency(all->c->http)) {
		struct ask *k = calloc(1, sizeof(*k));

		if (!k)
			abort();
		k->all = all;
		k->index = all->started;
		k->item = &all->items->items[all->started];
		arena_init(&k->scratch, &all->p->run->budget);
		all->asks[all->started++] = k;
		all->active++;
		ask_advance(k);
	}
}

void ask_advance(struct ask *k)
{
	struct asker *all = k->all;
	bool outer = k->state != ASK_START;

	step(k);
	if (k->waiting || k->state != ASK_DONE)
		return;
	all->active--;
	drain(all);
	if (outer) /* called back from the network: fill() itself goes on otherwise */
		fill(all);
}

void ask_arrived(struct ask *k)
{
	if (!--k->waiting)
		ask_advance(k);
}

/* What head brings that other objects of it may need. */
static void note_arrivals(struct asker *all)
{
	size_t i;

	for (i = 0; i < all->items->count; i++) {
		const struct object *o = all->items->items[i].head;
		const struct node *spec = o ? node_get(o->root, "spec") : NULL;
		const char *group, *kind;

		if (!o)
			continue;
		if (!*o->group && !strcmp(o->kind, "Namespace"))
			map_set(&all->namespaces, o->name, (void *)(size_t)o);
		if (strcmp(o->kind, "CustomResourceDefinition") != 0)
			continue;
		group = node_get_string(spec, "group");
		kind = node_text(node_path(spec, "names", "kind", NULL));
		if (group && kind)
			map_set(&all->crds, arena_printf(&all->arena, "%s/%s", group, kind),
				(void *)(size_t)o->root);
	}
}

/* After a cancelled run: what was under way is given up. */
static void give_up(struct asker *all)
{
	size_t i;

	for (i = all->decided; i < all->started; i++) {
		if (!all->asks[i])
			continue;
		arena_release(&all->asks[i]->scratch);
		free(all->asks[i]);
	}
}

int plan_ask_cluster(struct plan *p, const struct plan_options *options, struct plan_items *items,
		     struct arena *a, struct err *err)
{
	struct asker all = { .p = p, .c = options->cluster, .options = options, .items = items };
	struct cluster *c = options->cluster;
	int rc;

	if (cluster_connect(c, err) < 0 ||
	    inventory_ask(p, c, options, items, a, &all.part_of, err) < 0)
		return -1;
	*vec_push(p->arena, &p->targets) = (struct plan_target){
		options->target,
		arena_strdup(p->arena, cluster_context(c)),
		arena_strdup(p->arena, cluster_server(c)),
		arena_strdup(p->arena, cluster_version(c)),
		NULL,
	};
	arena_init(&all.arena, &p->run->budget);
	map_init(&all.reviews, &all.arena);
	map_init(&all.namespaces, &all.arena);
	map_init(&all.crds, &all.arena);
	map_init(&all.revisions, &all.arena);
	map_init(&all.inventories, &all.arena);
	map_init(&all.accounts, &all.arena);
	map_init(&all.live_crds, &all.arena);
	note_arrivals(&all);
	release_note(&all);
	map_init(&all.lists, &all.arena);
	if (ask_ahead(&all, err) < 0) {
		arena_release(&all.arena);
		return -1;
	}
	flux_inventory_lost(&all, items);
	all.asks = calloc(items->count + 1, sizeof(*all.asks));
	if (!all.asks)
		abort();
	fill(&all);
	rc = http_wait(c->http, options->cancel, err);
	if (rc < 0)
		give_up(&all);
	else
		rc = along_ask(&all, err) < 0 ? -1 : users_ask(&all, err);
	free(all.asks);
	arena_release(&all.arena);
	return rc;
}
