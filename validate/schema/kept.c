#include "validate/schema/kept.h"

static struct node *kept_map(const struct schema_release *r, const struct schema_type *type,
			     const struct node *n, struct arena *a)
{
	struct node *copy = NULL;

	for (uint32_t i = 0; i < n->len; i++) {
		const struct node_entry *e = &n->entries[i];
		const struct schema_field *f = NULL;
		const struct schema_type *below = NULL;
		const struct node *value = e->value;

		if (schema_what(type) == SCHEMA_OBJECT)
			f = schema_field_find(r, type, e->key->text, e->key->len);
		if (f)
			below = schema_field_type(f);
		else if (schema_what(type) == SCHEMA_MAP)
			below = schema_element(type);
		if (f && schema_gate_off(r, schema_field_gate(f)))
			value = NULL;
		else if (below)
			value = schema_kept(r, below, e->value, a);
		if (value == e->value)
			continue;
		if (!copy)
			copy = node_copy_shallow(a, n);
		if (value)
			node_set(a, copy, e->key->text, (struct node *)value);
		else
			node_remove(copy, e->key->text);
	}
	return copy;
}

static struct node *kept_list(const struct schema_release *r, const struct schema_type *type,
			      const struct node *n, struct arena *a)
{
	struct node *copy = NULL;

	for (uint32_t i = 0; i < n->len; i++) {
		const struct node *item = schema_kept(r, type, n->items[i], a);

		if (item == n->items[i])
			continue;
		if (!copy)
			copy = node_copy_shallow(a, n);
		copy->items[i] = (struct node *)item;
	}
	return copy;
}

const struct node *schema_kept(const struct schema_release *r, const struct schema_type *type,
			       const struct node *n, struct arena *a)
{
	enum schema_what what = schema_what(type);
	struct node *copy = NULL;

	if ((what == SCHEMA_OBJECT || what == SCHEMA_MAP) && node_is(n, NODE_MAP))
		copy = kept_map(r, type, n, a);
	else if (what == SCHEMA_LIST && node_is(n, NODE_SEQ))
		copy = kept_list(r, schema_element(type), n, a);
	return copy ? copy : n;
}
