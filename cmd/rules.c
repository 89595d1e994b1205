#include <stdio.h>
#include <string.h>

#include "base/json.h"
#include "cmd/cmd.h"
#include "validate/checks.h"

struct rules_verb {
	struct common_options common;
	int output;
};

enum { OUTPUT_TEXT, OUTPUT_JSON, OUTPUT_MARKDOWN };
static const char *const outputs[] = { "text", "json", "markdown", NULL };

static const struct option options_table[] = {
	{ .name = "output",
	  .letter = 'o',
	  .type = OPTION_CHOICE,
	  .value = "FORMAT",
	  .choices = outputs,
	  .offset = offsetof(struct rules_verb, output),
	  .summary = "text, json or markdown" },
};
static const struct option_group groups[] = {
	{ "Output", options_table, ARRAY_SIZE(options_table), 0 },
	{ "General", common_options, 2, 0 },
};

/* "1.30 to 1.34", "from 1.36", "" for every release. */
static const char *releases(struct arena *a, const struct check_info *c)
{
	if (c->since && c->until)
		return arena_printf(a, "1.%d to 1.%d", c->since, c->until);
	if (c->since)
		return arena_printf(a, "from 1.%d", c->since);
	return c->until ? arena_printf(a, "to 1.%d", c->until) : "";
}

static void write_text(struct arena *a, const struct check_info *c, struct buf *out)
{
	const char *when = releases(a, c);

	buf_printf(out, "%-30s %-8s %s\n", c->id, severity_name(c->severity), c->summary);
	buf_printf(out, "%-30s %-8s %s%s%s%s%s\n", "", "", c->kinds, *when ? "; " : "", when,
		   *c->source ? "; " : "", c->source);
}

static void write_markdown(struct arena *a, const struct check_info *c, struct buf *out)
{
	buf_printf(out, "| `%s` | %s | %s | %s | %s | %s |\n", c->id, severity_name(c->severity),
		   c->summary, c->kinds, releases(a, c), c->source);
}

static struct node *tree_of(struct arena *a, const struct check_info *c)
{
	struct node *n = node_map(a);

	node_set(a, n, "id", node_str(a, c->id));
	node_set(a, n, "severity", node_str(a, severity_name(c->severity)));
	node_set(a, n, "summary", node_str(a, c->summary));
	node_set(a, n, "kinds", node_str(a, c->kinds));
	if (*releases(a, c))
		node_set(a, n, "releases", node_str(a, releases(a, c)));
	if (*c->source)
		node_set(a, n, "source", node_str(a, c->source));
	return n;
}

/* All rows, or those whose id starts with the argument: "pod", "pod/env". */
static bool is_wanted(const struct check_info *c, const char *which)
{
	return !which || !strncmp(c->id, which, strlen(which));
}

static int rules_run(struct run *run, void *options, const struct arguments *rest, struct err *err)
{
	const struct rules_verb *verb = options;
	const char *which = rest->count ? rest->items[0] : NULL;
	struct arena *a = &run->arena;
	struct node *list = node_seq(a);
	const struct check_info *rows;
	struct buf out;
	size_t count;
	int rc;

	rows = checks_all(a, &count);
	buf_init(&out, 0);
	if (verb->output == OUTPUT_MARKDOWN)
		buf_str(&out, "| rule | severity | what holds | kinds | releases | source |\n"
			      "|---|---|---|---|---|---|\n");
	for (size_t i = 0; i < count; i++) {
		if (!is_wanted(&rows[i], which))
			continue;
		node_append(a, list, tree_of(a, &rows[i]));
		if (verb->output == OUTPUT_TEXT)
			write_text(a, &rows[i], &out);
		else if (verb->output == OUTPUT_MARKDOWN)
			write_markdown(a, &rows[i], &out);
	}
	if (verb->output == OUTPUT_JSON) {
		json_write(&out, list, JSON_INDENT);
		buf_char(&out, '\n');
	}
	rc = list->len ? print_out(&out, err)
		       : err_raise(err, ERR_NOT_FOUND, NO_POS, "no rule starts with '%s'", which);
	buf_release(&out);
	return rc < 0 ? -1 : STATUS_HOLDS;
}

const struct command cmd_rules = {
	.name = "rules",
	.arguments = "[ID]",
	.summary = "the table of checks: severity, kinds, releases, source",
	.groups = groups,
	.group_count = ARRAY_SIZE(groups),
	.options_size = sizeof(struct rules_verb),
	.max_arguments = 1,
	.run = rules_run,
};
