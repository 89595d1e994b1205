/* transformers: the steps of a build: what generates, changes, patches and fills in resources. */
#ifndef RENDER_KUSTOMIZE_TRANSFORMERS_H
#define RENDER_KUSTOMIZE_TRANSFORMERS_H
#include "render/kustomize/internal.h"

int transform_namespace(struct kz *kz, struct resmap *m, const struct node *config,
			const struct fieldspecs *specs, struct err *err);
int namespace_set_one(struct kz *kz, struct resource *r, const struct node *text, struct err *err);
int transform_affix(struct kz *kz, struct resmap *m, const struct node *affix, bool suffix,
		    const struct fieldspecs *specs, struct err *err);
int transform_string_map(struct kz *kz, struct resmap *m, const struct node *pairs,
			 const struct fieldspecs *specs, struct err *err);
int transform_images(struct kz *kz, struct resmap *m, const struct node *images,
		     const struct fieldspecs *specs, struct err *err);
int transform_replica(struct kz *kz, struct resmap *m, const struct node *replica,
		      const struct fieldspecs *specs, struct err *err);
int transform_replacements(struct target *t, struct resmap *m, const struct node *list,
			   struct err *err);
int transform_value_add(struct target *t, struct resmap *m, const struct node *config,
			struct err *err);
int transform_hashes(struct kz *kz, struct resmap *m, struct err *err);
int transform_name_references(struct kz *kz, struct resmap *m, const struct config *config,
			      struct err *err);
int transform_order(struct kz *kz, struct resmap *m, const struct node *sort_options,
		    struct err *err);

/* patches.c: the three kinds of patches, from a decoded mapping */
int patch_entry(struct target *t, struct resmap *m, const struct node *entry, struct err *err);
int patch_strategic_merge(struct target *t, struct resmap *m, const struct node *paths,
			  const struct node *inline_text, struct err *err);
int patch_json6902(struct target *t, struct resmap *m, const struct node *target,
		   const struct node *path, const struct node *patch, struct err *err);

/* generators.c, helmchart.c */
int generate_map(struct target *t, const struct node *args, const struct node *options, bool secret,
		 struct resmap *out, struct err *err);
int generate_helm_chart(struct target *t, const struct node *chart, const struct node *globals,
			struct resmap *out, struct err *err);

/* vars.c */
int vars_merge(struct target *t, struct accumulator *into, const struct node *list,
	       struct err *err);
int vars_absorb(struct kz *kz, struct accumulator *into, const struct accumulator *other,
		struct err *err);
int vars_resolve(struct kz *kz, struct accumulator *acc, struct err *err);

/* plugin.c: run the generators and transformers that are configured by resources. */
int plugins_generate(struct target *t, struct accumulator *into, struct err *err);
int plugins_transform(struct target *t, struct accumulator *into, const char *field,
		      struct err *err);

#endif
