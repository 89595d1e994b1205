#include "validate/path.h"

#include "base/buf.h"

static void add(struct buf *b, const struct path *p)
{
	if (!p || p->kind == PATH_ROOT)
		return;
	add(b, p->up);
	if (p->kind == PATH_INDEX) {
		buf_printf(b, "[%zu]", p->len);
	} else if (p->kind == PATH_KEY) {
		buf_char(b, '[');
		buf_add(b, p->name, p->len);
		buf_char(b, ']');
	} else {
		if (b->len)
			buf_char(b, '.');
		buf_add(b, p->name, p->len);
	}
}

char *path_text(struct arena *a, const struct path *p)
{
	struct buf b;
	char *text;

	buf_init(&b, 0);
	add(&b, p);
	text = buf_dup(&b, a);
	buf_release(&b);
	return text;
}
