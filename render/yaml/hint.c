#include "render/yaml/hint.h"
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

/* The start of a line, counted from 1; the end of the text when there are fewer. */
static size_t line_start(const char *text, size_t len, unsigned line)
{
	size_t at = 0;

	while (--line && at < len) {
		const char *end = memchr(text + at, '\n', len - at);

		at = end ? (size_t)(end - text) + 1 : len;
	}
	return at;
}

static bool starts_with(const char *text, size_t left, const char *start)
{
	size_t len = strlen(start);

	return left >= len && !memcmp(text, start, len);
}

/* The first line with a marker of a merge's conflict; 0: there is none. */
static unsigned conflict_line(const char *text, size_t len)
{
	unsigned line = 1;

	for (size_t at = 0; at < len; line++) {
		const char *end = memchr(text + at, '\n', len - at);

		if (starts_with(text + at, len - at, "<<<<<<< ") ||
		    starts_with(text + at, len - at, ">>>>>>> "))
			return line;
		at = end ? (size_t)(end - text) + 1 : len;
	}
	return 0;
}

static bool is_wide(const char *text, size_t len)
{
	return len >= 4 && (!memcmp(text, "\xff\xfe", 2) || !memcmp(text, "\xfe\xff", 2) ||
			    (!text[0] && text[1]) || (text[0] && !text[1] && text[2] && !text[3]));
}

/* Whether the line, or the one before it, is indented with a tab. */
static bool has_tab(const char *text, size_t len, unsigned line)
{
	for (unsigned i = line > 1 ? line - 1 : 1; line && i <= line; i++) {
		size_t at = line_start(text, len, i);

		while (at < len && text[at] == ' ')
			at++;
		if (at < len && text[at] == '\t')
			return true;
	}
	return false;
}

void yaml_hint(const char *text, size_t len, struct err *err)
{
	unsigned conflict = conflict_line(text, len);
	char *end = err->msg + strlen(err->msg);
	size_t room = sizeof(err->msg) - (size_t)(end - err->msg);

	if (is_wide(text, len))
		snprintf(end, room, "; this looks like UTF-16: save it as UTF-8");
	else if (conflict)
		snprintf(end, room, "; the merge conflict at line %u is not resolved", conflict);
	else if (memmem(text, len, "{{", 2))
		snprintf(end, room, "; '{{' looks like a template: validate what it renders to");
	else if (has_tab(text, len, err->line))
		snprintf(end, room, "; YAML is indented with spaces, and a tab stands here");
}
