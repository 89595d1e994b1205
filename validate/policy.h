/*
 * policy: ValidatingAdmissionPolicies, evaluated as the API server would at a create, update or
 * delete.
 *
 * Objects are collected first, each with the sides of the change that have it; policies, bindings,
 * parameters and Namespaces are found among them. A policy counts for head when it is in base or in
 * head, so that a change can't do away with what would refuse it. What only a running server knows
 * (the user, the authorizer, labels of a Namespace elsewhere) leaves a policy undecided. Upstream:
 * k8s.io/apiserver's pkg/admission/plugin/policy/validating of 1.36.
 */
#ifndef VALIDATE_POLICY_H
#define VALIDATE_POLICY_H
#include "validate/validate.h"

enum policy_side { POLICY_BASE = 1, POLICY_HEAD = 2, POLICY_BOTH = 3 };

struct policies;
struct policies *policies_new(struct arena *a);
/* Add an object of these sides; it must outlive the set. */
void policies_add(struct policies *p, const struct object *o, unsigned sides);
/* Whether any policy is bound; if not, there is nothing to check. */
bool policies_any(const struct policies *p);
/* Judge one object of a side, which must have been added if others are to refer to it. */
void policies_check(struct policies *p, const struct validate_options *options,
		    const struct validate_item *item, enum policy_side side, struct findings *out);
/* Judge that an object of base is deleted, by what head or base binds. */
void policies_check_deletion(struct policies *p, const struct validate_options *options,
			     const struct object *old, struct findings *out);

/* A parameter that a binding names and that no object of the set is. */
struct policy_param {
	const char *group, *kind, *ns, *name;
};
/* Those, for whom to look elsewhere; at most a hundred, in `a`. */
size_t policies_params(struct policies *p, struct arena *a, struct policy_param **out);
/* The answer for one that is nowhere: what is never asked about stays undecided. */
void policies_param_absent(struct policies *p, const struct policy_param *param);

/* Say which MutatingAdmissionPolicies are bound: nothing is changed by them here. */
void policies_mutating(struct policies *p, struct findings *out);
/* What head removed or loosened of base's policies and bindings. */
void policies_loosened(struct policies *p, struct findings *out);

#endif
