#include "validate/validate.h"

void findings_init(struct findings *f, struct run *run, struct arena *a)
{
	*f = (struct findings){ .arena = a, .run = run };
}

struct finding *findings_add(struct findings *f, enum severity severity, const char *rule,
			     const struct object *object, const char *path, origin_id origin,
			     const char *fmt, ...)
{
	struct finding *new = vec_push(f->arena, f);
	va_list args;

	va_start(args, fmt);
	*new = (struct finding){
		.severity = severity,
		.rule = rule,
		.message = arena_vprintf(f->arena, fmt, args),
		.object = object,
		.path = arena_strdup(f->arena, path),
		.origin = origin,
	};
	va_end(args);
	return new;
}
