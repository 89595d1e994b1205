#include "render/engines/argo_set_live.h"
#include <string.h>
#include "base/jq.h"
#include "render/engines/argo_paths.h"

#define PARAM "applicationsetcontroller."

/* What the controller never takes away: others write it. */
static const char *const own_annotations[] = {
	"notified.notifications.argoproj.io",
	ARGO_ANNOTATION "refresh",
	ARGO_ANNOTATION "hydrate",
};

/* ---- inputs ---- */

/* The set's own policy counts unless the controller is started with one. */
static const char *policy_of(const struct node *spec, const struct node *params)
{
	const char *fixed = node_string_at(params, PARAM "policy");
	const char *override = node_string_at(params, PARAM "enable.policy.override");
	const char *own = node_string_at(node_get(spec, "syncPolicy"), "applicationsSync");
	bool may = *override ? !strcmp(override, "true") : !*fixed;

	if (may && *own)
		return own;
	return *fixed ? fixed : "sync";
}

static bool rolls(const struct node *spec)
{
	const struct node *strategy = node_get(spec, "strategy");
	const struct node *steps = node_path(strategy, "rollingSync", "steps", NULL);

	return !strcmp(node_string_at(strategy, "type"), "RollingSync") &&
	       node_is(steps, NODE_SEQ) && steps->len;
}

/* The set's list of keys, and those of a setting, parted by commas. */
static void put_preserved(struct arena *a, const struct node *spec, const struct node *params,
			  const char *kind, struct node *out)
{
	const struct node *own = node_path(spec, "preservedFields", kind, NULL);
	const char *more =
		node_string_at(params, arena_printf(a, PARAM "global.preserved.%s", kind));
	struct node *list = node_is(own, NODE_SEQ) ? node_copy(a, own) : node_seq(a);

	while (*more) {
		size_t len = strcspn(more, ",");

		if (len)
			node_append(a, list, node_str_n(a, more, len));
		more += len + (more[len] == ',');
	}
	if (list->len)
		node_set(a, out, kind, list);
}

static bool is_owned(const struct node *metadata, const char *set)
{
	const struct node *owners = node_get(metadata, "ownerReferences");
	uint32_t i;

	for (i = 0; node_is(owners, NODE_SEQ) && i < owners->len; i++)
		if (node_true(node_get(owners->items[i], "controller")) &&
		    !strcmp(node_string_at(owners->items[i], "kind"), "ApplicationSet") &&
		    !strcmp(node_string_at(owners->items[i], "name"), set))
			return true;
	return false;
}

/* What is kept of a live Application: no state, no operation. */
static struct node *outline(struct arena *a, const struct app *set, const struct node *live)
{
	static const char *const kept[] = { "name", "labels", "annotations", "finalizers" };
	const struct node *metadata = node_get(live, "metadata");
	struct node *out = node_map(a), *into = argo_map_in(a, out, "metadata");
	size_t i;

	for (i = 0; i < ARRAY_SIZE(kept); i++)
		if (node_get(metadata, kept[i]))
			node_set(a, into, kept[i], node_copy(a, node_get(metadata, kept[i])));
	node_remove(node_get(into, "annotations"),
		    "kubectl.kubernetes.io/last-applied-configuration");
	node_set(a, out, "spec", node_copy(a, node_get(live, "spec")));
	if (is_owned(metadata, set->name))
		node_set(a, out, "owned", node_bool(a, true));
	return out;
}

static void put_live(struct apps *apps, const struct app *set, struct node *out)
{
	const struct node *list = NULL, *items;
	struct node *all = node_seq(apps->arena);
	struct err err = ERR_INIT;
	uint32_t i;

	if (!apps->list)
		return;
	if (apps->list(apps->list_data, apps->arena, ARGO_GROUP "/v1alpha1", "Application",
		       *set->ns ? set->ns : "argocd", "", &list, &err) < 0) {
		apps_note(apps, APP_WARNING, "engine/not-available", set->root->origin,
			  "ApplicationSet %s: what it leaves of its live Applications is unknown, "
			  "as they may not be read: %s",
			  set->name, err.msg);
		return;
	}
	items = node_get(list, "items");
	for (i = 0; node_is(items, NODE_SEQ) && i < items->len; i++)
		node_append(apps->arena, all, outline(apps->arena, set, items->items[i]));
	node_set(apps->arena, out, "live", all);
}

void argo_set_put_live(struct apps *apps, const struct app *set, const struct node *params,
		       struct node *inputs)
{
	const struct node *spec = node_get(set->root, "spec");
	const char *policy = policy_of(spec, params);
	const char *steps = node_string_at(params, PARAM "enable.progressive.syncs");
	struct arena *a = apps->arena;
	struct node *out = node_map(a), *preserved = node_map(a);
	const struct node *ignored = node_get(spec, "ignoreApplicationDifferences");

	put_preserved(a, spec, params, "annotations", preserved);
	put_preserved(a, spec, params, "labels", preserved);
	if (preserved->len)
		node_set(a, out, "preserved", preserved);
	if (strcmp(policy, "sync") != 0)
		node_set(a, out, "policy", node_str(a, policy));
	if (out->len || (node_is(ignored, NODE_SEQ) && ignored->len))
		put_live(apps, set, out);
	if (rolls(spec))
		node_set(a, out, "rolls",
			 node_str(a, !strcmp(steps, "true") ? "yes"
				     : params		    ? "no"
							    : "unknown"));
	if (out->len)
		node_set(a, inputs, "set", out);
}

/* ---- types ---- */

static bool says_nothing(const struct node *n)
{
	if (node_is(n, NODE_MAP) || node_is(n, NODE_SEQ))
		return !n->len;
	return node_is_null(n) || !n->len || (node_is(n, NODE_BOOL) && !node_true(n));
}

/* A source as its type is written; what is free in form stays as it is. */
static void type_source(struct node *n, unsigned depth)
{
	static const char *const whole[] = { "valuesObject", "plugin", "options", "repoURL" };
	uint32_t i;
	size_t k;

	for (i = node_is(n, NODE_SEQ) ? n->len : 0; depth && i-- > 0;)
		type_source(n->items[i], depth - 1);
	for (i = node_is(n, NODE_MAP) ? n->len : 0; depth && i-- > 0;) {
		struct node *value = n->entries[i].value;

		for (k = 0; k < ARRAY_SIZE(whole); k++)
			if (!strcmp(n->entries[i].key->text, whole[k]))
				break;
		if (k < ARRAY_SIZE(whole))
			continue;
		type_source(value, depth - 1);
		if (says_nothing(value))
			node_remove(n, n->entries[i].key->text);
	}
}

static void type_policy(struct node *spec)
{
	static const char *const told[] = { "automated", "retry", "managedNamespaceMetadata" };
	struct node *policy = node_get(spec, "syncPolicy"), *options;
	bool any = false;
	size_t i;

	if (!policy)
		return;
	options = node_get(policy, "syncOptions");
	if (options && says_nothing(options))
		node_remove(policy, "syncOptions");
	for (i = 0; i < ARRAY_SIZE(told); i++) {
		const struct node *value = node_get(policy, told[i]);

		any |= value && !node_is_null(value);
	}
	if (!any && !node_get(policy, "syncOptions"))
		node_remove(spec, "syncPolicy");
}

void argo_set_type(struct arena *a, struct node *application)
{
	struct node *spec = node_get(application, "spec");
	struct node *project = node_get(spec, "project");

	if (!node_is(spec, NODE_MAP))
		return;
	if (!project || says_nothing(project))
		node_set(a, spec, "project", node_at(node_str(a, "default"), spec->origin));
	type_policy(spec);
	type_source(node_get(spec, "source"), LIMIT_DEPTH);
	type_source(node_get(spec, "sources"), LIMIT_DEPTH);
	type_source(node_get(spec, "destination"), 1);
}

/* ---- what is left ---- */

static const struct node *ways(const struct argo_set *set)
{
	return node_get(set->g.app->inputs, "set");
}

static const struct node *find_live(const struct argo_set *set, const char *name)
{
	const struct node *list = node_get(ways(set), "live");
	uint32_t i;

	for (i = 0; node_is(list, NODE_SEQ) && i < list->len; i++)
		if (!strcmp(node_string_at(node_get(list->items[i], "metadata"), "name"), name))
			return list->items[i];
	return NULL;
}

static bool updates(const struct argo_set *set)
{
	const char *policy = node_string_at(ways(set), "policy");

	return !*policy || !strcmp(policy, "create-update");
}

static bool deletes(const struct argo_set *set)
{
	const char *policy = node_string_at(ways(set), "policy");

	return !*policy || !strcmp(policy, "create-delete");
}

/* A live part in the place of the one that was made. */
static void put_part(struct arena *a, struct node *into, const struct node *live, const char *key,
		     origin_id origin)
{
	const struct node *part = node_get(live, key);
	struct node *copy;

	if (!part) {
		node_remove(into, key);
		return;
	}
	copy = node_copy(a, part);
	node_set_origin(copy, origin);
	node_set(a, into, key, copy);
}

static void keep_whole(struct argo_set *set, const struct node *live, struct node *application)
{
	static const char *const parts[] = { "labels", "annotations", "finalizers" };
	struct arena *a = set->g.arena;
	const struct node *policy = node_get(set->spec, "syncPolicy");
	origin_id origin = (policy ? policy : set->spec)->origin;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(parts); i++)
		put_part(a, argo_map_in(a, application, "metadata"), node_get(live, "metadata"),
			 parts[i], origin);
	put_part(a, application, live, "spec", origin);
}

static void keep_key(struct argo_set *set, const struct node *live, const char *kind,
		     const char *key, origin_id origin, struct node *application)
{
	struct arena *a = set->g.arena;
	const struct node *from = node_path(live, "metadata", kind, NULL);

	if (node_get(from, key))
		put_part(a, argo_map_in(a, argo_map_in(a, application, "metadata"), kind), from,
			 key, origin);
}

static void keep_keys(struct argo_set *set, const struct node *live, struct node *application)
{
	static const char *const kinds[] = { "annotations", "labels" };
	size_t i;
	uint32_t k;

	for (i = 0; i < ARRAY_SIZE(own_annotations); i++)
		keep_key(set, live, "annotations", own_annotations[i], set->spec->origin,
			 application);
	for (i = 0; i < ARRAY_SIZE(kinds); i++) {
		const struct node *list = node_path(ways(set), "preserved", kinds[i], NULL);

		for (k = 0; node_is(list, NODE_SEQ) && k < list->len; k++)
			if (node_is(list->items[k], NODE_STR))
				keep_key(set, live, kinds[i], list->items[k]->text,
					 list->items[k]->origin ? list->items[k]->origin
								: set->spec->origin,
					 application);
	}
}

/* ---- ignoreApplicationDifferences ---- */

static void cut(struct argo_set *set, const struct node *rule, struct node *tree)
{
	const struct node *pointers = node_get(rule, "jsonPointers");
	const struct node *paths = node_get(rule, "jqPathExpressions");
	const struct jq *path;
	uint32_t i;

	for (i = 0; node_is(pointers, NODE_SEQ) && i < pointers->len; i++)
		if (node_is(pointers->items[i], NODE_STR))
			argo_cut_pointer(set->g.arena, tree, pointers->items[i]->text);
	for (i = 0; node_is(paths, NODE_SEQ) && i < paths->len; i++)
		if (node_is(paths->items[i], NODE_STR) &&
		    (path = jq_read(set->g.arena, paths->items[i]->text, NULL)))
			jq_delete(path, tree);
}

static struct node *without_ignored(struct argo_set *set, const char *name,
				    const struct node *application)
{
	const struct node *rules = node_get(set->spec, "ignoreApplicationDifferences");
	struct node *out = node_copy(set->g.arena, application);
	uint32_t i;

	for (i = 0; i < rules->len; i++) {
		const char *only = node_string_at(rules->items[i], "name");

		if (!*only || !strcmp(only, name))
			cut(set, rules->items[i], out);
	}
	return out;
}

/*
 * The controller sends the merge patch between both without what is ignored: a mapping keeps that
 * of the live one, and a list that differs in anything else loses it.
 */
static struct node *patched(struct arena *a, const struct node *made, const struct node *live,
			    const struct node *made_cut, const struct node *live_cut,
			    origin_id origin)
{
	struct node *out;
	uint32_t i;

	if (node_equal(made, live))
		return node_copy(a, made);
	if (node_equal(made_cut, live_cut)) {
		out = node_copy(a, live);
		node_set_origin(out, origin);
		return out;
	}
	if (!node_is(made_cut, NODE_MAP) || !node_is(live_cut, NODE_MAP) ||
	    !node_is(live, NODE_MAP))
		return node_copy(a, made_cut);
	out = node_at(node_map(a), made_cut->origin);
	for (i = 0; i < live->len; i++) {
		const char *key = live->entries[i].key->text;

		if (!node_get(live_cut, key) && !node_get(made_cut, key))
			put_part(a, out, live, key, origin);
	}
	for (i = 0; i < made_cut->len; i++) {
		const char *key = made_cut->entries[i].key->text;
		const struct node *old = node_get(live_cut, key);

		node_set(a, out, key,
			 old ? patched(a, node_get(made, key), node_get(live, key),
				       made_cut->entries[i].value, old, origin)
			     : node_copy(a, made_cut->entries[i].value));
	}
	return out;
}

static void keep_ignored(struct argo_set *set, const char *name, const struct node *live,
			 struct node *application)
{
	static const char *const parts[] = { "labels", "annotations" };
	const struct node *rules = node_get(set->spec, "ignoreApplicationDifferences");
	struct arena *a = set->g.arena;
	struct node *old, *out, *metadata;
	size_t i;

	if (!node_is(rules, NODE_SEQ) || !rules->len)
		return;
	old = node_copy(a, live);
	argo_set_type(a, old);
	out = patched(a, application, old, without_ignored(set, name, application),
		      without_ignored(set, name, old), rules->origin);
	if (node_get(out, "spec"))
		node_set(a, application, "spec", node_get(out, "spec"));
	metadata = argo_map_in(a, application, "metadata");
	for (i = 0; i < ARRAY_SIZE(parts); i++) {
		struct node *part = node_path(out, "metadata", parts[i], NULL);

		if (part && part->len)
			node_set(a, metadata, parts[i], part);
		else
			node_remove(metadata, parts[i]);
	}
}

/* ---- one Application ---- */

/* The controller starts the syncs itself. */
static void roll(struct argo_set *set, struct node *application)
{
	struct node *automated = node_path(application, "spec", "syncPolicy", "automated", NULL);

	if (strcmp(node_string_at(ways(set), "rolls"), "yes") != 0 || !node_is(automated, NODE_MAP))
		return;
	node_set(set->g.arena, automated, "enabled",
		 node_at(node_bool(set->g.arena, false), node_get(set->spec, "strategy")->origin));
}

void argo_set_keep(struct argo_set *set, struct node *application)
{
	const char *name = node_string_at(node_get(application, "metadata"), "name");
	const struct node *live = find_live(set, name);

	roll(set, application);
	argo_set_type(set->g.arena, application);
	if (!live)
		return;
	if (!updates(set) && node_true(node_get(live, "owned"))) {
		keep_whole(set, live, application);
		return;
	}
	keep_keys(set, live, application);
	keep_ignored(set, name, live, application);
}

static bool is_made(const struct objects *all, const char *name)
{
	size_t i;

	for (i = 0; i < all->count; i++)
		if (!strcmp(all->items[i].name, name))
			return true;
	return false;
}

int argo_set_add_kept(struct argo_set *set, struct objects *out, struct err *err)
{
	const struct node *list = node_get(ways(set), "live");
	struct arena *a = set->g.arena;
	size_t made = out->count;
	struct objects known = *out;
	uint32_t i;

	for (i = 0; !deletes(set) && node_is(list, NODE_SEQ) && i < list->len; i++) {
		const struct node *live = list->items[i];
		const char *name = node_string_at(node_get(live, "metadata"), "name");
		struct node *application;

		known.count = made;
		if (!node_true(node_get(live, "owned")) || is_made(&known, name))
			continue;
		application = node_at(node_map(a), set->spec->origin);
		node_set(a, application, "apiVersion", node_str(a, ARGO_GROUP "/v1alpha1"));
		node_set(a, application, "kind", node_str(a, "Application"));
		node_set(a, argo_map_in(a, application, "metadata"), "name", node_str(a, name));
		if (*set->g.app->ns)
			node_set(a, node_get(application, "metadata"), "namespace",
				 node_str(a, set->g.app->ns));
		keep_whole(set, live, application);
		if (objects_add(set->g.run, a, out, application, err) < 0)
			return -1;
		known = *out;
	}
	return 0;
}

/* ---- notes ---- */

static void note(struct argo_set *set, const struct node *at, enum note_kind kind, const char *text)
{
	*vec_push(set->g.arena, &set->g.notes) =
		(struct note){ arena_printf(set->g.arena, "ApplicationSet %s: %s", set->g.app->name,
					    text),
			       at->origin, kind };
}

/* Without the live Applications, they count as made anew. */
static void note_unknown(struct argo_set *set)
{
	const struct node *ignored = node_get(set->spec, "ignoreApplicationDifferences");

	if (node_get(ways(set), "live"))
		return;
	if (!updates(set))
		note(set, set->spec, NOTE_HELD,
		     arena_printf(set->g.arena,
				  "Applications that are there are not changed (applicationsSync: "
				  "%s): what they apply is planned as if they were made now, as "
				  "the live ones are not asked for",
				  node_string_at(ways(set), "policy")));
	else if (node_is(ignored, NODE_SEQ) && ignored->len)
		note(set, ignored, NOTE_HELD,
		     "what ignoreApplicationDifferences leaves of its Applications is not known, "
		     "as the live ones are not asked for");
}

static void note_paths(struct argo_set *set)
{
	const struct node *rules = node_get(set->spec, "ignoreApplicationDifferences");
	struct arena *a = set->g.arena;
	uint32_t i, k;

	for (i = 0; node_is(rules, NODE_SEQ) && i < rules->len; i++) {
		const struct node *paths = node_get(rules->items[i], "jqPathExpressions");
		struct err why = ERR_INIT;

		for (k = 0; node_is(paths, NODE_SEQ) && k < paths->len; k++, err_clear(&why))
			if (node_is(paths->items[k], NODE_STR) &&
			    !jq_read(a, paths->items[k]->text, &why))
				note(set, paths->items[k], NOTE_WARNING,
				     arena_printf(a,
						  "what '%s' ignores is planned as if it were "
						  "not ignored: %s",
						  paths->items[k]->text, why.msg));
	}
}

void argo_set_note_ways(struct argo_set *set)
{
	const char *how = node_string_at(ways(set), "rolls");
	const struct node *strategy = node_get(set->spec, "strategy");

	note_unknown(set);
	note_paths(set);
	if (!strcmp(how, "yes"))
		note(set, strategy, NOTE_HELD,
		     "its Applications are synced step by step (RollingSync), each step when those "
		     "of the steps before are healthy");
	else if (*how)
		note(set, strategy, NOTE_HELD,
		     !strcmp(how, "no")
			     ? "RollingSync is not heeded: the controller is not told to roll out "
			       "(" PARAM "enable.progressive.syncs in argocd-cmd-params-cm)"
			     : "RollingSync is planned as not heeded: nothing here says that the "
			       "controller is told to roll out (" PARAM "enable.progressive.syncs "
			       "in argocd-cmd-params-cm)");
}
