#include "base/files.h"
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* Make a folder and those above it. */
static int make_folder(char *path)
{
	struct stat st;

	if (!stat(path, &st))
		return S_ISDIR(st.st_mode) ? 0 : -1;
	for (char *p = path + 1; *p; p++) {
		if (*p != '/')
			continue;
		*p = '\0';
		mkdir(path, 0700);
		*p = '/';
	}
	mkdir(path, 0700);
	return stat(path, &st) < 0 || !S_ISDIR(st.st_mode) ? -1 : 0;
}

const char *cache_folder(struct arena *a, const char *name)
{
	const char *home = getenv("XDG_CACHE_HOME"), *below = "";
	char *path;

	if (!home || *home != '/') {
		home = getenv("HOME");
		below = "/.cache";
	}
	if (!home || *home != '/')
		return NULL;
	path = arena_printf(a, "%s%s/kubectl-gitops/%s", home, below, name);
	return make_folder(path) < 0 ? NULL : path;
}

static int io_error(struct err *err, const char *path)
{
	return err_raise(err, errno == ENOENT ? ERR_NOT_FOUND : ERR_IO, NO_POS, "'%s': %s", path,
			 strerror(errno));
}

static int write_all(int fd, const char *text, size_t len)
{
	ssize_t n;

	while (len) {
		n = write(fd, text, len);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return -1;
		text += n;
		len -= (size_t)n;
	}
	return 0;
}

int file_write(const char *path, const char *text, size_t len, struct err *err)
{
	struct arena a SCOPED(arena_release) = ARENA_INIT;
	char *temporary = arena_printf(&a, "%s.XXXXXX", path);
	int fd = mkostemp(temporary, O_CLOEXEC), rc;

	if (fd < 0)
		return io_error(err, path);
	rc = write_all(fd, text, len);
	if (!rc)
		fchmod(fd, 0644);
	if (close(fd) < 0 || rc < 0 || rename(temporary, path) < 0) {
		rc = io_error(err, path);
		unlink(temporary);
	}
	return rc;
}

int file_read(const char *path, struct buf *out, struct err *err)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
	char part[65536];
	ssize_t n = 1;
	int rc = 0;

	if (fd < 0)
		return io_error(err, path);
	while (n && !out->full) {
		n = read(fd, part, sizeof(part));
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0) {
			rc = io_error(err, path);
			break;
		}
		buf_add(out, part, (size_t)n);
	}
	if (!rc && out->full)
		rc = err_raise(err, ERR_LIMIT, NO_POS, "'%s' is larger than %zu bytes", path,
			       out->max);
	close(fd);
	return rc;
}
