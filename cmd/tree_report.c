#include "cmd/tree_report.h"
#include <string.h>
#include "base/json.h"
#include "cmd/report/report.h"
#include "cmd/report/words.h"

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

void tree_report_text(struct buf *out, const struct node *clusters)
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

void tree_report_dot(struct buf *out, struct arena *a, const struct node *clusters)
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
void tree_report_html(struct buf *out, const struct node *clusters)
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
