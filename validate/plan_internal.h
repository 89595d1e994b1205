/*
 * plan_internal: what the files of the plan share with the cluster's code.
 *
 * An item is one identity (group, kind, namespace, name) of one target, in apply order, with what
 * each side renders for it. Offline it is decided at once; with a cluster when its answers are in,
 * always in order, so that a plan's bytes never depend on what answered first.
 */
#ifndef VALIDATE_PLAN_INTERNAL_H
#define VALIDATE_PLAN_INTERNAL_H
#include "base/map.h"
#include "validate/diff.h"
#include "validate/plan_target.h"

struct plan_item {
	const struct object *base, *head; /* one of them may be NULL */
	const struct plan_app *base_app, *head_app;
	const char *key; /* group/kind/namespace/name */
	bool several;	 /* other apps render the object too, and nobody says which is applied */
	unsigned rank;	 /* of apply order */
	int wave;	 /* Argo CD's, which goes before the rank */
	size_t place;	 /* among those of one rank */
	bool leftover;	 /* in neither side: an owner's inventory has it; base holds its name */
};
struct plan_items {
	VEC(struct plan_item);
};

/* The versions of one object that a change is worked out from. */
struct plan_states {
	struct topology topology;
	const struct node *live;	/* L; NULL: there is none */
	const struct node *head_result; /* S(head) */
	const struct node *base_result; /* S(base); NULL: as S(head) */
	const struct node *base, *head; /* as rendered */
	bool base_unknown; /* S(base) could not be had: the renders tell what the commit changes */
	bool pending;	   /* the owner has not applied base yet */
	bool random;	   /* the render holds values that are new each time */
	bool managed;	   /* live and results carry managedFields */
	bool heals;
	bool whole;	     /* the object is put whole: what git has not goes */
	const char *manager; /* the owner's, to name another in preference; NULL */
};

/* Match the sides of all apps by identity, what `select` (may be NULL) selects of them, and sort
   into apply order; in `a`. `live`: what the commit does not change may change too. */
void plan_match(struct arena *a, const struct plan_app *apps, size_t count,
		const struct label_selector *select, bool live, struct plan_items *out);
/* Where a kind stands in apply order; a lower rank is applied first. */
unsigned plan_rank(const struct object *o);
/* Sort into apply order: by rank, and what an object refers to before it; with `all` unset, only
   what changes and what that needs. Memory of `a`. */
void plan_order(struct arena *a, struct plan_items *items, bool all);
/* List the hooks that run, of the apps that the changes from the one at `from` on are of. */
void plan_hooks(struct plan *p, const char *target, const struct plan_app *apps, size_t count,
		size_t from);
/* A change with the item's identity, owner and place; nothing decided yet. */
struct plan_change *plan_new_change(struct plan *p, const struct plan_options *options,
				    const struct plan_item *item);
/* Fill the change's fields and cause from the states; sets action unchanged or update. */
void plan_fields(struct plan *p, struct plan_change *c, struct arena *scratch,
		 const struct plan_states *s);
/* The fields of a new object: what head says, entry by entry of its top. */
void plan_created_fields(struct plan *p, struct plan_change *c, struct arena *scratch,
			 const struct node *head);
/* delete, orphan or (a side failed to render) unchanged, for an item that head lost. */
void plan_lost(struct plan *p, struct plan_change *c, const struct plan_item *item);
/* unchanged, for an object that its owner leaves to others. */
void plan_never(struct plan *p, struct plan_change *c);
/* An app moved to another owner: says so, and warns of the race. */
bool plan_moved(struct plan_change *c, const struct plan_item *item);
/* Add a finding about an item, masked; returns it. */
struct plan_finding *plan_add_finding(struct plan *p, const char *target, enum severity severity,
				      const char *rule, const struct object *o, const char *path,
				      origin_id origin, const char *fmt, ...) PRINTF_LIKE(8, 9);
/* Without what the server keeps for itself: managedFields, resourceVersion, status … In `a`. */
const struct node *plan_strip(struct arena *a, const struct node *n);
/* "Deployment shop/web", for messages. */
const char *plan_object_name(struct arena *a, const struct object *o);

/* validate/cluster: decide every item with the cluster's answers; what owners' inventories hold
   besides is added to them, in `a`. */
int plan_ask_cluster(struct plan *p, const struct plan_options *options, struct plan_items *items,
		     struct arena *a, struct err *err);

#endif
