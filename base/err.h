/*
 * err: why work could not be done, on the caller's stack.
 *
 * A function that can fail takes `struct err *err` last and returns 0 or -1 (or a pointer or NULL);
 * on success it writes nothing. The text sits in a fixed array, so an err needs no release. The
 * lowest level raises with a position; a level that knows something new wraps once. Only cmd/
 * prints. Text is one line, lower case, without a full stop. What is wrong with a user's manifest
 * is a finding, not an err.
 */
#ifndef BASE_ERR_H
#define BASE_ERR_H
#include <stdbool.h>
#include "base/attr.h"

enum err_code {
	ERR_NONE,
	ERR_USAGE,	 /* the command line */
	ERR_INPUT,	 /* what a file says */
	ERR_NOT_FOUND,	 /* no such file, commit, context */
	ERR_UNSUPPORTED, /* understood, and not done here */
	ERR_LIMIT,	 /* a bound of base/limits.h was hit */
	ERR_IO,		 /* the operating system, the network */
	ERR_REFUSED,	 /* the other side said no */
	ERR_AWAY,	 /* it lies elsewhere, and the network is not asked */
	ERR_UNREACHED,	 /* it lies elsewhere, and its host does not answer */
	ERR_CANCELLED,
};

/* A place in a text; line and column count from 1, 0 is unknown. `file` may be NULL. */
struct pos {
	const char *file;
	unsigned line, column;
};
#define NO_POS ((struct pos){ 0 })

enum { ERR_TEXT = 2048, ERR_FILE = 512, ERR_HOST = 256 };
struct err {
	enum err_code code;
	unsigned line, column;
	char file[ERR_FILE]; /* "" when unknown */
	char msg[ERR_TEXT];  /* without the position */
	/* The place of what is to be mended, where the text is another tool's, which says places in
	 * its own way or not at all: for reports; err_format leaves it out. */
	struct {
		char file[ERR_FILE];
		unsigned line, column;
	} cause;
	char away[ERR_FILE]; /* of ERR_AWAY and ERR_UNREACHED: what lies elsewhere, as "chart NAME
			      * VERSION"; "" when it was not said */
	char host[ERR_HOST]; /* of ERR_UNREACHED: with its port, as the URL has it */
};
#define ERR_INIT                                                                                   \
	{                                                                                          \
		0                                                                                  \
	}

/* Fill `err` and return -1, so that it can be the return expression. */
int err_raise(struct err *err, enum err_code code, struct pos pos, const char *fmt, ...)
	PRINTF_LIKE(4, 5);
#ifdef __clang_analyzer__ /* which does not see into err.c */
#	define err_raise(...) (err_raise(__VA_ARGS__), -1)
#endif
/* The same for what `fmt` names, which is not at hand: ERR_AWAY. */
int err_away(struct err *err, struct pos pos, const char *fmt, ...) PRINTF_LIKE(3, 4);
/* Put "context: " before the text and return -1. The position stays. */
int err_wrap(struct err *err, const char *fmt, ...) PRINTF_LIKE(2, 3);
/* Give an err that has no position one. */
void err_at(struct err *err, struct pos pos);
/* Set the place of the cause, unless one is known. */
void err_cause(struct err *err, struct pos pos);
void err_clear(struct err *err);
/* "file:line:column: text" into `out`, cut to `size`; returns `out`. */
char *err_format(const struct err *err, char *out, size_t size);

#endif
