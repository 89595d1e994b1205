#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "render/git/impl.h"

/* --- revisions -----------------------------------------------------------------------------------
 */

static int resolve_git2(struct repo *r, const char *rev, char id[GIT_ID])
{
	git_object *object = NULL, *commit = NULL;
	int rc = git_revparse_single(&object, r->git2, rev);

	if (!rc)
		rc = git_object_peel(&commit, object, GIT_OBJECT_COMMIT);
	if (!rc)
		git_oid_tostr(id, GIT_ID, git_object_id(commit));
	git_object_free(commit);
	git_object_free(object);
	return rc;
}

/* Git knows revision expressions that libgit2 does not. Not all of them take a ^{commit}. */
static int resolve_by_git(struct repo *r, const char *rev, char id[GIT_ID], struct err *err)
{
	const char *argv[] = { "rev-parse", "--verify", "--quiet", "--end-of-options", rev, NULL };
	const char *line = git_line(r, argv, err);

	if (!line)
		return -1;
	argv[4] = arena_printf(&r->store->arena, "%s^{commit}", line);
	line = git_line(r, argv, err);
	if (!line)
		return -1;
	snprintf(id, GIT_ID, "%s", line);
	return 0;
}

static int not_found(struct repo *r, const char *rev, struct err *err)
{
	struct err ignored = ERR_INIT;
	char head[GIT_ID];

	if (!strcmp(rev, "HEAD"))
		return err_raise(err, ERR_NOT_FOUND, NO_POS, "this repository has no commit yet");
	if (r->git2 ? resolve_git2(r, "HEAD", head) < 0
		    : resolve_by_git(r, "HEAD", head, &ignored) < 0)
		return err_raise(err, ERR_NOT_FOUND, NO_POS,
				 "no commit '%s': this repository has no commit yet", rev);
	if (r->shallow)
		return err_raise(
			err, ERR_NOT_FOUND, NO_POS,
			"no commit '%s' in this shallow clone; git fetch --unshallow gets the "
			"whole history",
			rev);
	return err_raise(err, ERR_NOT_FOUND, NO_POS, "no commit '%s' in this repository", rev);
}

static int resolve(struct repo *r, const char *rev, char id[GIT_ID], struct err *err)
{
	struct err ignored = ERR_INIT;

	if (*rev == '-' || !*rev)
		return not_found(r, rev, err);
	if (r->git2 && !resolve_git2(r, rev, id))
		return 0;
	if (!resolve_by_git(r, rev, id, &ignored))
		return 0;
	return not_found(r, rev, err);
}

int repo_resolve(struct repo *r, const char *rev, char id[GIT_ID], struct err *err)
{
	int rc;

	lock_repo(r);
	rc = resolve(r, rev, id, err);
	unlock_repo(r);
	return rc;
}

static bool has_commit(struct repo *r, const char *id)
{
	const char *const argv[] = { "cat-file", "-e", id, NULL };
	struct err ignored = ERR_INIT;
	git_oid oid;

	if (r->git2)
		return !git_oid_fromstr(&oid, id) && git_odb_exists(r->odb, &oid);
	return git_line(r, argv, &ignored) != NULL;
}

bool repo_has_commit(struct repo *r, const char *id)
{
	bool yes;

	lock_repo(r);
	yes = has_commit(r, id);
	unlock_repo(r);
	return yes;
}

/* --- what a commit says --------------------------------------------------------------------------
 */

static int commit_read(struct repo *r, const char *id, struct object_text *out, struct err *err)
{
	if (object_read(r, id, out, err) < 0)
		return -1;
	if (out->type != OBJECT_COMMIT)
		return err_raise(err, ERR_INPUT, NO_POS, "object %.10s is no commit", id);
	return 0;
}

static int parents(struct repo *r, struct arena *a, const char *id, struct repo_ids *out,
		   struct err *err)
{
	struct object_text commit;
	const char *line;
	size_t n;

	*out = (struct repo_ids){ 0 };
	if (commit_read(r, id, &commit, err) < 0)
		return -1;
	for (line = commit.text; *line && *line != '\n'; line += n + (line[n] == '\n')) {
		n = strcspn(line, "\n");
		if (!strncmp(line, "parent ", 7) && n - 7 == strlen(id))
			*vec_push(a, out) = arena_memdup(a, line + 7, n - 7);
	}
	return 0;
}

int repo_parents(struct repo *r, struct arena *a, const char *id, struct repo_ids *out,
		 struct err *err)
{
	int rc;

	lock_repo(r);
	rc = parents(r, a, id, out, err);
	unlock_repo(r);
	return rc;
}

const char *repo_subject(struct repo *r, struct arena *a, const char *id)
{
	struct object_text commit;
	struct err ignored = ERR_INIT;
	const char *text;
	char *out;
	int rc;

	lock_repo(r);
	rc = commit_read(r, id, &commit, &ignored);
	unlock_repo(r);
	text = rc < 0 ? NULL : strstr(commit.text, "\n\n");
	if (!text)
		return "";
	text += strspn(text, "\n");
	out = arena_memdup(a, text, strcspn(text, "\n"));
	for (char *c = out; *c; c++)
		if ((unsigned char)*c < ' ' || *c == 0x7f)
			*c = ' ';
	return out;
}

/* --- the merge base ------------------------------------------------------------------------------
 */

static int merge_base_git2(struct repo *r, const char *one, const char *two, char id[GIT_ID])
{
	git_oid a, b, base;
	int rc;

	if (git_oid_fromstr(&a, one) < 0 || git_oid_fromstr(&b, two) < 0)
		return -1;
	rc = git_merge_base(&base, r->git2, &a, &b);
	if (!rc)
		git_oid_tostr(id, GIT_ID, &base);
	return rc;
}

static int no_merge_base(struct repo *r, const char *one, const char *two, struct err *err)
{
	if (r->shallow)
		return err_raise(
			err, ERR_NOT_FOUND, NO_POS,
			"the merge base of %.7s and %.7s is not in this shallow clone; git fetch "
			"--deepen=100 gets more history, git fetch --unshallow all of it",
			one, two);
	return err_raise(err, ERR_NOT_FOUND, NO_POS, "%.7s and %.7s have no commit in common", one,
			 two);
}

/* libgit2 1.5 does not know where a shallow history ends. */
static int merge_base(struct repo *r, const char *one, const char *two, char id[GIT_ID],
		      struct err *err)
{
	const char *const argv[] = { "merge-base", one, two, NULL };
	struct err ignored = ERR_INIT;
	const char *line;
	int rc;

	if (r->git2 && !r->shallow) {
		rc = merge_base_git2(r, one, two, id);
		if (!rc)
			return 0;
		if (rc == GIT_ENOTFOUND && !r->promisor)
			return no_merge_base(r, one, two, err);
	}
	line = git_line(r, argv, &ignored);
	if (!line || !*line)
		return no_merge_base(r, one, two, err);
	snprintf(id, GIT_ID, "%s", line);
	return 0;
}

int repo_merge_base(struct repo *r, const char *one, const char *two, char id[GIT_ID],
		    struct err *err)
{
	int rc;

	lock_repo(r);
	rc = merge_base(r, one, two, id, err);
	unlock_repo(r);
	return rc;
}

/* --- the base of a plan --------------------------------------------------------------------------
 */

/* A candidate: a branch to find the merge base with. */
struct branch {
	char name[128];
	char id[GIT_ID];
};

static int branch_from_ref(struct branch *out, git_reference *ref)
{
	git_reference *direct = NULL;
	int rc = git_reference_resolve(&direct, ref);

	if (!rc) {
		snprintf(out->name, sizeof(out->name), "%s", git_reference_shorthand(direct));
		git_oid_tostr(out->id, GIT_ID, git_reference_target(direct));
	}
	git_reference_free(direct);
	return rc;
}

static int upstream_git2(struct repo *r, const char *rev, struct branch *out)
{
	git_reference *local = NULL, *upstream = NULL;
	int rc;

	rc = !strcmp(rev, "HEAD") || !strcmp(rev, "@")
		     ? git_repository_head(&local, r->git2)
		     : git_branch_lookup(&local, r->git2, rev, GIT_BRANCH_LOCAL);
	if (!rc)
		rc = git_branch_upstream(&upstream, local);
	if (!rc)
		rc = branch_from_ref(out, upstream);
	git_reference_free(upstream);
	git_reference_free(local);
	return rc;
}

static int branch_by_git(struct repo *r, const char *rev, struct branch *out)
{
	const char *argv[] = { "rev-parse", "--abbrev-ref",	"--verify",
			       "--quiet",   "--end-of-options", rev,
			       NULL };
	struct err ignored = ERR_INIT;
	const char *name = git_line(r, argv, &ignored);

	if (!name || !*name || resolve_by_git(r, rev, out->id, &ignored) < 0)
		return -1;
	snprintf(out->name, sizeof(out->name), "%s", name);
	return 0;
}

static int find_upstream(struct repo *r, const char *rev, struct branch *out)
{
	if (r->git2)
		return upstream_git2(r, rev, out);
	return branch_by_git(r, arena_printf(&r->store->arena, "%s@{upstream}", rev), out);
}

static int remote_branch(struct repo *r, const char *remote, const char *name, struct branch *out)
{
	const char *ref = arena_printf(&r->store->arena, "refs/remotes/%s/%s", remote, name);
	git_reference *found = NULL;
	int rc;

	if (!r->git2)
		return branch_by_git(r, ref, out);
	rc = git_reference_lookup(&found, r->git2, ref);
	if (!rc)
		rc = branch_from_ref(out, found);
	git_reference_free(found);
	return rc;
}

/* `origin`, or the only remote where none has that name. */
static const char *main_remote(struct repo *r)
{
	git_strarray remotes = { 0 };
	const char *name = "origin";

	if (r->git2 && !git_remote_list(&remotes, r->git2) && remotes.count == 1)
		name = arena_strdup(&r->store->arena, remotes.strings[0]);
	git_strarray_dispose(&remotes);
	return name;
}

/* The remote's default branch; by its usual names where only `git clone` would have noted it. */
static int find_remote_head(struct repo *r, struct branch *out)
{
	static const char *const names[] = { "HEAD", "main", "master" };
	const char *remote = main_remote(r);

	for (size_t i = 0; i < ARRAY_SIZE(names); i++)
		if (!remote_branch(r, remote, names[i], out))
			return 0;
	return -1;
}

/* 1: this branch gives the base; 0: it gives none; -1: the clone is too shallow to tell. */
static int base_from_branch(struct repo *r, const char *head, const struct branch *branch,
			    struct repo_base *out, struct err *err)
{
	struct err problem = ERR_INIT;

	if (merge_base(r, head, branch->id, out->id, &problem) < 0) {
		out->id[0] = '\0';
		if (r->shallow)
			*err = problem;
		return r->shallow ? -1 : 0;
	}
	if (!strcmp(out->id, head))
		return 0;
	snprintf(out->reason, sizeof(out->reason), "merge base with %s", branch->name);
	return 1;
}

static int base_from_parent(struct repo *r, const char *head, struct repo_base *out,
			    struct err *err)
{
	struct repo_ids ids;

	if (parents(r, &r->store->arena, head, &ids, err) < 0)
		return -1;
	out->id[0] = '\0';
	if (!ids.count) {
		snprintf(out->reason, sizeof(out->reason), "empty tree: %.7s is a first commit",
			 head);
		return 0;
	}
	if (r->shallow && !has_commit(r, ids.items[0]))
		return err_raise(
			err, ERR_NOT_FOUND, NO_POS,
			"the parent of %.7s is not in this shallow clone; git fetch --deepen=1 "
			"gets it, or name what to compare with: --base REV",
			head);
	snprintf(out->id, GIT_ID, "%s", ids.items[0]);
	snprintf(out->reason, sizeof(out->reason), "first parent");
	return 0;
}

static int choose_base(struct repo *r, const char *rev, const char *head, const char *wanted,
		       struct repo_base *out, struct err *err)
{
	struct branch branch;
	int rc = 0;

	if (wanted) {
		snprintf(out->reason, sizeof(out->reason), "--base %s", wanted);
		return resolve(r, wanted, out->id, err);
	}
	if (!find_upstream(r, rev, &branch))
		rc = base_from_branch(r, head, &branch, out, err);
	if (!rc && !find_remote_head(r, &branch))
		rc = base_from_branch(r, head, &branch, out, err);
	if (rc)
		return rc < 0 ? -1 : 0;
	return base_from_parent(r, head, out, err);
}

int repo_choose_base(struct repo *r, const char *rev, const char *head, const char *wanted,
		     struct repo_base *out, struct err *err)
{
	int rc;

	*out = (struct repo_base){ 0 };
	lock_repo(r);
	rc = choose_base(r, rev, head, wanted, out, err);
	unlock_repo(r);
	return rc;
}

/* libgit2 does not know of what `git -c` hands to the hooks that it runs. */
const char *repo_config(struct repo *r, struct arena *a, const char *key)
{
	const char *const argv[] = { "config", "--get", key, NULL };
	git_config *config = NULL;
	struct err ignored = ERR_INIT;
	const char *value = NULL;

	lock_repo(r);
	if (!r->git2 || getenv("GIT_CONFIG_PARAMETERS") || getenv("GIT_CONFIG_COUNT")) {
		value = git_line(r, argv, &ignored);
		value = value ? arena_strdup(a, value) : NULL;
	} else if (!git_repository_config_snapshot(&config, r->git2)) {
		value = git_config_get_string(&value, config, key) ? NULL : arena_strdup(a, value);
	}
	git_config_free(config);
	unlock_repo(r);
	return value;
}
