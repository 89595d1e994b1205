/* The apps of both sides of a plan: found, rendered by turns, kept for the next run. */
#include "cmd/planner_internal.h"
#include <stdlib.h>
#include <time.h>
#include "cmd/progress.h"
#include "validate/cluster/cluster.h"
#include "validate/engine_owner.h"

const struct settings *planner_settings(const struct planner *pl)
{
	return pl->sides->settings ? pl->sides->settings : settings_default();
}

const struct settings_target *planner_setting_of(const struct planner *pl, const struct app *app)
{
	/* What comes from elsewhere is where its engine's object stands. */
	const char *path = app->path ? app->path : app->file ? app->file : "";

	return settings_target_for(planner_settings(pl), app->cluster, path);
}

const char *planner_version_of(const struct planner *pl, const struct app *app)
{
	const struct settings_target *t = planner_setting_of(pl, app);

	if (pl->options->kubernetes_version)
		return pl->options->kubernetes_version;
	return t && t->kubernetes_version ? t->kubernetes_version
					  : planner_settings(pl)->kubernetes_version;
}

/*
 * To take a render up again costs time too: a very short one is sooner made again. The thread's own
 * time, lest a busy machine makes all of them long.
 */
#define WORTH_KEEPING_MS 0.05

static double spent_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
	return (double)t.tv_sec * 1000 + (double)t.tv_nsec / 1e6;
}

/* What a former run kept, or a render, which is then kept where that is of use. */
static int render_or_load(struct planner *pl, struct view *view, const struct app *app,
			  const struct render_options *how, struct side *out,
			  struct read_set *asked, struct err *err)
{
	const char *key = cache_key(pl->run, asked->arena, app, how);
	unsigned outside = atomic_load(&pl->run->outside);
	double start;

	if (cache_load(pl->cache, pl->arena, view, key, &out->rendered, asked))
		return 0;
	start = spent_ms();
	if (app_render(pl->run, pl->arena, view_recording(view, asked->arena, asked), app, how,
		       &out->rendered, err) < 0)
		return -1;
	if (spent_ms() - start >= WORTH_KEEPING_MS && !out->rendered.unread.count &&
	    !app->confidential && outside == atomic_load(&pl->run->outside))
		cache_store(pl->cache, view, key, &out->rendered, asked);
	return 0;
}

static void render_side(struct planner *pl, struct view *view, const struct app *app,
			struct side *out, struct read_set *asked)
{
	struct render_options how = { .kubernetes_version =
					      app ? planner_version_of(pl, app) : NULL,
				      .enable_helm = app && !app->engine,
				      .seed = "kubectl-gitops plan" };
	char text[ERR_FILE + ERR_TEXT + 32];
	struct err err, *kept;

	if (!app || app->skipped)
		return;
	out->there = true;
	err_clear(&err);
	if (render_or_load(pl, view, app, &how, out, asked, &err) < 0) {
		out->err = kept = arena_new(pl->arena, struct err);
		*kept = err;
		out->failed = arena_strdup(pl->arena, err_format(&err, text, sizeof(text)));
		out->rendered.objects.count = 0;
	}
	rendered_release(&out->rendered);
}

static struct planned *planned_at(struct planner *pl, struct app *app)
{
	void **at = map_at(&pl->by_id, app->id);
	struct planned *planned = *at;

	if (!planned) {
		planned = *at = arena_new(pl->arena, struct planned);
		planned->app = app;
		*vec_push(pl->arena, &pl->apps) = planned;
	}
	return planned;
}

static void render_head(struct planner *pl, struct planned *planned, struct app *app)
{
	planned->head_app = planned->app = app;
	read_set_init(&planned->asked, &pl->asked);
	render_side(pl, pl->sides->head, app, &planned->head, &planned->asked);
}

static bool same_objects(const struct objects *one, const struct objects *other)
{
	bool same = one->count == other->count;

	for (size_t i = 0; same && i < one->count; i++)
		same = node_equal(one->items[i].root, other->items[i].root);
	return same;
}

/*
 * Flux's source goes on with the chart that it packed of base, until its version changes: that is
 * what head's values are for.
 */
static void hold_chart(struct planner *pl, struct planned *planned)
{
	struct side packed = { 0 };
	struct arena scratch = ARENA_INIT;
	struct read_set asked;

	if (!planned->base_app || planned->head.failed ||
	    !owner_holds_chart(planned->base_app, planned->head_app) ||
	    read_set_holds(&planned->asked, pl->sides->base)) /* the chart is as it was */
		return;
	read_set_init(&asked, &scratch);
	render_side(pl, pl->sides->base, planned->head_app, &packed, &asked);
	arena_release(&scratch);
	if (packed.failed || !cache_settle(pl->cache) ||
	    same_objects(&packed.rendered.objects, &planned->head.rendered.objects))
		return;
	planned->held = true;
	planned->head = packed;
}

/* Where base answers all that head's render asked as head did, it renders to the same. */
static void render_base(struct planner *pl, struct planned *planned, struct app *app)
{
	struct arena scratch = ARENA_INIT;
	struct read_set asked;

	planned->base_app = app;
	if (planned->head.there && app_same(planned->head_app, app) &&
	    read_set_holds(&planned->asked, pl->sides->base)) {
		planned->base = planned->head;
		return;
	}
	read_set_init(&asked, &scratch);
	render_side(pl, pl->sides->base, app, &planned->base, &asked);
	arena_release(&scratch);
	if (planned->head.there)
		hold_chart(pl, planned);
}

/* What the engines say of their objects. */
static void note_findings(const struct apps *apps, struct findings *out)
{
	static const enum severity severities[] = {
		[APP_ERROR] = SEVERITY_ERROR,
		[APP_WARNING] = SEVERITY_WARNING,
		[APP_INFO] = SEVERITY_INFO,
	};
	size_t i;

	for (i = 0; i < apps->notes.count; i++)
		findings_add(out, severities[apps->notes.items[i].level], apps->notes.items[i].rule,
			     NULL, "", apps->notes.items[i].origin, "%s",
			     apps->notes.items[i].text);
}

/* With one cluster, and leave to read its Secrets, engines may ask which clusters it knows. */
static void ask_live(const struct planner *pl, struct apps *apps)
{
	const struct plan_options *target = pl->options->targets;

	if (pl->options->target_count != 1 || !target->cluster || target->level == LEVEL_OFFLINE)
		return;
	apps->list = target->no_secrets ? NULL : cluster_list;
	apps->lookup = cluster_lookup;
	apps->facts = pl->options->kubernetes_version ? NULL : cluster_facts;
	apps->list_data = target->cluster;
	apps->no_secrets = target->no_secrets;
}

/* Find and render by turns: what an app renders to may be another app's engine object. */
static int render_all(struct planner *pl, struct view *view, const char *path, bool head,
		      struct findings *findings, struct err *err)
{
	struct apps *found = arena_new(pl->arena, struct apps);
	struct planned *planned;
	struct side *side;
	struct app *app;
	size_t i;

	if (!view || (view_kind(view, path) == VIEW_ABSENT && !(head && !pl->sides->base)))
		return 0;
	found->documents = pl->documents;
	found->every_stack = pl->options->swarm != NULL;
	found->stacks = pl->options->stacks ? pl->options->stacks : &planner_settings(pl)->stacks;
	ask_live(pl, found);
	if (apps_find(pl->run, pl->arena, view, path, found, err) < 0)
		return -1;
	if (head && pl->options->found)
		pl->options->found(pl->options->found_data);
	while ((app = apps_next(found))) {
		planned = planned_at(pl, app);
		side = head ? &planned->head : &planned->base;
		progress_say("rendering app %zu%s", pl->apps.count, head ? "" : " of the base");
		if (head)
			render_head(pl, planned, app);
		else
			render_base(pl, planned, app);
		apps_rendered(found, app, side->failed ? NULL : &side->rendered.objects);
	}
	for (i = 0; i < found->count; i++) {
		planned = planned_at(pl, found->items[i]);
		side = head ? &planned->head : &planned->base;
		if (found->items[i]->offered) /* it was tried, and another applies it */
			*side = (struct side){ 0 };
		if (head)
			planned->head_app = planned->app = found->items[i];
		else
			planned->base_app = found->items[i];
	}
	for (i = 0; i < found->servers.count; i++)
		map_set(&pl->servers, found->servers.entries[i].key,
			found->servers.entries[i].value);
	for (i = 0; i < found->secrets.count; i++)
		masks_add_object(pl->plan->masks, found->secrets.items[i]);
	if (head && pl->sides->base)
		apps_tell_changed(found, pl->sides->base);
	note_findings(found, findings);
	return 0;
}

static int by_path(const void *a, const void *b)
{
	return app_compare((*(struct planned *const *)a)->app, (*(struct planned *const *)b)->app);
}

int planner_find_apps(struct planner *pl, struct findings *in_head, struct findings *in_base,
		      struct err *err)
{
	static const char *const everything[] = { "" };
	const char *const *paths = pl->options->path_count ? pl->options->paths : everything;
	size_t count = pl->options->path_count ? pl->options->path_count : 1, i;

	map_init(&pl->by_id, pl->arena);
	map_init(&pl->servers, pl->arena);
	for (i = 0; i < count; i++) {
		if (view_kind(pl->sides->head, paths[i]) == VIEW_ABSENT &&
		    (!pl->sides->base || view_kind(pl->sides->base, paths[i]) == VIEW_ABSENT))
			return err_raise(err, ERR_NOT_FOUND, NO_POS, "no '%s' in %s", paths[i],
					 view_name(pl->sides->head));
		if (render_all(pl, pl->sides->head, paths[i], true, in_head, err) < 0 ||
		    render_all(pl, pl->sides->base, paths[i], false, in_base, err) < 0)
			return -1;
	}
	if (!cache_settle(pl->cache))
		return err_raise(err, ERR_IO, NO_POS, "what was kept of former plans is broken");
	if (pl->apps.count)
		qsort(pl->apps.items, pl->apps.count, sizeof(*pl->apps.items), by_path);
	progress_clear();
	arena_release(&pl->asked);
	return 0;
}
