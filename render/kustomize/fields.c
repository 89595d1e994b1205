/*
 * Decoding by tables of fields, as Go's encoding/json fills structs: keys match whatever their
 * case, null leaves a field alone, and a value of the wrong type is an error.
 */
#include <string.h>
#include <strings.h>
#include "render/kustomize/fields.h"
#include "render/kustomize/internal.h"
#include "render/yaml/yaml.h"

#define F_STRING(n)                                                                                \
	{                                                                                          \
		.name = n, .shape = SHAPE_STRING                                                   \
	}
#define F_BOOL(n)                                                                                  \
	{                                                                                          \
		.name = n, .shape = SHAPE_BOOL                                                     \
	}
#define F_INT(n)                                                                                   \
	{                                                                                          \
		.name = n, .shape = SHAPE_INT                                                      \
	}
#define F_STRINGS(n)                                                                               \
	{                                                                                          \
		.name = n, .shape = SHAPE_STRINGS                                                  \
	}
#define F_MAP(n)                                                                                   \
	{                                                                                          \
		.name = n, .shape = SHAPE_STRING_MAP                                               \
	}
#define F_ANY(n)                                                                                   \
	{                                                                                          \
		.name = n, .shape = SHAPE_ANY_MAP                                                  \
	}
#define F_STRUCT(n, s)                                                                             \
	{                                                                                          \
		.name = n, .shape = SHAPE_STRUCT, .sub = s                                         \
	}
#define F_STRUCTS(n, s)                                                                            \
	{                                                                                          \
		.name = n, .shape = SHAPE_STRUCTS, .sub = s                                        \
	}
#define F_END                                                                                      \
	{                                                                                          \
		0                                                                                  \
	}
#define F_GVK F_STRING("group"), F_STRING("version"), F_STRING("kind")
#define F_RESID F_GVK, F_STRING("name"), F_STRING("namespace")

static const struct field object_meta[] = {
	F_STRING("name"), F_STRING("namespace"), F_MAP("labels"), F_MAP("annotations"), F_END,
};
static const struct field fieldspec[] = { F_GVK, F_STRING("path"), F_BOOL("create"), F_END };
static const struct field label[] = {
	F_MAP("pairs"),
	F_BOOL("includeSelectors"),
	F_BOOL("includeTemplates"),
	F_STRUCTS("fields", fieldspec),
	F_END,
};
static const struct field selector[] = {
	F_RESID,
	F_STRING("annotationSelector"),
	F_STRING("labelSelector"),
	F_END,
};
static const struct field patch_args[] = {
	F_BOOL("allowNameChange"),
	F_BOOL("allowKindChange"),
	F_END,
};
static const struct field patch[] = {
	F_STRING("path"),
	F_STRING("patch"),
	F_STRUCT("target", selector),
	F_STRUCT("options", patch_args),
	F_END,
};
static const struct field image[] = {
	F_STRING("name"),   F_STRING("newName"), F_STRING("tagSuffix"),
	F_STRING("newTag"), F_STRING("digest"),	 F_END,
};
static const struct field field_options[] = {
	F_STRING("delimiter"), F_INT("index"), F_STRING("encoding"), F_BOOL("create"), F_END,
};
static const struct field source_selector[] = {
	F_RESID,
	F_STRING("fieldPath"),
	F_STRUCT("options", field_options),
	F_END,
};
static const struct field target_selector[] = {
	F_STRUCT("select", selector),
	F_STRUCTS("reject", selector),
	F_STRINGS("fieldPaths"),
	F_STRUCT("options", field_options),
	F_END,
};
#define F_REPLACEMENT                                                                              \
	F_STRUCT("source", source_selector), F_STRUCTS("targets", target_selector),                \
		F_STRING("sourceValue")
const struct field fields_replacement[] = { F_REPLACEMENT, F_END };
static const struct field replacement_field[] = { F_REPLACEMENT, F_STRING("path"), F_END };
static const struct field replica[] = { F_STRING("name"), F_INT("count"), F_END };
static const struct field objref[] = {
	F_STRING("apiVersion"), F_GVK, F_STRING("name"), F_STRING("namespace"), F_END,
};
static const struct field fieldref[] = { F_STRING("fieldPath"), F_END };
static const struct field var[] = {
	F_STRING("name"),
	F_STRUCT("objref", objref),
	F_STRUCT("fieldref", fieldref),
	F_END,
};
static const struct field legacy_sort[] = { F_STRINGS("orderFirst"), F_STRINGS("orderLast"),
					    F_END };
static const struct field sort_options[] = {
	F_STRING("order"),
	F_STRUCT("legacySortOptions", legacy_sort),
	F_END,
};
static const struct field generator_options[] = {
	F_MAP("labels"), F_MAP("annotations"), F_BOOL("disableNameSuffixHash"), F_BOOL("immutable"),
	F_END,
};
#define F_GENERATOR                                                                                \
	F_STRING("namespace"), F_STRING("name"), F_STRING("behavior"), F_STRINGS("literals"),      \
		F_STRINGS("files"), F_STRINGS("envs"), F_STRING("env"),                            \
		F_STRUCT("options", generator_options)
static const struct field config_map_args[] = { F_GENERATOR, F_END };
static const struct field secret_args[] = { F_GENERATOR, F_STRING("type"), F_END };
#define F_HELM_GLOBALS F_STRING("chartHome"), F_STRING("configHome")
#define F_HELM_CHART                                                                               \
	F_STRING("name"), F_STRING("version"), F_STRING("repo"), F_STRING("releaseName"),          \
		F_STRING("namespace"), F_STRINGS("additionalValuesFiles"), F_STRING("valuesFile"), \
		F_ANY("valuesInline"), F_STRING("valuesMerge"), F_BOOL("includeCRDs"),             \
		F_BOOL("skipHooks"), F_STRINGS("apiVersions"), F_STRING("kubeVersion"),            \
		F_STRING("nameTemplate"), F_BOOL("skipTests"), F_BOOL("debug"), F_BOOL("devel")
static const struct field helm_globals[] = { F_HELM_GLOBALS, F_END };
static const struct field helm_chart[] = { F_HELM_CHART, F_END };
static const struct field helm_chart_args[] = {
	F_STRING("chartName"),	   F_STRING("chartVersion"),
	F_STRING("chartRepoUrl"),  F_STRING("chartHome"),
	F_STRING("chartRepoName"), F_STRING("helmBin"),
	F_STRING("helmHome"),	   F_STRING("values"),
	F_ANY("valuesLocal"),	   F_STRING("valuesMerge"),
	F_STRING("releaseName"),   F_STRING("releaseNamespace"),
	F_STRINGS("extraArgs"),	   F_END,
};

/* In the order in which kustomize's struct has them. */
const struct field fields_kustomization[] = {
	F_STRING("kind"),
	F_STRING("apiVersion"),
	F_STRUCT("metadata", object_meta),
	F_MAP("openapi"),
	F_STRING("namePrefix"),
	F_STRING("nameSuffix"),
	F_STRING("namespace"),
	F_MAP("commonLabels"),
	F_STRUCTS("labels", label),
	F_MAP("commonAnnotations"),
	F_STRINGS("patchesStrategicMerge"),
	F_STRUCTS("patchesJson6902", patch),
	F_STRUCTS("patches", patch),
	F_STRUCTS("images", image),
	F_STRUCTS("imageTags", image),
	F_STRUCTS("replacements", replacement_field),
	F_STRUCTS("replicas", replica),
	F_STRUCTS("vars", var),
	F_STRUCT("sortOptions", sort_options),
	F_STRINGS("resources"),
	F_STRINGS("components"),
	F_STRINGS("crds"),
	F_STRINGS("bases"),
	F_STRUCTS("configMapGenerator", config_map_args),
	F_STRUCTS("secretGenerator", secret_args),
	F_STRUCT("helmGlobals", helm_globals),
	F_STRUCTS("helmCharts", helm_chart),
	F_STRUCTS("helmChartInflationGenerator", helm_chart_args),
	F_STRUCT("generatorOptions", generator_options),
	F_STRINGS("configurations"),
	F_STRINGS("generators"),
	F_STRINGS("transformers"),
	F_STRINGS("validators"),
	F_STRINGS("buildMetadata"),
	F_END,
};

static const struct field name_reference[] = { F_GVK, F_STRUCTS("fieldSpecs", fieldspec), F_END };
const struct field fields_config[] = {
	F_STRUCTS("namePrefix", fieldspec),
	F_STRUCTS("nameSuffix", fieldspec),
	F_STRUCTS("namespace", fieldspec),
	F_STRUCTS("commonLabels", fieldspec),
	F_STRUCTS("labels", fieldspec),
	F_STRUCTS("templateLabels", fieldspec),
	F_STRUCTS("commonAnnotations", fieldspec),
	F_STRUCTS("nameReference", name_reference),
	F_STRUCTS("varReference", fieldspec),
	F_STRUCTS("images", fieldspec),
	F_STRUCTS("replicas", fieldspec),
	F_END,
};

/* ---- plugins: what a resource under generators:, transformers: or validators: may hold ---- */

static const struct field value_target[] = {
	F_STRUCT("selector", selector),
	F_STRING("fieldPath"),
	F_INT("filePathPosition"),
	F_END,
};
static const struct field service_name[] = { F_STRING("name"), F_STRING("namespace"), F_END };
static const struct field service_account[] = { F_STRING("name"), F_STRING("projectId"), F_END };

static const struct field plugin_annotations[] = {
	F_MAP("annotations"),
	F_STRUCTS("fieldSpecs", fieldspec),
	F_END,
};
static const struct field plugin_image[] = {
	F_STRUCT("imageTag", image),
	F_STRUCTS("fieldSpecs", fieldspec),
	F_END,
};
static const struct field plugin_labels[] = {
	F_MAP("labels"),
	F_STRUCTS("fieldSpecs", fieldspec),
	F_END,
};
static const struct field plugin_namespace[] = {
	F_STRUCT("metadata", object_meta),
	F_STRUCTS("fieldSpecs", fieldspec),
	F_BOOL("unsetOnly"),
	F_STRING("setRoleBindingSubjects"),
	F_END,
};
static const struct field plugin_json6902[] = {
	F_STRUCT("target", selector),
	F_STRING("path"),
	F_STRING("jsonOp"),
	F_END,
};
static const struct field plugin_strategic_merge[] = {
	F_STRINGS("paths"),
	F_STRING("patches"),
	F_END,
};
static const struct field plugin_affix[] = {
	F_STRING("prefix"),
	F_STRING("suffix"),
	F_STRUCTS("fieldSpecs", fieldspec),
	F_END,
};
static const struct field plugin_replacements[] = {
	F_STRUCTS("replacements", replacement_field),
	F_END,
};
static const struct field plugin_replica[] = {
	F_STRUCT("replica", replica),
	F_STRUCTS("fieldSpecs", fieldspec),
	F_END,
};
static const struct field plugin_value_add[] = {
	F_STRING("value"),
	F_STRUCTS("targets", value_target),
	F_STRING("targetFilePath"),
	F_END,
};
static const struct field plugin_config_map[] = {
	F_STRUCT("metadata", object_meta),
	F_GENERATOR,
	F_END,
};
static const struct field plugin_secret[] = {
	F_STRUCT("metadata", object_meta),
	F_GENERATOR,
	F_STRING("type"),
	F_END,
};
static const struct field plugin_helm[] = { F_HELM_GLOBALS, F_HELM_CHART, F_END };
static const struct field plugin_iam[] = {
	F_STRING("cloud"),
	F_STRUCT("kubernetesService", service_name),
	F_STRUCT("serviceAccount", service_account),
	F_STRING("projectId"),
	F_STRING("namespace"),
	F_END,
};
static const struct field plugin_none[] = { F_END };

const struct plugin_fields plugin_fields[] = {
	{ "AnnotationsTransformer", plugin_annotations },
	{ "ConfigMapGenerator", plugin_config_map },
	{ "HashTransformer", plugin_none },
	{ "HelmChartInflationGenerator", plugin_helm },
	{ "IAMPolicyGenerator", plugin_iam },
	{ "ImageTagTransformer", plugin_image },
	{ "LabelTransformer", plugin_labels },
	{ "NamespaceTransformer", plugin_namespace },
	{ "PatchJson6902Transformer", plugin_json6902 },
	{ "PatchStrategicMergeTransformer", plugin_strategic_merge },
	{ "PatchTransformer", patch },
	{ "PrefixSuffixTransformer", plugin_affix },
	{ "PrefixTransformer", plugin_affix },
	{ "ReplacementTransformer", plugin_replacements },
	{ "ReplicaCountTransformer", plugin_replica },
	{ "SecretGenerator", plugin_secret },
	{ "SuffixTransformer", plugin_affix },
	{ "ValueAddTransformer", plugin_value_add },
	{ NULL, NULL },
};

/* ---- the decoder ---- */

struct decoder {
	struct kz *kz;
	unsigned flags;
	const char *what;
	struct err *err;
};

static struct node *decode_map(struct decoder *d, const struct field *fields,
			       const struct node *from, const char *path);

static void *mismatch(struct decoder *d, const struct node *n, const char *path, const char *want)
{
	kz_fail(d->kz, d->err, n->origin, "invalid %s: %s is %s, expected %s", d->what, path,
		type_words(n), want);
	return NULL;
}

static struct node *decode_string(struct decoder *d, struct node *n, const char *path)
{
	struct node *copy;

	if (n->type == NODE_STR) {
		copy = yaml_json_fold(d->kz->a, n->text, n->len); /* on its way to a plugin */
		return copy ? node_at(copy, n->origin) : n;
	}
	if (!node_is_scalar(n) || !(d->flags & DECODE_CONVERT))
		return mismatch(d, n, path, "a string");
	copy = node_copy(d->kz->a, n);
	copy->type = NODE_STR;
	return copy;
}

static struct node *decode_strings(struct decoder *d, struct node *n, const char *path)
{
	struct node *out = node_at(node_seq(d->kz->a), n->origin), *item;
	uint32_t i;

	if (n->type != NODE_SEQ)
		return mismatch(d, n, path, "an array");
	for (i = 0; i < n->len; i++) {
		if (node_is_null(n->items[i]))
			item = node_at(node_str(d->kz->a, ""), n->items[i]->origin);
		else
			item = decode_string(d, n->items[i], path);
		if (!item)
			return NULL;
		node_append(d->kz->a, out, item);
	}
	return out;
}

/* A key as YAML 1.1 reads it and JSON prints it: `y` is true. */
static struct node *decode_key(struct decoder *d, struct node *key)
{
	if (key->type != NODE_BOOL)
		return key;
	return node_at(node_str(d->kz->a, node_true(key) ? "true" : "false"), key->origin);
}

static struct node *decode_string_map(struct decoder *d, struct node *n, const char *path)
{
	struct node *out = node_at(node_map(d->kz->a), n->origin), *value;
	uint32_t i;

	if (n->type != NODE_MAP)
		return mismatch(d, n, path, "an object");
	for (i = 0; i < n->len; i++) {
		value = n->entries[i].value;
		if (node_is_null(value))
			value = node_at(node_str(d->kz->a, ""), n->entries[i].key->origin);
		else
			value = decode_string(d, value, path);
		if (!value)
			return NULL;
		node_append_entry(d->kz->a, out, decode_key(d, n->entries[i].key), value);
	}
	return out;
}

static struct node *decode_structs(struct decoder *d, const struct field *f, struct node *n,
				   const char *path)
{
	struct node *out = node_at(node_seq(d->kz->a), n->origin), *item;
	uint32_t i;

	if (n->type != NODE_SEQ)
		return mismatch(d, n, path, "an array");
	for (i = 0; i < n->len; i++) {
		if (node_is_null(n->items[i]))
			item = node_at(node_map(d->kz->a), n->items[i]->origin);
		else
			item = decode_map(d, f->sub, n->items[i],
					  arena_printf(d->kz->a, "%s[%u]", path, i));
		if (!item)
			return NULL;
		node_append(d->kz->a, out, item);
	}
	return out;
}

static struct node *decode_value(struct decoder *d, const struct field *f, struct node *n,
				 const char *path)
{
	int64_t number;

	switch (f->shape) {
	case SHAPE_STRING:
		return decode_string(d, n, path);
	case SHAPE_BOOL:
		return n->type == NODE_BOOL ? n : mismatch(d, n, path, "a boolean");
	case SHAPE_INT:
		return node_integer(n, &number) ? n : mismatch(d, n, path, "an integer");
	case SHAPE_STRINGS:
		return decode_strings(d, n, path);
	case SHAPE_STRING_MAP:
		return decode_string_map(d, n, path);
	case SHAPE_STRUCT:
		return decode_map(d, f->sub, n, path);
	case SHAPE_STRUCTS:
		return decode_structs(d, f, n, path);
	case SHAPE_ANY_MAP:
		return n->type == NODE_MAP ? n : mismatch(d, n, path, "an object");
	}
	return NULL;
}

static const struct field *find_field(const struct field *fields, const char *name)
{
	const struct field *f;

	for (f = fields; f->name; f++)
		if (!strcmp(f->name, name))
			return f;
	for (f = fields; f->name; f++)
		if (!strcasecmp(f->name, name))
			return f;
	return NULL;
}

static const char *closest(const struct field *fields, const char *name)
{
	const struct field *f;
	size_t n;

	for (f = fields; f->name; f++)
		for (n = 0; name[n] && f->name[n]; n++)
			if (strcasecmp(f->name, name) && n >= 3 &&
			    !strncasecmp(f->name, name, n + 1) && n + 3 >= strlen(name))
				return f->name;
	return NULL;
}

static struct node *decode_map(struct decoder *d, const struct field *fields,
			       const struct node *from, const char *path)
{
	struct node *out = node_at(node_map(d->kz->a), from->origin), *value;
	const char *guess;
	uint32_t i;

	if (from->type != NODE_MAP)
		return mismatch(d, from, *path ? path : "it", "an object");
	for (i = 0; i < from->len; i++) {
		struct node *key = from->entries[i].key;
		const struct field *f = find_field(fields, key->text);

		if (!f && !(d->flags & DECODE_STRICT))
			continue;
		if (!f) {
			guess = closest(fields, key->text);
			kz_fail(d->kz, d->err, key->origin,
				"invalid %s: unknown field \"%s\"%s%s%s%s%s", d->what, key->text,
				*path ? " in " : "", path, guess ? ", did you mean '" : "",
				guess ? guess : "", guess ? "'?" : "");
			return NULL;
		}
		if (node_is_null(from->entries[i].value))
			continue;
		value = decode_value(d, f, from->entries[i].value,
				     *path ? arena_printf(d->kz->a, "%s.%s", path, f->name)
					   : f->name);
		if (!value)
			return NULL;
		node_set(d->kz->a, out, f->name, value);
		node_entry(out, f->name)->key->origin = key->origin;
	}
	return out;
}

struct node *fields_decode(struct kz *kz, const struct field *fields, const struct node *from,
			   unsigned flags, const char *what, struct err *err)
{
	struct decoder d = { kz, flags, what, err };

	return decode_map(&d, fields, from, "");
}
