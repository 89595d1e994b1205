/* Who owns what in this repository: clusters, the engines' objects, apps, objects. */
#include <string.h>
#include "base/json.h"
#include "cmd/cmd.h"
#include "cmd/report/report.h"
#include "cmd/report/words.h"
#include "cmd/source.h"
#include "render/apps.h"
#include "validate/engine_owner.h"

struct tree_verb {
	struct common_options common;
	struct source_options source;
	int output;
	bool no_objects;
};

enum { TREE_TEXT, TREE_JSON, TREE_DOT, TREE_HTML };
static const char *const outputs[] = { "text", "json", "dot", "html", NULL };

static struct node *object_tree(struct arena *a, const struct object *o)
{
	struct node *n = node_map(a);

	node_set(a, n, "apiVersion", node_str(a, o->api_version));
	node_set(a, n, "kind", node_str(a, o->kind));
	if (*o->ns)
		node_set(a, n, "namespace", node_str(a, o->ns));
	node_set(a, n, "name", node_str(a, o->name));
	return n;
}

static void put(struct arena *a, struct node *map, const char *key, const char *text)
{
	if (text && *text)
		node_set(a, map, key, node_str(a, text));
}

/* Render an app: its objects into `to`, and what they lead to into `apps`. */
static void add_objects(struct run *run, struct apps *apps, struct app *app, struct node *to)
{
	char text[ERR_FILE + ERR_TEXT + 32];
	struct render_options how = { .seed = "kubectl-gitops tree" };
	struct rendered rendered = { 0 };
	struct err err = ERR_INIT;
	struct node *objects;
	size_t i;

	if (app_render(run, &run->arena, apps->view, app, &how, &rendered, &err) < 0) {
		apps_rendered(apps, app, NULL);
		put(&run->arena, to, "error", err_format(&err, text, sizeof(text)));
	} else {
		apps_rendered(apps, app, &rendered.objects);
		objects = node_seq(&run->arena);
		for (i = 0; i < rendered.objects.count; i++)
			node_append(&run->arena, objects,
				    object_tree(&run->arena, &rendered.objects.items[i]));
		node_set(&run->arena, to, "objects", objects);
	}
	rendered_release(&rendered);
}

static struct node *app_tree(struct run *run, const struct app *app, const struct node *rendered,
			     bool objects)
{
	struct arena *a = &run->arena;
	struct node *n = node_map(a);
	uint32_t i;

	node_set(a, n, "path", node_str(a, app_title(a, app)));
	put(a, n, "renderer", app->renderer);
	if (app->root)
		put(a, n, "owner",
		    arena_printf(a, "%s %s%s%s%s", app->kind, app->ns, *app->ns ? "/" : "",
				 app->name, owner_of_app(a, app)->prunes ? ", prunes" : ""));
	put(a, n, "notPlanned", app->skipped);
	for (i = 0; objects && rendered && i < rendered->len; i++)
		node_set(a, n, rendered->entries[i].key->text, rendered->entries[i].value);
	return n;
}

/* Apps by cluster; they have to be rendered to be known, whether their objects are shown or not. */
static struct node *build(struct run *run, struct apps *apps, bool objects)
{
	struct arena *a = &run->arena;
	struct node *clusters = node_seq(a), *list = NULL;
	struct map rendered;
	const char *last = NULL;
	struct app *next;
	size_t i;

	map_init(&rendered, a);
	while ((next = apps_next(apps))) {
		struct node *n = node_map(a);

		add_objects(run, apps, next, n);
		map_set(&rendered, next->id, n);
	}
	apps_sort(apps);
	for (i = 0; i < apps->count; i++) {
		const struct app *app = apps->items[i];

		if (!last || strcmp(last, app->cluster)) {
			struct node *cluster = node_map(a);

			list = node_seq(a);
			node_set(a, cluster, "cluster",
				 node_str(a, *app->cluster ? app->cluster : "default"));
			node_set(a, cluster, "apps", list);
			node_append(a, clusters, cluster);
			last = app->cluster;
		}
		node_append(a, list, app_tree(run, app, map_get(&rendered, app->id), objects));
	}
	return clusters;
}

static void line(struct buf *out, const struct node *n, const char *key, const char *before)
{
	const char *text = node_get_string(n, key);

	if (!text)
		return;
	buf_str(out, before);
	report_clean(out, text);
}

static void print_app(struct buf *out, const struct node *app)
{
	const struct node *objects = node_get(app, "objects");
	uint32_t i;

	line(out, app, "path", "  ");
	line(out, app, "renderer", "  (");
	line(out, app, "owner", ", ");
	buf_str(out, ")\n");
	if (node_get(app, "notPlanned")) {
		line(out, app, "notPlanned", "    not planned: ");
		buf_char(out, '\n');
	}
	if (node_get(app, "error")) {
		line(out, app, "error", "    does not render: ");
		buf_char(out, '\n');
	}
	for (i = 0; objects && i < objects->len; i++) {
		line(out, objects->items[i], "kind", "    ");
		line(out, objects->items[i], "namespace", " ");
		line(out, objects->items[i], "name",
		     node_get(objects->items[i], "namespace") ? "/" : " ");
		buf_char(out, '\n');
	}
}

static void print_text(struct buf *out, const struct node *clusters)
{
	uint32_t i, k;

	for (i = 0; i < clusters->len; i++) {
		const struct node *apps = node_get(clusters->items[i], "apps");

		line(out, clusters->items[i], "cluster", "");
		buf_char(out, '\n');
		for (k = 0; k < apps->len; k++)
			print_app(out, apps->items[k]);
	}
}

static void dot_id(struct buf *out, const char *text)
{
	json_write_string(out, text, strlen(text), 0);
}

static void dot_app(struct buf *out, struct arena *a, const char *cluster, const struct node *app)
{
	const char *id = arena_printf(a, "%s: %s", cluster, node_get_string(app, "path"));
	const struct node *objects = node_get(app, "objects");
	uint32_t i;

	buf_str(out, "  ");
	dot_id(out, cluster);
	buf_str(out, " -> ");
	dot_id(out, id);
	buf_str(out, ";\n");
	for (i = 0; objects && i < objects->len; i++) {
		const struct node *o = objects->items[i];
		const char *ns = node_get_string(o, "namespace");

		buf_str(out, "  ");
		dot_id(out, id);
		buf_str(out, " -> ");
		dot_id(out, arena_printf(a, "%s %s%s%s", node_get_string(o, "kind"), ns ? ns : "",
					 ns ? "/" : "", node_get_string(o, "name")));
		buf_str(out, ";\n");
	}
}

static void print_dot(struct buf *out, struct arena *a, const struct node *clusters)
{
	uint32_t i, k;

	buf_str(out, "digraph repository {\n  rankdir=LR;\n  node [shape=box];\n");
	for (i = 0; i < clusters->len; i++) {
		const struct node *apps = node_get(clusters->items[i], "apps");

		for (k = 0; k < apps->len; k++)
			dot_app(out, a, node_get_string(clusters->items[i], "cluster"),
				apps->items[k]);
	}
	buf_str(out, "}\n");
}

static void html_line(struct buf *out, const struct node *n, const char *key, const char *before,
		      const char *after)
{
	const char *text = node_get_string(n, key);

	if (!text)
		return;
	buf_str(out, before);
	words_xml(out, text);
	buf_str(out, after);
}

static void html_app(struct buf *out, const struct node *app)
{
	const struct node *objects = node_get(app, "objects");
	uint32_t i;

	html_line(out, app, "path", "<details><summary><code>", "</code> ");
	html_line(out, app, "renderer", "<small>", "</small> ");
	html_line(out, app, "owner", "", "");
	html_line(out, app, "notPlanned", " <em>not planned: ", "</em>");
	html_line(out, app, "error", " <strong>does not render: ", "</strong>");
	buf_str(out, "</summary>\n<ul>\n");
	for (i = 0; objects && i < objects->len; i++) {
		html_line(out, objects->items[i], "kind", "<li>", " ");
		html_line(out, objects->items[i], "namespace", "", "/");
		html_line(out, objects->items[i], "name", "", "</li>\n");
	}
	buf_str(out, "</ul></details>\n");
}

/* One page without scripts: clusters and apps fold. */
static void print_html(struct buf *out, const struct node *clusters)
{
	uint32_t i, k;

	buf_str(out, "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">"
		     "<title>who owns what</title>\n<style>body{font:15px sans-serif;margin:2em}"
		     "details{margin:.2em 0 .2em 1em}</style></head><body>\n");
	for (i = 0; i < clusters->len; i++) {
		const struct node *apps = node_get(clusters->items[i], "apps");

		html_line(out, clusters->items[i], "cluster", "<h2>", "</h2>\n");
		for (k = 0; k < apps->len; k++)
			html_app(out, apps->items[k]);
	}
	buf_str(out, "</body></html>\n");
}

static int tree_run(struct run *run, void *options, const struct arguments *rest, struct err *err)
{
	const struct tree_verb *verb = options;
	struct apps apps = { 0 };
	struct node *clusters;
	const char *path;
	struct view *v =
		source_open(run, &verb->source, rest->count ? rest->items[0] : NULL, &path, err);
	struct buf out;
	int rc;

	if (!v)
		return -1;
	buf_init(&out, 0);
	rc = apps_find(run, &run->arena, v, path, &apps, err);
	if (!rc) {
		clusters = build(run, &apps, !verb->no_objects);
		if (verb->output == TREE_JSON)
			json_write(&out, clusters, JSON_INDENT);
		else if (verb->output == TREE_DOT)
			print_dot(&out, &run->arena, clusters);
		else if (verb->output == TREE_HTML)
			print_html(&out, clusters);
		else
			print_text(&out, clusters);
		if (verb->output == TREE_JSON)
			buf_char(&out, '\n');
		rc = print_out(&out, err);
	}
	buf_release(&out);
	view_free(v);
	return rc < 0 ? -1 : STATUS_HOLDS;
}

static const struct option tree_options[] = {
	{ .name = "output",
	  .letter = 'o',
	  .type = OPTION_CHOICE,
	  .value = "FORMAT",
	  .choices = outputs,
	  .offset = offsetof(struct tree_verb, output),
	  .summary = "text, json, dot (Graphviz) or html (one page that folds)" },
	{ .name = "no-objects",
	  .type = OPTION_FLAG,
	  .offset = offsetof(struct tree_verb, no_objects),
	  .summary = "apps only" },
};
static const struct option_group groups[] = {
	{ "Output", tree_options, ARRAY_SIZE(tree_options), 0 },
	{ "Source", source_options, 3, offsetof(struct tree_verb, source) },
	{ "General", common_options, 2, 0 },
};

const struct command cmd_tree = {
	.name = "tree",
	.arguments = "[PATH]",
	.summary = "who owns what in this repository: clusters, apps, objects",
	.groups = groups,
	.group_count = ARRAY_SIZE(groups),
	.options_size = sizeof(struct tree_verb),
	.max_arguments = 1,
	.run = tree_run,
};
