#include "render/view_impl.h"
#include "base/url.h"
#include <stdlib.h>
#include <string.h>
#include "base/sha256.h"
#include "render/cache.h"

enum { PATH_BYTES = 8192 }; /* a longer path is refused: resolving recurses by its components */

/* What a view knows of a path that was asked; paths that lead to one file share its answer. */
struct view_answer {
	const char *path; /* physical */
	struct view_entry entry;
	struct blob blob;
	bool loaded;
};

struct view *view_new(struct run *run, struct view_store *store, const struct view_ops *ops,
		      const char *name, const char *source)
{
	struct view *v = calloc(1, sizeof(*v));

	if (!v)
		abort();
	v->own_store = !store;
	v->store = store ? store : view_store_new(run);
	v->ops = ops;
	pthread_mutex_lock(&v->store->lock);
	v->name = arena_strdup(&v->store->arena, name);
	v->source = source ? arena_strdup(&v->store->arena, source) : NULL;
	map_init(&v->answers, &v->store->arena);
	map_init(&v->held, &v->store->arena);
	map_init(&v->held_groups, &v->store->arena);
	pthread_mutex_unlock(&v->store->lock);
	return v;
}

void view_free(struct view *v)
{
	void (*after)(void *);
	void *data;

	if (!v || v->of)
		return;
	after = v->after;
	data = v->after_data;
	if (v->ops->free)
		v->ops->free(v);
	if (v->own_store)
		view_store_free(v->store);
	free(v);
	if (after)
		after(data);
}

struct arena *view_arena(struct view *v)
{
	return &v->store->arena;
}

struct run *view_run(const struct view *v)
{
	return v->store->run;
}

const char *view_name(const struct view *v)
{
	return v->name;
}

const char *view_root(const struct view *v)
{
	const struct view *real = v->of ? v->of : v;

	return real->root ? real->root : "";
}

const char *view_commit(const struct view *v)
{
	return v->commit;
}

struct view *view_recording(struct view *v, struct arena *a, struct read_set *set)
{
	struct view *r = arena_new(a, struct view);

	*r = (struct view){
		.ops = v->ops,
		.store = v->store,
		.name = v->name,
		.source = v->source,
		.commit = v->commit,
		.urls = v->urls,
	};
	r->of = v;
	r->set = set;
	return r;
}

bool view_is_source(const struct view *v, const char *url, bool *known)
{
	bool found = false;
	size_t i;

	for (i = 0; v->urls && v->urls[i] && !found; i++)
		found = url_same_repository(v->urls[i], url);
	if (known)
		*known = i > 0;
	return found;
}

static bool path_is_clean(const char *path)
{
	if (!*path)
		return true;
	for (size_t n;; path += n + 1) {
		n = strcspn(path, "/");
		if (!n || (n == 1 && *path == '.') || (n == 2 && !memcmp(path, "..", 2)))
			return false;
		if (!path[n])
			return true;
	}
}

/* --- resolving --------------------------------------------------------------------------- */

static int resolve(struct view *v, const char *path, int *hops, struct view_answer **out,
		   struct err *err);

static int leaves(struct view *v, const char *link, const char *target, struct err *err)
{
	return err_raise(err, ERR_INPUT, (struct pos){ .file = link },
			 "this symbolic link leads to '%s', outside of %s", target, v->name);
}

/* A link's target as a path below the root without a leading slash; NULL when it is elsewhere. */
static const char *rebase(const struct view *v, const char *target)
{
	size_t len = v->root ? strlen(v->root) : 0;

	if (!v->root || strncmp(target, v->root, len))
		return NULL;
	target += len;
	if (*target && *target != '/' && len && v->root[len - 1] != '/')
		return NULL;
	return target + strspn(target, "/");
}

static struct view_answer *answer_absent(struct view *v, const char *path)
{
	struct view_answer *answer = arena_new(view_arena(v), struct view_answer);

	answer->path = path;
	return answer;
}

/*
 * Walk a link's target from the directory that the link is in. Unlike view_join this steps up from
 * where a directory really is, as the file system does.
 */
static int follow(struct view *v, const char *link, const char *target, int *hops,
		  struct view_answer **out, struct err *err)
{
	struct arena *a = view_arena(v);
	char *at = view_dirname(a, link);
	const char *p = target;
	struct view_answer *answer = NULL;
	size_t n;

	if (*target == '/') {
		at = arena_strdup(a, "");
		p = rebase(v, target);
		if (!p)
			return leaves(v, link, target, err);
	}
	for (; *p; p += n + (p[n] == '/')) {
		n = strcspn(p, "/");
		if (!n || (n == 1 && *p == '.'))
			continue;
		if (n == 2 && !memcmp(p, "..", 2)) {
			if (!*at)
				return leaves(v, link, target, err);
			at = view_dirname(a, at);
			continue;
		}
		at = arena_printf(a, "%s%s%.*s", at, *at ? "/" : "", (int)n, p);
		if (resolve(v, at, hops, &answer, err) < 0)
			return -1;
		if (answer->entry.kind != VIEW_DIR && p[n]) {
			*out = answer_absent(v, arena_printf(a, "%s%s", at, p + n));
			return 0;
		}
		at = arena_strdup(a, answer->path);
	}
	return resolve(v, at, hops, out, err);
}

/* Nothing is at `path` itself: perhaps one of the directories above it is a link. */
static int resolve_below(struct view *v, const char *path, int *hops, struct view_answer **out,
			 struct err *err)
{
	struct arena *a = view_arena(v);
	const char *slash = strrchr(path, '/'), *above = view_dirname(a, path);
	struct view_answer *dir;

	if (slash) {
		if (resolve(v, above, hops, &dir, err) < 0)
			return -1;
		if (dir->entry.kind == VIEW_SUBMODULE) {
			*out = dir;
			return 0;
		}
		if (dir->entry.kind == VIEW_DIR && strcmp(dir->path, above))
			return resolve(
				v,
				arena_printf(a, "%s%s", dir->path, *dir->path ? slash : slash + 1),
				hops, out, err);
	}
	*out = answer_absent(v, path);
	return 0;
}

static int resolve_new(struct view *v, const char *path, int *hops, struct view_answer **out,
		       struct err *err)
{
	struct view_entry entry = { 0 };
	const char *target;
	size_t len;

	if (v->ops->look(v, path, &entry, err) < 0)
		return -1;
	if (entry.link) {
		if (++*hops > LIMIT_SYMLINKS)
			return err_raise(err, ERR_LIMIT, (struct pos){ .file = path },
					 "more than %d symbolic links one after the other",
					 LIMIT_SYMLINKS);
		if (v->ops->load(v, path, &entry, &target, &len, err) < 0)
			return -1;
		if (len >= PATH_BYTES || strlen(target) != len)
			return leaves(v, path, "a name that is none", err);
		return follow(v, path, target, hops, out, err);
	}
	if (entry.kind == VIEW_ABSENT)
		return resolve_below(v, path, hops, out, err);
	*out = answer_absent(v, path);
	(*out)->entry = entry;
	return 0;
}

static int resolve(struct view *v, const char *path, int *hops, struct view_answer **out,
		   struct err *err)
{
	void *known = map_get(&v->answers, path);
	const char *kept;

	if (known) {
		*out = known;
		return 0;
	}
	kept = arena_strdup(view_arena(v), path);
	if (resolve_new(v, kept, hops, out, err) < 0)
		return -1;
	map_set(&v->answers, kept, *out);
	return 0;
}

static int ask(struct view *v, const char *path, struct view_answer **out, struct err *err)
{
	const char *asked = path;
	int hops = 0;

	if (strlen(path) >= PATH_BYTES)
		return err_raise(err, ERR_LIMIT, NO_POS, "a path of more than %d bytes",
				 PATH_BYTES);
	if (!path_is_clean(path))
		path = view_join(view_arena(v), "", path);
	if (!path)
		return err_raise(err, ERR_INPUT, NO_POS, "'%s' is outside of %s", asked, v->name);
	return resolve(v, path, &hops, out, err) < 0 || !*out ? -1 : 0;
}

/* --- reading ----------------------------------------------------------------------------- */

static int explain(struct view *v, const char *path, const struct view_answer *answer,
		   struct err *err)
{
	const struct view_ops *ops = v->ops;

	if (answer->entry.kind == VIEW_DIR)
		return err_raise(err, ERR_NOT_FOUND, NO_POS, "'%s' is a directory", path);
	if (ops->explain && ops->explain(v, answer->path, &answer->entry, err) < 0)
		return -1;
	if (answer->entry.kind == VIEW_SUBMODULE)
		return err_raise(err, ERR_NOT_FOUND, NO_POS, "'%s' is in submodule '%s'", path,
				 answer->path);
	if (answer->entry.kind == VIEW_FILE)
		return err_raise(err, ERR_NOT_FOUND, NO_POS, "'%s' is no directory", path);
	if (strcmp(path, answer->path))
		return err_raise(err, ERR_NOT_FOUND, NO_POS,
				 "'%s' is a symbolic link to '%s', and nothing is there in %s",
				 path, answer->path, v->name);
	return err_raise(err, ERR_NOT_FOUND, NO_POS, "'%s' is not in %s", path, v->name);
}

static int load_new(struct view *v, struct view_answer *answer, struct err *err)
{
	struct blob *b = &answer->blob;

	*b = (struct blob){ .path = answer->path };
	if (v->ops->load(v, answer->path, &answer->entry, &b->text, &b->len, err) < 0)
		return -1;
	memcpy(b->id, answer->entry.id, sizeof(b->id));
	b->origin = answer->entry.origin ? answer->entry.origin
					 : origins_add_file(v->store->run->origins, v->source,
							    answer->path, b->text, b->len);
	answer->loaded = true;
	return 0;
}

static int load(struct view *v, struct view_answer *answer, struct err *err)
{
	struct arena *a = view_arena(v);
	const struct blob *known;
	char *key;

	if (answer->loaded)
		return 0;
	if (!*answer->entry.id)
		return load_new(v, answer, err);
	key = arena_printf(a, "%s %s", answer->entry.id, answer->path);
	known = map_get(&v->store->blobs, key);
	if (known) {
		answer->blob = *known;
		answer->loaded = true;
		return 0;
	}
	if (load_new(v, answer, err) < 0)
		return -1;
	map_set(&v->store->blobs, key, &answer->blob);
	return 0;
}

static int read_locked(struct view *v, const char *path, struct blob *out, struct err *err)
{
	struct view_answer *answer = NULL;

	if (ask(v, path, &answer, err) < 0)
		return -1;
	if (answer->entry.kind != VIEW_FILE)
		return explain(v, path, answer, err);
	if (load(v, answer, err) < 0)
		return -1;
	*out = answer->blob;
	out->path = arena_strdup(view_arena(v), path);
	return 0;
}

enum view_kind view_ident(struct view *v, const char *path, char id[65])
{
	struct view *real = v->of ? v->of : v;
	enum view_kind kind = VIEW_ABSENT;
	struct view_answer *answer = NULL;
	struct err err = ERR_INIT;

	*id = '\0';
	pthread_mutex_lock(&real->store->lock);
	if (!ask(real, path, &answer, &err)) {
		kind = answer->entry.kind;
		if (kind == VIEW_FILE && !*answer->entry.id && !load(real, answer, &err) &&
		    !*answer->blob.id)
			sha256_hex(answer->blob.text, answer->blob.len, answer->entry.id);
		if (kind == VIEW_FILE)
			memcpy(id, answer->entry.id, 65);
	}
	pthread_mutex_unlock(&real->store->lock);
	return kind;
}

const char *view_tree(struct view *v, const char *dir)
{
	struct view_answer *answer = NULL;
	struct err ignored = ERR_INIT;
	const char *id = NULL;

	pthread_mutex_lock(&v->store->lock);
	if (!v->of && !ask(v, dir, &answer, &ignored) && answer->entry.kind == VIEW_DIR &&
	    *answer->entry.id && !strcmp(answer->path, dir))
		id = answer->entry.id;
	pthread_mutex_unlock(&v->store->lock);
	return id;
}

int view_read(struct view *v, const char *path, struct blob *out, struct err *err)
{
	struct view *real = v->of ? v->of : v;
	int rc;

	pthread_mutex_lock(&real->store->lock);
	rc = read_locked(real, path, out, err);
	pthread_mutex_unlock(&real->store->lock);
	if (v->set)
		read_set_add_read(v->set, path, rc < 0 ? NULL : out);
	return rc;
}

enum view_kind view_kind(struct view *v, const char *path)
{
	struct view *real = v->of ? v->of : v;
	enum view_kind kind = VIEW_ABSENT;
	struct view_answer *answer = NULL;
	struct err err = ERR_INIT;

	pthread_mutex_lock(&real->store->lock);
	if (!ask(real, path, &answer, &err))
		kind = answer->entry.kind;
	pthread_mutex_unlock(&real->store->lock);
	if (v->set)
		read_set_add_kind(v->set, path, kind);
	return kind;
}

const char *view_real_path(struct view *v, const char *path)
{
	struct view *real = v->of ? v->of : v;
	const char *out = NULL;
	struct view_answer *answer = NULL;
	struct err err = ERR_INIT;

	pthread_mutex_lock(&real->store->lock);
	if (!ask(real, path, &answer, &err) && answer->entry.kind != VIEW_ABSENT)
		out = answer->path;
	pthread_mutex_unlock(&real->store->lock);
	if (v->set)
		read_set_add_real(v->set, path, out);
	return out;
}

/* The target of a link that stands at `path`; NULL: none does. */
static const char *link_target(struct view *v, const char *path)
{
	struct arena *a = view_arena(v);
	const char *slash = strrchr(path, '/'), *dir = view_dirname(a, path), *target = NULL;
	struct view_answer *above = NULL;
	struct view_entry entry = { 0 };
	struct err ignored = ERR_INIT;
	size_t len;

	if (ask(v, dir, &above, &ignored) < 0 || above->entry.kind != VIEW_DIR)
		return NULL;
	path = arena_printf(a, "%s%s%s", above->path, *above->path ? "/" : "",
			    slash ? slash + 1 : path);
	if (v->ops->look(v, path, &entry, &ignored) < 0 || !entry.link ||
	    v->ops->load(v, path, &entry, &target, &len, &ignored) < 0)
		return NULL;
	return target;
}

const char *view_broken_link(struct view *v, const char *path)
{
	struct view *real = v->of ? v->of : v;
	struct view_answer *answer = NULL;
	const char *target = NULL;
	struct err ignored = ERR_INIT;

	pthread_mutex_lock(&real->store->lock);
	if (ask(real, path, &answer, &ignored) < 0 || answer->entry.kind == VIEW_ABSENT)
		target = link_target(real, path);
	pthread_mutex_unlock(&real->store->lock);
	if (v->set)
		read_set_add_link(v->set, path, target);
	return target;
}

const char *view_missing(struct view *v, const char *path)
{
	struct view *real = v->of ? v->of : v;
	struct view_answer *answer = NULL;
	struct err err = ERR_INIT;
	char *missing = NULL;

	pthread_mutex_lock(&real->store->lock);
	if (!ask(real, path, &answer, &err) && answer->entry.kind == VIEW_ABSENT)
		missing = arena_strdup(view_arena(real), answer->path);
	for (char *slash = missing; slash && (slash = strchr(slash, '/')); *slash++ = '/') {
		*slash = '\0';
		if (ask(real, missing, &answer, &err) < 0 || answer->entry.kind != VIEW_DIR)
			break;
	}
	pthread_mutex_unlock(&real->store->lock);
	return missing;
}

static int item_compare(const void *a, const void *b)
{
	return strcmp(((const struct view_item *)a)->name, ((const struct view_item *)b)->name);
}

/* What a listed link leads to; one that leads nowhere or outside is absent, and no failure. */
static enum view_kind link_kind(struct view *v, const char *dir, const char *name)
{
	struct arena *a = view_arena(v);
	struct err ignored = ERR_INIT;
	struct view_answer *answer = NULL;

	if (ask(v, arena_printf(a, "%s%s%s", dir, *dir ? "/" : "", name), &answer, &ignored) < 0)
		return VIEW_ABSENT;
	return answer->entry.kind;
}

/* What a listing says of an entry needs no second look. */
static void keep_answer(struct view *v, const char *dir, const struct view_entry *e)
{
	char *path = view_join(view_arena(v), dir, e->name);
	struct view_answer *answer;

	if (e->link || e->kind != VIEW_FILE || *e->id || map_get(&v->answers, path))
		return;
	answer = answer_absent(v, path);
	answer->entry.kind = VIEW_FILE;
	map_set(&v->answers, path, answer);
}

static int list_locked(struct view *v, struct arena *a, const char *path, struct view_items *out,
		       struct err *err)
{
	struct view_entries entries = { 0 };
	struct view_answer *answer = NULL;
	const struct view_entry *e;

	if (ask(v, path, &answer, err) < 0)
		return -1;
	if (answer->entry.kind != VIEW_DIR)
		return explain(v, path, answer, err);
	if (v->ops->list(v, a, answer->path, &entries, err) < 0)
		return -1;
	*out = (struct view_items){ 0 };
	for (size_t i = 0; i < entries.count; i++) {
		e = &entries.items[i];
		*vec_push(a, out) = (struct view_item){
			.name = e->name,
			.kind = e->link ? link_kind(v, answer->path, e->name) : e->kind,
			.link = e->link,
		};
		if (v->ops->lists_whole)
			keep_answer(v, answer->path, e);
	}
	vec_sort(out, item_compare);
	return 0;
}

int view_list(struct view *v, struct arena *a, const char *path, struct view_items *out,
	      struct err *err)
{
	struct view *real = v->of ? v->of : v;
	int rc;

	pthread_mutex_lock(&real->store->lock);
	rc = list_locked(real, a, path, out, err);
	pthread_mutex_unlock(&real->store->lock);
	if (v->set)
		read_set_add_list(v->set, path, rc < 0 ? NULL : out);
	return rc;
}
