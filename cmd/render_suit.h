/*
 * render_suit: refuses the options of `render` that would say nothing of what is rendered: Helm's
 * for a kustomization, kustomize's for a chart, either for an engine's app.
 */
#ifndef CMD_RENDER_SUIT_H
#define CMD_RENDER_SUIT_H
#include "base/options.h"
#include "render/view.h"

/* Whether the chart is fetched decides what may be said of where it is read. */
int render_suit_source(const struct options_given *given, bool fetched, struct err *err);
/* For --app; an app is rendered as its engine's object says. */
int render_suit_apps(const struct options_given *given, struct err *err);
/* For a path of a view. */
int render_suit_path(const struct options_given *given, struct view *view, const char *path,
		     struct err *err);

#endif
