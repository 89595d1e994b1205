/* Docker Swarm's stacks as apps: Compose files that are found by their names. */
#include "render/engines/engines.h"
#include <string.h>
#include "render/swarm/swarm.h"

static struct app *add_app(struct apps *apps, const char *path, struct stack *stack)
{
	struct engine_object object = { NULL, "", "Stack", "", stack->name, path, "swarm", NULL };
	struct app *app = apps_add(apps, &engine_swarm, path, &object);

	if (app) {
		app->data = stack;
		app->leaf = true;
	}
	return app;
}

static struct app *add_stack(struct apps *apps, const char *path)
{
	struct stack *stack = arena_new(apps->arena, struct stack);

	stack->name = stack_name(apps->run, apps->arena, apps->view, path, "stack");
	*vec_push(apps->arena, &stack->files) = path;
	return add_app(apps, path, stack);
}

/* ---- what the settings or flags say ---- */

const struct settings_stack *stack_declared(const struct apps *apps, const char *path)
{
	size_t i, k;

	for (i = 0; apps->stacks && i < apps->stacks->count; i++) {
		const struct settings_stack *s = &apps->stacks->items[i];

		for (k = 0; k < s->files.count; k++)
			if (!strcmp(s->files.items[k], path))
				return s;
	}
	return NULL;
}

/* It is one app, of its first file that is there, whichever of them is met first. */
static void add_declared(struct apps *apps, const struct settings_stack *declared)
{
	struct stack *stack = arena_new(apps->arena, struct stack);
	struct node *inputs = node_seq(apps->arena);
	const char *first = NULL;
	struct app *app;
	size_t i;

	stack->name = declared->name;
	stack->composed = declared->composed > 0;
	stack->env_file = declared->env_file;
	stack->env_text = declared->env_text;
	stack->env_len = declared->env_len;
	node_append(apps->arena, inputs, node_bool(apps->arena, stack->composed));
	for (i = 0; i < declared->files.count; i++) {
		const char *file = declared->files.items[i];

		*vec_push(apps->arena, &stack->files) = file;
		node_append(apps->arena, inputs, node_str(apps->arena, file));
		if (!first && view_kind(apps->view, file) == VIEW_FILE)
			first = file;
	}
	app = add_app(apps, first ? first : declared->files.items[0], stack);
	if (!app)
		return;
	app->inputs = inputs;
	app->confidential = declared->env_file != NULL; /* nothing of it is kept */
}

/* ---- what file names say ---- */

/* A file that only adds to another one's services is no stack by itself. */
static bool is_partial(struct apps *apps, const char *path)
{
	const struct node *at = NULL;
	const char *of = stack_adds_to(apps->run, apps->arena, apps->view, path, &at);
	struct app *app = of ? add_stack(apps, path) : NULL;

	if (!app)
		return of != NULL;
	app->skipped = arena_printf(apps->arena,
				    "it only adds to %s: `-c %s -c %s`, or stacks: in %s, plans "
				    "both as one stack",
				    of, of, path, SETTINGS_FILE);
	app->silent = true;
	apps_note(apps, APP_INFO, "engine/not-planned", at->origin,
		  "the stack %s is not planned: %s", app->name, app->skipped);
	return true;
}

/* Another file of the directory that is a stack for certain, or takes this one in. */
static bool shadowed_in(struct apps *apps, const char *dir, const char *path, bool deployed)
{
	struct arena *a = apps->arena;
	struct view_items items = { 0 };
	struct err ignored = ERR_INIT;
	bool beside = !strcmp(view_dirname(a, path), dir), other_deployed;
	size_t i;

	if (view_list(apps->view, a, dir, &items, &ignored) < 0)
		return false;
	for (i = 0; i < items.count; i++) {
		const char *other = view_join(a, dir, items.items[i].name);

		if (items.items[i].kind != VIEW_FILE || !stack_file_name(items.items[i].name) ||
		    !strcmp(other, path))
			continue;
		if (stack_takes(apps->run, a, apps->view, other, path))
			return true;
		if (beside && !deployed &&
		    stack_is(apps->run, a, apps->view, other, &other_deployed) && other_deployed)
			return true;
	}
	return false;
}

static bool is_shadowed(struct apps *apps, const char *path, bool deployed)
{
	const char *dir = path;

	do {
		dir = view_dirname(apps->arena, dir);
		if (shadowed_in(apps, dir, path, deployed))
			return true;
	} while (*dir);
	return false;
}

/* A Compose file that speaks of no swarm may be for a developer's machine: alone it is planned. */
static void learn_file(struct apps *apps, const char *path)
{
	const struct settings_stack *declared = stack_declared(apps, path);
	bool deployed;

	if (declared)
		add_declared(apps, declared);
	else if (stack_is(apps->run, apps->arena, apps->view, path, &deployed) &&
		 (deployed || apps->every_stack || apps->nothing_else) &&
		 (!apps->finder || (!is_shadowed(apps, path, deployed) && !is_partial(apps, path))))
		add_stack(apps, path);
}

static int render(struct run *run, struct arena *a, struct view *v, const struct app *app,
		  const struct render_options *options, struct rendered *out, struct err *err)
{
	(void)options;
	return stack_render(run, a, v, app->data, out, err);
}

const struct engine engine_swarm = {
	.name = "swarm",
	.file_named = stack_file_name,
	.learn_file = learn_file,
	.render = render,
};
