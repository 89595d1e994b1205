/* Keywords for objects and arrays. */
#include "base/jsonschema_check.h"

static const char *missing_of(struct check *k, const struct node *names, size_t *count)
{
	struct arena *a = k->c->arena;
	const char *out = "";

	*count = 0;
	for (uint32_t i = 0; i < names->len; i++) {
		const struct node *name = names->items[i];

		if (name->type != NODE_STR || node_get_n(k->value, name->text, name->len))
			continue;
		if (!k->only_whether)
			out = arena_printf(a, "%s%s%s", out, *count ? ", " : "",
					   jsonschema_quote(a, name->text));
		++*count;
	}
	return out;
}

static void check_required(struct check *k)
{
	const char *names;
	size_t count;

	if (!k->schema->required)
		return;
	names = missing_of(k, k->schema->required, &count);
	if (count)
		jsonschema_add_text(k, arena_printf(k->c->arena, "missing propert%s %s",
						    count == 1 ? "y" : "ies", names));
}

static void check_dependencies(struct check *k, const struct schema_dependencies *list)
{
	for (size_t i = 0; i < list->count; i++) {
		const struct schema_dependency *d = &list->items[i];
		const char *names;
		size_t count;

		if (!node_get(k->value, d->property))
			continue;
		if (d->schema) {
			jsonschema_add(k, jsonschema_check_self(k, d->schema, false));
			continue;
		}
		names = missing_of(k, d->names, &count);
		if (count)
			jsonschema_add_text(
				k, arena_printf(k->c->arena, "properties %s required, if %s exists",
						names, jsonschema_quote(k->c->arena, d->property)));
	}
}

/* One property by its name, by patterns, or as an additional one; whether a schema saw it. */
static bool check_property(struct check *k, const struct node_entry *e, const char **additional)
{
	const struct schema *s = k->schema;
	const struct node *key = e->key;
	const struct schema *own = map_get_n(&s->properties, key->text, key->len);
	bool seen = own != NULL;

	if (own)
		jsonschema_add(k, jsonschema_check_child(k, own, e->value, key->text));
	for (size_t i = 0; i < s->patterns.count; i++) {
		if (!regex_match(s->patterns.items[i].regex, key->text, key->len))
			continue;
		seen = true;
		jsonschema_add(k, jsonschema_check_child(k, s->patterns.items[i].schema, e->value,
							 key->text));
	}
	if (seen || !s->all_properties_seen)
		return seen;
	if (s->no_additional_properties && !k->only_whether)
		*additional = arena_printf(k->c->arena, "%s%s%s", *additional ? *additional : "",
					   *additional ? ", " : "",
					   jsonschema_quote(k->c->arena, key->text));
	else if (s->no_additional_properties)
		*additional = "";
	else if (s->additional_properties)
		jsonschema_add(k, jsonschema_check_child(k, s->additional_properties, e->value,
							 key->text));
	return true;
}

static void check_property_names(struct check *k)
{
	for (uint32_t i = 0; k->schema->property_names && i < k->value->len; i++) {
		const struct node *key = k->value->entries[i].key;
		struct check sub = {
			.c = k->c,
			.schema = k->schema->property_names,
			.value = key,
			.scope = { NULL, k->schema->property_names, 0 },
			.only_whether = k->only_whether,
		};
		struct fault *f = jsonschema_run(&sub), *outer;

		if (!f)
			continue;
		outer = jsonschema_fault(k, arena_printf(k->c->arena, "invalid propertyName %s",
							 jsonschema_quote(k->c->arena, key->text)));
		if (f->group)
			outer->causes = f->causes;
		else
			*vec_push(k->c->arena, &outer->causes) = f;
		jsonschema_add(k, outer);
	}
}

void jsonschema_check_object(struct check *k)
{
	const struct schema *s = k->schema;
	const char *additional = NULL;

	jsonschema_check_count(k, "Properties", (long)k->value->len, s->min_properties,
			       s->max_properties);
	check_required(k);
	if (k->only_whether && k->faults.count)
		return;
	check_dependencies(k, &s->dependencies);
	for (uint32_t i = 0; i < k->value->len; i++) {
		if (k->only_whether && k->faults.count)
			return;
		if (check_property(k, &k->value->entries[i], &additional))
			jsonschema_see(&k->unseen, i);
	}
	if (additional)
		jsonschema_add_text(k, arena_printf(k->c->arena,
						    "additional properties %s not allowed",
						    additional));
	check_property_names(k);
	check_dependencies(k, &s->dependent_schemas);
	check_dependencies(k, &s->dependent_required);
}

static void check_unique(struct check *k)
{
	const struct node *v = k->value;

	for (uint32_t i = 1; k->schema->unique_items && i < v->len; i++) {
		for (uint32_t j = 0; j < i; j++) {
			if (!node_equal(v->items[i], v->items[j]))
				continue;
			jsonschema_add_text(
				k, arena_printf(k->c->arena, "items at %u and %u are equal", j, i));
			return;
		}
	}
}

static void check_items(struct check *k)
{
	const struct schema *s = k->schema;
	uint32_t len = k->value->len, listed = (uint32_t)s->item_list.count;

	if (listed > len)
		listed = len;
	for (uint32_t i = 0; i < listed; i++)
		jsonschema_add(k, jsonschema_check_item(k, s->item_list.items[i], i));
	for (uint32_t i = listed; s->items && i < len; i++)
		jsonschema_add(k, jsonschema_check_item(k, s->items, i));
	if (s->no_additional_items && listed != len)
		jsonschema_add_text(
			k,
			arena_printf(k->c->arena, "last %s additionalItem(s) not allowed",
				     jsonschema_print_integer(k->c->arena, (long)(len - listed))));
	for (uint32_t i = listed; s->additional_items && i < len; i++)
		jsonschema_add(k, jsonschema_check_item(k, s->additional_items, i));
}

static void check_contains(struct check *k)
{
	const struct schema *s = k->schema;
	struct arena *a = k->c->arena;
	struct faults faults = { 0 };
	const char *matched = "";
	long count = 0;

	if (!s->contains)
		return;
	for (uint32_t i = 0; i < k->value->len; i++) {
		struct fault *f = jsonschema_check_item(k, s->contains, i);

		if (f) {
			*vec_push(a, &faults) = f;
			continue;
		}
		if (!k->only_whether)
			matched = arena_printf(a, "%s%s%u", matched, count ? " " : "", i);
		count++;
		if (s->draft >= 2020)
			jsonschema_see(&k->unseen, i);
	}
	if (s->min_contains < 0 && !count)
		jsonschema_add_with(k, "no items match contains schema", &faults);
	else if (count < s->min_contains && !count)
		jsonschema_add_with(
			k,
			arena_printf(a,
				     "min %s items required to match contains schema, but none "
				     "matched",
				     jsonschema_print_integer(a, s->min_contains)),
			&faults);
	else if (count < s->min_contains)
		jsonschema_add_with(
			k,
			arena_printf(a,
				     "min %s items required to match contains schema, but matched "
				     "%s items at %s",
				     jsonschema_print_integer(a, s->min_contains),
				     jsonschema_print_integer(a, count), matched),
			&faults);
	if (s->max_contains >= 0 && count > s->max_contains)
		jsonschema_add_text(
			k, arena_printf(a,
					"max %s items required to match contains schema, but "
					"matched %s items at %s",
					jsonschema_print_integer(a, s->max_contains),
					jsonschema_print_integer(a, count), matched));
}

void jsonschema_check_array(struct check *k)
{
	const struct schema *s = k->schema;

	jsonschema_check_count(k, "Items", (long)k->value->len, s->min_items, s->max_items);
	check_unique(k);
	check_items(k);
	check_contains(k);
}
