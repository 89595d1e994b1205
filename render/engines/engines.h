/*
 * engines: what the files of render/engines share. Each engine is a row of the table in
 * render/apps.c (struct engine, render/apps.h).
 */
#ifndef RENDER_ENGINES_ENGINES_H
#define RENDER_ENGINES_ENGINES_H
#include "render/apps.h"

/* substitute.c: postBuild, over one object's tree, which is the caller's own. */
int flux_substitute(struct run *run, struct arena *a, struct node *object,
		    const struct node *variables, bool complete, struct err *err);

#endif
