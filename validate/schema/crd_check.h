/*
 * crd_check: a CustomResourceDefinition (v1) as the API server judges it: names, versions,
 * conversion, printer columns, and schemas that must be structural. Paths are the server's, whose
 * internal form moves what all versions share (spec.validation for spec.versions[*].schema).
 */
#ifndef VALIDATE_SCHEMA_CRD_CHECK_H
#define VALIDATE_SCHEMA_CRD_CHECK_H
#include <stdint.h>
#include "validate/path.h"
#include "validate/schema/schema.h"
#include "validate/validate.h"

/* Check one whose structure is right; `old` is what it updates, or NULL. */
void crd_check(const struct schema_release *r, const struct object *object,
	       const struct object *old, struct findings *out);

/* --- shared by the files of this check --- */
struct crd_costly { /* an expression that is a good part of the budget */
	const struct node *at;
	const char *path;
	uint64_t cost;
};
enum { CRD_COSTLIEST = 4 };
struct crd_checking {
	const struct schema_release *release;
	const struct object *object;
	struct findings *out; /* NULL: only counted */
	size_t failures;
	const struct path *root; /* of the schema that is looked at */
	uint64_t cost;		 /* of all of its expressions */
	struct crd_costly most[CRD_COSTLIEST];
};
/* Report at a path; `n` (may be NULL) is the value or key to point at. */
void crd_bad(struct crd_checking *c, const struct node *n, const struct path *at, const char *fmt,
	     ...) PRINTF_LIKE(4, 5);
/* An openAPIV3Schema as a whole. `status`: the status subresource is on. */
void crd_check_schema(struct crd_checking *c, const struct node *schema, const struct path *at,
		      bool status);
/* The rules of a structural schema. */
void crd_check_structural(struct crd_checking *c, const struct node *schema, const struct path *at);
/* Whether a schema is structural, or broken in a way that the server checks elsewhere. */
size_t crd_structural_problems(const struct schema_release *r, const struct node *schema);
/*
 * Follow ".spec.a['b']" through a schema: what it leads to, or NULL and a reason. `arrays`: whether
 * ['…'] is allowed.
 */
const struct node *crd_follow(const struct node *schema, const char *path, bool arrays,
			      const char **why);
/* A member that is there and not null. */
const struct node *crd_get(const struct node *n, const char *key);

#endif
