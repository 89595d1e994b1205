/* namePrefix and nameSuffix. */
#include <string.h>
#include "render/kustomize/internal.h"
#include "render/kustomize/transformers.h"

struct affix {
	struct kz *kz;
	const struct node *text;
	bool suffix;
};

static int set_affix(void *data, struct node *field, struct err *err)
{
	struct affix *x = data;
	const char *old = node_is_scalar(field) ? field->text : "";
	const char *text = arena_printf(x->kz->a, "%s%s", x->suffix ? old : x->text->text,
					x->suffix ? x->text->text : old);

	if (field->type >= NODE_SEQ)
		return kz_fail(x->kz, err, field->origin,
			       "wrong node kind: expected a scalar to put a name %s on",
			       x->suffix ? "suffix" : "prefix");
	scalar_set(x->kz, field, text, strlen(text), NODE_NULL,
		   origins_derive(x->kz->run->origins, x->text->origin, VIA_TRANSFORMER,
				  field->origin));
	return 0;
}

/* These keep their names. */
static bool is_skipped(const struct gvk *gvk)
{
	return !strcmp(gvk->kind, "CustomResourceDefinition") || !strcmp(gvk->kind, "Namespace") ||
	       (!strcmp(gvk->kind, "APIService") && !strcmp(gvk->group, "apiregistration.k8s.io"));
}

static int affix_resource(struct affix *x, struct resource *r, const struct fieldspecs *specs,
			  struct err *err)
{
	struct field_walk walk = { x->kz, set_affix, x, NODE_STR };
	struct resid id = resource_original_id(x->kz, r);
	size_t i;

	if (is_skipped(&id.gvk))
		return 0;
	for (i = 0; i < specs->count; i++) {
		const struct fieldspec *spec = &specs->items[i];
		struct gvk gvk = resource_gvk(x->kz, r);

		if (!gvk_selected(&id.gvk, &spec->gvk))
			continue;
		if (!strcmp(spec->path, "metadata/name") && *x->text->text) {
			*vec_push(x->kz->a, x->suffix ? &r->suffixes : &r->prefixes) =
				x->text->text;
			resource_store_id(x->kz, r);
		}
		if (fieldspec_apply(&walk, spec, r->root, &gvk, err) < 0)
			return -1;
	}
	return 0;
}

int transform_affix(struct kz *kz, struct resmap *m, const struct node *affix, bool suffix,
		    const struct fieldspecs *specs, struct err *err)
{
	struct affix x = { kz, affix, suffix };
	size_t i;

	for (i = 0; i < m->count; i++)
		if (affix_resource(&x, m->items[i], specs, err) < 0)
			return -1;
	resmap_dirty(m);
	return 0;
}
