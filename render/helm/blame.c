/*
 * Which line of the repository is to be mended when a chart fails: Helm's texts, which stay as they
 * are, name a template by its chart, or no file at all.
 */
#include <stdlib.h>
#include <string.h>

#include "render/helm/chart.h"

void helm_blame(struct helm *h, origin_id at)
{
	if (!h->fault)
		h->fault = at;
}

/* The number behind the last "line " of a message; 0 when there is none. */
static unsigned long line_of(const char *message)
{
	static const char word[] = "line ";
	const char *at = message, *last = NULL;

	for (; (at = strstr(at, word)); at += sizeof(word) - 1)
		last = at + sizeof(word) - 1;
	return last ? strtoul(last, NULL, 10) : 0;
}

void helm_blame_text(struct helm *h, const struct helm_file *file, const char *message)
{
	unsigned long line = line_of(message);
	const char *p = file->text, *end = file->text + file->len, *next;

	for (; line > 1 && (next = memchr(p, '\n', (size_t)(end - p))) && next + 1 < end; line--)
		p = next + 1;
	while (p + 1 < end && *p == ' ')
		p++;
	helm_blame(h, file->origin ? file->origin + (origin_id)(p - file->text) : 0);
}

void helm_settle_blame(struct helm *h, struct view *v, const char *path, struct err *err)
{
	const char *metadata = arena_printf(h->arena, "%s%sChart.yaml", path, *path ? "/" : "");
	struct origin_pos pos;
	struct err none = ERR_INIT;
	struct blob blob;

	if (err->file[0])
		return;
	if (!h->fault && view_kind(v, metadata) == VIEW_FILE &&
	    view_read(v, metadata, &blob, &none) == 0)
		h->fault = blob.origin;
	if (origins_resolve(h->run->origins, h->fault, &pos) && !pos.source)
		err_cause(err, (struct pos){ pos.file, pos.line, pos.column });
}
