/* regex: sprig's regular expressions: RE2 below, Go's rules for all matches, templates and splits.
 */
#include <string.h>
#include "base/map.h"
#include "base/regex.h"
#include "render/helm/functions/functions.h"
#include "render/helm/template/exec.h"

enum { COMPILE_COST = 2000, MAX_GROUPS = 1000 };

/* Compiled once for a chart; NULL with the call failed. `must` functions fail alike. */
static const struct regex *compile(struct call *c)
{
	struct value pattern = c->args[0];
	struct map *known = &c->exec->set->regexes;
	const struct regex *r = map_get_n(known, pattern.s->text, pattern.s->len);
	struct err err = ERR_INIT;

	if (r)
		return r;
	if (call_spend(c, COMPILE_COST + pattern.s->len))
		return NULL;
	r = regex_get(pattern.s->text, pattern.s->len, &err);
	if (r)
		*map_at_n(known, string_c(c->arena, pattern), pattern.s->len) = (void *)r;
	else
		call_fail(c, "%s", err.msg);
	return r;
}

/* MustCompile's panic quotes the pattern. */
static const struct regex *must_compile(struct call *c)
{
	const struct regex *r = compile(c);
	const char *text = c->error;
	struct value p = c->args[0];

	if (r || !text)
		return r;
	if (!memchr(p.s->text, '`', p.s->len))
		call_fail(c, "regexp: Compile(`%.*s`): %s", (int)p.s->len, p.s->text, text);
	else
		call_fail(c, "regexp: Compile(%s): %s", text_quoted(c->arena, p.s->text, p.s->len),
			  text);
	return NULL;
}

/*
 * Go's iteration: matches do not overlap, and an empty one right behind the last match does not
 * count. Calls `found` for at most `limit` (negative: all); it returns false to stop.
 */
struct matches {
	struct call *call;
	const struct regex *regex;
	struct value text;
	struct regex_span *spans;
	size_t groups;
	int64_t limit;
};

static bool matches_init(struct matches *m, struct call *c, const struct regex *r,
			 struct value text, int64_t limit)
{
	*m = (struct matches){ c, r, text, NULL, regex_groups(r) + 1, limit };
	if (m->groups > MAX_GROUPS)
		m->groups = MAX_GROUPS;
	m->spans = arena_array(c->arena, m->groups, struct regex_span);
	return true;
}

static int each_match(struct matches *m, void (*found)(struct matches *m, void *data), void *data)
{
	const struct go_string *s = m->text.s;
	size_t at = 0, width;
	long previous = -1;
	int64_t count = 0;
	uint32_t rune;

	while ((m->limit < 0 || count < m->limit) && at <= s->len) {
		bool accept = true;

		if (call_spend(m->call, 1))
			return -1;
		if (!regex_find(m->regex, s->text, s->len, at, m->spans, m->groups))
			break;
		if (m->spans[0].start == m->spans[0].end) {
			accept = m->spans[0].start != previous;
			width = rune_decode(s->text + m->spans[0].end,
					    s->len - (size_t)m->spans[0].end, &rune);
			at = width ? (size_t)m->spans[0].end + width : s->len + 1;
		} else {
			at = (size_t)m->spans[0].end;
		}
		previous = m->spans[0].end;
		if (accept) {
			found(m, data);
			count++;
		}
	}
	return 0;
}

/* ---- matching and finding ---- */

static int give_match(struct call *c, const struct regex *r)
{
	return give_bool(c, regex_match(r, c->args[1].s->text, c->args[1].s->len));
}

int fn_regex_match(struct call *c)
{
	const struct regex *r = compile(c);

	return r ? give_match(c, r) : give_bool(c, false);
}

int fn_must_regex_match(struct call *c)
{
	const struct regex *r = compile(c);

	return r ? give_match(c, r) : -1;
}

static int give_found(struct call *c, const struct regex *r)
{
	struct regex_span span;

	if (!r)
		return -1;
	if (!regex_find(r, c->args[1].s->text, c->args[1].s->len, 0, &span, 1))
		return give_string(c, "", 0);
	return give(c, string_part(c->arena, c->args[1], (size_t)span.start, (size_t)span.end));
}

int fn_regex_find(struct call *c)
{
	return give_found(c, must_compile(c));
}

int fn_must_regex_find(struct call *c)
{
	return give_found(c, compile(c));
}

static void add_found(struct matches *m, void *data)
{
	struct value *list = data;

	if (!list->list)
		*list = value_list(m->call->arena, &type_strings);
	value_append(m->call->arena, *list,
		     string_part(m->call->arena, m->text, (size_t)m->spans[0].start,
				 (size_t)m->spans[0].end));
}

static int give_all(struct call *c, const struct regex *r)
{
	struct value list = { .type = &type_strings };
	struct matches m;

	if (!r || !matches_init(&m, c, r, c->args[1], c->args[2].i))
		return -1;
	return each_match(&m, add_found, &list) ? -1 : give(c, list);
}

int fn_regex_find_all(struct call *c)
{
	return give_all(c, must_compile(c));
}

int fn_must_regex_find_all(struct call *c)
{
	return give_all(c, compile(c));
}

/* ---- replacing ---- */

struct replacement {
	struct text out;
	struct value with;
	size_t copied; /* of the text, up to here */
	bool literal;
};

/* The name behind a '$': its end, or 0 when there is none. */
static size_t reference(const char *text, size_t len, size_t *name, size_t *name_len)
{
	size_t at = 1, width;
	bool brace = len > 1 && text[1] == '{';
	uint32_t rune;

	at += brace;
	*name = at;
	while (at < len) {
		width = rune_decode(text + at, len - at, &rune);
		if (!rune_is_letter(rune) && !rune_is_digit(rune) && rune != '_')
			break;
		at += width;
	}
	*name_len = at - *name;
	if (!*name_len || (brace && (at >= len || text[at] != '}')))
		return 0;
	return at + brace;
}

static size_t group_number(const struct matches *m, const char *name, size_t len)
{
	size_t number = 0, i;
	int named;

	for (i = 0; i < len && name[i] >= '0' && name[i] <= '9' && number < 100000000; i++)
		number = number * 10 + (size_t)(name[i] - '0');
	if (i == len && !(name[0] == '0' && len > 1))
		return number;
	named = regex_group_named(m->regex, name, len);
	return named > 0 ? (size_t)named : SIZE_MAX;
}

static void expand(struct matches *m, struct replacement *r)
{
	const struct go_string *with = r->with.s;
	size_t at = 0, name, name_len, used, group;
	const char *dollar;

	while ((dollar = memchr(with->text + at, '$', with->len - at))) {
		size_t here = (size_t)(dollar - with->text);

		text_part(&r->out, r->with, at, here);
		at = here + 1;
		if (at < with->len && with->text[at] == '$') {
			text_part(&r->out, r->with, here, here + 1);
			at++;
			continue;
		}
		used = reference(dollar, with->len - here, &name, &name_len);
		if (!used) {
			text_part(&r->out, r->with, here, here + 1);
			continue;
		}
		group = group_number(m, dollar + name, name_len);
		if (group < m->groups && m->spans[group].start != -1)
			text_part(&r->out, m->text, (size_t)m->spans[group].start,
				  (size_t)m->spans[group].end);
		at = here + used;
	}
	text_part(&r->out, r->with, at, with->len);
}

static void replace_found(struct matches *m, void *data)
{
	struct replacement *r = data;

	text_part(&r->out, m->text, r->copied, (size_t)m->spans[0].start);
	if (r->literal)
		text_value(&r->out, r->with);
	else
		expand(m, r);
	r->copied = (size_t)m->spans[0].end;
}

static int give_replaced(struct call *c, const struct regex *regex, bool literal)
{
	struct replacement r = { .with = c->args[2], .literal = literal };
	struct matches m;

	if (!regex || !matches_init(&m, c, regex, c->args[1], -1))
		return -1;
	text_init(&r.out, c->arena);
	if (each_match(&m, replace_found, &r)) {
		text_release(&r.out);
		return -1;
	}
	text_part(&r.out, c->args[1], r.copied, c->args[1].s->len);
	return give_text(c, &r.out);
}

int fn_regex_replace_all(struct call *c)
{
	return give_replaced(c, must_compile(c), false);
}

int fn_must_regex_replace_all(struct call *c)
{
	return give_replaced(c, compile(c), false);
}

int fn_regex_replace_all_literal(struct call *c)
{
	return give_replaced(c, must_compile(c), true);
}

int fn_must_regex_replace_all_literal(struct call *c)
{
	return give_replaced(c, compile(c), true);
}

/* ---- splitting ---- */

struct pieces {
	struct value list;
	int64_t limit;
	size_t begin, end;
};

static void split_found(struct matches *m, void *data)
{
	struct pieces *p = data;

	if (p->limit > 0 && (int64_t)p->list.list->count == p->limit - 1)
		return;
	p->end = (size_t)m->spans[0].start;
	if (m->spans[0].end != 0)
		value_append(m->call->arena, p->list,
			     string_part(m->call->arena, m->text, p->begin, p->end));
	p->begin = (size_t)m->spans[0].end;
}

static int give_split(struct call *c, const struct regex *r)
{
	struct pieces p = { .list = value_list(c->arena, &type_strings), .limit = c->args[2].i };
	struct value text = c->args[1];
	struct matches m;

	if (!r || !matches_init(&m, c, r, text, -1))
		return -1;
	if (!p.limit)
		return give(c, (struct value){ .type = &type_strings });
	if (!text.s->len && c->args[0].s->len) {
		value_append(c->arena, p.list, value_str(c->arena, ""));
		return give(c, p.list);
	}
	if (each_match(&m, split_found, &p))
		return -1;
	if (p.end != text.s->len)
		value_append(c->arena, p.list, string_part(c->arena, text, p.begin, text.s->len));
	return give(c, p.list);
}

int fn_regex_split(struct call *c)
{
	return give_split(c, must_compile(c));
}

int fn_must_regex_split(struct call *c)
{
	return give_split(c, compile(c));
}

int fn_regex_quote_meta(struct call *c)
{
	struct value s = c->args[0];
	struct text t;
	size_t i;

	text_init(&t, c->arena);
	for (i = 0; i < s.s->len; i++) {
		if (s.s->text[i] && strchr("\\.+*?()|[]{}^$", s.s->text[i]))
			text_add(&t, "\\", 1, string_origin(s, i));
		text_part(&t, s, i, i + 1);
	}
	return give_text(c, &t);
}
