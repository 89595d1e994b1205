/*
 * table: what kustomize's embedded OpenAPI says of merging lists and of scopes. table.inc is made
 * by generate.go; types from which no merging list can be reached are left out.
 */
#ifndef RENDER_KUSTOMIZE_SCHEMA_TABLE_H
#define RENDER_KUSTOMIZE_SCHEMA_TABLE_H
#include <stdbool.h>

enum schema_flags {
	SCHEMA_LIST = 1 << 0,	/* an array; `type` is that of its elements */
	SCHEMA_VALUES = 1 << 1, /* a mapping with free keys; `type` is that of its values */
	SCHEMA_MERGE = 1 << 2,	/* x-kubernetes-patch-strategy has "merge" */
};

struct kschema_prop {
	const char *name;
	const char *keys; /* merge keys, comma-separated; "" for primitives */
	short type;	  /* index into kschema_types, or -1 */
	unsigned char flags;
};
struct kschema_root { /* sorted by kind, group, version */
	const char *kind, *group, *version;
	short type;
};
struct kschema_scope { /* sorted likewise */
	const char *kind, *group, *version;
	bool namespaced;
};

extern const struct kschema_prop kschema_props[];
extern const unsigned short kschema_types[]; /* first property of a type; one more at the end */
extern const unsigned kschema_type_count;
extern const struct kschema_root kschema_roots[];
extern const unsigned kschema_root_count;
extern const struct kschema_scope kschema_scopes[];
extern const unsigned kschema_scope_count;
extern const char *const kschema_names[]; /* of the types, as definitions; sorted */

#endif
