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
	if (r->git2)
		return read_git2(r, id, out, err);
	return batch_read(r, id, out, err);
}

/* --- libgit2 asks the user's git for what a partial clone left at its remote ------------------ */

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
