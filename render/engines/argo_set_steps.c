/* Which of a set's Applications the steps of its RollingSync select, by their labels. */
#include <string.h>
#include "base/buf.h"
#include "render/engines/argo_set_live.h"

enum { MAX_NAMED = 5 };

/* A label that is not there satisfies all but In; of those that are, In and NotIn alone are known.
 */
static bool fits(const struct node *expression, const struct node *labels)
{
	const char *how = node_string_at(expression, "operator");
	const struct node *value = node_get(labels, node_string_at(expression, "key"));

	if (!value)
		return strcmp(how, "In") != 0;
	if (!strcmp(how, "In") || !strcmp(how, "NotIn"))
		return node_has_text(node_get(expression, "values"),
				     node_string(value) ? node_string(value) : "") == !how[2];
	return false;
}

static bool selects(const struct node *step, const struct node *labels)
{
	const struct node *all = node_get(step, "matchExpressions");

	for (uint32_t i = 0; node_is(all, NODE_SEQ) && i < all->len; i++)
		if (!fits(all->items[i], labels))
			return false;
	return true;
}

static size_t steps_of(const struct node *steps, const struct object *application)
{
	const struct node *labels = node_path(application->root, "metadata", "labels", NULL);
	size_t count = 0;

	for (uint32_t i = 0; i < steps->len; i++)
		count += selects(steps->items[i], labels);
	return count;
}

/* A note that names the Applications with so many steps: none, or more than one. */
static void note_those(struct argo_set *set, const struct node *steps, const struct objects *made,
		       bool several, const char *what)
{
	struct buf text;
	size_t found = 0;

	buf_init(&text, 0);
	buf_printf(&text, "ApplicationSet %s: RollingSync: ", set->g.app->name);
	for (size_t i = 0; i < made->count; i++) {
		size_t count = steps_of(steps, &made->items[i]);

		if (several ? count < 2 : count > 0)
			continue;
		if (found++ < MAX_NAMED)
			buf_printf(&text, "%s'%s'", found > 1 ? ", " : "", made->items[i].name);
	}
	if (found > MAX_NAMED)
		buf_printf(&text, " and %zu more", found - MAX_NAMED);
	buf_printf(&text, " %s in %s", found > 1 ? "are" : "is", what);
	if (found)
		*vec_push(set->g.arena, &set->g.notes) =
			(struct note){ buf_dup(&text, set->g.arena), steps->origin, NOTE_WARNING };
	buf_release(&text);
}

static void note_operators(struct argo_set *set, const struct node *step)
{
	const struct node *all = node_get(step, "matchExpressions");

	for (uint32_t i = 0; node_is(all, NODE_SEQ) && i < all->len; i++) {
		const char *how = node_string_at(all->items[i], "operator");

		if (strcmp(how, "In") != 0 && strcmp(how, "NotIn") != 0)
			*vec_push(set->g.arena, &set->g.notes) = (struct note){
				arena_printf(set->g.arena,
					     "ApplicationSet %s: RollingSync: the operator '%s' is "
					     "none that a step knows (In, NotIn): it takes no "
					     "Application that has the label",
					     set->g.app->name, how),
				all->items[i]->origin, NOTE_WARNING
			};
	}
}

void argo_set_note_steps(struct argo_set *set, const struct objects *made)
{
	const struct node *steps = node_path(set->spec, "strategy", "rollingSync", "steps", NULL);
	const char *rolls = node_string_at(node_get(set->g.app->inputs, "set"), "rolls");

	if (strcmp(rolls, "yes") != 0 || !node_is(steps, NODE_SEQ))
		return;
	for (uint32_t i = 0; i < steps->len; i++)
		note_operators(set, steps->items[i]);
	note_those(set, steps, made, false,
		   "none of the steps: nobody syncs it, for the controller switches automated "
		   "syncs off");
	note_those(set, steps, made, true, "more than one step: the first one counts");
}
