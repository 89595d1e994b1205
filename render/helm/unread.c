/*
 * Values that a user gave and nothing looked at: most often a misspelt key.
 *
 * What a chart has a default for is a key that it knows, though it may not have needed it this time
 * (a feature that is off); what is below a table that some template printed whole was read.
 */
#include <string.h>

#include "render/helm/internal.h"

struct report {
	struct helm *h;
	const struct chart *chart;
	struct value given;
	struct unread_values *out;
};

/* The value at a dotted path; false when there is none. */
static bool find(struct value v, const char *path, struct value *out)
{
	while (path) {
		size_t n = strcspn(path, ".");
		struct go_entry *e = values_is_table(v) ? value_entry(&v, path, n) : NULL;

		if (!e)
			return false;
		v = e->value;
		path = path[n] ? path + n + 1 : NULL;
	}
	*out = v;
	return true;
}

/* Whether the chart, or the one in it that the path leads into, has a default there. */
static bool has_default(const struct chart *c, const char *path)
{
	size_t n = strcspn(path, ".");
	struct value v;

	if (find(c->values, path, &v))
		return true;
	for (size_t i = 0; i < c->charts.count && path[n]; i++) {
		const struct chart *sub = c->charts.items[i];

		if (strlen(sub->name) == n && !memcmp(sub->name, path, n))
			return has_default(sub, path + n + 1);
	}
	return false;
}

/* Parents of a default are known too; an empty table may hold anything that somebody reads whole.
 */
static bool is_open(const struct chart *c, const char *path)
{
	struct value v;

	return find(c->values, path, &v) && values_is_table(v) && !(v.map && v.map->count);
}

static bool is_asked(const struct helm *h, const char *path)
{
	size_t n = strlen(path);

	for (size_t i = 0; i < h->asked.count; i++) {
		const char *asked = h->asked.items[i];

		if (!strncmp(asked, path, n) && (!asked[n] || asked[n] == '.'))
			return true;
	}
	return !strncmp(path, "tags", 4) && (!path[4] || path[4] == '.');
}

static void report(void *data, const char *path, origin_id origin)
{
	struct report *r = data;
	struct arena *a = r->h->arena;
	struct value v;

	if (!find(r->given, path, &v) || has_default(r->chart, path) || is_asked(r->h, path))
		return;
	for (const char *dot = strchr(path, '.'); dot; dot = strchr(dot + 1, '.')) {
		if (is_open(r->chart, arena_memdup(a, path, (size_t)(dot - path))))
			return;
	}
	*vec_push(a, r->out) = (struct unread_value){ arena_strdup(a, path), origin };
}

void values_report_unread(struct helm *h, const struct chart *c, struct value given,
			  struct unread_values *out)
{
	struct report r = { h, c, given, out };

	values_unread(h->values, report, &r);
}
