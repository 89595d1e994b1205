/*
 * owner: all that the cluster code knows of the engine that applies an object.
 *
 * An engine (plain, kubectl, Flux, Argo CD, Helm) fills one for each app that it finds; the
 * dry-run that is sent is the one that this owner would send. Strings outlive the plan.
 */
#ifndef VALIDATE_OWNER_H
#define VALIDATE_OWNER_H
#include <stdbool.h>
#include <stddef.h>

enum apply_mode {
	APPLY_DETECT, /* nobody known: an Apply entry in the live managedFields is continued as ssa,
			 else last-applied means csa, else as `kubectl apply --server-side` would */
	APPLY_SSA,    /* server-side apply: manager, force */
	APPLY_CSA,    /* three-way merge from last-applied, as kubectl apply and Argo CD do */
	APPLY_HELM,   /* three-way merge from the release's manifest: base, live, head */
	APPLY_RELEASE,	 /* ssa or helm, as the release was applied before, which the live object's
			    managedFields tell; else as `server_side` says */
	APPLY_REPLACE,	 /* PUT of the whole object */
	APPLY_GENERATED, /* as a template's controller writes it: validate/generated.h */
	APPLY_CREATE,	 /* only created, never changed */
	APPLY_NEVER,	 /* neither: it is somebody else's to apply */
};

/*
 * How an owner that prunes knows what it applied before, where the cluster keeps that: what is in
 * the inventory and no longer in git goes, whenever git lost it. Without one, what base renders and
 * head doesn't is all that is known.
 */
struct inventory {
	const char *applyset; /* the parent of kubectl's ApplySet: [RESOURCE[.GROUP]/]NAME; NULL:
				 what bears kubectl's last-applied annotation */
	const char *ns;	      /* the parent's; NULL: the context's */
	const char *const *kinds; /* without an ApplySet: GROUP/VERSION/KIND, "core" the empty group
				   */
	size_t kind_count;
	const char *selector; /* labels of what may go; NULL: all */
};

struct owner_ignores; /* validate/ignore.h */
struct node;
struct owner {
	const char *engine;	      /* "plain", "kubectl", "flux", "argocd", "helm" */
	const char *kind, *ns, *name; /* of the engine's object; "" where there is none */
	const char *target;	      /* the plan's target id */
	enum apply_mode mode;
	const char *manager;	      /* field manager; "" lets the mode choose */
	bool force;		      /* takes over fields that others own */
	bool server_side;	      /* APPLY_RELEASE: how a new release is applied */
	bool upgrades;		      /* the commit changes what a release is made of */
	bool adopts_none;	      /* a release fails where another's object stands in its way */
	bool puts;		      /* APPLY_RELEASE: the whole object where it is not ssa */
	bool replaces;		      /* deletes and creates again when a field is immutable */
	bool prunes;		      /* deletes what git lost */
	bool alone;		      /* applies nothing where another has one of its objects */
	const char *instance_label;   /* that says whose an object is; NULL: Argo CD's annotation */
	bool lenient;		      /* the server is not told to be strict on fields */
	const char *adopts;	      /* with ssa, whose fields it takes over; NULL: nobody's */
	bool heals;		      /* undoes drift by itself */
	bool heals_with_commits;      /* with each new commit, whatever it changes */
	const char *as_user;	      /* acts as (impersonation); "" for the credential itself */
	const char *applied_revision; /* the commit it applied last; "" unknown */
	const struct inventory *inventory;   /* NULL: none */
	const struct owner_ignores *ignores; /* differences that it leaves alone; NULL: none */
	const struct node
		*drift_rules; /* a HelmRelease's spec.driftDetection; NULL: no detection */
};

/*
 * Why an owner that prunes lets an object be that git lost: the object, as it is live or as it was
 * in git, bears a mark that says so. `leaves`: git lost the owner's own object too. NULL: it goes.
 */
struct arena;
const char *owner_keeps(struct arena *a, const struct owner *owner, const struct node *object,
			bool leaves);

/* The same of the live object alone, where what git had does not count. */
const char *owner_keeps_live(struct arena *a, const struct owner *owner, const struct node *live,
			     bool leaves);
/* Whether only the live object's marks decide what the owner prunes; `leaves` as above. */
bool owner_prunes_by_live(const struct owner *owner, bool leaves);
/* Whether it is Helm's release of helm-controller. */
bool owner_is_release(const struct owner *owner);
/* The mark of the live object by which its owner does not apply it; NULL: it does. */
const char *owner_skips(const struct owner *owner, const struct node *live);

/* Owners that need no object in the cluster. */
extern const struct owner owner_unknown; /* plain files that somebody applies: APPLY_DETECT */
extern const struct owner owner_kubectl_csa, owner_kubectl_ssa;
/* What `kubectl apply --prune` looks at without --prune-allowlist. */
extern const char *const owner_prune_kinds[];
extern const size_t owner_prune_kind_count;
/* By --owner's word ("plain", "kubectl", "kubectl-ssa"); NULL when there is no such. */
const struct owner *owner_by_name(const char *name);

#endif
