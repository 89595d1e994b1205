#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include "render/view_impl.h"

/*
 * Each component is opened from the one above it, and none of them through a link: whatever
 * somebody swaps while we read, nothing outside of the folder is opened.
 */

struct folder {
	int fd;
	int last; /* the directory that was opened last, or -1; calls are made under the view's lock
		   */
	char last_path[PATH_MAX];
};

static void close_fd(int *fd)
{
	if (*fd >= 0)
		close(*fd);
}

static int io_error(struct err *err, const char *path, int error)
{
	return err_raise(err, ERR_IO, NO_POS, "'%s': %s", path, strerror(error));
}

/* Step from directory `at` (closed) into its child named by the first `n` bytes of `name`. */
static int step_into(int at, const char *name, size_t n)
{
	char part[NAME_MAX + 1];
	int next = -1, error = ENAMETOOLONG;

	if (n < sizeof(part)) {
		memcpy(part, name, n);
		part[n] = '\0';
		next = openat(at, part, O_DIRECTORY | O_NOFOLLOW | O_PATH | O_CLOEXEC);
		error = errno;
	}
	close(at);
	errno = error;
	return next;
}

static bool is_git_folder(const char *name, size_t n)
{
	return n == 4 && !memcmp(name, ".git", 4);
}

/* Open directory `path` below `at` (closed), which ends after `len` bytes. -1 and errno. */
static int open_directory(int at, const char *path, size_t len)
{

	while (at >= 0 && len) {
		size_t n = strcspn(path, "/");

		if (is_git_folder(path, n)) {
			close(at);
			errno = ENOENT;
			return -1;
		}
		at = step_into(at, path, n);
		path += n + (n < len);
		len -= n + (n < len);
	}
	return at;
}

/*
 * The directory that holds the last component of `path`; *name points to that one. It stays open
 * for the next call, which most often asks for the same. -1 and errno.
 */
static int open_above(struct view *v, const char *path, const char **name)
{
	struct folder *folder = v->data;
	const char *slash = strrchr(path, '/');
	size_t len = slash ? (size_t)(slash - path) : 0, known;
	int at;

	*name = slash ? slash + 1 : *path ? path : ".";
	if (is_git_folder(*name, strlen(*name)) || len >= sizeof(folder->last_path)) {
		errno = ENOENT;
		return -1;
	}
	if (folder->last >= 0 && !strncmp(folder->last_path, path, len) && !folder->last_path[len])
		return folder->last;
	known = folder->last >= 0 ? strlen(folder->last_path) : 0;
	if (known && known < len && path[known] == '/' &&
	    !strncmp(folder->last_path, path, known)) {
		at = folder->last;
		known++;
	} else {
		close_fd(&folder->last);
		at = fcntl(folder->fd, F_DUPFD_CLOEXEC, 0);
		known = 0;
	}
	folder->last = open_directory(at, path + known, len - known);
	memcpy(folder->last_path, path, len);
	folder->last_path[len] = '\0';
	return folder->last;
}

static bool means_absent(int error)
{
	return error == ENOENT || error == ENOTDIR || error == ELOOP || error == ENAMETOOLONG;
}

static void entry_from_mode(struct view_entry *e, mode_t mode)
{
	if (S_ISDIR(mode))
		e->kind = VIEW_DIR;
	else if (S_ISREG(mode) || S_ISLNK(mode))
		e->kind = VIEW_FILE;
	e->link = S_ISLNK(mode);
}

static int folder_look(struct view *v, const char *path, struct view_entry *out, struct err *err)
{
	const char *name;
	int dir = open_above(v, path, &name);
	struct stat st;

	if (dir < 0)
		return means_absent(errno) ? 0 : io_error(err, path, errno);
	if (fstatat(dir, name, &st, AT_SYMLINK_NOFOLLOW) < 0)
		return means_absent(errno) ? 0 : io_error(err, path, errno);
	entry_from_mode(out, st.st_mode);
	return 0;
}

static int load_link(struct view *v, int dir, const char *name, const char **text, size_t *len)
{
	char target[PATH_MAX];
	ssize_t n = readlinkat(dir, name, target, sizeof(target));

	if (n < 0)
		return -1;
	*text = arena_memdup(view_arena(v), target, (size_t)n);
	*len = (size_t)n;
	return 0;
}

/* The file may grow while it is read: what is beyond its size at the start is left. */
static int load_file(struct view *v, int fd, size_t size, const char **text, size_t *len)
{
	char *out = arena_alloc(view_arena(v), size + 1);
	size_t done = 0;
	ssize_t n;

	while (done < size) {
		n = read(fd, out + done, size - done);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return -1;
		if (!n)
			break;
		done += (size_t)n;
	}
	out[done] = '\0';
	*text = out;
	*len = done;
	return 0;
}

static int folder_load(struct view *v, const char *path, struct view_entry *entry,
		       const char **text, size_t *len, struct err *err)
{
	const char *name;
	int dir = open_above(v, path, &name);
	int fd SCOPED(close_fd) = -1;
	struct stat st;

	if (dir < 0)
		return io_error(err, path, errno);
	if (entry->link)
		return load_link(v, dir, name, text, len) < 0 ? io_error(err, path, errno) : 0;
	fd = openat(dir, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
	if (fd < 0 || fstat(fd, &st) < 0)
		return io_error(err, path, errno);
	if (!S_ISREG(st.st_mode))
		return err_raise(err, ERR_INPUT, NO_POS, "'%s' is not a regular file", path);
	if ((uint64_t)st.st_size > LIMIT_FILE_BYTES)
		return err_raise(err, ERR_LIMIT, NO_POS, "'%s' is larger than %u bytes", path,
				 LIMIT_FILE_BYTES);
	if (load_file(v, fd, (size_t)st.st_size, text, len) < 0)
		return io_error(err, path, errno);
	return 0;
}

static void close_dir(DIR **d)
{
	if (*d)
		closedir(*d);
}

static int folder_list(struct view *v, struct arena *a, const char *path, struct view_entries *out,
		       struct err *err)
{
	const char *name;
	int dir = open_above(v, path, &name);
	int fd = dir < 0 ? -1 : openat(dir, name, O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	DIR *d SCOPED(close_dir) = fd < 0 ? NULL : fdopendir(fd);
	const struct dirent *item;
	struct view_entry e;
	struct stat st;

	if (!d)
		return io_error(err, *path ? path : ".", errno);
	while ((item = readdir(d))) {
		if (!strcmp(item->d_name, ".") || !strcmp(item->d_name, "..") ||
		    is_git_folder(item->d_name, strlen(item->d_name)))
			continue;
		st.st_mode = DTTOIF(item->d_type);
		if (item->d_type == DT_UNKNOWN &&
		    fstatat(fd, item->d_name, &st, AT_SYMLINK_NOFOLLOW) < 0)
			continue; /* gone since */
		e = (struct view_entry){ .name = arena_strdup(a, item->d_name) };
		entry_from_mode(&e, st.st_mode);
		if (e.kind != VIEW_ABSENT)
			*vec_push(a, out) = e;
	}
	return 0;
}

static void folder_free(struct view *v)
{
	struct folder *folder = v->data;

	close(folder->fd);
	close_fd(&folder->last);
}

static const struct view_ops folder_ops = {
	.look = folder_look,
	.load = folder_load,
	.list = folder_list,
	.lists_whole = true,
	.free = folder_free,
};

struct view *view_open_folder(struct run *run, const char *folder, struct err *err)
{
	int fd = open(folder, O_DIRECTORY | O_PATH | O_CLOEXEC);
	char root[PATH_MAX], name[PATH_MAX + 16];
	struct folder *f;
	struct view *v;

	if (fd < 0) {
		err_raise(err, errno == ENOENT || errno == ENOTDIR ? ERR_NOT_FOUND : ERR_IO, NO_POS,
			  "folder '%s': %s", folder, strerror(errno));
		return NULL;
	}
	snprintf(name, sizeof(name), "folder '%s'", folder);
	v = view_new(run, NULL, &folder_ops, name, NULL);
	if (realpath(folder, root))
		v->root = arena_strdup(view_arena(v), root);
	f = arena_new(view_arena(v), struct folder);
	f->fd = fd;
	f->last = -1;
	v->data = f;
	return v;
}
