#include "render/cache.h"
#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>
#include "base/files.h"
#include "base/json.h"
#include "base/sha256.h"
#include "render/apps.h"

/*
 * A file of the cache: a line that names the format, the digest of what follows, then the questions
 * ("verb answer path", each ended by NUL), an empty one, and the frozen render. A key has a few
 * slots, so that branches that are looked at in turn do not drive each other out.
 */

#define MAGIC "kubectl-gitops app 1\n"
enum { SLOTS = 3, MAX_FILE = 128 << 20, KEPT_DAYS = 14, DAY = 24 * 60 * 60 };

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

static void add_text(struct buf *b, const char *name, const char *text)
{
	if (text)
		buf_printf(b, "%s %zu %s\n", name, strlen(text), text);
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

static void add_places(struct places *p, const struct node *n)
{
	struct origin_pos at;
	uint32_t where[2], i;

	if (origins_resolve(p->origins, n->origin, &at)) {
		if (at.file && at.file != p->file) {
			buf_add(p->out, at.file, strlen(at.file) + 1);
			p->file = at.file;
		}
		where[0] = at.line;
		where[1] = at.column;
		buf_add(p->out, (const char *)where, sizeof(where));
	}
	for (i = 0; n->type == NODE_SEQ && i < n->len; i++)
		add_places(p, n->items[i]);
	for (i = 0; n->type == NODE_MAP && i < n->len; i++)
		add_places(p, n->entries[i].value);
}

static void add_tree(struct buf *b, struct run *run, const struct node *n)
{
	struct places places = { .out = b, .origins = run->origins };

	if (n) {
		json_write(b, n, 0);
		add_places(&places, n);
	}
	buf_char(b, '\n');
}

static bool add_options(struct buf *b, const struct render_options *o)
{
	buf_printf(b, "flags %d %d %d %d %d %d %d %d %d %d %d\n", o->load_restrictor,
		   o->kustomize_api, o->enable_helm, o->managed_by, o->include_crds, o->no_hooks,
		   o->is_upgrade, o->helm4, o->skip_tests, o->dependency_update, o->skip_schemas);
	add_text(b, "reorder", o->reorder);
	add_text(b, "release", o->release_name);
	add_text(b, "template", o->name_template);
	add_text(b, "namespace", o->ns);
	add_text(b, "version", o->kubernetes_version);
	add_text(b, "seed", o->seed);
	add_text(b, "helm version", o->helm_kube_version);
	add_texts(b, "helm api", o->helm_api_versions, o->helm_api_version_count);
	add_texts(b, "api", o->api_versions, o->api_version_count);
	add_texts(b, "only", o->show_only, o->show_only_count);
	/* Values may be files of the user's own, which no view has. */
	return !o->lookup && o->seed && !o->value_count;
}

const char *cache_key(struct run *run, struct arena *a, const char *repository,
		      const struct app *app, const struct render_options *options)
{
	struct buf b;
	char hex[65];
	bool ok;

	buf_init(&b, 0);
	add_program(&b);
	add_text(&b, "repository", repository);
	add_text(&b, "renderer", app->renderer);
	add_text(&b, "path", app->path);
	add_texts(&b, "file", app->files.items, app->files.count);
	add_text(&b, "cluster", app->engine ? app->cluster : NULL);
	add_tree(&b, run, app->root);
	add_tree(&b, run, app->inputs);
	ok = add_options(&b, options);
	sha256_hex(b.text, b.len, hex);
	buf_release(&b);
	return ok ? arena_strdup(a, hex) : NULL;
}

static const char *slot_file(struct arena *a, const char *folder, const char *key, int slot)
{
	return arena_printf(a, "%s/%.40s.%d", folder, key, slot);
}

/* --- reading
 * ------------------------------------------------------------------------------------------ */

/* The text after the header, when its digest is right. */
static const char *check_header(const struct buf *b, size_t *len)
{
	const size_t header = sizeof(MAGIC) - 1 + 65;
	char hex[65];

	if (b->len < header || memcmp(b->text, MAGIC, sizeof(MAGIC) - 1))
		return NULL;
	*len = b->len - header;
	sha256_hex(b->text + header, *len, hex);
	return memcmp(hex, b->text + sizeof(MAGIC) - 1, 64) ? NULL : b->text + header;
}

/* "r1234… path" into the read set; where the questions end, NULL when they are broken. */
static const char *read_questions(struct read_set *asked, const char *p, const char *end)
{
	const char *space, *nul;

	for (; p < end && *p; p = nul + 1) {
		nul = memchr(p, '\0', (size_t)(end - p));
		space = nul ? memchr(p, ' ', (size_t)(nul - p)) : NULL;
		if (!space)
			return NULL;
		*vec_push(asked->arena, asked) = (struct read_question){
			.verb = *p,
			.answer = arena_memdup(asked->arena, p + 1, (size_t)(space - p - 1)),
			.path = arena_strdup(asked->arena, space + 1),
		};
	}
	return p < end ? p + 1 : NULL;
}

static bool load_slot(struct run *run, struct arena *a, struct view *v, const char *file,
		      struct rendered *out, struct read_set *asked)
{
	struct err ignored = ERR_INIT;
	const char *text, *frozen;
	struct buf b;
	size_t len;
	bool ok;

	buf_init(&b, MAX_FILE);
	ok = !file_read(file, &b, &ignored);
	text = ok ? check_header(&b, &len) : NULL;
	frozen = text ? read_questions(asked, text, text + len) : NULL;
	ok = frozen && read_set_holds(asked, v) &&
	     thaw(run, a, frozen, (size_t)(text + len - frozen), out);
	buf_release(&b);
	return ok;
}

bool cache_load(struct run *run, struct arena *a, struct view *v, const char *key,
		struct rendered *out, struct read_set *asked)
{
	struct arena *scratch = asked->arena;
	const char *folder = key ? cache_folder(scratch, "apps") : NULL, *file;

	for (int slot = 0; folder && slot < SLOTS; slot++) {
		file = slot_file(scratch, folder, key, slot);
		read_set_init(asked, scratch);
		if (!access(file, R_OK) && load_slot(run, a, v, file, out, asked)) {
			utimensat(AT_FDCWD, file, NULL, 0); /* it was of use: keep it */
			return true;
		}
	}
	read_set_init(asked, scratch);
	*out = (struct rendered){ 0 };
	return false;
}

/* --- writing
 * ------------------------------------------------------------------------------------------ */

/* The slot that is free, or was of no use for the longest time. */
static const char *choose_slot(struct arena *a, const char *folder, const char *key)
{
	const char *file, *oldest = NULL;
	time_t time = 0;
	struct stat st;

	for (int slot = 0; slot < SLOTS; slot++) {
		file = slot_file(a, folder, key, slot);
		if (stat(file, &st) < 0)
			return file;
		if (!oldest || st.st_mtime < time) {
			oldest = file;
			time = st.st_mtime;
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

void cache_prune(void)
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

static bool write_body(struct run *run, const struct rendered *r, const struct read_set *asked,
		       struct buf *body)
{
	for (size_t i = 0; i < asked->count; i++) {
		if (strchr(asked->items[i].answer, ' '))
			return false; /* a physical path with a space: rare, and not worth a format
				       */
		buf_printf(body, "%c%s %s", asked->items[i].verb, asked->items[i].answer,
			   asked->items[i].path);
		buf_char(body, '\0');
	}
	buf_char(body, '\0');
	return freeze(run, r, body) && !body->full;
}

bool cache_store(struct run *run, const char *key, const struct rendered *r,
		 const struct read_set *asked)
{
	struct arena scratch SCOPED(arena_release) = ARENA_INIT;
	const char *folder = key ? cache_folder(&scratch, "apps") : NULL;
	struct err ignored = ERR_INIT;
	struct buf body, file;
	bool stored = false;
	char hex[65];

	if (!folder || access(folder, W_OK) < 0)
		return false;
	buf_init(&body, MAX_FILE);
	buf_init(&file, 0);
	if (write_body(run, r, asked, &body)) {
		buf_printf(&file, "%s%s\n", MAGIC, sha256_hex(body.text, body.len, hex));
		buf_add(&file, body.text, body.len);
		stored = !file_write(choose_slot(&scratch, folder, key), file.text, file.len,
				     &ignored);
	}
	buf_release(&body);
	buf_release(&file);
	return stored;
}
