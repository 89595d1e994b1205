#include "render/view_impl.h"

struct filtered {
	struct view *base;
	bool (*hides)(const void *data, const char *path, bool directory);
	const void *data;
	const char *why;
};

static bool is_hidden(const struct filtered *f, const char *path, enum view_kind kind)
{
	return kind != VIEW_ABSENT && f->hides(f->data, path, kind == VIEW_DIR);
}

static int filtered_look(struct view *v, const char *path, struct view_entry *out, struct err *err)
{
	const struct filtered *f = v->data;

	(void)err;
	out->kind = view_kind(f->base, path);
	if (is_hidden(f, path, out->kind))
		out->kind = VIEW_ABSENT;
	return 0;
}

static int filtered_load(struct view *v, const char *path, struct view_entry *entry,
			 const char **text, size_t *len, struct err *err)
{
	const struct filtered *f = v->data;
	struct blob blob;

	if (view_read(f->base, path, &blob, err) < 0)
		return -1;
	*text = blob.text;
	*len = blob.len;
	entry->origin = blob.origin;
	return 0;
}

static int filtered_list(struct view *v, struct arena *a, const char *path,
			 struct view_entries *out, struct err *err)
{
	const struct filtered *f = v->data;
	struct view_items items = { 0 };
	size_t i;

	if (view_list(f->base, a, path, &items, err) < 0)
		return -1;
	for (i = 0; i < items.count; i++)
		if (!is_hidden(f, view_join(a, path, items.items[i].name), items.items[i].kind))
			*vec_push(a, out) = (struct view_entry){ .name = items.items[i].name,
								 .kind = items.items[i].kind };
	return 0;
}

static int filtered_explain(struct view *v, const char *path, const struct view_entry *entry,
			    struct err *err)
{
	const struct filtered *f = v->data;

	(void)entry;
	if (!is_hidden(f, path, view_kind(f->base, path)))
		return 0;
	return err_raise(err, ERR_NOT_FOUND, NO_POS, "'%s' is %s", path, f->why);
}

static const struct view_ops filtered_ops = {
	.look = filtered_look,
	.load = filtered_load,
	.list = filtered_list,
	.explain = filtered_explain,
};

struct view *view_new_filtered(struct view *base,
			       bool (*hides)(const void *data, const char *path, bool directory),
			       const void *data, const char *why)
{
	struct view *v = view_new(view_run(base), NULL, &filtered_ops, view_name(base), NULL);
	struct filtered *f = arena_new(view_arena(v), struct filtered);

	*f = (struct filtered){ base, hides, data, why };
	v->data = f;
	return v;
}
