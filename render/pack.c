#include "render/pack.h"
#include <fcntl.h>
#include <stdint.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>
#include "base/buf.h"
#include "base/files.h"
#include "base/map.h"
#include "base/sha256.h"
#include "base/vec.h"

/*
 * The file: a line that names the format, texts one after the other, each ended by NUL, and after
 * those of each run an index (an array of struct entry) and a trailer. The last trailer counts.
 * Numbers are the machine's own: the file is of one program. A file is only
 * ever added to, or put in the place of another, so what was mapped of it stays as it was.
 */

static const char magic[] = "kubectl-gitops pack 2\n";
enum { DIGEST = 16, MAX_TEXT = 128 << 20, ROOM = 8 << 20, DAY = 24 * 60 * 60 };
#define MAX_FILE ((off_t)2 << 30)

struct entry {
	unsigned char key[DIGEST];
	uint64_t sum; /* of the text: against what is cut or torn, not against an enemy */
	uint64_t offset, len;
};
struct trailer {
	uint64_t offset, count; /* of the index */
	unsigned char digest[DIGEST];
	char magic[DIGEST];
};

struct index {
	struct entry *entries; /* in the order in which they stand in the file */
	size_t count;
	off_t size; /* of the file */
};

struct text {
	struct entry entry;
	const char *bytes;
};

struct pack {
	struct arena *arena;
	const char *file;
	int fd; /* -1: there is no file that is sound */
	time_t written;
	struct index index;
	const char *bytes; /* of the file */
	struct map known;  /* key → struct entry */
	struct map used;   /* keys that this run asked for */
	size_t used_bytes;
	struct {
		VEC(struct text);
	} added;
	struct map fresh; /* key → struct text */
};

static void digest_of(const void *bytes, size_t len, unsigned char out[DIGEST])
{
	unsigned char whole[32];
	struct sha256 s;

	sha256_init(&s);
	sha256_add(&s, bytes, len);
	sha256_end(&s, whole);
	memcpy(out, whole, DIGEST);
}

/* --- reading ------------------------------------------------------------------------------- */

static bool read_at(int fd, void *out, size_t len, uint64_t offset)
{
	char *at = out;
	ssize_t n;

	for (; len; at += n, offset += (uint64_t)n, len -= (size_t)n) {
		n = pread(fd, at, len, (off_t)offset);
		if (n <= 0)
			return false;
	}
	return true;
}

static bool entries_are_sound(const struct index *index, uint64_t end)
{
	for (size_t i = 0; i < index->count; i++) {
		const struct entry *e = &index->entries[i];

		if (e->len > MAX_TEXT || e->offset > end || e->len >= end - e->offset)
			return false;
	}
	return true;
}

static bool read_index(int fd, struct arena *a, struct index *out)
{
	unsigned char digest[DIGEST];
	char start[sizeof(magic) - 1];
	struct trailer t;
	uint64_t end;
	struct stat st;

	*out = (struct index){ 0 };
	if (fstat(fd, &st) < 0 || !S_ISREG(st.st_mode) || st.st_size > MAX_FILE ||
	    (size_t)st.st_size < sizeof(start) + sizeof(t))
		return false;
	end = (uint64_t)st.st_size - sizeof(t);
	if (!read_at(fd, start, sizeof(start), 0) || memcmp(start, magic, sizeof(start)) ||
	    !read_at(fd, &t, sizeof(t), end) || memcmp(t.magic, magic, sizeof(t.magic)) ||
	    t.offset > end || t.count != (end - t.offset) / sizeof(struct entry) ||
	    (end - t.offset) % sizeof(struct entry))
		return false;
	out->entries = arena_alloc(a, (size_t)(end - t.offset) + 1);
	out->count = (size_t)t.count;
	out->size = st.st_size;
	if (!read_at(fd, out->entries, (size_t)(end - t.offset), t.offset))
		return false;
	digest_of(out->entries, (size_t)(end - t.offset), digest);
	return !memcmp(digest, t.digest, DIGEST) && entries_are_sound(out, t.offset);
}

struct pack *pack_open(struct arena *a, const char *file)
{
	struct pack *p = arena_new(a, struct pack);
	struct stat st;

	*p = (struct pack){ .arena = a, .file = file, .fd = -1 };
	map_init(&p->known, a);
	map_init(&p->used, a);
	map_init(&p->fresh, a);
	p->fd = file ? open(file, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK) : -1;
	if (p->fd < 0)
		return p;
	if (fstat(p->fd, &st) < 0 || !read_index(p->fd, a, &p->index) ||
	    !(p->bytes = arena_map_file(a, p->fd, (size_t)p->index.size))) {
		close(p->fd);
		p->fd = -1;
		p->index = (struct index){ 0 };
		return p;
	}
	p->written = st.st_mtim.tv_sec;
	for (size_t i = 0; i < p->index.count; i++)
		*map_at_n(&p->known, (const char *)p->index.entries[i].key, DIGEST) =
			&p->index.entries[i];
	return p;
}

static const struct entry *find(struct pack *p, const char *key, const char **fresh)
{
	unsigned char digest[DIGEST];
	const struct text *text;
	struct entry *e;
	void **used;

	digest_of(key, strlen(key), digest);
	text = map_get_n(&p->fresh, (const char *)digest, DIGEST);
	*fresh = text ? text->bytes : NULL;
	if (text)
		return &text->entry;
	e = map_get_n(&p->known, (const char *)digest, DIGEST);
	if (!e)
		return NULL;
	used = map_at_n(&p->used, (const char *)e->key, DIGEST);
	if (!*used)
		p->used_bytes += (size_t)e->len;
	*used = e;
	return e;
}

bool pack_find(struct pack *p, const char *key, struct pack_text *out)
{
	const char *fresh;
	const struct entry *e = find(p, key, &fresh);

	if (e)
		*out = (struct pack_text){ fresh ? fresh : p->bytes + e->offset, (size_t)e->len,
					   e->sum };
	return e && !out->bytes[out->len];
}

bool pack_text_is_sound(const struct pack_text *t)
{
	return map_hash(t->bytes, t->len) == t->sum;
}

const char *pack_get(struct pack *p, const char *key, size_t *len)
{
	struct pack_text text;

	if (!pack_find(p, key, &text) || !pack_text_is_sound(&text))
		return NULL;
	*len = text.len;
	return text.bytes;
}

uint64_t pack_age(struct pack *p, const char *key)
{
	const char *fresh;
	const struct entry *e = find(p, key, &fresh);

	return fresh ? UINT64_MAX : e ? e->offset : 0;
}

/* --- writing ------------------------------------------------------------------------------- */

void pack_put(struct pack *p, const char *key, const char *text, size_t len)
{
	struct text *t;

	if (!p->file || len > MAX_TEXT)
		return;
	t = arena_new(p->arena, struct text);
	t->bytes = arena_memdup(p->arena, text, len);
	t->entry.len = len;
	digest_of(key, strlen(key), t->entry.key);
	t->entry.sum = map_hash(text, len);
	*vec_push(p->arena, &p->added) = *t;
	*map_at_n(&p->fresh, (const char *)t->entry.key, DIGEST) = t;
}

/* The texts of this run at `offset`, and the index of all. */
static void write_end(const struct pack *p, struct index *index, uint64_t offset, struct buf *out)
{
	struct arena scratch SCOPED(arena_release) = ARENA_INIT;
	struct trailer t = { 0 };
	struct entry *all = arena_array(&scratch, index->count + p->added.count + 1, struct entry);
	size_t count = 0;

	for (size_t i = 0; i < index->count; i++)
		if (!map_get_n(&p->fresh, (const char *)index->entries[i].key, DIGEST))
			all[count++] = index->entries[i];
	for (size_t i = 0; i < p->added.count; i++) {
		const struct text *text = &p->added.items[i];

		all[count] = text->entry;
		all[count++].offset = offset;
		buf_add(out, text->bytes, (size_t)text->entry.len + 1);
		offset += text->entry.len + 1;
	}
	t.offset = offset;
	t.count = count;
	digest_of(all, count * sizeof(*all), t.digest);
	memcpy(t.magic, magic, sizeof(t.magic));
	buf_add(out, (const char *)all, count * sizeof(*all));
	buf_add(out, (const char *)&t, sizeof(t));
}

/* Anew: what this run asked for, and of the rest the youngest, as much again. */
static void write_anew(struct pack *p, int fd, const struct index *old)
{
	struct arena scratch SCOPED(arena_release) = ARENA_INIT;
	struct index kept = { .entries = arena_array(&scratch, old->count + 1, struct entry) };
	struct err ignored = ERR_INIT;
	size_t room = p->used_bytes;
	struct buf out;

	buf_init(&out, 0);
	buf_str(&out, magic);
	for (size_t i = old->count; i-- > 0;) {
		struct entry *e = &old->entries[i];
		char *text;

		if (!map_get_n(&p->used, (const char *)e->key, DIGEST)) {
			if (e->len > room)
				continue;
			room -= (size_t)e->len;
		}
		text = arena_alloc(&scratch, (size_t)e->len + 1);
		if (!read_at(fd, text, (size_t)e->len + 1, e->offset))
			continue;
		kept.entries[kept.count] = *e;
		kept.entries[kept.count++].offset = out.len;
		buf_add(&out, text, (size_t)e->len + 1);
	}
	write_end(p, &kept, out.len, &out);
	file_write(p->file, out.text, out.len, &ignored);
	buf_release(&out);
}

static void append(struct pack *p, int fd, struct index *old)
{
	struct buf out;
	size_t done = 0;
	ssize_t n;

	buf_init(&out, 0);
	write_end(p, old, (uint64_t)old->size, &out);
	while (done < out.len) {
		n = pwrite(fd, out.text + done, out.len - done, old->size + (off_t)done);
		if (n <= 0)
			break;
		done += (size_t)n;
	}
	if (done < out.len && ftruncate(fd, old->size) < 0)
		unlink(p->file);
	buf_release(&out);
}

static void save(struct pack *p)
{
	struct arena scratch SCOPED(arena_release) = ARENA_INIT;
	int fd = open(p->file, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK, 0600);
	struct index now = { 0 };

	if (fd < 0)
		return;
	/* Another process may have written since this one read. */
	if (!flock(fd, LOCK_EX | LOCK_NB)) {
		if (!read_index(fd, &scratch, &now))
			now = (struct index){ 0 };
		if (now.size && (size_t)now.size < ROOM + 6 * p->used_bytes)
			append(p, fd, &now);
		else
			write_anew(p, fd, &now);
	}
	close(fd);
}

void pack_drop(struct pack *p)
{
	if (p->fd >= 0)
		close(p->fd);
	p->fd = -1;
}

void pack_close(struct pack *p)
{
	if (p->added.count)
		save(p);
	else if (p->fd >= 0 && p->written < time(NULL) - DAY)
		utimensat(AT_FDCWD, p->file, NULL,
			  AT_SYMLINK_NOFOLLOW); /* it was of use: keep it */
	pack_drop(p);
}
