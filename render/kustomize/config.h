/*
 * config: where transformers look: field specs, and the lists of them that are the configuration.
 */
#ifndef RENDER_KUSTOMIZE_CONFIG_H
#define RENDER_KUSTOMIZE_CONFIG_H
#include "render/kustomize/defaults.h"
#include "render/kustomize/resource.h"

struct target;
struct accumulator;

struct fieldspec {
	struct gvk gvk;
	const char *path;
	const char *const *parts; /* the path in pieces, NULL at the end */
	bool create;
};
struct fieldspecs {
	VEC(struct fieldspec);
};
struct name_ref {
	struct gvk gvk;
	struct fieldspecs referrers;
};
struct config {
	struct fieldspecs lists[CONFIG_LISTS];
	struct {
		VEC(struct name_ref);
	} refs;
};

/* ---- lists (config.c, crds.c) ---- */

const struct config *config_default(struct kz *kz);
const struct config *config_merge(struct kz *kz, const struct config *x, const struct config *y,
				  struct err *err);
/* The default and the files of `configurations:`. */
const struct config *config_load(struct target *t, struct err *err);
int fieldspecs_merge(struct kz *kz, struct fieldspecs *into, const struct fieldspecs *from,
		     struct err *err);
int fieldspecs_add(struct kz *kz, struct fieldspecs *into, const struct fieldspec *spec,
		   struct err *err);
struct fieldspec fieldspec_make(struct arena *a, const struct gvk *gvk, const char *path,
				bool create);
/* From a list of mappings that fields_decode made; NULL gives none. */
struct fieldspecs fieldspecs_from(struct kz *kz, const struct node *list);

/* Field specs from the OpenAPI definitions of `crds:`. */
int crds_merge(struct target *t, struct accumulator *into, struct err *err);

/* ---- fields (fieldspec.c) ---- */

/* Called for the node at the end of a path; may change it in place. */
typedef int field_fn(void *data, struct node *field, struct err *err);
struct field_walk {
	struct kz *kz;
	field_fn *set;
	void *data;
	enum node_type create; /* what to create where the spec says so; NODE_NULL: nothing */
};
int fieldspec_apply(const struct field_walk *walk, const struct fieldspec *spec, struct node *root,
		    const struct gvk *gvk, struct err *err);
/* The same for each spec of a list. */
int fieldspecs_apply(const struct field_walk *walk, const struct fieldspecs *specs,
		     struct node *root, const struct gvk *gvk, struct err *err);

/*
 * Give a scalar another text. NODE_STR makes it a string whatever it looks like; NODE_NULL ("no
 * tag") keeps the old style and lets the text decide, as kyaml does.
 */
void scalar_set(struct kz *kz, struct node *n, const char *text, size_t len, enum node_type type,
		origin_id origin);
/* Take a scalar's tag away: what it holds, now and later, says what it is, unless it is quoted. */
void scalar_free(struct node *n);
/* The end of that: the type stays. */
void scalar_settle(struct node *n);
/* A key that kyaml writes without quotes: what it is then read as. */
void plain_key(struct node *key);

#endif
