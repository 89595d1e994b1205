/*
 * rbac: a credential that can dry-run and nothing else.
 *
 * A ValidatingAdmissionPolicy refuses each write of it that is no dry-run. Admission can't guard
 * admission's own configuration, token requests, impersonation, nor what an APIService forwards:
 * the role leaves them out. RBAC's escalation check ignores dry-run, so planning roles and bindings
 * needs `escalate` and `bind`, which are safe only under the policy.
 */
#ifndef VALIDATE_CLUSTER_RBAC_H
#define VALIDATE_CLUSTER_RBAC_H
#include "base/vec.h"
#include "validate/cluster/cluster.h"

struct rbac_options {
	const char *name, *ns; /* of the service account; the names of the rest */
	bool no_secrets;
};

struct rbac_objects {
	VEC(struct node *);
	size_t first_of_role; /* the objects before it come first: account, policy, probe */
	struct {
		VEC(const char *);
	} left_out; /* groups that admission can't guard, with the reason */
};

/* ERR_UNSUPPORTED below Kubernetes 1.30, where the policy would not be enforced. */
int rbac_make(struct cluster *c, struct arena *a, const struct rbac_options *options,
	      struct rbac_objects *out, struct err *err);
/*
 * As the account: until a write that is no dry-run is refused by the policy, at most `seconds`. It
 * needs the right to impersonate.
 */
int rbac_probe(struct cluster *c, struct arena *a, const struct rbac_options *options, int seconds,
	       struct err *err);

#endif
