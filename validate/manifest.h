/*
 * manifest: a file's documents as objects to validate, each judged even if another is broken.
 *
 * What is no object at all (not YAML, no mapping, no apiVersion or kind) becomes a finding about
 * the file; render/object.c, in contrast, stops a render at it.
 */
#ifndef VALIDATE_MANIFEST_H
#define VALIDATE_MANIFEST_H
#include "render/yaml/yaml.h"
#include "validate/validate.h"

struct manifest {
	struct object *object; /* in the arena: findings point to it */
	const struct yaml_duplicate *duplicates;
	size_t duplicate_count;
};
struct manifests {
	VEC(struct manifest);
};

/*
 * Read one file's text; `origin` is its first byte's. `a` keeps the objects. A document of comments
 * only is left out. Lists are unrolled.
 */
void manifests_read(struct run *run, struct arena *a, const char *file, const char *text,
		    size_t len, origin_id origin, struct manifests *out, struct findings *findings);

#endif
