/*
 * argo_settings: what an Argo CD is set up with, as far as renders depend on it: the ConfigMaps
 * argocd-cm and argocd-cmd-params-cm and the AppProjects, of the commit, else the live ones.
 */
#ifndef RENDER_ENGINES_ARGO_SETTINGS_H
#define RENDER_ENGINES_ARGO_SETTINGS_H
#include "render/engines/argo.h"

struct argo_settings {
	const struct node *cm, *params; /* data of the ConfigMaps; NULL */
	const char *ns;			/* where they are: the control plane's; NULL */
	struct map projects;		/* name, and "namespace/name" → AppProject's object */
	bool asked;			/* the live cluster, for what the commit does not have */
	bool live_maps;			/* and it told its ConfigMaps */
	bool live_projects;		/* and it told all its AppProjects */
};

void argo_settings_init(struct argo_settings *s, struct arena *a);
/* A ConfigMap or an AppProject of the commit; others are none of it. */
void argo_settings_learn(struct apps *apps, struct argo_settings *s,
			 const struct engine_object *object);
/* Put what the app's render takes of them into its inputs: settings, filters, its AppProject. */
void argo_settings_put(struct apps *apps, struct argo_settings *s, const struct app *app,
		       struct node *inputs);

/* The differences that argocd-cm's customizations ignore, in the form of spec.ignoreDifferences. */
void argo_put_ignores(struct apps *apps, const struct node *cm, struct node *inputs);

/* Whether Argo CD leaves a kind alone (resource.exclusions, resource.inclusions). */
bool argo_is_excluded(struct argo *g, const char *group, const char *kind);
/* Its name in tracking: "namespace_name" when it is in another namespace than the control plane. */
const char *argo_instance_name(struct arena *a, const struct app *app);

#endif
