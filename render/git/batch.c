#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "render/git/impl.h"

/* `git cat-file --batch`: an id goes in, "id type size", the object and a line's end come out. */

enum { ANSWER_MS = 120000, HEADER_BYTES = 4096 };

void batch_stop(struct repo *r)
{
	process_stop(&r->batch);
	buf_release(&r->said);
	r->taken = 0;
}

static int batch_start(struct repo *r, struct err *err)
{
	static const char *const argv[] = { "git", "cat-file", "--batch", NULL };
	struct process_options o = { .argv = argv, .env = git_environment(r), .folder = r->start };

	if (r->batch.pid)
		return 0;
	buf_init(&r->said, 0);
	r->taken = 0;
	return process_start(&o, &r->batch, err);
}

/* Read more of its answer; 0 at its end, -1 and err on a failure. */
static int hear(struct repo *r, struct err *err)
{
	struct pollfd fd = { r->batch.out, POLLIN, 0 };
	char part[65536];
	ssize_t n;

	if (poll(&fd, 1, ANSWER_MS) == 0)
		return err_raise(err, ERR_IO, NO_POS, "git cat-file: no answer in %d s",
				 ANSWER_MS / 1000);
	n = read(r->batch.out, part, sizeof(part));
	if (n < 0 && errno != EINTR)
		return err_raise(err, ERR_IO, NO_POS, "git cat-file: %s", strerror(errno));
	if (n > 0)
		buf_add(&r->said, part, (size_t)n);
	return n ? 1 : 0;
}

/* The fetch of a promised object failed and git ended: its own words, by asking once more. */
static int complain(struct repo *r, const char *id, struct err *err)
{
	const char *const argv[] = { "cat-file", "-e", id, NULL };
	struct process_result result SCOPED(process_result_release) = { 0 };
	char complaint[512];

	batch_stop(r);
	if (git_run(r, argv, &result, err) < 0)
		return -1;
	if (r->run->offline)
		return err_raise(
			err, ERR_NOT_FOUND, NO_POS,
			"object %.10s is not in this partial clone, and offline it can't be "
			"fetched (without --offline it is)",
			id);
	return err_raise(err, ERR_NOT_FOUND, NO_POS, "object %.10s: %s", id,
			 process_complaint(&result, complaint, sizeof(complaint)));
}

/* Wait until `want` bytes are there beyond what is taken; 0 when it ended before. */
static int await(struct repo *r, size_t want, struct err *err)
{
	int rc = 1;

	while (rc > 0 && r->said.len - r->taken < want)
		rc = hear(r, err);
	return rc;
}

static int await_header(struct repo *r, char **end, struct err *err)
{
	int rc = 1;

	while (!(*end = memchr(r->said.text + r->taken, '\n', r->said.len - r->taken))) {
		if (r->said.len - r->taken > HEADER_BYTES)
			return err_raise(err, ERR_IO, NO_POS,
					 "git cat-file: a line without an end");
		rc = hear(r, err);
		if (rc <= 0)
			return rc;
	}
	return 1;
}

static enum object_type type_of(const char *name, size_t len)
{
	static const char *const names[] = { "commit", "tree", "blob" };

	for (size_t i = 0; i < ARRAY_SIZE(names); i++)
		if (strlen(names[i]) == len && !memcmp(name, names[i], len))
			return (enum object_type)i;
	return OBJECT_OTHER;
}

/* "id type size" up to `end`; -1 for "id missing" and what else it may say. */
static int parse_header(const char *line, const char *end, struct object_text *out)
{
	const char *type = memchr(line, ' ', (size_t)(end - line)), *size;
	char *stop;

	size = type ? memchr(type + 1, ' ', (size_t)(end - type - 1)) : NULL;
	if (!size)
		return -1;
	out->type = type_of(type + 1, (size_t)(size - type - 1));
	out->len = strtoull(size + 1, &stop, 10);
	return stop == end ? 0 : -1;
}

static int take_object(struct repo *r, const char *id, struct object_text *out, struct err *err)
{
	char *end = NULL;
	int rc = await_header(r, &end, err);

	if (rc <= 0)
		return rc ? -1 : complain(r, id, err);
	rc = parse_header(r->said.text + r->taken, end, out);
	r->taken = (size_t)(end + 1 - r->said.text);
	if (rc < 0)
		return err_raise(err, ERR_NOT_FOUND, NO_POS,
				 "object %.10s is not in this repository", id);
	if (out->len > LIMIT_FILE_BYTES) {
		batch_stop(r);
		return err_raise(err, ERR_LIMIT, NO_POS, "object %.10s is larger than %u bytes", id,
				 LIMIT_FILE_BYTES);
	}
	rc = await(r, out->len + 1, err);
	if (rc <= 0)
		return rc ? -1 : complain(r, id, err);
	out->text = arena_memdup(&r->store->arena, r->said.text + r->taken, out->len);
	r->taken += out->len + 1;
	return 0;
}

int batch_read(struct repo *r, const char *id, struct object_text *out, struct err *err)
{
	int rc;

	if (batch_start(r, err) < 0)
		return -1;
	if (process_write(&r->batch, id, strlen(id), err) < 0 ||
	    process_write(&r->batch, "\n", 1, err) < 0)
		return complain(r, id, err);
	rc = take_object(r, id, out, err);
	if (r->batch.pid && r->taken == r->said.len) {
		buf_cut(&r->said, 0);
		r->taken = 0;
	}
	if (rc < 0 && err->code == ERR_IO)
		batch_stop(r);
	return rc;
}
