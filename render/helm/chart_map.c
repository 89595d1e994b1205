/* .Chart as Helm 4 has it: a map with the names of Go's fields, all of them, empty or not. */
#include <string.h>

#include "render/helm/internal.h"

enum shape { TEXT, FLAG, TEXTS, TEXT_MAP, ANYS, ROWS };

struct field {
	const char *name, *key; /* Go's, Chart.yaml's */
	enum shape shape;
	const struct field *row; /* of ROWS; ends with a NULL name */
};

static const struct field maintainer[] = {
	{ "Name", "name", TEXT, NULL },
	{ "Email", "email", TEXT, NULL },
	{ "URL", "url", TEXT, NULL },
	{ NULL, NULL, TEXT, NULL },
};
static const struct field dependency[] = {
	{ "Name", "name", TEXT, NULL },
	{ "Version", "version", TEXT, NULL },
	{ "Repository", "repository", TEXT, NULL },
	{ "Condition", "condition", TEXT, NULL },
	{ "Tags", "tags", TEXTS, NULL },
	{ "Enabled", "enabled", FLAG, NULL },
	{ "ImportValues", "import-values", ANYS, NULL },
	{ "Alias", "alias", TEXT, NULL },
	{ NULL, NULL, TEXT, NULL },
};
static const struct field metadata[] = {
	{ "Name", "name", TEXT, NULL },
	{ "Home", "home", TEXT, NULL },
	{ "Sources", "sources", TEXTS, NULL },
	{ "Version", "version", TEXT, NULL },
	{ "Description", "description", TEXT, NULL },
	{ "Keywords", "keywords", TEXTS, NULL },
	{ "Maintainers", "maintainers", ROWS, maintainer },
	{ "Icon", "icon", TEXT, NULL },
	{ "APIVersion", "apiVersion", TEXT, NULL },
	{ "Condition", "condition", TEXT, NULL },
	{ "Tags", "tags", TEXT, NULL },
	{ "AppVersion", "appVersion", TEXT, NULL },
	{ "Deprecated", "deprecated", FLAG, NULL },
	{ "Annotations", "annotations", TEXT_MAP, NULL },
	{ "KubeVersion", "kubeVersion", TEXT, NULL },
	{ "Dependencies", "dependencies", ROWS, dependency },
	{ "Type", "type", TEXT, NULL },
	{ NULL, NULL, TEXT, NULL },
};

static struct value map_of(struct arena *a, const struct field *fields, const struct node *from);

static struct value list_of(struct arena *a, const struct field *f, const struct node *from)
{
	struct value list = value_list(a, &type_any_list);

	for (uint32_t i = 0; node_is(from, NODE_SEQ) && i < from->len; i++)
		value_append(a, list,
			     f->shape == ROWS ? map_of(a, f->row, from->items[i])
					      : value_from_node(a, from->items[i]));
	return list;
}

static struct value field_of(struct arena *a, const struct field *f, const struct node *from)
{
	struct value v = VALUE_NIL;

	switch (f->shape) {
	case TEXT:
		return from ? value_from_node(a, from) : value_str(a, "");
	case FLAG:
		return value_bool(node_true(from));
	case TEXTS:
	case ANYS:
	case ROWS:
		return list_of(a, f, from);
	case TEXT_MAP:
		if (from)
			v = value_from_node(a, from);
		v.type = &type_string_map; /* without entries a nil map, which prints as null */
		return v;
	}
	return v;
}

static struct value map_of(struct arena *a, const struct field *fields, const struct node *from)
{
	struct value map = value_map(a, &type_any_map);

	for (; fields->name; fields++) {
		const struct node *value = node_get(from, fields->key);
		struct value v = field_of(a, fields, value);

		if (value)
			v.origin = value->origin;
		value_set(a, map, fields->name, v);
	}
	return map;
}

struct value chart_map(struct arena *a, const struct node *tree, bool is_root)
{
	struct value map = map_of(a, metadata, tree);

	value_set(a, map, "IsRoot", value_bool(is_root));
	return map;
}
