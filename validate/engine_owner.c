#include "validate/engine_owner.h"
#include <string.h>

static const struct {
	const char *engine;
	void (*fill)(struct owner *owner, const struct app *app);
} rows[] = {
	/* by name */
	{ "flux", owner_flux },
	{ "flux1", owner_flux1 },
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
	return owner;
}
