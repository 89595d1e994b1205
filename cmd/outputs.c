#include "cmd/outputs.h"
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include "base/files.h"
#include "cmd/cmd.h"
#include "render/settings.h"

enum { SUMMARY_BYTES = 1000 << 10 }; /* GitHub takes 1 MiB of a step */

enum to { TO_STDOUT, TO_FILE, TO_END_OF_FILE };

static int append(const char *path, const struct buf *text, struct err *err)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644);
	bool ok = fd >= 0 && write(fd, text->text, text->len) == (ssize_t)text->len;

	if (fd >= 0)
		close(fd);
	return ok ? 0 : err_raise(err, ERR_IO, NO_POS, "cannot write to '%s'", path);
}

static int write_report(const struct plan *p, const struct report_format *format, enum to to,
			const char *file, struct err *err)
{
	struct report_options how = { .tool = VERSION,
				      .max_bytes = to == TO_END_OF_FILE ? SUMMARY_BYTES : 0 };
	struct buf out;
	int rc;

	buf_init(&out, 0);
	format->write(&out, p, &how);
	rc = to == TO_STDOUT ? print_out(&out, err)
	     : to == TO_FILE ? file_write(file, out.text, out.len, err)
			     : append(file, &out, err);
	buf_release(&out);
	return rc;
}

/* "FORMAT" or "FORMAT=FILE". */
static const struct report_format *parse_output(struct run *run, const char *text,
						const char **file, struct err *err)
{
	const char *name = arena_memdup(&run->arena, text, strcspn(text, "="));
	const struct report_format *format = report_find(name);

	*file = text[strlen(name)] ? text + strlen(name) + 1 : "-";
	if (!format)
		report_unknown(name, err);
	else if (!**file)
		err_raise(err, ERR_USAGE, NO_POS, "'%s' names no file", text);
	else
		return format;
	return NULL;
}

int outputs_check(struct run *run, const struct option_values *outputs, struct err *err)
{
	const char *file;

	for (size_t i = 0; i < outputs->count; i++)
		if (!parse_output(run, outputs->items[i].text, &file, err))
			return -1;
	return 0;
}

int outputs_write(struct run *run, const struct option_values *outputs, const struct plan *p,
		  struct err *err)
{
	const struct report_format *format;
	const char *file;

	for (size_t i = 0; i < outputs->count; i++) {
		format = parse_output(run, outputs->items[i].text, &file, err);
		if (!format ||
		    write_report(p, format, strcmp(file, "-") ? TO_FILE : TO_STDOUT, file, err) < 0)
			return -1;
	}
	return 0;
}

int outputs_write_usual(const struct plan *p, const struct ci_request *request, struct err *err)
{
	const char *summary = getenv("GITHUB_STEP_SUMMARY");
	bool actions =
		request->ci && (!strcmp(request->ci, "github") || !strcmp(request->ci, "gitea") ||
				!strcmp(request->ci, "forgejo"));

	if (write_report(p, &report_text, TO_STDOUT, NULL, err) < 0)
		return -1;
	if (actions && write_report(p, &report_github, TO_STDOUT, NULL, err) < 0)
		return -1;
	if (actions && summary && *summary)
		return write_report(p, &report_markdown, TO_END_OF_FILE, summary, err);
	return 0;
}

/* Make the folders above a file; one that can't be made shows when the file is written. */
static void make_folders(struct run *run, const char *file)
{
	char *path = arena_strdup(&run->arena, file);

	for (char *slash = strchr(path, '/'); slash; slash = strchr(slash + 1, '/')) {
		*slash = '\0';
		mkdir(path, 0755);
		*slash = '/';
	}
}

int outputs_write_settings(struct run *run, const struct plan *p, struct err *err)
{
	const struct settings *s = run->settings;

	for (size_t i = 0; s && i < s->reports.count; i++) {
		make_folders(run, s->reports.items[i].file);
		if (write_report(p, report_find(s->reports.items[i].format), TO_FILE,
				 s->reports.items[i].file, err) < 0)
			return -1;
	}
	return 0;
}
