/*
 * ignoreDifferences of an Application as patterns of field paths. Of jq's language paths are
 * understood, with `select(.key == "value")` of list entries, or `.key | startswith("value")` and
 * the like; the rest ignores nothing.
 */
#include <ctype.h>
#include <string.h>
#include "base/buf.h"
#include "validate/engine_owner.h"
#include "validate/ignore.h"

static void skip_space(const char **p)
{
	*p += strspn(*p, " \t\n");
}

/* A text in double quotes, without escapes. */
static bool quoted(const char **p, const char **text, size_t *len)
{
	if (**p != '"')
		return false;
	*text = *p + 1;
	*len = strcspn(*text, "\"\\");
	if ((*text)[*len] != '"')
		return false;
	*p = *text + *len + 1;
	return true;
}

/* A key as the plan's paths write it: in brackets where it holds more than a name may. */
static void put_key(struct buf *out, const char *text, size_t len)
{
	bool plain = len > 0;

	for (size_t i = 0; i < len; i++)
		plain &= isalnum((unsigned char)text[i]) || strchr("_-", text[i]);
	if (plain)
		buf_printf(out, "%s%.*s", out->len ? "." : "", (int)len, text);
	else
		buf_printf(out, "[%.*s]", (int)len, text);
}

/* What stands after "[": an index, a key in quotes, or "]" for every entry. */
static bool bracket(const char **p, struct buf *out)
{
	const char *text;
	size_t len;

	if (quoted(p, &text, &len)) {
		put_key(out, text, len);
	} else {
		len = strspn(*p, "0123456789");
		buf_printf(out, "[%.*s]", len ? (int)len : 1, len ? *p : "*");
		*p += len;
	}
	if (**p != ']')
		return false;
	(*p)++;
	return true;
}

/* A text, and what stands around it in a pattern. */
struct wanted {
	const char *before, *text, *after;
	size_t len;
};

/* What stands behind the key: `== "value"`, or `| startswith("value")` and the like. */
static bool condition(const char **p, struct wanted *out)
{
	static const struct {
		const char *call, *before, *after;
	} tests[] = { { "startswith(", "", "*" },
		      { "endswith(", "*", "" },
		      { "contains(", "*", "*" } };
	size_t i;

	*out = (struct wanted){ .before = "", .after = "" };
	if (!strncmp(*p, "==", 2)) {
		*p += 2;
		skip_space(p);
		return quoted(p, &out->text, &out->len);
	}
	if (**p != '|')
		return false;
	(*p)++;
	skip_space(p);
	for (i = 0; i < ARRAY_SIZE(tests); i++)
		if (!strncmp(*p, tests[i].call, strlen(tests[i].call)))
			break;
	if (i == ARRAY_SIZE(tests))
		return false;
	*p += strlen(tests[i].call);
	out->before = tests[i].before;
	out->after = tests[i].after;
	skip_space(p);
	if (!quoted(p, &out->text, &out->len))
		return false;
	skip_space(p);
	if (**p != ')')
		return false;
	(*p)++;
	return true;
}

/* `select(.key == "value")` behind a list's "[*]": the entry is known by that key. */
static bool selection(const char **p, struct buf *out)
{
	struct wanted wanted;
	const char *key;
	size_t key_len;

	skip_space(p);
	if (strncmp(*p, "select(.", 8) != 0 || out->len < 3 ||
	    strcmp(out->text + out->len - 3, "[*]") != 0)
		return false;
	key = *p += 8;
	key_len = strspn(key, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_");
	*p += key_len;
	skip_space(p);
	if (!condition(p, &wanted))
		return false;
	skip_space(p);
	if (**p != ')')
		return false;
	(*p)++;
	buf_cut(out, out->len - 3);
	buf_printf(out, "[%.*s=\"%s%.*s%s\"]", (int)key_len, key, wanted.before, (int)wanted.len,
		   wanted.text, wanted.after);
	return true;
}

static bool step(const char **p, struct buf *out)
{
	const char *text;
	size_t len;

	if (**p == '|') {
		(*p)++;
		skip_space(p);
		return **p == '.' || selection(p, out);
	}
	if (**p == '[') {
		(*p)++;
		return bracket(p, out);
	}
	if (**p == '?') {
		(*p)++;
		return true;
	}
	if (**p != '.')
		return false;
	(*p)++;
	if (**p == '[')
		return true;
	if (quoted(p, &text, &len)) {
		put_key(out, text, len);
		return true;
	}
	len = strspn(*p, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_");
	put_key(out, *p, len);
	*p += len;
	return len > 0;
}

/* NULL for what is no path. */
static const char *path_of_jq(struct arena *a, const char *text)
{
	const char *result = NULL;
	struct buf out;
	bool ok = true;

	buf_init(&out, 0);
	for (skip_space(&text); ok && *text; skip_space(&text))
		ok = step(&text, &out);
	if (ok && out.len)
		result = buf_dup(&out, a);
	buf_release(&out);
	return result;
}

static void add_row(struct arena *a, const struct node *from, struct owner_ignores *out)
{
	const struct node *pointers = node_get(from, "jsonPointers"),
			  *paths = node_get(from, "jqPathExpressions"),
			  *managers = node_get(from, "managedFieldsManagers");
	struct owner_ignore *row = vec_push(a, out);
	uint32_t i;

	*row = (struct owner_ignore){
		.group = node_string_at(from, "group"),
		.kind = node_string_at(from, "kind"),
		.ns = node_string_at(from, "namespace"),
		.name = node_string_at(from, "name"),
	};
	for (i = 0; node_is(pointers, NODE_SEQ) && i < pointers->len; i++)
		if (node_is(pointers->items[i], NODE_STR))
			*vec_push(a, &row->fields) = pointers->items[i]->text;
	for (i = 0; node_is(paths, NODE_SEQ) && i < paths->len; i++) {
		const char *path = node_is(paths->items[i], NODE_STR)
					   ? path_of_jq(a, paths->items[i]->text)
					   : NULL;

		if (path)
			*vec_push(a, &row->fields) = path;
	}
	for (i = 0; node_is(managers, NODE_SEQ) && i < managers->len; i++)
		if (node_is(managers->items[i], NODE_STR))
			*vec_push(a, &row->managers) = managers->items[i]->text;
}

static void add_rows(struct arena *a, const struct node *list, struct owner_ignores *out)
{
	uint32_t i;

	for (i = 0; node_is(list, NODE_SEQ) && i < list->len; i++)
		add_row(a, list->items[i], out);
}

static bool argo_option(const struct node *list, const char *option)
{
	uint32_t i;

	for (i = 0; node_is(list, NODE_SEQ) && i < list->len; i++)
		if (node_is(list->items[i], NODE_STR) && !strcmp(list->items[i]->text, option))
			return true;
	return false;
}

const struct owner_ignores *owner_argocd_ignores(struct arena *a, const struct app *app)
{
	const struct node *spec = node_get(app->root, "spec");
	const struct node *options = node_path(spec, "syncPolicy", "syncOptions", NULL);
	struct owner_ignores *out = arena_new(a, struct owner_ignores);

	add_rows(a, node_get(app->inputs, "ignores"), out);
	add_rows(a, node_get(spec, "ignoreDifferences"), out);
	if (!out->count)
		return NULL;
	out->when_applied = argo_option(options, "RespectIgnoreDifferences=true");
	out->only_out_of_sync = argo_option(options, "ApplyOutOfSyncOnly=true");
	return out;
}
