/*
 * apps_internal: what the files of render/apps*.c share.
 */
#ifndef RENDER_APPS_INTERNAL_H
#define RENDER_APPS_INTERNAL_H
#include "render/apps.h"

/* An app that an engine's object in a file asks for; it counts once nobody else applies the file.
 */
struct candidate {
	struct app *app;
	const char *dir;
	bool self;     /* it applies the directory it lies in: a cluster's entry */
	bool reached;  /* it came out of another app's render, or is planned by itself */
	bool entered;  /* it is planned by itself */
	bool specimen; /* in a folder of examples; hidden too */
	bool hidden;   /* in a kustomize component: what it is only its user says */
	size_t next;   /* index + 1 of the next of its file; 0: it is the last */
};

struct finder {
	struct run *run;
	struct arena *arena;
	struct view *view;
	struct apps *out;
	struct map kustomizations; /* directory → its file's path */
	struct map charts;	   /* directory → its Chart.yaml */
	struct map manifests;	   /* file → its directory */
	struct map referenced; /* file or directory that a kustomization or chart uses → who, or
				* anything */
	struct map components; /* directories of kustomize components */
	struct map special;    /* file that an engine knows by its name → the engine */
	const char *top;       /* what is walked */
	bool more;	       /* than specimens there is to plan */
	struct err *err;
	bool collecting;    /* apps_add makes candidates */
	struct map by_file; /* file → index + 1 of its last candidate */
	struct {
		VEC(struct candidate);
	} candidates;
};

/* apps.c: the engine that knows a file by its name, or NULL. */
const struct engine *engine_of_file(const char *name);
/* The engine that a file may belong to by its name, or because it is said to; or NULL. */
const struct engine *engine_of_name(const struct apps *apps, const char *path, const char *name);

/* apps.c: take an app in; false: there is one already. */
bool apps_admit(struct apps *apps, struct app *app);

/* apps_candidates.c: all files have been read. */
void candidates_settle(struct apps *apps);
/* Those that nobody else can bring become apps. */
void candidates_enter_roots(struct apps *apps);
/* One that nobody brought becomes an app; false: there is none. */
bool candidates_enter_orphan(struct apps *apps);
/* What remains is shown, not planned. */
void candidates_offer(struct apps *apps);
/* Before bootstrap has written its own object: the directory above flux-system/ is a cluster's. */
const char *candidates_bootstrap(struct finder *f, const char *dir);

/* apps_find.c: walk the tree and sort what is there. */
int finder_walk(struct finder *f, const char *dir);
/* Who refers to whom, among kustomizations and charts. */
void finder_refer(struct finder *f);
/* The namespace that kustomizations give to what stands in a file; "" where none does. */
const char *finder_namespace(struct finder *f, const char *file);
/* The apps of nobody: kustomizations, charts, plain directories; `skip` says which are not. */
void finder_rest(struct finder *f, bool (*skip)(struct finder *f, const char *path),
		 void (*add)(struct finder *f, struct app *app));

/* Whether there is neither a kustomization nor a chart nor a manifest. */
bool finder_empty(struct finder *f);

/* An app that no engine applies. */
struct app *finder_nobodys(struct finder *f, const char *path, const char *renderer);
/* apps_entries.c: what renders to objects of engines, and nobody asks for it. */
void finder_entries(struct finder *f, void (*add)(struct finder *f, struct app *app));

/* apps_specimens.c: mark what is no root for the folder that it stands in. */
void specimens_find(struct finder *f);
/* Whether the directory is such a folder, or in one. */
bool specimens_are(const struct finder *f, const char *dir);
/* Note which are left out. */
void specimens_tell(struct finder *f);

/* Whether `path` is `dir` or below it. */
bool path_below(const char *path, const char *dir);

#endif
