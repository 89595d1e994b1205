/*
 * planner_internal: a plan in the making, shared by planner_render.c, which finds and renders the
 * apps of both sides, and planner.c, which has them judged and gives them to their targets.
 */
#ifndef CMD_PLANNER_INTERNAL_H
#define CMD_PLANNER_INTERNAL_H
#include "base/map.h"
#include "cmd/planner.h"
#include "render/apps.h"
#include "render/cache.h"

struct side {
	struct rendered rendered;
	bool there;
	const char *failed;    /* why it did not render; NULL */
	const struct err *err; /* why it failed; NULL */
};

struct planned {
	const struct app *app; /* head's where it has one */
	const struct app *base_app, *head_app;
	struct side base, head;
	struct read_set asked; /* by head's render */
	bool held;	       /* head's chart changes, and what is applied is still base's */
};

/* What is compared: an app, or those of its objects that are applied in one way. */
struct part {
	struct plan_app app;
	const struct app *of;
};

/* The repository's clusters, by what names them there; "" where it has one. */
struct cluster_names {
	VEC(const char *);
};

/* What a cluster says of itself: which of the repository's it is. */
struct contradiction {
	const char *cluster, *says; /* it is not this one, and why */
};
struct identity {
	const char *cluster; /* NULL: it does not say */
	const char *why;     /* then: why not */
	struct {
		VEC(struct contradiction);
	} against;
};

struct planner {
	struct run *run;
	struct arena *arena;
	const struct sides *sides;
	const struct planner_options *options;
	struct plan *plan;
	struct {
		VEC(struct planned *);
	} apps;
	struct {
		VEC(struct part);
	} parts;
	struct map by_id;
	struct cluster_names clusters;
	struct map servers;	     /* a cluster's name → its address, where an engine told */
	struct identity *identities; /* one for each of options->targets */
	struct arena asked;	     /* of the read sets */
	const struct schema_release *release; /* NULL: the newest */
	struct documents *documents;
	struct cache *cache; /* what is kept for the next run */
	struct judging *judging;
};

/* What the repository's settings say; the defaults where it has none. */
const struct settings *planner_settings(const struct planner *pl);
/* The settings' target that takes an app; NULL: none does. */
const struct settings_target *planner_setting_of(const struct planner *pl, const struct app *app);
/* The release that an app is for, as the flag or the settings name it; NULL: they do not. */
const char *planner_version_of(const struct planner *pl, const struct app *app);

/*
 * Fill pl->apps, in order of their paths, each rendered at both sides; what the engines say of
 * their objects becomes findings. ERR_NOT_FOUND for a path that neither side has.
 */
int planner_find_apps(struct planner *pl, struct findings *in_head, struct findings *in_base,
		      struct err *err);

/* Whether --target names another cluster than the app's: nothing is said of it then. */
bool planner_is_elsewhere(const struct planner *pl, const struct app *app);

/* ---- planner_away.c ---- */

/* Whether a render failed for want of something elsewhere, which planner_report_away tells. */
bool planner_is_away(const struct app *app, const struct err *err);
/* What is not rendered for want of something elsewhere, which is not asked for or not reached. */
void planner_report_away(struct planner *pl, struct findings *head, struct findings *base);

/* ---- planner_clusters.c ---- */

/*
 * Fill pl->clusters and pl->identities. ERR_REFUSED where a context is another cluster than the one
 * that it is taken for.
 */
int planner_identify(struct planner *pl, struct err *err);
/* Compare the parts with their targets. */
int planner_add_targets(struct planner *pl, struct err *err);

/* ---- planner_overlays.c ---- */

/*
 * Where overlays render the same objects and a cluster is asked: add the targets, each overlay but
 * --target's offline, with the reason. *done: there were such.
 */
/* Plan the apps on every target. */
int planner_ask(struct planner *pl, const struct plan_app *apps, size_t count, struct err *err);
int planner_add_overlays(struct planner *pl, bool *done, struct err *err);

/* ---- planner_identity.c ---- */

struct cluster;
/* Ask a cluster which of pl->clusters it is. -1 only where it did not answer. */
int planner_identity(struct planner *pl, struct cluster *c, struct identity *out, struct err *err);

/* ---- planner_shared.c ---- */

/* What Applications that share no object render together with another. */
void planner_report_shared(struct planner *pl, struct findings *head);

#endif
