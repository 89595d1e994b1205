/* The git generator: a parameter set for each directory, or for each file's content. */
#include <string.h>
#include "render/engines/argo_set.h"
#include "render/helm/helm.h"
#include "render/yaml/yaml.h"

struct git {
	struct argo_set *set;
	const struct node *spec; /* the generator's */
	struct view *view;
	const char *prefix; /* pathParamPrefix */
	struct argo_params *out;
};

/* ---- parameters of a path ---- */

static const char *base_name(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash ? slash + 1 : path;
}

static void put(struct git *g, struct node *map, const char *key, const char *text)
{
	node_set(g->set->g.arena, map, key,
		 node_at(node_str(g->set->g.arena, text), g->spec->origin));
}

/* Calls for each part of "a/b/c" with its number. */
static void put_segments(struct git *g, struct node *params, const char *name, const char *path)
{
	struct arena *a = g->set->g.arena;
	struct node *list = node_seq(a);
	unsigned i = 0;

	for (;; i++) {
		size_t n = strcspn(path, "/");
		const char *part = arena_memdup(a, path, n);

		node_append(a, list, node_at(node_str(a, part), g->spec->origin));
		if (!g->set->go && n)
			put(g, params, arena_printf(a, "%s[%u]", name, i), part);
		if (!path[n])
			break;
		path += n + 1;
	}
	if (g->set->go)
		node_set(a, params, "segments", list);
}

/* `dir`, and the name of the file in it (NULL: it is the directory that counts). */
static void put_path(struct git *g, struct node *params, const char *dir, const char *file)
{
	struct arena *a = g->set->g.arena;
	const char *name = *g->prefix ? arena_printf(a, "%s.path", g->prefix) : "path";
	const char *base = base_name(dir);
	struct node *to = g->set->go ? node_map(a) : params;
	const char *dot = g->set->go ? "" : arena_printf(a, "%s.", name);

	put(g, to, g->set->go ? "path" : name, dir);
	put(g, to, arena_printf(a, "%sbasename", dot), base);
	put(g, to, arena_printf(a, "%sbasenameNormalized", dot), argo_normalize(a, base));
	if (file) {
		put(g, to, arena_printf(a, "%sfilename", dot), file);
		put(g, to, arena_printf(a, "%sfilenameNormalized", dot), argo_normalize(a, file));
	}
	put_segments(g, to, name, dir);
	if (g->set->go && *g->prefix) {
		struct node *outer = node_map(a);

		node_set(a, outer, "path", to);
		node_set(a, params, g->prefix, outer);
	} else if (g->set->go) {
		node_set(a, params, "path", to);
	}
}

static int finish_params(struct git *g, struct node *params, struct err *err)
{
	if (argo_add_values(g->set, node_get(g->spec, "values"), params, err) < 0)
		return -1;
	*vec_push(g->set->g.arena, g->out) = params;
	return 0;
}

/* ---- directories ---- */

static bool wanted(const struct node *patterns, const char *path)
{
	bool in = false, out = false;
	uint32_t i;

	for (i = 0; i < patterns->len; i++) {
		if (go_match(node_string_at(patterns->items[i], "path"), path) != MATCH_YES)
			continue;
		if (node_true(node_get(patterns->items[i], "exclude")))
			out = true;
		else
			in = true;
	}
	return in && !out;
}

static int walk(struct git *g, const char *dir, const struct node *patterns, struct err *err)
{
	struct arena *a = g->set->g.arena;
	struct view_items items = { 0 };
	size_t i;

	if (view_list(g->view, a, dir, &items, err) < 0)
		return -1;
	for (i = 0; i < items.count; i++) {
		const char *name = items.items[i].name;
		const char *path = *dir ? arena_printf(a, "%s/%s", dir, name) : name;
		struct node *params;

		if (items.items[i].kind != VIEW_DIR || *name == '.')
			continue;
		if (wanted(patterns, path)) {
			params = node_map(a);
			put_path(g, params, path, NULL);
			if (finish_params(g, params, err) < 0)
				return -1;
		}
		if (walk(g, path, patterns, err) < 0)
			return -1;
	}
	return 0;
}

/* ---- files ---- */

static bool excluded(struct git *g, const struct argo_paths *no, const char *path)
{
	size_t i;

	(void)g;
	for (i = 0; i < no->count; i++)
		if (!strcmp(no->items[i], path))
			return true;
	return false;
}

static int add_object(struct git *g, const struct node *object, const char *path, struct err *err)
{
	struct arena *a = g->set->g.arena;
	struct node *params;

	if (node_is_null(object)) {
		params = node_map(a);
	} else if (!node_is(object, NODE_MAP)) {
		return err_raise(err, ERR_INPUT,
				 origins_pos(g->set->g.run->origins, object->origin),
				 "expected a mapping of parameters");
	} else if (g->set->go) {
		params = node_copy(a, object);
	} else {
		params = node_map(a);
		argo_flatten(a, object, "", params);
	}
	put_path(g, params, *view_dirname(a, path) ? view_dirname(a, path) : ".", base_name(path));
	return finish_params(g, params, err);
}

static int add_file(struct git *g, const char *path, struct err *err)
{
	struct node *root = NULL;
	struct blob blob;
	const char *wrong;
	uint32_t i;

	if (view_read(g->view, path, &blob, err) < 0)
		return -1;
	wrong = yaml_read_go(g->set->g.run, g->set->g.arena, blob.text, blob.len, blob.origin,
			     &root);
	if (wrong)
		return err_raise(err, ERR_INPUT, (struct pos){ .file = path }, "%s", wrong);
	if (!node_is(root, NODE_SEQ))
		return add_object(g, root, path, err);
	for (i = 0; i < root->len; i++)
		if (add_object(g, root->items[i], path, err) < 0)
			return -1;
	return 0;
}

static void sort_unique(struct argo_paths *paths)
{
	size_t i, k, kept = 0;

	for (i = 1; i < paths->count; i++) {
		const char *path = paths->items[i];

		for (k = i; k && strcmp(paths->items[k - 1], path) > 0; k--)
			paths->items[k] = paths->items[k - 1];
		paths->items[k] = path;
	}
	for (i = 0; i < paths->count; i++)
		if (!i || strcmp(paths->items[i], paths->items[kept - 1]))
			paths->items[kept++] = paths->items[i];
	paths->count = kept;
}

static int files(struct git *g, const struct node *patterns, struct err *err)
{
	struct arena *a = g->set->g.arena;
	struct argo_paths yes = { 0 }, no = { 0 };
	uint32_t i;

	for (i = 0; i < patterns->len; i++) {
		const struct node *p = patterns->items[i];
		bool exclude = node_true(node_get(p, "exclude"));

		if (argo_ls_files(a, g->view, node_string_at(p, "path"), exclude ? &no : &yes,
				  err) < 0)
			return -1;
	}
	sort_unique(&yes);
	for (i = 0; i < yes.count; i++)
		if (!excluded(g, &no, yes.items[i]) && add_file(g, yes.items[i], err) < 0)
			return -1;
	return 0;
}

int argo_generate_git(struct argo_set *set, const struct node *git, struct argo_params *out,
		      struct err *err)
{
	const struct node *directories = node_get(git, "directories"),
			  *patterns = node_get(git, "files");
	const char *commit;
	struct git g = { .set = set,
			 .spec = git,
			 .prefix = node_string_at(git, "pathParamPrefix"),
			 .out = out };

	g.view = argo_open_git(&set->g, node_string_at(git, "repoURL"),
			       node_string_at(git, "revision"), git->origin, &commit, err);
	if (!g.view)
		return -1;
	if (node_is(directories, NODE_SEQ) && directories->len)
		return walk(&g, "", directories, err);
	if (node_is(patterns, NODE_SEQ) && patterns->len)
		return files(&g, patterns, err);
	return err_raise(err, ERR_INPUT, origins_pos(set->g.run->origins, git->origin),
			 "the git generator has neither directories nor files");
}
