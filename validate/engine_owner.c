#include "validate/engine_owner.h"
#include <string.h>

static const struct {
	const char *engine;
	void (*fill)(struct owner *owner, const struct app *app);
	unsigned (*variant)(const struct app *app,
			    const struct object *o); /* NULL: all objects alike */
	/* Why deleting the engine's object deletes nothing that it applied; NULL: it does, even
	 * where it does not prune. No function: it does as it prunes. */
	const char *(*leaves)(struct arena *a, const struct app *app);
} rows[] = {
	/* by name */
	{ "argocd", owner_argocd, owner_argocd_variant, owner_argocd_leaves },
	{ "flux", owner_flux, owner_flux_variant, owner_flux_leaves },
	{ "flux1", owner_flux1, NULL, NULL },
	{ "swarm", owner_swarm, NULL, NULL },
};

const struct owner *owner_of_app(struct arena *a, const struct app *app)
{
	struct owner *owner;
	size_t i;

	if (!app->engine)
		return &owner_unknown;
	owner = arena_new(a, struct owner);
	*owner = (struct owner){
		.engine = app->engine->name,
		.kind = app->kind,
		.ns = app->ns,
		.name = app->name,
		.target = "",
		.mode = APPLY_DETECT,
		.manager = "",
		.as_user = "",
		.applied_revision = "",
	};
	for (i = 0; i < ARRAY_SIZE(rows); i++)
		if (!strcmp(rows[i].engine, app->engine->name))
			rows[i].fill(owner, app);
	if (!strcmp(app->engine->name, "flux"))
		owner->as_user = owner_flux_user(a, app);
	if (!strcmp(app->engine->name, "argocd")) {
		owner->ignores = owner_argocd_ignores(a, app);
		owner->as_user = node_string_at(app->inputs, "account");
	}
	return owner;
}

unsigned owner_variant_of(const struct app *app, const struct object *o)
{
	size_t i;

	for (i = 0; app->engine && i < ARRAY_SIZE(rows); i++)
		if (rows[i].variant && !strcmp(rows[i].engine, app->engine->name))
			return rows[i].variant(app, o);
	return 0;
}

const char *owner_leaves(struct arena *a, const struct app *app, const struct owner **owner)
{
	const char *why = NULL;
	size_t i;

	for (i = 0; app->engine && i < ARRAY_SIZE(rows); i++) {
		if (!rows[i].leaves || strcmp(rows[i].engine, app->engine->name))
			continue;
		why = rows[i].leaves(a, app);
		if (!why)
			*owner = owner_with(a, *owner, OWNER_PRUNES);
	}
	return why;
}

const struct owner *owner_with(struct arena *a, const struct owner *owner, unsigned variant)
{
	struct owner *out = arena_new(a, struct owner);

	*out = *owner;
	if (variant & OWNER_SSA)
		out->mode = APPLY_SSA;
	if (variant & OWNER_CSA)
		out->mode = APPLY_CSA;
	if (variant & OWNER_REPLACES)
		out->mode = APPLY_REPLACE;
	if (variant & OWNER_PUTS)
		out->puts = true;
	if (variant & OWNER_CREATES)
		out->mode = APPLY_CREATE;
	if (variant & OWNER_IGNORES)
		out->mode = APPLY_NEVER;
	out->force = out->mode == APPLY_SSA;
	out->replaces |= (variant & OWNER_FORCES) != 0;
	out->prunes |= (variant & OWNER_PRUNES) != 0;
	out->prunes &= !(variant & OWNER_KEEPS);
	return out;
}

const char *owner_empties(const struct app *app)
{
	return app->engine && !strcmp(app->engine->name, "argocd") ? owner_argocd_empties(app)
								   : NULL;
}
