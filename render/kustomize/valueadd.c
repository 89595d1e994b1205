/* ValueAddTransformer: one value for many fields, whole or as a part of a path. */
#include <string.h>
#include "render/kustomize/fields.h"
#include "render/kustomize/internal.h"
#include "render/kustomize/load.h"
#include "render/kustomize/selector.h"
#include "render/kustomize/transformers.h"
#include "render/yaml/yaml.h"

struct adding {
	struct kz *kz;
	const struct node *value;
	struct err *err;
};

static void split(struct arena *a, const char *path, struct strings *out)
{
	for (;;) {
		size_t n = strcspn(path, "/");

		*vec_push(a, out) = arena_memdup(a, path, n);
		if (!path[n])
			return;
		path += n + 1;
	}
}

/* Put a part into a path at a position counted from 1; a leading '/' does not count. */
static const char *insert_part(struct arena *a, const char *path, int64_t position,
			       const char *part)
{
	struct strings parts = { 0 };
	size_t at = position > 1 ? (size_t)position - 1 : 0, i;
	const char *out = "";

	if (*path)
		split(a, path, &parts);
	if (at > parts.count)
		at = parts.count;
	if (parts.count && !*parts.items[0] && at < parts.count)
		at++;
	for (i = 0; i <= parts.count; i++) {
		if (i == at)
			out = arena_printf(a, "%s%s%s", out, i ? "/" : "", part);
		if (i < parts.count)
			out = arena_printf(a, "%s%s%s", out, i || at == 0 ? "/" : "",
					   parts.items[i]);
	}
	return out;
}

static int add_at(struct adding *x, struct node *root, const char *path, int64_t position)
{
	static const struct gvk any = { "", "", "" };
	struct fieldspec spec = fieldspec_make(x->kz->a, &any, path, true);
	struct node *n = root, *next;
	const char *text = x->value->text;
	size_t i;

	for (i = 0; spec.parts[i]; i++) {
		if (n->type != NODE_MAP)
			return kz_fail(x->kz, x->err, n->origin,
				       "wrong node kind: expected a mapping for '%s'", path);
		next = node_get(n, spec.parts[i]);
		if (!next) {
			next = spec.parts[i + 1] ? node_map(x->kz->a) : node_str(x->kz->a, "");
			node_set(x->kz->a, n, spec.parts[i], next);
		}
		n = next;
	}
	if (n->type >= NODE_SEQ)
		return kz_fail(x->kz, x->err, n->origin,
			       "wrong node kind: expected a scalar at '%s'", path);
	if (position > 0)
		text = insert_part(x->kz->a, n->text, position, text);
	scalar_set(
		x->kz, n, text, strlen(text), NODE_NULL,
		origins_derive(x->kz->run->origins, x->value->origin, VIA_TRANSFORMER, n->origin));
	return 0;
}

static int add_to_target(struct adding *x, struct resmap *m, const struct node *target)
{
	const struct node *select = node_get(target, "selector");
	const char *path = field_text(target, "fieldPath");
	struct resource **list = m->items;
	size_t count = m->count, i;
	int64_t position = 0;
	struct selector *s;

	node_integer(node_get(target, "filePathPosition"), &position);
	if (!*path)
		return kz_fail(x->kz, x->err, target->origin, "fieldPath cannot be empty");
	if (position < 0)
		return kz_fail(x->kz, x->err, target->origin,
			       "value of FilePathPosition (%lld) cannot be negative",
			       (long long)position);
	if (select) {
		s = selector_new(x->kz, select, x->err);
		if (!s)
			return -1;
		list = selector_resources(x->kz, s, m, &count);
	}
	for (i = 0; i < count; i++) {
		int rc = strcmp(path, "metadata/namespace")
				 ? add_at(x, list[i]->root, path, position)
				 : namespace_set_one(x->kz, list[i], x->value, x->err);

		if (rc < 0)
			return -1;
	}
	return 0;
}

static struct node *read_targets(struct target *t, const struct node *path, struct err *err)
{
	struct yaml_docs docs = { 0 };
	struct node *decoded;
	const struct plugin_fields *p;
	struct blob blob;

	if (target_read(t, path->text, path->origin, &blob, err) < 0 ||
	    yaml_read(t->kz->run, t->kz->a, YAML_SIGS, blob.path, blob.text, blob.len, blob.origin,
		      &docs, err) < 0)
		return NULL;
	for (p = plugin_fields; strcmp(p->kind, "ValueAddTransformer"); p++)
		;
	if (!docs.count || node_is_null(docs.items[0].root))
		return node_seq(t->kz->a);
	decoded =
		fields_decode(t->kz, p->fields, docs.items[0].root, DECODE_CONVERT, "targets", err);
	if (!decoded)
		return NULL;
	return node_get(decoded, "targets") ? node_get(decoded, "targets") : node_seq(t->kz->a);
}

int transform_value_add(struct target *t, struct resmap *m, const struct node *config,
			struct err *err)
{
	const struct node *path = node_get(config, "targetFilePath");
	const struct node *lists[2] = { node_get(config, "targets"), NULL };
	const char *value = field_text(config, "value"), *slash = strrchr(t->dir, '/');
	const struct node *given = node_get(config, "value");
	struct node *text;
	struct adding x = { t->kz, NULL, err };
	size_t i, n;
	uint32_t j;

	value += strspn(value, " \t\r\n");
	for (n = strlen(value); n && strchr(" \t\r\n", value[n - 1]); n--)
		;
	text = n ? node_str_n(t->kz->a, value, n) : node_str(t->kz->a, slash ? slash + 1 : t->dir);
	text->origin = given ? given->origin : config->origin;
	x.value = text;
	if (path && path->len) {
		lists[1] = read_targets(t, path, err);
		if (!lists[1])
			return -1;
	}
	if (!(lists[0] && lists[0]->len) && !(lists[1] && lists[1]->len))
		return kz_fail(t->kz, err, config->origin, "must specify at least one target");
	for (i = 0; i < 2; i++)
		for (j = 0; lists[i] && j < lists[i]->len; j++)
			if (add_to_target(&x, m, lists[i]->items[j]) < 0)
				return -1;
	resmap_dirty(m);
	return 0;
}
