/* objects: Helm's .Chart, .Capabilities and .Files, with their Go types and methods. */
#include <string.h>
#include "render/helm/template.h"
#include "render/helm/template/ast.h"
#include "render/helm/template/engine.h"
#include "render/helm/template/glob.h"
#include "render/yaml/yaml.h"

#define FIELDS(list) .fields = list, .field_count = ARRAY_SIZE(list)
#define METHODS(list) .methods = list, .method_count = ARRAY_SIZE(list)
#define POINTER(id, text, to)                                                                      \
	static const struct go_type id = {                                                         \
		.name = text, .kind_name = "ptr", .kind = GO_PTR, .elem = &to                      \
	}
#define POINTERS(id, text, to)                                                                     \
	static const struct go_type id = {                                                         \
		.name = text, .kind_name = "slice", .kind = GO_SLICE, .elem = &to                  \
	}

static struct value typed_string(struct arena *a, const char *text)
{
	return value_str(a, text ? text : "");
}

/* ---- .Chart ---- */

static const struct go_field maintainer_fields[] = {
	{ "Name", "name", &type_string, 1, 0 },
	{ "Email", "email", &type_string, 1, 0 },
	{ "URL", "url", &type_string, 1, 0 },
};
static const struct go_type type_maintainer = { .name = "chart.Maintainer",
						.kind_name = "struct",
						.kind = GO_STRUCT,
						FIELDS(maintainer_fields) };
POINTER(type_maintainer_ptr, "*chart.Maintainer", type_maintainer);
POINTERS(type_maintainers, "[]*chart.Maintainer", type_maintainer_ptr);

static const struct go_field dependency_fields[] = {
	{ "Name", "name", &type_string, 0, 0 },
	{ "Version", "version", &type_string, 1, 0 },
	{ "Repository", "repository", &type_string, 0, 0 },
	{ "Condition", "condition", &type_string, 1, 0 },
	{ "Tags", "tags", &type_strings, 1, 0 },
	{ "Enabled", "enabled", &type_bool, 1, 0 },
	{ "ImportValues", "import-values", &type_any_list, 1, 0 },
	{ "Alias", "alias", &type_string, 1, 0 },
};
static const struct go_type type_dependency = { .name = "chart.Dependency",
						.kind_name = "struct",
						.kind = GO_STRUCT,
						FIELDS(dependency_fields) };
POINTER(type_dependency_ptr, "*chart.Dependency", type_dependency);
POINTERS(type_dependencies, "[]*chart.Dependency", type_dependency_ptr);

static const struct go_field metadata_fields[] = {
	{ "Name", "name", &type_string, 1, 0 },
	{ "Home", "home", &type_string, 1, 0 },
	{ "Sources", "sources", &type_strings, 1, 0 },
	{ "Version", "version", &type_string, 1, 0 },
	{ "Description", "description", &type_string, 1, 0 },
	{ "Keywords", "keywords", &type_strings, 1, 0 },
	{ "Maintainers", "maintainers", &type_maintainers, 1, 0 },
	{ "Icon", "icon", &type_string, 1, 0 },
	{ "APIVersion", "apiVersion", &type_string, 1, 0 },
	{ "Condition", "condition", &type_string, 1, 0 },
	{ "Tags", "tags", &type_string, 1, 0 },
	{ "AppVersion", "appVersion", &type_string, 1, 0 },
	{ "Deprecated", "deprecated", &type_bool, 1, 0 },
	{ "Annotations", "annotations", &type_string_map, 1, 0 },
	{ "KubeVersion", "kubeVersion", &type_string, 1, 0 },
	{ "Dependencies", "dependencies", &type_dependencies, 1, 0 },
	{ "Type", "type", &type_string, 1, 0 },
};
static const struct go_type type_metadata = {
	.name = "chart.Metadata", .kind_name = "struct", .kind = GO_STRUCT, FIELDS(metadata_fields)
};
static const struct go_field chart_fields[] = {
	{ "Metadata", NULL, &type_metadata, 0, 1 },
	{ "IsRoot", "IsRoot", &type_bool, 0, 0 },
};
static const struct go_type type_chart = { .name = "struct { chart.Metadata; IsRoot bool }",
					   .kind_name = "struct",
					   .kind = GO_STRUCT,
					   FIELDS(chart_fields) };

static struct value from_tree(struct arena *a, const struct go_type *t, const struct node *n);

static struct value list_from_tree(struct arena *a, const struct go_type *t, const struct node *n)
{
	struct value out = { .type = t };
	uint32_t i;

	if (!node_is(n, NODE_SEQ))
		return out;
	out = value_list(a, t);
	for (i = 0; i < n->len; i++)
		value_append(a, out,
			     t->elem->kind == GO_INTERFACE ? value_from_node(a, n->items[i])
							   : from_tree(a, t->elem, n->items[i]));
	out.origin = n->origin;
	return out;
}

static struct value struct_from_tree(struct arena *a, const struct go_type *t, const struct node *n)
{
	const struct go_type *s = t->kind == GO_PTR ? t->elem : t;
	struct value out = value_struct(a, t);
	size_t i;

	for (i = 0; i < s->field_count; i++)
		out.fields[i] = from_tree(a, s->fields[i].type, node_get(n, s->fields[i].json));
	out.origin = n ? n->origin : 0;
	return out;
}

static struct value map_from_tree(struct arena *a, const struct go_type *t, const struct node *n)
{
	struct value out = { .type = t };
	uint32_t i;

	if (!node_is(n, NODE_MAP))
		return out;
	out = value_map(a, t);
	for (i = 0; i < n->len; i++)
		value_set_n(a, out, n->entries[i].key->text, n->entries[i].key->len,
			    from_tree(a, t->elem, n->entries[i].value));
	return out;
}

/* A field of a Go struct from YAML: what is missing is the zero value. */
static struct value from_tree(struct arena *a, const struct go_type *t, const struct node *n)
{
	struct value v;

	switch ((int)t->kind) {
	case GO_STRING:
		v = node_is_scalar(n) && !node_is_null(n) ? value_str_n(a, n->text, n->len)
							  : typed_string(a, "");
		v.origin = n ? n->origin : 0;
		return v;
	case GO_BOOL:
		return value_bool(node_true(n));
	case GO_SLICE:
		return list_from_tree(a, t, n);
	case GO_MAP:
		return map_from_tree(a, t, n);
	case GO_PTR:
		return node_is(n, NODE_MAP) ? struct_from_tree(a, t, n)
					    : (struct value){ .type = t };
	default:
		return struct_from_tree(a, t, n);
	}
}

struct value value_chart(struct arena *a, const struct node *metadata, bool is_root)
{
	struct value chart = value_struct(a, &type_chart);

	chart.fields[0] = from_tree(a, &type_metadata, metadata);
	chart.fields[1] = value_bool(is_root);
	return chart;
}

/* ---- .Capabilities ---- */

static int versions_has(struct call *c)
{
	struct value set = c->args[0];
	size_t i;

	c->result = value_bool(false);
	for (i = 0; !c->result.b && i < value_len(set); i++)
		c->result.b = !string_compare(set.list->items[i], c->args[1]);
	return 0;
}

static const struct go_method versions_methods[] = { { "Has", "s:b", versions_has } };
#define VERSIONS(package)                                                                          \
	{                                                                                          \
		.name = package ".VersionSet", .kind_name = "slice", .kind = GO_SLICE,             \
		.elem = &type_string, METHODS(versions_methods)                                    \
	}
static const struct go_type type_versions = VERSIONS("chartutil");
static const struct go_type type_versions4 = VERSIONS("common");

static void kube_version_string(struct value v, struct buf *out)
{
	buf_add(out, v.fields[0].s->text, v.fields[0].s->len);
}

static int kube_version_text(struct call *c)
{
	c->result = c->args[0].fields[0];
	return 0;
}

static const struct go_method kube_version_methods[] = {
	{ "String", ":s", kube_version_text },
	{ "GitVersion", ":s", kube_version_text },
};
static const struct go_field kube_version_fields[] = {
	{ "Version", "Version", &type_string, 0, 0 },
	{ "Major", "Major", &type_string, 0, 0 },
	{ "Minor", "Minor", &type_string, 0, 0 },
};
static const struct go_field kube_version4_fields[] = {
	{ "Version", "Version", &type_string, 0, 0 },
	{ "normalizedVersion", NULL, &type_string, 0, 0 },
	{ "Major", "Major", &type_string, 0, 0 },
	{ "Minor", "Minor", &type_string, 0, 0 },
};
#define KUBE_VERSION(package, fields)                                                              \
	{                                                                                          \
		.name = package ".KubeVersion", .kind_name = "struct", .kind = GO_STRUCT,          \
		FIELDS(fields), METHODS(kube_version_methods), .string = kube_version_string,      \
		.by_pointer = true                                                                 \
	}
static const struct go_type type_kube_version = KUBE_VERSION("chartutil", kube_version_fields);
static const struct go_type type_kube_version4 = KUBE_VERSION("common", kube_version4_fields);
static const struct go_field build_fields[] = {
	{ "Version", "version", &type_string, 1, 0 },
	{ "GitCommit", "git_commit", &type_string, 1, 0 },
	{ "GitTreeState", "git_tree_state", &type_string, 1, 0 },
	{ "GoVersion", "go_version", &type_string, 1, 0 },
};
static const struct go_type type_build = {
	.name = "version.BuildInfo", .kind_name = "struct", .kind = GO_STRUCT, FIELDS(build_fields)
};

static int capabilities_copy(struct call *c)
{
	c->result = c->args[0];
	return 0;
}

static const struct go_method capabilities_methods[] = { { "Copy", ":p", capabilities_copy } };
static const struct go_field capabilities_fields[] = {
	{ "KubeVersion", "KubeVersion", &type_kube_version, 0, 0 },
	{ "APIVersions", "APIVersions", &type_versions, 0, 0 },
	{ "HelmVersion", "HelmVersion", &type_build, 0, 0 },
};
static const struct go_field capabilities4_fields[] = {
	{ "KubeVersion", "KubeVersion", &type_kube_version4, 0, 0 },
	{ "APIVersions", "APIVersions", &type_versions4, 0, 0 },
	{ "HelmVersion", "HelmVersion", &type_build, 0, 0 },
};
#define CAPABILITIES_STRUCT(package, fields)                                                       \
	{                                                                                          \
		.name = package ".Capabilities", .kind_name = "struct", .kind = GO_STRUCT,         \
		FIELDS(fields)                                                                     \
	}
static const struct go_type type_capabilities_struct =
	CAPABILITIES_STRUCT("chartutil", capabilities_fields);
static const struct go_type type_capabilities4_struct =
	CAPABILITIES_STRUCT("common", capabilities4_fields);
#define CAPABILITIES(package, structure)                                                           \
	{                                                                                          \
		.name = "*" package ".Capabilities", .kind_name = "ptr", .kind = GO_PTR,           \
		.elem = &(structure), METHODS(capabilities_methods)                                \
	}
static const struct go_type type_capabilities = CAPABILITIES("chartutil", type_capabilities_struct);
static const struct go_type type_capabilities4 = CAPABILITIES("common", type_capabilities4_struct);

struct value value_capabilities(struct arena *a, const struct capabilities *from)
{
	struct value out = value_struct(a, from->helm4 ? &type_capabilities4 : &type_capabilities);
	struct value kube = value_struct(a, from->helm4 ? &type_kube_version4 : &type_kube_version),
		     build = value_struct(a, &type_build);
	size_t i = 0;

	kube.fields[i++] = typed_string(a, from->version);
	if (from->helm4) /* without what the vendor added */
		kube.fields[i++] = typed_string(
			a, arena_memdup(a, from->version, strcspn(from->version, "-+")));
	kube.fields[i++] = typed_string(a, from->major);
	kube.fields[i] = typed_string(a, from->minor);
	build.fields[0] = typed_string(a, from->helm_version);
	build.fields[1] = typed_string(a, from->git_commit);
	build.fields[2] = typed_string(a, from->git_tree_state);
	build.fields[3] = typed_string(a, from->go_version);
	out.fields[0] = kube;
	out.fields[1] = value_list(a, from->helm4 ? &type_versions4 : &type_versions);
	for (i = 0; i < from->api_version_count; i++)
		value_append(a, out.fields[1], value_str(a, from->api_versions[i]));
	out.fields[2] = build;
	return out;
}

/* ---- .Files ---- */

static struct value file_text(struct call *c, struct value name)
{
	struct go_entry *e = value_entry(&c->args[0], name.s->text, name.s->len);
	struct value v = e ? e->value : value_str_ref(c->arena, "", 0, 0);

	v.type = &type_string;
	return v;
}

static int files_get(struct call *c)
{
	c->result = file_text(c, c->args[1]);
	return 0;
}

static int files_get_bytes(struct call *c)
{
	c->result = file_text(c, c->args[1]);
	c->result.type = &type_bytes;
	return 0;
}

static int files_glob(struct call *c)
{
	struct value out = value_map(c->arena, &type_files), pattern = c->args[1];
	struct glob *g;
	bool ok = glob_open(&g, c->arena, pattern.s->text, pattern.s->len);
	size_t i;

	/* A pattern that is malformed matches everything. */
	for (i = 0; i < value_len(c->args[0]); i++) {
		const struct go_entry *e = &c->args[0].map->entries[i];

		if (!ok || glob_matches(g, e->key, e->len))
			value_set_n(c->arena, out, e->key, e->len, e->value);
	}
	c->result = out;
	return 0;
}

static int files_lines(struct call *c)
{
	struct value text = file_text(c, c->args[1]);
	size_t len = text.s->len, at = 0, next;
	const char *nl;

	c->result = value_list(c->arena, &type_strings);
	if (!len || call_spend(c, len / 16))
		return len ? -1 : 0;
	if (text.s->text[len - 1] == '\n')
		len--;
	do {
		nl = memchr(text.s->text + at, '\n', len - at);
		next = nl ? (size_t)(nl - text.s->text) : len;
		value_append(c->arena, c->result, string_part(c->arena, text, at, next));
		at = next + 1;
	} while (nl);
	return 0;
}

/* The files by their base names, as YAML; the values through `encode`. */
static int files_as_yaml(struct call *c, bool base64)
{
	struct value map = value_map(c->arena, &type_any_map), item;
	const char *name, *slash;
	size_t i;

	if (!c->args[0].map) {
		c->result = value_str(c->arena, "");
		return 0;
	}
	for (i = 0; i < value_len(c->args[0]); i++) {
		const struct go_entry *e = &c->args[0].map->entries[i];

		slash = memrchr(e->key, '/', e->len);
		name = slash ? slash + 1 : e->key;
		item = e->value;
		if (!base64)
			item.type = &type_string;
		value_set_n(c->arena, map, name, (size_t)(e->key + e->len - name), item);
	}
	return value_yaml(c, map);
}

static int files_as_config(struct call *c)
{
	return files_as_yaml(c, false);
}

static int files_as_secrets(struct call *c)
{
	return files_as_yaml(c, true);
}

static const struct go_method files_methods[] = {
	{ "Get", "s:s", files_get },	       { "GetBytes", "s:B", files_get_bytes },
	{ "Glob", "s:F", files_glob },	       { "Lines", "s:S", files_lines },
	{ "AsConfig", ":s", files_as_config }, { "AsSecrets", ":s", files_as_secrets },
};
const struct go_type type_files = { .name = "engine.files",
				    .kind_name = "map",
				    .kind = GO_MAP,
				    .elem = &type_bytes,
				    .key = &type_string,
				    METHODS(files_methods) };

struct value value_files(struct arena *a, const struct helm_file *files, size_t count)
{
	struct value out = value_map(a, &type_files), v;
	size_t i;

	for (i = 0; i < count; i++) {
		v = value_str_ref(a, files[i].text, files[i].len, files[i].origin);
		v.type = &type_bytes;
		value_set(a, out, files[i].name, v);
	}
	return out;
}

/* ---- .Values ---- */

static int values_yaml(struct call *c)
{
	struct value v = c->args[0];

	v.type = &type_any_map;
	if (value_yaml(c, v))
		return -1;
	{
		struct text t;

		text_init(&t, c->arena);
		text_value(&t, c->result);
		text_str(&t, "\n");
		c->result = text_done(&t);
	}
	return 0;
}

static int values_as_map(struct call *c)
{
	c->result = c->args[0];
	c->result.type = &type_any_map;
	if (!value_len(c->result))
		c->result = value_map(c->arena, &type_any_map);
	return 0;
}

/* The table at a dotted path; false with the part that is none. */
static bool find_table(struct value *at, const char *path, size_t len, struct name *failed)
{
	while (len) {
		const char *dot = memchr(path, '.', len);
		size_t part = dot ? (size_t)(dot - path) : len;
		struct go_entry *e = value_entry(at, path, part);

		*failed = (struct name){ path, (uint32_t)part };
		if (!e || value_kind(e->value) != GO_MAP)
			return false;
		e->read = true;
		*at = e->value;
		path += part + (dot != NULL);
		len -= part + (dot != NULL);
	}
	return true;
}

static int values_table(struct call *c)
{
	const struct go_string *path = c->args[1].s;
	struct name failed = { "", 0 };

	c->result = c->args[0];
	if (!path->len || !find_table(&c->result, path->text, path->len, &failed))
		return call_fail(c, "\"%.*s\" is not a table", (int)failed.len, failed.text);
	c->result.type = c->args[0].type;
	return 0;
}

static int values_path(struct call *c)
{
	const struct go_string *path = c->args[1].s;
	const char *dot = path->len ? memrchr(path->text, '.', path->len) : NULL;
	const char *key = dot ? dot + 1 : path->text;
	size_t key_len = (size_t)(path->text + path->len - key);
	struct value table = c->args[0];
	struct go_entry *e = NULL;
	struct name failed;

	if (!path->len)
		return call_fail(c, "YAML path cannot be empty");
	if (!dot || find_table(&table, path->text, (size_t)(dot - path->text), &failed))
		e = value_entry(&table, key, key_len);
	if (!e || value_kind(e->value) == GO_MAP)
		return call_fail(c, "\"%.*s\" is not a value", (int)key_len, key);
	e->read = true;
	c->result = e->value;
	return 0;
}

static const struct go_method values_methods[] = {
	{ "YAML", ":s", values_yaml },
	{ "AsMap", ":m", values_as_map },
	{ "Table", "s:V", values_table },
	{ "PathValue", "s:a", values_path },
};
#define VALUES(package)                                                                            \
	{                                                                                          \
		.name = package ".Values", .kind_name = "map", .kind = GO_MAP, .elem = &type_any,  \
		.key = &type_string, METHODS(values_methods)                                       \
	}
const struct go_type type_values = VALUES("chartutil");
const struct go_type type_values4 = VALUES("common");
