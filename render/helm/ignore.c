#include "render/helm/ignore.h"

#include <string.h>

#include "base/text.h"
#include "render/helm/match.h"

static const char *add_rule(struct arena *a, const char *text, size_t len, struct ignore_rules *out)
{
	struct ignore_rule r = { 0 };
	char *pattern;

	while (len && strchr(" \t\r\n\v\f", text[0]))
		text++, len--;
	while (len && strchr(" \t\r\n\v\f", text[len - 1]))
		len--;
	if (!len || *text == '#')
		return NULL;
	pattern = arena_memdup(a, text, len);
	if (strstr(pattern, "**"))
		return "double-star (**) syntax is not supported";
	if (go_match(pattern, "abc") == MATCH_BAD_PATTERN)
		return "syntax error in pattern";
	r.negate = *pattern == '!';
	pattern += r.negate;
	len = strlen(pattern);
	r.only_directories = len && pattern[len - 1] == '/';
	if (r.only_directories)
		pattern[len - 1] = '\0';
	r.whole_path = strchr(pattern, '/') != NULL;
	r.literal = !strpbrk(pattern, "*?[\\");
	r.pattern = pattern + (*pattern == '/');
	r.suffix = !r.whole_path && *pattern == '*' && !strpbrk(pattern + 1, "*?[\\");
	*vec_push(a, out) = r;
	return NULL;
}

const char *ignore_parse(struct arena *a, const char *text, size_t len, struct ignore_rules *out)
{
	const char *end = text ? text + len : NULL, *error = NULL;

	if (text && len >= 3 && !memcmp(text, "\xef\xbb\xbf", 3))
		text += 3;
	while (text && text < end && !error) {
		const char *line = memchr(text, '\n', (size_t)(end - text));

		if (!line)
			line = end;
		error = add_rule(a, text, (size_t)(line - text), out);
		text = line + 1;
	}
	return error ? error : add_rule(a, "templates/.?*", 13, out);
}

bool ignore_matches(const struct ignore_rules *rules, const char *path, bool directory)
{
	const char *slash = strrchr(path, '/'), *base = slash ? slash + 1 : path;

	for (size_t i = 0; i < rules->count; i++) {
		const struct ignore_rule *r = &rules->items[i];
		const char *name = r->whole_path ? path : base;
		bool match = r->literal	 ? !strcmp(r->pattern, name)
			     : r->suffix ? text_ends(name, r->pattern + 1)
					 : go_match(r->pattern, name) == MATCH_YES;

		if (r->negate) {
			if ((r->only_directories && !directory) || !match)
				return true;
			continue;
		}
		if (match && (!r->only_directories || directory))
			return true;
	}
	return false;
}
