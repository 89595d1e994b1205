/*
 * Rego through the conftest of the user's PATH. Each object is a file of its own in a private
 * folder, for conftest says of a stream of documents only that one of them failed. It works in that
 * folder, so that no conftest.toml of the repository is read.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/files.h"
#include "base/json.h"
#include "base/process.h"
#include "validate/outside_internal.h"

static const char rule[] = "policy/conftest";

struct private_folder {
	char *path; /* NULL: not made */
};

static int private_make(struct private_folder *f, struct arena *a, struct err *err)
{
	const char *top = getenv("TMPDIR");
	char *made = arena_printf(a, "%s/kubectl-gitops-XXXXXX", top && *top ? top : "/tmp");

	if (!mkdtemp(made))
		return err_raise(err, ERR_IO, NO_POS, "no folder '%s': %s", made, strerror(errno));
	f->path = made;
	return 0;
}

static void private_remove(struct private_folder *f)
{
	DIR *dir = f->path ? opendir(f->path) : NULL;
	struct dirent *e;

	while (dir && (e = readdir(dir)))
		if (*e->d_name != '.')
			unlinkat(dirfd(dir), e->d_name, 0);
	if (dir)
		closedir(dir);
	if (f->path)
		rmdir(f->path);
}

static int write_objects(const struct outside_turn *t, const char *folder, struct err *err)
{
	struct buf text;
	int rc = 0;

	buf_init(&text, 0);
	for (size_t i = 0; !rc && i < t->objects->count; i++) {
		buf_cut(&text, 0);
		json_write(&text, t->objects->items[i]->root, 0);
		rc = file_write(arena_printf(t->arena, "%s/%06zu.json", folder, i), text.text,
				text.len, err);
	}
	buf_release(&text);
	return rc;
}

/* ["spec", "ports", 0] in the API server's words. */
static const char *joined_path(struct arena *a, const struct node *steps)
{
	const char *path = "";

	for (uint32_t i = 0; i < steps->len; i++) {
		const char *step = node_text(steps->items[i]);

		if (!step)
			return "";
		if (steps->items[i]->type == NODE_INT)
			path = arena_printf(a, "%s[%s]", path, step);
		else
			path = arena_printf(a, "%s%s%s", path, *path ? "." : "", step);
	}
	return path;
}

/* Where a rule's result says that the mistake is: `path` or `field` beside its `msg`. */
static const char *path_of(struct arena *a, const struct node *metadata)
{
	static const char *const names[] = { "path", "field" };
	const struct node *in[] = { metadata, node_get(metadata, "details") };

	for (size_t k = 0; k < ARRAY_SIZE(in); k++) {
		for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
			const struct node *n = node_get(in[k], names[i]);

			if (node_is(n, NODE_SEQ))
				return joined_path(a, n);
			if (node_string(n))
				return node_string(n);
		}
	}
	return "";
}

static void take_results(struct outside_turn *t, const struct node *file, const char *list,
			 enum severity severity)
{
	const struct object *o = outside_object_of(t, node_get_string(file, "filename"));
	const struct node *results = node_get(file, list);

	for (uint32_t i = 0; node_is(results, NODE_SEQ) && i < results->len; i++) {
		const struct node *r = results->items[i];
		const char *said = node_get_string(r, "msg");

		outside_report(t, severity, rule, o, path_of(t->arena, node_get(r, "metadata")),
			       said && *said ? said : "refused without a message");
	}
}

static int take_answer(struct outside_turn *t, const struct process_result *result, struct err *err)
{
	const struct json_options how = { .file = "conftest" };
	struct err unreadable = ERR_INIT;
	const struct node *files =
		json_read(t->arena, result->out.text, result->out.len, &how, &unreadable);
	char said[400];

	if (!node_is(files, NODE_SEQ))
		return err_raise(err, ERR_INPUT, NO_POS, "%s",
				 process_complaint(result, said, sizeof(said)));
	for (uint32_t i = 0; i < files->len; i++) {
		take_results(t, files->items[i], "failures", SEVERITY_ERROR);
		take_results(t, files->items[i], "warnings", SEVERITY_WARNING);
	}
	return 0;
}

static int run_conftest(struct outside_turn *t, const struct option_values *policies,
			const char *folder, struct err *err)
{
	const char **argv = arena_array(t->arena, 2 * policies->count + 8, const char *);
	struct process_options how = { .argv = argv,
				       .folder = folder,
				       .timeout_ms = OUTSIDE_TIMEOUT_MS };
	struct process_result result;
	size_t n = 0;
	int rc;

	argv[n++] = "conftest";
	argv[n++] = "test";
	argv[n++] = "--no-color";
	argv[n++] = "--all-namespaces";
	argv[n++] = "--output=json";
	for (size_t i = 0; i < policies->count; i++) {
		argv[n++] = "--policy";
		argv[n++] = outside_absolute(t->arena, policies->items[i].text);
	}
	argv[n++] = ".";
	argv[n] = NULL;
	rc = process_run(&how, &result, err);
	if (!rc)
		rc = take_answer(t, &result, err);
	process_result_release(&result);
	return rc;
}

int outside_conftest(struct outside_turn *t, const struct option_values *policies, struct err *err)
{
	struct private_folder folder = { NULL };
	int rc = private_make(&folder, t->arena, err);

	if (!rc)
		rc = write_objects(t, folder.path, err);
	if (!rc)
		rc = run_conftest(t, policies, folder.path, err);
	private_remove(&folder);
	return rc;
}
