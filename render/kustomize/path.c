/* Field paths of replacements and vars. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include "base/regex.h"
#include "render/kustomize/path.h"

/* ---- splitting ---- */

static void split_escaped(struct arena *a, const char *path, char delimiter, struct strings *out)
{
	char *piece = arena_strdup(a, path), *from, *to;

	if (*piece == delimiter && piece[1])
		piece++;
	for (from = to = piece;; from++) {
		if (*from == delimiter && to > piece && to[-1] == '\\') {
			to[-1] = delimiter;
			continue;
		}
		if (*from && *from != delimiter) {
			*to++ = *from;
			continue;
		}
		*vec_push(a, out) = arena_memdup(a, piece, (size_t)(to - piece));
		piece = to = from + 1;
		if (!*from)
			return;
	}
}

static bool ends_with(const char *text, char c)
{
	size_t n = strlen(text);

	return n && text[n - 1] == c;
}

static const char *strip_brackets(struct arena *a, const char *text)
{
	size_t n;

	while (*text == '[' || *text == ']')
		text++;
	n = strlen(text);
	while (n && (text[n - 1] == '[' || text[n - 1] == ']'))
		n--;
	return arena_memdup(a, text, n);
}

void path_split(struct arena *a, const char *path, char delimiter, struct strings *out)
{
	struct strings raw = { 0 };
	size_t i;

	split_escaped(a, path, delimiter, &raw);
	for (i = 0; i < raw.count; i++) {
		const char *part = raw.items[i];

		if (*part != '[' || ends_with(part, ']')) {
			*vec_push(a, out) = part;
			continue;
		}
		while (i + 1 < raw.count) {
			part = arena_printf(a, "%s%c%s", part, delimiter, raw.items[++i]);
			if (ends_with(raw.items[i], ']'))
				break;
		}
		*vec_push(a, out) = strchr(part, '=') ? part : strip_brackets(a, part);
	}
}

/* ---- parts ---- */

static bool is_index(const char *part, long *out)
{
	char *end;

	errno = 0;
	*out = strtol(part, &end, 10);
	return *part && *part != ' ' && !*end && !errno;
}

static bool is_list_part(const char *part)
{
	return *part == '[' && ends_with(part, ']');
}

/* "[key=value]" into its two sides. */
static int split_list_part(struct kz *kz, const char *part, const char **key, const char **value,
			   struct err *err)
{
	char *text = arena_memdup(kz->a, part + 1, strlen(part) - 2);
	char *equals = strchr(text, '=');

	if (!equals)
		return err_raise(
			err, ERR_INPUT, NO_POS,
			"list path element must contain fieldName=fieldValue for element to match");
	*equals = '\0';
	*key = text;
	*value = equals + 1;
	return 0;
}

static const char *trim(struct arena *a, const char *text)
{
	size_t n;

	while (*text && strchr(" \t\r\n", *text))
		text++;
	n = strlen(text);
	while (n && strchr(" \t\r\n", text[n - 1]))
		n--;
	return arena_memdup(a, text, n);
}

static int wrong_kind(struct kz *kz, const struct node *n, const char *want, const char *part,
		      struct err *err)
{
	return kz_fail(kz, err, n->origin, "wrong node kind: expected a %s for '%s' but got %s",
		       want, part, type_words(n));
}

/* ---- one node ---- */

static struct node *find_element(const struct node *seq, const char *key, const char *value)
{
	uint32_t i;

	for (i = 0; i < seq->len; i++) {
		struct node *one = seq->items[i];
		const struct node *field = *key ? node_get(one, key) : one;

		if (field && node_is_scalar(field) && !strcmp(field->text, value))
			return one;
	}
	return NULL;
}

static int lookup_part(struct kz *kz, struct node *n, const char *part, struct node **out,
		       struct err *err)
{
	const char *key = "", *value = "";
	long index;

	*out = NULL;
	if (is_index(part, &index) || !strcmp(part, "-")) {
		if (n->type == NODE_NULL)
			return 0;
		if (n->type != NODE_SEQ)
			return wrong_kind(kz, n, "list", part, err);
		if (!strcmp(part, "-"))
			index = (long)n->len - 1;
		else if (index < 0)
			return kz_fail(kz, err, n->origin, "array index %ld cannot be negative",
				       index);
		if (index >= 0 && index < (long)n->len)
			*out = n->items[index];
		return 0;
	}
	if (!strcmp(part, "*"))
		return kz_fail(kz, err, n->origin, "wildcard is not supported in this path");
	if (is_list_part(part)) {
		if (split_list_part(kz, part, &key, &value, err) < 0)
			return -1;
		if (n->type != NODE_SEQ && n->type != NODE_NULL)
			return wrong_kind(kz, n, "list", part, err);
		*out = n->type == NODE_SEQ ? find_element(n, key, value) : NULL;
		return 0;
	}
	if (n->type != NODE_MAP && n->type != NODE_NULL)
		return wrong_kind(kz, n, "mapping", part, err);
	*out = node_get(n, part);
	return 0;
}

int path_lookup(struct kz *kz, struct node *from, const struct strings *parts, struct node **out,
		struct err *err)
{
	size_t i;

	*out = from;
	for (i = 0; i < parts->count && *out; i++) {
		const char *part = trim(kz->a, parts->items[i]);

		if (*part && lookup_part(kz, *out, part, out, err) < 0)
			return -1;
	}
	return 0;
}

/* ---- many nodes ---- */

struct matching {
	struct kz *kz;
	const struct strings *parts;
	int create;
	struct path_matches *out;
	struct err *err;
};

static int match(struct matching *m, struct node *n, size_t at);

/* A scalar without a tag, as kyaml makes them. */
static struct node *make_untagged(struct matching *m, const char *text)
{
	struct node *made = node_str(m->kz->a, text);

	scalar_free(made);
	return made;
}

static struct node *make_for(struct matching *m, size_t next)
{
	const char *part = next < m->parts->count ? m->parts->items[next] : NULL;
	int type = m->create;
	long index;

	if (part)
		type = is_list_part(part) || (is_index(part, &index) && index >= 0) ? NODE_SEQ
										    : NODE_MAP;
	if (type == NODE_SEQ)
		return node_seq(m->kz->a);
	return type == NODE_MAP ? node_map(m->kz->a) : make_untagged(m, "");
}

static int match_field(struct matching *m, struct node *n, size_t at)
{
	const char *part = m->parts->items[at];
	struct node *field;

	if (n->type != NODE_MAP && n->type != NODE_NULL)
		return wrong_kind(m->kz, n, "mapping", part, m->err);
	field = node_get(n, part);
	if (!field && m->create == NODE_NULL)
		return 0;
	if (!field) {
		if (n->type == NODE_NULL)
			return 0;
		field = make_for(m, at + 1);
		node_set(m->kz->a, n, part, field);
		plain_key(node_entry(n, part)->key);
	}
	return match(m, field, at + 1);
}

static int match_index(struct matching *m, struct node *n, size_t at, long index)
{
	if (n->type != NODE_SEQ && n->type != NODE_NULL)
		return wrong_kind(m->kz, n, "list", m->parts->items[at], m->err);
	if (n->type == NODE_SEQ && index == (long)n->len && m->create != NODE_NULL)
		node_append(m->kz->a, n, make_for(m, at + 1));
	if (n->type == NODE_NULL || index >= (long)n->len)
		return kz_fail(m->kz, m->err, n->origin,
			       "index %ld specified but only %u elements found", index,
			       n->type == NODE_SEQ ? n->len : 0);
	return match(m, n->items[index], at + 1);
}

static int match_every(struct matching *m, struct node *n, size_t at)
{
	uint32_t i;

	if (n->type == NODE_NULL)
		return 0;
	if (n->type != NODE_SEQ)
		return wrong_kind(m->kz, n, "list", "*", m->err);
	for (i = 0; i < n->len; i++)
		if (match(m, n->items[i], at + 1) < 0)
			return -1;
	return 0;
}

/* An element's scalar as kyaml prints it, which the expression is held against. */
static const char *printed(struct arena *a, const struct node *n)
{
	if (n->type >= NODE_SEQ)
		return NULL;
	if (n->style == STYLE_DOUBLE)
		return arena_printf(a, "\"%s\"", n->text);
	if (n->style == STYLE_SINGLE)
		return arena_printf(a, "'%s'", n->text);
	return trim(a, n->text);
}

static int match_elements(struct matching *m, struct node *n, size_t at, bool again)
{
	const char *key = "", *value = "", *text;
	const struct regex *re;
	size_t before = m->out->count;
	uint32_t i;

	if (split_list_part(m->kz, m->parts->items[at], &key, &value, m->err) < 0)
		return -1;
	if (n->type != NODE_SEQ && n->type != NODE_NULL)
		return wrong_kind(m->kz, n, "list", m->parts->items[at], m->err);
	for (i = 0; n->type == NODE_SEQ && i < n->len; i++) {
		struct node *one = n->items[i];
		const struct node *field = *key ? node_get(one, key) : one;

		re = regex_get(value, strlen(value), m->err);
		if (!re)
			return -1;
		text = field ? printed(m->kz->a, field) : NULL;
		if (!text || !regex_match(re, text, strlen(text)))
			continue;
		if (!*key)
			*vec_push(m->kz->a, m->out) = one;
		else if (match(m, one, at + 1) < 0)
			return -1;
	}
	if (m->create == NODE_NULL || m->out->count > before || again || n->type != NODE_SEQ)
		return 0;
	if (*key) {
		struct node *made = node_map(m->kz->a);

		node_set(m->kz->a, made, key, make_untagged(m, value));
		plain_key(node_entry(made, key)->key);
		node_append(m->kz->a, n, made);
	} else {
		node_append(m->kz->a, n, make_untagged(m, value));
	}
	return match_elements(m, n, at, true);
}

static int match(struct matching *m, struct node *n, size_t at)
{
	const char *part;
	long index;

	if (at == m->parts->count) {
		*vec_push(m->kz->a, m->out) = n;
		return 0;
	}
	part = m->parts->items[at];
	if (is_index(part, &index) && index >= 0)
		return match_index(m, n, at, index);
	if (is_list_part(part))
		return match_elements(m, n, at, false);
	if (!strcmp(part, "*"))
		return match_every(m, n, at);
	return match_field(m, n, at);
}

int path_match(struct kz *kz, struct node *from, const struct strings *parts, size_t at, int create,
	       struct path_matches *out, struct err *err)
{
	struct matching m = { kz, parts, create, out, err };

	return match(&m, from, at);
}
