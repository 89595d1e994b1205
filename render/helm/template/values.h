/* values: what templates and functions ask of a value. */
#ifndef RENDER_HELM_TEMPLATE_VALUES_H
#define RENDER_HELM_TEMPLATE_VALUES_H
#include "render/helm/value.h"

struct value value_uint(const struct go_type *type, uint64_t u);
struct value value_of_int(const struct go_type *type, int64_t i);
struct value value_bytes(struct arena *a, const char *text, size_t len);
struct value value_struct(struct arena *a, const struct go_type *type);
/* Field by name; NULL when the struct (or what the pointer points to) has none. */
struct value *value_field(struct value v, const char *name, size_t len);
bool kind_is_int(enum go_kind k);
bool kind_is_uint(enum go_kind k);
bool kind_is_float(enum go_kind k);
/* Whether it is a nil map, slice, pointer or no value at all. */
bool value_is_null(struct value v);
/* Template truth; false in *ok when the kind has none. */
bool value_truth(struct value v, bool *ok);
size_t value_len(struct value v); /* of a list, map, string, bytes */
/* An element as reflect's Index gives it: with its static type's interface-ness. */
struct value list_item(struct value list, size_t i);
struct value map_item(struct value map, const struct go_entry *e);
struct value value_copy(struct arena *a, struct value v); /* deep */
/* reflect.DeepEqual. */
bool value_deep_equal(struct value a, struct value b);
const char *value_type_name(struct value v); /* %T: "<nil>" for nil */
/* Mark a value and all below it as read by a template. */
void value_mark_read(struct value v);
/* A method of a value, or NULL. */
const struct go_method *value_method(struct value v, const char *name, size_t len);

#endif
