#include "render/apps_internal.h"
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include "render/documents.h"
#include "render/renderer.h"

static const struct engine *const engines[] = { &engine_argo, &engine_flux, &engine_flux1,
						&engine_swarm };

/* ---- what engines say ---- */

void **apps_state(struct apps *apps, const struct engine *engine)
{
	return map_at(&apps->state, engine->name);
}

void apps_note(struct apps *apps, int level, const char *rule, origin_id origin, const char *fmt,
	       ...)
{
	va_list args;
	struct app_note *note = vec_push(apps->arena, &apps->notes);

	note->level = level;
	note->rule = rule;
	note->origin = origin;
	va_start(args, fmt);
	note->text = arena_vprintf(apps->arena, fmt, args);
	va_end(args);
}

static const char *object_key(struct arena *a, const char *cluster, const char *kind,
			      const char *ns, const char *name)
{
	return arena_printf(a, "%s %s/%s/%s", cluster, kind, ns, name);
}

const struct node *apps_object(const struct apps *apps, const char *cluster, const char *kind,
			       const char *ns, const char *name)
{
	struct arena scratch = ARENA_INIT;
	const struct node *found =
		map_get(&apps->objects, object_key(&scratch, cluster, kind, ns, name));

	arena_release(&scratch);
	return found;
}

/*
 * A file's object that is now known by its render need not be planned by itself. True: it is
 * already, and all that its render has more is the namespace, which is the file's kustomization's
 * or its Application's.
 */
static bool mark_reached(struct finder *f, const struct app *app)
{
	size_t i = app->file ? (size_t)map_get(&f->by_file, app->file) : 0;
	bool same = false;

	for (; i; i = f->candidates.items[i - 1].next) {
		struct candidate *c = &f->candidates.items[i - 1];
		const struct app *known = c->app;

		if (strcmp(known->kind, app->kind) ||
		    (strcmp(known->name, app->name) &&
		     (!known->root ||
		      /* what a former run kept has other ids */
		      !origins_same_place(f->run->origins, known->root->origin,
					  app->root->origin))))
			continue;
		c->reached = true;
		if (!c->entered || known == app || *known->ns || strcmp(known->name, app->name) ||
		    !known->root ||
		    !node_equal(node_get(known->root, "spec"), node_get(app->root, "spec")))
			continue;
		c->app->ns = app->ns; /* where its status is */
		same = true;
	}
	return same;
}

bool apps_admit(struct apps *apps, struct app *app)
{
	void **at;

	if (app->engine && !app->root)
		app->id = arena_printf(apps->arena, "%s:%s", app->engine->name, app->path);
	else if (app->engine)
		app->id = arena_printf(apps->arena, "%s:%s:%s:%s/%s", app->engine->name, app->kind,
				       app->cluster, app->ns, app->name);
	app->home = app->cluster;
	if (app->root && app->engine && app->engine->target)
		app->cluster = app->engine->target(apps, app);
	at = map_at(&apps->by_id, app->id);
	if ((app->root && mark_reached(apps->finder, app)) || *at)
		return false;
	*at = app;
	*vec_push(apps->arena, apps) = app;
	return true;
}

struct app *apps_add(struct apps *apps, const struct engine *engine, const char *path,
		     const struct engine_object *object)
{
	struct finder *f = apps->finder;
	struct app *app = arena_new(apps->arena, struct app);
	void **last;

	*app = (struct app){
		.path = path,
		.renderer = engine->name,
		.cluster = object->cluster,
		.engine = engine,
		.root = object->root,
		.digest = object->digest,
		.kind = object->kind,
		.ns = object->ns,
		.name = object->name,
		.parent = object->parent,
		.file = object->file,
	};
	if (f && !f->collecting && engine->settle)
		engine->settle(apps, app);
	if (!f || !f->collecting)
		return apps_admit(apps, app) ? app : NULL;
	last = map_at(&f->by_file, object->file);
	*vec_push(apps->arena, &f->candidates) = (struct candidate){
		.app = app,
		.dir = view_dirname(apps->arena, object->file),
		.next = (size_t)*last,
	};
	*last = (void *)(uintptr_t)f->candidates.count;
	return app;
}

const struct engine *engine_of_file(const char *name)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(engines); i++)
		if (engines[i]->file_name && !strcmp(engines[i]->file_name, name))
			return engines[i];
	return NULL;
}

const struct engine *engine_of_name(const struct apps *apps, const char *path, const char *name)
{
	size_t i;

	if (stack_declared(apps, path))
		return &engine_swarm;

	for (i = 0; i < ARRAY_SIZE(engines); i++)
		if (engines[i]->file_named && engines[i]->file_named(name))
			return engines[i];
	return NULL;
}

/* ---- the objects of files ---- */

static void learn(struct apps *apps, const struct engine_object *object)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(engines); i++)
		if (engines[i]->learn)
			engines[i]->learn(apps, object);
}

static void learn_tree(struct apps *apps, const struct node *root, const char *file)
{
	const struct node *metadata = node_get(root, "metadata"), *items = node_get(root, "items");
	struct engine_object object = { root,
					node_string_at(root, "apiVersion"),
					node_string_at(root, "kind"),
					node_string_at(metadata, "namespace"),
					node_string_at(metadata, "name"),
					file,
					"",
					NULL };
	uint32_t i;

	/* A name that is yet to be substituted belongs to a template, not to an object. */
	if (*object.kind && !strstr(object.name, "${"))
		learn(apps, &object);
	for (i = 0; !strcmp(object.kind, "List") && node_is(items, NODE_SEQ) && i < items->len; i++)
		learn_tree(apps, items->items[i], file);
}

static bool is_mentioned(const char *text, size_t len)
{
	bool mentioned = false;

	for (size_t i = 0; i < ARRAY_SIZE(engines) && !mentioned; i++)
		mentioned = engines[i]->mentions && engines[i]->mentions(text, len);
	return mentioned;
}

static void read_candidates(struct apps *apps, const char *file)
{
	struct finder *f = apps->finder;
	struct trees docs = { 0 };

	documents_read(apps->documents, f->run, f->arena, f->view, file, DOCUMENTS_ENGINES,
		       is_mentioned, &docs);
	for (size_t i = 0; i < docs.count; i++)
		if (docs.items[i])
			learn_tree(apps, docs.items[i], file);
}

/* ---- what no engine applies ---- */

static bool applied(struct finder *f, const char *path)
{
	size_t i;

	for (i = 0; i < f->out->count; i++)
		if (f->out->items[i]->engine && f->out->items[i]->path &&
		    path_below(path, f->out->items[i]->covers ? f->out->items[i]->covers
							      : f->out->items[i]->path))
			return true;
	return false;
}

/* An engine's own entries stand in it, so somebody applies it: bootstrap. */
static const struct candidate *entry_in(struct finder *f, const char *path)
{
	size_t i;

	for (i = 0; i < f->candidates.count; i++)
		if (f->candidates.items[i].entered && path_below(f->candidates.items[i].dir, path))
			return &f->candidates.items[i];
	return NULL;
}

/* The cluster that its object is in; one that is not admitted goes nowhere else yet. */
static const char *home_of(const struct app *app)
{
	return app->home ? app->home : app->cluster;
}

/* A target of the settings has it among its paths. */
static bool is_named(const struct finder *f, const char *path)
{
	const struct settings *s = f->run->settings;

	for (size_t i = 0; s && i < s->targets.count; i++)
		for (size_t k = 0; k < s->targets.items[i].paths.count; k++)
			if (!strcmp(path, s->targets.items[i].paths.items[k]))
				return true;
	return false;
}

static void add_rest(struct finder *f, struct app *app)
{
	const char *cluster = candidates_bootstrap(f, app->path);
	const struct candidate *entry = entry_in(f, app->path);
	bool engine = false;
	size_t i;

	for (i = 0; i < f->out->count; i++)
		engine |= f->out->items[i]->engine && f->out->items[i]->engine != &engine_swarm;
	app->cluster = cluster ? cluster : entry ? home_of(entry->app) : "";
	if (specimens_are(f, app->path)) {
		app->offered = true;
		app->skipped = "it stands among examples, and nothing refers to it; -p plans it";
	} else if (engine && !entry && !cluster && !is_named(f, app->path)) {
		app->offered = true;
		app->skipped = "nothing in the repository applies it; name it to plan it";
	}
	apps_admit(f->out, app);
}

static void add_entry(struct finder *f, struct app *app)
{
	const char *cluster = candidates_bootstrap(f, app->path);

	app->cluster = cluster ? cluster : "";
	apps_admit(f->out, app);
}

/* ---- the turns ---- */

enum { STAGE_ENTRIES, STAGE_ENGINES, STAGE_REST, STAGE_OFFER, STAGE_DONE };

static struct app *next_ready(struct apps *apps, bool last)
{
	size_t i;

	for (i = apps->next; i < apps->count; i++) {
		struct app *app = apps->items[i];

		if (app->skipped)
			app->done = true;
		if (i == apps->next && app->done)
			apps->next++;
		if (app->done || app->taken)
			continue;
		if (!app->engine || !app->engine->ready || app->engine->ready(apps, app, last)) {
			if (app->skipped) /* as it now turned out */
				continue;
			app->taken = true;
			return app;
		}
	}
	return NULL;
}

struct app *apps_next(struct apps *apps)
{
	struct app *app;
	size_t i;

	for (;;) {
		if ((app = next_ready(apps, false)) || (app = next_ready(apps, true)))
			return app;
		if (!apps->finder)
			return NULL;
		if (apps->stage == STAGE_ENTRIES) {
			candidates_enter_roots(apps);
			apps->stage++;
			continue;
		}
		if (candidates_enter_orphan(apps))
			continue;
		if (apps->stage == STAGE_ENGINES)
			finder_rest(apps->finder, applied, add_rest);
		else if (apps->stage == STAGE_REST)
			candidates_offer(apps);
		else
			break;
		apps->stage++;
	}
	for (i = 0; apps->stage == STAGE_OFFER && i < ARRAY_SIZE(engines); i++)
		if (engines[i]->finish)
			engines[i]->finish(apps);
	apps->stage = STAGE_DONE;
	return NULL;
}

bool apps_learns(const struct object *o)
{
	return !strcmp(o->name, "kustomize-controller") || !strcmp(o->name, "helm-controller") ||
	       !strcmp(o->kind, "ConfigMap") || !strcmp(o->kind, "Secret") ||
	       !strcmp(o->kind, "CustomResourceDefinition") || strstr(o->group, "fluxcd") ||
	       strstr(o->group, "argoproj");
}

/* A chart or kustomization that was tried by itself, and turned out to be what an engine applies.
 */
static void supersede(struct apps *apps, const struct app *by)
{
	for (size_t i = 0; i < apps->count; i++) {
		struct app *app = apps->items[i];

		if (app->engine || !app->path || strcmp(app->path, by->path) || app->offered)
			continue;
		app->offered = true;
		app->skipped = arena_printf(apps->arena, "%s %s applies it", by->kind, by->name);
	}
}

void apps_rendered(struct apps *apps, struct app *app, const struct objects *objects)
{
	size_t i;

	app->done = true;
	app->failed = !objects;
	if (objects && app->engine && app->parent && app->path)
		supersede(apps, app);
	for (i = 0; objects && apps->finder && i < objects->count; i++) {
		const struct object *o = &objects->items[i];
		struct pos at;

		if (o->later || !apps_learns(o)) /* what is learned from is never late */
			continue;
		at = origins_pos(apps->run->origins, o->root->origin);
		map_set(&apps->objects,
			object_key(apps->arena, app->cluster, o->kind, o->ns, o->name),
			(void *)(uintptr_t)o->root);
		learn(apps, &(struct engine_object){ o->root, o->api_version, o->kind, o->ns,
						     o->name, at.file ? at.file : "", app->cluster,
						     app, o->digest });
	}
}

int app_compare(const struct app *one, const struct app *two)
{
	int order = strcmp(one->cluster, two->cluster);

	order = order ? order : !one->path - !two->path;
	order = order || !one->path ? order : strcmp(one->path, two->path);
	return order ? order : strcmp(one->id, two->id);
}

const char *app_title(struct arena *a, const struct app *app)
{
	if (app->path)
		return *app->path ? app->path : ".";
	if (app->place)
		return app->place;
	return arena_printf(a, "%s %s%s%s", app->kind, app->ns, *app->ns ? "/" : "", app->name);
}

static int by_path(const void *a, const void *b)
{
	return app_compare(*(struct app *const *)a, *(struct app *const *)b);
}

void apps_sort(struct apps *apps)
{
	if (apps->count)
		qsort(apps->items, apps->count, sizeof(*apps->items), by_path);
}

static void find_file(struct apps *out, const char *path)
{
	const char *name = strrchr(path, '/') ? strrchr(path, '/') + 1 : path;
	const struct engine *engine = engine_of_name(out, path, name);
	struct app *app = arena_new(out->arena, struct app);

	out->nothing_else = true;
	engine = engine ? engine : &engine_swarm; /* a stack needs no name when it is named */
	engine->learn_file(out, path);
	if (out->count)
		return;
	*app = (struct app){ .path = path, .renderer = "plain", .cluster = "", .id = path };
	app->id = arena_printf(out->arena, "plain:%s", path);
	app->kind = app->ns = app->name = app->file = "";
	*vec_push(out->arena, &app->files) = path;
	apps_admit(out, app);
}

int apps_find(struct run *run, struct arena *a, struct view *v, const char *path, struct apps *out,
	      struct err *err)
{
	struct finder *f = arena_new(a, struct finder);
	size_t i;

	*out = (struct apps){ .run = run,
			      .arena = a,
			      .view = v,
			      .list = out->list,
			      .lookup = out->lookup,
			      .facts = out->facts,
			      .no_secrets = out->no_secrets,
			      .list_data = out->list_data,
			      .stacks = out->stacks,
			      .documents = out->documents,
			      .every_stack = out->every_stack };
	*f = (struct finder){
		.run = run, .arena = a, .view = v, .out = out, .top = path, .err = err
	};
	map_init(&out->by_id, a);
	map_init(&out->objects, a);
	map_init(&out->state, a);
	map_init(&out->servers, a);
	map_init(&f->kustomizations, a);
	map_init(&f->charts, a);
	map_init(&f->manifests, a);
	map_init(&f->referenced, a);
	map_init(&f->components, a);
	map_init(&f->special, a);
	map_init(&f->by_file, a);
	if (view_kind(v, path) == VIEW_ABSENT)
		return err_raise(err, ERR_NOT_FOUND, NO_POS, "no '%s' in %s", *path ? path : ".",
				 view_name(v));
	if (view_kind(v, path) == VIEW_FILE) {
		find_file(out, path);
		return 0;
	}
	if (finder_walk(f, arena_strdup(a, path)) < 0)
		return -1;
	finder_refer(f);
	out->finder = f;
	f->collecting = true;
	for (i = 0; i < f->manifests.count; i++)
		read_candidates(out, f->manifests.entries[i].key);
	f->collecting = false;
	out->nothing_else = f->special.count && finder_empty(f);
	for (i = 0; i < f->special.count; i++) {
		const struct engine *engine = f->special.entries[i].value;

		engine->learn_file(out, f->special.entries[i].key);
	}
	candidates_settle(out);
	specimens_find(f);
	finder_entries(f, add_entry);
	return 0;
}

bool app_same(const struct app *one, const struct app *two)
{
	size_t i;

	if (!one || !two || strcmp(one->id, two->id) || !one->path != !two->path ||
	    (one->path && strcmp(one->path, two->path)) || one->files.count != two->files.count ||
	    !one->root != !two->root || !one->inputs != !two->inputs)
		return false;
	if ((one->root && !node_equal(one->root, two->root)) ||
	    (one->inputs && !node_equal(one->inputs, two->inputs)))
		return false;
	for (i = 0; i < one->files.count && !strcmp(one->files.items[i], two->files.items[i]); i++)
		;
	return i == one->files.count;
}

static int add_file(struct run *run, struct arena *a, struct view *v, const char *path,
		    const struct render_options *options, struct rendered *out, struct err *err)
{
	struct rendered one = { 0 };
	int rc = render_path(run, a, v, path, options, &one, err);

	for (size_t k = 0; !rc && k < one.objects.count; k++)
		*vec_push(a, &out->objects) = one.objects.items[k];
	rendered_release(&one);
	return rc;
}

static int render_files(struct run *run, struct arena *a, struct view *v, const struct app *app,
			const struct render_options *options, struct rendered *out, struct err *err)
{
	size_t i;

	buf_init(&out->text, 0);
	out->renderer = app->renderer;
	for (i = 0; i < app->files.count; i++) {
		/* A file that head lost is no failure: its objects are gone. */
		if (view_kind(v, app->files.items[i]) == VIEW_ABSENT)
			continue;
		if (app->found ? plain_found(run, a, v, app->files.items[i], out, err) < 0
			       : add_file(run, a, v, app->files.items[i], options, out, err) < 0)
			return -1;
	}
	return 0;
}

int app_render(struct run *run, struct arena *a, struct view *v, const struct app *app,
	       const struct render_options *options, struct rendered *out, struct err *err)
{
	if (app->engine)
		return app->engine->render(run, a, v, app, options, out, err);
	if (app->files.count)
		return render_files(run, a, v, app, options, out, err);
	return render_path(run, a, v, app->path, options, out, err);
}
