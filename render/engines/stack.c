/* Docker Swarm's stacks as apps: Compose files that are found by their names. */
#include "render/engines/engines.h"
#include <string.h>
#include "render/swarm/swarm.h"

static void add_stack(struct apps *apps, const char *path)
{
	struct stack *stack = arena_new(apps->arena, struct stack);
	struct engine_object object = { NULL, "", "Stack", "", "", path, "swarm", NULL };
	struct app *app;

	stack->name = stack_name(apps->run, apps->arena, apps->view, path, "stack");
	*vec_push(apps->arena, &stack->files) = path;
	object.name = stack->name;
	app = apps_add(apps, &engine_swarm, path, &object);
	if (!app)
		return;
	app->data = stack;
	app->leaf = true;
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
	bool deployed;

	if (stack_is(apps->run, apps->arena, apps->view, path, &deployed) &&
	    (deployed || apps->every_stack || apps->nothing_else) &&
	    (!apps->finder || !is_shadowed(apps, path, deployed)))
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
