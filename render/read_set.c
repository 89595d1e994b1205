#include "render/cache.h"
#include <stdlib.h>
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

static bool all_hold(const struct read_question *questions, size_t count, struct view *v,
		     struct arena *scratch)
{
	bool ok = true;

	for (size_t i = 0; ok && i < count; i++)
		ok = holds(&questions[i], v, scratch);
	return ok;
}

/* Many apps have a group in common: each view answers it once. */
static bool group_holds(const struct read_group *g, struct view *v, struct arena *scratch)
{
	static char yes[] = "yes", no[] = "no";
	const char *known, *tree;
	bool ok;

	pthread_mutex_lock(&v->store->lock);
	known = map_get_n(&v->held_groups, g->id, 32);
	pthread_mutex_unlock(&v->store->lock);
	if (known)
		return known == yes;
	tree = *g->tree ? view_tree(v, g->dir) : NULL;
	ok = (tree && !strcmp(tree, g->tree)) || all_hold(g->items, g->count, v, scratch);
	pthread_mutex_lock(&v->store->lock);
	*map_at_n(&v->held_groups, g->id, 32) = ok ? yes : no;
	pthread_mutex_unlock(&v->store->lock);
	return ok;
}

bool read_set_holds(const struct read_set *set, struct view *v)
{
	struct arena scratch = ARENA_INIT;
	bool ok = all_hold(set->items, set->count, v, &scratch);

	for (size_t i = 0; ok && i < set->groups.count; i++)
		ok = group_holds(set->groups.items[i], v, &scratch);
	arena_release(&scratch);
	return ok;
}

/* --- groups --------------------------------------------------------------------------------- */

struct placed {
	const char *dir;
	const struct read_question *question;
};

static int by_place(const void *one, const void *two)
{
	const struct placed *a = one, *b = two;
	int order = strcmp(a->dir, b->dir);

	order = order ? order : strcmp(a->question->path, b->question->path);
	return order ? order : a->question->verb - b->question->verb;
}

/* What all questions about a directory and what stands in it depend on; "" where it is more. */
static const char *whole_tree(struct view *v, struct arena *a, const char *dir)
{
	const char *tree = view_tree(v, dir);
	struct view_items items = { 0 };
	struct err ignored = ERR_INIT;

	if (!tree || view_list(v, a, dir, &items, &ignored) < 0)
		return "";
	for (size_t i = 0; i < items.count; i++)
		if (items.items[i].link)
			return "";
	return tree;
}

/* "tree dir", and "verb answer path" for each question, each ended by NUL. */
static bool write_group(struct arena *a, struct view *v, const struct placed *of, size_t count,
			struct read_text *out)
{
	char hex[65];

	buf_init(&out->text, 0);
	buf_printf(&out->text, "%s %s", whole_tree(v, a, of->dir), of->dir);
	buf_char(&out->text, '\0');
	for (size_t i = 0; i < count; i++) {
		const struct read_question *q = of[i].question;

		if (strchr(q->answer, ' '))
			return false; /* a physical path with a space: rare */
		buf_printf(&out->text, "%c%s %s", q->verb, q->answer, q->path);
		buf_char(&out->text, '\0');
	}
	sha256_hex(out->text.text, out->text.len, hex);
	memcpy(out->id, hex, 32);
	out->id[32] = '\0';
	return true;
}

bool read_set_write(const struct read_set *set, struct arena *a, struct view *v,
		    struct read_texts *out)
{
	struct placed *all = arena_array(a, set->count + 1, struct placed);
	size_t from, to;

	for (size_t i = 0; i < set->count; i++) {
		const struct read_question *q = &set->items[i];

		all[i] = (struct placed){ q->verb == 'l' ? q->path : view_dirname(a, q->path), q };
	}
	qsort(all, set->count, sizeof(*all), by_place);
	for (from = 0; from < set->count; from = to) {
		for (to = from + 1; to < set->count && !strcmp(all[to].dir, all[from].dir);)
			to++;
		if (!write_group(a, v, all + from, to - from, vec_push(a, out)))
			return false;
	}
	return !set->groups.count;
}

struct read_group *read_group_read(struct arena *a, const char *id, const char *text, size_t len)
{
	struct read_group *g = arena_new(a, struct read_group);
	const char *p = text, *end = text + len, *space, *nul;

	*g = (struct read_group){ .id = arena_memdup(a, id, 32) };
	for (; p < end; p = nul + 1) {
		nul = memchr(p, '\0', (size_t)(end - p));
		space = nul ? memchr(p, ' ', (size_t)(nul - p)) : NULL;
		if (!space)
			return NULL;
		if (p == text) {
			g->tree = arena_memdup(a, p, (size_t)(space - p));
			g->dir = space + 1;
			continue;
		}
		*vec_push(a, g) = (struct read_question){
			.verb = *p,
			.answer = arena_memdup(a, p + 1, (size_t)(space - p) - 1),
			.path = space + 1,
		};
	}
	return g->dir ? g : NULL;
}
