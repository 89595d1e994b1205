/*
 * process: another program, run by an argument vector; never a shell.
 *
 * The child gets the pipes it is asked for and no other descriptor of ours, default signals, and a
 * process group of its own, so that a timeout ends what it started too. Safe to use from several
 * threads; nothing is allocated between fork and exec.
 */
#ifndef BASE_PROCESS_H
#define BASE_PROCESS_H
#include <sys/types.h>
#include "base/buf.h"
#include "base/err.h"

enum process_flags {
	PROCESS_TERMINAL = 1 << 0, /* keep our standard input, standard error and process group */
	PROCESS_STDERR = 1 << 1,   /* keep our standard error */
};

struct process_options {
	const char *const *argv; /* NULL at its end; argv[0] is looked up in PATH */
	const char *const *env;	 /* "NAME=value" over our own; "NAME" alone unsets; NULL: ours */
	const char *folder;	 /* where it runs; NULL: here */
	const char *input;	 /* what it reads; NULL: nothing */
	size_t input_len;
	size_t max_output;   /* of each stream; 0: LIMIT_PROCESS_BYTES. More is an error */
	unsigned timeout_ms; /* 0: none */
	unsigned flags;
};

struct process_result {
	int status; /* its exit status, or 128 + the signal that ended it */
	struct buf out, errors;
};

/*
 * Run a program to its end. -1 when it could not be run, timed out, or said too much; its exit
 * status is for the caller to judge. Release `result` in either case.
 */
int process_run(const struct process_options *options, struct process_result *result,
		struct err *err);
void process_result_release(struct process_result *result);
/*
 * The last line of what it said on standard error, or "exit status N", for messages; cut to `size`.
 * Control characters become spaces.
 */
const char *process_complaint(const struct process_result *result, char *out, size_t size);

/* A program that runs beside us and is spoken to through `in` and `out`. */
struct process {
	pid_t pid; /* 0: none */
	int in, out;
};
/* `input`, `max_output` and `timeout_ms` do not count here; standard error goes to /dev/null. */
int process_start(const struct process_options *options, struct process *p, struct err *err);
/* Write all of it; -1 and ERR_IO. A reader that is gone is an error, not a signal. */
int process_write(struct process *p, const char *text, size_t len, struct err *err);
/* Close its pipes and end it, with all that it started. */
void process_stop(struct process *p);

#endif
