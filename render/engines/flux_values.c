/*
 * The values of a HelmRelease: valuesFrom in order, then its own, as helm-controller puts them
 * together (fluxcd/pkg/chartutil).
 */
#include <string.h>
#include "base/base64.h"
#include "render/engines/flux.h"
#include "render/helm/helm.h"
#include "render/yaml/yaml.h"

struct values {
	struct helm_merge *all, *own; /* put together so far; spec.values */
};

/* One key's text of a ConfigMap or Secret; NULL when it has none that can be read. */
static const struct node *data_of(struct arena *a, const struct node *object, const char *key)
{
	const struct node *value = node_get(node_get(object, "data"), key);
	struct buf text;
	struct node *n = NULL;

	if (strcmp(node_string_at(object, "kind"), "Secret"))
		return value;
	if (node_get(node_get(object, "stringData"), key))
		return node_get(node_get(object, "stringData"), key);
	buf_init(&text, LIMIT_FILE_BYTES);
	if (node_is_scalar(value) && base64_decode(&text, value->text, value->len))
		n = node_at(node_str_n(a, text.text, text.len), value->origin);
	buf_release(&text);
	return n;
}

/* Without what --set would take for its own. */
static const char *escaped(struct arena *a, const struct node *value)
{
	struct buf text;
	const char *out;
	size_t i;

	buf_init(&text, 0);
	for (i = 0; i < value->len; i++) {
		if (strchr("\\,[]{}", value->text[i]) && value->text[i])
			buf_char(&text, '\\');
		buf_char(&text, value->text[i]);
	}
	out = buf_dup(&text, a);
	buf_release(&text);
	return out;
}

/* At targetPath, as --set does; quoted or literal as --set-string. NULL, or what is wrong. */
static const char *set_path(struct arena *a, struct helm_merge *values, const struct node *ref,
			    const struct node *value)
{
	const char *path = node_string_at(ref, "targetPath"), *text = value->text;
	bool literal = node_true(node_get(ref, "literal"));
	size_t len = value->len, before = strlen(path) + 1;
	bool quoted = len && (*text == '\'' || *text == '"') && text[len - 1] == *text;
	origin_id origin =
		value->origin > before ? value->origin - (origin_id)before : value->origin;

	if (literal) {
		text = escaped(a, value);
		len = strlen(text);
	} else if (quoted) {
		for (; len && strchr("'\"", *text); text++)
			len--;
		for (; len && strchr("'\"", text[len - 1]);)
			len--;
	}
	return helm_merge_set(values, arena_printf(a, "%s=%.*s", path, (int)len, text),
			      literal || quoted, origin);
}

/* A reference's values go over those before it; at a path, over the release's own too. */
static bool add_values_from(struct apps *apps, struct app *app, const struct node *ref,
			    struct values *v, bool last)
{
	const char *kind = node_string_at(ref, "kind"), *name = node_string_at(ref, "name");
	const char *key = *node_string_at(ref, "valuesKey") ? node_string_at(ref, "valuesKey")
							    : "values.yaml";
	bool optional = node_true(node_get(ref, "optional"));
	const struct node *object, *value;
	const char *wrong;
	enum flux_found found = flux_find_data(apps, app, ref, last, &object);
	struct node *tree = NULL;
	struct err ignored = ERR_INIT;

	if (found == FLUX_LATER)
		return false;
	if (found == FLUX_MISSING && !optional)
		flux_say_missing(apps, app, ref);
	if (found == FLUX_UNKNOWN)
		apps_note(apps, APP_INFO, "engine/not-available", ref->origin,
			  "HelmRelease %s/%s: the values of %s %s %s", app->ns, app->name, kind,
			  name, object ? "are encrypted" : "are not in the commit");
	if (found != FLUX_THERE)
		return true;
	value = data_of(apps->arena, object, key);
	if (!node_is_scalar(value) && optional)
		return true;
	if (!node_is_scalar(value)) {
		apps_note(apps, APP_WARNING, "engine/values-missing", ref->origin,
			  "HelmRelease %s/%s fails: %s %s has no key '%s' to take values from",
			  app->ns, app->name, kind, name, key);
		return true;
	}
	if (*node_string_at(ref, "targetPath")) {
		helm_merge_over(v->all, v->own);
		wrong = set_path(apps->arena, v->all, ref, value);
		if (wrong)
			apps_note(apps, APP_WARNING, "engine/values-missing", ref->origin,
				  "HelmRelease %s/%s fails: %s %s at %s: %s", app->ns, app->name,
				  kind, name, node_string_at(ref, "targetPath"), wrong);
	} else if (!yaml_read_one(apps->run, apps->arena, YAML_SIGS, "", value->text, value->len, 0,
				  &tree, &ignored) &&
		   node_is(tree, NODE_MAP)) {
		struct node *own = node_copy(apps->arena, tree);

		node_set_origin(own, value->origin);
		helm_merge_over(v->all, helm_merge_of(apps->arena, own));
	}
	return true;
}

bool flux_take_values(struct apps *apps, struct app *app, bool last, const struct node **out)
{
	const struct node *spec = node_get(app->root, "spec");
	const struct node *from = node_get(spec, "valuesFrom");
	const struct node *own = node_get(spec, "values");
	struct values v = { helm_merge_new(apps->arena), NULL };
	uint32_t i;

	if (!node_is(own, NODE_MAP))
		own = node_map(apps->arena);
	*out = own;
	v.own = node_is(from, NODE_SEQ) ? helm_merge_of(apps->arena, own) : NULL;
	for (i = 0; v.own && i < from->len; i++)
		if (!add_values_from(apps, app, from->items[i], &v, last))
			return false;
	if (v.own) {
		helm_merge_over(v.all, v.own);
		*out = helm_merge_tree(v.all);
	}
	return true;
}
