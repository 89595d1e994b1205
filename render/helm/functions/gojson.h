/*
 * gojson: what is wrong with a JSON text, in the words of Go's encoding/json; and what the
 * functions that read data formats share.
 */
#ifndef RENDER_HELM_FUNCTIONS_GOJSON_H
#define RENDER_HELM_FUNCTIONS_GOJSON_H
#include "render/helm/template/engine.h"

/* NULL when the text is JSON, else the error, in `a`. */
const char *gojson_check(struct arena *a, const char *text, size_t len);
/* "json: cannot unmarshal array into Go value of type T". */
const char *json_mismatch(struct arena *a, struct value v, const char *type);
/* The origin of a string's first byte, for a reader of its content. */
origin_id string_base(struct call *c, struct value s);
/* Helm's readers put their error into what they give. */
int give_map_or_error(struct call *c, struct value v, const char *error);
int give_list_or_error(struct call *c, struct value v, const char *error);

#endif
