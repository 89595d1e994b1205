#include "base/options.h"
#include <assert.h>
#include <stdlib.h>
#include <string.h>
#include "base/text.h"

enum { OPTION_NAME = 64 }; /* longer than any row's name */

struct parser {
	struct arena *arena;
	const struct option_group *groups;
	size_t group_count;
	char *const *argv;
	int argc, at;
	void *target;
	struct options_given *given;
	struct err *err;
};

struct found {
	const struct option *option;
	char *field;
};

static struct found option_find(struct parser *p, const char *name, size_t len, char letter)
{
	size_t g, i;

	for (g = 0; g < p->group_count; g++) {
		for (i = 0; i < p->groups[g].count; i++) {
			const struct option *o = &p->groups[g].options[i];

			if (letter ? o->letter == letter
				   : o->name && strlen(o->name) == len &&
					     !memcmp(o->name, name, len))
				return (struct found){ o, (char *)p->target + p->groups[g].offset +
								  o->offset };
		}
	}
	return (struct found){ 0 };
}

const char *options_nearest(const char *word, const char *const *words, size_t count)
{
	struct nearest near = nearest_to(word, strlen(word));
	size_t i;

	for (i = 0; i < count; i++)
		if (words[i])
			nearest_try(&near, words[i]);
	return near.best;
}

static int unknown_option(struct parser *p, const char *name, size_t len)
{
	const char *word = arena_memdup(p->arena, name, len), *near;
	struct {
		VEC(const char *);
	} words = { 0 };
	size_t g, i;

	for (g = 0; g < p->group_count; g++)
		for (i = 0; i < p->groups[g].count; i++)
			if (!p->groups[g].options[i].hidden)
				*vec_push(p->arena, &words) = p->groups[g].options[i].name;
	near = options_nearest(word, words.items, words.count);
	if (near)
		return err_raise(p->err, ERR_USAGE, NO_POS,
				 "unknown option '--%s', did you mean '--%s'?", word, near);
	return err_raise(p->err, ERR_USAGE, NO_POS, "unknown option '--%s'", word);
}

static const char *option_label(struct parser *p, const struct option *o)
{
	return o->name ? arena_printf(p->arena, "--%s", o->name)
		       : arena_printf(p->arena, "-%c", o->letter);
}

static int set_flag(struct parser *p, const struct found *f, const char *value)
{
	bool on = !value || !strcmp(value, "true") || !strcmp(value, "1");

	if (value && !on && strcmp(value, "false") && strcmp(value, "0"))
		return err_raise(p->err, ERR_USAGE, NO_POS, "%s takes true or false, not '%s'",
				 option_label(p, f->option), value);
	memcpy(f->field, &on, sizeof(on));
	return 0;
}

static int set_int(struct parser *p, const struct found *f, const char *value)
{
	char *end;
	long number = strtol(value, &end, 10);
	int small = (int)number;

	if (!*value || *end || small != number)
		return err_raise(p->err, ERR_USAGE, NO_POS, "%s takes a whole number, not '%s'",
				 option_label(p, f->option), value);
	memcpy(f->field, &small, sizeof(small));
	return 0;
}

/* The word's place among the choices, or -1 with err. */
static int find_choice(struct parser *p, const struct found *f, const char *value)
{
	const char *const *words = f->option->choices;
	struct buf list;
	int i;

	for (i = 0; words[i]; i++)
		if (!strcmp(words[i], value))
			return i;
	buf_init(&list, 0);
	for (i = 0; words[i]; i++)
		buf_printf(&list, "%s%s", i ? (words[i + 1] ? ", " : " or ") : "", words[i]);
	err_raise(p->err, ERR_USAGE, NO_POS, "%s takes %s, not '%s'", option_label(p, f->option),
		  list.text, value);
	buf_release(&list);
	return -1;
}

static int set_choice(struct parser *p, const struct found *f, const char *value)
{
	int i = find_choice(p, f, value);

	if (i < 0)
		return -1;
	memcpy(f->field, &i, sizeof(i));
	return 0;
}

static int set_string(struct parser *p, const struct found *f, const char *value)
{
	if (f->option->choices && find_choice(p, f, value) < 0)
		return -1;
	memcpy(f->field, &value, sizeof(value));
	return 0;
}

static int option_set(struct parser *p, const struct found *f, const char *value)
{
	int count;

	switch (f->option->type) {
	case OPTION_FLAG:
		return set_flag(p, f, value);
	case OPTION_STRING:
		return set_string(p, f, value);
	case OPTION_INT:
		return set_int(p, f, value);
	case OPTION_APPEND:
		*vec_push(p->arena, (struct option_values *)(void *)f->field) =
			(struct option_value){ f->option, value };
		return 0;
	case OPTION_CHOICE:
		return set_choice(p, f, value);
	case OPTION_COUNT:
		if (value)
			return set_int(p, f, value);
		memcpy(&count, f->field, sizeof(count));
		count++;
		memcpy(f->field, &count, sizeof(count));
		return 0;
	}
	return -1;
}

/* A flag that is turned off is as one that is not there. */
static bool is_on(const struct found *f)
{
	bool on = true;

	if (f->option->type == OPTION_FLAG)
		memcpy(&on, f->field, sizeof(on));
	return on;
}

static bool takes_value(const struct option *o)
{
	return o->type != OPTION_FLAG && o->type != OPTION_COUNT && !o->optional;
}

/* The value after `=`, else the next argument where the option takes one. */
static int option_apply(struct parser *p, const struct found *f, const char *value)
{
	if (!value && takes_value(f->option)) {
		if (p->at + 1 >= p->argc)
			return err_raise(p->err, ERR_USAGE, NO_POS, "%s needs a value (%s)",
					 option_label(p, f->option), f->option->value);
		value = p->argv[++p->at];
	}
	if (option_set(p, f, value ? value : f->option->optional) < 0)
		return -1;
	if (is_on(f))
		*vec_push(p->arena, p->given) = f->option;
	return 0;
}

/* A level may stand apart, as kubectl's -v 6: one digit, which is no name of anything else. */
static const char *next_level(struct parser *p, const struct option *o)
{
	const char *next = p->at + 1 < p->argc ? p->argv[p->at + 1] : "";

	if (o->type != OPTION_COUNT || strspn(next, "0123456789") != 1 || next[1])
		return NULL;
	p->at++;
	return next;
}

static int parse_long(struct parser *p, const char *text)
{
	const char *equals = strchr(text, '=');
	size_t len = equals ? (size_t)(equals - text) : strlen(text);
	struct found f = option_find(p, text, len, 0);

	if (!f.option)
		return unknown_option(p, text, len);
	return option_apply(p, &f, equals ? equals + 1 : next_level(p, f.option));
}

static int parse_letters(struct parser *p, const char *text)
{
	for (; *text; text++) {
		struct found f = option_find(p, NULL, 0, *text);

		if (!f.option)
			return err_raise(p->err, ERR_USAGE, NO_POS, "unknown option '-%c'", *text);
		if (!takes_value(f.option) && text[1] == '=')
			return option_apply(p, &f, text + 2);
		if (f.option->type == OPTION_COUNT && strspn(text + 1, "0123456789") == 1)
			return option_apply(p, &f, text + 1);
		if (!takes_value(f.option)) {
			if (option_apply(p, &f, text[1] ? NULL : next_level(p, f.option)) < 0)
				return -1;
			continue;
		}
		if (!text[1])
			return option_apply(p, &f, NULL);
		return option_apply(p, &f, text + 1 + (text[1] == '='));
	}
	return 0;
}

int options_parse(struct arena *a, const struct option_group *groups, size_t group_count, int argc,
		  char *const *argv, void *target, struct arguments *rest, struct err *err)
{
	struct parser p = { a, groups, group_count, argv, argc, 1, target, &rest->given, err };
	bool only_arguments = false;

	for (; p.at < argc; p.at++) {
		const char *text = argv[p.at];
		int rc = 0;

		if (only_arguments || text[0] != '-' || !text[1])
			*vec_push(a, rest) = text;
		else if (!strcmp(text, "--"))
			only_arguments = true;
		else if (text[1] == '-')
			rc = parse_long(&p, text + 2);
		else
			rc = parse_letters(&p, text + 1);
		if (rc < 0)
			return -1;
	}
	return 0;
}

bool options_has(const struct options_given *given, const char *name)
{
	size_t i;

	for (i = 0; i < given->count; i++)
		if (given->items[i]->name && !strcmp(given->items[i]->name, name))
			return true;
	return false;
}

/* The first of the names that was there, cut out into `word`; false: none. */
static bool has_any(const struct options_given *given, const char *names, char word[OPTION_NAME])
{
	size_t len;

	for (; *names; names += len + (names[len] == ' ')) {
		len = strcspn(names, " ");
		assert(len < OPTION_NAME);
		memcpy(word, names, len);
		word[len] = '\0';
		if (options_has(given, word))
			return true;
	}
	return false;
}

/* "--comment, --status or --insights" */
static void list_names(struct buf *out, const char *names)
{
	size_t len;

	for (; *names; names += len + (names[len] == ' ')) {
		len = strcspn(names, " ");
		if (out->len)
			buf_str(out, strchr(names, ' ') ? ", " : " or ");
		buf_printf(out, "--%.*s", (int)len, names);
	}
}

static int lacks(const struct option_rule *r, struct err *err)
{
	struct buf list;

	buf_init(&list, 0);
	list_names(&list, r->needs);
	err_raise(err, ERR_USAGE, NO_POS, "--%s says nothing without %s%s%s", r->option, list.text,
		  r->why ? ": " : "", r->why ? r->why : "");
	buf_release(&list);
	return -1;
}

int options_suit(const struct options_given *given, const struct option_rule *rules, size_t count,
		 struct err *err)
{
	char word[OPTION_NAME];
	size_t i;

	for (i = 0; i < count; i++) {
		const struct option_rule *r = &rules[i];

		if (!options_has(given, r->option))
			continue;
		if (r->needs && !has_any(given, r->needs, word))
			return lacks(r, err);
		if (r->excludes && has_any(given, r->excludes, word))
			return err_raise(err, ERR_USAGE, NO_POS,
					 "--%s and --%s exclude each other%s%s", r->option, word,
					 r->why ? ": " : "", r->why ? r->why : "");
	}
	return 0;
}

static void option_head(struct buf *out, const struct option *o)
{
	if (o->letter && o->name)
		buf_printf(out, "  -%c, --%s", o->letter, o->name);
	else if (o->name)
		buf_printf(out, "      --%s", o->name);
	else
		buf_printf(out, "  -%c", o->letter);
	if (o->value)
		buf_printf(out, o->optional ? "[=%s]" : " %s", o->value);
}

void options_help(struct buf *out, const struct option_group *groups, size_t group_count)
{
	enum { COLUMN = 34 };
	size_t g, i, start;

	for (g = 0; g < group_count; g++) {
		buf_printf(out, "\n%s:\n", groups[g].title);
		for (i = 0; i < groups[g].count; i++) {
			const struct option *o = &groups[g].options[i];

			if (o->hidden)
				continue;
			start = out->len;
			option_head(out, o);
			if (out->len - start >= COLUMN) {
				buf_char(out, '\n');
				start = out->len;
			}
			buf_pad(out, ' ', COLUMN - (out->len - start));
			buf_printf(out, "%s\n", o->summary);
		}
	}
}
