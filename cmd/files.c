#include "cmd/files.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <glob.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buf.h"

struct walk {
	struct arena arena; /* names */
	struct buf text;
	file_fn *fn;
	void *data;
	unsigned depth;
};

static int failed(struct err *err, const char *path)
{
	return err_raise(err, errno == ENOENT ? ERR_NOT_FOUND : ERR_IO, NO_POS, "'%s': %s", path,
			 strerror(errno));
}

/* All of a descriptor, in the walk's one buffer. */
static int read_all(struct walk *w, int fd, const char *name, struct err *err)
{
	char piece[65536];
	ssize_t got;

	buf_cut(&w->text, 0);
	while ((got = read(fd, piece, sizeof(piece))) > 0) {
		if (w->text.len + (size_t)got > LIMIT_FILE_BYTES)
			return err_raise(err, ERR_LIMIT, (struct pos){ name, 0, 0 },
					 "larger than %u MiB", LIMIT_FILE_BYTES >> 20);
		buf_add(&w->text, piece, (size_t)got);
	}
	return got < 0 ? failed(err, name) : 0;
}

static int read_file(struct walk *w, int at, const char *name, const char *path, struct err *err)
{
	int fd = openat(at, name, O_RDONLY | O_CLOEXEC), rc;

	if (fd < 0)
		return failed(err, path);
	rc = read_all(w, fd, path, err);
	close(fd);
	return rc < 0 ? -1 : w->fn(w->data, path, w->text.text, w->text.len, err);
}

static bool is_manifest_name(const char *name)
{
	const char *dot = strrchr(name, '.');

	return dot && (!strcmp(dot, ".yaml") || !strcmp(dot, ".yml") || !strcmp(dot, ".json"));
}

struct name {
	const char *text;
	unsigned char type; /* d_type */
};
struct names {
	VEC(struct name);
};

static int compare_names(const void *a, const void *b)
{
	return strcmp(((const struct name *)a)->text, ((const struct name *)b)->text);
}

static void list_names(struct walk *w, DIR *dir, struct names *out)
{
	const struct dirent *e;

	while ((e = readdir(dir))) {
		if (e->d_name[0] == '.')
			continue;
		if (e->d_type == DT_REG && !is_manifest_name(e->d_name))
			continue;
		*vec_push(&w->arena, out) =
			(struct name){ arena_strdup(&w->arena, e->d_name), e->d_type };
	}
	if (out->count)
		qsort(out->items, out->count, sizeof(*out->items), compare_names);
}

static int walk_folder(struct walk *w, int at, const char *name, const char *path, struct err *err);

static int walk_entry(struct walk *w, int at, const struct name *entry, const char *path,
		      struct err *err)
{
	const char *name = entry->text;
	struct stat st;

	if (entry->type == DT_REG)
		return read_file(w, at, name, path, err);
	if (fstatat(at, name, &st, 0) < 0)
		return errno == ENOENT ? 0 : failed(err, path); /* a link to nowhere */
	if (S_ISDIR(st.st_mode))
		return walk_folder(w, at, name, path, err);
	if (S_ISREG(st.st_mode) && is_manifest_name(name))
		return read_file(w, at, name, path, err);
	return 0;
}

static int walk_folder(struct walk *w, int at, const char *name, const char *path, struct err *err)
{
	int fd = openat(at, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC), rc = 0;
	struct names names = { 0 };
	struct buf full;
	DIR *dir;

	if (fd < 0 || !(dir = fdopendir(fd)))
		return failed(err, path);
	if (++w->depth > LIMIT_DEPTH) {
		closedir(dir);
		return err_raise(err, ERR_LIMIT, NO_POS, "'%s': folders nest too deeply", path);
	}
	list_names(w, dir, &names);
	buf_init(&full, 0);
	for (size_t i = 0; !rc && i < names.count; i++) {
		buf_cut(&full, 0);
		if (strcmp(path, ".")) {
			buf_str(&full, path);
			if (full.len && full.text[full.len - 1] != '/')
				buf_char(&full, '/');
		}
		buf_str(&full, names.items[i].text);
		rc = walk_entry(w, dirfd(dir), &names.items[i], full.text, err);
	}
	buf_release(&full);
	closedir(dir);
	w->depth--;
	return rc;
}

static int walk_path(struct walk *w, const char *path, struct err *err)
{
	struct stat st;

	if (!strcmp(path, "-"))
		return read_all(w, STDIN_FILENO, STDIN_NAME, err) < 0
			       ? -1
			       : w->fn(w->data, STDIN_NAME, w->text.text, w->text.len, err);
	if (stat(path, &st) < 0)
		return failed(err, path);
	return S_ISDIR(st.st_mode) ? walk_folder(w, AT_FDCWD, path, path, err)
				   : read_file(w, AT_FDCWD, path, path, err);
}

static int walk_glob(struct walk *w, const char *pattern, struct err *err)
{
	glob_t found = { 0 };
	int rc = 0;

	if (glob(pattern, 0, NULL, &found))
		rc = err_raise(err, ERR_NOT_FOUND, NO_POS, "no file matches '%s'", pattern);
	for (size_t i = 0; !rc && i < found.gl_pathc; i++)
		rc = walk_path(w, found.gl_pathv[i], err);
	globfree(&found);
	return rc;
}

int files_walk(struct run *run, const char *path, file_fn *fn, void *data, struct err *err)
{
	struct walk w = { .fn = fn, .data = data };
	int rc;

	arena_init(&w.arena, &run->budget);
	buf_init(&w.text, 0);
	if (strpbrk(path, "*?[") && access(path, F_OK) < 0)
		rc = walk_glob(&w, path, err);
	else
		rc = walk_path(&w, path, err);
	buf_release(&w.text);
	arena_release(&w.arena);
	return rc;
}
