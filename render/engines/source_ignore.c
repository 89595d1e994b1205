#include <fnmatch.h>
#include <string.h>
#include "render/engines/engines.h"
#include "render/engines/source_ignore.h"

struct pattern {
	const char *dir; /* below which it holds; "" everywhere */
	bool includes, only_directories, whole_path;
	struct {
		VEC(const char *);
	} parts;
};
struct source_ignore {
	struct arena *arena;
	VEC(struct pattern);
	struct {
		VEC(const char *);
	} kept;
	bool includes; /* a pattern brings back what another leaves out */
};

/* git's own files are left out whatever else is said. */
static const char always[] = ".git/\n.gitignore\n.gitmodules\n.gitattributes\n";
const char source_ignore_defaults[] =
	"*.jpg\n*.jpeg\n*.gif\n*.png\n*.wmv\n*.flv\n*.tar.gz\n*.zip\n"
	".github/\n.circleci/\n.travis.yml\n.gitlab-ci.yml\nappveyor.yml\n.drone.yml\n"
	"cloudbuild.yaml\ncodeship-services.yml\ncodeship-steps.yml\n"
	"**/.goreleaser.yml\n**/.sops.yaml\n**/.flux.yaml\n";

/* Each of them is a name, or "*" and how names end. */
bool source_ignore_by_default(const char *name)
{
	const char *line = source_ignore_defaults, *end;
	size_t name_len = strlen(name);

	for (; *line; line = end + 1) {
		size_t len;

		end = strchr(line, '\n');
		line += !strncmp(line, "**/", 3) ? 3 : 0;
		len = (size_t)(end - line) - (end[-1] == '/');
		if (*line == '*' ? name_len >= len - 1 &&
					   !memcmp(name + name_len - (len - 1), line + 1, len - 1)
				 : *line == *name && name_len == len && !memcmp(name, line, len))
			return true;
	}
	return false;
}

bool source_ignore_has_pattern(const char *text, size_t len)
{
	const char *end = text + len, *stop;

	for (; text < end; text = stop + 1) {
		stop = memchr(text, '\n', (size_t)(end - text));
		stop = stop ? stop : end;
		if (*text != '#' && strspn(text, " \t\r") < (size_t)(stop - text))
			return true;
	}
	return false;
}

struct source_ignore *source_ignore_new(struct arena *a)
{
	struct source_ignore *s = arena_new(a, struct source_ignore);

	s->arena = a;
	source_ignore_add(s, "", always, sizeof(always) - 1);
	return s;
}

static void add_line(struct source_ignore *s, const char *dir, const char *line, size_t len)
{
	struct pattern *p = vec_push(s->arena, s);
	char *text, *slash;

	*p = (struct pattern){ .dir = dir };
	if (*line == '!') {
		p->includes = s->includes = true;
		line++, len--;
	}
	while (len && line[len - 1] == ' ' && !(len > 1 && line[len - 2] == '\\'))
		len--;
	if (len && line[len - 1] == '/') {
		p->only_directories = true;
		len--;
	}
	text = arena_memdup(s->arena, line, len);
	p->whole_path = strchr(text, '/') != NULL;
	for (; (slash = strchr(text, '/')); text = slash + 1) {
		*slash = '\0';
		*vec_push(s->arena, &p->parts) = text;
	}
	*vec_push(s->arena, &p->parts) = text;
}

void source_ignore_add(struct source_ignore *s, const char *dir, const char *text, size_t len)
{
	const char *end = text + len, *line, *next;
	size_t n;

	dir = arena_strdup(s->arena, dir);
	for (line = text; line < end; line = next) {
		const char *stop = memchr(line, '\n', (size_t)(end - line));

		stop = stop ? stop : end;
		next = stop + (stop < end);
		n = (size_t)(stop - line);
		if (n && line[n - 1] == '\r')
			n--;
		if (!n || *line == '#' || strspn(line, " \t") >= n)
			continue;
		add_line(s, dir, line, n);
	}
}

void source_ignore_keep(struct source_ignore *s, const char *dir)
{
	*vec_push(s->arena, &s->kept) = dir;
}

/* ---- matching ---- */

static bool name_matches(const char *pattern, const char *name, size_t len)
{
	char text[256];

	if (len >= sizeof(text))
		return false;
	memcpy(text, name, len);
	text[len] = '\0';
	return !fnmatch(pattern, text, 0);
}

/* The next name of a path: its length; *rest is what follows its slash, NULL after the last. */
static size_t next_name(const char *path, const char **rest)
{
	size_t len = strcspn(path, "/");

	*rest = path[len] ? path + len + 1 : NULL;
	return len;
}

/* One name, anywhere on the path. */
static bool simple_matches(const struct pattern *p, const char *path, bool directory)
{
	const char *rest;

	for (; path; path = rest) {
		size_t len = next_name(path, &rest);

		if (name_matches(p->parts.items[0], path, len))
			return rest || directory || !p->only_directories;
	}
	return false;
}

/* As the original: a part is matched where the path stands, after "**" anywhere further on. */
static bool path_matches(const struct pattern *p, const char *path, bool directory)
{
	bool matched = false, wanders = false;
	size_t i, len;

	for (i = 0; i < p->parts.count; i++) {
		const char *part = p->parts.items[i];
		bool here = false;

		if (!*part || !strcmp(part, "**")) {
			if (*part && i == p->parts.count - 1)
				break;
			wanders = *part != '\0';
			continue;
		}
		if (strstr(part, "**") || !path)
			return false;
		do {
			const char *name = path;

			len = next_name(name, &path);
			here = name_matches(part, name, len);
		} while (wanders && !here && path);
		if (!here && !wanders)
			return false;
		matched = here;
		wanders = false;
	}
	return matched && (path || directory || !p->only_directories);
}

static const char *below(const char *dir, const char *path)
{
	size_t len = strlen(dir);

	if (!len)
		return path;
	return !strncmp(path, dir, len) && path[len] == '/' ? path + len + 1 : NULL;
}

/* Whether a directory is kept, lies in one that is, or leads to one. */
static bool is_kept(const struct source_ignore *s, const char *path, bool directory)
{
	size_t i;

	for (i = 0; i < s->kept.count; i++)
		if (!strcmp(s->kept.items[i], path) || below(s->kept.items[i], path) ||
		    (directory && below(path, s->kept.items[i])))
			return true;
	return !s->kept.count;
}

bool source_ignore_hides(const struct source_ignore *s, const char *path, bool directory)
{
	size_t i;

	if (!*path)
		return false;
	if (!is_kept(s, path, directory))
		return true;
	for (i = s->count; i-- > 0;) {
		const struct pattern *p = &s->items[i];
		const char *rest = below(p->dir, path);

		if (!rest || !(p->whole_path ? path_matches(p, rest, directory)
					     : simple_matches(p, rest, directory)))
			continue;
		/* What a directory leaves out may still be brought back below it. */
		return !p->includes && !(directory && s->includes);
	}
	return false;
}

/* ---- the view ---- */

static bool hides(const void *data, const char *path, bool directory)
{
	return source_ignore_hides(data, path, directory);
}

struct view *source_ignore_view(struct view *base, const struct source_ignore *s)
{
	return view_new_filtered(
		base, hides, s,
		"not in the artifact that Flux sees: .sourceignore, spec.ignore or "
		"spec.sparseCheckout of the source leaves it out");
}
