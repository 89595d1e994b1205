/*
 * Which of the repository's clusters is compared with which context: as the settings or --target
 * say, else as the clusters themselves do; what nobody knows is compared with none.
 */
#include <string.h>
#include "cmd/planner_internal.h"
#include "validate/cluster/cluster.h"

/* What reports call one of the repository's clusters. */
static const char *cluster_title(const char *cluster)
{
	return *cluster ? cluster : "default";
}

/* What is only offered, before and after, makes no cluster. */
static bool is_planned(const struct planned *p)
{
	return (p->head_app && !p->head_app->offered) || (p->base_app && !p->base_app->offered);
}

static void find_clusters(struct planner *pl)
{
	struct cluster_names *out = &pl->clusters;
	size_t i, k;

	for (i = 0; i < pl->apps.count; i++) {
		const char *cluster = pl->apps.items[i]->app->cluster;

		if (!is_planned(pl->apps.items[i]))
			continue;
		for (k = 0; k < out->count && strcmp(out->items[k], cluster); k++)
			;
		if (k == out->count)
			*vec_push(pl->arena, out) = cluster;
	}
}

/* Those of one cluster; NULL: of all. */
static struct plan_app *parts_of(struct planner *pl, const char *cluster, size_t *count)
{
	struct plan_app *some = arena_array(pl->arena, pl->parts.count, struct plan_app);
	size_t i;

	*count = 0;
	for (i = 0; i < pl->parts.count; i++)
		if (!cluster || !strcmp(pl->parts.items[i].of->cluster, cluster))
			some[(*count)++] = pl->parts.items[i].app;
	return some;
}

/* Whether a context is the cluster: it says so itself, or, where it says nothing, --target does. */
static bool is_context_of(const struct planner *pl, size_t i, const char *cluster)
{
	const struct identity *says = &pl->identities[i];

	if (!pl->options->targets[i].cluster)
		return false;
	return says->cluster ? !strcmp(says->cluster, cluster) : pl->options->only != NULL;
}

static const char *why_not_asked(struct planner *pl)
{
	const struct plan_options *first = &pl->options->targets[0];
	const struct identity *says = &pl->identities[0];

	if (!first->cluster)
		return first->why_offline;
	if (pl->options->target_count > 1)
		return "none of the contexts is this cluster, as far as they say";
	if (says->cluster)
		return arena_printf(pl->arena, "context '%s' is %s, as its own objects say",
				    cluster_context(first->cluster), cluster_title(says->cluster));
	return arena_printf(pl->arena,
			    "the repository describes several clusters; --target NAME says which "
			    "one the context is (%s)",
			    says->why);
}

/*
 * One of several clusters of the repository: asked only where a context is known to be this one,
 * for its objects must never be compared with another's.
 */
static int add_cluster(struct planner *pl, const char *cluster, struct err *err)
{
	const char *name = cluster_title(cluster), *only = pl->options->only;
	struct plan_options target;
	struct plan_app *some;
	size_t count, asked = 0, i;

	if (only && strcmp(only, name))
		return 0;
	some = parts_of(pl, cluster, &count);
	for (i = 0; i < pl->options->target_count; i++)
		asked += is_context_of(pl, i, cluster);
	for (i = 0; i < pl->options->target_count; i++) {
		if (!is_context_of(pl, i, cluster))
			continue;
		target = pl->options->targets[i];
		target.target = asked > 1 ? target.target : name;
		target.select = &pl->options->select;
		if (plan_add_target(pl->plan, some, count, &target, err) < 0)
			return -1;
	}
	if (asked || pl->options->asked_only)
		return 0;
	target = pl->options->targets[0];
	target.target = name;
	target.select = &pl->options->select;
	target.cluster = NULL;
	target.why_offline = why_not_asked(pl);
	return plan_add_target(pl->plan, some, count, &target, err);
}

/* The apps that the settings give to a target of theirs; NULL: those that they give to none. */
static size_t apps_of(struct planner *pl, const struct settings_target *target,
		      struct plan_app **out)
{
	size_t count = 0;

	*out = arena_array(pl->arena, pl->parts.count + 1, struct plan_app);
	for (size_t i = 0; i < pl->parts.count; i++)
		if (planner_setting_of(pl, pl->parts.items[i].of) == target)
			(*out)[count++] = pl->parts.items[i].app;
	return count;
}

static const struct settings_target *named_setting(struct planner *pl, const char *name)
{
	const struct settings *s = planner_settings(pl);

	for (size_t i = 0; i < s->targets.count; i++)
		if (!strcmp(s->targets.items[i].name, name))
			return &s->targets.items[i];
	return NULL;
}

/* What the settings' targets take; the rest is asked of no cluster, where all are meant. */
static int add_settings_targets(struct planner *pl, struct err *err)
{
	const struct planner_options *o = pl->options;
	struct plan_options rest = { .target = "default",
				     .settings = pl->sides->settings,
				     .select = &o->select,
				     .why_offline = "no target of " SETTINGS_FILE " takes it" };
	struct plan_app *some;
	size_t count;

	for (size_t i = 0; i < o->target_count; i++) {
		struct plan_options target = o->targets[i];

		target.select = &o->select;
		count = apps_of(pl, named_setting(pl, target.target), &some);
		if (plan_add_target(pl->plan, some, count, &target, err) < 0)
			return -1;
	}
	count = apps_of(pl, NULL, &some);
	if (!count || o->target_count < planner_settings(pl)->targets.count)
		return 0;
	return plan_add_target(pl->plan, some, count, &rest, err);
}

/* Several clusters: each with the contexts that are it. */
static int add_clusters(struct planner *pl, struct err *err)
{
	for (size_t i = 0; i < pl->clusters.count; i++)
		if (add_cluster(pl, pl->clusters.items[i], err) < 0)
			return -1;
	if (pl->plan->targets.count)
		return 0;
	if (pl->options->only)
		return err_raise(err, ERR_USAGE, NO_POS, "no cluster '%s' in this repository",
				 pl->options->only);
	return err_raise(err, ERR_USAGE, NO_POS, "%s", why_not_asked(pl));
}

int planner_ask(struct planner *pl, const struct plan_app *apps, size_t count, struct err *err)
{
	for (size_t i = 0; i < pl->options->target_count; i++) {
		struct plan_options target = pl->options->targets[i];

		target.select = &pl->options->select;
		if (plan_add_target(pl->plan, apps, count, &target, err) < 0)
			return -1;
	}
	return 0;
}

/* Whether --target means anything of a repository that describes one cluster at most. */
static int check_only(struct planner *pl, struct err *err)
{
	const char *only = pl->options->only;

	if (!only)
		return 0;
	for (size_t i = 0; i < pl->clusters.count; i++)
		if (!strcmp(only, cluster_title(pl->clusters.items[i])))
			return 0;
	for (size_t i = 0; i < pl->apps.count; i++)
		if (pl->apps.items[i]->app->path && !strcmp(pl->apps.items[i]->app->path, only))
			return 0;
	return err_raise(
		err, ERR_USAGE, NO_POS,
		"no cluster '%s' in this repository; without --target all of it is planned", only);
}

int planner_add_targets(struct planner *pl, struct err *err)
{
	struct plan_app *apps;
	size_t count;
	bool done;

	if (named_setting(pl, pl->options->targets[0].target))
		return add_settings_targets(pl, err);
	if (pl->clusters.count > 1)
		return add_clusters(pl, err);
	if (pl->options->only && planner_settings(pl)->targets.count)
		return err_raise(err, ERR_USAGE, NO_POS, "no target '%s' in " SETTINGS_FILE,
				 pl->options->only);
	if (planner_add_overlays(pl, &done, err) < 0)
		return -1;
	if (done)
		return 0;
	if (check_only(pl, err) < 0)
		return -1;
	apps = parts_of(pl, NULL, &count);
	return planner_ask(pl, apps, count, err);
}

/* ---- which cluster a context is ---- */

static int refuse(const struct planner *pl, size_t i, const char *meant, const char *says,
		  struct err *err)
{
	return err_raise(err, ERR_REFUSED, NO_POS,
			 "context '%s' is another cluster than %s: %s; nothing was compared",
			 cluster_context(pl->options->targets[i].cluster), cluster_title(meant),
			 says);
}

/* Whether the settings give this target apps of a cluster, and which. */
static const char *meant_by_settings(struct planner *pl, const char *target)
{
	const struct settings_target *t = named_setting(pl, target);
	const char *meant = NULL;

	for (size_t i = 0; t && i < pl->apps.count; i++) {
		const struct app *app = pl->apps.items[i]->app;

		if (planner_setting_of(pl, app) != t)
			continue;
		if (meant && strcmp(meant, app->cluster))
			return NULL;
		meant = app->cluster;
	}
	return meant;
}

/* The cluster that the user or the file takes a context for; NULL: nobody says. */
static const char *meant_cluster(struct planner *pl, size_t i)
{
	const char *only = pl->options->only;

	if (named_setting(pl, pl->options->targets[i].target))
		return meant_by_settings(pl, pl->options->targets[i].target);
	for (size_t k = 0; only && k < pl->clusters.count; k++)
		if (!strcmp(only, cluster_title(pl->clusters.items[k])))
			return pl->clusters.items[k];
	return pl->clusters.count == 1 ? pl->clusters.items[0] : NULL;
}

static int check_identity(struct planner *pl, size_t i, struct err *err)
{
	const struct identity *says = &pl->identities[i];
	const char *meant = meant_cluster(pl, i);

	if (!meant)
		return 0;
	if (says->cluster && strcmp(says->cluster, meant))
		return refuse(pl, i, meant,
			      arena_printf(pl->arena, "its own objects say that it is %s",
					   cluster_title(says->cluster)),
			      err);
	for (size_t k = 0; !says->cluster && k < says->against.count; k++)
		if (!strcmp(says->against.items[k].cluster, meant))
			return refuse(pl, i, meant, says->against.items[k].says, err);
	return 0;
}

int planner_identify(struct planner *pl, struct err *err)
{
	find_clusters(pl);
	pl->identities = arena_array(pl->arena, pl->options->target_count, struct identity);
	for (size_t i = 0; i < pl->options->target_count; i++) {
		struct cluster *c = pl->options->targets[i].cluster;

		if (c && (planner_identity(pl, c, &pl->identities[i], err) < 0 ||
			  check_identity(pl, i, err) < 0))
			return -1;
	}
	return 0;
}
