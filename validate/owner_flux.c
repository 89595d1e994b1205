#include "validate/engine_owner.h"

/* kustomize-controller applies server-side, forced, undoing drift; it prunes where it says so. */
void owner_flux(struct owner *owner, const struct app *app)
{
	const struct node *spec = node_get(app->root, "spec");

	owner->mode = APPLY_SSA;
	owner->manager = "kustomize-controller";
	owner->force = true;
	owner->replaces = node_true(node_get(spec, "force"));
	owner->prunes = node_true(node_get(spec, "prune"));
	owner->heals = true;
}

/* fluxd runs kubectl apply every few minutes; it deletes only with --sync-garbage-collection. */
void owner_flux1(struct owner *owner, const struct app *app)
{
	(void)app;
	owner->mode = APPLY_CSA;
	owner->heals = true;
}
