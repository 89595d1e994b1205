#include "render/render.h"
#include "render/helm/helm.h"
#include "render/kustomize/kustomize.h"
#include "render/renderer.h"

/* In the order in which they are asked whether a path is theirs; plain takes what is left. */
static const struct renderer *const renderers[] = {
	&renderer_kustomize,
	&renderer_helm,
	&renderer_plain,
};

static const struct renderer *renderer_of(struct view *v, const char *path)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(renderers); i++)
		if (renderers[i]->detect(v, path))
			return renderers[i];
	return NULL;
}

const char *render_kind(struct view *v, const char *path)
{
	const struct renderer *r = renderer_of(v, path);

	return r ? r->name : NULL;
}

int render_path(struct run *run, struct arena *a, struct view *v, const char *path,
		const struct render_options *options, struct rendered *out, struct err *err)
{
	const struct renderer *r = renderer_of(v, path);

	buf_init(&out->text, 0);
	if (!r)
		return err_raise(err, ERR_NOT_FOUND, NO_POS, "no '%s' in %s", *path ? path : ".",
				 view_name(v));
	out->renderer = r->name;
	return r->render(run, a, v, path, options, out, err);
}

void rendered_release(struct rendered *r)
{
	buf_release(&r->text);
}
