#include <stdlib.h>
#include <string.h>
#include "base/text.h"
#include "render/git/impl.h"

/*
 * Partial clones: what is not here is asked of the user's git, which fetches it from the remote.
 * The first few objects are asked for one by one; then everything that a render could read of the
 * views' trees comes in a single fetch, for each request costs a whole exchange with the remote.
 */

enum { ONE_BY_ONE = 4, MOST_AT_ONCE = 50000 };

/* Names of what renderers read; other files stay at the remote until one is asked for. */
static const char *const read_names[] = { ".yaml", ".yml", ".json",	  ".tpl",
					  ".toml", ".txt", ".env",	  ".properties",
					  ".conf", ".cfg", ".helmignore", ".tgz" };

static bool is_read(const char *path)
{
	for (size_t i = 0; i < ARRAY_SIZE(read_names); i++)
		if (text_ends(path, read_names[i]))
			return true;
	return false;
}

/* Ids that git, without fetching, finds to be missing below the tree. */
static bool missing_below(struct repo *r, const char *tree, struct map *missing)
{
	const char *const argv[] = { "rev-list",	"--objects", "--no-object-names",
				     "--missing=print", tree,	     NULL };
	struct process_result result SCOPED(process_result_release) = { 0 };
	struct err ignored = ERR_INIT;
	const char *line, *end;

	if (git_run(r, argv, &result, &ignored) < 0 || result.status)
		return false;
	buf_char(&result.out, '\0');
	for (line = result.out.text; (end = strchr(line, '\n')); line = end + 1)
		if (*line == '?')
			map_set(missing,
				arena_memdup(&r->store->arena, line + 1, (size_t)(end - line - 1)),
				missing);
	return true;
}

/* The missing blobs of the tree that a render could read, one id a line. */
static size_t wanted_below(struct repo *r, const char *tree, struct buf *out)
{
	const char *const argv[] = { "ls-tree", "-r", "-z", "--full-tree", tree, NULL };
	struct process_result result SCOPED(process_result_release) = { 0 };
	struct err ignored = ERR_INIT;
	struct map missing;
	const char *at, *end;
	size_t count = 0;

	map_init(&missing, &r->store->arena);
	if (!missing_below(r, tree, &missing) || git_run(r, argv, &result, &ignored) < 0 ||
	    result.status)
		return 0;
	end = result.out.text + result.out.len;
	/* "mode type id\tpath" */
	for (at = result.out.text; at < end && count < MOST_AT_ONCE; at += strlen(at) + 1) {
		const char *path = strchr(at, '\t'), *id = path ? strstr(at, " blob ") : NULL;

		if (!id || id > path || !is_read(path + 1))
			continue;
		id += strlen(" blob ");
		if (!map_get_n(&missing, id, (size_t)(path - id)))
			continue;
		buf_add(out, id, (size_t)(path - id));
		buf_char(out, '\n');
		count++;
	}
	return count;
}

/* What the clone was made from, as `git fetch` takes it. */
static const char *promisor_remote(struct repo *r)
{
	const char *const named[] = { "config", "--get", "extensions.partialclone", NULL };
	const char *const marked[] = { "config",       "--name-only",
				       "--get-regexp", "^remote\\..*\\.promisor$",
				       "true",	       NULL };
	struct err ignored = ERR_INIT;
	const char *line = git_line(r, named, &ignored);

	if (line && *line)
		return line;
	line = git_line(r, marked, &ignored);
	if (!line || !text_starts(line, "remote."))
		return NULL;
	line += strlen("remote.");
	return arena_memdup(&r->store->arena, line, strlen(line) - strlen(".promisor"));
}

/* One fetch for all; a failure shows when the object itself is asked for. */
static void fetch_ahead(struct repo *r)
{
	const char *remote = promisor_remote(r);
	const char *argv[] = { "git",
			       "-c",
			       "core.hooksPath=/dev/null",
			       "-c",
			       "fetch.negotiationAlgorithm=noop",
			       "fetch",
			       "--quiet",
			       "--no-tags",
			       "--no-write-fetch-head",
			       "--recurse-submodules=no",
			       "--filter=blob:none",
			       "--stdin",
			       "--",
			       remote,
			       NULL };
	struct process_options o = { .argv = argv, .env = git_environment(r), .folder = r->start };
	struct process_result result;
	struct err ignored = ERR_INIT;
	struct buf ids;
	size_t count = 0;

	if (!remote)
		return;
	buf_init(&ids, 0);
	for (; r->fetched_ahead < r->commits.count; r->fetched_ahead++)
		count += wanted_below(r, r->commits.items[r->fetched_ahead], &ids);
	if (count) {
		o.input = ids.text;
		o.input_len = ids.len;
		process_run(&o, &result, &ignored);
		process_result_release(&result);
	}
	buf_release(&ids);
}

struct promisor {
	git_odb_backend backend; /* first: libgit2 knows this part alone */
	struct repo *repo;
};

static const git_object_t git2_types[] = {
	[OBJECT_COMMIT] = GIT_OBJECT_COMMIT,
	[OBJECT_TREE] = GIT_OBJECT_TREE,
	[OBJECT_BLOB] = GIT_OBJECT_BLOB,
	[OBJECT_OTHER] = GIT_OBJECT_TAG,
};

static int promisor_ask(git_odb_backend *backend, const git_oid *oid, struct object_text *out)
{
	struct repo *r = ((struct promisor *)backend)->repo;
	struct err err = ERR_INIT;
	char id[GIT_OID_HEXSZ + 1];

	if (++r->promised > ONE_BY_ONE && !r->run->offline && r->fetched_ahead < r->commits.count)
		fetch_ahead(r);
	if (batch_read(r, git_oid_tostr(id, sizeof(id), oid), out, &err) == 0)
		return 0;
	git_error_set_str(GIT_ERROR_ODB, err.msg);
	/* GIT_ENOTFOUND would make libgit2 look everywhere again and lose the message. */
	return GIT_EUSER;
}

static int promisor_read(void **data, size_t *len, git_object_t *type, git_odb_backend *backend,
			 const git_oid *oid)
{
	struct object_text object;
	int rc = promisor_ask(backend, oid, &object);

	if (rc < 0)
		return rc;
	*data = git_odb_backend_data_alloc(backend, object.len);
	if (!*data && object.len)
		return -1;
	if (object.len)
		memcpy(*data, object.text, object.len);
	*len = object.len;
	*type = git2_types[object.type];
	return 0;
}

static int promisor_header(size_t *len, git_object_t *type, git_odb_backend *backend,
			   const git_oid *oid)
{
	struct object_text object;
	int rc = promisor_ask(backend, oid, &object);

	if (rc < 0)
		return rc;
	*len = object.len;
	*type = git2_types[object.type];
	return 0;
}

/* To ask would be to fetch: what is not here does not exist until it is read. */
static int promisor_exists(git_odb_backend *backend, const git_oid *oid)
{
	(void)backend, (void)oid;
	return 0;
}

static void promisor_free(git_odb_backend *backend)
{
	free(backend);
}

int promisor_attach(struct repo *r, git_odb *odb, struct err *err)
{
	struct promisor *p = calloc(1, sizeof(*p));

	if (!p)
		abort();
	git_odb_init_backend(&p->backend, GIT_ODB_BACKEND_VERSION);
	p->repo = r;
	p->backend.read = promisor_read;
	p->backend.read_header = promisor_header;
	p->backend.exists = promisor_exists;
	p->backend.free = promisor_free;
	if (git_odb_add_alternate(odb, &p->backend, -1) < 0) {
		free(p);
		return git2_error(err, ERR_IO, "partial clone");
	}
	return 0;
}
