/* A source of type Helm: what Argo CD gives to `helm template`. */
#include <string.h>
#include "render/engines/argo.h"
#include "render/helm/helm.h"
#include "render/yaml/yaml.h"

struct values {
	struct argo *g;
	const struct argo_source *s;
	const struct node *helm;
	struct {
		VEC(struct value_option);
	} options;
};

/* ---- value files ---- */

/* The source whose `ref` a path "$ref/…" names; NULL when there is none. */
static const struct node *referenced(const struct argo *g, const char *path)
{
	size_t len = strcspn(path + 1, "/");
	const struct node *source;
	uint32_t i;

	for (i = 0; *path == '$' && (source = argo_nth_source(g->spec, i)); i++) {
		const char *ref = node_string_at(source, "ref");

		if (len && strlen(ref) == len && !strncmp(ref, path + 1, len))
			return source;
	}
	return NULL;
}

/* With several sources "$" means a reference; a single one has none. */
static bool has_sources(const struct argo *g)
{
	const struct node *list = node_get(g->spec, "sources");

	return node_is(list, NODE_SEQ) && list->len;
}

/*
 * Where a path of a source leads: "$ref/…" into another source, "/…" from the repository's root,
 * else from the chart. *out is NULL for what can't be.
 */
static int locate(struct values *v, const struct node *at, const char *text, struct view **view,
		  const char **out, struct err *err)
{
	struct argo *g = v->g;
	const struct node *other = referenced(g, text);
	const struct pos pos = origins_pos(g->run->origins, at->origin);
	const char *commit;

	*view = v->s->view;
	if (*text == '$' && !other && has_sources(g))
		return err_raise(err, ERR_INPUT, pos,
				 "'%.*s' is the `ref` of no source of the Application",
				 (int)strcspn(text, "/"), text);
	if (other) {
		const char *slash = strchr(text, '/');

		*view = argo_open_git(g, node_string_at(other, "repoURL"),
				      node_string_at(other, "targetRevision"), other->origin,
				      &commit, err);
		if (!*view)
			return -1;
		text = argo_expand(g->arena, &v->s->env, slash ? slash : "/");
	} else {
		text = argo_expand(g->arena, &v->s->env, text);
	}
	if (strstr(text, "://"))
		return err_raise(err, ERR_UNSUPPORTED, pos,
				 "values come from '%s', which is not fetched: commit a copy of "
				 "it",
				 text);
	*out = *text == '/' ? view_join(g->arena, "", text + 1)
			    : view_join(g->arena, v->s->dir, text);
	if (!*out)
		return err_raise(err, ERR_INPUT, pos, "'%s' is outside of the repository", text);
	return 0;
}

static bool has_file(const struct values *v, const struct view *view, const char *path)
{
	size_t i;

	for (i = 0; i < v->options.count; i++)
		if (v->options.items[i].kind == VALUE_FILE && v->options.items[i].view == view &&
		    !strcmp(v->options.items[i].text, path))
			return true;
	return false;
}

static void push_file(struct values *v, struct view *view, const char *path)
{
	if (!has_file(v, view, path))
		*vec_push(v->g->arena, &v->options) = (struct value_option){
			.kind = VALUE_FILE, .text = path, .view = view, .shown = path
		};
}

/* Whether a pattern's file is also named by itself: then that is its place. */
static bool is_explicit(struct values *v, const struct node *files, const struct view *view,
			const char *path)
{
	struct err ignored = ERR_INIT;
	struct view *other = NULL;
	const char *named = "";
	uint32_t i;

	for (i = 0; i < files->len; i++)
		if (node_is(files->items[i], NODE_STR) && !strpbrk(files->items[i]->text, "*?[") &&
		    !locate(v, files->items[i], files->items[i]->text, &other, &named, &ignored) &&
		    other == view && !strcmp(named, path))
			return true;
	return false;
}

static int push_pattern(struct values *v, const struct node *files, const struct node *at,
			struct view *view, const char *pattern, struct err *err)
{
	struct argo_paths paths = { 0 };
	size_t i, before = v->options.count;

	if (argo_glob(v->g->arena, view, pattern, &paths, err) < 0)
		return -1;
	for (i = 0; i < paths.count; i++)
		if (!is_explicit(v, files, view, paths.items[i]))
			push_file(v, view, paths.items[i]);
	if (!paths.count && v->options.count == before &&
	    !node_true(node_get(v->helm, "ignoreMissingValueFiles")))
		return err_raise(err, ERR_NOT_FOUND, origins_pos(v->g->run->origins, at->origin),
				 "no values file matches '%s'", pattern);
	return 0;
}

static int add_files(struct values *v, struct err *err)
{
	const struct node *files = node_get(v->helm, "valueFiles");
	bool ignore = node_true(node_get(v->helm, "ignoreMissingValueFiles"));
	uint32_t i;

	for (i = 0; node_is(files, NODE_SEQ) && i < files->len; i++) {
		const struct node *file = files->items[i];
		struct view *view = NULL;
		const char *path = "";

		if (!node_is(file, NODE_STR))
			continue;
		if (locate(v, file, file->text, &view, &path, err) < 0)
			return -1;
		if (strpbrk(path, "*?[")) {
			if (push_pattern(v, files, file, view, path, err) < 0)
				return -1;
			continue;
		}
		if (view_kind(view, path) == VIEW_ABSENT && ignore)
			continue;
		if (view_kind(view, path) != VIEW_FILE)
			return err_raise(err, ERR_NOT_FOUND,
					 origins_pos(v->g->run->origins, file->origin),
					 "no values file '%s' in %s", path, view_name(view));
		push_file(v, view, path);
	}
	return 0;
}

/* ---- values of the Application itself ---- */

static int add_inline(struct values *v, struct err *err)
{
	const struct node *object = node_get(v->helm, "valuesObject");
	const struct node *text = node_get(v->helm, "values");
	struct node *tree = NULL;

	if (node_is(object, NODE_MAP)) { /* an empty one hides `values` too */
		tree = node_copy(v->g->arena, object);
	} else if (node_is(text, NODE_STR) && text->len) {
		if (yaml_read_one(v->g->run, v->g->arena, YAML_SIGS, "values", text->text,
				  text->len, 0, &tree, err) < 0) {
			struct pos at = origins_pos(v->g->run->origins, text->origin);
			unsigned line = err->line;

			*err = (struct err){ .code = err->code };
			return err_raise(err, ERR_INPUT, at,
					 "helm.values is no YAML mapping (line %u of it)", line);
		}
		if (tree)
			node_set_origin(tree, text->origin);
	}
	if (tree)
		*vec_push(v->g->arena, &v->options) =
			(struct value_option){ .kind = VALUE_TREE, .tree = tree };
	return 0;
}

/* A comma separates values of --set; in a parameter it is one of its value, save in "{a,b}". */
static const char *escape_commas(struct arena *a, const char *text)
{
	size_t len = strlen(text);
	struct buf out;
	char *result;

	if (!strchr(text, ',') || (*text == '{' && text[len - 1] == '}'))
		return text;
	buf_init(&out, 0);
	for (size_t i = 0; i < len; i++) {
		if (text[i] == ',' && (!i || text[i - 1] != '\\'))
			buf_char(&out, '\\');
		buf_char(&out, text[i]);
	}
	result = buf_dup(&out, a);
	buf_release(&out);
	return result;
}

static bool is_text(const struct node *parameter)
{
	return node_true(node_get(parameter, "forceString"));
}

/* Of parameters of one kind with one name the last counts. */
static bool is_last(const struct node *list, uint32_t at)
{
	const char *name = node_string_at(list->items[at], "name");
	bool text = is_text(list->items[at]);

	while (++at < list->len)
		if (!strcmp(node_string_at(list->items[at], "name"), name) &&
		    is_text(list->items[at]) == text)
			return false;
	return true;
}

/* Those with forceString come behind the others, wherever they stand. */
static void add_parameters(struct values *v, bool texts)
{
	const struct node *list = node_get(v->helm, "parameters");
	uint32_t i;

	for (i = 0; node_is(list, NODE_SEQ) && i < list->len; i++) {
		const struct node *value = node_get(list->items[i], "value");
		const char *text = node_is_null(value) ? "" : node_text(value);

		if (is_text(list->items[i]) != texts || !is_last(list, i) || !text)
			continue;
		text = argo_expand(v->g->arena, &v->s->env, text);
		*vec_push(v->g->arena, &v->options) = (struct value_option){
			.kind = texts ? VALUE_SET_STRING : VALUE_SET,
			.text = arena_printf(v->g->arena, "%s=%s",
					     node_string_at(list->items[i], "name"),
					     escape_commas(v->g->arena, text)),
		};
	}
}

static int add_file_parameters(struct values *v, struct err *err)
{
	const struct node *list = node_get(v->helm, "fileParameters");
	uint32_t i;

	for (i = 0; node_is(list, NODE_SEQ) && i < list->len; i++) {
		struct view *view = NULL;
		const char *path = "";

		if (locate(v, list->items[i], node_string_at(list->items[i], "path"), &view, &path,
			   err) < 0)
			return -1;
		*vec_push(v->g->arena, &v->options) = (struct value_option){
			.kind = VALUE_SET_FILE,
			.text = arena_printf(v->g->arena, "%s=%s",
					     node_string_at(list->items[i], "name"), path),
			.view = view,
		};
	}
	return 0;
}

/* ---- the render ---- */

static void api_versions(struct values *v, struct render_options *how)
{
	const struct node *list = node_get(v->helm, "apiVersions");
	const char **out;
	uint32_t i;

	if (!node_is(list, NODE_SEQ) || !list->len)
		return;
	out = arena_array(v->g->arena, list->len, const char *);
	for (i = 0; i < list->len; i++)
		if (node_is(list->items[i], NODE_STR))
			out[how->api_version_count++] = list->items[i]->text;
	how->api_versions = out;
}

static const char *or_else(const char *text, const char *otherwise)
{
	return *text ? text : otherwise;
}

int argo_helm(struct argo *g, const struct argo_source *s, struct objects *out, struct err *err)
{
	struct values v = { .g = g, .s = s, .helm = node_get(s->root, "helm") };
	struct render_options how = *g->options;
	struct rendered made = { 0 };
	size_t i;
	int rc;

	how.release_name = or_else(node_string_at(v.helm, "releaseName"), g->app->name);
	how.ns = or_else(node_string_at(v.helm, "namespace"), *g->ns ? g->ns : "default");
	how.kubernetes_version =
		or_else(node_string_at(v.helm, "kubeVersion"), g->options->kubernetes_version);
	how.include_crds = !node_true(node_get(v.helm, "skipCrds"));
	how.skip_tests = node_true(node_get(v.helm, "skipTests"));
	how.skip_schemas = node_true(node_get(v.helm, "skipSchemaValidation"));
	how.dependency_update = true;
	how.lookup = NULL; /* `helm template` asks no cluster */
	api_versions(&v, &how);
	if (add_files(&v, err) < 0 || add_inline(&v, err) < 0)
		return -1;
	add_parameters(&v, false);
	add_parameters(&v, true);
	if (add_file_parameters(&v, err) < 0)
		return -1;
	how.values = v.options.items;
	how.value_count = v.options.count;
	buf_init(&made.text, 0);
	rc = helm_render(g->run, g->arena, s->view, s->dir, &how, &made, err);
	for (i = 0; !rc && i < made.objects.count; i++)
		*vec_push(g->arena, out) = made.objects.items[i];
	for (i = 0; !rc && i < made.notes.count; i++)
		*vec_push(g->arena, &g->notes) = made.notes.items[i];
	rendered_release(&made);
	return rc;
}
