/*
 * renderer: one row of the table in render/render.c: a way to make objects of a path.
 */
#ifndef RENDER_RENDERER_H
#define RENDER_RENDERER_H
#include "render/render.h"

struct renderer {
	const char *name;
	const char *summary;
	/* Whether this path of the view is this renderer's. */
	bool (*detect)(struct view *v, const char *path);
	/* Make the objects, and the original tool's text where out->want_text asks for it. */
	int (*render)(struct run *run, struct arena *a, struct view *v, const char *path,
		      const struct render_options *options, struct rendered *out, struct err *err);
};

extern const struct renderer renderer_plain;

/* Whether a file of this name may hold manifests: .yaml, .yml, .json. */
bool plain_is_manifest(const char *name);
/* Whether it looks as if it held objects, so that it is worth parsing. */
bool plain_holds_objects(struct view *v, const char *path);
/* The same, or as if they lacked one of apiVersion and kind: plain_found tells of those. */
bool plain_may_hold_objects(struct view *v, const char *path);

/* The objects of a file that nobody named: what is none, and a template of them, is left out. */
int plain_found(struct run *run, struct arena *a, struct view *v, const char *path,
		struct rendered *out, struct err *err);

#endif
