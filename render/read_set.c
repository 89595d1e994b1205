#include "render/cache.h"
#include <string.h>
#include "base/sha256.h"
#include "render/view_impl.h"

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

/* The answers of a view to the questions about a path, by verb; NULL: not asked yet. */
static const char verbs[] = "rklpb";
struct answers {
	const char *known[sizeof(verbs) - 1];
};

static const char *ask(const struct read_question *q, struct view *v, struct arena *scratch)
{
	struct view_items items;
	struct err err = ERR_INIT;
	const char *real;
	char id[65];

	switch (q->verb) {
	case 'r':
		view_ident(v, q->path, id);
		return arena_strdup(scratch, id);
	case 'k':
		return kind_names[view_kind(v, q->path)];
	case 'l':
		if (view_list(v, scratch, q->path, &items, &err) < 0)
			return "";
		return arena_strdup(scratch, list_answer(&items, id));
	case 'b':
		real = view_broken_link(v, q->path);
		return real ? real : "//";
	default:
		real = view_real_path(v, q->path);
		return real ? real : "//";
	}
}

/* Many apps ask the same of a chart that they share. */
static bool holds(const struct read_question *q, struct view *v, struct arena *scratch)
{
	const char *verb = strchr(verbs, q->verb), *answer = NULL;
	struct arena *kept = view_arena(v);
	struct answers *of;
	void **slot;

	if (!verb || !q->verb)
		return false;
	pthread_mutex_lock(&v->store->lock);
	of = map_get(&v->held, q->path);
	answer = of ? of->known[verb - verbs] : NULL;
	pthread_mutex_unlock(&v->store->lock);
	if (answer)
		return !strcmp(answer, q->answer);
	answer = ask(q, v, scratch);
	pthread_mutex_lock(&v->store->lock);
	slot = of ? NULL : map_at(&v->held, arena_strdup(kept, q->path));
	if (slot)
		of = *slot = arena_new(kept, struct answers);
	of->known[verb - verbs] = arena_strdup(kept, answer);
	pthread_mutex_unlock(&v->store->lock);
	return !strcmp(answer, q->answer);
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
