/* A source of type Directory: the manifests of a directory, as the repo server picks them. */
#include <string.h>
#include "base/json.h"
#include "base/text.h"
#include "render/engines/argo.h"
#include "render/helm/helm.h"
#include "render/yaml/yaml.h"

struct directory {
	struct argo *g;
	const struct argo_source *s;
	bool recurse, any_name;
	struct glob *include, *exclude; /* NULL: none */
	struct objects *out;
};

static const char skip_mark[] = "+argocd:skip-file-rendering";

static int open_glob(struct directory *d, const char *key, struct glob **out, struct err *err)
{
	const struct node *section = node_get(d->s->root, "directory");
	const struct node *pattern = node_get(section, key);

	*out = NULL;
	if (!node_is(pattern, NODE_STR) || !pattern->len ||
	    argo_wide_glob(out, d->g->arena, pattern->text))
		return 0;
	return err_raise(err, ERR_INPUT, origins_pos(d->g->run->origins, pattern->origin),
			 "directory.%s '%s' is no pattern", key, pattern->text);
}

static bool is_manifest(const char *name)
{
	return text_ends(name, ".yaml") || text_ends(name, ".yml") || text_ends(name, ".json") ||
	       text_ends(name, ".jsonnet");
}

static bool looks_like_object(const struct blob *blob)
{
	return memmem(blob->text, blob->len, "apiVersion:", 11) &&
	       memmem(blob->text, blob->len, "kind:", 5) &&
	       memmem(blob->text, blob->len, "metadata:", 9);
}

static int add_documents(struct directory *d, const struct yaml_docs *docs, struct err *err)
{
	size_t i;

	for (i = 0; i < docs->count; i++)
		if (!node_is_null(docs->items[i].root) &&
		    objects_add(d->g->run, d->g->arena, d->out, docs->items[i].root, err) < 0)
			return -1;
	return 0;
}

/* A JSON file holds one value, and nothing that is YAML alone. */
static int check_json(struct directory *d, const char *path, const struct blob *blob,
		      struct err *err)
{
	struct json_options how = { .file = path };

	if (!text_ends(path, ".json"))
		return 0;
	return json_read(d->g->arena, blob->text, blob->len, &how, err) ? 0 : -1;
}

static int add_file(struct directory *d, const char *path, const char *relative, struct err *err)
{
	size_t len = strlen(relative), before = d->out->count;
	struct yaml_docs docs = { 0 };
	struct blob blob;

	if ((d->exclude && glob_matches(d->exclude, relative, len)) ||
	    (d->include && !glob_matches(d->include, relative, len)))
		return 0;
	if (view_read(d->s->view, path, &blob, err) < 0)
		return -1;
	if (memmem(blob.text, blob.len, skip_mark, sizeof(skip_mark) - 1))
		return 0;
	if (text_ends(path, ".jsonnet"))
		return err_raise(err, ERR_UNSUPPORTED, (struct pos){ .file = path },
				 "its manifests are Jsonnet, which is not evaluated");
	if (check_json(d, path, &blob, err) < 0)
		return -1;
	if (yaml_read(d->g->run, d->g->arena, YAML_SIGS, blob.path, blob.text, blob.len,
		      blob.origin, &docs, err) < 0 ||
	    add_documents(d, &docs, err) < 0) {
		if (!text_ends(path, ".json") && d->out->count == before &&
		    !looks_like_object(&blob)) {
			*err = (struct err)ERR_INIT; /* a file of something else */
			return 0;
		}
		return -1;
	}
	return 0;
}

static int walk(struct directory *d, const char *dir, const char *relative, struct err *err)
{
	struct arena *a = d->g->arena;
	struct view_items items = { 0 };
	size_t i;

	if (view_list(d->s->view, a, dir, &items, err) < 0)
		return -1;
	for (i = 0; i < items.count; i++) {
		const char *name = items.items[i].name;
		const char *path = *dir ? arena_printf(a, "%s/%s", dir, name) : name;
		const char *inside = *relative ? arena_printf(a, "%s/%s", relative, name) : name;
		int rc = 0;

		if (items.items[i].kind == VIEW_DIR && d->recurse && strcmp(name, ".git"))
			rc = walk(d, path, inside, err);
		else if (items.items[i].kind == VIEW_FILE && (d->any_name || is_manifest(name)))
			rc = add_file(d, path, inside, err);
		if (rc < 0)
			return -1;
	}
	return 0;
}

int argo_directory(struct argo *g, const struct argo_source *s, struct objects *out,
		   struct err *err)
{
	const struct node *section = node_get(s->root, "directory");
	struct directory d = {
		.g = g,
		.s = s,
		.recurse = node_true(node_get(section, "recurse")),
		.any_name = node_true(node_get(section, "disableExtensionFilter")),
		.out = out,
	};

	if (open_glob(&d, "include", &d.include, err) < 0 ||
	    open_glob(&d, "exclude", &d.exclude, err) < 0)
		return -1;
	return walk(&d, s->dir, "", err);
}
