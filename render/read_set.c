#include "render/cache.h"
#include <string.h>
#include "base/sha256.h"

static const char *const kind_names[] = {
	[VIEW_ABSENT] = "absent",
	[VIEW_FILE] = "file",
	[VIEW_DIR] = "dir",
	[VIEW_SUBMODULE] = "submodule",
};

void read_set_init(struct read_set *set, struct arena *a)
{
	*set = (struct read_set){ .arena = a };
	map_init(&set->seen, a);
}

static void add(struct read_set *set, char verb, const char *path, const char *answer)
{
	struct arena *a = set->arena;
	char *key = arena_printf(a, "%c%s", verb, path);
	void **seen = map_at(&set->seen, key);

	if (*seen)
		return;
	*seen = key;
	*vec_push(a, set) = (struct read_question){
		.verb = verb,
		.path = key + 1,
		.answer = arena_strdup(a, answer),
	};
}

void read_set_add_read(struct read_set *set, const char *path, const struct blob *blob)
{
	char id[65];

	if (!blob)
		add(set, 'r', path, "");
	else if (*blob->id)
		add(set, 'r', path, blob->id);
	else
		add(set, 'r', path, sha256_hex(blob->text, blob->len, id));
}

void read_set_add_kind(struct read_set *set, const char *path, enum view_kind kind)
{
	add(set, 'k', path, kind_names[kind]);
}

/* Names and kinds alone: what is inside of an entry counts when it is asked for. */
static const char *list_answer(const struct view_items *items, char out[65])
{
	struct sha256 sha;

	if (!items)
		return "";
	sha256_init(&sha);
	for (size_t i = 0; i < items->count; i++) {
		sha256_add(&sha, kind_names[items->items[i].kind], 1);
		sha256_add(&sha, items->items[i].link ? "@" : " ", 1);
		sha256_add(&sha, items->items[i].name, strlen(items->items[i].name) + 1);
	}
	return sha256_end_hex(&sha, out);
}

void read_set_add_list(struct read_set *set, const char *path, const struct view_items *items)
{
	char id[65];

	add(set, 'l', path, list_answer(items, id));
}

void read_set_add_real(struct read_set *set, const char *path, const char *real)
{
	add(set, 'p', path, real ? real : "//");
}

void read_set_add_link(struct read_set *set, const char *path, const char *target)
{
	add(set, 'b', path, target ? target : "//");
}

static bool holds(const struct read_question *q, struct view *v, struct arena *scratch)
{
	struct view_items items;
	struct err err = ERR_INIT;
	const char *real;
	char id[65];

	switch (q->verb) {
	case 'r':
		view_ident(v, q->path, id);
		return !strcmp(id, q->answer);
	case 'k':
		return !strcmp(kind_names[view_kind(v, q->path)], q->answer);
	case 'l':
		if (view_list(v, scratch, q->path, &items, &err) < 0)
			return !*q->answer;
		return !strcmp(list_answer(&items, id), q->answer);
	case 'b':
		real = view_broken_link(v, q->path);
		return !strcmp(real ? real : "//", q->answer);
	default:
		real = view_real_path(v, q->path);
		return !strcmp(real ? real : "//", q->answer);
	}
}

bool read_set_holds(const struct read_set *set, struct view *v)
{
	struct arena scratch = ARENA_INIT;
	bool ok = true;

	for (size_t i = 0; ok && i < set->count; i++)
		ok = holds(&set->items[i], v, &scratch);
	arena_release(&scratch);
	return ok;
}
