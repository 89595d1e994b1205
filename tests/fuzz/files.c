#include "tests/fuzz/files.h"

#include <string.h>

static void add_files(struct view *v, const char *first, const char *text, size_t size)
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

int fuzz_files(const uint8_t *data, size_t size, const char *first, const struct fuzz_file *beside,
	       size_t count, void (*render)(struct run *run, struct view *v))
{
	struct view *v;
	struct run run;

	if (size > 8192)
		return 0;
	run_init(&run);
	run.offline = true;
	v = view_new_memory(&run, NULL);
	for (size_t i = 0; i < count; i++)
		view_memory_add(v, beside[i].path, beside[i].text, strlen(beside[i].text));
	add_files(v, first, (const char *)data, size);
	render(&run, v);
	view_free(v);
	run_release(&run);
	return 0;
}
