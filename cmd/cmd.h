/*
 * cmd: the verbs. Each is one file with one `struct command`; cmd/commands.c lists them. Help, the
 * man page, completion and the README's reference are printed from these rows. Only cmd/ prints.
 */
#ifndef CMD_CMD_H
#define CMD_CMD_H
#include "base/options.h"
#include "base/run.h"

/* The exit status of every verb; a gate takes only STATUS_HOLDS for a pass. */
enum status {
	STATUS_HOLDS = 0,
	STATUS_FAILS = 1,     /* a finding at or above --fail-on */
	STATUS_CHANGES = 2,   /* with --detailed-exitcode: it holds, and there are changes */
	STATUS_UNDECIDED = 3, /* no such commit, cluster out of reach, bad usage */
};

struct command {
	const char *name;
	const char *arguments;	 /* "[PATH]" */
	const char *summary;	 /* one line */
	const char *description; /* paragraphs for -h and the man page; NULL */
	const struct option_group *groups;
	size_t group_count;
	size_t options_size;		 /* of the struct that the groups fill */
	const void *defaults;		 /* its initial content; NULL: zeroes */
	const struct option_rule *rules; /* of options that say nothing alone */
	size_t rule_count;
	int max_arguments; /* -1: any number */
	bool hidden;
	/* Returns an exit status, or -1 with err filled, which main prints and turns into one. */
	int (*run)(struct run *run, void *options, const struct arguments *rest, struct err *err);
};

/* Options that every verb has; first member of every verb's struct. */
struct common_options {
	bool help;
	int verbose;
};
extern const struct option common_options[];
extern const size_t common_option_count;

/* The words of --fail-on, by enum severity. */
extern const char *const severity_choices[];
/* Rows of verbs that judge a plan; AT is the verb's own, of its members fail_on, detailed_exitcode.
 */
#define OPTION_FAIL_ON                                                                             \
	{                                                                                          \
		.name = "fail-on", .type = OPTION_CHOICE, .value = "SEVERITY",                     \
		.choices = severity_choices, AT(fail_on),                                          \
		.summary = "exit 1 from this severity on: info, warning or error (default)"        \
	}
#define OPTION_DETAILED_EXITCODE                                                                   \
	{                                                                                          \
		.name = "detailed-exitcode", .type = OPTION_FLAG, AT(detailed_exitcode),           \
		.summary = "exit 2 when it holds and there are changes"                            \
	}

extern const struct command *const commands[];
extern const size_t command_count;
/* The command of that name, or NULL. */
const struct command *command_find(const char *name);
/* "kubectl gitops" when run as a plugin, else the program's own name. */
const char *program_name(void);
void command_help(struct buf *out, const struct command *c);
/* What `-h` without a verb prints. */
void program_help(struct buf *out);
/* Write all of a buffer to standard output; -1 when it can't be written. */
int print_out(const struct buf *text, struct err *err);
/* Whether colours are wanted on standard output: a terminal that is not dumb, and no NO_COLOR. */
bool wants_color(bool no_color);
/* Print notes (kustomize's deprecation warnings…) on standard error. */
struct notes;
void print_notes(struct run *run, const struct notes *notes);

#define VERSION "0.1.0"

#endif
