/*
 * Flux (kustomize-controller 1.7): Kustomization, and the ArtifactGenerator whose artifact it may
 * take.
 */
#include "render/engines/flux.h"
#include "render/engines/flux_charts.h"
#include "render/engines/flux_ids.h"
#include <string.h>
#include "render/kustomize/kustomize.h"
#include "render/renderer.h"
#include "render/yaml/yaml.h"

static const char group[] = "kustomize.toolkit.fluxcd.io";

static bool mentions(const char *text, size_t len)
{
	return (memmem(text, len, group, sizeof(group) - 1) && memmem(text, len, "sourceRef", 9)) ||
	       memmem(text, len, "helm.toolkit.fluxcd.io/", 23) ||
	       memmem(text, len, "fluxcd.controlplane.io/", 23) ||
	       memmem(text, len, "source.toolkit.fluxcd.io/", 25) ||
	       memmem(text, len, "ArtifactGenerator", 17);
}

/* "@name/dir/" and what stands for all below it, without both: "dir". */
static const char *artifact_dir(struct arena *a, const char *text)
{
	const char *slash = *text == '@' ? strchr(text, '/') : NULL;
	size_t len = slash ? strlen(slash + 1) : 0;

	while (len && strchr("/*", slash[len]))
		len--;
	return slash ? arena_memdup(a, slash + 1, len) : "";
}

static void learn_artifacts(struct apps *apps, const struct node *spec)
{
	const struct node *list = node_get(spec, "artifacts");
	struct flux_state *state = flux_state_of(apps);
	uint32_t i, k;

	for (i = 0; node_is(list, NODE_SEQ) && i < list->len; i++) {
		const struct node *copies = node_get(list->items[i], "copy");

		for (k = 0; node_is(copies, NODE_SEQ) && k < copies->len; k++)
			*vec_push(apps->arena, &state->artifacts) = (struct flux_artifact){
				node_string_at(list->items[i], "name"),
				artifact_dir(apps->arena, node_string_at(copies->items[k], "from")),
				artifact_dir(apps->arena, node_string_at(copies->items[k], "to")),
			};
	}
}

static void learn_kustomization(struct apps *apps, const struct engine_object *object)
{
	const struct node *spec = node_get(object->root, "spec");
	const char *path = node_string_at(spec, "path");
	const char *source = node_string_at(node_get(spec, "sourceRef"), "kind");
	struct app *app;

	path = view_join(apps->arena, "", path + (*path == '/'));
	if (path && *path && strcmp(source, "GitRepository") != 0)
		path = flux_pushed_path(apps, path, object->file);
	app = path ? apps_add(apps, &engine_flux, path, object) : NULL;
	if (app && !object->parent)
		flux_learn_use(apps, app);
	/* The whole of something else is not the whole of this repository. */
	if (app && !*path && strcmp(source, "GitRepository"))
		app->covers = "/";
	if (app && node_true(node_get(spec, "suspend")))
		app->skipped = "it is suspended";
}

static void learn(struct apps *apps, const struct engine_object *object)
{
	const struct node *spec = node_get(object->root, "spec");

	if (!strcmp(object->kind, "ArtifactGenerator"))
		learn_artifacts(apps, spec);
	else if (!strcmp(object->kind, "Kustomization") && node_is(spec, NODE_MAP) &&
		 !strncmp(object->api_version, group, sizeof(group) - 1))
		learn_kustomization(apps, object);
	else if (!strcmp(object->kind, "HelmRelease") && node_is(spec, NODE_MAP))
		flux_learn_release(apps, object);
	else if (!strncmp(object->api_version, "source.", 7))
		flux_learn_source(apps, object);
	else if (!strcmp(object->kind, "CustomResourceDefinition"))
		flux_learn_kind(apps, object->root);
	else if (!strcmp(object->kind, "Deployment"))
		flux_learn_controllers(apps, object);
	else if (!strcmp(object->kind, "FluxInstance")) {
		flux_learn_controllers(apps, object);
		flux_learn_instance(apps, object);
	} else if (!strcmp(object->kind, "ResourceSet") && node_is(spec, NODE_MAP))
		flux_learn_resourceset(apps, object);
}

static bool ready(struct apps *apps, struct app *app, bool last)
{
	const struct node *ref;
	enum flux_place place;

	if (!strcmp(app->kind, "HelmRelease"))
		return flux_release_ready(apps, app, last);
	if (!strcmp(app->kind, "ResourceSet"))
		return flux_resourceset_ready(apps, app, last);
	ref = node_path(app->root, "spec", "sourceRef", NULL);
	place = flux_source_place(apps, app, ref, last);
	if (place == FLUX_WAIT)
		return false;
	if (place == FLUX_ELSEWHERE)
		return true;
	if (!flux_take_variables(apps, app, last))
		return false;
	flux_take_ignores(apps, app, ref);
	return true;
}

/* ---- the kustomization that the controller builds ---- */

struct flux {
	struct run *run;
	struct arena *arena;
	struct view *view;
	const struct app *app;
	const struct node *spec;
};

/* A YAML file that holds something, and no objects, fails the whole build. */
static int check_empty(struct flux *f, const char *path, struct err *err)
{
	struct yaml_docs docs = { 0 };
	struct blob blob;
	size_t i;

	if (view_read(f->view, path, &blob, err) < 0 ||
	    yaml_read(f->run, f->arena, YAML_SIGS, blob.path, blob.text, blob.len, blob.origin,
		      &docs, err) < 0)
		return -1;
	for (i = 0; i < docs.count; i++)
		if (docs.items[i].root && docs.items[i].root->type != NODE_NULL &&
		    (!*node_string_at(docs.items[i].root, "kind") ||
		     docs.items[i].root->type != NODE_MAP))
			return err_raise(
				err, ERR_INPUT,
				origins_pos(f->run->origins, docs.items[i].root->origin),
				"this is no object, and where there is no kustomization.yaml Flux "
				"takes every YAML file for a manifest");
	return 0;
}

/*
 * fluxcd/pkg/kustomize's generator: every manifest below, in the order of a walk; a directory that
 * has a kustomization stands for itself.
 */
static int list_resources(struct flux *f, const char *dir, const char *prefix, struct node *into,
			  struct err *err)
{
	struct view_items items = { 0 };
	size_t i;

	if (view_list(f->view, f->arena, dir, &items, err) < 0)
		return -1;
	for (i = 0; *prefix && i < items.count; i++) {
		if (items.items[i].kind == VIEW_FILE && kustfile_is_name(items.items[i].name)) {
			node_append(f->arena, into,
				    node_at(node_str_n(f->arena, prefix, strlen(prefix) - 1),
					    f->app->root->origin));
			return 0;
		}
	}
	for (i = 0; i < items.count; i++) {
		const char *name = items.items[i].name, *dot = strrchr(name, '.');
		const char *path = *dir ? arena_printf(f->arena, "%s/%s", dir, name) : name;

		if (name[0] == '.')
			continue;
		if (items.items[i].kind == VIEW_DIR &&
		    list_resources(f, path, arena_printf(f->arena, "%s%s/", prefix, name), into,
				   err) < 0)
			return -1;
		if (items.items[i].kind != VIEW_FILE || !dot ||
		    (strcmp(dot, ".yaml") && strcmp(dot, ".yml")))
			continue;
		if (!plain_holds_objects(f->view, path)) {
			if (check_empty(f, path, err) < 0)
				return -1;
			continue;
		}
		node_append(
			f->arena, into,
			node_at(node_str(f->arena, arena_printf(f->arena, "%s%s", prefix, name)),
				f->app->root->origin));
	}
	return 0;
}

static struct node *generate(struct flux *f, struct err *err)
{
	struct node *k = node_map(f->arena), *resources = node_seq(f->arena);

	if (list_resources(f, f->app->path, "", resources, err) < 0)
		return NULL;
	node_set(f->arena, k, "apiVersion", node_str(f->arena, "kustomize.config.k8s.io/v1beta1"));
	node_set(f->arena, k, "kind", node_str(f->arena, "Kustomization"));
	node_set(f->arena, k, "resources", resources);
	node_at(k, f->app->root->origin);
	return k;
}

/*
 * Flux has kustomize write origins where a kustomization has no resources, lest it be called empty:
 * what its generators make bears them in the cluster, too.
 */
static void add_origins(struct flux *f, struct node *k)
{
	const struct node *resources = node_get(k, "resources");
	struct node *list = node_at(node_seq(f->arena), k->origin);

	if (node_is(resources, NODE_SEQ) && resources->len)
		return;
	node_append(f->arena, list, node_str(f->arena, "originAnnotations"));
	node_set(f->arena, k, "buildMetadata", list);
}

static struct node *read_own(struct flux *f, struct err *err)
{
	struct node *root = NULL;
	const char *name;
	struct blob blob;

	if (!kustfile_present(f->view, f->app->path, &name))
		return generate(f, err);
	if (view_read(f->view, view_join(f->arena, f->app->path, name), &blob, err) < 0 ||
	    yaml_read_one(f->run, f->arena, YAML_SIGS, blob.path, blob.text, blob.len, blob.origin,
			  &root, err) < 0)
		return NULL;
	root = root ? node_copy(f->arena, root) : node_at(node_map(f->arena), blob.origin);
	if (node_is(root, NODE_MAP))
		add_origins(f, root);
	return root;
}

static void append_list(struct flux *f, struct node *k, const char *key, const char *to)
{
	const struct node *more = node_get(f->spec, key);
	struct node *list = node_get(k, to);
	uint32_t i;

	if (!node_is(more, NODE_SEQ))
		return;
	if (!node_is(list, NODE_SEQ)) {
		list = node_at(node_seq(f->arena), more->origin);
		node_set(f->arena, k, to, list);
	}
	for (i = 0; i < more->len; i++)
		node_append(f->arena, list, node_copy(f->arena, more->items[i]));
}

/* An image of the object takes the place of the kustomization's own for the same name. */
static void merge_images(struct flux *f, struct node *k)
{
	const struct node *more = node_get(f->spec, "images");
	struct node *list = node_get(k, "images");
	uint32_t i, j;

	for (i = 0; node_is(more, NODE_SEQ) && i < more->len; i++)
		for (j = 0; node_is(list, NODE_SEQ) && j < list->len; j++)
			if (!strcmp(node_string_at(list->items[j], "name"),
				    node_string_at(more->items[i], "name")))
				node_remove_at(list, j--);
	append_list(f, k, "images", "images");
}

static void set_text(struct flux *f, struct node *k, const char *from, const char *to)
{
	const struct node *value = node_get(f->spec, from);

	if (node_is(value, NODE_STR) && value->len)
		node_set(f->arena, k, to, node_copy(f->arena, value));
}

static void append_components(struct flux *f, struct node *k)
{
	const struct node *more = node_get(f->spec, "components");
	bool lenient = node_true(node_get(f->spec, "ignoreMissingComponents"));
	struct node *list = node_get(k, "components");
	uint32_t i;

	for (i = 0; node_is(more, NODE_SEQ) && i < more->len; i++) {
		const char *path = node_is(more->items[i], NODE_STR)
					   ? view_join(f->arena, f->app->path, more->items[i]->text)
					   : NULL;

		if (lenient && (!path || view_kind(f->view, path) == VIEW_ABSENT))
			continue;
		if (!node_is(list, NODE_SEQ)) {
			list = node_at(node_seq(f->arena), more->origin);
			node_set(f->arena, k, "components", list);
		}
		node_append(f->arena, list, node_copy(f->arena, more->items[i]));
	}
}

static void apply_spec(struct flux *f, struct node *k)
{
	const struct node *said = node_get(f->spec, "buildMetadata");

	set_text(f, k, "targetNamespace", "namespace");
	set_text(f, k, "namePrefix", "namePrefix");
	set_text(f, k, "nameSuffix", "nameSuffix");
	append_components(f, k);
	append_list(f, k, "patches", "patches");
	append_list(f, k, "patchesStrategicMerge", "patchesStrategicMerge");
	append_list(f, k, "patchesJson6902", "patchesJson6902");
	merge_images(f, k);
	if (node_is(said, NODE_SEQ) && said->len)
		node_set(f->arena, k, "buildMetadata", node_copy(f->arena, said));
}

/* ---- after the build ---- */

static bool substitution_disabled(const struct node *object)
{
	static const char key[] = "kustomize.toolkit.fluxcd.io/substitute";
	const struct node *metadata = node_get(object, "metadata");
	const char *label = node_get_string(node_get(metadata, "labels"), key);
	const char *annotation = node_get_string(node_get(metadata, "annotations"), key);

	return (label && !strcmp(label, "disabled")) ||
	       (annotation && !strcmp(annotation, "disabled"));
}

/* Without a variable nothing is replaced, not even "$$". */
static int substitute(struct flux *f, struct node *object, struct notes *notes, struct err *err)
{
	struct substitutes with = { .variables = node_get(f->app->inputs, "variables"),
				    .notes = notes };

	with.complete = node_true(node_get(f->app->inputs, "complete"));
	with.strict = node_true(node_get(f->app->inputs, "strict"));
	if (!with.variables || !with.variables->len || substitution_disabled(object))
		return 0;
	return flux_substitute(f->run, f->arena, object, &with, err);
}

static int finish(struct flux *f, const struct objects *built, struct rendered *made,
		  struct err *err)
{
	bool replaces = node_is(node_get(f->spec, "postBuild"), NODE_MAP);
	struct objects *out = &made->objects;
	struct flux_ids ids;
	size_t i;

	if (replaces)
		flux_ids_init(&ids, f->run, f->arena, built);
	for (i = 0; i < built->count; i++) {
		struct node *object = node_copy(f->arena, built->items[i].root);

		flux_note_sops(f->arena, f->app, object, &made->notes);
		if (flux_is_sealed(object) ||
		    !flux_seal_generated(f->arena, f->app, object, &made->notes))
			continue;
		if (substitute(f, object, &made->notes, err) < 0 ||
		    (replaces && !substitution_disabled(built->items[i].root) &&
		     flux_ids_replace(&ids, built->items[i].root, object, err) < 0))
			return -1;
		flux_secret_data(f->arena, object);
		flux_mark(f->arena, f->app, group, object);
		if (objects_add(f->run, f->arena, out, object, err) < 0)
			return -1;
	}
	return 0;
}

/* ---- health checks ---- */

/* Something that may bring more objects: a release, another Kustomization, an operator's. */
static bool brings_more(const struct object *o)
{
	size_t len = strlen(o->group);

	return strchr(o->group, '.') && (len < 7 || strcmp(o->group + len - 7, ".k8s.io") != 0);
}

/* Whether the object of a health check is rendered, or may come from one that is. */
static bool is_awaited(const struct objects *all, const struct node *check)
{
	const char *ns = node_string_at(check, "namespace");
	size_t i;

	for (i = 0; i < all->count; i++) {
		const struct object *o = &all->items[i];

		if (brings_more(o) || (!strcmp(o->kind, node_string_at(check, "kind")) &&
				       !strcmp(o->name, node_string_at(check, "name")) &&
				       (!*ns || !*o->ns || !strcmp(o->ns, ns))))
			return true;
	}
	return false;
}

/* kustomize-controller waits for these until its timeout, then the Kustomization is not ready. */
static void check_health(struct flux *f, const struct objects *all, struct notes *notes)
{
	const struct node *list = node_get(f->spec, "healthChecks");
	uint32_t i;

	for (i = 0; node_is(list, NODE_SEQ) && i < list->len; i++) {
		const struct node *check = list->items[i];
		const char *name = node_string_at(check, "name");

		if (!*name || strstr(name, "${") || is_awaited(all, check))
			continue;
		*vec_push(f->arena, notes) = (struct note){
			arena_printf(f->arena,
				     "Kustomization %s/%s: its health check waits for %s %s/%s, "
				     "which it does not render",
				     f->app->ns, f->app->name, node_string_at(check, "kind"),
				     node_string_at(check, "namespace"), name),
			check->origin,
		};
	}
}

static int build(struct run *run, struct arena *a, struct view *v, const struct app *app,
		 const struct render_options *options, struct rendered *out, struct err *err)
{
	struct flux f = { run, a, v, app, node_get(app->root, "spec") };
	struct render_options how = *options;
	struct rendered built = { 0 };
	struct node *kustomization;
	int rc;

	out->renderer = "flux";
	buf_init(&out->text, 0);
	buf_init(&built.text, 0);
	if (view_kind(v, app->path) != VIEW_DIR)
		return err_raise(
			err, strstr(app->path, "${") ? ERR_UNSUPPORTED : ERR_NOT_FOUND,
			origins_pos(run->origins, node_get(f.spec, "path")
							  ? node_get(f.spec, "path")->origin
							  : app->root->origin),
			"Kustomization %s/%s: no directory '%s' in %s", app->ns, app->name,
			*app->path ? app->path : ".", view_name(v));
	kustomization = read_own(&f, err);
	if (!kustomization)
		return -1;
	apply_spec(&f, kustomization);
	how.kustomization = kustomization;
	how.load_restrictor = LOAD_NONE;
	how.kustomize_api = KUSTOMIZE_API_0_20;
	rc = renderer_kustomize.render(run, a, v, app->path, &how, &built, err);
	if (!rc)
		rc = finish(&f, &built.objects, out, err);
	if (!rc)
		check_health(&f, &out->objects, &out->notes);
	rendered_release(&built);
	return rc;
}

static int render_kustomization(struct run *run, struct arena *a, struct view *v,
				const struct app *app, const struct render_options *options,
				struct rendered *out, struct err *err)
{
	struct view *seen = flux_seen(a, v, app);
	int rc = build(run, a, seen ? seen : v, app, options, out, err);

	if (seen)
		view_free(seen);
	return rc;
}

static int render(struct run *run, struct arena *a, struct view *v, const struct app *app,
		  const struct render_options *options, struct rendered *out, struct err *err)
{
	if (!strcmp(app->kind, "HelmRelease"))
		return flux_render_release(run, a, v, app, options, out, err);
	if (!strcmp(app->kind, "ResourceSet"))
		return flux_render_resourceset(run, a, v, app, out, err);
	return render_kustomization(run, a, v, app, options, out, err);
}

/* What a kubeConfig points to is another cluster, which is known by the name of that object. */
static const char *target(struct apps *apps, const struct app *app)
{
	const struct node *config = node_path(app->root, "spec", "kubeConfig", NULL);
	const char *name = node_string_at(node_get(config, "secretRef"), "name");

	if (!*name)
		name = node_string_at(node_get(config, "configMapRef"), "name");
	if (!*name)
		return app->cluster;
	return *app->cluster ? arena_printf(apps->arena, "%s/%s", app->cluster, name) : name;
}

static void finish_all(struct apps *apps)
{
	flux_say_charts(apps);
	flux_check_depends(apps);
}

const struct engine engine_flux = {
	.entry_is_cluster = true,
	.name = "flux",
	.mentions = mentions,
	.learn = learn,
	.ready = ready,
	.render = render,
	.finish = finish_all,
	.settle = flux_settle,
	.target = target,
};
