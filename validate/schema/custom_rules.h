/*
 * custom_rules: the CEL rules of custom resources (x-kubernetes-validations): compiled against the
 * types that their schema declares, run on what the server would store.
 */
#ifndef VALIDATE_SCHEMA_CUSTOM_RULES_H
#define VALIDATE_SCHEMA_CUSTOM_RULES_H
#include "validate/cel/cel.h"
#include "validate/schema/custom_internal.h"

/* The CEL type that a schema declares; NULL when rules can't see it. `root`: an object's own top.
 */
const struct cel_type *custom_cel_type(struct arena *a, const struct custom_schema *s, bool root);

enum rule_fault {
	RULE_FINE,
	RULE_BAD,	  /* `rule` does not compile, or is no bool */
	RULE_BAD_MESSAGE, /* `messageExpression` */
	RULE_BAD_OLD,	  /* optionalOldSelf without oldSelf */
	RULE_COSTLY,
};
struct rule_check {
	const char *why;       /* in the arena */
	uint64_t cost;	       /* of as many runs as there may be */
	uint64_t message_cost; /* of one run of its messageExpression */
};
#define RULE_UNBOUNDED UINT64_MAX
/*
 * What the API server finds when a rule is stored; `times`: how often an object may run it, or
 * RULE_UNBOUNDED: as often as a request has room for.
 */
enum rule_fault custom_rule_check(struct arena *a, const struct custom_schema *s, bool root,
				  const struct node *rule, uint64_t times, struct rule_check *out);

/* Run all rules on a value and below. `old`: the stored value, NULL when it is created. */
void custom_rules(struct custom *c, struct arena *a, const struct custom_schema *s,
		  const struct node *n, const struct node *old, const struct path *at);

#endif
