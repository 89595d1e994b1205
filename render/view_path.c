/* Paths of a view, as texts: nothing is looked at. */
#include <string.h>
#include "render/view.h"

char *view_join(struct arena *a, const char *dir, const char *path)
{
	size_t len = strlen(dir), n;
	char *out;

	if (*path == '/')
		return NULL;
	out = arena_alloc(a, len + strlen(path) + 2);
	memcpy(out, dir, len + 1);
	while (*path) {
		n = strcspn(path, "/");
		if (n == 2 && !memcmp(path, "..", 2)) {
			if (!len)
				return NULL;
			while (len && out[--len] != '/')
				;
		} else if (n && !(n == 1 && *path == '.')) {
			if (len)
				out[len++] = '/';
			memcpy(out + len, path, n);
			len += n;
		}
		out[len] = '\0';
		path += n + (path[n] == '/');
	}
	return out;
}

char *view_dirname(struct arena *a, const char *path)
{
	const char *slash = strrchr(path, '/');

	return arena_memdup(a, path, slash ? (size_t)(slash - path) : 0);
}
