/*
 * plan: what a commit does to its targets, and where each line of that comes from.
 *
 * The model that every report prints and that JSON carries (docs: the plan's JSON Schema). It holds
 * text and resolved places only, no trees of the renders and no secret value: values are masked
 * when they enter. Changes stand in apply order; all memory is the plan's arena. A plan can be made
 * without a cluster (base against head); with one, live is the third state.
 */
#ifndef VALIDATE_PLAN_H
#define VALIDATE_PLAN_H
#include "validate/mask.h"
#include "validate/owner.h"
#include "validate/plan_place.h"
#include "validate/validate.h"

enum plan_action {
	PLAN_UNCHANGED,
	PLAN_CREATE,
	PLAN_UPDATE,
	PLAN_REPLACE,	/* deleted and created again, for an immutable field */
	PLAN_DELETE,	/* git lost it and its owner prunes */
	PLAN_ORPHAN,	/* git lost it and nobody removes it */
	PLAN_MOVE,	/* another owner takes it over */
	PLAN_UNDECIDED, /* could not be found out; `reason` says why */
	PLAN_ACTIONS,
};

enum plan_cause {
	CAUSE_NONE,
	CAUSE_COMMIT,  /* base and head differ */
	CAUSE_DRIFT,   /* live differs from what both ask for */
	CAUSE_BOTH,    /* the commit changes it, and live was no longer what base asked for */
	CAUSE_PENDING, /* committed before base, not applied yet */
	CAUSE_SERVER,  /* in no render: defaulting, admission */
	CAUSE_STAYS,   /* removed from git, kept by another manager */
	CAUSE_RANDOM,  /* new at each render */
	PLAN_CAUSES,
};

/* How an object was checked, weakest first. */
enum plan_level { LEVEL_UNCHECKED, LEVEL_OFFLINE, LEVEL_READ, LEVEL_DRY_RUN, PLAN_LEVELS };

struct plan_field {
	const char *path;    /* metadata.annotations[a.b/c], spec.containers[name="app"].image */
	const char *pointer; /* JSON pointer into the head (a removed field: the base, or live)
				object */
	const struct node *before, *after; /* NULL: absent there; masked */
	enum plan_cause cause;
	const char *manager;	  /* who set (drift) or keeps (stays) it; NULL unknown */
	const char *manager_time; /* when that manager last wrote anything; NULL */
	bool undone;		  /* drift that the owner undoes by itself */
	bool left_alone;	  /* the owner ignores it, by a path into the object */
	struct plan_place place;
};

struct plan_change {
	const char *target;
	const char *app; /* the app, where others render the object too; NULL */
	enum plan_action action;
	enum plan_cause cause;
	enum plan_level checked;
	bool simulated;		  /* its namespace or CRD arrives in the same plan */
	const char *reason;	  /* why undecided, fallen back, replaced, orphaned; NULL */
	const char *warning_race; /* a move's race between two owners; NULL */
	struct plan_ref object;
	struct plan_ref owner; /* kind, ns, name of the engine's object; "" where there is none */
	const char *engine;
	const struct owner *by;		/* who applies it */
	struct plan_ref previous_owner; /* of a move; kind NULL otherwise */
	struct plan_place place;	/* the object's document */
	VEC(struct plan_field);		/* items: changed fields, in the object's order */
};

struct plan_finding {
	enum severity severity;
	const char *rule, *message;
	const char *target; /* NULL: every target */
	bool has_object;
	struct plan_ref object;
	const char *path; /* "" for the object itself */
	const char
		*fingerprint; /* 16 hex digits, the same for the same problem in the next commit */
	bool is_new;	      /* base does not have it */
	struct plan_place place;
};

/* An object that an engine makes at a point of each sync or upgrade: no part of the state. */
struct plan_hook {
	const char *target, *engine;
	struct plan_ref object, owner;
	const char *when;    /* "PreSync", "pre-upgrade"; several by commas */
	const char *deletes; /* its delete policy: "HookSucceeded"; "" where it says none */
	struct plan_place place;
};

struct plan_target {
	const char *id;
	const char *context, *server, *version; /* "" offline */
	const char *why_offline;		/* NULL when the cluster was asked */
	const char *software;			/* that `version` is of; NULL: Kubernetes */
};

struct plan_summary {
	unsigned actions[PLAN_ACTIONS];
	unsigned drift; /* objects with a drifted field */
	unsigned errors, warnings, infos;
	unsigned checked[PLAN_LEVELS], simulated;
};

struct plan {
	struct run *run;
	struct arena *arena;
	struct masks *masks;
	const char *commit, *base; /* object ids; "" for a work tree or index, NULL for no base */
	const char *base_why;	   /* "merge base with origin/main"; NULL */
	/* whether one commit is an ancestor of another, and not the same; NULL: no history */
	bool (*is_older)(void *data, const char *one, const char *two);
	void *is_older_data;
	struct {
		VEC(struct plan_target);
	} targets;
	struct {
		VEC(struct plan_change);
	} changes; /* unchanged objects too: reports leave them out, counts do not */
	struct {
		VEC(struct plan_finding);
	} findings;
	struct {
		VEC(struct plan_hook);
	} hooks;	  /* what runs when the changed apps are applied */
	unsigned ignored; /* fields that the settings leave out; see validate/ignore.h */
	struct plan_summary
		unlisted;	     /* of a plan that was read: what it counts and does not list */
	struct plan_summary summary; /* kept up by plan_finish */
};

void plan_init(struct plan *p, struct run *run, struct arena *a);
void plan_release(struct plan *p); /* the masks; the arena is its owner's */
/* Sort findings and count; after it nothing is added. */
void plan_finish(struct plan *p);
/* 0 holds, 1 a finding at or above `fail_on`, 2 with `detailed` and changes, 3 undecided. */
int plan_exit_status(const struct plan *p, enum severity fail_on, bool detailed);
/* Resolve an origin and its chain. */
struct plan_place plan_place(struct plan *p, origin_id origin, enum view_side side);

/* The words of the JSON contract. */
const char *plan_action_name(enum plan_action action);
const char *plan_cause_name(enum plan_cause cause);
const char *plan_level_name(enum plan_level level);

#endif
