/* Keywords that hold schemas for the same value, and what is left for the unevaluated ones. */
#include "base/jsonschema_check.h"
#include <string.h>

static void check_all_of(struct check *k)
{
	const struct schema_list *list = &k->schema->all_of;
	struct faults faults = { 0 };

	for (size_t i = 0; i < list->count && !(k->only_whether && faults.count); i++) {
		struct fault *f = jsonschema_check_self(k, list->items[i], false);

		if (f)
			*vec_push(k->c->arena, &faults) = f;
	}
	if (faults.count)
		jsonschema_add_with(k, "'allOf' failed", &faults);
}

static void check_any_of(struct check *k)
{
	const struct schema_list *list = &k->schema->any_of;
	struct faults faults = { 0 };
	bool matched = !list->count;

	for (size_t i = 0; i < list->count && !(matched && !k->unseen.count); i++) {
		struct fault *f = jsonschema_check_self(k, list->items[i], false);

		if (f)
			*vec_push(k->c->arena, &faults) = f;
		else
			matched = true;
	}
	if (!matched)
		jsonschema_add_with(k, "'anyOf' failed", &faults);
}

static void check_one_of(struct check *k)
{
	const struct schema_list *list = &k->schema->one_of;
	struct faults faults = { 0 };
	size_t matched = list->count;

	for (size_t i = 0; i < list->count; i++) {
		struct fault *f = jsonschema_check_self(k, list->items[i], matched != list->count);

		if (f && matched == list->count) {
			*vec_push(k->c->arena, &faults) = f;
		} else if (!f && matched != list->count) {
			jsonschema_add_text(
				k, arena_printf(k->c->arena,
						"'oneOf' failed, subschemas %zu, %zu matched",
						matched, i));
			break;
		} else if (!f) {
			matched = i;
		}
	}
	if (list->count && matched == list->count)
		jsonschema_add_with(k, "'oneOf' failed, none matched", &faults);
}

void jsonschema_check_combinations(struct check *k)
{
	const struct schema *s = k->schema;

	if (s->not &&!jsonschema_check_self(k, s->not, true))
		jsonschema_add_text(k, "'not' failed");
	check_all_of(k);
	check_any_of(k);
	check_one_of(k);
	if (!s->condition)
		return;
	if (!jsonschema_check_self(k, s->condition, true)) {
		if (s->then)
			jsonschema_add(k, jsonschema_check_self(k, s->then, false));
	} else if (s->otherwise) {
		jsonschema_add(k, jsonschema_check_self(k, s->otherwise, false));
	}
}

/* The outermost schema on the way here that a dynamic reference may mean. */
static const struct schema *resolve_dynamic(const struct check *k, const char *anchor,
					    const struct schema *fallback)
{
	const struct schema *found = fallback;

	for (const struct scope *s = &k->scope; s; s = s->parent) {
		struct schema_resource *r = s->schema->resource;
		const struct schema *here;

		if (!anchor)
			here = r->recursive_anchor ? r->schema : NULL;
		else
			here = map_get(&r->dynamic_anchors, anchor);
		if (here)
			found = here;
	}
	return found;
}

void jsonschema_check_dynamic_references(struct check *k)
{
	const struct schema *s = k->schema->recursive_ref;

	if (s)
		jsonschema_add(k,
			       jsonschema_check_reference(
				       k, s->resource->recursive_anchor && s == s->resource->schema
						  ? resolve_dynamic(k, NULL, s)
						  : s));
	s = k->schema->dynamic_ref;
	if (s) {
		const char *anchor = k->schema->dynamic_ref_anchor;

		if (*anchor && !strcmp(s->dynamic_anchor, anchor))
			s = resolve_dynamic(k, anchor, s);
		jsonschema_add(k, jsonschema_check_reference(k, s));
	}
}

void jsonschema_check_unevaluated(struct check *k)
{
	const struct schema *s = k->schema;
	const struct node *v = k->value;

	if (v->type == NODE_MAP && s->unevaluated_properties) {
		for (uint32_t i = 0; k->unseen.left && i < v->len; i++) {
			if (k->unseen.left[i])
				jsonschema_add(k,
					       jsonschema_check_child(k, s->unevaluated_properties,
								      v->entries[i].value,
								      v->entries[i].key->text));
		}
		k->unseen = (struct unseen){ 0 };
	}
	if (v->type == NODE_SEQ && s->unevaluated_items) {
		for (uint32_t i = 0; k->unseen.left && i < v->len; i++) {
			if (k->unseen.left[i])
				jsonschema_add(k,
					       jsonschema_check_item(k, s->unevaluated_items, i));
		}
		k->unseen = (struct unseen){ 0 };
	}
}
