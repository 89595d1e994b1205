/*
 * policy_env: what the CEL of an admission policy may name, as the API server declares it.
 *
 * Variables in this order: object, oldObject, request, authorizer, then namespaceObject, params and
 * variables, as far as the flags ask for them. The environment must stay where it was made.
 */
#ifndef VALIDATE_RULES_POLICY_ENV_H
#define VALIDATE_RULES_POLICY_ENV_H
#include "validate/cel/cel.h"

enum policy_env_flags {
	POLICY_ENV_PARAMS = 1,
	POLICY_ENV_NAMESPACE = 2,
	POLICY_ENV_VARIABLES = 4,
};

/* A policy's own variable, with the type of its expression; in the order of declaration. */
struct policy_variable {
	const char *name;
	const struct cel_type *type;
};
struct policy_variables {
	VEC(struct policy_variable);
};

struct policy_env {
	struct arena *arena;
	struct policy_variables known;
	struct cel_object variables;
	struct cel_variable list[8];
	struct cel_env env;
};

void policy_env_init(struct policy_env *e, struct arena *a, unsigned flags);
/* One more of the policy's variables; type NULL: not known. */
void policy_env_variable(struct policy_env *e, const char *name, const struct cel_type *type);

#endif
