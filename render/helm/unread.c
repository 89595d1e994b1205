/*
 * Values that somebody gave and nothing looked at: most often a misspelt key.
 *
 * Given are the files and --set of the user, and what a chart's own values.yaml says for a chart
 * inside of it. What a chart has a default for, or names anywhere in its templates, is a key that
 * it knows, though it may not have needed it this time (a feature that is off); what is below a
 * table that some template printed whole was read.
 */
#include <string.h>

#include "base/options.h"
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

/* The chart that a path leads to, and the path's rest, which is below that chart's values. */
static const struct chart *owner(const struct chart *c, const char **path)
{
	size_t n = strcspn(*path, ".");

	for (size_t i = 0; i < c->charts.count && (*path)[n]; i++) {
		const struct chart *sub = c->charts.items[i];

		if (strlen(sub->name) != n || memcmp(sub->name, *path, n))
			continue;
		*path += n + 1;
		return owner(sub, path);
	}
	return c;
}

/* An empty table, or a list, may hold anything that somebody reads whole. */
static bool is_open(struct arena *a, const struct chart *c, const char *path)
{
	for (const char *dot = strchr(path, '.'); dot; dot = strchr(dot + 1, '.')) {
		struct value v;

		if (find(c->values, arena_memdup(a, path, (size_t)(dot - path)), &v) &&
		    !(values_is_table(v) && v.map && v.map->count))
			return true;
	}
	return false;
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

static bool in_word(char c)
{
	return c == '_' || c == '-' || (c >= '0' && c <= '9') ||
	       ((c | 0x20) >= 'a' && (c | 0x20) <= 'z');
}

static bool mentions(const struct helm_file *f, const char *key, size_t len)
{
	const char *p = f->text, *end = f->text + f->len;

	while ((p = memmem(p, (size_t)(end - p), key, len))) {
		if ((p == f->text || !in_word(p[-1])) && (p + len == end || !in_word(p[len])))
			return true;
		p++;
	}
	return false;
}

/* A chart may read what it gives to one inside of it, so all of their templates count. */
static bool is_named(const struct chart *c, const char *key)
{
	size_t len = strlen(key);

	for (size_t i = 0; i < c->templates.count; i++) {
		if (mentions(&c->templates.items[i], key, len))
			return true;
	}
	for (size_t i = 0; i < c->charts.count; i++) {
		if (is_named(c->charts.items[i], key))
			return true;
	}
	return false;
}

/* The key beside it that it is most like. */
static const char *near_key(struct report *r, const char *path)
{
	const char *dot = strrchr(path, '.'), *key = dot ? dot + 1 : path;
	struct value table = r->h->values;
	struct {
		VEC(const char *);
	} keys = { 0 };

	if (*key >= '0' && *key <= '9')
		return NULL;
	if (dot && !find(table, arena_memdup(r->h->arena, path, (size_t)(dot - path)), &table))
		return NULL;
	for (size_t i = 0; values_is_table(table) && table.map && i < table.map->count; i++) {
		const struct go_entry *e = &table.map->entries[i];

		if (strlen(key) != e->len || memcmp(e->key, key, e->len))
			*vec_push(r->h->arena, &keys) = arena_memdup(r->h->arena, e->key, e->len);
	}
	return options_nearest(key, keys.items, keys.count);
}

static void report(void *data, const char *path, origin_id origin)
{
	struct report *r = data;
	struct arena *a = r->h->arena;
	const char *inner = path, *dot = strrchr(path, '.');
	const struct chart *c = owner(r->chart, &inner);
	struct value v;

	if (!find(r->given, path, &v) && (c == r->chart || !find(r->chart->values, path, &v)))
		return;
	if (find(c->values, inner, &v) || is_open(a, c, inner) || is_asked(r->h, path) ||
	    !strncmp(inner, "global.", 7) || !strcmp(inner, "global") ||
	    is_named(r->chart, dot ? dot + 1 : path))
		return;
	*vec_push(a, r->out) =
		(struct unread_value){ c->name, arena_strdup(a, path), near_key(r, path), origin };
}

void values_report_unread(struct helm *h, const struct chart *c, struct value given,
			  struct unread_values *out)
{
	struct report r = { h, c, given, out };

	values_unread(h->values, report, &r);
}
