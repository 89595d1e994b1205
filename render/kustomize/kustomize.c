/* The renderer: a kustomization of a view into objects, as `kustomize build` makes them. */
#include <stdarg.h>
#include <string.h>
#include "render/kustomize/fields.h"
#include "render/kustomize/finish.h"
#include "render/kustomize/internal.h"
#include "render/kustomize/schema.h"
#include "render/kustomize/transformers.h"
#include "render/kustomize/kustomize.h"
#include "render/yaml/yaml.h"

#undef kz_fail /* the analyzer's */
int kz_fail(struct kz *kz, struct err *err, origin_id at, const char *fmt, ...)
{
	struct pos pos = origins_pos(kz->run->origins, at);
	va_list args;
	char *text;

	va_start(args, fmt);
	text = arena_vprintf(kz->a, fmt, args);
	va_end(args);
	return err_raise(err, ERR_INPUT, pos, "%s", text);
}

void kz_note(struct kz *kz, origin_id at, const char *fmt, ...)
{
	va_list args;
	char *text;

	va_start(args, fmt);
	text = arena_vprintf(kz->a, fmt, args);
	va_end(args);
	*vec_push(kz->a, &kz->out->notes) = (struct note){ .text = text, .origin = at };
}

void kz_matches_nothing(struct kz *kz, origin_id at, const char *fmt, ...)
{
	va_list args;

	if (kz->components)
		return;
	va_start(args, fmt);
	*vec_push(kz->a, &kz->out->notes) = (struct note){
		.text = arena_vprintf(kz->a, fmt, args),
		.kind = NOTE_NO_EFFECT,
		.origin = at,
	};
	va_end(args);
}

static bool has_word(const struct node *list, const char *word)
{
	uint32_t i;

	for (i = 0; list && i < list->len; i++)
		if (!strcmp(list->items[i]->text, word))
			return true;
	return false;
}

/* Resources that are only configuration for local tools are no output. */
static int drop_local(struct kz *kz, struct resmap *m, struct err *err)
{
	size_t i, kept = 0;

	resmap_drop_empty(m);
	for (i = 0; i < m->count; i++) {
		struct resource *r = m->items[i];
		const struct node *local =
			node_get(node_path(r->root, "metadata", "annotations", NULL),
				 "config.kubernetes.io/local-config");

		if (!*resource_kind(r) || !*resource_name(r))
			return kz_fail(kz, err, r->root->origin, "missing %s in object",
				       *resource_kind(r) ? "metadata.name" : "kind");
		if (!local || !strcmp(text_of(local), "false"))
			m->items[kept++] = r;
	}
	m->count = kept;
	resmap_dirty(m);
	return 0;
}

static int add_managed_by(struct kz *kz, struct target *t, struct resmap *m, struct err *err)
{
	static const struct gvk any = { "", "", "" };
	const struct node *metadata = node_get(t->k, "buildMetadata");
	struct node *pairs = node_map(kz->a);
	struct fieldspec spec = fieldspec_make(kz->a, &any, "metadata/labels", true);
	struct fieldspecs specs = { .items = &spec, .count = 1 };

	if (!kz->options->managed_by && !has_word(metadata, "managedByLabel"))
		return 0;
	node_set(kz->a, pairs, "app.kubernetes.io/managed-by", node_str(kz->a, "kustomize-v5.8.1"));
	if (metadata)
		node_set_origin(pairs, metadata->origin);
	return transform_string_map(kz, m, pairs, &specs, err);
}

static void drop_annotation(struct resmap *m, const char *key)
{
	size_t i;

	for (i = 0; i < m->count; i++) {
		struct node *map = node_path(m->items[i]->root, "metadata", "annotations", NULL);

		if (node_is(map, NODE_MAP))
			node_remove(map, key);
	}
}

static int finish(struct kz *kz, struct target *t, struct resmap *m, struct err *err)
{
	const struct node *metadata = node_get(t->k, "buildMetadata");
	size_t i;

	if (transform_order(kz, m, node_get(t->k, "sortOptions"), err) < 0 ||
	    add_managed_by(kz, t, m, err) < 0)
		return -1;
	if (!has_word(metadata, "originAnnotations"))
		drop_annotation(m, "config.kubernetes.io/origin");
	if (!has_word(metadata, "transformerAnnotations"))
		drop_annotation(m, "alpha.config.kubernetes.io/transformations");
	for (i = 0; i < m->count; i++)
		if (finish_resource(kz, m->items[i], err) < 0)
			return -1;
	return 0;
}

static int build(struct kz *kz, struct target *t, struct resmap *out, struct err *err)
{
	struct accumulator acc = { 0 };
	const struct node *metadata;

	if (kustfile_load(t, err) < 0 || kschema_set(t, true, err) < 0)
		return -1;
	metadata = node_get(t->k, "buildMetadata");
	kz->track = metadata && metadata->len;
	if (kz->track)
		t->origin = arena_new(kz->a, struct provenance);
	if (target_accumulate(t, &acc, err) < 0 || kschema_check(kz, err) < 0 ||
	    transform_hashes(kz, &acc.resources, err) < 0 ||
	    transform_name_references(kz, &acc.resources, acc.config, err) < 0 ||
	    vars_resolve(kz, &acc, err) < 0 || drop_local(kz, &acc.resources, err) < 0 ||
	    finish(kz, t, &acc.resources, err) < 0 || kschema_check(kz, err) < 0)
		return -1;
	*out = acc.resources;
	return 0;
}

static bool kustomize_detect(struct view *v, const char *path)
{
	const char *name;

	return kustfile_present(v, path, &name);
}

static int kustomize_render(struct run *run, struct arena *a, struct view *v, const char *path,
			    const struct render_options *options, struct rendered *out,
			    struct err *err)
{
	struct kz kz = { .run = run, .a = a, .view = v, .options = options, .out = out };
	struct target t = { .kz = &kz, .view = v, .dir = path, .given = options->kustomization };
	struct resmap m = { 0 };
	size_t i;
	int rc = build(&kz, &t, &m, err);

	for (i = 0; i < kz.opened.count; i++)
		view_free(kz.opened.items[i]);
	if (rc < 0)
		return -1;
	for (i = 0; i < m.count; i++) {
		struct err bad = ERR_INIT;

		/* kustomize prints objects that no API server would take. */
		if (objects_add(run, a, &out->objects, m.items[i]->root, &bad) < 0 &&
		    !out->want_text) {
			*err = bad;
			return -1;
		}
		if (!out->want_text)
			continue;
		if (i)
			buf_str(&out->text, "---\n");
		yaml_write(&out->text, m.items[i]->root);
	}
	return 0;
}

const struct renderer renderer_kustomize = {
	.name = "kustomize",
	.summary = "a directory with a kustomization.yaml, as kustomize 5.8.1 builds it",
	.detect = kustomize_detect,
	.render = kustomize_render,
};
