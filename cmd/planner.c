#include "cmd/planner_internal.h"
#include "cmd/check_flags.h"
#include "cmd/judge.h"
#include "cmd/planner_swarm.h"
#include "render/documents.h"
#include "render/helm/helm.h"
#include <string.h>
#include "validate/cluster/cluster.h"
#include "validate/engine_owner.h"
#include "validate/overrides.h"
#include "validate/schema/schema.h"

/* Who applies an app: --owner, else its engine, else what the settings say. */
static const struct owner *owner_of(struct planner *pl, const struct app *app)
{
	const struct settings_target *t = planner_setting_of(pl, app);

	if (pl->options->owner)
		return pl->options->owner;
	if (app->engine)
		return owner_of_app(pl->arena, app);
	return t && t->owner ? owner_by_name(t->owner) : &owner_unknown;
}

/* Suspended, or what it takes is out of reach: that deletes nothing, and a finding says why. */
static bool is_on_hold(const struct planned *app)
{
	return app->head_app && app->head_app->root && app->head_app->skipped;
}

/* Why what an app applied stays although git has lost its engine's object too; NULL: it goes. */
static const char *why_stays(struct planner *pl, const struct app *app, const struct owner **owner)
{
	const char *why = owner_leaves(pl->arena, app, owner);
	const struct owner *above;
	const struct app *parent = app->parent;
	const struct planned *of = parent ? map_get(&pl->by_id, parent->id) : NULL;

	if (why || !app->root)
		return why;
	above = parent ? owner_of(pl, parent) : NULL;
	if (of && !of->head_app && why_stays(pl, parent, &above))
		above = NULL;
	if (above && above->prunes)
		return NULL;
	return arena_printf(pl->arena, "nothing deletes %s %s/%s itself, which applied it",
			    app->kind, app->ns, app->name);
}

/* The same, or because its deletion waits for somebody. */
static const char *why_left(struct planner *pl, const struct planned *app,
			    const struct owner **owner)
{
	const char *why = why_stays(pl, app->app, owner);
	const struct object *o =
		why ? NULL : owner_awaited(app->app, &app->base.rendered.objects, NULL);

	if (!o)
		return why;
	return arena_printf(pl->arena,
			    "the deletion of %s %s/%s waits until somebody confirms it, as %s '%s' "
			    "asks for (argocd.argoproj.io/deletion-approved)",
			    app->app->kind, app->app->ns, app->app->name, o->kind, o->name);
}

/* Whether nothing is left of what it applied, while it stays itself. */
static bool is_emptied(const struct planned *app)
{
	const struct objects *head = &app->head.rendered.objects;

	for (size_t i = 0; i < head->count; i++)
		if (!head->items[i].hook && !head->items[i].implied)
			return false;
	return app->head.there && !app->head.failed && app->base.there &&
	       app->base.rendered.objects.count;
}

static struct plan_app plan_app(struct planner *pl, const struct planned *app)
{
	static const struct objects none;

	bool leaves = app->base.there && !app->head_app;
	const struct owner *owner = owner_of(pl, app->app);
	const char *stays = leaves	      ? why_left(pl, app, &owner)
			    : is_emptied(app) ? owner_empties(app->app)
					      : NULL;

	return (struct plan_app){
		.leaves = leaves,
		.stays = stays,
		.path = app_title(pl->arena, app->app),
		.owner = owner_between(pl->arena, owner, app->base_app, app->head_app),
		.base = !pl->sides->base		      ? NULL
			: app->base.there && !is_on_hold(app) ? &app->base.rendered.objects
							      : &none,
		.head = app->head.there ? &app->head.rendered.objects : &none,
		.base_failed = app->base.failed,
		.head_failed = app->head.failed,
	};
}

/* Which of an app's objects are applied in which way. */
struct variants {
	const unsigned *of; /* by index */
	bool seen[OWNER_VARIANTS];
};

static struct variants variants_of(struct planner *pl, const struct app *app,
				   const struct objects *all)
{
	size_t count = all ? all->count : 0;
	unsigned *of = arena_array(pl->arena, count, unsigned);
	struct variants v = { .of = of };

	for (size_t i = 0; i < count; i++) {
		of[i] = owner_variant_of(app, &all->items[i]);
		v.seen[of[i]] = true;
	}
	return v;
}

static const struct objects *of_variant(struct planner *pl, const struct objects *all,
					const struct variants *v, unsigned variant)
{
	struct objects *some;

	if (!all || !all->count)
		return all;
	some = arena_new(pl->arena, struct objects);
	for (size_t i = 0; i < all->count; i++)
		if (v->of[i] == variant)
			*vec_push(pl->arena, some) = all->items[i];
	return some;
}

/* An app whose objects say how they are applied is as many as there are ways. */
static void push_parts(struct planner *pl, const struct planned *planned)
{
	struct plan_app whole = plan_app(pl, planned);
	bool shared = objects_are_one(whole.base, whole.head);
	struct variants head = variants_of(pl, planned->app, whole.head);
	struct variants base = shared ? head : variants_of(pl, planned->app, whole.base);
	bool several = false;

	for (unsigned variant = 1; variant < OWNER_VARIANTS; variant++)
		several |= head.seen[variant] || base.seen[variant];
	if (!several) {
		*vec_push(pl->arena, &pl->parts) = (struct part){ whole, planned->app };
		return;
	}
	for (unsigned variant = 0; variant < OWNER_VARIANTS; variant++) {
		struct plan_app part = whole;

		if (variant && !head.seen[variant] && !base.seen[variant])
			continue;
		part.base = of_variant(pl, whole.base, &base, variant);
		part.head = of_variant(pl, whole.head, &head, variant);
		if (variant && !strcmp(whole.owner->engine, planned->app->engine->name))
			part.owner = owner_with(pl->arena, whole.owner, variant);
		*vec_push(pl->arena, &pl->parts) = (struct part){ part, planned->app };
	}
}

static void report_unused(const struct unread_values *unread, struct findings *head)
{
	for (size_t i = 0; i < unread->count; i++) {
		const struct unread_value *u = &unread->items[i];

		findings_add(head, SEVERITY_INFO, "helm/unused-value", NULL, u->path, u->origin,
			     "no template of chart %s reads this value%s%s%s", u->chart,
			     u->near ? "; did you mean '" : "", u->near ? u->near : "",
			     u->near ? "'?" : "");
	}
}

/* What rendering and the engine have to say of how the app's objects were made. */
static void report_notes(const struct app *app, const struct side *side, struct findings *out)
{
	static const struct {
		enum severity severity;
		const char *rule;
		bool always; /* else only where an engine would show it: nobody else sees it then */
	} kinds[] = {
		[NOTE_WARNING] = { SEVERITY_WARNING, "engine/note", false },
		[NOTE_REFUSAL] = { SEVERITY_ERROR, "engine/refused", false },
		[NOTE_HELD] = { SEVERITY_INFO, "engine/held-back", false },
		[NOTE_NO_EFFECT] = { SEVERITY_INFO, "kustomize/matches-nothing", true },
		[NOTE_LEFT_OUT] = { SEVERITY_WARNING, "engine/not-planned", true },
		[NOTE_TWICE] = { SEVERITY_WARNING, "schema/duplicate-key", true },
	};
	const struct notes *notes = &side->rendered.notes;

	for (size_t i = 0; i < notes->count; i++) {
		const struct note *n = &notes->items[i];

		if (n->origin && (kinds[n->kind].always || (app->engine && !app->mutes_notes)))
			findings_add(out, kinds[n->kind].severity, kinds[n->kind].rule, NULL, "",
				     n->origin, "%s", n->text);
	}
}

/* A text of several lines, as Helm's are, in one: their lists are parted by semicolons. */
static const char *one_line(struct arena *a, const char *text)
{
	struct buf out;
	const char *made;

	buf_init(&out, 0);
	while (*text) {
		size_t n = strcspn(text, "\n");

		buf_add(&out, text, n);
		text += n;
		text += strspn(text, "\n ");
		if (*text && out.len)
			buf_str(&out, *text == '-' && out.text[out.len - 1] != ':' ? "; " : " ");
		if (text[0] == '-' && text[1] == ' ')
			text += 2;
	}
	made = buf_dup(&out, a);
	buf_release(&out);
	return made;
}

/* The chart that makes an app's object of its own values alone, for nobody says which it gets. */
static const struct app *bare_chart_of(const struct app *app)
{
	for (app = app->parent; app; app = app->parent)
		if (!app->engine && !strcmp(app->renderer, "helm"))
			return app;
	return NULL;
}

/*
 * What an engine takes from elsewhere and can't be had is no fault of the commit; nor is what an
 * object names that another environment's values make another.
 */
static void report_unrendered(struct planner *pl, const struct app *app, const struct side *side,
			      struct findings *out)
{
	const struct err *err = side->err;
	bool engine = app->root && app->kind && *app->kind;
	const struct app *chart = engine ? bare_chart_of(app) : NULL;
	bool away = chart || (err->code == ERR_UNSUPPORTED && (engine || !app->engine)) ||
		    (engine && (err->code == ERR_IO || err->code == ERR_REFUSED ||
				err->code == ERR_UNREACHED));
	const char *title = app_title(pl->arena, app);
	struct finding *f;

	/* told by planner_report_away */
	if (planner_is_away(app, err))
		return;
	f = findings_add(out, away ? SEVERITY_WARNING : SEVERITY_ERROR,
			 away ? "engine/not-planned" : "render/failed", NULL, "", 0,
			 away ? "%s is not planned: %s%s%s%s%s" : "%s does not render: %s%s%s%s%s",
			 strcmp(title, ".") ? title : "the root", one_line(pl->arena, err->msg),
			 helm_hint(pl->arena, err->msg), chart ? " (chart '" : "",
			 chart ? app_title(pl->arena, chart) : "",
			 chart ? "' has made this of its own values alone, for nothing in the "
				 "repository says which values it gets)"
			       : "");
	if (*err->cause.file) {
		f->file = arena_strdup(pl->arena, err->cause.file);
		f->line = err->cause.line;
		f->column = err->cause.column;
	} else if (*err->file) {
		f->file = arena_strdup(pl->arena, err->file);
		f->line = err->line;
		f->column = err->column;
	} else if (app->root) {
		f->origin = app->root->origin;
	}
}

static void report_skipped(const struct app *app, struct findings *out)
{
	if (app && app->skipped && !app->offered && !app->silent && app->root)
		findings_add(out, SEVERITY_WARNING, "engine/not-planned", NULL, "",
			     app->root->origin, "%s %s/%s is not planned: %s", app->kind, app->ns,
			     app->name, app->skipped);
}

/* A chart's files change, and Flux's source goes on with what it packed. */
static void report_held_chart(const struct planned *app, struct findings *head)
{
	const char *version = owner_holds_chart(app->base_app, app->head_app);

	if (version && app->held)
		findings_add(head, SEVERITY_WARNING, "engine/note", NULL, "",
			     app->head_app->root->origin,
			     "HelmRelease %s/%s: the files of its chart change and its version is "
			     "still '%.*s': Flux packs the chart again when Chart.yaml has another "
			     "version, or with reconcileStrategy: Revision; until then it applies "
			     "none of this",
			     app->app->ns, app->app->name, (int)strcspn(version, "+"), version);
}

/* A release and its chart change together, and come by themselves. */
static void report_twice(const struct planned *app, struct findings *head)
{
	if (!app->head.failed && owner_upgrades_twice(app->base_app, app->head_app))
		findings_add(
			head, SEVERITY_INFO, "engine/note", NULL, "", app->head_app->root->origin,
			"HelmRelease %s/%s: it changes together with its chart, and Flux brings "
			"the two one by one: unless both are there at once it is upgraded twice, "
			"the first time with one of them alone",
			app->app->ns, app->app->name);
}

/* What git lost is pruned first, and that has to be confirmed. */
static void report_awaited(const struct planned *app, struct findings *head)
{
	const struct object *o = NULL;

	if (app->head_app && app->base.there && app->head.there && !app->head.failed)
		o = owner_awaited(app->head_app, &app->base.rendered.objects,
				  &app->head.rendered.objects);
	if (o)
		findings_add(head, SEVERITY_WARNING, "engine/held-back", NULL, "",
			     app->head_app->root->origin,
			     "Application %s/%s: its sync waits until somebody confirms that %s "
			     "'%s' is pruned (Prune=confirm): nothing of it is applied before",
			     app->app->ns, app->app->name, o->kind, o->name);
}

static void report_failure(struct planner *pl, const struct planned *app, struct findings *head,
			   struct findings *base)
{
	report_held_chart(app, head);
	report_twice(app, head);
	report_awaited(app, head);
	report_skipped(app->head_app, head);
	report_skipped(app->base_app, base);
	report_notes(app->app, &app->head, head);
	report_notes(app->app, &app->base, base);
	/* Memory and time are spent for both sides: that is no word of what base was. */
	if (app->base.failed && app->base.err->code != ERR_LIMIT)
		report_unrendered(pl, app->app, &app->base, base);
	if (app->head.failed)
		report_unrendered(pl, app->app, &app->head, head);
	else
		report_unused(&app->head.rendered.unread, head);
}

bool planner_is_elsewhere(const struct planner *pl, const struct app *app)
{
	const char *only = pl->options->only;
	const struct settings_target *t = planner_setting_of(pl, app);

	if (!only || (t && !strcmp(t->name, only)) || (app->path && !strcmp(app->path, only)))
		return false;
	return t || strcmp(*app->cluster ? app->cluster : "default", only) != 0;
}

static const struct schema_release *release_of(struct planner *pl, const struct app *app)
{
	const char *version = planner_version_of(pl, app);

	return version ? schema_release_find(version) : pl->release;
}

/* What applies an app's objects, by name; NULL where nothing says that anything does. */
static const char *applier(struct arena *a, const struct app *app)
{
	if (app->root)
		return arena_printf(a, "%s %s/%s", app->kind, app->ns, app->name);
	return app->engine ? app->id : NULL;
}

/* Who deletes what git lost of an app; NULL: nobody does. */
static const struct owner *deleter(struct planner *pl, const struct planned *planned)
{
	const struct owner *owner = owner_of(pl, planned->app);

	if (!planned->base.there || is_on_hold(planned))
		return NULL;
	if (!planned->head_app && why_stays(pl, planned->app, &owner))
		return NULL;
	return owner && owner->prunes ? owner : NULL;
}

static struct judging *validate_apps(struct planner *pl, struct findings *head,
				     struct findings *base)
{
	struct judge_app *apps = arena_array(pl->arena, pl->apps.count, struct judge_app);
	struct judge *j = arena_new(pl->arena, struct judge);

	*j = (struct judge){
		.run = pl->run,
		.arena = pl->arena,
		.apps = apps,
		.has_base = pl->sides->base,
		.asked = pl->options->target_count ? pl->options->targets[0].cluster : NULL,
		.inputs = pl->options->inputs,
		.outside = check_flags_outside(pl->run, pl->options->inputs, pl->sides->repo),
		.pack = cache_pack(pl->cache),
	};

	for (size_t i = 0; i < pl->apps.count; i++) {
		struct planned *planned = pl->apps.items[i];
		const struct app *app = planned->app;

		if (planner_is_elsewhere(pl, app))
			continue;
		report_failure(pl, planned, head, base);
		apps[j->count++] = (struct judge_app){ .owner = applier(pl->arena, app),
						       .cluster = app->cluster,
						       .release = release_of(pl, app),
						       .deleter = deleter(pl, planned),
						       .applier = owner_of(pl, app),
						       .head = &planned->head.rendered.objects,
						       .base = &planned->base.rendered.objects,
						       .render = planned->head.rendered.digest };
		if (!pl->options->only && strcmp(app->cluster, apps[0].cluster) != 0)
			j->asked = NULL; /* which of them the context is, nobody said */
	}
	planner_report_away(pl, head, base);
	planner_report_shared(pl, head);
	return judge_begin(j, head, base);
}

static const char *view_text(void *data, const char *file, size_t *len)
{
	struct err ignored;
	struct blob blob;

	if (view_read(data, file, &blob, &ignored) < 0)
		return NULL;
	*len = blob.len;
	return blob.text;
}

/* What the repository says of rules; of a change, only what its base says counts. */
static void apply_overrides(struct planner *pl, struct findings *head, struct findings *base)
{
	struct overrides *o = overrides_new(pl->run, pl->arena);

	if (pl->sides->settings)
		overrides_heed(o, pl->sides->settings);
	overrides_apply(o, head, view_text, pl->sides->head, pl->sides->base ? view_text : NULL,
			pl->sides->base);
	if (pl->sides->base)
		overrides_apply(overrides_new(pl->run, pl->arena), base, view_text, pl->sides->base,
				NULL, NULL);
}

static int check_version(const char *version, const char *what, struct err *err)
{
	const struct schema_release *oldest, *newest;
	size_t i = 0;

	if (!version || schema_release_find(version))
		return 0;
	for (oldest = newest = schema_release_at(0); schema_release_at(i); i++)
		newest = schema_release_at(i);
	return err_raise(err, ERR_USAGE, NO_POS,
			 "%sKubernetes '%s' is none of the known releases, 1.%d to 1.%d", what,
			 version, schema_release_minor(oldest), schema_release_minor(newest));
}

static int check_versions(struct planner *pl, struct err *err)
{
	const struct settings *s = planner_settings(pl);

	for (size_t i = 0; i < s->targets.count; i++)
		if (check_version(s->targets.items[i].kubernetes_version, SETTINGS_FILE ": ", err) <
		    0)
			return -1;
	return check_version(s->kubernetes_version, SETTINGS_FILE ": ", err) < 0
		       ? -1
		       : check_version(pl->options->kubernetes_version, "", err);
}

/* The stacks apart from what a Kubernetes cluster is asked of. */
static void take_stacks(struct planner *pl, struct findings *head, struct findings *base,
			struct planned_stacks *out)
{
	size_t i, kept = 0;

	for (i = 0; i < pl->apps.count; i++) {
		struct planned *p = pl->apps.items[i];

		if (p->app->engine != &engine_swarm) {
			pl->apps.items[kept++] = p;
			continue;
		}
		report_failure(pl, p, head, base);
		*vec_push(pl->arena, out) =
			(struct planned_stack){ p->base_app, p->head_app, plan_app(pl, p) };
		out->items[out->count - 1].app.owner = owner_of_app(pl->arena, p->app);
	}
	pl->apps.count = kept;
}

static int make_plan(struct planner *pl, struct err *err)
{
	const struct planner_options *options = pl->options;
	const struct sides *sides = pl->sides;
	struct run *run = pl->run;
	struct plan *p = pl->plan;
	struct planned_stacks stacks = { 0 };
	struct findings head, base;
	bool clusters;
	size_t i;

	findings_init(&head, run, &run->arena);
	findings_init(&base, run, &run->arena);
	p->commit = sides->commit;
	p->base = sides->base_commit;
	p->base_why = sides->base_why;
	p->is_older = sides_is_older;
	p->is_older_data = (void *)(uintptr_t)sides;
	if (check_versions(pl, err) < 0)
		return -1;
	for (i = 0; i < options->target_count; i++) /* they answer while the apps are rendered */
		if (options->targets[i].cluster)
			cluster_connect_start(options->targets[i].cluster);
	if (planner_find_apps(pl, &head, &base, err) < 0)
		return -1;
	take_stacks(pl, &head, &base, &stacks);
	clusters = pl->apps.count || !stacks.count;
	if (clusters && !options->kubernetes_version && options->targets[0].cluster) {
		if (cluster_connect(options->targets[0].cluster, err) < 0)
			return -1;
		pl->release = schema_release_find(cluster_version(options->targets[0].cluster));
	}
	if (clusters && planner_identify(pl, err) < 0)
		return -1;
	pl->judging = validate_apps(pl, &head, &base);
	for (i = 0; i < pl->apps.count; i++)
		push_parts(pl, pl->apps.items[i]);
	if ((clusters && planner_add_targets(pl, err) < 0) ||
	    judge_end(pl->judging, &head, &base, err) < 0)
		return -1;
	if (stacks.count &&
	    planner_swarm(run, sides, &stacks, options->swarm, p, &head, &base, err) < 0)
		return -1;
	sides_settings_findings(run, sides, &head);
	apply_overrides(pl, &head, &base);
	plan_add_findings(p, NULL, &head, sides->base ? &base : NULL);
	plan_finish(p);
	return 0;
}

/* `broken`: what was kept of former plans, which is removed; nothing is planned yet. */
static int plan_once(struct planner *pl, bool *broken, struct err *err)
{
	struct repo *repo = pl->sides->repo;
	int rc;

	pl->cache = cache_open(pl->run, pl->arena, repo ? repo_common_dir(repo) : "");
	if (repo)
		repo_keep_trees(repo, cache_pack(pl->cache));
	pl->documents = documents_new(pl->run, pl->arena, cache_pack(pl->cache));
	rc = make_plan(pl, err);
	judge_free(pl->judging);
	arena_release(&pl->asked);
	if (repo)
		repo_keep_trees(repo, NULL);
	*broken = !cache_settle(pl->cache);
	cache_close(pl->cache);
	return rc;
}

int planner_run(struct run *run, const struct sides *sides, const struct planner_options *options,
		struct plan *p, struct err *err)
{
	struct planner fresh = { run, &run->arena, sides, options, p, .asked = ARENA_INIT };
	struct planner pl = fresh;
	bool broken;
	int rc = plan_once(&pl, &broken, err);

	if (rc < 0 && broken) {
		err_clear(err);
		pl = fresh;
		rc = plan_once(&pl, &broken, err);
	}
	return rc;
}
