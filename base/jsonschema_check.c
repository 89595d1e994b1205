/* Checking a value: a schema with all that it leads to. */
#include "base/jsonschema_check.h"
#include "base/limits.h"

static struct unseen unseen_of(struct arena *a, const struct node *value, const struct schema *s,
			       bool caller_asks)
{
	struct unseen u = { 0 };
	bool asks = false;
	uint32_t first = 0;

	if (value->type == NODE_MAP) {
		asks = !s->all_properties_seen && (caller_asks || s->unevaluated_properties);
	} else if (value->type == NODE_SEQ) {
		asks = !s->all_items_seen && (caller_asks || s->unevaluated_items) &&
		       s->item_list.count < value->len;
		first = (uint32_t)s->item_list.count;
	}
	if (!asks)
		return u;
	u.left = arena_array(a, value->len + 1, bool);
	for (uint32_t i = first; i < value->len; i++) {
		u.left[i] = true;
		u.count++;
	}
	return u;
}

void jsonschema_see(struct unseen *u, uint32_t i)
{
	if (u->left && u->left[i]) {
		u->left[i] = false;
		u->count--;
	}
}

/* What another schema saw of the value is seen. */
static void merge_unseen(struct unseen *u, const struct unseen *other, uint32_t len)
{
	for (uint32_t i = 0; u->left && i < len; i++) {
		if (!other->left || !other->left[i])
			jsonschema_see(u, i);
	}
}

struct fault *jsonschema_check_self(struct check *k, const struct schema *s, bool only_whether)
{
	struct check sub = {
		.c = k->c,
		.schema = s,
		.value = k->value,
		.place = k->place,
		.scope = { &k->scope, s, k->scope.value },
		.unseen = unseen_of(k->c->arena, k->value, s, k->unseen.count > 0),
		.only_whether = k->only_whether || only_whether,
	};
	struct fault *f = jsonschema_run(&sub);

	if (!f)
		merge_unseen(&k->unseen, &sub.unseen, k->value->len);
	return f;
}

struct fault *jsonschema_check_child(struct check *k, const struct schema *s,
				     const struct node *value, const char *token)
{
	struct place place = { k->place, token };
	struct check sub = {
		.c = k->c,
		.schema = s,
		.value = value,
		.place = &place,
		.scope = { &k->scope, s, k->scope.value + 1 },
		.unseen = unseen_of(k->c->arena, value, s, false),
		.only_whether = k->only_whether,
	};

	return jsonschema_run(&sub);
}

struct fault *jsonschema_check_item(struct check *k, const struct schema *s, uint32_t i)
{
	return jsonschema_check_child(k, s, k->value->items[i], arena_printf(k->c->arena, "%u", i));
}

struct fault *jsonschema_check_reference(struct check *k, const struct schema *s)
{
	struct fault *f = jsonschema_check_self(k, s, false), *ref;

	if (!f)
		return NULL;
	ref = jsonschema_fault(k, "validation failed");
	ref->reference = true;
	if (f->group)
		ref->causes = f->causes;
	else
		*vec_push(k->c->arena, &ref->causes) = f;
	return ref;
}

static bool goes_round(const struct check *k)
{
	for (const struct scope *s = k->scope.parent; s && s->value == k->scope.value;
	     s = s->parent) {
		if (s->schema == k->scope.schema)
			return true;
	}
	return false;
}

static void check_by_type(struct check *k)
{
	if (k->value->type == NODE_MAP) {
		jsonschema_check_object(k);
	} else if (k->value->type == NODE_SEQ) {
		jsonschema_check_array(k);
	} else if (k->value->type == NODE_STR) {
		jsonschema_check_string(k);
	} else if (jsonschema_is_number(k->value)) {
		jsonschema_check_number(k);
	}
}

static struct fault *run_keywords(struct check *k)
{
	const struct schema *s = k->schema;
	struct fault *f = jsonschema_check_any(k);

	if (f)
		return f;
	if (s->ref) {
		f = jsonschema_check_reference(k, s->ref);
		if (s->draft < 2019)
			return f;
		jsonschema_add(k, f);
	}
	check_by_type(k);
	if (!k->faults.count || !k->only_whether) {
		jsonschema_check_dynamic_references(k);
		jsonschema_check_combinations(k);
		jsonschema_check_unevaluated(k);
	}
	if (k->faults.count < 2)
		return k->faults.count ? k->faults.items[0] : NULL;
	f = jsonschema_fault(k, "validation failed");
	f->group = true;
	f->causes = k->faults;
	return f;
}

struct fault *jsonschema_run(struct check *k)
{
	struct fault *f;

	if (k->schema->always)
		return NULL;
	if (k->schema->never)
		return jsonschema_fault(k, "false schema");
	if (goes_round(k))
		return jsonschema_fault(
			k, arena_printf(k->c->arena, "%s refers to itself", k->schema->location));
	if (k->c->depth >= LIMIT_DEPTH * 4 || arena_over_budget(k->c->arena))
		return jsonschema_fault(k, "the schema is too deep to be checked");
	k->c->depth++;
	f = run_keywords(k);
	k->c->depth--;
	return f;
}

const char *jsonschema_validate(struct arena *a, const struct schema *schema,
				const struct node *value)
{
	return jsonschema_validate_at(a, schema, value, NULL);
}

const char *jsonschema_validate_at(struct arena *a, const struct schema *schema,
				   const struct node *value, origin_id *where)
{
	struct checker c = { .arena = a };
	struct check k = { .c = &c,
			   .schema = schema,
			   .value = value,
			   .scope = { NULL, schema, 0 },
			   .unseen = unseen_of(a, value, schema, false) };
	struct fault *f = jsonschema_run(&k);

	if (!f)
		return NULL;
	if (where)
		*where = jsonschema_fault_origin(f);
	return jsonschema_fault_text(a, schema, f);
}
