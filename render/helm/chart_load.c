/* A chart's files, from a folder of a view or from an archive, sorted into what they are. */
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "base/archive.h"
#include "base/goquote.h"
#include "base/text.h"
#include "render/helm/chart.h"
#include "render/helm/ignore.h"

enum {
	MAX_CHART_FILE = 5 << 20, /* Helm's own bounds */
	MAX_CHART_BYTES = 100 << 20,
	MAX_CHART_DEPTH = 20, /* charts in charts */
};

int helm_fail(struct helm *h, struct err *err, const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	h->error = arena_vprintf(h->arena, fmt, args);
	va_end(args);
	return err_raise(err, ERR_INPUT, NO_POS, "%s", h->error);
}

int helm_fail_at(struct helm *h, origin_id at, struct err *err, const char *fmt, ...)
{
	va_list args;

	helm_blame(h, at);
	va_start(args, fmt);
	h->error = arena_vprintf(h->arena, fmt, args);
	va_end(args);
	return err_raise(err, ERR_INPUT, NO_POS, "%s", h->error);
}

void helm_note(struct helm *h, origin_id origin, const char *fmt, ...)
{
	struct note *n = vec_push(h->arena, h->notes);
	va_list args;

	va_start(args, fmt);
	n->text = arena_vprintf(h->arena, fmt, args);
	n->origin = origin;
	va_end(args);
}

void chart_add(struct arena *a, struct chart *parent, struct chart *child)
{
	child->parent = parent;
	*vec_push(a, &parent->charts) = child;
}

struct chart *chart_copy_as(struct arena *a, const struct chart *c, const char *alias)
{
	struct chart *out = arena_new(a, struct chart);

	*out = *c;
	out->metadata = node_copy(a, c->metadata);
	if (*alias)
		out->name = alias;
	return out;
}

const char *chart_full_path(struct arena *a, const struct chart *c)
{
	if (!c->parent)
		return c->name;
	return arena_printf(a, "%s/charts/%s", chart_full_path(a, c->parent), c->name);
}

/* --- files into a chart ---------------------------------------------------------------------- */

/* The files of one entry of charts/. */
struct subchart {
	const char *name;
	struct chart_files files;
};
struct subcharts {
	VEC(struct subchart);
};

static void add_to_subchart(struct helm *h, struct subcharts *all, const struct helm_file *file)
{
	const char *inside = file->name + strlen("charts/");
	char *name = arena_memdup(h->arena, inside, strcspn(inside, "/"));
	struct helm_file own = *file;
	size_t i;

	for (i = 0; i < all->count && strcmp(all->items[i].name, name); i++)
		;
	if (i == all->count)
		*vec_push(h->arena, all) = (struct subchart){ .name = name };
	own.name = inside;
	*vec_push(h->arena, &all->items[i].files) = own;
}

static int load_failed(struct helm *h, struct err *err, const char *name, const char *error)
{
	return helm_fail(h, err, "cannot load %s: %s", name, error);
}

/* requirements.yaml and both locks of old; true when it was one of them. */
static bool take_old_file(struct helm *h, struct chart *c, const struct helm_file *f,
			  const char **error)
{
	bool lock = !strcmp(f->name, "requirements.lock");

	if (!lock && strcmp(f->name, "requirements.yaml"))
		return false;
	*error = lock ? chart_check_lock(h, f) : chart_read_metadata(h, c, f);
	if (!*error && c->metadata && !strcmp(node_get_string(c->metadata, "apiVersion"), "v1"))
		*vec_push(h->arena, &c->files) = *f;
	else if (!*error)
		helm_note(h, f->origin,
			  lock ? "Warning: Dependency locking is handled in Chart.lock since "
				 "apiVersion \"v2\". We recommend migrating to Chart.lock."
			       : "Warning: Dependencies are handled in Chart.yaml since apiVersion "
				 "\"v2\". We recommend migrating dependencies to Chart.yaml.");
	return true;
}

static int take_file(struct helm *h, struct chart *c, struct subcharts *subs,
		     const struct helm_file *f, struct err *err)
{
	const char *error = NULL;

	if (!strcmp(f->name, "Chart.yaml"))
		return 0; /* read before all others */
	if (!strcmp(f->name, "Chart.lock"))
		error = chart_check_lock(h, f);
	else if (!strcmp(f->name, "values.yaml"))
		error = values_read(h, f->text, f->len, f->origin, &c->values);
	else if (!strcmp(f->name, "values.schema.json"))
		c->schema = f;
	else if (take_old_file(h, c, f, &error))
		;
	else if (text_starts(f->name, "templates/"))
		*vec_push(h->arena, &c->templates) = *f;
	else if (text_starts(f->name, "charts/") && !text_ends(f->name, ".prov"))
		add_to_subchart(h, subs, f);
	else
		*vec_push(h->arena, &c->files) = *f;
	if (!error)
		return 0;
	helm_blame_text(h, f, error);
	return load_failed(h, err, f->name, error);
}

static struct chart *load_subchart(struct helm *h, const struct chart *c, struct subchart *s,
				   struct err *err)
{
	struct chart_files own = { 0 };

	if (text_ends(s->name, ".tgz")) {
		const struct helm_file *f = &s->files.items[0];

		if (strcmp(f->name, s->name)) {
			helm_fail(h, err, "error unpacking subchart tar in %s: expected %s, got %s",
				  c->name, s->name, f->name);
			return NULL;
		}
		return chart_from_archive(h, s->name, f->text, f->len, err);
	}
	for (size_t i = 0; i < s->files.count; i++) {
		struct helm_file f = s->files.items[i];
		const char *slash = strchr(f.name, '/');

		if (!slash)
			continue;
		f.name = slash + 1;
		*vec_push(h->arena, &own) = f;
	}
	return chart_from_files(h, &own, err);
}

static int by_name(const void *a, const void *b)
{
	return strcmp(((const struct subchart *)a)->name, ((const struct subchart *)b)->name);
}

static int load_subcharts(struct helm *h, struct chart *c, struct subcharts *subs, struct err *err)
{
	if (subs->count)
		qsort(subs->items, subs->count, sizeof(*subs->items), by_name);
	for (size_t i = 0; i < subs->count; i++) {
		struct subchart *s = &subs->items[i];
		struct chart *child;

		if (*s->name == '_' || *s->name == '.')
			continue;
		child = load_subchart(h, c, s, err);
		if (!child)
			return helm_fail(h, err, "error unpacking subchart %s in %s: %s", s->name,
					 c->name, h->error);
		chart_add(h->arena, c, child);
	}
	return 0;
}

static const struct helm_file *metadata_file(const struct chart_files *files)
{
	size_t i = 0;

	while (strcmp(files->items[i].name, "Chart.yaml") != 0)
		i++;
	return &files->items[i];
}

static int fill_chart(struct helm *h, struct chart *c, const struct chart_files *files,
		      struct err *err)
{
	struct subcharts subs = { 0 };
	const char *error = NULL;

	for (size_t i = 0; i < files->count && !error; i++) {
		if (!strcmp(files->items[i].name, "Chart.yaml"))
			error = chart_read_metadata(h, c, &files->items[i]);
	}
	if (error) {
		helm_blame_text(h, metadata_file(files), error);
		return load_failed(h, err, "Chart.yaml", error);
	}
	for (size_t i = 0; i < files->count; i++) {
		if (take_file(h, c, &subs, &files->items[i], err) < 0)
			return -1;
	}
	if (!c->metadata)
		return helm_fail(h, err, "Chart.yaml file is missing");
	error = chart_validate(h, c);
	if (error)
		return helm_fail_at(h, c->metadata->origin, err, "%s", error);
	return load_subcharts(h, c, &subs, err);
}

struct chart *chart_from_files(struct helm *h, const struct chart_files *files, struct err *err)
{
	struct chart *c = arena_new(h->arena, struct chart);
	int rc;

	if (h->depth >= MAX_CHART_DEPTH) {
		helm_fail(h, err, "charts are nested more than %d deep", MAX_CHART_DEPTH);
		return NULL;
	}
	h->depth++;
	rc = fill_chart(h, c, files, err);
	h->depth--;
	return rc < 0 ? NULL : c;
}

/* --- archives -------------------------------------------------------------------------------- */

struct unpack {
	struct helm *h;
	const char *source;
	struct chart_files files;
	size_t bytes;
	const char *error;
	char *name; /* of the current file, checked */
};

/* "a/./b/../c" is "a/c"; "." when nothing is left. In place. */
static void clean_path(char *path)
{
	size_t floor = 0, out = 0;

	for (char *p = path; *p;) {
		size_t n = strcspn(p, "/");
		char *next = p + n + (p[n] == '/');

		if (n == 2 && !memcmp(p, "..", 2) && out > floor) {
			while (out > floor && path[--out] != '/')
				;
		} else if (n && !(n == 1 && *p == '.')) {
			if (out)
				path[out++] = '/';
			memmove(path + out, p, n);
			out += n;
			if (n == 2 && !memcmp(p, "..", 2))
				floor = out;
		}
		p = next;
	}
	if (!out)
		path[out++] = '.';
	path[out] = '\0';
}

static bool is_drive_path(const char *p)
{
	return ((p[0] >= 'a' && p[0] <= 'z') || (p[0] >= 'A' && p[0] <= 'Z')) && p[1] == ':' &&
	       p[2] == '/';
}

/* The name inside the chart: without the first folder; NULL when it is refused. */
static char *inner_name(struct unpack *u, const char *name)
{
	struct arena *a = u->h->arena;
	char delimiter = strchr(name, '\\') ? '\\' : '/';
	const char *cut = strchr(name, delimiter);
	char *inner = arena_strdup(a, cut ? cut + 1 : "");

	for (char *p = inner; *p; p++) {
		if (*p == delimiter)
			*p = '/';
	}
	if (*inner == '/')
		u->error = "chart illegally contains absolute paths";
	else
		clean_path(inner);
	if (u->error)
		return NULL;
	if (!strcmp(inner, "."))
		u->error = arena_printf(a,
					"chart illegally contains content outside the base "
					"directory: %s",
					goquote(a, name));
	else if (text_starts(inner, ".."))
		u->error = "chart illegally references parent directory";
	else if (is_drive_path(inner))
		u->error = "chart contains illegally named files";
	else if (cut && (size_t)(cut - name) == strlen("Chart.yaml") &&
		 text_starts(name, "Chart.yaml"))
		u->error = "chart yaml not in base directory";
	return u->error ? NULL : inner;
}

static bool check_size(struct unpack *u, const struct archive_file *file)
{
	struct arena *a = u->h->arena;

	if (file->size > MAX_CHART_FILE && file->size <= MAX_CHART_BYTES - u->bytes)
		u->error = arena_printf(a,
					"decompressed chart file %s is larger than the maximum "
					"file size %d",
					goquote(a, file->name), MAX_CHART_FILE);
	else if (file->size > MAX_CHART_BYTES - u->bytes)
		u->error = arena_printf(a,
					"decompressed chart is larger than the maximum file size "
					"%d",
					MAX_CHART_BYTES);
	else if (u->h->unpacked + file->size > LIMIT_ARCHIVE_BYTES ||
		 u->h->unpacked_files >= LIMIT_ARCHIVE_FILES)
		u->error = arena_printf(a, "the archives hold more than %u MiB or %u files",
					LIMIT_ARCHIVE_BYTES >> 20, LIMIT_ARCHIVE_FILES);
	return !u->error;
}

static struct helm_file as_chart_file(struct helm *h, const char *source, const char *name,
				      const char *text, size_t len)
{
	struct helm_file f = { .name = name, .text = text, .len = len };

	f.origin = origins_add_file(h->run->origins, source, name, text, len);
	if (len >= 3 && !memcmp(text, "\xef\xbb\xbf", 3)) {
		f.text += 3;
		f.len -= 3;
		f.origin += f.origin ? 3 : 0;
	}
	return f;
}

static bool unpack_file(void *data, struct archive_file *file)
{
	struct unpack *u = data;
	struct helm *h = u->h;

	if (!file->text) {
		u->name = inner_name(u, file->name);
		return u->name && check_size(u, file);
	}
	u->bytes += file->len;
	h->unpacked += file->len;
	h->unpacked_files++;
	*vec_push(h->arena, &u->files) =
		as_chart_file(h, u->source, u->name, file->text, file->len);
	return true;
}

struct chart *chart_from_archive(struct helm *h, const char *source, const char *text, size_t len,
				 struct err *err)
{
	struct unpack u = { .h = h, .source = source };

	switch (archive_read_gzip(h->arena, text, len, unpack_file, &u)) {
	case ARCHIVE_FINE:
	case ARCHIVE_STOPPED:
		break;
	case ARCHIVE_NOT_GZIP:
		u.error = "gzip: invalid header";
		break;
	case ARCHIVE_CUT_SHORT:
		u.error = len ? "unexpected EOF" : "EOF";
		break;
	case ARCHIVE_BROKEN:
		u.error = "archive/tar: invalid tar header";
		break;
	}
	if (!u.error && !u.files.count)
		u.error = "no files in chart archive";
	if (u.error && h->options->helm4 && !h->depth)
		u.error = "unable to load chart archive";
	if (u.error) {
		helm_fail(h, err, "%s", u.error);
		return NULL;
	}
	return chart_from_files(h, &u.files, err);
}

/* --- folders --------------------------------------------------------------------------------- */

struct walk {
	struct helm *h;
	struct view *view;
	const char *root;
	struct ignore_rules rules;
	struct chart_files files;
	unsigned depth;
};

static const char *join(struct arena *a, const char *dir, const char *name)
{
	return *dir ? arena_printf(a, "%s/%s", dir, name) : name;
}

static int walk_file(struct walk *w, const char *path, const char *name, struct err *err)
{
	struct helm *h = w->h;
	struct helm_file f = { .name = name };
	struct blob blob;

	if (view_read(w->view, path, &blob, err) < 0)
		return helm_fail(h, err, "error reading %s: %s", name, err->msg);
	if (blob.len > MAX_CHART_FILE) {
		const char *slash = strrchr(name, '/');

		return helm_fail(h, err, "chart file %s is larger than the maximum file size %d",
				 goquote(h->arena, slash ? slash + 1 : name), MAX_CHART_FILE);
	}
	f.text = blob.text;
	f.len = blob.len;
	f.origin = blob.origin;
	if (f.len >= 3 && !memcmp(f.text, "\xef\xbb\xbf", 3)) {
		f.text += 3;
		f.len -= 3;
		f.origin += f.origin ? 3 : 0;
	}
	*vec_push(h->arena, &w->files) = f;
	return 0;
}

static int walk_folder(struct walk *w, const char *name, struct err *err);

/* A link that leads nowhere we may go. */
static int walk_lost(struct walk *w, const char *path, struct err *err)
{
	struct helm *h = w->h;
	const char *missing = view_missing(w->view, path), *slash = *h->root ? "/" : "";
	struct blob blob;

	if (view_read(w->view, path, &blob, err) >= 0)
		return 0;
	if (!missing)
		return helm_fail(h, err, "error evaluating symlink %s: %s", path, err->msg);
	return helm_fail(h, err,
			 "error evaluating symlink %s%s%s: lstat %s%s%s: no such file or directory",
			 h->root, slash, path, h->root, slash, missing);
}

static int walk_item(struct walk *w, const char *name, enum view_kind kind, struct err *err)
{
	const char *path = join(w->h->arena, w->root, name);

	switch (kind) {
	case VIEW_ABSENT:
		return walk_lost(w, path, err);
	case VIEW_SUBMODULE:
		return 0;
	case VIEW_DIR:
		return ignore_matches(&w->rules, name, true) ? 0 : walk_folder(w, name, err);
	case VIEW_FILE:
		break;
	}
	return ignore_matches(&w->rules, name, false) ? 0 : walk_file(w, path, name, err);
}

static int walk_folder(struct walk *w, const char *name, struct err *err)
{
	struct view_items items = { 0 };
	int rc = 0;

	if (w->depth >= LIMIT_DEPTH)
		return helm_fail(w->h, err, "folders are nested more than %d deep", LIMIT_DEPTH);
	if (view_list(w->view, w->h->arena, *name ? join(w->h->arena, w->root, name) : w->root,
		      &items, err) < 0)
		return -1;
	w->depth++;
	for (size_t i = 0; i < items.count && !rc; i++)
		rc = walk_item(w, join(w->h->arena, name, items.items[i].name), items.items[i].kind,
			       err);
	w->depth--;
	return rc;
}

/* Helm 4 looks at Chart.yaml before all else. */
static bool lacks_metadata(struct helm *h, struct view *v, const char *path, struct err *err)
{
	const char *name = join(h->arena, path, "Chart.yaml"), *slash = *h->root ? "/" : "";

	if (!h->options->helm4 || view_kind(v, name) != VIEW_ABSENT)
		return false;
	helm_fail(h, err,
		  "unable to detect chart at %s%s%s: open %s%s%s: no such file or directory",
		  h->root, slash, name, h->root, slash, name);
	return true;
}

static struct chart *load_folder(struct helm *h, struct view *v, const char *path, struct err *err)
{
	struct walk w = { .h = h, .view = v, .root = path };
	const char *ignore_path = join(h->arena, path, ".helmignore"), *error;
	struct blob ignore = { 0 };

	if (lacks_metadata(h, v, path, err))
		return NULL;
	if (view_kind(v, ignore_path) == VIEW_FILE && view_read(v, ignore_path, &ignore, err) < 0)
		return NULL;
	error = ignore_parse(h->arena, ignore.text, ignore.len, &w.rules);
	if (error) {
		helm_fail(h, err, "%s", error);
		return NULL;
	}
	return walk_folder(&w, "", err) < 0 ? NULL : chart_from_files(h, &w.files, err);
}

/* What Go's http.DetectContentType says of a file's first 512 bytes, padded with NULs. */
static const char *content_type(const char *text, size_t len)
{
	static const struct {
		const char *start, *type;
	} known[] = {
		{ "%PDF-", "application/pdf" },
		{ "%!PS-Adobe-", "application/postscript" },
		{ "PK\x03\x04", "application/zip" },
		{ "\x89PNG\r\n\x1a\n", "image/png" },
		{ "GIF87a", "image/gif" },
		{ "GIF89a", "image/gif" },
		{ "\xff\xd8\xff", "image/jpeg" },
		{ "Rar!\x1a\x07", "application/x-rar-compressed" },
		{ "<?xml", "text/xml; charset=utf-8" },
		{ "\xef\xbb\xbf", "text/plain; charset=utf-8" },
	};

	for (size_t i = 0; i < ARRAY_SIZE(known); i++) {
		if (len >= strlen(known[i].start) &&
		    !memcmp(text, known[i].start, strlen(known[i].start)))
			return known[i].type;
	}
	for (size_t i = 0; i < 512; i++) {
		unsigned char c = i < len ? (unsigned char)text[i] : 0;

		if (c <= 0x08 || c == 0x0b || (c >= 0x0e && c <= 0x1a) || (c >= 0x1c && c <= 0x1f))
			return "application/octet-stream";
	}
	return "text/plain; charset=utf-8";
}

static struct chart *load_archive(struct helm *h, struct view *v, const char *path, struct err *err)
{
	const char *shown = arena_printf(h->arena, "%s%s%s", h->root, *h->root ? "/" : "", path);
	struct blob blob;

	if (view_read(v, path, &blob, err) < 0)
		return NULL;
	if (blob.len >= 3 && !memcmp(blob.text, "\x1f\x8b\x08", 3))
		return chart_from_archive(h, path, blob.text, blob.len, err);
	if (text_ends(path, ".yml") || text_ends(path, ".yaml"))
		helm_fail(h, err,
			  "file '%s' seems to be a YAML file, but expected a gzipped archive",
			  shown);
	else
		helm_fail(h, err, "file '%s' does not appear to be a gzipped archive; got '%s'",
			  shown, content_type(blob.text, blob.len));
	return NULL;
}

struct chart *chart_load(struct helm *h, struct view *v, const char *path, struct err *err)
{
	if (view_kind(v, path) == VIEW_DIR)
		return load_folder(h, v, path, err);
	return load_archive(h, v, path, err);
}
