/*
 * validate: findings about objects, and the plan.
 *
 * A validator that finds ten problems has succeeded: problems with manifests are findings, not
 * errors. A finding names the rule (an id of the rules table), the object, the field's path as the
 * API server writes it (spec.containers[0].ports[0], metadata.annotations[a.b/c]) and the origin of
 * the line to edit.
 */
#ifndef VALIDATE_VALIDATE_H
#define VALIDATE_VALIDATE_H
#include "base/run.h"
#include "base/vec.h"
#include "render/render.h"

enum severity { SEVERITY_INFO, SEVERITY_WARNING, SEVERITY_ERROR };

struct yaml_duplicate; /* render/yaml/yaml.h */

struct finding {
	enum severity severity;
	const char *rule;    /* "schema/unknown-field" */
	const char *message; /* one line: what was found, what was expected, what to write */
	const struct object *object; /* NULL: about a file or the whole */
	const char *path;	     /* "" for the object itself */
	origin_id origin;	     /* 0: unknown; then the object's */
	const char
		*file; /* the place where there is no origin: a file that could not be read; NULL */
	unsigned line, column;
	bool forces_replacement; /* an update that deleting and creating again would make */
};
struct findings {
	struct arena *arena; /* messages and paths are made here */
	struct run *run;
	VEC(struct finding);
};

void findings_init(struct findings *f, struct run *run, struct arena *a);
/* Add one; the message is formatted, the path copied. Returns it, for what is rarely set. */
struct finding *findings_add(struct findings *f, enum severity severity, const char *rule,
			     const struct object *object, const char *path, origin_id origin,
			     const char *fmt, ...) PRINTF_LIKE(7, 8);

/* --- the engine --- */
struct schema_release; /* validate/schema/schema.h */
struct crds;	       /* validate/schema/crd.h */

struct validate_options {
	const struct schema_release *release; /* NULL: the newest of the table */
	struct crds *crds;		      /* schemas of custom resources; NULL: none */
	bool ignore_missing; /* a custom resource without a schema is counted, not refused */
};

struct validate_item {
	const struct object *object;
	const struct object *old;		 /* what it updates; NULL: it is created */
	const struct yaml_duplicate *duplicates; /* keys that its document holds twice */
	size_t duplicate_count;
};

enum validate_outcome { VALIDATE_CHECKED, VALIDATE_UNCHECKED };

/* Everything that the API server would say of one object; VALIDATE_UNCHECKED: it has no schema. */
enum validate_outcome validate_object(const struct validate_options *options,
				      const struct validate_item *given, struct findings *out);

#endif
