/*
 * ignoreDifferences of an Application, its own and the system's; what of jq's language is not
 * understood ignores nothing, as render/engines/argo_project.c says.
 */
#include <string.h>
#include "base/jq.h"
#include "validate/engine_owner.h"
#include "validate/ignore.h"

static void add_row(struct arena *a, const struct node *from, struct owner_ignores *out)
{
	const struct node *pointers = node_get(from, "jsonPointers"),
			  *paths = node_get(from, "jqPathExpressions"),
			  *managers = node_get(from, "managedFieldsManagers");
	struct owner_ignore *row = vec_push(a, out);
	uint32_t i;

	*row = (struct owner_ignore){
		.group = node_string_at(from, "group"),
		.kind = node_string_at(from, "kind"),
		.ns = node_string_at(from, "namespace"),
		.name = node_string_at(from, "name"),
	};
	for (i = 0; node_is(pointers, NODE_SEQ) && i < pointers->len; i++)
		if (node_is(pointers->items[i], NODE_STR))
			*vec_push(a, &row->fields) = pointers->items[i]->text;
	for (i = 0; node_is(paths, NODE_SEQ) && i < paths->len; i++) {
		const struct jq *path = node_is(paths->items[i], NODE_STR)
						? jq_read(a, paths->items[i]->text, NULL)
						: NULL;

		if (path)
			*vec_push(a, &row->paths) = path;
	}
	for (i = 0; node_is(managers, NODE_SEQ) && i < managers->len; i++)
		if (node_is(managers->items[i], NODE_STR))
			*vec_push(a, &row->managers) = managers->items[i]->text;
}

static void add_rows(struct arena *a, const struct node *list, struct owner_ignores *out)
{
	uint32_t i;

	for (i = 0; node_is(list, NODE_SEQ) && i < list->len; i++)
		add_row(a, list->items[i], out);
}

static bool argo_option(const struct node *list, const char *option)
{
	uint32_t i;

	for (i = 0; node_is(list, NODE_SEQ) && i < list->len; i++)
		if (node_is(list->items[i], NODE_STR) && !strcmp(list->items[i]->text, option))
			return true;
	return false;
}

const struct owner_ignores *owner_argocd_ignores(struct arena *a, const struct app *app)
{
	const struct node *spec = node_get(app->root, "spec");
	const struct node *options = node_path(spec, "syncPolicy", "syncOptions", NULL);
	struct owner_ignores *out = arena_new(a, struct owner_ignores);

	add_rows(a, node_get(app->inputs, "ignores"), out);
	add_rows(a, node_get(spec, "ignoreDifferences"), out);
	if (!out->count)
		return NULL;
	out->when_applied = argo_option(options, "RespectIgnoreDifferences=true");
	out->only_out_of_sync = argo_option(options, "ApplyOutOfSyncOnly=true");
	return out;
}
