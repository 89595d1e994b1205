/*
 * ask: one object's way through the cluster: live, then the dry-run that its owner would send for
 * head, and for base where the two renders differ.
 *
 * Many are under way at once; each is decided only when all before it are, so that a plan never
 * depends on what answered first. How far the first may lag is bounded, and with it memory.
 */
#ifndef VALIDATE_CLUSTER_ASK_H
#define VALIDATE_CLUSTER_ASK_H
#include "validate/cluster/verdict.h"
#include "validate/plan_internal.h"

enum ask_state {
	ASK_START,
	ASK_LIVE,
	ASK_APPLY,
	ASK_FORCED,
	ASK_REVIEW,
	ASK_SIMULATE,
	ASK_RECREATE,
	ASK_TAKEOVER,
	ASK_DONE
};

struct asker;
struct ask {
	struct asker *all;
	const struct plan_item *item;
	size_t index;
	struct arena scratch;
	const struct resource *resource;
	const char *ns;	    /* where it lives; "" for cluster scope */
	struct owner owner; /* the head's (the base's for what goes), its mode decided */
	enum ask_state state;
	unsigned waiting; /* answers to come */
	unsigned rounds;  /* how often it changed under us */
	bool same_render; /* base and head ask for the same */
	struct answer live, head, base, review;
	struct answer taken_head, taken_base;
	bool asked_head, asked_base;
	struct verdict verdict, base_verdict;
	struct verdict conflict;		  /* of the first try, when it was then forced */
	const struct node *read_head, *read_base; /* at the read level: worked out here */
	/* the outcome */
	enum plan_level level;
	bool undecided, simulated, live_known;
	bool new_version;	  /* its CRD starts to serve its version in the same plan */
	bool deletes_first;	  /* a forced apply that fails, after it deleted the live object */
	struct verdict immutable; /* why it is replaced; the verdict is then the new object's */
	const char *reason;	  /* why undecided or fallen back */
};

/* A live object that the plan deletes (or deletes and creates again). */
struct goner {
	const struct resource *resource;
	const struct object *object;
	const char *ns, *uid, *volume; /* volume: of a claim; NULL */
	size_t from, to;	       /* its findings in the plan */
	bool listed;		       /* what it takes along has been looked at */
};

struct asker {
	struct plan *p;
	struct cluster *c;
	const struct plan_options *options;
	const struct plan_items *items;
	const char *part_of; /* the label of the ApplySet that the objects join; NULL */
	struct ask **asks;   /* by index; NULL before and after */
	size_t started, decided;
	unsigned active;
	struct arena arena;
	struct map reviews;	/* reasons to fall back that a warning has named */
	struct map namespaces;	/* names that head creates */
	struct map crds;	/* "group/Kind" of CRDs that head has → their node */
	struct map revisions;	/* of an owner → the commit that it applied last */
	struct map inventories; /* of an owner → the entries of its status.inventory */
	struct map accounts;	/* that may not be acted as */
	struct map lists;	/* "path of a collection" → struct listing */
	struct map upgraded;  /* "ns/name" of HelmReleases of which the commit changes an object */
	struct map live_crds; /* the same of those in the cluster that the plan's kinds need */
	struct {
		VEC(struct goner);
	} goners; /* what is deleted */
};

/* Take an object's next step; called when nothing of it is in flight. */
void ask_advance(struct ask *k);
/* It can't be found out. */
void ask_undecide(struct ask *k, const char *why);
/* A lower level, for a fact of the cluster. */
void ask_fall_back(struct ask *k, enum plan_level level, const char *why);
/* Work out here what the dry-runs would have said. */
void ask_read_both(struct ask *k);
/* Put a finished object into the plan. */
void ask_decide(struct ask *k);

/* The schema of the object's kind: the table's, the cluster's CRD's, or the plan's. */
struct topology ask_topology(const struct ask *k, const struct object *o);
/* Ask, all at once, for the CRDs of the plan's custom resources, which are awaited, and for lists
   of what many of its objects are in. */
int ask_ahead(struct asker *all, struct err *err);
/* The live object out of a list: k->live is filled, or will be (k waits), or no list tells. */
enum ask_listed { LISTED_NOT, LISTED, LISTED_LATER };
enum ask_listed ask_listed(struct ask *k);
/* One of the answers that k waits for is there. */
void ask_arrived(struct ask *k);
/* What the owner's apply of `o` would leave, worked out here; conflicts become findings. */
const struct node *read_apply(struct ask *k, const struct object *o, const struct owner *owner);

/* --- special.c: what a plain dry-run can't tell --- */
/* A version that the cluster doesn't serve yet: whether its live object is asked for in another. */
bool special_new_version(struct ask *k, const struct object *o);
/* The answer to that. */
void special_read_version(struct ask *k);
/* Whether the verdict needs more than to be taken: then that is under way or done. */
bool special_verdict(struct ask *k);
/* The answer to the create that stands for a replacement. */
void special_recreated(struct ask *k);
/* The CRD of a custom resource where the plan changes it; NULL. */
const struct node *special_changed_crd(const struct ask *k, const struct object *o);

/* --- release.c: Helm's ways of applying --- */
/* A release's mode made definite, by what is live and whether it is upgraded. */
void release_choose(const struct ask *k, struct owner *owner);
/* Note which releases the commit changes: those are upgraded, all of their objects applied. */
void release_note(struct asker *all);
/* Whether the object's release is one of them. */
bool release_is_upgraded(const struct ask *k);
/*
 * Whether the kind is none that Helm's client has built in: then what differs between the two
 * manifests is patched, whatever is live.
 */
bool release_merges_two_ways(const struct ask *k);
/* What stands in a release's way that takes over nothing is a finding. */
void release_check_owner(struct ask *k);
/* What that makes of the live object. */
struct node *release_merged(struct ask *k, struct node *body);

/* --- along.c: what deletions take along --- */
/* Note an object that goes, with the findings that the plan has of it. */
void along_note(struct ask *k, size_t from);
/* Ask what goes with them, and say so. */
int along_ask(struct asker *all, struct err *err);
/* What it leaves without what it names. -1 only when the server was lost. */
int users_ask(struct asker *all, struct err *err);

#endif
