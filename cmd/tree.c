/* Who owns what in this repository: clusters, the engines' objects, apps, objects. */
#include <string.h>
#include "base/json.h"
#include "cmd/cmd.h"
#include "cmd/source.h"
#include "cmd/tree_report.h"
#include "render/apps.h"
#include "validate/engine_owner.h"

struct tree_verb {
	struct common_options common;
	struct source_options source;
	struct option_values paths;
	const char *only;
	int output;
	bool no_objects, offline;
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
	for (i = 0; rendered && i < rendered->len; i++)
		if (objects || strcmp(rendered->entries[i].key->text, "objects") != 0)
			node_set(a, n, rendered->entries[i].key->text, rendered->entries[i].value);
	return n;
}

/* What a cluster is called: the settings' target that takes an app, else its entry. */
static const char *cluster_of(const struct settings *settings, const struct app *app)
{
	const struct settings_target *t = settings_target_for(settings, app->cluster,
							      app->path	  ? app->path
							      : app->file ? app->file
									  : "");

	return t ? t->name : *app->cluster ? app->cluster : "default";
}

/* Apps by cluster; they have to be rendered to be known, whether their objects are shown or not. */
static void build(struct run *run, struct apps *apps, const struct tree_verb *verb,
		  struct node *clusters)
{
	struct arena *a = &run->arena;
	struct node *list = NULL;
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
		const char *name = cluster_of(run->settings, app);

		if (verb->only && strcmp(verb->only, name) != 0)
			continue;
		if (!last || strcmp(last, name)) {
			struct node *cluster = node_map(a);

			list = node_seq(a);
			node_set(a, cluster, "cluster", node_str(a, name));
			node_set(a, cluster, "apps", list);
			node_append(a, clusters, cluster);
			last = name;
		}
		node_append(a, list,
			    app_tree(run, app, app->offered ? NULL : map_get(&rendered, app->id),
				     !verb->no_objects));
	}
}

/* The apps of the argument and of each --path, one after the other. */
static int build_all(struct run *run, const struct tree_verb *verb, struct view *v,
		     const char *path, struct node *clusters, struct err *err)
{
	size_t i, count = verb->paths.count ? verb->paths.count : 1;

	run->settings = settings_load(run, &run->arena, v, err);
	if (!run->settings)
		return -1;
	for (i = 0; i < count; i++) {
		struct apps *apps = arena_new(&run->arena, struct apps);
		const char *at = verb->paths.count
					 ? view_join(&run->arena, path, verb->paths.items[i].text)
					 : path;

		if (!at)
			return err_raise(err, ERR_USAGE, NO_POS, "'%s' is outside the repository",
					 verb->paths.items[i].text);
		*apps = (struct apps){ .stacks = &run->settings->stacks };
		if (apps_find(run, &run->arena, v, at, apps, err) < 0)
			return -1;
		build(run, apps, verb, clusters);
	}
	if (verb->only && !clusters->len)
		return err_raise(err, ERR_NOT_FOUND, NO_POS,
				 "no cluster '%s' here; without --target all are shown",
				 verb->only);
	return 0;
}

static int tree_run(struct run *run, void *options, const struct arguments *rest, struct err *err)
{
	const struct tree_verb *verb = options;
	struct node *clusters = node_seq(&run->arena);
	const char *path;
	struct view *v =
		source_open(run, &verb->source, rest->count ? rest->items[0] : NULL, &path, err);
	struct buf out;
	int rc;

	if (!v)
		return -1;
	run->offline = verb->offline;
	buf_init(&out, 0);
	rc = build_all(run, verb, v, path, clusters, err);
	if (!rc) {
		if (verb->output == TREE_JSON)
			json_write(&out, clusters, JSON_INDENT);
		else if (verb->output == TREE_DOT)
			tree_report_dot(&out, &run->arena, clusters);
		else if (verb->output == TREE_HTML)
			tree_report_html(&out, clusters);
		else
			tree_report_text(&out, clusters);
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
static const struct option choice_options[] = {
	{ .name = "path",
	  .letter = 'p',
	  .type = OPTION_APPEND,
	  .value = "PATH",
	  .offset = offsetof(struct tree_verb, paths),
	  .summary = "only what is here; repeatable (default: the whole repository)" },
	{ .name = "target",
	  .type = OPTION_STRING,
	  .value = "NAME",
	  .offset = offsetof(struct tree_verb, only),
	  .summary = "only this one of the repository's clusters" },
	{ .name = "offline",
	  .type = OPTION_FLAG,
	  .offset = offsetof(struct tree_verb, offline),
	  .summary = "fetch nothing: remote bases, sources and charts are those of the cache" },
};
static const struct option_group groups[] = {
	{ "Options", choice_options, ARRAY_SIZE(choice_options), 0 },
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
