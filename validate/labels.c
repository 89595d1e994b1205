#include "validate/labels.h"
#include <string.h>

struct cursor {
	struct arena *a;
	const char *at;
};

static void skip_space(struct cursor *c)
{
	c->at += strspn(c->at, " \t");
}

/* The next word; "" where there is none. */
static const char *word(struct cursor *c)
{
	const char *text;
	size_t len;

	skip_space(c);
	len = strcspn(c->at, " \t,=!()");
	text = arena_memdup(c->a, c->at, len);
	c->at += len;
	skip_space(c);
	return text;
}

static bool take(struct cursor *c, const char *token)
{
	skip_space(c);
	if (strncmp(c->at, token, strlen(token)) != 0)
		return false;
	c->at += strlen(token);
	return true;
}

/* "(a, b)" */
static bool read_set(struct cursor *c, struct label_requirement *r)
{
	if (!take(c, "("))
		return false;
	do {
		*vec_push(c->a, &r->values) = word(c);
	} while (take(c, ","));
	return take(c, ")");
}

static bool read_requirement(struct cursor *c, struct label_requirement *r)
{
	const char *how;

	*r = (struct label_requirement){ .operator= LABEL_EXISTS };
	if (take(c, "!"))
		r->operator= LABEL_NOT_EXISTS;
	r->key = word(c);
	if (!*r->key)
		return false;
	if (!*c->at || *c->at == ',')
		return true;
	if (r->operator== LABEL_NOT_EXISTS)
		return false;
	if (take(c, "==") || take(c, "=") || take(c, "!=")) {
		r->operator= c->at[-2] == '!' ? LABEL_NOT_IN : LABEL_IN;
		*vec_push(c->a, &r->values) = word(c);
		return true;
	}
	how = word(c);
	r->operator= !strcmp(how, "notin") ? LABEL_NOT_IN : LABEL_IN;
	return (!strcmp(how, "in") || !strcmp(how, "notin")) && read_set(c, r);
}

int label_selector_parse(struct arena *a, const char *text, struct label_selector *out,
			 struct err *err)
{
	struct cursor c = { a, text };

	*out = (struct label_selector){ .text = text };
	skip_space(&c);
	while (*c.at) {
		if (!read_requirement(&c, vec_push(a, out)) || (*c.at && !take(&c, ",")))
			return err_raise(err, ERR_USAGE, NO_POS,
					 "'%s' is no label selector, from '%.20s' on", text, c.at);
		skip_space(&c);
	}
	return 0;
}

static bool holds(const struct label_requirement *r, const struct node *labels)
{
	const char *value = node_text(node_get(labels, r->key));
	bool among = false;
	size_t i;

	for (i = 0; value && i < r->values.count; i++)
		among |= !strcmp(r->values.items[i], value);
	switch (r->operator) {
	case LABEL_IN:
		return among;
	case LABEL_NOT_IN:
		return !among;
	case LABEL_EXISTS:
		return value;
	case LABEL_NOT_EXISTS:
		return !value;
	}
	return false;
}

bool label_selector_matches(const struct label_selector *s, const struct node *object)
{
	const struct node *labels;
	size_t i;

	if (!s->count)
		return true;
	labels = node_path(object, "metadata", "labels", NULL);
	for (i = 0; i < s->count; i++)
		if (!holds(&s->items[i], labels))
			return false;
	return true;
}
