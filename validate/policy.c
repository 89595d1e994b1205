/* Policies, bindings and what they refer to, collected; what a change loosens of them. */
#include "validate/policy.h"

#include <string.h>

#include "validate/policy_internal.h"

static const char group_name[] = "admissionregistration.k8s.io";
static const char policy_kind[] = "ValidatingAdmissionPolicy";
static const char binding_kind[] = "ValidatingAdmissionPolicyBinding";

struct policies *policies_new(struct arena *a)
{
	struct policies *p = arena_new(a, struct policies);

	p->arena = a;
	map_init(&p->said, a);
	map_init(&p->absent, a);
	map_init(&p->namespaces[0], a);
	map_init(&p->namespaces[1], a);
	return p;
}

static bool same_spec(const struct object *x, const struct object *y)
{
	const struct node *p = node_get(x->root, "spec"), *q = node_get(y->root, "spec");

	return !strcmp(x->name, y->name) && (p == q || (p && q && node_equal(p, q)));
}

static void add_policy(struct policies *p, const struct object *o, unsigned sides)
{
	for (size_t i = 0; i < p->policies.count; i++) {
		struct policy *known = &p->policies.items[i];

		if (!same_spec(known->object, o))
			continue;
		known->sides |= sides;
		return;
	}
	*vec_push(p->arena, &p->policies) = (struct policy){ .object = o, .sides = sides };
}

static void add_binding(struct policies *p, const struct object *o, unsigned sides)
{
	for (size_t i = 0; i < p->bindings.count; i++) {
		struct policy_binding *known = &p->bindings.items[i];

		if (!same_spec(known->object, o))
			continue;
		known->sides |= sides;
		return;
	}
	*vec_push(p->arena, &p->bindings) = (struct policy_binding){ o, sides };
}

void policies_add(struct policies *p, const struct object *o, unsigned sides)
{
	if (!strcmp(o->group, group_name)) {
		if (!strcmp(o->kind, policy_kind))
			add_policy(p, o, sides);
		else if (!strcmp(o->kind, binding_kind))
			add_binding(p, o, sides);
		else if (!strncmp(o->kind, "MutatingAdmissionPolicy", 23))
			*vec_push(p->arena, &p->mutating) = (struct policy_member){ o, sides };
		return;
	}
	*vec_push(p->arena, &p->members) = (struct policy_member){ o, sides };
}

bool policies_any(const struct policies *p)
{
	return p->bindings.count || p->policies.count || p->mutating.count;
}

void policies_mutating(struct policies *p, struct findings *out)
{
	for (size_t i = 0; i < p->mutating.count; i++) {
		const struct object *o = p->mutating.items[i].object;
		const char *name = node_string(node_path(o->root, "spec", "policyName", NULL));

		if (!name || !(p->mutating.items[i].sides & POLICY_HEAD))
			continue;
		findings_add(out, SEVERITY_INFO, "policy/not-applied", o, "spec.policyName",
			     o->root->origin,
			     "what MutatingAdmissionPolicy '%s' would change is not applied here: "
			     "objects are judged as they are written; a dry-run shows it",
			     name);
	}
}

/* --- what was loosened --- */
static const struct object *find_policy(const struct policies *p, const char *name,
					enum policy_side side)
{
	for (size_t i = 0; i < p->policies.count; i++)
		if (p->policies.items[i].sides & side &&
		    !strcmp(p->policies.items[i].object->name, name))
			return p->policies.items[i].object;
	return NULL;
}

static const struct object *find_binding(const struct policies *p, const char *name,
					 enum policy_side side)
{
	for (size_t i = 0; i < p->bindings.count; i++)
		if (p->bindings.items[i].sides & side &&
		    !strcmp(p->bindings.items[i].object->name, name))
			return p->bindings.items[i].object;
	return NULL;
}

static void loosened(struct findings *out, const struct object *o, const char *path,
		     const char *what)
{
	const struct node *spec = node_get(o->root, "spec");
	const char *field = strchr(path, '.'); /* "spec.FIELD", or "" */
	const struct node *at = field ? node_get(spec, field + 1) : NULL;

	findings_add(out, SEVERITY_WARNING, "policy/loosened", o, path,
		     at ? at->origin : o->root->origin, "%s", what);
}

/* The same part of both specs, or absent in both. */
static bool same_part(const struct node *was, const struct node *is, const char *key)
{
	const struct node *p = node_get(was, key), *q = node_get(is, key);

	return p == q || (p && q && node_equal(p, q));
}

static bool has_entry(const struct node *list, const struct node *entry)
{
	const char *text = node_get_string(entry, "expression");

	for (uint32_t i = 0; text && node_is(list, NODE_SEQ) && i < list->len; i++) {
		const char *other = node_get_string(list->items[i], "expression");

		if (other && !strcmp(other, text))
			return true;
	}
	return false;
}

static void compare_policies(const struct object *was, const struct object *is,
			     struct findings *out)
{
	const struct node *old = node_get(was->root, "spec"), *new = node_get(is->root, "spec");
	const struct node *checks = node_get(old, "validations");
	const struct node *conditions = node_get(new, "matchConditions");
	const char *failure = node_get_string(new, "failurePolicy");
	const char *failed = node_get_string(old, "failurePolicy");

	for (uint32_t i = 0; node_is(checks, NODE_SEQ) && i < checks->len; i++) {
		const char *text = node_get_string(checks->items[i], "expression");

		if (text && !has_entry(node_get(new, "validations"), checks->items[i]))
			loosened(out, is, "spec.validations",
				 arena_printf(out->arena,
					      "the validation '%.200s' is gone or changed", text));
	}
	for (uint32_t i = 0; node_is(conditions, NODE_SEQ) && i < conditions->len; i++)
		if (!has_entry(node_get(old, "matchConditions"), conditions->items[i]))
			loosened(out, is, "spec.matchConditions",
				 "a condition is new or changed: requests that do not meet it "
				 "are no longer checked");
	if (failure && !strcmp(failure, "Ignore") && (!failed || strcmp(failed, "Ignore") != 0))
		loosened(out, is, "spec.failurePolicy",
			 "an error no longer refuses: failurePolicy was Fail");
	if (!same_part(old, new, "matchConstraints"))
		loosened(out, is, "spec.matchConstraints",
			 "what the policy is for is changed: see that it leaves nothing out");
	if (!same_part(old, new, "variables"))
		loosened(out, is, "spec.variables",
			 "variables of the policy are changed: see that they mean as much");
}

static bool acts(const struct object *o, const char *action)
{
	const struct node *list = node_path(o->root, "spec", "validationActions", NULL);

	for (uint32_t i = 0; node_is(list, NODE_SEQ) && i < list->len; i++) {
		const char *s = node_string(list->items[i]);

		if (s && !strcmp(s, action))
			return true;
	}
	return false;
}

static void compare_bindings(const struct object *was, const struct object *is,
			     struct findings *out)
{
	static const char *const parts[] = { "policyName", "paramRef", "matchResources" };
	const struct node *old = node_get(was->root, "spec"), *new = node_get(is->root, "spec");

	if (acts(was, "Deny") && !acts(is, "Deny"))
		loosened(out, is, "spec.validationActions",
			 "the policy no longer refuses: Deny is gone");
	else if (acts(was, "Warn") && !acts(is, "Warn") && !acts(is, "Deny"))
		loosened(out, is, "spec.validationActions",
			 "the policy no longer warns: Warn is gone");
	for (size_t i = 0; i < ARRAY_SIZE(parts); i++)
		if (!same_part(old, new, parts[i]))
			loosened(out, is, arena_printf(out->arena, "spec.%s", parts[i]),
				 "the binding is changed: see that it binds as much");
}

void policies_loosened(struct policies *p, struct findings *out)
{
	for (size_t i = 0; i < p->policies.count; i++) {
		const struct object *was = p->policies.items[i].object, *is;

		if (p->policies.items[i].sides != POLICY_BASE)
			continue;
		is = find_policy(p, was->name, POLICY_HEAD);
		if (is)
			compare_policies(was, is, out);
		else
			loosened(out, was, "", "the policy is removed");
	}
	for (size_t i = 0; i < p->bindings.count; i++) {
		const struct object *was = p->bindings.items[i].object, *is;

		if (p->bindings.items[i].sides != POLICY_BASE)
			continue;
		is = find_binding(p, was->name, POLICY_HEAD);
		if (is)
			compare_bindings(was, is, out);
		else
			loosened(out, was, "",
				 "the binding is removed: its policy no longer counts there");
	}
}
