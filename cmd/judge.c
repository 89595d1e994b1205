#include "cmd/judge.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "base/map.h"
#include "cmd/judged.h"
#include "validate/across/across.h"
#include "validate/cluster/cluster.h"
#include "validate/engine_owner.h"
#include "validate/owner.h"
#include "validate/pairs.h"
#include "validate/policy.h"
#include "validate/schema/crd.h"

/* The objects of one cluster, seen together. */
struct group {
	const char *cluster;
	struct across *head, *base;
	struct policies *policies;
};

struct judging {
	const struct judge *j;
	struct arena seen; /* of the groups' sets, which a thread of its own fills */
	pthread_t thread;
	bool running;
	struct map before; /* an object of head, by its address, to what it was at base */
	struct map after;  /* an object of base, by its address, to what it is at head: of apps that
			      are not the same at both sides */
	struct map given;  /* identity to the object as --against has it */
	struct {
		VEC(struct group);
	} groups;
	bool crds_changed;
	struct crds *head_crds, *base_crds; /* one and the same where no definition changed */
	bool alike; /* seen together, both sides are the same: head's sets are base's too */
};

/* An object is the same at both sides by group, kind, namespace and name, never version. */
static const char *identity(struct arena *a, const struct object *o)
{
	return arena_printf(a, "%s/%s/%s/%s", o->group, o->kind, o->ns, o->name);
}

static bool is_shared(const struct judge_app *app)
{
	return objects_are_one(app->base, app->head);
}

static struct group *group_of(struct judging *g, const char *cluster)
{
	struct group *new;

	for (size_t i = 0; i < g->groups.count; i++) {
		if (!strcmp(g->groups.items[i].cluster, cluster))
			return &g->groups.items[i];
	}
	new = vec_push(g->j->arena, &g->groups);
	*new = (struct group){ cluster, across_new(g->j->run, &g->seen),
			       across_new(g->j->run, &g->seen), policies_new(g->j->arena) };
	for (size_t i = 0; g->j->inputs && i < g->j->inputs->policies.count; i++)
		policies_add(new->policies, g->j->inputs->policies.items[i], POLICY_BOTH);
	return new;
}

/* The commit's own CustomResourceDefinitions, then those of the command line, then the program's:
 * a cluster judges by its own. */
static struct crds *find_crds(const struct judge *j, bool head)
{
	struct crds *crds = crds_new(j->arena);

	for (size_t i = 0; i < j->count; i++) {
		const struct objects *o = head ? j->apps[i].head : j->apps[i].base;

		for (size_t k = 0; k < o->count; k++)
			if (!strcmp(o->items[k].kind, "CustomResourceDefinition"))
				crds_add(crds, o->items[k].root);
	}
	for (size_t i = 0; j->inputs && i < j->inputs->crds.count; i++)
		crds_add(crds, j->inputs->crds.items[i]->root);
	if (!j->asked)
		crds_bundle(crds);
	return crds;
}

static bool has_crd(const struct objects *o)
{
	for (size_t i = 0; i < o->count; i++) {
		if (!strcmp(o->items[i].kind, "CustomResourceDefinition"))
			return true;
	}
	return false;
}

static void pair_objects(struct pairs *pairs, const struct judge *j, size_t app, bool is_head)
{
	const struct judge_app *of = &j->apps[app];
	const struct objects *objects = is_head ? of->head : of->base;

	for (size_t k = 0; k < objects->count; k++)
		pairs_add(pairs, &(struct pair_object){ &objects->items[k], of->cluster, app,
							is_head, of->owner != NULL });
}

static void note_before(struct judging *g)
{
	const struct judge *j = g->j;
	struct pairs pairs;

	map_init(&g->given, j->arena);
	for (size_t i = 0; j->inputs && i < j->inputs->before.count; i++) {
		const struct object *o = j->inputs->before.items[i];

		map_set(&g->given, identity(j->arena, o), (void *)(uintptr_t)o);
	}
	pairs_init(&pairs, j->arena);
	for (size_t i = 0; i < j->count; i++)
		if (!is_shared(&j->apps[i]))
			pair_objects(&pairs, j, i, true);
	for (size_t i = 0; i < j->count; i++)
		if (!is_shared(&j->apps[i]))
			pair_objects(&pairs, j, i, false);
	pairs_make(&pairs);
	map_init(&g->before, j->arena);
	map_init(&g->after, j->arena);
	for (size_t i = 0; i < pairs.count; i++) {
		const struct pair *pair = &pairs.items[i];

		if (!pair->head || !pair->base)
			continue;
		*map_at_n(&g->before, (const char *)&pair->head, sizeof(pair->head)) =
			(void *)(uintptr_t)pair->base;
		*map_at_n(&g->after, (const char *)&pair->base, sizeof(pair->base)) =
			(void *)(uintptr_t)pair->head;
	}
	for (size_t i = 0; i < j->count; i++)
		if (!is_shared(&j->apps[i]))
			g->crds_changed |= has_crd(j->apps[i].head) || has_crd(j->apps[i].base);
}

/* What an object of an app was. A hook was nothing: each sync or upgrade makes it anew. */
static const struct object *old_of(const struct judging *g, const struct judge_app *app,
				   const struct object *o)
{
	const struct object *old;

	if (o->hook)
		return NULL;
	if (g->j->has_base && is_shared(app))
		return o;
	old = map_get_n(&g->before, (const char *)&o, sizeof(o));
	return old || !g->given.count ? old : map_get(&g->given, identity(g->j->arena, o));
}

/* What the engines themselves read: their own errors say what is wrong with it. */
static bool is_of_engine(const struct object *o)
{
	static const char flux[] = ".toolkit.fluxcd.io";
	size_t len = strlen(o->group), n = sizeof(flux) - 1;

	return (len > n && !strcmp(o->group + len - n, flux)) || !strcmp(o->group, "argoproj.io");
}

/*
 * A variable that only the cluster knows stands in Flux's output as it is written; what is said of
 * the value that it will have is not worth saying.
 */
static void drop_unknown(struct findings *out, size_t from, const struct object *o)
{
	size_t kept = from, i;

	if (!node_path(o->root, "metadata", "labels", "kustomize.toolkit.fluxcd.io/name", NULL))
		return;
	for (i = from; i < out->count; i++)
		if (!strstr(out->items[i].message, "${"))
			out->items[kept++] = out->items[i];
	out->count = kept;
}

static void judge_app(struct judging *g, struct validate_options *how, const struct judge_app *app,
		      bool head, struct findings *out, struct judged *said)
{
	struct objects *objects = head ? app->head : app->base;
	size_t before;

	for (size_t k = 0; k < objects->count; k++) {
		struct validate_item item = { .object = &objects->items[k] };

		objects->items[k].unchecked = true;
		if (g->j->inputs &&
		    validate_is_skipped(g->j->arena, g->j->inputs->skip, item.object))
			continue;
		how->ignore_missing =
			!g->j->inputs || g->j->inputs->ignore_missing || is_of_engine(item.object);
		if (head)
			item.old = old_of(g, app, item.object);
		before = out->count;
		if (g->j->inputs)
			validate_rejected(g->j->inputs->reject, item.object, out);
		objects->items[k].unchecked =
			validate_object(how, &item, out) == VALIDATE_UNCHECKED;
		drop_unknown(out, before, item.object);
		if (said)
			judged_note(said, k, out, before);
	}
}

/* An app that is the same at both sides was so in a former run, too: then that was said of it. */
static void judge_shared(struct judging *g, struct validate_options *how,
			 const struct judge_app *app, const char *crds, struct findings *out)
{
	struct pack *pack = app->render && !g->j->inputs ? g->j->pack : NULL;
	struct judged said = { .arena = g->j->arena };
	const char *key = pack ? judged_key(g->j->arena, app->render, how->release, crds) : NULL;

	if (pack && judged_load(pack, key, app->head, out))
		return;
	judge_app(g, how, app, true, out, pack ? &said : NULL);
	if (pack)
		judged_store(pack, key, &said, app->head, g->j->run);
}

static void add_policies(struct judging *g, const struct judge_app *app, bool head)
{
	const struct objects *objects = head ? app->head : app->base;
	struct policies *policies = group_of(g, app->cluster)->policies;

	for (size_t k = 0; k < objects->count; k++)
		policies_add(policies, &objects->items[k], head ? POLICY_HEAD : POLICY_BASE);
}

static void see_objects(struct across *x, const struct judge_app *app,
			const struct objects *objects)
{
	for (size_t k = 0; k < objects->count; k++)
		across_add(x, &objects->items[k], app->owner);
}

/* The groups are all there: nothing else of `data` is written meanwhile. */
static void *see_together(void *data)
{
	struct judging *g = data;

	for (size_t i = 0; i < g->j->count; i++) {
		const struct judge_app *app = &g->j->apps[i];
		const struct group *group = group_of(g, app->cluster);

		see_objects(group->head, app, app->head);
		if (g->j->has_base && !g->alike)
			see_objects(group->base, app, app->base);
	}
	return NULL;
}

static struct across *seen_alone(const struct judge *j, struct arena *a,
				 const struct judge_app *app, bool head)
{
	struct across *x = across_new(j->run, a);

	see_objects(x, app, head ? app->head : app->base);
	return x;
}

/* Mostly a commit changes nothing that others are concerned by. */
static bool are_alike(const struct judge *j)
{
	struct arena scratch SCOPED(arena_release) = ARENA_INIT;
	bool alike = j->has_base;

	for (size_t i = 0; alike && i < j->count; i++)
		alike = is_shared(&j->apps[i]) ||
			across_alike(seen_alone(j, &scratch, &j->apps[i], false),
				     seen_alone(j, &scratch, &j->apps[i], true));
	return alike;
}

/* A field that nobody knows is dropped, where the server is not told to refuse it. */
static void soften(const struct judge *j, const struct judge_app *app, struct findings *out,
		   size_t from)
{
	for (size_t i = from; i < out->count; i++) {
		struct finding *f = &out->items[i];

		if (f->severity != SEVERITY_ERROR || strcmp(f->rule, "schema/unknown-field") != 0 ||
		    !f->object || !owner_is_lenient(app->applier, f->object))
			continue;
		f->severity = SEVERITY_WARNING;
		f->message =
			arena_printf(j->arena, "%s; with Validate=false it is dropped", f->message);
	}
}

static void judge_side(struct judging *g, bool head, struct findings *out, struct findings *copies)
{
	const struct judge *j = g->j;
	struct validate_options how = { .crds = head ? g->head_crds : g->base_crds };
	const char *crds = j->asked ? "" : " bundled";

	for (size_t i = 0; head && j->pack && i < j->count; i++)
		crds = judged_crds(j->run, j->arena, j->apps[i].head, crds);
	for (size_t i = 0; i < j->count; i++) {
		bool shared = j->has_base && is_shared(&j->apps[i]) && !g->crds_changed;
		size_t from = out->count;

		how.release = j->apps[i].release;
		add_policies(g, &j->apps[i], head);
		if (shared && !head)
			continue;
		if (shared)
			judge_shared(g, &how, &j->apps[i], crds, out);
		else
			judge_app(g, &how, &j->apps[i], head, out, NULL);
		soften(j, &j->apps[i], out, from);
		for (size_t k = from; shared && k < out->count; k++)
			*vec_push(copies->arena, copies) = out->items[k];
	}
}

/* --- admission policies --- */
static void apply_policies(struct judging *g, const struct judge_app *app, bool head,
			   struct validate_options *how, struct findings *out)
{
	struct policies *policies = group_of(g, app->cluster)->policies;
	const struct objects *objects = head ? app->head : app->base;

	how->release = app->release;
	for (size_t k = 0; policies_any(policies) && k < objects->count; k++) {
		struct validate_item item = { .object = &objects->items[k] };
		size_t before = out->count;

		if (g->j->inputs &&
		    validate_is_skipped(g->j->arena, g->j->inputs->skip, item.object))
			continue;
		item.old = head ? old_of(g, app, item.object) : item.object;
		policies_check(policies, how, &item, head ? POLICY_HEAD : POLICY_BASE, out);
		drop_unknown(out, before, item.object);
	}
}

/* What its owner will delete: the object as git had it is what a policy sees. */
static void apply_to_deletions(struct judging *g, const struct judge_app *app,
			       struct validate_options *how, struct findings *out)
{
	struct policies *policies = group_of(g, app->cluster)->policies;

	if (is_shared(app))
		return;
	for (size_t k = 0; app->deleter && policies_any(policies) && k < app->base->count; k++) {
		const struct object *o = &app->base->items[k];

		if (map_get_n(&g->after, (const char *)&o, sizeof(o)) ||
		    owner_keeps(g->j->arena, app->deleter, o->root, !app->head->count) ||
		    (g->j->inputs && validate_is_skipped(g->j->arena, g->j->inputs->skip, o)))
			continue;
		policies_check_deletion(policies, how, o, out);
	}
}

/* Parameters that the commit does not have are read from the cluster; without one, a policy that
 * needs them stays undecided. */
static void ask_params(const struct judge *j, struct policies *policies)
{
	struct policy_param *params;
	size_t count = policies_params(policies, j->arena, &params);
	struct cluster_object *asked = arena_array(j->arena, count, struct cluster_object);
	struct err ignored; /* they are then not known, as offline */

	for (size_t i = 0; i < count; i++)
		asked[i] = (struct cluster_object){ params[i].group, params[i].kind, params[i].ns,
						    params[i].name,  NULL,	     false };
	if (!count || cluster_objects(j->asked, j->arena, asked, count, &ignored) < 0)
		return;
	for (size_t i = 0; i < count; i++) {
		struct object *o = arena_new(j->arena, struct object);

		if (!asked[i].root && !asked[i].denied)
			policies_param_absent(policies, &params[i]);
		else if (asked[i].root &&
			 !object_from_node(j->run, j->arena, asked[i].root, o, &ignored))
			policies_add(policies, o, POLICY_BOTH);
	}
}

static void judge_policies(struct judging *g, struct findings *head, struct findings *base)
{
	struct validate_options now = { .crds = g->head_crds }, then = { .crds = g->base_crds };
	bool any = false;

	for (size_t i = 0; i < g->groups.count; i++) {
		any |= policies_any(g->groups.items[i].policies);
		policies_mutating(g->groups.items[i].policies, head);
		if (g->j->asked)
			ask_params(g->j, g->groups.items[i].policies);
	}
	if (!any)
		return;
	for (size_t i = 0; i < g->j->count; i++) {
		apply_policies(g, &g->j->apps[i], true, &now, head);
		apply_to_deletions(g, &g->j->apps[i], &now, head);
		if (g->j->has_base)
			apply_policies(g, &g->j->apps[i], false, &then, base);
	}
	for (size_t i = 0; g->j->has_base && i < g->groups.count; i++)
		policies_loosened(g->groups.items[i].policies, head);
}

/* What the commit refers to and does not have, asked of the cluster, all at once. */
static void ask_cluster(const struct judge *j, struct across *set)
{
	struct across_name *names;
	size_t count = across_missing(set, j->arena, &names);
	struct cluster_name *asked = arena_array(j->arena, count, struct cluster_name);
	struct err ignored; /* it is then not known, as offline */

	for (size_t i = 0; i < count; i++)
		asked[i] = (struct cluster_name){ names[i].api_version, names[i].kind, names[i].ns,
						  names[i].name,	false,	       false };
	if (!count || cluster_have(j->asked, j->arena, asked, count, &ignored) < 0)
		return;
	for (size_t i = 0; i < count; i++) {
		names[i].there = asked[i].there;
		names[i].absent = asked[i].absent;
	}
	across_answered(set, names, count);
}

/* --- programs of the user --- */
static int judge_outside(const struct judge *j, bool head, struct findings *out, struct err *err)
{
	struct outside_objects all = { 0 };

	if (!outside_any(&j->outside))
		return 0;
	for (size_t i = 0; i < j->count; i++) {
		const struct objects *objects = head ? j->apps[i].head : j->apps[i].base;

		for (size_t k = 0; k < objects->count; k++)
			if (!j->inputs ||
			    !validate_is_skipped(j->arena, j->inputs->skip, &objects->items[k]))
				*vec_push(j->arena, &all) = &objects->items[k];
	}
	return outside_check(j->run, j->arena, &j->outside, &all, out, err);
}

/* Base is judged before a cluster is asked, which is asked for head alone. */
static void judge_group(const struct judging *g, struct group *group, struct findings *head,
			struct findings *base)
{
	bool has_base = g->j->has_base;
	size_t from = head->count;

	if (has_base && g->alike && !g->j->asked) {
		across_check(group->head, NULL, head);
		for (; from < head->count; from++)
			*vec_push(base->arena, base) = head->items[from];
		return;
	}
	if (has_base)
		across_check(g->alike ? group->head : group->base, NULL, base);
	if (g->j->asked)
		ask_cluster(g->j, group->head);
	across_check(group->head, has_base && !g->alike ? group->base : NULL, head);
}

struct judging *judge_begin(const struct judge *j, struct findings *head, struct findings *base)
{
	struct judging *g = calloc(1, sizeof(*g));

	if (!g)
		abort();
	g->j = j;
	arena_init(&g->seen, &j->run->budget);
	note_before(g);
	g->head_crds = find_crds(j, true);
	g->base_crds = j->has_base && g->crds_changed ? find_crds(j, false) : g->head_crds;
	g->alike = are_alike(j);
	for (size_t i = 0; i < j->count; i++)
		group_of(g, j->apps[i].cluster);
	g->running = !pthread_create(&g->thread, NULL, see_together, g);
	if (!g->running)
		see_together(g);
	judge_side(g, true, head, base);
	if (j->has_base)
		judge_side(g, false, base, NULL);
	judge_policies(g, head, base);
	return g;
}

static void wait_for(struct judging *g)
{
	if (g->running)
		pthread_join(g->thread, NULL);
	g->running = false;
}

int judge_end(struct judging *g, struct findings *head, struct findings *base, struct err *err)
{
	wait_for(g);
	for (size_t i = 0; i < g->groups.count; i++)
		judge_group(g, &g->groups.items[i], head, base);
	if (judge_outside(g->j, true, head, err) < 0)
		return -1;
	return g->j->has_base ? judge_outside(g->j, false, base, err) : 0;
}

void judge_free(struct judging *g)
{
	if (!g)
		return;
	wait_for(g);
	arena_release(&g->seen);
	free(g);
}
