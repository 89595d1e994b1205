#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "render/git/impl.h"
#include "render/pack.h"

/* A commit begins with "tree ID\n". */
int commit_tree(struct repo *r, const char *id, char tree[GIT_ID], struct err *err)
{
	struct object_text object;
	size_t len = strlen(id);

	if (object_read(r, id, &object, err) < 0)
		return err_wrap(err, "commit %.10s", id);
	if (object.type != OBJECT_COMMIT || object.len < len + 6 ||
	    memcmp(object.text, "tree ", 5) || object.text[5 + len] != '\n' || len >= GIT_ID)
		return err_raise(err, ERR_INPUT, NO_POS, "object %.10s is no commit", id);
	memcpy(tree, object.text + 5, len);
	tree[len] = '\0';
	return 0;
}

static int entry_compare(const void *a, const void *b)
{
	return strcmp(((const struct tree_entry *)a)->name, ((const struct tree_entry *)b)->name);
}

void tree_sort(struct tree *tree)
{
	/* git has it so, save where a folder's name begins a file's */
	vec_sort(tree, entry_compare);
}

static char *hex_id(struct arena *a, const unsigned char *raw, size_t len)
{
	static const char digits[] = "0123456789abcdef";
	char *out = arena_alloc(a, 2 * len + 1);

	for (size_t i = 0; i < len; i++) {
		out[2 * i] = digits[raw[i] >> 4];
		out[2 * i + 1] = digits[raw[i] & 15];
	}
	out[2 * len] = '\0';
	return out;
}

/* git itself makes no such names; an entry with one could stand for a file outside of the tree. */
static bool name_is_usable(const char *name)
{
	return *name && !strchr(name, '/') && strcmp(name, ".") && strcmp(name, "..") &&
	       strcmp(name, ".git");
}

/* "mode name\0" and the raw id, again and again. */
static int tree_parse(struct arena *a, const char *text, size_t len, size_t id_len,
		      struct tree *out)
{
	const char *end = text + len, *nul;
	struct tree_entry e;
	char *name;

	while (text < end) {
		e = (struct tree_entry){ .mode = (unsigned)strtoul(text, &name, 8) };
		nul = memchr(text, '\0', (size_t)(end - text));
		if (!nul || *name != ' ' || (size_t)(end - nul - 1) < id_len)
			return -1;
		e.name = name + 1;
		e.id = hex_id(a, (const unsigned char *)nul + 1, id_len);
		if (name_is_usable(e.name))
			*vec_push(a, out) = e;
		text = nul + 1 + id_len;
	}
	tree_sort(out);
	return 0;
}

/* The tree that an object's text holds, known from now on. */
static int tree_keep(struct repo *r, const char *id, const char *text, size_t len,
		     const struct tree **out, struct err *err)
{
	struct arena *a = &r->store->arena;
	struct tree *tree = arena_new(a, struct tree);

	if (tree_parse(a, text, len, strlen(id) / 2, tree) < 0)
		return err_raise(err, ERR_INPUT, NO_POS, "object %.10s is no tree", id);
	map_set(&r->trees, arena_strdup(a, id), tree);
	*out = tree;
	return 0;
}

static int tree_object(struct repo *r, const char *id, struct object_text *out, struct err *err)
{
	if (object_read(r, id, out, err) < 0)
		return -1;
	if (out->type != OBJECT_TREE)
		return err_raise(err, ERR_INPUT, NO_POS, "object %.10s is no tree", id);
	return 0;
}

void repo_keep_trees(struct repo *r, struct pack *pack)
{
	lock_repo(r);
	r->kept = pack;
	unlock_repo(r);
}

int tree_read(struct repo *r, const char *id, const struct tree **out, struct err *err)
{
	struct object_text object;
	char key[GIT_ID + 8];

	*out = map_get(&r->trees, id);
	if (*out)
		return 0;
	snprintf(key, sizeof(key), "tree %s", id);
	object.text = r->kept ? pack_get(r->kept, key, &object.len) : NULL;
	if (object.text)
		return tree_keep(r, id, object.text, object.len, out, err);
	if (tree_object(r, id, &object, err) < 0)
		return -1;
	if (r->kept)
		pack_put(r->kept, key, object.text, object.len);
	return tree_keep(r, id, object.text, object.len, out, err);
}

/* A tree's object where libgit2 has it at hand; NULL. */
static git_odb_object *tree_at_hand(struct repo *r, const char *id)
{
	git_odb_object *object = NULL;
	git_oid oid;

	if (!r->git2 || r->promisor || r->merged.count || strlen(id) != GIT_OID_HEXSZ ||
	    git_oid_fromstr(&oid, id) < 0 || git_odb_read(&object, r->odb, &oid) < 0)
		return NULL;
	if (git_odb_object_type(object) == GIT_OBJECT_TREE &&
	    git_odb_object_size(object) <= LIMIT_FILE_BYTES)
		return object;
	git_odb_object_free(object);
	return NULL;
}

int tree_read_beside(struct repo *r, const char *id, const struct tree **out, struct err *err)
{
	git_odb_object *object;
	struct object_text text = { 0 };
	int rc = 0;

	lock_repo(r);
	*out = map_get(&r->trees, id);
	unlock_repo(r);
	if (*out)
		return 0;
	object = tree_at_hand(r, id);
	lock_repo(r);
	*out = map_get(&r->trees, id);
	if (!*out && object) {
		text.len = git_odb_object_size(object);
		text.text = arena_memdup(&r->store->arena, git_odb_object_data(object), text.len);
	} else if (!*out) {
		rc = tree_object(r, id, &text, err);
	}
	if (!rc && !*out)
		rc = tree_keep(r, id, text.text, text.len, out, err);
	unlock_repo(r);
	git_odb_object_free(object);
	return rc;
}

static const struct tree_entry *tree_find(const struct tree *tree, const char *name)
{
	struct tree_entry key = { .name = name };

	if (!tree->count)
		return NULL;
	return bsearch(&key, tree->items, tree->count, sizeof(key), entry_compare);
}

void entry_from_tree(struct view_entry *out, const struct tree_entry *e)
{
	unsigned type = e->mode & MODE_TYPE;

	out->kind = type == MODE_TREE	     ? VIEW_DIR
		    : type == MODE_SUBMODULE ? VIEW_SUBMODULE
					     : VIEW_FILE;
	out->link = type == MODE_LINK;
	memcpy(out->id, e->id, strnlen(e->id, sizeof(out->id) - 1) + 1);
}

/* --- what only stands for a file's content ---------------------------------------------------- */

static bool starts_with(const char *text, size_t len, const char *start, size_t start_len)
{
	return len >= start_len && !memcmp(text, start, start_len);
}

#define STARTS_WITH(text, len, start) starts_with(text, len, start, sizeof(start) - 1)

int content_is_readable(const char *text, size_t len, struct pos pos, struct err *err)
{
	if (len < 1024 && STARTS_WITH(text, len, "version https://git-lfs.github.com/spec/"))
		return err_raise(
			err, ERR_UNSUPPORTED, pos,
			"is a Git LFS pointer: its content is on the LFS server, not in git");
	if (STARTS_WITH(text, len, "\0GITCRYPT\0"))
		return err_raise(
			err, ERR_UNSUPPORTED, pos,
			"is encrypted by git-crypt: git holds no content that can be read");
	return 0;
}

int blob_load(struct repo *r, const char *path, const char *id, const char **text, size_t *len,
	      struct err *err)
{
	struct pos pos = { .file = path };
	struct object_text object;

	if (object_read(r, id, &object, err) < 0) {
		err_at(err, pos);
		return -1;
	}
	if (object.type != OBJECT_BLOB)
		return err_raise(err, ERR_INPUT, pos, "object %.10s is no file", id);
	if (content_is_readable(object.text, object.len, pos, err) < 0)
		return -1;
	*text = object.text;
	*len = object.len;
	return 0;
}

/* --- the view of a commit ----------------------------------------------------------------------
 */

struct commit_view {
	struct repo *repo;
	const char *tree;
	struct map folders; /* path → struct tree: what stands there as a folder */
};

static int folder_at(struct view *v, const char *path, const struct tree **out, struct err *err);

/* What stands at a path; a mode of 0: nothing does. */
static int entry_at(struct view *v, const char *path, struct tree_entry *out, struct err *err)
{
	const struct commit_view *c = v->data;
	const char *slash = strrchr(path, '/');
	const struct tree_entry *found;
	const struct tree *tree = NULL;

	*out = (struct tree_entry){ .mode = 0 };
	if (!*path) {
		*out = (struct tree_entry){ .mode = MODE_TREE, .id = c->tree };
		return 0;
	}
	if (folder_at(v, slash ? arena_memdup(view_arena(v), path, (size_t)(slash - path)) : "",
		      &tree, err) < 0)
		return -1;
	found = tree ? tree_find(tree, slash ? slash + 1 : path) : NULL;
	if (found)
		*out = *found;
	return 0;
}

/* NULL: no folder stands there. That a path is not too deep for this view.c sees to. */
static int folder_at(struct view *v, const char *path, const struct tree **out, struct err *err)
{
	struct commit_view *c = v->data;
	const struct tree *known = map_get(&c->folders, path);
	struct tree_entry e;

	*out = known;
	if (known)
		return 0;
	if (entry_at(v, path, &e, err) < 0)
		return -1;
	if ((e.mode & MODE_TYPE) != MODE_TREE)
		return 0;
	if (tree_read(c->repo, e.id, out, err) < 0)
		return -1;
	map_set(&c->folders, arena_strdup(view_arena(v), path), (void *)(uintptr_t)*out);
	return 0;
}

static int commit_look(struct view *v, const char *path, struct view_entry *out, struct err *err)
{
	struct tree_entry e;

	if (entry_at(v, path, &e, err) < 0)
		return -1;
	if (e.mode)
		entry_from_tree(out, &e);
	return 0;
}

static int commit_load(struct view *v, const char *path, struct view_entry *entry,
		       const char **text, size_t *len, struct err *err)
{
	const struct commit_view *c = v->data;

	return blob_load(c->repo, path, entry->id, text, len, err);
}

static int commit_list(struct view *v, struct arena *a, const char *path, struct view_entries *out,
		       struct err *err)
{
	const struct commit_view *c = v->data;
	struct view_entry e = { 0 };
	const struct tree *tree = NULL;

	if (commit_look(v, path, &e, err) < 0 || tree_read(c->repo, e.id, &tree, err) < 0)
		return -1;
	for (size_t i = 0; i < tree->count; i++) {
		e = (struct view_entry){ .name = tree->items[i].name };
		entry_from_tree(&e, &tree->items[i]);
		*vec_push(a, out) = e;
	}
	return 0;
}

static int commit_explain(struct view *v, const char *path, const struct view_entry *entry,
			  struct err *err)
{
	const struct commit_view *c = v->data;

	return explain_missing(c->repo, v, path, entry, err);
}

static const struct view_ops commit_ops = {
	.look = commit_look,
	.load = commit_load,
	.list = commit_list,
	.explain = commit_explain,
};

struct view *repo_view_commit(struct repo *r, const char *id, struct err *err)
{
	char name[512], tree[GIT_ID];
	struct commit_view *c;
	struct view *v;
	int rc;

	lock_repo(r);
	rc = commit_tree(r, id, tree, err);
	unlock_repo(r);
	if (rc < 0)
		return NULL;
	if (r->source)
		snprintf(name, sizeof(name), "%s", r->source);
	else
		snprintf(name, sizeof(name), "commit %.7s", id);
	v = view_new(r->run, r->store, &commit_ops, name, r->source);
	lock_repo(r);
	v->commit = arena_strdup(view_arena(v), id);
	c = arena_new(view_arena(v), struct commit_view);
	c->repo = r;
	c->tree = arena_strdup(view_arena(v), tree);
	map_init(&c->folders, view_arena(v));
	*vec_push(&r->store->arena, &r->commits) = c->tree;
	unlock_repo(r);
	v->data = c;
	return with_urls(r, v);
}
