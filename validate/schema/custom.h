/*
 * custom: a custom resource against its definition, in the API server's order: unknown fields are
 * pruned (and refused), nulls that may not be are dropped, defaults are filled in; then types,
 * bounds, enums, patterns, formats, list types, embedded objects, and at last CEL rules, unless
 * an error stands that makes them meaningless.
 *
 * On an update, what has not changed is not judged again (ratcheting).
 */
#ifndef VALIDATE_SCHEMA_CUSTOM_H
#define VALIDATE_SCHEMA_CUSTOM_H
#include "validate/path.h"
#include "validate/schema/crd.h"
#include "validate/validate.h"

/* Check one object. Returns whether it could be decoded: if not, the server says no more. */
bool custom_check(const struct schema_release *r, struct crds *crds, struct crd_version *v,
		  const struct object *object, const struct object *old, struct findings *out);

/*
 * Judge a value by a schema alone, as a CRD's own defaults are. Findings are about `object`, at
 * `at` and below. Returns the number of problems.
 */
size_t custom_check_value(const struct schema_release *r, const struct custom_schema *s,
			  const struct node *n, const struct object *object, const struct path *at,
			  struct findings *out);
/*
 * What the server would keep of a value: pruned, nulls dropped, defaults filled in; in `a`. With
 * `unknown`, what is pruned is reported there.
 */
struct node *custom_coerce(const struct schema_release *r, struct arena *a,
			   const struct custom_schema *s, const struct node *n, bool root,
			   const struct object *object, const struct path *at,
			   struct findings *unknown, bool *undecoded);

/* Whether a text has a format; true for formats that the release does not know. */
bool custom_format_ok(const char *format, const char *text, size_t len, int minor);
/* Whether the release checks this format on strings. */
bool custom_format_known(const char *format, int minor);

#endif
