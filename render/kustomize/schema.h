/* schema: what the built-in types and the openapi: file tell of fields and lists. */
#ifndef RENDER_KUSTOMIZE_SCHEMA_H
#define RENDER_KUSTOMIZE_SCHEMA_H
#include "render/kustomize/resource.h"

struct target;

/* What is known of a type at some place; all zero: nothing. */
struct type_info {
	bool known;
	short builtin;		   /* index of a built-in type, or -1 */
	const struct node *custom; /* or a schema of the openapi: file */
	bool merges;		   /* a list that merges by key */
	const char *keys;	   /* comma-separated */
	unsigned char flags;
};
struct type_info kschema_of_resource(struct kz *kz, const char *api_version, const char *kind);
struct type_info kschema_field(struct kz *kz, const struct type_info *t, const char *name);
struct type_info kschema_element(struct kz *kz, const struct type_info *t);
bool kschema_cluster_scoped(struct kz *kz, const struct gvk *gvk);
/* Fail where something looked into an openapi: file that is none; kustomize opens it only then. */
int kschema_check(const struct kz *kz, struct err *err);
/* The openapi: field of a kustomization. */
int kschema_set(struct target *t, bool reset, struct err *err);

#endif
