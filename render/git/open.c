#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "render/git/impl.h"

/*
 * Extensions of a repository that do not change how its objects and refs are read. libgit2 refuses
 * to open a repository with one that it was not told of.
 */
static const char *const harmless_extensions[] = { "partialclone", "preciousobjects",
						   "worktreeconfig", "relativeworktrees" };

static pthread_once_t libgit2_ready = PTHREAD_ONCE_INIT;

/* Held while the ownership check of libgit2, which is global to the process, is switched. */
static pthread_mutex_t opening = PTHREAD_MUTEX_INITIALIZER;

static void prepare_libgit2(void)
{
	git_libgit2_init();
	git_libgit2_opts(GIT_OPT_SET_EXTENSIONS, harmless_extensions,
			 ARRAY_SIZE(harmless_extensions));
	/* An object's own hash is for fsck, as git has it; to check each read costs more than it.
	 */
	git_libgit2_opts(GIT_OPT_ENABLE_STRICT_HASH_VERIFICATION, 0);
}

static const char *env(const char *name)
{
	const char *value = getenv(name);

	return value && *value ? value : NULL;
}

/* An absolute path without links and without a slash at its end; as it was when that fails. */
static const char *real(struct repo *r, const char *path)
{
	char full[PATH_MAX];

	return arena_strdup(&r->store->arena, realpath(path, full) ? full : path);
}

static int open_git2(struct repo *r, const char *folder, bool validate)
{
	const char *dir = folder ? NULL : env("GIT_DIR");
	unsigned flags = dir ? GIT_REPOSITORY_OPEN_NO_SEARCH : 0;
	int rc;

	if (!dir && env("GIT_DISCOVERY_ACROSS_FILESYSTEM"))
		flags |= GIT_REPOSITORY_OPEN_CROSS_FS;
	pthread_mutex_lock(&opening);
	/* git does not ask whose a repository is that GIT_DIR names. */
	git_libgit2_opts(GIT_OPT_SET_OWNER_VALIDATION, validate && !dir);
	rc = git_repository_open_ext(&r->git2, dir ? dir : r->start, flags,
				     env("GIT_CEILING_DIRECTORIES"));
	pthread_mutex_unlock(&opening);
	return rc;
}

static bool config_bool(struct repo *r, const char *name, bool unset)
{
	git_config *config = NULL;
	int value = unset;

	if (!git_repository_config_snapshot(&config, r->git2))
		git_config_get_bool(&value, config, name);
	git_config_free(config);
	return value;
}

static bool config_has(struct repo *r, const char *name)
{
	git_config *config = NULL;
	const char *value;
	bool found = false;

	if (!git_repository_config_snapshot(&config, r->git2))
		found = !git_config_get_string(&value, config, name);
	git_config_free(config);
	return found;
}

static bool is_promisor(struct repo *r)
{
	git_config_iterator *each = NULL;
	git_config_entry *entry;
	git_config *config = NULL;
	bool found = false;

	if (!git_repository_config_snapshot(&config, r->git2) &&
	    !git_config_iterator_glob_new(&each, config,
					  "^(extensions\\.partialclone|remote\\..*\\.promisor)$"))
		found = !git_config_next(&entry, each);
	git_config_iterator_free(each);
	git_config_free(config);
	return found;
}

/* Where git would find the work tree; libgit2 knows nothing of the environment. */
static void find_work_tree(struct repo *r, const char *folder)
{
	const char *wanted = folder ? NULL : env("GIT_WORK_TREE"), *found;

	if (!wanted && !folder && env("GIT_DIR") && !config_has(r, "core.worktree") &&
	    !config_bool(r, "core.bare", false))
		wanted = ".";
	found = git_repository_workdir(r->git2);
	/* libgit2 1.5 leaks where it is told what it knows. */
	if (wanted && !(found && !strcmp(real(r, wanted), real(r, found))) &&
	    !git_repository_set_workdir(r->git2, wanted, 0))
		found = wanted;
	if (found)
		r->work_tree = real(r, found);
}

/* --- the object database that the environment names ---------------------------------------------
 */

/* One of git's ':'-separated paths, "quoted" as C where it begins with a quote; NULL at the end. */
static const char *next_alternate(struct arena *a, const char **list)
{
	const char *p = *list;
	char *out = arena_alloc(a, strlen(p) + 1), *end = out;
	bool quoted = *p == '"';

	if (!*p)
		return NULL;
	for (p += quoted; *p && *p != (quoted ? '"' : ':'); p++) {
		if (quoted && *p == '\\' && p[1])
			p++;
		*end++ = *p;
	}
	*end = '\0';
	p += strcspn(p, ":");
	*list = p + (*p == ':');
	return out;
}

static int attach_objects(struct repo *r, const char *folder, struct err *err)
{
	const char *dir = folder ? NULL : env("GIT_OBJECT_DIRECTORY");
	const char *list = folder ? NULL : env("GIT_ALTERNATE_OBJECT_DIRECTORIES"), *path;

	if (dir) {
		if (git_odb_open(&r->odb, dir) < 0)
			return git2_error(err, ERR_IO, "GIT_OBJECT_DIRECTORY");
		git_repository_set_odb(r->git2, r->odb);
	} else if (git_repository_odb(&r->odb, r->git2) < 0) {
		return git2_error(err, ERR_IO, "object database");
	}
	while (list && (path = next_alternate(&r->store->arena, &list)))
		if (*path && git_odb_add_disk_alternate(r->odb, path) < 0)
			return git2_error(err, ERR_IO, "GIT_ALTERNATE_OBJECT_DIRECTORIES");
	r->promisor = is_promisor(r);
	return r->promisor ? promisor_attach(r, r->odb, err) : 0;
}

/* --- what libgit2 does not open: the user's git says where things are ---------------------------
 */

static int open_by_git(struct repo *r, struct err *err)
{
	static const char *const argv[] = { "rev-parse",
					    "--path-format=absolute",
					    "--git-dir",
					    "--git-common-dir",
					    "--is-shallow-repository",
					    "--is-inside-work-tree",
					    NULL };
	static const char *const top[] = { "rev-parse", "--show-toplevel", NULL };
	struct process_result result SCOPED(process_result_release) = { 0 };
	const char *fields[4], *p;
	char complaint[512];

	if (git_run(r, argv, &result, err) < 0)
		return -1;
	if (result.status)
		return err_raise(err, ERR_IO, NO_POS, "git rev-parse: %s",
				 process_complaint(&result, complaint, sizeof(complaint)));
	p = result.out.text;
	for (size_t i = 0; i < ARRAY_SIZE(fields); i++, p += strcspn(p, "\n"), p += *p == '\n')
		fields[i] = arena_memdup(&r->store->arena, p, strcspn(p, "\n"));
	r->git_dir = fields[0];
	r->common_dir = fields[1];
	r->shallow = !strcmp(fields[2], "true");
	if (!strcmp(fields[3], "true"))
		r->work_tree = git_line(r, top, err);
	return 0;
}

/* --- somebody else's repository -----------------------------------------------------------------
 */

/*
 * libgit2 says that the repository is not ours; git decides, for it reads more of safe.directory.
 * 0: git takes it.
 */
static int ask_owner(struct repo *r, struct err *err)
{
	static const char *const argv[] = { "rev-parse", "--git-dir", NULL };
	static const char cure[] = "git config --global --add safe.directory ";
	struct process_result result SCOPED(process_result_release) = { 0 };
	const char *found;
	int len;

	if (git_run(r, argv, &result, err) < 0)
		return -1;
	if (!result.status)
		return 0;
	found = strstr(result.errors.text, cure);
	if (!found)
		return err_raise(
			err, ERR_REFUSED, NO_POS,
			"the repository at '%s' belongs to somebody else, and git does not trust "
			"it",
			r->start);
	len = (int)strcspn(found, "\n");
	return err_raise(err, ERR_REFUSED, NO_POS,
			 "the repository at '%s' belongs to somebody else; if you trust it: %.*s",
			 r->start, len, found);
}

/*
 * libgit2 1.5 says "not found" too where it finds a repository that is not ours and no
 * safe.directory in the configuration.
 */
static int open_trusted(struct repo *r, const char *folder, int *rc, struct err *err)
{
	*rc = open_git2(r, folder, true);
	if (*rc != GIT_EOWNER && *rc != GIT_ENOTFOUND)
		return 0;
	*rc = open_git2(r, folder, false);
	return *rc ? 0 : ask_owner(r, err);
}

static int open_any(struct repo *r, const char *folder, struct err *err)
{
	const char *common = folder ? NULL : env("GIT_COMMON_DIR");
	int rc;

	if (open_trusted(r, folder, &rc, err) < 0)
		return -1;
	if (rc == GIT_ENOTFOUND && !common)
		return err_raise(err, ERR_NOT_FOUND, NO_POS, "'%s' is not in a git repository",
				 folder ? folder : r->start);
	if (rc < 0 ||
	    (common && strcmp(real(r, common), real(r, git_repository_commondir(r->git2))))) {
		git_repository_free(r->git2);
		r->git2 = NULL;
		return open_by_git(r, err);
	}
	r->git_dir = real(r, git_repository_path(r->git2));
	r->common_dir = real(r, git_repository_commondir(r->git2));
	r->shallow = git_repository_is_shallow(r->git2) > 0;
	/* Not core.sparseCheckout: that is in config.worktree, which libgit2 1.5 does not read. */
	r->sparse = !access(arena_printf(&r->store->arena, "%s/info/sparse-checkout", r->git_dir),
			    F_OK);
	find_work_tree(r, folder);
	return attach_objects(r, folder, err);
}

struct repo *repo_open(struct run *run, const char *folder, struct err *err)
{
	struct repo *r;
	int rc;

	pthread_once(&libgit2_ready, prepare_libgit2);
	r = calloc(1, sizeof(*r));
	if (!r)
		abort();
	r->run = run;
	r->store = view_store_new(run);
	map_init(&r->trees, &r->store->arena);
	map_init(&r->merged, &r->store->arena);
	r->start = real(r, folder ? folder : ".");
	r->named = folder != NULL;
	lock_repo(r);
	rc = open_any(r, folder, err);
	unlock_repo(r);
	if (rc == 0)
		return r;
	repo_free(r);
	return NULL;
}

void repo_free(struct repo *r)
{
	if (!r)
		return;
	batch_stop(r);
	git_odb_free(r->odb);
	git_repository_free(r->git2);
	if (r->temporary)
		git_remove_folder(r->temporary);
	view_store_free(r->store);
	free(r);
}

static void free_with_view(void *data)
{
	repo_free(data);
}

void repo_owned_by(struct repo *r, struct view *v)
{
	v->after = free_with_view;
	v->after_data = r;
}

const char *repo_work_tree(const struct repo *r)
{
	return r->work_tree;
}

const char *repo_git_dir(const struct repo *r)
{
	return r->git_dir;
}

const char *repo_common_dir(const struct repo *r)
{
	return r->common_dir;
}

bool repo_is_shallow(const struct repo *r)
{
	return r->shallow;
}

/* --- paths ---------------------------------------------------------------------------------------
 */

/*
 * `path` (absolute) with the links of its longest part that exists followed: a name that is in a
 * commit alone need not be on disk, and the work tree may have been reached through a link.
 */
static const char *physical(struct arena *a, const char *path)
{
	char full[PATH_MAX];
	char *head = arena_strdup(a, path), *slash;

	while (!realpath(*head ? head : "/", full)) {
		slash = strrchr(head, '/');
		if (!slash)
			return path;
		*slash = '\0';
	}
	path = view_join(a, full + 1, path + strlen(head) + strspn(path + strlen(head), "/"));
	return arena_printf(a, "/%s", path ? path : "");
}

/* The same, but the last name may itself be a link in the tree and is kept. */
static const char *physical_above(struct arena *a, const char *path)
{
	const char *name = strrchr(path, '/') + 1, *dir;

	if (!*name || !strcmp(name, ".") || !strcmp(name, ".."))
		return physical(a, path);
	dir = physical(a, arena_memdup(a, path, (size_t)(name - path)));
	return arena_printf(a, "%s/%s", strcmp(dir, "/") ? dir : "", name);
}

/* What follows the work tree in an absolute path; NULL when it is not below. */
static const char *below_work_tree(const struct repo *r, const char *path)
{
	size_t len = strcmp(r->work_tree, "/") ? strlen(r->work_tree) : 0;

	if (strncmp(path, r->work_tree, len) || (path[len] && path[len] != '/'))
		return NULL;
	return path + len + (path[len] == '/');
}

const char *repo_path(struct repo *r, struct arena *a, const char *path, struct err *err)
{
	const char *full = path, *inside;
	char here[PATH_MAX];

	if (!r->work_tree) {
		inside = view_join(a, "", path);
		if (!inside)
			err_raise(err, ERR_INPUT, NO_POS, "'%s' is outside of the repository",
				  path);
		return inside;
	}
	if (*path != '/') {
		if (!getcwd(here, sizeof(here)))
			snprintf(here, sizeof(here), "%s", r->work_tree);
		full = arena_printf(a, "%s/%s", here, path);
	}
	inside = below_work_tree(r, physical_above(a, full));
	if (!inside)
		inside = below_work_tree(r, physical(a, full));
	if (!inside)
		err_raise(err, ERR_INPUT, NO_POS, "'%s' is outside of the repository at '%s'", path,
			  r->work_tree);
	return inside;
}
