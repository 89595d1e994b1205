/*
 * engine_owner: the owner that an app's engine is to the cluster code: a row of rules for each.
 */
#ifndef VALIDATE_ENGINE_OWNER_H
#define VALIDATE_ENGINE_OWNER_H
#include "render/apps.h"
#include "validate/owner.h"

/* Who applies the app's objects, in `a`; owner_unknown when no engine does. */
const struct owner *owner_of_app(struct arena *a, const struct app *app);

/* How an object's own annotations make its owner's ways differ. */
enum owner_variant {
	OWNER_SSA = 1 << 0,
	OWNER_CSA = 1 << 1,
	OWNER_REPLACES = 1 << 2, /* the whole object is put */
	OWNER_FORCES = 1 << 3,	 /* deleted and created again where it can't be updated */
	OWNER_KEEPS = 1 << 4,	 /* not pruned */
	OWNER_CREATES = 1 << 5,	 /* only created, never changed */
	OWNER_IGNORES = 1 << 6,	 /* neither created nor changed */
	OWNER_PRUNES = 1 << 7,	 /* deleted with its owner, which need not prune otherwise */
	OWNER_PUTS = 1 << 8,	 /* Helm's: put whole, but where the release is ssa */
	OWNER_VARIANTS = 1 << 9
};
/* The variant of an app's object; 0: as the app's owner. */
unsigned owner_variant_of(const struct app *app, const struct object *o);
/* The owner with these ways, in `a`. */
const struct owner *owner_with(struct arena *a, const struct owner *owner, unsigned variant);

/*
 * The owner as it is with a commit that has `base` become `head` (either may be NULL): a release
 * whose chart or values change is upgraded, whether or not an object changes.
 */
const struct owner *owner_between(struct arena *a, const struct owner *owner,
				  const struct app *base, const struct app *head);

/*
 * The version under which a release's chart in a repository was packed already, where that is why a
 * change of its files alone is not applied; NULL: it is.
 */
const char *owner_holds_chart(const struct app *base, const struct app *head);
/*
 * Whether a HelmRelease and its chart, which is of this repository, change together: each comes to
 * helm-controller by itself, and is an upgrade where the other is not there yet.
 */
bool owner_upgrades_twice(const struct app *base, const struct app *head);

/*
 * What becomes of an app's objects when its engine's object is deleted: why they stay, in `a`; or
 * NULL, and then they go where the owner that is returned in *owner prunes.
 */
const char *owner_leaves(struct arena *a, const struct app *app, const struct owner **owner);

/*
 * An object of base whose deletion somebody has to confirm, on which all else waits: what an
 * Application's sync would apply, or, with `head` NULL, what is deleted with it. NULL: none.
 */
const struct object *owner_awaited(const struct app *app, const struct objects *base,
				   const struct objects *head);

/* Why the objects of an app stay that head leaves without any; NULL: as its owner prunes. */
const char *owner_empties(const struct app *app);

/* The rows: fill what the engine decides; kind, ns and name are there. */
void owner_argocd(struct owner *owner, const struct app *app);
/* Whether an object's own sync options (a comma-separated annotation) have this one. */
bool owner_argocd_says(const struct object *o, const char *option);
/* Whether the server is not told to be strict on an object's fields: the owner's way, or the
   object's own, which Argo CD alone heeds. */
bool owner_is_lenient(const struct owner *owner, const struct object *o);
const struct owner_ignores *owner_argocd_ignores(struct arena *a, const struct app *app);
const char *owner_argocd_leaves(struct arena *a, const struct app *app);
const char *owner_argocd_empties(const struct app *app);
unsigned owner_argocd_variant(const struct app *app, const struct object *o);
void owner_flux(struct owner *owner, const struct app *app);
/* The account that it applies as; "" for the controller's own. */
const char *owner_flux_user(struct arena *a, const struct app *app);
unsigned owner_flux_variant(const struct app *app, const struct object *o);
const char *owner_flux_leaves(struct arena *a, const struct app *app);
void owner_flux1(struct owner *owner, const struct app *app);
void owner_swarm(struct owner *owner, const struct app *app);

#endif
