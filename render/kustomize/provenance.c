/* buildMetadata: annotations that say where a resource was found and what has changed it. */
#include <string.h>
#include "render/kustomize/annotations.h"
#include "render/kustomize/finish.h"
#include "render/kustomize/internal.h"
#include "render/kustomize/remote.h"
#include "render/yaml/yaml.h"

static const char origin_key[] = "config.kubernetes.io/origin";
static const char transformations_key[] = "alpha.config.kubernetes.io/transformations";

struct printer {
	struct buf *out;
	const char *indent; /* of the line that comes next */
	const char *rest;   /* of those after it */
};

static void start_line(struct printer *p, const char *key)
{
	buf_printf(p->out, "%s%s:", p->indent, key);
	p->indent = p->rest;
}

static void line(struct printer *p, const char *key, const char *value)
{
	struct node text = { .type = NODE_STR, .text = value };

	if (!value || !*value)
		return;
	text.len = (uint32_t)strlen(value);
	start_line(p, key);
	buf_char(p->out, ' ');
	yaml_write(p->out, &text);
}

/* The YAML that Go prints for the struct. */
static void print(struct printer *p, const struct provenance *x)
{
	struct printer inner;

	line(p, "path", x->path);
	line(p, "repo", x->repo);
	line(p, "ref", x->ref);
	line(p, "configuredIn", x->configured_in);
	if (!x->kind)
		return;
	start_line(p, "configuredBy");
	buf_char(p->out, '\n');
	inner = (struct printer){ p->out, *p->rest ? "    " : "  ", *p->rest ? "    " : "  " };
	line(&inner, "apiVersion", x->api_version);
	line(&inner, "kind", x->kind);
	line(&inner, "name", x->name);
	line(&inner, "namespace", x->ns);
}

static void set(struct kz *kz, struct resource *r, const char *key, struct buf *text)
{
	struct node *n = node_str_n(kz->a, text->text, text->len);
	struct node *all = resource_meta_map(kz, r, "annotations");

	n->style = STYLE_LITERAL;
	annotations_renew(kz, r);
	node_set(kz->a, all, key, n);
	buf_release(text);
}

void provenance_annotate(struct kz *kz, struct resource *r, const struct provenance *x)
{
	struct buf out;
	struct printer p = { &out, "", "" };

	if (!x)
		return;
	buf_init(&out, 0);
	print(&p, x);
	if (!out.len)
		buf_str(&out, "{}\n");
	set(kz, r, origin_key, &out);
}

static const struct node *annotation(const struct resource *r, const char *key)
{
	return node_get(node_path(r->root, "metadata", "annotations", NULL), key);
}

void provenance_annotate_missing(struct kz *kz, struct resmap *m, const struct provenance *x)
{
	size_t i;

	for (i = 0; x && i < m->count; i++)
		if (!annotation(m->items[i], origin_key))
			provenance_annotate(kz, m->items[i], x);
}

static void add_transformation(struct kz *kz, struct resource *r, const struct provenance *x)
{
	const struct node *old = annotation(r, transformations_key);
	struct buf out;
	struct printer p = { &out, "- ", "  " };

	buf_init(&out, 0);
	if (node_is_scalar(old))
		buf_add(&out, old->text, old->len);
	print(&p, x);
	set(kz, r, transformations_key, &out);
}

void provenance_transformed(struct kz *kz, struct resmap *m, const struct provenance *x)
{
	size_t i;

	for (i = 0; x && i < m->count; i++) {
		if (node_is_null(m->items[i]->root))
			continue;
		if (annotation(m->items[i], origin_key))
			add_transformation(kz, m->items[i], x);
		else
			provenance_annotate(kz, m->items[i], x);
	}
}

/* "a/./b/../c" as Go's filepath.Join cleans it; leading ".." stay. */
static const char *clean(struct arena *a, const char *path)
{
	struct strings parts = { 0 };
	const char *out = "";
	size_t i, n;

	for (; *path; path += n + (path[n] == '/')) {
		n = strcspn(path, "/");
		if (!n || (n == 1 && *path == '.'))
			continue;
		if (n == 2 && !strncmp(path, "..", 2) && parts.count &&
		    strcmp(parts.items[parts.count - 1], "..")) {
			parts.count--;
			continue;
		}
		*vec_push(a, &parts) = arena_memdup(a, path, n);
	}
	for (i = 0; i < parts.count; i++)
		out = arena_printf(a, "%s%s%s", out, i ? "/" : "", parts.items[i]);
	return *out ? out : ".";
}

struct provenance *provenance_append(struct kz *kz, const struct provenance *x, const char *path)
{
	struct provenance *copy;
	struct repo_spec spec;

	if (!x)
		return NULL;
	copy = arena_new(kz->a, struct provenance);
	*copy = *x;
	if (repo_spec_parse(kz->a, path, &spec)) {
		copy->repo = spec.clone;
		copy->ref = spec.ref;
		copy->path = *spec.path ? clean(kz->a, spec.path) : "notCloned"; /* its own name */
		return copy;
	}
	copy->path = clean(kz->a, arena_printf(kz->a, "%s/%s", x->path ? x->path : "", path));
	return copy;
}
