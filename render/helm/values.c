/* Values as Helm reads and passes them: files, and the command line's --set and its kin. */
#include <string.h>

#include "base/json.h"
#include "render/helm/chart.h"
#include "render/helm/decode.h"
#include "render/helm/strvals.h"
#include "render/yaml/yaml.h"

bool values_is_table(struct value v)
{
	return value_kind(v) == GO_MAP;
}

static const char *read_document(struct helm *h, const char *text, size_t len, origin_id origin,
				 struct value *out)
{
	struct node *root;
	const char *error = yaml_read_go(h->run, h->arena, text, len, origin, &root);

	*out = VALUE_NIL;
	if (error || node_is_null(root))
		return error;
	if (root->type != NODE_MAP)
		return arena_printf(h->arena,
				    "error unmarshaling JSON: while decoding JSON: json: cannot "
				    "unmarshal %s into Go value of type map[string]interface {}",
				    decode_type_word(root));
	*out = value_from_yaml(h->arena, root, text, len, origin);
	out->type = &type_any_map;
	return NULL;
}

static void merge_maps(struct arena *a, struct value into, struct value from);

/* Where the line of three dashes after `p` starts, or `end`. */
static const char *next_document(const char *p, const char *end)
{
	while ((p = memchr(p, '\n', (size_t)(end - p)))) {
		if (end - ++p >= 3 && !memcmp(p, "---", 3))
			return p;
	}
	return end;
}

/* Helm 4 merges all documents, Helm 3 reads the first. */
const char *values_read(struct helm *h, const char *text, size_t len, origin_id origin,
			struct value *out)
{
	const char *at = text, *end = text + len, *next, *error = NULL;
	struct value v;

	if (!h->options->helm4)
		return read_document(h, text, len, origin, out);
	for (*out = VALUE_NIL; at < end && !error; at = next) {
		next = next_document(at, end);
		error = read_document(h, at, (size_t)(next - at),
				      origin ? origin + (origin_id)(at - text) : 0, &v);
		if (error || !v.type)
			continue;
		if (out->type)
			merge_maps(h->arena, *out, v);
		else
			*out = v;
	}
	return error ? arena_printf(h->arena, "cannot unmarshal yaml document: %s", error) : NULL;
}

struct value values_copy(struct arena *a, struct value v)
{
	struct value out = v;

	if (value_kind(v) == GO_MAP && v.map) {
		out = value_map(a, v.type);
		out.map->entries = arena_array(a, v.map->count, struct go_entry);
		out.map->cap = out.map->count = v.map->count;
		for (size_t i = 0; i < v.map->count; i++) {
			out.map->entries[i] = v.map->entries[i];
			out.map->entries[i].read = false;
			out.map->entries[i].value = values_copy(a, v.map->entries[i].value);
		}
	} else if (value_kind(v) == GO_SLICE && v.list) {
		out = value_list(a, v.type);
		for (size_t i = 0; i < v.list->count; i++)
			value_append(a, out, values_copy(a, v.list->items[i]));
	}
	out.origin = v.origin;
	return out;
}

struct value values_table(struct arena *a, struct value v, const char *path)
{
	while (path && values_is_table(v)) {
		size_t n = strcspn(path, ".");
		struct go_entry *e = value_entry(&v, path, n);

		v = e ? e->value : VALUE_NIL;
		path = path[n] ? path + n + 1 : NULL;
	}
	(void)a;
	return values_is_table(v) ? v : VALUE_NIL;
}

/* b over a; lists are replaced. */
static void merge_maps(struct arena *a, struct value into, struct value from)
{
	if (!values_is_table(from) || !from.map)
		return;
	for (size_t i = 0; i < from.map->count; i++) {
		struct go_entry *e = &from.map->entries[i];
		struct go_entry *old = value_entry(&into, e->key, e->len);

		if (old && values_is_table(old->value) && values_is_table(e->value)) {
			merge_maps(a, old->value, e->value);
			continue;
		}
		value_set_n(a, into, e->key, e->len, values_copy(a, e->value));
		value_entry(&into, e->key, e->len)->origin = e->origin;
	}
}

struct sources {
	struct helm *h;
	struct view *view;
	const char *folder;
};

/* Read a file that an option names, from the option's own view. The text of the error, or NULL. */
static const char *read_file(struct helm *h, struct view *v, const char *path, const char *shown,
			     struct blob *out)
{
	struct err err = ERR_INIT;
	char text[ERR_FILE + ERR_TEXT];

	if (path && !view_read(v, path, out, &err))
		return NULL;
	if (!path || err.code == ERR_NOT_FOUND)
		return arena_printf(h->arena, "open %s: no such file or directory", shown);
	return arena_strdup(h->arena, err_format(&err, text, sizeof(text)));
}

static const char *read_set_file(void *data, const char *path, struct value *out)
{
	struct sources *s = data;
	struct blob blob = { 0 };
	const char *error, *full;

	full = view_join(s->h->arena, *path == '/' ? "" : s->folder, path + (*path == '/'));
	error = read_file(s->h, s->view, full, path, &blob);
	if (!error)
		*out = value_str_ref(s->h->arena, blob.text, blob.len, blob.origin);
	return error;
}

static int add_values_file(struct helm *h, struct view *v, const struct value_option *o,
			   struct value into, struct err *err)
{
	struct blob blob = { 0 };
	struct value values;
	const char *shown = o->shown ? o->shown : o->text;
	const char *error = read_file(h, o->view ? o->view : v, o->text, shown, &blob);

	if (error)
		return helm_fail(h, err, "%s", error);
	if (o->view && o->shown) /* a file that the user named: messages name it so, too */
		blob.origin = origins_add_file(h->run->origins, NULL, shown, blob.text, blob.len);
	error = values_read(h, blob.text, blob.len, blob.origin, &values);
	if (error) {
		struct helm_file file = { .text = blob.text,
					  .len = blob.len,
					  .origin = blob.origin };

		helm_blame_text(h, &file, error);
		return helm_fail(h, err, "failed to parse %s: %s", shown, error);
	}
	merge_maps(h->arena, into, values);
	return 0;
}

/* In the order in which Helm takes them, whatever order the command line has. */
static const struct {
	int option;
	enum strvals_kind kind;
	const char *flag;
} flags[] = {
	{ VALUE_FILE, STRVALS_TYPED, "-f" },
	{ VALUE_SET_JSON, STRVALS_JSON, "--set-json" },
	{ VALUE_SET, STRVALS_TYPED, "--set" },
	{ VALUE_SET_STRING, STRVALS_STRING, "--set-string" },
	{ VALUE_SET_FILE, STRVALS_FILE, "--set-file" },
	{ VALUE_SET_LITERAL, STRVALS_LITERAL, "--set-literal" },
};

static int add_tree(struct helm *h, const struct node *tree, struct value into, struct err *err)
{
	if (node_is_null(tree))
		return 0;
	if (tree->type != NODE_MAP)
		return helm_fail_at(h, tree->origin, err, "values must be a mapping, found %s",
				    decode_type_word(tree));
	merge_maps(h->arena, into, value_from_node(h->arena, tree));
	return 0;
}

/* Helm 4 takes a whole object, too. */
static int add_json(struct helm *h, const char *text, origin_id origin, struct value into,
		    struct err *err)
{
	struct json_options options = { .origin = origin };
	struct err why = ERR_INIT;
	const struct node *tree = json_read(h->arena, text, strlen(text), &options, &why);

	if (!node_is(tree, NODE_MAP))
		return helm_fail(h, err, "failed parsing --set-json data JSON: %s", text);
	return add_tree(h, tree, into, err);
}

static int add_set(struct helm *h, struct view *v, size_t flag, const struct value_option *o,
		   struct value into, struct err *err)
{
	struct sources sources = { h, o->view ? o->view : v, o->folder ? o->folder : "" };
	struct strvals_options options = {
		.kind = flags[flag].kind,
		.origin = origins_add_file(h->run->origins, NULL, flags[flag].flag, o->text,
					   strlen(o->text)),
		.read = read_set_file,
		.data = &sources,
	};
	const char *error, *start = o->text + strspn(o->text, " \t\r\n");

	if (h->options->helm4 && flags[flag].kind == STRVALS_JSON && *start == '{')
		return add_json(h, o->text, options.origin, into, err);
	error = strvals_parse(h->arena, o->text, &options, into);
	if (error && flags[flag].kind == STRVALS_JSON)
		return helm_fail(h, err, "failed parsing --set-json data %s", o->text);
	if (error)
		return helm_fail(h, err, "failed parsing %s data: %s", flags[flag].flag, error);
	return 0;
}

int values_from_options(struct helm *h, struct view *v, struct value *out, struct err *err)
{
	int rc = 0;

	*out = value_map(h->arena, &type_any_map);
	for (size_t flag = 0; flag < ARRAY_SIZE(flags); flag++) {
		for (size_t i = 0; i < h->options->value_count && !rc; i++) {
			const struct value_option *o = &h->options->values[i];

			if (o->kind == VALUE_TREE && flags[flag].option == VALUE_FILE)
				rc = add_tree(h, o->tree, *out, err);
			else if ((int)o->kind != flags[flag].option)
				continue;
			else if (o->kind == VALUE_FILE)
				rc = add_values_file(h, v, o, *out, err);
			else
				rc = add_set(h, v, flag, o, *out, err);
		}
	}
	return rc;
}

int values_replace_defaults(struct helm *h, struct view *v, struct chart *c, struct err *err)
{
	const struct render_options *o = h->options;

	if (!o->defaults)
		return 0;
	c->values = value_map(h->arena, &type_any_map);
	for (size_t i = 0; i < o->default_count; i++) {
		const struct value_option *d = &o->defaults[i];

		if ((d->kind == VALUE_TREE ? add_tree(h, d->tree, c->values, err)
					   : add_values_file(h, v, d, c->values, err)) < 0)
			return -1;
	}
	return 0;
}
