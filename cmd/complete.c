/*
 * complete: what could follow on the command line, for kubectl's completion of plugins.
 *
 * kubectl runs kubectl_complete-gitops with the words typed so far, the unfinished one last (it may
 * be empty), and reads cobra's protocol: a candidate and its description per line, then a line
 * with a colon and a directive.
 */
#include <string.h>
#include "base/text.h"
#include "cmd/cmd.h"

enum directive {
	COMPLETE_FILES = 0,
	COMPLETE_NO_FILES = 4,
};

struct complete_options {
	struct common_options common;
};

static void candidate(struct buf *out, const char *prefix, const char *word, const char *summary)
{
	buf_printf(out, "%s%s%s%s\n", prefix, word, summary ? "\t" : "", summary ? summary : "");
}

/* The option that `word` spells: --name, --name=…, -n. NULL when there is none. */
static const struct option *option_of(const struct command *c, const char *word)
{
	size_t len = strcspn(word, "=");
	size_t g, i;

	for (g = 0; g < c->group_count; g++) {
		for (i = 0; i < c->groups[g].count; i++) {
			const struct option *o = &c->groups[g].options[i];

			if (o->letter && len == 2 && word[1] == o->letter)
				return o;
			if (o->name && len == strlen(o->name) + 2 && text_starts(word, "--") &&
			    !strncmp(word + 2, o->name, len - 2))
				return o;
		}
	}
	return NULL;
}

static enum directive complete_choice(struct buf *out, const struct option *o, const char *prefix,
				      const char *word)
{
	size_t i;

	if (!o->choices)
		return COMPLETE_FILES;
	for (i = 0; o->choices[i]; i++)
		if (text_starts(o->choices[i], word))
			candidate(out, prefix, o->choices[i], NULL);
	return COMPLETE_NO_FILES;
}

static enum directive complete_option(struct buf *out, const struct command *c, const char *word)
{
	const struct option *o = strchr(word, '=') ? option_of(c, word) : NULL;
	char name[80];
	size_t g, i, len;

	if (o) {
		len = strcspn(word, "=") + 1;
		if (len >= sizeof(name))
			return COMPLETE_NO_FILES;
		memcpy(name, word, len);
		name[len] = '\0';
		return complete_choice(out, o, name, word + len);
	}
	for (g = 0; g < c->group_count; g++) {
		for (i = 0; i < c->groups[g].count; i++) {
			o = &c->groups[g].options[i];
			if (!o->hidden && o->name && strlen(o->name) > 1 &&
			    (text_starts("--", word) ||
			     (text_starts(word, "--") && text_starts(o->name, word + 2))))
				candidate(out, "--", o->name, o->summary);
		}
	}
	return COMPLETE_NO_FILES;
}

static enum directive complete_verb(struct buf *out, const char *word)
{
	size_t i;

	for (i = 0; i < command_count; i++)
		if (!commands[i]->hidden && text_starts(commands[i]->name, word))
			candidate(out, "", commands[i]->name, commands[i]->summary);
	return COMPLETE_NO_FILES;
}

static enum directive complete(struct buf *out, const struct arguments *words)
{
	const char *word = words->count ? words->items[words->count - 1] : "";
	const char *before = words->count > 1 ? words->items[words->count - 2] : "";
	const struct command *c;
	const struct option *o;

	if (words->count < 2)
		return complete_verb(out, word);
	c = command_find(words->items[0]);
	if (!c)
		return COMPLETE_NO_FILES;
	if (word[0] == '-')
		return complete_option(out, c, word);
	o = before[0] == '-' && !strchr(before, '=') ? option_of(c, before) : NULL;
	if (o && o->value && !o->optional)
		return complete_choice(out, o, "", word);
	return c->max_arguments ? COMPLETE_FILES : COMPLETE_NO_FILES;
}

static int complete_run(struct run *run UNUSED, void *options UNUSED, const struct arguments *rest,
			struct err *err)
{
	enum directive directive;
	struct buf out;
	int rc;

	buf_init(&out, 0);
	directive = complete(&out, rest);
	buf_printf(&out, ":%d\n", directive);
	rc = print_out(&out, err);
	buf_release(&out);
	return rc;
}

static const struct option_group groups[] = {
	{ "Options", common_options, 2, 0 },
};

const struct command cmd_complete = {
	.name = "__complete",
	.arguments = "-- [WORD...]",
	.summary = "print what may follow the words typed so far",
	.groups = groups,
	.group_count = ARRAY_SIZE(groups),
	.options_size = sizeof(struct complete_options),
	.max_arguments = -1,
	.hidden = true,
	.run = complete_run,
};
