/*
 * defaults: kustomize's builtin field specs as data; config.c makes a struct config of them.
 */
#ifndef RENDER_KUSTOMIZE_DEFAULTS_H
#define RENDER_KUSTOMIZE_DEFAULTS_H
#include <stdbool.h>

enum config_list {
	CONFIG_NAME_PREFIX,
	CONFIG_NAME_SUFFIX,
	CONFIG_NAMESPACE,
	CONFIG_COMMON_LABELS,
	CONFIG_LABELS,
	CONFIG_TEMPLATE_LABELS,
	CONFIG_COMMON_ANNOTATIONS,
	CONFIG_VAR_REFERENCE,
	CONFIG_IMAGES,
	CONFIG_REPLICAS,
	CONFIG_LISTS,
};

struct default_spec {
	const char *group, *version, *kind, *path;
	bool create;
};
struct default_list {
	const struct default_spec *specs;
	unsigned count;
};
struct default_ref { /* names of this type are referred to at these paths */
	const char *group, *version, *kind;
	const struct default_spec *specs;
	unsigned count;
};

extern const struct default_list default_lists[]; /* by enum config_list */
extern const struct default_ref *const default_refs;
extern const unsigned default_ref_count;

#endif
