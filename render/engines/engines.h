/*
 * engines: what the files of render/engines share. Each engine is a row of the table in
 * render/apps.c (struct engine, render/apps.h).
 */
#ifndef RENDER_ENGINES_ENGINES_H
#define RENDER_ENGINES_ENGINES_H
#include "render/apps.h"

/* substitute.c: postBuild, over one object's tree, which is the caller's own. */
struct substitutes {
	const struct node *variables;
	bool complete; /* a variable that is not there is empty; else the cluster may have it */
	bool strict;   /* a variable without a default must be there */
	struct notes *notes; /* which were not there, and became empty; NULL */
};
int flux_substitute(struct run *run, struct arena *a, struct node *object,
		    const struct substitutes *with, struct err *err);
/* Whether source-controller leaves out a file or directory of this name where nothing says else. */
bool source_ignore_by_default(const char *name);

#endif
