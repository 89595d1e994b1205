/* One request: what it is, and which bound policies are to judge it. */
#include <string.h>

#include "validate/policy_internal.h"
#include "validate/sops.h"

bool policy_is_namespaced(const struct policy_request *r, const struct object *o)
{
	const struct schema_kind *k = schema_kind_find(r->release, o->group, o->version, o->kind);
	const struct crd_version *v = crds_find(r->options->crds, o->group, o->version, o->kind);

	return k ? schema_kind_flags(k) & SCHEMA_NAMESPACED : v ? v->namespaced : *o->ns != '\0';
}

/* What is done for one request so far. */
struct turn {
	struct policies *set;
	const struct policy_request *request;
	struct arena *arena;
	struct findings *out;
	VEC(struct policy_evaluation);
};

static enum policy_match both_match(const struct policy *p, const struct policy_binding *b,
				    const struct policy_request *r)
{
	enum policy_match first =
		policy_matches(node_path(p->object->root, "spec", "matchConstraints", NULL), r);
	enum policy_match second;

	if (first == POLICY_NO)
		return first;
	second = policy_matches(node_path(b->object->root, "spec", "matchResources", NULL), r);
	return second == POLICY_YES ? first : second;
}

/* Policies of one name on both sides: what head's refuses is not said again for base's. */
static bool was_denied(const struct turn *t, const struct policy *p, const struct policy_binding *b)
{
	for (size_t i = 0; i < t->count; i++)
		if (t->items[i].denied &&
		    !strcmp(t->items[i].policy->object->name, p->object->name) &&
		    !strcmp(t->items[i].binding->object->name, b->object->name))
			return true;
	return false;
}

static void run_pair(struct turn *t, struct policy *p, const struct policy_binding *b)
{
	const struct policy_request *r = t->request;
	enum policy_match match = both_match(p, b, r);
	struct policy_evaluation *e;

	if (match == POLICY_NO || was_denied(t, p, b))
		return;
	policy_compile(t->set, p);
	if (p->broken)
		return;
	e = vec_push(t->arena, t);
	*e = (struct policy_evaluation){ .policies = t->set,
					 .policy = p,
					 .binding = b,
					 .request = r,
					 .arena = t->arena,
					 .out = t->out };
	if (match == POLICY_UNKNOWN)
		policy_undecided(e, arena_printf(t->set->arena,
						 "a selector asks for labels of Namespace '%s', "
						 "which the commit does not have",
						 r->ns));
	else
		policy_run(e);
}

/* The policies that a binding names and has a side with. */
static void run_binding(struct turn *t, const struct policy_binding *b, unsigned side,
			unsigned done)
{
	const char *name = node_string(node_path(b->object->root, "spec", "policyName", NULL));

	for (size_t i = 0; name && i < t->set->policies.count; i++) {
		struct policy *p = &t->set->policies.items[i];
		unsigned sides = p->sides & b->sides;

		if (sides & side && !(sides & done) && !strcmp(name, p->object->name))
			run_pair(t, p, b);
	}
}

/* Head's policies first, then those that only base has. */
static void run_all(struct turn *t)
{
	bool head = t->request->side == POLICY_HEAD;

	for (size_t i = 0; head && i < t->set->bindings.count; i++)
		run_binding(t, &t->set->bindings.items[i], POLICY_HEAD, 0);
	for (size_t i = 0; i < t->set->bindings.count; i++)
		run_binding(t, &t->set->bindings.items[i], POLICY_BASE, head ? POLICY_HEAD : 0);
}

static const char *guessed_resource(struct arena *a, const char *kind)
{
	char *text = arena_strdup(a, kind);
	size_t len = strlen(text);

	for (char *p = text; *p; p++)
		*p = *p >= 'A' && *p <= 'Z' ? (char)(*p + 32) : *p;
	if (len && text[len - 1] == 'y')
		return arena_printf(a, "%.*s%s", (int)len - 1, text, "ies");
	return arena_printf(a, "%s%s", text, len && text[len - 1] == 's' ? "es" : "s");
}

static void index_namespaces(struct policies *p)
{
	if (p->indexed)
		return;
	p->indexed = true;
	for (size_t i = 0; i < p->members.count; i++) {
		const struct policy_member *m = &p->members.items[i];

		if (*m->object->group || strcmp(m->object->kind, "Namespace") != 0)
			continue;
		if (m->sides & POLICY_BASE)
			map_set(&p->namespaces[0], m->object->name, (void *)m->object);
		if (m->sides & POLICY_HEAD)
			map_set(&p->namespaces[1], m->object->name, (void *)m->object);
	}
}

static void describe(struct policies *p, struct policy_request *r, const struct validate_item *item,
		     struct arena *a)
{
	const struct object *o = r->object, *space;
	const struct schema_kind *k = schema_kind_find(r->release, o->group, o->version, o->kind);
	const struct crd_version *v = crds_find(r->options->crds, o->group, o->version, o->kind);

	r->resource = k ? schema_kind_resource(k) : v ? v->plural : guessed_resource(a, o->kind);
	r->namespaced = policy_is_namespaced(r, o);
	r->ns = !r->namespaced ? "" : *o->ns ? o->ns : "default";
	r->operation = item->old ? "UPDATE" : "CREATE";
	space = map_get(&p->namespaces[r->side == POLICY_HEAD], r->ns);
	r->space = r->namespaced && space ? space->root : NULL;
}

static const struct node *readable_root(const struct object *o, struct arena *a)
{
	return sops_is_encrypted(o->root) ? sops_placeholders(a, o->root, NULL) : o->root;
}

void policies_check_deletion(struct policies *p, const struct validate_options *options,
			     const struct object *old, struct findings *out)
{
	struct policy_request r = { .options = options, .object = old, .side = POLICY_HEAD };
	struct validate_item item = { .object = old };
	struct arena scratch = ARENA_INIT;
	struct turn turn;

	if (!p->bindings.count || !p->policies.count ||
	    !strcmp(old->group, "admissionregistration.k8s.io"))
		return;
	index_namespaces(p);
	r.release = options->release ? options->release : schema_release_find(NULL);
	describe(p, &r, &item, &scratch);
	r.operation = "DELETE";
	r.old = policy_defaulted(&r, readable_root(old, &scratch), &scratch);
	turn = (struct turn){ .set = p, .request = &r, .arena = &scratch, .out = out };
	run_all(&turn);
	arena_release(&scratch);
}

void policies_check(struct policies *p, const struct validate_options *options,
		    const struct validate_item *item, enum policy_side side, struct findings *out)
{
	struct policy_request r = { .options = options, .object = item->object, .side = side };
	struct arena scratch = ARENA_INIT;
	struct turn turn;

	if (!p->bindings.count || !p->policies.count ||
	    !strcmp(item->object->group, "admissionregistration.k8s.io"))
		return;
	index_namespaces(p);
	r.release = options->release ? options->release : schema_release_find(NULL);
	describe(p, &r, item, &scratch);
	r.root = policy_defaulted(&r, readable_root(item->object, &scratch), &scratch);
	if (item->old)
		r.old = policy_defaulted(&r, readable_root(item->old, &scratch), &scratch);
	turn = (struct turn){ .set = p, .request = &r, .arena = &scratch, .out = out };
	run_all(&turn);
	arena_release(&scratch);
}
