/*
 * Several files of one stack (-c a -c b), as docker/cli merges what it has read of them: a later
 * value that is zero changes nothing, lists are appended, and of ports, mounts, secrets and configs
 * one is left for each published port, target or source. A later definition of a network, volume,
 * secret or config takes the place of the earlier one.
 */
#include <stdlib.h>
#include <string.h>
#include "base/duration.h"
#include "render/swarm/internal.h"

static void merge_map(struct loader *l, struct node *base, const struct node *over);

static bool is_one_of(const char *word, const char *const *words, size_t count)
{
	size_t i;

	for (i = 0; i < count && strcmp(words[i], word) != 0; i++)
		;
	return i < count;
}

/* A value that docker's own type holds as its zero, so that it counts as not said. */
static bool is_zero(struct loader *l, const char *key, const struct node *n)
{
	static const char *const durations[] = { "delay",   "interval",
						 "monitor", "start_period",
						 "timeout", "start_interval",
						 "window",  "stop_grace_period" };
	/* pointers, of which nil alone is zero */
	static const char *const counts[] = { "replicas", "parallelism", "max_attempts",
					      "retries" };
	const char *text;
	int64_t value = 1;

	if (node_is_null(n))
		return true;
	if (!node_is_scalar(n))
		return !n->len;
	if (is_one_of(key, counts, ARRAY_SIZE(counts)))
		return false;
	if (node_is(n, NODE_BOOL))
		return !node_true(n);
	text = scalar_text(l->arena, n);
	if (is_one_of(key, durations, ARRAY_SIZE(durations)))
		return duration_parse(text, &value) && !value;
	if (!strcmp(key, "memory"))
		return scalar_bytes(text, &value) && !value;
	return !*text || (!node_is(n, NODE_STR) && strtod(text, NULL) == 0);
}

/* ---- lists ---- */

static const struct keyed {
	const char *list, *key;
} keyed[] = { { "ports", "published" },
	      { "volumes", "target" },
	      { "secrets", "source" },
	      { "configs", "source" } };

static int64_t number_of(const struct node *n)
{
	int64_t value = 0;

	return n && scalar_int(n, &value) ? value : 0;
}

/* As the lists are sorted afterwards: ports by number, the others by text. */
static int compare_keys(const char *key, const struct node *x, const struct node *y)
{
	const struct node *a = node_get(x, key), *b = node_get(y, key);
	int64_t left, right;

	if (strcmp(key, "published") != 0)
		return strcmp(node_string_at(x, key), node_string_at(y, key));
	left = number_of(a);
	right = number_of(b);
	return (left > right) - (left < right);
}

static int by_published(const void *a, const void *b)
{
	return compare_keys("published", *(struct node *const *)a, *(struct node *const *)b);
}

static int by_target(const void *a, const void *b)
{
	return compare_keys("target", *(struct node *const *)a, *(struct node *const *)b);
}

static int by_source(const void *a, const void *b)
{
	return compare_keys("source", *(struct node *const *)a, *(struct node *const *)b);
}

/* One entry for each key, the last; docker does so even where the earlier file alone has a list. */
static void merge_keyed(struct loader *l, struct node *base, const struct keyed *k,
			const struct node *over)
{
	struct node *list = node_get(base, k->list), *out;
	uint32_t i, at;

	if (!list) {
		if (over)
			node_set(l->arena, base, k->list, node_copy(l->arena, over));
		return;
	}
	out = node_at(node_seq(l->arena), (over ? over : list)->origin);
	for (i = 0; i < list->len + (over ? over->len : 0); i++) {
		const struct node *from =
			i < list->len ? list->items[i] : over->items[i - list->len];

		for (at = 0; at < out->len && compare_keys(k->key, out->items[at], from); at++)
			;
		if (at < out->len)
			out->items[at] = node_copy(l->arena, from);
		else
			node_append(l->arena, out, node_copy(l->arena, from));
	}
	if (out->len)
		qsort(out->items, out->len, sizeof(*out->items),
		      !strcmp(k->key, "published") ? by_published
		      : !strcmp(k->key, "target")  ? by_target
						   : by_source);
	node_set(l->arena, base, k->list, out);
}

static void merge_list(struct loader *l, struct node *base, const struct node *over,
		       const char *key)
{
	uint32_t i;

	if (over->len && (!strcmp(key, "command") || !strcmp(key, "entrypoint"))) {
		base->len = 0;
		base->origin = over->origin;
	}
	for (i = 0; i < over->len; i++)
		node_append(l->arena, base, node_copy(l->arena, over->items[i]));
}

/* ---- mappings ---- */

/* Texts of the user's own keys: an empty one is said too. */
static bool is_texts(const char *key)
{
	static const char *const texts[] = { "labels", "options", "sysctls", "annotations" };

	return is_one_of(key, texts, ARRAY_SIZE(texts));
}

static void merge_texts(struct loader *l, struct node *base, const struct node *over)
{
	uint32_t i;

	for (i = 0; i < over->len; i++)
		node_set(l->arena, base, over->entries[i].key->text,
			 node_copy(l->arena, over->entries[i].value));
}

/* A service's network: aliases are the later file's, even where it has none. */
static void merge_networks(struct loader *l, struct node *base, const struct node *over)
{
	uint32_t i;

	for (i = 0; i < over->len; i++) {
		const char *name = over->entries[i].key->text;
		const struct node *value = over->entries[i].value;
		struct node *old = node_get(base, name);

		if (!node_is(old, NODE_MAP)) {
			if (!node_is_null(value) || !node_entry(base, name))
				node_set(l->arena, base, name, node_copy(l->arena, value));
		} else if (node_is(value, NODE_MAP)) {
			node_remove(old, "aliases");
			merge_map(l, old, value);
		}
	}
}

/* Another logging driver brings its own options. */
static bool is_other_driver(const struct node *base, const struct node *over)
{
	const char *x = node_string_at(base, "driver"), *y = node_string_at(over, "driver");

	return *x && *y && strcmp(x, y) != 0;
}

static void merge_entry(struct loader *l, struct node *base, const struct node *key,
			const struct node *over)
{
	struct node *old = node_get(base, key->text);

	if (!old || node_is_null(old)) {
		if (!old || !node_is_null(over))
			node_set(l->arena, base, key->text, node_copy(l->arena, over));
	} else if (node_is(old, NODE_MAP) && node_is(over, NODE_MAP)) {
		if (!strcmp(key->text, "logging") && is_other_driver(old, over))
			node_set(l->arena, base, key->text, node_copy(l->arena, over));
		else if (is_texts(key->text) || !strcmp(key->text, "ulimits"))
			merge_texts(l, old, over);
		else if (!strcmp(key->text, "networks"))
			merge_networks(l, old, over);
		else
			merge_map(l, old, over);
	} else if (node_is(old, NODE_SEQ) && node_is(over, NODE_SEQ)) {
		merge_list(l, old, over, key->text);
	} else if (!is_zero(l, key->text, over)) {
		node_set(l->arena, base, key->text, node_copy(l->arena, over));
	}
}

static bool is_keyed(const char *name)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(keyed) && strcmp(keyed[i].list, name) != 0; i++)
		;
	return i < ARRAY_SIZE(keyed);
}

static void merge_map(struct loader *l, struct node *base, const struct node *over)
{
	uint32_t i;

	for (i = 0; i < over->len; i++)
		merge_entry(l, base, over->entries[i].key, over->entries[i].value);
}

static void merge_one(struct loader *l, struct node *base, const struct node *over)
{
	uint32_t i;
	size_t k;

	for (i = 0; i < over->len; i++)
		if (!is_keyed(over->entries[i].key->text))
			merge_entry(l, base, over->entries[i].key, over->entries[i].value);
	for (k = 0; k < ARRAY_SIZE(keyed); k++)
		merge_keyed(l, base, &keyed[k], node_get(over, keyed[k].list));
}

void merge_stack_files(struct loader *l, struct node *base, const struct node *over)
{
	uint32_t i, k;

	for (i = 0; i < over->len; i++) {
		struct node *section = node_get(base, over->entries[i].key->text), *old;
		const struct node *more = over->entries[i].value;
		bool services = !strcmp(over->entries[i].key->text, "services");

		for (k = 0; k < more->len; k++) {
			old = node_get(section, more->entries[k].key->text);
			if (services && node_is(old, NODE_MAP))
				merge_one(l, old, more->entries[k].value);
			else
				node_set(l->arena, section, more->entries[k].key->text,
					 node_copy(l->arena, more->entries[k].value));
		}
		if (!section->origin)
			section->origin = more->origin;
	}
}
