/*
 * internal: what the files of validate/across share.
 */
#ifndef VALIDATE_ACROSS_INTERNAL_H
#define VALIDATE_ACROSS_INTERNAL_H
#include "base/map.h"
#include "validate/across/across.h"

enum target {
	TARGET_CONFIG_MAP,
	TARGET_SECRET,
	TARGET_SERVICE_ACCOUNT,
	TARGET_CLAIM,
	TARGET_SERVICE,
	TARGET_ROLE,
	TARGET_CLUSTER_ROLE,
	TARGET_STORAGE_CLASS,
	TARGET_PRIORITY_CLASS,
	TARGET_RUNTIME_CLASS,
	TARGET_INGRESS_CLASS,
	TARGET_WORKLOAD, /* of an autoscaler; the kind is the reference's own */
	TARGET_COUNT,
};

/* Something that exists, or is made to exist, by its kind and name. */
struct provided {
	const char *kind, *ns, *name; /* ns "": any, or cluster scope */
	const struct provided *next;  /* of the same kind and name */
};

struct names {
	VEC(size_t); /* indexes */
};

/* An object as findings need it: its strings are the set's, its root is a node with its place. */
struct member {
	struct object object;
	const char *app;
};

enum { ACROSS_INDEXES = 3 }; /* lists on the way to a reference */

struct want {
	const struct object *object;
	enum target target;
	const char *kind; /* of a workload, else of the target */
	const char *ns, *name;
	const char *above, *way, *field; /* its path: "spec", "volumes[].secret", "secretName" */
	uint32_t index[ACROSS_INDEXES];	 /* where `way` has "[]" */
	origin_id origin;
	const char *port; /* of a Service; NULL: none is named */
};

struct label {
	const char *key, *value;
};
struct labels {
	VEC(struct label);
};

/* Pods that something makes, and what selects pods. */
struct pods {
	const struct object *object;
	struct labels labels;
	struct labels ports; /* names of container ports */
};
struct selector {
	const struct object *object;
	const char *path;
	origin_id origin;
	struct labels labels;
	struct labels named_ports; /* of a Service: key is the name, value the path */
};

struct service {
	const char *ns, *name;
	struct labels ports; /* key: the number, value: the name or "" */
	bool external;
};

/* Disruption budgets, and the numbers of pods that they are about. */
struct drain_budget {
	const struct object *object;
	const struct node *selector; /* NULL: selects nothing */
	bool at_most;		     /* `bound` is maxUnavailable, else minAvailable */
	const char *bound;	     /* a number, or a percentage */
	origin_id origin;
};
struct scaled {
	const struct object *object;
	const struct node *labels;
	int64_t replicas; /* -1: as many as there are nodes, or no number */
};
struct scaler {
	const struct object *object;
	const char *kind, *name; /* of what it scales */
	int64_t least;
};

struct across {
	struct run *run;
	struct arena *arena;
	struct map members;	    /* group/ns/Kind/name to struct member */
	struct map by_name;	    /* Kind/name to struct provided */
	struct map of_kind;	    /* Kind to struct names: its entries of by_name */
	struct map texts;	    /* that many objects share */
	struct map crds;	    /* group/Kind to struct member */
	struct map kinds_used;	    /* group/Kind to the first member of it */
	struct map namespaces_used; /* ns to the first member in it */
	struct map releases;	    /* ns/name of a HelmRelease to the namespace it installs into */
	struct map rendered;	    /* ns/name of those whose chart's objects are in the set */
	struct map absent;	    /* Kind/ns/name that a cluster does not have */
	bool makes_namespaces;
	struct {
		VEC(struct want);
	} wants;
	struct {
		VEC(struct pods);
	} pods;
	struct {
		VEC(struct selector);
	} selectors;
	struct {
		VEC(struct service);
	} services;
	struct {
		VEC(struct drain_budget);
	} budgets;
	struct {
		VEC(struct scaled);
	} scaled;
	struct {
		VEC(struct scaler);
	} scalers;
	struct {
		VEC(struct member *);
	} repeated; /* pairs: the later one, the first one */
};

/* Note that something of this kind and name exists. */
void across_note(struct across *x, const char *kind, const char *ns, const char *name);
/* Whether it does, as seen from a namespace. */
bool across_has(const struct across *x, const char *kind, const char *ns, const char *name);
/* Whether a cluster was asked and does not have it. */
bool across_absent(const struct across *x, const char *kind, const char *ns, const char *name);
/* What an object refers to, and what it makes besides itself; `o` is the set's own copy. */
void across_references(struct across *x, const struct object *o, const struct node *root);
void across_providers(struct across *x, const struct object *o, const struct node *root);
/* Pods, selectors and Services. */
void across_selectors(struct across *x, const struct object *o, const struct node *root);
void across_check_selectors(struct across *x, struct findings *out);
/* Disruption budgets against the replicas of what they select. */
void across_budgets(struct across *x, const struct object *o, const struct node *root);
void across_check_budgets(struct across *x, struct findings *out);
void across_check_wants(struct across *x, struct findings *out);

/* Where an object's pod spec is ("spec.template.spec"), or NULL. */
const char *across_pod_path(const struct object *o);
/* A value by dotted path; NULL when it is not there. */
const struct node *across_at(const struct node *n, const char *path);
const char *across_copy(struct across *x, const char *text);
/* The same, once for all: for what many objects share. */
const char *across_intern(struct across *x, const char *text);
const char *target_kind(enum target target);
const char *target_api(enum target target);

#endif
