/* An Application into objects: its sources one by one, each by its type. */
#include <string.h>
#include "render/engines/argo.h"
#include "render/kustomize/kustomize.h"

/* A section that says nothing counts as none. */
static bool is_zero(const struct node *n, unsigned depth)
{
	uint32_t i;

	if (node_is_null(n) || (node_is_scalar(n) && (!n->len || !strcmp(n->text, "false"))))
		return true;
	if (node_is(n, NODE_SEQ))
		return !n->len;
	for (i = 0; depth && node_is(n, NODE_MAP) && i < n->len; i++)
		if (!is_zero(n->entries[i].value, depth - 1))
			return false;
	return node_is(n, NODE_MAP);
}

typedef int source_fn(struct argo *g, const struct argo_source *s, struct objects *out,
		      struct err *err);

static int refuse_plugin(struct argo *g, const struct argo_source *s, struct objects *out,
			 struct err *err)
{
	const char *name = node_string_at(node_get(s->root, "plugin"), "name");

	(void)out;
	return err_raise(
		err, ERR_UNSUPPORTED, origins_pos(g->run->origins, s->root->origin),
		"its manifests are made by %s%s%s, which is not run",
		*name ? "the config management plugin '" : "",
		*name ? name : "a config management plugin that takes what it finds to be its own",
		*name ? "'" : "");
}

static const struct {
	const char *section;
	source_fn *render;
} types[] = {
	{ "directory", argo_directory },
	{ "helm", argo_helm },
	{ "kustomize", argo_kustomize },
	{ "plugin", refuse_plugin },
};

/* The type that the source names, else what its directory looks like. */
static source_fn *type_of(struct argo *g, const struct argo_source *s, struct err *err)
{
	const char *name, *named = NULL;
	source_fn *found = NULL;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(types); i++) {
		const struct node *section = node_get(s->root, types[i].section);
		bool plugin = types[i].render == refuse_plugin;

		if (!node_is(section, NODE_MAP) || (!plugin && is_zero(section, 3)))
			continue;
		if (found) {
			err_raise(err, ERR_INPUT, origins_pos(g->run->origins, section->origin),
				  "a source has one type, this one has '%s' and '%s'", named,
				  types[i].section);
			return NULL;
		}
		found = types[i].render;
		named = types[i].section;
	}
	if (found)
		return found;
	if (kustfile_present(s->view, s->dir, &name))
		return argo_kustomize;
	if (view_kind(s->view, view_join(g->arena, s->dir, "Chart.yaml")) == VIEW_FILE)
		return argo_helm;
	return argo_directory;
}

static int render_source(struct argo *g, const struct node *source, struct objects *out,
			 struct err *err)
{
	struct argo_source s;
	source_fn *render;
	size_t i, first = out->count;

	/* Only other sources' values come from it. */
	if (*node_string_at(source, "ref") && !*node_string_at(source, "path") &&
	    !*node_string_at(source, "chart"))
		return 0;
	if (argo_open(g, source, &s, err) < 0)
		return -1;
	render = type_of(g, &s, err);
	if (!render || render(g, &s, out, err) < 0)
		return -1;
	for (i = first; i < out->count; i++)
		out->items[i].file = arena_strdup(g->arena, out->items[i].file);
	return 0;
}

/* Argo CD's hydrator renders to a branch, which is applied, perhaps after a merge. */
static void note_hydrator(struct argo *g)
{
	const struct node *hydrator = node_get(g->spec, "sourceHydrator");
	const char *branch = node_string_at(node_get(hydrator, "syncSource"), "targetBranch");
	const char *staging = node_string_at(node_get(hydrator, "hydrateTo"), "targetBranch");

	if (!node_is(hydrator, NODE_MAP))
		return;
	*vec_push(g->arena, &g->refusals) = (struct note){
		.text = arena_printf(
			g->arena,
			"Application %s/%s: applied is what Argo CD's hydrator makes of "
			"this in the branch '%s'%s%s%s: planned as if that were done",
			g->app->ns, g->app->name, *staging ? staging : branch,
			*staging ? ", once that is merged into '" : "", *staging ? branch : "",
			*staging ? "'" : ""),
		.origin = hydrator->origin,
		.kind = NOTE_HELD,
	};
}

int argo_render(struct run *run, struct arena *a, struct view *v, const struct app *app,
		const struct render_options *options, struct rendered *out, struct err *err)
{
	const struct node *spec = node_get(app->root, "spec"), *source;
	struct argo g = {
		.run = run,
		.arena = a,
		.view = v,
		.app = app,
		.spec = spec,
		.options = options,
		.ns = node_string_at(node_get(spec, "destination"), "namespace"),
	};
	struct objects built = { 0 };
	uint32_t i;
	int rc = 0;

	for (i = 0; !rc && (source = argo_nth_source(spec, i)); i++)
		rc = render_source(&g, source, &built, err);
	if (!rc)
		rc = argo_finish(&g, &built, &out->objects, err);
	if (!rc) {
		note_hydrator(&g);
		argo_check_project(&g, &out->objects);
	}
	argo_close(&g);
	out->notes = g.refusals;
	if (rc < 0)
		return err_wrap(err, "Application %s%s%s", app->ns, *app->ns ? "/" : "", app->name);
	return 0;
}
