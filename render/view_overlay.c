#include <string.h>
#include "render/view_impl.h"

struct overlay_file {
	const char *text;
	size_t len;
	origin_id origin;
};
struct overlay {
	struct view *base;
	struct map files; /* path → struct overlay_file */
};

static int overlay_look(struct view *v, const char *path, struct view_entry *out, struct err *err)
{
	const struct overlay *o = v->data;

	(void)err;
	out->kind = map_get(&o->files, path) ? VIEW_FILE : view_kind(o->base, path);
	return 0;
}

static int overlay_load(struct view *v, const char *path, struct view_entry *entry,
			const char **text, size_t *len, struct err *err)
{
	const struct overlay *o = v->data;
	const struct overlay_file *file = map_get(&o->files, path);
	struct blob blob;

	if (file) {
		*text = file->text;
		*len = file->len;
		entry->origin = file->origin;
		return 0;
	}
	if (view_read(o->base, path, &blob, err) < 0)
		return -1;
	*text = blob.text;
	*len = blob.len;
	entry->origin = blob.origin;
	return 0;
}

static int overlay_list(struct view *v, struct arena *a, const char *path, struct view_entries *out,
			struct err *err)
{
	const struct overlay *o = v->data;
	struct view_items items = { 0 };
	size_t i;

	if (view_list(o->base, a, path, &items, err) < 0)
		return -1;
	for (i = 0; i < items.count; i++)
		*vec_push(a, out) = (struct view_entry){ .name = items.items[i].name,
							 .kind = items.items[i].kind };
	return 0;
}

static const struct view_ops overlay_ops = {
	.look = overlay_look,
	.load = overlay_load,
	.list = overlay_list,
};

struct view *view_new_overlay(struct view *base)
{
	struct view *v = view_new(view_run(base), NULL, &overlay_ops, view_name(base), NULL);
	struct overlay *o = arena_new(view_arena(v), struct overlay);

	o->base = base;
	map_init(&o->files, view_arena(v));
	v->data = o;
	return v;
}

void view_overlay_add(struct view *v, const char *path, const char *text, size_t len,
		      origin_id origin)
{
	struct arena *a = view_arena(v);
	struct overlay *o = v->data;
	struct overlay_file *f = arena_new(a, struct overlay_file);

	*f = (struct overlay_file){ arena_memdup(a, text, len), len, origin };
	map_set(&o->files, arena_strdup(a, path), f);
}
