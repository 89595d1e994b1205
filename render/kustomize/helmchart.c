/*
 * helmCharts: charts inflated by our own Helm, with the arguments that kustomize gives the program.
 *
 * The chart lies below chartHome, or is fetched. valuesInline goes over the values file, or under
 * it, or takes its place, as valuesMerge says.
 */
#include <string.h>
#include <time.h>
#include "render/helm/helm.h"
#include "render/kustomize/internal.h"
#include "render/kustomize/load.h"
#include "render/kustomize/patch.h"
#include "render/kustomize/transformers.h"
#include "render/kustomize/merge.h"
#include "render/yaml/yaml.h"

struct inflation {
	struct target *t;
	const struct node *chart;
	const char *name;
	struct view *view; /* that holds the chart: the target's, or of a fetched one */
	const char *path;
	struct render_options options;
	struct {
		VEC(struct value_option);
	} values;
};

/* ---- the chart ---- */

static int fetch(struct inflation *i, const char *at, struct err *err)
{
	struct chart_source source = {
		.repo = field_text(i->chart, "repo"),
		.chart = i->name,
		.version = field_text(i->chart, "version"),
	};

	if (!*source.repo)
		return kz_fail(i->t->kz, err, i->chart->origin,
			       "no repo specified for pull, no chart found at '%s'", at);
	if (!*source.version && node_true(node_get(i->chart, "devel")))
		source.version = ">0.0.0-0";
	i->view = helm_open_chart(i->t->kz->run, &source, &i->path, NULL, err);
	if (i->view)
		return 0;
	err_at(err, origins_pos(i->t->kz->run->origins, i->chart->origin));
	return -1;
}

static int find_chart(struct inflation *i, const struct node *globals, struct err *err)
{
	struct kz *kz = i->t->kz;
	const char *home = field_text(globals, "chartHome"), *version, *full;

	i->name = field_text(i->chart, "name");
	if (!*i->name)
		return kz_fail(kz, err, i->chart->origin, "chart name cannot be empty");
	version = field_text(i->chart, "version");
	home = *home ? home : "charts";
	full = *version && *field_text(i->chart, "repo")
		       ? arena_printf(kz->a, "%s/%s-%s/%s", home, i->name, version, i->name)
		       : arena_printf(kz->a, "%s/%s", home, i->name);
	i->path = view_join(kz->a, i->t->dir, full);
	i->view = i->t->view;
	if (i->path && view_kind(i->view, i->path) == VIEW_DIR)
		return 0;
	return fetch(i, i->path ? i->path : full, err);
}

/* ---- values ---- */

static int add_file(struct inflation *i, struct view *v, const char *path)
{
	*vec_push(i->t->kz->a, &i->values) =
		(struct value_option){ .kind = VALUE_FILE, .text = path, .view = v };
	return 0;
}

/* Where the values file is: the one that is named, else the chart's own. */
static int values_file(struct inflation *i, struct view **v, const char **path, struct err *err)
{
	struct kz *kz = i->t->kz;
	const struct node *named = node_get(i->chart, "valuesFile");
	struct blob blob;

	*v = i->view;
	*path = arena_printf(kz->a, "%s/values.yaml", i->path);
	if (!*text_of(named))
		return 0;
	if (target_read(i->t, named->text, named->origin, &blob, err) < 0)
		return -1;
	*v = i->t->view;
	*path = view_join(kz->a, i->t->dir, named->text);
	return 0;
}

/* The inline values with the file's, each in its dialect's nodes. */
static int merge_values(struct inflation *i, const struct node *given, struct view *v,
			const char *path, const char *how, struct err *err)
{
	struct kz *kz = i->t->kz;
	struct node *file, *inline_values = node_copy(kz->a, given), *into;
	struct blob blob;

	if (!strcmp(how, "replace")) {
		into = inline_values;
	} else {
		if (view_read(v, path, &blob, err) < 0 ||
		    yaml_read_one(kz->run, kz->a, YAML_KYAML, path, blob.text, blob.len,
				  blob.origin, &file, err) < 0)
			return -1;
		file = file ? node_copy(kz->a, file) : node_map(kz->a);
		into = strcmp(how, "merge") ? file : inline_values;
		if (strategic_merge(kz, &into, into == file ? inline_values : file, err) < 0)
			return -1;
	}
	*vec_push(kz->a, &i->values) = (struct value_option){ .kind = VALUE_TREE, .tree = into };
	return 0;
}

static int add_values(struct inflation *i, struct err *err)
{
	const struct node *given = node_get(i->chart, "valuesInline");
	const struct node *more = node_get(i->chart, "additionalValuesFiles");
	const char *how = field_text(i->chart, "valuesMerge"), *path;
	struct view *v;
	struct blob blob;
	uint32_t n;

	how = *how ? how : "override";
	if (strcmp(how, "override") && strcmp(how, "merge") && strcmp(how, "replace"))
		return kz_fail(i->t->kz, err, i->chart->origin,
			       "valuesMerge must be one of [merge override replace]");
	if (values_file(i, &v, &path, err) < 0)
		return -1;
	if (node_is(given, NODE_MAP) && given->len) {
		if (merge_values(i, given, v, path, how, err) < 0)
			return -1;
	} else {
		add_file(i, v, path);
	}
	for (n = 0; more && n < more->len; n++) {
		const struct node *item = more->items[n];

		if (target_read(i->t, text_of(item), item->origin, &blob, err) < 0)
			return err_wrap(err, "could not load additionalValuesFile");
		add_file(i, i->t->view, view_join(i->t->kz->a, i->t->dir, text_of(item)));
	}
	return 0;
}

/* ---- what helm template is told ---- */

static const char *or_null(const char *text)
{
	return *text ? text : NULL;
}

/* Without a name kustomize says --generate-name: the chart's name and the time. */
static const char *generated_name(const struct inflation *i)
{
	long long now = i->t->kz->options->seed ? 0 : (long long)time(NULL);

	return arena_printf(i->t->kz->a, "%.*s-%lld", (int)strcspn(i->name, "."), i->name, now);
}

static void set_names(struct inflation *i)
{
	struct render_options *o = &i->options;
	const char *ns = field_text(i->chart, "namespace");

	if (!*ns)
		ns = field_text(i->t->k, "namespace");
	if (!*ns && i->t->helm_namespace)
		ns = i->t->helm_namespace;
	o->ns = or_null(ns);
	o->release_name = or_null(field_text(i->chart, "releaseName"));
	o->name_template = or_null(field_text(i->chart, "nameTemplate"));
	if (!o->release_name && !o->name_template)
		o->release_name = generated_name(i);
}

static void set_versions(struct inflation *i)
{
	const struct render_options *asked = i->t->kz->options;
	const struct node *list = node_get(i->chart, "apiVersions");
	struct render_options *o = &i->options;
	const char **versions;
	uint32_t n;

	o->kubernetes_version =
		asked->helm_kube_version ? asked->helm_kube_version : asked->kubernetes_version;
	if (!o->kubernetes_version)
		o->kubernetes_version = or_null(field_text(i->chart, "kubeVersion"));
	o->api_versions = asked->helm_api_versions;
	o->api_version_count = asked->helm_api_version_count;
	if (!o->api_version_count) {
		o->api_versions = asked->api_versions;
		o->api_version_count = asked->api_version_count;
	}
	if (o->api_version_count || !list)
		return;
	versions = arena_array(i->t->kz->a, list->len, const char *);
	for (n = 0; n < list->len; n++)
		versions[n] = text_of(list->items[n]);
	o->api_versions = versions;
	o->api_version_count = list->len;
}

static int render(struct inflation *i, struct resmap *out, struct err *err)
{
	struct kz *kz = i->t->kz;
	struct rendered made = { .want_text = true };
	const char *text;
	size_t n;
	int rc;

	i->options.values = i->values.items;
	i->options.value_count = i->values.count;
	buf_init(&made.text, 0);
	rc = helm_render(kz->run, kz->a, i->view, i->path, &i->options, &made, err);
	if (rc < 0)
		err_at(err, origins_pos(kz->run->origins, i->chart->origin));
	for (n = 0; n < made.notes.count; n++)
		*vec_push(kz->a, &kz->out->notes) = made.notes.items[n];
	for (n = 0; n < made.unread.count; n++)
		*vec_push(kz->a, &kz->out->unread) = made.unread.items[n];
	text = buf_dup(&made.text, kz->a);
	if (!rc)
		rc = load_resources(kz, i->path, text, made.text.len, made.text_origin, out, err);
	rendered_release(&made);
	return rc;
}

int generate_helm_chart(struct target *t, const struct node *chart, const struct node *globals,
			struct resmap *out, struct err *err)
{
	struct inflation i = { .t = t, .chart = chart };
	size_t n;

	if (!t->kz->options->enable_helm)
		return kz_fail(t->kz, err, chart->origin, "must specify --enable-helm");
	i.options = (struct render_options){
		.include_crds = node_true(node_get(chart, "includeCRDs")),
		.skip_tests = node_true(node_get(chart, "skipTests")),
		.no_hooks = node_true(node_get(chart, "skipHooks")),
		.helm4 = t->kz->options->helm4,
		.seed = t->kz->options->seed,
	};
	if (find_chart(&i, globals, err) < 0 || add_values(&i, err) < 0)
		return -1;
	set_names(&i);
	set_versions(&i);
	if (render(&i, out, err) < 0)
		return err_wrap(err, "chart '%s'", i.name);
	for (n = 0; n < out->count; n++)
		out->items[n]->helm_generated = true;
	return 0;
}
