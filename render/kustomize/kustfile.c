/* Finding and reading a kustomization file, and what kustomize does to it before it is used. */
#include <string.h>
#include "render/kustomize/fields.h"
#include "render/kustomize/internal.h"
#include "render/kustomize/kustomize.h"
#include "render/yaml/yaml.h"

static const char *const file_names[] = { "kustomization.yaml", "kustomization.yml",
					  "Kustomization" };

static const char *path_in(struct arena *a, const char *dir, const char *name)
{
	return *dir ? arena_printf(a, "%s/%s", dir, name) : name;
}

bool kustfile_is_name(const char *name)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(file_names); i++)
		if (!strcmp(file_names[i], name))
			return true;
	return false;
}

bool kustfile_present(struct view *v, const char *dir, const char **name)
{
	struct arena scratch = ARENA_INIT;
	bool found = false;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(file_names) && !found; i++) {
		if (view_kind(v, path_in(&scratch, dir, file_names[i])) != VIEW_FILE)
			continue;
		*name = file_names[i];
		found = true;
	}
	for (i = 0; i < ARRAY_SIZE(file_names) && !found; i++) {
		*name = file_names[i]; /* to be complained of when it is read */
		found = view_broken_link(v, path_in(&scratch, dir, file_names[i])) != NULL;
	}
	arena_release(&scratch);
	return found;
}

/* Say which of the names is a link that leads nowhere or outside; 0 when none is. */
static int complain_of_link(struct target *t, struct err *err)
{
	struct err why = ERR_INIT;
	struct blob blob;

	for (size_t i = 0; i < ARRAY_SIZE(file_names); i++) {
		const char *path = path_in(t->kz->a, t->dir, file_names[i]);
		const char *target = view_broken_link(t->view, path);

		if (!target)
			continue;
		if (view_read(t->view, path, &blob, &why) < 0 && why.code != ERR_NOT_FOUND) {
			*err = why;
			return -1;
		}
		return err_raise(err, ERR_NOT_FOUND, (struct pos){ .file = path },
				 "this symbolic link leads to '%s', and nothing is there", target);
	}
	return 0;
}

static int find_file(struct target *t, struct err *err)
{
	const char *dir = *t->dir ? t->dir : ".";
	size_t i, found = 0;

	for (i = 0; i < ARRAY_SIZE(file_names); i++) {
		const char *path = path_in(t->kz->a, t->dir, file_names[i]);

		if (view_kind(t->view, path) != VIEW_FILE)
			continue;
		found++;
		t->file = path;
		t->file_name = file_names[i];
	}
	if (found == 1)
		return 0;
	if (found)
		return err_raise(err, ERR_INPUT, NO_POS,
				 "found multiple kustomization files under: %s", dir);
	if (complain_of_link(t, err) < 0)
		return -1;
	return err_raise(err, ERR_NOT_FOUND, NO_POS,
			 "unable to find one of 'kustomization.yaml', 'kustomization.yml' or "
			 "'Kustomization' in directory '%s'",
			 dir);
}

#define FIX " Run 'kustomize edit fix' to update your Kustomization automatically."
static const struct {
	const char *field, *text;
} deprecated[] = {
	{ "bases", "# Warning: 'bases' is deprecated. Please use 'resources' instead." FIX },
	{ "commonLabels",
	  "# Warning: 'commonLabels' is deprecated. Please use 'labels' instead." FIX },
	{ "imageTags", "# Warning: 'imageTags' is deprecated. Please use 'images' instead." FIX },
	{ "patchesJson6902",
	  "# Warning: 'patchesJson6902' is deprecated. Please use 'patches' instead." FIX },
	{ "patchesStrategicMerge",
	  "# Warning: 'patchesStrategicMerge' is deprecated. Please use 'patches' instead." FIX },
	{ "vars", "# Warning: 'vars' is deprecated. Please use 'replacements' instead. "
		  "[EXPERIMENTAL]" FIX },
};

/* Append the items of one list to another, which is made when it is missing. */
static void move_items(struct kz *kz, struct node *k, const char *from, const char *to)
{
	const struct node *old = node_get(k, from);
	struct node *list = node_get(k, to), *copy;
	uint32_t i;

	if (!old)
		return;
	copy = list ? node_copy_shallow(kz->a, list) : node_at(node_seq(kz->a), old->origin);
	for (i = 0; i < old->len; i++)
		node_append(kz->a, copy, old->items[i]);
	if (copy->len)
		node_set(kz->a, k, to, copy);
	node_remove(k, from);
}

static void fix_env(struct kz *kz, struct node *generators)
{
	uint32_t i;

	for (i = 0; generators && i < generators->len; i++) {
		struct node *g = generators->items[i], *env = node_get(g, "env"), *envs;

		if (!env || !*env->text)
			continue;
		/* It becomes the last of `envs`. */
		envs = node_get(g, "envs");
		envs = envs ? node_copy_shallow(kz->a, envs) : node_seq(kz->a);
		node_append(kz->a, envs, env);
		node_set(kz->a, g, "envs", envs);
		node_remove(g, "env");
	}
}

/* helmChartInflationGenerator becomes helmCharts and, where there are none, helmGlobals. */
static void fix_helm(struct kz *kz, struct node *k)
{
	static const char *const names[][2] = {
		{ "chartName", "name" },	   { "chartVersion", "version" },
		{ "chartRepoUrl", "repo" },	   { "values", "valuesFile" },
		{ "valuesLocal", "valuesInline" }, { "valuesMerge", "valuesMerge" },
		{ "releaseName", "releaseName" },
	};
	const struct node *old = node_get(k, "helmChartInflationGenerator");
	struct node *globals = node_map(kz->a), *charts = node_seq(kz->a), *value;
	uint32_t i;
	size_t j;

	for (i = 0; old && i < old->len; i++) {
		struct node *chart = node_at(node_map(kz->a), old->items[i]->origin);

		for (j = 0; j < ARRAY_SIZE(names); j++)
			if ((value = node_get(old->items[i], names[j][0])))
				node_set(kz->a, chart, names[j][1], value);
		if ((value = node_get(old->items[i], "helmHome")) && *value->text)
			node_set(kz->a, globals, "configHome", value);
		if ((value = node_get(old->items[i], "chartHome")) && *value->text)
			node_set(kz->a, globals, "chartHome", value);
		node_append(kz->a, charts, chart);
	}
	if (!old)
		return;
	node_set(kz->a, k, "helmChartInflationGenerator", charts);
	move_items(kz, k, "helmChartInflationGenerator", "helmCharts");
	if (!node_get(k, "helmGlobals") && globals->len)
		node_set(kz->a, k, "helmGlobals", globals);
}

/* Only its type is set: kustomize takes it for a mistake. */
static bool is_empty(const struct node *k)
{
	uint32_t i;

	for (i = 0; i < k->len; i++) {
		const struct node *key = k->entries[i].key;
		const struct node *value = k->entries[i].value;

		if (!strcmp(key->text, "kind") || !strcmp(key->text, "apiVersion"))
			continue;
		if (value->type == NODE_STR ? value->len > 0 : true)
			return false;
	}
	return true;
}

static int enforce_type(struct target *t, struct err *err)
{
	const char *kind = field_text(t->k, "kind"), *version = field_text(t->k, "apiVersion");
	const char *want = "kustomize.config.k8s.io/v1beta1";
	const struct node *at = node_get(t->k, "kind");

	if (!strcmp(kind, "Component"))
		want = "kustomize.config.k8s.io/v1alpha1";
	else if (*kind && strcmp(kind, "Kustomization"))
		return kz_fail(t->kz, err, at->origin,
			       "kind should be Kustomization or Component, not '%s'", kind);
	if (*version && strcmp(version, want))
		return kz_fail(t->kz, err, node_get(t->k, "apiVersion")->origin,
			       "apiVersion for %s should be %s, not '%s'",
			       *kind ? kind : "Kustomization", want, version);
	return 0;
}

/* The file's tree, or the one that an engine gave in its place; NULL with *rc 0 when it is empty.
 */
static const struct node *read_tree(struct target *t, int *rc, struct err *err)
{
	struct yaml_docs docs = { 0 };

	*rc = 0;
	if (t->given) {
		t->file_name = file_names[0];
		t->file = path_in(t->kz->a, t->dir, file_names[0]);
		t->blob.origin = t->given->origin;
		return t->given;
	}
	if (find_file(t, err) < 0 || view_read(t->view, t->file, &t->blob, err) < 0 ||
	    yaml_read_first(t->kz->run, t->kz->a, t->blob.path, t->blob.text, t->blob.len,
			    t->blob.origin, &docs, err) < 0)
		*rc = -1;
	return docs.count && !*rc ? docs.items[0].root : NULL;
}

int kustfile_load(struct target *t, struct err *err)
{
	int rc;
	const struct node *root = read_tree(t, &rc, err);
	size_t i;

	if (rc < 0)
		return -1;
	if (node_is_null(root))
		return kz_fail(t->kz, err, t->blob.origin, "kustomization.yaml is empty");
	t->k = fields_decode(t->kz, fields_kustomization, root, DECODE_STRICT, "Kustomization",
			     err);
	if (!t->k)
		return -1;
	for (i = 0; i < ARRAY_SIZE(deprecated); i++)
		if (node_get(t->k, deprecated[i].field))
			kz_note(t->kz, node_entry(t->k, deprecated[i].field)->key->origin, "%s",
				deprecated[i].text);
	move_items(t->kz, t->k, "bases", "resources");
	move_items(t->kz, t->k, "imageTags", "images");
	fix_env(t->kz, node_get(t->k, "configMapGenerator"));
	fix_env(t->kz, node_get(t->k, "secretGenerator"));
	fix_helm(t->kz, t->k);
	if (is_empty(t->k))
		return kz_fail(t->kz, err, t->blob.origin, "kustomization.yaml is empty");
	return enforce_type(t, err);
}
