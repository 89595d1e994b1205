#include "validate/managed.h"
#include <string.h>
#include "base/json.h"

/* The child of a field set that stands for a mapping's key. */
static const struct node *field_child(const struct node *set, const struct step *s)
{
	uint32_t i;

	for (i = 0; i < set->len; i++) {
		const struct node *key = set->entries[i].key;

		if (key->len == s->len + 2 && !memcmp(key->text, "f:", 2) &&
		    !memcmp(key->text + 2, s->key, s->len))
			return set->entries[i].value;
	}
	return NULL;
}

/* Whether a "k:{…}" of a field set names an entry by these keys. */
static bool keys_match(struct arena *a, const struct node *name, const struct step *s)
{
	struct err err = ERR_INIT;
	const struct node *keys = json_read(a, name->text + 2, name->len - 2, NULL, &err);
	uint32_t i;

	if (!node_is(keys, NODE_MAP))
		return false;
	for (i = 0; i < keys->len; i++) {
		const struct node *key = keys->entries[i].key;
		const struct node *value = node_get_n(s->entry, key->text, key->len);

		if (value ? !node_equal(value, keys->entries[i].value) : !s->keys)
			return false;
	}
	return true;
}

static const struct node *entry_child(struct arena *a, const struct node *set, const struct step *s)
{
	struct err err = ERR_INIT;
	uint32_t i;

	for (i = 0; i < set->len; i++) {
		const struct node *key = set->entries[i].key;

		if (!strncmp(key->text, "k:", 2) && node_is(s->entry, NODE_MAP) &&
		    keys_match(a, key, s))
			return set->entries[i].value;
		if (!strncmp(key->text, "v:", 2) && node_is_scalar(s->entry) &&
		    node_equal(json_read(a, key->text + 2, key->len - 2, NULL, &err), s->entry))
			return set->entries[i].value;
	}
	return NULL;
}

/* An atomic value is owned at its root: its set has no children. */
static bool holds(struct arena *a, const struct node *set, const struct step *steps, size_t count)
{
	size_t i;

	for (i = 0; i < count; i++) {
		if (!node_is(set, NODE_MAP))
			return false;
		if (!set->len)
			return i > 0;
		set = steps[i].key ? field_child(set, &steps[i]) : entry_child(a, set, &steps[i]);
	}
	return set != NULL;
}

static bool is_by(const struct node *entry, const char *manager, const char *wanted)
{
	const char *name = node_get_string(entry, "manager"),
		   *operation = node_get_string(entry, "operation");

	return name && operation && !strcmp(name, manager) && !strcmp(operation, wanted) &&
	       !node_get(entry, "subresource");
}

bool managed_is_applier(const struct node *entry, const char *manager)
{
	return is_by(entry, manager, "Apply");
}

bool managed_has(const struct node *object, const char *manager, const char *operation)
{
	const struct node *entries = node_path(object, "metadata", "managedFields", NULL);
	uint32_t i;

	for (i = 0; node_is(entries, NODE_SEQ) && i < entries->len; i++)
		if (is_by(entries->items[i], manager, operation))
			return true;
	return false;
}

const struct node *managed_entry(struct arena *a, const struct node *object,
				 const struct step *steps, size_t count, const char * not )
{
	const struct node *entries = node_path(object, "metadata", "managedFields", NULL),
			  *found = NULL;
	uint32_t i;

	if (!node_is(entries, NODE_SEQ))
		return NULL;
	for (i = 0; i < entries->len; i++) {
		const char *manager = node_get_string(entries->items[i], "manager");
		const char *subresource = node_get_string(entries->items[i], "subresource");

		if (!manager || (subresource && !strcmp(subresource, "status")) ||
		    !holds(a, node_get(entries->items[i], "fieldsV1"), steps, count))
			continue;
		found = entries->items[i];
		if (!not || !managed_is_applier(found, not ))
			break;
	}
	return found;
}

const char *managed_by(struct arena *a, const struct node *object, const struct step *steps,
		       size_t count, const char * not )
{
	const struct node *entry = managed_entry(a, object, steps, count, not );

	return entry ? arena_strdup(a, node_get_string(entry, "manager")) : NULL;
}
