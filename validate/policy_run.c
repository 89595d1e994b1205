/* The evaluation of bound policies for one request. */
#include <string.h>

#include "validate/cel/value.h"
#include "validate/policy_internal.h"

static const char unknown_here[] = "known to a running server only";

enum verdict { HOLDS, FAILS, BREAKS, UNDECIDED };

/* --- compiling --- */
static const char *expression_of(const struct node *entry, const char *key)
{
	const char *text = node_get_string(entry, key);

	return text && text[strspn(text, " \t\r\n")] ? text : NULL;
}

static struct cel_program *compile_text(struct policy *p, const char *text)
{
	struct cel_error ignored; /* the policy's own findings tell */

	return text ? cel_compile(p->env.arena, &p->env.env, text, &ignored) : NULL;
}

static void compile_list(struct policy *p, const char *list, const char *key,
			 struct policy_programs *out)
{
	const struct node *entries = node_path(p->object->root, "spec", list, NULL);

	for (uint32_t i = 0; node_is(entries, NODE_SEQ) && i < entries->len; i++) {
		const struct node *entry = entries->items[i];
		struct policy_program *new = vec_push(p->env.arena, out);

		*new = (struct policy_program){ .source = entry };
		new->run = compile_text(p, expression_of(entry, key));
		new->message = compile_text(p, expression_of(entry, "messageExpression"));
		p->broken |= !new->run;
		if (out == &p->variables && new->run && node_get_string(entry, "name"))
			policy_env_variable(&p->env, node_get_string(entry, "name"),
					    cel_result_type(new->run));
	}
}

void policy_compile(struct policies *set, struct policy *p)
{
	if (p->compiled)
		return;
	p->compiled = true;
	policy_env_init(&p->env, set->arena,
			POLICY_ENV_PARAMS | POLICY_ENV_NAMESPACE | POLICY_ENV_VARIABLES);
	compile_list(p, "matchConditions", "expression", &p->conditions);
	compile_list(p, "variables", "expression", &p->variables);
	compile_list(p, "validations", "expression", &p->validations);
	compile_list(p, "auditAnnotations", "valueExpression", &p->annotations);
}

/* --- values --- */
static struct cel_value *not_known(void *data, struct arena *a)
{
	(void)data;
	return cel_fail(a, "%s", unknown_here);
}

/* Those that are evaluated so far when the first expression asks; each keeps its error. */
static struct cel_value *variables_value(void *data, struct arena *a)
{
	struct policy_evaluation *e = data;
	const struct policy_programs *list = &e->policy->variables;

	if (!e->variables) {
		e->variables = arena_array(e->arena, list->count + 1, struct cel_pair);
		for (size_t i = 0; i < list->count; i++) {
			const char *name = node_get_string(list->items[i].source, "name");
			struct cel_value *v = cel_evaluate(list->items[i].run, e->arena, e->values);

			if (v->kind == CEL_ERROR)
				v = cel_fail(e->arena,
					     "composited variable \"%s\" fails to evaluate: %s",
					     name ? name : "", v->text.text);
			e->variables[i].key =
				cel_string(e->arena, name ? name : "", name ? strlen(name) : 0);
			e->variables[i].value = v;
			e->variable_count = i + 1;
		}
	}
	return cel_map_of(a, e->variables, e->variable_count);
}

static struct node *kind_node(struct arena *a, const struct policy_request *r, const char *last,
			      const char *value)
{
	struct node *n = node_map(a);

	node_set(a, n, "group", node_str(a, r->object->group));
	node_set(a, n, "version", node_str(a, r->object->version));
	node_set(a, n, last, node_str(a, value));
	return n;
}

static struct node *request_node(struct arena *a, const struct policy_request *r)
{
	struct node *n = node_map(a);

	node_set(a, n, "kind", kind_node(a, r, "kind", r->object->kind));
	node_set(a, n, "resource", kind_node(a, r, "resource", r->resource));
	node_set(a, n, "requestKind", kind_node(a, r, "kind", r->object->kind));
	node_set(a, n, "requestResource", kind_node(a, r, "resource", r->resource));
	node_set(a, n, "name", node_str(a, r->object->name));
	if (*r->ns)
		node_set(a, n, "namespace", node_str(a, r->ns));
	node_set(a, n, "operation", node_str(a, r->operation));
	node_set(a, n, "dryRun", node_bool(a, true));
	return n;
}

static void bind_values(struct policy_evaluation *e)
{
	const struct policy_request *r = e->request;

	e->values[POLICY_OBJECT].node = r->root;
	e->values[POLICY_OLD_OBJECT].node = r->old;
	e->values[POLICY_REQUEST].node = request_node(e->arena, r);
	e->values[POLICY_AUTHORIZER].value = not_known;
	e->values[POLICY_NAMESPACE].node = r->space;
	if (r->namespaced && !r->space)
		e->values[POLICY_NAMESPACE].value = not_known;
	e->values[POLICY_VARIABLES].value = variables_value;
	e->values[POLICY_VARIABLES].data = e;
}

/* --- results --- */
static bool is_unknown(const char *error)
{
	static const char *const signs[] = { unknown_here, "can't be answered here",
					     "no such key: userInfo", "no such key: uid",
					     "no such key: options" };

	for (size_t i = 0; i < ARRAY_SIZE(signs); i++)
		if (strstr(error, signs[i]))
			return true;
	return false;
}

void policy_undecided(struct policy_evaluation *e, const char *why)
{
	const struct object *policy = e->policy->object;
	const char *key = arena_printf(e->policies->arena, "%s/%s/%d", policy->name,
				       e->binding->object->name, e->request->side);

	if (map_get(&e->policies->said, key))
		return;
	map_set(&e->policies->said, key, e->policy);
	findings_add(e->out, SEVERITY_INFO, "policy/undecided", policy, "", policy->root->origin,
		     "not decided for some objects with binding '%s': %s", e->binding->object->name,
		     why);
}

static bool has_action(const struct policy_binding *b, const char *action)
{
	const struct node *list = node_path(b->object->root, "spec", "validationActions", NULL);

	for (uint32_t i = 0; node_is(list, NODE_SEQ) && i < list->len; i++)
		if (!strcmp(node_text(list->items[i]) ? node_text(list->items[i]) : "", action))
			return true;
	return false;
}

bool policy_is_lenient(const struct policy *p)
{
	const char *failure =
		node_string(node_path(p->object->root, "spec", "failurePolicy", NULL));

	return failure && !strcmp(failure, "Ignore");
}

void policy_report(struct policy_evaluation *e, bool always, const char *message)
{
	const struct object *o = e->request->object;
	const char *policy = e->policy->object->name, *binding = e->binding->object->name;
	enum severity severity = SEVERITY_INFO;

	if (always || has_action(e->binding, "Deny"))
		severity = SEVERITY_ERROR;
	else if (has_action(e->binding, "Warn"))
		severity = SEVERITY_WARNING;
	e->denied = true;
	if (severity == SEVERITY_ERROR)
		findings_add(e->out, severity, "policy/denied", o, "", o->root->origin,
			     "ValidatingAdmissionPolicy '%s' with binding '%s' denied request: %s",
			     policy, binding, message);
	else
		findings_add(e->out, severity, "policy/denied", o, "", o->root->origin,
			     "Validation failed for ValidatingAdmissionPolicy '%s' with binding "
			     "'%s': %s",
			     policy, binding, message);
}

static const char *trimmed(struct arena *a, const char *text)
{
	size_t len;

	text += strspn(text, " \t\r\n");
	len = strlen(text);
	while (len && strchr(" \t\r\n", text[len - 1]))
		len--;
	return arena_memdup(a, text, len);
}

static enum verdict run_program(struct policy_evaluation *e, const struct cel_program *p,
				const char **error)
{
	int holds = cel_run(p, e->arena, e->values, NULL, error);

	if (holds >= 0)
		return holds ? HOLDS : FAILS;
	if (!is_unknown(*error))
		return BREAKS;
	policy_undecided(e, arena_printf(e->policies->arena,
					 "it asks for what only a running server knows (%s)",
					 strstr(*error, "userInfo") ? "request.userInfo" : *error));
	return UNDECIDED;
}

/* --- a policy --- */
/* Whether the request is to be checked; false after an error, which is reported. */
static bool conditions_hold(struct policy_evaluation *e)
{
	const struct policy_programs *list = &e->policy->conditions;
	const char *error, *broken = NULL;
	bool undecided = false;

	for (size_t i = 0; i < list->count; i++) {
		switch (run_program(e, list->items[i].run, &error)) {
		case HOLDS:
			break;
		case FAILS:
			return false;
		case BREAKS:
			broken = error;
			break;
		case UNDECIDED:
			undecided = true;
			break;
		}
	}
	if (broken && !undecided && !policy_is_lenient(e->policy))
		policy_report(e, false, arena_printf(e->arena, "match conditions: %s", broken));
	return !broken && !undecided;
}

static const char *message_of(struct policy_evaluation *e, const struct policy_program *v)
{
	const char *message = node_get_string(v->source, "message"), *text = NULL, *ignored;

	if (v->message && cel_run(v->message, e->arena, e->values, &text, &ignored) == 1 && text) {
		text = trimmed(e->arena, text);
		if (*text && !strchr(text, '\n') && strlen(text) <= 5120)
			return text;
	}
	if (message && *message)
		return trimmed(e->arena, message);
	return arena_printf(e->arena, "failed expression: %s",
			    trimmed(e->arena, node_get_string(v->source, "expression")));
}

static void run_validations(struct policy_evaluation *e)
{
	const struct policy_programs *list = &e->policy->validations;
	const char *error;

	for (size_t i = 0; i < list->count; i++) {
		const struct policy_program *v = &list->items[i];
		enum verdict verdict = run_program(e, v->run, &error);

		if (verdict == FAILS)
			policy_report(e, false, message_of(e, v));
		else if (verdict == BREAKS && !policy_is_lenient(e->policy))
			policy_report(
				e, false,
				arena_printf(e->arena, "expression '%s' resulted in error: %s",
					     node_get_string(v->source, "expression"), error));
	}
}

/* Their values go to the server's audit log; one that fails refuses the request. */
static void run_annotations(struct policy_evaluation *e)
{
	const struct policy_programs *list = &e->policy->annotations;

	for (size_t i = 0; i < list->count && !policy_is_lenient(e->policy); i++) {
		struct cel_value *v = cel_evaluate(list->items[i].run, e->arena, e->values);

		if (v->kind == CEL_ERROR && !is_unknown(v->text.text))
			policy_report(e, true,
				      arena_printf(e->arena,
						   "valueExpression '%s' resulted in error: %s",
						   node_get_string(list->items[i].source,
								   "valueExpression"),
						   v->text.text));
	}
}

void policy_run_with(struct policy_evaluation *e, const struct node *params)
{
	e->values[POLICY_PARAMS].node = params;
	e->variables = NULL;
	e->variable_count = 0;
	if (!conditions_hold(e))
		return;
	run_validations(e);
	run_annotations(e);
}

void policy_run(struct policy_evaluation *e)
{
	const struct node *kind = node_path(e->policy->object->root, "spec", "paramKind", NULL);
	const struct node *ref = node_path(e->binding->object->root, "spec", "paramRef", NULL);

	bind_values(e);
	if (node_is_null(kind) || node_is_null(ref))
		policy_run_with(e, NULL);
	else
		policy_run_params(e, kind, ref);
}
