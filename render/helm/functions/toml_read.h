/* toml_read: TOML 1.0 into values: int64, float64, time.Time, lists and maps. */
#ifndef RENDER_HELM_FUNCTIONS_TOML_READ_H
#define RENDER_HELM_FUNCTIONS_TOML_READ_H
#include "render/helm/template/engine.h"

/* False with what is wrong in *error, a string: "toml: line 3: …". *out is a map. */
bool toml_read(struct arena *a, struct value text, struct value *out, struct value *error);

#endif
