/*
 * docs: the man page and the README's reference, from the same rows as the help. The verbs are for
 * the Makefile and hidden from the help.
 */
#include <string.h>
#include "base/unicode.h"
#include "cmd/cmd.h"

struct docs_options {
	struct common_options common;
};

static const struct {
	enum status status;
	const char *meaning;
} statuses[] = {
	{ STATUS_HOLDS, "it holds" },
	{ STATUS_FAILS, "it does not: a finding at or above --fail-on" },
	{ STATUS_CHANGES, "with --detailed-exitcode only: it holds, and there are changes" },
	{ STATUS_UNDECIDED,
	  "it could not be decided: no such commit, the cluster out of reach, bad usage" },
};

/* Text of a man page: a leading dot, a backslash or a hyphen is no request of ours, and what is
   not ASCII is spelt as troff spells it. */
static void man_text(struct buf *out, const char *text)
{
	bool line_start = true;
	uint32_t rune;
	size_t width;

	for (; *text; text += width) {
		width = rune_decode(text, strlen(text), &rune);
		if (line_start && (*text == '.' || *text == '\''))
			buf_str(out, "\\&");
		if (*text == '\\')
			buf_str(out, "\\e");
		else if (*text == '-')
			buf_str(out, "\\-");
		else if (*text == '\n' && text[1] == '\n')
			buf_str(out, "\n.PP"); /* the next newline ends the request */
		else if (rune > 0x7f)
			buf_printf(out, "\\[u%04X]", (unsigned)rune);
		else
			buf_char(out, *text);
		line_start = *text == '\n';
	}
}

static void man_option(struct buf *out, const struct option *o)
{
	buf_str(out, ".TP\n\\fB");
	if (o->letter)
		buf_printf(out, "\\-%c", o->letter);
	if (o->letter && o->name && strlen(o->name) > 1)
		buf_str(out, ", ");
	if (o->name && (!o->letter || strlen(o->name) > 1)) {
		buf_str(out, "\\-\\-");
		man_text(out, o->name);
	}
	buf_str(out, "\\fR");
	if (o->value)
		buf_printf(out, " \\fI%s\\fR", o->value);
	buf_char(out, '\n');
	man_text(out, o->summary);
	buf_char(out, '\n');
}

static void man_command(struct buf *out, const struct command *c)
{
	size_t g, i;

	buf_printf(out, ".SS \"%s%s%s\"\n", c->name, c->arguments ? " " : "",
		   c->arguments ? c->arguments : "");
	man_text(out, c->summary);
	buf_char(out, '\n');
	if (c->description) {
		buf_str(out, ".PP\n");
		man_text(out, c->description);
		buf_char(out, '\n');
	}
	for (g = 0; g < c->group_count; g++)
		for (i = 0; i < c->groups[g].count; i++)
			if (!c->groups[g].options[i].hidden)
				man_option(out, &c->groups[g].options[i]);
}

static void man_page(struct buf *out)
{
	size_t i;

	buf_printf(out, ".TH KUBECTL\\-GITOPS 1 \"\" \"kubectl\\-gitops %s\"\n", VERSION);
	buf_str(out, ".SH NAME\n"
		     "kubectl\\-gitops \\- see what a commit will do to the cluster, and which "
		     "line to edit\n"
		     ".SH SYNOPSIS\n.B kubectl gitops\n.I VERB\n[\\fIOPTIONS\\fR]\n"
		     ".SH DESCRIPTION\n"
		     "Renders the desired state of a git commit (plain manifests, kustomize, Helm, "
		     "Flux, "
		     "Argo CD), checks it as strictly as the API server does, dry\\-runs it on the "
		     "cluster, "
		     "and prints what would change, each line with the file and line of the "
		     "repository that "
		     "it comes from.\n.SH VERBS\n");
	for (i = 0; i < command_count; i++)
		if (!commands[i]->hidden)
			man_command(out, commands[i]);
	buf_str(out, ".SH \"EXIT STATUS\"\n");
	for (i = 0; i < ARRAY_SIZE(statuses); i++) {
		buf_printf(out, ".TP\n%d\n", statuses[i].status);
		man_text(out, statuses[i].meaning);
		buf_char(out, '\n');
	}
	buf_str(out, ".SH \"SEE ALSO\"\n.BR git (1),\n.BR kubectl (1)\n");
}

static void reference_option(struct buf *out, const struct option *o)
{
	buf_str(out, "| `");
	if (o->letter)
		buf_printf(out, "-%c", o->letter);
	if (o->name && (!o->letter || strlen(o->name) > 1))
		buf_printf(out, "%s--%s", o->letter ? ", " : "", o->name);
	buf_printf(out, "%s%s` | %s |\n", o->value ? " " : "", o->value ? o->value : "",
		   o->summary);
}

static void reference(struct buf *out)
{
	size_t c, g, i;

	for (c = 0; c < command_count; c++) {
		const struct command *command = commands[c];

		if (command->hidden)
			continue;
		buf_printf(out, "### %s%s%s\n\n%s\n\n| option | does |\n|---|---|\n", command->name,
			   command->arguments ? " " : "",
			   command->arguments ? command->arguments : "", command->summary);
		for (g = 0; g < command->group_count; g++)
			for (i = 0; i < command->groups[g].count; i++)
				if (!command->groups[g].options[i].hidden)
					reference_option(out, &command->groups[g].options[i]);
		buf_char(out, '\n');
	}
	buf_str(out, "| exit status | means |\n|---|---|\n");
	for (i = 0; i < ARRAY_SIZE(statuses); i++)
		buf_printf(out, "| %d | %s |\n", statuses[i].status, statuses[i].meaning);
}

static int print_made(void (*make)(struct buf *), struct err *err)
{
	struct buf out;
	int rc;

	buf_init(&out, 0);
	make(&out);
	rc = print_out(&out, err);
	buf_release(&out);
	return rc;
}

static int man_run(struct run *run UNUSED, void *options UNUSED,
		   const struct arguments *rest UNUSED, struct err *err)
{
	return print_made(man_page, err);
}

static int reference_run(struct run *run UNUSED, void *options UNUSED,
			 const struct arguments *rest UNUSED, struct err *err)
{
	return print_made(reference, err);
}

static const struct option_group groups[] = {
	{ "Options", common_options, 2, 0 },
};

const struct command cmd_man = {
	.name = "__man",
	.summary = "print the man page",
	.groups = groups,
	.group_count = ARRAY_SIZE(groups),
	.options_size = sizeof(struct docs_options),
	.hidden = true,
	.run = man_run,
};

const struct command cmd_reference = {
	.name = "__reference",
	.summary = "print the README's reference of verbs",
	.groups = groups,
	.group_count = ARRAY_SIZE(groups),
	.options_size = sizeof(struct docs_options),
	.hidden = true,
	.run = reference_run,
};
