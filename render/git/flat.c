#include <stdlib.h>
#include <string.h>
#include "render/git/impl.h"

/* Views over a list of whole paths: the index, and the merge of two commits. */

struct flat {
	struct repo *repo;
	const struct tree *tree;
};

/* The first entry that is not before the `n` bytes of `prefix`. */
static size_t lower_bound(const struct tree *tree, const char *prefix)
{
	size_t low = 0, high = tree->count, middle;

	while (low < high) {
		middle = low + (high - low) / 2;
		if (strcmp(tree->items[middle].name, prefix) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

static bool has_prefix(const struct tree *tree, size_t at, const char *prefix)
{
	return at < tree->count && !strncmp(tree->items[at].name, prefix, strlen(prefix));
}

static int flat_look(struct view *v, const char *path, struct view_entry *out, struct err *err)
{
	const struct flat *flat = v->data;
	size_t at = lower_bound(flat->tree, path);
	const struct tree_entry *e;
	const char *below;

	if (!*path) {
		out->kind = VIEW_DIR;
		return 0;
	}
	if (at < flat->tree->count && !strcmp(flat->tree->items[at].name, path)) {
		e = &flat->tree->items[at];
		if (e->unmerged)
			return err_raise(err, ERR_INPUT, (struct pos){ .file = path },
					 "is not merged yet in %s", v->name);
		entry_from_tree(out, e);
		return 0;
	}
	below = arena_printf(view_arena(v), "%s/", path);
	if (has_prefix(flat->tree, lower_bound(flat->tree, below), below))
		out->kind = VIEW_DIR;
	return 0;
}

static int flat_load(struct view *v, const char *path, struct view_entry *entry, const char **text,
		     size_t *len, struct err *err)
{
	const struct flat *flat = v->data;

	return blob_load(flat->repo, path, entry->id, text, len, err);
}

static int flat_list(struct view *v, struct arena *a, const char *path, struct view_entries *out,
		     struct err *err)
{
	const struct flat *flat = v->data;
	const struct tree *tree = flat->tree;
	const char *prefix = *path ? arena_printf(a, "%s/", path) : "";
	size_t len = strlen(prefix), n, at;
	const char *name;
	struct view_entry e;

	(void)err;
	for (at = lower_bound(tree, prefix); has_prefix(tree, at, prefix);) {
		name = tree->items[at].name + len;
		n = strcspn(name, "/");
		e = (struct view_entry){ .name = arena_memdup(a, name, n), .kind = VIEW_DIR };
		if (name[n]) {
			/* '0' follows '/': past all that is in this directory. */
			at = lower_bound(tree, arena_printf(a, "%s%s0", prefix, e.name));
		} else {
			entry_from_tree(&e, &tree->items[at]);
			at++;
		}
		*vec_push(a, out) = e;
	}
	return 0;
}

static int flat_explain(struct view *v, const char *path, const struct view_entry *entry,
			struct err *err)
{
	const struct flat *flat = v->data;

	return explain_missing(flat->repo, v, path, entry, err);
}

static const struct view_ops flat_ops = {
	.look = flat_look,
	.load = flat_load,
	.list = flat_list,
	.explain = flat_explain,
};

struct view *flat_view(struct repo *r, const struct tree *tree, const char *name)
{
	struct view *v = view_new(r->run, r->store, &flat_ops, name, NULL);
	struct flat *flat;

	lock_repo(r);
	flat = arena_new(view_arena(v), struct flat);
	flat->repo = r;
	flat->tree = tree;
	unlock_repo(r);
	v->data = flat;
	return with_urls(r, v);
}

struct view *repo_view_empty(struct repo *r)
{
	static const struct tree empty;

	return flat_view(r, &empty, "the empty tree");
}

void tree_from_index(struct repo *r, git_index *index, struct tree *out)
{
	struct arena *a = &r->store->arena;
	const git_index_entry *e;
	char id[GIT_OID_HEXSZ + 1];

	for (size_t i = 0; i < git_index_entrycount(index); i++) {
		e = git_index_get_byindex(index, i);
		if (e->flags_extended & GIT_INDEX_ENTRY_INTENT_TO_ADD)
			continue;
		if (out->count && !strcmp(out->items[out->count - 1].name, e->path))
			continue; /* another stage of an unmerged path */
		*vec_push(a, out) = (struct tree_entry){
			.name = arena_strdup(a, e->path),
			.mode = e->mode,
			.id = arena_strdup(a, git_oid_tostr(id, sizeof(id), &e->id)),
			.unmerged = git_index_entry_stage(e) != 0,
		};
	}
	tree_sort(out);
}

/* --- the index ----------------------------------------------------------------------------------
 */

/* A line of `git ls-files --stage -z`: "mode id stage\tpath". */
static int parse_staged(struct arena *a, const char *line, struct tree *out)
{
	struct tree_entry e = { 0 };
	const char *space, *tab = strchr(line, '\t');
	char *end;

	e.mode = (unsigned)strtoul(line, &end, 8);
	space = *end == ' ' ? strchr(end + 1, ' ') : NULL;
	if (!space || !tab || tab < space + 2)
		return -1;
	e.id = arena_memdup(a, end + 1, (size_t)(space - end - 1));
	e.unmerged = space[1] != '0';
	e.name = arena_strdup(a, tab + 1);
	if (!out->count || strcmp(out->items[out->count - 1].name, e.name))
		*vec_push(a, out) = e;
	return 0;
}

/* What libgit2 can't read: a sparse index, a split one, SHA-256. */
static int index_by_git(struct repo *r, struct tree *out, struct err *err)
{
	static const char *const argv[] = {
		"ls-files", "--full-name", "--stage", "-z", ":/", NULL
	};
	struct process_result result SCOPED(process_result_release) = { 0 };
	const char *line, *end;

	if (git_succeed(r, argv, &result, ERR_IO, err) < 0)
		return -1;
	end = result.out.text + result.out.len;
	for (line = result.out.text; line < end; line += strlen(line) + 1)
		if (parse_staged(&r->store->arena, line, out) < 0)
			return err_raise(err, ERR_IO, NO_POS,
					 "git ls-files: cannot read its answer");
	return 0;
}

static int index_by_git2(struct repo *r, struct tree *out)
{
	const char *file = getenv("GIT_INDEX_FILE");
	git_index *index = NULL;
	int rc;

	if (file && *file)
		rc = git_index_open(&index, file);
	else
		rc = git_index_open(&index, arena_printf(&r->store->arena, "%s/index", r->git_dir));
	if (!rc)
		tree_from_index(r, index, out);
	git_index_free(index);
	return rc;
}

struct view *repo_view_index(struct repo *r, struct err *err)
{
	struct tree *tree;
	int rc = 0;

	lock_repo(r);
	tree = arena_new(&r->store->arena, struct tree);
	if (!r->git2 || index_by_git2(r, tree) < 0) {
		*tree = (struct tree){ 0 };
		rc = index_by_git(r, tree, err);
	}
	unlock_repo(r);
	if (rc < 0)
		return NULL;
	return flat_view(r, tree, "the index");
}
