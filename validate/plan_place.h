/*
 * plan_place: where in the sources something of a plan stands, and which object it is about.
 */
#ifndef VALIDATE_PLAN_PLACE_H
#define VALIDATE_PLAN_PLACE_H
#include <stddef.h>
#include "render/view.h"

/* A place to edit. `file` is NULL when it is unknown. */
struct plan_source {
	enum view_side side;
	const char *source; /* a chart or remote; NULL: this repository */
	const char *file;
	unsigned line, column;
};
struct plan_via { /* what it came through, nearest first */
	const char *source, *file;
	unsigned line, column;
	const char *what; /* "patch", "template"… */
};
struct plan_place {
	struct plan_source at;
	struct plan_via *via;
	size_t via_count;
};

struct plan_ref {
	const char *api_version, *kind, *ns, *name; /* ns "" for cluster scope */
};

#endif
