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

int render_path(struct run *run, struct arena *a, struct view *v, const char *path,
		const struct render_options *options, struct rendered *out, struct err *err)
{
	size_t i;

	buf_init(&out->text, 0);
	for (i = 0; i < ARRAY_SIZE(renderers); i++) {
		if (!renderers[i]->detect(v, path))
			continue;
		out->renderer = renderers[i]->name;
		return renderers[i]->render(run, a, v, path, options, out, err);
	}
	return err_raise(err, ERR_NOT_FOUND, NO_POS, "no '%s' in %s", *path ? path : ".",
			 view_name(v));
}

void rendered_release(struct rendered *r)
{
	buf_release(&r->text);
}
