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

struct finding {
	enum severity severity;
	const char *rule;    /* "schema/unknown-field" */
	const char *message; /* one line: what was found, what was expected, what to write */
	const struct object *object; /* NULL: about a file or the whole */
	const char *path;    /* "" for the object itself */
	origin_id origin;    /* 0: unknown; then the object's */
	const char *file;    /* the place where there is no origin: a file that could not be read; NULL */
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

#endif
