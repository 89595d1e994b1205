#include "validate/topology.h"
#include <string.h>
#include "validate/schema/schema.h"

struct topology topology_of(const char *version, const char *group, const char *api,
			    const char *kind, const struct node *crd)
{
	const struct schema_release *release = schema_release_find(version);
	const struct schema_kind *k;

	if (crd)
		return (struct topology){ .crd = crd };
	if (!release)
		release = schema_release_find(NULL);
	k = schema_kind_find(release, group, api, kind);
	return (struct topology){ .release = release, .type = k ? schema_kind_type(k) : NULL };
}

/* What crd schemas say of the fields that every object has, the built-in table says too. */
static struct topology metadata_of(struct topology t)
{
	static const char name[] = "io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta";
	const struct schema_release *release = t.release ? t.release : schema_release_find(NULL);

	return (struct topology){ .release = release, .type = schema_type_find(release, name) };
}

struct topology topology_field(struct topology t, const char *key, size_t len)
{
	const struct node *found;

	if (t.type && schema_what(t.type) == SCHEMA_OBJECT) {
		t.field = schema_field_find(t.release, t.type, key, len);
		t.type = t.field ? schema_field_type(t.field) : NULL;
		return t;
	}
	if (t.type && schema_what(t.type) == SCHEMA_MAP)
		return (struct topology){ .release = t.release, .type = schema_element(t.type) };
	if (!t.crd)
		return (struct topology){ 0 };
	found = node_get_n(node_get(t.crd, "properties"), key, len);
	if (len == 8 && !memcmp(key, "metadata", 8) && (!found || !node_get(found, "properties")))
		return metadata_of(t);
	if (!found)
		found = node_get(t.crd, "additionalProperties");
	return (struct topology){ .crd = node_is(found, NODE_MAP) ? found : NULL };
}

struct topology topology_item(struct topology t)
{
	if (t.type)
		return (struct topology){ .release = t.release,
					  .type = schema_what(t.type) == SCHEMA_LIST
							  ? schema_element(t.type)
							  : NULL };
	return (struct topology){ .crd = node_get(t.crd, "items") };
}

/* "a,b" into keys, with the defaults of the entries' type. */
static struct list_keys table_list(struct topology t)
{
	struct list_keys keys = { .kind = LIST_ATOMIC };
	const char *names = schema_field_keys(t.field);

	if (schema_field_list(t.field) == SCHEMA_SET)
		keys.kind = LIST_SET;
	if (schema_field_list(t.field) != SCHEMA_LIST_MAP)
		return keys;
	keys.kind = LIST_MAP;
	while (*names && keys.count < LIST_KEYS_MAX) {
		size_t len = strcspn(names, ",");
		struct topology key = topology_field(topology_item(t), names, len);
		const char *value = key.field ? schema_field_default(key.field) : "";

		keys.keys[keys.count++] = (struct span_key){ names, len, *value ? value : NULL };
		names += len + (names[len] == ',');
	}
	return keys;
}

static struct list_keys crd_list(const struct node *schema)
{
	const char *type = node_get_string(schema, "x-kubernetes-list-type");
	const struct node *names = node_get(schema, "x-kubernetes-list-map-keys");
	struct list_keys keys = { .kind = LIST_ATOMIC };
	uint32_t i;

	if (type && !strcmp(type, "set"))
		keys.kind = LIST_SET;
	if (!type || strcmp(type, "map") != 0 || !node_is(names, NODE_SEQ))
		return keys;
	keys.kind = LIST_MAP;
	for (i = 0; i < names->len && keys.count < LIST_KEYS_MAX; i++) {
		const struct node *name = names->items[i];
		const struct node *value = node_path(schema, "items", "properties", NULL);

		if (!node_is(name, NODE_STR))
			continue;
		value = node_get(node_get_n(value, name->text, name->len), "default");
		keys.keys[keys.count++] =
			(struct span_key){ name->text, name->len, node_text(value) };
	}
	return keys;
}

/* Whether every entry is a mapping with a `name` that no other entry has. */
static bool all_named(const struct node *list)
{
	uint32_t i, j;

	if (!node_is(list, NODE_SEQ) || !list->len || list->len > 256)
		return false;
	for (i = 0; i < list->len; i++) {
		const char *name = node_get_string(list->items[i], "name");

		if (!name)
			return false;
		for (j = 0; j < i; j++)
			if (!strcmp(name, node_get_string(list->items[j], "name")))
				return false;
	}
	return true;
}

struct list_keys topology_list(struct topology t, const struct node *a, const struct node *b)
{
	struct list_keys keys = { .kind = LIST_ATOMIC, .guessed = true };

	if (t.field && schema_what(t.type) == SCHEMA_LIST)
		return table_list(t);
	if (t.crd && node_get(t.crd, "x-kubernetes-list-type"))
		return crd_list(t.crd);
	if ((!a || !a->len || all_named(a)) && (!b || !b->len || all_named(b)) && (a || b)) {
		keys.kind = LIST_MAP;
		keys.keys[0] = (struct span_key){ "name", 4, NULL };
		keys.count = 1;
	}
	return keys;
}

bool topology_atomic(struct topology t)
{
	const char *type = node_get_string(t.crd, "x-kubernetes-map-type");

	if (t.field && schema_field_list(t.field) == SCHEMA_ATOMIC)
		return true;
	if (t.type && schema_what(t.type) == SCHEMA_OBJECT)
		return schema_type_atomic(t.release, t.type);
	return type && !strcmp(type, "atomic");
}

/* A default is JSON text: without its quotes it compares with a scalar's text. */
static bool same_text(const struct node *n, const char *fallback, const char *other, size_t len)
{
	size_t own;

	if (node_is_scalar(n))
		return n->len == len && !memcmp(n->text, other, len);
	if (!fallback)
		return !len;
	own = strlen(fallback);
	if (own >= 2 && *fallback == '"') {
		fallback++;
		own -= 2;
	}
	return own == len && !memcmp(fallback, other, len);
}

static const struct node *key_value(const struct span_key *key, const struct node *entry)
{
	return node_get_n(entry, key->text, key->len);
}

bool list_same_entry(const struct list_keys *keys, const struct node *a, const struct node *b)
{
	size_t i;

	if (keys->kind != LIST_MAP)
		return node_equal(a, b);
	for (i = 0; i < keys->count; i++) {
		const struct span_key *key = &keys->keys[i];
		const struct node *x = key_value(key, a), *y = key_value(key, b);

		if (!x && !y)
			continue;
		if (!node_is_scalar(x ? x : y) ||
		    !(x ? same_text(y, key->fallback, x->text, x->len)
			: same_text(NULL, key->fallback, y->text, y->len)))
			return false;
	}
	return true;
}

const char *list_key_text(struct arena *a, const struct span_key *key, const struct node *entry)
{
	const struct node *value = key_value(key, entry);

	if (!value)
		return key->fallback ? key->fallback : "";
	if (value->type == NODE_STR)
		return arena_printf(a, "\"%s\"", value->text);
	return node_is_scalar(value) ? value->text : "";
}
