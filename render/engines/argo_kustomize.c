/*
 * A source of type Kustomize: the directory's kustomization with what the Application sets, as
 * `kustomize edit` writes it there.
 */
#include <stdlib.h>
#include <string.h>
#include "render/engines/argo.h"
#include "render/kustomize/kustomize.h"
#include "render/yaml/yaml.h"

struct edit {
	struct argo *g;
	const struct argo_source *s;
	const struct node *section;
	struct node *k; /* the kustomization, ours to change */
	struct err *err;
};

static struct node *sequence(struct edit *e, const char *key)
{
	struct node *list = node_get(e->k, key);

	if (!node_is(list, NODE_SEQ)) {
		list = node_at(node_seq(e->g->arena), e->section->origin);
		node_set(e->g->arena, e->k, key, list);
	}
	return list;
}

static void set_text(struct edit *e, const char *from, const char *to)
{
	const struct node *value = node_get(e->section, from);

	if (node_is(value, NODE_STR) && value->len)
		node_set(e->g->arena, e->k, to, node_copy(e->g->arena, value));
}

/* The entry of a list whose name is this, taken out. */
static void drop_named(struct node *list, const char *name)
{
	uint32_t i;

	for (i = list->len; i-- > 0;)
		if (!strcmp(node_string_at(list->items[i], "name"), name))
			node_remove_at(list, i);
}

/* `kustomize edit set` writes what it sets in the order of names. */
static void sort_named(struct node *list)
{
	uint32_t i, k;

	for (i = 1; i < list->len; i++) {
		struct node *one = list->items[i];
		const char *name = node_string_at(one, "name");

		for (k = i; k && strcmp(node_string_at(list->items[k - 1], "name"), name) > 0; k--)
			list->items[k] = list->items[k - 1];
		list->items[k] = one;
	}
}

/* ---- images ---- */

static void put_part(struct edit *e, struct node *image, const char *key, const char *text,
		     size_t len, origin_id at)
{
	if (len)
		node_set(e->g->arena, image, key, node_at(node_str_n(e->g->arena, text, len), at));
}

/* "name[:tag][@digest]" behind the '=' or alone: into `name_key` and the rest. */
static void put_image(struct edit *e, struct node *image, const char *text, const char *name_key,
		      origin_id at)
{
	const char *digest = strchr(text, '@'), *end = digest ? digest : text + strlen(text);
	const char *slash = memrchr(text, '/', (size_t)(end - text));
	const char *colon =
		memchr(slash ? slash : text, ':', (size_t)(end - (slash ? slash : text)));

	put_part(e, image, name_key, text, (size_t)((colon ? colon : end) - text), at);
	if (colon)
		put_part(e, image, "newTag", colon + 1, (size_t)(end - colon - 1), at);
	if (digest)
		put_part(e, image, "digest", digest + 1, strlen(digest + 1), at);
}

static void set_images(struct edit *e)
{
	const struct node *list = node_get(e->section, "images");
	uint32_t i;

	for (i = 0; node_is(list, NODE_SEQ) && i < list->len; i++) {
		origin_id at = list->items[i]->origin;
		struct node *image = node_at(node_map(e->g->arena), at), *images;
		const char *text, *equals;

		if (!node_is(list->items[i], NODE_STR))
			continue;
		text = argo_expand(e->g->arena, &e->s->env, list->items[i]->text);
		equals = strchr(text, '=');
		if (equals) {
			put_part(e, image, "name", text, (size_t)(equals - text), at);
			put_image(e, image, equals + 1, "newName", at);
		} else {
			put_image(e, image, text, "name", at);
		}
		images = sequence(e, "images");
		drop_named(images, node_string_at(image, "name"));
		node_append(e->g->arena, images, image);
		sort_named(images);
	}
}

static void set_replicas(struct edit *e)
{
	const struct node *list = node_get(e->section, "replicas");
	uint32_t i;

	for (i = 0; node_is(list, NODE_SEQ) && i < list->len; i++) {
		const struct node *count = node_get(list->items[i], "count");
		struct node *replica = node_copy(e->g->arena, list->items[i]);
		struct node *replicas = sequence(e, "replicas");

		if (node_is(count, NODE_STR)) /* a number written as a text */
			node_set(
				e->g->arena, replica, "count",
				node_at(node_scalar(e->g->arena, NODE_INT, count->text, count->len),
					count->origin));
		drop_named(replicas, node_string_at(replica, "name"));
		node_append(e->g->arena, replicas, replica);
		sort_named(replicas);
	}
}

/* ---- labels and annotations ---- */

/* Add pairs to a mapping of the kustomization; one that is there is an error unless forced. */
static int add_pairs(struct edit *e, const char *from, struct node *into, bool force, bool expand,
		     const char *what)
{
	const struct node *pairs = node_get(e->section, from);
	uint32_t i;

	for (i = 0; i < pairs->len; i++) {
		const struct node_entry *pair = &pairs->entries[i];
		const char *text = node_text(pair->value);

		if (node_get(into, pair->key->text) && !force)
			return err_raise(e->err, ERR_INPUT,
					 origins_pos(e->g->run->origins, pair->key->origin),
					 "%s %s already in kustomization file", what,
					 pair->key->text);
		text = expand ? argo_expand(e->g->arena, &e->s->env, text ? text : "") : text;
		node_set(e->g->arena, into, pair->key->text,
			 node_at(node_str(e->g->arena, text ? text : ""), pair->value->origin));
	}
	return 0;
}

static bool has_pairs(const struct edit *e, const char *key)
{
	const struct node *pairs = node_get(e->section, key);

	return node_is(pairs, NODE_MAP) && pairs->len;
}

static int add_labels(struct edit *e)
{
	bool force = node_true(node_get(e->section, "forceCommonLabels"));
	bool templates = node_true(node_get(e->section, "labelIncludeTemplates"));
	struct node *label;

	if (!has_pairs(e, "commonLabels"))
		return 0;
	if (templates && !node_true(node_get(e->section, "labelWithoutSelector")))
		return err_raise(e->err, ERR_INPUT,
				 origins_pos(e->g->run->origins,
					     node_get(e->section, "labelIncludeTemplates")->origin),
				 "labelIncludeTemplates is nothing without labelWithoutSelector");
	if (!node_true(node_get(e->section, "labelWithoutSelector")))
		return add_pairs(e, "commonLabels", argo_map_in(e->g->arena, e->k, "commonLabels"),
				 force, true, "label");
	label = node_at(node_map(e->g->arena), e->section->origin);
	node_append(e->g->arena, sequence(e, "labels"), label);
	if (templates)
		node_set(e->g->arena, label, "includeTemplates", node_bool(e->g->arena, true));
	return add_pairs(e, "commonLabels", argo_map_in(e->g->arena, label, "pairs"), force, true,
			 "label");
}

static int add_annotations(struct edit *e)
{
	if (!has_pairs(e, "commonAnnotations"))
		return 0;
	return add_pairs(
		e, "commonAnnotations", argo_map_in(e->g->arena, e->k, "commonAnnotations"),
		node_true(node_get(e->section, "forceCommonAnnotations")),
		node_true(node_get(e->section, "commonAnnotationsEnvsubst")), "annotation");
}

/* ---- lists ---- */

static void append_list(struct edit *e, const char *key)
{
	const struct node *more = node_get(e->section, key);
	uint32_t i;

	for (i = 0; node_is(more, NODE_SEQ) && i < more->len; i++)
		node_append(e->g->arena, sequence(e, key), node_copy(e->g->arena, more->items[i]));
}

static void add_components(struct edit *e)
{
	const struct node *more = node_get(e->section, "components");
	bool ignore = node_true(node_get(e->section, "ignoreMissingComponents"));
	uint32_t i;

	for (i = 0; node_is(more, NODE_SEQ) && i < more->len; i++) {
		const char *path = node_string(more->items[i]), *name;
		const char *dir = path ? view_join(e->g->arena, e->s->dir, path) : NULL;

		if (ignore && (!dir || !kustfile_present(e->s->view, dir, &name)))
			continue;
		node_append(e->g->arena, sequence(e, "components"),
			    node_copy(e->g->arena, more->items[i]));
		if (ignore)
			break; /* Argo CD 3.6 looks no further behind one that is there */
	}
}

static int apply(struct edit *e)
{
	set_text(e, "namePrefix", "namePrefix");
	set_text(e, "nameSuffix", "nameSuffix");
	set_images(e);
	set_replicas(e);
	if (add_labels(e) < 0 || add_annotations(e) < 0)
		return -1;
	set_text(e, "namespace", "namespace");
	append_list(e, "patches");
	add_components(e);
	return 0;
}

/* ---- the build ---- */

/* What the Application changes of the directory's own file; NULL when it changes nothing. */
static int edited(struct argo *g, const struct argo_source *s, const struct node **out,
		  struct err *err)
{
	struct edit e = { g, s, node_get(s->root, "kustomize"), NULL, err };
	struct node *root = NULL;
	const char *name;
	struct blob blob;

	*out = NULL;
	if (!node_is(e.section, NODE_MAP) || !kustfile_present(s->view, s->dir, &name))
		return 0;
	if (view_read(s->view, view_join(g->arena, s->dir, name), &blob, err) < 0 ||
	    yaml_read_one(g->run, g->arena, YAML_SIGS, blob.path, blob.text, blob.len, blob.origin,
			  &root, err) < 0)
		return -1;
	e.k = node_is(root, NODE_MAP) ? node_copy(g->arena, root)
				      : node_at(node_map(g->arena), blob.origin);
	if (apply(&e) < 0)
		return -1;
	*out = e.k;
	return 0;
}

int argo_kustomize(struct argo *g, const struct argo_source *s, struct objects *out,
		   struct err *err)
{
	const struct node *section = node_get(s->root, "kustomize");
	const char *flags = node_string_at(g->app->inputs, "kustomize.buildOptions");
	struct render_options how = *g->options;
	struct rendered made = { 0 };
	size_t i;
	int rc;

	if (edited(g, s, &how.kustomization, err) < 0)
		return -1;
	/* Which options argocd-cm has is seldom known; a chart in a kustomization needs this one.
	 */
	how.enable_helm = true;
	how.load_restrictor = strstr(flags, "LoadRestrictionsNone") ? LOAD_NONE : LOAD_ROOT_ONLY;
	if (*node_string_at(section, "kubeVersion"))
		how.kubernetes_version = node_string_at(section, "kubeVersion");
	buf_init(&made.text, 0);
	rc = renderer_kustomize.render(g->run, g->arena, s->view, s->dir, &how, &made, err);
	for (i = 0; !rc && i < made.objects.count; i++)
		*vec_push(g->arena, out) = made.objects.items[i];
	rendered_release(&made);
	return rc;
}
