/*
 * HelmRelease (helm-controller): which chart, which values, and what happens to its objects after
 * the templates.
 */
#include <string.h>
#include "base/sha256.h"
#include "render/engines/flux_release.h"
#include "render/helm/helm.h"
#include "render/kustomize/kustomize.h"
#include "render/yaml/yaml.h"

static const char group[] = "helm.toolkit.fluxcd.io";
enum { MAX_RELEASE = 53 };

void flux_learn_release(struct apps *apps, const struct engine_object *object)
{
	struct app *app = apps_add(apps, &engine_flux, "", object);

	if (!app)
		return;
	app->leaf = app->mutes_notes = true;
	app->renderer = "helm";
	app->path = arena_printf(apps->arena, "HelmRelease %s/%s", object->ns, object->name);
	if (node_true(node_path(object->root, "spec", "suspend", NULL)))
		app->skipped = "it is suspended";
}

/* "GROUP/KIND" of a CRD whose kind is cluster-scoped; NULL. */
static const char *cluster_kind(struct arena *a, const struct node *crd)
{
	const struct node *spec = node_get(crd, "spec");

	if (strcmp(node_string_at(crd, "kind"), "CustomResourceDefinition") ||
	    strcmp(node_string_at(spec, "scope"), "Cluster"))
		return NULL;
	return arena_printf(a, "%s/%s", node_string_at(spec, "group"),
			    node_string_at(node_get(spec, "names"), "kind"));
}

void flux_learn_kind(struct apps *apps, const struct node *crd)
{
	struct flux_state *state = flux_state_of(apps);
	const char *kind = cluster_kind(apps->arena, crd);

	if (!kind)
		return;
	if (!state->cluster_kinds)
		state->cluster_kinds = node_map(apps->arena);
	node_set(apps->arena, state->cluster_kinds, kind, node_bool(apps->arena, true));
}

/* What the cluster that the release goes to can do; NULL: not known. */
static const struct node *facts_of(struct apps *apps, const struct app *app)
{
	if (!apps->facts || node_path(app->root, "spec", "kubeConfig", NULL) ||
	    !flux_asks(apps, app))
		return NULL;
	return apps->facts(apps->list_data, apps->arena);
}

bool flux_release_ready(struct apps *apps, struct app *app, bool last)
{
	struct flux_release *release = arena_new(apps->arena, struct flux_release);
	struct node *inputs = node_map(apps->arena);
	const struct node *facts, *own;

	*release = (struct flux_release){ 0 };
	if (!flux_take_chart(apps, app, release, last))
		return false;
	if (app->skipped)
		return true;
	if (!flux_take_values(apps, app, last, &release->values))
		return false;
	node_set(apps->arena, inputs, "values", (struct node *)(uintptr_t)release->values);
	node_set(apps->arena, inputs, "chart",
		 node_str(apps->arena,
			  release->chart ? view_name(release->chart->view) : app->path));
	own = release->values;
	flux_take_history(apps, app, release, inputs);
	facts = facts_of(apps, app);
	if (release->every_commit)
		node_set(apps->arena, inputs, "everyCommit", node_bool(apps->arena, true));
	if (release->source)
		node_set(apps->arena, inputs, "packed", node_copy(apps->arena, release->spec));
	if (flux_state_of(apps)->cluster_kinds)
		node_set(apps->arena, inputs, "clusterKinds",
			 node_copy(apps->arena, flux_state_of(apps)->cluster_kinds));
	if (flux_helm_apply(apps, app))
		node_set(apps->arena, inputs, "helmApply",
			 node_str(apps->arena, flux_helm_apply(apps, app)));
	node_set(apps->arena, inputs, "hooksApart",
		 node_bool(apps->arena, flux_renders_no_hooks(apps, app)));
	if (facts)
		node_set(apps->arena, inputs, "facts", (struct node *)(uintptr_t)facts);
	app->inputs = inputs;
	if (!node_path(app->root, "spec", "valuesFrom", NULL))
		app->own = own;
	app->data = release;
	if (release->source)
		flux_take_ignores(apps, app, release->source);
	return true;
}

/* ---- the render ---- */

/* Too long a name is cut and told apart by a hash, as helm-controller does. */
const char *flux_release_name(struct arena *a, const struct app *app)
{
	const struct node *spec = node_get(app->root, "spec");
	const char *name = node_string_at(spec, "releaseName");
	char hex[65];

	if (!*name)
		name = *node_string_at(spec, "targetNamespace")
			       ? arena_printf(a, "%s-%s", node_string_at(spec, "targetNamespace"),
					      app->name)
			       : app->name;
	if (strlen(name) <= MAX_RELEASE)
		return name;
	return arena_printf(a, "%.40s-%.12s", name, sha256_hex(name, strlen(name), hex));
}

/*
 * source-controller packs these files, merged in order, as the chart's values.yaml; the chart's own
 * counts only where it is named among them.
 */
static void set_defaults(struct arena *a, struct view *v, const struct flux_release *release,
			 struct render_options *how)
{
	const struct node *files = release->value_files;
	struct value_option *out;
	uint32_t i;

	if (!node_is(files, NODE_SEQ) || !files->len)
		return;
	v = release->chart ? release->chart->view : v;
	out = arena_array(a, files->len, struct value_option);
	how->defaults = out;
	for (i = 0; i < files->len; i++) {
		const char *name = node_is(files->items[i], NODE_STR) ? files->items[i]->text : "";
		const char *path =
			view_join(a, release->chart ? release->chart->path : release->files_from,
				  name + (*name == '/'));

		if (release->skip_missing && (!path || view_kind(v, path) == VIEW_ABSENT))
			continue;
		out[how->default_count++] = (struct value_option){ .text = path,
								   .view = v,
								   .shown = path ? NULL : name };
	}
}

/* spec.postRenderers[].kustomize: patches and images over what the templates printed. */
static int post_render(struct run *run, struct arena *a, struct view *v, const struct node *how,
		       struct rendered *r, struct err *err)
{
	static const char *const keys[] = { "patches", "patchesStrategicMerge", "patchesJson6902",
					    "images" };
	static const char file[] = "helm-output.yaml";
	struct view *over = view_new_overlay(v);
	struct render_options options = { .load_restrictor = LOAD_NONE };
	struct node *k = node_map(a), *resources = node_seq(a);
	struct rendered made = { .want_text = true };
	size_t i;
	int rc;

	view_overlay_add(over, file, r->text.text, r->text.len, r->text_origin);
	node_append(a, resources, node_str(a, file));
	node_set(a, k, "apiVersion", node_str(a, "kustomize.config.k8s.io/v1beta1"));
	node_set(a, k, "kind", node_str(a, "Kustomization"));
	node_set(a, k, "resources", resources);
	for (i = 0; i < ARRAY_SIZE(keys); i++)
		if (node_get(how, keys[i]))
			node_set(a, k, keys[i], node_copy(a, node_get(how, keys[i])));
	options.kustomization = k;
	buf_init(&made.text, 0);
	rc = renderer_kustomize.render(run, a, over, "", &options, &made, err);
	if (!rc) {
		r->objects = made.objects;
		buf_release(&r->text);
		r->text = made.text;
		r->text_origin = 0;
	} else {
		buf_release(&made.text);
		err_wrap(err, "postRenderers");
	}
	view_free(over);
	return rc;
}

static int post_render_all(struct run *run, struct arena *a, struct view *v,
			   const struct node *list, struct rendered *r, struct err *err)
{
	uint32_t i;

	for (i = 0; node_is(list, NODE_SEQ) && i < list->len; i++)
		if (node_get(list->items[i], "kustomize") &&
		    post_render(run, a, v, node_get(list->items[i], "kustomize"), r, err) < 0)
			return -1;
	return 0;
}

/* Whether the templates' text is needed: with text there are no objects. */
static bool is_post_rendered(const struct node *list)
{
	uint32_t i;

	for (i = 0; node_is(list, NODE_SEQ) && i < list->len; i++)
		if (node_get(list->items[i], "kustomize"))
			return true;
	return false;
}

/* What has no namespace of its own goes to the release's, where its kind has one. */
static void settle(struct arena *a, const char *ns, const struct node *kinds, struct node *object)
{
	struct node *metadata = flux_child_map(a, object, "metadata");
	const char *version = node_string_at(object, "apiVersion"), *slash = strchr(version, '/');
	const char *kind = arena_printf(a, "%.*s/%s", slash ? (int)(slash - version) : 0, version,
					node_string_at(object, "kind"));

	if (*node_string_at(metadata, "namespace") || node_get(kinds, kind) ||
	    kustomize_cluster_scoped(a, node_string_at(object, "apiVersion"),
				     node_string_at(object, "kind")))
		return;
	node_set(a, metadata, "namespace", node_at(node_str(a, ns), metadata->origin));
}

/* What Helm writes over each object of a release: but for the CRDs of crds/, which it has not. */
static void own(struct arena *a, const char *release, const char *ns, const struct node *root,
		struct node *object)
{
	struct node *metadata = flux_child_map(a, object, "metadata");
	struct node *labels = flux_child_map(a, metadata, "labels");
	struct node *annotations = flux_child_map(a, metadata, "annotations");

	node_set(a, labels, "app.kubernetes.io/managed-by",
		 node_at(node_str(a, "Helm"), root->origin));
	node_set(a, annotations, "meta.helm.sh/release-name",
		 node_at(node_str(a, release), root->origin));
	node_set(a, annotations, "meta.helm.sh/release-namespace",
		 node_at(node_str(a, ns), root->origin));
}

/* A file of a chart's crds/, as against one of its templates. */
static bool is_crd_file(const char *file)
{
	return file && strstr(file, "/crds/") && !strstr(file, "/templates/");
}

struct finish {
	struct run *run;
	struct arena *arena;
	const struct app *app;
	const char *release, *ns;
	struct node *kinds; /* cluster-scoped ones of CRDs */
	struct rendered *out;
};

/* helm-controller applies the CRDs of crds/ itself, and nothing else that lies there. */
static bool is_left_out(struct finish *f, const struct object *from)
{
	if (!is_crd_file(from->file) || !strcmp(from->kind, "CustomResourceDefinition"))
		return false;
	*vec_push(f->arena, &f->out->notes) = (struct note){
		arena_printf(
			f->arena,
			"HelmRelease %s/%s: helm-controller ignores %s %s: in a chart's crds/ it "
			"applies CustomResourceDefinitions alone",
			f->app->ns, f->app->name, from->kind, from->name),
		from->root->origin,
	};
	return true;
}

static int finish_one(struct finish *f, const struct object *from, struct err *err)
{
	struct objects *out = &f->out->objects;
	struct node *object;
	size_t first = out->count;

	if (is_left_out(f, from))
		return 0;
	object = node_copy(f->arena, from->root);
	if (is_crd_file(from->file)) {
		flux_mark_owner(f->arena, f->app, group, object);
	} else {
		settle(f->arena, f->ns, f->kinds, object);
		flux_mark(f->arena, f->app, group, object);
		own(f->arena, f->release, f->ns, f->app->root, object);
	}
	if (objects_add(f->run, f->arena, out, object, err) < 0)
		return -1;
	for (; first < out->count; first++) {
		out->items[first].hook =
			from->hook || node_get(node_path(object, "metadata", "annotations", NULL),
					       "helm.sh/hook");
		out->items[first].random = from->random;
		out->items[first].file = from->file;
	}
	return 0;
}

/* install.createNamespace: as Helm makes it where it is missing. */
static int add_namespace(struct finish *f, const struct objects *made, struct err *err)
{
	const struct node *said =
		node_path(f->app->root, "spec", "install", "createNamespace", NULL);
	struct node *root, *metadata, *labels;
	struct objects *out = &f->out->objects;

	if (!node_true(said) || objects_make_namespace(made, f->ns))
		return 0;
	root = node_at(node_map(f->arena), said->origin);
	node_set(f->arena, root, "apiVersion", node_str(f->arena, "v1"));
	node_set(f->arena, root, "kind", node_str(f->arena, "Namespace"));
	metadata = flux_child_map(f->arena, root, "metadata");
	labels = flux_child_map(f->arena, metadata, "labels");
	node_set(f->arena, metadata, "name", node_str(f->arena, f->ns));
	node_set(f->arena, labels, "name", node_str(f->arena, f->ns));
	if (objects_add(f->run, f->arena, out, root, err) < 0)
		return -1;
	out->items[out->count - 1].implied = true;
	return 0;
}

static int finish(struct finish *f, const struct objects *made, struct err *err)
{
	const struct node *known = node_get(f->app->inputs, "clusterKinds");
	const char *kind;
	size_t i;

	f->kinds = known ? node_copy(f->arena, known) : node_map(f->arena);
	for (i = 0; i < made->count; i++) {
		kind = cluster_kind(f->arena, made->items[i].root);
		if (kind)
			node_set(f->arena, f->kinds, kind, node_bool(f->arena, true));
	}
	if (add_namespace(f, made, err) < 0)
		return -1;
	for (i = 0; i < made->count; i++)
		if (finish_one(f, &made->items[i], err) < 0)
			return -1;
	return 0;
}

static bool hooks_are_apart(const struct app *app, const struct node *spec)
{
	const char *strategy = node_string_at(spec, "postRenderStrategy");

	return *strategy ? !strcmp(strategy, "nohooks")
			 : node_true(node_get(app->inputs, "hooksApart"));
}

/* The chart's own output, through what the release has after it. */
static int render_chart(struct run *run, struct arena *a, struct view *v, const struct app *app,
			const struct render_options *how, struct objects *all, struct notes *notes,
			struct err *err)
{
	const struct flux_release *release = app->data;
	const struct node *renderers = node_path(app->root, "spec", "postRenderers", NULL);
	struct rendered made = { .want_text = is_post_rendered(renderers) };
	struct objects apart;
	size_t i;
	int rc;

	buf_init(&made.text, 0);
	rc = helm_render(run, a, release->chart ? release->chart->view : v, app->path, how, &made,
			 err);
	apart = made.objects;
	if (made.want_text)
		made.objects = (struct objects){ 0 };
	if (!rc)
		rc = post_render_all(run, a, v, renderers, &made, err);
	for (i = 0; made.want_text && i < apart.count; i++)
		*vec_push(a, all) = apart.items[i];
	for (i = 0; i < made.objects.count; i++)
		*vec_push(a, all) = made.objects.items[i];
	*notes = made.notes;
	rendered_release(&made);
	return rc;
}

static void take_facts(struct arena *a, const struct app *app, struct render_options *how)
{
	const struct node *facts = node_get(app->inputs, "facts"), *apis = node_get(facts, "apis");
	const char **list;
	uint32_t i;

	if (!facts)
		return;
	how->kubernetes_version = node_string_at(facts, "version");
	list = arena_array(a, apis->len, const char *);
	for (i = 0; i < apis->len; i++)
		list[i] = apis->items[i]->text;
	how->api_versions = list;
	how->api_version_count = apis->len;
	how->apis_are_all = true;
}

static int render_release(struct run *run, struct arena *a, struct view *v, const struct app *app,
			  const struct render_options *options, struct rendered *out,
			  struct err *err)
{
	const struct flux_release *release = app->data;
	const struct value_option values = { .kind = VALUE_TREE, .tree = release->values };
	const struct value_option kept = { .kind = VALUE_TREE, .tree = release->defaults };
	const struct node *spec = node_get(app->root, "spec");
	const char *ns = node_string_at(spec, "targetNamespace");
	struct render_options how = *options;
	struct objects all = { 0 };
	struct finish f = { run, a, app, flux_release_name(a, app), *ns ? ns : app->ns, NULL, out };

	out->renderer = "helm";
	buf_init(&out->text, 0);
	how.release_name = f.release;
	how.ns = f.ns;
	how.chart_metadata = node_get_string(app->inputs, "metadata");
	how.is_upgrade = node_true(node_get(app->inputs, "upgrade"));
	(void)node_integer(node_get(app->inputs, "revision"), &how.revision);
	how.helm4 = strcmp(node_string_at(app->inputs, "helmApply"), "client") != 0;
	take_facts(a, app, &how);
	how.include_crds = strcmp(node_string_at(node_get(spec, "install"), "crds"), "Skip") != 0;
	how.crds_apart = true;
	how.hooks_apart = hooks_are_apart(app, spec);
	how.skip_tests = true;
	set_defaults(a, v, release, &how);
	if (release->defaults) {
		how.defaults = &kept;
		how.default_count = 1;
	}
	how.values = &values;
	how.value_count = 1;
	if (render_chart(run, a, v, app, &how, &all, &out->notes, err) < 0 ||
	    finish(&f, &all, err) < 0)
		return err_wrap(err, "HelmRelease %s/%s", app->ns, app->name);
	return 0;
}

int flux_render_release(struct run *run, struct arena *a, struct view *v, const struct app *app,
			const struct render_options *options, struct rendered *out, struct err *err)
{
	struct view *seen = flux_seen(a, v, app);
	int rc = render_release(run, a, seen ? seen : v, app, options, out, err);

	if (seen)
		view_free(seen);
	return rc;
}
