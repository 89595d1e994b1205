#include "render/engines/argo_paths.h"
#include <stdlib.h>
#include <string.h>
#include "base/vec.h"

static const char letters[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_";

struct step {
	enum { STEP_KEY, STEP_INDEX, STEP_ALL, STEP_SELECT } kind;
	const char *key, *text;			       /* select: the key, and what it equals, */
	enum { IS_EQUAL, STARTS, ENDS, CONTAINS } how; /* or has */
	uint32_t index;
};

struct steps {
	VEC(struct step);
};

/* ---- reading ---- */

/* A text in double quotes, without escapes; NULL: there is none. */
static const char *quoted(struct arena *a, const char **p)
{
	size_t len;

	if (**p != '"')
		return NULL;
	len = strcspn(*p + 1, "\"\\");
	if ((*p)[len + 1] != '"')
		return NULL;
	*p += len + 2;
	return arena_memdup(a, *p - len - 1, len);
}

static const char *word(struct arena *a, const char **p)
{
	size_t len = strspn(*p, letters);

	*p += len;
	return len ? arena_memdup(a, *p - len, len) : NULL;
}

static bool skip(const char **p, const char *text)
{
	size_t len = strlen(text);

	*p += strspn(*p, " \t\n");
	if (strncmp(*p, text, len) != 0)
		return false;
	*p += len;
	*p += strspn(*p, " \t\n");
	return true;
}

/* What stands behind "[". */
static bool bracket(struct arena *a, const char **p, struct step *out)
{
	*p += strspn(*p, " ");
	if (**p == '"') {
		out->key = quoted(a, p);
	} else if (**p == ']') {
		out->kind = STEP_ALL;
	} else {
		size_t len = strspn(*p, "0123456789");

		if (!len || len > 6)
			return false;
		out->kind = STEP_INDEX;
		out->index = (uint32_t)strtoul(*p, NULL, 10);
		*p += len;
	}
	return skip(p, "]") && (out->kind != STEP_KEY || out->key);
}

/* What stands behind "| " there: `startswith("value")`. */
static bool test(struct arena *a, const char **p, struct step *out)
{
	static const char *const names[] = {
		[STARTS] = "startswith", [ENDS] = "endswith", [CONTAINS] = "contains"
	};
	size_t i;

	for (i = STARTS; i < ARRAY_SIZE(names); i++)
		if (skip(p, names[i]))
			break;
	if (i == ARRAY_SIZE(names) || !skip(p, "(") || !(out->text = quoted(a, p)))
		return false;
	out->how = i;
	return skip(p, ")");
}

/* `select(.key == "value")` */
static bool selection(struct arena *a, const char **p, struct step *out)
{
	out->kind = STEP_SELECT;
	if (!skip(p, "(") || !skip(p, ".") || !(out->key = word(a, p)))
		return false;
	if (skip(p, "|"))
		return test(a, p, out) && skip(p, ")");
	if (!skip(p, "=="))
		return false;
	out->text = quoted(a, p);
	return out->text && skip(p, ")");
}

static bool read_step(struct arena *a, const char **p, struct step *out)
{
	*out = (struct step){ .kind = STEP_KEY };
	if (skip(p, "select"))
		return selection(a, p, out);
	if (skip(p, "["))
		return bracket(a, p, out);
	if (!skip(p, "."))
		return false;
	if (skip(p, "["))
		return bracket(a, p, out);
	out->key = **p == '"' ? quoted(a, p) : word(a, p);
	return out->key != NULL;
}

static bool read_path(struct arena *a, const char *path, struct steps *out)
{
	path += strspn(path, " \t\n");
	while (*path) {
		struct step step;

		if (skip(&path, "|") || skip(&path, "?"))
			continue;
		if (!read_step(a, &path, &step))
			return false;
		*vec_push(a, out) = step;
		path += strspn(path, " \t\n");
	}
	return out->count > 0;
}

/* ---- cutting ---- */

static bool is_doomed(struct node *n, const struct step *steps, size_t count);

static void cut_all(struct node *n, const struct step *steps, size_t count)
{
	uint32_t i;

	if (node_is(n, NODE_SEQ))
		for (i = n->len; i-- > 0;)
			if (is_doomed(n->items[i], steps, count))
				node_remove_at(n, i);
	if (node_is(n, NODE_MAP))
		for (i = n->len; i-- > 0;)
			if (is_doomed(n->entries[i].value, steps, count))
				node_remove(n, n->entries[i].key->text);
}

static bool is_selected(const struct node *n, const struct step *step)
{
	const char *value = node_string_at(n, step->key);
	size_t len = strlen(value), part = strlen(step->text);

	switch (step->how) {
	case IS_EQUAL:
		return !strcmp(value, step->text);
	case STARTS:
		return !strncmp(value, step->text, part);
	case ENDS:
		return len >= part && !strcmp(value + len - part, step->text);
	case CONTAINS:
		return strstr(value, step->text) != NULL;
	}
	return false;
}

/* Whether the node itself is what the steps lead to; what is below it and is, goes. */
static bool is_doomed(struct node *n, const struct step *steps, size_t count)
{
	struct node *child;

	if (!count)
		return true;
	switch (steps->kind) {
	case STEP_KEY:
		child = node_get(n, steps->key);
		if (child && is_doomed(child, steps + 1, count - 1))
			node_remove(n, steps->key);
		return false;
	case STEP_INDEX:
		if (node_is(n, NODE_SEQ) && steps->index < n->len &&
		    is_doomed(n->items[steps->index], steps + 1, count - 1))
			node_remove_at(n, steps->index);
		return false;
	case STEP_ALL:
		cut_all(n, steps + 1, count - 1);
		return false;
	case STEP_SELECT:
		return is_selected(n, steps) && is_doomed(n, steps + 1, count - 1);
	}
	return false;
}

bool argo_cut_path(struct arena *a, struct node *tree, const char *path)
{
	struct steps steps = { 0 };

	if (!read_path(a, path, &steps))
		return false;
	is_doomed(tree, steps.items, steps.count);
	return true;
}

/* One token, "~1" and "~0" undone. */
static char *token(struct arena *a, const char *text, size_t len)
{
	char *out = arena_memdup(a, text, len), *to = out;
	const char *from;

	for (from = out; *from; from++) {
		bool escaped = *from == '~' && (from[1] == '0' || from[1] == '1');

		*to++ = !escaped ? *from : from[1] == '0' ? '~' : '/';
		from += escaped;
	}
	*to = '\0';
	return out;
}

void argo_cut_pointer(struct arena *a, struct node *tree, const char *pointer)
{
	struct node *at = tree, *parent = NULL;
	const char *last = "";

	while (at && *pointer == '/') {
		size_t len = strcspn(pointer + 1, "/");

		last = token(a, pointer + 1, len);
		pointer += len + 1;
		parent = at;
		if (node_is(at, NODE_SEQ)) {
			uint32_t i = (uint32_t)strtoul(last, NULL, 10);

			at = *last && strspn(last, "0123456789") == strlen(last) && i < at->len
				     ? at->items[i]
				     : NULL;
		} else {
			at = node_get(at, last);
		}
	}
	if (!at || !parent)
		return;
	if (node_is(parent, NODE_SEQ))
		node_remove_at(parent, strtoul(last, NULL, 10));
	else
		node_remove(parent, last);
}
