#include <stdio.h>
#include <string.h>
#include <unistd.h>
#include "base/files.h"
#include "base/json.h"
#include "cmd/cmd.h"
#include "render/git/git.h"
#include "render/settings.h"

struct config_verb {
	struct common_options common;
	bool schema;
};

#define AT(field) .offset = offsetof(struct config_verb, field)
static const struct option config_options[] = {
	{ .name = "schema",
	  .type = OPTION_FLAG,
	  AT(schema),
	  .summary = "print the JSON Schema of the file instead, for editors" },
};
static const struct option_group groups[] = {
	{ "Options", config_options, ARRAY_SIZE(config_options), 0 },
	{ "General", common_options, 2, 0 },
};

static int print_schema(struct run *run, struct err *err)
{
	struct buf out;
	int rc;

	buf_init(&out, 0);
	json_write(&out, settings_schema(&run->arena), JSON_INDENT);
	buf_char(&out, '\n');
	rc = print_out(&out, err);
	buf_release(&out);
	return rc;
}

/* The file that is named, else the work tree's, else the current folder's. */
static const char *find_file(struct run *run, const struct arguments *rest)
{
	struct err ignored = ERR_INIT;
	struct repo *repo;
	const char *file = SETTINGS_FILE;

	if (rest->count)
		return rest->items[0];
	repo = repo_open(run, NULL, &ignored);
	if (repo && repo_work_tree(repo))
		file = arena_printf(&run->arena, "%s/%s", repo_work_tree(repo), SETTINGS_FILE);
	if (repo)
		repo_free(repo);
	return file;
}

static void add_targets(struct buf *out, const struct settings *s)
{
	for (size_t i = 0; i < s->targets.count; i++) {
		const struct settings_target *t = &s->targets.items[i];

		buf_printf(out, "target %s: ", t->name);
		for (size_t k = 0; k < t->paths.count; k++)
			buf_printf(out, "%s%s", k ? ", " : "",
				   *t->paths.items[k] ? t->paths.items[k] : ".");
		buf_printf(out, "%s%s%s\n", t->paths.count ? "" : "everything",
			   t->context ? "; context " : "; no context: offline",
			   t->context ? t->context : "");
	}
}

static int check(struct run *run, const struct arguments *rest, struct err *err)
{
	const char *file = find_file(run, rest);
	const struct settings *s;
	struct buf text, out;
	int rc = -1;

	if (!rest->count && access(file, F_OK) < 0) {
		printf("there is no %s: everything is found by looking\n", SETTINGS_FILE);
		return STATUS_HOLDS;
	}
	buf_init(&text, 2 << 20);
	buf_init(&out, 0);
	if (!file_read(file, &text, err) &&
	    (s = settings_read(run, &run->arena, file, text.text, text.len, 0, err))) {
		add_targets(&out, s);
		buf_printf(
			&out,
			"%s: %zu targets, %zu rules, %zu ignored fields, %zu reports; it holds\n",
			file, s->targets.count, s->rules.count, s->ignore.count, s->reports.count);
		rc = print_out(&out, err);
	}
	buf_release(&text);
	buf_release(&out);
	return rc;
}

static int config_run(struct run *run, void *options, const struct arguments *rest, struct err *err)
{
	const struct config_verb *verb = options;

	if (verb->schema && rest->count)
		return err_raise(err, ERR_USAGE, NO_POS,
				 "--schema prints what any file may hold, and looks at none: '%s'",
				 rest->items[0]);
	return verb->schema ? print_schema(run, err) : check(run, rest, err);
}

const struct command cmd_config = {
	.name = "config",
	.arguments = "[FILE]",
	.summary = "check " SETTINGS_FILE ", and say what it sets",
	.description =
		"The file is optional: targets, levels, rules, fields to ignore, budgets, "
		"reports and hooks. A change is judged by its base's file, never by its own; "
		"`hooks/README.md` explains every key.",
	.groups = groups,
	.group_count = ARRAY_SIZE(groups),
	.options_size = sizeof(struct config_verb),
	.max_arguments = 1,
	.run = config_run,
};
