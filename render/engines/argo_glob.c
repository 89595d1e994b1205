/* Patterns of Argo CD over the files of a view: of value files, of git generators. */
#include <stdlib.h>
#include <string.h>
#include "render/engines/argo.h"
#include "render/helm/helm.h"

enum { MAX_BRACES = 256 };

/* ---- every file below a directory ---- */

static int list_files(struct arena *a, struct view *v, const char *dir, struct argo_paths *out,
		      struct err *err)
{
	struct view_items items = { 0 };
	size_t i;

	if (view_list(v, a, dir, &items, err) < 0)
		return -1;
	for (i = 0; i < items.count; i++) {
		const char *path = *dir ? arena_printf(a, "%s/%s", dir, items.items[i].name)
					: items.items[i].name;

		if (items.items[i].kind == VIEW_FILE)
			*vec_push(a, out) = path;
		else if (items.items[i].kind == VIEW_DIR && strcmp(items.items[i].name, ".git") &&
			 list_files(a, v, path, out, err) < 0)
			return -1;
	}
	return 0;
}

/* The directory that holds all that a pattern can match. */
static const char *fixed_part(struct arena *a, const char *pattern)
{
	size_t n = strcspn(pattern, "*?[{\\");

	while (n && pattern[n - 1] != '/')
		n--;
	return n ? arena_memdup(a, pattern, n - 1) : "";
}

/* ---- doublestar ---- */

static bool match_names(struct arena *a, const char *pattern, const char *path)
{
	size_t n = strcspn(pattern, "/"), m = strcspn(path, "/");

	if (n == 2 && !strncmp(pattern, "**", 2)) {
		for (;;) {
			if (!pattern[2] || match_names(a, pattern + 3, path))
				return true;
			if (!path[m])
				return false;
			path += m + 1;
			m = strcspn(path, "/");
		}
	}
	if (!*path || go_match(arena_memdup(a, pattern, n), arena_memdup(a, path, m)) != MATCH_YES)
		return false;
	if (!pattern[n] || !path[m])
		return pattern[n] == path[m];
	return match_names(a, pattern + n + 1, path + m + 1);
}

/* The end of the alternatives after '{'; NULL when they are not closed. */
static const char *brace_end(const char *p)
{
	int depth = 1;

	for (; *p; p++) {
		if (*p == '\\' && p[1])
			p++;
		else if (*p == '{')
			depth++;
		else if (*p == '}' && !--depth)
			return p;
	}
	return NULL;
}

static void expand_braces(struct arena *a, const char *pattern, struct argo_paths *out)
{
	const char *open = strchr(pattern, '{'), *close = open ? brace_end(open + 1) : NULL, *p;
	const char *from;
	int depth = 0;

	if (!close || out->count > MAX_BRACES) {
		*vec_push(a, out) = pattern;
		return;
	}
	for (p = from = open + 1; p <= close; p++) {
		if ((*p == ',' && !depth) || p == close) {
			expand_braces(a,
				      arena_printf(a, "%.*s%.*s%s", (int)(open - pattern), pattern,
						   (int)(p - from), from, close + 1),
				      out);
			from = p + 1;
		}
		depth += (*p == '{') - (*p == '}');
	}
}

static bool matches_any(struct arena *a, const struct argo_paths *patterns, const char *path)
{
	size_t i;

	for (i = 0; i < patterns->count; i++)
		if (match_names(a, patterns->items[i], path))
			return true;
	return false;
}

int argo_glob(struct arena *a, struct view *v, const char *pattern, struct argo_paths *out,
	      struct err *err)
{
	struct argo_paths all = { 0 }, patterns = { 0 };
	const char *dir = fixed_part(a, pattern);
	size_t i;

	if (view_kind(v, dir) != VIEW_DIR)
		return 0;
	if (list_files(a, v, dir, &all, err) < 0)
		return -1;
	expand_braces(a, pattern, &patterns);
	for (i = 0; i < all.count; i++)
		if (matches_any(a, &patterns, all.items[i]))
			*vec_push(a, out) = all.items[i];
	return 0;
}

/* ---- git's ---- */

/* One of "[abc]", "[a-z]", "[!a]" at *p; moves behind it. */
static bool match_set(const char **p, char c)
{
	const char *q = *p + 1;
	bool invert = *q == '!' || *q == '^', found = false, first = true;

	q += invert;
	for (; *q && (first || *q != ']'); q++, first = false) {
		char low = *q, high;

		if (low == '\\' && q[1])
			low = *++q;
		high = low;
		if (q[1] == '-' && q[2] && q[2] != ']') {
			high = q[2];
			q += 2;
		}
		found |= c >= low && c <= high;
	}
	*p = *q ? q + 1 : q;
	return found != invert;
}

/* A pathspec of git: '*' and '?' stand for '/' too. */
static bool match_pathspec(const char *p, const char *text)
{
	const char *star = NULL, *again = NULL;

	for (;;) {
		const char *next = p + 1;
		bool ok = false;

		if (*p == '*') {
			star = ++p;
			again = text;
			continue;
		}
		if (!*p && !*text)
			return true;
		if (*text && *p == '?') {
			ok = true;
		} else if (*text && *p == '[') {
			next = p;
			ok = match_set(&next, *text);
		} else if (*text && *p == '\\' && p[1]) {
			next = p + 2;
			ok = p[1] == *text;
		} else {
			ok = *text && *p == *text;
		}
		if (ok) {
			p = next;
			text++;
			continue;
		}
		if (!star || !*again)
			return false;
		p = star;
		text = ++again;
	}
}

int argo_ls_files(struct arena *a, struct view *v, const char *pattern, struct argo_paths *out,
		  struct err *err)
{
	struct argo_paths all = { 0 };
	const char *dir = fixed_part(a, pattern);
	size_t len = strlen(pattern), i;

	if (view_kind(v, dir) != VIEW_DIR)
		return 0;
	if (list_files(a, v, dir, &all, err) < 0)
		return -1;
	while (len && pattern[len - 1] == '/')
		len--;
	for (i = 0; i < all.count; i++) {
		const char *path = all.items[i];

		if (match_pathspec(pattern, path) ||
		    (!strncmp(path, pattern, len) && path[len] == '/'))
			*vec_push(a, out) = path;
	}
	return 0;
}

/* ---- patterns whose '*' stands for '/' too ---- */

bool argo_wide_glob(struct glob **out, struct arena *a, const char *pattern)
{
	struct buf wide;
	bool ok;

	buf_init(&wide, 0);
	for (; *pattern; pattern++) {
		if (*pattern == '*')
			buf_str(&wide, "**");
		else
			buf_char(&wide, *pattern);
		while (*pattern == '*' && pattern[1] == '*')
			pattern++;
	}
	ok = glob_open(out, a, wide.text ? wide.text : "", wide.len);
	buf_release(&wide);
	return ok;
}

bool argo_matches(struct arena *a, const char *pattern, const char *text)
{
	struct glob *glob;

	if (!strcmp(pattern, "*"))
		return true;
	return argo_wide_glob(&glob, a, pattern) && glob_matches(glob, text, strlen(text));
}

bool argo_takes(struct arena *a, const char *pattern, const char *text)
{
	return *pattern == '!' ? !argo_matches(a, pattern + 1, text)
			       : argo_matches(a, pattern, text);
}
