/*
 * options: one table of rows parses a command line and prints its help, its man page, its
 * completion and the README's reference.
 *
 * A row says where its value goes: the offset of a field in the verb's own struct. Groups let verbs
 * share tables (the cluster's flags). GNU habits: --name=value, --name value, -n value, -nvalue,
 * flags together (-hv), --flag=false, options and arguments mixed, "--" ends the options.
 */
#ifndef BASE_OPTIONS_H
#define BASE_OPTIONS_H
#include "base/buf.h"
#include "base/err.h"
#include "base/vec.h"

enum option_type {
	OPTION_FLAG,   /* bool */
	OPTION_STRING, /* const char * */
	OPTION_INT,    /* int */
	OPTION_APPEND, /* struct option_values: repeatable; rows may share one, order is kept */
	OPTION_CHOICE, /* int: the index of the word in `choices` */
	OPTION_COUNT,  /* int: -v, -vv, -v4, -v 4, --verbose=4 */
};

struct option {
	const char *name; /* without dashes; NULL: a letter only */
	char letter;	  /* 0: none */
	enum option_type type;
	const char *value;	    /* its name in help, "FILE"; NULL for flags */
	const char *summary;	    /* lower case, no full stop */
	const char *const *choices; /* NULL-ended: all that a CHOICE or a STRING may be, and what
				       completion offers */
	size_t offset;
	bool hidden; /* accepted, not shown: a peer's spelling */
	const char
		*optional; /* for STRING: the value of the option without one; it then needs '=' */
};

struct option_value {
	const struct option *option;
	const char *text;
};
struct option_values {
	VEC(struct option_value);
};

struct option_group {
	const char *title; /* "Options", "Cluster" */
	const struct option *options;
	size_t count;
	size_t offset; /* of the group's struct in the verb's */
};

/* The options that were there, as often as they were; a flag that was turned off was not. */
struct options_given {
	VEC(const struct option *);
};

struct arguments {
	VEC(const char *);
	struct options_given given;
};

/* When an option says nothing: without one of `needs`, or beside one of `excludes`. */
struct option_rule {
	const char *option;
	const char *needs, *excludes; /* names with spaces between; NULL */
	const char *why;	      /* what the option does, for the message; NULL */
};

/*
 * Parse argv[1…] into `target`. Arguments that are no options go to `rest`, and which options there
 * were to `rest->given`. Returns -1 with ERR_USAGE; -h and --help are options like any other.
 * Strings point into argv.
 */
int options_parse(struct arena *a, const struct option_group *groups, size_t group_count, int argc,
		  char *const *argv, void *target, struct arguments *rest, struct err *err);
/* Whether the option of that name was there. */
bool options_has(const struct options_given *given, const char *name);
/* Refuse with ERR_USAGE an option that would say nothing, lest it is ignored without a word. */
int options_suit(const struct options_given *given, const struct option_rule *rules, size_t count,
		 struct err *err);
/* Help lines: "  -f, --filename FILE   summary", aligned, by group. */
void options_help(struct buf *out, const struct option_group *groups, size_t group_count);
/* The nearest of `count` words to `word`, or NULL when none is near. */
const char *options_nearest(const char *word, const char *const *words, size_t count);

#endif
