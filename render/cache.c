#include "render/cache.h"
#include <dirent.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>
#include "base/files.h"
#include "base/json.h"
#include "base/sha256.h"
#include "render/apps.h"
#include "render/pack.h"

/*
 * A kept render: its digest, the ids of the groups of its questions, a newline, and the frozen
 * render. The groups are kept by themselves. A key has a few slots, so that branches that are
 * looked at in turn do not drive each other out.
 */

enum { SLOTS = 3, DIGITS = 32, MAX_BYTES = 128 << 20, KEPT_DAYS = 14, DAY = 24 * 60 * 60 };

struct cache {
	struct run *run;
	struct arena *arena;
	struct pack *pack;
	struct map groups; /* id → struct read_group */
	struct thawing *thawing;
	bool broken; /* what was loaded is not all there */
	const char *file;
	bool stored;
};

/* --- the key
 * ----------------------------------------------------------------------------------------- */

/* This very build: its file's identity and time. */
static void add_program(struct buf *b)
{
	struct stat st = { 0 };

	stat("/proc/self/exe", &st);
	buf_printf(b, "%ju %ju %jd %jd.%ld\n", (uintmax_t)st.st_dev, (uintmax_t)st.st_ino,
		   (intmax_t)st.st_size, (intmax_t)st.st_mtim.tv_sec, st.st_mtim.tv_nsec);
}

/* What of an app's inputs its object does not say already. */
static const struct node *inputs_of(struct arena *a, const struct app *app)
{
	struct node *rest;

	if (!app->inputs || !app->own)
		return app->inputs;
	rest = node_map(a);
	for (uint32_t i = 0; i < app->inputs->len; i++)
		if (app->inputs->entries[i].value != app->own)
			node_append_entry(a, rest, app->inputs->entries[i].key,
					  app->inputs->entries[i].value);
	return rest;
}

static void add_text(struct buf *b, const char *name, const char *text)
{
	size_t len = text ? strlen(text) : 0;

	if (!text)
		return;
	buf_add(b, name, strlen(name) + 1);
	buf_add(b, (const char *)&len, sizeof(len));
	buf_add(b, text, len);
}

static void add_texts(struct buf *b, const char *name, const char *const *texts, size_t count)
{
	for (size_t i = 0; i < count; i++)
		add_text(b, name, texts[i]);
}

/* Where each value of a tree stands: a kept render names the lines of what it was made of. */
struct places {
	struct buf *out;
	struct origins *origins;
	const char *file; /* the last one, which most values share */
};

static void add_place(struct places *p, origin_id id)
{
	enum origin_via via = VIA_NONE;
	struct origin_pos at;
	uint32_t where[3];

	for (; id; id = origins_parent(p->origins, id, &via)) {
		if (!origins_resolve(p->origins, id, &at))
			continue;
		if (at.file && (!p->file || strcmp(at.file, p->file))) {
			buf_add(p->out, at.file, strlen(at.file) + 1);
			buf_str(p->out, at.source ? at.source : "");
			p->file = at.file;
		}
		where[0] = at.line;
		where[1] = at.column;
		where[2] = via;
		buf_add(p->out, (const char *)where, sizeof(where));
	}
}

static void add_places(struct places *p, const struct node *n)
{
	uint32_t i;

	add_place(p, n->origin);
	for (i = 0; n->type == NODE_SEQ && i < n->len; i++)
		add_places(p, n->items[i]);
	for (i = 0; n->type == NODE_MAP && i < n->len; i++)
		add_places(p, n->entries[i].value);
}

static void add_tree(struct buf *b, struct run *run, const struct node *n)
{
	struct places places = { .out = b, .origins = run->origins };

	if (!n)
		return;
	json_write(b, n, 0);
	add_places(&places, n);
}

const char *cache_digest(struct run *run, struct arena *a, const struct node *n)
{
	struct buf b;
	char hex[65];

	buf_init(&b, 0);
	add_tree(&b, run, n);
	sha256_hex(b.text, b.len, hex);
	buf_release(&b);
	return arena_memdup(a, hex, 32);
}

static bool add_options(struct buf *b, const struct render_options *o)
{
	const int flags[] = { o->load_restrictor,   o->kustomize_api, o->enable_helm,
			      o->managed_by,	    o->include_crds,  o->no_hooks,
			      o->is_upgrade,	    o->helm4,	      o->skip_tests,
			      o->dependency_update, o->skip_schemas };

	buf_add(b, (const char *)flags, sizeof(flags));
	add_text(b, "reorder", o->reorder);
	add_text(b, "release", o->release_name);
	add_text(b, "template", o->name_template);
	add_text(b, "namespace", o->ns);
	add_text(b, "version", o->kubernetes_version);
	add_text(b, "seed", o->seed);
	add_text(b, "metadata", o->chart_metadata);
	buf_printf(b, "revision %" PRId64 "\n", o->revision);
	add_text(b, "helm version", o->helm_kube_version);
	add_texts(b, "helm api", o->helm_api_versions, o->helm_api_version_count);
	buf_printf(b, "all %d\n", o->apis_are_all);
	add_texts(b, "api", o->api_versions, o->api_version_count);
	add_texts(b, "only", o->show_only, o->show_only_count);
	/* Values may be files of the user's own, which no view has. */
	return !o->lookup && o->seed && !o->value_count;
}

const char *cache_key(struct run *run, struct arena *a, const struct app *app,
		      const struct render_options *options)
{
	struct buf b;
	char hex[65];
	bool ok;

	buf_init(&b, 0);
	add_text(&b, "renderer", app->renderer);
	add_text(&b, "path", app->path);
	add_texts(&b, "file", app->files.items, app->files.count);
	add_text(&b, "cluster", app->engine ? app->cluster : NULL);
	if (app->root)
		buf_str(&b, app->digest ? app->digest : cache_digest(run, a, app->root));
	buf_char(&b, '\n');
	add_tree(&b, run, inputs_of(a, app));
	ok = add_options(&b, options);
	sha256_hex(b.text, b.len, hex);
	buf_release(&b);
	return ok ? arena_strdup(a, hex) : NULL;
}

static const char *slot_key(struct arena *a, const char *key, int slot)
{
	return arena_printf(a, "render %s %d", key, slot);
}

static const char *group_key(struct arena *a, const char *id)
{
	return arena_printf(a, "questions %s", arena_memdup(a, id, DIGITS));
}

/* --- reading
 * ------------------------------------------------------------------------------------------ */

/* A group of questions; NULL: it is not kept, or is broken. Apps that share it read it once. */
static const struct read_group *group_at(struct cache *c, const char *id)
{
	struct read_group *g = map_get_n(&c->groups, id, DIGITS);
	const char *text;
	size_t len;

	if (g)
		return g;
	text = pack_get(c->pack, group_key(c->arena, id), &len);
	g = text ? read_group_read(c->arena, id, text, len) : NULL;
	if (g)
		*map_at_n(&c->groups, g->id, DIGITS) = g;
	return g;
}

/* The ids of the groups into the read set; where they end, NULL when they are broken. */
static const char *read_groups(struct cache *c, struct read_set *asked, const char *p,
			       const char *end)
{
	for (; end - p > DIGITS && *p != '\n'; p += DIGITS) {
		const struct read_group *g = group_at(c, p);

		if (!g)
			return NULL;
		*vec_push(asked->arena, &asked->groups) = g;
	}
	return p < end && *p == '\n' ? p + 1 : NULL;
}

static bool load_slot(struct cache *c, struct arena *a, struct view *v, const char *key,
		      struct rendered *out, struct read_set *asked)
{
	const char *frozen = NULL, *end;
	struct pack_text text;

	if (!pack_find(c->pack, key, &text))
		return false;
	end = text.bytes + text.len;
	if (text.len > DIGITS)
		frozen = read_groups(c, asked, text.bytes + DIGITS, end);
	if (!frozen || !read_set_holds(asked, v) ||
	    !thaw(c->run, a, frozen, (size_t)(end - frozen), out, c->thawing))
		return false;
	thawing_check(c->thawing, &text);
	out->digest = arena_memdup(a, text.bytes, DIGITS);
	return true;
}

bool cache_load(struct cache *c, struct arena *a, struct view *v, const char *key,
		struct rendered *out, struct read_set *asked)
{
	struct arena *scratch = asked->arena;

	for (int slot = 0; key && slot < SLOTS; slot++) {
		read_set_init(asked, scratch);
		if (load_slot(c, a, v, slot_key(scratch, key, slot), out, asked))
			return true;
	}
	read_set_init(asked, scratch);
	*out = (struct rendered){ 0 };
	return false;
}

/* --- writing
 * ------------------------------------------------------------------------------------------ */

/* The slot that is free, or was written before the others. */
static const char *choose_slot(struct cache *c, struct arena *a, const char *key)
{
	const char *at, *oldest = NULL;
	uint64_t age, least = 0;

	for (int slot = 0; slot < SLOTS; slot++) {
		at = slot_key(a, key, slot);
		age = pack_age(c->pack, at);
		if (!oldest || age < least) {
			oldest = at;
			least = age;
		}
	}
	return oldest;
}

/* Whether a day has gone since renders were last swept, which begins another. */
static bool is_due(const char *folder)
{
	struct arena scratch SCOPED(arena_release) = ARENA_INIT;
	const char *stamp = arena_printf(&scratch, "%s/.swept", folder);
	struct stat st;
	int fd;

	if (!stat(stamp, &st) && st.st_mtime > time(NULL) - DAY && st.st_mtime <= time(NULL))
		return false;
	fd = open(stamp, O_WRONLY | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
	if (fd < 0)
		return false;
	futimens(fd, NULL);
	close(fd);
	return true;
}

static void prune(void)
{
	struct arena scratch SCOPED(arena_release) = ARENA_INIT;
	const char *folder = cache_folder(&scratch, "apps");
	DIR *d = folder && is_due(folder) ? opendir(folder) : NULL;
	time_t limit = time(NULL) - (time_t)KEPT_DAYS * DAY;
	const struct dirent *item;
	struct stat st;

	while (d && (item = readdir(d)))
		if (*item->d_name != '.' &&
		    !fstatat(dirfd(d), item->d_name, &st, AT_SYMLINK_NOFOLLOW) &&
		    S_ISREG(st.st_mode) && st.st_mtime < limit)
			unlinkat(dirfd(d), item->d_name, 0);
	if (d)
		closedir(d);
}

/* Of its key, the questions and their answers: they make the render what it is. */
static const char *render_digest(struct arena *a, const char *key, const struct read_texts *groups)
{
	struct sha256 s;
	char hex[65];

	sha256_init(&s);
	sha256_add(&s, key, strlen(key) + 1);
	for (size_t i = 0; i < groups->count; i++)
		sha256_add(&s, groups->items[i].id, DIGITS);
	return arena_memdup(a, sha256_end_hex(&s, hex), DIGITS);
}

static void put_groups(struct cache *c, const struct read_texts *groups)
{
	for (size_t i = 0; i < groups->count; i++) {
		const struct read_text *g = &groups->items[i];
		const char *key = group_key(c->arena, g->id);

		if (!pack_age(c->pack, key))
			pack_put(c->pack, key, g->text.text, g->text.len);
	}
}

static bool store_render(struct cache *c, const char *key, struct rendered *r,
			 const struct read_texts *groups)
{
	struct arena scratch SCOPED(arena_release) = ARENA_INIT;
	struct buf body;
	bool stored;

	r->digest = render_digest(c->arena, key, groups);
	buf_init(&body, MAX_BYTES);
	buf_str(&body, r->digest);
	for (size_t i = 0; i < groups->count; i++)
		buf_str(&body, groups->items[i].id);
	buf_char(&body, '\n');
	stored = freeze(c->run, r, &body) && !body.full;
	if (stored) {
		put_groups(c, groups);
		pack_put(c->pack, choose_slot(c, &scratch, key), body.text, body.len);
	}
	buf_release(&body);
	return stored;
}

bool cache_store(struct cache *c, struct view *v, const char *key, struct rendered *r,
		 const struct read_set *asked)
{
	struct arena scratch SCOPED(arena_release) = ARENA_INIT;
	struct read_texts groups = { 0 };
	bool stored = key && read_set_write(asked, &scratch, v, &groups) &&
		      store_render(c, key, r, &groups);

	for (size_t i = 0; i < groups.count; i++)
		buf_release(&groups.items[i].text);
	c->stored |= stored;
	return stored;
}

/* --- the file ------------------------------------------------------------------------------ */

struct cache *cache_open(struct run *run, struct arena *a, const char *repository)
{
	struct cache *c = arena_new(a, struct cache);
	const char *folder = cache_folder(a, "apps");
	struct buf b;
	char hex[65];

	buf_init(&b, 0);
	add_program(&b);
	buf_str(&b, repository);
	sha256_hex(b.text, b.len, hex);
	buf_release(&b);
	*c = (struct cache){ .run = run, .arena = a };
	map_init(&c->groups, a);
	c->thawing = thawing_new(run, a);
	c->file = folder ? arena_printf(a, "%s/%.40s.pack", folder, hex) : NULL;
	c->pack = pack_open(a, c->file);
	return c;
}

bool cache_settle(struct cache *c)
{
	if (!thawing_settle(c->thawing, c->arena)) {
		c->broken = true;
		if (c->file)
			unlink(c->file);
	}
	return !c->broken;
}

void cache_close(struct cache *c)
{
	if (cache_settle(c))
		pack_close(c->pack);
	else
		pack_drop(c->pack);
	if (c->stored)
		prune();
}

struct pack *cache_pack(struct cache *c)
{
	return c->pack;
}
