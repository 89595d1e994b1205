/*
 * engine_owner: the owner that an app's engine is to the cluster code: a row of rules for each.
 */
#ifndef VALIDATE_ENGINE_OWNER_H
#define VALIDATE_ENGINE_OWNER_H
#include "render/apps.h"
#include "validate/owner.h"

/* Who applies the app's objects, in `a`; owner_unknown when no engine does. */
const struct owner *owner_of_app(struct arena *a, const struct app *app);

/* The rows: fill what the engine decides; kind, ns and name are there. */
void owner_flux(struct owner *owner, const struct app *app);
void owner_flux1(struct owner *owner, const struct app *app);

#endif
