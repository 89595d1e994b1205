/* Generators, transformers and validators that are configured by resources. */
#include <string.h>
#include "base/buf.h"
#include "render/kustomize/fields.h"
#include "render/kustomize/finish.h"
#include "render/kustomize/internal.h"
#include "render/kustomize/load.h"
#include "render/kustomize/patch.h"
#include "render/kustomize/transformers.h"
#include "render/yaml/yaml.h"

struct plugin {
	struct target *t;
	struct resource *resource;
	const char *kind;
	struct node *config; /* decoded */
	struct provenance *origin;
};

/* Entries are inline resources or paths of files and folders. */
static int collect(struct target *t, const struct node *list, struct accumulator *out,
		   struct err *err)
{
	struct node *paths = node_seq(t->kz->a);
	uint32_t i;
	size_t j;

	for (i = 0; list && i < list->len; i++) {
		struct resmap found = { 0 };
		struct err inline_err = ERR_INIT;
		struct inline_text text = inline_start(t, list->items[i]);
		struct provenance *at = provenance_append(t->kz, t->origin, t->file_name);

		if (load_inline(&text, text.scalar->text, text.scalar->len, &found, &inline_err) <
		    0) {
			if (strchr(list->items[i]->text, '\n')) {
				*err = inline_err;
				return -1;
			}
			node_append(t->kz->a, paths, list->items[i]);
			continue;
		}
		for (j = 0; at && j < found.count; j++)
			provenance_annotate(t->kz, found.items[j], at);
		if (resmap_append_all(t->kz, &out->resources, &found, err) < 0)
			return -1;
	}
	return target_resources(t, out, paths, err);
}

static const struct field *fields_of(const char *kind)
{
	const struct plugin_fields *p;

	for (p = plugin_fields; p->kind; p++)
		if (!strcmp(p->kind, kind))
			return p->fields;
	return NULL;
}

static int refuse(struct kz *kz, struct resource *r, struct err *err)
{
	struct node *annotations = node_path(r->root, "metadata", "annotations", NULL);
	bool function = node_get(annotations, "config.kubernetes.io/function") ||
			node_get(annotations, "config.k8s.io/function");

	kz_fail(kz, err, r->root->origin,
		"%s '%s' is refused: nothing that a repository names is run; %s",
		function ? "the containerised or exec function" : "the exec or Go plugin",
		resource_kind(r),
		"commit what it makes, or use a builtin generator or transformer");
	err->code = ERR_UNSUPPORTED;
	return -1;
}

/* The annotation that kustomize puts on a plugin's configuration, taken back into a struct. */
static struct provenance *plugin_origin(struct kz *kz, struct resource *r)
{
	const struct node *n = node_get(node_path(r->root, "metadata", "annotations", NULL),
					"config.kubernetes.io/origin");
	struct provenance *p;
	struct node *at = NULL;
	struct err ignored = ERR_INIT;

	if (!n || !kz->track)
		return NULL;
	if (yaml_read_one(kz->run, kz->a, YAML_SIGS, "", n->text, n->len, 0, &at, &ignored) < 0)
		return NULL;
	p = arena_new(kz->a, struct provenance);
	*p = (struct provenance){ .repo = field_text(at, "repo"),
				  .ref = field_text(at, "ref"),
				  .configured_in = field_text(at, "path"),
				  .api_version = field_text(r->root, "apiVersion"),
				  .kind = resource_kind(r),
				  .name = resource_name(r),
				  .ns = resource_ns(r) };
	return p;
}

static int plugin_init(struct target *t, struct resource *r, struct plugin *p, struct err *err)
{
	struct gvk gvk = resource_gvk(t->kz, r);
	const struct field *fields = fields_of(gvk.kind);
	struct node *root;

	*p = (struct plugin){ t, r, gvk.kind, NULL, plugin_origin(t->kz, r) };
	if (strcmp(gvk.version, "builtin") || *gvk.group)
		return refuse(t->kz, r, err);
	if (!fields)
		return kz_fail(t->kz, err, r->root->origin, "unable to load builtin %s",
			       gvk_string(t->kz->a, &gvk));
	root = node_copy(t->kz->a, r->root); /* plugins get their configuration through JSON */
	json_normalize(t->kz, root);
	p->config = fields_decode(t->kz, fields, root, DECODE_CONVERT, gvk.kind, err);
	return p->config ? 0 : -1;
}

/* ---- generators ---- */

/* ConfigMapGenerator and SecretGenerator may have their name in metadata. */
static void name_from_metadata(struct kz *kz, struct node *config)
{
	static const char *const keys[] = { "name", "namespace" };
	struct node *metadata = node_get(config, "metadata"), *value;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(keys); i++) {
		value = node_get(metadata, keys[i]);
		if (!*field_text(config, keys[i]) && value)
			node_set(kz->a, config, keys[i], value);
	}
}

/* As kustomize does: a text that the names are put into as they are. */
static int generate_iam(struct plugin *p, struct resmap *out, struct err *err)
{
	struct kz *kz = p->t->kz;
	const struct node *service = node_get(p->config, "kubernetesService");
	const struct node *account = node_get(p->config, "serviceAccount");
	const char *ns = field_text(service, "namespace"), *text;
	struct resmap made = { 0 };
	struct err inner = ERR_INIT;

	if (strcmp(field_text(p->config, "cloud"), "gke"))
		return kz_fail(kz, err, p->resource->root->origin,
			       "cloud provider %s not supported yet",
			       field_text(p->config, "cloud"));
	text = arena_printf(kz->a,
			    "apiVersion: v1\nkind: ServiceAccount\nmetadata:\n  annotations:\n"
			    "    iam.gke.io/gcp-service-account: %s@%s.iam.gserviceaccount.com\n"
			    "  name: %s\n%s%s\n",
			    field_text(account, "name"), field_text(account, "projectId"),
			    field_text(service, "name"), *ns ? "  namespace: " : "", ns);
	if (load_resources(kz, "", text, strlen(text), 0, &made, &inner) < 0)
		return kz_fail(kz, err, p->resource->root->origin, "with these names: %s",
			       inner.msg);
	for (size_t i = 0; i < made.count; i++)
		node_set_origin(made.items[i]->root,
				origins_derive(kz->run->origins, p->resource->root->origin,
					       VIA_GENERATOR, 0));
	return resmap_append_all(kz, out, &made, err);
}

static int generate(struct plugin *p, struct resmap *out, struct err *err)
{
	bool secret = !strcmp(p->kind, "SecretGenerator");

	if (secret || !strcmp(p->kind, "ConfigMapGenerator")) {
		name_from_metadata(p->t->kz, p->config);
		return generate_map(p->t, p->config, NULL, secret, out, err);
	}
	if (!strcmp(p->kind, "HelmChartInflationGenerator"))
		return generate_helm_chart(p->t, p->config, p->config, out, err);
	if (!strcmp(p->kind, "IAMPolicyGenerator"))
		return generate_iam(p, out, err);
	return kz_fail(p->t->kz, err, p->resource->root->origin, "plugin %s not a generator",
		       p->kind);
}

int plugins_generate(struct target *t, struct accumulator *into, struct err *err)
{
	const struct node *list = node_get(t->k, "generators");
	struct accumulator found = { 0 };
	struct plugin p;
	size_t i;

	if (!list || !list->len)
		return 0;
	if (collect(t, list, &found, err) < 0)
		return err_wrap(err, "loading generator plugins");
	for (i = 0; i < found.resources.count; i++) {
		struct resmap made = { 0 };

		if (plugin_init(t, found.resources.items[i], &p, err) < 0 ||
		    generate(&p, &made, err) < 0)
			return err_wrap(err, "loading generator plugins");
		provenance_annotate_missing(t->kz, &made, p.origin);
		if (resmap_absorb(t->kz, &into->resources, &made, err) < 0)
			return -1;
	}
	return 0;
}

/* ---- transformers ---- */

typedef int transform_fn(struct plugin *p, struct resmap *m, struct fieldspecs *specs,
			 struct err *err);

static int run_annotations(struct plugin *p, struct resmap *m, struct fieldspecs *specs,
			   struct err *err)
{
	return transform_string_map(p->t->kz, m, node_get(p->config, "annotations"), specs, err);
}

static int run_labels(struct plugin *p, struct resmap *m, struct fieldspecs *specs, struct err *err)
{
	return transform_string_map(p->t->kz, m, node_get(p->config, "labels"), specs, err);
}

static int run_hashes(struct plugin *p, struct resmap *m, struct fieldspecs *specs, struct err *err)
{
	(void)specs;
	return transform_hashes(p->t->kz, m, err);
}

static int run_image(struct plugin *p, struct resmap *m, struct fieldspecs *specs, struct err *err)
{
	struct node *list = node_seq(p->t->kz->a), *image = node_get(p->config, "imageTag");

	node_append(p->t->kz->a, list, image ? image : node_map(p->t->kz->a));
	return transform_images(p->t->kz, m, list, specs, err);
}

static int run_namespace(struct plugin *p, struct resmap *m, struct fieldspecs *specs,
			 struct err *err)
{
	return transform_namespace(p->t->kz, m, p->config, specs, err);
}

static int run_json6902(struct plugin *p, struct resmap *m, struct fieldspecs *specs,
			struct err *err)
{
	(void)specs;
	return patch_json6902(p->t, m, node_get(p->config, "target"), node_get(p->config, "path"),
			      node_get(p->config, "jsonOp"), err);
}

static int run_strategic_merge(struct plugin *p, struct resmap *m, struct fieldspecs *specs,
			       struct err *err)
{
	(void)specs;
	return patch_strategic_merge(p->t, m, node_get(p->config, "paths"),
				     node_get(p->config, "patches"), err);
}

static int run_patch(struct plugin *p, struct resmap *m, struct fieldspecs *specs, struct err *err)
{
	(void)specs;
	return patch_entry(p->t, m, p->config, err);
}

static int run_affixes(struct plugin *p, struct resmap *m, struct fieldspecs *specs,
		       struct err *err)
{
	static const struct node none = { .type = NODE_STR, .text = "" };
	const struct node *prefix = node_get(p->config, "prefix"),
			  *suffix = node_get(p->config, "suffix");

	if (!node_get(p->config, "fieldSpecs"))
		return kz_fail(p->t->kz, err, p->resource->root->origin,
			       "fieldSpecs is not expected to be nil");
	if (strcmp(p->kind, "SuffixTransformer") &&
	    transform_affix(p->t->kz, m, prefix ? prefix : &none, false, specs, err) < 0)
		return -1;
	if (strcmp(p->kind, "PrefixTransformer") &&
	    transform_affix(p->t->kz, m, suffix ? suffix : &none, true, specs, err) < 0)
		return -1;
	return 0;
}

static int run_replacements(struct plugin *p, struct resmap *m, struct fieldspecs *specs,
			    struct err *err)
{
	(void)specs;
	return transform_replacements(p->t, m, node_get(p->config, "replacements"), err);
}

static int run_replica(struct plugin *p, struct resmap *m, struct fieldspecs *specs,
		       struct err *err)
{
	struct node *replica = node_get(p->config, "replica");

	return transform_replica(p->t->kz, m, replica ? replica : p->config, specs, err);
}

static int run_value_add(struct plugin *p, struct resmap *m, struct fieldspecs *specs,
			 struct err *err)
{
	(void)specs;
	return transform_value_add(p->t, m, p->config, err);
}

static const struct {
	const char *kind;
	transform_fn *run;
} transformers[] = {
	{ "AnnotationsTransformer", run_annotations },
	{ "HashTransformer", run_hashes },
	{ "ImageTagTransformer", run_image },
	{ "LabelTransformer", run_labels },
	{ "NamespaceTransformer", run_namespace },
	{ "PatchJson6902Transformer", run_json6902 },
	{ "PatchStrategicMergeTransformer", run_strategic_merge },
	{ "PatchTransformer", run_patch },
	{ "PrefixSuffixTransformer", run_affixes },
	{ "PrefixTransformer", run_affixes },
	{ "ReplacementTransformer", run_replacements },
	{ "ReplicaCountTransformer", run_replica },
	{ "SuffixTransformer", run_affixes },
	{ "ValueAddTransformer", run_value_add },
};

static int transform(struct plugin *p, struct resmap *m, struct err *err)
{
	struct fieldspecs specs = fieldspecs_from(p->t->kz, node_get(p->config, "fieldSpecs"));
	size_t i;

	for (i = 0; i < ARRAY_SIZE(transformers); i++)
		if (!strcmp(transformers[i].kind, p->kind))
			return transformers[i].run(p, m, &specs, err);
	return kz_fail(p->t->kz, err, p->resource->root->origin, "plugin %s not a transformer",
		       p->kind);
}

/* What a validator may not change; the label that says it has run is allowed. */
static char *snapshot(struct kz *kz, const struct resmap *m)
{
	struct buf out;
	char *text;
	size_t i;

	buf_init(&out, 0);
	for (i = 0; i < m->count; i++) {
		struct node *copy = node_copy(kz->a, m->items[i]->root);
		struct node *labels = node_path(copy, "metadata", "labels", NULL);

		if (node_is(labels, NODE_MAP) && node_remove(labels, "validated-by") &&
		    !labels->len)
			node_remove(node_get(copy, "metadata"), "labels");
		yaml_write(&out, copy);
	}
	text = buf_dup(&out, kz->a);
	buf_release(&out);
	return text;
}

int plugins_transform(struct target *t, struct accumulator *into, const char *field,
		      struct err *err)
{
	const struct node *list = node_get(t->k, field);
	bool validating = !strcmp(field, "validators");
	struct accumulator found = { 0 };
	const char *before;
	struct plugin p;
	size_t i;

	if (!list || !list->len)
		return 0;
	if (collect(t, list, &found, err) < 0)
		return -1;
	for (i = 0; i < found.resources.count; i++) {
		if (plugin_init(t, found.resources.items[i], &p, err) < 0)
			return -1;
		before = validating ? snapshot(t->kz, &into->resources) : NULL;
		if (transform(&p, &into->resources, err) < 0)
			return -1;
		if (validating && strcmp(before, snapshot(t->kz, &into->resources)))
			return kz_fail(t->kz, err, p.resource->root->origin,
				       "validator shouldn't modify the resource map");
		if (validating)
			continue;
		provenance_transformed(t->kz, &into->resources, p.origin);
		resmap_drop_empty(&into->resources);
	}
	return 0;
}
