/*
 * apps: the entry points of a repository, found when nobody named one, and all that they lead to.
 *
 * An app is what is rendered, compared and released as one: a kustomization that no other refers
 * to, a chart that is no other's dependency, a directory of manifests that belong to neither; where
 * a GitOps engine is used, what each of its objects applies, by cluster. An engine's object may be
 * the output of another app (patched, substituted), so finding and rendering go by turns:
 *
 *	apps_find(run, arena, view, "", &apps, &err);
 *	while ((app = apps_next(&apps)))
 *		apps_rendered(&apps, app, app_render(…) < 0 ? NULL : &rendered.objects);
 *
 * The engines are a table of rows in render/apps.c, one file or a few each in render/engines.
 */
#ifndef RENDER_APPS_H
#define RENDER_APPS_H
#include "base/map.h"
#include "render/render.h"
#include "render/settings.h"

struct apps;
struct app;

/* An object that may be an engine's, as it stands in a file or came out of another app. */
struct engine_object {
	const struct node *root;
	const char *api_version, *kind, *ns, *name; /* "" where there is none */
	const char *file;			    /* where it stands; "" unknown */
	const char *cluster;			    /* the parent's; "" */
	const struct app *parent; /* whose render made it; NULL: read from the file as it stands */
	const char *digest;	  /* of `root`, where it is known; NULL */
};

/* One GitOps engine. */
struct engine {
	const char *name; /* as in reports: "flux", "argocd" */
	/* Whether a text may hold objects of it, so that it is worth parsing. */
	bool (*mentions)(const char *text, size_t len);
	/*
	 * Learn what an object says: apps_add for each app that it asks for; what else later
	 * renders need (sources, generators) goes to apps_state. Called for every object that is
	 * rendered, and for those of the files that mention the engine.
	 */
	void (*learn)(struct apps *apps, const struct engine_object *object);
	/* A file that is the engine's by its name, or may be (then it may be a manifest too), and
	 * what to do when one is found; all may be NULL. */
	const char *file_name;
	bool (*file_named)(const char *name);
	void (*learn_file)(struct apps *apps, const char *path);
	/*
	 * Get what the app takes of other objects into app->inputs; false when they are not there
	 * yet. `last`: nothing more will come, so do without. NULL: always ready.
	 */
	bool (*ready)(struct apps *apps, struct app *app, bool last);
	int (*render)(struct run *run, struct arena *a, struct view *v, const struct app *app,
		      const struct render_options *options, struct rendered *out, struct err *err);
	/* Called once, when every app is known: findings over all of them (cycles). May be NULL. */
	void (*finish)(struct apps *apps);
	/* All files have been read: set what of an app depends on more than its own object. */
	void (*settle)(struct apps *apps, struct app *app);
	/* The cluster that the app's objects go to, where that need not be its own object's. */
	const char *(*target)(struct apps *apps, const struct app *app);
	bool entry_is_cluster; /* what applies the directory it stands in is a cluster's entry */
};
extern const struct engine engine_argo, engine_flux, engine_flux1, engine_swarm;

struct app {
	const char *path;     /* "" for the root; NULL: it is not in this repository */
	const char *place;    /* then: where it is, for messages; NULL */
	const char *renderer; /* "kustomize", "helm", "plain", "flux"… */
	const char *id;	      /* the same app at another commit has the same */
	const char *cluster; /* which of the repository's clusters: its entry's path; "" when it has
				one */
	const char *home;    /* the cluster that its engine's object is in, as `cluster` */
	const char *skipped; /* why it is not rendered: suspended, its source is elsewhere; NULL */
	bool offered;	     /* skipped because nothing in the repository applies it */
	struct {
		VEC(const char *);
	} files;    /* of a plain app: its own manifests, directories below are apps of their own */
	bool found; /* and nobody named them */

	/* Of an engine's app. */
	const struct engine *engine;  /* NULL: nobody known applies it */
	const struct node *root;      /* the engine's object; NULL */
	const char *digest;	      /* of `root`, where it is known; NULL */
	const char *kind, *ns, *name; /* of that object */
	const struct app *parent;     /* whose render made it; NULL: it stands in a file */
	const char *file;	      /* where it stands; "" */
	const char *covers;	      /* what lies at or below it is the engine's; NULL: `path` */
	bool confidential;	      /* its inputs hold a live Secret's values: not for a cache */
	bool mutes_notes;	      /* what its renderer notes is its chart's author's to mend */
	bool silent;		      /* skipped, and a note of the engine already says so */
	/* What it takes of other objects (values, variables, a chart's place): with `root` all that
	 * its render depends on beside the view. NULL: nothing. */
	const struct node *inputs;
	const struct node *own; /* the value of `inputs` that follows from `root` alone; NULL */
	bool leaf;		/* its path holds no objects of engines: a chart */
	const void *data;	/* the engine's own */

	/* For apps.c alone. */
	bool taken, done, failed;
};

/* What an engine has to say of its objects, beside their renders: a finding to be. */
struct app_note {
	enum { APP_ERROR, APP_WARNING, APP_INFO } level;
	const char *rule; /* of validate/checks.c: "engine/…" */
	origin_id origin;
	const char *text;
};

struct apps {
	VEC(struct app *);
	struct {
		VEC(struct app_note);
	} notes;
	struct run *run;
	struct arena *arena;
	struct view *view;
	struct map by_id;
	struct map objects; /* "cluster kind/namespace/name" → its tree, of what was rendered */
	struct map state;   /* an engine's name → its own */
	struct map servers; /* a cluster that an engine knows by name → its address */
	struct finder *finder;
	size_t next;
	int stage;
	/* Set before: how the live cluster is asked for objects, with labels or by name; NULL: not
	 * at all. */
	list_fn *list;
	lookup_fn *lookup;
	facts_fn *facts; /* NULL too where the user has said which version it is */
	void *list_data; /* of all three */
	bool no_secrets; /* but never for Secrets */
	struct {
		VEC(const char *);
	} sourceignores; /* paths of the .sourceignore files in the tree */
	struct {
		VEC(const char *);
	} excluded; /* paths of what Flux's sources leave out by default */
	struct {
		VEC(const struct node *);
	} secrets; /* of the live cluster, whose values renders may hold */
	/* Set before: the stacks that the settings or flags name; NULL: none. */
	const struct settings_stacks *stacks;
	struct documents *documents; /* set before: what files hold, as far as it is known; NULL */
	bool every_stack;  /* set before: a Compose file is a stack even if it names no swarm */
	bool nothing_else; /* there is nothing here but such files */
};

/*
 * Find the apps at and below `path` that are there to see; the rest comes with apps_next. A named
 * path that is itself one (or a file) is one app. Unreadable kustomizations are apps too: their
 * error shows when they are rendered.
 */
int apps_find(struct run *run, struct arena *a, struct view *v, const char *path, struct apps *out,
	      struct err *err);
/* The next app to render, or NULL when all are done. Skipped apps are never handed out. */
struct app *apps_next(struct apps *apps);
/* Tell what it rendered to; NULL objects: it failed. */
void apps_rendered(struct apps *apps, struct app *app, const struct objects *objects);
/* Note what of the apps that are only offered differs from `base`; for after the last apps_next. */
void apps_tell_changed(struct apps *apps, struct view *base);
/* Whether engines may want to know of such an object. */
bool apps_learns(const struct object *o);
/* All apps sorted by cluster, path and id; for after the last apps_next. */
void apps_sort(struct apps *apps);
/* Render one app: as render_path, but a plain app's own files only. */
int app_render(struct run *run, struct arena *a, struct view *v, const struct app *app,
	       const struct render_options *options, struct rendered *out, struct err *err);
/* What messages call it: its path ("." for the root), or the engine's object where it has none. */
const char *app_title(struct arena *a, const struct app *app);
/* Order by cluster, path and id. */
int app_compare(const struct app *one, const struct app *two);
/* Whether two are the same app with the same inputs, so that equal views give equal renders. */
bool app_same(const struct app *one, const struct app *two);

/* The stack that a file is said to be one of; NULL: none. */
const struct settings_stack *stack_declared(const struct apps *apps, const char *path);

/* ---- for engines ---- */

/* A new app of an engine's object; its id, path and more can still be set. NULL: it is known. */
struct app *apps_add(struct apps *apps, const struct engine *engine, const char *path,
		     const struct engine_object *object);
/* A rendered object of a cluster by kind, namespace and name; NULL: none so far. */
const struct node *apps_object(const struct apps *apps, const char *cluster, const char *kind,
			       const char *ns, const char *name);
/* The place of an engine's own state, NULL at first. */
void **apps_state(struct apps *apps, const struct engine *engine);
void apps_note(struct apps *apps, int level, const char *rule, origin_id origin, const char *fmt,
	       ...) PRINTF_LIKE(5, 6);

#endif
