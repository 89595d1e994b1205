/*
 * owners: what the cluster says of those who apply: which commit they applied last, what of, as
 * whom, and which fields they take over.
 */
#ifndef VALIDATE_CLUSTER_OWNERS_H
#define VALIDATE_CLUSTER_OWNERS_H
#include "validate/cluster/ask.h"

/* --- revision.c: what the engines applied last --- */
struct revision_ask {
	const char *key, *path; /* which owner, and its object in the cluster */
};
struct revisions {
	VEC(struct revision_ask);
};
/* What to ask for: the engines' objects that own something of the plan. */
void revision_want(struct asker *all, struct revisions *out);
void revision_take(struct asker *all, const struct revision_ask *asked,
		   const struct cluster_answer *answer);
/* The commit that an owner applied last; NULL: not known. */
const char *revision_of(const struct asker *all, const struct owner *owner);
/* What its inventory holds; NULL: not known. */
const struct node *revision_inventory(const struct asker *all, const struct owner *owner);

/* --- takeover.c: the fields that Flux takes over --- */
/*
 * `onto` with the managers that the owner leaves of `live` before it applies `desired`, and without
 * the annotations that it drops; NULL: it changes nothing of the sort.
 */
struct node *takeover_of(struct arena *a, const struct owner *owner, const struct node *desired,
			 const struct node *live, const struct node *onto);
/* Whether what the dry-run said is not all: then the rest is asked for. */
bool takeover_send(struct ask *k);
/* The answer to that. */
void takeover_take(struct ask *k);

/* --- flux_inventory.c: what Flux's objects say that they applied --- */
/* An entry's id in an inventory. */
const char *flux_inventory_id(struct arena *a, const char *ns, const char *name, const char *group,
			      const char *kind);
/* Add to `items` what an inventory holds and neither side has, where base is what was applied. */
void flux_inventory_lost(struct asker *all, struct plan_items *items);
/* Whether the owner's inventory is known, and does not hold the object. */
bool flux_inventory_lacks(const struct asker *all, const struct owner *owner,
			  const struct object *o, const char *ns);

/* --- accounts.c: the accounts that owners act as --- */
/* Whether the credential may act as each of them, asked as SelfSubjectAccessReviews. */
struct account_ask {
	const char *user, *owner; /* and for a message, who acts as it */
	struct cluster_request request;
};
struct accounts {
	VEC(struct account_ask);
};
void accounts_want(struct asker *all, struct accounts *out);
void accounts_take(struct asker *all, const struct account_ask *asked,
		   const struct cluster_answer *answer);
/* The account to ask as: the owner's, or "" where the credential may not act as it. */
const char *accounts_user(const struct asker *all, const struct owner *owner);

#endif
