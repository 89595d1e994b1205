/*
 * A field that a template prints in part ("{{ .Values.image }}:latest") starts with the template's
 * own text, and so its origin would name the template alone. Here it gets that of the first value
 * that is in it, which is the line that a user edits.
 */
#include "render/helm/internal.h"

struct refining {
	struct helm *h;
	const struct rendered_file *file;
};

static bool has_value(const struct refining *r, origin_id id)
{
	enum origin_via via;

	return origins_parent(r->h->run->origins, id, &via) != 0;
}

/* The index of the span that holds an offset. */
static size_t span_at(const struct printed *p, size_t offset)
{
	size_t low = 0, high = p->spans.count;

	while (low + 1 < high) {
		size_t mid = (low + high) / 2;

		if (p->spans.items[mid].offset <= offset)
			low = mid;
		else
			high = mid;
	}
	return low;
}

static void refine_scalar(const struct refining *r, struct node *n)
{
	const struct printed *p = &r->file->printed;
	size_t offset = n->origin - r->file->origin, end, i;

	if (n->origin < r->file->origin || offset >= p->text.len || !p->spans.count)
		return;
	end = offset + n->len + 2; /* with its quotes, if it has some */
	i = span_at(p, offset);
	if (has_value(r, p->spans.items[i].origin))
		return;
	for (i++; i < p->spans.count && p->spans.items[i].offset < end; i++) {
		if (has_value(r, p->spans.items[i].origin)) {
			n->origin = p->spans.items[i].origin;
			return;
		}
	}
}

static void refine(const struct refining *r, struct node *n)
{
	for (uint32_t i = 0; node_is(n, NODE_SEQ) && i < n->len; i++)
		refine(r, n->items[i]);
	for (uint32_t i = 0; node_is(n, NODE_MAP) && i < n->len; i++)
		refine(r, n->entries[i].value);
	if (node_is_scalar(n))
		refine_scalar(r, n);
}

void manifest_refine(struct helm *h, struct manifest *m)
{
	struct refining r = { h, m->file };

	if (m->file->origin && m->root)
		refine(&r, m->root);
}
