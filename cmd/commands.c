#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "cmd/cmd.h"
#include "render/render.h"

extern const struct command cmd_complete, cmd_config, cmd_gate, cmd_hook, cmd_man, cmd_plan,
	cmd_rbac, cmd_reference, cmd_report, cmd_rules, cmd_status, cmd_render, cmd_validate,
	cmd_tree, cmd_version;

/* In the order of the help: what people need first comes first. */
const struct command *const commands[] = {
	&cmd_plan,
	&cmd_render,
	&cmd_validate,
	&cmd_gate,
	&cmd_report,
	&cmd_hook,
	&cmd_status,
	&cmd_tree,
	&cmd_config,
	&cmd_rules,
	&cmd_rbac,
	&cmd_version,
	/* hidden: for kubectl and for the Makefile */
	&cmd_complete,
	&cmd_man,
	&cmd_reference,
};
const size_t command_count = ARRAY_SIZE(commands);

const char *const severity_choices[] = { "info", "warning", "error", NULL };

const struct option common_options[] = {
	{ .name = "help",
	  .letter = 'h',
	  .type = OPTION_FLAG,
	  .summary = "show this help",
	  .offset = offsetof(struct common_options, help) },
	{ .name = "v",
	  .letter = 'v',
	  .type = OPTION_COUNT,
	  .value = "LEVEL",
	  .summary = "say what is done on standard error, 0 to 9",
	  .optional = NULL,
	  .offset = offsetof(struct common_options, verbose) },
};
const size_t common_option_count = ARRAY_SIZE(common_options);

const struct command *command_find(const char *name)
{
	size_t i;

	for (i = 0; i < command_count; i++)
		if (!strcmp(commands[i]->name, name))
			return commands[i];
	return NULL;
}

const char *program_name(void)
{
	const char *name = program_invocation_short_name;

	return strncmp(name, "kubectl-", 8) ? name : "kubectl gitops";
}

void command_help(struct buf *out, const struct command *c)
{
	buf_printf(out, "%s %s%s%s [OPTIONS]: %s\n", program_name(), c->name,
		   c->arguments ? " " : "", c->arguments ? c->arguments : "", c->summary);
	if (c->description)
		buf_printf(out, "\n%s\n", c->description);
	options_help(out, c->groups, c->group_count);
}

void program_help(struct buf *out)
{
	size_t i;

	buf_printf(out,
		   "%s: see what a commit will do to the cluster, and which line to edit\n\n"
		   "Usage: %s VERB [OPTIONS]\n\nVerbs:\n",
		   program_name(), program_name());
	for (i = 0; i < command_count; i++)
		if (!commands[i]->hidden)
			buf_printf(out, "  %-10s %s\n", commands[i]->name, commands[i]->summary);
	buf_printf(out, "\n'%s VERB -h' shows a verb's options.\n", program_name());
}

int print_out(const struct buf *text, struct err *err)
{
	if (fwrite(text->text, 1, text->len, stdout) != text->len || fflush(stdout) == EOF)
		return err_raise(err, ERR_IO, NO_POS, "cannot write to standard output: %s",
				 strerror(errno));
	return 0;
}

bool wants_color(bool no_color)
{
	const char *no = getenv("NO_COLOR"), *term = getenv("TERM");

	return !no_color && !(no && *no) && isatty(STDOUT_FILENO) &&
	       !(term && !strcmp(term, "dumb"));
}

void print_notes(struct run *run, const struct notes *notes)
{
	size_t i;

	(void)run;
	for (i = 0; i < notes->count; i++)
		if (notes->items[i].kind != NOTE_NO_EFFECT)
			fprintf(stderr, "%s\n", notes->items[i].text);
}
