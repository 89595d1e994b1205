#include <stdio.h>
#include <string.h>
#include "base/limits.h"
#include "base/sha256.h"
#include "render/git/impl.h"

/*
 * The merge of two commits tree by tree, for repositories that libgit2 does not open (SHA-256,
 * reftable): a path that one side changed takes that side's content, a file that both changed is
 * merged line by line by libgit2, which needs no object ids for that. Renames are not followed: a
 * file that one side moved and the other changed is a conflict.
 */

struct tree_merge {
	struct repo *repo;
	struct arena *arena; /* of the conflicts */
	struct tree *out;
	struct repo_ids *conflicts;
	int depth;
	struct err *err;
};

/* What stands at one path at the base, ours and theirs; NULL: nothing. */
struct three {
	const struct tree_entry *base, *ours, *theirs;
};

static bool same(const struct tree_entry *one, const struct tree_entry *two)
{
	if (!one || !two)
		return one == two;
	return one->mode == two->mode && !strcmp(one->id, two->id);
}

static bool is_tree(const struct tree_entry *e)
{
	return e && (e->mode & MODE_TYPE) == MODE_TREE;
}

static bool is_file(const struct tree_entry *e)
{
	unsigned type = e ? e->mode & MODE_TYPE : 0;

	return e && type != MODE_TREE && type != MODE_LINK && type != MODE_SUBMODULE;
}

/* The content gets the id of a blob of SHA-256, which nothing else in the repository has. */
static const char *keep(struct repo *r, const char *text, size_t len)
{
	struct arena *a = &r->store->arena;
	struct object_text *made = arena_new(a, struct object_text);
	struct sha256 hash;
	char header[32], id[GIT_ID];
	int n = snprintf(header, sizeof(header), "blob %zu", len) + 1;

	sha256_init(&hash);
	sha256_add(&hash, header, (size_t)n);
	sha256_add(&hash, text, len);
	sha256_end_hex(&hash, id);
	*made = (struct object_text){ OBJECT_BLOB, arena_memdup(a, text, len), len };
	map_set(&r->merged, arena_strdup(a, id), made);
	return arena_strdup(a, id);
}

static void conflict(struct tree_merge *m, const char *path)
{
	*vec_push(m->arena, m->conflicts) = arena_strdup(m->arena, path);
}

static void take(struct tree_merge *m, const char *path, const struct tree_entry *e)
{
	struct tree_entry flat = *e;

	flat.name = path;
	*vec_push(&m->repo->store->arena, m->out) = flat;
}

static int merge_file(struct tree_merge *m, const char *path, const struct three *at)
{
	const struct tree_entry *sides[] = { at->base, at->ours, at->theirs };
	git_merge_file_input inputs[3];
	git_merge_file_result result = { 0 };
	struct tree_entry merged = *at->ours;
	struct object_text text;

	for (size_t i = 0; i < ARRAY_SIZE(sides); i++) {
		if (object_read(m->repo, sides[i]->id, &text, m->err) < 0)
			return -1;
		inputs[i] = (git_merge_file_input)GIT_MERGE_FILE_INPUT_INIT;
		inputs[i].ptr = text.text;
		inputs[i].size = text.len;
	}
	if (git_merge_file(&result, &inputs[0], &inputs[1], &inputs[2], NULL) < 0)
		return git2_error(m->err, ERR_IO, path);
	if (at->ours->mode == at->base->mode)
		merged.mode = at->theirs->mode;
	if (result.automergeable) {
		merged.id = keep(m->repo, result.ptr ? result.ptr : "", result.len);
		take(m, path, &merged);
	} else {
		conflict(m, path);
	}
	git_merge_file_result_free(&result);
	return 0;
}

static int merge_dirs(struct tree_merge *m, const char *path, const struct three *at);

/* Both sides changed the path, and not alike. */
static int merge_both(struct tree_merge *m, const char *path, const struct three *at)
{
	bool dirs = (!at->ours || is_tree(at->ours)) && (!at->theirs || is_tree(at->theirs));

	if (dirs && (at->ours || at->theirs))
		return merge_dirs(m, path, at);
	if (is_file(at->base) && is_file(at->ours) && is_file(at->theirs))
		return merge_file(m, path, at);
	conflict(m, path);
	return 0;
}

static int merge_entry(struct tree_merge *m, const char *path, const struct three *at)
{
	bool changed = !same(at->ours, at->base);
	const struct tree_entry *taken = changed ? at->ours : at->theirs;
	const struct three whole = { taken, taken, taken };

	if (changed && !same(at->theirs, at->base) && !same(at->ours, at->theirs))
		return merge_both(m, path, at);
	if (is_tree(taken))
		return merge_dirs(m, path, &whole);
	if (taken)
		take(m, path, taken);
	return 0;
}

static int entries(struct tree_merge *m, const struct tree_entry *dir, const struct tree **out)
{
	static const struct tree none;

	*out = &none;
	return is_tree(dir) ? tree_read(m->repo, dir->id, out, m->err) : 0;
}

/* The entry at `*i` when it has this name; `*i` goes past it. */
static const struct tree_entry *next_named(const struct tree *tree, size_t *i, const char *name)
{
	if (*i >= tree->count || strcmp(tree->items[*i].name, name))
		return NULL;
	return &tree->items[(*i)++];
}

static const char *least(const char *name, const struct tree *tree, size_t i)
{
	if (i >= tree->count || (name && strcmp(tree->items[i].name, name) > 0))
		return name;
	return tree->items[i].name;
}

static int merge_dirs(struct tree_merge *m, const char *path, const struct three *at)
{
	const struct tree *base = NULL, *ours = NULL, *theirs = NULL;
	size_t b = 0, o = 0, t = 0;
	const char *name;
	int rc = 0;

	if (++m->depth > LIMIT_DEPTH)
		return err_raise(m->err, ERR_LIMIT, (struct pos){ .file = path },
				 "folders nest deeper than %d", LIMIT_DEPTH);
	if (entries(m, at->base, &base) < 0 || entries(m, at->ours, &ours) < 0 ||
	    entries(m, at->theirs, &theirs) < 0)
		return -1;
	while (!rc && (name = least(least(least(NULL, base, b), ours, o), theirs, t))) {
		struct three below;

		below.base = next_named(base, &b, name);
		below.ours = next_named(ours, &o, name);
		below.theirs = next_named(theirs, &t, name);
		rc = merge_entry(m, view_join(&m->repo->store->arena, path, name), &below);
	}
	m->depth--;
	return rc;
}

int merge_trees(struct repo *r, const char *const commits[3], struct arena *a, struct tree *out,
		struct repo_ids *conflicts, struct err *err)
{
	struct tree_merge m = { r, a, out, conflicts, 0, err };
	struct tree_entry roots[3];
	char ids[3][GIT_ID];

	for (int i = 0; i < 3; i++) {
		if (commit_tree(r, commits[i], ids[i], err) < 0)
			return -1;
		roots[i] = (struct tree_entry){ .mode = MODE_TREE, .id = ids[i] };
	}
	if (merge_dirs(&m, "", &(struct three){ &roots[0], &roots[1], &roots[2] }) < 0)
		return -1;
	tree_sort(out);
	return 0;
}
