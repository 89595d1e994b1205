/* Plain manifests: every .yaml, .yml and .json file of a directory and below, or one file. */
#include <string.h>
#include "render/renderer.h"
#include "render/swarm/swarm.h"
#include "render/yaml/yaml.h"

struct plain {
	struct run *run;
	struct arena *arena;
	struct view *view;
	struct rendered *out;
	bool of_tools; /* a document of a tool was passed over */
	bool found;    /* nobody named the file */
};

bool plain_is_manifest(const char *name)
{
	static const char *const endings[] = { ".yaml", ".yml", ".json" };
	size_t len = strlen(name), i;

	for (i = 0; i < ARRAY_SIZE(endings); i++) {
		size_t ending = strlen(endings[i]);

		if (len > ending && !strcmp(name + len - ending, endings[i]))
			return true;
	}
	return false;
}

bool plain_holds_objects(struct view *v, const char *path)
{
	struct err err = ERR_INIT;
	struct blob blob;

	/* One that is too large may hold any: the error shows when the file is rendered. */
	if (view_read(v, path, &blob, &err) < 0)
		return err.code == ERR_LIMIT;
	return memmem(blob.text, blob.len, "apiVersion", 10) &&
	       memmem(blob.text, blob.len, "kind", 4);
}

/* "metadata:" and one of the others at the start of lines. */
static bool is_half_object(const struct blob *blob)
{
	static const char *const keys[] = { "metadata:", "kind:", "apiVersion:" };
	unsigned there = 0;

	for (const char *line = blob->text; line; line = strchr(line, '\n')) {
		line += *line == '\n';
		for (size_t i = 0; i < ARRAY_SIZE(keys); i++)
			if (!strncmp(line, keys[i], strlen(keys[i])))
				there |= 1U << i;
		if (*line == '\n')
			continue;
	}
	return (there & 1) && (there & 6);
}

bool plain_may_hold_objects(struct view *v, const char *path)
{
	struct err ignored = ERR_INIT;
	struct blob blob;

	return plain_holds_objects(v, path) ||
	       (!view_read(v, path, &blob, &ignored) && is_half_object(&blob));
}

/* What a tool or a server reads from its own file looks like an object, and no cluster takes it. */
static bool is_of_tool(const struct node *root)
{
	static const char *const groups[] = {
		"apiserver.config.k8s.io",
		"audit.k8s.io",
		"backstage.io",
		"client.authentication.k8s.io",
		"eksctl.io",
		"k3d.io",
		"kind.x-k8s.io",
		"kubeadm.k8s.io",
		"kubelet.config.k8s.io",
		"kubeproxy.config.k8s.io",
		"kubescheduler.config.k8s.io",
		"skaffold",
	};
	const char *api = node_get_string(root, "apiVersion"),
		   *kind = node_get_string(root, "kind");

	for (size_t i = 0; api && i < ARRAY_SIZE(groups); i++) {
		size_t len = strlen(groups[i]);

		if (!strncmp(api, groups[i], len) && api[len] == '/')
			return true;
	}
	return api && kind && !strcmp(api, "v1") && !strcmp(kind, "Config") &&
	       node_get(root, "contexts");
}

static bool is_sealed(const struct node *root)
{
	return !strncmp(node_string_at(root, "kind"), "ENC[", 4);
}

static void leave_out(struct plain *p, const char *path, origin_id at, const char *why)
{
	*vec_push(p->arena, &p->out->notes) =
		(struct note){ arena_printf(p->arena, "%s is not planned: %s", path, why), at,
			       NOTE_LEFT_OUT };
}

/* A key that stands twice: kubectl takes the last without a word. */
static void note_twice(struct plain *p, const struct yaml_doc *doc)
{
	struct origin_pos first;
	size_t i;

	for (i = 0; i < doc->duplicate_count; i++) {
		const struct yaml_duplicate *d = &doc->duplicates[i];

		if (d->merged || !origins_resolve(p->run->origins, d->first->origin, &first))
			continue;
		*vec_push(p->arena, &p->out->notes) = (struct note){
			arena_printf(p->arena,
				     "key '%.80s' is already set at line %u; only the last one "
				     "counts",
				     d->key->text, first.line),
			d->key->origin, NOTE_TWICE
		};
	}
}

/* What the root of a manifest lacks to be an object; NULL: nothing, or it is no manifest. */
static const char *lacks(const struct node *root)
{
	bool api = node_get(root, "apiVersion"), kind = node_get(root, "kind");

	if (!node_is(root, NODE_MAP) || !node_is(node_get(root, "metadata"), NODE_MAP) ||
	    api == kind)
		return NULL;
	return api ? "it has apiVersion and metadata, and no kind"
		   : "it has kind and metadata, and no apiVersion";
}

static int plain_file(struct plain *p, const char *path, bool strict, struct err *err)
{
	struct yaml_docs docs = { 0 };
	struct blob blob;
	size_t i;

	if (view_read(p->view, path, &blob, err) < 0 ||
	    yaml_read(p->run, p->arena, YAML_SIGS, blob.path, blob.text, blob.len, blob.origin,
		      &docs, err) < 0)
		return -1;
	for (i = 0; i < docs.count; i++) {
		const struct node *root = docs.items[i].root;

		if (!root)
			continue;
		/* In a directory, files of other tools (values, CI configuration) are no manifests.
		 */
		if (is_of_tool(root)) {
			p->of_tools = true;
			continue;
		}
		if (!strict && !node_get(root, "apiVersion") && !node_get(root, "kind"))
			continue;
		if (p->found && is_sealed(root)) {
			leave_out(p, path, root->origin,
				  "SOPS has encrypted the kind and name of its object too");
			continue;
		}
		if (p->found && lacks(root)) {
			leave_out(p, path, root->origin, lacks(root));
			continue;
		}
		note_twice(p, &docs.items[i]);
		if (objects_add(p->run, p->arena, &p->out->objects, root, err) < 0)
			return -1;
	}
	return 0;
}

static int plain_directory(struct plain *p, const char *path, struct err *err)
{
	struct view_items items = { 0 };
	size_t i;

	if (view_list(p->view, p->arena, path, &items, err) < 0)
		return -1;
	for (i = 0; i < items.count; i++) {
		const char *name = items.items[i].name;
		const char *full = *path ? arena_printf(p->arena, "%s/%s", path, name) : name;
		int rc = 0;

		if (name[0] == '.')
			continue;
		if (items.items[i].kind == VIEW_DIR && items.items[i].link)
			continue; /* as filepath.Walk, which kubectl and the engines use */
		if (items.items[i].kind == VIEW_DIR)
			rc = plain_directory(p, full, err);
		else if (items.items[i].kind == VIEW_FILE && plain_is_manifest(name))
			rc = plain_file(p, full, false, err);
		if (rc < 0)
			return -1;
	}
	return 0;
}

static bool plain_detect(struct view *v, const char *path)
{
	enum view_kind kind = view_kind(v, path);

	return kind == VIEW_DIR || kind == VIEW_FILE;
}

/* Nothing is here; a Compose file may be what was meant. */
static int found_nothing(struct plain *p, const char *path, struct err *err)
{
	struct view_items items = { 0 };
	struct err ignored = ERR_INIT;
	const char *stack = NULL, *hint = "";
	bool deployed;

	if (view_list(p->view, p->arena, path, &items, &ignored) < 0)
		items.count = 0;
	for (size_t i = 0; i < items.count && !stack; i++) {
		const char *file = view_join(p->arena, path, items.items[i].name);

		if (items.items[i].kind == VIEW_FILE && stack_file_name(items.items[i].name) &&
		    stack_is(p->run, p->arena, p->view, file, &deployed))
			stack = file;
	}
	if (stack)
		hint = arena_printf(p->arena,
				    "; '%s' is a Compose file: 'kubectl gitops plan -c %s' plans "
				    "its stack, with --swarm HOST on a swarm",
				    stack, stack);
	return err_raise(err, ERR_NOT_FOUND, NO_POS,
			 "no kustomization.yaml, Chart.yaml or manifest in '%s' of %s%s",
			 *path ? path : ".", view_name(p->view), hint);
}

static int plain_render(struct run *run, struct arena *a, struct view *v, const char *path,
			const struct render_options *options, struct rendered *out, struct err *err)
{
	struct plain p = { .run = run, .arena = a, .view = v, .out = out };
	int rc = view_kind(v, path) == VIEW_FILE ? plain_file(&p, path, true, err)
						 : plain_directory(&p, path, err);
	size_t i;

	(void)options;
	if (rc < 0)
		return -1;
	if (!out->objects.count && !p.of_tools)
		return found_nothing(&p, path, err);
	for (i = 0; out->want_text && i < out->objects.count; i++) {
		if (i)
			buf_str(&out->text, "---\n");
		yaml_write(&out->text, out->objects.items[i].root);
	}
	return 0;
}

/* "{{ if … }}", "{% for … %}", "<#list …>", "<% … %>" where a line of YAML would begin. */
static bool is_template(const struct blob *blob)
{
	static const char *const opens[] = { "{{", "{%", "<#", "<%" };
	size_t i = 0, k;

	while (i < blob->len) {
		i += strspn(blob->text + i, " \t");
		for (k = 0; k < ARRAY_SIZE(opens); k++)
			if (!strncmp(blob->text + i, opens[k], 2))
				return true;
		i += strcspn(blob->text + i, "\n");
		i += i < blob->len;
	}
	return false;
}

int plain_found(struct run *run, struct arena *a, struct view *v, const char *path,
		struct rendered *out, struct err *err)
{
	struct plain p = { .run = run, .arena = a, .view = v, .out = out, .found = true };
	struct err ignored = ERR_INIT;
	struct blob blob;

	if (!plain_file(&p, path, false, err))
		return 0;
	if (err->code != ERR_INPUT || view_read(v, path, &blob, &ignored) < 0 ||
	    !is_template(&blob))
		return -1;
	leave_out(&p, path, blob.origin, "it is a template, not the manifest that is made of it");
	err_clear(err);
	return 0;
}

const struct renderer renderer_plain = {
	.name = "plain",
	.summary = "every manifest of a directory and below",
	.detect = plain_detect,
	.render = plain_render,
};
