#include "render/engines/flux_ids.h"
#include <string.h>

/* No namespace is the same as the default one, to kustomize. */
static const char *id_of(struct flux_ids *ids, const struct node *object)
{
	const struct node *metadata = node_get(object, "metadata");
	const char *ns = node_string_at(metadata, "namespace");

	return arena_printf(ids->of.arena, "%s/%s/%s/%s", node_string_at(object, "apiVersion"),
			    node_string_at(object, "kind"), *ns ? ns : "default",
			    node_string_at(metadata, "name"));
}

static size_t count_at(struct flux_ids *ids, const char *id, int change)
{
	void **slot = map_at(&ids->of, id);
	size_t count = (size_t)(uintptr_t)*slot + (size_t)change;

	*slot = (void *)(uintptr_t)count;
	return count;
}

void flux_ids_init(struct flux_ids *ids, struct run *run, struct arena *a,
		   const struct objects *built)
{
	ids->run = run;
	map_init(&ids->of, a);
	for (size_t i = 0; i < built->count; i++)
		count_at(ids, id_of(ids, built->items[i].root), 1);
}

int flux_ids_replace(struct flux_ids *ids, const struct node *before, const struct node *after,
		     struct err *err)
{
	const char *id = id_of(ids, after);
	const struct node *name = node_path(after, "metadata", "name", NULL);
	size_t count;

	count_at(ids, id_of(ids, before), -1);
	count = count_at(ids, id, 1);
	if (count < 2)
		return 0;
	return err_raise(err, ERR_INPUT,
			 origins_pos(ids->run->origins, name ? name->origin : after->origin),
			 "after substitution %zu objects are the %s '%s': Flux applies nothing of "
			 "the Kustomization (\"id matched %zu resources\"); give them names that "
			 "differ",
			 count, node_string_at(after, "kind"),
			 node_text(name) ? node_text(name) : "", count);
}
