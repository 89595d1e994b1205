/* An ApplicationSet into Applications: what each parameter set makes of the template. */
#include <string.h>
#include "render/engines/argo_set_live.h"
#include "render/yaml/yaml.h"

/* ---- templatePatch ---- */

/* The patch's texts, then those of `old` that it has not. */
static struct node *merged_list(struct arena *a, const struct node *old, const struct node *with)
{
	struct node *out = node_copy(a, with);
	uint32_t i, k;

	for (i = 0; i < old->len; i++) {
		for (k = 0; k < with->len && !node_equal(old->items[i], with->items[k]); k++)
			;
		if (k == with->len)
			node_append(a, out, node_copy(a, old->items[i]));
	}
	return out;
}

/* A strategic merge over an Application: of its lists only finalizers are merged. */
static void patch(struct arena *a, struct node *into, const struct node *with, bool metadata)
{
	uint32_t i;

	for (i = 0; i < with->len; i++) {
		const char *key = with->entries[i].key->text;
		const struct node *value = with->entries[i].value;
		struct node *old = node_get(into, key);

		if (node_is_null(value))
			node_remove(into, key);
		else if (node_is(old, NODE_MAP) && node_is(value, NODE_MAP))
			patch(a, old, value, !strcmp(key, "metadata"));
		else if (metadata && !strcmp(key, "finalizers") && node_is(old, NODE_SEQ) &&
			 node_is(value, NODE_SEQ))
			node_set(a, into, key, merged_list(a, old, value));
		else
			node_set(a, into, key, node_copy(a, value));
	}
}

static int apply_patch(struct argo_set *set, const struct node *params, struct node *application,
		       struct err *err)
{
	const struct node *text = node_get(set->spec, "templatePatch");
	const struct node *project = node_path(application, "spec", "project", NULL);
	struct node *root = NULL;
	const char *filled, *wrong;

	if (!node_is(text, NODE_STR) || !text->len)
		return 0;
	filled = argo_fill_text(set, text, params, false, err);
	if (!filled)
		return -1;
	wrong = yaml_read_go(set->g.run, set->g.arena, filled, strlen(filled), 0, &root);
	if (wrong || (root && !node_is(root, NODE_MAP)))
		return err_raise(err, ERR_INPUT, origins_pos(set->g.run->origins, text->origin),
				 "templatePatch: %s", wrong ? wrong : "not a mapping");
	if (!root)
		return 0;
	node_set_origin(root, text->origin);
	patch(set->g.arena, application, root, false);
	if (project)
		node_set(set->g.arena, argo_map_in(set->g.arena, application, "spec"), "project",
			 node_copy(set->g.arena, project));
	return 0;
}

/* ---- one Application ---- */

static struct node *from_template(struct argo_set *set, const struct node *template,
				  const struct node *params, struct err *err)
{
	static const char *const copied[] = { "name", "labels", "annotations", "finalizers" };
	struct arena *a = set->g.arena;
	struct node *filled =
		params->len ? argo_fill(set, template, params, err) : node_copy(a, template);
	struct node *application, *metadata, *from;
	size_t i;

	if (!filled)
		return NULL;
	application = node_at(node_map(a), template->origin);
	node_set(a, application, "apiVersion", node_str(a, ARGO_GROUP "/v1alpha1"));
	node_set(a, application, "kind", node_str(a, "Application"));
	metadata = argo_map_in(a, application, "metadata");
	from = node_get(filled, "metadata");
	for (i = 0; i < ARRAY_SIZE(copied); i++)
		if (node_get(from, copied[i]))
			node_set(a, metadata, copied[i], node_get(from, copied[i]));
	if (*set->g.app->ns)
		node_set(a, metadata, "namespace",
			 node_at(node_str(a, set->g.app->ns), set->g.app->root->origin));
	if (node_get(filled, "spec"))
		node_set(a, application, "spec", node_get(filled, "spec"));
	return application;
}

/* Deleting the Application deletes what it applied, unless the set says otherwise. */
static void add_finalizer(struct argo_set *set, const struct node *params, struct node *application)
{
	struct arena *a = set->g.arena;
	const struct node *there = node_path(application, "metadata", "finalizers", NULL);
	struct node *list;

	if (!params->len || (there && there->len) ||
	    node_true(node_path(set->spec, "syncPolicy", "preserveResourcesOnDeletion", NULL)))
		return;
	list = node_at(node_seq(a), application->origin);
	node_append(a, list,
		    node_at(node_str(a, "resources-finalizer.argocd.argoproj.io"),
			    application->origin));
	node_set(a, argo_map_in(a, application, "metadata"), "finalizers", list);
}

static int add_application(struct argo_set *set, const struct node *template,
			   const struct node *params, struct rendered *out, struct err *err)
{
	struct node *application = from_template(set, template, params, err);
	struct object object;

	if (!application)
		return -1;
	add_finalizer(set, params, application);
	if (apply_patch(set, params, application, err) < 0)
		return -1;
	argo_set_keep(set, application);
	if (object_from_node(set->g.run, set->g.arena, application, &object, err) < 0)
		return -1;
	*vec_push(set->g.arena, &out->objects) = object;
	return 0;
}

/* ---- names ---- */

static void refuse_name(struct argo_set *set, const char *name)
{
	const struct node *template = node_get(set->spec, "template");
	const char *why =
		*name ? arena_printf(set->g.arena,
				     "two Applications of the set are named '%s': neither "
				     "of them is applied",
				     name)
		      : "an Application of the set has no name, so that it is not applied";

	*vec_push(set->g.arena, &set->g.notes) =
		(struct note){ arena_printf(set->g.arena, "ApplicationSet %s: %s", set->g.app->name,
					    why),
			       (template ? template : set->spec)->origin, NOTE_REFUSAL };
}

/* Applications with no name, and all that share one, the controller leaves out. */
static void drop_nameless(struct argo_set *set, struct objects *all)
{
	size_t i, kept = 0;
	struct map names; /* a name → how many have it */

	map_init(&names, set->g.arena);
	for (i = 0; i < all->count; i++) {
		void **at = map_at(&names, all->items[i].name);

		*at = (void *)((uintptr_t)*at + 1);
		if (*all->items[i].name ? (uintptr_t)*at == 2 : (uintptr_t)*at == 1)
			refuse_name(set, all->items[i].name);
	}
	for (i = 0; i < all->count; i++)
		if (*all->items[i].name && (uintptr_t)map_get(&names, all->items[i].name) == 1)
			all->items[kept++] = all->items[i];
	all->count = kept;
}

/* ---- all of them ---- */

static int add_all(struct argo_set *set, const struct argo_made *made, struct rendered *out,
		   struct err *err)
{
	const struct node *base = node_get(set->spec, "template");
	const struct node *template = base;
	struct node *own;
	size_t i;

	if (node_is(made->template, NODE_MAP)) {
		own = node_copy(set->g.arena, made->template);
		argo_merge_missing(set->g.arena, own, base);
		template = own;
	}
	if (!node_is(template, NODE_MAP))
		return err_raise(err, ERR_INPUT,
				 origins_pos(set->g.run->origins, set->spec->origin),
				 "the set has no template");
	for (i = 0; i < made->params.count; i++)
		if (add_application(set, template, made->params.items[i], out, err) < 0)
			return -1;
	return 0;
}

/* One kind of generator of an entry; what is out of reach is told, and *unavailable. */
static int generate_one(struct argo_set *set, const struct node *entry, size_t row,
			bool *unavailable, struct rendered *out, struct err *err)
{
	struct argo_made made = { 0 };
	struct err why = ERR_INIT;

	if (!argo_generate_row(set, entry, row, NULL, &made, &why))
		return add_all(set, &made, out, err);
	*err = why;
	if (why.code != ERR_UNSUPPORTED && why.code != ERR_IO && why.code != ERR_AWAY &&
	    why.code != ERR_UNREACHED)
		return -1;
	*unavailable = true;
	*vec_push(set->g.arena, &set->g.notes) =
		(struct note){ arena_strdup(set->g.arena, why.msg), entry->origin };
	return 0;
}

static int generate_all(struct argo_set *set, struct rendered *out, struct err *err)
{
	const struct node *list = node_get(set->spec, "generators");
	uint32_t i, failed = 0;
	size_t row;

	for (i = 0; node_is(list, NODE_SEQ) && i < list->len; i++) {
		bool unavailable = false, any = false;

		for (row = 0; argo_next_row(list->items[i], &row); row++) {
			any = true;
			if (generate_one(set, list->items[i], row, &unavailable, out, err) < 0)
				return -1;
		}
		if (!any)
			*vec_push(set->g.arena, &set->g.notes) = (struct note){
				"this entry has no generator that Argo CD knows, and makes nothing",
				list->items[i]->origin
			};
		failed += unavailable;
	}
	return failed && failed == i ? -1 : 0;
}

/* missingkey=error and the like. */
static bool has_option(const struct node *spec, const char *option)
{
	const struct node *list = node_get(spec, "goTemplateOptions");
	uint32_t i;

	for (i = 0; node_is(list, NODE_SEQ) && i < list->len; i++)
		if (node_is(list->items[i], NODE_STR) && !strcmp(list->items[i]->text, option))
			return true;
	return false;
}

static void texts_init(struct argo_texts *texts, struct run *run, struct arena *a,
		       const struct template_options *how)
{
	texts->templates = template_set_new(run, a, how);
	map_init(&texts->parsed, a);
}

int argo_set_render(struct run *run, struct arena *a, struct view *v, const struct app *app,
		    const struct render_options *options, struct rendered *out, struct err *err)
{
	const struct node *spec = node_get(app->root, "spec");
	struct template_options how = {
		.seed = options->seed,
		.find = applicationset_function,
		.keep_no_value = true,
		.missing_key_fails = has_option(spec, "missingkey=error"),
		.missing_key_is_nothing = !has_option(spec, "missingkey=zero"),
	};
	struct template_options strict = how;
	struct argo_texts texts, lenient;
	struct argo_set set = {
		.g = { .run = run,
		       .arena = a,
		       .view = v,
		       .app = app,
		       .spec = spec,
		       .options = options,
		       .ns = "" },
		.spec = spec,
		.go = node_true(node_get(spec, "goTemplate")),
		.texts = &texts,
		.lenient = &lenient,
	};
	int rc;

	strict.missing_key_fails = true;
	texts_init(&texts, run, a, &how);
	texts_init(&lenient, run, a, &strict);
	rc = generate_all(&set, out, err);
	if (!rc) {
		drop_nameless(&set, &out->objects);
		argo_set_note_ways(&set);
		argo_set_note_steps(&set, &out->objects);
		rc = argo_set_add_kept(&set, &out->objects, err);
	}
	argo_close(&set.g);
	if (!rc)
		out->notes = set.g.notes;
	return rc;
}
