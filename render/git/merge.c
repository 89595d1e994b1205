#include <string.h>
#include "render/git/impl.h"

/* Merged files are written to a part of the object database that is in memory alone. */
static int prepare(struct repo *r, struct err *err)
{
	git_odb_backend *memory = NULL;

	if (r->merging)
		return 0;
	if (git_mempack_new(&memory) < 0)
		return git2_error(err, ERR_IO, "merge");
	if (git_odb_add_backend(r->odb, memory, 999) < 0) {
		memory->free(memory);
		return git2_error(err, ERR_IO, "merge");
	}
	r->merging = true;
	return 0;
}

static int list_conflicts(struct arena *a, git_index *index, struct repo_ids *out)
{
	const git_index_entry *base, *ours, *theirs, *e;
	git_index_conflict_iterator *each = NULL;

	if (git_index_conflict_iterator_new(&each, index) < 0)
		return -1;
	while (!git_index_conflict_next(&base, &ours, &theirs, each)) {
		e = ours ? ours : theirs ? theirs : base;
		*vec_push(a, out) = arena_strdup(a, e->path);
	}
	git_index_conflict_iterator_free(each);
	return 0;
}

static int conflict_error(const struct repo_ids *paths, const char *ours, const char *theirs,
			  struct err *err)
{
	const char *first = paths->count ? paths->items[0] : "?";

	if (paths->count > 1)
		return err_raise(err, ERR_REFUSED, (struct pos){ .file = first },
				 "merging %.7s into %.7s has a conflict here and in %zu more files",
				 theirs, ours, paths->count - 1);
	return err_raise(err, ERR_REFUSED, (struct pos){ .file = first },
			 "merging %.7s into %.7s has a conflict here", theirs, ours);
}

static int lookup(struct repo *r, const char *id, git_commit **out, struct err *err)
{
	git_oid oid;

	if (git_oid_fromstr(&oid, id) < 0 || git_commit_lookup(out, r->git2, &oid) < 0)
		return git2_error(err, ERR_NOT_FOUND, id);
	return 0;
}

/* Without the merge base in it, a shallow clone would be merged as two unrelated histories. */
static int merge(struct repo *r, const char *ours, const char *theirs, git_index **out,
		 struct err *err)
{
	git_merge_options options = GIT_MERGE_OPTIONS_INIT;
	git_commit *one = NULL, *two = NULL;
	int rc = lookup(r, ours, &one, err);

	if (!rc)
		rc = lookup(r, theirs, &two, err);
	if (!rc && git_merge_commits(out, r->git2, one, two, &options) < 0)
		rc = git2_error(err, ERR_IO, "merge");
	git_commit_free(one);
	git_commit_free(two);
	return rc;
}

static int merge_by_trees(struct repo *r, struct arena *a, const char *base, const char *ours,
			  const char *theirs, struct tree *tree, struct repo_ids *conflicts,
			  struct err *err)
{
	const char *const commits[] = { base, ours, theirs };

	if (merge_trees(r, commits, a, tree, conflicts, err) < 0)
		return -1;
	return conflicts->count ? conflict_error(conflicts, ours, theirs, err) : 0;
}

static int merge_locked(struct repo *r, struct arena *a, const char *ours, const char *theirs,
			struct tree *tree, struct repo_ids *conflicts, struct err *err)
{
	git_index *index = NULL;
	int rc;

	if (prepare(r, err) < 0 || merge(r, ours, theirs, &index, err) < 0)
		return -1;
	if (git_index_has_conflicts(index)) {
		list_conflicts(a, index, conflicts);
		rc = conflict_error(conflicts, ours, theirs, err);
	} else {
		tree_from_index(r, index, tree);
		rc = 0;
	}
	git_index_free(index);
	return rc;
}

struct view *repo_view_merge(struct repo *r, struct arena *a, const char *ours, const char *theirs,
			     struct repo_ids *conflicts, struct err *err)
{
	struct tree *tree;
	char base[GIT_ID];
	const char *name;
	int rc;

	*conflicts = (struct repo_ids){ 0 };
	if (repo_merge_base(r, ours, theirs, base, err) < 0)
		return NULL;
	if (!strcmp(base, theirs))
		return repo_view_commit(r, ours, err);
	if (!strcmp(base, ours))
		return repo_view_commit(r, theirs, err);
	lock_repo(r);
	tree = arena_new(&r->store->arena, struct tree);
	rc = r->git2 ? merge_locked(r, a, ours, theirs, tree, conflicts, err)
		     : merge_by_trees(r, a, base, ours, theirs, tree, conflicts, err);
	name = arena_printf(&r->store->arena, "the merge of %.7s into %.7s", theirs, ours);
	unlock_repo(r);
	return rc < 0 ? NULL : flat_view(r, tree, name);
}
