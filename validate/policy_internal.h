/*
 * policy_internal: what the files of the policy evaluation share.
 */
#ifndef VALIDATE_POLICY_INTERNAL_H
#define VALIDATE_POLICY_INTERNAL_H
#include "base/map.h"
#include "render/selects.h"
#include "validate/policy.h"
#include "validate/rules/policy_env.h"
#include "validate/schema/crd.h"

enum policy_match {
	POLICY_NO = SELECTS_NO,
	POLICY_YES = SELECTS_YES,
	POLICY_UNKNOWN = SELECTS_UNKNOWN
};

struct policy_program {
	const struct node *source; /* the entry of the policy's list */
	struct cel_program *run, *message;
};
struct policy_programs {
	VEC(struct policy_program);
};

struct policy {
	const struct object *object;
	unsigned sides; /* that have it like this */
	bool compiled, broken;
	struct policy_env env;
	struct policy_programs conditions, variables, validations, annotations;
};
struct policy_binding {
	const struct object *object;
	unsigned sides;
};
struct policy_member { /* any other object: a Namespace, perhaps a parameter */
	const struct object *object;
	unsigned sides;
};
struct policy_list {
	VEC(struct policy);
};
struct policy_bindings {
	VEC(struct policy_binding);
};
struct policy_members {
	VEC(struct policy_member);
};

struct policies {
	struct arena *arena;
	struct policy_list policies;
	struct policy_bindings bindings;
	struct policy_members members;
	struct map namespaces[2]; /* by name, of base and head; made at the first check */
	bool indexed;
	struct map said;   /* what is undecided, once each */
	struct map absent; /* parameters that the cluster does not have, either */
	struct policy_members mutating;
};

/* What a request would be. */
struct policy_request {
	const struct validate_options *options;
	const struct schema_release *release;
	const struct object *object;
	const char *resource, *ns; /* ns: "" for cluster scope */
	bool namespaced;
	const char *operation;
	const struct node *root, *old; /* with defaults; no root: a deletion */
	const struct node *space;      /* the Namespace; NULL: not known, or none */
	enum policy_side side;
};

/* The values of an environment, in its order. */
enum policy_slot {
	POLICY_OBJECT,
	POLICY_OLD_OBJECT,
	POLICY_REQUEST,
	POLICY_AUTHORIZER,
	POLICY_NAMESPACE,
	POLICY_PARAMS,
	POLICY_VARIABLES,
	POLICY_SLOTS,
};

/* One binding's evaluation of one request. */
struct policy_evaluation {
	struct policies *policies;
	struct policy *policy;
	const struct policy_binding *binding;
	const struct policy_request *request;
	struct arena *arena; /* for this object */
	struct findings *out;
	struct cel_binding values[POLICY_SLOTS];
	struct cel_pair *variables; /* as many as are evaluated */
	size_t variable_count;
	bool denied;
};

/* policy_run.c */
void policy_compile(struct policies *set, struct policy *p);
/* Evaluate a policy that matches and compiles. */
void policy_run(struct policy_evaluation *e);
/* Say, once a policy and binding, that no verdict is possible; `why` is kept. */
void policy_undecided(struct policy_evaluation *e, const char *why);

/* policy_params.c */
/* Run a policy once with each of its parameters. */
void policy_run_params(struct policy_evaluation *e, const struct node *kind,
		       const struct node *ref);
/* policy_run.c: what the server answers; `always`: whatever the binding's actions are. */
void policy_report(struct policy_evaluation *e, bool always, const char *message);
void policy_run_with(struct policy_evaluation *e, const struct node *params);
bool policy_is_lenient(const struct policy *p);

/* policy_request.c */
bool policy_is_namespaced(const struct policy_request *r, const struct object *o);

/* policy_match.c */
/* matchConstraints or matchResources; NULL matches everything. */
enum policy_match policy_matches(const struct node *match, const struct policy_request *r);

/* policy_defaults.c */
/* The object as admission sees it: namespace, defaults, quantities as texts; in `a`. */
const struct node *policy_defaulted(const struct policy_request *r, const struct node *root,
				    struct arena *a);

#endif
