/*
 * argo_windows: an AppProject's sync windows, which say when Argo CD syncs an Application: not
 * while a `deny` is open, and where there are `allow`s only while one of them is.
 */
#ifndef RENDER_ENGINES_ARGO_WINDOWS_H
#define RENDER_ENGINES_ARGO_WINDOWS_H
#include "render/engines/argo.h"

struct argo_hold {
	const char *text; /* why, until when, and whether a sync by hand is let */
	bool never;	  /* a window that can't be read: nothing is ever synced */
	bool by_hand;	  /* a sync by hand is let */
};

/* Whether the windows hold back an automated sync of the Application at a time. */
bool argo_windows_hold(struct arena *a, const struct node *windows, const struct node *application,
		       int64_t now, struct argo_hold *out);
/* Put what holds the app now, by its project's object, into its inputs as "windows". */
void argo_put_windows(struct apps *apps, const struct app *app, const struct node *project,
		      struct node *inputs);

#endif
