/* Where the lines of a literal block scalar stand in its file. */
#include "render/yaml/yaml.h"
#include <string.h>

static size_t indent_of(const char *line, const char *end, size_t most)
{
	size_t n = 0;

	while (line + n < end && n < most && line[n] == ' ')
		n++;
	return n;
}

/* The indentation of a block scalar: that of its first line which is not blank. */
static size_t block_indent(const char *at, const char *end)
{
	while (at < end) {
		size_t n = indent_of(at, end, (size_t)(end - at));

		if (at + n < end && at[n] != '\n' && at[n] != '\r')
			return n;
		at = memchr(at, '\n', (size_t)(end - at));
		if (!at)
			return 0;
		at++;
	}
	return 0;
}

struct origin_span *yaml_block_lines(struct arena *a, const char *text, size_t len, origin_id base,
				     const struct node *scalar, size_t *count)
{
	size_t offset = scalar->origin - base, at, indent;
	const char *end, *line;
	struct {
		VEC(struct origin_span);
	} spans = { 0 };

	*count = 0;
	if (scalar->style != STYLE_LITERAL || scalar->origin < base || offset >= len)
		return NULL;
	end = text + len;
	line = memchr(text + offset, '\n', len - offset);
	line = line ? line + 1 : end;
	indent = block_indent(line, end);
	for (at = 0; at < scalar->len && line < end; at++) {
		const char *next = memchr(scalar->text + at, '\n', scalar->len - at);
		size_t skip = indent_of(line, end, indent);

		*vec_push(a, &spans) =
			(struct origin_span){ (uint32_t)at,
					      base + (origin_id)(line + skip - text) };
		if (!next)
			break;
		at = (size_t)(next - scalar->text);
		line = memchr(line, '\n', (size_t)(end - line));
		line = line ? line + 1 : end;
	}
	*count = spans.count;
	return spans.items;
}
