/* fields: kustomization files, found, read and decoded by tables of their fields. */
#ifndef RENDER_KUSTOMIZE_FIELDS_H
#define RENDER_KUSTOMIZE_FIELDS_H
#include "render/kustomize/internal.h"

enum shape {
	SHAPE_STRING,
	SHAPE_BOOL,
	SHAPE_INT,
	SHAPE_STRINGS,
	SHAPE_STRING_MAP,
	SHAPE_STRUCT,
	SHAPE_STRUCTS,
	SHAPE_ANY_MAP,
};
struct field {
	const char *name;
	enum shape shape;
	const struct field *sub; /* of SHAPE_STRUCT and SHAPE_STRUCTS; ends with a NULL name */
};
enum decode_flags {
	DECODE_STRICT = 1 << 0,	 /* unknown fields are errors */
	DECODE_CONVERT = 1 << 1, /* numbers and booleans become strings where strings are meant */
};
extern const struct field fields_kustomization[], fields_config[], fields_replacement[];
struct plugin_fields {
	const char *kind;
	const struct field *fields;
};
extern const struct plugin_fields plugin_fields[]; /* ends with a NULL kind */
/* A mapping with the canonical keys of `fields`, nulls left out, or NULL. */
struct node *fields_decode(struct kz *kz, const struct field *fields, const struct node *from,
			   unsigned flags, const char *what, struct err *err);
/* Find, read and decode the kustomization of t->dir. */
int kustfile_load(struct target *t, struct err *err);

#endif
