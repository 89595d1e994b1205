#include <string.h>
#include "render/settings.h"

static struct node *schema_of(struct arena *a, const struct settings_section *section);

static void set(struct arena *a, struct node *map, const char *key, const char *text)
{
	node_set(a, map, key, node_str(a, text));
}

static struct node *typed(struct arena *a, const char *type)
{
	struct node *n = node_map(a);

	set(a, n, "type", type);
	return n;
}

static struct node *words(struct arena *a, const char *const *choices)
{
	struct node *n = typed(a, "string"), *list = node_seq(a);

	for (size_t i = 0; choices[i]; i++)
		node_append(a, list, node_str(a, choices[i]));
	node_set(a, n, "enum", list);
	return n;
}

static struct node *list_of(struct arena *a, struct node *item)
{
	struct node *n = typed(a, "array");

	node_set(a, n, "items", item);
	return n;
}

static struct node *value_of(struct arena *a, const struct settings_key *k)
{
	struct node *n;

	switch (k->type) {
	case SETTINGS_STRING:
		return typed(a, "string");
	case SETTINGS_CHOICE:
	case SETTINGS_WORD:
		return words(a, k->choices);
	case SETTINGS_BOOL:
		return typed(a, "boolean");
	case SETTINGS_COUNT:
		n = typed(a, "integer");
		node_set(a, n, "minimum", node_int(a, 0));
		return n;
	case SETTINGS_STRINGS:
		n = typed(a, "string");
		node_set(a, n, "minLength", node_int(a, 1));
		return list_of(a, n);
	case SETTINGS_SECTION:
		return schema_of(a, k->section);
	case SETTINGS_LIST:
		return list_of(a, schema_of(a, k->section));
	case SETTINGS_WORDS:
		n = typed(a, "object");
		node_set(a, n, "additionalProperties", words(a, k->choices));
		return n;
	}
	return node_map(a);
}

static struct node *schema_of(struct arena *a, const struct settings_section *section)
{
	struct node *n = typed(a, "object"), *properties = node_map(a), *required = node_seq(a);

	set(a, n, "description", section->summary);
	node_set(a, n, "additionalProperties", node_bool(a, false));
	for (size_t i = 0; i < section->count; i++) {
		struct node *value = value_of(a, &section->keys[i]);

		set(a, value, "description", section->keys[i].summary);
		node_set(a, properties, section->keys[i].name, value);
		if (section->keys[i].required)
			node_append(a, required, node_str(a, section->keys[i].name));
	}
	if (required->len)
		node_set(a, n, "required", required);
	node_set(a, n, "properties", properties);
	return n;
}

struct node *settings_schema(struct arena *a)
{
	struct node *n = node_map(a), *body = schema_of(a, &settings_root);

	set(a, n, "$schema", "https://json-schema.org/draft/2020-12/schema");
	set(a, n, "title", "kubectl-gitops/v1 Config: " SETTINGS_FILE);
	for (uint32_t i = 0; i < body->len; i++)
		node_set(a, n, body->entries[i].key->text, body->entries[i].value);
	return n;
}
