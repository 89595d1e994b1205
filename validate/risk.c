#include "validate/risk.h"
#include <stdarg.h>
#include "validate/cluster/locate.h"

struct risk {
	struct plan *p;
	const struct plan_change *c;
	const struct object *object;
	const struct node *before, *after;
};

static void warn(const struct risk *r, const char *rule, const char *path, const char *fmt, ...)
	PRINTF_LIKE(4, 5);
static void warn(const struct risk *r, const char *rule, const char *path, const char *fmt, ...)
{
	origin_id origin = locate_origin(r->object->root, path);
	struct plan_finding *f;
	va_list args;
	char *text;

	va_start(args, fmt);
	text = arena_vprintf(r->p->arena, fmt, args);
	va_end(args);
	f = plan_add_finding(r->p, r->c->target, SEVERITY_WARNING, rule, r->object, path, origin,
			     "%s", text);
	if (!r->after)
		f->place = plan_place(r->p, origin, SIDE_BASE);
}

static bool is_kind(const struct risk *r, const char *group, const char *kind)
{
	return !strcmp(r->object->kind, kind) && !strcmp(r->object->group, group);
}

/* --- what a deletion takes along ------------------------------------------------------------ */

static const struct {
	const char *group, *kind, *what;
} taken_along[] = {
	{ "", "Namespace", "everything in it" },
	{ "", "PersistentVolumeClaim",
	  "the data of its volume, unless the volume's reclaim policy is Retain" },
	{ "", "PersistentVolume", "the storage behind it, where its reclaim policy is Delete" },
	{ "apiextensions.k8s.io", "CustomResourceDefinition", "every object of its kind" },
};

static void check_deleted(const struct risk *r)
{
	const struct node *finalizers = node_path(r->before, "metadata", "finalizers", NULL);
	size_t i;

	for (i = 0; i < ARRAY_SIZE(taken_along); i++)
		if (is_kind(r, taken_along[i].group, taken_along[i].kind))
			warn(r, "risk/data-loss", "", "deleting it takes along %s",
			     taken_along[i].what);
	if (node_is(finalizers, NODE_SEQ) && finalizers->len && node_text(finalizers->items[0]))
		warn(r, "risk/finalizer", "metadata.finalizers",
		     "it goes only when %s%s has finished", finalizers->items[0]->text,
		     finalizers->len > 1 ? " (and others)" : "");
}

static void check_replaced(const struct risk *r)
{
	check_deleted(r);
	if (is_kind(r, "apps", "StatefulSet") || is_kind(r, "apps", "Deployment") ||
	    is_kind(r, "apps", "DaemonSet"))
		warn(r, "risk/interrupts", "", "its pods are deleted before the new ones start");
	if (is_kind(r, "", "Service"))
		warn(r, "risk/interrupts", "",
		     "it is away for a moment, and gets another cluster IP or load balancer "
		     "address");
}

/* --- workloads ------------------------------------------------------------------------------ */

static const char *pod_path(const struct risk *r)
{
	if (is_kind(r, "", "Pod"))
		return "spec";
	if (is_kind(r, "batch", "CronJob"))
		return "spec.jobTemplate.spec.template.spec";
	if (!strcmp(r->object->group, "apps") || is_kind(r, "batch", "Job"))
		return "spec.template.spec";
	return NULL;
}

/* The value exactly at a path of plain keys; NULL when it is missing. */
static const struct node *at(const struct node *n, const char *path)
{
	while (n && *path) {
		size_t len = strcspn(path, ".");

		n = node_get_n(n, path, len);
		path += len + (path[len] == '.');
	}
	return n;
}

static void check_gained_flag(const struct risk *r, const char *pod, const char *field,
			      const char *what)
{
	const char *path = arena_printf(r->p->arena, "%s.%s", pod, field);

	if (node_true(at(r->after, path)) && !node_true(at(r->before, path)))
		warn(r, "risk/privileges", path, "%s", what);
}

static const struct node *by_name(const struct node *list, const struct node *like)
{
	const char *name = node_get_string(like, "name");
	uint32_t i;

	for (i = 0; name && node_is(list, NODE_SEQ) && i < list->len; i++) {
		const char *other = node_get_string(list->items[i], "name");

		if (other && !strcmp(other, name))
			return list->items[i];
	}
	return NULL;
}

static void check_container(const struct risk *r, const char *path, const struct node *now,
			    const struct node *was)
{
	const struct node *added = node_path(now, "securityContext", "capabilities", "add", NULL);
	const struct node *had = node_path(was, "securityContext", "capabilities", "add", NULL);
	uint32_t i;

	if (node_true(node_path(now, "securityContext", "privileged", NULL)) &&
	    !node_true(node_path(was, "securityContext", "privileged", NULL)))
		warn(r, "risk/privileges",
		     arena_printf(r->p->arena, "%s.securityContext.privileged", path),
		     "the container becomes privileged: it has the node's own rights");
	for (i = 0; node_is(added, NODE_SEQ) && i < added->len; i++)
		if (node_text(added->items[i]) && !node_has_text(had, added->items[i]->text))
			warn(r, "risk/privileges",
			     arena_printf(r->p->arena, "%s.securityContext.capabilities.add[%u]",
					  path, i),
			     "the container gains the capability %s", added->items[i]->text);
}

static void check_containers(const struct risk *r, const char *pod, const char *list)
{
	const char *path = arena_printf(r->p->arena, "%s.%s", pod, list);
	const struct node *now = at(r->after, path), *was = at(r->before, path);
	uint32_t i;

	for (i = 0; node_is(now, NODE_SEQ) && i < now->len; i++)
		check_container(r, arena_printf(r->p->arena, "%s[%u]", path, i), now->items[i],
				by_name(was, now->items[i]));
}

static void check_pod(const struct risk *r)
{
	const char *pod = pod_path(r), *volumes;
	const struct node *now, *was;
	uint32_t i;

	if (!pod)
		return;
	check_gained_flag(r, pod, "hostNetwork", "its pods join the node's network");
	check_gained_flag(r, pod, "hostPID", "its pods see the node's processes");
	check_gained_flag(r, pod, "hostIPC", "its pods share the node's memory segments");
	check_containers(r, pod, "initContainers");
	check_containers(r, pod, "containers");
	volumes = arena_printf(r->p->arena, "%s.volumes", pod);
	now = at(r->after, volumes);
	was = at(r->before, volumes);
	for (i = 0; node_is(now, NODE_SEQ) && i < now->len; i++)
		if (node_get(now->items[i], "hostPath") &&
		    !node_get(by_name(was, now->items[i]), "hostPath"))
			warn(r, "risk/privileges",
			     arena_printf(r->p->arena, "%s[%u].hostPath", volumes, i),
			     "its pods gain a folder of the node");
}

static void check_rollout(const struct risk *r)
{
	const struct node *strategy = at(r->after, "spec.strategy.type");
	const struct node *now = at(r->after, "spec.replicas"),
			  *was = at(r->before, "spec.replicas");
	size_t i;

	if (!r->before || strcmp(r->object->group, "apps") != 0)
		return;
	if (node_text(now) && !strcmp(now->text, "0") &&
	    !(node_text(was) && !strcmp(was->text, "0")))
		warn(r, "risk/interrupts", "spec.replicas", "it is scaled to zero");
	if (!is_kind(r, "apps", "Deployment") || !node_text(strategy) ||
	    strcmp(strategy->text, "Recreate") != 0)
		return;
	for (i = 0; i < r->c->count; i++)
		if (!strncmp(r->c->items[i].path, "spec.template", 13) &&
		    r->c->items[i].cause != CAUSE_STAYS) {
			warn(r, "risk/interrupts", "spec.strategy.type",
			     "its strategy is Recreate: all pods stop before new ones start");
			return;
		}
}

/* --- rights --------------------------------------------------------------------------------- */

static bool has_equal(const struct node *list, const struct node *n)
{
	uint32_t i;

	for (i = 0; node_is(list, NODE_SEQ) && i < list->len; i++)
		if (node_equal(list->items[i], n))
			return true;
	return false;
}

/* Whether every text of a rule's list is in another's too, or that one says '*'. */
static bool list_covers(const struct node *rule, const struct node *by, const char *field)
{
	const struct node *list = node_get(rule, field), *wide = node_get(by, field);
	uint32_t i;

	for (i = 0; node_is(list, NODE_SEQ) && i < list->len; i++)
		if (!node_has_text(wide, "*") && !has_equal(wide, list->items[i]))
			return false;
	return true;
}

/* Whether one rule that was there grants all that this one does. */
static bool was_granted(const struct node *was, const struct node *rule)
{
	uint32_t i;

	for (i = 0; node_is(was, NODE_SEQ) && i < was->len; i++) {
		const struct node *old = was->items[i], *names = node_get(old, "resourceNames");

		if (list_covers(rule, old, "verbs") && list_covers(rule, old, "apiGroups") &&
		    list_covers(rule, old, "resources") &&
		    list_covers(rule, old, "nonResourceURLs") &&
		    (!node_is(names, NODE_SEQ) || !names->len ||
		     (node_get(rule, "resourceNames") && list_covers(rule, old, "resourceNames"))))
			return true;
	}
	return false;
}

/* A group of Kubernetes' own, or all: its resources rule over more than one operator's. */
static bool names_own_group(const struct node *rule)
{
	const struct node *groups = node_get(rule, "apiGroups");
	uint32_t i;

	for (i = 0; node_is(groups, NODE_SEQ) && i < groups->len; i++) {
		const char *group = node_text(groups->items[i]);
		const char *end = group ? strstr(group, ".k8s.io") : NULL;

		if (group && (!strchr(group, '.') || (end && !end[7])))
			return true;
	}
	return false;
}

static void check_rule(const struct risk *r, uint32_t i, const struct node *rule)
{
	const struct node *verbs = node_get(rule, "verbs");
	struct arena *a = r->p->arena;

	if (node_has_text(node_get(rule, "apiGroups"), "*") &&
	    node_has_text(node_get(rule, "resources"), "*"))
		warn(r, "risk/rights", arena_printf(a, "rules[%u].resources", i),
		     "the rule is for every resource of every group");
	else if (node_has_text(node_get(rule, "resources"), "*") && names_own_group(rule))
		warn(r, "risk/rights", arena_printf(a, "rules[%u].resources", i),
		     "the rule is for every resource of its groups");
	else if (node_has_text(verbs, "*") && names_own_group(rule))
		warn(r, "risk/rights", arena_printf(a, "rules[%u].verbs", i),
		     "the rule grants every verb");
	else if (node_has_text(verbs, "escalate") || node_has_text(verbs, "bind") ||
		 node_has_text(verbs, "impersonate"))
		warn(r, "risk/rights", arena_printf(a, "rules[%u].verbs", i),
		     "the rule lets its holder take other rights");
	else if (r->before)
		warn(r, "risk/rights", arena_printf(a, "rules[%u]", i), "the role widens");
}

static void check_rules(const struct risk *r)
{
	const struct node *now = node_get(r->after, "rules"), *was = node_get(r->before, "rules");
	uint32_t i;

	for (i = 0; node_is(now, NODE_SEQ) && i < now->len; i++)
		if (!was_granted(was, now->items[i]))
			check_rule(r, i, now->items[i]);
}

static void check_binding(const struct risk *r)
{
	const struct node *now = node_get(r->after, "subjects"),
			  *was = node_get(r->before, "subjects");
	const char *role = node_text(node_path(r->after, "roleRef", "name", NULL));
	uint32_t i;

	for (i = 0; node_is(now, NODE_SEQ) && i < now->len; i++) {
		const char *name = node_get_string(now->items[i], "name");

		if (!name || has_equal(was, now->items[i]))
			continue;
		if (role && (!strcmp(role, "cluster-admin") || !strcmp(role, "admin")))
			warn(r, "risk/rights", arena_printf(r->p->arena, "subjects[%u]", i),
			     "'%s' becomes %s", name, role);
		else if (!strcmp(name, "system:anonymous") ||
			 !strcmp(name, "system:unauthenticated") ||
			 !strcmp(name, "system:authenticated"))
			warn(r, "risk/rights", arena_printf(r->p->arena, "subjects[%u]", i),
			     "'%s' is everybody", name);
	}
}

/* Two Kustomizations and one object: which of them comes first is not in anybody's hand. */
static void check_move(const struct risk *r)
{
	const struct plan_ref *from = &r->c->previous_owner;

	if (!r->c->warning_race || strcmp(r->c->engine, "flux") != 0 ||
	    strcmp(from->kind, "Kustomization") != 0)
		return;
	warn(r, "risk/move-race", "",
	     "%s %s/%s prunes: it may delete the object before or after %s %s/%s has applied it; "
	     "safe in two steps: first commit the annotation "
	     "kustomize.toolkit.fluxcd.io/prune: disabled on the object where it is and let it be "
	     "applied, then move it and take the annotation away",
	     from->kind, from->ns, from->name, r->c->owner.kind, r->c->owner.ns, r->c->owner.name);
}

static const struct {
	const char *group, *kind;
	void (*check)(const struct risk *r);
} checks[] = {
	/* by group, then kind */
	{ "rbac.authorization.k8s.io", "ClusterRole", check_rules },
	{ "rbac.authorization.k8s.io", "ClusterRoleBinding", check_binding },
	{ "rbac.authorization.k8s.io", "Role", check_rules },
	{ "rbac.authorization.k8s.io", "RoleBinding", check_binding },
};

void risk_check(struct plan *p, const struct plan_change *c, const struct plan_item *item,
		const struct node *before, const struct node *after)
{
	struct risk r = { p, c, item->head ? item->head : item->base, before, after };
	size_t i;

	if (c->action == PLAN_DELETE)
		check_deleted(&r);
	if (c->action == PLAN_REPLACE)
		check_replaced(&r);
	if (c->action == PLAN_MOVE)
		check_move(&r);
	if (!after || (c->action != PLAN_CREATE && c->action != PLAN_UPDATE &&
		       c->action != PLAN_REPLACE && c->action != PLAN_MOVE))
		return;
	check_pod(&r);
	check_rollout(&r);
	for (i = 0; i < ARRAY_SIZE(checks); i++)
		if (is_kind(&r, checks[i].group, checks[i].kind))
			checks[i].check(&r);
}
