/*
 * Files and services over one another as docker compose merges them (-f a -f b, include, extends):
 * lists of entries with a key are merged by it, commands replaced, other lists appended.
 */
#include <string.h>
#include "render/swarm/internal.h"

static void merge_map(struct loader *l, struct node *base, const struct node *over);

/* Which lists are matched by which key of their entries; "" replaces the list. */
static const struct {
	const char *list, *key;
} keyed[] = {
	{ "ports", "published" }, { "volumes", "target" }, { "secrets", "source" },
	{ "configs", "source" },  { "command", "" },	   { "entrypoint", "" },
	{ "test", "" },
};

static struct node *find(struct node *list, const char *key, const struct node *entry, uint32_t *at)
{
	const struct node *wanted = node_get(entry, key);

	for (*at = 0; *at < list->len; ++*at) {
		const struct node *have = node_get(list->items[*at], key);

		if ((!wanted && !have) || (wanted && have && node_equal(wanted, have)))
			return list->items[*at];
	}
	return NULL;
}

static void merge_list(struct loader *l, struct node *base, const struct node *over,
		       const char *name)
{
	const char *key = NULL;
	uint32_t i, at;
	size_t k;

	for (k = 0; k < ARRAY_SIZE(keyed); k++)
		if (!strcmp(keyed[k].list, name))
			key = keyed[k].key;
	if (key && !*key) {
		base->len = 0;
		base->origin = over->origin;
	}
	for (i = 0; i < over->len; i++) {
		struct node *copy = node_copy(l->arena, over->items[i]);

		if (key && *key && find(base, key, copy, &at))
			base->items[at] = copy;
		else
			node_append(l->arena, base, copy);
	}
}

/* Another logging driver brings its own options. */
static bool other_driver(const struct node *base, const struct node *over)
{
	const char *x = node_get_string(base, "driver"), *y = node_get_string(over, "driver");

	return x && y && *x && *y && strcmp(x, y) != 0;
}

static void merge_entry(struct loader *l, struct node *base, const struct node *key,
			const struct node *over)
{
	struct node *old = node_get(base, key->text);

	if (node_is(old, NODE_MAP) && node_is(over, NODE_MAP) &&
	    !(!strcmp(key->text, "logging") && other_driver(old, over))) {
		merge_map(l, old, over);
	} else if (node_is(old, NODE_SEQ) && node_is(over, NODE_SEQ)) {
		merge_list(l, old, over, key->text);
	} else if (!old || !node_is_null(over)) {
		node_set(l->arena, base, key->text, node_copy(l->arena, over));
	}
}

static void merge_map(struct loader *l, struct node *base, const struct node *over)
{
	uint32_t i;

	for (i = 0; i < over->len; i++)
		merge_entry(l, base, over->entries[i].key, over->entries[i].value);
}

void merge_service(struct loader *l, struct node *base, const struct node *over)
{
	merge_map(l, base, over);
}

void merge_files(struct loader *l, struct node *base, const struct node *over)
{
	uint32_t i, k;

	for (i = 0; i < over->len; i++) {
		struct node *section = node_get(base, over->entries[i].key->text);
		const struct node *more = over->entries[i].value;

		for (k = 0; k < more->len; k++)
			merge_entry(l, section, more->entries[k].key, more->entries[k].value);
		if (!section->origin)
			section->origin = more->origin;
	}
}
