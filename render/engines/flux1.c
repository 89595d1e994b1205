#include "render/engines/engines.h"
#include "render/engines/flux1_internal.h"
#include <string.h>
#include "base/map.h"
#include "render/kustomize/kustomize.h"
#include "render/yaml/yaml.h"

enum { FLUX1_DIRECTORIES = 20000 }; /* looked at below one .flux.yaml */

static const struct node *read_config(struct run *run, struct arena *a, struct view *v,
				      const char *file, struct err *err)
{
	struct node *root = NULL;
	struct blob blob;

	if (view_read(v, file, &blob, err) < 0 ||
	    yaml_read_one(run, a, YAML_SIGS, blob.path, blob.text, blob.len, blob.origin, &root,
			  err) < 0)
		return NULL;
	return root ? root : node_at(node_map(a), blob.origin);
}

struct pos flux1_pos(const struct flux1 *f, const struct node *n)
{
	return origins_pos(f->run->origins, n ? n->origin : f->target->origin);
}

int flux1_take(struct flux1 *f, struct rendered *one, int rc)
{
	size_t i;

	for (i = 0; !rc && i < one->objects.count; i++)
		*vec_push(f->arena, &f->out->objects) = one->objects.items[i];
	for (i = 0; !rc && i < one->notes.count; i++)
		*vec_push(f->arena, &f->out->notes) = one->notes.items[i];
	rendered_release(one);
	return rc;
}

static const char *in_target(struct flux1 *f, const char *path)
{
	return view_join(f->arena, f->target->path, path);
}

/* ---- which paths a .flux.yaml is for ---- */

struct search {
	struct arena *arena;
	struct view *view;
	const char *patch; /* NULL: none */
	size_t seen;
	struct {
		VEC(const char *);
	} patched, kustomizations;
	struct map referenced;
};

static void note_references(struct search *s, struct run *run, const char *dir, const char *name)
{
	struct err ignored = ERR_INIT; /* shows when it is rendered */
	const struct node *root =
		read_config(run, s->arena, s->view, view_join(s->arena, dir, name), &ignored);
	static const char *const keys[] = { "resources", "bases", "components" };
	size_t i;
	uint32_t k;

	for (i = 0; i < ARRAY_SIZE(keys); i++) {
		const struct node *list = node_get(root, keys[i]);

		for (k = 0; node_is(list, NODE_SEQ) && k < list->len; k++) {
			const char *text = node_string(list->items[k]);
			const char *path = text ? view_join(s->arena, dir, text) : NULL;

			if (path)
				map_set(&s->referenced, path, s);
		}
	}
}

static void search(struct search *s, struct run *run, const char *dir, bool top)
{
	struct view_items items = { 0 };
	struct err ignored = ERR_INIT;
	const char *name;
	size_t i;

	if (++s->seen > FLUX1_DIRECTORIES ||
	    view_list(s->view, s->arena, dir, &items, &ignored) < 0)
		return;
	if (!top && view_kind(s->view, view_join(s->arena, dir, FLUX1_FILE)) == VIEW_FILE)
		return; /* it has its own */
	if (s->patch && view_kind(s->view, view_join(s->arena, dir, s->patch)) == VIEW_FILE)
		*vec_push(s->arena, &s->patched) = dir;
	if (kustfile_present(s->view, dir, &name)) {
		*vec_push(s->arena, &s->kustomizations) = dir;
		note_references(s, run, dir, name);
	}
	for (i = 0; i < items.count; i++)
		if (items.items[i].kind == VIEW_DIR && items.items[i].name[0] != '.')
			search(s, run, view_join(s->arena, dir, items.items[i].name), false);
}

/* Whether a command works on the directory that it is run in, so that it fits several. */
static bool is_relative(const struct node *config)
{
	const struct node *generators = node_path(config, "patchUpdated", "generators", NULL);
	uint32_t i;

	if (!generators)
		generators = node_path(config, "commandUpdated", "generators", NULL);
	for (i = 0; node_is(generators, NODE_SEQ) && i < generators->len; i++) {
		const char *command = node_get_string(generators->items[i], "command");
		size_t len = command ? strlen(command) : 0;

		while (len && strchr(" \n", command[len - 1]))
			len--;
		if (len >= 2 && !strncmp(command + len - 2, " .", 2))
			return true;
		if (len >= 5 && !strncmp(command + len - 5, "build", 5))
			return true;
	}
	return false;
}

void flux1_targets(struct run *run, struct arena *a, struct view *v, const char *file,
		   struct flux1_targets *out)
{
	const char *dir = view_dirname(a, file);
	struct err ignored = ERR_INIT; /* shows when it is rendered */
	const struct node *config = read_config(run, a, v, file, &ignored);
	struct search s = { .arena = a, .view = v };
	origin_id origin = config ? config->origin : 0;
	size_t i;

	s.patch = node_get_string(node_get(config, "patchUpdated"), "patchFile");
	map_init(&s.referenced, a);
	search(&s, run, dir, true);
	for (i = 0; i < s.patched.count; i++)
		*vec_push(a, out) = (struct flux1_target){ s.patched.items[i], file, origin };
	for (i = 0; !s.patched.count && is_relative(config) && i < s.kustomizations.count; i++)
		if (!map_get(&s.referenced, s.kustomizations.items[i]))
			*vec_push(a, out) =
				(struct flux1_target){ s.kustomizations.items[i], file, origin };
	if (!out->count)
		*vec_push(a, out) = (struct flux1_target){ dir, file, origin };
}

/* ---- the patch file ---- */

struct spans {
	struct arena *arena;
	VEC(struct origin_span);
};

static void note_span(void *data, size_t offset, origin_id origin)
{
	struct spans *s = data;

	*vec_push(s->arena, s) = (struct origin_span){ (uint32_t)offset, origin };
}

struct view *flux1_with_objects(struct flux1 *f, const char *path, size_t from)
{
	struct view *v = view_new_overlay(f->view);
	struct spans spans = { .arena = f->arena };
	struct buf text;
	size_t i;

	buf_init(&text, 0);
	for (i = from; i < f->out->objects.count; i++) {
		buf_str(&text, "---\n");
		yaml_write_placed(&text, f->out->objects.items[i].root, 0, note_span, &spans);
	}
	view_overlay_add(
		v, path, text.text, text.len,
		origins_add_made(f->run->origins, text.text, text.len, spans.items, spans.count));
	buf_release(&text);
	return v;
}

static struct node *one_path(struct flux1 *f, const char *path, const struct node *at)
{
	struct node *list = node_seq(f->arena);

	node_append(f->arena, list, node_at(node_str(f->arena, path), at->origin));
	return list;
}

static int apply_patch(struct flux1 *f, struct err *err)
{
	const struct node *patch = node_path(f->config, "patchUpdated", "patchFile", NULL);
	static const char generated[] = ".flux.generated.yaml";
	struct render_options how = *f->options;
	struct rendered one = { 0 };
	struct node *k, *file = node_map(f->arena), *patches = node_seq(f->arena);
	struct view *v;
	int rc;

	if (!node_is(patch, NODE_STR) || !f->out->objects.count ||
	    view_kind(f->view, in_target(f, patch->text)) != VIEW_FILE)
		return 0;
	k = node_map(f->arena);
	node_set(f->arena, k, "resources", one_path(f, generated, patch));
	node_set(f->arena, file, "path", node_at(node_str(f->arena, patch->text), patch->origin));
	node_append(f->arena, patches, file);
	node_set(f->arena, k, "patches", patches);
	how.kustomization = k;
	how.load_restrictor = LOAD_NONE;
	buf_init(&one.text, 0);
	v = flux1_with_objects(f, in_target(f, generated), 0);
	rc = renderer_kustomize.render(f->run, f->arena, v, f->target->path, &how, &one, err);
	f->out->objects.count = 0;
	rc = flux1_take(f, &one, rc);
	flux1_obey_directives(f);
	view_free(v);
	return rc;
}

/* ---- the whole ---- */

static int check_version(struct flux1 *f, struct err *err)
{
	static const char *const keys[] = { "version", "patchUpdated", "commandUpdated",
					    "scanForFiles" };
	const struct node *version = node_get(f->config, "version");
	const char *text = node_text(version);
	uint32_t i, k;

	if (!text || strcmp(text, "1") != 0)
		return err_raise(err, ERR_INPUT, flux1_pos(f, version ? version : f->config),
				 "a .flux.yaml has 'version: 1'%s%s", text ? ", not " : "",
				 text ? text : "");
	for (i = 0; i < f->config->len; i++) {
		const struct node *key = f->config->entries[i].key;

		for (k = 0; k < ARRAY_SIZE(keys) && strcmp(keys[k], key->text) != 0; k++)
			;
		if (k == ARRAY_SIZE(keys))
			return err_raise(err, ERR_INPUT, flux1_pos(f, key),
					 "unknown field '%s'; version, patchUpdated, "
					 "commandUpdated and scanForFiles are",
					 key->text);
	}
	return 0;
}

static int run_generators(struct flux1 *f, struct err *err)
{
	const struct node *how = node_get(f->config, "patchUpdated");
	const struct node *generators;
	uint32_t i;
	int rc = 0;

	if (!how)
		how = node_get(f->config, "commandUpdated");
	if (!how) {
		struct rendered one = { 0 };

		return flux1_take(f, &one,
				  render_path(f->run, f->arena, f->view, f->target->path,
					      f->options, &one, err));
	}
	generators = node_get(how, "generators");
	if (!node_is(generators, NODE_SEQ) || !generators->len)
		return err_raise(err, ERR_INPUT, flux1_pos(f, how), "there are no 'generators'");
	for (i = 0; !rc && i < generators->len; i++)
		rc = flux1_generate(f, node_get(generators->items[i], "command"), err);
	return rc ? -1 : apply_patch(f, err);
}

int flux1_render(struct run *run, struct arena *a, struct view *v, const struct flux1_target *t,
		 const struct render_options *options, struct rendered *out, struct err *err)
{
	struct flux1 f = { run, a, v, t, options, NULL, out };
	struct view *filled;
	size_t i;
	int rc;

	out->renderer = "flux1";
	buf_init(&out->text, 0);
	f.config = read_config(run, a, v, t->file, err);
	if (!f.config)
		return -1;
	if (!node_is(f.config, NODE_MAP))
		return err_raise(err, ERR_INPUT, flux1_pos(&f, f.config), "a mapping is expected");
	if (check_version(&f, err) < 0)
		return -1;
	filled = flux1_fill_templates(run, a, v, t->path, options, err);
	if (!filled)
		return -1;
	f.view = filled;
	rc = run_generators(&f, err);
	for (i = f.overlays.count; i--;)
		view_free(f.overlays.items[i]);
	if (filled != v) {
		*vec_push(a, &out->notes) = (struct note){
			"kustomize can't read the actions of a chart's templates: they are filled "
			"in first, with the chart's own values, as 'helm template' does",
			f.config->origin
		};
		view_free(filled);
	}
	return rc;
}

/* Each path is synced by a fluxd of its own, so it is a cluster's when there are several. */
static void learn_file(struct apps *apps, const char *path)
{
	struct flux1_targets *all = arena_new(apps->arena, struct flux1_targets);
	size_t i;

	flux1_targets(apps->run, apps->arena, apps->view, path, all);
	for (i = 0; i < all->count; i++) {
		const struct flux1_target *t = &all->items[i];
		struct engine_object object = { NULL, "", "", "", "", path, "", NULL };
		struct app *app;

		if (all->count > 1)
			object.cluster = t->path;
		app = apps_add(apps, &engine_flux1, t->path, &object);
		if (app) {
			app->data = t;
			app->covers = view_dirname(apps->arena, path);
		}
	}
}

static int render(struct run *run, struct arena *a, struct view *v, const struct app *app,
		  const struct render_options *options, struct rendered *out, struct err *err)
{
	return flux1_render(run, a, v, app->data, options, out, err);
}

const struct engine engine_flux1 = {
	.name = "flux1",
	.file_name = FLUX1_FILE,
	.learn_file = learn_file,
	.render = render,
};
