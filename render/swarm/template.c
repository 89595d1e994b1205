/*
 * ${VARIABLE} as docker stack deploy fills it in, which is not as docker compose does: a default
 * holds no variables and ends at the first brace, $NAME takes a default too ($TAG-alpine is TAG,
 * else "alpine"), and a $ that begins nothing is refused only where no variable comes after it.
 */
#include <ctype.h>
#include <string.h>
#include "render/swarm/internal.h"

struct template
{
	struct loader *l;
	const struct project *p;
	const struct node *at;
	struct buf *out;
	origin_id origin;  /* of the last variable that was filled in */
	const char *wrong; /* why the last reference is refused; NULL: it is not */
	bool stray;	   /* a $ that began nothing was left out */
};

/* The length of NAME[[:]-DEFAULT | [:]?MESSAGE] at the start of a text; 0 where there is none. */
static size_t reference_length(const char *s, const char *end)
{
	const char *at = s, *operator;

	if (at == end || !(isalpha((unsigned char)*at) || *at == '_'))
		return 0;
	while (at < end && (isalnum((unsigned char)*at) || *at == '_'))
		at++;
	operator= at +(at < end && *at == ':');
	if (operator== end ||(*operator!= '-' && * operator!= '?'))
		return (size_t)(at - s);
	while (operator<end && * operator!= '}')
		operator++;
	return (size_t)(operator- s);
}

static const struct node *value_of(struct template *t, const char *name, size_t len)
{
	const struct node *value = node_get_n(t->p->env, name, len);

	if (value)
		t->origin = value->origin;
	return value;
}

/* One of the forms, if the reference has its operator anywhere, as docker looks for them. */
static bool fill_form(struct template *t, const char *s, size_t len, const char *operator)
{
	const char *mark = memmem(s, len, operator, strlen(operator));
	const char *rest = mark ? mark + strlen(operator) : NULL;
	bool wants_text = *operator== ':', required = strchr(operator, '?') != NULL;
	const struct node *value;
	size_t left;

	if (!mark)
		return false;
	left = len - (size_t)(rest - s);
	value = value_of(t, s, (size_t)(mark - s));
	if (value && (value->len || !wants_text))
		buf_add(t->out, value->text, value->len);
	else if (!required)
		buf_add(t->out, rest, left);
	else
		t->wrong = arena_printf(t->l->arena,
					"required variable '%.*s' is missing a value in %s: %.*s",
					(int)(mark - s), s, t->p->shown, (int)left, rest);
	return true;
}

static void fill_reference(struct template *t, const char *s, size_t len)
{
	static const char *const operators[] = { ":-", "-", ":?", "?" };
	const struct node *value;
	size_t i;

	t->wrong = NULL;
	for (i = 0; i < ARRAY_SIZE(operators); i++)
		if (fill_form(t, s, len, operators[i]))
			return;
	value = value_of(t, s, len);
	if (value)
		buf_add(t->out, value->text, value->len);
	else
		stack_note(t->l, STACK_WARNING, "swarm/unset-variable", t->at->origin,
			   "the variable '%.*s' is not set in %s: it is taken as empty; "
			   "--env-file names what the deploy's own shell sets",
			   (int)len, s, t->p->shown);
}

/* What follows a $; returns where it ends. */
static const char *fill_next(struct template *t, const char *s, const char *end)
{
	bool brace = s < end && *s == '{';
	size_t len = reference_length(s + brace, end);

	if (s < end && *s == '$') {
		buf_char(t->out, '$');
		return s + 1;
	}
	if (!len || (brace && (s + 1 + len == end || s[1 + len] != '}'))) {
		t->wrong = "a name, or a name in braces, is expected after $; a plain $ is "
			   "written $$";
		t->stray = true;
		return s;
	}
	fill_reference(t, s + brace, len);
	return s + len + 2 * (size_t)brace;
}

int template_fill(struct loader *l, const struct project *p, const struct node *at, struct buf *out,
		  origin_id *origin, struct err *err)
{
	struct template t = { .l = l, .p = p, .at = at, .out = out };
	const char *s = at->text, *end = s + at->len, *dollar;

	while ((dollar = memchr(s, '$', (size_t)(end - s)))) {
		buf_add(out, s, (size_t)(dollar - s));
		s = fill_next(&t, dollar + 1, end);
	}
	buf_add(out, s, (size_t)(end - s));
	*origin = t.origin;
	if (t.wrong)
		return err_raise(err, ERR_INPUT, stack_pos(l, at),
				 "invalid interpolation format '%.100s': %s", at->text, t.wrong);
	if (t.stray)
		stack_note(l, STACK_WARNING, "swarm/stray-dollar", at->origin,
			   "docker stack deploy drops a $ here that begins no variable: a plain $ "
			   "is written $$");
	return 0;
}
