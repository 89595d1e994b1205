#include <stdlib.h>
#include <string.h>
#include "render/git/impl.h"

static enum object_type type_from_git2(git_object_t type)
{
	if (type == GIT_OBJECT_COMMIT)
		return OBJECT_COMMIT;
	if (type == GIT_OBJECT_TREE)
		return OBJECT_TREE;
	return type == GIT_OBJECT_BLOB ? OBJECT_BLOB : OBJECT_OTHER;
}

/* What libgit2 has in its packs and loose files; ERR_NOT_FOUND otherwise. */
static int read_git2(struct repo *r, const char *id, struct object_text *out, struct err *err)
{
	git_odb_object *object = NULL;
	git_object_t type;
	git_oid oid;
	size_t len;
	int rc;

	if (strlen(id) != GIT_OID_HEXSZ || git_oid_fromstr(&oid, id) < 0)
		return err_raise(err, ERR_NOT_FOUND, NO_POS, "'%s' is no object id", id);
	rc = git_odb_read_header(&len, &type, r->odb, &oid);
	if (!rc && len > LIMIT_FILE_BYTES)
		return err_raise(err, ERR_LIMIT, NO_POS, "object %.10s is larger than %u bytes", id,
				 LIMIT_FILE_BYTES);
	if (!rc)
		rc = git_odb_read(&object, r->odb, &oid);
	if (rc == GIT_ENOTFOUND)
		return err_raise(err, ERR_NOT_FOUND, NO_POS,
				 "object %.10s is not in this repository", id);
	if (rc == GIT_EUSER) /* see promisor_ask */
		return err_raise(err, ERR_NOT_FOUND, NO_POS, "%s", git_error_last()->message);
	if (rc < 0)
		return git2_error(err, ERR_IO, id);
	out->type = type_from_git2(git_odb_object_type(object));
	out->len = git_odb_object_size(object);
	out->text = arena_memdup(&r->store->arena, git_odb_object_data(object), out->len);
	git_odb_object_free(object);
	return 0;
}

int object_read(struct repo *r, const char *id, struct object_text *out, struct err *err)
{
	const struct object_text *merged = r->merged.count ? map_get(&r->merged, id) : NULL;

	if (merged) {
		*out = *merged;
		return 0;
	}
	if (r->git2)
		return read_git2(r, id, out, err);
	return batch_read(r, id, out, err);
}
