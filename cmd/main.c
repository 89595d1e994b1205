/*
 * main: find the verb, parse its options, run it; the one place that prints errors and decides the
 * exit status.
 */
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include "cmd/cmd.h"

static int usage_failed(struct run *run, const char *name, struct err *err)
{
	struct {
		VEC(const char *);
	} names = { 0 };
	const char *near;
	size_t i;

	for (i = 0; i < command_count; i++)
		if (!commands[i]->hidden)
			*vec_push(&run->arena, &names) = commands[i]->name;
	near = options_nearest(name, names.items, names.count);
	if (near)
		return err_raise(err, ERR_USAGE, NO_POS, "unknown verb '%s', did you mean '%s'?",
				 name, near);
	return err_raise(err, ERR_USAGE, NO_POS, "unknown verb '%s'; '%s -h' lists them", name,
			 program_name());
}

static int show(struct buf *text, struct err *err)
{
	int rc = print_out(text, err);

	buf_release(text);
	return rc < 0 ? -1 : STATUS_HOLDS;
}

static int run_command(struct run *run, const struct command *c, int argc, char **argv,
		       struct err *err)
{
	struct common_options *options = arena_calloc(&run->arena, 1, c->options_size);
	struct arguments rest = { 0 };
	struct buf help;

	if (c->defaults)
		memcpy(options, c->defaults, c->options_size);
	if (options_parse(&run->arena, c->groups, c->group_count, argc, argv, options, &rest, err) <
	    0)
		return -1;
	if (options->help) {
		buf_init(&help, 0);
		command_help(&help, c);
		return show(&help, err);
	}
	if (c->max_arguments >= 0 && rest.count > (size_t)c->max_arguments)
		return err_raise(err, ERR_USAGE, NO_POS, "'%s' takes %s, found '%s' too", c->name,
				 c->max_arguments ? "one argument" : "no arguments",
				 rest.items[c->max_arguments]);
	if (options_suit(&rest.given, c->rules, c->rule_count, err) < 0)
		return -1;
	run->verbose = options->verbose;
	return c->run(run, options, &rest, err);
}

static int run_program(struct run *run, int argc, char **argv, struct err *err)
{
	const struct command *c;
	struct buf help;

	if (argc < 2 || !strcmp(argv[1], "-h") || !strcmp(argv[1], "--help") ||
	    !strcmp(argv[1], "help")) {
		if (argc > 2 && (c = command_find(argv[2]))) {
			buf_init(&help, 0);
			command_help(&help, c);
			return show(&help, err);
		}
		buf_init(&help, 0);
		program_help(&help);
		return show(&help, err);
	}
	c = command_find(strcmp(argv[1], "--version") ? argv[1] : "version");
	if (!c)
		return usage_failed(run, argv[1], err);
	return run_command(run, c, argc - 1, argv + 1, err);
}

/* Each host that did not answer, once, whatever needed it. */
static void tell_lost(struct run *run)
{
	const char *place, *why;
	size_t i = 0;

	while ((place = reach_next_lost(run, &i, &why)))
		fprintf(stderr, "note: host '%s' can't be reached: %s\n", place, why);
}

int main(int argc, char **argv)
{
	char text[ERR_FILE + ERR_TEXT + 32];
	struct err err = ERR_INIT;
	struct run run;
	int status;

	arena_heap_in_huge_pages();
	signal(SIGPIPE, SIG_IGN);
	run_init(&run);
	status = run_program(&run, argc, argv, &err);
	if (status < 0) {
		fprintf(stderr, "%s: %s\n", "error", err_format(&err, text, sizeof(text)));
		status = STATUS_UNDECIDED;
	}
	tell_lost(&run);
	run_release(&run);
	return status;
}
