/*
 * One kustomization: its resources and generators are accumulated, its components run on what is
 * there, then its transformers run, in kustomize's order.
 */
#include <string.h>
#include "render/kustomize/fields.h"
#include "render/kustomize/finish.h"
#include "render/kustomize/internal.h"
#include "render/kustomize/load.h"
#include "render/kustomize/remote.h"
#include "render/kustomize/schema.h"
#include "render/kustomize/transformers.h"

static int accumulate_directory(struct target *t, struct accumulator *into, const char *dir,
				const char *path, origin_id at, bool component, struct err *err);

static bool is_component(const struct target *t)
{
	return !strcmp(field_text(t->k, "kind"), "Component");
}

static int merge_config(struct target *t, struct accumulator *into, const struct config *c,
			struct err *err)
{
	if (!c)
		return -1;
	into->config = config_merge(t->kz, into->config, c, err);
	return into->config ? 0 : -1;
}

/* ---- operands ---- */

/* Which line of which kustomization led here; each level says so once. */
static int wrap_place(struct target *t, origin_id at, struct err *err)
{
	struct origin_pos pos = { 0 };

	origins_resolve(t->kz->run->origins, at, &pos);
	if (!*err->file) {
		err_at(err, (struct pos){ pos.file ? pos.file : t->file, pos.line, pos.column });
		return -1;
	}
	return err_wrap(err, "from %s:%u", pos.file ? pos.file : t->file, pos.line);
}

int target_file(struct target *t, struct accumulator *into, const struct node *path,
		struct err *err)
{
	struct resmap found = { 0 };
	struct provenance *origin;
	struct blob blob;
	size_t i;

	if (target_read(t, path->text, path->origin, &blob, err) < 0)
		return -1;
	if (load_resources(t->kz, blob.path, blob.text, blob.len, blob.origin, &found, err) < 0)
		return wrap_place(t, path->origin, err);
	origin = provenance_append(t->kz, t->origin, path->text);
	for (i = 0; origin && i < found.count; i++)
		provenance_annotate(t->kz, found.items[i], origin);
	if (resmap_append_all(t->kz, &into->resources, &found, err) < 0)
		return wrap_place(t, path->origin, err);
	return 0;
}

static int accumulate_path(struct target *t, struct accumulator *into, const struct node *path,
			   bool component, struct err *err)
{
	const char *dir = view_join(t->kz->a, t->dir, path->text);
	enum view_kind kind = dir ? view_kind(t->view, dir) : VIEW_ABSENT;

	if (!*path->text)
		return kz_fail(t->kz, err, path->origin, "an entry is empty");
	if (kind == VIEW_FILE && !component)
		return target_file(t, into, path, err);
	if (remote_is_url(t->kz->a, path->text))
		return remote_accumulate(t, into, path, component, err);
	if (!dir)
		return kz_fail(t->kz, err, path->origin, "'%s' lies outside of %s", path->text,
			       view_name(t->view));
	if (kind == VIEW_DIR)
		return accumulate_directory(t, into, dir, path->text, path->origin, component, err);
	if (component)
		return kz_fail(t->kz, err, path->origin, "no directory '%s'", path->text);
	return target_file(t, into, path, err);
}

int target_resources(struct target *t, struct accumulator *into, const struct node *paths,
		     struct err *err)
{
	uint32_t i;

	for (i = 0; paths && i < paths->len; i++)
		if (accumulate_path(t, into, paths->items[i], false, err) < 0)
			return -1;
	return 0;
}

/* A directory may not contain one that is being built. */
static int check_cycle(const struct target *t, const char *dir, origin_id at, struct err *err)
{
	const struct target *up;
	size_t n = strlen(dir);

	for (up = t; up; up = up->parent) {
		if (up->view == t->view && !strncmp(up->dir, dir, n) &&
		    (!n || !up->dir[n] || up->dir[n] == '/'))
			return kz_fail(t->kz, err, at,
				       "cycle detected: '%s' contains '%s', which is being built",
				       *dir ? dir : ".", *up->dir ? up->dir : ".");
	}
	return 0;
}

static int check_type(struct target *sub, bool component, origin_id at, struct err *err)
{
	if (component && !is_component(sub))
		return kz_fail(sub->kz, err, at,
			       "expected kind 'Component' for path '%s' but got '%s'", sub->dir,
			       field_text(sub->k, "kind"));
	if (!component && is_component(sub))
		return kz_fail(sub->kz, err, at, "expected kind != 'Component' for path '%s'",
			       sub->dir);
	return 0;
}

/* A component changes what is there already; a base is built apart. */
static int run_sub(struct target *sub, struct accumulator *into, bool component, struct err *err)
{
	struct accumulator own = { 0 };
	int status;

	if (component) {
		sub->kz->components++;
		status = target_accumulate(sub, into, err);
		sub->kz->components--;
		return status;
	}
	if (target_accumulate(sub, &own, err) < 0 ||
	    resmap_append_all(sub->kz, &into->resources, &own.resources, err) < 0)
		return -1;
	into->config = config_merge(sub->kz, into->config, own.config, err);
	return into->config ? vars_absorb(sub->kz, into, &own, err) : -1;
}

int target_sub(struct target *t, struct target *sub, struct accumulator *into, origin_id at,
	       bool component, struct err *err)
{
	const char *ns = field_text(t->k, "namespace");

	sub->parent = t;
	sub->helm_namespace = *ns ? ns : t->helm_namespace;
	if (++t->kz->depth > LIMIT_KUSTOMIZE_DEPTH)
		return err_raise(err, ERR_LIMIT, origins_pos(t->kz->run->origins, at),
				 "bases are nested more than %d deep", LIMIT_KUSTOMIZE_DEPTH);
	if (kustfile_load(sub, err) < 0 || kschema_set(sub, false, err) < 0 ||
	    check_type(sub, component, at, err) < 0 || run_sub(sub, into, component, err) < 0)
		return wrap_place(t, at, err);
	t->kz->depth--;
	return 0;
}

static int accumulate_directory(struct target *t, struct accumulator *into, const char *dir,
				const char *path, origin_id at, bool component, struct err *err)
{
	struct target sub = { .kz = t->kz, .view = t->view, .dir = dir };

	if (check_cycle(t, dir, at, err) < 0)
		return -1;
	sub.origin = provenance_append(t->kz, t->origin, path);
	return target_sub(t, &sub, into, at, component, err);
}

static int run_components(struct target *t, struct accumulator *into, struct err *err)
{
	const struct node *paths = node_get(t->k, "components");
	uint32_t i;

	for (i = 0; paths && i < paths->len; i++)
		if (accumulate_path(t, into, paths->items[i], true, err) < 0)
			return -1;
	return 0;
}

/* ---- generators ---- */

static struct provenance *builtin_origin(struct target *t, const char *kind)
{
	struct provenance *p, *at;

	if (!t->origin)
		return NULL;
	at = provenance_append(t->kz, t->origin, t->file_name);
	p = arena_new(t->kz->a, struct provenance);
	*p = (struct provenance){ .repo = t->origin->repo,
				  .ref = t->origin->ref,
				  .configured_in = at->path,
				  .api_version = "builtin",
				  .kind = kind };
	return p;
}

static int absorb(struct target *t, struct accumulator *into, struct resmap *made, const char *kind,
		  struct err *err)
{
	provenance_annotate_missing(t->kz, made, builtin_origin(t, kind));
	return resmap_absorb(t->kz, &into->resources, made, err);
}

static int run_map_generators(struct target *t, struct accumulator *into, bool secret,
			      struct err *err)
{
	const struct node *list = node_get(t->k, secret ? "secretGenerator" : "configMapGenerator");
	const struct node *options = node_get(t->k, "generatorOptions");
	uint32_t i;

	for (i = 0; list && i < list->len; i++) {
		struct resmap made = { 0 };

		if (generate_map(t, list->items[i], options, secret, &made, err) < 0 ||
		    absorb(t, into, &made, secret ? "SecretGenerator" : "ConfigMapGenerator", err) <
			    0)
			return -1;
	}
	return 0;
}

static int run_generators(struct target *t, struct accumulator *into, struct err *err)
{
	const struct node *charts = node_get(t->k, "helmCharts");
	uint32_t i;

	if (run_map_generators(t, into, false, err) < 0 ||
	    run_map_generators(t, into, true, err) < 0)
		return -1;
	for (i = 0; charts && i < charts->len; i++) {
		struct resmap made = { 0 };

		if (generate_helm_chart(t, charts->items[i], node_get(t->k, "helmGlobals"), &made,
					err) < 0 ||
		    absorb(t, into, &made, "HelmChartInflationGenerator", err) < 0)
			return -1;
	}
	return plugins_generate(t, into, err);
}

/* ---- transformers ---- */

/* After each transformer: say that it ran, and drop what it emptied. */
static void finish(struct target *t, struct accumulator *acc, const char *kind)
{
	provenance_transformed(t->kz, &acc->resources, builtin_origin(t, kind));
	resmap_drop_empty(&acc->resources);
}

static int run_strategic_merge(struct target *t, struct accumulator *acc, struct err *err)
{
	const struct node *paths = node_get(t->k, "patchesStrategicMerge");

	if (!paths || !paths->len)
		return 0;
	if (patch_strategic_merge(t, &acc->resources, paths, NULL, err) < 0)
		return -1;
	finish(t, acc, "PatchStrategicMergeTransformer");
	return 0;
}

static int run_patches(struct target *t, struct accumulator *acc, struct err *err)
{
	const struct node *list = node_get(t->k, "patches");
	uint32_t i;

	for (i = 0; list && i < list->len; i++) {
		if (patch_entry(t, &acc->resources, list->items[i], err) < 0)
			return -1;
		finish(t, acc, "PatchTransformer");
	}
	return 0;
}

static int run_namespace(struct target *t, struct accumulator *acc, struct err *err)
{
	struct node *ns = node_get(t->k, "namespace"), *config, *metadata;

	if (!ns || !ns->len)
		return 0;
	config = node_map(t->kz->a);
	metadata = node_map(t->kz->a);
	node_set(t->kz->a, metadata, "namespace", ns);
	node_set(t->kz->a, config, "metadata", metadata);
	if (transform_namespace(t->kz, &acc->resources, config,
				&acc->config->lists[CONFIG_NAMESPACE], err) < 0)
		return -1;
	finish(t, acc, "NamespaceTransformer");
	return 0;
}

static int run_affix(struct target *t, struct accumulator *acc, bool suffix, struct err *err)
{
	const struct node *affix = node_get(t->k, suffix ? "nameSuffix" : "namePrefix");
	enum config_list list = suffix ? CONFIG_NAME_SUFFIX : CONFIG_NAME_PREFIX;

	if (!affix || !affix->len)
		return 0;
	if (transform_affix(t->kz, &acc->resources, affix, suffix, &acc->config->lists[list], err) <
	    0)
		return -1;
	finish(t, acc, suffix ? "SuffixTransformer" : "PrefixTransformer");
	return 0;
}

static int run_prefix(struct target *t, struct accumulator *acc, struct err *err)
{
	return run_affix(t, acc, false, err);
}

static int run_suffix(struct target *t, struct accumulator *acc, struct err *err)
{
	return run_affix(t, acc, true, err);
}

/* The field specs of one entry of `labels`. */
static int label_specs(struct target *t, const struct node *label, const struct config *c,
		       struct fieldspecs *out, struct err *err)
{
	static const struct gvk any = { "", "", "" };
	struct fieldspec metadata = fieldspec_make(t->kz->a, &any, "metadata/labels", true);

	*out = fieldspecs_from(t->kz, node_get(label, "fields"));
	if (fieldspecs_merge(t->kz, out, &c->lists[CONFIG_LABELS], err) < 0)
		return -1;
	if (node_true(node_get(label, "includeSelectors")))
		return fieldspecs_merge(t->kz, out, &c->lists[CONFIG_COMMON_LABELS], err);
	if (node_true(node_get(label, "includeTemplates")) &&
	    fieldspecs_merge(t->kz, out, &c->lists[CONFIG_TEMPLATE_LABELS], err) < 0)
		return -1;
	return fieldspecs_add(t->kz, out, &metadata, err);
}

static int run_labels(struct target *t, struct accumulator *acc, struct err *err)
{
	const struct node *list = node_get(t->k, "labels");
	const struct node *common = node_get(t->k, "commonLabels");
	uint32_t i;

	if (!(list && list->len) && !(common && common->len))
		return 0;
	for (i = 0; list && i < list->len; i++) {
		struct fieldspecs specs;

		if (label_specs(t, list->items[i], acc->config, &specs, err) < 0 ||
		    transform_string_map(t->kz, &acc->resources, node_get(list->items[i], "pairs"),
					 &specs, err) < 0)
			return -1;
		finish(t, acc, "LabelTransformer");
	}
	if (transform_string_map(t->kz, &acc->resources, common,
				 &acc->config->lists[CONFIG_COMMON_LABELS], err) < 0)
		return -1;
	finish(t, acc, "LabelTransformer");
	return 0;
}

static int run_annotations(struct target *t, struct accumulator *acc, struct err *err)
{
	const struct node *pairs = node_get(t->k, "commonAnnotations");

	if (!pairs || !pairs->len)
		return 0;
	if (transform_string_map(t->kz, &acc->resources, pairs,
				 &acc->config->lists[CONFIG_COMMON_ANNOTATIONS], err) < 0)
		return -1;
	finish(t, acc, "AnnotationsTransformer");
	return 0;
}

static int run_json6902(struct target *t, struct accumulator *acc, struct err *err)
{
	const struct node *list = node_get(t->k, "patchesJson6902");
	uint32_t i;

	for (i = 0; list && i < list->len; i++) {
		const struct node *one = list->items[i];

		if (patch_json6902(t, &acc->resources, node_get(one, "target"),
				   node_get(one, "path"), node_get(one, "patch"), err) < 0)
			return -1;
		finish(t, acc, "PatchJson6902Transformer");
	}
	return 0;
}

static int run_replicas(struct target *t, struct accumulator *acc, struct err *err)
{
	const struct node *list = node_get(t->k, "replicas");
	uint32_t i;

	for (i = 0; list && i < list->len; i++) {
		if (transform_replica(t->kz, &acc->resources, list->items[i],
				      &acc->config->lists[CONFIG_REPLICAS], err) < 0)
			return -1;
		finish(t, acc, "ReplicaCountTransformer");
	}
	return 0;
}

static int run_images(struct target *t, struct accumulator *acc, struct err *err)
{
	const struct node *list = node_get(t->k, "images");
	uint32_t i;

	if (transform_images(t->kz, &acc->resources, list, &acc->config->lists[CONFIG_IMAGES],
			     err) < 0)
		return -1;
	for (i = 0; list && i < list->len; i++)
		finish(t, acc, "ImageTagTransformer");
	return 0;
}

static int run_replacements(struct target *t, struct accumulator *acc, struct err *err)
{
	const struct node *list = node_get(t->k, "replacements");

	if (!list || !list->len)
		return 0;
	if (transform_replacements(t, &acc->resources, list, err) < 0)
		return -1;
	finish(t, acc, "ReplacementTransformer");
	return 0;
}

/* In the order in which kustomize runs them. */
static int (*const stages[])(struct target *t, struct accumulator *acc, struct err *err) = {
	run_strategic_merge, run_patches,  run_namespace, run_prefix, run_suffix,	run_labels,
	run_annotations,     run_json6902, run_replicas,  run_images, run_replacements,
};

static int run_transformers(struct target *t, struct accumulator *acc, struct err *err)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(stages); i++)
		if (stages[i](t, acc, err) < 0)
			return -1;
	return plugins_transform(t, acc, "transformers", err);
}

int target_accumulate(struct target *t, struct accumulator *into, struct err *err)
{
	if (arena_over_budget(t->kz->a))
		return err_raise(err, ERR_LIMIT, NO_POS, "the kustomization takes too much memory");
	if (target_resources(t, into, node_get(t->k, "resources"), err) < 0 ||
	    merge_config(t, into, config_load(t, err), err) < 0 || crds_merge(t, into, err) < 0 ||
	    run_generators(t, into, err) < 0 || run_components(t, into, err) < 0 ||
	    run_transformers(t, into, err) < 0 || plugins_transform(t, into, "validators", err) < 0)
		return -1;
	return vars_merge(t, into, node_get(t->k, "vars"), err);
}
