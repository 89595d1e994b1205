/*
 * ResourceSet (Flux Operator 0.59): templates between << and >>, filled once for each set of
 * inputs.
 */
#include "render/engines/flux_resourceset.h"
#include <string.h>
#include "render/helm/helm.h"
#include "render/yaml/yaml.h"

static const char owner_group[] = "resourceset.fluxcd.controlplane.io";
static const char group[] = "fluxcd.controlplane.io";

/* One text to fill, as YAML; a `single` one is one object of spec.resources. */
struct pattern {
	const char *text;
	size_t len;
	const struct origin_span *spans; /* of a text that was made; else `origin` is its start's */
	size_t span_count;
	origin_id origin;
	bool single;
	const char *what; /* "resources[0]", for messages */
};

struct build {
	struct run *run;
	struct arena *arena;
	struct view *view;
	const struct app *app;
	struct objects *out;
	struct notes *notes;
	struct rset_inputs inputs;
	struct map seen; /* "group/kind/ns/name" → the step that made it */
	const char *step;
	bool random;
};

/* ---- what becomes of an object ---- */

static const char *annotation(const struct node *object, const char *name)
{
	const struct node *all = node_path(object, "metadata", "annotations", NULL);
	uint32_t i;

	for (i = 0; node_is(all, NODE_MAP) && i < all->len; i++) {
		const char *key = all->entries[i].key->text;

		if (!strncmp(key, group, sizeof(group) - 1) && key[sizeof(group) - 1] == '/' &&
		    !strcmp(key + sizeof(group), name))
			return node_string(all->entries[i].value);
	}
	return NULL;
}

/* What the operator fills in from other objects of the cluster. */
static void note_copied(struct build *b, const struct node *object)
{
	static const char *const names[] = { "copyFrom", "checksumFrom", "convertKubeConfigFrom" };
	size_t i;

	for (i = 0; i < ARRAY_SIZE(names); i++) {
		const char *from = annotation(object, names[i]);

		if (from)
			*vec_push(b->arena, b->notes) = (struct note){
				arena_printf(b->arena,
					     "%s %s: %s/%s fills it in the cluster from %s, which "
					     "is not done here",
					     node_string_at(object, "kind"),
					     node_string_at(node_get(object, "metadata"), "name"),
					     group, names[i], from),
				object->origin,
			};
	}
}

/* Of objects with one identity the first counts; a later step must not have one again. */
static int is_known(struct build *b, const struct node *object, bool always, struct err *err)
{
	const struct node *metadata = node_get(object, "metadata");
	const char *version = node_string_at(object, "apiVersion"), *slash = strchr(version, '/');
	const char *key =
		arena_printf(b->arena, "%.*s/%s/%s/%s", slash ? (int)(slash - version) : 0, version,
			     node_string_at(object, "kind"), node_string_at(metadata, "namespace"),
			     node_string_at(metadata, "name"));
	void **at = map_at(&b->seen, key);

	if (*at && strcmp(*at, b->step) != 0)
		return err_raise(err, ERR_INPUT, origins_pos(b->run->origins, object->origin),
				 "step '%s' has %s again, which step '%s' has", b->step, key,
				 (const char *)*at);
	if (*at && !always)
		return 1;
	*at = (void *)(uintptr_t)b->step;
	return 0;
}

static int take(struct build *b, const struct node *root, bool always, struct err *err)
{
	struct node *object;
	const char *disabled = annotation(root, "reconcile");
	size_t first = b->out->count;
	int known;

	if (!always && disabled && !strcmp(disabled, "disabled"))
		return 0;
	known = is_known(b, root, always, err);
	if (known)
		return known < 0 ? -1 : 0;
	object = node_copy(b->arena, root);
	note_copied(b, object);
	flux_mark(b->arena, b->app, owner_group, object);
	flux_secret_data(b->arena, object);
	if (objects_add(b->run, b->arena, b->out, object, err) < 0)
		return -1;
	for (; first < b->out->count; first++)
		b->out->items[first].random = b->random;
	return 0;
}

static bool is_object(const struct node *root)
{
	return *node_string_at(root, "apiVersion") && *node_string_at(root, "kind");
}

/* ---- one template ---- */

static int take_printed(struct build *b, const struct pattern *p, const struct printed *printed,
			bool always, struct err *err)
{
	origin_id origin = origins_add_made(b->run->origins, printed->text.text, printed->text.len,
					    printed->spans.items, printed->spans.count);
	struct yaml_docs docs = { 0 };
	const struct node *items;
	size_t i;
	uint32_t k;

	if (yaml_read(b->run, b->arena, YAML_SIGS, "", printed->text.text, printed->text.len,
		      origin, &docs, err) < 0)
		return err_wrap(err, "what the template printed");
	for (i = 0; i < docs.count; i++) {
		const struct node *root = docs.items[i].root;

		if (p->single && (!is_object(root) || docs.count > 1))
			return err_raise(err, ERR_INPUT, origins_pos(b->run->origins, p->origin),
					 "the template must print one object");
		items = node_get(root, "items");
		if (!is_object(root))
			continue;
		if (!node_is(items, NODE_SEQ)) {
			if (take(b, root, always, err) < 0)
				return -1;
			continue;
		}
		for (k = 0; k < items->len; k++)
			if (take(b, items->items[k], always, err) < 0)
				return -1;
	}
	return 0;
}

static int fill(struct build *b, const struct pattern *p, struct template_set *set, bool always,
		struct err *err)
{
	struct printed printed;
	int rc;

	if (template_execute(set, "resourceset", VALUE_NIL, &printed, err) < 0)
		return -1;
	b->random = printed.random;
	rc = take_printed(b, p, &printed, always, err);
	printed_release(&printed);
	return rc;
}

static int fill_all(struct build *b, const struct pattern *p, struct err *err)
{
	struct value inputs = VALUE_NIL;
	struct template_options options = {
		.seed = "kubectl-gitops",
		.find = resourceset_function,
		.keep_no_value = true,
		.missing_key_fails = true,
		.delims = "<<>>",
		.inputs = &inputs,
	};
	struct template_set *set = template_set_new(b->run, b->arena, &options);
	size_t i;
	int rc = p->span_count
			 ? template_parse_made(set, "resourceset", p->text, p->len, p->spans,
					       p->span_count, err)
			 : template_parse(set, "resourceset", p->text, p->len, p->origin, err);

	if (!rc && !b->inputs.count) {
		inputs = value_from_node_int64(b->arena, node_map(b->arena));
		rc = fill(b, p, set, p->single, err);
	}
	for (i = 0; !rc && i < b->inputs.count; i++) {
		inputs = value_from_node_int64(b->arena, b->inputs.items[i]);
		rc = fill(b, p, set, false, err);
	}
	if (rc < 0) {
		err->line = 0;
		err_at(err, origins_pos(b->run->origins, p->origin));
		return err_wrap(err, "%s", p->what);
	}
	return 0;
}

/* ---- the templates of a spec or of a step ---- */

struct spans {
	struct arena *arena;
	VEC(struct origin_span);
};

static void note_span(void *data, size_t offset, origin_id origin)
{
	struct spans *s = data;

	*vec_push(s->arena, s) = (struct origin_span){ (uint32_t)offset, origin };
}

/* The operator writes the tree as YAML, and fills that text. */
static int build_resource(struct build *b, const struct node *tree, const char *what,
			  struct err *err)
{
	struct spans spans = { .arena = b->arena };
	struct pattern p = { .single = true, .origin = tree->origin, .what = what };
	struct buf text;

	buf_init(&text, LIMIT_TEMPLATE_BYTES);
	yaml_write_placed(&text, tree, 0, note_span, &spans);
	p.text = arena_memdup(b->arena, text.text, text.len);
	p.len = text.len;
	p.spans = spans.items;
	p.span_count = spans.count;
	buf_release(&text);
	return fill_all(b, &p, err);
}

/* The origin of a place in a text that was read, where a kept render or file knows the place alone.
 */
static origin_id origin_in(struct run *run, const struct blob *blob, origin_id known)
{
	const char *line = blob->text, *end = blob->text + blob->len;
	enum origin_via via;
	struct origin_pos at;

	if (known - blob->origin < blob->len || origins_parent(run->origins, known, &via) ||
	    !origins_resolve(run->origins, known, &at) || at.source)
		return known;
	for (unsigned i = 1; i < at.line && line; i++) {
		line = memchr(line, '\n', (size_t)(end - line));
		line = line ? line + 1 : NULL;
	}
	if (!line || !at.line || !at.column || at.column > (size_t)(end - line))
		return known;
	return blob->origin + (origin_id)(line - blob->text) + at.column - 1;
}

/* The text of spec.resourcesTemplate, whose lines are lines of the file. */
static int build_text(struct build *b, const struct node *text, struct err *err)
{
	struct pattern p = { .text = text->text,
			     .len = text->len,
			     .origin = text->origin,
			     .what = "resourcesTemplate" };
	struct pos at = origins_pos(b->run->origins, text->origin);
	struct origin_span whole = { 0, text->origin };
	struct err ignored = ERR_INIT;
	struct node placed = *text;
	struct blob blob;

	if (at.file && !view_read(b->view, at.file, &blob, &ignored)) {
		placed.origin = origin_in(b->run, &blob, text->origin);
		p.spans = yaml_block_lines(b->arena, blob.text, blob.len, blob.origin, &placed,
					   &p.span_count);
	}
	if (!p.span_count) {
		p.spans = &whole;
		p.span_count = 1;
	}
	return fill_all(b, &p, err);
}

static int build_templates(struct build *b, const struct node *of, struct err *err)
{
	const struct node *list = node_get(of, "resources");
	const struct node *text = node_get(of, "resourcesTemplate");
	uint32_t i;

	for (i = 0; node_is(list, NODE_SEQ) && i < list->len; i++)
		if (build_resource(b, list->items[i], arena_printf(b->arena, "resources[%u]", i),
				   err) < 0)
			return -1;
	return node_is(text, NODE_STR) && text->len ? build_text(b, text, err) : 0;
}

static int build_steps(struct build *b, const struct node *spec, struct err *err)
{
	const struct node *steps = node_get(spec, "steps");
	uint32_t i;

	b->step = "";
	if (!node_is(steps, NODE_SEQ) || !steps->len)
		return build_templates(b, spec, err);
	if (node_get(spec, "resources") || node_get(spec, "resourcesTemplate"))
		return err_raise(err, ERR_INPUT, origins_pos(b->run->origins, steps->origin),
				 "steps go with neither resources nor resourcesTemplate");
	for (i = 0; i < steps->len; i++) {
		b->step = node_string_at(steps->items[i], "name");
		if (build_templates(b, steps->items[i], err) < 0)
			return err_wrap(err, "step '%s'", b->step);
	}
	return 0;
}

int flux_render_resourceset(struct run *run, struct arena *a, struct view *v, const struct app *app,
			    struct rendered *out, struct err *err)
{
	const struct node *spec = node_get(app->root, "spec"), *from = node_get(spec, "inputsFrom");
	struct build b = { .run = run,
			   .arena = a,
			   .view = v,
			   .app = app,
			   .out = &out->objects,
			   .notes = &out->notes };
	int rc;

	out->renderer = "flux";
	buf_init(&out->text, 0);
	map_init(&b.seen, a);
	rc = rset_combine(run, a, app, &b.inputs, err);
	/* Providers that give nothing: everything is pruned. */
	if (!rc && (b.inputs.count || !node_is(from, NODE_SEQ) || !from->len))
		rc = build_steps(&b, spec, err);
	if (rc < 0)
		return err_wrap(err, "ResourceSet %s/%s", app->ns, app->name);
	return 0;
}
