/* Parameters of policies: the objects that a binding's paramRef names or selects. */
#include <string.h>

#include "validate/policy_internal.h"

enum { PARAMS_ASKED_MAX = 100 };

static bool is_param(const struct policy_member *m, const struct node *kind,
		     const struct policy_request *r)
{
	const char *version = node_get_string(kind, "apiVersion");
	const char *name = node_get_string(kind, "kind");

	return m->sides & r->side && version && name && !strcmp(m->object->kind, name) &&
	       !strcmp(m->object->api_version, version);
}

static bool ref_selects(const struct node *ref, const struct object *o, const char *ns)
{
	const char *name = node_get_string(ref, "name");
	const char *own = *o->ns ? o->ns : "default";

	if (ns && strcmp(own, ns) != 0)
		return false;
	if (name && *name)
		return !strcmp(o->name, name);
	return selector_selects(node_get(ref, "selector"),
				node_path(o->root, "metadata", "labels", NULL),
				true) == SELECTS_YES;
}

static size_t run_params(struct policy_evaluation *e, const struct node *kind,
			 const struct node *ref)
{
	const struct policy_members *all = &e->policies->members;
	const char *given = node_get_string(ref, "namespace");
	const char *ns = given && *given ? given : e->request->ns;
	size_t found = 0;

	for (size_t i = 0; i < all->count; i++) {
		const struct object *o = all->items[i].object;
		bool spaced;

		if (!is_param(&all->items[i], kind, e->request))
			continue;
		spaced = policy_is_namespaced(e->request, o);
		if (!ref_selects(ref, o, spaced ? ns : NULL))
			continue;
		found++;
		policy_run_with(e, o->root);
	}
	return found;
}

static const char *param_key(struct arena *a, const char *kind, const char *ns, const char *name)
{
	return arena_printf(a, "%s/%s/%s", kind, ns, name);
}

/* None is here: the cluster may have it, where nobody looked. */
static void none_found(struct policy_evaluation *e, const char *kind, const char *ns,
		       const char *name, bool denies)
{
	struct arena *a = e->policies->arena;

	if (name && map_get(&e->policies->absent, param_key(e->arena, kind, ns, name))) {
		if (denies && !policy_is_lenient(e->policy))
			policy_report(e, true,
				      "failed to configure binding: no params found for policy "
				      "binding with `Deny` parameterNotFoundAction");
		return;
	}
	policy_undecided(e, name ? arena_printf(a,
						"its parameters, the %s '%s', are not in the "
						"commit: the cluster may have them",
						kind, name)
				 : "no parameters that its selector takes are in the commit: the "
				   "cluster may have some");
}

void policy_run_params(struct policy_evaluation *e, const struct node *kind, const struct node *ref)
{
	const char *missing = node_get_string(ref, "parameterNotFoundAction");
	const char *given = node_get_string(ref, "namespace"), *name = node_get_string(ref, "name");
	const char *text = node_get_string(kind, "kind");

	if (!run_params(e, kind, ref))
		none_found(e, text ? text : "", given && *given ? given : e->request->ns,
			   name && *name ? name : NULL, missing && !strcmp(missing, "Deny"));
}

/* --- those to look for elsewhere --- */
static bool has_param(const struct policies *p, const struct policy_param *want, const char *api)
{
	for (size_t i = 0; i < p->members.count; i++) {
		const struct object *o = p->members.items[i].object;

		if (!strcmp(o->kind, want->kind) && !strcmp(o->api_version, api) &&
		    !strcmp(o->name, want->name) && (!*o->ns || !strcmp(o->ns, want->ns)))
			return true;
	}
	return false;
}

static void want_param(struct policies *p, struct arena *a, const struct policy_binding *b,
		       const char *ns, struct policy_param *out, size_t *count)
{
	const struct node *spec = node_get(b->object->root, "spec");
	const char *policy = node_get_string(spec, "policyName");
	const char *name = node_string(node_path(spec, "paramRef", "name", NULL));

	for (size_t i = 0; policy && name && *name && i < p->policies.count; i++) {
		const struct object *o = p->policies.items[i].object;
		const struct node *kind = node_path(o->root, "spec", "paramKind", NULL);
		const char *api = node_get_string(kind, "apiVersion");
		const char *slash = api ? strchr(api, '/') : NULL;
		struct policy_param want = { "", node_get_string(kind, "kind"), ns, name };

		if (strcmp(o->name, policy) != 0 || !api || !want.kind ||
		    *count == PARAMS_ASKED_MAX || has_param(p, &want, api))
			continue;
		if (slash)
			want.group = arena_memdup(a, api, (size_t)(slash - api));
		out[(*count)++] = want;
	}
}

size_t policies_params(struct policies *p, struct arena *a, struct policy_param **out)
{
	struct map seen;
	size_t count = 0;

	*out = arena_array(a, PARAMS_ASKED_MAX, struct policy_param);
	for (size_t i = 0; i < p->bindings.count; i++) {
		const struct node *ref =
			node_path(p->bindings.items[i].object->root, "spec", "paramRef", NULL);
		const char *ns = node_get_string(ref, "namespace");

		if (ns && *ns) {
			want_param(p, a, &p->bindings.items[i], ns, *out, &count);
			continue;
		}
		map_init(&seen, a);
		for (size_t k = 0; ref && k < p->members.count; k++) {
			const char *own = p->members.items[k].object->ns;

			own = *own ? own : "default";
			if (map_get(&seen, own))
				continue;
			map_set(&seen, own, p);
			want_param(p, a, &p->bindings.items[i], own, *out, &count);
		}
	}
	return count;
}

void policies_param_absent(struct policies *p, const struct policy_param *param)
{
	map_set(&p->absent, param_key(p->arena, param->kind, param->ns, param->name), p);
}
