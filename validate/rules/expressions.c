/*
 * The CEL of admission policies, webhooks and device selectors, compiled in the environment that
 * the API server gives it (apiserver's plugin/cel: object, oldObject, request, namespaceObject,
 * authorizer; params and variables where a policy has them; dynamic-resource-allocation's: device).
 */
#include <string.h>

#include "validate/cel/cel.h"
#include "validate/rules/admission.h"
#include "validate/rules/checks.h"
#include "validate/rules/policy_env.h"

/* A field of a fixed object type: its name, and its type as a word. */
struct field {
	const char *name;
	const char *type; /* a kind's letter as below, or the name of another of the types */
};

struct fixed {
	const char *name;
	const struct field *fields;
	size_t count;
};

static const struct field kind_fields[] = { { "group", "s" }, { "version", "s" }, { "kind", "s" } };
static const struct field resource_fields[] = { { "group", "s" },
						{ "version", "s" },
						{ "resource", "s" } };
static const struct field user_fields[] = {
	{ "username", "s" }, { "uid", "s" }, { "groups", "Ls" }, { "extra", "MsLs" }
};
static const struct field request_fields[] = {
	{ "uid", "s" },
	{ "kind", "kind" },
	{ "resource", "resource" },
	{ "subResource", "s" },
	{ "requestKind", "kind" },
	{ "requestResource", "resource" },
	{ "requestSubResource", "s" },
	{ "name", "s" },
	{ "namespace", "s" },
	{ "operation", "s" },
	{ "userInfo", "user" },
	{ "dryRun", "b" },
	{ "options", "x" },
};
static const struct field meta_fields[] = {
	{ "name", "s" },
	{ "generateName", "s" },
	{ "namespace", "s" },
	{ "labels", "Mss" },
	{ "annotations", "Mss" },
	{ "UID", "s" },
	{ "creationTimestamp", "t" },
	{ "deletionGracePeriodSeconds", "i" },
	{ "deletionTimestamp", "t" },
	{ "generation", "i" },
	{ "resourceVersion", "s" },
	{ "finalizers", "Ls" },
};
static const struct field space_spec_fields[] = { { "finalizers", "Ls" } };
static const struct field space_status_fields[] = { { "phase", "s" } };
static const struct field space_fields[] = { { "metadata", "meta" },
					     { "spec", "spec" },
					     { "status", "status" } };

static const struct field device_fields[] = { { "driver", "D" },
					      { "attributes", "CDCNX" },
					      { "capacity", "CDCNq" },
					      { "allowMultipleAllocations", "b" } };

/* What a device has at most, for the estimate of a selector's cost. */
enum {
	DEVICE_COST_LIMIT = 1000000,
	DOMAIN_BYTES = 63,
	ID_BYTES = 32,
	PROPERTIES = 32,
	VALUES = 64
};

static const struct fixed types[] = {
	{ "kind", kind_fields, ARRAY_SIZE(kind_fields) },
	{ "resource", resource_fields, ARRAY_SIZE(resource_fields) },
	{ "user", user_fields, ARRAY_SIZE(user_fields) },
	{ "kubernetes.AdmissionRequest", request_fields, ARRAY_SIZE(request_fields) },
	{ "meta", meta_fields, ARRAY_SIZE(meta_fields) },
	{ "spec", space_spec_fields, ARRAY_SIZE(space_spec_fields) },
	{ "status", space_status_fields, ARRAY_SIZE(space_status_fields) },
	{ "kubernetes.Namespace", space_fields, ARRAY_SIZE(space_fields) },
	{ "kubernetes.DRADevice", device_fields, ARRAY_SIZE(device_fields) },
};

static const struct cel_type *fixed_type(struct arena *a, const char *name);

static const struct cel_type *sized(struct arena *a, const struct cel_type *type, uint64_t max)
{
	struct cel_type *t = arena_new(a, struct cel_type);

	*t = *type;
	t->sized = true;
	t->max_size = max;
	return t;
}

static const struct cel_type *word_type(struct arena *a, const char *word)
{
	switch (*word) {
	case 'C':
		return sized(a, cel_map_type(a, word_type(a, word + 1), word_type(a, word + 2)),
			     PROPERTIES);
	case 'D':
		return sized(a, cel_type_of(CEL_STRING), DOMAIN_BYTES);
	case 'N':
		return sized(a, cel_type_of(CEL_STRING), ID_BYTES);
	case 'X':
		return sized(a, cel_type_of(CEL_DYN), VALUES);
	case 'L':
		return cel_list_type(a, word_type(a, word + 1));
	case 'M':
		return cel_map_type(a, cel_type_of(CEL_STRING), word_type(a, word + 2));
	case 'b':
		return cel_type_of(CEL_BOOL);
	case 't':
		return cel_type_of(CEL_TIMESTAMP);
	case 'i':
		return cel_type_of(CEL_INT);
	case 'q':
		return cel_type_of(CEL_QUANTITY);
	case 'x':
		return cel_type_of(CEL_DYN);
	default:
		return cel_type_of(CEL_STRING);
	}
}

static const struct cel_type *fixed_field(const struct cel_object *self, struct arena *a,
					  const char *name, const char **json)
{
	const struct fixed *type = self->data;
	const struct cel_type *type_of;

	for (size_t i = 0; i < type->count; i++) {
		const struct field *f = &type->fields[i];

		if (strcmp(f->name, name))
			continue;
		*json = f->name;
		type_of = fixed_type(a, f->type);
		return type_of ? type_of : word_type(a, f->type);
	}
	return NULL;
}

static const struct cel_type *fixed_type(struct arena *a, const char *name)
{
	for (size_t i = 0; i < ARRAY_SIZE(types); i++) {
		struct cel_object *object;

		if (strcmp(types[i].name, name))
			continue;
		object = arena_new(a, struct cel_object);
		*object = (struct cel_object){ types[i].name, fixed_field, &types[i] };
		return cel_object_type(a, object);
	}
	return NULL;
}

static const struct cel_type *lazy_field(const struct cel_object *self, struct arena *a,
					 const char *name, const char **json)
{
	const struct policy_variables *known = self->data;

	(void)a;
	*json = name;
	for (size_t i = 0; i < known->count; i++)
		if (!strcmp(known->items[i].name, name))
			return known->items[i].type;
	return NULL;
}

static void env_add(struct policy_env *e, const char *name, const struct cel_type *type)
{
	e->list[e->env.count++] = (struct cel_variable){ name, type };
}

void policy_env_init(struct policy_env *e, struct arena *a, unsigned flags)
{
	*e = (struct policy_env){ .arena = a };
	e->variables = (struct cel_object){ "kubernetes.variables", lazy_field, &e->known };
	e->env.variables = e->list;
	env_add(e, "object", cel_type_of(CEL_DYN));
	env_add(e, "oldObject", cel_type_of(CEL_DYN));
	env_add(e, "request", fixed_type(a, "kubernetes.AdmissionRequest"));
	env_add(e, "authorizer", cel_type_of(CEL_AUTHORIZER));
	if (flags & POLICY_ENV_NAMESPACE)
		env_add(e, "namespaceObject", fixed_type(a, "kubernetes.Namespace"));
	if (flags & POLICY_ENV_PARAMS)
		env_add(e, "params", cel_type_of(CEL_DYN));
	if (flags & POLICY_ENV_VARIABLES)
		env_add(e, "variables", cel_object_type(a, &e->variables));
}

void policy_env_variable(struct policy_env *e, const char *name, const struct cel_type *type)
{
	*vec_push(e->arena, &e->known) =
		(struct policy_variable){ name, type ? type : cel_type_of(CEL_DYN) };
}

/* Compile; a complaint at `v` and NULL when it does not, or when it is blank. */
static const struct cel_program *program_of(struct policy_env *e, struct val *v)
{
	const char *text = v_str(v);
	struct cel_program *p;
	struct cel_error error;

	if (!text[strspn(text, " \t\r\n")])
		return NULL;
	p = cel_compile(e->arena, &e->env, text, &error);
	if (!p)
		bad(v, "does not compile: %u:%u: %s", error.line, error.column, error.message);
	return p;
}

static const struct cel_type *compiled(struct policy_env *e, struct val *v)
{
	const struct cel_program *p = program_of(e, v);

	return p ? cel_result_type(p) : NULL;
}

/* Compile what must give one of two kinds, and be known to. */
static void compile(struct policy_env *e, struct val *v, enum cel_kind kind, enum cel_kind other)
{
	const struct cel_type *result = compiled(e, v);

	if (result && result->kind != kind && result->kind != other)
		bad(v, "must evaluate to %s, not to %s", cel_type_name(e->arena, cel_type_of(kind)),
		    cel_type_name(e->arena, result));
}

void check_match_conditions_cel(struct val *list, bool policy, bool params)
{
	struct policy_env e;

	policy_env_init(&e, list->c->scratch,
			(policy ? POLICY_ENV_NAMESPACE : 0) | (params ? POLICY_ENV_PARAMS : 0));
	V_EACH (one, list)
		compile(&e, v_at(one, "expression"), CEL_BOOL, CEL_BOOL);
}

static bool is_object_type(const struct cel_type *t, const char *name)
{
	return t->kind == CEL_OBJECT && !strcmp(t->object->name, name);
}

/* A JSONPatch gives a list of them, a configuration an Object. */
static void compile_mutation(struct policy_env *e, struct val *v)
{
	bool json = v_is(v_at(v, "patchType"), "JSONPatch");
	struct val *expression =
		v_at(v, json ? "jsonPatch.expression" : "applyConfiguration.expression");
	const struct cel_type *t = compiled(e, expression);

	if (!t)
		return;
	if (json ? t->kind != CEL_LIST || !is_object_type(t->element, "JSONPatch")
		 : !is_object_type(t, "Object"))
		bad(expression, "must evaluate to %s, not to %s",
		    json ? "list(JSONPatch)" : "Object", cel_type_name(e->arena, t));
}

void check_policy_cel(struct val *spec)
{
	unsigned flags =
		POLICY_ENV_NAMESPACE | (v_has(v_at(spec, "paramKind")) ? POLICY_ENV_PARAMS : 0);
	struct val *variables = v_at(spec, "variables");
	struct policy_env e;

	check_match_conditions_cel(v_at(spec, "matchConditions"), true, flags & POLICY_ENV_PARAMS);
	policy_env_init(&e, spec->c->scratch,
			flags | (v_count(variables) ? POLICY_ENV_VARIABLES : 0));
	V_EACH (one, variables) {
		const struct cel_type *type = compiled(&e, v_at(one, "expression"));

		policy_env_variable(&e, v_str(v_at(one, "name")), type);
	}
	V_EACH (one, v_at(spec, "validations")) {
		compile(&e, v_at(one, "expression"), CEL_BOOL, CEL_BOOL);
		compile(&e, v_at(one, "messageExpression"), CEL_STRING, CEL_STRING);
	}
	V_EACH (one, v_at(spec, "auditAnnotations"))
		compile(&e, v_at(one, "valueExpression"), CEL_STRING, CEL_NULL);
	e.env.patches = true;
	V_EACH (one, v_at(spec, "mutations"))
		compile_mutation(&e, one);
}

void check_device_selector_cel(struct val *v)
{
	struct policy_env e = { .arena = v->c->scratch };
	const struct cel_program *p;
	const struct cel_type *t;

	if (strstr(v_str(v), "cel.bind")) /* whose variables are not known here */
		return;
	e.env.variables = e.list;
	env_add(&e, "device", fixed_type(e.arena, "kubernetes.DRADevice"));
	p = program_of(&e, v);
	if (!p)
		return;
	t = cel_result_type(p);
	if (t->kind != CEL_BOOL && t->kind != CEL_DYN) /* an attribute may hold a bool */
		bad(v, "must evaluate to bool, not to %s", cel_type_name(e.arena, t));
	else if (cel_cost(p) > DEVICE_COST_LIMIT && cel_cost(p) != UINT64_MAX)
		/* without a bound: of an attribute's own size nothing is known here */
		forbidden(v, "too complex: its estimated cost is %.1f times the limit",
			  (double)cel_cost(p) / DEVICE_COST_LIMIT);
}
