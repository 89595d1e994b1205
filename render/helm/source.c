#include "render/helm/source.h"

#include <string.h>

#include "base/archive.h"
#include "base/files.h"
#include "base/http.h"
#include "base/semver.h"
#include "base/sha256.h"
#include "render/guard.h"
#include "render/helm/helm.h"

struct http *fetching_client(const struct fetching *f, bool with, struct err *err)
{
	const struct chart_source *s = f->source;
	struct http_options options = {
		.flags = HTTP_FOLLOW | (f->public_only ? HTTP_PUBLIC_ONLY : 0) |
			 (s->flags & CHART_INSECURE || f->credential.insecure ? HTTP_INSECURE : 0),
		.ca_file = s->ca_file ? s->ca_file : f->credential.ca_file,
		.cert_file = f->credential.cert_file,
		.key_file = f->credential.key_file,
		.user_agent = "kubectl-gitops",
		.connect_timeout_ms = REACH_CONNECT_MS,
	};

	if (with) {
		options.user = f->credential.user;
		options.password = f->credential.password;
	}
	return http_new(&options, err);
}

static const char *cache_path(struct fetching *f, const char *name)
{
	char hex[65];

	return arena_printf(f->arena, "%s/%s", f->cache, sha256_hex(name, strlen(name), hex));
}

bool fetching_cached(struct fetching *f, const char *name, const char **text, size_t *len)
{
	struct err err = ERR_INIT;
	struct buf b;
	bool ok;

	if (!f->cache)
		return false;
	buf_init(&b, LIMIT_HTTP_BODY_BYTES);
	ok = !file_read(cache_path(f, name), &b, &err);
	if (ok) {
		*len = b.len;
		*text = buf_dup(&b, f->arena);
	}
	buf_release(&b);
	return ok;
}

void fetching_keep(struct fetching *f, const char *name, const char *text, size_t len)
{
	struct err err = ERR_INIT;

	/* A cache that can't be written to costs time, and nothing else. */
	if (f->cache)
		(void)file_write(cache_path(f, name), text, len, &err);
}

const char *fetching_choose(struct fetching *f, const char *const *versions, size_t count)
{
	const char *wish = f->source->version, *error, *best = NULL;
	struct semver_constraints *constraints;
	struct semver v, best_version = { 0 };

	for (size_t i = 0; i < count && wish && *wish; i++) {
		if (!strcmp(versions[i], wish))
			return versions[i];
	}
	wish = wish && *wish ? wish : "*";
	constraints = semver_constraints_parse(f->arena, wish, strlen(wish), &error);
	for (size_t i = 0; i < count && constraints; i++) {
		if (semver_parse(f->arena, versions[i], strlen(versions[i]), &v) ||
		    !semver_constraints_check(constraints, &v))
			continue;
		if (best && semver_compare(&v, &best_version) <= 0)
			continue;
		best = versions[i];
		best_version = v;
	}
	return best;
}

/* It is the chart that is missed, whichever of its URLs was asked for. */
static int name_away(struct arena *a, const struct chart_source *s, struct err *err)
{
	size_t len = strlen(s->repo);
	const char *chart;

	while (len && s->repo[len - 1] == '/')
		len--;
	chart = arena_printf(a, "chart %.*s%s%s %s", (int)len, s->repo, s->chart ? "/" : "",
			     s->chart ? s->chart : "",
			     s->version && *s->version ? s->version
			     : s->digest	       ? s->digest
						       : "(newest)");
	return err->code == ERR_AWAY ? err_away(err, NO_POS, "%s", chart)
				     : reach_misses(err, chart);
}

int chart_fetch(struct run *run, struct arena *a, const struct chart_source *source,
		struct chart_archive *out, struct err *err)
{
	struct fetching f = {
		.run = run, .arena = a, .source = source, .cache = cache_folder(a, "charts")
	};
	int rc;

	*out = (struct chart_archive){ 0 };
	if (!run->offline && guard_url(run, source->repo, &f.public_only, err) < 0)
		return -1;
	if (!strncmp(source->repo, "oci://", 6))
		rc = fetch_from_registry(&f, out, err);
	else if (!strncmp(source->repo, "https://", 8) || !strncmp(source->repo, "http://", 7))
		rc = fetch_from_repo(&f, out, err);
	else
		return err_raise(err, ERR_UNSUPPORTED, NO_POS,
				 "chart repository '%s' is neither https:// nor oci://",
				 source->repo);
	out->cached = !f.used_network;
	if (rc < 0 && (err->code == ERR_AWAY || err->code == ERR_UNREACHED))
		return name_away(a, source, err);
	return rc;
}

struct unpack {
	struct run *run;
	struct view *view;
	const char *root; /* the folder in the view */
	size_t bytes, files;
	const char *error;
};

/* Names that leave the folder are left out: nothing may come of them. */
static bool unpack_file(void *data, struct archive_file *file)
{
	struct unpack *u = data;
	const char *slash = strchr(file->name, '/'), *name;

	if (file->text) {
		name = view_join(&u->run->arena, "", slash ? slash + 1 : "");
		if (name && *name)
			view_memory_add(u->view,
					arena_printf(&u->run->arena, "%s/%s", u->root, name),
					file->text, file->len);
		return true;
	}
	u->files++;
	if (file->size > LIMIT_ARCHIVE_BYTES - u->bytes || u->files > LIMIT_ARCHIVE_FILES)
		u->error = "the archive is too large";
	else
		u->bytes += (size_t)file->size;
	return !u->error;
}

struct view *helm_open_chart(struct run *run, const struct chart_source *source, const char **path,
			     const char **digest, struct err *err)
{
	struct arena scratch = ARENA_INIT;
	struct chart_archive archive;
	struct unpack u = { .run = run };
	enum archive_result result;
	const char *version;

	arena_init(&scratch, &run->budget);
	if (chart_fetch(run, &run->arena, source, &archive, err) < 0)
		return NULL;
	version = archive.version ? archive.version : "";
	if (digest)
		*digest = archive.digest;
	u.view = view_new_memory(run, arena_printf(&run->arena, "%s %s", archive.name, version));
	*path = u.root = archive.name;
	result = archive_read_gzip(&scratch, archive.text, archive.len, unpack_file, &u);
	arena_release(&scratch);
	if (result == ARCHIVE_FINE && u.files)
		return u.view;
	err_raise(err, ERR_INPUT, NO_POS, "chart '%s' from '%s': %s", archive.name, source->repo,
		  u.error ? u.error : "not a chart archive");
	view_free(u.view);
	return NULL;
}
