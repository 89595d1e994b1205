#include "tests/fuzz/files.h"

#include <string.h>

void add_files(struct view *v, const char *first, const char *text, size_t size)
{
	const char *end = text + size, *name = first, *next, *line;
	char held[64];

	while (text < end) {
		next = memmem(text, (size_t)(end - text), "\n=== ", 5);
		view_memory_add(v, name, text,
				next ? (size_t)(next + 1 - text) : (size_t)(end - text));
		if (!next)
			return;
		name = next + 5;
		line = memchr(name, '\n', (size_t)(end - name));
		if (!line || line == name || (size_t)(line - name) >= sizeof(held) ||
		    memchr(name, '\0', (size_t)(line - name)))
			return;
		memcpy(held, name, (size_t)(line - name));
		held[line - name] = '\0';
		name = held;
		text = line + 1;
	}
}
