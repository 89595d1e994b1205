#include <stdlib.h>
#include <string.h>
#include "render/view_impl.h"

struct memory_file {
	const char *text;
	size_t len;
	bool dir;
};

struct memory {
	struct map files; /* by path, directories included; their order is the order of addition */
};

static int memory_look(struct view *v, const char *path, struct view_entry *out, struct err *err)
{
	const struct memory *m = v->data;
	const struct memory_file *f = map_get(&m->files, path);

	(void)err;
	if (!*path)
		out->kind = VIEW_DIR;
	else if (f)
		out->kind = f->dir ? VIEW_DIR : VIEW_FILE;
	return 0;
}

static int memory_load(struct view *v, const char *path, struct view_entry *entry,
		       const char **text, size_t *len, struct err *err)
{
	const struct memory *m = v->data;
	const struct memory_file *f = map_get(&m->files, path);

	(void)entry, (void)err;
	*text = f->text;
	*len = f->len;
	return 0;
}

static int memory_list(struct view *v, struct arena *a, const char *path, struct view_entries *out,
		       struct err *err)
{
	const struct memory *m = v->data;
	size_t len = strlen(path);
	const struct map_entry *e;
	const struct memory_file *f;

	(void)err;
	for (size_t i = 0; i < m->files.count; i++) {
		e = &m->files.entries[i];
		f = e->value;
		if (!e->key || strncmp(e->key, path, len) || (len && e->key[len] != '/') ||
		    strchr(e->key + len + (len > 0), '/'))
			continue;
		*vec_push(a, out) = (struct view_entry){
			.name = arena_strdup(a, e->key + len + (len > 0)),
			.kind = f->dir ? VIEW_DIR : VIEW_FILE,
		};
	}
	return 0;
}

static const struct view_ops memory_ops = {
	.look = memory_look,
	.load = memory_load,
	.list = memory_list,
};

struct view *view_new_memory(struct run *run, const char *source)
{
	struct view *v = view_new(run, NULL, &memory_ops, source ? source : "memory", source);
	struct memory *m = arena_new(view_arena(v), struct memory);

	map_init(&m->files, view_arena(v));
	v->data = m;
	return v;
}

static void add_above(struct view *v, const char *path)
{
	struct arena *a = view_arena(v);
	struct memory *m = v->data;
	struct memory_file *dir;

	for (path = view_dirname(a, path); *path; path = view_dirname(a, path)) {
		if (map_get(&m->files, path))
			return;
		dir = arena_new(a, struct memory_file);
		dir->dir = true;
		map_set(&m->files, path, dir);
	}
}

void view_memory_add(struct view *v, const char *path, const char *text, size_t len)
{
	struct arena *a = view_arena(v);
	struct memory *m = v->data;
	struct memory_file *f = arena_new(a, struct memory_file);

	path = view_join(a, "", path);
	if (!path || !*path)
		return;
	f->text = arena_memdup(a, text, len);
	f->len = len;
	pthread_mutex_lock(&v->store->lock);
	map_set(&m->files, path, f);
	add_above(v, path);
	map_init(&v->answers, a);
	pthread_mutex_unlock(&v->store->lock);
}
