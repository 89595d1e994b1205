#include "validate/schema/custom_rules.h"

#include <string.h>

/* The sizes that the API server reckons with where a schema bounds nothing (pkg/cel/limits.go). */
enum {
	REQUEST_BYTES = 3 * 1024 * 1024, /* of a request */
	DATE_BYTES = 12,
	TIME_BYTES = 32,
	DURATION_BYTES = 32,
	DURATION_BYTES_LEAST = 3,
	TIME_BYTES_LEAST = 21,
};
#define RULE_COST_LIMIT 10000000u

/* ---- types ---- */

/* The fewest bytes a value of a schema takes in a request. */
static uint64_t least_bytes(const struct custom_schema *s)
{
	uint64_t bytes = 2;

	if (s->int_or_string || s->types == CUSTOM_INTEGER || s->types == CUSTOM_NUMBER)
		return 1;
	if (s->types == CUSTOM_BOOLEAN)
		return 4;
	if (s->types == CUSTOM_STRING && s->format)
		return !strcmp(s->format, "duration")	 ? DURATION_BYTES_LEAST
		       : !strcmp(s->format, "date-time") ? TIME_BYTES_LEAST
		       : !strcmp(s->format, "date")	 ? DATE_BYTES
							 : bytes;
	if (s->types != CUSTOM_OBJECT || s->additional)
		return bytes;
	for (uint32_t i = 0; s->required && i < s->required->len; i++) {
		const struct node *name = s->required->items[i];
		const struct custom_schema *p =
			name->type == NODE_STR ? map_get_n(&s->properties, name->text, name->len)
					       : NULL;

		if (p && !p->preset && (p->types || p->int_or_string))
			bytes += name->len + least_bytes(p) + 4;
	}
	return bytes;
}

static uint64_t most_items(const struct custom_schema *s)
{
	const struct custom_schema *of = s->types == CUSTOM_ARRAY ? s->items : s->additional;
	int64_t most = s->types == CUSTOM_ARRAY ? s->max_items : s->max_properties;

	if (most >= 0)
		return (uint64_t)most;
	return (REQUEST_BYTES - 2) /
	       ((of ? least_bytes(of) : 1) + (s->types == CUSTOM_ARRAY ? 1 : 6));
}

static bool is_format(const struct custom_schema *s, const char *format)
{
	return s->format && !strcmp(s->format, format);
}

static uint64_t most_text(const struct custom_schema *s)
{
	uint64_t most = 0;

	if (is_format(s, "date"))
		return DATE_BYTES;
	if (is_format(s, "date-time") || is_format(s, "duration"))
		return TIME_BYTES;
	if (s->max_length >= 0)
		return (uint64_t)s->max_length * (is_format(s, "byte") ? 1 : 4);
	if (s->values && s->values->len && !is_format(s, "byte")) {
		for (uint32_t i = 0; i < s->values->len; i++)
			if (s->values->items[i]->type == NODE_STR &&
			    s->values->items[i]->len > most)
				most = s->values->items[i]->len;
		return most;
	}
	return REQUEST_BYTES - 2;
}

static struct cel_type *sized_type(struct arena *a, enum cel_kind kind, uint64_t most)
{
	struct cel_type *t = arena_new(a, struct cel_type);

	t->kind = kind;
	t->sized = true;
	t->max_size = most;
	return t;
}

static const struct cel_type *text_type(struct arena *a, const struct custom_schema *s)
{
	enum cel_kind kind = CEL_STRING;

	if (is_format(s, "byte"))
		kind = CEL_BYTES;
	else if (is_format(s, "duration"))
		kind = CEL_DURATION;
	else if (is_format(s, "date") || is_format(s, "date-time"))
		kind = CEL_TIMESTAMP;
	return sized_type(a, kind, most_text(s));
}

static const struct cel_type *meta_field(const struct cel_object *self, struct arena *a,
					 const char *name, const char **json)
{
	(void)self;
	*json = name;
	return !strcmp(name, "name") || !strcmp(name, "generateName")
		       ? sized_type(a, CEL_STRING, REQUEST_BYTES - 2)
		       : NULL;
}

static const struct cel_object meta_object = { .name = "object", .field = meta_field };

static bool declares_text(const struct custom_schema *s, const char *name)
{
	const struct custom_schema *p = map_get(&s->properties, name);

	return p && p->types == CUSTOM_STRING;
}

/* Whether an object's own top is declared whole; else the server puts its own fields there. */
static bool declares_meta(const struct custom_schema *s)
{
	const struct custom_schema *meta = map_get(&s->properties, "metadata");

	return declares_text(s, "apiVersion") && declares_text(s, "kind") && meta &&
	       meta->types == CUSTOM_OBJECT && declares_text(meta, "name") &&
	       declares_text(meta, "generateName");
}

/* What every object has, declared or not. */
static const struct cel_type *root_field(struct arena *a, const char *name)
{
	struct cel_type *t;

	if (!strcmp(name, "apiVersion") || !strcmp(name, "kind"))
		return sized_type(a, CEL_STRING, REQUEST_BYTES - 2);
	if (strcmp(name, "metadata"))
		return NULL;
	t = cel_object_type(a, &meta_object);
	t->sized = true;
	return t;
}

static const struct cel_type *object_field(const struct cel_object *self, struct arena *a,
					   const char *name, const char **json)
{
	const struct custom_schema *s = self->data;
	bool root = !strcmp(self->name, "object ");

	*json = name;
	if (root && !declares_meta(s) && root_field(a, name))
		return root_field(a, name);
	for (size_t i = 0; i < s->properties.count; i++) {
		const struct map_entry *e = &s->properties.entries[i];
		const struct custom_schema *p = e->value;
		const char *escaped = cel_escape(a, e->key);

		/* a word that CEL keeps for itself may be written as it is, too */
		if (!escaped ||
		    (strcmp(escaped, name) && strcmp(escaped, arena_printf(a, "__%s__", name))))
			continue;
		*json = e->key;
		return custom_cel_type(a, p, p->embedded);
	}
	return NULL;
}

static const struct cel_type *fields_type(struct arena *a, const struct custom_schema *s, bool root)
{
	struct cel_object *object = arena_new(a, struct cel_object);
	struct cel_type *t;

	object->name = root ? "object " : "object";
	object->field = object_field;
	object->data = s;
	t = cel_object_type(a, object);
	t->sized = true;
	return t;
}

static const struct cel_type *collection_type(struct arena *a, const struct custom_schema *s)
{
	const struct custom_schema *of = s->types == CUSTOM_ARRAY ? s->items : s->additional;
	const struct cel_type *element = of ? custom_cel_type(a, of, of->embedded) : NULL;
	struct cel_type *t;

	if (!element)
		return NULL;
	t = s->types == CUSTOM_ARRAY ? cel_list_type(a, element)
				     : cel_map_type(a, sized_type(a, CEL_STRING, 0), element);
	t->sized = true;
	t->max_size = most_items(s);
	if (s->list == SCHEMA_SET)
		t->list = CEL_LIST_SET;
	if (s->list == SCHEMA_LIST_MAP) {
		t->list = CEL_LIST_MAP;
		t->list_keys = s->list_keys;
	}
	return t;
}

const struct cel_type *custom_cel_type(struct arena *a, const struct custom_schema *s, bool root)
{
	if (s->int_or_string)
		return sized_type(a, CEL_DYN,
				  s->max_length >= 0 ? (uint64_t)s->max_length * 4
						     : REQUEST_BYTES - 2);
	switch (s->types) {
	case CUSTOM_ARRAY:
		return collection_type(a, s);
	case CUSTOM_OBJECT:
		return s->additional ? collection_type(a, s) : fields_type(a, s, root);
	case CUSTOM_STRING:
		return text_type(a, s);
	case CUSTOM_BOOLEAN:
		return sized_type(a, CEL_BOOL, 0);
	case CUSTOM_INTEGER:
		return sized_type(a, CEL_INT, 0);
	case CUSTOM_NUMBER:
		return sized_type(a, CEL_DOUBLE, 0);
	default:
		return root ? fields_type(a, s, root) : NULL;
	}
}

/* ---- compiling ---- */

struct rule_program {
	struct cel_program *rule, *message;
	bool old, optional_old;
};

static const char *compile_error(struct arena *a, const char *what, const struct cel_error *e)
{
	return arena_printf(a, "%s does not compile: %u:%u: %s", what, e->line, e->column,
			    e->message);
}

static enum rule_fault compile(struct arena *a, const struct custom_schema *s, bool root,
			       const struct node *rule, struct rule_program *out, const char **why)
{
	const struct cel_type *self = custom_cel_type(a, s, root);
	struct cel_variable *variables = arena_array(a, 2, struct cel_variable);
	struct cel_env *env = arena_new(a, struct cel_env);
	const char *message = node_string_at(rule, "messageExpression");
	struct cel_error error;

	if (!self)
		self = cel_type_of(CEL_DYN);
	out->optional_old = node_true(node_get(rule, "optionalOldSelf"));
	variables[0] = (struct cel_variable){ "self", self };
	variables[1] =
		(struct cel_variable){ "oldSelf",
				       out->optional_old ? cel_optional_type(a, self) : self };
	*env = (struct cel_env){ .variables = variables, .count = 2 };
	out->rule = cel_compile(a, env, arena_strdup(a, node_string_at(rule, "rule")), &error);
	if (!out->rule) {
		*why = compile_error(a, "the rule", &error);
		return RULE_BAD;
	}
	if (cel_result_type(out->rule)->kind != CEL_BOOL) {
		*why = arena_printf(a, "the rule must evaluate to a bool, not to %s",
				    cel_type_name(a, cel_result_type(out->rule)));
		return RULE_BAD;
	}
	out->old = cel_uses(out->rule, "oldSelf");
	if (node_get(rule, "optionalOldSelf") && !out->old) {
		*why = "must not be set where the rule does not use oldSelf";
		return RULE_BAD_OLD;
	}
	if (!message[strspn(message, " \t\r\n")])
		return RULE_FINE;
	out->message = cel_compile(a, env, arena_strdup(a, message), &error);
	if (!out->message)
		*why = compile_error(a, "the message's expression", &error);
	else if (cel_result_type(out->message)->kind != CEL_STRING)
		*why = "the message's expression must evaluate to a string";
	else
		return RULE_FINE;
	return RULE_BAD_MESSAGE;
}

enum rule_fault custom_rule_check(struct arena *a, const struct custom_schema *s, bool root,
				  const struct node *rule, uint64_t times, struct rule_check *out)
{
	struct rule_program p = { 0 };
	enum rule_fault fault;
	uint64_t cost;

	*out = (struct rule_check){ 0 };
	if (!*node_string_at(rule, "rule"))
		return RULE_FINE; /* said elsewhere */
	fault = compile(a, s, root, rule, &p, &out->why);
	if (fault)
		return fault;
	if (times == RULE_UNBOUNDED)
		times = REQUEST_BYTES / (least_bytes(s) + 1);
	if (__builtin_mul_overflow(cel_cost(p.rule), times, &cost))
		cost = UINT64_MAX;
	out->cost = cost;
	out->message_cost = p.message ? cel_cost(p.message) : 0;
	if (cost <= RULE_COST_LIMIT && out->message_cost <= RULE_COST_LIMIT)
		return RULE_FINE;
	out->why =
		"its estimated cost exceeds the budget; bound lists, maps and texts with maxItems, "
		"maxProperties and maxLength, or simplify the rule";
	return cost <= RULE_COST_LIMIT ? RULE_BAD_MESSAGE : RULE_COSTLY;
}

/* ---- running ---- */

struct rule_run {
	struct custom *c;
	struct arena *arena;
};

/* The compiled rules of a schema, made once and kept with it. */
static const struct rule_program *programs_of(struct rule_run *r, const struct custom_schema *s,
					      bool root)
{
	struct custom_schema *keep = (struct custom_schema *)(uintptr_t)s;
	struct rule_program *programs;
	const char *why;

	if (s->programs)
		return s->programs;
	programs = arena_array(r->arena, s->rules->len, struct rule_program);
	for (uint32_t i = 0; i < s->rules->len; i++)
		if (compile(r->arena, s, root, s->rules->items[i], &programs[i], &why) != RULE_FINE)
			programs[i] = (struct rule_program){ 0 };
	keep->programs = programs;
	return programs;
}

static void rule_failed(struct rule_run *r, const struct node *rule, const struct rule_program *p,
			const struct cel_binding *bindings, const char *error, const struct node *n,
			const struct path *at)
{
	const char *message = node_string_at(rule, "message"),
		   *field = node_string_at(rule, "fieldPath");
	struct arena scratch = ARENA_INIT;
	const char *text = NULL, *ignored;
	struct path path;

	if (p->message && cel_run(p->message, &scratch, bindings, &text, &ignored) != 1)
		text = NULL;
	if (text && *text && !strchr(text, '\n'))
		message = text;
	if (*field) {
		path = path_field(at, field + (*field == '.'), strlen(field + (*field == '.')));
		at = &path;
	}
	if (error)
		custom_fail(r->c, 0, "schema/cel", n, at,
			    "the rule '%.200s' can't be evaluated: %s",
			    *message ? message : node_string_at(rule, "rule"), error);
	else if (*message)
		custom_fail(r->c, 0, "schema/cel", n, at, "%s", message);
	else
		custom_fail(r->c, 0, "schema/cel", n, at, "failed rule: %.300s",
			    node_string_at(rule, "rule"));
	arena_release(&scratch);
}

static void run_rules(struct rule_run *r, const struct custom_schema *s, const struct node *n,
		      const struct node *old, const struct path *at)
{
	const struct rule_program *programs = programs_of(r, s, !at->up && at->kind == PATH_ROOT);
	bool same = old && node_equal(n, old);

	for (uint32_t i = 0; i < s->rules->len; i++) {
		const struct rule_program *p = &programs[i];
		struct cel_binding bindings[2] = { { .node = n },
						   { .node = old, .optional = p->optional_old } };
		struct arena scratch = ARENA_INIT;
		const char *error = NULL;
		int holds;

		if (!p->rule || (p->old && !old && !p->optional_old) || (same && !p->old))
			continue;
		holds = cel_run(p->rule, &scratch, bindings, NULL, &error);
		if (holds != 1)
			rule_failed(r, s->rules->items[i], p, bindings, error, n, at);
		arena_release(&scratch);
	}
}

/* Whether anything below has a rule, so that most of an object is never walked. */
static bool has_rules(const struct custom_schema *s, int depth)
{
	if (!s || depth > 60)
		return false;
	if (s->rules && s->rules->len)
		return true;
	for (size_t i = 0; i < s->properties.count; i++)
		if (has_rules(s->properties.entries[i].value, depth + 1))
			return true;
	return has_rules(s->items, depth + 1) || has_rules(s->additional, depth + 1);
}

static void walk(struct rule_run *r, const struct custom_schema *s, const struct node *n,
		 const struct node *old, const struct path *at)
{
	if (node_is_null(n))
		return;
	if (old && old->type != n->type)
		old = NULL;
	if (s->rules && s->rules->len)
		run_rules(r, s, n, old, at);
	for (uint32_t i = 0; n->type == NODE_SEQ && s->items && i < n->len; i++) {
		struct path path = path_index(at, i);

		walk(r, s->items, n->items[i], custom_correlate(s, n->items[i], old), &path);
	}
	for (uint32_t i = 0; n->type == NODE_MAP && i < n->len; i++) {
		const struct node *key = n->entries[i].key;
		const struct custom_schema *member = custom_member(s, key->text, key->len);
		bool declared = map_get_n(&s->properties, key->text, key->len) != NULL;
		struct path path = declared ? path_field(at, key->text, key->len)
					    : path_key(at, key->text, key->len);

		if (member)
			walk(r, member, n->entries[i].value, node_get_n(old, key->text, key->len),
			     &path);
	}
}

void custom_rules(struct custom *c, struct arena *a, const struct custom_schema *s,
		  const struct node *n, const struct node *old, const struct path *at)
{
	struct rule_run r = { c, a };

	if (has_rules(s, 0))
		walk(&r, s, n, old, at);
}
