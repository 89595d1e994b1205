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

/* Whether a ':' stands in the line before a column, so that the one there is within a text. */
static bool is_second_colon(const char *text, size_t len, unsigned line, unsigned column)
{
	size_t at = line_start(text, len, line);

	for (unsigned i = 1; i < column && at < len && text[at] != '\n'; i++, at++)
		if (text[at] == ':' && at + 1 < len && text[at + 1] == ' ')
			return true;
	return false;
}

/* What the parser's own words are about, to whoever wrote the text. */
static const char *plain_words(const char *text, size_t len, const struct err *err)
{
	static const struct {
		const char *says, *means;
	} words[] = {
		{ "while scanning a quoted scalar", "the quote is not closed" },
		{ "did not find expected key", "lines of one mapping start in the same column" },
		{ "could not find expected ':'", "a key has ': ' behind it" },
		{ "did not find expected '-'", "items of one list start in the same column" },
		{ "block sequence entries are not", "a list starts on a line of its own" },
		{ "expected ',' or", "a bracket is not closed, or a comma is missing" },
	};
	size_t start = line_start(text, len, err->line);
	size_t at = start + (err->column ? err->column - 1 : 0);

	if (strstr(err->msg, "mapping values are not allowed"))
		return is_second_colon(text, len, err->line, err->column)
			       ? "a text with ': ' in it needs quotes"
			       : "the line is indented further than those beside it";
	if (strstr(err->msg, "cannot start any token"))
		return at < len && strchr("@`%", text[at])
			       ? "a text that starts with '@', '`' or '%' needs quotes"
			       : NULL;
	if (strstr(err->msg, "did not find expected key") && at < len &&
	    (memchr(text + start, '"', at - start) || memchr(text + start, '\'', at - start)))
		return "a text has quotes around all of it, or around nothing";
	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (strstr(err->msg, words[i].says))
			return words[i].means;
	return NULL;
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
	else if (plain_words(text, len, err))
		snprintf(end, room, "; %s", plain_words(text, len, err));
}
