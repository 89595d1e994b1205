/* glob: a pattern becomes a regular expression, so that no pattern takes more than linear time. */
#include "render/helm/template/glob.h"
#include <string.h>
#include "base/buf.h"
#include "base/regex.h"

struct glob {
	const struct regex *regex;
};

struct translator {
	const char *at, *end;
	struct buf out;
	unsigned depth; /* of { } */
};

static void put_literal(struct buf *out, const char *text, size_t len)
{
	for (; len; len--, text++) {
		if (strchr("\\.+*?()|[]{}^$", *text) && *text)
			buf_char(out, '\\');
		buf_char(out, *text);
	}
}

static void put_in_class(struct buf *out, char c)
{
	if (strchr("\\]^-[", c) && c)
		buf_char(out, '\\');
	buf_char(out, c);
}

/* [abc], [a-z], [!a]: one range, or a list. */
static bool translate_set(struct translator *t)
{
	bool any = false;

	buf_char(&t->out, '[');
	if (t->at < t->end && *t->at == '!') {
		buf_char(&t->out, '^');
		t->at++;
	}
	if (t->end - t->at >= 4 && t->at[1] == '-' && t->at[3] == ']') {
		put_in_class(&t->out, t->at[0]);
		buf_char(&t->out, '-');
		put_in_class(&t->out, t->at[2]);
		if (t->at[2] < t->at[0])
			return false;
		t->at += 3;
		any = true;
	}
	for (; t->at < t->end && *t->at != ']'; t->at++, any = true) {
		if (*t->at == '\\' && t->at + 1 < t->end)
			t->at++;
		put_in_class(&t->out, *t->at);
	}
	if (t->at >= t->end || !any)
		return false;
	t->at++;
	buf_char(&t->out, ']');
	return true;
}

static bool translate_one(struct translator *t)
{
	char c = *t->at++;

	if (c == '*' && t->at < t->end && *t->at == '*') {
		t->at++;
		buf_str(&t->out, "(?s:.*)");
	} else if (c == '*' || c == '?') {
		buf_str(&t->out, c == '*' ? "[^/]*" : "[^/]");
	} else if (c == '[') {
		return translate_set(t);
	} else if (c == '{') {
		t->depth++;
		buf_str(&t->out, "(?:");
	} else if (c == '}' && t->depth) {
		t->depth--;
		buf_char(&t->out, ')');
	} else if (c == ',' && t->depth) {
		buf_char(&t->out, '|');
	} else if (c == '\\') {
		if (t->at < t->end)
			put_literal(&t->out, t->at++, 1);
	} else {
		put_literal(&t->out, &c, 1);
	}
	return true;
}

bool glob_open(struct glob **out, struct arena *a, const char *pattern, size_t len)
{
	struct translator t = { .at = pattern, .end = pattern + len };
	struct glob *g = arena_new(a, struct glob);
	bool ok = true;

	buf_init(&t.out, 0);
	buf_str(&t.out, "\\A(?:");
	while (ok && t.at < t.end)
		ok = translate_one(&t);
	buf_str(&t.out, ")\\z");
	ok = ok && !t.depth && (g->regex = regex_get(t.out.text, t.out.len, NULL));
	buf_release(&t.out);
	*out = g;
	return ok;
}

bool glob_matches(const struct glob *g, const char *text, size_t len)
{
	return regex_match(g->regex, text, len);
}
