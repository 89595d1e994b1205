#include "render/engines/engines.h"
#include <string.h>
#include "render/kustomize/kustomize.h"
#include "render/renderer.h"
#include "render/yaml/yaml.h"

static const char group[] = "kustomize.toolkit.fluxcd.io";

bool flux_mentions(const char *text, size_t len)
{
	return (memmem(text, len, group, sizeof(group) - 1) && memmem(text, len, "sourceRef", 9)) ||
	       memmem(text, len, "ArtifactGenerator", 17);
}

static const char *text_of(const struct node *map, const char *key)
{
	const char *text = node_get_string(map, key);

	return text ? text : "";
}

/* "@name/dir/" and what stands for all below it, without both: "dir". */
static const char *artifact_dir(struct arena *a, const char *text)
{
	const char *slash = *text == '@' ? strchr(text, '/') : NULL;
	size_t len = slash ? strlen(slash + 1) : 0;

	while (len && strchr("/*", slash[len]))
		len--;
	return slash ? arena_memdup(a, slash + 1, len) : "";
}

static void collect_artifacts(struct arena *a, const struct node *spec,
			      struct flux_kustomizations *out)
{
	const struct node *list = node_get(spec, "artifacts");
	uint32_t i, k;

	for (i = 0; node_is(list, NODE_SEQ) && i < list->len; i++) {
		const struct node *copies = node_get(list->items[i], "copy");

		for (k = 0; node_is(copies, NODE_SEQ) && k < copies->len; k++)
			*vec_push(a, &out->artifacts) = (struct flux_artifact){
				text_of(list->items[i], "name"),
				artifact_dir(a, text_of(copies->items[k], "from")),
				artifact_dir(a, text_of(copies->items[k], "to")),
			};
	}
}

void flux_resolve_artifact(struct arena *a, struct flux_kustomization *k,
			   const struct flux_kustomizations *all)
{
	size_t i, len;

	for (i = 0; i < all->artifacts.count; i++) {
		const struct flux_artifact *artifact = &all->artifacts.items[i];

		len = strlen(artifact->to);
		if (strcmp(artifact->name, k->artifact) || strncmp(k->path, artifact->to, len) ||
		    (len && k->path[len] && k->path[len] != '/'))
			continue;
		k->path = view_join(a, artifact->from,
				    k->path[len] == '/' ? k->path + len + 1
				    : k->path[len]	? k->path + len
							: ".");
		return;
	}
	k->remote = arena_printf(a, "ExternalArtifact %s", k->artifact);
}

static void collect_one(struct arena *a, const struct node *root, struct flux_kustomizations *out)
{
	const struct node *metadata = node_get(root, "metadata"), *spec = node_get(root, "spec");
	const struct node *source = node_get(spec, "sourceRef");
	const char *api = text_of(root, "apiVersion"), *kind = text_of(source, "kind");
	struct flux_kustomization k = { .root = root };

	if (!strcmp(text_of(root, "kind"), "ArtifactGenerator"))
		collect_artifacts(a, spec, out);
	if (strncmp(api, group, sizeof(group) - 1) ||
	    strcmp(text_of(root, "kind"), "Kustomization") || !node_is(spec, NODE_MAP))
		return;
	k.name = text_of(metadata, "name");
	k.ns = text_of(metadata, "namespace");
	k.target_ns = text_of(spec, "targetNamespace");
	k.prune = node_true(node_get(spec, "prune"));
	k.force = node_true(node_get(spec, "force"));
	k.suspend = node_true(node_get(spec, "suspend"));
	/* Only a repository of git's can be this one; which, its URL would say. */
	if (!strcmp(kind, "ExternalArtifact"))
		k.artifact = text_of(source, "name");
	else if (strcmp(kind, "GitRepository"))
		k.remote = arena_printf(a, "%s %s", kind, text_of(source, "name"));
	k.path = view_join(a, "", text_of(spec, "path") + (*text_of(spec, "path") == '/'));
	if (k.path)
		*vec_push(a, out) = k;
}

void flux_collect(struct run *run, struct arena *a, const struct blob *file,
		  struct flux_kustomizations *out)
{
	struct yaml_docs docs = { 0 };
	struct err ignored = ERR_INIT; /* shows where the file is rendered */
	size_t i;

	if (yaml_read(run, a, YAML_SIGS, file->path, file->text, file->len, file->origin, &docs,
		      &ignored) < 0)
		return;
	for (i = 0; i < docs.count; i++)
		if (docs.items[i].root)
			collect_one(a, docs.items[i].root, out);
}

/* ---- the kustomization that the controller builds ---- */

struct flux {
	struct run *run;
	struct arena *arena;
	struct view *view;
	const struct flux_kustomization *k;
	const struct node *spec;
};

/*
 * fluxcd/pkg/kustomize's generator: every manifest below, in the order of a walk; a directory that
 * has a kustomization stands for itself.
 */
static int list_resources(struct flux *f, const char *dir, const char *prefix, struct node *into,
			  struct err *err)
{
	struct view_items items = { 0 };
	size_t i;

	if (view_list(f->view, f->arena, dir, &items, err) < 0)
		return -1;
	for (i = 0; *prefix && i < items.count; i++) {
		if (items.items[i].kind == VIEW_FILE && kustfile_is_name(items.items[i].name)) {
			node_append(f->arena, into,
				    node_at(node_str_n(f->arena, prefix, strlen(prefix) - 1),
					    f->k->root->origin));
			return 0;
		}
	}
	for (i = 0; i < items.count; i++) {
		const char *name = items.items[i].name, *dot = strrchr(name, '.');
		const char *path = *dir ? arena_printf(f->arena, "%s/%s", dir, name) : name;

		if (name[0] == '.')
			continue;
		if (items.items[i].kind == VIEW_DIR &&
		    list_resources(f, path, arena_printf(f->arena, "%s%s/", prefix, name), into,
				   err) < 0)
			return -1;
		if (items.items[i].kind != VIEW_FILE || !dot ||
		    (strcmp(dot, ".yaml") && strcmp(dot, ".yml")) ||
		    !plain_holds_objects(f->view, path))
			continue;
		node_append(
			f->arena, into,
			node_at(node_str(f->arena, arena_printf(f->arena, "%s%s", prefix, name)),
				f->k->root->origin));
	}
	return 0;
}

static struct node *generate(struct flux *f, struct err *err)
{
	struct node *k = node_map(f->arena), *resources = node_seq(f->arena);

	if (list_resources(f, f->k->path, "", resources, err) < 0)
		return NULL;
	node_set(f->arena, k, "apiVersion", node_str(f->arena, "kustomize.config.k8s.io/v1beta1"));
	node_set(f->arena, k, "kind", node_str(f->arena, "Kustomization"));
	node_set(f->arena, k, "resources", resources);
	node_at(k, f->k->root->origin);
	return k;
}

static struct node *read_own(struct flux *f, struct err *err)
{
	struct node *root = NULL;
	const char *name;
	struct blob blob;

	if (!kustfile_present(f->view, f->k->path, &name))
		return generate(f, err);
	if (view_read(f->view, view_join(f->arena, f->k->path, name), &blob, err) < 0 ||
	    yaml_read_one(f->run, f->arena, YAML_SIGS, blob.path, blob.text, blob.len, blob.origin,
			  &root, err) < 0)
		return NULL;
	return root ? node_copy(f->arena, root) : node_at(node_map(f->arena), blob.origin);
}

static void append_list(struct flux *f, struct node *k, const char *key, const char *to)
{
	const struct node *more = node_get(f->spec, key);
	struct node *list = node_get(k, to);
	uint32_t i;

	if (!node_is(more, NODE_SEQ))
		return;
	if (!node_is(list, NODE_SEQ)) {
		list = node_at(node_seq(f->arena), more->origin);
		node_set(f->arena, k, to, list);
	}
	for (i = 0; i < more->len; i++)
		node_append(f->arena, list, node_copy(f->arena, more->items[i]));
}

/* An image of the object takes the place of the kustomization's own for the same name. */
static void merge_images(struct flux *f, struct node *k)
{
	const struct node *more = node_get(f->spec, "images");
	struct node *list = node_get(k, "images");
	uint32_t i, j;

	for (i = 0; node_is(more, NODE_SEQ) && i < more->len; i++)
		for (j = 0; node_is(list, NODE_SEQ) && j < list->len; j++)
			if (!strcmp(text_of(list->items[j], "name"),
				    text_of(more->items[i], "name")))
				node_remove_at(list, j--);
	append_list(f, k, "images", "images");
}

static void set_text(struct flux *f, struct node *k, const char *from, const char *to)
{
	const struct node *value = node_get(f->spec, from);

	if (node_is(value, NODE_STR) && value->len)
		node_set(f->arena, k, to, node_copy(f->arena, value));
}

static void apply_spec(struct flux *f, struct node *k)
{
	set_text(f, k, "targetNamespace", "namespace");
	set_text(f, k, "namePrefix", "namePrefix");
	set_text(f, k, "nameSuffix", "nameSuffix");
	append_list(f, k, "components", "components");
	append_list(f, k, "patches", "patches");
	append_list(f, k, "patchesStrategicMerge", "patchesStrategicMerge");
	append_list(f, k, "patchesJson6902", "patchesJson6902");
	merge_images(f, k);
}

/* ---- after the build ---- */

static struct node *map_at(struct arena *a, struct node *n, const char *key)
{
	struct node *map = node_get(n, key);

	if (!node_is(map, NODE_MAP)) {
		map = node_map(a);
		node_set(a, n, key, map);
	}
	return map;
}

static void add_metadata(struct flux *f, struct node *object)
{
	static const char *const kinds[] = { "labels", "annotations" };
	struct node *metadata = map_at(f->arena, object, "metadata");
	size_t i;
	uint32_t j;

	for (i = 0; i < ARRAY_SIZE(kinds); i++) {
		const struct node *more = node_path(f->spec, "commonMetadata", kinds[i], NULL);

		for (j = 0; node_is(more, NODE_MAP) && j < more->len; j++)
			node_set(f->arena, map_at(f->arena, metadata, kinds[i]),
				 more->entries[j].key->text,
				 node_copy(f->arena, more->entries[j].value));
	}
}

static void add_owner(struct flux *f, struct node *object)
{
	struct node *labels = map_at(f->arena, map_at(f->arena, object, "metadata"), "labels");

	node_set(f->arena, labels, arena_printf(f->arena, "%s/name", group),
		 node_at(node_str(f->arena, f->k->name), f->k->root->origin));
	node_set(f->arena, labels, arena_printf(f->arena, "%s/namespace", group),
		 node_at(node_str(f->arena, f->k->ns), f->k->root->origin));
}

static bool substitution_disabled(const struct node *object)
{
	static const char key[] = "kustomize.toolkit.fluxcd.io/substitute";
	const struct node *metadata = node_get(object, "metadata");
	const char *label = node_get_string(node_get(metadata, "labels"), key);
	const char *annotation = node_get_string(node_get(metadata, "annotations"), key);

	return (label && !strcmp(label, "disabled")) ||
	       (annotation && !strcmp(annotation, "disabled"));
}

/* What other objects of the cluster give is not known here: such variables stay as they are
 * written. */
static int substitute(struct flux *f, struct node *object, struct err *err)
{
	const struct node *post = node_get(f->spec, "postBuild");
	const struct node *from = node_get(post, "substituteFrom");

	if (!node_is(post, NODE_MAP) || substitution_disabled(object))
		return 0;
	return flux_substitute(f->run, f->arena, object, node_get(post, "substitute"),
			       !from || !from->len, err);
}

static int finish(struct flux *f, const struct objects *built, struct objects *out, struct err *err)
{
	size_t i;

	for (i = 0; i < built->count; i++) {
		struct node *object = node_copy(f->arena, built->items[i].root);

		if (substitute(f, object, err) < 0)
			return -1;
		add_metadata(f, object);
		add_owner(f, object);
		if (objects_add(f->run, f->arena, out, object, err) < 0)
			return -1;
	}
	return 0;
}

int flux_render(struct run *run, struct arena *a, struct view *v,
		const struct flux_kustomization *k, const struct render_options *options,
		struct rendered *out, struct err *err)
{
	struct flux f = { run, a, v, k, node_get(k->root, "spec") };
	struct render_options how = *options;
	struct rendered built = { 0 };
	struct node *kustomization;
	int rc;

	out->renderer = "flux";
	buf_init(&out->text, 0);
	buf_init(&built.text, 0);
	if (view_kind(v, k->path) != VIEW_DIR)
		return err_raise(
			err, ERR_NOT_FOUND,
			origins_pos(run->origins, node_get(f.spec, "path")
							  ? node_get(f.spec, "path")->origin
							  : k->root->origin),
			"Kustomization %s/%s: no directory '%s' in %s", k->ns, k->name,
			*k->path ? k->path : ".", view_name(v));
	kustomization = read_own(&f, err);
	if (!kustomization)
		return -1;
	apply_spec(&f, kustomization);
	how.kustomization = kustomization;
	how.load_restrictor = LOAD_NONE;
	rc = renderer_kustomize.render(run, a, v, k->path, &how, &built, err);
	out->notes = built.notes;
	if (!rc)
		rc = finish(&f, &built.objects, &out->objects, err);
	rendered_release(&built);
	return rc;
}
