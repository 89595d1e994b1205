#include "base/archive.h"

#include <archive.h>
#include <archive_entry.h>
#include <string.h>

#include "base/buf.h"

static void release_reader(struct archive **r)
{
	if (*r)
		archive_read_free(*r);
}

static enum archive_result failure(struct archive *r)
{
	const char *why = archive_error_string(r);

	return why && (strstr(why, "runcated") || strstr(why, "nexpected end")) ? ARCHIVE_CUT_SHORT
										: ARCHIVE_BROKEN;
}

static enum archive_result read_data(struct arena *a, struct archive *r, struct archive_file *f)
{
	char *text = arena_alloc(a, (size_t)f->size + 1);
	size_t done = 0;

	while (done < f->size) {
		la_ssize_t n = archive_read_data(r, text + done, (size_t)f->size - done);

		if (n < 0)
			return failure(r);
		if (!n)
			return ARCHIVE_CUT_SHORT;
		done += (size_t)n;
	}
	text[done] = '\0';
	f->text = text;
	f->len = done;
	return ARCHIVE_FINE;
}

static enum archive_result read_entry(struct arena *a, struct archive *r,
				      struct archive_entry *entry, archive_fn *fn, void *data)
{
	const char *name = archive_entry_pathname_utf8(entry);
	struct archive_file file = { 0 };
	enum archive_result result;

	if (!name)
		name = archive_entry_pathname(entry);
	if (!name)
		return ARCHIVE_BROKEN;
	if (archive_entry_filetype(entry) == AE_IFDIR)
		return ARCHIVE_FINE;
	file.name = arena_strdup(a, name);
	if (archive_entry_filetype(entry) == AE_IFREG && !archive_entry_hardlink(entry))
		file.size = (uint64_t)archive_entry_size(entry);
	if (!fn(data, &file))
		return ARCHIVE_STOPPED;
	result = read_data(a, r, &file);
	if (result == ARCHIVE_FINE && !fn(data, &file))
		result = ARCHIVE_STOPPED;
	return result;
}

enum archive_result archive_read_gzip(struct arena *a, const char *text, size_t len, archive_fn *fn,
				      void *data)
{
	struct archive *r SCOPED(release_reader) = NULL;
	struct archive_entry *entry;
	enum archive_result result = ARCHIVE_FINE;
	int rc;

	if (len < 3 || memcmp(text, "\x1f\x8b\x08", 3))
		return len ? ARCHIVE_NOT_GZIP : ARCHIVE_CUT_SHORT;
	r = archive_read_new();
	if (!r || archive_read_append_filter(r, ARCHIVE_FILTER_GZIP) != ARCHIVE_OK ||
	    archive_read_support_format_tar(r) != ARCHIVE_OK ||
	    archive_read_support_format_empty(r) != ARCHIVE_OK)
		return ARCHIVE_BROKEN;
	if (archive_read_open_memory(r, text, len) != ARCHIVE_OK)
		return failure(r);
	while (result == ARCHIVE_FINE) {
		rc = archive_read_next_header(r, &entry);
		if (rc == ARCHIVE_EOF)
			return ARCHIVE_FINE;
		if (rc != ARCHIVE_OK && rc != ARCHIVE_WARN)
			return failure(r);
		result = read_entry(a, r, entry, fn, data);
	}
	return result;
}

const char *archive_gunzip(struct arena *a, const char *text, size_t len, size_t most, size_t *out)
{
	struct archive *r SCOPED(release_reader) = archive_read_new();
	struct archive_entry *entry;
	const char *found = NULL;
	char piece[16384];
	la_ssize_t n = 0;
	struct buf all;

	if (!r || archive_read_append_filter(r, ARCHIVE_FILTER_GZIP) != ARCHIVE_OK ||
	    archive_read_support_format_raw(r) != ARCHIVE_OK ||
	    archive_read_open_memory(r, text, len) != ARCHIVE_OK ||
	    archive_read_next_header(r, &entry) != ARCHIVE_OK)
		return NULL;
	buf_init(&all, most);
	while (!all.full && (n = archive_read_data(r, piece, sizeof(piece))) > 0)
		buf_add(&all, piece, (size_t)n);
	if (!n && !all.full) {
		found = arena_memdup(a, all.text ? all.text : "", all.len);
		*out = all.len;
	}
	buf_release(&all);
	return found;
}
