/* Filling templates of an ApplicationSet, Go's and the flat `{{name}}`; trees of parameters. */
#include <string.h>
#include "render/engines/argo_set.h"

/* ---- one text ---- */

/* What Go's text/template makes of it. */
static const char *fill_go(struct arena *a, struct argo_texts *texts, const struct node *text,
			   const struct node *params, struct err *err)
{
	const char *name = map_get_n(&texts->parsed, text->text, text->len);
	struct printed printed;
	const char *out;

	if (!name) {
		name = arena_printf(a, "template %zu", texts->parsed.count);
		if (template_parse(texts->templates, name, text->text, text->len, text->origin,
				   err) < 0)
			return NULL;
		*map_at_n(&texts->parsed, text->text, text->len) = (void *)(uintptr_t)name;
	}
	if (template_execute(texts->templates, name, value_from_node(a, params), &printed, err) < 0)
		return NULL;
	out = arena_memdup(a, printed.text.text, printed.text.len);
	printed_release(&printed);
	return out;
}

/* "{{" and "}}" on one line. */
static bool is_templated(const char *text)
{
	const char *open, *close;

	for (open = strstr(text, "{{"); open; open = strstr(open + 2, "{{")) {
		close = strstr(open, "}}");
		if (close && !memchr(open, '\n', (size_t)(close - open)))
			return true;
	}
	return false;
}

static const char *parameter(struct arena *a, const struct node *params, const char *tag,
			     size_t len)
{
	while (len && strchr(" \t\n\r", *tag)) {
		tag++;
		len--;
	}
	while (len && strchr(" \t\n\r", tag[len - 1]))
		len--;
	return len ? node_get_string(params, arena_memdup(a, tag, len)) : NULL;
}

static const char *fill_flat(struct argo_set *set, const struct node *text,
			     const struct node *params, struct err *err)
{
	const char *at = text->text, *open, *close, *value;
	struct buf out;

	if (!is_templated(at))
		return at;
	buf_init(&out, LIMIT_TEMPLATE_BYTES);
	while ((open = strstr(at, "{{"))) {
		close = strstr(open + 2, "}}");
		if (!close) {
			buf_release(&out);
			err_raise(err, ERR_INPUT, NO_POS, "'{{' without '}}'");
			return NULL;
		}
		buf_add(&out, at, (size_t)(open - at));
		value = parameter(set->g.arena, params, open + 2, (size_t)(close - open - 2));
		if (value)
			buf_str(&out, value);
		else
			buf_add(&out, open, (size_t)(close + 2 - open));
		at = close + 2;
	}
	buf_str(&out, at);
	value = buf_dup(&out, set->g.arena);
	buf_release(&out);
	return value;
}

static bool misses_key(const struct err *err)
{
	return strstr(err->msg, "map has no entry for key") ||
	       strstr(err->msg, "can't evaluate field");
}

const char *argo_fill_text(struct argo_set *set, const struct node *text, const struct node *params,
			   bool lenient, struct err *err)
{
	struct err why = ERR_INIT;
	const char *out;

	if (!strstr(text->text, "{{"))
		return text->text;
	out = set->go ? fill_go(set->g.arena, lenient ? set->lenient : set->texts, text, params,
				&why)
		      : fill_flat(set, text, params, &why);
	if (!out && lenient && misses_key(&why))
		return text->text;
	if (!out) {
		*err = why;
		err->line = 0;
		err_at(err, origins_pos(set->g.run->origins, text->origin));
	}
	return out;
}

/* ---- trees ---- */

static struct node *fill_entry(struct argo_set *set, const struct node_entry *e,
			       const struct node *params, struct node *into, struct err *err)
{
	struct node *value = argo_fill(set, e->value, params, err);
	const char *key = value ? argo_fill_text(set, e->key, params, false, err) : NULL;

	if (!key)
		return NULL;
	node_set_entry(set->g.arena, into, node_at(node_str(set->g.arena, key), e->key->origin),
		       value);
	return value;
}

struct node *argo_fill(struct argo_set *set, const struct node *tree, const struct node *params,
		       struct err *err)
{
	struct arena *a = set->g.arena;
	struct node *out;
	const char *text;
	uint32_t i;

	if (node_is(tree, NODE_MAP)) {
		out = node_at(node_map(a), tree->origin);
		for (i = 0; i < tree->len; i++)
			if (!fill_entry(set, &tree->entries[i], params, out, err))
				return NULL;
		return out;
	}
	if (node_is(tree, NODE_SEQ)) {
		out = node_at(node_seq(a), tree->origin);
		for (i = 0; i < tree->len; i++) {
			struct node *item = argo_fill(set, tree->items[i], params, err);

			if (!item)
				return NULL;
			node_append(a, out, item);
		}
		return out;
	}
	if (!node_is(tree, NODE_STR) || !strstr(tree->text, "{{"))
		return node_copy(a, tree);
	text = argo_fill_text(set, tree, params, false, err);
	return text ? node_at(node_str(a, text), tree->origin) : NULL;
}

int argo_add_values(struct argo_set *set, const struct node *values, struct node *params,
		    struct err *err)
{
	struct arena *a = set->g.arena;
	struct node *filled = node_map(a);
	uint32_t i;

	if (!node_is(values, NODE_MAP) || !values->len)
		return 0;
	for (i = 0; i < values->len; i++) {
		const struct node *value = values->entries[i].value;
		const char *key = values->entries[i].key->text, *text;

		if (!node_is(value, NODE_STR))
			continue;
		text = argo_fill_text(set, value, params, false, err);
		if (!text)
			return -1;
		node_set(a, filled, set->go ? key : arena_printf(a, "values.%s", key),
			 node_at(node_str(a, text), value->origin));
	}
	if (set->go)
		node_set(a, params, "values", filled);
	for (i = 0; !set->go && i < filled->len; i++)
		node_set(a, params, filled->entries[i].key->text, filled->entries[i].value);
	return 0;
}

/* ---- merging ---- */

static bool says_nothing(const struct node *n)
{
	if (node_is_null(n))
		return true;
	if (node_is(n, NODE_SEQ) || node_is(n, NODE_MAP))
		return !n->len;
	return !n->len || !strcmp(n->text, "false") || !strcmp(n->text, "0");
}

void argo_merge(struct arena *a, struct node *into, const struct node *from)
{
	uint32_t i;

	for (i = 0; i < from->len; i++) {
		const char *key = from->entries[i].key->text;
		const struct node *value = from->entries[i].value;
		struct node *old = node_get(into, key);

		if (node_is(old, NODE_MAP) && node_is(value, NODE_MAP))
			argo_merge(a, old, value);
		else
			node_set(a, into, key, node_copy(a, value));
	}
}

void argo_merge_missing(struct arena *a, struct node *into, const struct node *from)
{
	uint32_t i;

	for (i = 0; node_is(from, NODE_MAP) && i < from->len; i++) {
		const char *key = from->entries[i].key->text;
		const struct node *value = from->entries[i].value;
		struct node *old = node_get(into, key);

		if (node_is(old, NODE_MAP) && node_is(value, NODE_MAP))
			argo_merge_missing(a, old, value);
		else if (says_nothing(old))
			node_set(a, into, key, node_copy(a, value));
	}
}

/* A value as Go's %v prints what JSON decoded to. */
static const char *shown(struct arena *a, const struct node *n)
{
	if (node_is_null(n))
		return "<nil>";
	if (node_is(n, NODE_STR) || node_is(n, NODE_BOOL))
		return n->text;
	return value_shown(a, value_from_node(a, n));
}

void argo_flatten(struct arena *a, const struct node *from, const char *prefix, struct node *out)
{
	bool map = node_is(from, NODE_MAP);
	uint32_t i;

	if (!map && !node_is(from, NODE_SEQ)) {
		node_set(a, out, prefix, node_at(node_str(a, shown(a, from)), from->origin));
		return;
	}
	for (i = 0; i < from->len; i++) {
		const char *key = map ? from->entries[i].key->text : arena_printf(a, "%u", i);

		argo_flatten(a, map ? from->entries[i].value : from->items[i],
			     *prefix ? arena_printf(a, "%s.%s", prefix, key) : arena_strdup(a, key),
			     out);
	}
}

const char *argo_normalize(struct arena *a, const char *name)
{
	struct buf out;
	const char *text;

	buf_init(&out, 0);
	dns_name(&out, name, strlen(name));
	text = buf_dup(&out, a);
	buf_release(&out);
	return text;
}
