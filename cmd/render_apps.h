/*
 * render_apps: `render --app NAME`: what the repository's apps render to, by the names of the
 * engines' objects that apply them, as the engine itself would have it before applying.
 */
#ifndef CMD_RENDER_APPS_H
#define CMD_RENDER_APPS_H
#include "base/options.h"
#include "render/render.h"

/*
 * Add the objects of each app at and below `path` that one of the names means to `out`: the
 * NAME or NAMESPACE/NAME of its engine's object, with KIND/ in front or not, or its path; '*'
 * stands for any text. ERR_NOT_FOUND where a name means none. An app that does not render is
 * told on standard error, hides no other, and fails the whole at the end.
 */
int render_apps(struct run *run, struct view *v, const char *path,
		const struct option_values *names, const struct render_options *how,
		struct rendered *out, struct err *err);

#endif
